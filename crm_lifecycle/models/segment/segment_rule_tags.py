from odoo import api, models
from odoo.exceptions import ValidationError

from ...engine.domain_guard import NESTED

TAGS = "category_id"
BY_ID = ("in", "not in", "=", "!=")


class CrmSegmentRule(models.AbstractModel):
    """What a rule may ask of tags, which segments are themselves.

    A segment that asked for its own tag would come and go night by night. So tags are asked for
    by id alone: a name, a pattern, or whether there is any tag at all, may mean the segment's
    own. And no segment asks for one that asks for it, over however many others.
    """

    _inherit = "crm.segment.rule"

    @api.model
    def _domain(self, text):
        domain = super()._domain(text)
        self._tags_asked_for(domain)
        return domain

    @api.model
    def _tags_asked_for(self, domain):
        """Ids of the tags that a rule asks for, of the contact or of those above it.

        :raises ValidationError: when it asks in another way than by id
        """
        asked = set()
        for operator, value in self._tag_conditions(domain):
            ids = list(value) if isinstance(value, list | tuple) else [value]
            if operator not in BY_ID or any(type(one) is not int for one in ids):
                raise ValidationError(
                    self.env._("A rule asks for tags that are chosen from the list, and no others.")
                )
            asked.update(ids)
        return asked

    @api.model
    def _tag_conditions(self, domain):
        """Pairs of operator and value of the conditions on tags, nested ones included."""
        conditions = [item for item in domain if not isinstance(item, str)]
        for name, operator, value in conditions:
            if TAGS in str(name).split("."):
                yield operator, value
            elif operator in NESTED:
                yield from self._tag_conditions(value)

    @api.model
    def _check_tags(self, segment):
        """Refuse a rule that leads back to the segment's own tag.

        :raises ValidationError: with the segment that it leads over
        """
        asked = self._segments_asked_for()
        for first in sorted(self._tags_asked_for(self._domain(segment.segment_domain))):
            if first == segment.id:
                raise ValidationError(
                    self.env._("A segment cannot ask for its own tag: choose another field.")
                )
            if segment.id in self._reached(first, asked):
                raise ValidationError(
                    self.env._(
                        "%(name)s asks for this segment already: choose another tag.",
                        name=segment.browse(first).name,
                    )
                )

    @api.model
    def _segments_asked_for(self):
        """For each segment that asks for tags, their ids."""
        # As superuser: rules of other companies lead back as well.
        tags = self.env["res.partner.category"].sudo().with_context(active_test=False)
        asking = tags.search([("is_segment", "=", True), ("segment_domain", "like", TAGS)])
        asked = {}
        for segment in asking:
            try:
                asked[segment.id] = self._tags_asked_for(self._domain(segment.segment_domain))
            except ValidationError:
                # It is broken, and asks for nothing until somebody saves another rule.
                continue
        return asked

    @api.model
    def _reached(self, first, asked):
        """Ids of the tags that a tag depends on, itself included."""
        reached, waiting = set(), [first]
        while waiting:
            tag = waiting.pop()
            if tag not in reached:
                reached.add(tag)
                waiting.extend(asked.get(tag, ()))
        return reached
