import { Component } from "@odoo/owl";

import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

import { formatAmounts, formatDay } from "./card_format";
import { CardPanel, sectionProps } from "./card_panel";

/** What is open, each a click away. */
export class OpenSection extends Component {
    static template = "crm_lifecycle.OpenSection";
    static props = sectionProps;
    static components = { CardPanel };

    setup() {
        this.formatAmounts = formatAmounts;
        this.formatDay = formatDay;
    }

    get title() {
        return _t("Open");
    }

    openItem(item, domain = item.domain) {
        const form = item.opens ? [[false, "form"]] : [];
        this.props.api.open({
            type: "ir.actions.act_window",
            name: item.title,
            res_model: item.model,
            domain,
            context: { ...item.context, create: false },
            views: [[false, "list"], ...form],
        });
    }

    openRow(item, row) {
        if (!item.opens) {
            this.openItem(item, [["id", "=", row.res_id]]);
            return;
        }
        this.props.api.open({
            type: "ir.actions.act_window",
            res_model: row.model,
            res_id: row.res_id,
            views: [[false, "form"]],
        });
    }
}

registry
    .category("crm_lifecycle.card_sections")
    .add("open_items", { Component: OpenSection, column: "second" }, { sequence: 50 });
