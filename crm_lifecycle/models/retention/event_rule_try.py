from odoo import models

SHOWN = 500


class CrmEventRule(models.Model):
    """What would happen, before a rule is switched on."""

    _inherit = "crm.event.rule"

    def action_preview(self):
        """List the customers for whom the rule would raise an event now. Nothing is raised.

        :raises AccessError: for who may not change the rule
        """
        self.ensure_one()
        self.check_access("write")
        found = self.sudo()._differences(self._today(), raising=True)
        found = [one for one in found if not one["event_id"]]
        lines = (
            self.env["crm.event.rule.preview"]
            .sudo()
            .create([self._prepare_preview(one) for one in found[:SHOWN]])
        )
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_lifecycle.action_crm_event_rule_preview"
        )
        name = self.env._("%(rule)s: %(count)s events", rule=self.display_name, count=len(found))
        return {**action, "name": name, "domain": [("id", "in", lines.ids)]}

    def _prepare_preview(self, one):
        event = self.env["crm.customer.event"].sudo().new(self.sudo()._prepare_event(one, None))
        return {
            "rule_id": self.id,
            "company_id": self.company_id.id,
            "partner_id": one["partner_id"],
            "user_id": event._responsible().id,
            "source_count": len(one["source_ids"]),
            "reason": event.reason,
        }
