from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CrmInteractionTopic(models.Model):
    """What a contact was about: tags in a tree, shared by all companies."""

    _name = "crm.interaction.topic"
    _description = "Topic of Contacts"
    _parent_store = True
    _rec_name = "complete_name"
    _order = "complete_name, id"

    name = fields.Char(required=True, translate=True)
    complete_name = fields.Char(
        "Topic", compute="_compute_complete_name", recursive=True, store=True
    )
    parent_id = fields.Many2one("crm.interaction.topic", index=True, ondelete="cascade")
    parent_path = fields.Char(index=True)
    child_ids = fields.One2many("crm.interaction.topic", "parent_id", "Subtopics")
    color = fields.Integer()
    active = fields.Boolean(default=True)

    @api.depends("name", "parent_id.complete_name")
    def _compute_complete_name(self):
        for topic in self:
            names = (topic.parent_id.complete_name, topic.name)
            topic.complete_name = " / ".join(name for name in names if name)

    @api.constrains("parent_id")
    def _check_parent(self):
        if self._has_cycle():
            raise ValidationError(self.env._("A topic cannot be below itself."))
