from odoo import api, fields, models
from odoo.tools import SQL

SPAN = 180


class CrmCadenceEffect(models.Model):
    """Contacts and worth of customers before and after they came under a cadence.

    One row per customer and company: the 180 days before the day the first due contact of a
    cadence was planned, and the 180 days from it. Only customers of whom these days are over
    are comparable; for the others *After* is so far. It shows what went together, not that
    one made the other.
    """

    _name = "crm.cadence.effect"
    _description = "Before and After a Cadence"
    _inherit = ["crm.retention.analysis"]
    _auto = False
    _log_access = False
    _order = "date desc, id desc"
    _depends = {
        "crm.touchpoint": ["partner_id", "company_id", "cadence_id", "kind", "floor_date"],
        "account.move": ["state", "move_type", "invoice_date", "amount_untaxed_signed"],
        "crm.interaction": ["partner_id", "company_id", "date", "channel_id", "cost"],
        "crm.interaction.channel": ["is_touch"],
        "crm.customer.value": ["tier", "phase", "health"],
    }

    date = fields.Date("Came under a Cadence", readonly=True)
    cadence_id = fields.Many2one("crm.cadence", readonly=True)
    is_over = fields.Boolean("180 Days Are Over", readonly=True)
    customer_count = fields.Integer("Customers", readonly=True)
    contacts_before = fields.Integer(readonly=True)
    contacts_after = fields.Integer(readonly=True)
    worth_before = fields.Monetary(readonly=True, help="Revenue less service cost.")
    worth_after = fields.Monetary(readonly=True, help="Revenue less service cost.")
    worth_change = fields.Monetary(readonly=True, help="Worth after less worth before.")
    average_contacts_before = fields.Float(
        "Contacts per Customer before", readonly=True, aggregator="avg"
    )
    average_contacts_after = fields.Float(
        "Contacts per Customer after", readonly=True, aggregator="avg"
    )
    average_change = fields.Monetary(
        "Change of Worth per Customer", readonly=True, aggregator="avg"
    )
    currency_id = fields.Many2one(related="company_id.currency_id", related_sudo=False)

    @property
    def _table_query(self):
        return self._of_customers(
            SQL(
                """WITH came AS (%(came)s)
                   SELECT came.*, 1 AS customer_count,
                          came.date + %(span)s <= %(today)s AS is_over,
                          COALESCE(talk.before, 0) AS contacts_before,
                          COALESCE(talk.after, 0) AS contacts_after,
                          COALESCE(talk.before, 0) AS average_contacts_before,
                          COALESCE(talk.after, 0) AS average_contacts_after,
                          COALESCE(worth.before, 0) AS worth_before,
                          COALESCE(worth.after, 0) AS worth_after,
                          COALESCE(worth.after, 0) - COALESCE(worth.before, 0) AS worth_change,
                          COALESCE(worth.after, 0) - COALESCE(worth.before, 0) AS average_change
                     FROM came
                     LEFT JOIN (%(talks)s) talk ON talk.id = came.id
                     LEFT JOIN (%(worths)s) worth ON worth.id = came.id""",
                came=self._came(),
                span=SPAN,
                today=self._today(),
                talks=self._around(SQL("COUNT(*)"), self._touches()),
                worths=self._around(SQL("SUM(fact.amount)"), self._worth_lines()),
            )
        )

    @api.model
    def _came(self):
        """``SELECT`` of the first due contact of a cadence of each customer."""
        return SQL(
            """SELECT DISTINCT ON (touch.partner_id, touch.company_id)
                      touch.id, touch.partner_id, touch.company_id, touch.cadence_id, day.date
                 FROM crm_touchpoint touch
                 CROSS JOIN LATERAL (SELECT COALESCE(
                      touch.floor_date, touch.create_date::date) AS date) day
                WHERE touch.kind = 'cadence'
                ORDER BY touch.partner_id, touch.company_id, day.date, touch.id"""
        )

    @api.model
    def _touches(self):
        return SQL(
            """SELECT talk.partner_id, talk.company_id, talk.date::date AS day
                 FROM crm_interaction talk
                 JOIN crm_interaction_channel channel
                      ON channel.id = talk.channel_id AND channel.is_touch"""
        )

    @api.model
    def _around(self, figure, facts):
        """``SELECT`` of a figure of facts with a ``day``, before and after each came.

        :param SQL figure: an aggregate of ``fact``
        """
        return SQL(
            """SELECT came.id, %(figure)s FILTER (WHERE fact.day < came.date) AS before,
                      %(figure)s FILTER (WHERE fact.day >= came.date) AS after
                 FROM came
                 JOIN (%(facts)s) fact
                      ON fact.partner_id = came.partner_id AND fact.company_id = came.company_id
                     AND fact.day >= came.date - %(span)s AND fact.day < came.date + %(span)s
                     AND fact.day <= %(today)s
                GROUP BY came.id""",
            figure=figure,
            facts=facts,
            span=SPAN,
            today=self._today(),
        )
