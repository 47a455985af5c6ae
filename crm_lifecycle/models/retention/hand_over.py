from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

RULES = [
    ("all", "Everything to the First Deputy"),
    ("area", "By Area"),
    ("tier", "By Tier"),
    ("even", "Evenly, by Number"),
    ("worth", "Evenly, by Worth"),
]
STATES = [
    ("draft", "Draft"),
    ("planned", "Planned"),
    ("running", "Being Moved"),
    ("moved", "Handed Over"),
    ("returning", "Being Given Back"),
    ("returned", "Given Back"),
    ("cancelled", "Cancelled"),
]
SERVER_SET = {"state", "line_count"}
MANAGER = "crm_lifecycle.group_lifecycle_manager"


class CrmHandOver(models.Model):
    """What one of us looks after goes to deputies, for good or until a day.

    Draft: who, to whom, by what rule, and a list of what would move (``hand_over_collect.py``).
    Confirmed it moves at once or on its first day, and what has a last day comes back after it
    (``hand_over_move.py``). Users hand over their own, managers anybody's. Once confirmed it is
    history.
    """

    _name = "crm.hand.over"
    _description = "Hand-over"
    _order = "id desc"

    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    user_id = fields.Many2one(
        "res.users",
        "Of",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env.user,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
    state = fields.Selection(STATES, required=True, default="draft", readonly=True, copy=False)
    date_from = fields.Date("From", required=True, default=fields.Date.context_today)
    date_to = fields.Date("Until", help="The last day. Empty: for good.")
    reason = fields.Char("Why", size=200)
    rule = fields.Selection(RULES, "Who Takes What", required=True, default="all")
    with_customers = fields.Boolean("Customers", default=True)
    with_leads = fields.Boolean("Open Leads", default=True)
    with_activities = fields.Boolean("Activities", default=True)
    with_touchpoints = fields.Boolean("Due Contacts", default=True)
    chosen_customers = fields.Json(
        "Only These", help="The ids of those customers only. Empty: all of them."
    )
    chosen_count = fields.Integer("Chosen Customers", compute="_compute_chosen_count")
    deputy_ids = fields.One2many("crm.hand.over.deputy", "hand_over_id", "Deputies", copy=True)
    line_ids = fields.One2many("crm.hand.over.line", "hand_over_id", "What Moves", readonly=True)
    line_count = fields.Integer("Things", compute="_compute_line_count")

    _dates = models.Constraint(
        "CHECK (date_to IS NULL OR date_to >= date_from)", "A hand-over ends after it begins."
    )
    _open_idx = models.Index("(state) WHERE state IN ('planned', 'running', 'moved', 'returning')")

    def _compute_display_name(self):
        for hand_over in self:
            hand_over.display_name = self.env._("Hand-over %(id)s", id=hand_over.id or "")

    @api.depends("chosen_customers")
    def _compute_chosen_count(self):
        for hand_over in self:
            hand_over.chosen_count = len(hand_over._chosen())

    @api.depends("line_ids")
    def _compute_line_count(self):
        counts = self.env["crm.hand.over.line"]._read_group(
            [("hand_over_id", "in", self.ids)], ["hand_over_id"], ["__count"]
        )
        by_id = {hand_over.id: count for hand_over, count in counts}
        for hand_over in self:
            hand_over.line_count = by_id.get(hand_over.id, 0)

    def _chosen(self):
        """The ids of the chosen customers; empty: all."""
        chosen = self.chosen_customers
        return (
            {one for one in chosen if isinstance(one, int)} if isinstance(chosen, list) else set()
        )

    # ------------------------------------------------------------------ guards
    @api.constrains("user_id", "company_id")
    def _check_user(self):
        for user in self.sudo().user_id:
            if user.share:
                raise ValidationError(self.env._("Only one of our users hands over."))

    def _check_deputies(self):
        """Refuse deputies who cannot look after the customers.

        :raises ValidationError: for one of another company, without an account, or the person
        """
        for hand_over in self.sudo():
            for user in hand_over.deputy_ids.user_id | hand_over.line_ids.deputy_id:
                away = user == hand_over.user_id or hand_over.company_id not in user.company_ids
                if user.share or not user.active or away:
                    raise ValidationError(
                        self.env._("A deputy is somebody else of us, in the same company.")
                    )

    def _check_may_hand_over(self):
        """Users hand over what is theirs, managers anybody's.

        :raises AccessError: when somebody else tries
        """
        if self.env.su or self.env.user.has_group(MANAGER):
            return
        if self.sudo().user_id - self.env.user:
            raise AccessError(
                self.env._("You can hand over your own customers. Ask a manager for others.")
            )

    def _check_draft(self):
        """Refuse to change what was confirmed.

        :raises UserError: when it was
        """
        if not self.env.su and any(hand_over.state != "draft" for hand_over in self.sudo()):
            raise UserError(
                self.env._("This hand-over was confirmed. Make another one for the change.")
            )

    @api.model_create_multi
    def create(self, vals_list):
        self._check_server_set(vals_list)
        # Neither from a default in the context.
        vals_list = vals_list if self.env.su else [{**one, "state": "draft"} for one in vals_list]
        hand_overs = super().create(vals_list)
        hand_overs._check_may_hand_over()
        hand_overs._check_deputies()
        return hand_overs

    def write(self, vals):
        if not self.env.su:
            self._check_server_set([vals])
            self._check_may_hand_over()
            self._check_draft()
        result = super().write(vals)
        self._check_may_hand_over()
        if {"deputy_ids", "user_id", "company_id"} & vals.keys():
            self._check_deputies()
        return result

    def unlink(self):
        self._check_draft()
        return super().unlink()

    @api.model
    def _check_server_set(self, vals_list):
        named = set().union(*vals_list) & SERVER_SET
        if named and not self.env.su:
            raise AccessError(self.env._("A hand-over goes on by its buttons."))

    # ------------------------------------------------------------------ buttons
    def _begin_action(self):
        """What every button asks first."""
        self.ensure_one()
        self.check_access("write")
        self._check_may_hand_over()

    def action_preview(self):
        """List what would move, and to whom.

        :raises UserError: when nobody takes over, or it was confirmed
        """
        self._begin_action()
        self._check_draft()
        if not self.deputy_ids:
            raise UserError(self.env._("Name at least one deputy."))
        self._check_deputies()
        hand_over = self.sudo()
        hand_over.line_ids.unlink()
        hand_over._add_lines()

    def action_confirm(self):
        """Move what the list says: at once, or on the first day when that is to come.

        :raises UserError: when there is no list
        """
        self._begin_action()
        self._check_draft()
        if not self.line_ids:
            raise UserError(self.env._("There is nothing to hand over. Make the list first."))
        self._check_deputies()
        hand_over = self.sudo()
        if hand_over.date_from > hand_over._today():
            hand_over.state = "planned"
        else:
            hand_over.state = "running"
            hand_over._go_on()

    def action_give_back(self):
        """Give back now what was handed over until a day.

        :raises UserError: for what was handed over for good, or not yet
        """
        self._begin_action()
        hand_over = self.sudo()
        if hand_over.state != "moved" or not hand_over.date_to:
            raise UserError(self.env._("Only what was handed over until a day is given back."))
        hand_over.state = "returning"
        hand_over._go_on()

    def action_cancel(self):
        """Cancel what has not begun.

        :raises UserError: when it has
        """
        self._begin_action()
        if self.state not in ("draft", "planned"):
            raise UserError(self.env._("This hand-over has begun. Give it back instead."))
        self.sudo().state = "cancelled"

    def _today(self):
        """The day it is where the person is who hands over."""
        zone = self.user_id.tz or self.env.user.tz or "UTC"
        return fields.Date.context_today(self.with_context(tz=zone))
