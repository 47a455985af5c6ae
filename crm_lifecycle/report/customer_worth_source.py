from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..engine.dates import period_start
from ..models.value.scope import Scope
from .customer_worth_workbook import FIRST_ROW
from .xlsx_book import ROW_LIMIT

BATCH = 2000
SUMMED = (
    "revenue_period",
    "service_cost_period",
    "value_period",
    "value_total",
    "purchase_count",
    "return_count",
    "overdue_amount",
)


class CrmCustomerWorthSource(models.AbstractModel):
    """The rows of a *Customer worth* export, as SQL.

    Order of calls, in one transaction: ``_stage(export)`` puts the company's customers, as far
    as the user may know of them, into a temporary table, each with a category: *chosen* (in the
    workbook), *filtered* (left out by the user's filters) and, for analysts and managers only,
    *hidden* (left out by record rules). Then ``_totals``, ``_batches`` and ``_ledger`` read it.
    The transaction's snapshot makes them agree with each other.

    Figures of today are the table's; those of a past day are added up and ranked from the
    sources as the month ends are. Record rules of both the figures and the contacts hold: the
    queries of ``_search`` are sub-queries of the statement. Nothing is held in memory but a batch.
    """

    _name = "crm.customer.worth.source"
    _description = "Rows of the Customer Worth Workbook"

    # ------------------------------------------------------------------ staging
    @api.model
    def _stage(self, export):
        """Fill the temporary table.

        :raises AccessError: when the user may not read customers' figures
        :raises UserError: when there are more customers than a sheet has rows
        """
        self.env["crm.customer.value.source"]._flush_sources()
        self.env["res.users"].flush_model()
        cr = self.env.cr
        cr.execute("DROP TABLE IF EXISTS pg_temp.crm_customer_worth")
        cr.execute(self._stage_statement(export))
        cr.execute("CREATE INDEX ON pg_temp.crm_customer_worth (category, place)")
        cr.execute("ANALYZE pg_temp.crm_customer_worth")
        cr.execute("SELECT COUNT(*) FROM pg_temp.crm_customer_worth WHERE category = 'chosen'")
        [count] = cr.fetchone()
        if count > ROW_LIMIT - FIRST_ROW:
            raise UserError(
                self.env._(
                    "More customers than an Excel sheet has rows. Choose filters and try again."
                )
            )

    @api.model
    def _stage_statement(self, export):
        visible = self._visible_customers(export, Domain.TRUE)
        chosen = export._figure_condition()
        if export._customer_domain():
            chosen = SQL(
                "%s AND value.partner_id IN %s",
                chosen,
                self._visible_customers(export, export._customer_domain()),
            )
        columns = self._columns(export)
        return SQL(
            """
            CREATE TEMPORARY TABLE crm_customer_worth ON COMMIT DROP AS
            SELECT value.partner_id, CASE WHEN NOT %(visible)s THEN 'hidden'
                                          WHEN %(chosen)s THEN 'chosen'
                                          ELSE 'filtered' END AS category,
                   ROW_NUMBER() OVER (ORDER BY value.value_period DESC, value.partner_id) AS place,
                   %(columns)s
              FROM %(figures)s value
              JOIN res_partner partner ON partner.id = value.partner_id
              LEFT JOIN res_country country ON country.id = partner.country_id
              LEFT JOIN res_users seller ON seller.id = partner.user_id
              LEFT JOIN res_partner seller_contact ON seller_contact.id = seller.partner_id
              LEFT JOIN crm_team team ON team.id = seller.sale_team_id
              LEFT JOIN res_users manager ON manager.id = COALESCE(
                   (partner.own_account_manager_id ->> %(company)s::text)::int, partner.user_id)
              LEFT JOIN res_partner manager_contact ON manager_contact.id = manager.partner_id
             WHERE value.company_id = %(company)s AND (%(everything)s OR %(visible)s)
            """,
            visible=SQL("value.partner_id IN %s", visible),
            chosen=chosen,
            columns=SQL(", ").join(
                SQL("%s AS %s", expression, SQL.identifier(name))
                for name, expression in columns.items()
            ),
            figures=self._figures(export),
            company=export.company_id.id,
            everything=self._sees_everything(),
        )

    @api.model
    def _sees_everything(self):
        """Whether the user may know of customers beyond those that rules let through."""
        return self.env.su or self.env.user.has_group("crm_lifecycle.group_lifecycle_analyst")

    @api.model
    def _visible_customers(self, export, domain):
        """The ids of the customers of a domain that the user may see, as a sub-query."""
        values = self.env["crm.customer.value"].with_context(active_test=False)
        contacts = self.env["res.partner"].with_context(active_test=False)
        query = values._search(Domain("company_id", "=", export.company_id.id) & Domain(domain))
        query.add_where(
            SQL(
                "%s IN %s",
                SQL.identifier(values._table, "partner_id"),
                contacts._search(Domain.TRUE).subselect(),
            )
        )
        return query.subselect("partner_id")

    @api.model
    def _figures(self, export):
        """The relation of all customers' figures, of today or of the day asked for."""
        if export._is_today():
            return SQL("crm_customer_value")
        snapshots = self.env["crm.customer.value.snapshot"].sudo()
        return SQL("(%s)", snapshots._figures_at(export.company_id, export.as_of))

    @api.model
    def _columns(self, export):
        """The columns that a workbook may have, by name. Extend it to offer another.

        Of ``value`` (the figures), ``partner``, ``country``, ``seller_contact``,
        ``manager_contact`` and ``team``.
        """
        today = export._is_today()
        return {
            "name": SQL("COALESCE(partner.name, '')"),
            "ref": SQL("partner.ref"),
            "city": SQL("partner.city"),
            "country": self.env["res.country"]._field_to_sql("country", "name"),
            "salesperson": SQL("seller_contact.name"),
            "account_manager": SQL("manager_contact.name"),
            "team": self.env["crm.team"]._field_to_sql("team", "name"),
            "tier": SQL("value.tier"),
            "score": SQL("value.score"),
            "phase": SQL("value.phase"),
            "revenue_period": SQL("COALESCE(value.revenue_period, 0)"),
            "service_cost_period": SQL("COALESCE(value.service_cost_period, 0)"),
            "value_period": SQL("COALESCE(value.value_period, 0)"),
            "cost_share": SQL("value.service_cost_period / NULLIF(value.revenue_period, 0)"),
            "value_total": SQL("COALESCE(value.value_total, 0)"),
            "purchase_count": SQL("COALESCE(value.purchase_count, 0)"),
            "worth_per_purchase": SQL("value.value_total / NULLIF(value.purchase_count, 0)"),
            "first_purchase": SQL("value.first_purchase_date - DATE '1899-12-30'"),
            "last_purchase": SQL("value.last_purchase_date - DATE '1899-12-30'"),
            "purchase_interval_days": SQL(
                "CASE WHEN value.purchase_count > 1 THEN value.purchase_interval_days END"
            ),
            "return_count": SQL("COALESCE(value.return_count, 0)"),
            "overdue_amount": SQL("value.overdue_amount") if today else SQL("NULL::numeric"),
            "days_late": SQL("NULLIF(value.days_late, 0)") if today else SQL("NULL::int"),
        }

    # ------------------------------------------------------------------ reading
    @api.model
    def _totals(self):
        """Counts and sums of the customers in the workbook.

        :return: dict by tier (None for customers without one), and under ``"all"`` of all:
            dicts of ``count`` and the sums
        """
        rows = self.env.execute_query_dict(
            SQL(
                """SELECT CASE WHEN GROUPING(tier) = 1 THEN 'all' ELSE tier END AS key,
                          COUNT(*) AS count, %s
                     FROM pg_temp.crm_customer_worth
                    WHERE category = 'chosen'
                    GROUP BY GROUPING SETS ((tier), ())""",
                SQL(", ").join(
                    SQL("COALESCE(SUM(%(name)s), 0) AS %(name)s", name=SQL.identifier(name))
                    for name in SUMMED
                ),
            )
        )
        return {row.pop("key"): row for row in rows}

    @api.model
    def _batches(self, names):
        """The customers' rows, the best first, in batches of tuples of these columns."""
        columns = SQL(", ").join(SQL.identifier(name) for name in names)
        last = 0
        while True:
            rows = self.env.execute_query(
                SQL(
                    """SELECT place, %s FROM pg_temp.crm_customer_worth
                        WHERE category = 'chosen' AND place > %s ORDER BY place LIMIT %s""",
                    columns,
                    last,
                    BATCH,
                )
            )
            if not rows:
                return
            last = rows[-1][0]
            yield [row[1:] for row in rows]

    @api.model
    def _counts(self):
        """Number of customers by category."""
        return dict(
            self.env.execute_query(
                SQL("SELECT category, COUNT(*) FROM pg_temp.crm_customer_worth GROUP BY category")
            )
        )

    @api.model
    def _ledger(self, export):
        """The ledger's revenue in the trailing period, by category of its customer.

        Lines that make up the untaxed amount, as ``account.move._compute_amount`` has it.
        Those of customers whom the user does not see are added up for analysts and managers
        only: ``hidden``, ``unknown`` (no figures yet) and ``nobody`` (no customer).

        :return: dict of amounts by category
        """
        scope = Scope(export.as_of, until=None if export._is_today() else export.as_of)
        join = SQL("LEFT JOIN") if self._sees_everything() else SQL("JOIN")
        return dict(
            self.env.execute_query(
                SQL(
                    """
                    SELECT CASE WHEN worth.category IS NOT NULL THEN worth.category
                                WHEN move.commercial_partner_id IS NULL THEN 'nobody'
                                ELSE 'unknown' END, -SUM(line.balance)
                      FROM account_move move
                      JOIN account_move_line line ON line.move_id = move.id
                      %(join)s pg_temp.crm_customer_worth worth
                            ON worth.partner_id = move.commercial_partner_id
                     WHERE move.company_id = %(company)s AND %(revenue)s
                       AND move.invoice_date > %(after_day)s
                       AND (line.display_type IN ('product', 'non_deductible_product',
                                                  'non_deductible_product_total')
                            OR (line.display_type = 'rounding'
                                AND line.tax_repartition_line_id IS NULL))
                     GROUP BY 1
                    """,
                    join=join,
                    company=export.company_id.id,
                    revenue=self.env["crm.customer.value.source"]._revenue_condition(scope),
                    after_day=period_start(export.as_of, export.company_id.lifecycle_period_days),
                )
            )
        )
