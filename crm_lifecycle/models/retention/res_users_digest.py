from odoo import fields, models


class ResUsers(models.Model):
    """Whoever wants no weekly digest says so, in their own preferences."""

    _inherit = "res.users"

    lifecycle_no_digest = fields.Boolean(
        "No Weekly Digest",
        groups="crm_lifecycle.group_lifecycle_user",
        help="No e-mail with the due contacts of the week.",
    )

    @property
    def SELF_READABLE_FIELDS(self):  # noqa: N802
        return [*super().SELF_READABLE_FIELDS, "lifecycle_no_digest"]

    @property
    def SELF_WRITEABLE_FIELDS(self):  # noqa: N802
        return [*super().SELF_WRITEABLE_FIELDS, "lifecycle_no_digest"]
