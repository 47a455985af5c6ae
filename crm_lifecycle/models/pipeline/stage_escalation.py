from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError

ACTIONS = [
    ("responsible", "Warn the Responsible"),
    ("manager", "Tell the Manager"),
    ("hand_over", "Hand Over"),
]
TIMINGS = [("before", "Before the Deadline"), ("after", "After the Deadline")]


class CrmStageEscalation(models.Model):
    """A step of the ladder: what happens so long before or after the deadline of a stage.

    The clock's job (``crm.stage.passage._cron_clock``) takes the steps in order of their time,
    each once a stay. Extend ``_recipient`` for other people, ``_act`` for other deeds.
    """

    _name = "crm.stage.escalation"
    _description = "Step of Escalation"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(compute="_compute_name")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    stage_id = fields.Many2one(
        "crm.stage", index=True, ondelete="cascade", help="Empty: all stages with a deadline."
    )
    minutes = fields.Integer(
        "Working Minutes", help="So many working minutes before or after the deadline."
    )
    timing = fields.Selection(TIMINGS, "When", required=True, default="after")
    action = fields.Selection(ACTIONS, "What", required=True, default="responsible")
    user_id = fields.Many2one(
        "res.users",
        "Whom",
        ondelete="restrict",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Whom to tell or to hand over to. Empty: the team leader, where the manager is told.",
    )

    _minutes = models.Constraint(
        "CHECK (minutes BETWEEN 0 AND 527040)",
        "A step is taken between 0 minutes and a year before or after the deadline.",
    )

    @api.depends("minutes", "timing", "action")
    def _compute_name(self):
        actions = dict(self._fields["action"]._description_selection(self.env))
        for step in self:
            when = self.env._("%(minutes)s min after", minutes=step.minutes)
            if step.timing == "before":
                when = self.env._("%(minutes)s min before", minutes=step.minutes)
            step.name = f"{when}: {actions.get(step.action, '')}"

    @api.constrains("action", "user_id", "company_id")
    def _check_user(self):
        for step in self:
            if step.action == "hand_over" and not step.user_id:
                raise ValidationError(self.env._("Choose whom the lead is handed over to."))
            user = step.user_id.sudo()
            if user and (user.share or step.company_id not in user.company_ids):
                raise ValidationError(
                    self.env._(
                        "%(user)s does not work in %(company)s. Choose somebody who does.",
                        user=user.name,
                        company=step.company_id.name,
                    )
                )
            if user and not user._may_be_on_leads():
                raise ValidationError(
                    self.env._(
                        "%(user)s may not read leads. Choose somebody who may, or give the user "
                        "access to Sales first.",
                        user=user.name,
                    )
                )

    # ------------------------------------------------------------------ changes
    @api.model_create_multi
    def create(self, vals_list):
        steps = super().create(vals_list)
        steps._note_change()
        return steps

    def write(self, vals):
        companies = self.company_id
        result = super().write(vals)
        self._note_change(companies)
        return result

    def unlink(self):
        companies = self.company_id
        result = super().unlink()
        self.browse()._note_change(companies)
        return result

    def _note_change(self, companies=None):
        """Have the running clocks of these companies know the ladder as it is now."""
        companies = companies or self.env["res.company"]
        self.env["crm.clock.change"]._note(companies=companies | self.company_id)

    # ------------------------------------------------------------------ the ladder
    @api.model
    def _of_stage(self, company_id, stage_id):
        """The steps for leads of a company in a stage, in sudo; looked up once a change."""
        return self.sudo().browse(self._ids_of_stage(company_id, stage_id))

    @api.model
    @tools.ormcache("company_id", "stage_id")
    def _ids_of_stage(self, company_id, stage_id):
        domain = [("company_id", "=", company_id), ("stage_id", "in", [False, stage_id])]
        return tuple(self.sudo().with_context(active_test=True).search(domain)._ids)

    def _offset(self):
        """Working minutes after the deadline; negative before it."""
        return -self.minutes if self.timing == "before" else self.minutes

    # ------------------------------------------------------------------ taking a step
    def _take(self, passage, at):
        """Take this step for a stay, and note that it was taken.

        :param at: the moment it was due
        """
        user = self._recipient(passage)
        outcome = self._outcome(passage, user)
        self.env["crm.stage.alert"].sudo().create(
            {
                "passage_id": passage.id,
                "escalation_id": self.id,
                "action": self.action,
                "at": at,
                "user_id": user.id,
                "outcome": outcome,
            }
        )
        if outcome == "done":
            self._act(passage, user)

    def _recipient(self, passage):
        """Whom this step is about: a user, or none."""
        lead = passage.lead_id
        if self.action == "responsible":
            return lead._clock_responsible()
        if self.action == "manager":
            return self.user_id or lead.team_id.user_id
        return self.user_id

    def _outcome(self, passage, user):
        """Whether the step can be taken: one of ``OUTCOMES``."""
        if not user.active:
            return "nobody"
        lead = passage.lead_id.with_user(user).sudo(False)
        lead = lead.with_context(allowed_company_ids=user.company_ids.ids)
        if self.action == "hand_over":
            # Being on the lead will let them see it, if they may see leads at all.
            may = user._may_be_on_leads(passage.lead_id._lifecycle_company())
        else:
            may = lead.has_access("read")
        if not may:
            return "no_access"
        return "done"

    def _act(self, passage, user):
        """Do what the step says."""
        if self.action == "hand_over":
            passage.lead_id._hand_over(user)
        self._tell(passage, user)

    def _tell(self, passage, user):
        """Leave an activity with the user, and ring in the client."""
        lead = passage.lead_id
        words = self._words(passage, user)
        if self.action == "hand_over":
            lead._message_log(body=words)
        lead.activity_schedule(
            "mail.mail_activity_data_todo", summary=words, user_id=user.id, note=False
        )
        notice = {"type": "warning", "title": lead.name, "message": words, "sticky": True}
        user._bus_send("simple_notification", notice)

    def _words(self, passage, user):
        """What the user is told, in their language."""
        env = self.with_context(lang=user.lang).env
        stage = passage.stage_id.with_env(env).name or passage.stage_name
        if self.action == "hand_over":
            return env._("Handed over: the deadline of %(stage)s was missed.", stage=stage)
        if passage.deadline > self.env.cr.now():
            return env._("The deadline of %(stage)s is near.", stage=stage)
        return env._("The deadline of %(stage)s was missed.", stage=stage)
