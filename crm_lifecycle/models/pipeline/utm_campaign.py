from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

MANAGERS = ("sales_team.group_sale_manager", "crm_lifecycle.group_lifecycle_manager")


class UtmCampaign(models.Model):
    """What a campaign cost, so that what it brought can be held against it.

    Every employee may edit a campaign; its cost is for managers to set, and for salespeople and
    the app's users to see.
    """

    _inherit = "utm.campaign"

    cost = fields.Monetary(
        groups="sales_team.group_sale_salesman,crm_lifecycle.group_lifecycle_user",
        help="All that was spent on it, untaxed, in the currency of the campaign's company. "
        "Analysis > Sales Process > Campaigns allots it to the campaign's leads in equal parts.",
    )

    @api.constrains("cost", "company_id")
    def _check_cost(self):
        for campaign in self.sudo():
            if campaign.cost < 0:
                raise ValidationError(self.env._("The cost of a campaign cannot be negative."))
            if campaign.cost and not campaign.company_id:
                raise ValidationError(
                    self.env._(
                        "Choose the company of %(campaign)s: its cost is in that company's "
                        "currency.",
                        campaign=campaign.title,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        campaigns = super().create(vals_list)
        # After the defaults, which a client's context can set too.
        if any(campaigns.sudo().mapped("cost")):
            self._check_cost_right()
        return campaigns

    def write(self, vals):
        if "cost" in vals or ("company_id" in vals and any(self.sudo().mapped("cost"))):
            self._check_cost_right()
        return super().write(vals)

    @api.model
    def _check_cost_right(self):
        """Refuse users who may not say what a campaign cost."""
        if not self.env.su and not any(map(self.env.user.has_group, MANAGERS)):
            raise AccessError(
                self.env._("Only sales managers set the cost of a campaign. Ask one of them.")
            )
