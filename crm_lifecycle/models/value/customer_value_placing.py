from odoo import api, fields, models
from odoo.tools import SQL

# Companies of up to so many ranked customers are ranked anew at each change.
EXACT_RANK_LIMIT = 2000


class CrmCustomerValuePlacing(models.AbstractModel):
    """Score, tier and phase: where a customer stands among the company's others.

    ``_rank_company`` ranks everybody exactly and stores the breakpoints (nightly, and at once
    in a small company); ``_place_changed`` puts a few changed customers against the stored
    breakpoints, to the nearest percent. Both write only rows that differ, together with
    the ``crm.lifecycle.transition`` of each change of phase, in one statement.
    """

    _name = "crm.customer.value.placing"
    _description = "Ranking of Customers"

    # ------------------------------------------------------------------ a few
    @api.model
    def _place_changed(self, as_of, row_ids, moved_ids):
        """Place some rows.

        :param row_ids: rows whose figures changed
        :param moved_ids: those of them whose value in the period changed; the others keep
            their exact score
        """
        rows = self.env["crm.customer.value"].sudo().browse(row_ids)
        for company in rows.company_id:
            ranking = self.env["crm.customer.value.ranking"]._of(company)
            if ranking.customer_count <= EXACT_RANK_LIMIT:
                self._rank_company(company, as_of)
            else:
                self._place_against(company, as_of, ranking, rows.ids, moved_ids)

    @api.model
    def _place_against(self, company, as_of, ranking, row_ids, moved_ids):
        ranked = SQL(
            """SELECT value.id,
                      CASE WHEN NOT value.is_ranked THEN NULL
                           WHEN value.score IS NOT NULL AND NOT value.id = ANY(%s) THEN value.score
                           ELSE GREATEST(width_bucket(value.value_period, %s::numeric[]) - 1, 0)
                       END AS score
                 FROM crm_customer_value value
                WHERE value.id = ANY(%s) AND value.company_id = %s""",
            list(moved_ids),
            list(ranking.breakpoints or [0.0]),
            list(row_ids),
            company.id,
        )
        self._write_places(company, as_of, ranked)

    # ------------------------------------------------------------------ everybody
    @api.model
    def _rank_company(self, company, as_of, commit=None):
        """Rank a company's customers exactly, and store the breakpoints.

        :param commit: called after each slice with the number of rows it went over; returns
            false to stop. Without it everything is one transaction.
        :return: whether it went to the end
        """
        self.env["crm.customer.value"].flush_model()
        self.env["crm.customer.value.ranking"]._store(company, as_of, self._stage_ranks(company))
        for low, high in self._rank_slices():
            ranked = SQL(
                "SELECT id, score FROM crm_customer_rank WHERE id BETWEEN %s AND %s", low, high
            )
            count = self._write_places(company, as_of, ranked)
            if commit and not commit(count):
                return False
        return True

    @api.model
    def _stage_ranks(self, company):
        """Put the exact scores into a temporary table, which outlives the commits of a run.

        :return: number of ranked customers and the 101 breakpoints
        """
        cr = self.env.cr
        cr.execute("DROP TABLE IF EXISTS pg_temp.crm_customer_rank")
        cr.execute(
            SQL(
                """CREATE TEMPORARY TABLE crm_customer_rank AS
                   SELECT id, CASE WHEN is_ranked
                                   THEN ROUND((100 * percent_rank() OVER (
                                        PARTITION BY is_ranked ORDER BY value_period))::numeric, 2)
                               END AS score
                     FROM crm_customer_value
                    WHERE company_id = %s""",
                company.id,
            )
        )
        cr.execute("CREATE INDEX ON pg_temp.crm_customer_rank (id) INCLUDE (score)")
        cr.execute("ANALYZE pg_temp.crm_customer_rank")
        cr.execute(
            SQL(
                """SELECT COUNT(*), percentile_disc(
                          ARRAY(SELECT step / 100.0 FROM generate_series(0, 100) step)::float8[])
                          WITHIN GROUP (ORDER BY value_period)
                     FROM crm_customer_value
                    WHERE company_id = %s AND is_ranked""",
                company.id,
            )
        )
        count, points = cr.fetchone()
        return count, [float(point) for point in points or []]

    @api.model
    def _rank_slices(self, size=20000):
        """Ranges of row ids of about ``size`` rows, over the staged ranks."""
        self.env.cr.execute(
            SQL(
                """SELECT MIN(id), MAX(id)
                     FROM (SELECT id, (ROW_NUMBER() OVER (ORDER BY id) - 1) / %s AS slice
                             FROM pg_temp.crm_customer_rank) numbered
                    GROUP BY slice ORDER BY slice""",
                size,
            )
        )
        return self.env.cr.fetchall()

    # ------------------------------------------------------------------ both
    @api.model
    def _write_places(self, company, as_of, ranked):
        """Write score, tier, phase and the changes of phase.

        :param SQL ranked: ``SELECT id, score`` of rows of this company
        :return: how many rows ``ranked`` has
        """
        [(count,)] = self.env.execute_query(
            SQL(
                """WITH ranked AS MATERIALIZED (%s),
                        changed AS MATERIALIZED (%s),
                        locked AS MATERIALIZED (
                            SELECT id FROM crm_customer_value
                             WHERE id IN (SELECT id FROM changed) FOR NO KEY UPDATE SKIP LOCKED),
                        updated AS (%s),
                        skipped AS (%s),
                        moved AS (%s)
                   SELECT COUNT(*) FROM ranked""",
                ranked,
                self._changed_sql(company, as_of),
                self._update_sql(as_of),
                self.env["crm.customer.value.refresh"]._skip_sql(),
                self._transition_sql(),
            )
        )
        return count

    @api.model
    def _changed_sql(self, company, as_of):
        """The ranked rows whose score, tier or phase is another now."""
        return SQL(
            """WITH tiered AS (
                   SELECT value.*, ranked.score AS new_score, %(tier)s AS new_tier
                     FROM ranked JOIN crm_customer_value value ON value.id = ranked.id),
               phased AS (
                   SELECT value.*, CASE WHEN value.phase_locked THEN value.phase
                                        ELSE %(phase)s END AS new_phase
                     FROM tiered value)
               SELECT id, partner_id, company_id, phase, new_score, new_tier, new_phase,
                      first_purchase_date, health
                 FROM phased
                WHERE (score, tier, phase) IS DISTINCT FROM (new_score, new_tier, new_phase)""",
            tier=self._tier_sql(company, SQL("value"), SQL("ranked.score")),
            phase=self._phase_sql(company, as_of),
        )

    @api.model
    def _update_sql(self, as_of):
        """A customer who is found with invoices has been one since the first of them."""
        return SQL(
            """UPDATE crm_customer_value value
                  SET score = changed.new_score,
                      tier = changed.new_tier,
                      phase = changed.new_phase,
                      phase_since = CASE
                          WHEN value.phase IS NOT DISTINCT FROM changed.new_phase
                          THEN value.phase_since
                          WHEN value.phase IS NULL
                          THEN COALESCE(changed.first_purchase_date, %(as_of)s)
                          ELSE %(as_of)s END
                 FROM changed JOIN locked USING (id)
                WHERE value.id = changed.id
            RETURNING changed.*""",
            as_of=as_of,
        )

    @api.model
    def _transition_sql(self):
        return SQL(
            """INSERT INTO crm_lifecycle_transition
                      (partner_id, company_id, from_phase, to_phase, date, reason)
               SELECT partner_id, company_id, phase, new_phase, %s, %s
                 FROM updated
                WHERE phase IS DISTINCT FROM new_phase""",
            fields.Datetime.now(),
            self._reason_sql(),
        )

    @api.model
    def _tier_sql(self, company, value, score):
        """The tier of a row: ``engine.ranking.tier`` as SQL."""
        cutoffs = company._lifecycle_cutoffs()
        return SQL(
            """CASE WHEN NOT %(value)s.is_ranked OR %(value)s.is_ranked IS NULL THEN NULL
                    WHEN %(value)s.value_period <= 0 THEN 'd'
                    WHEN %(score)s >= %(floor_a)s THEN 'a'
                    WHEN %(score)s >= %(floor_b)s THEN 'b'
                    ELSE 'c' END""",
            value=value,
            score=score,
            floor_a=cutoffs.floor_a,
            floor_b=cutoffs.floor_b,
        )

    @api.model
    def _phase_sql(self, company, as_of):
        """The phase of a row ``value`` that has a ``new_tier``: ``engine.phase.phase`` as SQL."""
        thresholds = company._lifecycle_thresholds()
        return SQL(
            """CASE WHEN COALESCE(value.invoice_count, 0) = 0 THEN 'acquisition'
                    WHEN value.new_tier = ANY(%(tiers)s)
                         AND (%(as_of)s::date - value.first_purchase_date >= %(tenure)s
                              OR value.purchase_count >= %(purchases)s
                              OR value.health = 'risk') THEN 'retention'
                    ELSE 'enhancement' END""",
            tiers=list(thresholds.good_tiers),
            as_of=as_of,
            tenure=thresholds.tenure_days,
            purchases=thresholds.purchases,
        )

    @api.model
    def _reason_sql(self):
        """Why a row of ``updated`` changed its phase."""
        return SQL(
            """CASE WHEN phase IS NULL THEN 'entered'
                    WHEN new_phase = 'acquisition' THEN 'no_purchase'
                    WHEN phase = 'acquisition' THEN 'purchase'
                    WHEN new_phase = 'retention' AND health = 'risk' THEN 'risk'
                    WHEN new_phase = 'retention' THEN 'threshold'
                    ELSE 'below' END"""
        )
