from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .segment_common import SegmentCommon


@tagged("post_install", "-at_install")
class TestSegmentTags(SegmentCommon):
    """A rule asks for tags by choosing them, and never comes back to its own."""

    def test_a_segment_does_not_ask_for_its_own_tag(self):
        for operator, value in (("in", self.north.ids), ("not in", self.north.ids)):
            with self.assertRaisesRegex(ValidationError, "own tag"):
                self.north.segment_domain = repr([("category_id", operator, value)])
        for path in ("parent_id.category_id", "commercial_partner_id.category_id"):
            with self.assertRaisesRegex(ValidationError, "own tag"):
                self.north.segment_domain = repr([(path, "in", self.north.ids)])
        nested = [("parent_id", "any", ["!", ("category_id", "=", self.north.id)])]
        with self.assertRaisesRegex(ValidationError, "own tag"):
            self.north.segment_domain = repr(nested)
        other = self.tags.create({"name": "Other"})
        for domain in (
            [("category_id", "in", other.ids)],
            [("category_id", "!=", other.id)],
            [("parent_id", "any", [("category_id", "not in", other.ids)])],
            [("parent_id.category_id", "=", other.id)],
        ):
            self.north.segment_domain = repr(domain)

    def test_tags_are_asked_for_by_id_alone(self):
        """A name or a pattern may be the segment's own, and so may any tag at all."""
        for domain in (
            [("category_id", "ilike", "nor")],
            [("category_id", "=", "North")],
            [("category_id", "in", ["North"])],
            [("category_id", "=", False)],
            [("category_id", "!=", False)],
            [("category_id", "child_of", self.north.ids)],
            [("category_id", "any", [])],
            [("category_id", "not any", [])],
            [("parent_id.category_id", "like", "nor")],
            [("parent_id", "any", [("category_id", "ilike", "nor")])],
        ):
            with (
                self.subTest(domain),
                self.assertRaisesRegex(ValidationError, "chosen from the list"),
            ):
                self.north.segment_domain = repr(domain)
        for path in ("category_id.name", "parent_id.category_id.name"):
            with self.assertRaisesRegex(ValidationError, path):
                self.north.segment_domain = repr([(path, "=", "North")])

    def test_segments_do_not_ask_for_each_other(self):
        def asks_for(tag, path="category_id"):
            return repr([(path, "in", tag.ids)])

        second = self.segment("Second", [("category_id", "not in", self.north.ids)])
        third = self.segment("Third", [("parent_id.category_id", "in", second.ids)])
        with self.assertRaisesRegex(ValidationError, "Second asks for this"):
            self.north.segment_domain = asks_for(second)
        for path in ("category_id", "parent_id.category_id"):
            with self.assertRaisesRegex(ValidationError, "Third asks for this"):
                self.north.segment_domain = asks_for(third, path)
        second.active = False
        with self.assertRaisesRegex(ValidationError, "Third asks for this"):
            self.north.segment_domain = asks_for(third)
        second.segment_domain = "[('city', '=', 'North 1')]"
        self.north.segment_domain = asks_for(third)
