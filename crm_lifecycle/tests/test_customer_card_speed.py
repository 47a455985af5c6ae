import time

from odoo.tests import tagged
from odoo.tools import SQL

from .card_common import CardCommon

INVOICES = 10_000
# One look-up for each part: measured 60 to 75 with everything open. Not one for each row.
QUERIES = 95
SECONDS = 1


@tagged("post_install", "-at_install")
class TestCustomerCardSpeed(CardCommon):
    def many(self, count):
        """Copies of a posted invoice of the customer, with its lines, by SQL; nine of ten paid."""
        move = self.invoice(self.own, 10)
        self.env.flush_all()
        last = self.env.execute_query(SQL("SELECT MAX(id) FROM account_move"))[0][0]
        copied = SQL("%s + place", last)
        state = SQL("CASE WHEN place %% 10 = 0 THEN payment_state ELSE 'paid' END")
        self.copy_rows(
            "account_move",
            SQL("id = %s", move.id),
            count,
            {
                "id": copied,
                "name": SQL("'COPY/' || place"),
                "payment_state": state,
                "sequence_prefix": SQL("'COPY/'"),
                "sequence_number": SQL("place"),
            },
        )
        line_id = SQL("nextval('account_move_line_id_seq')")
        changed = {"id": line_id, "move_id": copied}
        self.copy_rows("account_move_line", SQL("move_id = %s", move.id), count, changed)
        for table in ("account_move", "account_move_line"):
            self.env.cr.execute(SQL("ANALYZE %s", SQL.identifier(table)))
        self.env.invalidate_all()

    def copy_rows(self, table, condition, count, changed):
        """Insert copies of the rows, with some columns changed by an expression on ``place``."""
        rows = self.env.execute_query(
            SQL(
                "SELECT column_name FROM information_schema.columns"
                " WHERE table_name = %s AND is_generated = 'NEVER'",
                table,
            )
        )
        names = [name for (name,) in rows]
        values = [changed.get(name, SQL.identifier(name)) for name in names]
        self.env.cr.execute(
            SQL(
                "INSERT INTO %s (%s) SELECT %s FROM %s, generate_series(1, %s) place WHERE %s",
                SQL.identifier(table),
                SQL(", ").join(SQL.identifier(name) for name in names),
                SQL(", ").join(values),
                SQL.identifier(table),
                count,
                condition,
            )
        )

    def open(self, partner):
        """Open a card with nothing in the cache; returns it, its queries and its seconds."""
        cards = self.ask(self.a, "crm.customer.card")
        before, began = self.env.cr.sql_log_count, time.perf_counter()
        card = cards.read_card(partner.id)
        return card, self.env.cr.sql_log_count - before, time.perf_counter() - began

    def test_the_card_of_a_customer_with_ten_thousand_invoices_opens_at_once(self):
        self.invoice(self.own, 10)
        self.talk(self.own, is_complaint=True)
        self.open(self.own)
        _card, few, _seconds = self.open(self.own)
        self.many(INVOICES)
        self.env.cr.execute(SQL("SET LOCAL statement_timeout = 500"))
        card, queries, seconds = self.open(self.own)
        [unpaid] = [i for i in card["sections"]["open_items"] if i["key"] == "invoices_unpaid"]
        self.assertEqual(unpaid["count"], INVOICES // 10 + 2)
        self.assertEqual(queries, few, "As many queries as with one invoice.")
        self.assertLessEqual(queries, QUERIES)
        self.assertLess(seconds, SECONDS)

    def test_a_card_costs_no_query_for_each_contact_prompt_tag_or_person(self):
        self.fill(1)
        self.open(self.own)
        _card, few, _seconds = self.open(self.own)
        self.fill(20)
        card, many, _seconds = self.open(self.own)
        self.assertEqual(len(card["sections"]["contacts"]["rows"]), 10)
        self.assertGreater(len(card["sections"]["tell"]), 20)
        self.assertLessEqual(many, few)
        with self.assertQueryCount(QUERIES):
            self.ask(self.a, "crm.customer.card").read_card(self.own.id)

    def fill(self, count):
        tags = self.env["res.partner.category"].create([{"name": "Tag"} for _ in range(count)])
        self.own.category_id |= tags
        for place in range(count):
            self.prompt(name=f"Tell {place}", category_ids=tags.ids)
            self.talk(self.own, said="Hello", topic_ids=self.topics(count))
            self.env["res.partner"].create({"name": "Person", "parent_id": self.own.id})
            self.own.activity_schedule(user_id=self.a.id, summary="Ring")

    def topics(self, count):
        topics = self.env["crm.interaction.topic"].create(
            [{"name": f"Topic {place}"} for place in range(min(count, 3))]
        )
        return topics.ids
