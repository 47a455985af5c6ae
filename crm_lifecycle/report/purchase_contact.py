from odoo import api, fields, models
from odoo.tools import SQL

BANDS = [
    ("1_week", "Within 7 Days"),
    ("2_month", "8 to 30 Days"),
    ("3_quarter", "31 to 90 Days"),
    ("4_half", "91 to 180 Days"),
    ("5_later", "More than 180 Days"),
    ("6_none", "No Contact before"),
]


class CrmPurchaseContact(models.Model):
    """How long after our last contact customers buy: the days, and how they are spread.

    One row is a purchase: a customer's posted invoices of one day. The contact is the last one
    on that day or before it, of a channel that counts as a touch, in either direction. A
    purchase without any is counted in its own band and left out of medians.
    """

    _name = "crm.purchase.contact"
    _description = "From Contact to Purchase"
    _inherit = ["crm.retention.analysis"]
    _auto = False
    _log_access = False
    _order = "date desc, id desc"
    _depends = {
        "account.move": ["state", "move_type", "invoice_date", "amount_untaxed_signed"],
        "crm.interaction": ["partner_id", "company_id", "date", "channel_id", "user_id"],
        "crm.interaction.channel": ["is_touch"],
        "crm.customer.value": ["tier", "phase", "health"],
    }

    date = fields.Date("Purchase", readonly=True)
    contact_date = fields.Date("Last Contact", readonly=True)
    channel_id = fields.Many2one("crm.interaction.channel", readonly=True)
    user_id = fields.Many2one("res.users", "Contact by", readonly=True)
    direction = fields.Selection(
        lambda self: self.env["crm.interaction"]._fields["direction"].selection,
        "Started by",
        readonly=True,
    )
    band = fields.Selection(BANDS, "Days since Contact", readonly=True)
    days = fields.Integer("Mean Days", readonly=True, aggregator="avg")
    median_days = fields.Float(readonly=True, aggregator="avg", help="Half took longer.")
    p90_days = fields.Float(
        "90 % within Days", readonly=True, aggregator="avg", help="One of ten took longer."
    )
    purchase_count = fields.Integer("Purchases", readonly=True)
    known_count = fields.Integer("After a Contact", readonly=True)
    amount = fields.Monetary(readonly=True, help="Untaxed, in the company's currency.")
    currency_id = fields.Many2one(related="company_id.currency_id", related_sudo=False)

    @api.model
    def _percentiles(self):
        return {"median_days": ("days", 0.5), "p90_days": ("days", 0.9)}

    @property
    def _table_query(self):
        return self._of_customers(
            SQL(
                """SELECT purchase.*, 1 AS purchase_count, last.date::date AS contact_date,
                          last.channel_id, last.user_id, last.direction, gap.days,
                          gap.days::float8 AS median_days, gap.days::float8 AS p90_days,
                          (gap.days IS NOT NULL)::int AS known_count,
                          CASE WHEN gap.days <= 7 THEN '1_week' WHEN gap.days <= 30 THEN '2_month'
                               WHEN gap.days <= 90 THEN '3_quarter'
                               WHEN gap.days <= 180 THEN '4_half'
                               WHEN gap.days > 180 THEN '5_later' ELSE '6_none' END AS band
                     FROM (SELECT MIN(move.id) AS id, move.commercial_partner_id AS partner_id,
                                  move.company_id, move.invoice_date AS date,
                                  SUM(move.amount_untaxed_signed) AS amount
                             FROM account_move move
                            WHERE %(bought)s AND move.commercial_partner_id IS NOT NULL
                            GROUP BY move.commercial_partner_id, move.company_id,
                                     move.invoice_date) purchase
                     LEFT JOIN LATERAL (
                          SELECT talk.date, talk.channel_id, talk.user_id, talk.direction
                            FROM crm_interaction talk
                            JOIN crm_interaction_channel channel
                                 ON channel.id = talk.channel_id AND channel.is_touch
                           WHERE talk.partner_id = purchase.partner_id
                             AND talk.company_id = purchase.company_id
                             AND talk.date < purchase.date + 1
                           ORDER BY talk.date DESC, talk.id DESC LIMIT 1) last ON TRUE
                     CROSS JOIN LATERAL (
                          SELECT purchase.date - last.date::date AS days) gap""",
                bought=self._bought(),
            )
        )
