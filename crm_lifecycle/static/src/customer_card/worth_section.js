import { Component } from "@odoo/owl";

import { formatCurrency } from "@web/core/currency";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

import { formatDay } from "./card_format";
import { CardPanel, sectionProps } from "./card_panel";

const TIER_STYLE = { a: "success", b: "info", c: "secondary", d: "danger" };
const HEALTH_STYLE = { good: "success", watch: "warning", risk: "danger", lost: "secondary" };
const WIDTH = 100;
const HEIGHT = 30;
const EDGE = 2;

/** Points of a line through the numbers, in a box of WIDTH by HEIGHT. */
export function linePoints(numbers) {
    const low = Math.min(...numbers);
    const span = Math.max(...numbers) - low || 1;
    const step = WIDTH / Math.max(numbers.length - 1, 1);
    return numbers
        .map((number, place) => {
            const height = ((number - low) / span) * (HEIGHT - 2 * EDGE);
            return `${(place * step).toFixed(1)},${(HEIGHT - EDGE - height).toFixed(1)}`;
        })
        .join(" ");
}

/** What they are worth, and how that moved. */
export class WorthSection extends Component {
    static template = "crm_lifecycle.WorthSection";
    static props = sectionProps;
    static components = { CardPanel };

    setup() {
        this.formatDay = formatDay;
    }

    money(amount) {
        return formatCurrency(amount, this.props.data.currency_id);
    }

    get title() {
        return _t("Worth");
    }

    get tier() {
        return _t("Tier %s", this.props.data.tier.toUpperCase());
    }

    get daysLate() {
        return _t("%s days late", this.props.data.days_late);
    }

    get tierStyle() {
        return `text-bg-${TIER_STYLE[this.props.data.tier] || "secondary"}`;
    }

    get healthStyle() {
        return `text-bg-${HEALTH_STYLE[this.props.data.health_key] || "secondary"}`;
    }

    get points() {
        return linePoints(this.props.data.history);
    }

    get trend() {
        const { change } = this.props.data;
        if (!change) {
            return { icon: "fa-minus", style: "text-muted", text: _t("as last month") };
        }
        const text = _t("%s since last month", this.money(Math.abs(change)));
        return change > 0
            ? { icon: "fa-arrow-up", style: "text-success", text }
            : { icon: "fa-arrow-down", style: "text-danger", text };
    }
}

registry
    .category("crm_lifecycle.card_sections")
    .add("worth", { Component: WorthSection, column: "first" }, { sequence: 40 });
