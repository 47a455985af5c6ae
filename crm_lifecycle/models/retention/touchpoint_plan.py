from odoo import api, fields, models
from odoo.tools import SQL

from ..value.scope import Scope

OPEN = SQL("('planned', 'scheduled', 'put_off')")
# What follows the customer and the step, in place, while a touchpoint is open.
FOLLOWS = (
    *("cadence_id", "name", "talk", "is_service", "user_id"),
    *("since_date", "start_date", "floor_date", "due_date", "max_date"),
    *("state", "planned_date", "waits_for"),
)


class CrmTouchpointPlan(models.AbstractModel):
    """Keep the due contacts as the cadences want them: the writing half.

    ``_replan(scope)`` is one statement for one customer or for a range of them: what a contact
    closed is closed, what was missed is marked, who left a cadence is noted, days and people of
    open touchpoints follow, and what is missing is planned. Only differences are written, so a
    second run on the same day writes nothing; killed anywhere, it never was.
    ``_note_next(scope)`` then keeps the day of the next contact on the customers' worth.
    """

    _inherit = "crm.touchpoint.plan"

    @api.model
    def _replan(self, scope):
        """Bring the touchpoints of a scope up to date.

        Extend for what comes after: levelling among a person's other contacts.

        :param Scope scope: customers, and the day it is
        :return: dict of the counts ``closed``, ``changed`` and ``inserted``
        """
        [row] = self.env.execute_query_dict(self._statement(scope))
        if any(row[name] for name in ("closed", "changed", "inserted")):
            self.env["crm.touchpoint"].invalidate_model()
        self._close_activities(row.pop("activity_ids") or [])
        self._note_next(scope)
        return row

    @api.model
    def _replan_customers(self, customer_ids, as_of=None):
        """Bring some customers up to date; nothing where the company has no cadences at all."""
        if not self.env["crm.cadence"]._are_there():
            return
        scope = self._scope(customer_ids, as_of)
        self._replan(scope)

    @api.model
    def _scope(self, customer_ids, as_of=None):
        """A scope of some customers, on a day; today by default."""
        return Scope(as_of or self._today(), customers=tuple(customer_ids))

    @api.model
    def _today(self):
        """The day it is, in UTC: the job and people in other zones go by one clock."""
        return fields.Datetime.now().date()

    # ------------------------------------------------------------------ the statement
    @api.model
    def _statement(self, scope):
        return SQL(
            """WITH %(sources)s,
                    wanted AS MATERIALIZED (%(wanted)s),
                    closing AS MATERIALIZED (%(closing)s),
                    closed AS (%(close)s),
                    changed AS (%(change)s),
                    inserted AS (%(insert)s),
                    complained AS (%(complained)s)
               SELECT (SELECT COUNT(*) FROM closed) AS closed,
                      (SELECT COUNT(*) FROM changed) AS changed,
                      (SELECT COUNT(*) FROM inserted)
                      + (SELECT COUNT(*) FROM complained) AS inserted,
                      (SELECT ARRAY_AGG(activity_id) FROM closed
                        WHERE activity_id IS NOT NULL) AS activity_ids""",
            sources=self._sources(scope),
            wanted=self._wanted(scope),
            closing=SQL(" UNION ALL ").join(self._closings(scope)),
            close=self._close(),
            change=self._change(),
            insert=self._insert(),
            complained=self._ask_about_complaints(scope),
            to_flush=self._flushed(),
        )

    @api.model
    def _wanted(self, scope):
        """``SELECT`` of the open touchpoints as they should be, by customer and step.

        ``open_id`` is the row that is there; empty where one has to be planned.
        """
        return SQL(
            """SELECT CASE WHEN hit_id IS NULL AND NOT is_missed THEN dated.open_id END AS open_id,
                      dated.partner_id, dated.company_id, dated.cadence_id, dated.step_id,
                      dated.name, dated.talk, dated.is_service, dated.user_id,
                      dated.since_date, dated.due_date, dated.max_date,
                      CASE WHEN is_missed THEN dated.since_date ELSE dated.start_date END
                          AS start_date,
                      CASE WHEN is_missed THEN %(as_of)s ELSE dated.floor_date END AS floor_date,
                      CASE WHEN kept.state IS NULL THEN 'planned'
                           WHEN kept.state = 'put_off' AND kept.put_off_until <= %(as_of)s
                           THEN 'planned' ELSE kept.state END AS state,
                      CASE WHEN kept.state = 'put_off' THEN kept.put_off_until
                           WHEN kept.due_date = dated.due_date
                           THEN kept.planned_date END AS planned_date,
                      CASE WHEN complains THEN 'complaint'
                           WHEN dated.user_id IS NULL THEN 'nobody'
                           WHEN kept.waits_for NOT IN ('complaint', 'nobody')
                           THEN kept.waits_for END AS waits_for
                 FROM dated
                 LEFT JOIN crm_touchpoint kept
                      ON kept.id = dated.open_id AND hit_id IS NULL AND NOT is_missed""",
            as_of=SQL("%s::date", scope.as_of),
        )

    @api.model
    def _closings(self, scope):
        """What closes open touchpoints: a list of ``SELECT``. Extend to add a way."""
        return [
            SQL(
                """SELECT open_id, 'done' AS state, hit_day AS closed_on, hit_id AS interaction_id,
                          hit_user_id AS closed_user_id, NULL AS skip_reason, FALSE AS is_left
                     FROM dated WHERE hit_id IS NOT NULL AND open_id IS NOT NULL"""
            ),
            SQL(
                """SELECT open_id, 'missed', missed_on, NULL, NULL, NULL, FALSE
                     FROM dated WHERE is_missed"""
            ),
            self._left(scope),
            self._complaint_over(scope),
        ]

    @api.model
    def _left(self, scope):
        """``SELECT`` of the touchpoints of customers that left their step, each with why."""
        env = self.env
        return SQL(
            """SELECT opened.id, 'skipped', %(as_of)s::date, NULL, NULL,
                      CASE WHEN NOT customer.active THEN %(archived)s
                           WHEN customer.commercial_partner_id <> customer.id THEN %(part)s
                           WHEN cadence.state IS DISTINCT FROM 'running' OR NOT cadence.active
                           THEN %(stopped)s
                           WHEN step.active IS NOT TRUE THEN %(step)s
                           ELSE %(other)s END, TRUE
                 FROM crm_touchpoint opened
                 JOIN res_partner customer ON customer.id = opened.partner_id
                 LEFT JOIN crm_cadence cadence ON cadence.id = opened.cadence_id
                 LEFT JOIN crm_cadence_step step ON step.id = opened.step_id
                WHERE %(scope)s AND opened.kind = 'cadence' AND opened.state IN %(open)s
                  AND NOT EXISTS (SELECT 1 FROM dated WHERE dated.open_id = opened.id)""",
            as_of=scope.as_of,
            archived=env._("The customer was archived."),
            part=env._("The customer became part of another one."),
            stopped=env._("The cadence is not running any more."),
            step=env._("The cadence does not ask for it any more."),
            other=env._("The customer no longer fits the cadence, or fits another one."),
            scope=scope.of_customer(SQL("opened.partner_id")),
            open=OPEN,
        )

    @api.model
    def _close(self):
        return SQL(
            """UPDATE crm_touchpoint touchpoint
                  SET state = closing.state, closed_on = closing.closed_on,
                      interaction_id = closing.interaction_id::int,
                      closed_user_id = closing.closed_user_id::int,
                      skip_reason = closing.skip_reason, is_left = closing.is_left,
                      waits_for = NULL,
                      late_days = CASE WHEN closing.state <> 'skipped'
                                       THEN closing.closed_on - touchpoint.max_date END,
                      write_date = %s, write_uid = %s
                 FROM closing
                WHERE touchpoint.id = closing.open_id
            RETURNING touchpoint.id, touchpoint.activity_id""",
            fields.Datetime.now(),
            self.env.uid,
        )

    @api.model
    def _change(self):
        """Write open touchpoints where one of the columns is another now."""
        return SQL(
            """UPDATE crm_touchpoint touchpoint
                  SET (%(columns)s, write_date, write_uid) = ROW(%(wanted)s, %(now)s, %(uid)s)
                 FROM wanted
                WHERE touchpoint.id = wanted.open_id
                  AND (%(stored)s) IS DISTINCT FROM (%(wanted)s)
            RETURNING touchpoint.id""",
            columns=self._columns(FOLLOWS),
            wanted=self._columns(FOLLOWS, "wanted"),
            stored=self._columns(FOLLOWS, "touchpoint"),
            now=fields.Datetime.now(),
            uid=self.env.uid,
        )

    @api.model
    def _insert(self):
        """Plan what is missing, once what stood in its place is closed."""
        return SQL(
            """INSERT INTO crm_touchpoint (partner_id, company_id, step_id, kind, %(columns)s,
                                           put_off_count, rank, is_left,
                                           create_date, create_uid, write_date, write_uid)
               SELECT partner_id, company_id, step_id, 'cadence', %(columns)s, 0, 0, FALSE,
                      %(now)s, %(uid)s, %(now)s, %(uid)s
                 FROM wanted
                WHERE open_id IS NULL AND (SELECT COUNT(*) FROM closed) >= 0
                ORDER BY partner_id, company_id, step_id
            RETURNING id""",
            columns=self._columns(FOLLOWS),
            now=fields.Datetime.now(),
            uid=self.env.uid,
        )

    @api.model
    def _columns(self, names, table=None):
        """A list of columns, for SQL."""
        return self.env["crm.customer.value.refresh"]._columns(names, table)

    # ------------------------------------------------------------------ what hangs on it
    @api.model
    def _close_activities(self, activity_ids):
        """Close the tasks of closed touchpoints: kept, with a word on why."""
        activities = self.env["mail.activity"].sudo().browse(activity_ids).exists()
        activities.filtered("active")._close_with_touchpoint()

    @api.model
    def _note_next(self, scope):
        """Keep the day of each customer's next contact, where it is another now."""
        rows = self.env.execute_query(
            SQL(
                """UPDATE crm_customer_value value SET next_touch_date = following.day
                     FROM (SELECT known.id, MIN(%(day)s) AS day
                             FROM crm_customer_value known
                             LEFT JOIN crm_touchpoint touchpoint
                                  ON touchpoint.partner_id = known.partner_id
                                 AND touchpoint.company_id = known.company_id
                                 AND touchpoint.state IN %(open)s
                            WHERE %(scope)s GROUP BY known.id) AS following
                    WHERE value.id = following.id
                      AND value.next_touch_date IS DISTINCT FROM following.day
                RETURNING value.id""",
                day=SQL("COALESCE(touchpoint.planned_date, touchpoint.due_date)"),
                open=OPEN,
                scope=scope.of_customer(SQL("known.partner_id")),
                to_flush=[
                    self.env["crm.touchpoint"]._fields[name]
                    for name in ("planned_date", "due_date", "state", "partner_id", "company_id")
                ],
            )
        )
        if rows:
            self.env["crm.customer.value"].invalidate_model(["next_touch_date"])
