import { _t } from "@web/core/l10n/translation";
import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";

import { phoneLink } from "@crm_lifecycle/customer_card/card_format";

/**
 * A new lead from outside rings: a notification that stays, with Call and Take It.
 *
 * All of the lead's words are plain text: the notification escapes them.
 */
export const leadRingService = {
    dependencies: ["action", "bus_service", "notification", "orm"],

    start(env, { action, bus_service, notification, orm }) {
        async function take(lead) {
            const opened = await orm.call("crm.lead", "action_take", [[lead.id]]);
            await action.doAction(opened);
        }

        const open = (lead) => action.doAction(formOf(lead));

        function ring(lead) {
            let close = () => {};
            const then = (act) => async () => {
                close();
                await act(lead);
            };
            const buttons = [];
            if (lead.phone) {
                buttons.push({ name: _t("Call"), icon: "fa-phone", onClick: () => call(lead) });
            }
            if (lead.free) {
                buttons.push({ name: _t("Take It"), primary: true, onClick: then(take) });
            }
            buttons.push({ name: _t("Open"), onClick: then(open) });
            const message = [lead.name, lead.contact, lead.phone].filter(Boolean).join(" - ");
            close = notification.add(message, {
                title: _t("New lead"),
                type: "warning",
                sticky: true,
                buttons,
            });
        }

        bus_service.subscribe("crm_lifecycle.lead_ring", ring);
        bus_service.start();
    },
};

/** The action that opens the lead. */
function formOf(lead) {
    return {
        type: "ir.actions.act_window",
        res_model: "crm.lead",
        res_id: lead.id,
        views: [[false, "form"]],
    };
}

/** Hand the number to the telephone. */
function call(lead) {
    browser.open(phoneLink(lead.phone), "_self");
}

registry.category("services").add("crm_lifecycle.lead_ring", leadRingService);
