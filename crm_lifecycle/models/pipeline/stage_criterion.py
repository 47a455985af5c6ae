from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError

from ..interaction.interaction_channel import KINDS as CONTACT_KINDS

KINDS = [
    ("fields", "Fields are filled"),
    ("domain", "The lead fits a rule"),
    ("contact", "There was a contact since the last stage"),
    ("quotation", "A quotation was sent"),
    ("activity", "An activity was done"),
]
SEVERITIES = [("blocking", "Refuse the move"), ("warning", "Warn only")]
SCOPES = [("forward", "Going forward"), ("always", "Going back as well")]
MANAGERS = "sales_team.group_sale_manager,crm_lifecycle.group_lifecycle_manager"
# Written by the check itself.
VERDICT = {"is_broken", "broken_reason"}
# What any other write starts from; the names follow the fields.
UNBROKEN = {"is_broken": False, "broken_reason": False}


class CrmStageCriterion(models.Model):
    """A condition that a lead meets before it enters a stage.

    It is looked at on the server with every move, whichever door it came through
    (``crm.lead._check_moves``), and says in one sentence what is expected. Where no stage has a
    condition, a move costs no query: ``_of_stages`` is looked up once a change of them.

    A condition that no longer makes sense (a field was removed) blocks nobody; it is marked as
    broken by the move that finds it or in the night, and listed.
    """

    _name = "crm.stage.criterion"
    _description = "Condition of a Stage"
    _order = "stage_id, sequence, id"

    stage_id = fields.Many2one("crm.stage", required=True, index=True, ondelete="cascade")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    name = fields.Char(
        "Sentence",
        required=True,
        translate=True,
        help="What people read when it is missing: We know what they want to spend.",
    )
    kind = fields.Selection(KINDS, "Condition", required=True, default="fields")
    severity = fields.Selection(SEVERITIES, "When Missing", required=True, default="blocking")
    scope = fields.Selection(
        SCOPES,
        "Asked",
        required=True,
        default="forward",
        help="Whether a lead that comes back to this stage must meet it too.",
    )

    # What is asked for, by kind
    field_ids = fields.Many2many(
        "ir.model.fields",
        "crm_stage_criterion_field_rel",
        string="Fields",
        domain=[("model", "=", "crm.lead"), ("ttype", "!=", "one2many")],
        groups=MANAGERS,
    )
    field_names = fields.Char(
        "Names of the Fields",
        readonly=True,
        copy=False,
        help="As they were chosen, so that a field that is gone is noticed.",
    )
    domain = fields.Char("Rule", help="Which leads fit.")
    channel_ids = fields.Many2many(
        "crm.interaction.channel",
        "crm_stage_criterion_channel_rel",
        ondelete="restrict",
        help="A contact through one of these; empty: any that counts as a contact.",
    )
    channel_kind = fields.Selection(CONTACT_KINDS, "Kind of Contact")
    activity_type_id = fields.Many2one(
        "mail.activity.type", index="btree_not_null", ondelete="set null"
    )

    # Whether it still makes sense
    is_broken = fields.Boolean("Broken", readonly=True, copy=False)
    broken_reason = fields.Char("Why It Is Broken", readonly=True, copy=False)

    _stage_in_use_idx = models.Index("(stage_id, sequence) WHERE active")

    # ------------------------------------------------------------------ constraints
    @api.constrains("kind", "domain", "field_ids", "activity_type_id")
    def _check_complete(self):
        for criterion in self.sudo():
            trouble = criterion._whole_trouble()
            if trouble:
                raise ValidationError(trouble)

    # ------------------------------------------------------------------ what is in use
    @api.model
    def _of_stages(self):
        """The conditions of all stages: dict of stage id to a tuple of ids, in their order.

        Looked up once a change of them, so that moves without conditions cost nothing.
        """
        return dict(self._ids_of_stages())

    @api.model
    @tools.ormcache()
    def _ids_of_stages(self):
        found = {}
        # pylint: disable-next=no-search-all
        for criterion in self.sudo().with_context(active_test=True).search([]):
            found.setdefault(criterion.stage_id.id, []).append(criterion.id)
        return tuple((stage_id, tuple(ids)) for stage_id, ids in found.items())

    # ------------------------------------------------------------------ create, write, unlink
    @api.model_create_multi
    def create(self, vals_list):
        fresh = {**UNBROKEN, "field_names": False}
        criteria = super().create([{**vals, **fresh} for vals in vals_list])
        criteria._keep_names()
        self.env.registry.clear_cache()
        return criteria

    def write(self, vals):
        if VERDICT.issuperset(vals):
            # What the check finds is nobody else's to write.
            return super().write(vals) if self.env.su else True
        vals = {name: value for name, value in vals.items() if name != "field_names"} | UNBROKEN
        if "field_ids" in vals:
            # The names of before are no longer asked for, not even by the constraint.
            vals["field_names"] = False
        result = super().write(vals)
        if "field_ids" in vals:
            self._keep_names()
        self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    def _keep_names(self):  # pylint: disable=missing-return
        """Keep the names of the chosen fields beside the fields themselves."""
        # Past our own ``write``, which takes no names from anybody.
        # pylint: disable=super-method-mismatch
        for criterion in self.sudo():
            names = ",".join(criterion.field_ids.sorted("id").mapped("name"))
            if (criterion.field_names or "") != names:
                super(CrmStageCriterion, criterion).write({"field_names": names})
