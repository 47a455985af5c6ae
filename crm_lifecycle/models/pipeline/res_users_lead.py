from odoo import models


class ResUsers(models.Model):
    """Who of us can be put on a lead."""

    _inherit = "res.users"

    def _may_be_on_leads(self, company=None):
        """Those who are active, internal, may read leads and belong to the company, if given."""
        leads = self.env["crm.lead"]
        return self.sudo().filtered(
            lambda user: (
                user.active
                and not user.share
                and (not company or company in user.company_ids)
                and leads.with_user(user).has_access("read")
            )
        )
