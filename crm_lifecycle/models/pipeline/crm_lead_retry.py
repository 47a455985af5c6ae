from odoo import api, fields, models
from odoo.tools import SQL


class CrmLead(models.Model):
    """A lost lead that is to be tried again becomes a new lead on its day, once.

    The lost one stays lost, with all its figures; the new one says where it comes from. One that
    is restored is tried already; lost again, it can be tried again.
    """

    _inherit = "crm.lead"

    retry_on = fields.Date("Try Again on", copy=False, help="A new lead is made on that day.")
    retried_at = fields.Datetime("Tried Again", readonly=True, copy=False)
    retried_from_id = fields.Many2one(
        "crm.lead",
        "Tried Again from",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )

    _retry_idx = models.Index("(retry_on) WHERE retry_on IS NOT NULL AND retried_at IS NULL")

    @api.model
    def _server_set(self):
        return super()._server_set() | {"retried_at", "retried_from_id"}

    def _after_moves(self, moves):
        result = super()._after_moves(moves)
        back = self.sudo().browse([move.lead.id for move in moves if move.reopened])
        planned = back.filtered(lambda lead: lead.retry_on or lead.retried_at)
        if planned:
            planned.write({"retry_on": False, "retried_at": False})
        return result

    @api.model
    def _cron_retry(self):
        """Make the new leads whose day has come, each with a to-do."""
        self._work_due(self._retry_due_sql(), lambda lead: lead._try_again())

    @api.model
    def _retry_due_sql(self):
        """Lost leads whose day has come, and that were not tried again."""
        return SQL(
            """lead.retry_on <= %s AND lead.retried_at IS NULL
               AND lead.won_status = 'lost' AND NOT lead.active""",
            self._today_sql(),
        )

    def _try_again(self):
        """Make the new lead.

        :return: the new lead
        """
        self.retried_at = fields.Datetime.now()
        company = self._lifecycle_company()
        lead = self.with_company(company).copy(self._retry_values())
        for user in lead._who_leads():
            told = lead.with_context(lang=user.lang)
            told._plan_to_do(user, told.env._("Try again, as agreed"))
        return lead

    def _retry_values(self):
        """What the new lead has of its own. Extend to change more.

        Its process is found anew: the customer may have bought meanwhile. Its campaign stays
        with the lost one: one request, whose cost counts once.
        """
        phase = self._retry_phase()
        like = self.new({"team_id": self.team_id.id, "lifecycle_phase": phase})
        stage = like._stage_find(domain=[("fold", "=", False)])
        return {
            "name": self.name,
            "arrival": "rule",
            "active": True,
            "lost_reason_id": False,
            "date_deadline": False,
            "retried_from_id": self.id,
            "lifecycle_phase": phase,
            "campaign_id": False,
            "stage_id": stage.id,
        }

    def _retry_phase(self):
        """The process of a new lead of this customer."""
        customer = self.sudo().partner_id.commercial_partner_id
        key = (customer.id, self._lifecycle_company().id)
        return "enhancement" if key in self._customers_who_bought() else "acquisition"
