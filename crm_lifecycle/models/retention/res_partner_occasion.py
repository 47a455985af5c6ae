from odoo import models

from ..segment.viewer_field import ViewerOne2many
from ..value.res_partner import USER


class ResPartner(models.Model):
    """Dates kept by hand, and what a person was given."""

    _inherit = "res.partner"

    occasion_date_ids = ViewerOne2many(
        "crm.occasion.date", "partner_id", "Kept Dates", groups=USER, copy=False
    )
    gift_given_ids = ViewerOne2many(
        "crm.gift.given", "contact_id", "Gifts Given", groups=USER, copy=False, readonly=True
    )
