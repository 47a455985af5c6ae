from odoo.tests import tagged

from .common import LifecycleCommon


@tagged("post_install", "-at_install")
class TestValueMerge(LifecycleCommon):
    """After a merge of partners the figures are added up again, and no history is lost."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kept = cls.customer("Kept", email="same@example.com")
        cls.gone = cls.customer("Gone", email="same@example.com")
        cls.invoice(cls.kept, 100.0)
        cls.invoice(cls.gone, 20.0)
        cls.hours(cls.gone, 5.0)
        cls.refresh(cls.kept, cls.gone)
        cls.other = cls.other_company()
        cls.invoice(cls.gone, 3.0, company=cls.other)
        cls.refresh(cls.gone)

    def merge(self):
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.kept | self.gone).ids, self.kept)
        self.env.invalidate_all()
        self.work_off()

    def test_the_figures_are_both_customers(self):
        self.merge()
        self.assertFigures(self.kept, revenue_total=120.0, service_cost_total=5.0)
        self.assertEqual(self.value_of(self.kept).value_total, 115.0)

    def test_in_every_company(self):
        self.merge()
        self.assertFigures(self.kept, company=self.other, revenue_total=3.0)

    def test_histories_survive(self):
        transitions = self.env["crm.lifecycle.transition"]
        snapshots = self.env["crm.customer.value.snapshot"]
        while snapshots._close_next(self.today.replace(year=self.today.year + 1)):
            continue
        both = [("partner_id", "in", (self.kept | self.gone).ids)]
        moves, months = transitions.search_count(both), snapshots.search_count(both)
        worth = sum(snapshots.search(both).mapped("value_total"))
        self.assertGreater(min(moves, months), 1)
        self.merge()
        of_kept = [("partner_id", "=", self.kept.id)]
        self.assertEqual(transitions.search_count(of_kept), moves)
        self.assertEqual(snapshots.search_count(of_kept), months)
        self.assertAlmostEqual(sum(snapshots.search(of_kept).mapped("value_total")), worth, 2)
