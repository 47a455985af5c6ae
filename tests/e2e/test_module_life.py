"""Installing, upgrading, uninstalling and installing again, where there is work already."""

import re

import pytest

SEQUENCE = re.compile(r"(table|sequence) ir_sequence_\d+|index ir_sequence_\d+_pkey")
QUIET = ("--stop-after-init", "--no-http", "--max-cron-threads=0", "--log-level=warn")

# Rows and schema that somebody could trip over when the addon is gone.
TRACES = """
    SELECT 'table ' || table_name FROM information_schema.tables WHERE table_schema = 'public'
    UNION SELECT 'column ' || table_name || '.' || column_name FROM information_schema.columns
           WHERE table_schema = 'public'
    UNION SELECT 'index ' || indexname FROM pg_indexes WHERE schemaname = 'public'
    UNION SELECT 'function ' || proname FROM pg_proc
           WHERE pronamespace = 'public'::regnamespace
    UNION SELECT 'trigger ' || tgname FROM pg_trigger WHERE NOT tgisinternal
    UNION SELECT 'sequence ' || sequencename FROM pg_sequences WHERE schemaname = 'public'
    UNION SELECT 'constraint ' || conname FROM pg_constraint
    UNION SELECT 'parameter ' || key FROM ir_config_parameter
    UNION SELECT 'cron ' || cron_name FROM ir_cron
    UNION SELECT 'model ' || model FROM ir_model
    UNION SELECT 'field ' || model || '.' || name FROM ir_model_fields
    UNION SELECT 'view ' || COALESCE(key, name) FROM ir_ui_view
    UNION SELECT 'menu ' || (name->>'en_US') FROM ir_ui_menu
    UNION SELECT 'action ' || type || ' ' || (name->>'en_US') FROM ir_actions
    UNION SELECT 'group ' || (name->>'en_US') FROM res_groups
    UNION SELECT 'privilege ' || (name->>'en_US') FROM res_groups_privilege
    UNION SELECT 'rule ' || name FROM ir_rule
    UNION SELECT 'xmlid ' || module FROM ir_model_data WHERE module LIKE 'crm_lifecycle%'
    UNION SELECT 'attachment ' || url FROM ir_attachment WHERE url LIKE '%lifecycle%'
"""

CHECK = """
env['account.move'].flush_model()
env.cr.execute('''
    SELECT commercial_partner_id, company_id, SUM(amount_untaxed_signed)
      FROM account_move
     WHERE state = 'posted' AND move_type IN ('out_invoice', 'out_refund', 'out_receipt')
     GROUP BY 1, 2 ORDER BY 1, 2''')
wanted = [[p, c, float(a)] for p, c, a in env.cr.fetchall()]
env.cr.execute('''
    SELECT partner_id, company_id, revenue_total FROM crm_customer_value
     WHERE invoice_count > 0 OR revenue_total <> 0 ORDER BY 1, 2''')
found = [[p, c, float(a)] for p, c, a in env.cr.fetchall()]
env.cr.execute('SELECT COUNT(*) FROM crm_customer_value WHERE phase IS NULL')
result({'wanted': wanted, 'found': found, 'without_phase': env.cr.fetchone()[0]})
"""


@pytest.fixture(scope="module")
def traces(odoo, bare_database):
    """What there is, as a set of names."""

    def read():
        return {row[0] for row in odoo.server.sql(TRACES, bare_database)}

    return read


def test_the_whole_life(bare_database, run_odoo, run_script, traces):
    before = traces()
    clean(run_odoo("-d", bare_database, "-i", "crm_lifecycle", *QUIET))
    filled(run_script(bare_database, CHECK))
    installed = traces()
    assert any("crm_customer_value" in name for name in installed - before)

    clean(run_odoo("-d", bare_database, "-u", "crm_lifecycle", *QUIET))
    filled(run_script(bare_database, CHECK))
    assert traces() == installed

    use(run_script, bare_database)
    run_odoo("module", "uninstall", "-d", bare_database, "crm_lifecycle")
    # The demo company stays, as customers would: its warehouse and journals have sequences.
    left = {name for name in traces() - before if not SEQUENCE.fullmatch(name)}
    assert left == set()
    assert before - traces() == set()

    clean(run_odoo("-d", bare_database, "-i", "crm_lifecycle", *QUIET))
    filled(run_script(bare_database, CHECK))
    assert traces() == installed


def use(run_script, database):
    """Use the addon, so that there is something to leave behind."""
    run_script(
        database,
        """
customer = env['res.partner'].search([('lifecycle_phase', '=', 'enhancement')], limit=1)
customer.account_manager_id = env.ref('base.user_admin')
customer.lifecycle_phase = 'retention'
env.company.lifecycle_return_cost = 10
env.cr.commit()
env['crm.customer.value.run']._cron_refresh()
env.cr.commit()
result(True)
""",
    )


def filled(check):
    """Every customer has the revenue of the ledger, and a phase."""
    assert check["wanted"], "The database has invoices."
    assert check["found"] == check["wanted"]
    assert not check["without_phase"]


def clean(log):
    """No warning and no error, but for the missing extension of the embedded PostgreSQL."""
    lines = [line for line in log.splitlines() if re.search(r" (WARNING|ERROR|CRITICAL) ", line)]
    assert not [line for line in lines if "pg_trgm" not in line and "extensions" not in line], lines
