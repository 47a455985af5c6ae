from markupsafe import Markup
from odoo import models


class CrmHandOver(models.Model):
    """One message a person, instead of one a record: what came, what went, what stayed."""

    _inherit = "crm.hand.over"

    def _tell(self):
        """Tell the deputies and the person; what the state is says what is told."""
        people = self.line_ids.deputy_id | self.user_id
        for user in people.filtered("active"):
            texts = self.with_context(lang=user.lang)._texts(user)
            if texts:
                self._tell_one(user, texts)

    def _tell_one(self, user, texts):
        self.env["mail.thread"].with_context(lang=user.lang).message_notify(
            partner_ids=user.partner_id.ids,
            subject=self.with_context(lang=user.lang).display_name,
            body=Markup("<br/>").join(texts),
            model=self._name,
            res_id=self.id,
            force_send=False,
        )

    def _texts(self, user):
        """The sentences for one person; none when nothing concerns them."""
        counts = self._counts(user)
        done = sum(counts.get(self.state, {}).values())
        over = sum(counts.get("left" if self.state == "moved" else "kept", {}).values())
        texts = [self._text(user, self._listed(counts[self.state]))] if done else []
        if over and user == self.user_id:
            texts.append(
                self.env._(
                    "%(count)s did not move. The list says why.",
                    count=over,
                )
            )
        return texts

    def _counts(self, user):
        """How many of each kind, by state of the line: of the deputy, or of everything."""
        domain = [("hand_over_id", "=", self.id)]
        if user != self.user_id:
            domain.append(("deputy_id", "=", user.id))
        counts = {}
        for state, kind, count in self.line_ids._read_group(domain, ["state", "kind"], ["__count"]):
            counts.setdefault(state, {})[kind] = count
        return counts

    def _listed(self, counts):
        """In words: "Lead: 3, Activity: 4"."""
        labels = dict(self.line_ids._fields["kind"]._description_selection(self.env))
        return ", ".join(f"{labels[kind]}: {count}" for kind, count in sorted(counts.items()))

    def _text(self, user, listed):
        owner = self.user_id.name
        if self.state == "returned":
            return self.env._("Given back to %(owner)s. %(listed)s", owner=owner, listed=listed)
        if user == self.user_id:
            return self.env._("Your deputies have taken over. %(listed)s", listed=listed)
        if not self.date_to:
            return self.env._("%(owner)s hands over to you. %(listed)s", owner=owner, listed=listed)
        return self.env._(
            "%(owner)s hands over to you until %(day)s. %(listed)s",
            owner=owner,
            day=self.date_to,
            listed=listed,
        )
