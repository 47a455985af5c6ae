import { Component } from "@odoo/owl";

import { AutoComplete } from "@web/core/autocomplete/autocomplete";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";

/** A box to go to another customer: it proposes those that the viewer may see. */
export class CardSearch extends Component {
    static template = "crm_lifecycle.CardSearch";
    static props = { choose: Function, autofocus: { type: Boolean, optional: true } };
    static components = { AutoComplete };

    setup() {
        this.orm = useService("orm");
        this.sources = [{ options: (text) => this.find(text), optionSlot: "option" }];
    }

    get placeholder() {
        return _t("Name, phone or e-mail of a customer");
    }

    async find(text) {
        if (!text.trim()) {
            return [];
        }
        const found = await this.orm.call("crm.customer.card", "find", [text]);
        if (!found.length) {
            return [{ label: _t("No customer of yours is called that"), data: {} }];
        }
        return found.map((customer) => ({
            label: customer.name,
            data: { detail: customer.detail },
            onSelect: () => this.props.choose(customer.id),
        }));
    }
}
