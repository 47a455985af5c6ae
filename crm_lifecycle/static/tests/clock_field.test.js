import { expect, test } from "@odoo/hoot";
import { queryAll, queryOne } from "@odoo/hoot-dom";
import { advanceTime } from "@odoo/hoot-mock";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { defineModels, fields, models, mountView } from "@web/../tests/web_test_helpers";

const MINUTE = 60000;

class Lead extends models.Model {
    _name = "crm.lead";

    clock_text = fields.Char();
    clock_state = fields.Selection({
        selection: [
            ["none", "No Deadline"],
            ["running", "Running"],
            ["outside", "Outside Working Hours"],
            ["paused", "Waiting for the Customer"],
            ["warning", "Warning"],
            ["failed", "Failed"],
        ],
    });
    clock_left_minutes = fields.Float();
    clock_is_counting = fields.Boolean();
    clock_day_minutes = fields.Integer();
}

defineMailModels();
defineModels([Lead]);

/** Show the clock of a lead as the server told it. */
async function show(values) {
    Lead._records = [{ id: 1, clock_state: "running", clock_day_minutes: 480, ...values }];
    await mountView({
        type: "form",
        resModel: "crm.lead",
        resId: 1,
        arch: `<form><field name="clock_text" widget="lifecycle_clock" readonly="1"/></form>`,
    });
}

const badge = () => queryOne(".o_lifecycle_clock");

test("it starts with the words of the server", async () => {
    await show({ clock_text: "6 days 2 h left", clock_left_minutes: 3000 });
    expect(badge()).toHaveText("6 days 2 h left");
    expect(badge()).toHaveClass("text-bg-success");
});

test("it counts down while there is work", async () => {
    await show({ clock_text: "15 min left", clock_left_minutes: 15.5, clock_is_counting: true });
    await advanceTime(5 * MINUTE);
    expect(badge()).toHaveText("10 min left");
});

test("it turns to late by itself", async () => {
    await show({ clock_text: "1 min left", clock_left_minutes: 0.5, clock_is_counting: true });
    await advanceTime(3 * MINUTE);
    expect(badge()).toHaveText("Late by 2 min");
    expect(badge()).toHaveClass("text-bg-danger");
    expect(badge()).toHaveAttribute("data-state", "failed");
});

for (const clock_state of ["outside", "paused"]) {
    test(`it stands still while it is ${clock_state}`, async () => {
        await show({ clock_state, clock_text: "15 min left", clock_left_minutes: 15 });
        await advanceTime(30 * MINUTE);
        expect(badge()).toHaveText("15 min left");
        expect(badge()).toHaveAttribute("data-state", clock_state);
    });
}

// Half a minute more, as the server's count and the browser's are not of one moment.
for (const [minutes, text] of [
    [61, "1 h left"],
    [76, "1 h 15 min left"],
    [481, "1 day left"],
    [541, "1 day 1 h left"],
    [2881, "6 days left"],
    [3001, "6 days 2 h left"],
]) {
    test(`it says "${text}" as the server does`, async () => {
        await show({
            clock_text: "...",
            clock_left_minutes: minutes + 0.5,
            clock_is_counting: true,
        });
        await advanceTime(MINUTE);
        expect(badge()).toHaveText(text);
    });
}

test("a day has the hours of the calendar", async () => {
    await show({
        clock_text: "...",
        clock_left_minutes: 541.5,
        clock_day_minutes: 540,
        clock_is_counting: true,
    });
    await advanceTime(MINUTE);
    expect(badge()).toHaveText("1 day left");
});

test("without a deadline nothing is shown", async () => {
    await show({ clock_state: "none", clock_text: "" });
    expect(queryAll(".o_lifecycle_clock")).toHaveLength(0);
});

test("what the server says is text", async () => {
    await show({ clock_text: "<img src=x onerror=alert(1)>" });
    expect(queryAll(".o_lifecycle_clock img")).toHaveLength(0);
});
