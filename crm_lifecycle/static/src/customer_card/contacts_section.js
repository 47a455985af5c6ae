import { Component } from "@odoo/owl";

import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

import { formatMoment } from "./card_format";
import { CardPanel, sectionProps } from "./card_panel";

const STARS = [1, 2, 3, 4, 5];

/** The last contacts, by any department. */
export class ContactsSection extends Component {
    static template = "crm_lifecycle.ContactsSection";
    static props = sectionProps;
    static components = { CardPanel };

    setup() {
        this.formatMoment = formatMoment;
        this.stars = STARS;
    }

    get title() {
        return _t("Last Contacts");
    }

    direction(row) {
        return row.direction === "in"
            ? { icon: "fa-arrow-circle-down text-info", text: _t("They contacted us") }
            : { icon: "fa-arrow-circle-up text-muted", text: _t("We contacted them") };
    }

    complaint(row) {
        return _t("Complaint: %s", row.complaint);
    }

    satisfaction(row) {
        return _t("Satisfaction %s of 5", row.satisfaction);
    }

    /** Who of theirs talked with whom of ours. */
    people(row) {
        return [row.contact, row.user].filter(Boolean).join(" · ");
    }

    openAll() {
        this.props.api.open({
            type: "ir.actions.act_window",
            name: _t("Contacts"),
            res_model: "crm.interaction",
            domain: [["partner_id", "=", this.props.card.customer_id]],
            views: [
                [false, "list"],
                [false, "form"],
            ],
        });
    }

    openRow(row) {
        this.props.api.open({
            type: "ir.actions.act_window",
            res_model: "crm.interaction",
            res_id: row.id,
            views: [[false, "form"]],
        });
    }
}

registry
    .category("crm_lifecycle.card_sections")
    .add("contacts", { Component: ContactsSection, column: "third" }, { sequence: 60 });
