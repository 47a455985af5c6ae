import ast

from lxml import etree
from odoo.tests import tagged

from .report_common import ReportCommon

PIVOTS = ("crm.pipeline.funnel", "crm.pipeline.cycle", "crm.pipeline.person", "crm.stage.passage")
LISTS = ("crm.stage.time", "crm.cycle.time", "crm.stage.dispensable", "crm.stage.order.pair")
AT_MOST = 12


@tagged("post_install", "-at_install")
class TestReportScreens(ReportCommon):
    """Every screen of the sales process answers what the client asks it, in few queries."""

    def test_every_pivot_answers_for_all_of_its_measures(self):
        for name in PIVOTS:
            report = self.env[name].with_user(self.leader)
            arch = etree.fromstring(report.get_view(view_type="pivot")["arch"])
            fields = list(arch.iter("field"))
            rows = [node.get("name") for node in fields if node.get("type") == "row"]
            measures = [node.get("name") for node in fields if node.get("type") == "measure"]
            asked = [self.aggregate(report, measure) for measure in measures]
            found = report.formatted_read_grouping_sets([], [[], rows[:1]], asked)
            with self.subTest(name):
                self.assertEqual(len(found), 2)
                self.assertGreater(len(found[1]), 1)

    def aggregate(self, report, name):
        field = report._fields[name]
        function = "sum_currency" if field.type == "monetary" else field.aggregator
        return f"{name}:{function or 'count_distinct'}"

    def test_every_measure_of_a_pivot_may_be_chosen(self):
        for name in PIVOTS:
            report = self.env[name].with_user(self.leader)
            for field in report._fields.values():
                if field.aggregator and field.store and field.name != "id":
                    with self.subTest(str(field)):
                        asked = self.aggregate(report, field.name)
                        self.assertTrue(report.formatted_read_group([], [], [asked]))

    def test_every_list_opens_in_few_queries(self):
        for name in (*PIVOTS, *LISTS):
            report = self.env[name].with_user(self.leader)
            arch = etree.fromstring(report.get_view(view_type="list")["arch"])
            spec = {node.get("name"): {} for node in arch.iter("field")}
            self.env.invalidate_all()
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            found = report.web_search_read([], spec, limit=80)
            with self.subTest(name):
                self.assertTrue(found["records"])
                self.assertLessEqual(self.env.cr.sql_log_count - before, AT_MOST)

    def asked(self, name):
        """How many queries the whole list and its first grouping take."""
        report = self.env[name].with_user(self.leader)
        arch = etree.fromstring(report.get_view(view_type="list")["arch"])
        spec = {node.get("name"): {} for node in arch.iter("field")}
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        found = report.web_search_read([], spec)
        report.formatted_read_group([], ["lifecycle_phase"], ["__count"])
        return self.env.cr.sql_log_count - before, len(found["records"])

    def test_the_number_of_queries_does_not_depend_on_that_of_rows(self):
        names = (*PIVOTS, *LISTS)
        for name in names:
            self.asked(name)
        many = {name: self.asked(name) for name in names}
        gone = self.leads[20:]
        self.env["crm.stage.passage"].search([("lead_id", "in", gone.ids)]).unlink()
        gone.unlink()
        for name in names:
            queries, rows = self.asked(name)
            with self.subTest(name):
                self.assertLessEqual(rows, many[name][1])
                self.assertGreater(rows, 0)
                self.assertEqual(queries, many[name][0])

    def test_every_search_filter_finds_without_an_error(self):
        for name in (*PIVOTS, *LISTS):
            report = self.env[name].with_user(self.leader)
            arch = etree.fromstring(report.get_view(view_type="search")["arch"])
            for node in arch.iter("filter"):
                context = node.get("context") or "{}"
                group = context.partition("'group_by': '")[2].partition("'")[0]
                with self.subTest(name, filter=node.get("name")):
                    if group:
                        report.formatted_read_group([], [group], ["__count"])
                    if node.get("domain"):
                        report.search_count(ast.literal_eval(node.get("domain")))
