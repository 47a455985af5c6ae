from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .access_common import AccessCommon


@tagged("post_install", "-at_install")
class TestInteractionLog(AccessCommon):
    """*Log contact*, from each document, by who may and by who may not."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.call = cls.env.ref("crm_lifecycle.channel_call")
        cls.visit = cls.env.ref("crm_lifecycle.channel_visit")
        cls.person = cls.env["res.partner"].create({"name": "Person", "parent_id": cls.own.id})
        cls.todo = cls.env.ref("mail.mail_activity_data_todo")

    def dialog(self, action, user=None):
        """The wizard as the browser opens it."""
        wizards = self.ask(user or self.a, "crm.interaction.log")
        return Form(wizards.with_context(**action["context"]))

    def log(self, record, user=None, **vals):
        """Open the dialog on a record, fill it in, press Log; returns the contact."""
        user = user or self.a
        action = self.ask(user, record._name).browse(record.id).action_log_interaction()
        with self.dialog(action, user) as form:
            for name, value in vals.items():
                form[name] = value
        form.record.with_context(**action["context"]).action_save()
        return self.env["crm.interaction"].search([], order="id desc", limit=1)

    def lead(self, partner, user):
        return self.env["crm.lead"].create(
            {"name": "Lead", "partner_id": partner.id, "user_id": user.id}
        )

    def order(self, partner, user):
        return self.env["sale.order"].create({"partner_id": partner.id, "user_id": user.id})

    # ------------------------------------------------------------------ what is logged
    def test_the_dialog_starts_filled_in(self):
        action = self.ask(self.a, "res.partner").browse(self.person.id).action_log_interaction()
        form = self.dialog(action)
        self.assertEqual(form.partner_id, self.own)
        self.assertEqual(form.contact_id, self.person)
        self.assertEqual(form.channel_id, self.call)
        self.assertEqual(form.minutes, self.call.default_minutes)
        self.assertTrue(form.date)

    def test_the_minutes_change_with_the_channel(self):
        action = self.ask(self.a, "res.partner").browse(self.own.id).action_log_interaction()
        form = self.dialog(action)
        form.channel_id = self.visit
        self.assertEqual(form.minutes, self.visit.default_minutes)
        form.minutes = 20
        self.assertEqual(form.save().minutes, 20)

    def test_what_is_typed_is_kept(self):
        topic = self.env["crm.interaction.topic"].create({"name": "Delivery"})
        action = self.ask(self.a, "res.partner").browse(self.person.id).action_log_interaction()
        with self.dialog(action) as form:
            form.channel_id = self.visit
            form.direction = "out"
            form.said = "Said"
            form.learned = "Learned"
            form.is_complaint = True
            form.satisfaction = "2"
            form.topic_ids.add(topic)
        form.record.action_save()
        talk = self.env["crm.interaction"].search([("partner_id", "=", self.own.id)])
        self.assertEqual((talk.said, talk.learned), ("Said", "Learned"))
        self.assertEqual((talk.channel_id, talk.direction), (self.visit, "out"))
        self.assertEqual((talk.complaint_state, talk.satisfaction), ("open", "2"))
        self.assertEqual(talk.topic_ids, topic)
        self.assertEqual((talk.contact_id, talk.user_id), (self.person, self.a))
        self.assertEqual((talk.source, talk.company_id), ("manual", self.company))
        self.assertFalse(talk.res_id)

    def test_each_document_logs_what_was_about_it(self):
        invoice = self.invoice(self.own, 10, invoice_user_id=self.a.id)
        for document in (self.lead(self.own, self.a), self.order(self.own, self.a), invoice):
            with self.subTest(document._name):
                self.a.group_ids += self.env.ref("account.group_account_readonly")
                talk = self.log(document, said="About it")
                self.assertEqual(talk.partner_id, self.own)
                self.assertEqual((talk.res_model, talk.res_id), (document._name, document.id))
                opened = self.ask(self.a, "crm.interaction").browse(talk.id).action_open_document()
                self.assertEqual(
                    (opened["res_model"], opened["res_id"]), (document._name, document.id)
                )

    def delivery(self, partner):
        warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", self.company.id)], limit=1
        )
        return self.env["stock.picking"].create(
            {"partner_id": partner.id, "picking_type_id": warehouse.out_type_id.id}
        )

    def test_a_delivery_logs_what_was_about_it_and_shows_open_complaints(self):
        self.a.group_ids += self.env.ref("stock.group_stock_user")
        delivery = self.delivery(self.own)
        talk = self.log(delivery, said="About it", is_complaint=True)
        self.assertEqual((talk.partner_id, talk.res_model), (self.own, "stock.picking"))
        self.assertEqual(talk.res_id, delivery.id)
        seen = self.ask(self.a, "stock.picking").browse(delivery.id)
        self.assertEqual(seen.open_complaint_count, 1)
        theirs = self.ask(self.a, "stock.picking").browse(self.delivery(self.hidden).id)
        self.assertEqual(theirs.open_complaint_count, 0)
        self.assertRefuses(theirs.action_log_interaction)

    def test_only_who_has_the_app_finds_it_on_the_delivery(self):
        clerk = self.persona("clerk", None, "stock.group_stock_user")
        self.a.group_ids += self.env.ref("stock.group_stock_user")
        for user, found in ((self.a, True), (clerk, False)):
            form = self.ask(user, "stock.picking").get_view(view_type="form")["arch"]
            for name in ("action_log_interaction", "open_complaint_count"):
                self.assertEqual(name in form, found)

    def test_a_document_without_a_customer_says_what_to_do(self):
        lead = self.env["crm.lead"].create({"name": "Nobody's", "user_id": self.a.id})
        with self.assertRaisesRegex(UserError, "Choose the customer first"):
            self.ask(self.a, "crm.lead").browse(lead.id).action_log_interaction()

    def test_from_the_list_the_customer_is_chosen_and_the_person_follows(self):
        form = Form(self.ask(self.a, "crm.interaction.log"))
        form.partner_id = self.own
        self.assertEqual(form.contact_id, self.own)
        form.contact_id = self.person
        self.assertEqual(form.partner_id, self.own)
        form.save().action_save()
        talk = self.env["crm.interaction"].search([("partner_id", "=", self.own.id)])
        self.assertEqual(talk.contact_id, self.person)

    # ------------------------------------------------------------------ next step
    def test_the_next_step_is_planned_on_the_document(self):
        lead = self.lead(self.own, self.a)
        self.log(lead, activity_type_id=self.todo, activity_summary="Call back")
        activity = lead.activity_ids
        self.assertEqual((activity.summary, activity.user_id), ("Call back", self.a))
        self.assertEqual(activity.date_deadline, self.todo._get_date_deadline())

    def test_the_next_step_is_planned_on_the_person_otherwise(self):
        self.log(self.person, activity_type_id=self.todo, activity_date="2030-01-02")
        self.assertEqual(str(self.person.activity_ids.date_deadline), "2030-01-02")

    def test_who_may_not_plan_on_the_customer_gets_a_free_activity(self):
        plain = self.persona("plain")
        self.own.user_id = plain
        self.log(self.own, plain, activity_type_id=self.todo, activity_summary="Free")
        self.assertFalse(self.own.activity_ids)
        free = self.env["mail.activity"].search([("user_id", "=", plain.id)])
        self.assertEqual((free.summary, free.res_model), ("Free", False))

    def test_no_next_step_no_activity(self):
        self.log(self.own)
        self.assertFalse(self.own.activity_ids)

    # ------------------------------------------------------------------ who may not
    def test_a_hidden_customer_is_refused_at_each_door(self):
        lead = self.lead(self.hidden, self.a)
        for record in (self.hidden, self.child, lead, self.order(self.hidden, self.a)):
            asked = self.ask(self.a, record._name).browse(record.id)
            with self.subTest(record), self.assertRaises(AccessError):
                asked.action_log_interaction()

    def test_a_document_one_may_not_read_is_refused(self):
        lead = self.lead(self.own, self.b)
        self.assertRefuses(
            lambda: self.ask(self.a, "crm.lead").browse(lead.id).action_log_interaction()
        )
        wizards = self.ask(self.a, "crm.interaction.log")
        vals = {"partner_id": self.own.id, "res_model": "crm.lead", "res_id": lead.id}
        self.assertRefuses(lambda: wizards.create(vals).action_save())
        bogus = {**vals, "res_model": "no.such.model"}
        self.assertRefuses(lambda: wizards.create(bogus).action_save(), (ValidationError,))
        self.assertFalse(self.env["crm.interaction"].search([("partner_id", "=", self.own.id)]))

    def test_a_person_of_another_customer_is_refused(self):
        wizards = self.ask(self.a, "crm.interaction.log")
        self.assertRefuses(lambda: wizards.create({"contact_id": self.child.id}))
        self.assertRefuses(
            lambda: wizards.create({"partner_id": self.own.id, "contact_id": self.child.id})
        )
        own = wizards.create({"partner_id": self.own.id})
        self.assertRefuses(lambda: own.write({"contact_id": self.child.id}))
        self.assertRefuses(lambda: own.write({"partner_id": self.hidden.id}))

    def test_nobody_comes_to_somebody_else_s_dialog(self):
        theirs = self.ask(self.a, "crm.interaction.log").create({"partner_id": self.own.id})
        for user in (self.b, self.analyst, self.manager, self.employee):
            asked = self.ask(user, "crm.interaction.log").browse(theirs.id)
            with self.subTest(user.login):
                self.assertRefuses(asked.action_save)
                self.assertRefuses(lambda asked=asked: asked.read(["said"]))

    def test_outsiders_log_nothing(self):
        for user in (self.employee, self.creator, self.portal):
            with self.subTest(user.login):
                own = self.ask(user, "res.partner").browse(user.partner_id.id)
                self.assertRefuses(own.action_log_interaction)
                self.assertRefuses(
                    lambda user=user: self.ask(user, "crm.interaction.log").create({})
                )

    def test_a_company_one_does_not_work_in_is_not_used(self):
        other = self.other_company("Not of A")
        lead = self.lead(self.own, self.a)
        lead.company_id = False
        action = self.ask(self.a, "crm.lead").browse(lead.id).action_log_interaction()
        self.assertEqual(action["context"]["default_company_id"], self.company.id)
        wizards = self.ask(self.a, "crm.interaction.log")
        vals = {"partner_id": self.own.id, "company_id": other.id}
        self.assertRefuses(lambda: wizards.create(vals))
