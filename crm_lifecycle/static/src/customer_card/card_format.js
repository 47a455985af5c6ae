import { formatCurrency } from "@web/core/currency";
import {
    deserializeDate,
    deserializeDateTime,
    formatDate,
    toLocaleDateTimeString,
} from "@web/core/l10n/dates";

const DATE_LENGTH = "2026-12-31".length;

/** Amounts as pairs of number and currency id, each in its own currency. */
export function formatAmounts(amounts) {
    return amounts.map(([amount, currencyId]) => formatCurrency(amount, currencyId)).join(" + ");
}

/** A date or moment of the server, as the viewer writes it. */
export function formatDay(text) {
    return text ? formatDate(toLocal(text)) : "";
}

export function formatMoment(text) {
    return text ? toLocaleDateTimeString(toLocal(text), { showSeconds: false }) : "";
}

function toLocal(text) {
    return text.length > DATE_LENGTH ? deserializeDateTime(text) : deserializeDate(text);
}

/** A link that dials: nothing but what can be dialled comes into it. */
export function phoneLink(phone) {
    return `tel:${phone.replace(/[^\d+*#,;]/g, "")}`;
}
