from datetime import datetime, time, timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ..value.res_partner import USER

# More days since means an earlier day.
EARLIER = {">": "<", ">=": "<=", "<": ">", "<=": ">="}
DAYS = 365 * 1000


class ResPartner(models.Model):
    """How long ago the last contact was: what a rule can say where a date cannot."""

    _inherit = "res.partner"

    days_since_contact = fields.Integer(
        "Days since Last Contact",
        compute="_compute_days_since_contact",
        search="_search_days_since_contact",
        compute_sudo=False,
        groups=USER,
        help="Empty where nobody ever talked with the customer.",
    )

    @api.depends_context("uid", "company")
    @api.depends("last_interaction_date")
    def _compute_days_since_contact(self):
        now = fields.Datetime.now()
        for partner in self:
            last = partner.last_interaction_date
            partner.days_since_contact = max(0, (now.date() - last.date()).days) if last else False

    @api.model
    def _search_days_since_contact(self, operator, value):
        if operator in EARLIER:
            return self._contacted(EARLIER[operator], value)
        if operator != "in":
            return NotImplemented
        domains = [
            self._contacted("<=", days) & self._contacted(">=", days)
            for days in value
            if days is not False
        ]
        if any(days is False for days in value):
            domains.append(Domain("last_interaction_date", "=", False))
        return Domain.OR(domains)

    @api.model
    def _contacted(self, operator, days):
        """Customers whose last contact compares so with a day that many days ago.

        Days are UTC days, like those of the contacts' costs.
        """
        days = int(max(-DAYS, min(DAYS, self._number_searched(days))))
        day = fields.Datetime.now().date() - timedelta(days=days)
        # "Before" is before the day begins, "until" is until it ends.
        end_of_day = operator in ("<=", ">")
        moment = datetime.combine(day, time.max if end_of_day else time.min)
        return Domain("last_interaction_date", operator, moment)
