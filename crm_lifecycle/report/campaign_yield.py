from odoo import api, fields, models
from odoo.tools import SQL

from ..models.pipeline.crm_stage import PHASES


class CrmCampaignYield(models.Model):
    """Campaigns and sources, from the lead through to invoiced revenue, and against their cost.

    One row is a fact: a lead, a posted customer invoice, or the cost of a campaign without
    leads; so every figure opens the rows it is made of.

    - An invoice counts once. Its campaign and source are its own; where it has none, those of
      the lead whose order it invoices (of several leads, the oldest).
    - A campaign's cost is allotted once: in equal parts to the leads of the campaign in the
      campaign's company, archived and lost ones too, and with a lead to that lead's source,
      salesperson and day. A campaign without leads has it in a row of its own, on the day the
      campaign was made. Over all rows of a campaign it adds up to the campaign's cost.
    """

    _name = "crm.campaign.yield"
    _description = "Yield of Campaigns"
    _inherit = ["crm.ratio.mixin"]
    _auto = False
    _log_access = False
    _order = "date desc, id desc"
    _depends = {
        "utm.campaign": ["cost", "company_id"],
        "crm.lead": ["campaign_id", "source_id", "medium_id", "company_id", "team_id", "user_id"],
        "account.move": ["campaign_id", "source_id", "medium_id", "state", "invoice_user_id"],
    }

    # Of what
    campaign_id = fields.Many2one("utm.campaign", readonly=True)
    source_id = fields.Many2one("utm.source", readonly=True)
    medium_id = fields.Many2one("utm.medium", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    team_id = fields.Many2one("crm.team", "Sales Team", readonly=True)
    user_id = fields.Many2one("res.users", "Salesperson", readonly=True)
    lifecycle_phase = fields.Selection(PHASES, "Process", readonly=True)
    date = fields.Date(
        readonly=True, help="When the lead came, the invoice is dated, or the campaign was made."
    )
    lead_id = fields.Many2one("crm.lead", readonly=True)
    move_id = fields.Many2one("account.move", "Invoice", readonly=True)

    # How much
    lead_count = fields.Integer("Leads", readonly=True)
    opportunity_count = fields.Integer("Opportunities", readonly=True)
    won_count = fields.Integer("Won", readonly=True)
    revenue = fields.Monetary(
        "Invoiced Revenue",
        readonly=True,
        help="Posted customer invoices less credit notes, untaxed, in the company's currency.",
    )
    cost = fields.Monetary(readonly=True, help="In equal parts on the campaign's leads.")
    yield_rate = fields.Float(
        "Yield",
        readonly=True,
        aggregator="avg",
        help="Invoiced revenue for each unit of currency spent.",
    )
    cost_per_lead = fields.Monetary(readonly=True, aggregator="avg", help="Cost / leads.")
    cost_per_won = fields.Monetary(readonly=True, aggregator="avg", help="Cost / won leads.")

    @api.depends("lead_id", "move_id")
    def _compute_display_name(self):
        # Names of leads stay out of error messages.
        for row in self:
            row.display_name = self.env._("Row %(id)s", id=row.id)

    @api.model
    def _ratios(self):
        return {
            "yield_rate": ("revenue:sum", "cost:sum"),
            "cost_per_lead": ("cost:sum", "lead_count:sum"),
            "cost_per_won": ("cost:sum", "won_count:sum"),
        }

    def action_open(self):
        """Open what the row is made of: the lead, the invoice or the campaign."""
        self.ensure_one()
        self.check_access("read")
        record = self.lead_id or self.move_id or self.campaign_id
        record.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "view_mode": "form",
        }

    # ------------------------------------------------------------------ SQL
    @property
    def _table_query(self):
        facts = SQL(
            "%s UNION ALL %s UNION ALL %s", self._of_leads(), self._of_invoices(), self._of_costs()
        )
        return self._with_currency(facts)

    @api.model
    def _of_leads(self):
        """A row a lead that came by a campaign or a source."""
        return SQL(
            """
            SELECT lead.id * 3 AS id, lead.campaign_id, lead.source_id, lead.medium_id,
                   lead.company_id, lead.team_id, lead.user_id, lead.lifecycle_phase,
                   lead.date, lead.id AS lead_id, NULL::int AS move_id,
                   1 AS lead_count, (lead.type = 'opportunity')::int AS opportunity_count,
                   (lead.won_status = 'won')::int AS won_count, 0::numeric AS revenue,
                   CASE WHEN lead.is_of_campaign
                        THEN lead.cost / COUNT(*) FILTER (WHERE lead.is_of_campaign)
                                         OVER (PARTITION BY lead.campaign_id)
                        ELSE 0 END AS cost,
                   NULL::numeric AS yield_rate, NULL::numeric AS cost_per_lead,
                   NULL::numeric AS cost_per_won
              FROM (SELECT lead.id, lead.campaign_id, lead.source_id, lead.medium_id,
                           lead.team_id, lead.user_id, lead.lifecycle_phase, lead.type,
                           lead.won_status, lead.create_date::date AS date,
                           %(company)s AS company_id,
                           COALESCE(campaign.cost, 0) AS cost,
                           %(company)s = campaign.company_id AS is_of_campaign
                      FROM crm_lead lead
                      LEFT JOIN crm_team team ON team.id = lead.team_id
                      LEFT JOIN utm_campaign campaign ON campaign.id = lead.campaign_id
                     WHERE lead.campaign_id IS NOT NULL OR lead.source_id IS NOT NULL) lead
            """,
            company=self._company_of_lead(),
        )

    @api.model
    def _company_of_lead(self):
        return SQL("COALESCE(lead.company_id, team.company_id, campaign.company_id)")

    @api.model
    def _of_invoices(self):
        """A row a posted customer invoice of a campaign or a source, its own or its lead's."""
        return SQL(
            """
            SELECT move.id * 3 + 1, COALESCE(move.campaign_id, lead.campaign_id),
                   COALESCE(move.source_id, lead.source_id),
                   COALESCE(move.medium_id, lead.medium_id),
                   move.company_id, move.team_id, move.invoice_user_id, lead.lifecycle_phase,
                   move.invoice_date, NULL::int, move.id, 0, 0, 0, move.amount_untaxed_signed,
                   0::numeric, NULL::numeric, NULL::numeric, NULL::numeric
              FROM account_move move
              LEFT JOIN (
                   SELECT DISTINCT ON (line.move_id) line.move_id, lead.campaign_id,
                          lead.source_id, lead.medium_id, lead.lifecycle_phase
                     FROM crm_lead lead
                     JOIN sale_order ON sale_order.opportunity_id = lead.id
                     JOIN sale_order_line ON sale_order_line.order_id = sale_order.id
                     JOIN sale_order_line_invoice_rel rel
                          ON rel.order_line_id = sale_order_line.id
                     JOIN account_move_line line ON line.id = rel.invoice_line_id
                    ORDER BY line.move_id, lead.id) lead ON lead.move_id = move.id
             WHERE move.state = 'posted'
               AND move.move_type IN ('out_invoice', 'out_refund', 'out_receipt')
               AND COALESCE(move.campaign_id, lead.campaign_id,
                            move.source_id, lead.source_id) IS NOT NULL
            """
        )

    @api.model
    def _of_costs(self):
        """A row a campaign with a cost and without a lead to carry it."""
        return SQL(
            """
            SELECT campaign.id * 3 + 2, campaign.id, NULL::int, NULL::int, campaign.company_id,
                   NULL::int, NULL::int, NULL::varchar, campaign.create_date::date, NULL::int,
                   NULL::int, 0, 0, 0, 0::numeric, campaign.cost, NULL::numeric, NULL::numeric,
                   NULL::numeric
              FROM utm_campaign campaign
             WHERE campaign.cost > 0 AND NOT EXISTS (
                   SELECT 1 FROM crm_lead lead
                     LEFT JOIN crm_team team ON team.id = lead.team_id
                    WHERE lead.campaign_id = campaign.id
                      AND %s = campaign.company_id)
            """,
            self._company_of_lead(),
        )
