from collections import Counter, defaultdict

from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..report.pipeline_report import PERIODS
from .report_common import ReportCommon, percentile

CYCLE, MEDIAN, PERSON = "crm.pipeline.cycle", "crm.cycle.time", "crm.pipeline.person"


@tagged("post_install", "-at_install")
class TestPipelineClosing(ReportCommon):
    """What was won and lost, how long it took, and whose it was, agree with counting by hand."""

    def closed(self, outcome, period="all", user=None):
        return [
            story
            for story in self.told(user)
            if story.outcome == outcome and self.within(story.closed, period)
        ]

    # ------------------------------------------------------------------ leads
    def test_every_closed_lead_has_its_days(self):
        rows = {row.lead_id.id: row for row in self.rows(CYCLE)}
        closed = self.closed("won") + self.closed("lost")
        self.assertEqual(set(rows), {story.lead.id for story in closed})
        for story in closed:
            row = rows[story.lead.id]
            self.assertEqual((row.outcome, row.stage_id), (story.outcome, story.last_stage))
            self.assertAlmostEqual(row.days, story.days, 3)
            reason = story.reason if story.outcome == "lost" else self.reasons.browse()
            self.assertEqual(row.lost_reason_id, reason)

    def test_archiving_a_won_lead_moves_its_win_nowhere(self):
        story = self.closed("won")[0]
        domain = [("lead_id", "=", story.lead.id)]
        for change in ("action_archive", "action_unarchive"):
            getattr(story.lead, change)()
            self.assertEqual(story.lead.won_status, "won")
            row = self.rows(CYCLE, domain)
            self.assertEqual((row.outcome, row.date_closed), ("won", story.closed))
            row = self.rows(PERSON, [*domain, ("kind", "=", "closed")])
            self.assertEqual((row.won_count, row.date), (1, story.closed))

    def test_a_lead_that_was_won_anew_closed_when_it_came_back(self):
        story = self.closed("won")[0]
        story.lead.stage_id = self.offer
        story.lead.stage_id = self.won
        row = self.rows(CYCLE, [("lead_id", "=", story.lead.id)])
        self.assertGreater(row.date_closed, story.closed)

    def test_losses_are_grouped_by_competitors_whom_the_viewer_may_see(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        rival, hidden = self.customer("Rival"), self.customer("Hidden", company_id=other.id)
        first, second, third = (story.lead for story in self.closed("lost")[:3])
        (first | second).lost_to_id, third.lost_to_id = rival, hidden
        rows = self.env[CYCLE].with_user(self.leader)
        domain = [("outcome", "=", "lost")]
        groups = rows._read_group(domain, ["lost_to_id"], ["closed_count:sum"])
        nobody = len(self.closed("lost")) - 2
        self.assertEqual(dict(groups), {rival: 2, rival.browse(): nobody})

    def test_a_salesperson_sees_the_own_ones_and_opens_no_other(self):
        rows = self.rows(CYCLE, user=self.seller)
        self.assertEqual(rows.user_id, self.seller)
        hidden = self.rows(CYCLE, [("user_id", "=", self.colleague.id)])[0]
        with self.assertRaises(AccessError):
            hidden.with_user(self.seller).action_open_lead()

    # ------------------------------------------------------------------ medians
    def median(self, **values):
        domain = [(name, "=", value) for name, value in values.items()]
        return self.rows(MEDIAN, domain)

    def test_medians_agree_with_the_oracle(self):
        for outcome in ("won", "lost"):
            for period, _label in PERIODS:
                with self.subTest(outcome=outcome, period=period):
                    days = [story.days for story in self.closed(outcome, period)]
                    row = self.median(cut="all", outcome=outcome, period=period)
                    self.assertEqual(row.lead_count, len(days))
                    if days:
                        self.assertAlmostEqual(row.median_days, percentile(days, 0.5), 3)
                        self.assertAlmostEqual(row.p90_days, percentile(days, 0.9), 3)

    def test_losses_by_stage_and_reason_agree_with_the_oracle(self):
        lost = self.closed("lost")
        by_hand = defaultdict(list)
        for story in lost:
            by_hand[story.last_stage.id, story.reason.id].append(story.days)
        rows = self.median(cut="stage", period="all")
        self.assertEqual(len(rows), len(by_hand))
        for row in rows:
            days = by_hand[row.stage_id.id, row.lost_reason_id.id]
            self.assertEqual(row.lead_count, len(days))
            self.assertAlmostEqual(row.median_days, percentile(days, 0.5), 3)
            self.assertAlmostEqual(row.share, len(days) / len(lost))
            self.assertEqual(row.is_thin, len(days) < 5)

    def test_losses_by_competitor_agree_with_counting(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        rival, hidden = self.customer("Rival"), self.customer("Hidden", company_id=other.id)
        lost = self.closed("lost")
        for story in lost[:3]:
            story.lead.lost_to_id = rival
        lost[3].lead.lost_to_id = hidden
        rows = self.median(cut="competitor", period="all")
        counts = {row.lost_to_id: row.lead_count for row in rows}
        self.assertEqual(counts, {rival: 3, rival.browse(): len(lost) - 3})
        row = rows.filtered("lost_to_id")
        self.assertAlmostEqual(row.median_days, percentile([one.days for one in lost[:3]], 0.5), 3)
        self.assertAlmostEqual(row.share, 3 / len(lost))
        self.assertEqual(set(rows.mapped("outcome")), {"lost"})
        self.assertEqual(len(self.rows(MEDIAN)), len(set(self.rows(MEDIAN).ids)))
        for row in rows:
            self.assertOpens(row.action_open_leads(), row.lead_count)

    def test_every_row_opens_the_leads_it_counts(self):
        rows = self.rows(MEDIAN)
        self.assertGreater(len(rows), 20)
        self.assertEqual(len(rows), len(set(rows.ids)))
        for row in rows:
            self.assertOpens(row.action_open_leads(), row.lead_count)

    def test_a_salesperson_s_medians_are_of_the_own_leads(self):
        domain = [("cut", "=", "all"), ("outcome", "=", "won"), ("period", "=", "all")]
        row = self.rows(MEDIAN, domain, self.seller)
        self.assertEqual(row.lead_count, len(self.closed("won", user=self.seller)))

    # ------------------------------------------------------------------ people
    def people(self, domain, *aggregates, user=None):
        rows = self.env[PERSON].with_user(user or self.leader)
        return {
            key.id: figures for key, *figures in rows._read_group(domain, ["user_id"], aggregates)
        }

    def test_the_close_rate_is_of_what_closed_in_the_period(self):
        found = self.people(
            [("in_year", "=", "this")],
            *("won_count:sum", "lost_count:sum", "close_rate:avg", "won_amount:sum"),
        )
        for user in self.seller | self.colleague:
            won, lost = (self.closed(one, "year", user) for one in ("won", "lost"))
            amount = sum(story.lead.expected_revenue for story in won)
            count, missed, rate, money = found[user.id]
            self.assertEqual((count, missed), (len(won), len(lost)))
            self.assertAlmostEqual(rate, len(won) / (len(won) + len(lost)))
            self.assertAlmostEqual(money, amount)

    def test_leads_count_in_the_period_they_arrived_in(self):
        found = self.people([("in_quarter", "=", "before")], "lead_count:sum")
        by_hand = Counter(
            story.user.id
            for story in self.stories
            if story.outcome != "archived" and self.within(story.arrived, "quarter_before")
        )
        self.assertEqual({key: value for key, [value] in found.items() if value}, by_hand)

    def test_contacts_are_those_of_the_log_that_the_viewer_may_see(self):
        mine = self.customer("Mine", user_id=self.seller.id)
        theirs = self.customer("Theirs", user_id=self.colleague.id)
        channel = self.env["crm.interaction.channel"].search([], limit=1)
        self.env["crm.interaction"].create(
            [
                {
                    "partner_id": customer.id,
                    "user_id": self.seller.id,
                    "channel_id": channel.id,
                    "company_id": self.company.id,
                    "minutes": 7,
                }
                for customer in (mine, mine, theirs)
            ]
        )
        analyst = self.persona("pipeline_analyst", role="analyst")
        aggregates = ["contact_count:sum", "contact_minutes:sum"]
        found = self.people([("kind", "=", "contact")], *aggregates, user=analyst)
        self.assertEqual(found[self.seller.id], [3, 21])
        found = self.people([("kind", "=", "contact")], *aggregates, user=self.seller)
        self.assertEqual(found[self.seller.id], [2, 14])

    def test_a_salesperson_does_not_see_what_others_do(self):
        found = self.people([], "lead_count:sum", user=self.seller)
        self.assertIn(self.seller.id, found)
        self.assertNotIn(self.colleague.id, found)

    def test_nobody_outside_the_app_reads_a_report(self):
        outsider = self.persona("pipeline_outsider", role=None)
        for model in (CYCLE, MEDIAN, PERSON, "crm.pipeline.funnel", "crm.stage.time"):
            with self.assertRaises(AccessError):
                self.env[model].with_user(outsider).search([])

    def test_a_user_without_sales_sees_no_figures_of_stays(self):
        reader = self.persona("pipeline_reader", groups="base.group_user")
        for model in ("crm.stage.time", "crm.stage.dispensable", "crm.stage.order.pair"):
            self.assertFalse(self.env[model].with_user(reader).search([]))

    def test_a_lead_of_another_company_is_in_no_report(self):
        other = self.env["res.company"].create({"name": "Another company"})
        self.env.cr.execute(
            "UPDATE crm_lead SET company_id = %s WHERE id = ANY(%s)", (other.id, self.leads.ids)
        )
        for model in (CYCLE, PERSON, "crm.pipeline.funnel"):
            self.assertFalse(self.rows(model, [("lead_id", "in", self.leads.ids)]))
        self.assertFalse(self.rows(MEDIAN, [("stage_id", "=", self.call.id)]))
