from odoo import fields, models
from odoo.tools import SQL

from .pipeline_report import LEAD_COLUMNS, STAY_COLUMNS

KINDS = [("arrived", "Lead that Arrived"), ("closed", "Lead Won or Lost"), ("contact", "Contact")]


class CrmPipelinePerson(models.Model):
    """What people do: a row for each lead that came, each that closed, and each contact.

    A lead counts on the day it arrived and again, as won or lost, on the day it closed, so that
    a period has the leads that came in it beside those that closed in it. The close rate is won
    / (won + lost) of what closed; its rows are those. Contacts are those of the contact log that
    the viewer may see, by the person of our side.
    """

    _name = "crm.pipeline.person"
    _description = "People in Sales"
    _inherit = ["crm.pipeline.lead.report"]
    _auto = False
    _log_access = False
    _order = "date desc, id desc"
    _depends = {
        "crm.lead": (*LEAD_COLUMNS, "assigned_at", "assign_minutes", "assign_deadline"),
        "crm.stage.passage": STAY_COLUMNS,
        "crm.interaction": ["user_id", "company_id", "date", "minutes"],
    }

    kind = fields.Selection(KINDS, "What", readonly=True)
    date = fields.Datetime("When", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    lead_count = fields.Integer("Leads that Arrived", readonly=True)
    contact_count = fields.Integer("Contacts", readonly=True)
    contact_minutes = fields.Float("Minutes of Contact", readonly=True)
    response_minutes = fields.Float(
        "Minutes to First Contact (Average)",
        readonly=True,
        aggregator="avg",
        help="Working minutes from the lead's arrival at the person to the first real contact.",
    )
    assign_minutes = fields.Float(
        "Minutes to Assign (Average)",
        readonly=True,
        aggregator="avg",
        help="Working minutes from the lead's arrival to its first salesperson.",
    )
    assigned_late_count = fields.Integer(
        "Assigned Late",
        readonly=True,
        help="Leads that arrived and had no salesperson within the company's target.",
    )
    won_count = fields.Integer("Won", readonly=True)
    lost_count = fields.Integer("Lost", readonly=True)
    close_rate = fields.Float(readonly=True, aggregator="avg")
    won_amount = fields.Monetary("Amount Won", readonly=True)
    lost_amount = fields.Monetary("Amount Lost", readonly=True)

    @property
    def _table_query(self):
        return SQL(
            """SELECT row.*, company.currency_id, %(when)s
                 FROM (%(arrived)s UNION ALL %(closed)s UNION ALL %(contacts)s) AS row
                 LEFT JOIN res_company company ON company.id = row.company_id""",
            when=self._when_sql(SQL("row.date")),
            arrived=self._arrived_sql(),
            closed=self._closed_sql(),
            contacts=self._contacts_sql(),
        )

    def _arrived_sql(self):
        return SQL(
            """SELECT lead.id::bigint * 4 AS id, 'arrived' AS kind, lead.id AS lead_id,
                      lead.lifecycle_phase, %(company)s AS company_id, lead.team_id, lead.user_id,
                      %(arrival)s AS date, 1 AS lead_count, 0 AS contact_count,
                      0::float8 AS contact_minutes, %(response)s::float8 AS response_minutes,
                      %(assign)s::float8 AS assign_minutes,
                      (%(assigned_late)s)::int AS assigned_late_count,
                      0 AS won_count, 0 AS lost_count, NULL::float8 AS close_rate,
                      0::float8 AS won_amount, 0::float8 AS lost_amount
                 FROM crm_lead lead LEFT JOIN crm_team team ON team.id = lead.team_id
                WHERE lead.active OR lead.won_status IN ('won', 'lost')""",
            company=self._lead_company(),
            arrival=self._arrival(),
            response=self._lead_column("contact_minutes"),
            assign=self._assign_minutes_sql(),
            assigned_late=self._assigned_late_sql(),
        )

    def _assign_minutes_sql(self):
        """Those of leads that have a salesperson; the others have waited for none yet."""
        return SQL("CASE WHEN lead.assigned_at IS NOT NULL THEN lead.assign_minutes END")

    def _assigned_late_sql(self):
        return SQL(
            """lead.assign_deadline IS NOT NULL
               AND COALESCE(lead.assigned_at, %s) > lead.assign_deadline""",
            fields.Datetime.now(),
        )

    def _closed_sql(self):
        return SQL(
            """SELECT lead.id::bigint * 4 + 1, 'closed', lead.id, lead.lifecycle_phase,
                      %(company)s, lead.team_id, lead.user_id,
                      COALESCE(%(closed)s, lead.write_date), 0, 0, 0, NULL, NULL, 0,
                      (lead.won_status = 'won')::int, (lead.won_status = 'lost')::int,
                      (lead.won_status = 'won')::int,
                      CASE WHEN lead.won_status = 'won' THEN lead.expected_revenue ELSE 0 END,
                      CASE WHEN lead.won_status = 'lost' THEN lead.expected_revenue ELSE 0 END
                 FROM crm_lead lead LEFT JOIN crm_team team ON team.id = lead.team_id
                 %(win)s
                WHERE lead.won_status IN ('won', 'lost')""",
            company=self._lead_company(),
            closed=self._closed_at(),
            win=self._win_join(),
        )

    def _contacts_sql(self):
        """Contacts with customers whom the viewer may see: the same rows as the contact log's."""
        return SQL(
            """SELECT contact.id::bigint * 4 + 2, 'contact', NULL, NULL, contact.company_id, NULL,
                      contact.user_id, contact.date, 0, 1, COALESCE(contact.minutes, 0)::float8,
                      NULL, NULL, 0, 0, 0, NULL, 0, 0
                 FROM (%s) AS contact
                WHERE contact.user_id IS NOT NULL""",
            self._allowed("crm.interaction", [], "id", "company_id", "user_id", "date", "minutes"),
        )
