import logging
from functools import partial

from odoo import api, fields, models
from odoo.exceptions import AccessError

from ...engine.dates import month_ends
from ..value.customer_value_refresh import LOST_RACES

_logger = logging.getLogger(__name__)

# Month ends that are looked back on.
MONTHS = 24
# Rates of fewer customers say nothing.
ENOUGH = 5
# The job looks back anew after so many days.
RENEW_DAYS = 30


class CrmHealthBacktest(models.Model):
    """How well health has warned: the company's own past, rated as if that day were today.

    For each month's end whose horizon is over, everybody is rated by the same SQL from what was
    known on that day, and compared with what happened then: *left* is who bought nothing for
    the days of the company's setting. Customers who were lost on that day already are left out,
    nobody needs a warning of them. Beside it stands the plain rule: the same number of
    customers, those who had not bought for longest.

    The job goes month by month, a transaction each; killed anywhere, it goes on with the next.
    """

    _name = "crm.health.backtest"
    _description = "How Well Health Has Warned"
    _order = "id desc"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        readonly=True,
        default=lambda self: self.env.company,
    )
    state = fields.Selection(
        [("working", "Working"), ("done", "Done")], default="working", required=True, readonly=True
    )
    as_of = fields.Date("Looked Back on", required=True, readonly=True)
    horizon_days = fields.Integer("Left after (Days)", readonly=True)
    month_ids = fields.One2many("crm.health.backtest.month", "backtest_id", "Months", readonly=True)

    # Customers and month ends: one customer counts at each month's end
    customers = fields.Integer("Customers Rated", compute="_compute_figures")
    flagged = fields.Integer(compute="_compute_figures")
    flagged_left = fields.Integer("Flagged and Left", compute="_compute_figures")
    flagged_stayed = fields.Integer("Flagged and Stayed", compute="_compute_figures")
    missed = fields.Integer("Left without a Warning", compute="_compute_figures")
    rule_left = fields.Integer("Left, of as Many by the Plain Rule", compute="_compute_figures")
    precision = fields.Float(
        "Left, of Those Flagged (%)", digits=(5, 1), compute="_compute_figures"
    )
    recall = fields.Float(
        "Flagged, of Those Who Left (%)", digits=(5, 1), compute="_compute_figures"
    )
    base_rate = fields.Float("Left, of All (%)", digits=(5, 1), compute="_compute_figures")
    rule_precision = fields.Float(
        "Left, of Those by the Plain Rule (%)", digits=(5, 1), compute="_compute_figures"
    )
    lift = fields.Float(
        digits=(6, 2),
        compute="_compute_figures",
        help="How many times as many of those flagged left as of those whom the plain rule, "
        "no purchase for longest, would have named in their place.",
    )
    few_flagged = fields.Boolean(compute="_compute_figures")
    few_left = fields.Boolean(compute="_compute_figures")
    sentence = fields.Text("In a Sentence", compute="_compute_sentence")

    def _compute_display_name(self):
        for backtest in self:
            backtest.display_name = self.env._("Looking back on %(day)s", day=backtest.as_of)

    @api.depends("month_ids.customers", "month_ids.flagged", "month_ids.gone")
    def _compute_figures(self):
        names = ("customers", "flagged", "flagged_left", "rule_left", "gone")
        for backtest in self:
            total = {name: sum(backtest.month_ids.mapped(name)) for name in names}
            backtest.update({name: total[name] for name in names if name != "gone"})
            backtest.flagged_stayed = total["flagged"] - total["flagged_left"]
            backtest.missed = total["gone"] - total["flagged_left"]
            backtest.precision = _percent(total["flagged_left"], total["flagged"])
            backtest.recall = _percent(total["flagged_left"], total["gone"])
            backtest.base_rate = _percent(total["gone"], total["customers"])
            backtest.rule_precision = _percent(total["rule_left"], total["flagged"])
            backtest.lift = total["flagged_left"] / total["rule_left"] if total["rule_left"] else 0
            backtest.few_flagged = total["flagged"] < ENOUGH
            backtest.few_left = total["gone"] < ENOUGH

    @api.depends_context("lang")
    @api.depends("flagged", "flagged_left", "rule_left", "state")
    def _compute_sentence(self):
        for backtest in self:
            backtest.sentence = backtest._sentence()

    def _sentence(self):
        """What the figures say, or why they say nothing yet."""
        self.ensure_one()
        if not self.month_ids:
            return self.env._(
                "No month's end since the first purchase has its %(days)s days behind it yet.",
                days=self.horizon_days,
            )
        if self.few_flagged:
            return self.env._(
                "Too few to tell: %(flagged)s customers were flagged in %(months)s months.",
                flagged=self.flagged,
                months=len(self.month_ids),
            )
        said = self.env._(
            "Of %(flagged)s warnings %(left)s came true, %(precision)s %%; "
            "%(missed)s customers left without one.",
            flagged=self.flagged,
            left=self.flagged_left,
            precision=round(self.precision),
            missed=self.missed,
        )
        return f"{said} {self._comparison()}"

    def _comparison(self):
        """How the score does beside the plain rule."""
        values = {"rule": self.rule_left, "left": self.flagged_left}
        if self.flagged_left > self.rule_left:
            return self.env._(
                'Better than the plain rule "no purchase for longest": %(rule)s of as many.',
                **values,
            )
        if self.flagged_left < self.rule_left:
            return self.env._(
                'Worse than the plain rule "no purchase for longest": %(rule)s of as many. '
                "Change the points of the factors, or go by the rule.",
                **values,
            )
        return self.env._(
            'The plain rule "no purchase for longest" does as well: %(rule)s of as many.', **values
        )

    # ------------------------------------------------------------------ people
    @api.model
    def action_look_back(self):
        """Look back anew, in the background, for the current company.

        :raises AccessError: for others than Lifecycle managers
        """
        if not self.env.user.has_group("crm_lifecycle.group_lifecycle_manager"):
            raise AccessError(self.env._("Only Lifecycle managers have health looked back on."))
        self.sudo()._start(self.env.company)
        self._wake()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("Looking back starts within a minute. Load the page again."),
            },
        }

    @api.model
    def _start(self, company):
        """A new look back of a company; one that is not done yet is given up."""
        self.search([("company_id", "=", company.id), ("state", "=", "working")]).unlink()
        return self.create(
            {
                "company_id": company.id,
                "as_of": fields.Date.context_today(self),
                "horizon_days": company.sudo().lifecycle_health_left_days,
            }
        )

    @api.model
    def _wake(self):
        job = self.env.ref("crm_lifecycle.cron_health_backtest", raise_if_not_found=False)
        if job:
            job.sudo()._trigger()

    # ------------------------------------------------------------------ the job
    @api.model
    def _cron_look_back(self):
        """Work off what is not done, and look back again where that is long ago."""
        progress, retry = self.env["ir.cron"], self.env["crm.customer.value.refresh"]._retry
        retry(lambda _attempt: self._renew())
        waiting = self.sudo().search([("state", "=", "working")], order="id")
        progress._commit_progress(remaining=len(waiting))
        for backtest in waiting:
            while backtest.exists() and backtest.state == "working":
                try:
                    done = retry(partial(backtest._step))
                except LOST_RACES:
                    _logger.warning("Looking back on health: too many lost races, going on later")
                    return
                if not progress._commit_progress(int(done)):
                    return
                backtest.invalidate_recordset()

    @api.model
    def _renew(self):
        """Start anew for companies that have customers and no recent look back."""
        recent = fields.Date.subtract(fields.Date.context_today(self), days=RENEW_DAYS)
        known = self.sudo().search(["|", ("as_of", ">", recent), ("state", "=", "working")])
        values = self.env["crm.customer.value"].sudo()
        rated = values._read_group([("health", "!=", False)], ["company_id"])
        for company in self.env["res.company"].browse([row[0].id for row in rated]):
            if company not in known.company_id:
                self.sudo()._start(company)

    def _step(self, _attempt=0):
        """Rate one month's end, or finish.

        :return: whether it is done
        """
        self.ensure_one()
        self.invalidate_recordset()
        days = self._open_days()
        if days:
            self.env["crm.health.backtest.month"]._rate(self, days[0])
        else:
            self.state = "done"
        self.flush_recordset()
        return not days

    def _open_days(self):
        """The month ends that have a purchase before and their horizon behind them, not rated."""
        values = self.env["crm.customer.value"].sudo()
        domain = [("company_id", "=", self.company_id.id)]
        [(first,)] = values._read_group(domain, [], ["first_purchase_date:min"])
        last = fields.Date.subtract(self.as_of, days=self.horizon_days)
        done = set(self.month_ids.mapped("date"))
        return [
            day
            for day in month_ends(self.as_of, MONTHS)
            if first and first <= day <= last and day not in done
        ]


def _percent(part, whole):
    return 100.0 * part / whole if whole else 0.0
