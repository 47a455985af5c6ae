from odoo import api, fields, models
from odoo.tools import SQL

from ...engine.health import MOST, POINT

COLUMNS = ("health", "risk_score", "risk_reasons", "health_basis")


class CrmHealthRating(models.AbstractModel):
    """Rate customers: points from measures, the level that follows, and what changed.

    ``_rate(scope)`` stages, compares and writes a batch in one statement, together with the
    ``crm.health.change`` of each customer whose health is another now: both are there or
    neither. Unchanged rows are neither written nor locked; rows that somebody else holds are left
    to the queue. ``_rated(scope)`` is the staging alone, also for a past day (back-test).

    The arithmetic is ``engine.health``, in whole numbers (ten-thousandths of a point).
    """

    _name = "crm.health.rating"
    _description = "Rating of Health"

    @api.model
    def _rate(self, scope):
        """Rate the customers of a scope.

        :return: number of rows written
        """
        self.env["crm.health.source"]._flush_sources()
        [row] = self.env.execute_query_dict(self._statement(scope))
        self.env["crm.customer.value"].invalidate_model(COLUMNS)
        if row["to_tell"]:
            self.env["crm.health.change"]._wake()
        return row["updated"]

    @api.model
    def _statement(self, scope):
        return SQL(
            """WITH %s,
                    changed AS MATERIALIZED (%s),
                    locked AS MATERIALIZED (
                        SELECT id FROM crm_customer_value
                         WHERE id IN (SELECT id FROM changed) FOR NO KEY UPDATE SKIP LOCKED),
                    updated AS (%s),
                    skipped AS (%s),
                    noted AS (%s)
               SELECT (SELECT COUNT(*) FROM updated) AS updated,
                      (SELECT COUNT(*) FROM noted WHERE is_to_tell) AS to_tell""",
            self._rated(scope),
            self._changed_sql(scope),
            self._update_sql(),
            self.env["crm.customer.value.refresh"]._skip_sql(),
            self._note_sql(),
        )

    # ------------------------------------------------------------------ rating
    @api.model
    def _rated(self, scope, companies=None):
        """Relations for a ``WITH`` clause; the last is ``rated``, a row a customer who ever bought.

        Its columns: ``partner_id, company_id, new_health, new_score, new_reasons, new_basis`` and
        those of ``base``.
        """
        source = self.env["crm.health.source"]
        return SQL(
            """%s,
               measured AS MATERIALIZED (%s), weighed AS (%s), quota AS (%s), shared AS (%s),
               reasoned AS (%s), rated AS MATERIALIZED (%s)""",
            source._relations(scope, companies),
            source._measured(scope),
            self._weighed_sql(),
            self._quota_sql(),
            self._shared_sql(),
            self._reasoned_sql(),
            self._level_sql(),
        )

    @api.model
    def _weighed_sql(self):
        """``engine.health.units`` of each measure that counts, and their sum by customer."""
        return SQL(
            """SELECT unit.*, SUM(units) OVER (PARTITION BY partner_id, company_id) AS total
                 FROM (SELECT measured.*, factor.place,
                              factor.weight * ROUND(%s * LEAST(GREATEST(
                                  (measured.measure - factor.share_from)
                                  / (factor.share_full - factor.share_from), 0), 1))::bigint
                              AS units
                         FROM measured
                         JOIN factor ON factor.company_id = measured.company_id
                          AND factor.code = measured.code) unit
                WHERE units > 0""",
            POINT,
        )

    @api.model
    def _quota_sql(self):
        return SQL(
            """SELECT weighed.*,
                      LEAST(div(total + %(half)s, %(point)s), %(most)s)::int AS score,
                      CASE WHEN total > %(all)s THEN div(units::numeric * %(all)s, total)
                           ELSE units END::bigint AS quota
                 FROM weighed""",
            half=POINT // 2,
            point=POINT,
            most=MOST,
            all=MOST * POINT,
        )

    @api.model
    def _shared_sql(self):
        """``engine.health.points``: the missing points go to the largest remainders."""
        return SQL(
            """SELECT quota.*, quota / %(point)s + (
                      ROW_NUMBER() OVER (PARTITION BY partner_id, company_id
                                         ORDER BY quota %% %(point)s DESC, place)
                      <= score - SUM(quota / %(point)s) OVER (PARTITION BY partner_id, company_id)
                      )::int AS points
                 FROM quota""",
            point=POINT,
        )

    @api.model
    def _reasoned_sql(self):
        return SQL(
            """SELECT partner_id, company_id, MAX(score) AS score,
                      jsonb_agg(jsonb_build_object(
                          'factor', code, 'points', points, 'measure', measure, 'count', count,
                          'facts', facts) ORDER BY points DESC, place)
                      FILTER (WHERE points > 0) AS reasons
                 FROM shared
                GROUP BY partner_id, company_id"""
        )

    @api.model
    def _level_sql(self):
        """``engine.health.level`` of each customer."""
        return SQL(
            """SELECT base.*, COALESCE(reasoned.score, 0) AS new_score,
                      reasoned.reasons AS new_reasons, base.basis AS new_basis,
                      CASE WHEN base.quiet_days >= param.lost_days
                                AND (base.basis = 'none' OR
                                     base.quiet_days > param.lost_times * base.rhythm_days)
                                THEN 'lost'
                           WHEN reasoned.score >= param.risk THEN 'risk'
                           WHEN base.age_days < param.new_days THEN 'new'
                           WHEN reasoned.score >= param.watch THEN 'watch'
                           ELSE 'good' END AS new_health
                 FROM base
                 JOIN param USING (company_id)
                 LEFT JOIN reasoned USING (partner_id, company_id)"""
        )

    # ------------------------------------------------------------------ writing
    @api.model
    def _changed_sql(self, scope):
        """The rows whose health, score or reasons are others now; nothing for who never bought."""
        return SQL(
            """SELECT value.id, value.partner_id, value.company_id, value.health AS old_health,
                      value.value_period, rated.new_health, rated.new_score, rated.new_reasons,
                      rated.new_basis
                 FROM crm_customer_value value
                 LEFT JOIN rated ON rated.partner_id = value.partner_id
                  AND rated.company_id = value.company_id
                WHERE %s
                  AND (value.health, value.risk_score, value.risk_reasons, value.health_basis)
                      IS DISTINCT FROM (rated.new_health, rated.new_score::numeric,
                                        rated.new_reasons, rated.new_basis)""",
            scope.of_customer(SQL("value.partner_id")),
        )

    @api.model
    def _update_sql(self):
        return SQL(
            """UPDATE crm_customer_value value
                  SET health = changed.new_health, risk_score = changed.new_score,
                      risk_reasons = changed.new_reasons, health_basis = changed.new_basis
                 FROM changed JOIN locked USING (id)
                WHERE value.id = changed.id
            RETURNING changed.*"""
        )

    @api.model
    def _note_sql(self):
        """The history. The first rating of a customer is no change, and nobody is told of it."""
        return SQL(
            """INSERT INTO crm_health_change
                      (partner_id, company_id, date, from_health, to_health, score, reasons, worth,
                       is_to_tell)
               SELECT updated.partner_id, updated.company_id, %s, old_health, new_health, new_score,
                      new_reasons, value_period,
                      new_health = 'risk' AND company.lifecycle_health_tell IS TRUE
                 FROM updated
                 JOIN res_company company ON company.id = updated.company_id
                WHERE old_health <> new_health
            RETURNING is_to_tell""",
            fields.Datetime.now(),
        )
