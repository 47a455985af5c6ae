import json

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .hand_over_common import HandOverCommon


@tagged("post_install", "-at_install")
class TestOwnerChange(HandOverCommon):
    """Every change of a customer's owner is kept, whichever door it comes through."""

    def last(self, partner):
        return self.changes(partner)[-1:]

    def test_a_new_customer_with_a_salesperson_is_the_first_change(self):
        change = self.changes(self.customers[0])
        self.assertEqual(len(change), 1)
        self.assertFalse(change.from_user_id)
        self.assertEqual(change.to_user_id, self.anna)
        self.assertEqual(change.role, "salesperson")
        self.assertFalse(change.company_id)

    def test_a_customer_without_an_owner_has_none(self):
        self.assertFalse(self.changes(self.customer_of(None)))

    def test_who_when_from_and_to_are_kept(self):
        self.customers[0].with_user(self.boss).user_id = self.ben
        change = self.last(self.customers[0])
        self.assertEqual(change.from_user_id, self.anna)
        self.assertEqual(change.to_user_id, self.ben)
        self.assertEqual(change.user_id, self.boss)
        self.assertTrue(change.date)
        self.assertFalse(change.reason)

    def test_the_same_owner_again_is_no_change(self):
        before = len(self.changes(self.customers[0]))
        self.customers[0].write({"user_id": self.anna.id, "name": "Other name"})
        self.assertEqual(len(self.changes(self.customers[0])), before)

    def test_taking_the_owner_away_is_a_change(self):
        self.customers[0].user_id = False
        self.assertEqual(self.last(self.customers[0]).from_user_id, self.anna)
        self.assertFalse(self.last(self.customers[0]).to_user_id)

    def test_the_account_manager_is_kept_in_their_company(self):
        self.customers[0].with_user(self.boss).account_manager_id = self.ben
        change = self.last(self.customers[0])
        self.assertEqual((change.role, change.to_user_id), ("manager", self.ben))
        self.assertEqual(change.company_id, self.company)
        self.assertEqual(change.user_id, self.boss)

    def test_an_account_manager_named_for_a_person_is_the_customer_s(self):
        person = self.customer("Person", is_company=False, parent_id=self.customers[0].id)
        person.account_manager_id = self.ben
        self.assertEqual(self.last(self.customers[0]).to_user_id, self.ben)
        self.assertFalse(self.changes(person))

    def test_companies_keep_their_own_account_managers(self):
        other = self.other_company()
        self.customers[0].with_company(other).account_manager_id = self.ben
        change = self.last(self.customers[0])
        self.assertEqual(change.company_id, other)
        mine = self.env["crm.owner.change"].with_user(self.boss)
        self.assertFalse(mine.search([("id", "=", change.id)]))

    def test_a_change_by_import_is_kept(self):
        rows = [["Imported", self.anna.login], ["Imported too", self.ben.login]]
        answer = self.env["res.partner"].load(["name", "user_id"], rows)
        partners = self.env["res.partner"].browse(answer["ids"])
        owners = [self.changes(partner).to_user_id for partner in partners]
        self.assertEqual(owners, [self.anna, self.ben])

    def test_a_change_by_merging_is_kept(self):
        nobody_s = self.customer_of(None, "Kept")
        source = self.customer_of(None, "Gone")
        source.account_manager_id = self.anna
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((nobody_s | source).ids, nobody_s)
        self.assertEqual(nobody_s.account_manager_id, self.anna)
        # That of the source came along, and the destination got an account manager.
        self.assertEqual(self.changes(nobody_s).to_user_id, self.anna)
        self.assertEqual(len(self.changes(nobody_s)), 2)

    def test_no_context_of_a_client_turns_it_off(self):
        keys = ("tracking_disable", "mail_notrack", "mail_create_nolog", "no_owner_change")
        context = dict.fromkeys(keys, True)
        self.customers[0].with_context(**context).user_id = self.ben
        self.assertEqual(self.last(self.customers[0]).to_user_id, self.ben)

    def test_a_client_gives_no_reason(self):
        context = json.loads('{"crm_owner_change_reason": "It was the boss"}')
        self.customers[0].with_context(**context).user_id = self.ben
        self.assertFalse(self.last(self.customers[0]).reason)

    def test_a_mass_change_costs_one_insert(self):
        many = self.env["res.partner"].create(
            [{"name": f"Many {number}", "is_company": True} for number in range(40)]
        )
        few = many[:2]
        self.env.flush_all()
        with CountInserts(self.env.cr) as of_few:
            few.write({"user_id": self.anna.id})
        with CountInserts(self.env.cr) as of_many:
            (many - few).write({"user_id": self.anna.id})
        self.assertEqual(of_few.inserts, 1)
        self.assertEqual(of_many.inserts, 1)

    def test_own_customers_changes_are_seen_and_others_are_not(self):
        theirs = self.customer_of(self.ben, "Ben's")
        rows = self.env["crm.owner.change"].with_user(self.anna)
        domain = [("partner_id", "in", (self.customers[0] | theirs).ids)]
        self.assertEqual(rows.search(domain).partner_id, self.customers[0])
        rows = self.env["crm.owner.change"].with_user(self.analyst)
        self.assertEqual(rows.search(domain).partner_id, self.customers[0] | theirs)

    def test_the_list_stands_on_the_customer(self):
        with Form(self.customers[0].with_user(self.anna)) as form:
            self.assertEqual(len(form.owner_change_ids), 1)

    def test_rows_are_never_rewritten(self):
        change = self.changes(self.customers[0])
        for door in (lambda: change.write({"reason": "Other"}), change.unlink):
            with self.assertRaises(UserError):
                door()
        mine = change.with_user(self.boss)
        for door in (lambda: mine.write({"reason": "Other"}), mine.unlink):
            with self.assertRaises(AccessError):
                door()
        with self.assertRaises(AccessError):
            mine.create({"partner_id": self.customers[0].id, "role": "manager"})

    def test_rows_go_with_the_customer(self):
        customer = self.customer_of(self.anna, "Short lived")
        change = self.changes(customer)
        customer.unlink()
        self.assertFalse(change.exists())


class CountInserts:
    """Counts the inserts of changes of owner that a cursor executes."""

    def __init__(self, cursor):
        self.cursor, self.inserts = cursor, 0

    def __enter__(self):
        self.execute = self.cursor.execute
        self.cursor.execute = self.count
        return self

    def __exit__(self, *_error):
        del self.cursor.execute

    def count(self, query, *args, **kwargs):
        self.inserts += "INSERT INTO crm_owner_change" in str(getattr(query, "code", query))
        return self.execute(query, *args, **kwargs)
