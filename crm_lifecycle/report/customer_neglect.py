from odoo import fields, models
from odoo.tools import SQL


class CrmCustomerNeglect(models.Model):
    """Customers under a cadence, untouched for longer than their maximum, and their worth.

    One row per customer and company: the step that is most overdue. The days are counted from
    the last contact that counts for the step (or from where the customer came under it), also
    after contacts were missed: a missed one is no contact.
    """

    _name = "crm.customer.neglect"
    _description = "Neglected Customer"
    _inherit = ["crm.retention.analysis"]
    _auto = False
    _log_access = False
    _order = "worth desc, days_over desc, id"
    _depends = {
        "crm.touchpoint": ["partner_id", "company_id", "state", "since_date", "step_id", "user_id"],
        "crm.cadence.step": ["ideal_number", "ideal_unit", "max_number", "max_unit"],
        "crm.customer.value": ["tier", "phase", "health", "value_period"],
    }

    user_id = fields.Many2one("res.users", "Responsible", readonly=True)
    cadence_id = fields.Many2one("crm.cadence", readonly=True)
    step_id = fields.Many2one("crm.cadence.step", readonly=True)
    since_date = fields.Date("Untouched since", readonly=True)
    limit_date = fields.Date("Maximum Passed", readonly=True)
    days_over = fields.Integer(readonly=True, aggregator="avg", help="After the maximum.")
    days_untouched = fields.Integer(readonly=True, aggregator="avg")
    last_contact = fields.Datetime(readonly=True, help="Of any kind, also one that did not count.")
    put_off_until = fields.Date(readonly=True)
    customer_count = fields.Integer("Customers", readonly=True)
    worth = fields.Monetary(readonly=True, help="Revenue less service cost, trailing period.")
    currency_id = fields.Many2one(related="company_id.currency_id", related_sudo=False)

    @property
    def _table_query(self):
        plan = self.env["crm.touchpoint.plan"]
        return SQL(
            """SELECT most.*, 1 AS customer_count, %(today)s - most.limit_date AS days_over,
                      %(today)s - most.since_date AS days_untouched,
                      known.tier, known.phase, known.health,
                      known.last_interaction_date AS last_contact,
                      COALESCE(known.value_period, 0) AS worth
                 FROM (SELECT DISTINCT ON (touch.partner_id, touch.company_id)
                              touch.id, touch.partner_id, touch.company_id, touch.user_id,
                              touch.cadence_id, touch.step_id, touch.since_date,
                              touch.put_off_until, longest.day AS limit_date
                         FROM crm_touchpoint touch
                         JOIN crm_cadence_step step ON step.id = touch.step_id
                         CROSS JOIN LATERAL (SELECT GREATEST(
                              touch.since_date + %(ideal)s, touch.since_date + %(longest)s)::date
                              AS day) longest
                        WHERE touch.state IN ('planned', 'scheduled', 'put_off')
                          AND longest.day < %(today)s
                        ORDER BY touch.partner_id, touch.company_id, longest.day, touch.id) most
                 LEFT JOIN crm_customer_value known
                        ON known.partner_id = most.partner_id
                       AND known.company_id = most.company_id""",
            today=SQL("%s::date", self._today()),
            ideal=plan._interval("ideal"),
            longest=plan._interval("max"),
        )
