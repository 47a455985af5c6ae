from odoo import api, models

MINUTES_PER_HOUR = 60
RATED = ("channel_id", "user_id", "company_id")


class CrmInteraction(models.Model):
    """What a contact costs: rates frozen on the row, so that a later change moves no past."""

    _inherit = "crm.interaction"

    @api.depends("fixed_cost", "hourly_cost", "minutes")
    def _compute_cost(self):
        for interaction in self:
            hours = interaction.minutes / MINUTES_PER_HOUR
            interaction.cost = interaction.fixed_cost + hours * interaction.hourly_cost

    def _changes_rates(self, vals):
        """Whether these values put another channel, person or company on the row."""
        self.ensure_one()
        row = self.sudo()
        return any(name in vals and row[name].id != (vals[name] or False) for name in RATED)

    def _freeze_rates(self):
        """Take over the rates of now. The only place where a contact's rates are written."""
        for company, interactions in self.sudo().grouped("company_id").items():
            own = self._own_hourly_costs(interactions.user_id, company)
            for (channel, user), rows in interactions.grouped(
                lambda row: (row.channel_id, row.user_id)
            ).items():
                rates = channel.with_company(company)
                hourly = own.get(user.id) or rates.hourly_cost
                rows.write({"fixed_cost": rates.fixed_cost, "hourly_cost": hourly})

    @api.model
    def _own_hourly_costs(self, users, company):
        """What an hour of these people costs in a company, where that is known.

        Override to take it from elsewhere: a bridge to HR takes the employee's.

        :return: dict of user id to cost in the company's currency; those not in it cost what
            the channel says
        """
        own = users.sudo().with_company(company)
        return {user.id: user.lifecycle_hourly_cost for user in own if user.lifecycle_hourly_cost}
