"""Stays of leads in stages: the table is the addon's, so they are made after it is installed."""

from __future__ import annotations

from odoo.tools import SQL

from benchmarks import databases
from benchmarks.generator import rows

STAYS = 6


def fill(database: str) -> None:
    """Give every lead six stays in a row, a day or so each, the last one open. Once is enough."""
    with databases.environment(database) as env:
        cr = env.cr
        cr.execute("SELECT COUNT(*) FROM crm_stage_passage WHERE entry = 'moved'")
        if cr.fetchone()[0]:
            return
        cr.execute("DELETE FROM crm_stage_passage")
        with rows.quick(cr, ("crm_stage_passage",)):
            _insert(cr, env.company.id)
        rows.move_sequence(cr, "crm_stage_passage")
        cr.commit()
    databases.vacuum(database)


def _insert(cr, company_id: int) -> None:
    cr.execute(
        SQL(
            """
            INSERT INTO crm_stage_passage (
                   lead_id, lead_number, stage_id, stage_name, stage_sequence, is_won,
                   lifecycle_phase, company_id, team_id, user_id, responsible_id, date_in,
                   date_out, entry, exit, calendar_minutes, state)
            SELECT lead.id, lead.id, stage.id, stage.name ->> 'en_US', stage.sequence, stage.is_won,
                   lead.lifecycle_phase, COALESCE(lead.company_id, %(company)s), lead.team_id,
                   lead.user_id, lead.user_id, began, CASE WHEN turn < %(stays)s THEN ended END,
                   'moved', CASE WHEN turn < %(stays)s THEN 'forward' END,
                   EXTRACT(EPOCH FROM ended - began) / 60,
                   CASE WHEN turn < %(stays)s THEN 'passed' ELSE 'open' END
              FROM crm_lead lead
              JOIN generate_series(1, %(stays)s) turn ON TRUE
              JOIN (SELECT array_agg(id ORDER BY sequence, id) AS ids FROM crm_stage) stages ON TRUE
              JOIN crm_stage stage ON stage.id = CASE WHEN turn = %(stays)s THEN lead.stage_id
                   ELSE stages.ids[1 + (turn - 1) %% array_length(stages.ids, 1)] END
              CROSS JOIN LATERAL (
                   SELECT now()::timestamp - make_interval(hours => 30 * (%(stays)s - turn + 1)
                              + abs(hashint4(lead.id)) %% 4000) AS began) begin
              CROSS JOIN LATERAL (SELECT began + INTERVAL '30 hours' AS ended) finish
            """,
            stays=STAYS,
            company=company_id,
        )
    )
