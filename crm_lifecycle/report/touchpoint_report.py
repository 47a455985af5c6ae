from odoo import api, fields, models
from odoo.tools import SQL

from ..models.retention.touchpoint import KINDS

OUTCOMES = [
    ("on_time", "On Time"),
    ("late", "Late"),
    ("missed", "Missed"),
    ("skipped", "Skipped"),
    ("overdue", "Open, past the Latest Day"),
    ("waiting", "Open, in Time"),
]


class CrmTouchpointReport(models.Model):
    """How well due contacts are kept: by person, tier, cadence, step and week.

    One row is a due contact whose day has come, or that was closed before; those that were no
    longer needed (customer archived, cadence paused) are left out. Each has one outcome, so the
    outcomes add up to what was due; put off says only that it was, whatever came of it.
    """

    _name = "crm.touchpoint.report"
    _description = "Compliance of Contacts"
    _inherit = ["crm.retention.analysis"]
    _auto = False
    _log_access = False
    _order = "date desc, id desc"
    _depends = {
        "crm.touchpoint": [
            *("partner_id", "company_id", "user_id", "cadence_id", "step_id", "kind", "state"),
            *("due_date", "max_date", "closed_on", "late_days", "put_off_count"),
            *("put_off_until", "is_left"),
        ],
        "crm.customer.value": ["tier", "phase", "health"],
    }

    date = fields.Date("Due", readonly=True, help="The day it was due, or made before that.")
    user_id = fields.Many2one("res.users", "Responsible", readonly=True)
    cadence_id = fields.Many2one("crm.cadence", readonly=True)
    step_id = fields.Many2one("crm.cadence.step", readonly=True)
    kind = fields.Selection(KINDS, readonly=True)
    outcome = fields.Selection(OUTCOMES, readonly=True)
    late_days = fields.Float("Days Late", readonly=True, aggregator="avg")
    due_count = fields.Integer("Due Contacts", readonly=True)
    on_time_count = fields.Integer("On Time", readonly=True, help="By the latest day.")
    late_count = fields.Integer("Late", readonly=True, help="Done after the latest day.")
    missed_count = fields.Integer("Missed", readonly=True)
    skipped_count = fields.Integer("Skipped", readonly=True, help="By somebody, with a reason.")
    overdue_count = fields.Integer("Overdue", readonly=True, help="Open, past the latest day.")
    waiting_count = fields.Integer("Open", readonly=True, help="Due, before the latest day.")
    put_off_count = fields.Integer("Put Off", readonly=True, help="Once or more.")
    on_time_rate = fields.Float(readonly=True, aggregator="avg", help="On time / due.")
    done_rate = fields.Float(readonly=True, aggregator="avg", help="(On time + late) / due.")
    missed_rate = fields.Float(readonly=True, aggregator="avg", help="Missed / due.")
    put_off_rate = fields.Float(readonly=True, aggregator="avg", help="Put off / due.")
    done_count = fields.Integer("Done", readonly=True, help="On time and late.")

    @api.model
    def _ratios(self):
        rates = ("on_time", "done", "missed", "put_off")
        return {f"{name}_rate": (f"{name}_count:sum", "due_count:sum") for name in rates}

    def action_open(self):
        """Open the due contact."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.touchpoint",
            "res_id": self.id,
            "view_mode": "form",
        }

    @property
    def _table_query(self):
        counts = [
            SQL(
                "(due.outcome = %s)::int AS %s",
                outcome,
                SQL.identifier(f"{outcome}_count"),
            )
            for outcome, _label in OUTCOMES
        ]
        rates = [
            SQL("%s::float8 AS %s", SQL("NULL"), SQL.identifier(name)) for name in self._ratios()
        ]
        return self._of_customers(
            SQL(
                """SELECT due.*, 1 AS due_count, %s, %s,
                          (due.outcome IN ('on_time', 'late'))::int AS done_count
                     FROM (%s) due""",
                SQL(", ").join(counts),
                SQL(", ").join(rates),
                self._due(),
            )
        )

    @api.model
    def _due(self):
        """``SELECT`` of the contacts that have come due, each with its outcome."""
        return SQL(
            """SELECT touch.id, touch.partner_id, touch.company_id, touch.user_id,
                      touch.cadence_id, touch.step_id, touch.kind,
                      LEAST(touch.due_date, touch.closed_on) AS date,
                      (COALESCE(touch.put_off_count, 0) > 0)::int AS put_off_count,
                      CASE WHEN touch.state = 'done' THEN late.days END AS late_days,
                      CASE WHEN touch.state = 'done' AND late.days <= 0 THEN 'on_time'
                           WHEN touch.state = 'done' THEN 'late'
                           WHEN touch.state IN ('missed', 'skipped') THEN touch.state
                           WHEN GREATEST(touch.max_date, touch.put_off_until) < %(today)s
                           THEN 'overdue' ELSE 'waiting' END AS outcome
                 FROM crm_touchpoint touch
                 CROSS JOIN LATERAL (SELECT COALESCE(
                      touch.late_days, touch.closed_on - touch.max_date, 0) AS days) late
                WHERE touch.is_left IS NOT TRUE
                  AND (touch.closed_on IS NOT NULL OR touch.due_date <= %(today)s)""",
            today=self._today(),
        )
