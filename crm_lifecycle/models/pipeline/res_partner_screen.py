from odoo import api, models
from odoo.exceptions import ValidationError

from ..segment.viewer_field import ViewerBoolean, ViewerChar

MANAGER = "crm_lifecycle.group_lifecycle_manager"


class ResPartner(models.Model):
    """A customer whom a manager has blocked: their leads are flagged in every company.

    Only managers read and write it; whoever looks after the customer reads the reason on the
    flagged lead. It stands on the customer, not on a contact of theirs.
    """

    _inherit = "res.partner"

    lifecycle_blocked = ViewerBoolean(
        "Blocked",
        copy=False,
        tracking=True,
        groups=MANAGER,
        help="Leads of this customer are flagged before effort is spent on them.",
    )
    lifecycle_blocked_reason = ViewerChar(
        "Reason for Blocking", copy=False, tracking=True, size=200, groups=MANAGER
    )

    # By which a lead is matched to the customers of its e-mail's domain.
    _email_domain_idx = models.Index(
        "(split_part(email_normalized, '@', 2)) WHERE email_normalized IS NOT NULL"
    )
    _lifecycle_blocked_idx = models.Index("(id) WHERE lifecycle_blocked")

    @api.constrains("lifecycle_blocked")
    def _check_lifecycle_blocked(self):
        for contact in self:
            customer = contact.commercial_partner_id
            if contact.lifecycle_blocked and customer != contact:
                raise ValidationError(
                    self.env._("Block the customer, %(name)s, not a contact.", name=customer.name)
                )

    @api.model_create_multi
    def create(self, vals_list):
        partners = super().create(vals_list)
        if any(vals.get("lifecycle_blocked") for vals in vals_list):
            self.env["crm.lead"]._screening_changed()
        return partners

    def write(self, vals):
        result = super().write(vals)
        if "lifecycle_blocked" in vals:
            self.env["crm.lead"]._screening_changed()
        return result
