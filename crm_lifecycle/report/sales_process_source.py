from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from .xlsx_book import ROW_LIMIT

BATCH = 2000
HEAD_ROWS = 4


class CrmSalesProcessSource(models.AbstractModel):
    """The figures of a *Sales process* export, as SQL.

    Order of calls, in one transaction: ``_stage(export)`` puts the leads and their stays, as
    far as record rules let the user see them, into temporary tables; the other methods read
    those. Each takes ``period``, a pair of moments in UTC (from, up to), and returns a list of
    rows: a tuple of what the row is of, and a tuple of its figures. The transaction's snapshot
    makes them agree with each other.
    """

    _name = "crm.sales.process.source"
    _description = "Figures of the Sales Process Workbook"

    # ------------------------------------------------------------------ staging
    @api.model
    def _stage(self, export):
        """Fill the temporary tables.

        :raises AccessError: when the user may not read leads
        """
        self.env["crm.lead"].check_access("read")
        self.env.flush_all()
        cr = self.env.cr
        cr.execute(
            """DROP TABLE IF EXISTS pg_temp.crm_process_reach, pg_temp.crm_process_stay,
                                    pg_temp.crm_process_lead"""
        )
        cr.execute(self._lead_statement(export))
        cr.execute("CREATE UNIQUE INDEX ON pg_temp.crm_process_lead (id)")
        cr.execute("ANALYZE pg_temp.crm_process_lead")
        cr.execute(self._stay_statement())
        cr.execute("ANALYZE pg_temp.crm_process_stay")
        cr.execute(self._reach_statement())

    @api.model
    def _lead_statement(self, export):
        leads = self.env["crm.lead"].with_context(active_test=False)
        report = self.env["crm.pipeline.report"]
        return SQL(
            """
            CREATE TEMPORARY TABLE crm_process_lead ON COMMIT DROP AS
            SELECT lead.id, lead.name, COALESCE(lead.partner_name, lead.contact_name) AS customer,
                   lead.lifecycle_phase AS phase, lead.won_status AS outcome,
                   lead.user_id, seller_contact.name AS salesperson, %(team)s AS team,
                   lead.stage_id, stage.sequence, %(stage)s AS stage, %(reason)s AS reason,
                   %(campaign)s AS campaign, source.name AS source,
                   %(arrival)s AS came, %(closed)s AS closed,
                   COALESCE(lead.expected_revenue, 0) AS amount, %(optional)s
              FROM crm_lead lead
              LEFT JOIN res_users seller ON seller.id = lead.user_id
              LEFT JOIN res_partner seller_contact ON seller_contact.id = seller.partner_id
              LEFT JOIN crm_team team ON team.id = lead.team_id
              LEFT JOIN crm_stage stage ON stage.id = lead.stage_id
              LEFT JOIN crm_lost_reason reason ON reason.id = lead.lost_reason_id
              LEFT JOIN utm_campaign campaign ON campaign.id = lead.campaign_id
              LEFT JOIN utm_source source ON source.id = lead.source_id
              %(win)s
             WHERE lead.id IN %(visible)s
            """,
            team=self.env["crm.team"]._field_to_sql("team", "name"),
            stage=self.env["crm.stage"]._field_to_sql("stage", "name"),
            reason=self.env["crm.lost.reason"]._field_to_sql("reason", "name"),
            campaign=self.env["utm.campaign"]._field_to_sql("campaign", "title"),
            arrival=report._arrival(),
            closed=report._closed_at(),
            win=report._win_join(),
            optional=self._optional_columns(),
            visible=leads._search(export._lead_domain()).subselect(),
        )

    @api.model
    def _has(self, *names):
        """Whether leads have these fields, stored: other parts of the room bring them."""
        known = self.env["crm.lead"]._fields
        return all(name in known and known[name].store for name in names)

    @api.model
    def _optional_columns(self):
        """The competitor that the user may see, and the working minutes to the first contact."""
        competitor, minutes = SQL("NULL::varchar"), SQL("NULL::float8")
        if self._has("lost_to_id"):
            contacts = self.env["res.partner"].with_context(active_test=False)
            competitor = SQL(
                """(SELECT contact.name FROM res_partner contact
                     WHERE contact.id = lead.lost_to_id AND contact.id IN %s)""",
                contacts._search(Domain.TRUE).subselect(),
            )
        if self._has("response_minutes", "first_contact_at"):
            # A number is never empty for Odoo: without a contact it says nothing.
            minutes = SQL(
                "CASE WHEN lead.first_contact_at IS NOT NULL THEN lead.response_minutes END"
            )
        return SQL("%s AS competitor, %s AS response_minutes", competitor, minutes)

    @api.model
    def _stay_statement(self):
        """The staged leads' stays; those of a lead that was merged into them are left out."""
        stays = self.env["crm.stage.passage"]
        return SQL(
            """
            CREATE TEMPORARY TABLE crm_process_stay ON COMMIT DROP AS
            SELECT stay.id, stay.lead_id, stay.lifecycle_phase AS phase,
                   COALESCE(stage.sequence, stay.stage_sequence) AS sequence,
                   COALESCE(stay.stage_id, 0) AS stage_id,
                   COALESCE(%(name)s, stay.stage_name) AS stage, stay.is_won,
                   stay.date_in, stay.date_out, stay.exit, stay.state = 'skipped' AS skipped,
                   EXTRACT(EPOCH FROM stay.date_out - stay.date_in) / 86400 AS days,
                   CASE WHEN stay.working_minutes > 0
                        THEN stay.working_minutes / 60 END AS working_hours,
                   lead.came
              FROM crm_stage_passage stay
              JOIN pg_temp.crm_process_lead lead ON lead.id = stay.lead_id
              LEFT JOIN crm_stage stage ON stage.id = stay.stage_id
             WHERE NOT COALESCE(stay.is_merged, FALSE) AND stay.id IN %(visible)s
            """,
            name=self.env["crm.stage"]._field_to_sql("stage", "name"),
            visible=stays._search(Domain.TRUE).subselect(),
        )

    @api.model
    def _reach_statement(self):
        """The stages of its process that each staged lead reached: those of the funnel's screen."""
        funnel = self.env["crm.pipeline.report"]._allowed(
            "crm.pipeline.funnel", [], "lead_id", "lifecycle_phase", "stage_id", "position"
        )
        return SQL(
            """
            CREATE TEMPORARY TABLE crm_process_reach ON COMMIT DROP AS
            SELECT reach.lead_id, reach.lifecycle_phase AS phase, reach.position, reach.stage_id,
                   %(name)s AS stage, lead.came
              FROM (%(funnel)s) AS reach
              JOIN pg_temp.crm_process_lead lead ON lead.id = reach.lead_id
              JOIN crm_stage stage ON stage.id = reach.stage_id
            """,
            name=self.env["crm.stage"]._field_to_sql("stage", "name"),
            funnel=funnel,
        )

    # ------------------------------------------------------------------ reading
    @api.model
    def _rows(self, keys, query):
        """The rows of a query whose first columns say what they are of.

        :return: list of (tuple of ``keys`` values, tuple of figures)
        """
        return [(row[:keys], row[keys:]) for row in self.env.execute_query(query)]

    @api.model
    def _within(self, column, period):
        start, end = period
        column = SQL.identifier(column)
        return SQL("(%s >= %s AND %s < %s)", column, start, column, end)

    @api.model
    def _summary(self, period):
        """One row: leads that came, won, lost, amount won, median days to win."""
        closed = self._within("closed", period)
        return self._rows(
            0,
            SQL(
                """
                SELECT COUNT(*) FILTER (WHERE %(came)s),
                       COUNT(*) FILTER (WHERE %(closed)s AND outcome = 'won'),
                       COUNT(*) FILTER (WHERE %(closed)s AND outcome = 'lost'),
                       COALESCE(SUM(amount) FILTER (WHERE %(closed)s AND outcome = 'won'), 0),
                       PERCENTILE_CONT(0.5) WITHIN GROUP (
                           ORDER BY EXTRACT(EPOCH FROM closed - came) / 86400)
                           FILTER (WHERE %(closed)s AND outcome = 'won')
                  FROM pg_temp.crm_process_lead
                """,
                came=self._within("came", period),
                closed=closed,
            ),
        )

    @api.model
    def _funnel(self, period):
        """By process and stage: leads of the cohort that reached it, and the cohort."""
        return self._rows(
            4,
            SQL(
                """
                SELECT reach.phase, reach.position, reach.stage_id, reach.stage, COUNT(*),
                       cohort.count
                  FROM pg_temp.crm_process_reach reach
                  JOIN (SELECT lead.phase, COUNT(DISTINCT lead.lead_id)
                          FROM pg_temp.crm_process_reach lead
                         WHERE %(came)s GROUP BY lead.phase) cohort
                       ON cohort.phase IS NOT DISTINCT FROM reach.phase
                 WHERE %(came)s
                 GROUP BY reach.phase, reach.position, reach.stage_id, reach.stage, cohort.count
                 ORDER BY 1, 2, 3, 4
                """,
                came=self._within("came", period),
            ),
        )

    @api.model
    def _stage_times(self, period):
        """By process and stage: stays that ended, days, working hours, how they ended."""
        return self._rows(
            4,
            SQL(
                """
                SELECT phase, sequence, stage_id, stage, COUNT(*),
                       PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY days),
                       PERCENTILE_CONT(0.9) WITHIN GROUP (ORDER BY days),
                       PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY working_hours),
                       AVG((exit = 'forward')::int), AVG((exit = 'lost')::int)
                  FROM pg_temp.crm_process_stay
                 WHERE NOT skipped AND %(left)s
                 GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
                """,
                left=self._within("date_out", period),
            ),
        )

    @api.model
    def _cycle_times(self, period):
        """By process and outcome: leads that were closed, days since they came."""
        return self._rows(
            2,
            SQL(
                """
                SELECT phase, outcome, COUNT(*), PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY days),
                       PERCENTILE_CONT(0.9) WITHIN GROUP (ORDER BY days), AVG(days)
                  FROM (SELECT phase, outcome, EXTRACT(EPOCH FROM closed - came) / 86400 AS days
                          FROM pg_temp.crm_process_lead
                         WHERE outcome IN ('won', 'lost') AND %(closed)s) lead
                 GROUP BY 1, 2 ORDER BY 1, 2 DESC
                """,
                closed=self._within("closed", period),
            ),
        )

    @api.model
    def _losses(self, period):
        """By stage, reason and competitor: leads that were lost, amount, all that were lost."""
        return self._rows(
            5,
            SQL(
                """
                SELECT sequence, stage_id, stage, reason, competitor, COUNT(*), SUM(amount),
                       SUM(COUNT(*)) OVER ()
                  FROM pg_temp.crm_process_lead
                 WHERE outcome = 'lost' AND %(closed)s
                 GROUP BY 1, 2, 3, 4, 5 ORDER BY COUNT(*) DESC, 1, 2, 4, 5
                """,
                closed=self._within("closed", period),
            ),
        )

    # ------------------------------------------------------------------ the leads themselves
    @api.model
    def _lead_batches(self, period, limit=None):
        """The leads that came or were closed in the period, the newest first, in batches.

        :raises UserError: when there are more than a sheet has rows
        """
        chosen = SQL("(%s OR %s)", self._within("came", period), self._within("closed", period))
        [(count,)] = self.env.execute_query(
            SQL("SELECT COUNT(*) FROM pg_temp.crm_process_lead WHERE %s", chosen)
        )
        if count > (limit or ROW_LIMIT - HEAD_ROWS):
            raise UserError(
                self.env._(
                    "More leads than an Excel sheet has rows. Choose a shorter period or a team."
                )
            )
        return self._read_batches(chosen)

    @api.model
    def _read_batches(self, chosen):
        last = None
        while True:
            after = SQL("id < %s", last) if last else SQL("TRUE")
            rows = self.env.execute_query(
                SQL(
                    """SELECT id, name, customer, phase, stage, team, salesperson, campaign,
                              source, came::date - DATE '1899-12-30',
                              closed::date - DATE '1899-12-30', outcome, reason, competitor,
                              amount
                         FROM pg_temp.crm_process_lead WHERE %s AND %s
                        ORDER BY id DESC LIMIT %s""",
                    chosen,
                    after,
                    BATCH,
                )
            )
            if not rows:
                return
            last = rows[-1][0]
            yield [row[1:] for row in rows]
