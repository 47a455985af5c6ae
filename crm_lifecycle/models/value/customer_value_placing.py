from functools import partial

from odoo import api, fields, models
from odoo.tools import SQL

# Companies of up to so many ranked customers are ranked anew at each change.
EXACT_RANK_LIMIT = 2000
SLICE = 20000


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
    def _place_changed(self, as_of, row_ids, exact=True):
        """Place some rows.

        :param bool exact: in a small company, rank everybody anew
        """
        rows = self.env["crm.customer.value"].sudo().browse(row_ids)
        for company in rows.company_id:
            ranking = self.env["crm.customer.value.ranking"]._of(company)
            if not ranking or (exact and ranking.customer_count <= EXACT_RANK_LIMIT):
                self._rank_company(company, as_of)
            else:
                self._place_against(company, as_of, ranking, rows.ids)

    @api.model
    def _place_against(self, company, as_of, ranking, row_ids):
        """Place rows against the stored breakpoints: ``engine.ranking.place`` as SQL.

        A score that is exact, and right to the percent, is kept.
        """
        ranked = SQL(
            """SELECT id, CASE WHEN NOT is_ranked THEN NULL
                               WHEN ABS(score - placed) < 1 THEN score
                               ELSE placed END AS score
                 FROM (SELECT value.id, value.is_ranked, value.score,
                              GREATEST(points.below - points.between, 0) AS placed
                         FROM crm_customer_value value
                        CROSS JOIN LATERAL (
                              SELECT COUNT(*) FILTER (WHERE point < value.value_period) AS below,
                                     (COUNT(*) FILTER (WHERE point = value.value_period) = 0)::int
                                     AS between
                                FROM unnest(%s::numeric[]) point) points
                        WHERE value.id = ANY(%s) AND value.company_id = %s) candidate""",
            list(ranking.breakpoints or []),
            list(row_ids),
            company.id,
        )
        self._write_places(company, as_of, ranked)

    # ------------------------------------------------------------------ everybody
    @api.model
    def _rank_company(self, company, as_of, commit=None):
        """Rank a company's customers exactly, and store the breakpoints.

        :param commit: called with 0 after the staging and after each slice. Without it
            everything is one transaction.
        """
        self.env["crm.customer.value"].flush_model()
        self.env["crm.customer.value.ranking"]._store(company, as_of, self._stage_ranks(company))
        retry = self.env["crm.customer.value.refresh"]._retry
        position = 0
        if commit:
            # The scores are staged: a slice's transaction is one statement, and soon over.
            commit(0)
        while position is not None:
            work = partial(self._rank_slice, company, as_of, position)
            position = retry(work) if commit else work(0)
            if commit:
                commit(0)

    @api.model
    def _rank_slice(self, company, as_of, position, attempt):
        """Write the staged ranks of a slice of rows.

        A row whose worth changed after the staging has been placed since, and keeps that.

        :return: the last row's id, or None when there is none further
        """
        size = self.env["crm.customer.value.refresh"]._bite(self._slice_size(), attempt)
        ranked = SQL(
            """SELECT value.id, CASE WHEN (value.value_period, value.is_ranked)
                                          IS NOT DISTINCT FROM (rank.value_period, rank.is_ranked)
                                     THEN rank.score ELSE value.score END AS score
                 FROM (SELECT * FROM crm_customer_rank
                        WHERE id > %s ORDER BY id LIMIT %s) rank
                 JOIN crm_customer_value value ON value.id = rank.id""",
            position,
            size,
        )
        return self._write_places(company, as_of, ranked)

    @api.model
    def _slice_size(self):
        """How many rows' ranks are written in a transaction."""
        return SLICE

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
                   SELECT id, value_period, is_ranked,
                          CASE WHEN is_ranked
                                   THEN ROUND((100 * percent_rank() OVER (
                                        PARTITION BY is_ranked ORDER BY value_period))::numeric, 2)
                               END AS score
                     FROM crm_customer_value
                    WHERE company_id = %s""",
                company.id,
            )
        )
        cr.execute("CREATE INDEX ON pg_temp.crm_customer_rank (id)")
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

    # ------------------------------------------------------------------ both
    @api.model
    def _write_places(self, company, as_of, ranked):
        """Write score, tier, phase and the changes of phase.

        :param SQL ranked: ``SELECT id, score`` of rows of this company
        :return: the last id of ``ranked``, None without one
        """
        [(last,)] = self.env.execute_query(
            SQL(
                """WITH ranked AS MATERIALIZED (%s),
                        changed AS MATERIALIZED (%s),
                        locked AS MATERIALIZED (
                            SELECT id FROM crm_customer_value
                             WHERE id IN (SELECT id FROM changed) FOR NO KEY UPDATE SKIP LOCKED),
                        updated AS (%s),
                        skipped AS (%s),
                        moved AS (%s)
                   SELECT MAX(id) FROM ranked""",
                ranked,
                self._changed_sql(company, as_of),
                self._update_sql(),
                self.env["crm.customer.value.refresh"]._skip_sql(),
                self._transition_sql(),
            )
        )
        return last

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
    def _update_sql(self):
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
                          THEN COALESCE(changed.first_purchase_date, %(today)s)
                          ELSE %(today)s END
                 FROM changed JOIN locked USING (id)
                WHERE value.id = changed.id
            RETURNING changed.*""",
            today=fields.Date.context_today(self),
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
