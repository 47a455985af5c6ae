from odoo import api, fields, models


class CrmBonusLine(models.Model):
    """What one person won, kept and grew in a period, in company currency, and the bonus on it.

    ``won + kept + grown`` is the person's revenue to the cent. A line without a person has the
    invoices that belong to nobody, so that the lines add up to the company's revenue.
    """

    _name = "crm.bonus.line"
    _description = "Retention Bonus of a Person"
    _order = "period_id, bonus desc, id"
    _log_access = False

    period_id = fields.Many2one(
        "crm.bonus.period", required=True, index=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, index=True, readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id", related_sudo=False)
    date_to = fields.Date("Period Ends", readonly=True)
    user_id = fields.Many2one(
        "res.users", "Person", index="btree_not_null", readonly=True, ondelete="restrict"
    )
    invoice_count = fields.Integer("Invoices", readonly=True)
    revenue = fields.Monetary(
        readonly=True, help="Invoices less credit notes of the period, untaxed."
    )
    won = fields.Monetary(
        readonly=True, help="Of customers in the first 365 days since their first purchase."
    )
    kept = fields.Monetary(
        readonly=True, help="Of other customers, up to what they bought in the period before."
    )
    grown = fields.Monetary(
        readonly=True, help="Of other customers, above what they bought in the period before."
    )
    bonus = fields.Monetary(readonly=True, help="Won, kept and grown, each by its rate.")
    invoice_ids = fields.One2many("crm.bonus.invoice", "line_id", readonly=True)

    @api.depends("period_id", "user_id")
    def _compute_display_name(self):
        for line in self:
            line.display_name = self.env._("Bonus %(id)s", id=line.id)

    def action_open_invoices(self):
        """The invoices that the line adds up: as many, and the same sum."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_lifecycle.action_crm_bonus_invoice"
        )
        return {**action, "domain": [("line_id", "=", self.id)]}
