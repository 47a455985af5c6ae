from datetime import timedelta
from unittest.mock import patch

from odoo.addons.crm_lifecycle.models.segment import customer_quality_source
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import SQL
from psycopg2.errors import SerializationFailure

from .quality_common import QualityCommon


@tagged("post_install", "-at_install")
class TestQuality(QualityCommon):
    """Data quality is what the checks say, customer by customer, and nothing else."""

    # ------------------------------------------------------------------ the checks
    def test_a_perfect_customer_has_100_and_no_issue(self):
        row = self.quality_of(self.perfect())
        self.assertEqual(row.score, 100)
        self.assertFalse(row.issue_ids)
        self.assertEqual(row.issue_count, 0)

    def test_each_fault_is_found_and_is_the_only_one(self):
        faults = {
            "no_phone": {"phone": False},
            "bad_phone": {"phone": "call me"},
            "no_email": {"email": False},
            "bad_email": {"email": "at home"},
            "bounced_email": {"message_bounce": 1},
            "no_address": {"city": False},
            "no_birth_date": {"birth_date": False},
            "no_salesperson": {"user_id": False},
            "no_language": {"lang": False},
        }
        for number, (code, vals) in enumerate(faults.items()):
            customer = self.perfect(number + 10, **vals)
            if code == "no_language":
                customer.lang = False
            with self.subTest(code):
                self.assertEqual(self.codes(customer), {code})

    def test_spaces_are_no_data(self):
        customer = self.perfect(7, phone="  ", email=" ", city=" ")
        self.assertEqual(self.codes(customer), {"no_phone", "no_email", "no_address"})

    def test_a_company_needs_a_vat_number_and_no_birthday(self):
        company = self.perfect(3, is_company=True, birth_date=False, vat=False)
        self.assertEqual(self.codes(company), {"no_vat"})
        company.vat = "/"
        self.assertEqual(self.codes(company), {"no_vat"})
        company.vat = "IL-55"
        self.assertFalse(self.codes(company))

    def test_impossible_birthdays_that_came_past_odoo_are_reported(self):
        for number, day in enumerate((self.today + timedelta(days=1), "1869-12-31")):
            customer = self.perfect(20 + number)
            self.env.cr.execute(
                "UPDATE res_partner SET birth_date = %s WHERE id = %s", (day, customer.id)
            )
            customer.invalidate_recordset()
            self.assertEqual(self.codes(customer), {"bad_birth_date"})

    def test_an_address_that_may_not_be_written_to_is_doubtful(self):
        customer = self.perfect(4)
        self.env["mail.blacklist"].create({"email": customer.email})
        self.assertEqual(self.codes(customer), {"bounced_email"})

    def test_the_score_is_the_weight_of_what_is_right(self):
        customer = self.perfect(5, phone=False)
        row = self.quality_of(customer)
        # All apply but: dialling a missing phone, the day of birth's future, VAT.
        applied = self.weights() - {
            "bad_phone",
            "no_vat",
            "duplicate_phone",
            "duplicate_vat",
        }
        total = sum(self.weight_of(code) for code in applied)
        self.assertAlmostEqual(row.score, 100 * (total - self.weight_of("no_phone")) / total, 2)

    def test_everybody_is_as_the_naive_reading_says(self):
        customers = self.crowd()
        self.check(*customers)
        for customer in customers:
            self.assertQuality(customer)

    # ------------------------------------------------------------------ duplicates
    def test_duplicates_by_phone_mail_and_vat_however_written(self):
        one = self.perfect(30, is_company=True, vat="IL 514.377-66", birth_date=False)
        two = self.perfect(31, is_company=True, vat="il51437766", birth_date=False)
        self.assertEqual(self.codes(one), {"duplicate_vat"})
        two.write({"phone": "03-611 11 30", "email": "P30@Example.com", "vat": "IL1"})
        self.assertEqual(self.codes(one), {"duplicate_phone", "duplicate_email"})
        self.assertEqual(self.quality_of(one).duplicate_count, 1)

    def test_a_contact_who_is_no_customer_yet_is_a_duplicate_too(self):
        one = self.perfect(30)
        self.env["res.partner"].create(
            {"name": "From the web", "email": one.email, "user_id": self.seller.id}
        )
        self.assertEqual(self.codes(one), {"duplicate_email"})

    def test_a_contact_of_the_customer_and_an_archived_one_are_none(self):
        one = self.perfect(30)
        self.env["res.partner"].create(
            [
                {"name": "Child", "email": one.email, "parent_id": one.id},
                {"name": "Gone", "email": one.email, "user_id": self.seller.id, "active": False},
            ]
        )
        self.assertFalse(self.codes(one))

    def test_another_company_s_contact_is_none(self):
        one = self.perfect(30)
        other = self.other_company()
        self.env["res.partner"].create(
            {
                "name": "Theirs",
                "email": one.email,
                "user_id": self.seller.id,
                "company_id": other.id,
            }
        )
        row = self.quality_of(one)
        self.assertEqual((row.duplicate_count, row.duplicate_elsewhere_count), (0, 0))

    def test_many_with_one_number_cost_no_more_than_many_with_their_own(self):
        """Groups are counted, never pairs: a switchboard's number is one group."""
        self.env.cr.execute(
            """INSERT INTO res_partner (name, complete_name, active, phone_sanitized, phone, type,
                                        autopost_bills)
               SELECT 'Many', 'Many', TRUE, '+97236110000', '036110000', 'contact', 'ask'
                 FROM generate_series(1, 3000)"""
        )
        self.env.cr.execute(
            "UPDATE res_partner SET commercial_partner_id = id WHERE phone = '036110000'"
        )
        one = self.perfect(0, phone="03-6110000", user_id=False)
        self.assertEqual(self.quality_of(one).duplicate_count, 3000)

    # ------------------------------------------------------------------ weights
    def test_a_weight_of_zero_switches_a_check_off(self):
        customer = self.perfect(5, phone=False)
        self.assertEqual(self.codes(customer), {"no_phone"})
        self.check_of("no_phone").weight = 0
        row = self.quality_of(customer)
        self.assertEqual((row.score, row.issue_count), (100, 0))

    def test_without_any_check_nothing_is_wrong(self):
        self.env["crm.quality.check"].search([]).weight = 0
        self.assertEqual(self.quality_of(self.perfect(5, phone=False)).score, 100)

    def test_a_weight_is_one_company_s(self):
        other = self.other_company()
        check = self.check_of("no_phone")
        check.with_company(other).weight = 0
        check.invalidate_recordset()
        self.assertEqual(check.with_company(self.company).weight, 15)
        customer = self.perfect(5, phone=False)
        self.values.create({"partner_id": customer.id, "company_id": other.id})
        self.assertEqual(self.codes(customer), {"no_phone"})
        self.assertNotIn("no_phone", self.codes(customer, other))

    def test_a_weight_is_between_0_and_100(self):
        for weight in (-1, 101):
            with self.assertRaises(ValidationError):
                self.check_of("no_phone").weight = weight

    def test_new_weights_have_everybody_checked_again(self):
        run = self.runs.create({"as_of": self.today, "position": 77})
        self.env["ir.cron.trigger"].search([]).unlink()
        self.check_of("no_phone").weight = 3
        self.assertEqual(run.position, 0)
        job = self.env.ref("crm_lifecycle.cron_customer_quality_run")
        self.assertTrue(self.env["ir.cron.trigger"].search([("cron_id", "=", job.id)]))

    def test_only_managers_set_weights(self):
        for user, may in ((self.seller, False), (self.persona("q_manager", "manager"), True)):
            check = self.check_of("no_phone").with_user(user).sudo(False)
            self.assertEqual(check.weight, 15)
            if may:
                check.weight = 20
                self.assertEqual(check.weight, 20)
            else:
                with self.assertRaises(AccessError):
                    check.weight = 20

    # ------------------------------------------------------------------ overriding
    def test_a_company_adds_a_check_of_its_own(self):
        self.env["crm.quality.check"].create(
            {"name": "No website", "code": "no_website", "default_weight": 50}
        )
        source = type(self.env["crm.customer.quality.source"])
        mine = SQL(
            """SELECT customer.partner_id, customer.company_id, partner.website IS NULL AS failed
                 FROM customer JOIN res_partner partner ON partner.id = customer.partner_id"""
        )
        theirs = customer_quality_source.CrmCustomerQualitySource._checks
        customer = self.perfect(9)
        with patch.object(source, "_checks", lambda one: {**theirs(one), "no_website": mine}):
            self.assertEqual(self.codes(customer), {"no_website"})

    # ------------------------------------------------------------------ the job
    def work(self, batch=20000, pieces=None):
        """Let the job work until it is done, or has committed so many pieces."""
        commits = []

        def commit(_progress, processed=0, remaining=None):
            commits.append(processed)
            return 100.0 if pieces is None or len(commits) <= pieces else 0

        with (
            patch.object(type(self.runs), "_batch_size", lambda _run: batch),
            patch.object(type(self.env["ir.cron"]), "_commit_progress", commit),
        ):
            self.runs._cron_check()
        return self.runs.search([], limit=1)

    def test_batches_make_no_difference_and_a_second_run_writes_nothing(self):
        self.crowd()
        run = self.work()
        self.assertEqual(run.state, "done")
        whole = self.table()
        self.assertTrue(whole)
        again = self.work()
        self.assertNotEqual(again, run)
        self.assertEqual(again.written_count, 0)
        self.assertEqual(self.table(), whole)
        for batch in (1, 3, 7):
            self.env.cr.execute("DELETE FROM crm_customer_quality")
            self.work(batch=batch)
            self.assertEqual(self.table(), whole)

    def test_a_run_goes_on_where_it_was_cut(self):
        customers = self.crowd()
        run = self.work(batch=3, pieces=2)
        self.assertEqual(run.state, "working")
        position = run.position
        self.assertGreater(position, 0)
        self.assertEqual(self.work(batch=3, pieces=2), run)
        self.assertGreater(run.position, position)
        self.assertEqual(self.work(batch=3), run)
        self.assertEqual(run.state, "done")
        for customer in customers:
            self.assertQuality(customer)

    def test_a_run_of_yesterday_starts_again(self):
        self.crowd()
        run = self.runs.create({"as_of": self.today - timedelta(days=1), "position": 2**31 - 2})
        self.assertEqual(self.work(), run)
        self.assertEqual((run.state, run.as_of), ("done", self.today))
        self.assertTrue(self.rows.search_count([]))

    def test_a_lost_race_is_tried_again(self):
        customers = self.crowd()
        refresh = type(self.env["crm.customer.quality.refresh"])
        write, lost = refresh._write_scores, []

        def racing(model, scope):
            if not lost:
                lost.append(scope)
                raise SerializationFailure
            return write(model, scope)

        with (
            patch.object(refresh, "_write_scores", racing),
            patch.object(self.env.cr, "rollback"),
            patch("time.sleep"),
        ):
            self.assertEqual(self.work().state, "done")
        self.assertTrue(lost)
        self.assertQuality(customers[0])

    def test_who_is_no_customer_any_more_is_forgotten(self):
        customer, archived = self.perfect(5), self.perfect(6)
        self.check(customer, archived)
        self.env.cr.execute("DELETE FROM crm_customer_value WHERE partner_id = %s", (customer.id,))
        archived.active = False
        self.work()
        self.assertFalse(self.rows.search([("partner_id", "in", (customer | archived).ids)]))

    def test_old_runs_are_forgotten(self):
        run = self.runs.create({"as_of": self.today})
        self.env.cr.execute("UPDATE crm_customer_quality_run SET create_date = '2020-01-01'")
        run.invalidate_recordset()
        self.runs._gc_runs()
        self.assertFalse(run.exists())

    # ------------------------------------------------------------------ keeping up
    def test_a_change_of_the_contact_shows_within_a_minute(self):
        customer = self.perfect(5, phone=False)
        self.check(customer)
        self.work_off()
        customer.phone = "03-6111105"
        self.assertEqual(self.known_codes(customer), {"no_phone"})
        self.work_off()
        self.assertFalse(self.known_codes(customer))

    def test_a_contact_who_is_no_customer_costs_nothing_later(self):
        stranger = self.env["res.partner"].create({"name": "Stranger"})
        self.work_off()
        stranger.phone = "03-6111105"
        self.queue._write_pending()
        self.assertFalse(self.queue.search([("partner_id", "=", stranger.id)]))
        self.assertFalse(self.rows.search([("partner_id", "=", stranger.id)]))

    def test_a_new_customer_is_checked_with_the_first_invoice(self):
        customer = self.customer("New")
        self.invoice(customer, 100.0)
        self.work_off()
        self.assertTrue(self.known_codes(customer))

    def test_a_merge_leaves_one_row_that_is_right(self):
        kept = self.perfect(5, phone=False)
        gone = self.perfect(6, email=kept.email)
        self.check(kept, gone)
        self.assertIn("duplicate_email", self.known_codes(kept))
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((kept | gone).ids, kept)
        self.env.invalidate_all()
        self.work_off()
        self.assertFalse(self.rows.search([("partner_id", "=", gone.id)]))
        self.assertFalse(self.known_codes(kept))
        self.assertEqual(len(self.rows.search([("partner_id", "=", kept.id)])), 1)
