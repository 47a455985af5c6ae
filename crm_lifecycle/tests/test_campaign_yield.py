from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .process_book_common import ProcessBookCommon


@tagged("post_install", "-at_install")
class TestCampaignYield(ProcessBookCommon):
    """What campaigns and sources brought, and what they cost."""

    def lead(self, campaign=None, source=None, user=None, **vals):
        return self.env["crm.lead"].create(
            {
                "name": "Lead",
                "type": "opportunity",
                "company_id": self.company.id,
                "team_id": self.team.id,
                "user_id": (user or self.sellers[0]).id,
                "campaign_id": campaign.id if campaign else False,
                "source_id": source.id if source else False,
                **vals,
            }
        )

    def figures(self, campaign, user=None, groupby=(), names=("lead_count", "revenue", "cost")):
        """The sums, and ratios, of a campaign as a user sees them."""
        self.env.flush_all()
        rows = self.env["crm.campaign.yield"].with_user(user or self.boss).sudo(False)
        found = rows._read_group(
            [("campaign_id", "=", campaign.id)],
            list(groupby),
            [f"{name}:{rows._fields[name].aggregator or 'sum'}" for name in names],
        )
        return found if groupby else found[0]

    # ------------------------------------------------------------------ cost
    def test_cost_is_allotted_once_whatever_the_number_of_sources(self):
        campaign = self.campaigns[0]
        for source in (self.sources[0], self.sources[0], self.sources[1], None):
            self.lead(campaign, source)
        by_source = {
            source.name: cost
            for source, cost in self.figures(campaign, groupby=["source_id"], names=["cost"])
        }
        self.assertEqual(by_source, {"Web P": 500, "Fair P": 250, False: 250})
        self.assertEqual(self.figures(campaign), (4, 0, 1000))

    def test_a_campaign_without_leads_keeps_its_cost(self):
        self.assertEqual(self.figures(self.campaigns[0]), (0, 0, 1000))
        row = self.env["crm.campaign.yield"].search([("campaign_id", "=", self.campaigns[0].id)])
        self.assertEqual(len(row), 1)
        self.assertEqual(row.action_open()["res_model"], "utm.campaign")

    def test_archived_and_lost_leads_carry_their_part(self):
        leads = self.lead(self.campaigns[0]) | self.lead(self.campaigns[0])
        leads[0].active = False
        leads[1].action_set_lost()
        self.assertEqual(self.figures(self.campaigns[0])[::2], (2, 1000))

    def test_leads_of_another_company_carry_none(self):
        other = self.env["res.company"].create({"name": "Yield elsewhere"})
        self.lead(self.campaigns[0], company_id=other.id, team_id=False, user_id=False)
        self.assertEqual(self.figures(self.campaigns[0])[::2], (0, 1000))
        self.lead(self.campaigns[0])
        self.assertEqual(self.figures(self.campaigns[0])[::2], (1, 1000))

    def test_ratios_are_of_sums(self):
        campaign = self.campaigns[0]
        leads = [self.lead(campaign, source) for source in (*self.sources, None, None)]
        leads[0].action_set_won()
        self.invoiced(self.order(leads[0], 2500.0))
        names = ("yield_rate", "cost_per_lead", "cost_per_won")
        self.assertEqual(self.figures(campaign, names=names), (2.5, 250, 1000))
        parts = self.figures(campaign, groupby=["source_id"], names=names)
        self.assertIn((self.sources[0], 10, 250, 250), parts)
        self.assertIn((self.sources[1], 0, 250, None), [self.no_zero(row) for row in parts])

    @staticmethod
    def no_zero(row):
        """A ratio without a denominator is nothing."""
        return (*row[:3], row[3] or None)

    # ------------------------------------------------------------------ revenue
    def test_an_invoice_of_a_leads_order_counts_once(self):
        campaign = self.campaigns[1]
        lead = self.lead(campaign, self.sources[0])
        orders = [self.order(lead, price) for price in (70.0, 30.0)]
        move = self.invoiced(*orders)
        self.assertEqual(self.figures(campaign)[1], 100)
        move.campaign_id = campaign
        self.assertEqual(self.figures(campaign)[1], 100)

    def test_an_invoice_without_an_order_counts_by_its_own_campaign(self):
        self.invoice(self.customer(), 80, campaign_id=self.campaigns[0].id)
        self.invoice(self.customer(), 30, campaign_id=self.campaigns[0].id, move_type="out_refund")
        self.invoice(self.customer(), 500, campaign_id=self.campaigns[0].id, post=False)
        self.assertEqual(self.figures(self.campaigns[0])[1], 50)

    def test_the_invoices_own_campaign_comes_first(self):
        lead = self.lead(self.campaigns[0])
        move = self.invoiced(self.order(lead, 60.0))
        move.campaign_id = self.campaigns[1]
        self.assertEqual(self.figures(self.campaigns[0])[1], 0)
        self.assertEqual(self.figures(self.campaigns[1])[1], 60)

    def test_taxes_are_not_revenue(self):
        move = self.invoice(self.customer(), 100, campaign_id=self.campaigns[0].id, post=False)
        move.invoice_line_ids.tax_ids = self.company_data["default_tax_sale"]
        move.action_post()
        self.assertEqual(self.figures(self.campaigns[0])[1], 100)

    def test_each_figure_opens_its_rows(self):
        lead = self.lead(self.campaigns[0], self.sources[0])
        move = self.invoiced(self.order(lead, 60.0))
        self.env.flush_all()
        rows = self.env["crm.campaign.yield"].with_user(self.boss).sudo(False)
        rows = rows.search([("campaign_id", "=", self.campaigns[0].id)])
        opened = {(row.action_open()["res_model"], row.action_open()["res_id"]) for row in rows}
        self.assertEqual(opened, {("crm.lead", lead.id), ("account.move", move.id)})
        self.assertEqual(sum(rows.mapped("revenue")), 60)

    def test_the_pivot_has_its_measures_and_totals_of_all(self):
        self.lead(self.campaigns[0], self.sources[0])
        self.env.flush_all()
        rows = self.env["crm.campaign.yield"].with_user(self.boss).sudo(False)
        for name in ("revenue", "cost", "cost_per_lead", "yield_rate"):
            self.assertTrue(rows.fields_get([name])[name]["aggregator"], name)
        total, groups = rows.formatted_read_grouping_sets(
            [("campaign_id", "=", self.campaigns[0].id)],
            [[], ["campaign_id"]],
            ["cost:sum", "cost_per_lead:avg", "yield_rate:avg"],
        )
        for row in (total[0], groups[0]):
            self.assertEqual((row["cost:sum"], row["cost_per_lead:avg"]), (1000, 1000))
            self.assertEqual(row["yield_rate:avg"], 0)

    # ------------------------------------------------------------------ who
    def test_a_salesperson_sees_their_own_rows(self):
        mine, other = self.sellers
        self.lead(self.campaigns[0], user=mine)
        theirs = self.lead(self.campaigns[0], user=other)
        self.assertEqual(self.figures(self.campaigns[0], mine)[::2], (1, 500))
        row = self.env["crm.campaign.yield"].search([("lead_id", "=", theirs.id)])
        with self.assertRaises(AccessError):
            row.with_user(mine).sudo(False).action_open()

    def test_other_companies_are_not_seen(self):
        other = self.env["res.company"].create({"name": "Yield elsewhere"})
        campaign = self.env["utm.campaign"].create(
            {"title": "Theirs", "company_id": other.id, "cost": 5}
        )
        self.assertEqual(self.figures(campaign)[0], 0)
        self.assertFalse(self.figures(campaign)[2])

    def test_without_the_right_to_read_there_are_no_rows(self):
        user = self.persona("yield_user", "user")
        rows = self.env["crm.campaign.yield"].with_user(user).sudo(False)
        self.assertEqual(rows._sums([], ["campaign_id"], ["cost:sum"]), [])
        with self.assertRaises(AccessError):
            rows.search([])

    def test_managers_set_the_cost_and_nobody_else(self):
        manager = self.persona("yield_manager", None, "sales_team.group_sale_manager")
        campaign = self.campaigns[0]
        campaign.with_user(manager).sudo(False).cost = 7
        self.assertEqual(campaign.cost, 7)
        for user in (self.sellers[0], self.boss):
            with self.assertRaises(AccessError):
                campaign.with_user(user).sudo(False).write({"cost": 8})
            with self.assertRaises(AccessError):
                campaign.with_user(user).sudo(False).create({"title": "Dear", "cost": 8})
        campaign.with_user(self.sellers[0]).sudo(False).write({"title": "Renamed"})
        self.assertEqual((campaign.title, campaign.cost), ("Renamed", 7))

    def test_a_default_in_the_context_sets_no_cost(self):
        campaigns = self.env["utm.campaign"].with_user(self.sellers[0]).sudo(False)
        with self.assertRaises(AccessError):
            campaigns.with_context(default_cost=9).create({"title": "Sly"})

    def test_a_cost_needs_a_company_and_is_not_negative(self):
        for vals in ({"cost": -1}, {"company_id": False}):
            with self.assertRaises(ValidationError):
                self.campaigns[0].write(vals)
