from functools import partial

from odoo import api, models
from odoo.tools import SQL

BATCH = 5000
# So many leads are filled while the app is installed; more are the job's.
AT_ONCE = 5000


class CrmStagePassage(models.Model):
    """The stays of before the installation, made of what Odoo has tracked.

    A lead is filled once: when it has no stay that says how it came (created, or found). Each
    tracked change of its stage ends a stay and begins the next; the first began with the lead,
    the last is open, in the stage it stands in now, or ended when it was closed. A lead that
    moved between the installation and its turn has the stays before that move added. Without
    tracking there is one stay, since Odoo's last change of stage.

    Set-based, a batch a transaction, oldest lead first; may be killed anywhere and run again.
    """

    _inherit = "crm.stage.passage"

    @api.model
    def _cron_found(self):
        """Fill the leads that nobody else is writing, until there are none left."""
        progress = self.env["ir.cron"]
        refresh = self.env["crm.customer.value.refresh"]
        progress._commit_progress(remaining=int(self._has_unfilled()))
        last = 0
        while last is not None:
            last = refresh._retry(partial(self._fill_attempt, last))
            if not progress._commit_progress(BATCH if last else 0, remaining=int(bool(last))):
                return

    @api.model
    def _fill_attempt(self, last, attempt):
        """A batch after a lead; smaller after a lost race."""
        limit = self.env["crm.customer.value.refresh"]._bite(BATCH, attempt)
        return self._fill_batch(last, limit)

    @api.model
    def _has_unfilled(self):
        return bool(self.env.execute_query(SQL("%s LIMIT 1", self._unfilled_sql(0))))

    @api.model
    def _fill_small(self):
        """While installing: fill at once when there are few leads, else leave them to the job."""
        [[count]] = self.env.execute_query(SQL("SELECT COUNT(*) FROM crm_lead"))
        if count <= AT_ONCE:
            self._fill_batch(0, AT_ONCE)
        else:
            self.env.ref("crm_lifecycle.cron_crm_stage_passage_found")._trigger()

    @api.model
    def _fill_batch(self, last=0, limit=BATCH):
        """Fill up to ``limit`` leads whose id is above ``last``.

        :return: the last lead's id, or None when there was none
        """
        self.env["crm.lead"].flush_model()
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                "%s ORDER BY lead.id LIMIT %s FOR NO KEY UPDATE OF lead SKIP LOCKED",
                self._unfilled_sql(last),
                limit,
            )
        )
        leads = [lead for (lead,) in rows]
        if not leads:
            return None
        self.env.execute_query(self._fill_sql(leads))
        self.invalidate_model()
        return leads[-1]

    @api.model
    def _unfilled_sql(self, last):
        """The leads of which nobody knows how they came."""
        return SQL(
            """SELECT lead.id FROM crm_lead lead
                WHERE lead.id > %s AND lead.stage_id IS NOT NULL
                  AND NOT EXISTS (
                      SELECT 1 FROM crm_stage_passage passage
                       WHERE passage.lead_id = lead.id AND passage.is_merged IS NOT TRUE
                         AND passage.entry IN ('created', 'found'))""",
            last,
        )

    # ------------------------------------------------------------------ the statement
    @api.model
    def _fill_sql(self, leads):
        return SQL(
            """WITH head AS MATERIALIZED (%(heads)s), event AS (%(events)s), stay AS (%(stays)s)
               INSERT INTO crm_stage_passage (
                      lead_id, lead_number, stage_id, stage_name, stage_sequence, is_won,
                      lifecycle_phase, company_id, team_id, user_id, responsible_id, in_user_id,
                      out_user_id, date_in, date_out, entry, exit, previous_stage_id,
                      next_stage_id, calendar_minutes, state, is_merged, is_overridden,
                      create_uid, create_date, write_uid, write_date)
               SELECT head.id, head.id, stage.id, COALESCE(%(name)s, stay.stage_name),
                      stage.sequence, COALESCE(stage.is_won, FALSE), head.lifecycle_phase,
                      head.company_id, head.team_id, head.user_id, head.user_id, stay.user_id,
                      stay.next_user_id, stay.date_in, stay.date_out, 'found', %(exit)s,
                      previous.id, following.id,
                      EXTRACT(EPOCH FROM stay.date_out - stay.date_in) / 60,
                      CASE WHEN stay.date_out IS NULL THEN 'open' ELSE 'passed' END, FALSE, FALSE,
                      %(uid)s, %(now)s, %(uid)s, %(now)s
                 FROM stay
                 JOIN head ON head.id = stay.lead_id
                 LEFT JOIN crm_stage stage ON stage.id = stay.stage_id
                 LEFT JOIN crm_stage previous ON previous.id = stay.previous_id
                 LEFT JOIN crm_stage following ON following.id = stay.next_id
            RETURNING id""",
            heads=self._heads_sql(leads),
            events=self._events_sql(),
            stays=self._found_stays_sql(),
            name=self.env["crm.stage"]._field_to_sql("stage", "name"),
            exit=self._found_exit_sql(),
            uid=self.env.uid,
            now=self.env.cr.now(),
        )

    @api.model
    def _heads_sql(self, leads):
        """The leads: where they stand, and when what was found ends (None: it goes on)."""
        return SQL(
            """SELECT lead.id, lead.stage_id, lead.lifecycle_phase, lead.team_id, lead.user_id,
                      lead.won_status, lead.create_uid, lead.create_date,
                      COALESCE(lead.date_last_stage_update, lead.create_date) AS stage_date,
                      COALESCE(lead.company_id, team.company_id, %(company)s) AS company_id,
                      known.date_in AS known_from, known.stage_id AS known_stage_id,
                      known.in_user_id AS known_user_id, known.previous_stage_id,
                      CASE WHEN known.date_in IS NOT NULL THEN known.date_in
                           WHEN NOT lead.active THEN COALESCE(lead.date_closed, lead.write_date)
                      END AS date_end
                 FROM crm_lead lead
                 LEFT JOIN crm_team team ON team.id = lead.team_id
                 LEFT JOIN LATERAL (
                      SELECT date_in, stage_id, in_user_id, previous_stage_id
                        FROM crm_stage_passage
                       WHERE lead_id = lead.id AND is_merged IS NOT TRUE AND state != 'skipped'
                       ORDER BY date_in, id LIMIT 1) known ON TRUE
                WHERE lead.id = ANY(%(leads)s)""",
            company=self.env.company.id,
            leads=leads,
        )

    @api.model
    def _events_sql(self):
        """Each lead's arrivals in stages, numbered: the first, the tracked, the untracked last."""
        return SQL(
            """SELECT lead_id, date, stage_id, stage_name, user_id,
                      ROW_NUMBER() OVER (PARTITION BY lead_id
                                         ORDER BY date, kind, track_id) AS number
                 FROM (WITH track AS MATERIALIZED (%(tracks)s)
                       SELECT head.id AS lead_id, 0 AS kind, 0 AS track_id,
                              CASE WHEN first.id IS NULL AND head.known_from IS NULL
                                   THEN head.stage_date ELSE head.create_date END AS date,
                              COALESCE(first.old_id, head.previous_stage_id, head.known_stage_id,
                                       head.stage_id) AS stage_id,
                              first.old_name AS stage_name, head.create_uid AS user_id
                         FROM head
                         LEFT JOIN track first ON first.lead_id = head.id AND first.number = 1
                       UNION ALL
                       SELECT lead_id, 1, id, date, new_id, new_name, user_id FROM track
                       UNION ALL
                       SELECT head.id, 2, 0, GREATEST(head.stage_date, last.date), head.stage_id,
                              NULL, NULL
                         FROM head
                         JOIN track last ON last.lead_id = head.id AND last.is_last
                        WHERE last.new_id IS DISTINCT FROM head.stage_id
                          AND head.known_from IS NULL) AS event""",
            tracks=self._tracks_sql(),
        )

    @api.model
    def _tracks_sql(self):
        """What Odoo tracked of the stages of the leads, in its order."""
        return SQL(
            """SELECT head.id AS lead_id, value.id, message.date, message.create_uid AS user_id,
                      value.old_value_integer AS old_id, value.old_value_char AS old_name,
                      value.new_value_integer AS new_id, value.new_value_char AS new_name,
                      ROW_NUMBER() OVER ahead AS number,
                      LEAD(value.id) OVER ahead IS NULL AS is_last
                 FROM head
                 JOIN mail_message message
                   ON message.model = 'crm.lead' AND message.res_id = head.id
                 JOIN mail_tracking_value value
                   ON value.mail_message_id = message.id AND value.field_id = %s
                WHERE head.known_from IS NULL
                   OR message.date < DATE_TRUNC('second', head.known_from)
               WINDOW ahead AS (PARTITION BY head.id ORDER BY message.date, value.id)""",
            self.env["ir.model.fields"]._get("crm.lead", "stage_id").id,
        )

    @api.model
    def _found_stays_sql(self):
        """From each arrival to the next. Dates never go back, whatever clocks did."""
        return SQL(
            """SELECT event.lead_id, event.stage_id, event.stage_name, event.user_id,
                      event.date AS date_in,
                      CASE WHEN COALESCE(LEAD(event.date) OVER ahead, head.date_end) IS NOT NULL
                           THEN GREATEST(event.date, COALESCE(LEAD(event.date) OVER ahead,
                                                              head.date_end)) END AS date_out,
                      LEAD(event.number) OVER ahead IS NULL AS is_last,
                      LAG(event.stage_id) OVER ahead AS previous_id,
                      COALESCE(LEAD(event.stage_id) OVER ahead, head.known_stage_id) AS next_id,
                      COALESCE(LEAD(event.user_id) OVER ahead, head.known_user_id) AS next_user_id
                 FROM event JOIN head ON head.id = event.lead_id
               WINDOW ahead AS (PARTITION BY event.lead_id ORDER BY event.number)"""
        )

    @api.model
    def _found_exit_sql(self):
        """How a stay found was left."""
        return SQL(
            """CASE WHEN stay.date_out IS NULL THEN NULL
                    WHEN stay.is_last AND head.known_from IS NULL
                    THEN CASE WHEN head.won_status = 'lost' THEN 'lost' ELSE 'archived' END
                    WHEN following.sequence < stage.sequence THEN 'backward'
                    ELSE 'forward' END"""
        )
