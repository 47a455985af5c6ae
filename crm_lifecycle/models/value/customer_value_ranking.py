from odoo import api, fields, models


class CrmCustomerValueRanking(models.Model):
    """A company's last exact ranking: what a changed customer is placed against meanwhile."""

    _name = "crm.customer.value.ranking"
    _description = "Ranking Breakpoints"
    _order = "company_id"

    company_id = fields.Many2one("res.company", required=True, ondelete="cascade", readonly=True)
    as_of = fields.Date("As of", required=True, readonly=True)
    customer_count = fields.Integer("Ranked Customers", readonly=True)
    breakpoints = fields.Json(
        readonly=True, help="The worth at percents 0, 1 .. 100 of the ranking."
    )

    _company_uniq = models.UniqueIndex("(company_id)")

    def _compute_display_name(self):
        for ranking in self:
            ranking.display_name = self.env._("Ranking of %(day)s", day=ranking.as_of)

    @api.model
    def _of(self, company):
        """The company's ranking, empty where there was none yet; in sudo."""
        return self.sudo().search([("company_id", "=", company.id)])

    @api.model
    def _store(self, company, as_of, ranked):
        """Keep a ranking, writing only what differs.

        :param ranked: number of customers and the breakpoints
        """
        count, points = ranked
        vals = {"as_of": as_of, "customer_count": count, "breakpoints": points}
        ranking = self._of(company)
        if not ranking:
            self.sudo().create({"company_id": company.id, **vals})
        elif any(ranking[name] != value for name, value in vals.items()):
            ranking.write(vals)
