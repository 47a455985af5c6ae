from unittest.mock import patch

from odoo import Command
from odoo.addons.crm_lifecycle.models.interaction import interaction_caller_job
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .call_common import HIDDEN_NUMBER, NOBODY, OWN_NUMBER, CallCommon, moment

JOB = interaction_caller_job.__name__
RECORDING = "https://pbx.example.com/2.wav"


@tagged("post_install", "-at_install")
class TestCallers(CallCommon):
    """Calls from unknown numbers wait in a list, and go to the customer once there is one."""

    def call(self, number, external_id, **facts):
        """A call that the exchange reported and the job has looked at."""
        self.log(self.exchange, number, external_id, **facts)
        self.identify()
        return self.callers(external_id)

    def seen_by(self, user):
        return set(self.ask(user, "crm.interaction.caller").search([]).mapped("external_id"))

    def israeli(self, name, **vals):
        return self.customer(name, country_id=self.env.ref("base.il").id, **vals)

    # ------------------------------------------------------------------ becoming known
    def test_a_new_contact_takes_the_calls_with_everything_known_of_them(self):
        self.call(
            NOBODY,
            "first",
            direction="out",
            minutes=3,
            started_at="2026-01-02T03:04:05",
            user=self.b.login,
            recording_url=RECORDING,
        )
        self.call("03-555-1277", "second")
        known = self.israeli("Now known", phone="03 555 1277")
        self.identify()
        self.assertFalse(self.callers("first") | self.callers("second"))
        talk = self.talks("first")
        self.assertEqual((talk.partner_id, talk.contact_id), (known, known))
        self.assertEqual((talk.direction, talk.minutes, talk.cost), ("out", 3, 5))
        self.assertEqual((talk.date, talk.user_id), (moment("2026-01-02 03:04:05"), self.b))
        self.assertEqual((talk.recording_url, talk.summary), (RECORDING, NOBODY))
        self.assertEqual((talk.source, talk.create_uid), ("call", self.exchange))
        self.assertEqual(self.talks("second").partner_id, known)
        self.work_off()
        self.assertEqual(self.value_of(known).interaction_count, 2)

    def test_every_way_to_get_known(self):
        israel = self.env.ref("base.il")
        foreign = self.env.ref("base.uk")
        ways = {
            "number": lambda one: one.write({"phone": NOBODY}),
            "country": lambda one: one.write({"phone": "03-555-1277", "country_id": israel.id}),
            "archived": lambda one: (
                one.write({"phone": NOBODY, "active": False}),
                one.write({"active": True}),
            ),
            "employee": lambda one: (
                one.write({"phone": NOBODY, "employee": True}),
                one.write({"employee": False}),
            ),
        }
        for name, way in ways.items():
            self.call(NOBODY, name)
            one = self.customer(name, country_id=foreign.id)
            way(one)
            self.identify()
            with self.subTest(name):
                self.assertEqual(self.talks(name).partner_id, one)
            one.phone = False
            self.identify()

    def test_a_contact_that_changes_otherwise_wakes_nobody(self):
        call = self.call(NOBODY, "asleep")
        self.own.name = "Another name"
        self.env["res.partner"]._look_up_callers()
        self.assertEqual(call.state, "unknown")

    def test_the_hook_is_one_statement_for_many_contacts(self):
        self.customer("Warm", phone=NOBODY).phone = False
        self.env["res.partner"]._look_up_callers()
        self.env["res.partner"].create(
            [{"name": f"C {number}", "phone": f"+9723555{2000 + number}"} for number in range(50)]
        )
        self.env.flush_all()
        with self.assertQueryCount(1):
            self.env["res.partner"]._look_up_callers()

    def test_the_job_twice_is_the_job_once(self):
        self.call(NOBODY, "twice")
        self.israeli("Known", phone=NOBODY)
        self.identify()
        before = self.rows()
        self.identify()
        self.env["crm.interaction.caller"]._look_up_again()
        self.identify()
        self.assertEqual(self.rows(), before)

    def test_an_import_may_have_brought_the_call_meanwhile(self):
        self.call(NOBODY, "meanwhile", minutes=9)
        self.env["crm.interaction"].create(
            {
                "partner_id": self.own.id,
                "channel_id": self.channel.id,
                "external_id": "meanwhile",
                "company_id": self.company.id,
                "source": "call",
            }
        )
        self.israeli("Known", phone=NOBODY)
        self.identify()
        self.assertFalse(self.callers("meanwhile"))
        self.assertEqual(self.talks("meanwhile").minutes, 9)

    def test_once_a_day_what_went_past_is_looked_up(self):
        self.call(NOBODY, "past")
        known = self.israeli("Known")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_partner SET phone_sanitized = %s WHERE id = %s", [NOBODY, known.id]
        )
        self.identify()
        self.assertFalse(self.talks("past"))
        self.env["crm.interaction.caller"]._look_up_again()
        self.identify()
        self.assertEqual(self.talks("past").partner_id, known)

    def test_without_a_channel_for_calls_they_wait(self):
        self.call(NOBODY, "waits")
        self.channel.active = False
        self.israeli("Known", phone=NOBODY)
        self.identify()
        self.assertEqual(self.callers("waits").state, "unknown")

    def test_saving_a_contact_only_appends(self):
        """A job may hold the calls: who saves a contact must not wait for it."""
        call = self.call(NOBODY, "held")
        known = self.israeli("Known", phone=NOBODY)
        self.env.flush_all()
        self.env["res.partner"]._look_up_callers()
        self.env.invalidate_all()
        self.assertEqual(call.state, "unknown")
        noted = self.env["crm.interaction.capture"].search([("source", "=", "number")])
        self.assertEqual(noted.mapped("res_id"), known.ids)
        self.identify()
        self.assertEqual(self.talks("held").partner_id, known)
        self.assertFalse(noted.exists())

    # ------------------------------------------------------------------ what fails
    def test_our_side_may_have_become_a_customer_with_a_portal_login(self):
        leaver = self.persona("leaver", None)
        calls = self.call(NOBODY, "portal", user=leaver.login)
        calls |= self.call("+97235551288", "by hand", user=leaver.login)
        leaver.group_ids = [Command.set([self.env.ref("base.group_portal").id])]
        known = self.israeli("Known", phone=NOBODY)
        self.identify()
        self.assign(self.a, calls.exists(), self.own)
        for name, customer in (("portal", known), ("by hand", self.own)):
            self.assertEqual(self.talks(name).partner_id, customer)
            self.assertFalse(self.talks(name).user_id)

    def test_a_call_that_cannot_be_logged_keeps_no_other_waiting(self):
        for name in ("bad", "good"):
            self.call(NOBODY, name)
        known = self.israeli("Known", phone=NOBODY)
        cls = self.env.registry["crm.interaction"]
        create = cls._create_calls

        def fail(talks, calls, uid):
            if any(facts["external_id"] == "bad" for facts, *_whose in calls):
                raise ZeroDivisionError("What is wrong\nwith a customer's name")
            return create(talks, calls, uid)

        with patch.object(cls, "_create_calls", fail), mute_logger(JOB):
            self.identify()
        self.assertEqual(self.talks("good").partner_id, known)
        bad = self.callers("bad")
        self.assertEqual((bad.state, bad.error), ("failed", "ZeroDivisionError: What is wrong"))
        self.env["crm.interaction.caller"]._look_up_again()
        self.identify()
        self.assertEqual(self.talks("bad").partner_id, known)

    def test_the_calls_that_a_deleted_user_logged_find_their_customer(self):
        user = self.persona("deleted")
        self.log(user, NOBODY, "of a deleted user")
        self.identify()
        user.unlink()
        self.env.invalidate_all()
        known = self.israeli("Known", phone=NOBODY)
        self.identify()
        self.assertEqual(self.talks("of a deleted user").partner_id, known)

    # ------------------------------------------------------------------ several customers
    def test_the_number_of_several_customers_is_given_by_hand(self):
        one = self.israeli("One", phone=NOBODY, user_id=self.a.id)
        two = self.israeli("Two", phone=NOBODY, user_id=self.a.id)
        call = self.call(NOBODY, "shared")
        self.assertEqual(call.state, "shared")
        self.assertIn("shared", self.seen_by(self.a), "Both are A's.")
        self.assertNotIn("shared", self.seen_by(self.b))
        self.assign(self.a, call, two)
        self.assertEqual(self.talks("shared").partner_id, two)
        call = self.call(NOBODY, "shared again")
        one.phone = False
        self.env["crm.interaction.caller"]._look_up_again()
        self.identify()
        self.assertEqual(self.talks("shared again").partner_id, two)

    # ------------------------------------------------------------------ who sees them
    def test_everybody_in_the_app_sees_who_is_to_be_identified(self):
        self.call(NOBODY, "unknown")
        for user in (self.a, self.b, self.lead_a, self.analyst, self.manager):
            self.assertEqual(self.seen_by(user), {"unknown"}, user.login)
        for user in (self.employee, self.creator, self.portal):
            with self.assertRaises(AccessError):
                self.seen_by(user)

    def test_a_call_of_somebody_else_s_customer_is_not_there(self):
        """Neither before the job has looked, nor when the customer is made before it runs."""
        self.log(self.exchange, HIDDEN_NUMBER, "hidden")
        self.assertEqual(self.seen_by(self.a), set())
        self.call(NOBODY, "later")
        self.israeli("Later hidden", phone=NOBODY, user_id=self.b.id)
        self.env.flush_all()
        self.assertEqual(self.seen_by(self.a), set())
        self.assertEqual(self.seen_by(self.manager), {"later"})

    def test_who_logged_a_call_is_not_told_whether_it_waits(self):
        """Else a call to a hidden customer would differ from one to nobody, by its row."""
        for number in (NOBODY, HIDDEN_NUMBER):
            self.log(self.a, number, number)
        self.identify()
        self.assertEqual(self.seen_by(self.a), set())
        self.assertEqual(self.seen_by(self.b), {NOBODY, HIDDEN_NUMBER}, "It is B's customer.")
        self.assertEqual(self.seen_by(self.lead_a), {NOBODY})

    def test_calls_of_another_company_are_not_there(self):
        other = self.other_company()
        stranger = self.persona("stranger", "manager", company_id=other.id)
        self.call(NOBODY, "ours")
        self.assertEqual(self.seen_by(stranger), set())

    def test_nobody_makes_or_changes_rows(self):
        call = self.call(NOBODY, "fixed")
        for user in (self.a, self.manager):
            asked = self.ask(user, "crm.interaction.caller")
            self.assertRefuses(lambda: asked.create({"number": "1"}))
            self.assertRefuses(lambda: asked.browse(call.id).write({"minutes": 5}))
        self.assertRefuses(lambda: self.ask(self.b, call._name).browse(call.id).unlink())
        self.ask(self.manager, call._name).browse(call.id).unlink()

    def test_names_say_nothing(self):
        self.assertNotIn("555", self.call(NOBODY, "name").display_name)

    def test_the_computed_flag_is_what_the_search_finds(self):
        self.call(NOBODY, "flag")
        self.log(self.exchange, HIDDEN_NUMBER, "flag hidden")
        everything = self.ask(self.manager, "crm.interaction.caller").search([])
        for user in (self.a, self.b, self.exchange):
            rows = self.ask(user, "crm.interaction.caller").sudo().browse(everything.ids)
            found = rows.search([("is_listed", "=", True)])
            self.assertEqual(rows.filtered("is_listed"), found)
            self.assertEqual(rows - found, rows.search([("is_listed", "=", False)]))

    # ------------------------------------------------------------------ buttons
    def assign(self, user, calls, contact, **vals):
        wizards = self.ask(user, "crm.interaction.caller.assign")
        wizard = wizards.create(
            {
                "partner_id": contact.id,
                "company_id": self.company.id,
                "caller_ids": [(6, 0, calls.ids)],
                **vals,
            }
        )
        return wizard.action_assign()

    def test_a_new_contact_has_the_number(self):
        call = self.call(NOBODY, "new")
        action = self.ask(self.a, call._name).browse(call.id).action_new_contact()
        form = Form(self.env[action["res_model"]].with_context(**action["context"]))
        form.name = "New"
        contact = form.save()
        self.identify()
        self.assertEqual(self.talks("new").partner_id, contact)

    def test_the_assignment_s_form(self):
        call = self.call(NOBODY, "form")
        asked = self.ask(self.a, call._name).browse(call.id)
        action = asked.action_assign()
        wizards = asked.env[action["res_model"]].with_context(**action["context"])
        form = Form(wizards)
        form.partner_id = asked.env["res.partner"].browse(self.own.id)
        form.save().action_assign()
        self.assertEqual(self.talks("form").partner_id, self.own)

    def test_assigning_keeps_the_number_where_there_is_none(self):
        calls = self.call(NOBODY, "one") | self.call(NOBODY, "two")
        nameless = self.israeli("No number", user_id=self.a.id)
        self.assign(self.a, calls[0], nameless)
        self.assertEqual(nameless.phone_sanitized, NOBODY)
        self.identify()
        self.assertEqual((self.talks("one") | self.talks("two")).partner_id, nameless)
        call = self.call("+97235551288", "three")
        self.assign(self.a, call, self.own)
        self.assertEqual(self.own.phone_sanitized, OWN_NUMBER)

    def test_a_call_is_assigned_to_the_person_and_the_person_s_company(self):
        person = self.env["res.partner"].create({"name": "Person", "parent_id": self.own.id})
        self.assign(self.a, self.call(NOBODY, "person"), person, keep_number=False)
        talk = self.talks("person")
        self.assertEqual((talk.partner_id, talk.contact_id), (self.own, person))
        self.assertFalse(person.phone)

    def test_nothing_hidden_is_assigned(self):
        hidden_call = self.env["crm.interaction.caller"].create(
            {
                "number": HIDDEN_NUMBER,
                "number_e164": HIDDEN_NUMBER,
                "company_id": self.company.id,
                "date": "2026-01-01 00:00:00",
                "direction": "in",
                "external_id": "of hidden",
                "state": "unknown",
            }
        )
        call = self.call(NOBODY, "open")
        other = self.other_company()
        before = self.rows()
        for calls, contact, vals in (
            (call, self.hidden, {}),
            (call, self.child, {}),
            (hidden_call, self.own, {}),
            (call | hidden_call, self.own, {}),
            (call, self.own, {"company_id": other.id}),
        ):
            self.assertRefuses(lambda c=calls, p=contact, v=vals: self.assign(self.a, c, p, **v))
        asked = self.ask(self.a, call._name).browse(hidden_call.id)
        self.assertRefuses(asked.action_new_contact)
        self.assertRefuses(asked.action_assign)
        elsewhere = self.customer("Elsewhere", company_id=other.id)
        with self.assertRaises(ValidationError):
            self.assign(self.manager, call, elsewhere)
        self.assertEqual(self.rows(), before)
