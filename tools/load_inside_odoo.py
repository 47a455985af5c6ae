"""The half of load_transactions that runs in Odoo's Python: DATABASE JOB.

Through the ORM, in batches of one transaction each; every invoice carries the key of its row
as customer reference, and rows whose key is there are passed over.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

# The folder of this script is not a place to import from.
sys.path.pop(0)

import odoo  # noqa: F401 - prepares the process
from odoo import SUPERUSER_ID, Command, api, fields
from odoo.modules.registry import Registry
from odoo.tools import config

BATCH = 100
TOP = 10


def main(database, job_file):
    """Load a job and print what comes out."""
    config.parse_config(["-d", database, "--no-http", "--max-cron-threads=0", "--log-level=warn"])
    job = json.loads(Path(job_file).read_text("utf-8"))
    with Registry(database).cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True, "lang": "en_US"})
        company = company_of(env, job["company"])
        env = env(context={**env.context, "allowed_company_ids": company.ids})
        company = company.with_env(env)
        load(env, company, job["rows"])
        refresh(env, company)
        report(env, company)
    return 0


def say(text):
    """One line for the person at the keyboard."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def company_of(env, name):
    """The company of that name; made, with accounts, and shown to the administrator."""
    company = env["res.company"].search([("name", "=", name)], limit=1)
    if not company:
        company = env["res.company"].create({"name": name})
        env.ref("base.user_admin").company_ids = [Command.link(company.id)]
    if not company.chart_template:
        env["account.chart.template"].try_loading("generic_coa", company, install_demo=False)
    env.cr.commit()
    return company


def load(env, company, rows):
    """Post the rows that are not there yet."""
    rows = missing(env, company, rows)
    partners = customers(env, company, rows)
    started = time.monotonic()
    for first in range(0, len(rows), BATCH):
        batch = rows[first : first + BATCH]
        moves = env["account.move"].create([prepare_move(row, partners) for row in batch])
        moves._post(soft=False)
        env.cr.commit()
        env.invalidate_all()
        done = first + len(batch)
        pace = done / (time.monotonic() - started)
        if first // BATCH % 5 == 0 or done == len(rows):
            part = 100 * done // len(rows)
            say(f"  {done} of {len(rows)} invoices, {part} %, {pace:.0f} a second")


def missing(env, company, rows):
    """The rows without an invoice."""
    domain = [
        ("company_id", "=", company.id),
        ("move_type", "in", ("out_invoice", "out_refund")),
        ("ref", "!=", False),
    ]
    there = {ref for (ref,) in env["account.move"]._read_group(domain, ["ref"])}
    left = [row for row in rows if row["key"] not in there]
    say(f"  {len(rows) - len(left)} rows were loaded before, {len(left)} are new")
    return left


def customers(env, company, rows):
    """Partner id by customer name; those that are missing are made."""
    names = sorted({row["customer"] for row in rows})
    domain = [("ref", "in", names), ("company_id", "in", (company.id, False))]
    known = env["res.partner"].with_context(active_test=False).search_fetch(domain, ["ref"])
    partners = {partner.ref: partner.id for partner in known}
    new = env["res.partner"].create(
        [
            {"name": name, "ref": name, "company_id": company.id}
            for name in names
            if name not in partners
        ]
    )
    env.cr.commit()
    say(f"  {len(names)} customers, {len(new)} of them new")
    return partners | {partner.ref: partner.id for partner in new}


def prepare_move(row, partners):
    """The values of an invoice; amounts are taken as untaxed."""
    amount = float(row["amount"])
    line = {"name": "Purchase", "quantity": 1, "price_unit": abs(amount), "tax_ids": []}
    return {
        "move_type": "out_invoice" if amount > 0 else "out_refund",
        "partner_id": partners[row["customer"]],
        "invoice_date": row["day"],
        "date": row["day"],
        "ref": row["key"],
        "invoice_line_ids": [Command.create(line)],
    }


def refresh(env, company):
    """Bring the figures of the company's customers up to date."""
    ids = env["account.move"]._read_group(
        [("company_id", "=", company.id), ("commercial_partner_id", "!=", False)],
        ["commercial_partner_id"],
    )
    env["crm.customer.value.refresh"]._refresh_customers({partner.id for (partner,) in ids})
    env["crm.customer.value.run"]._ask_for_refresh()
    env.cr.commit()


def report(env, company):
    """Print customers, revenue, tiers, and the ten worth most."""
    values = env["crm.customer.value"]
    domain = [("company_id", "=", company.id)]
    [(count, revenue, purchases)] = values._read_group(
        domain, [], ["__count", "revenue_total:sum", "purchase_count:sum"]
    )
    unit = company.currency_id.name
    say(f"\n{company.name} as of {fields.Date.context_today(values)}")
    say(f"  {count} customers, {purchases} days of purchase, {revenue:,.2f} {unit} in all")
    for tier, number, worth in values._read_group(
        domain, ["tier"], ["__count", "value_period:sum"]
    ):
        name = f"tier {tier.upper()}" if tier else "nothing in the period"
        say(f"  {name}: {number} customers, worth {worth:,.2f} {unit} in the period")
    say(f"  The {TOP} worth most, in the period and in all:")
    for value in values.search(domain, order="value_period desc, value_total desc", limit=TOP):
        worth, total = value.value_period, value.value_total
        say(f"    {value.partner_id.name:24} {worth:12,.2f} {total:12,.2f}")


sys.exit(main(*sys.argv[1:]))
