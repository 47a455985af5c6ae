from odoo import fields, models


class CrmStartRuleMade(models.Model):
    """What a rule started for a customer, and when; written with the opportunity itself.

    The key keeps two jobs, or one that was killed and runs again, from starting it twice.
    """

    _name = "crm.start.rule.made"
    _description = "Opportunity Started by a Rule"
    _order = "date desc, id desc"

    rule_id = fields.Many2one(
        "crm.start.rule", required=True, index=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, index=True, readonly=True)
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, index=True, readonly=True, ondelete="cascade"
    )
    lead_id = fields.Many2one(
        "crm.lead", "Opportunity", index="btree_not_null", readonly=True, ondelete="set null"
    )
    date = fields.Date("Started", required=True, readonly=True)
    reason = fields.Char(readonly=True)

    _once = models.Constraint(
        "UNIQUE (rule_id, partner_id, date)", "A rule starts one a day for a customer."
    )

    def _compute_display_name(self):
        # Names of customers stay out of error messages and of links from elsewhere.
        for made in self:
            made.display_name = self.env._("Started by rule %(id)s", id=made.id)
