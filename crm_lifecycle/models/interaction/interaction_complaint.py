from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

DATES = ("complaint_answered_on", "complaint_closed_on")
COMPLAINT = {"is_complaint", "complaint_state", *DATES}


class CrmInteraction(models.Model):
    """A complaint: opened with the contact, answered, closed with a satisfaction, opened again.

    The state is written by whatever door (the buttons, a card that is dragged, an import): the
    rules below hold for each, and the dates are the server's.
    """

    _inherit = "crm.interaction"

    # Every state has its column, also when no complaint is in it.
    complaint_state = fields.Selection(group_expand=True)
    complaint_age = fields.Integer(
        "Days Open",
        compute="_compute_complaint_age",
        help="From the contact until the complaint was closed, or until today.",
    )

    @api.depends("date", "is_complaint", "complaint_closed_on")
    def _compute_complaint_age(self):
        now = fields.Datetime.now()
        for interaction in self:
            end = interaction.complaint_closed_on or now
            age = (end - interaction.date).days if interaction.date else 0
            interaction.complaint_age = max(age, 0) if interaction.is_complaint else 0

    # ------------------------------------------------------------------ rules
    @api.constrains("is_complaint", "complaint_state", "complaint_answer", "satisfaction")
    def _check_complaint(self):
        for interaction in self:
            reason = interaction._complaint_objection()
            if reason:
                raise ValidationError(reason)

    def _complaint_objection(self):
        """Why the complaint cannot be in its state; nothing when it can.

        Override to ask for more before a complaint is answered or closed.
        """
        self.ensure_one()
        if bool(self.complaint_state) != self.is_complaint:
            return self.env._(
                "A complaint is open, answered or closed; another contact is neither."
            )
        if self.complaint_state == "answered" and not (self.complaint_answer or "").strip():
            return self.env._("Write our answer before you mark the complaint as answered.")
        if self.complaint_state == "closed" and not self.satisfaction:
            return self.env._("Say how satisfied the customer is before you close the complaint.")
        return None

    @api.model_create_multi
    def create(self, vals_list):
        interactions = super().create([self._without_dates(vals) for vals in vals_list])
        interactions._date_complaints({})
        return interactions

    def write(self, vals):
        if not COMPLAINT & set(vals):
            return super().write(vals)
        before = {interaction.id: interaction.complaint_state for interaction in self.sudo()}
        result = super().write(self._without_dates(vals))
        self._date_complaints(before)
        return result

    @api.model
    def _without_dates(self, vals):
        """Values without the dates that only the server sets."""
        if self.env.su:
            return vals
        return {name: value for name, value in vals.items() if name not in DATES}

    def _date_complaints(self, before):
        """Note when complaints were answered and closed, and forget it when they open again.

        :param before: dict of id to the state before; those that kept theirs keep their dates
        """
        now = fields.Datetime.now()
        changed = self.sudo().filtered(
            lambda row: (row.complaint_state or False) != (before.get(row.id) or False)
        )
        for state, rows in changed.grouped("complaint_state").items():
            if state == "closed":
                rows.filtered(lambda row: not row.complaint_closed_on).complaint_closed_on = now
                continue
            rows.filtered("complaint_closed_on").complaint_closed_on = False
            if state == "answered":
                rows.filtered(lambda row: not row.complaint_answered_on).complaint_answered_on = now
            else:
                rows.filtered("complaint_answered_on").complaint_answered_on = False

    # ------------------------------------------------------------------ actions
    def action_answer_complaint(self):
        """Mark complaints as answered; the answer has to be there."""
        self._move_complaint("answered")

    def action_close_complaint(self):
        """Close complaints; the satisfaction has to be there."""
        self._move_complaint("closed")

    def action_reopen_complaint(self):
        """Open complaints again."""
        self._move_complaint("open")

    def _move_complaint(self, state):
        """Put complaints into a state.

        :raises AccessError: when the user may not write the contact
        :raises UserError: when one of them is no complaint
        """
        self.check_access("write")
        if any(not interaction.is_complaint for interaction in self):
            raise UserError(self.env._("This contact is no complaint. Mark it as one first."))
        self.write({"complaint_state": state})
