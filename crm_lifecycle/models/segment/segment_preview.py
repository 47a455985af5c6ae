from odoo import api, fields, models
from odoo.exceptions import AccessError

SHOWN = 100
SHOWN_BY_CHANGE = {
    "enter_ids": ("enter",),
    "leave_ids": ("leave",),
    "stay_ids": ("stay", "adopt"),
}


class CrmSegmentPreview(models.TransientModel):
    """The rule of a segment while somebody edits it, and what it would change.

    Nothing is written before ``action_save``. The preview asks the same statement as the
    refresh; of many contacts it lists the first hundred that the user may read.
    """

    _name = "crm.segment.preview"
    _description = "Rule of a Segment"

    category_id = fields.Many2one(
        "res.partner.category", "Tag", required=True, ondelete="cascade", readonly=True
    )
    # Each by itself: a form does not send back all of them.
    segment_domain = fields.Char(
        "Rule", compute="_compute_segment_domain", store=True, readonly=False, precompute=True
    )
    segment_company_id = fields.Many2one(
        "res.company",
        "Company of the Rule",
        compute="_compute_segment_company_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        domain="[('id', 'in', allowed_company_ids)]",
    )
    segment_group_id = fields.Many2one(
        "crm.segment.group",
        "Exclusive Group",
        compute="_compute_segment_group_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    segment_sequence = fields.Integer(
        "Order in the Group",
        compute="_compute_segment_sequence",
        store=True,
        readonly=False,
        precompute=True,
    )

    # What it would change
    problem = fields.Char(compute="_compute_preview")
    summary = fields.Char(compute="_compute_preview")
    enter_ids = fields.Many2many("res.partner", compute="_compute_preview")
    leave_ids = fields.Many2many("res.partner", compute="_compute_preview")
    stay_ids = fields.Many2many("res.partner", compute="_compute_preview")

    @api.depends("category_id")
    def _compute_segment_domain(self):
        for preview in self:
            preview.segment_domain = preview.category_id.segment_domain or "[]"

    @api.depends("category_id")
    def _compute_segment_company_id(self):
        for preview in self:
            company = preview.category_id.segment_company_id
            preview.segment_company_id = company or self.env.company

    @api.depends("category_id")
    def _compute_segment_group_id(self):
        for preview in self:
            preview.segment_group_id = preview.category_id.segment_group_id

    @api.depends("category_id")
    def _compute_segment_sequence(self):
        for preview in self:
            preview.segment_sequence = preview.category_id.segment_sequence

    @api.depends(
        "category_id",
        "segment_domain",
        "segment_company_id",
        "segment_group_id",
        "segment_sequence",
    )
    def _compute_preview(self):
        for preview in self:
            preview.problem, plan = preview._plan()
            preview.summary = preview._summary(plan) if plan else ""
            for name, changes in SHOWN_BY_CHANGE.items():
                preview[name] = preview._shown(plan, changes)

    def _plan(self):
        """What the refresh would do, or why it would not.

        :return: pair of a sentence and what ``crm.segment.source._preview`` returns
        """
        if not self.category_id or not self.segment_company_id:
            return "", {}
        self._check_manager()
        rules, plan = self.env["crm.segment.rule"], {}

        def work():
            matching = rules._matching(
                self.segment_domain, self.segment_company_id, *self._everybody()
            )
            source = self.env["crm.segment.source"]
            plan.update(source._preview(self._place(), matching, SHOWN))

        return rules._attempt(work), plan

    def _check_manager(self):
        """Refuse others than managers of the tag's company and of the chosen one."""
        self.category_id._check_segment_manager()
        if self.segment_company_id not in self.env.user.company_ids and not self.env.su:
            raise AccessError(self.env._("Choose one of your companies."))

    @api.model
    def _everybody(self):
        return 0, self.env["crm.segment.run"]._last_contact()

    def _place(self):
        return self.env["crm.segment.source"]._place(
            self.category_id,
            self.segment_company_id,
            self.segment_group_id,
            self.segment_sequence,
        )

    def _summary(self, plan):
        """The preview in a sentence."""
        count = {change: number for change, (number, _ids) in plan.items()}
        sentence = self.env._(
            "%(all)s customers, %(enter)s enter, %(leave)s leave.",
            all=count["stay"] + count["adopt"] + count["enter"],
            enter=count["enter"],
            leave=count["leave"],
        )
        if count["out"]:
            sentence += " " + self.env._("%(out)s are kept out by hand.", out=count["out"])
        if max(count.values()) > SHOWN:
            sentence += " " + self.env._("The lists show the first %(shown)s.", shown=SHOWN)
        return sentence

    def _shown(self, plan, changes):
        """The contacts of some changes that the user may read, as far as they are listed."""
        ids = [one for change in changes for one in plan.get(change, (0, []))[1]]
        return self.env["res.partner"].browse(ids[:SHOWN])._filtered_access("read")

    def action_save(self):
        """Save the rule, and apply it in the background.

        :raises ValidationError: when the rule does not hold
        """
        self.ensure_one()
        self.check_access("write")
        self._check_manager()
        self.category_id.write(
            {
                "is_segment": True,
                "segment_domain": self.segment_domain,
                "segment_company_id": self.segment_company_id.id,
                "segment_group_id": self.segment_group_id.id,
                "segment_sequence": self.segment_sequence,
            }
        )
        return self.env["crm.segment.run"]._ask_for_refresh(self.category_id)
