from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .criterion_common import CriterionCommon


@tagged("post_install", "-at_install")
class TestCriterionBroken(CriterionCommon):
    """A condition that makes no sense any more blocks nobody, and is listed."""

    def custom_field(self):
        return self.env["ir.model.fields"].create(
            {
                "name": "x_budget",
                "model_id": self.env["ir.model"]._get_id("crm.lead"),
                "field_description": "Budget",
                "ttype": "char",
            }
        )

    def test_a_removed_field_blocks_nobody(self):
        field = self.custom_field()
        criterion = self.criterion(self.call, names=("x_budget",))
        lead = self.lead()
        self.assertRefused(lambda: self.move(lead))
        field.unlink()
        criterion.invalidate_recordset()
        self.assertEqual(criterion.field_names, "x_budget")
        self.move(lead)
        self.assertEqual(lead.stage_id, self.call)
        self.assertTrue(criterion.is_broken)
        self.assertIn("x_budget", criterion.broken_reason)

    def test_the_night_finds_it_and_an_edit_heals_it(self):
        field = self.custom_field()
        criterion = self.criterion(self.call, names=("x_budget",))
        field.unlink()
        self.find_broken()
        self.assertTrue(criterion.is_broken)
        criterion.field_ids = self.fields_of("phone")
        self.assertFalse(criterion.is_broken)
        self.find_broken()
        self.assertFalse(criterion.is_broken)

    def find_broken(self):
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref("crm_lifecycle.cron_crm_stage_criterion").method_direct_trigger()
        self.env.invalidate_all()

    def test_a_rule_about_a_field_that_is_gone(self):
        criterion = self.criterion(self.call, "domain", domain="[('phone', '!=', False)]")
        self.env.cr.execute(
            "UPDATE crm_stage_criterion SET domain = %s WHERE id = %s",
            ["[('gone', '=', 1)]", criterion.id],
        )
        criterion.invalidate_recordset()
        lead = self.lead()
        self.move(lead)
        self.assertEqual(lead.stage_id, self.call)
        self.assertTrue(criterion.is_broken)

    def test_a_rule_that_the_database_does_not_take(self):
        criterion = self.criterion(self.call, "domain", domain="[('phone', '!=', False)]")
        self.env.cr.execute(
            "UPDATE crm_stage_criterion SET domain = %s WHERE id = %s",
            ["[('date_open', '>', 'someday')]", criterion.id],
        )
        criterion.invalidate_recordset()
        lead = self.as_user(self.lead())
        lead.write({"stage_id": self.call.id, "phone": "5"})
        self.assertEqual((lead.stage_id, lead.phone), (self.call, "5"))
        self.assertTrue(criterion.is_broken)

    def test_a_broken_one_does_not_weaken_the_others(self):
        field = self.custom_field()
        self.criterion(self.call, names=("x_budget",))
        self.criterion(self.call, names=("phone",), name="A number")
        field.unlink()
        lead = self.lead(phone=False)
        refusal = self.assertRefused(lambda: self.move(lead))
        self.assertEqual(self.sentences(refusal), ["A number"])

    def test_what_cannot_be_asked_is_not_saved(self):
        for text in (
            "",
            "[]",
            "nonsense",
            "[('message_ids.body', 'ilike', 'x')]",
            "[('gone', '=', 1)]",
        ):
            with self.subTest(rule=text), self.assertRaises(ValidationError):
                self.criterion(self.call, "domain", domain=text)
        with self.assertRaises(ValidationError):
            self.criterion(self.call, names=())
        with self.assertRaises(ValidationError):
            self.criterion(self.call, "activity")
        other = self.env["ir.model.fields"]._get("res.partner", "name")
        with self.assertRaises(ValidationError):
            self.criterion(self.call).field_ids = [Command.set(other.ids)]

    def test_nobody_writes_the_verdict(self):
        criterion = self.criterion(self.call).with_user(self.leader)
        criterion.write({"is_broken": True, "broken_reason": "because"})
        criterion.write({"is_broken": True, "field_names": "gone", "sequence": 3})
        self.assertFalse(criterion.is_broken)
        self.assertEqual(criterion.field_names, "phone")

    def test_a_deleted_stage_takes_its_conditions_along(self):
        criterion = self.criterion(self.call)
        lead = self.lead(phone=False)
        self.call.unlink()
        self.move(lead, self.offer)
        self.assertEqual(lead.stage_id, self.offer)
        self.assertFalse(criterion.exists())
