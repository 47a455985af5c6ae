import { Component, onWillUnmount, onWillUpdateProps, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

const STEP = 15000;
const COLORS = {
    running: "text-bg-success",
    outside: "text-bg-light",
    paused: "text-bg-info",
    warning: "text-bg-warning",
    failed: "text-bg-danger",
};

/**
 * The time that a lead has left in its stage, as a badge that counts down by itself.
 *
 * It starts from what the server said when the lead was read and asks nothing more: it counts
 * while there was work at that moment, and turns to late when nothing is left.
 */
export class ClockField extends Component {
    static template = "crm_lifecycle.ClockField";
    static props = { ...standardFieldProps };

    setup() {
        this.state = useState({ passed: 0 });
        this.start();
        onWillUpdateProps(() => this.start());
        const timer = setInterval(() => this.tick(), STEP);
        onWillUnmount(() => clearInterval(timer));
    }

    start() {
        this.read = Date.now();
        this.state.passed = 0;
    }

    tick() {
        if (this.data.clock_is_counting) {
            this.state.passed = (Date.now() - this.read) / 60000;
        }
    }

    get data() {
        return this.props.record.data;
    }

    get left() {
        return this.data.clock_left_minutes - this.state.passed;
    }

    get clockState() {
        return this.left < 0 && this.state.passed ? "failed" : this.data.clock_state;
    }

    get color() {
        return COLORS[this.clockState];
    }

    get text() {
        if (!this.state.passed) {
            return this.data[this.props.name];
        }
        return this.left < 0 ? _t("Late by %s", this.span) : _t("%s left", this.span);
    }

    get span() {
        const total = Math.floor(Math.abs(this.left));
        const day = this.data.clock_day_minutes || 480;
        const days = Math.floor(total / day);
        const hours = Math.floor((total % day) / 60);
        const minutes = (total % day) % 60;
        if (days === 1) {
            return hours ? _t("1 day %(hours)s h", { hours }) : _t("1 day");
        }
        if (days) {
            return hours
                ? _t("%(days)s days %(hours)s h", { days, hours })
                : _t("%(days)s days", { days });
        }
        if (!hours) {
            return _t("%s min", minutes);
        }
        return minutes
            ? _t("%(hours)s h %(minutes)s min", { hours, minutes })
            : _t("%(hours)s h", { hours });
    }
}

export const clockField = {
    component: ClockField,
    displayName: _t("Clock of a stage"),
    supportedTypes: ["char"],
    fieldDependencies: [
        { name: "clock_state", type: "selection" },
        { name: "clock_left_minutes", type: "float" },
        { name: "clock_is_counting", type: "boolean" },
        { name: "clock_day_minutes", type: "integer" },
    ],
};

registry.category("fields").add("lifecycle_clock", clockField);
