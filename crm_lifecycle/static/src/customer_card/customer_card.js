import { Component, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";

import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

import { CardSearch } from "./card_search";

const TAG = "crm_lifecycle.customer_card";
const COLUMNS = ["first", "second", "third"];

/**
 * One page on a customer: `/odoo/customer-card/<id>`, or a search box without an id.
 *
 * What it shows are the sections of `crm.customer.card.read_card`, each drawn by the component
 * that the registry `crm_lifecycle.card_sections` has under its name, as `{ Component, column }`.
 * A section the server does not send, or nobody draws, is not there.
 */
export class CustomerCard extends Component {
    static template = "crm_lifecycle.CustomerCard";
    static props = { ...standardActionServiceProps };
    static components = { CardSearch, Layout };
    static path = "customer-card";
    static displayName = _t("Card");

    /** The customer to show, where an action names one; the address names it as `resId`. */
    static extractProps({ params, context }) {
        const resId = params?.resId || context?.active_id;
        return resId ? { resId } : {};
    }

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.keepLast = new KeepLast();
        this.state = useState({ card: null, status: "search" });
        this.api = {
            answer: (promptId, value) => this.answer(promptId, value),
            logContact: () => this.logContact(),
            open: (action) => this.action.doAction(action),
            openDialog: (action) => this.openDialog(action),
            show: (id) => this.show(id),
        };
        // Not waited for: the page stands at once, and says that it is loading.
        onWillStart(() => void this.load(this.props.resId));
        onWillUpdateProps(({ resId }) => {
            if (resId !== this.props.resId) {
                this.load(resId);
            }
        });
    }

    async load(resId) {
        if (!resId) {
            this.state.status = "search";
            return;
        }
        this.state.status = this.state.card ? this.state.status : "loading";
        await this.take(() => this.orm.call("crm.customer.card", "read_card", [resId]));
    }

    /** Show the card that the server answers; a failure leaves a sentence beside its dialog. */
    async take(request) {
        try {
            this.put(await this.keepLast.add(request()));
        } catch (error) {
            this.state.status = this.state.card ? "ready" : "failed";
            throw error;
        }
    }

    put(card) {
        this.state.card = card || null;
        this.state.status = card ? "ready" : "missing";
        if (card) {
            this.env.config.setDisplayName(card.name);
        }
    }

    get title() {
        return _t("Whose card would you like to see?");
    }

    /** The sections of a column that there are, in order. */
    sections(column) {
        return registry
            .category("crm_lifecycle.card_sections")
            .getEntries()
            .map(([name, entry]) => ({ name, ...entry }))
            .filter((entry) => entry.column === column && entry.name in this.state.card.sections);
    }

    get columns() {
        return COLUMNS.map((name) => ({ name, sections: this.sections(name) })).filter(
            (column) => column.sections.length,
        );
    }

    reload() {
        return this.load(this.props.resId);
    }

    show(resId) {
        return this.action.doAction(
            { type: "ir.actions.client", tag: TAG, params: { resId } },
            { stackPosition: "replaceCurrentAction" },
        );
    }

    openDialog(action) {
        return this.action.doAction(action, { onClose: () => this.reload() });
    }

    async logContact() {
        const ids = [this.state.card.partner_id];
        this.openDialog(await this.orm.call("res.partner", "action_log_interaction", [ids]));
    }

    answer(promptId, value) {
        const card = this.state.card.partner_id;
        return this.take(() =>
            this.orm.call("crm.customer.card", "answer", [card, promptId, value]),
        );
    }
}

registry.category("actions").add(TAG, CustomerCard);
