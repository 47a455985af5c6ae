from dataclasses import replace

from odoo import api, models


class CrmLead(models.Model):
    """A customer's mail is never lost for a condition that it does not meet."""

    _inherit = "crm.lead"

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        asked = (custom_values or {}).get("stage_id")
        if not asked or not self.env["crm.stage.criterion"]._of_stages():
            return super().message_new(msg_dict, custom_values=custom_values)
        values = {name: value for name, value in custom_values.items() if name != "stage_id"}
        lead = super().message_new(msg_dict, custom_values=values)
        stage = self.env["crm.stage"].sudo().browse(asked).exists()
        if stage and stage != lead.stage_id:
            lead._enter_or_note(stage)
        return lead

    def _enter_or_note(self, stage):
        """Go to a stage when its conditions are met, else stay and say what is missing."""
        standing = self._standings()[self.id]
        move = self._move(standing, replace(standing, stage_id=stage.id))
        criteria = self._missing_conditions([move]).get(self.id)
        missing = criteria and criteria.filtered(lambda one: one.severity == "blocking")
        if not missing:
            self.sudo().stage_id = stage
            return
        title = self.env._(
            "The mail was to open a lead in %(stage)s. It waits here, because this is missing:",
            stage=stage.name,
        )
        self.sudo()._message_log(body=self._listing(title, self._sentences(missing)))
