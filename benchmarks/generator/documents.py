"""Hours, orders, deliveries and returns, leads."""

from __future__ import annotations

from datetime import date

from odoo.tools import SQL

from benchmarks.generator import rows
from benchmarks.generator.exemplars import Exemplars
from benchmarks.generator.invoices import DAYS
from benchmarks.generator.partners import buyers
from benchmarks.sizes import Size


def _drawn(count: int, salt: int, ranks: int, as_of: date) -> SQL:
    """``FROM`` of ``count`` events ``i`` with ``day``, ``customer`` and its ``party`` (contact)."""
    return SQL(
        """(SELECT i, %(as_of)s::date - %(days)s + (i * %(days)s / %(count)s)::int AS day,
                   customer.*, COALESCE(customer.contact_id, customer.partner_id) AS party
              FROM (SELECT i, pg_temp.pick(i, %(salt)s, %(ranks)s) AS rank
                      FROM generate_series(1, %(count)s::bigint) i) picked
              JOIN bench_customer customer USING (rank)
             ORDER BY i) drawn""",
        as_of=as_of,
        days=DAYS,
        count=count,
        salt=salt,
        ranks=ranks,
    )


def _stamps() -> dict[str, SQL]:
    return dict.fromkeys(("create_date", "write_date"), SQL("day::timestamp"))


def hours(cr, made: Exemplars, size: Size, as_of: date) -> None:
    """Half of the customers have hours; one line in ten was made by an invoice line instead."""
    first = rows.last_id(cr, "account_analytic_line")
    spent = SQL("ceil(4 * pg_temp.u(i, 31)) / 2")
    common = {"date": SQL("day"), **_stamps()}
    rows.insert(
        cr,
        "account_analytic_line",
        made.rows["hours"],
        {
            **common,
            "id": SQL("%s + i", first),
            "partner_id": SQL("party"),
            "user_id": SQL("user_id"),
            "unit_amount": spent,
            "amount": SQL("(-40 * %s)::numeric", spent),
        },
        SQL("%s WHERE rank %% 2 = 0", _drawn(2 * size.hours, 30, buyers(size), as_of)),
    )
    first = rows.last_id(cr, "account_analytic_line")
    rows.insert(
        cr,
        "account_analytic_line",
        made.rows["hours"],
        {
            **common,
            "id": SQL("%s + i", first),
            "partner_id": SQL("partner_id"),
            "move_line_id": SQL("line_id + 1"),
            "amount": SQL("a1"),
        },
        SQL("bench_invoice WHERE move_type = 'out_invoice' AND i %% 10 = 0"),
    )


def orders(cr, made: Exemplars, size: Size, as_of: date) -> None:
    amount = SQL("round((300 * exp(0.8 * pg_temp.z(i, 41)))::numeric, 2)")
    rows.insert(
        cr,
        "sale_order",
        made.rows["order"],
        {
            "id": SQL("%s + i", rows.last_id(cr, "sale_order")),
            "name": SQL("'S' || lpad((1000 + i)::text, 7, '0')"),
            **dict.fromkeys(
                ("partner_id", "partner_invoice_id", "partner_shipping_id"), SQL("party")
            ),
            "user_id": SQL("user_id"),
            "state": SQL(
                """CASE WHEN pg_temp.u(i, 42) < 0.05 THEN 'cancel'
                        WHEN pg_temp.u(i, 42) < 0.15 THEN 'draft' ELSE 'sale' END"""
            ),
            "date_order": SQL("day::timestamp"),
            **dict.fromkeys(("amount_untaxed", "amount_total"), amount),
            **_stamps(),
        },
        _drawn(size.orders, 40, size.customers, as_of),
    )


def transfers(cr, made: Exemplars, size: Size, as_of: date) -> None:
    """Deliveries with a move each; three in a hundred come back."""
    picking, move = rows.last_id(cr, "stock_picking"), rows.last_id(cr, "stock_move")
    drawn = _drawn(size.pickings, 50, buyers(size), as_of)
    back = SQL("%s WHERE pg_temp.u(i, 51) < 0.03", drawn)
    _transfer(cr, made, "delivery", drawn, (SQL("%s + i", picking), SQL("%s + i", move)))
    ids = (SQL("%s + i", picking + size.pickings), SQL("%s + i", move + size.pickings))
    origin = {"origin_returned_move_id": SQL("%s + i", move)}
    _transfer(cr, made, "return", back, ids, origin)


def _transfer(cr, made, kind: str, source: SQL, ids: tuple[SQL, SQL], more=None) -> None:
    done = SQL("day::timestamp")
    name = made.rows[kind]["name"].rpartition("/")[0] + "/"
    rows.insert(
        cr,
        "stock_picking",
        made.rows[kind],
        {
            "id": ids[0],
            "name": SQL("%s || lpad((1000 + i)::text, 7, '0')", name),
            "partner_id": SQL("party"),
            "return_id": SQL("NULL::int"),
            **dict.fromkeys(("scheduled_date", "date_done"), done),
            **_stamps(),
        },
        source,
    )
    rows.insert(
        cr,
        "stock_move",
        made.rows[f"{kind}_move"],
        {
            "id": ids[1],
            "picking_id": ids[0],
            "partner_id": SQL("party"),
            "date": done,
            **_stamps(),
            **(more or {}),
        },
        source,
    )


def leads(cr, made: Exemplars, size: Size, as_of: date) -> None:
    """As many leads as customers, prospects among them, come over the years.

    Of those older than two months most are won or lost; the others are spread over the stages.
    """
    outcome = SQL("outcome")
    rows.insert(
        cr,
        "crm_lead",
        made.rows["lead"],
        {
            "id": SQL("%s + i", rows.last_id(cr, "crm_lead")),
            "name": SQL("'Lead ' || i"),
            "partner_id": SQL("CASE WHEN pg_temp.u(i, 61) < 0.7 THEN partner_id END"),
            "user_id": SQL("user_id"),
            "source_id": SQL("CASE WHEN pg_temp.u(i, 64) < 0.4 THEN source_id END"),
            "stage_id": SQL("CASE WHEN %s = 'won' THEN won_id ELSE stage_id END", outcome),
            "won_status": outcome,
            "active": SQL("%s != 'lost'", outcome),
            "probability": SQL("CASE %s WHEN 'won' THEN 100 WHEN 'lost' THEN 0 END", outcome),
            "lost_reason_id": SQL("CASE WHEN %s = 'lost' THEN lost_reason_id END", outcome),
            "expected_revenue": SQL("round((300 * exp(pg_temp.z(i, 65)))::numeric, 2)"),
            "date_closed": SQL(
                "CASE WHEN %s != 'pending' THEN day + make_interval(days => took) END", outcome
            ),
            **_stamps(),
        },
        _drawn_leads(size, as_of),
    )


def _drawn_leads(size: Size, as_of: date) -> SQL:
    """``FROM`` of leads ``i`` with ``day``, what they draw from, and what became of them."""
    return SQL(
        """(SELECT i, day, customer.*, choice.won_id,
                   choice.stages[1 + i * 7 %% array_length(choice.stages, 1)] AS stage_id,
                   choice.sources[1 + i %% array_length(choice.sources, 1)] AS source_id,
                   choice.reasons[1 + i %% array_length(choice.reasons, 1)] AS lost_reason_id,
                   1 + floor(40 * pg_temp.u(i, 66))::int AS took,
                   CASE WHEN day > %(as_of)s::date - 60 OR pg_temp.u(i, 63) > 0.7 THEN 'pending'
                        WHEN pg_temp.u(i, 63) > 0.3 THEN 'lost' ELSE 'won' END AS outcome
              FROM (SELECT i, %(as_of)s::date - %(days)s + (i * %(days)s / %(count)s)::int AS day,
                           1 + floor(%(customers)s * pg_temp.u(i, 60))::int AS rank
                      FROM generate_series(1, %(count)s::bigint) i) picked
              JOIN bench_customer customer USING (rank)
              JOIN (SELECT array_agg(id ORDER BY sequence, id)
                               FILTER (WHERE is_won IS NOT TRUE) AS stages,
                           MIN(id) FILTER (WHERE is_won) AS won_id,
                           (SELECT array_agg(id ORDER BY id) FROM utm_source) AS sources,
                           (SELECT array_agg(id ORDER BY id) FROM crm_lost_reason) AS reasons
                      FROM crm_stage) choice ON TRUE
             ORDER BY i) drawn""",
        as_of=as_of,
        days=DAYS,
        count=size.leads,
        customers=size.customers,
    )
