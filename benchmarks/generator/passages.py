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
    """The stages are passed in their order, as far as the lead came; one in ten swaps two."""
    cr.execute(
        SQL(
            """
            INSERT INTO crm_stage_passage (
                   lead_id, lead_number, stage_id, stage_name, stage_sequence, is_won,
                   lifecycle_phase, company_id, team_id, user_id, responsible_id, date_in,
                   date_out, entry, exit, calendar_minutes, state)
            SELECT lead.id, lead.id, stage.id, stage.name ->> 'en_US', stage.sequence, stage.is_won,
                   lead.lifecycle_phase, COALESCE(lead.company_id, %(company)s), lead.team_id,
                   lead.user_id, lead.user_id, began, CASE WHEN NOT stands THEN ended END,
                   'moved',
                   CASE WHEN stands THEN NULL WHEN turn < %(stays)s THEN 'forward' ELSE 'lost' END,
                   CASE WHEN NOT stands THEN EXTRACT(EPOCH FROM ended - began) / 60 END,
                   CASE WHEN stands THEN 'open' ELSE 'passed' END
              FROM crm_lead lead
              JOIN (SELECT array_agg(id ORDER BY sequence, id) AS ids
                      FROM crm_stage WHERE active AND is_won IS NOT TRUE) stages ON TRUE
              JOIN generate_series(1, %(stays)s) turn ON TRUE
              CROSS JOIN LATERAL (%(places)s) place
              JOIN crm_stage stage ON stage.id = CASE WHEN turn = %(stays)s THEN lead.stage_id
                   ELSE stages.ids[1 + (place.number - 1) * (far - 1) / (%(stays)s - 1)] END
              CROSS JOIN LATERAL (%(moments)s) moment
            """,
            stays=STAYS,
            company=company_id,
            places=_place(),
            moments=_moments(),
        )
    )


def _place() -> SQL:
    """Which of its stays this is, in the order of the stages, and how far the lead came."""
    return SQL(
        """SELECT CASE WHEN lead.id %% 10 = 0 AND turn IN (3, 4) THEN 7 - turn ELSE turn END
                      AS number,
                  COALESCE(array_position(stages.ids, lead.stage_id),
                           array_length(stages.ids, 1)) AS far,
                  turn = %s AND lead.won_status != 'lost' AS stands""",
        STAYS,
    )


def _moments() -> SQL:
    """From when to when: some hours to some days each, all of them before now."""
    return SQL(
        """SELECT lead.create_date + step * (turn - 1 + wobble[turn]) AS began,
                  lead.create_date + step * (turn + wobble[turn + 1]) AS ended
             FROM (SELECT LEAST(INTERVAL '6 hours' * (1 + abs(hashint4(lead.id)) %% 20),
                                (now()::timestamp - lead.create_date) / 7) AS step,
                          ARRAY(SELECT CASE WHEN n = 0 THEN 0
                                            ELSE abs(hashint4(lead.id * 8 + n)) %% 900 / 1000.0 END
                                  FROM generate_series(0, %s) n) AS wobble) pace""",
        STAYS,
    )
