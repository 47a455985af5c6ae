from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .hand_over_common import HandOverCommon


@tagged("post_install", "-at_install")
class TestContactLeave(HandOverCommon):
    """A contact person leaves, and the relation stays."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        editing = cls.env.ref("base.group_partner_manager")
        cls.anna.group_ids = [Command.link(editing.id)]
        cls.ben.group_ids = [Command.link(editing.id)]
        cls.firm = cls.customer_of(cls.anna, "Firm")
        cls.dana = cls.person("Dana", function="Buyer")
        cls.tom = cls.person("Tom")

    @classmethod
    def person(cls, name, firm=None, **vals):
        parent = (firm or cls.firm).id
        return cls.env["res.partner"].create({"name": name, "parent_id": parent, **vals})

    def leave(self, user=None, person=None, **vals):
        """The dialog, filled in and saved."""
        vals = {"contact_id": (person or self.dana).id, "company_id": self.company.id, **vals}
        wizard = self.env["crm.contact.leave"].with_user(user or self.anna).create(vals)
        return wizard.action_leave()

    def to_tom(self, **vals):
        return self.leave(successor_kind="person", successor_id=self.tom.id, **vals)

    def former(self):
        return self.env["crm.contact.former"].search([("contact_id", "=", self.dana.id)])

    def test_what_is_open_goes_to_the_successor(self):
        lead, due, task = self.lead(self.dana), self.due(self.firm), self.task(self.dana)
        due.contact_id = self.dana
        self.to_tom()
        self.assertEqual(lead.partner_id, self.tom)
        self.assertEqual(due.contact_id, self.tom)
        self.assertEqual((task.exists().res_model, task.res_id), ("res.partner", self.tom.id))

    def test_what_is_closed_stays(self):
        lost, due = self.lead(self.dana), self.due(self.firm)
        lost.action_set_lost()
        due.write({"contact_id": self.dana.id, "state": "done"})
        self.to_tom()
        self.assertEqual(lost.partner_id, self.dana)
        self.assertEqual(due.contact_id, self.dana)

    def test_other_people_s_things_stay_theirs(self):
        lead, task = self.lead(self.tom), self.task(self.firm)
        self.to_tom()
        self.assertEqual(lead.partner_id, self.tom)
        self.assertEqual(task.res_id, self.firm.id)

    def test_the_person_is_former_with_dates_reason_and_successor(self):
        self.contact(self.dana, days=-400)
        self.to_tom(date=self.day(-3), reason="Retired")
        row = self.former()
        self.assertFalse(self.dana.active)
        self.assertEqual(row.partner_id, self.firm)
        self.assertEqual((row.date_from, row.date_to), (self.day(-400), self.day(-3)))
        self.assertEqual((row.reason, row.successor_id), ("Retired", self.tom))
        self.assertEqual(row.function, "Buyer")

    def test_the_person_and_the_customer_say_so(self):
        self.to_tom(date=self.day(-3))
        for partner in (self.dana, self.firm):
            note = partner.with_user(self.anna).former_note
            self.assertIn("Dana", note)
            self.assertIn("Tom", note)
            self.assertIn(str(self.day(-3)), note)
        self.assertFalse(self.tom.with_user(self.anna).former_note)
        self.assertFalse(self.dana.with_user(self.ben).former_note)

    def test_somebody_new_follows(self):
        lead = self.lead(self.dana)
        self.leave(successor_kind="new", successor_name=" Noa ", successor_email="noa@firm.example")
        self.assertEqual(lead.partner_id.name, "Noa")
        self.assertEqual(lead.partner_id.email, "noa@firm.example")
        self.assertEqual(lead.partner_id.commercial_partner_id, self.firm)
        self.assertEqual(lead.partner_id.function, "Buyer")

    def test_to_be_found_is_a_task_of_the_account_manager(self):
        self.firm.account_manager_id = self.ben
        lead = self.lead(self.dana)
        self.leave(successor_kind="find")
        self.assertEqual(lead.partner_id, self.firm)
        task = self.firm.activity_ids
        self.assertEqual(task.user_id, self.ben)
        self.assertIn("Dana", task.summary)
        self.assertFalse(self.former().successor_id)
        self.assertIn("to be found", self.firm.with_user(self.anna).former_note)

    def test_the_person_appears_at_another_customer(self):
        firm = self.customer_of(self.anna, "Other firm")
        said = self.contact(self.dana, days=-9)
        self.to_tom(joins_id=firm.id)
        joined = self.former().joined_id
        self.assertEqual((joined.name, joined.parent_id), ("Dana", firm))
        later = self.contact(joined)
        self.assertEqual((said.partner_id, said.contact_id), (self.firm, self.dana))
        self.assertEqual(later.partner_id, firm)

    def test_the_person_appears_at_a_new_company(self):
        self.to_tom(joins_name="Start-up")
        joined = self.former().joined_id
        self.assertEqual(joined.parent_id.name, "Start-up")
        self.assertTrue(joined.parent_id.is_company)

    def test_an_event_is_made_where_there_is_a_type_for_it(self):
        types = self.env["crm.customer.event.type"]
        if not types.search([("code", "=", "contact_left")]):
            types.create({"name": "Contact left", "code": "contact_left"})
        self.to_tom(date=self.today)
        event = self.env["crm.customer.event"].search([("partner_id", "=", self.firm.id)])
        self.assertEqual(event.type_id.code, "contact_left")
        self.assertEqual(event.date, self.today)

    def test_the_button_opens_the_dialog_with_the_person(self):
        action = self.dana.with_user(self.anna).action_contact_leaves()
        wizard = self.env["crm.contact.leave"].with_user(self.anna)
        form = Form(wizard.with_context(**action["context"]))
        self.assertEqual((form.contact_id, form.partner_id), (self.dana, self.firm))
        form.successor_id = self.tom
        form.save().action_leave()
        self.assertFalse(self.dana.active)

    def test_a_company_does_not_leave_itself(self):
        with self.assertRaises(UserError):
            self.firm.with_user(self.anna).action_contact_leaves()
        with self.assertRaises(UserError):
            self.leave(person=self.firm, successor_kind="find")

    def test_nobody_leaves_twice(self):
        self.to_tom()
        with self.assertRaises(UserError):
            self.to_tom()

    def test_the_successor_is_another_person_of_the_customer(self):
        stranger = self.person("Stranger", self.customers[0])
        for successor in (self.dana, self.firm, stranger):
            with self.assertRaises(UserError):
                self.leave(successor_id=successor.id)

    def test_who_does_not_see_the_customer_lets_nobody_leave(self):
        with self.assertRaises(AccessError):
            self.dana.with_user(self.ben).action_contact_leaves()
        with self.assertRaises(AccessError):
            self.leave(self.ben, successor_kind="find")
        self.assertTrue(self.dana.active)

    def test_a_hidden_person_is_no_successor_and_a_hidden_company_no_goal(self):
        hidden = self.person("Hidden", self.customer_of(self.ben, "Ben's"))
        for vals in ({"successor_id": hidden.id}, {"joins_id": hidden.parent_id.id}):
            with self.assertRaises(AccessError):
                self.leave(**vals)

    def test_a_dialog_is_one_s_own(self):
        vals = {"contact_id": self.dana.id, "successor_kind": "find"}
        wizard = self.env["crm.contact.leave"].with_user(self.anna).create(vals)
        with self.assertRaises(AccessError):
            wizard.with_user(self.boss).action_leave()
