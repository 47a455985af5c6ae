import contextlib

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger
from psycopg2 import IntegrityError

from .access_common import AccessCommon


@tagged("post_install", "-at_install")
class TestInteraction(AccessCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.call = cls.env.ref("crm_lifecycle.channel_call").with_company(cls.company)
        cls.call.write({"fixed_cost": 2.0, "hourly_cost": 60.0})
        cls.talks = cls.env["crm.interaction"].with_company(cls.company)

    def talk(self, partner, **vals):
        return self.talks.create(
            {"partner_id": partner.id, "channel_id": self.call.id, "minutes": 10, **vals}
        )

    def test_a_contact_costs_the_channel_s_fixed_cost_and_its_minutes(self):
        self.assertEqual(self.talk(self.own).cost, 2 + 10)

    def test_a_person_s_own_hourly_cost_wins(self):
        self.b.with_company(self.company).lifecycle_hourly_cost = 120
        self.assertEqual(self.talk(self.own, user_id=self.b.id).cost, 2 + 20)

    def test_a_change_of_rates_moves_no_past(self):
        talk = self.talk(self.own)
        self.call.hourly_cost = 600
        self.assertEqual(talk.cost, 12)
        talk.minutes = 20
        self.assertEqual(talk.cost, 22, "Corrected minutes cost what minutes cost then.")

    def test_another_channel_costs_what_it_costs(self):
        talk = self.talk(self.own)
        talk.channel_id = self.env.ref("crm_lifecycle.channel_visit")
        self.assertEqual(talk.cost, 0)

    def test_costs_are_those_of_the_company(self):
        other = self.other_company()
        talk = self.talk(self.own, company_id=other.id)
        self.assertEqual(talk.cost, 0)
        self.assertEqual(talk.currency_id, other.currency_id)

    def test_the_contact_s_customer_is_its_commercial_partner(self):
        talk = self.talks.create({"contact_id": self.child.id, "channel_id": self.call.id})
        self.assertEqual(talk.partner_id, self.hidden)
        self.assertEqual(talk.contact_id, self.child)

    @mute_logger("odoo.sql_db")
    def test_bad_values_are_refused(self):
        for vals in (
            {"minutes": -1},
            {"minutes": float("nan")},
            {"minutes": float("inf")},
            {"minutes": 1e300},
            {"recording_url": "javascript:alert(1)"},
            {"date": "0001-01-01 00:00:00"},
            {"user_id": self.portal.id},
        ):
            with self.subTest(vals):
                self.assertRefuses(
                    lambda vals=vals: self.talk(self.own, **vals), (ValidationError, IntegrityError)
                )

    def test_nobody_but_the_rates_decides_the_cost(self):
        talk = self.ask(self.a, "crm.interaction").create(
            {"partner_id": self.own.id, "channel_id": self.call.id, "minutes": 10, "cost": -1e6}
        )
        self.assertEqual(talk.sudo().cost, 12)
        talk.write({"cost": -1e6})
        self.ask(self.manager, "crm.interaction").browse(talk.id).write({"hourly_cost": 0})
        self.assertEqual(talk.sudo().cost, 12)

    def test_the_same_channel_again_takes_no_new_rates(self):
        talk = self.talk(self.own)
        self.call.hourly_cost = 600
        talk.write({"channel_id": self.call.id, "user_id": talk.user_id.id})
        self.assertEqual(talk.cost, 12)

    def test_a_user_logs_own_contacts_only(self):
        vals = {"partner_id": self.own.id, "channel_id": self.call.id}
        talks = self.ask(self.a, "crm.interaction")
        self.assertRefuses(lambda: talks.create({**vals, "user_id": self.b.id}))
        talk = talks.create(vals)
        self.assertEqual(talk.user_id, self.a)
        self.assertRefuses(lambda: talk.write({"user_id": self.b.id}))
        others = self.talk(self.own, user_id=self.b.id).with_env(talk.env)
        others.write({"user_id": self.b.id, "said": "As before"})
        analyst = self.ask(self.analyst, "crm.interaction")
        self.assertEqual(analyst.create({**vals, "user_id": self.b.id}).user_id, self.b)

    def test_another_customer_is_another_person(self):
        other = self.customer("Other of A", user_id=self.a.id)
        talk = self.talk(self.own)
        talk.partner_id = other
        self.assertEqual(talk.contact_id, other)

    def test_a_contact_was_not_tomorrow(self):
        tomorrow = fields.Datetime.add(fields.Datetime.now(), days=2)
        self.assertRefuses(lambda: self.talk(self.own, date=tomorrow), (ValidationError,))

    def test_what_is_no_value_is_refused_with_a_sentence(self):
        for name, values in {
            "minutes": [True, "5", [1], float("nan")],
            "contact_id": [[1], "abc", 2**40, -1, True],
            "company_id": [2**40, "x"],
            "summary": ["a\x00b", "\ud800", 5, ["x"]],
            "said": ["a\x00b", {"a": 1}],
        }.items():
            for value in values:
                for model in ("crm.interaction", "crm.interaction.log"):
                    vals = {"partner_id": self.own.id, "channel_id": self.call.id, name: value}
                    with self.subTest(f"{model} {name} {value!r}"):
                        talks = self.ask(self.a, model)
                        self.assertRefuses(lambda: talks.create(vals), (ValidationError,))

    def test_a_deleted_customer_leaves_no_words_behind(self):
        gone = self.customer("Gone")
        talk = self.talk(gone)
        talk.message_post(body="Private words")
        self.env["ir.attachment"].create(
            {"name": "file", "raw": b"x", "res_model": talk._name, "res_id": talk.id}
        )
        gone.unlink()
        self.env.flush_all()
        for model, name in (("mail.message", "model"), ("ir.attachment", "res_model")):
            left = [(name, "=", "crm.interaction"), ("res_id", "=", talk.id)]
            self.assertFalse(self.env[model].search(left), model)

    def test_who_handed_the_customer_over_hears_no_more(self):
        talk = self.ask(self.a, "crm.interaction").create(
            {"partner_id": self.own.id, "channel_id": self.call.id}
        )
        self.assertFalse(talk.sudo().message_partner_ids)
        talk.message_subscribe(self.a.partner_id.ids)
        self.own.user_id = self.b
        seen = self.ask(self.b, "crm.interaction").browse(talk.id)
        post = {"body": "For B only", "subtype_xmlid": "mail.mt_comment"}
        message = seen.message_post(**post, partner_ids=self.a.partner_id.ids)
        self.assertFalse(message.sudo().notified_partner_ids)
        self.assertNotIn(self.b.partner_id, talk.sudo().message_partner_ids)
        self.own.user_id = self.a
        message = seen.sudo().with_user(self.manager).message_post(**post)
        self.assertEqual(message.sudo().notified_partner_ids, self.a.partner_id)

    def test_only_who_looks_after_a_customer_logs_and_reads(self):
        seen = self.talk(self.hidden, said="CANARY said")
        talks = self.ask(self.a, "crm.interaction")
        self.assertFalse(talks.search([("id", "=", seen.id)]))
        vals = {"channel_id": self.call.id}
        self.assertRefuses(lambda: talks.create({"partner_id": self.hidden.id, **vals}))
        self.assertRefuses(lambda: talks.create({"contact_id": self.child.id, **vals}))
        own = talks.create({"partner_id": self.own.id, **vals})
        self.assertRefuses(lambda: own.write({"contact_id": self.child.id}))
        self.assertRefuses(own.unlink)
        with self.assertRaises(AccessError):
            self.ask(self.employee, "crm.interaction").search([])

    def test_a_document_is_one_the_user_may_read(self):
        lead = self.env["crm.lead"].create({"name": "Lead of B", "user_id": self.b.id})
        talks = self.ask(self.a, "crm.interaction")
        vals = {
            "partner_id": self.own.id,
            "channel_id": self.call.id,
            "res_model": "crm.lead",
            "res_id": lead.id,
        }
        self.assertRefuses(lambda: talks.create(vals))

    def test_the_worth_changes_with_a_contact(self):
        self.talk(self.own, date="2026-01-02 03:04:00")
        self.talk(self.own, direction="out", is_complaint=True, date="2026-01-03 03:04:00")
        self.work_off()
        row = self.value_of(self.own)
        self.assertEqual((row.interaction_count, row.inbound_count, row.complaint_count), (2, 1, 1))
        last = fields.Datetime.to_datetime("2026-01-03 03:04:00")
        self.assertEqual(row.last_interaction_date, last)
        self.assertEqual(row.service_cost_total, 24)
        lines = self.env["crm.customer.value.line"].search(
            [("partner_id", "=", self.own.id), ("kind", "=", "interaction")]
        )
        self.assertEqual(sum(lines.mapped("amount")), -24)

    def test_a_deleted_contact_costs_nothing(self):
        talk = self.talk(self.own)
        self.work_off()
        talk.unlink()
        self.work_off()
        self.assertEqual(self.value_of(self.own).service_cost_total, 0)

    def test_a_letter_that_is_no_touch_counts_only_its_cost(self):
        self.call.is_touch = False
        self.talk(self.own)
        self.work_off()
        row = self.value_of(self.own)
        self.assertEqual(row.interaction_count, 0)
        self.assertFalse(row.last_interaction_date)
        self.assertEqual(row.service_cost_total, 12)

    def test_a_person_who_becomes_part_of_a_company_brings_the_conversations(self):
        person = self.env["res.partner"].create({"name": "Person"})
        talk = self.talk(person)
        person.parent_id = self.own
        self.env.flush_all()
        self.assertEqual(talk.partner_id, self.own)
        person.parent_id = self.hidden
        self.assertEqual(talk.partner_id, self.own, "What was said with a company stays there.")

    def test_a_merge_of_contacts_loses_no_contact(self):
        gone = self.customer("Gone", user_id=self.a.id)
        talk = self.talk(gone, res_model="res.partner", res_id=gone.id)
        kept = self.talk(self.own)
        self.env["base.partner.merge.automatic.wizard"].create({})._merge(
            (gone | self.own).ids, self.own
        )
        self.env.cr.flush()
        self.env.invalidate_all()
        self.assertEqual((talk | kept).partner_id, self.own)
        self.assertEqual(talk.contact_id, self.own)
        self.assertEqual(talk.res_id, self.own.id)
        self.work_off()
        self.assertEqual(self.value_of(self.own).interaction_count, 2)

    def test_a_customer_merged_into_a_company_s_person_becomes_the_company_s(self):
        gone = self.customer("Gone", user_id=self.a.id)
        person = self.env["res.partner"].create({"name": "Person", "parent_id": self.own.id})
        talk = self.talk(gone)
        self.env["base.partner.merge.automatic.wizard"].create({})._merge(
            (gone | person).ids, person
        )
        self.env.invalidate_all()
        self.assertEqual((talk.partner_id, talk.contact_id), (self.own, person))

    def test_the_customer_is_the_commercial_partner_whatever_is_written(self):
        talk = self.talk(self.own)
        talk.partner_id = self.child
        self.assertEqual(talk.partner_id, self.hidden)

    def test_a_merge_of_leads_loses_no_contact(self):
        leads = self.env["crm.lead"].create(
            [{"name": name, "partner_id": self.own.id} for name in ("Kept", "Gone")]
        )
        talks = [self.talk(self.own, res_model="crm.lead", res_id=lead.id) for lead in leads]
        kept = leads.merge_opportunity()
        self.env.cr.flush()
        self.assertEqual([talk.res_id for talk in talks], [kept.id, kept.id])

    def test_a_merge_of_what_was_merged_goes_to_the_last(self):
        leads = self.env["crm.lead"].create([{"name": str(number)} for number in range(3)])
        first, second, third = leads
        talks = [self.talk(self.own, res_model="crm.lead", res_id=lead.id) for lead in leads]
        self.talks._move_documents(first, second)
        with contextlib.suppress(ZeroDivisionError), self.env.cr.savepoint():
            self.talks._move_documents(third, first)
            raise ZeroDivisionError
        self.talks._move_documents(second, third)
        self.env.cr.flush()
        self.assertEqual([talk.res_id for talk in talks], [third.id] * 3)

    def test_nobody_says_that_a_row_was_captured(self):
        vals = {"channel_id": self.call.id, "partner_id": self.own.id}
        origin = {"source": "email", "source_res_id": 12345, "external_id": "call-1"}
        talk = self.ask(self.a, "crm.interaction").create({**vals, **origin})
        talk.write(origin)
        self.assertEqual((talk.source, talk.source_res_id, talk.external_id), ("manual", 0, False))
