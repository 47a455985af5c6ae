import { Component } from "@odoo/owl";

import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";

import { formatDay } from "./card_format";
import { CardPanel, sectionProps } from "./card_panel";

const BADGES = { open: "text-bg-warning", handled: "text-bg-success", closed: "text-bg-secondary" };

/** What happened at the customer, and what we did about it: a timeline, newest first. */
export class EventsSection extends Component {
    static template = "crm_lifecycle.EventsSection";
    static props = sectionProps;
    static components = { CardPanel };

    setup() {
        this.orm = useService("orm");
        this.formatDay = formatDay;
    }

    get title() {
        return _t("Events");
    }

    badge(row) {
        return BADGES[row.state];
    }

    planned(reaction) {
        return reaction.done ? _t("Done") : _t("Planned");
    }

    /** By whom and when a reaction was done, or is to be. */
    who(reaction) {
        return [reaction.user, formatDay(reaction.date)].filter(Boolean).join(" · ");
    }

    /** Report a new event; the card comes anew once it is saved. */
    async report() {
        const ids = [this.props.card.partner_id];
        this.props.api.openDialog(await this.orm.call("res.partner", "action_report_event", [ids]));
    }

    async openAll() {
        const ids = [this.props.card.partner_id];
        this.props.api.open(await this.orm.call("res.partner", "action_open_events", [ids]));
    }

    openRow(row) {
        this.props.api.open({
            type: "ir.actions.act_window",
            res_model: "crm.customer.event",
            res_id: row.id,
            views: [[false, "form"]],
        });
    }
}

registry
    .category("crm_lifecycle.card_sections")
    .add("events", { Component: EventsSection, column: "second" }, { sequence: 55 });
