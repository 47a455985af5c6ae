from odoo import api, fields, models
from odoo.tools import SQL

ANSWER_DAYS = 2


class CrmTouchpointPlan(models.AbstractModel):
    """An open complaint asks for one service contact, while sales contacts wait.

    One for each complaint (a unique key), and one at a time for a customer. It is done by our
    next contact with the customer, and no longer needed when the complaint is closed first.
    """

    _inherit = "crm.touchpoint.plan"

    @api.model
    def _ask_about_complaints(self, scope):
        """``INSERT`` of the service contacts that open complaints ask for."""
        return SQL(
            """INSERT INTO crm_touchpoint (
                      partner_id, company_id, kind, name, state, is_service, complaint_id,
                      cadence_id, contact_id, user_id, waits_for, since_date, due_date, max_date,
                      put_off_count, rank, is_left, create_date, create_uid, write_date, write_uid)
               SELECT DISTINCT ON (steps.partner_id, steps.company_id)
                      steps.partner_id, steps.company_id, 'service', %(name)s, 'planned', TRUE,
                      complaint.id, steps.cadence_id, complaint.contact_id, steps.user_id,
                      CASE WHEN steps.user_id IS NULL THEN 'nobody' END,
                      complaint.date::date, %(as_of)s::date, %(as_of)s::date + %(days)s,
                      0, 0, FALSE, %(now)s, %(uid)s, %(now)s, %(uid)s
                 FROM steps
                 JOIN crm_interaction complaint
                      ON complaint.partner_id = steps.partner_id
                     AND complaint.company_id = steps.company_id
                     AND complaint.complaint_state IN ('open', 'answered')
                     AND complaint.date < %(as_of)s::date + 1
                WHERE NOT EXISTS (
                      SELECT 1 FROM crm_touchpoint asked
                       WHERE asked.complaint_id = complaint.id
                          OR (asked.partner_id = steps.partner_id
                              AND asked.company_id = steps.company_id
                              AND asked.complaint_id IS NOT NULL
                              AND asked.state IN ('planned', 'scheduled', 'put_off')))
                ORDER BY steps.partner_id, steps.company_id, complaint.date, complaint.id,
                         steps.is_service DESC, steps.step_id
            RETURNING id""",
            name=self.env._("Contact about the open complaint"),
            as_of=scope.as_of,
            days=ANSWER_DAYS,
            now=fields.Datetime.now(),
            uid=self.env.uid,
        )

    @api.model
    def _complaint_over(self, scope):
        """``SELECT`` of those that our contact did, or that a closed complaint made needless."""
        return SQL(
            """SELECT opened.id, CASE WHEN ours.id IS NULL THEN 'skipped' ELSE 'done' END,
                      COALESCE(ours.date::date, %(as_of)s::date), ours.id, ours.user_id,
                      CASE WHEN ours.id IS NULL THEN %(closed)s END, ours.id IS NULL
                 FROM crm_touchpoint opened
                 JOIN crm_interaction complaint ON complaint.id = opened.complaint_id
                 LEFT JOIN LATERAL (
                      SELECT talk.id, talk.date, talk.user_id
                        FROM crm_interaction talk
                        JOIN crm_interaction_channel channel
                             ON channel.id = talk.channel_id AND channel.is_touch
                       WHERE talk.partner_id = opened.partner_id
                         AND talk.company_id = opened.company_id
                         AND talk.direction = 'out' AND talk.date < %(as_of)s::date + 1
                         AND (talk.date, talk.id) > (complaint.date, complaint.id)
                       ORDER BY talk.date, talk.id LIMIT 1) ours ON TRUE
                WHERE %(scope)s AND opened.state IN ('planned', 'scheduled', 'put_off')
                  AND (ours.id IS NOT NULL
                       OR COALESCE(complaint.complaint_state, 'closed') = 'closed')""",
            as_of=scope.as_of,
            closed=self.env._("The complaint was closed."),
            scope=scope.of_customer(SQL("opened.partner_id")),
        )
