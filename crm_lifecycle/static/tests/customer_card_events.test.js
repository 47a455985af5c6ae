import { expect, test } from "@odoo/hoot";
import { animationFrame } from "@odoo/hoot-mock";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    contains,
    getService,
    mountWithCleanup,
    onRpc,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";
import { WebClient } from "@web/webclient/webclient";

const PAYLOAD = "<img src=x onerror=alert(1)>";

defineMailModels();

function event(values = {}) {
    return {
        id: 3,
        date: "2026-01-02",
        ended: "",
        name: "Layoffs",
        icon: "fa-bolt",
        bad: true,
        text: "",
        state: "open",
        state_name: "Nothing Done",
        outcome: "",
        reactions: [],
        ...values,
    };
}

/** Open the card with these events. Returns what the card asks Odoo to open. */
async function open(rows) {
    onRpc("crm.customer.card", "read_card", () => ({
        partner_id: 7,
        customer_id: 7,
        name: "Marina",
        actions: {},
        sections: { events: { report: true, rows } },
    }));
    await mountWithCleanup(WebClient);
    await getService("action").doAction({
        type: "ir.actions.client",
        tag: "crm_lifecycle.customer_card",
        params: { resId: 7 },
    });
    await animationFrame();
    const opened = [];
    patchWithCleanup(getService("action"), {
        doAction: async (action) => opened.push(action),
    });
    return opened;
}

test("without events there is a sentence, and the way to report one", async () => {
    onRpc("res.partner", "action_report_event", ({ args }) => {
        expect.step(`report ${args[0]}`);
        return { type: "ir.actions.act_window", res_model: "crm.customer.event" };
    });
    const opened = await open([]);
    expect("[data-section=events]").toHaveText(/Nothing has happened/);
    expect("button[name=all_events]").toHaveCount(0);
    await contains("button[name=report_event]").click();
    await animationFrame();
    expect.verifySteps(["report 7"]);
    expect(opened[0].res_model).toBe("crm.customer.event");
});

test("an event shows what was done, by whom, and whatever people wrote is text", async () => {
    const done = { id: 1, done: true, name: PAYLOAD, user: PAYLOAD, date: "2026-01-03" };
    const planned = { id: 2, done: false, name: "Visit", user: "", date: "2026-01-04" };
    const rows = [
        event({ text: PAYLOAD, name: PAYLOAD, outcome: PAYLOAD, reactions: [done, planned] }),
        event({ id: 2, ended: "2026-01-05", state: "closed", state_name: "Closed" }),
    ];
    const opened = await open(rows);
    expect("[data-section=events] img").toHaveCount(0);
    expect("[data-event='3'] .fa-check").toHaveCount(1);
    expect("[data-event='3'] .fa-clock-o").toHaveCount(1);
    expect("[data-event='3'].border-danger").toHaveCount(1);
    expect("[data-event='2']").toHaveText(/Closed[^]*Ended/);
    expect("[data-event='2'].border-danger").toHaveCount(0);
    await contains("[data-event='2'] a").click();
    expect(opened[0].res_id).toBe(2);
});
