from odoo import api, fields, models


class CrmCustomerEvent(models.Model):
    """Where two customers become one, a rule has noticed the same thing twice."""

    _inherit = "crm.customer.event"

    @api.model
    def _end_doubles(self, customer_ids):
        """Of the events of a rule that these customers have open together, leave the first.

        The others end today and stay in the history; what they came from is found again by the
        first one, the next time the rule looks.
        """
        rows = self.sudo().search(
            [
                ("partner_id", "in", list(customer_ids)),
                ("rule_id", "!=", False),
                ("ended_on", "=", False),
            ],
            order="id",
        )
        doubles = self.sudo().browse()
        for same in rows.grouped(lambda event: (event.rule_id, event.company_id)).values():
            doubles |= same[1:]
        doubles._end(fields.Date.context_today(self))
        doubles.flush_recordset()
