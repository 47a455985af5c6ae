from odoo.exceptions import AccessError
from odoo.tests import tagged

from .retention_report_common import RetentionReportCommon

ANALYSES = {
    "crm.touchpoint.report": "on_time_rate:avg",
    "crm.customer.neglect": "worth:sum",
    "crm.retention.cohort": "retention_rate:avg",
    "crm.purchase.contact": "median_days:avg",
    "crm.contact.rate": "complaint_rate:avg",
    "crm.cadence.effect": "worth_change:sum",
}

# Made of the rows of worth: what these are is looked up with two queries more.
OF_WORTH = ("crm.retention.cohort", "crm.cadence.effect")


@tagged("post_install", "-at_install")
class TestRetentionAnalyses(RetentionReportCommon):
    """What holds for every analysis of keeping customers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for partner in cls.ours:
            cls.contact(partner, -40)
            cls.invoice(partner, 100, cls.day(-30))
            since, came = cls.day(-90), cls.day(-200)
            cls.due(partner, -60, since_date=since, floor_date=came, user_id=partner.user_id.id)

    def test_a_grouping_is_one_query_and_two_of_what_worth_is(self):
        for name, measure in ANALYSES.items():
            model = self.ask(name)
            model._read_group([], ["tier"], [measure])
            with self.subTest(name), self.assertQueryCount(3 if name in OF_WORTH else 1):
                model._read_group([], ["tier", "partner_id"], [measure, "__count"])

    def test_its_screens_open_for_who_may_read_it(self):
        for name in ANALYSES:
            action = self.env.ref(f"crm_lifecycle.action_{name.replace('.', '_')}")
            views = [(False, view) for view in (*action.view_mode.split(","), "search")]
            for user in (self.anna, self.analyst, self.boss):
                with self.subTest(name, user=user.login):
                    self.assertTrue(self.ask(name, user).get_views(views)["views"])

    def test_nobody_outside_the_app_reads_it(self):
        outsider = self.persona("retention_outsider", None, "sales_team.group_sale_manager")
        for name, measure in ANALYSES.items():
            with self.subTest(name):
                model = self.ask(name, outsider)
                with self.assertRaises(AccessError):
                    model.search([])
                with self.assertRaises(AccessError):
                    model._read_group([], ["tier"], [measure])

    def test_another_company_s_rows_are_not_shown(self):
        other = self.other_company()
        stranger = self.persona("retention_stranger", "analyst", company_id=other.id)
        for name in ANALYSES:
            with self.subTest(name):
                self.assertTrue(self.rows(name))
                self.assertFalse(self.rows(name, stranger))

    def test_others_customers_change_no_figure_of_a_user(self):
        for name, measure in ANALYSES.items():
            with self.subTest(name):
                mine = self.totals(name, measure, "__count", user=self.anna)
                only = self.totals(
                    name, measure, "__count", domain=[("partner_id", "=", self.partner.id)]
                )
                self.assertEqual(mine, only)

    def test_rows_are_made_by_nobody_and_say_no_names(self):
        for name in ANALYSES:
            with self.subTest(name):
                row = self.rows(name, self.boss)[0]
                self.assertNotIn(row.partner_id.name, row.display_name)
                with self.assertRaises(AccessError):
                    row.write({"partner_id": self.of_ben.id})
                with self.assertRaises(AccessError):
                    row.unlink()
