import { expect, test } from "@odoo/hoot";
import { click, edit, queryAllTexts, select } from "@odoo/hoot-dom";
import { animationFrame, runAllTimers } from "@odoo/hoot-mock";
import { Component, xml } from "@odoo/owl";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    contains,
    getService,
    mountWithCleanup,
    onRpc,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";
import { registry } from "@web/core/registry";
import { WebClient } from "@web/webclient/webclient";

import { formatAmounts, phoneLink } from "@crm_lifecycle/customer_card/card_format";
import { linePoints } from "@crm_lifecycle/customer_card/worth_section";

const TAG = "crm_lifecycle.customer_card";
const PAYLOAD = "<img src=x onerror=alert(1)>";

defineMailModels();

function identity(values = {}) {
    return {
        name: "Marina",
        image: "/web/image/res.partner/7/avatar_128",
        is_company: true,
        archived: false,
        function: "",
        company: false,
        phone: "+972 3 555 0142",
        email: "marina@example.com",
        address: "Haifa",
        language: "English",
        hours: "",
        tags: [],
        salesperson: "",
        account_manager: "Dana",
        birthday: false,
        do_not_contact: [],
        people: [],
        ...values,
    };
}

function card(sections = {}, values = {}) {
    return {
        partner_id: 7,
        customer_id: 7,
        name: "Marina",
        actions: { log: false, activity: true, write: true },
        sections: { identity: identity(), ...sections },
        ...values,
    };
}

/** Open the card as the address would, with what the server answers. */
async function open(answer, resId = 7) {
    onRpc("crm.customer.card", "read_card", ({ args }) => {
        expect.step(`read ${args[0]}`);
        return answer;
    });
    await mountWithCleanup(WebClient);
    await getService("action").doAction({ type: "ir.actions.client", tag: TAG, params: { resId } });
    await animationFrame();
}

test("only the sections that the server sends are there", async () => {
    await open(card({ tell: [], ask: [], open_items: [], contacts: { rows: [] } }));
    expect.verifySteps(["read 7"]);
    expect("[data-section=identity] h1").toHaveText("Marina");
    expect("[data-section=open_items]").toHaveText(/Nothing is open/i);
    expect("[data-section=contacts]").toHaveText(/Nobody has talked/i);
    expect("[data-section=worth], [data-section=tell], [data-section=ask]").toHaveCount(0);
    expect("[data-section=identity] button[name=log]").toHaveCount(0);
    expect(".o_breadcrumb").toHaveText("Marina");
});

test("a customer that is not there is said to be not there", async () => {
    await open(false);
    expect.verifySteps(["read 7"]);
    expect(".o_customer_card [role=alert]").toHaveText(/no such customer/);
    expect("[data-section]").toHaveCount(0);
});

test("without a customer there is a box to search one, and the proposals open cards", async () => {
    onRpc("crm.customer.card", "find", ({ args }) => {
        expect.step(`find ${args[0]}`);
        return [{ id: 7, name: PAYLOAD, detail: "Haifa" }];
    });
    await open(card(), false);
    expect.verifySteps([]);
    expect(".o_customer_card h1").toHaveText(/Whose card/);
    await contains(".o_customer_card_search input").edit("mari", { confirm: false });
    await runAllTimers();
    expect(".o-autocomplete--dropdown-item").toHaveText(`${PAYLOAD}Haifa`);
    expect(".o-autocomplete--dropdown-item img").toHaveCount(0);
    await click(".o-autocomplete--dropdown-item a, .o-autocomplete--dropdown-item");
    await animationFrame();
    await animationFrame();
    expect.verifySteps(["find mari", "read 7"]);
    expect("[data-section=identity] h1").toHaveText("Marina");
});

test("whatever people wrote is text", async () => {
    const row = {
        id: 1,
        date: "2026-01-02 03:04:05",
        channel: PAYLOAD,
        icon: "fa-phone",
        direction: "in",
        user: PAYLOAD,
        contact: PAYLOAD,
        summary: PAYLOAD,
        said: PAYLOAD,
        learned: PAYLOAD,
        topics: [PAYLOAD],
        complaint: PAYLOAD,
        complaint_open: true,
        satisfaction: 2,
    };
    const item = {
        key: "leads",
        title: PAYLOAD,
        icon: "fa-star-o",
        count: 1,
        opens: true,
        amounts: [],
        late: true,
        rows: [{ id: 1, model: "crm.lead", res_id: 1, name: PAYLOAD, date: "", amounts: [] }],
        model: "crm.lead",
        domain: [],
        context: {},
    };
    const who = identity({
        name: PAYLOAD,
        function: PAYLOAD,
        address: PAYLOAD,
        email: PAYLOAD,
        phone: "javascript:alert(1)",
        tags: [{ id: 1, name: PAYLOAD, color: 1 }],
        do_not_contact: [PAYLOAD],
        people: [{ id: 2, name: PAYLOAD, function: PAYLOAD, phone: "" }],
    });
    await open(
        card({
            identity: who,
            tell: [{ id: 1, text: PAYLOAD }],
            ask: [{ id: 2, text: PAYLOAD, type: "selection", options: [["a", PAYLOAD]] }],
            open_items: [item],
            contacts: { rows: [row] },
        }),
    );
    expect.verifySteps(["read 7"]);
    expect("[data-section] img:not(.o_customer_card_photo)").toHaveCount(0);
    for (const section of ["identity", "tell", "ask", "open_items", "contacts"]) {
        expect(queryAllTexts(`[data-section=${section}]`).join(" ")).toInclude(PAYLOAD);
    }
    expect("[data-section=identity] a[name=phone]").toHaveAttribute("href", "tel:1");
});

test("an answer is sent as what it is, and the card shows what comes back", async () => {
    const questions = [
        { id: 1, text: "Number?", type: "float", options: [] },
        { id: 2, text: "One of?", type: "many2one", options: [[5, "Five"]] },
        {
            id: 3,
            text: "Some of?",
            type: "many2many",
            options: [
                [8, "Eight"],
                [9, "Nine"],
            ],
        },
        { id: 4, text: "Text?", type: "char", options: [] },
    ];
    const left = [...questions];
    onRpc("crm.customer.card", "answer", ({ args }) => {
        expect.step(JSON.stringify(args));
        left.splice(
            left.findIndex((question) => question.id === args[1]),
            1,
        );
        return card({ ask: [...left] });
    });
    await open(card({ ask: questions }));
    expect("[data-question='1'] button[type=submit]").not.toBeEnabled();
    await click("[data-question='1'] input");
    await edit("9.5");
    await animationFrame();
    await click("[data-question='1'] button[type=submit]");
    await animationFrame();
    await click("[data-question='2'] select");
    await select("5");
    await animationFrame();
    await click("[data-question='2'] button[type=submit]");
    await animationFrame();
    await click("[data-question='3'] button:contains(Eight)");
    await animationFrame();
    await click("[data-question='3'] button:contains(Nine)");
    await animationFrame();
    await click("[data-question='3'] button[type=submit]");
    await animationFrame();
    await click("[data-question='4'] input");
    await edit("  tea ");
    await animationFrame();
    await click("[data-question='4'] button[type=submit]");
    await animationFrame();
    expect.verifySteps(["read 7", "[7,1,9.5]", "[7,2,5]", "[7,3,[8,9]]", '[7,4,"tea"]']);
    expect("[data-section=ask]").toHaveCount(0);
});

test("what was told is ticked", async () => {
    onRpc("crm.customer.card", "answer", ({ args }) => {
        expect.step(JSON.stringify(args));
        return card({ tell: [] });
    });
    await open(card({ tell: [{ id: 3, text: "Thank you" }] }));
    await click("[data-section=tell] button[name=told]");
    await animationFrame();
    expect.verifySteps(["read 7", "[7,3,null]"]);
    expect("[data-section=tell]").toHaveCount(0);
});

test("each open item and each of its rows is a click away", async () => {
    const row = { id: 1, model: "crm.lead", res_id: 41, name: "Veranda", date: "", amounts: [] };
    const item = {
        key: "leads",
        title: "Leads",
        icon: "fa-star-o",
        count: 1,
        opens: true,
        amounts: [],
        late: false,
        rows: [row],
        model: "crm.lead",
        domain: [["partner_id", "=", 7]],
        context: {},
    };
    await open(card({ open_items: [item] }));
    patchWithCleanup(getService("action"), {
        doAction: (action) => expect.step(`${action.res_model} ${action.res_id || action.domain}`),
    });
    await click("[data-item=leads] button");
    await click("[data-item=leads] li a");
    expect.verifySteps(["read 7", "crm.lead partner_id,=,7", "crm.lead 41"]);
});

test("the card is read again when a dialog closes", async () => {
    onRpc("res.partner", "action_log_interaction", ({ args }) => {
        expect.step(`log ${args[0]}`);
        return { type: "ir.actions.act_window", target: "new" };
    });
    await open(card({}, { actions: { log: true, activity: true, write: true } }));
    patchWithCleanup(getService("action"), {
        doAction: (action, options) => options.onClose(),
    });
    await click("button[name=log]");
    await animationFrame();
    expect.verifySteps(["read 7", "log 7", "read 7"]);
});

test("another room adds a section by the registry", async () => {
    class Offers extends Component {
        static template = xml`<div data-section="offers" t-out="props.data"/>`;
        static props = ["*"];
    }
    registry
        .category("crm_lifecycle.card_sections")
        .add("offers", { Component: Offers, column: "second" }, { force: true });
    await open(card({ offers: "Ten percent" }));
    expect.verifySteps(["read 7"]);
    expect("[data-section=offers]").toHaveText("Ten percent");
    registry.category("crm_lifecycle.card_sections").remove("offers");
});

test("a line through the numbers stays in its box", async () => {
    expect(linePoints([0, 10, 5])).toBe("0.0,28.0 50.0,2.0 100.0,15.0");
    expect(linePoints([3, 3])).toBe("0.0,28.0 100.0,28.0");
    expect(linePoints([3])).toBe("0.0,28.0");
});

test("a link dials digits and nothing else", async () => {
    expect(phoneLink("+972 (3) 555-0142")).toBe("tel:+97235550142");
    expect(phoneLink("javascript:alert('x')")).toBe("tel:");
    expect(formatAmounts([])).toBe("");
});
