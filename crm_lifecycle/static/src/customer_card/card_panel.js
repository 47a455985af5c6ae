import { Component } from "@odoo/owl";

/** The frame around a section: a heading, and what is in it. */
export class CardPanel extends Component {
    static template = "crm_lifecycle.CardPanel";
    static props = {
        title: String,
        icon: String,
        name: String,
        slots: Object,
    };
}

/** What every section of the card is given. */
export const sectionProps = {
    // Its part of `crm.customer.card.read_card`.
    data: true,
    // The whole answer.
    card: Object,
    // What a section may do: `open(action)`, `openDialog(action)`, `answer(promptId, value)`.
    api: Object,
};
