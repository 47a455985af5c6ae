from odoo import api, fields, models
from odoo.tools import SQL


class CrmContactRate(models.Model):
    """Complaints per hundred customers, contacts per customer and who starts them.

    By area, product and period. One row is a line of a posted invoice, which says who bought,
    or a contact. Customers are those who bought in the period, the area or of the product that
    is looked at, each once; contacts and complaints are those of the same. A complaint has a
    product only where somebody chose it.
    """

    _name = "crm.contact.rate"
    _description = "Complaints and Contacts per Customer"
    _inherit = ["crm.retention.analysis"]
    _auto = False
    _log_access = False
    _order = "date desc, id desc"
    _depends = {
        "account.move": ["state", "move_type", "invoice_date", "amount_untaxed_signed"],
        "account.move.line": ["product_id", "display_type"],
        "crm.interaction": ["partner_id", "date", "channel_id", "is_complaint", "product_id"],
        "crm.interaction.channel": ["is_touch"],
        "res.partner": ["country_id", "state_id", "city"],
        "crm.customer.value": ["tier", "phase", "health"],
    }

    date = fields.Date(readonly=True, help="Of the invoice or the contact.")
    country_id = fields.Many2one("res.country", readonly=True)
    state_id = fields.Many2one("res.country.state", "State or Region", readonly=True)
    city = fields.Char(readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    channel_id = fields.Many2one("crm.interaction.channel", readonly=True)
    buyer_id = fields.Many2one(
        "res.partner", "Customers", readonly=True, aggregator="count_distinct", help="Who bought."
    )
    contact_count = fields.Integer("Contacts", readonly=True)
    inbound_count = fields.Integer("Contacts by Customer", readonly=True)
    complaint_count = fields.Integer("Complaints", readonly=True)
    complaint_rate = fields.Float(
        "Complaints per Hundred",
        readonly=True,
        aggregator="avg",
        help="100 x complaints / customers who bought.",
    )
    contact_rate = fields.Float(
        "Contacts per Customer",
        readonly=True,
        aggregator="avg",
        help="Contacts / customers who bought.",
    )
    inbound_share = fields.Float(
        "Started by Customer", readonly=True, aggregator="avg", help="Share of the contacts."
    )

    @api.model
    def _ratios(self):
        return {
            "complaint_rate": ("complaint_count:sum", "buyer_id:count_distinct"),
            "contact_rate": ("contact_count:sum", "buyer_id:count_distinct"),
            "inbound_share": ("inbound_count:sum", "contact_count:sum"),
        }

    def _read_group_select(self, aggregate_spec, query):
        found = super()._read_group_select(aggregate_spec, query)
        return SQL("100 * %s", found) if aggregate_spec == "complaint_rate:avg" else found

    @property
    def _table_query(self):
        return self._of_customers(
            SQL(
                """SELECT row.*, area.country_id, area.state_id, area.city,
                          NULL::float8 AS complaint_rate, NULL::float8 AS contact_rate,
                          NULL::float8 AS inbound_share
                     FROM (%s UNION ALL %s) AS row
                     JOIN res_partner area ON area.id = row.partner_id""",
                self._of_purchases(),
                self._of_contacts(),
            )
        )

    @api.model
    def _of_purchases(self):
        return SQL(
            """SELECT line.id * 2 AS id, move.commercial_partner_id AS partner_id,
                      move.company_id, move.invoice_date AS date, line.product_id,
                      NULL::int AS channel_id, move.commercial_partner_id AS buyer_id,
                      0 AS contact_count, 0 AS inbound_count, 0 AS complaint_count
                 FROM account_move_line line
                 JOIN account_move move ON move.id = line.move_id
                WHERE line.display_type = 'product' AND %s""",
            self._bought(),
        )

    @api.model
    def _of_contacts(self):
        return SQL(
            """SELECT talk.id * 2 + 1, talk.partner_id, talk.company_id, talk.date::date,
                      talk.product_id, talk.channel_id, NULL::int, channel.is_touch::int,
                      (channel.is_touch AND talk.direction = 'in')::int,
                      COALESCE(talk.is_complaint, FALSE)::int
                 FROM crm_interaction talk
                 JOIN crm_interaction_channel channel ON channel.id = talk.channel_id
                WHERE channel.is_touch OR talk.is_complaint"""
        )
