from odoo import api, models
from odoo.http import request

from .crm_lead_arrival import FORM_PATH


class CrmLead(models.Model):
    """A lead of the website's form, a mail or a chat is free for the persons on duty to take.

    Odoo gives it to the team leader, where nobody is named. A team that has persons on duty
    leaves it to them; the form, the website or a rule may name somebody all the same. Asked only
    at these doors.
    """

    _inherit = "crm.lead"

    @api.model_create_multi
    def create(self, vals_list):
        if not request or FORM_PATH not in request.httprequest.path:
            return super().create(vals_list)
        # Without a salesperson in the values, the customer's account manager is asked for.
        leads = super(CrmLead, self.with_context(default_user_id=False)).create(
            [self._left_to_duty(vals) for vals in vals_list]
        )
        return leads.with_env(self.env)

    def _assign_userless_lead_in_team(self, creation_source):
        """Of mails and chats: leave those of teams with persons on duty to them."""
        left = self.filtered(lambda lead: lead.sudo().team_id.duty_user_ids)
        return super(CrmLead, self - left)._assign_userless_lead_in_team(creation_source)

    @api.model
    def _left_to_duty(self, vals):
        """The values, without a team leader whom nobody named, where persons are on duty."""
        named = vals.get("user_id")
        team = self.env["crm.team"].sudo().browse(vals.get("team_id"))
        by_default = named == team.user_id.id and not self._site_names_salesperson()
        if named and not (by_default and team.duty_user_ids):
            return vals
        return {name: value for name, value in vals.items() if name != "user_id"}

    @api.model
    def _site_names_salesperson(self):
        """Whether the form that was sent, or the website it was sent on, names a salesperson."""
        site = getattr(request, "website", None)
        return bool(request.params.get("user_id") or (site and site.sudo().crm_default_user_id))
