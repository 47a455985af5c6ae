import re

from odoo import api, models

CONTACTS = 10
SHOWN_TEXT = 400
ICON = re.compile(r"fa-[a-z0-9-]+")
PLAIN_ICON = "fa-comment-o"


class CrmCustomerCard(models.AbstractModel):
    """The last contacts of any kind, by any department, in all companies the viewer works in."""

    _inherit = "crm.customer.card"

    @api.model
    def _card_contacts(self, partner):
        """The last ten, newest first."""
        interactions = self.env["crm.interaction"]
        if not interactions.has_access("read"):
            return None
        found = interactions.search_fetch(
            [("partner_id", "=", partner.commercial_partner_id.id)],
            self._contact_fields(),
            limit=CONTACTS,
        )
        return {"rows": [self._contact_row(interaction) for interaction in found]}

    @api.model
    def _contact_fields(self):
        return [
            "date",
            "channel_id",
            "direction",
            "user_id",
            "contact_id",
            "summary",
            "said",
            "learned",
            "topic_ids",
            "is_complaint",
            "complaint_state",
            "satisfaction",
        ]

    @api.model
    def _contact_row(self, interaction):
        """One contact as the card shows it."""
        # Names stand beside every link of Odoo's, also where the record is not to be read.
        names = interaction.sudo()
        complaint = interaction.is_complaint and self._label(interaction, "complaint_state")
        return {
            "id": interaction.id,
            "date": str(interaction.date),
            "channel": names.channel_id.name or "",
            "icon": self._icon(names.channel_id.icon),
            "direction": interaction.direction,
            "user": names.user_id.name or "",
            "contact": (names.contact_id - names.partner_id).name or "",
            "summary": interaction.summary or "",
            "said": self._shortened(interaction.said),
            "learned": self._shortened(interaction.learned),
            "topics": names.topic_ids.mapped("name"),
            "complaint": complaint or "",
            "complaint_open": interaction.complaint_state in ("open", "answered"),
            "satisfaction": int(interaction.satisfaction or 0),
        }

    @api.model
    def _icon(self, icon):
        """A Font Awesome class and nothing else: it becomes a class of the page."""
        return icon if icon and ICON.fullmatch(icon) else PLAIN_ICON

    @api.model
    def _shortened(self, text):
        text = (text or "").strip()
        return text if len(text) <= SHOWN_TEXT else text[:SHOWN_TEXT].rstrip() + "…"
