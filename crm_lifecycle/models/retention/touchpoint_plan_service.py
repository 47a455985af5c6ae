from odoo import api, models
from odoo.tools import SQL

# So long after its last good day an offer that nobody took up is noted as missed.
PATIENCE_DAYS = 14


class CrmTouchpointPlan(models.AbstractModel):
    """An offer is taken up by any contact after it, and missed two weeks after its last day."""

    _inherit = "crm.touchpoint.plan"

    @api.model
    def _closings(self, scope):
        return [*super()._closings(scope), self._service_over(scope)]

    @api.model
    def _service_over(self, scope):
        """``SELECT`` of the offers that a contact took up, or that nobody took up in time."""
        return SQL(
            """SELECT opened.id, CASE WHEN talk.id IS NULL THEN 'missed' ELSE 'done' END,
                      COALESCE(talk.date::date, %(as_of)s::date), talk.id, talk.user_id, NULL, FALSE
                 FROM crm_touchpoint opened
                 LEFT JOIN LATERAL (
                      SELECT talk.id, talk.date, talk.user_id
                        FROM crm_interaction talk
                        JOIN crm_interaction_channel channel
                             ON channel.id = talk.channel_id AND channel.is_touch
                       WHERE talk.partner_id = opened.partner_id
                         AND talk.company_id = opened.company_id
                         AND talk.date >= opened.create_date
                         AND talk.date < %(as_of)s::date + 1
                       ORDER BY talk.date, talk.id LIMIT 1) talk ON TRUE
                WHERE %(scope)s AND opened.service_reason IS NOT NULL
                  AND opened.state IN ('planned', 'scheduled', 'put_off')
                  AND (talk.id IS NOT NULL
                       OR GREATEST(opened.max_date, opened.put_off_until) + %(patience)s
                          < %(as_of)s::date)""",
            as_of=scope.as_of,
            patience=PATIENCE_DAYS,
            scope=scope.of_customer(SQL("opened.partner_id")),
        )
