from odoo import api, models
from odoo.tools import SQL


class CrmCustomerValueSource(models.AbstractModel):
    """Contacts with a customer: how many, and what they cost."""

    _inherit = "crm.customer.value.source"

    @api.model
    def _sources(self, scope):
        return [*super()._sources(scope), self._interaction_source(scope)]

    @api.model
    def _service_cost_sources(self, scope):
        return [*super()._service_cost_sources(scope), self._interaction_cost(scope)]

    @api.model
    def _source_models(self):
        return [*super()._source_models(), "crm.interaction", "crm.interaction.channel"]

    @api.model
    def _interactions(self, scope):
        """``FROM`` and ``WHERE`` of the scope's contacts, as ``contact`` (customer) and ``talk``."""
        return SQL(
            """FROM res_partner contact
               CROSS JOIN LATERAL (
                     SELECT row.id, row.company_id, row.date, row.direction, row.is_complaint,
                            row.cost, row.summary, row.channel_id
                       FROM crm_interaction row
                      WHERE row.partner_id = contact.id AND %s
                     OFFSET 0) talk
              WHERE %s""",
            scope.up_to(SQL("row.date::date")),
            scope.of_customer(SQL("contact.commercial_partner_id")),
        )

    @api.model
    def _interaction_source(self, scope):
        touch = SQL("(SELECT is_touch FROM crm_interaction_channel WHERE id = talk.channel_id)")
        return self._source(
            SQL("contact.commercial_partner_id"),
            SQL("talk.company_id"),
            {
                "interaction_count": SQL("COUNT(*) FILTER (WHERE %s)", touch),
                "inbound_count": SQL("COUNT(*) FILTER (WHERE talk.direction = 'in' AND %s)", touch),
                "complaint_count": SQL("COUNT(*) FILTER (WHERE talk.is_complaint)"),
                "last_interaction_date": SQL("MAX(talk.date) FILTER (WHERE %s)", touch),
            },
            SQL(
                "%s GROUP BY contact.commercial_partner_id, talk.company_id",
                self._interactions(scope),
            ),
        )

    @api.model
    def _interaction_cost(self, scope):
        """What each contact cost, frozen on its row."""
        return SQL(
            """SELECT contact.commercial_partner_id AS partner_id, talk.company_id,
                      talk.date::date AS day, talk.cost AS amount, 'interaction' AS kind,
                      talk.id AS res_id, NULL::varchar AS name
               %s AND talk.cost <> 0""",
            self._interactions(scope),
        )
