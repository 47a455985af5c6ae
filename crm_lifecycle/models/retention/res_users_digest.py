from odoo import fields, models
from odoo.exceptions import AccessError

USER = "crm_lifecycle.group_lifecycle_user"


class ResUsers(models.Model):
    """Whoever wants no weekly digest says so, with a button in their own preferences.

    Fields that users write themselves Odoo shows to everybody; this one is for Lifecycle users.
    """

    _inherit = "res.users"

    lifecycle_no_digest = fields.Boolean(
        "No Weekly Digest", groups=USER, help="No e-mail with the due contacts of the week."
    )

    def action_toggle_digest(self):
        """Want the weekly digest no longer, or again.

        :raises AccessError: for anybody but oneself, and without a part in Lifecycle
        """
        self.ensure_one()
        if self != self.env.user or not self.env.user.has_group(USER):
            raise AccessError(self.env._("Whoever gets the digest decides whether they want it."))
        own = self.sudo()
        own.lifecycle_no_digest = not own.lifecycle_no_digest
