from odoo import api, fields, models
from odoo.tools import SQL

from ..value.scope import Scope


class CrmCustomerQualityRefresh(models.AbstractModel):
    """Fill ``crm.customer.quality`` from the checks, in one statement a batch.

    Staged, compared with what is stored, and written only where it differs: run twice, the
    second run writes nothing. Rows of what is no customer any more are deleted. A batch is one
    transaction, and the table is the same however the batches were cut.
    """

    _name = "crm.customer.quality.refresh"
    _description = "Refresh of Data Quality"

    @api.model
    def _refresh_customers(self, customer_ids):
        """Bring some customers up to date, in the caller's transaction.

        :param customer_ids: ids of commercial partners
        """
        today = fields.Date.context_today(self)
        return self._write_scores(Scope(today, customers=tuple(customer_ids)))

    @api.model
    def _write_scores(self, scope):
        """Check the customers of a scope.

        :return: number of customers whose row was written or deleted
        """
        self.env["crm.customer.quality.source"]._flush_sources()
        [(written,)] = self.env.execute_query(self._write_statement(scope))
        self.env["crm.customer.quality"].invalidate_model()
        return written

    @api.model
    def _write_statement(self, scope):
        source = self.env["crm.customer.quality.source"]
        return SQL(
            """WITH customer AS MATERIALIZED (%(customers)s),
                    alike AS MATERIALIZED (%(alike)s),
                    doubled AS MATERIALIZED (%(doubled)s),
                    stage AS MATERIALIZED (%(stage)s),
                    changed AS MATERIALIZED (%(changed)s),
                    updated AS (%(update)s),
                    inserted AS (%(insert)s),
                    solved AS (%(solve)s),
                    found AS (%(find)s),
                    gone AS (%(gone)s)
               SELECT (SELECT COUNT(*) FROM changed) + (SELECT COUNT(*) FROM gone)""",
            customers=source._customers(scope),
            alike=source._alike(),
            doubled=source._doubled(),
            stage=self._stage_sql(source._checked()),
            changed=self._changed_sql(),
            update=self._update_sql(),
            insert=self._insert_sql(),
            solve=self._solve_sql(),
            find=self._find_sql(),
            gone=self._gone_sql(scope),
        )

    @api.model
    def _stage_sql(self, checked):
        """The rows as they should be. Without a check that applies, nothing is wrong."""
        return SQL(
            """SELECT customer.partner_id, customer.company_id, customer.value_period,
                      COALESCE(ROUND(100.0 * (judged.applied - judged.failed)
                                     / NULLIF(judged.applied, 0), 2), 100) AS score,
                      COALESCE(judged.issues, '{}') AS issues,
                      COALESCE(CARDINALITY(judged.issues), 0) AS issue_count,
                      COALESCE(double.here, 0)::int AS duplicate_count,
                      COALESCE(double.elsewhere, 0)::int AS duplicate_elsewhere_count
                 FROM customer
                 LEFT JOIN (
                      SELECT checked.partner_id, checked.company_id,
                             SUM(weighed.weight) AS applied,
                             COALESCE(SUM(weighed.weight) FILTER (WHERE checked.failed), 0)
                               AS failed,
                             ARRAY_AGG(weighed.id ORDER BY weighed.id)
                               FILTER (WHERE checked.failed) AS issues
                        FROM (%(checked)s) checked
                        JOIN (%(weights)s) weighed
                          ON weighed.code = checked.code
                         AND weighed.company_id = checked.company_id AND weighed.weight > 0
                       GROUP BY checked.partner_id, checked.company_id) judged
                   ON judged.partner_id = customer.partner_id
                  AND judged.company_id = customer.company_id
                 LEFT JOIN (
                      SELECT partner_id, company_id, MAX(here) AS here, MAX(elsewhere) AS elsewhere
                        FROM doubled GROUP BY partner_id, company_id) double
                   ON double.partner_id = customer.partner_id
                  AND double.company_id = customer.company_id""",
            checked=checked,
            weights=self._weights_sql(),
        )

    @api.model
    def _weights_sql(self):
        """The weight of each check in each company."""
        return SQL(
            """SELECT one.id, one.code, company.id AS company_id,
                      COALESCE((one.own_weights ->> company.id::text)::int,
                               one.default_weight, 0) AS weight
                 FROM crm_quality_check one CROSS JOIN res_company company"""
        )

    @api.model
    def _changed_sql(self):
        """The staged rows that differ from the stored ones, which are empty where missing."""
        return SQL(
            """SELECT quality.id, stage.*
                 FROM stage
                 LEFT JOIN crm_customer_quality quality
                        ON quality.partner_id = stage.partner_id
                       AND quality.company_id = stage.company_id
                 LEFT JOIN LATERAL (
                      SELECT ARRAY_AGG(check_id ORDER BY check_id) AS issues
                        FROM crm_customer_quality_issue_rel known
                       WHERE known.quality_id = quality.id) stored ON TRUE
                WHERE (quality.id, quality.value_period, quality.score::numeric,
                       quality.issue_count,
                       quality.duplicate_count, quality.duplicate_elsewhere_count,
                       COALESCE(stored.issues, '{}'))
                      IS DISTINCT FROM
                      (COALESCE(quality.id, 0), stage.value_period, stage.score, stage.issue_count,
                       stage.duplicate_count, stage.duplicate_elsewhere_count, stage.issues)"""
        )

    @api.model
    def _update_sql(self):
        return SQL(
            """UPDATE crm_customer_quality quality
                  SET value_period = changed.value_period, score = changed.score,
                      issue_count = changed.issue_count,
                      duplicate_count = changed.duplicate_count,
                      duplicate_elsewhere_count = changed.duplicate_elsewhere_count,
                      computed_at = %s
                 FROM changed
                WHERE quality.id = changed.id
            RETURNING quality.id""",
            fields.Datetime.now(),
        )

    @api.model
    def _insert_sql(self):
        return SQL(
            """INSERT INTO crm_customer_quality (
                      partner_id, company_id, value_period, score, issue_count,
                      duplicate_count, duplicate_elsewhere_count, computed_at)
               SELECT partner_id, company_id, value_period, score, issue_count,
                      duplicate_count, duplicate_elsewhere_count, %s
                 FROM changed
                WHERE id IS NULL
            RETURNING id, partner_id, company_id""",
            fields.Datetime.now(),
        )

    @api.model
    def _solve_sql(self):
        """Take away the issues that are none any more."""
        return SQL(
            """DELETE FROM crm_customer_quality_issue_rel known
                USING changed
                WHERE known.quality_id = changed.id AND known.check_id <> ALL (changed.issues)"""
        )

    @api.model
    def _find_sql(self):
        """Note the issues that are new."""
        return SQL(
            """INSERT INTO crm_customer_quality_issue_rel (quality_id, check_id)
               SELECT COALESCE(changed.id, inserted.id), issue.id
                 FROM changed
                 LEFT JOIN inserted ON inserted.partner_id = changed.partner_id
                                   AND inserted.company_id = changed.company_id
                 CROSS JOIN LATERAL UNNEST(changed.issues) AS issue (id)
                   ON CONFLICT DO NOTHING"""
        )

    @api.model
    def _gone_sql(self, scope):
        """Forget who is no customer any more."""
        return SQL(
            """DELETE FROM crm_customer_quality quality
                WHERE %s AND NOT EXISTS (
                      SELECT 1 FROM customer
                       WHERE customer.partner_id = quality.partner_id
                         AND customer.company_id = quality.company_id)
            RETURNING 1""",
            scope.of_customer(SQL("quality.partner_id")),
        )
