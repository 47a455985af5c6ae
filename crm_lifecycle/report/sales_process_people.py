from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL


class CrmSalesProcessSource(models.AbstractModel):
    """Campaigns, people and what to change of the process, for the *Sales process* workbook."""

    _inherit = "crm.sales.process.source"

    # ------------------------------------------------------------------ campaigns and products
    @api.model
    def _dated(self, export, days):
        first, last = days
        domain = Domain("company_id", "in", [export.company_id.id, False])
        domain &= Domain("date", ">=", first) & Domain("date", "<=", last)
        if export.team_ids:
            domain &= Domain("team_id", "in", export.team_ids.ids)
        return domain

    @api.model
    def _campaigns(self, export, days):
        """By campaign and source: the figures of ``crm.campaign.yield`` on these days.

        :param days: the first and the last
        """
        domain = self._dated(export, days)
        if export.phase:
            domain &= Domain("lifecycle_phase", "=", export.phase)
        measures = ("lead_count", "opportunity_count", "won_count", "revenue", "cost")
        ratios = ("yield_rate", "cost_per_lead", "cost_per_won")
        aggregates = [f"{name}:sum" for name in measures] + [f"{name}:avg" for name in ratios]
        rows = self.env["crm.campaign.yield"]._sums(
            domain, ["campaign_id", "source_id"], aggregates
        )
        return [
            ((campaign.id, source.id, *self._names(campaign, source)), tuple(figures))
            for campaign, source, *figures in rows
        ]

    @api.model
    def _person_categories(self, export, days):
        """By salesperson and product category: the figures of ``crm.person.category``."""
        aggregates = [
            "revenue:sum",
            "quantity:sum",
            "move_id:count_distinct",
            "order_id:count_distinct",
            "decided_order_id:count_distinct",
            "won_share:avg",
        ]
        rows = self.env["crm.person.category"]._sums(
            self._dated(export, days), ["user_id", "category_id"], aggregates
        )
        return [
            ((user.id, category.id, *self._names(user, category)), tuple(figures))
            for user, category, *figures in rows
        ]

    @staticmethod
    def _names(*records):
        """Their names, as the grouping's labels have them: whatever rules say of the records."""
        return tuple(record.sudo().display_name or None for record in records)

    # ------------------------------------------------------------------ people
    @api.model
    def _people(self, export, period):
        """By salesperson: leads, won, lost, close rate, amount won, response, contacts."""
        closed = self._within("closed", period)
        return self._rows(
            2,
            SQL(
                """
                SELECT person.user_id, MAX(contact.name), SUM(came), SUM(won), SUM(lost),
                       SUM(won)::float8 / NULLIF(SUM(won) + SUM(lost), 0),
                       SUM(person.amount), MAX(response), SUM(contacts)
                  FROM (SELECT user_id, COUNT(*) FILTER (WHERE %(came)s) AS came,
                               COUNT(*) FILTER (WHERE %(closed)s AND outcome = 'won') AS won,
                               COUNT(*) FILTER (WHERE %(closed)s AND outcome = 'lost') AS lost,
                               COALESCE(SUM(amount) FILTER (
                                   WHERE %(closed)s AND outcome = 'won'), 0) AS amount,
                               PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY response_minutes)
                                   FILTER (WHERE %(came)s) AS response,
                               0 AS contacts
                          FROM pg_temp.crm_process_lead GROUP BY user_id
                         UNION ALL %(contacts)s) person
                  LEFT JOIN res_users ON res_users.id = person.user_id
                  LEFT JOIN res_partner contact ON contact.id = res_users.partner_id
                 GROUP BY person.user_id
                HAVING SUM(came) + SUM(won) + SUM(lost) + SUM(contacts) > 0
                 ORDER BY SUM(person.amount) DESC, person.user_id
                """,
                came=self._within("came", period),
                closed=closed,
                contacts=self._contacts(export, period),
            ),
        )

    @api.model
    def _contacts(self, export, period):
        """Contacts that count as a touch, by who had them; none without the right to see them."""
        interactions = self.env["crm.interaction"]
        visible = SQL("(NULL)")
        if interactions.has_access("read"):
            domain = Domain("company_id", "=", export.company_id.id)
            domain &= Domain("date", ">=", period[0]) & Domain("date", "<", period[1])
            domain &= Domain("channel_id.is_touch", "=", True) & Domain("user_id", "!=", False)
            visible = interactions._search(domain).subselect()
        return SQL(
            """SELECT user_id, 0, 0, 0, 0, NULL, COUNT(*) FROM crm_interaction
                WHERE id IN %s GROUP BY user_id""",
            visible,
        )

    # ------------------------------------------------------------------ what to change
    @api.model
    def _dispensable(self, period):
        """By process and stage: stays and jumps, jumped over, straight through, their share."""
        fast = self.env["crm.stage.dispensable"]._through_minutes()
        return self._rows(
            4,
            SQL(
                """
                SELECT phase, sequence, stage_id, stage, COUNT(*),
                       COUNT(*) FILTER (WHERE skipped),
                       COUNT(*) FILTER (WHERE NOT skipped AND is_through),
                       AVG((skipped OR is_through)::int)
                  FROM (SELECT *, COALESCE(exit = 'forward' AND days * 1440 < %(fast)s, FALSE)
                                  AS is_through
                          FROM pg_temp.crm_process_stay) stay
                 WHERE stage_id != 0 AND NOT is_won AND %(left)s
                 GROUP BY 1, 2, 3, 4 ORDER BY AVG((skipped OR is_through)::int) DESC, 1, 2, 3, 4
                """,
                fast=fast,
                left=self._within("date_out", period),
            ),
        )

    @api.model
    def _order_pairs(self, period):
        """By process and two stages in their order: leads that stood in both; later one first."""
        return self._rows(
            5,
            SQL(
                """
                WITH entry AS (
                    SELECT lead_id, phase, sequence, stage_id, stage, MIN(date_in) AS date_in
                      FROM pg_temp.crm_process_stay
                     WHERE NOT skipped GROUP BY 1, 2, 3, 4, 5)
                SELECT one.phase, one.stage_id, one.stage, two.stage_id, two.stage, COUNT(*),
                       COUNT(*) FILTER (WHERE two.date_in < one.date_in),
                       AVG((two.date_in < one.date_in)::int)
                  FROM entry one
                  JOIN entry two ON two.lead_id = one.lead_id
                       AND two.phase IS NOT DISTINCT FROM one.phase
                       AND two.sequence > one.sequence
                 WHERE GREATEST(one.date_in, two.date_in) >= %s
                   AND GREATEST(one.date_in, two.date_in) < %s
                 GROUP BY 1, 2, 3, 4, 5, one.sequence, two.sequence
                HAVING COUNT(*) FILTER (WHERE two.date_in < one.date_in) > 0
                 ORDER BY AVG((two.date_in < one.date_in)::int) DESC, 1, one.sequence, two.sequence
                """,
                *period,
            ),
        )
