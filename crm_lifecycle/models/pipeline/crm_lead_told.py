from collections import defaultdict

from odoo import SUPERUSER_ID, api, models

from .crm_lead_responsible import enters


class CrmLead(models.Model):
    """Whoever is put on a lead by its stage is told at once, and follows it.

    Once, as Odoo tells a new salesperson, and not whoever made the move. A salesperson who
    only keeps the lead is told where the stage brings tasks.
    """

    _inherit = "crm.lead"

    def _after_moves(self, moves):
        result = super()._after_moves(moves)
        stages = self.env["crm.stage"]
        telling = stages._assigning_ids() | stages._planning_ids()
        if telling:
            self._tell_responsibles(
                [move for move in moves if enters(move) and move.stage.id in telling]
            )
        return result

    @api.model
    def _tell_responsibles(self, moves):
        # Odoo sends nothing for somebody without an address, and stops what they did.
        sender = self.env.uid if self.env.user.email else SUPERUSER_ID
        leads = self.with_user(sender).sudo()
        by_user = defaultdict(leads.browse)
        for move in moves:
            lead = leads.browse(move.lead.id)
            user = lead.stage_responsible_id
            if user and user != self.env.user:
                by_user[user] |= lead
        for user, leads in by_user.items():
            partner = user.partner_id
            leads.message_subscribe(partner_ids=partner.ids)
            leads.with_context(lang=user.lang)._message_auto_subscribe_notify(
                partner.ids, "mail.message_user_assigned"
            )
