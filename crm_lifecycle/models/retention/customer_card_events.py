from odoo import api, models

EVENTS = 8
REACTIONS = 5


class CrmCustomerCard(models.AbstractModel):
    """What happened at the customer and what we did about it, newest first."""

    _inherit = "crm.customer.card"

    @api.model
    def _card_sections(self):
        return [*super()._card_sections(), "events"]

    @api.model
    def _card_events(self, partner):
        """The last events of the customer in the current company, with their reactions."""
        events = self.env["crm.customer.event"]
        if not events.has_access("read"):
            return None
        domain = [("partner_id", "=", partner.commercial_partner_id.id)]
        domain += [("company_id", "=", self.env.company.id)]
        found = events.search(domain, limit=EVENTS)
        return {
            "report": events.has_access("create"),
            "rows": [self._event_row(event) for event in found],
        }

    @api.model
    def _event_row(self, event):
        """One event as the card shows it."""
        # Names stand beside every link of Odoo's, also where the record is not to be read.
        names = event.sudo()
        reactions = names.with_context(active_test=False).reaction_ids.sorted("id")
        return {
            "id": event.id,
            "date": str(event.date),
            "ended": str(event.ended_on or ""),
            "name": names.type_id.name,
            "icon": self._icon(names.type_id.icon),
            "bad": event.risk_points > 0,
            "text": self._shortened(event.reason or event.note),
            "state": event.state,
            "state_name": self._label(event, "state"),
            "outcome": self._shortened(event.outcome),
            "reactions": [self._reaction_row(reaction) for reaction in reactions[:REACTIONS]],
        }

    @api.model
    def _reaction_row(self, reaction):
        """A planned activity, or one that is done. In sudo."""
        done = reaction.reaction_user_id if not reaction.active else reaction.user_id
        return {
            "id": reaction.id,
            "done": not reaction.active,
            "name": reaction.summary or reaction.activity_type_id.name or "",
            "user": done.name or "",
            "date": str((not reaction.active and reaction.date_done) or reaction.date_deadline),
        }
