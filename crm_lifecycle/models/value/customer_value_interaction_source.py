from odoo import api, models
from odoo.tools import SQL


class CrmCustomerValueSource(models.AbstractModel):
    """Contacts with a customer: how many, and what they cost.

    Their ``partner_id`` is the commercial partner, always (``crm.interaction`` sees to it), so
    that the customers' rows are read by its index and no others.
    """

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
    def _interaction_source(self, scope):
        touch = SQL("channel.is_touch")
        return self._source(
            SQL("talk.partner_id"),
            SQL("talk.company_id"),
            {
                "interaction_count": SQL("COUNT(*) FILTER (WHERE %s)", touch),
                "inbound_count": SQL("COUNT(*) FILTER (WHERE talk.direction = 'in' AND %s)", touch),
                "complaint_count": SQL("COUNT(*) FILTER (WHERE talk.is_complaint)"),
                "last_interaction_date": SQL("MAX(talk.date) FILTER (WHERE %s)", touch),
            },
            SQL(
                """FROM crm_interaction talk
                   JOIN crm_interaction_channel channel ON channel.id = talk.channel_id
                  WHERE %s AND %s
                  GROUP BY talk.partner_id, talk.company_id""",
                scope.up_to(SQL("talk.date::date")),
                scope.of_customer(SQL("talk.partner_id")),
            ),
        )

    @api.model
    def _interaction_cost(self, scope):
        """What each contact cost, frozen on its row."""
        return SQL(
            """SELECT talk.partner_id, talk.company_id, talk.date::date AS day,
                      talk.cost AS amount, 'interaction' AS kind, talk.id AS res_id,
                      NULL::varchar AS name
                 FROM crm_interaction talk
                WHERE talk.cost <> 0 AND %s AND %s""",
            scope.up_to(SQL("talk.date::date")),
            scope.of_customer(SQL("talk.partner_id")),
        )
