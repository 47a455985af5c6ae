import { expect, test } from "@odoo/hoot";
import { click, queryAll, queryAllTexts } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    getService,
    mountWithCleanup,
    onRpc,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";
import { browser } from "@web/core/browser/browser";
import { WebClient } from "@web/webclient/webclient";

import { leadRingService } from "@crm_lifecycle/lead_ring/lead_ring_service";

const PAYLOAD = "<img src=x onerror=alert(1)>";

defineMailModels();

/** Start the service on a bus of our own, and return what makes it ring. */
async function startRing(action = { doAction: () => {} }) {
    await mountWithCleanup(WebClient);
    let ring;
    const bus = { subscribe: (type, callback) => (ring = callback), start: () => {} };
    leadRingService.start(
        {},
        {
            action,
            bus_service: bus,
            notification: getService("notification"),
            orm: getService("orm"),
        },
    );
    return async (values = {}) => {
        ring({ id: 7, name: "Windows", contact: "Noa", phone: "", free: true, ...values });
        await animationFrame();
    };
}

test("a lead rings with its name, contact and telephone", async () => {
    const ring = await startRing();
    await ring({ phone: "+972 3 123" });
    expect(queryAllTexts(".o_notification_content")[0]).toInclude("Windows - Noa - +972 3 123");
    expect(queryAllTexts(".o_notification_buttons button")).toEqual(["Call", "Take It", "Open"]);
});

test("what a lead says is text", async () => {
    const ring = await startRing();
    await ring({ name: PAYLOAD, contact: PAYLOAD, phone: PAYLOAD });
    expect(queryAll(".o_notification img")).toHaveLength(0);
    expect(queryAllTexts(".o_notification_content")[0]).toInclude(PAYLOAD);
});

test("a lead without a telephone cannot be called, one that is taken not taken", async () => {
    const ring = await startRing();
    await ring({ free: false });
    expect(queryAllTexts(".o_notification_buttons button")).toEqual(["Open"]);
});

test("the call has nothing in it but a number", async () => {
    patchWithCleanup(browser, { open: (url) => expect.step(url) });
    const ring = await startRing();
    await ring({ phone: "+972 (3) 123-4567 javascript:alert" });
    await click(".o_notification_buttons button:contains(Call)");
    expect.verifySteps(["tel:+97231234567"]);
});

test("taking it opens what the server answers", async () => {
    onRpc("crm.lead", "action_take", ({ args }) => {
        expect.step(`take ${args[0]}`);
        return { type: "ir.actions.act_window", res_id: 7 };
    });
    const ring = await startRing({ doAction: (action) => expect.step(`open ${action.res_id}`) });
    await ring();
    await click(".o_notification_buttons button:contains(Take It)");
    await animationFrame();
    expect.verifySteps(["take 7", "open 7"]);
    expect(queryAll(".o_notification")).toHaveLength(0);
});
