from odoo import api, models
from odoo.tools import SQL


class CrmTouchpointPlan(models.AbstractModel):
    """Who makes the contacts: found anew at each planning, so that they follow the customer.

    Where the one whom the step names is not there (archived, of another company), it is the
    account manager, the salesperson, the leader of their team, and else nobody.
    """

    _inherit = "crm.touchpoint.plan"

    def _steps(self):
        """``SELECT`` of a customer's steps, each with who is responsible for it now."""
        return SQL(
            """SELECT who.partner_id, who.company_id, who.health, asked.*,
                      COALESCE(
                          CASE asked.responsible_type
                               WHEN 'user' THEN %(named)s
                               WHEN 'team_leader' THEN leader.id
                               WHEN 'salesperson' THEN people.salesperson_id END,
                          people.manager_id, people.salesperson_id, leader.id) AS user_id
                 FROM who
                 JOIN asked ON asked.cadence_id = who.cadence_id
                 JOIN res_partner customer ON customer.id = who.partner_id
                 CROSS JOIN LATERAL (SELECT
                      (customer.own_account_manager_id ->> who.company_id::text)::int AS manager_id
                 ) owner
                 CROSS JOIN LATERAL (SELECT %(manager)s AS manager_id,
                                            %(salesperson)s AS salesperson_id) people
                 LEFT JOIN LATERAL (%(leader)s) leader ON TRUE""",
            named=self._fit_user(SQL("asked.named_id")),
            manager=self._fit_user(SQL("owner.manager_id")),
            salesperson=self._fit_user(SQL("customer.user_id")),
            leader=self._leader(),
        )

    @api.model
    def _fit_user(self, user_id):
        """The user, if that is somebody of us who is there and works in the company; else NULL."""
        return SQL(
            """(SELECT person.id FROM res_users person
                  JOIN res_company_users_rel works
                       ON works.user_id = person.id AND works.cid = who.company_id
                 WHERE person.id = %s AND person.active AND NOT person.share)""",
            user_id,
        )

    @api.model
    def _leader(self):
        """``SELECT`` of who leads the team of the customer's owner, also of one who left."""
        return SQL(
            """SELECT led.id
                 FROM crm_team_member member
                 JOIN crm_team team ON team.id = member.crm_team_id AND team.active
                 JOIN res_users colleague ON colleague.id = member.user_id
                 CROSS JOIN LATERAL (SELECT %s AS id) led
                WHERE member.user_id IN (customer.user_id, owner.manager_id)
                  AND (member.active OR NOT colleague.active) AND led.id IS NOT NULL
                ORDER BY member.user_id = customer.user_id DESC, member.active DESC, member.id
                LIMIT 1""",
            self._fit_user(SQL("team.user_id")),
        )
