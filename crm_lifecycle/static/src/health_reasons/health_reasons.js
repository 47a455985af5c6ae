import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { CardPanel, sectionProps } from "../customer_card/card_panel";

const STYLE = { good: "success", watch: "warning", risk: "danger", lost: "danger" };

/** A customer's risk and its reasons; each reason opens the rows that it came from. */
export class HealthReasons extends Component {
    static template = "crm_lifecycle.HealthReasons";
    static props = { data: Object };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
    }

    get style() {
        return `text-bg-${STYLE[this.props.data.health] || "secondary"}`;
    }

    async open(line) {
        const ids = [this.props.data.value_id];
        const args = [ids, line.factor];
        this.action.doAction(await this.orm.call("crm.customer.value", "action_open_reason", args));
    }
}

/** The reasons on a form. */
export class HealthReasonsField extends Component {
    static template = "crm_lifecycle.HealthReasonsField";
    static components = { HealthReasons };
    static props = { ...standardFieldProps };

    get data() {
        return this.props.record.data[this.props.name];
    }
}

registry.category("fields").add("health_reasons", {
    component: HealthReasonsField,
    displayName: _t("Reasons of a risk"),
    supportedTypes: ["json"],
});

/** The reasons on the customer's card. */
export class HealthSection extends Component {
    static template = "crm_lifecycle.HealthSection";
    static components = { CardPanel, HealthReasons };
    static props = sectionProps;

    get title() {
        return _t("Health");
    }
}

registry
    .category("crm_lifecycle.card_sections")
    .add("health", { Component: HealthSection, column: "first" }, { sequence: 45 });
