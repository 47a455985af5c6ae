from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from .res_company_bonus import BY

STATES = [("draft", "Draft"), ("closed", "Closed")]


class CrmBonusPeriod(models.Model):
    """The basis of the retention bonus in a period: what each person won, kept and grew.

    ``action_compute`` writes the lines anew from the invoices there are (``bonus_source.py``);
    ``action_close`` does so a last time. A closed period and its lines are never rewritten,
    whatever happens to its invoices afterwards. Rates are the period's own, from the company's
    settings at first.
    """

    _name = "crm.bonus.period"
    _description = "Retention Bonus"
    _order = "date_to desc, id desc"

    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id", related_sudo=False)
    date_from = fields.Date(
        "From",
        required=True,
        default=lambda self: fields.Date.start_of(fields.Date.context_today(self), "year"),
    )
    date_to = fields.Date(
        "To",
        required=True,
        default=lambda self: fields.Date.end_of(fields.Date.context_today(self), "year"),
    )
    previous_from = fields.Date("Compared from", compute="_compute_previous")
    previous_to = fields.Date("Compared to", compute="_compute_previous")
    state = fields.Selection(STATES, required=True, default="draft", readonly=True, copy=False)
    by = fields.Selection(
        BY,
        "Goes to",
        required=True,
        default=lambda self: self.env.company.sudo().lifecycle_bonus_by,
    )
    won_percent = fields.Float(
        "Won (%)", default=lambda self: self.env.company.sudo().lifecycle_bonus_won_percent
    )
    kept_percent = fields.Float(
        "Kept (%)", default=lambda self: self.env.company.sudo().lifecycle_bonus_kept_percent
    )
    grown_percent = fields.Float(
        "Grown (%)", default=lambda self: self.env.company.sudo().lifecycle_bonus_grown_percent
    )
    computed_at = fields.Datetime("Computed", readonly=True, copy=False)
    closed_at = fields.Datetime("Closed on", readonly=True, copy=False)
    closed_user_id = fields.Many2one(
        "res.users", "Closed by", readonly=True, copy=False, ondelete="restrict"
    )
    line_ids = fields.One2many("crm.bonus.line", "period_id", "People", readonly=True)

    _days = models.Constraint(
        "CHECK (date_from <= date_to)", "The period ends before it begins. Choose other days."
    )
    _percents = models.Constraint(
        "CHECK (won_percent BETWEEN 0 AND 100 AND kept_percent BETWEEN 0 AND 100"
        " AND grown_percent BETWEEN 0 AND 100)",
        "The rates of the bonus are from 0 to 100 percent.",
    )

    @api.depends("date_from", "date_to")
    def _compute_previous(self):
        """The period before: as long, ended the day before."""
        for period in self:
            first, last = period.date_from, period.date_to
            period.previous_to = first and first - timedelta(days=1)
            period.previous_from = first and last and first - (last - first) - timedelta(days=1)

    def _compute_display_name(self):
        for period in self:
            period.display_name = f"{period.date_from or ''} - {period.date_to or ''}"

    def write(self, vals):
        if vals:
            self._check_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_draft_only(self):
        self._check_draft()

    # ------------------------------------------------------------------ actions
    def action_compute(self):
        """Write the lines of these periods anew.

        :raises AccessError: for who may not change them
        :raises UserError: when one is closed
        """
        self.check_access("write")
        for period in self.sudo():
            period._compute_lines()

    def action_close(self):
        """Compute a last time, and let nothing change any more.

        :raises AccessError: for who may not change the periods
        :raises UserError: when one is closed already
        """
        self.action_compute()
        self.write(
            {
                "state": "closed",
                "closed_at": fields.Datetime.now(),
                "closed_user_id": self.env.uid,
            }
        )

    def action_open_lines(self):
        """The people of the period, as a list, pivot and graph."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_lifecycle.action_crm_bonus_line"
        )
        return {**action, "domain": [("period_id", "=", self.id)]}

    # ------------------------------------------------------------------ helpers
    def _check_draft(self):
        """Refuse to change a closed period, whoever asks.

        :raises UserError: when one of these periods is closed
        """
        if "closed" in self.sudo().mapped("state"):
            raise UserError(
                self.env._("A closed period of the bonus stays as it is. Make another period.")
            )

    def _compute_lines(self):
        """Write the lines and their invoices anew, in a fixed number of statements."""
        self.ensure_one()
        self.lock_for_update()
        self._check_draft()
        self.computed_at = fields.Datetime.now()
        self.env["crm.bonus.source"]._write_lines(self)
        self.invalidate_recordset(["line_ids"])
        self.env["crm.bonus.line"].invalidate_model()
        self.env["crm.bonus.invoice"].invalidate_model()
