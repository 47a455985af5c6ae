from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .screen_common import PHONE, THEIRS, ScreenCommon


@tagged("post_install", "-at_install")
class TestLeadScreening(ScreenCommon):
    """A lead is flagged, with the reason, before effort is spent on it."""

    def reason(self, lead, user=None):
        return self.as_user(lead, user).screening_reason

    # ------------------------------------------------------------------ reasons
    def test_nothing_is_flagged_where_nothing_is_configured(self):
        self.worth(self.known, tier="d", overdue_amount=99999, days_late=900)
        self.assertEqual(self.arrive(phone=PHONE).screening_state, "clear")
        self.assertEqual(self.arrive(phone=THEIRS).screening_state, "clear")

    def test_overdue_beyond_the_amount(self):
        self.company.lifecycle_screen_overdue_amount = 1000
        self.worth(self.known, overdue_amount=1000, days_late=40)
        self.assertEqual(self.arrive(phone=PHONE).screening_state, "clear")
        self.worth(self.known, overdue_amount=1000.5)
        lead = self.arrive(phone=PHONE)
        self.assertEqual(lead.screening_state, "flagged")
        self.assertIn("Known Glass owes", self.reason(lead))
        self.assertIn("for up to 40 days", self.reason(lead))

    def test_overdue_for_more_than_the_days(self):
        self.company.lifecycle_screen_overdue_days = 30
        self.worth(self.known, overdue_amount=5, days_late=30)
        self.assertEqual(self.arrive(phone=PHONE).screening_state, "clear")
        self.worth(self.known, days_late=31)
        self.assertEqual(self.arrive(phone=PHONE).screening_state, "flagged")

    def test_at_worth_d(self):
        self.company.lifecycle_screen_worth = True
        for tier, state in (("a", "clear"), ("c", "clear"), ("d", "flagged")):
            with self.subTest(tier):
                self.worth(self.known, tier=tier)
                self.assertEqual(self.arrive(phone=PHONE).screening_state, state)
        self.assertIn("worth D", self.reason(self.arrive(phone=PHONE)))

    def test_blocked_by_a_manager(self):
        self.known.with_user(self.manager).write(
            {"lifecycle_blocked": True, "lifecycle_blocked_reason": "Never pays"}
        )
        lead = self.arrive(email_from="ruth@known-glass.test")
        self.assertEqual(lead.screening_state, "flagged")
        self.assertEqual(self.reason(lead), "Known Glass was blocked by a manager: Never pays.")

    def test_the_customer_who_is_set_counts_like_one_who_matches(self):
        self.known.lifecycle_blocked = True
        lead = self.arrive(partner_id=self.person.id, email_from=False, phone=False)
        self.assertEqual(lead.screening_state, "flagged")

    def test_each_door(self):
        self.known.lifecycle_blocked = True
        seller = self.env["crm.lead"].with_user(self.seller)
        imported = seller.load(["name", "phone"], [["Imported", PHONE]])["ids"]
        mailed = self.env["crm.lead"].message_new(
            {"subject": "Mailed", "from": "Ruth <ruth@known-glass.test>", "email_from": ""},
            {"team_id": self.team.id, "email_from": "ruth@known-glass.test"},
        )
        written = self.lead("Written")
        self.as_user(written).phone = PHONE
        leads = {
            "form": self.typed(phone=PHONE).save(),
            "rpc": seller.create({"name": "RPC", "phone": PHONE}),
            "import": seller.browse(imported),
            "mail": mailed,
            "write": written,
            "copy": self.arrive(phone=PHONE).copy(),
        }
        for door, lead in leads.items():
            with self.subTest(door):
                self.assertEqual(lead.sudo().screening_state, "flagged")

    def test_the_form_shows_it_before_saving(self):
        self.known.lifecycle_blocked = True
        form = self.typed(phone=PHONE)
        self.assertEqual(form.screening_state, "flagged")
        self.assertIn("blocked by a manager", form.screening_reason)

    # ------------------------------------------------------------------ somebody else's customer
    def test_of_somebody_else_s_customer_a_seller_learns_nothing_but_whom_to_ask(self):
        """Flagged whether the customer stands well or badly, with the same words."""
        self.company.lifecycle_screen_worth = True
        shown = set()
        for tier in ("a", "d"):
            self.worth(self.theirs, tier=tier, overdue_amount=777, days_late=77)
            lead = self.arrive(phone=THEIRS)
            asked = self.as_user(lead)
            shown.add((asked.screening_state, asked.screening_reason))
        [(state, reason)] = shown
        self.assertEqual(state, "flagged")
        self.assertIn("Ask a manager", reason)
        for canary in ("Canary", "777", "77", "worth"):
            self.assertNotIn(canary, reason)

    def test_a_manager_is_told_who_looks_after_the_customer_and_how_it_stands(self):
        self.company.lifecycle_screen_worth = True
        self.worth(self.theirs, tier="d")
        reason = self.reason(self.arrive(phone=THEIRS), self.manager)
        self.assertIn("Canary Windows is at worth D", reason)
        self.assertIn(self.colleague.name, reason)

    def test_the_reasons_themselves_cannot_be_read_or_searched(self):
        self.company.lifecycle_screen_worth = True
        self.worth(self.theirs, tier="d")
        lead = self.arrive(phone=THEIRS)
        for user in (self.seller, self.leader, self.manager):
            asked = self.as_user(lead, user)
            for name in ("screening_codes", "screening_decision", "screening_decision_codes"):
                with self.subTest(name, user=user.login):
                    with self.assertRaises(AccessError):
                        asked.read([name])
                    with self.assertRaises(AccessError):
                        asked.search([(name, "!=", False)])
        orders = self.env["sale.order"].with_user(self.seller)
        with self.assertRaises(AccessError):
            orders.search([("opportunity_id.screening_codes", "ilike", "worth")])

    def test_nobody_owns_a_customer_who_is_everybody_s(self):
        self.company.lifecycle_screen_worth = True
        self.company.lifecycle_unowned_visible = True
        self.known.user_id = False
        self.assertEqual(self.arrive(phone=PHONE, user_id=False).screening_state, "clear")
        self.company.lifecycle_unowned_visible = False
        self.assertEqual(self.arrive(phone=PHONE).screening_state, "flagged")

    def test_handing_the_lead_to_the_customer_s_salesperson_clears_it(self):
        self.company.lifecycle_screen_worth = True
        lead = self.arrive(phone=THEIRS)
        self.assertEqual(lead.screening_state, "flagged")
        lead.user_id = self.colleague
        self.assertEqual(lead.screening_state, "clear")

    # ------------------------------------------------------------------ who blocks
    def test_only_managers_block_and_see_who_is_blocked(self):
        for user in (self.seller, self.leader):
            partner = self.known.with_user(user)
            for door in (
                lambda one=partner: one.write({"lifecycle_blocked": True}),
                lambda one=partner: one.read(["lifecycle_blocked"]),
                lambda one=partner: one.search([("lifecycle_blocked", "=", True)]),
                lambda one=partner: one.search([("child_ids.lifecycle_blocked", "=", True)]),
            ):
                with self.subTest(user=user.login), self.assertRaises(AccessError):
                    door()

    def test_a_contact_is_not_blocked_but_the_customer(self):
        with self.assertRaisesRegex(ValidationError, "Block the customer, Known Glass"):
            self.person.lifecycle_blocked = True

    def test_merging_a_blocked_customer_into_another_keeps_the_block(self):
        self.known.write({"lifecycle_blocked": True, "lifecycle_blocked_reason": "Never pays"})
        double = self.customer("Known Glass Ltd", user_id=self.seller.id)
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.known | double).ids, double)
        self.assertTrue(double.lifecycle_blocked)
        self.assertEqual(double.lifecycle_blocked_reason, "Never pays")

    def test_a_seller_without_the_app_s_role_is_only_told_whom_to_ask(self):
        self.known.lifecycle_blocked = True
        outsider = self.persona("screen_outsider", role=None)
        lead = self.arrive(phone=PHONE, user_id=outsider.id)
        self.assertIn("Ask a manager", self.reason(lead, outsider))
        self.assertNotIn("Known Glass", self.reason(lead, outsider))

    # ------------------------------------------------------------------ companies
    def test_each_company_has_its_own_limits_and_figures(self):
        other = self.env["res.company"].create({"name": "Other company"})
        other.lifecycle_screen_worth = True
        self.worth(self.known, tier="d")
        self.assertEqual(self.arrive(phone=PHONE).screening_state, "clear")
        self.company.lifecycle_screen_worth = True
        lead = self.env["crm.lead"].create(
            {"name": "There", "company_id": other.id, "user_id": False, "phone": PHONE}
        )
        self.assertEqual(lead._lifecycle_company(), other)
        self.env.flush_all()
        self.assertNotIn("worth", lead.screening_codes or "")
        self.assertIn("worth", self.arrive(phone=PHONE).screening_codes)

    # ------------------------------------------------------------------ kept current
    def test_blocking_and_new_limits_wake_the_job(self):
        job = self.env.ref("crm_lifecycle.cron_crm_lead_screening")
        triggers = self.env["ir.cron.trigger"]

        def count():
            return triggers.search_count([("cron_id", "=", job.id)])

        before = count()
        self.known.lifecycle_blocked = True
        self.assertEqual(count(), before + 1)
        self.company.lifecycle_screen_overdue_days = 3
        self.assertEqual(count(), before + 2)
        self.company.name = "Renamed"
        self.assertEqual(count(), before + 2)

    def test_the_job_flags_what_has_come_to_be_overdue_and_clears_what_was_paid(self):
        self.company.lifecycle_screen_overdue_days = 30
        lead = self.arrive(phone=PHONE)
        self.worth(self.known, overdue_amount=5, days_late=31)
        self.screen_again()
        self.assertEqual(lead.screening_state, "flagged")
        self.worth(self.known, overdue_amount=0, days_late=0)
        self.screen_again()
        self.assertEqual(lead.screening_state, "clear")

    def test_the_job_leaves_closed_leads_as_they_are(self):
        self.company.lifecycle_screen_overdue_days = 30
        lead = self.arrive(phone=PHONE)
        lead.action_set_lost()
        self.worth(self.known, overdue_amount=5, days_late=31)
        self.screen_again()
        self.assertEqual(lead.screening_state, "clear")

    def test_the_job_writes_nothing_where_nothing_changed(self):
        self.company.lifecycle_screen_worth = True
        self.worth(self.known, tier="d")
        leads = self.arrive(phone=PHONE) | self.arrive(phone=PHONE)
        before = leads.mapped("write_date")
        self.screen_again()
        self.assertEqual(leads.mapped("write_date"), before)
        self.assertEqual(set(leads.mapped("screening_state")), {"flagged"})

    def test_the_job_takes_a_batch_in_a_fixed_number_of_queries(self):
        self.company.lifecycle_screen_worth = True
        leads = self.env["crm.lead"].create(
            [{"name": f"Lead {i}", "phone": PHONE, "user_id": self.seller.id} for i in range(50)]
        )
        self.env.flush_all()
        self.env["crm.lead"]._screen_batch(leads[0].id - 1)
        self.env.invalidate_all()
        with self.assertQueryCount(3):
            self.env["crm.lead"]._screen_batch(leads[0].id - 1)

    # ------------------------------------------------------------------ queries
    def matched_queries(self, work):
        """How many statements that look up customers some work makes."""
        asked = []
        query = type(self.env.cr).execute

        def counted(cr, statement, *args, **kwargs):
            text = getattr(statement, "code", statement)
            if "AS asked (number" in str(text):
                asked.append(1)
            return query(cr, statement, *args, **kwargs)

        self.patch(type(self.env.cr), "execute", counted)
        work()
        self.env.flush_all()
        return len(asked)

    def new(self, count):
        return lambda: self.env["crm.lead"].create(
            [{"name": f"Lead {i}", "phone": PHONE, "type": "opportunity"} for i in range(count)]
        )

    def test_a_batch_of_new_leads_costs_one_query(self):
        self.company.lifecycle_screen_worth = True
        self.env.flush_all()
        self.assertEqual(self.matched_queries(self.new(30)), 1)

    def test_a_company_that_configured_nothing_pays_nothing(self):
        self.assertEqual(self.matched_queries(self.new(30)), 0)

    def test_writing_anything_else_costs_nothing(self):
        self.company.lifecycle_screen_worth = True
        lead = self.arrive(phone=PHONE)
        self.assertEqual(self.matched_queries(lambda: lead.write({"priority": "2"})), 0)
        self.assertEqual(self.matched_queries(lambda: lead.write({"stage_id": self.call.id})), 0)
