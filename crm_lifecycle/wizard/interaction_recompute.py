import logging

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..models.interaction.interaction_rate import MINUTES_PER_HOUR

_logger = logging.getLogger(__name__)


class CrmInteractionRecompute(models.TransientModel):
    """Cost the contacts of a period anew, at the rates of now, in the current company.

    The only way, on purpose, to move what contacts of the past cost. It is one statement in one
    transaction: cut anywhere, nothing has changed; run twice, the second changes nothing.
    """

    _name = "crm.interaction.recompute"
    _description = "Recompute Costs of Contacts"

    date_from = fields.Date(
        "From", required=True, default=lambda self: self._first_day(), help="This day included."
    )
    date_to = fields.Date(
        "To", required=True, default=fields.Date.context_today, help="This day included."
    )
    channel_ids = fields.Many2many(
        "crm.interaction.channel",
        string="Channels",
        context={"active_test": False},
        help="Leave empty for all channels.",
    )
    currency_id = fields.Many2one("res.currency", compute="_compute_preview")
    contact_count = fields.Integer("Contacts in Period", compute="_compute_preview")
    changed_count = fields.Integer("Contacts That Change", compute="_compute_preview")
    cost_before = fields.Monetary("Their Cost Now", compute="_compute_preview")
    cost_after = fields.Monetary("Their New Cost", compute="_compute_preview")

    @api.model
    def _first_day(self):
        return fields.Date.start_of(fields.Date.context_today(self), "month")

    def _compute_display_name(self):
        for wizard in self:
            wizard.display_name = self.env._("Recompute costs of contacts")

    @api.depends_context("company")
    @api.depends("date_from", "date_to", "channel_ids")
    def _compute_preview(self):
        for wizard in self:
            wizard.currency_id = self.env.company.currency_id
            counts = wizard._preview() if wizard.date_from and wizard.date_to else (0, 0, 0, 0)
            wizard.contact_count, wizard.changed_count = counts[:2]
            wizard.cost_before, wizard.cost_after = counts[2:]

    def _preview(self):
        """How many contacts there are and change, and what those cost before and after."""
        self._check_manager()
        total = self.env["crm.interaction"].search_count(self._domain())
        [row] = self.env.execute_query(
            SQL(
                "SELECT COUNT(*), COALESCE(SUM(was), 0), COALESCE(SUM(cost), 0) FROM (%s) changed",
                self._changed_sql(),
            )
        )
        return (total, *row)

    # ------------------------------------------------------------------ actions
    def action_recompute(self):
        """Cost the contacts anew, and say how many it were.

        :raises AccessError: for all but Lifecycle managers
        """
        self.ensure_one()
        self._check_manager()
        if self.date_from > self.date_to:
            raise UserError(self.env._("The period ends before it begins. Correct the days."))
        count = self._recompute()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("%(count)s contacts cost something else now.", count=count),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    @api.model
    def _check_manager(self):
        self.check_access("write")
        if not self.env.user.has_group("crm_lifecycle.group_lifecycle_manager"):
            raise AccessError(self.env._("Only Lifecycle managers recompute costs."))

    def _recompute(self):
        """Write the rates and costs that differ, and queue their customers.

        :return: how many contacts changed
        """
        rows = self.env.execute_query(
            SQL(
                """WITH changed AS (%s),
                        written AS (
                            UPDATE crm_interaction
                               SET fixed_cost = changed.fixed_cost,
                                   hourly_cost = changed.hourly_cost,
                                   cost = changed.cost,
                                   write_uid = %s, write_date = %s
                              FROM changed
                             WHERE crm_interaction.id = changed.id
                         RETURNING crm_interaction.partner_id)
                   SELECT partner_id, COUNT(*) FROM written GROUP BY partner_id""",
                self._changed_sql(),
                self.env.uid,
                fields.Datetime.now(),
            )
        )
        self.env["crm.interaction"].invalidate_model()
        company = self.env.company
        self.env["crm.customer.value.queue"]._push((row[0], company.id) for row in rows)
        count = sum(row[1] for row in rows)
        _logger.info(
            "Costs of %s contacts from %s to %s recomputed in company %s by user %s",
            *(count, self.date_from, self.date_to, company.id, self.env.uid),
        )
        return count

    # ------------------------------------------------------------------ which, and to what
    def _domain(self):
        """The contacts of the period in the current company."""
        domain = Domain("company_id", "=", self.env.company.id)
        domain &= Domain("date", ">=", self.date_from) & Domain("date", "<=", self.date_to)
        # Odoo reads the days in the user's time zone.
        if self.channel_ids:
            domain &= Domain("channel_id", "in", self.channel_ids.ids)
        return domain

    def _rates(self):
        """The rates of now: lists of channel id, user id, cost per contact and per hour."""
        interactions, company = self.env["crm.interaction"], self.env.company
        pairs = [
            pair[:2]
            for pair in interactions._read_group(
                self._domain(), ["channel_id", "user_id"], ["__count"]
            )
        ]
        users = self.env["res.users"].union(*(user for _channel, user in pairs))
        own = interactions._own_hourly_costs(users, company)
        rates = []
        for channel, user in pairs:
            now = channel.with_company(company)
            hourly = own.get(user.id) or now.hourly_cost
            rounded = [company.currency_id.round(cost) for cost in (now.fixed_cost, hourly)]
            rates.append((channel.id, user.id or None, *rounded))
        return [list(column) for column in zip(*rates, strict=True)] or [[], [], [], []]

    def _changed_sql(self):
        """``SELECT`` of the contacts whose rates are not those of now, with what they cost then."""
        interactions = self.env["crm.interaction"]
        interactions.flush_model()
        rounding = self.env.company.currency_id.rounding
        return SQL(
            """SELECT talk.id, talk.cost AS was, rate.fixed_cost, rate.hourly_cost,
                      ROUND((rate.fixed_cost + talk.minutes * rate.hourly_cost / %(hour)s)
                            / %(rounding)s::numeric) * %(rounding)s::numeric AS cost
                 FROM crm_interaction talk
                 JOIN unnest(%(channels)s::int[], %(users)s::int[],
                             %(fixed)s::numeric[], %(hourly)s::numeric[])
                      AS rate (channel_id, user_id, fixed_cost, hourly_cost)
                   ON rate.channel_id = talk.channel_id
                  AND rate.user_id IS NOT DISTINCT FROM talk.user_id
                WHERE talk.id IN %(talks)s
                  AND (talk.fixed_cost, talk.hourly_cost)
                      IS DISTINCT FROM (rate.fixed_cost, rate.hourly_cost)""",
            hour=MINUTES_PER_HOUR,
            rounding=rounding,
            talks=interactions._search(self._domain()).subselect(),
            **dict(zip(("channels", "users", "fixed", "hourly"), self._rates(), strict=True)),
        )
