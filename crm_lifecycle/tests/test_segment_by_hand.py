from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import SQL

from .segment_common import SegmentCommon


@tagged("post_install", "-at_install")
class TestSegmentByHand(SegmentCommon):
    """What a person decides stays, and says so."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.south = cls.contacts[0]
        cls.south.city = "South"

    def hand(self, contact, *commands, user=None):
        asked = self.ask(user or self.a, "res.partner").browse(contact.id)
        asked.write({"category_id": list(commands)})

    def test_a_tag_set_by_hand_stays(self):
        self.hand(self.south, Command.link(self.north.id))
        self.refresh_segments()
        self.assertEqual(self.members(self.north), self.contacts)
        self.assertEqual(self.rows(self.north, self.south), [("hand", False)])
        row = self.history.search([("partner_id", "=", self.south.id)])
        self.assertEqual(row.user_id, self.a)

    def test_a_tag_taken_away_by_hand_stays_away(self):
        self.refresh_segments()
        one = self.contacts[1]
        self.hand(one, Command.unlink(self.north.id))
        self.refresh_segments()
        self.assertNotIn(one, self.members(self.north))
        self.assertEqual(self.rows(self.north, one), [("rule", True), ("out", False)])

    def test_set_again_by_hand_it_is_there_and_stays(self):
        self.refresh_segments()
        one = self.contacts[1]
        self.hand(one, Command.unlink(self.north.id))
        self.hand(one, Command.set(self.north.ids))
        one.city = "South"
        self.refresh_segments()
        self.assertIn(one, self.members(self.north))
        self.assertEqual(
            self.rows(self.north, one), [("rule", True), ("out", True), ("hand", False)]
        )

    def test_the_rule_decides_again_when_asked_to(self):
        self.hand(self.south, Command.link(self.north.id))
        self.refresh_segments()
        one = self.contacts[1]
        self.hand(one, Command.unlink(self.north.id))
        rows = self.ask(self.a, "crm.segment.membership").search([("left_on", "=", False)])
        rows.filtered(lambda row: row.kind != "rule").action_follow_rule()
        self.refresh_segments()
        self.assertEqual(self.members(self.north), self.contacts[1:])

    def test_only_who_may_edit_the_contact_leaves_it_to_the_rule(self):
        self.hand(self.hidden, Command.link(self.north.id), user=self.b)
        row = self.history.search([("partner_id", "=", self.hidden.id)])
        for user in (self.a, self.creator, self.employee, self.portal, self.analyst):
            with self.assertRaises(AccessError):
                self.ask(user, "crm.segment.membership").browse(row.id).action_follow_rule()
        self.ask(self.b, "crm.segment.membership").browse(row.id).action_follow_rule()
        self.assertEqual(row.kind, "rule")

    def test_people_outside_the_app_decide_by_hand_too(self):
        self.refresh_segments()
        self.hand(self.south, Command.link(self.north.id), user=self.creator)
        self.hand(self.contacts[1], Command.unlink(self.north.id), user=self.creator)
        self.refresh_segments()
        self.assertEqual(self.rows(self.north, self.south), [("hand", False)])
        self.assertEqual(self.rows(self.north, self.contacts[1])[1:], [("out", False)])

    def test_writing_the_tags_there_are_decides_nothing(self):
        self.refresh_segments()
        one = self.contacts[1]
        self.hand(one, Command.set(one.category_id.ids))
        self.assertEqual(self.rows(self.north, one), [("rule", False)])

    def test_a_new_contact_s_tag_is_by_hand(self):
        new = self.env["res.partner"].create(
            {"name": "New", "category_id": [Command.link(self.north.id)]}
        )
        self.assertEqual(self.rows(self.north, new), [("hand", False)])
        default = self.env["res.partner"].with_context(default_category_id=self.north.ids)
        self.assertEqual(
            self.rows(self.north, default.create({"name": "Default"})), [("hand", False)]
        )

    def test_contacts_put_in_from_the_tag_are_by_hand(self):
        self.north.partner_ids = [Command.link(self.south.id)]
        self.assertEqual(self.rows(self.north, self.south), [("hand", False)])
        self.north.partner_ids = [Command.unlink(self.south.id)]
        self.assertEqual(self.rows(self.north, self.south), [("hand", True), ("out", False)])

    def test_a_copy_takes_no_tag_of_a_rule_along(self):
        plain = self.tags.create({"name": "Plain"})
        self.hand(self.contacts[1], Command.link(plain.id))
        self.refresh_segments()
        self.assertEqual(self.contacts[1].copy().category_id, plain)
        self.hand(self.south, Command.link(self.north.id))
        self.assertEqual(self.south.copy().category_id, self.north)

    def test_tags_of_before_the_segment_count_as_set_by_hand(self):
        plain = self.tags.create({"name": "Plain", "partner_ids": [Command.link(self.south.id)]})
        self.assertEqual(self.rows(plain, self.south), [])
        plain.write(
            {
                "is_segment": True,
                "segment_company_id": self.company.id,
                "segment_domain": "[('city', '=', 'North 1')]",
            }
        )
        self.refresh_segments()
        self.assertEqual(self.members(plain), self.contacts[:2])
        self.assertEqual(self.rows(plain, self.south), [("hand", False)])
        self.assertEqual(self.rows(plain, self.contacts[1]), [("rule", False)])

    def test_a_tag_that_went_past_us_is_noticed(self):
        self.refresh_segments()
        one = self.contacts[1]
        self.env.cr.execute(
            SQL("DELETE FROM res_partner_res_partner_category_rel WHERE partner_id = %s", one.id)
        )
        self.env.invalidate_all()
        self.refresh_segments()
        self.assertEqual(self.rows(self.north, one), [("rule", True), ("rule", False)])
        self.assertIn(one, self.members(self.north))

    def test_other_tags_are_nothing_of_ours(self):
        plain = self.tags.create({"name": "Plain"})
        self.hand(self.south, Command.link(plain.id))
        self.assertFalse(self.history.search([("category_id", "=", plain.id)]))

    def test_a_merge_loses_no_history_and_leaves_nothing_twice(self):
        self.hand(self.south, Command.link(self.north.id))
        self.refresh_segments()
        kept, gone = self.contacts[1], self.south
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((kept | gone).ids, kept)
        self.env.invalidate_all()
        self.assertEqual(self.rows(self.north, kept), [("hand", False), ("rule", False)])
        self.refresh_segments()
        self.assertEqual(self.rows(self.north, kept), [("hand", False), ("rule", True)])

    def test_writing_other_fields_costs_nothing(self):
        self.contacts.write({"comment": "a"})
        self.env.flush_all()
        with self.assertQueryCount(1):
            self.contacts.write({"comment": "b"})
            self.env.flush_all()
        with self.assertQueryCount(14):
            self.contacts.write({"category_id": [Command.link(self.north.id)]})
            self.env.flush_all()


@tagged("post_install", "-at_install")
class TestSegmentGroups(SegmentCommon):
    """In a group a contact has at most one of the tags."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.group = cls.env["crm.segment.group"].create({"name": "Kind"})
        number = [("city", "in", ["North 0", "North 1"])]
        cls.first = cls.in_group("First", number, 1)
        cls.second = cls.in_group("Second", [("city", "=like", "North %")], 2)
        cls.third = cls.in_group("Third", None, 3)
        cls.both = cls.contacts[:2]

    @classmethod
    def in_group(cls, name, domain, sequence):
        return cls.segment(name, domain, segment_group_id=cls.group.id, segment_sequence=sequence)

    def kinds(self):
        """The tags of the group that each contact has, by name."""
        tags = self.first | self.second | self.third
        return [(one.category_id & tags).mapped("name") for one in self.contacts]

    def test_the_first_tag_that_fits_is_given(self):
        self.refresh_segments()
        self.assertEqual(self.kinds(), [["First"]] * 2 + [["Second"]] * 4)

    def test_a_change_of_order_changes_the_tags(self):
        self.refresh_segments()
        self.first.segment_sequence = 9
        self.refresh_segments()
        self.assertEqual(self.kinds(), [["Second"]] * 6)

    def test_who_no_longer_fits_the_first_gets_the_second_in_one_refresh(self):
        self.refresh_segments()
        self.contacts[0].city = "North 8"
        self.refresh_segments()
        self.assertEqual(self.kinds()[0], ["Second"])

    def test_a_tag_by_hand_goes_before_those_of_rules(self):
        self.contacts[0].category_id = [Command.link(self.third.id)]
        self.contacts[1].category_id = [Command.link(self.second.id)]
        self.refresh_segments()
        self.assertEqual(self.kinds()[:3], [["Third"], ["Second"], ["Second"]])

    def test_a_second_tag_by_hand_replaces_the_first(self):
        self.refresh_segments()
        one = self.ask(self.a, "res.partner").browse(self.contacts[0].id)
        one.write({"category_id": [Command.link(self.third.id)]})
        self.assertEqual(self.kinds()[0], ["Third"])
        self.assertEqual(self.rows(self.first, self.contacts[0]), [("rule", True)])
        one.write({"category_id": [Command.link(self.second.id)]})
        self.assertEqual(self.kinds()[0], ["Second"])
        self.assertEqual(self.rows(self.third, self.contacts[0]), [("hand", True)])
        self.refresh_segments()
        self.assertEqual(self.kinds()[0], ["Second"])

    def test_of_two_tags_at_once_the_first_stays(self):
        tags = [Command.set((self.third | self.second).ids)]
        new = self.env["res.partner"].create({"name": "New", "category_id": tags})
        self.assertEqual(new.category_id, self.second)
        self.assertEqual(self.rows(self.second, new), [("hand", False)])
        self.assertEqual(self.rows(self.third, new), [("hand", True)])
        self.contacts[5].category_id = tags
        self.assertEqual(self.kinds()[5], ["Second"])

    def test_tags_from_the_tag_s_side_exclude_each_other_too(self):
        self.second.partner_ids = [Command.link(self.contacts[0].id)]
        self.third.partner_ids = [Command.link(self.contacts[0].id)]
        self.assertEqual(self.kinds()[0], ["Third"])

    def test_tags_that_come_into_a_group_together_are_sorted_out(self):
        plain = self.tags.create([{"name": "Plain 1"}, {"name": "Plain 2"}])
        self.contacts[3].category_id = [Command.set(plain.ids)]
        plain.write(
            {
                "is_segment": True,
                "segment_company_id": self.company.id,
                "segment_group_id": self.group.id,
            }
        )
        self.refresh_segments()
        self.assertEqual(self.contacts[3].category_id & plain, plain[0])
        self.assertEqual(self.kinds()[3], [])

    def test_a_broken_segment_of_the_group_keeps_its_members_from_the_others(self):
        self.refresh_segments()
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE res_partner_category SET segment_domain = 'x' WHERE id = %s",
                self.first.id,
            )
        )
        self.env.invalidate_all()
        self.refresh_segments()
        self.assertEqual(self.kinds()[:2], [["First"]] * 2)

    def test_refreshing_one_refreshes_its_group(self):
        self.refresh_segments(only=self.second)
        self.assertEqual(self.kinds(), [["First"]] * 2 + [["Second"]] * 4)
        self.assertFalse(self.members(self.north))

    def test_batches_make_no_difference(self):
        self.refresh_segments(batch=3)
        self.assertEqual(self.kinds(), [["First"]] * 2 + [["Second"]] * 4)

    def test_the_same_in_another_order_of_tags(self):
        """A rule of a later tag, evaluated first long ago, gives way."""
        self.refresh_segments(only=self.north)
        self.first.segment_domain = "[('city', '=', 'North 5')]"
        self.refresh_segments()
        self.assertEqual(self.kinds(), [["Second"]] * 5 + [["First"]])
