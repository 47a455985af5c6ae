from statistics import median

from odoo.tests import tagged

from .process_book_common import ProcessBookCommon


@tagged("post_install", "-at_install")
class TestSalesProcessAgrees(ProcessBookCommon):
    """The workbook says what the screens say of the same leads."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.fill()
        cls.leads = cls.env["crm.lead"].browse(one["id"] for one in cls.truth)

    def sheet(self, title, *labels):
        return self.keyed(self.build(self.export_of(self.boss)), title, *labels)

    def test_a_won_lead_that_is_archived_was_won_when_it_was(self):
        won = self.closed("won", self.before)
        leads = self.leads.browse(one["id"] for one in won)
        self.env.cr.execute(
            "UPDATE crm_lead SET probability = 100 WHERE id = ANY(%s)", (leads.ids,)
        )
        leads.invalidate_recordset()
        leads.action_archive()
        self.assertEqual(set(leads.mapped("won_status")), {"won"})
        row = self.sheet("Summary", "Figure")["Won",]
        self.assertEqual(row["Period Before"], len(won))

    def test_a_stage_before_the_furthest_was_reached_without_a_stay(self):
        before = self.sheet("Funnel", "Process", "Stage")
        stages = [phase[1].id for phase in self.stages.values()]
        gone = self.env["crm.stage.passage"]
        for one in self.truth:
            furthest = max(stay["stage"].sequence for stay in one["stays"])
            if furthest > 20:
                gone |= gone.search([("lead_id", "=", one["id"]), ("stage_id", "in", stages)])
        self.assertTrue(gone)
        gone.unlink()
        self.assertEqual(self.sheet("Funnel", "Process", "Stage"), before)

    def test_the_funnel_is_that_of_the_screen(self):
        funnel = self.env["crm.pipeline.funnel"].with_user(self.boss)
        domain = [
            ("cohort_date", ">=", f"{self.days[0]} 00:00:00"),
            ("lead_id", "in", self.leads.ids),
        ]
        found = {
            stage.name: count
            for stage, count in funnel._read_group(domain, ["stage_id"], ["reached:sum"])
        }
        rows = self.sheet("Funnel", "Stage")
        self.assertEqual({name: rows[name,]["Reached"] for name in found}, found)

    def test_the_stages_to_drop_are_those_of_the_screen(self):
        screen = self.env["crm.stage.dispensable"].with_user(self.boss)
        self.env.cr.execute(
            """UPDATE crm_stage_passage
                  SET calendar_minutes = EXTRACT(EPOCH FROM date_out - date_in) / 60
                WHERE lead_id = ANY(%s) AND date_out IS NOT NULL""",
            (self.leads.ids,),
        )
        export = self.export_of(self.boss, date_from="2020-01-01")
        rows = self.keyed(self.build(export), "Stages to Drop", "Stage")
        stages = [stage.id for phase in self.stages.values() for stage in phase]
        found = screen.search([("period", "=", "all"), ("stage_id", "in", stages)])
        self.assertTrue(found)
        for one in found:
            row = rows[one.stage_id.name,]
            self.assertEqual(
                (row["Stays"], row["Jumped Over"]), (one.stay_count, one.skipped_count)
            )
            self.assertAlmostEqual(row["Share"], one.through_share, 6)
            self.assertEqual(row["Candidate"], "Yes" if one.is_candidate else None)

    def test_the_response_is_in_working_minutes_where_there_was_one(self):
        seller = self.sellers[0]
        mine = [one for one in self.came(self.days) if one["user"] == seller]
        for minutes, one in enumerate(mine[:7]):
            self.env.cr.execute(
                "UPDATE crm_lead SET first_contact_at = create_date, response_minutes = %s"
                " WHERE id = %s",
                (minutes, one["id"]),
            )
        self.env.cr.execute(
            "UPDATE crm_lead SET response_minutes = 0 WHERE id = %s", (mine[7]["id"],)
        )
        row = self.sheet("People", "Salesperson")[seller.name,]
        self.assertEqual(row["Response Minutes"], median(range(7)))
