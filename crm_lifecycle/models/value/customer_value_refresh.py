import logging
import random
import time
from functools import partial

from odoo import api, fields, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL
from psycopg2.errors import ForeignKeyViolation, UniqueViolation

from .scope import Scope

_logger = logging.getLogger(__name__)

TRIES = 8
# Beside Odoo's: another job wrote the same new row, or a customer was deleted meanwhile.
LOST_RACES = (*PG_CONCURRENCY_EXCEPTIONS_TO_RETRY, UniqueViolation, ForeignKeyViolation)

# The columns that the sources decide, in the order they are written.
FIGURES = (
    "revenue_total",
    "revenue_period",
    "service_cost_total",
    "service_cost_period",
    "value_total",
    "value_period",
    "invoice_count",
    "purchase_count",
    "first_purchase_date",
    "last_purchase_date",
    "purchase_interval_days",
    "interaction_count",
    "inbound_count",
    "complaint_count",
    "last_interaction_date",
    "return_count",
    "overdue_amount",
    "days_late",
    "is_ranked",
)
# Those that time alone does not move: when the nightly run finds one of them different,
# a change went past the queue and was repaired.
LASTING = ("revenue_total", "service_cost_total", "purchase_count", "return_count")


class CrmCustomerValueRefresh(models.AbstractModel):
    """Fill ``crm.customer.value`` from the sources, in one statement a batch.

    Order of calls: ``_refresh_customers(ids)`` for the few that changed (the queue's job), or
    ``_write_figures(scope)`` range by range and then ``_rank_company`` for everybody (the
    nightly run). Both may be cut anywhere: a batch is one transaction, and the table is the
    same however the batches were cut.

    How it works: the figures of the batch are staged in a CTE, compared with the table and
    written only where they differ, so that an unchanged row is neither written nor locked.
    Rows that somebody else holds are skipped and their customers put (back) on the queue.
    """

    _name = "crm.customer.value.refresh"
    _description = "Refresh of Customer Worth"

    @api.model
    def _refresh_customers(self, customer_ids, as_of=None, exact=True):
        """Bring some customers up to date, rank included, in the caller's transaction.

        :param customer_ids: ids of commercial partners
        :param date as_of: the day the period ends; that of the last full refresh by default
        :param bool exact: in a small company, rank everybody anew
        """
        as_of = as_of or self.env["crm.customer.value.run"]._as_of()
        self._write_figures(Scope(as_of, customers=tuple(customer_ids)))
        # All of them are placed, not only those whose figures changed: a phase may have
        # been unlocked, and thresholds pass with time.
        rows = (
            self.env["crm.customer.value"]
            .sudo()
            ._search([("partner_id", "in", list(customer_ids))])
        )
        placing = self.env["crm.customer.value.placing"]
        placing._place_changed(as_of, rows, exact)
        self.env["crm.customer.value"].invalidate_model()

    @api.model
    def _write_figures(self, scope):
        """Stage, compare, update and insert.

        :return: dict of the counts ``updated``, ``inserted``, ``repaired`` and ``skipped``
        """
        self.env["crm.customer.value.source"]._flush_sources()
        [row] = self.env.execute_query_dict(self._write_statement(scope))
        return row

    @api.model
    def _write_statement(self, scope):
        """The statement of a batch: figures, what differs of them, and the writing."""
        source = self.env["crm.customer.value.source"]
        return SQL(
            """WITH param AS (%s),
                    stage AS MATERIALIZED (%s),
                    changed AS MATERIALIZED (%s),
                    locked AS MATERIALIZED (
                        SELECT id FROM crm_customer_value
                         WHERE id IN (SELECT id FROM changed)
                           FOR NO KEY UPDATE SKIP LOCKED),
                    updated AS (%s),
                    skipped AS (%s),
                    inserted AS (%s)
               SELECT (SELECT COUNT(*) FROM updated) AS updated,
                      (SELECT COUNT(*) FROM inserted) AS inserted,
                      (SELECT COUNT(*) FROM updated WHERE repaired) AS repaired,
                      (SELECT COUNT(*) FROM skipped) AS skipped""",
            source._param(scope),
            source._figures(scope),
            self._changed_sql(scope),
            self._update_sql(),
            self._skip_sql(),
            self._insert_sql(),
        )

    @api.model
    def _columns(self, names, table=None):
        """A list of columns, for SQL."""
        return SQL(", ").join(
            SQL.identifier(table, name) if table else SQL.identifier(name) for name in names
        )

    @api.model
    def _changed_sql(self, scope):
        """The staged rows that differ from the stored ones, which are empty where missing."""
        return SQL(
            """SELECT value.id, stage.*,
                      (%s) IS DISTINCT FROM (%s) AS repaired
                 FROM stage
                 LEFT JOIN crm_customer_value value
                        ON value.partner_id = stage.partner_id
                       AND value.company_id = stage.company_id AND %s
                WHERE (%s) IS DISTINCT FROM (%s)""",
            self._columns(LASTING, "value"),
            self._columns(LASTING, "stage"),
            scope.of_customer(SQL("value.partner_id")),
            self._columns(FIGURES, "value"),
            self._columns(FIGURES, "stage"),
        )

    @api.model
    def _update_sql(self):
        return SQL(
            """UPDATE crm_customer_value value
                  SET (%s, computed_at) = ROW(%s, %s)
                 FROM changed JOIN locked USING (id)
                WHERE value.id = changed.id
            RETURNING changed.repaired""",
            self._columns(FIGURES),
            self._columns(FIGURES, "changed"),
            fields.Datetime.now(),
        )

    @api.model
    def _skip_sql(self):
        """Rows that somebody holds are left to the queue."""
        return SQL(
            """INSERT INTO crm_customer_value_queue (partner_id, company_id, create_date)
               SELECT changed.partner_id, changed.company_id, %s
                 FROM changed LEFT JOIN locked USING (id)
                WHERE changed.id IS NOT NULL AND locked.id IS NULL
            RETURNING 1""",
            fields.Datetime.now(),
        )

    @api.model
    def _insert_sql(self):
        return SQL(
            """INSERT INTO crm_customer_value (partner_id, company_id, %s, computed_at)
               SELECT partner_id, company_id, %s, %s
                 FROM changed
                WHERE id IS NULL
            RETURNING 1""",
            self._columns(FIGURES),
            self._columns(FIGURES, "changed"),
            fields.Datetime.now(),
        )

    # ------------------------------------------------------------------ under fire
    @api.model
    def _retry(self, work):
        """Do ``work(attempt)``, again after a lost race: cron has no retry of its own.

        The transaction starts anew each time, so ``work`` must begin with reading. It is told
        how often it lost, from 0 on, to take a smaller bite (``_bite``): few rows, locked as
        soon as they are read, are there to be had beside any writer.

        :return: what ``work`` returns
        :raises Exception: the last race's, after eight tries
        """
        for attempt in range(TRIES):
            try:
                result = work(attempt)
                # What the ORM holds back may lose the race as well.
                self.env.flush_all()
                return result
            except LOST_RACES:
                self.env.cr.rollback()
                self.env.invalidate_all(flush=False)
                if attempt == TRIES - 1:
                    raise
                _logger.info("Customer worth: lost a race, trying again (%s)", attempt + 1)
                time.sleep(random.uniform(0, 0.01 * 2**attempt))
        return None

    @api.model
    def _bite(self, size, attempt):
        """How many rows to take at an attempt: all of them, then a quarter, and so on."""
        return max(size >> (2 * attempt), 1)

    @api.model
    def _next_end(self, position, last_position, size):
        """The id that ends the next batch of ``size`` contacts after a position."""
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM res_partner WHERE id > %s ORDER BY id OFFSET %s LIMIT 1",
                position,
                size - 1,
            )
        )
        return min(rows[0][0], last_position) if rows else last_position

    @api.model
    def _forget_runs(self, runs):
        """Delete the runs of a model that are older than half a year, a thousand at a time."""
        limit = fields.Datetime.subtract(fields.Datetime.now(), months=6)
        runs.sudo().search([("create_date", "<", limit)], limit=1000).unlink()

    @api.model
    def _work_off(self, queue, waiting, work):
        """Work a queue off, a batch a transaction; what others hold waits for the next minute.

        :param queue: the queue's model, with a ``_wake(minutes)``
        :param list waiting: the domain of its rows that wait
        :param work: called with the last id there is and the attempt; returns the rows taken
        """
        progress, rows = self.env["ir.cron"], queue.sudo()
        last = rows.search(waiting, order="id desc", limit=1).id
        progress._commit_progress(remaining=rows.search_count(waiting))
        taken = bool(last)
        while taken:
            try:
                taken = self._retry(partial(work, last))
            except LOST_RACES:
                _logger.warning("%s: too many lost races, going on in a minute", queue._description)
                break
            if not progress._commit_progress(taken):
                return
        if rows.search_count(waiting, limit=1):
            queue._wake(minutes=1)
        progress._commit_progress(remaining=0)
