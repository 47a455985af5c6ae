from odoo import api, fields, models
from odoo.tools import SQL

STATUSES = [
    ("new", "New"),
    ("kept", "Kept"),
    ("won_back", "Won Back"),
    ("lost", "Lost"),
    ("away", "Still Away"),
]
UNITS = [("year", "Year"), ("quarter", "Quarter")]


class CrmRetentionCohort(models.Model):
    """Kept, lost and won-back customers and their worth, by cohort of first purchase.

    One row per customer, company and period (calendar year or quarter) from the period of
    the first purchase until now. **New**: the first purchase is in the period. **Kept**:
    bought in it and in the one before. **Lost**: bought in the one before and not in it.
    **Won back**: bought in it, not in the one before, but earlier. **Still away**: bought
    in neither. The period that runs is marked: who has not bought in it yet may still.
    """

    _name = "crm.retention.cohort"
    _description = "Kept and Lost Customers"
    _inherit = ["crm.retention.analysis"]
    _auto = False
    _log_access = False
    _order = "period_start desc, id desc"
    _depends = {
        "account.move": ["state", "move_type", "invoice_date", "amount_untaxed_signed"],
        "crm.interaction": ["date", "cost"],
        "crm.customer.value": ["tier", "phase", "health"],
    }

    unit = fields.Selection(UNITS, "Period of", readonly=True)
    period_start = fields.Date("Period", readonly=True, help="Its first day.")
    is_running = fields.Boolean("Still Running", readonly=True)
    first_purchase_date = fields.Date("First Purchase", readonly=True)
    status = fields.Selection(STATUSES, readonly=True)
    customer_count = fields.Integer("Rows", readonly=True)
    new_count = fields.Integer("New", readonly=True)
    kept_count = fields.Integer("Kept", readonly=True)
    lost_count = fields.Integer("Lost", readonly=True)
    won_back_count = fields.Integer("Won Back", readonly=True)
    away_count = fields.Integer("Still Away", readonly=True)
    base_count = fields.Integer("Bought Before", readonly=True, help="Kept and lost.")
    retention_rate = fields.Float(
        "Kept (Share)", readonly=True, aggregator="avg", help="Kept / (kept + lost)."
    )
    worth = fields.Monetary(readonly=True, help="Revenue less service cost of the period.")
    kept_worth = fields.Monetary(
        "Worth of Kept", readonly=True, help="Of the period, of the customers kept."
    )
    lost_worth = fields.Monetary(
        "Worth Lost", readonly=True, help="Of the period before, of the customers lost."
    )
    won_back_worth = fields.Monetary(
        "Worth Won Back", readonly=True, help="Of the period, of the customers won back."
    )
    currency_id = fields.Many2one(related="company_id.currency_id", related_sudo=False)

    @api.model
    def _ratios(self):
        return {"retention_rate": ("kept_count:sum", "base_count:sum")}

    @property
    def _table_query(self):
        return self._of_customers(
            SQL(
                """WITH entry AS (%(entries)s), first AS (%(firsts)s),
                        step AS (%(steps)s)
                   SELECT ((step.partner_id::bigint << 27) + (step.company_id::bigint << 15)
                           + (EXTRACT(year FROM step.period_start)::int * 4
                              + EXTRACT(quarter FROM step.period_start)::int - 1) * 2
                           + (step.unit = 'quarter')::int) AS id,
                          step.partner_id, step.company_id, step.unit, step.period_start,
                          step.first_purchase_date, step.worth, step.status,
                          step.period_start = step.running AS is_running,
                          1 AS customer_count, %(counts)s,
                          (step.status IN ('kept', 'lost'))::int AS base_count,
                          NULL::float8 AS retention_rate,
                          CASE WHEN step.status = 'kept' THEN step.worth ELSE 0 END AS kept_worth,
                          CASE WHEN step.status = 'lost' THEN step.worth_before ELSE 0 END
                               AS lost_worth,
                          CASE WHEN step.status = 'won_back' THEN step.worth ELSE 0 END
                               AS won_back_worth
                     FROM step""",
                entries=self._entries(),
                firsts=self._firsts(),
                steps=self._steps(),
                counts=SQL(", ").join(
                    SQL("(step.status = %s)::int AS %s", name, SQL.identifier(f"{name}_count"))
                    for name, _label in STATUSES
                ),
            )
        )

    @api.model
    def _entries(self):
        """``SELECT`` of worth per customer and period, and whether they bought in it."""
        return SQL(
            """SELECT line.partner_id, line.company_id, unit.name AS unit,
                      date_trunc(unit.name, line.day)::date AS period_start,
                      SUM(line.amount) AS worth,
                      BOOL_OR(line.kind = 'invoice' AND line.amount > 0) AS is_bought,
                      MIN(line.day) FILTER (WHERE line.kind = 'invoice' AND line.amount > 0)
                          AS first_day
                 FROM (%s) line
                 CROSS JOIN (VALUES ('year'), ('quarter')) AS unit (name)
                WHERE line.partner_id IS NOT NULL AND line.day <= %s
                GROUP BY 1, 2, 3, 4""",
            self._worth_lines(),
            self._today(),
        )

    @api.model
    def _firsts(self):
        return SQL(
            """SELECT partner_id, company_id, unit, MIN(first_day) AS first_purchase_date,
                      date_trunc(unit, MIN(first_day))::date AS start,
                      date_trunc(unit, %s::date)::date AS running
                 FROM entry WHERE is_bought GROUP BY partner_id, company_id, unit""",
            self._today(),
        )

    @api.model
    def _steps(self):
        """``SELECT`` of each period of a customer with what became of the customer in it."""
        return SQL(
            """SELECT first.*, period.day::date AS period_start,
                      COALESCE(here.worth, 0) AS worth,
                      COALESCE(before.worth, 0) AS worth_before,
                      CASE WHEN period.day::date = first.start THEN 'new'
                           WHEN here.is_bought AND before.is_bought THEN 'kept'
                           WHEN here.is_bought THEN 'won_back'
                           WHEN before.is_bought THEN 'lost' ELSE 'away' END AS status
                 FROM first
                 CROSS JOIN LATERAL (SELECT CASE first.unit WHEN 'year' THEN INTERVAL '1 year'
                                            ELSE INTERVAL '3 months' END AS length) span
                 CROSS JOIN LATERAL generate_series(
                      first.start::timestamp, first.running::timestamp, span.length)
                      AS period (day)
                 LEFT JOIN entry here
                        ON here.partner_id = first.partner_id
                       AND here.company_id = first.company_id AND here.unit = first.unit
                       AND here.period_start = period.day::date
                 LEFT JOIN entry before
                        ON before.partner_id = first.partner_id
                       AND before.company_id = first.company_id AND before.unit = first.unit
                       AND before.period_start = (period.day - span.length)::date"""
        )
