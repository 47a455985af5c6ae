from odoo.exceptions import UserError, ValidationError
from odoo.tests import freeze_time, tagged

from .call_common import HIDDEN_NUMBER, NOBODY, OWN_NUMBER, CallCommon, moment

RECORDING = "https://pbx.example.com/1.wav"


@tagged("post_install", "-at_install")
class TestCallLog(CallCommon):
    """One row a call, with whom it belongs to, and an answer that tells no more than may be."""

    def unknown(self, external_id):
        return {
            "external_id": external_id,
            "known": False,
            "partner_id": False,
            "interaction_id": False,
        }

    def test_the_call_of_one_s_own_customer_is_an_interaction_at_once(self):
        answer = self.log(
            self.a,
            "03-555-1234",
            "own",
            direction="out",
            minutes=10,
            started_at="2026-01-02T03:04:05",
            recording_url=RECORDING,
        )
        talk = self.talks("own")
        self.assertEqual(
            answer,
            {
                "external_id": "own",
                "known": True,
                "partner_id": self.own.id,
                "interaction_id": talk.id,
            },
        )
        self.assertEqual((talk.partner_id, talk.contact_id), (self.own, self.own))
        self.assertEqual((talk.direction, talk.minutes, talk.cost), ("out", 10, 12))
        self.assertEqual((talk.date, talk.user_id), (moment("2026-01-02 03:04:05"), self.a))
        self.assertEqual((talk.source, talk.channel_id), ("call", self.channel))
        self.assertEqual((talk.recording_url, talk.summary), (RECORDING, "03-555-1234"))
        self.assertEqual((talk.company_id, talk.create_uid), (self.company, self.a))
        self.assertFalse(self.callers("own"))

    def test_the_exchange_logs_the_calls_of_everybody_s_customers(self):
        answer = self.log(self.exchange, HIDDEN_NUMBER, "hidden", minutes=5, user=self.b.login)
        self.assertTrue(answer["known"])
        talk = self.talks("hidden")
        self.assertEqual((talk.partner_id, talk.minutes, talk.user_id), (self.hidden, 5, self.b))
        self.assertEqual((talk.create_uid, talk.source), (self.exchange, "call"))

    def test_a_user_logs_no_call_into_a_hidden_customer_now_or_later(self):
        numbers = {"hidden": HIDDEN_NUMBER, "nobody": NOBODY}
        for name, number in numbers.items():
            self.assertEqual(self.log(self.a, number, name, minutes=5), self.unknown(name))
        self.env["crm.interaction.caller"]._look_up_again()
        self.identify()
        for name, number in numbers.items():
            self.assertEqual(self.callers(name).state, "unknown", "Both rows are there, and alike.")
            self.assertFalse(self.talks(name))
            self.assertEqual(self.log(self.a, number, name, minutes=7), self.unknown(name))
            self.assertEqual(self.callers(name).minutes, 7)
        # When the customer becomes A's, so does the call.
        self.hidden.user_id = self.a
        self.env["crm.interaction.caller"]._look_up_again()
        self.identify()
        self.assertEqual(self.talks("hidden").partner_id, self.hidden)

    def test_a_number_shared_with_a_hidden_customer_is_one_s_own(self):
        """Else the answer would say that somebody hidden has the number as well."""
        self.hidden.phone = self.own.phone
        self.assertEqual(self.log(self.a, OWN_NUMBER, "shared")["partner_id"], self.own.id)

    def test_a_user_logs_calls_in_the_own_name_only(self):
        for user in (self.b.login, self.b.id, self.manager.login):
            with self.assertRaisesRegex(ValidationError, "^user: "):
                self.log(self.a, OWN_NUMBER, "in B's name", user=user)
        self.assertFalse(self.talks("in B's name"))
        for user in (None, self.a.login, self.a.id):
            self.log(self.a, OWN_NUMBER, f"own {user}", user=user)
            self.assertEqual(self.talks(f"own {user}").user_id, self.a)

    def test_a_user_logs_a_limited_number_of_calls_a_minute(self):
        self.company.lifecycle_lookup_limit = 4
        numbers = (OWN_NUMBER, HIDDEN_NUMBER, NOBODY, OWN_NUMBER)
        with freeze_time("2026-11-01 10:00:00"):
            for position, number in enumerate(numbers):
                self.log(self.a, number, f"call {position}")
            for number in set(numbers):
                with self.assertRaisesRegex(UserError, "too many calls"):
                    self.log(self.a, number, "one more")
            self.log(self.a, NOBODY, "call 2", minutes=3)
            self.assertEqual(self.callers("call 2").minutes, 3, "A call may be completed.")
            self.log(self.b, NOBODY, "of b")
            for position in range(9):
                self.log(self.exchange, NOBODY, f"exchange {position}")
        with freeze_time("2026-11-01 10:01:01"):
            self.log(self.a, NOBODY, "one more")

    def test_a_hidden_customer_s_call_takes_the_same_steps_as_nobody_s(self):
        """Not a time, which shakes, but the number of queries, which makes it."""
        counts = []
        for number in (HIDDEN_NUMBER, NOBODY):
            self.log(self.a, number, f"warm {number}")
            before = self.env.cr.sql_log_count
            self.log(self.a, number, f"count {number}")
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])

    def test_a_person_s_number_is_the_person_s_and_the_company_s(self):
        self.child.write({"phone": "050-234-5678", "country_id": self.env.ref("base.il").id})
        self.log(self.b, "+972 50 234 5678", "person")
        talk = self.talks("person")
        self.assertEqual((talk.partner_id, talk.contact_id), (self.hidden, self.child))

    def test_the_number_of_several_at_one_customer_is_the_customer_s(self):
        self.child.write({"phone": self.hidden.phone, "country_id": self.env.ref("base.il").id})
        self.log(self.b, HIDDEN_NUMBER, "switchboard")
        talk = self.talks("switchboard")
        self.assertEqual((talk.partner_id, talk.contact_id), (self.hidden, self.hidden))

    def test_who_is_no_customer_does_not_match(self):
        israel = self.env.ref("base.il")
        other = self.other_company()
        values = {"phone": NOBODY, "country_id": israel.id}
        archived = self.customer("Archived", active=False, **values)
        people = [
            archived,
            self.customer("Employee", employee=True, **values),
            self.customer("Elsewhere", company_id=other.id, **values),
            self.b.partner_id,
            self.company.partner_id,
        ]
        for person in people:
            person.write(values)
        self.log(self.manager, NOBODY, "no customer")
        self.identify()
        self.assertEqual(self.callers("no customer").state, "unknown")
        archived.active = True
        self.identify()
        self.assertEqual(self.talks("no customer").partner_id, archived)

    def test_a_portal_user_is_a_customer(self):
        self.portal.partner_id.write({"phone": NOBODY, "user_id": self.a.id})
        self.log(self.a, NOBODY, "portal")
        self.assertEqual(self.talks("portal").partner_id, self.portal.partner_id)

    def test_the_worth_changes(self):
        self.log(self.a, OWN_NUMBER, "cost", minutes=10)
        self.work_off()
        self.assertEqual(self.value_of(self.own).service_cost_total, 12)

    # ------------------------------------------------------------------ once
    def test_the_same_call_again_is_the_same_row(self):
        for number, model in ((OWN_NUMBER, self.talks), (NOBODY, self.callers)):
            answers = [self.log(self.a, number, number) for _time in range(3)]
            self.assertEqual(answers, answers[:1] * 3)
            self.assertEqual(len(model(number)), 1)

    def test_a_call_that_is_told_again_is_completed_in_any_order(self):
        for number, rows in ((OWN_NUMBER, self.talks), (NOBODY, self.callers)):
            ring = {"minutes": 0}
            end = {"minutes": 4.5, "recording_url": RECORDING, "user": self.lead_a.login}
            for order in ((ring, end), (end, ring), (ring, end, ring), (end, end, ring)):
                external_id = f"{number} {len(order)} {order[0] is ring}"
                for facts in order:
                    self.log(self.exchange, number, external_id, **facts)
                row = rows(external_id)
                self.assertEqual(len(row), 1)
                self.assertEqual((row.minutes, row.recording_url), (4.5, RECORDING))
                self.assertEqual(row.user_id, self.lead_a)

    def test_what_began_the_call_stays(self):
        self.log(self.a, OWN_NUMBER, "began", started_at="2026-01-02T03:04:05")
        self.log(self.a, NOBODY, "began", direction="out", started_at="2026-02-02T03:04:05")
        talk = self.talks("began")
        self.assertEqual(talk.partner_id, self.own)
        self.assertEqual((talk.direction, talk.date), ("in", moment("2026-01-02 03:04:05")))

    def test_nobody_changes_a_call_by_guessing_its_reference(self):
        self.log(self.b, HIDDEN_NUMBER, "1767225600.17", minutes=1)
        before = self.rows()
        answer = self.log(self.a, OWN_NUMBER, "1767225600.17", minutes=99, user=self.a.id)
        self.assertEqual(answer, self.unknown("1767225600.17"))
        self.assertEqual(self.rows(), before)

    def test_a_contact_of_another_source_is_not_changed(self):
        talk = self.env["crm.interaction"].create(
            {
                "partner_id": self.own.id,
                "channel_id": self.channel.id,
                "external_id": "imported",
                "company_id": self.company.id,
                "minutes": 3,
            }
        )
        answer = self.log(self.a, OWN_NUMBER, "imported", minutes=50)
        self.assertEqual(answer["interaction_id"], talk.id)
        self.assertEqual(self.talks("imported").minutes, 3)

    def test_each_company_has_its_own_references(self):
        other = self.other_company()
        both = self.persona("both", "manager", company_ids=[(6, 0, (self.company | other).ids)])
        for company in (self.company, other):
            talks = self.ask(both, "crm.interaction", company.ids)
            talks.log_call(OWN_NUMBER, external_id="same")
        self.assertEqual(self.talks("same").company_id, self.company | other)

    # ------------------------------------------------------------------ context
    def test_no_context_key_writes_into_the_row(self):
        talks = self.ask(self.a, "crm.interaction").with_context(
            default_said="CANARY",
            default_is_complaint=True,
            default_partner_id=self.own.id,
            default_contact_id=self.own.id,
            default_source="import",
            default_state="unknown",
            tracking_disable=False,
            active_test=False,
        )
        for number in (HIDDEN_NUMBER, NOBODY, OWN_NUMBER):
            talks.log_call(number, external_id=number)
        self.assertEqual(set(self.callers(HIDDEN_NUMBER).mapped("state")), {"new"})
        self.hidden.user_id = self.a
        self.identify()
        talk = self.talks(HIDDEN_NUMBER)
        self.assertEqual(talk.partner_id, self.hidden)
        talk |= self.talks(OWN_NUMBER)
        self.assertEqual(set(talk.mapped("source")), {"call"})
        self.assertFalse(any(talk.mapped("said")) or any(talk.mapped("is_complaint")))

    # ------------------------------------------------------------------ enumeration
    def test_a_thousand_numbers_reveal_nothing(self):
        talks = self.ask(self.a, "crm.interaction")
        hidden, answers = 0, set()
        for number in range(1000):
            dialled = f"+9723555{1000 + number}"
            if dialled == OWN_NUMBER:
                continue
            hidden += dialled == HIDDEN_NUMBER
            answer = talks.log_call(dialled, external_id="probe", minutes=0)
            answers.add(tuple(sorted(answer.items())))
        self.assertEqual(hidden, 1)
        self.assertEqual(len(answers), 1)
        for index, number in enumerate((HIDDEN_NUMBER, NOBODY)):
            talks.log_call(number, external_id=f"probe {index}")
        seen = self.ask(self.a, "crm.interaction.caller")
        self.assertFalse(seen.search([]), "Neither before the job ...")
        self.identify()
        seen = self.ask(self.a, "crm.interaction.caller")
        self.assertFalse(seen.search([]), "... nor after it.")
