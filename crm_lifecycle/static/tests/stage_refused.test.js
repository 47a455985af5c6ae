import { expect, test } from "@odoo/hoot";
import { animationFrame } from "@odoo/hoot-mock";
import { click, edit, queryAll, queryAllTexts, queryOne } from "@odoo/hoot-dom";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    contains,
    defineModels,
    fields,
    getService,
    makeServerError,
    models,
    mountWithCleanup,
    onRpc,
} from "@web/../tests/web_test_helpers";
import { WebClient } from "@web/webclient/webclient";

import { StageRefusedDialog } from "@crm_lifecycle/stage_refused/stage_refused_dialog";
import { STAGE_REFUSED } from "@crm_lifecycle/stage_refused/stage_refused_record";

const PAYLOAD = "<img src=x onerror=alert(1)>";

class Lead extends models.Model {
    _name = "crm.lead";

    name = fields.Char();
    phone = fields.Char({ string: "Telephone" });
    order_count = fields.Integer({ readonly: true });

    _records = [
        { id: 7, name: "Windows" },
        { id: 8, name: "Doors" },
    ];
}

defineMailModels();
defineModels([Lead]);

function missing(values = {}) {
    return {
        sentence: "We know how to call them",
        stage: "Offer",
        kind: "fields",
        fields: ["phone"],
        ...values,
    };
}

function lead(values = {}) {
    return { id: 7, name: "Windows", stage: "Offer", stage_id: 3, missing: [missing()], ...values };
}

/** Show what the server refused; returns what was typed and reloaded before. */
async function refuse(leads, { may_override = false, typed } = {}) {
    const pending = typed && {
        typed,
        record: { model: { load: () => expect.step("reload") } },
    };
    await mountWithCleanup(WebClient);
    getService("dialog").add(StageRefusedDialog, {
        message: "",
        data: { context: { leads, may_override }, pending },
    });
    await animationFrame();
}

const buttons = () => queryAllTexts(".o_stage_refused footer button");

test("it says what is missing, and offers the field", async () => {
    await refuse([lead()]);
    expect(".o_stage_refused li").toHaveCount(1);
    expect(queryOne(".o_stage_refused li")).toHaveText(/^We know how to call them/);
    expect(queryOne(".o_stage_refused li")).toHaveText(/\(Telephone\)$/);
    expect(queryAll(".o_stage_refused [data-field=phone] input")).toHaveLength(1);
    expect(buttons()).toEqual(["Save and Move", "Not Yet"]);
});

test("a condition of a stage that is jumped over names that stage", async () => {
    await refuse([lead({ missing: [missing({ stage: "Call" })] })]);
    expect(queryOne(".o_stage_refused li")).toHaveText(/^Call:/);
});

test("a field that cannot be filled here is only named", async () => {
    await refuse([lead({ missing: [missing({ fields: ["order_count", "gone"] })] })]);
    expect(queryAll(".o_stage_refused [data-field]")).toHaveLength(0);
});

test("save and move writes what was typed, the field and the stage in one go", async () => {
    onRpc("crm.lead", "web_save", ({ args }) => {
        expect.step(`${args[0]} ${JSON.stringify(args[1])}`);
        return [];
    });
    await refuse([lead()], { typed: { name: "Large windows", stage_id: 3 } });
    await contains("[data-field=phone] input").edit("055");
    await click(".o_stage_refused button[name=save]");
    await animationFrame();
    expect.verifySteps(['7 {"name":"Large windows","phone":"055","stage_id":3}', "reload"]);
    expect(queryAll(".o_stage_refused")).toHaveLength(0);
});

test("what is missing still is shown in the same dialog", async () => {
    onRpc("crm.lead", "web_save", () => {
        const again = missing({ kind: "contact", sentence: "There was a call", fields: [] });
        throw makeServerError({
            errorName: STAGE_REFUSED,
            context: { leads: [lead({ missing: [again] })] },
        });
    });
    await refuse([lead()], { typed: {} });
    await click(".o_stage_refused button[name=save]");
    await animationFrame();
    expect(queryAllTexts(".o_stage_refused li")).toEqual(["There was a call"]);
    expect(queryAll(".o_stage_refused")).toHaveLength(1);
});

test("not yet does nothing", async () => {
    await refuse([lead()], { typed: {} });
    await click(".o_stage_refused button[name=stay]");
    await animationFrame();
    expect(queryAll(".o_stage_refused")).toHaveLength(0);
    expect.verifySteps([]);
});

test("only a manager may move it anyway, and with a reason", async () => {
    onRpc("crm.lead", "action_override_stage", ({ args }) => {
        expect.step(JSON.stringify(args));
        return true;
    });
    await refuse([lead()], { may_override: true, typed: {} });
    await click(".o_stage_refused button[name=override]");
    await animationFrame();
    await click(".o_stage_refused button[name=override]");
    await animationFrame();
    expect.verifySteps([]);
    await click(".o_stage_refused input[name=reason]");
    await edit("They are in a hurry");
    await click(".o_stage_refused button[name=override]");
    await animationFrame();
    expect.verifySteps(['[[7],3,"They are in a hurry"]', "reload"]);
});

test("several leads are listed, without fields to fill", async () => {
    await refuse([lead(), lead({ id: 8, name: "Doors" })], { may_override: true, typed: {} });
    expect(queryAllTexts(".o_stage_refused section > p > strong:first-child")).toEqual([
        "Windows",
        "Doors",
    ]);
    expect(queryAll(".o_stage_refused [data-field]")).toHaveLength(0);
    expect(buttons()).toEqual(["Move Anyway", "Not Yet"]);
});

test("one that is not created yet cannot be moved anyway", async () => {
    await refuse([lead({ id: false })], { may_override: true });
    expect(buttons()).toEqual(["Not Yet"]);
});

test("what the server says is text", async () => {
    await refuse([lead({ name: PAYLOAD, missing: [missing({ sentence: PAYLOAD })] })]);
    expect(queryAll(".o_stage_refused img")).toHaveLength(0);
    expect(queryOne(".o_stage_refused li")).toHaveText(new RegExp("<img"));
});
