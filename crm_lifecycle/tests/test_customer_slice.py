import ast
from datetime import date

from odoo.tests import freeze_time, tagged

from .access_common import CANARY_PERIOD, AccessCommon

SLICES, TALKS = "crm.customer.slice", "crm.interaction"


@tagged("post_install", "-at_install")
class TestCustomerSlice(AccessCommon):
    """Any slice of the customers adds up, and shows the viewer's own only."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        tags = cls.env["res.partner.category"]
        cls.student, cls.soldier = tags.create([{"name": "Student"}, {"name": "Soldier"}])
        cls.people = [
            cls._person("Young", date(2004, 5, 5), cls.student, 100.0, 10.0),
            cls._person("Both", date(2000, 5, 5), cls.student | cls.soldier, 300.0, 0.0),
            cls._person("Ageless", False, cls.soldier, 50.0, 0.0),
        ]

    @classmethod
    def _person(cls, name, birth, tags, period, cost):
        person = cls.env["res.partner"].create(
            {
                "name": name,
                "birth_date": birth,
                "category_id": tags.ids,
                "city": "Haifa",
                "user_id": cls.a.id,
            }
        )
        row = cls._fill(person, period, period, cost)
        row.write({"interaction_count": 4, "inbound_count": 3})
        return person

    def cut(self, groupby, *aggregates, user=None):
        ours = [("partner_id", "in", [person.id for person in self.people])]
        rows = self.ask(user or self.analyst, SLICES)._read_group(ours, [groupby], aggregates)
        return {getattr(key, "name", key): figures for key, *figures in rows}

    def test_each_tag_counts_its_customers_and_their_averages(self):
        found = self.cut(
            "category_ids", "customer_count:sum", "worth:sum", "average_worth:avg", "__count"
        )
        self.assertEqual(found["Student"], [2, 390, 195, 2])
        self.assertEqual(found["Soldier"], [2, 350, 175, 2])

    @freeze_time("2024-05-05 12:00:00")
    def test_ages_are_averaged_over_those_that_are_known(self):
        found = self.cut("city", "age:avg", "customer_count:sum", "average_contacts:avg")
        self.assertEqual(found["Haifa"], [22, 3, 4])

    @freeze_time("2024-05-05 12:00:00")
    def test_age_bands_are_a_dimension(self):
        found = self.cut("age_band", "customer_count:sum", "contact_count:sum")
        self.assertEqual(found, {"18-24": [2, 8], False: [1, 4]})

    def test_every_dimension_groups(self):
        slices = self.ask(self.analyst, SLICES)
        for name in (
            *("tier", "phase", "health", "is_company", "age_band", "lang", "country_id"),
            *("state_id", "city", "category_ids", "salesperson_id", "company_id", "partner_id"),
        ):
            with self.subTest(name):
                groups = slices._read_group([], [name], ["worth:sum", "customer_count:sum"])
                if name != "category_ids":
                    total = sum(count for *_key, count in groups)
                    self.assertEqual(total, slices.search_count([]))

    def test_others_customers_are_in_no_slice(self):
        slices = self.ask(self.a, SLICES)
        self.assertFalse(slices.search([("partner_id", "=", self.hidden.id)]))
        self.assertSame(
            lambda: self.ask(self.a, SLICES).formatted_read_group(
                [], ["tier"], ["worth:sum", "revenue:max", "__count"]
            )
        )
        everything = self.ask(self.analyst, SLICES)._read_group([], [], ["revenue:max"])
        self.assertEqual(everything[0][0], CANARY_PERIOD)

    def test_the_ready_made_questions_answer(self):
        """Each saved filter names what is there, and is everybody's who opens the analysis."""
        questions = self.env["ir.filters"].search([("model_id", "in", [SLICES, TALKS])])
        self.assertGreaterEqual(len(questions), 6)
        for question in questions:
            with self.subTest(question.name):
                self.assertFalse(question.user_ids)
                context = ast.literal_eval(question.context)
                measures = [f"{name}:{self.how(question, name)}" for name in self.asked(context)]
                groups = self.ask(self.analyst, question.model_id).formatted_read_group(
                    ast.literal_eval(question.domain), context["pivot_row_groupby"], measures
                )
                self.assertIsInstance(groups, list)

    @freeze_time("2026-03-04 12:00:00")
    def test_how_many_students_called_last_year_and_about_what(self):
        call = self.env.ref("crm_lifecycle.channel_call").id
        topics = self.env["crm.interaction.topic"]
        late, price = topics.create([{"name": "Late"}, {"name": "Price"}])
        young, both, ageless = self.people
        (young | both).category_id = self.env.ref("crm_lifecycle.segment_student")
        for person, day, topic, direction in (
            (young, "2025-01-01", late, "in"),
            (young, "2025-12-31", price, "in"),
            (both, "2025-06-01", price, "in"),
            (both, "2025-06-01", price, "out"),
            (both, "2026-01-01", price, "in"),
            (ageless, "2025-06-01", price, "in"),
        ):
            self.env[TALKS].create(
                {
                    "partner_id": person.id,
                    "company_id": self.company.id,
                    "channel_id": call,
                    "direction": direction,
                    "date": f"{day} 10:00:00",
                    "topic_ids": topic.ids,
                }
            )
        question = self.env.ref("crm_lifecycle.filter_interaction_students")
        groups = self.ask(self.analyst, TALKS)._read_group(
            ast.literal_eval(question.domain),
            ["topic_ids"],
            ["__count", "partner_id:count_distinct"],
        )
        answer = {topic.name: row for topic, *row in groups}
        self.assertEqual(answer, {"Late": [1, 1], "Price": [2, 2]})

    def asked(self, context):
        return [name for name in context["pivot_measures"] if name != "__count"]

    def how(self, question, name):
        return self.env[question.model_id]._fields[name].aggregator or "count_distinct"
