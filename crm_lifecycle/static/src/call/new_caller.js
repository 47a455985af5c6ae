import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

/**
 * A new contact with the number of who calls, for /odoo/new-caller?caller=tel:<number>.
 * An action's context cannot be in an address, so this makes the action.
 */
export function newCaller(env, action) {
    const number = String(action.params.caller || "").replace(/^tel:/, "");
    return {
        type: "ir.actions.act_window",
        name: _t("New Contact"),
        res_model: "res.partner",
        views: [[false, "form"]],
        context: { default_phone: number },
    };
}
newCaller.path = "new-caller";

registry.category("actions").add("crm_lifecycle_new_caller", newCaller);
