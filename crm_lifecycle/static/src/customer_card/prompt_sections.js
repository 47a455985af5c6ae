import { Component, useState } from "@odoo/owl";

import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { parseFloat } from "@web/views/fields/parsers";

import { CardPanel, sectionProps } from "./card_panel";

const NUMBERS = ["integer", "float"];

/** What this customer should hear. */
export class TellSection extends Component {
    static template = "crm_lifecycle.TellSection";
    static props = sectionProps;
    static components = { CardPanel };

    get title() {
        return _t("Tell");
    }
}

/** One question, and the answer that is being written. */
export class Question extends Component {
    static template = "crm_lifecycle.Question";
    static props = { question: Object, answer: Function };

    setup() {
        this.state = useState({ value: "", chosen: [], busy: false });
    }

    get inputType() {
        return this.props.question.type === "date" ? "date" : "text";
    }

    get isNumber() {
        return NUMBERS.includes(this.props.question.type);
    }

    get isChoice() {
        return ["selection", "many2one"].includes(this.props.question.type);
    }

    get isMultiple() {
        return this.props.question.type === "many2many";
    }

    /** The answer as the server takes it; null where nothing is written. */
    get value() {
        const { value, chosen } = this.state;
        if (this.isMultiple) {
            return chosen.length ? [...chosen] : null;
        }
        if (!value.trim()) {
            return null;
        }
        if (this.isNumber) {
            return this.number;
        }
        return this.props.question.type === "many2one" ? Number(value) : value.trim();
    }

    /** The number as the viewer's language writes it; null while it is none. */
    get number() {
        try {
            return parseFloat(this.state.value);
        } catch {
            return null;
        }
    }

    toggle(id) {
        const { chosen } = this.state;
        this.state.chosen = chosen.includes(id)
            ? chosen.filter((other) => other !== id)
            : [...chosen, id];
    }

    async save() {
        if (this.value === null || this.state.busy) {
            return;
        }
        this.state.busy = true;
        try {
            await this.props.answer(this.props.question.id, this.value);
        } finally {
            this.state.busy = false;
        }
    }
}

/** What we still want to know. */
export class AskSection extends Component {
    static template = "crm_lifecycle.AskSection";
    static props = sectionProps;
    static components = { CardPanel, Question };

    get title() {
        return _t("Ask");
    }
}

registry
    .category("crm_lifecycle.card_sections")
    .add("tell", { Component: TellSection, column: "first" }, { sequence: 20 })
    .add("ask", { Component: AskSection, column: "first" }, { sequence: 30 });
