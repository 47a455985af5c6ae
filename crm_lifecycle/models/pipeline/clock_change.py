from odoo import api, fields, models
from odoo.tools import SQL

PENDING = "crm_lifecycle.clock_changes"


class CrmClockChange(models.Model):
    """Working time that was changed: append only, and no clock waits for it.

    ``_note`` collects what was changed and appends it when the transaction is about to commit;
    the clock's job marks the clocks concerned (``_mark``), which its next step then sets anew.
    A company without a running clock leaves no row.
    """

    _name = "crm.clock.change"
    _description = "Changed Working Time"
    _log_access = False

    calendar_id = fields.Many2one("resource.calendar", ondelete="cascade")
    company_id = fields.Many2one("res.company", ondelete="cascade")
    user_id = fields.Many2one("res.users", ondelete="cascade")
    create_date = fields.Datetime("Since", readonly=True)

    @api.model
    def _note(self, calendars=None, companies=None, users=None):
        """Note calendars, whole companies, or people whose leave was changed."""
        changed = [(calendar_id, None, None) for calendar_id in (calendars or self).ids]
        changed += [(None, company_id, None) for company_id in (companies or self).ids]
        if changed:
            self.env.registry.clear_cache()
        changed += [(None, None, user_id) for user_id in (users or self).ids]
        if not changed:
            return
        pending = self.env.cr.precommit.data.setdefault(PENDING, set())
        if not pending:
            self.env.cr.precommit.add(self._write_pending)
        pending.update(changed)

    @api.model
    def _write_pending(self):
        """Append what was noted, where a clock runs by it at all.

        What was deleted since is left out.
        """
        pending = self.env.cr.precommit.data.pop(PENDING, None)
        if not pending:
            return
        self.env.execute_query(
            SQL(
                """INSERT INTO crm_clock_change (calendar_id, company_id, user_id, create_date)
                   SELECT noted.calendar_id, noted.company_id, noted.user_id, %s
                     FROM unnest(%s::int[], %s::int[], %s::int[])
                          AS noted (calendar_id, company_id, user_id)
                     LEFT JOIN resource_calendar calendar ON calendar.id = noted.calendar_id
                     LEFT JOIN res_company company ON company.id = noted.company_id
                     LEFT JOIN res_users person ON person.id = noted.user_id
                    WHERE COALESCE(calendar.id, company.id, person.id) IS NOT NULL
                      AND EXISTS (SELECT 1 FROM crm_stage_passage passage WHERE %s)
                RETURNING id""",
                fields.Datetime.now(),
                *(list(column) for column in zip(*pending, strict=True)),
                self._concerns("noted"),
                to_flush=[
                    self.env["crm.stage.passage"]._fields[name]
                    for name in ("next_check_at", "paused_since", "calendar_id", "responsible_id")
                ],
            )
        )

    @api.model
    def _concerns(self, change):
        """A condition that holds where a change concerns the clock of ``passage``."""
        return SQL(
            """passage.date_out IS NULL AND passage.state = 'open'
               AND passage.deadline_minutes > 0
               AND (%(change)s.calendar_id IS NULL
                    OR %(change)s.calendar_id = passage.calendar_id)
               AND (%(change)s.company_id IS NULL OR %(change)s.company_id = passage.company_id)
               AND (%(change)s.user_id IS NULL
                    OR passage.stops_on_leave AND passage.responsible_id = %(change)s.user_id)""",
            change=SQL.identifier(change),
        )

    @api.model
    def _mark(self):
        """Take all changes off the list and have the job set the clocks concerned anew.

        :return: number of changes
        """
        self.env["crm.stage.passage"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """WITH taken AS (
                        DELETE FROM crm_clock_change
                         WHERE id = ANY(ARRAY(SELECT id FROM crm_clock_change
                                               ORDER BY id LIMIT 1000 FOR UPDATE SKIP LOCKED))
                     RETURNING id, calendar_id, company_id, user_id),
                    marked AS (
                        UPDATE crm_stage_passage passage
                           SET is_outdated = TRUE, next_check_at = %s
                         WHERE EXISTS (SELECT 1 FROM taken WHERE %s) RETURNING passage.id)
                   SELECT id FROM taken""",
                self.env.cr.now().replace(microsecond=0),
                self._concerns("taken"),
            )
        )
        self.env["crm.stage.passage"].invalidate_model()
        return len(rows)
