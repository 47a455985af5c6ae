import { Component } from "@odoo/owl";

import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

import { phoneLink } from "./card_format";
import { sectionProps } from "./card_panel";

/** Who they are, how to reach them, and the buttons. */
export class IdentitySection extends Component {
    static template = "crm_lifecycle.IdentitySection";
    static props = sectionProps;

    setup() {
        this.phoneLink = phoneLink;
    }

    get birthday() {
        const { days } = this.props.data.birthday;
        if (days === 0) {
            return _t("Birthday today");
        }
        return days === 1 ? _t("Birthday tomorrow") : _t("Birthday in %s days", days);
    }

    get doNotContact() {
        return _t("Do not contact by: %s", this.props.data.do_not_contact.join(", "));
    }

    /** Lines of label and text, those that are known. */
    get facts() {
        const data = this.props.data;
        return [
            { name: "address", icon: "fa-map-marker", label: _t("Address"), text: data.address },
            { name: "hours", icon: "fa-clock-o", label: _t("Hours"), text: data.hours },
            { name: "language", icon: "fa-globe", label: _t("Language"), text: data.language },
            {
                name: "manager",
                icon: "fa-handshake-o",
                label: _t("Account manager"),
                text: data.account_manager,
            },
            {
                name: "salesperson",
                icon: "fa-user-o",
                label: _t("Salesperson"),
                text: data.salesperson,
            },
        ].filter((fact) => fact.text);
    }

    openContact() {
        this.props.api.open({
            type: "ir.actions.act_window",
            res_model: "res.partner",
            res_id: this.props.card.partner_id,
            views: [[false, "form"]],
        });
    }

    write() {
        const id = this.props.card.partner_id;
        this.props.api.openDialog({
            type: "ir.actions.act_window",
            name: _t("Write"),
            res_model: "mail.compose.message",
            views: [[false, "form"]],
            target: "new",
            context: {
                default_model: "res.partner",
                default_res_ids: [id],
                default_partner_ids: [id],
                default_composition_mode: "comment",
            },
        });
    }

    planActivity() {
        const id = this.props.card.partner_id;
        this.props.api.openDialog({
            type: "ir.actions.act_window",
            name: _t("Plan Activity"),
            res_model: "mail.activity.schedule",
            views: [[false, "form"]],
            target: "new",
            context: { active_model: "res.partner", active_id: id, active_ids: [id] },
        });
    }
}

registry
    .category("crm_lifecycle.card_sections")
    .add("identity", { Component: IdentitySection, column: "head" }, { sequence: 10 });
