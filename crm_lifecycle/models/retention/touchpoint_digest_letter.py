from datetime import timedelta

from odoo import api, models
from odoo.fields import Domain

from .touchpoint import OPEN

SHOWN = 10
WEEK = timedelta(days=7)
# What comes first, by the company's focus.
SECTIONS = {
    "win": ("week", "late", "occasion", "put_off", "missed", "risk", "people"),
    "grow": ("week", "occasion", "late", "risk", "missed", "put_off", "people"),
    "keep": ("risk", "late", "week", "occasion", "missed", "put_off", "people"),
}


class CrmTouchpointDigestLetter(models.AbstractModel):
    """What the weekly digest says, read with the reader's rights and in the reader's language.

    A section is a method ``_section_<name>(week)`` that returns its title and lines; one
    without lines is left out.
    """

    _name = "crm.touchpoint.digest.letter"
    _description = "Letter of the Weekly Digest"

    @api.model
    def _of(self, company, user):
        """The letter to a reader, as the reader: their rights, language and company."""
        context = {"allowed_company_ids": company.ids, "lang": user.lang or "en_US", "tz": user.tz}
        return self.with_env(self.env(user=user.id, su=False, context=context))

    # ------------------------------------------------------------------ the rows
    @api.model
    def _mine(self, *domain):
        rows = self.env["crm.touchpoint"]
        mine = Domain("user_id", "=", self.env.uid) & Domain("company_id", "=", self.env.company.id)
        return rows.search(Domain.AND([mine, list(domain)]), order="stake desc, due_date, id")

    @api.model
    def _late(self):
        today = self.env["crm.touchpoint.plan"]._today()
        return self._mine(("state", "in", OPEN), ("max_date", "<", today))

    @api.model
    def _of_week(self, week):
        rows = self._mine(("state", "in", OPEN), ("due_date", "<", week + WEEK)) - self._late()
        return rows.filtered(lambda row: (row.planned_date or row.due_date) < week + WEEK)

    @api.model
    def _missed(self, week):
        return self._mine(("state", "=", "missed"), ("closed_on", ">=", week - WEEK))

    @api.model
    def _left_over(self):
        """What is late, by person: for Lifecycle managers."""
        if not self.env.user.has_group("crm_lifecycle.group_lifecycle_manager"):
            return []
        today = self.env["crm.touchpoint.plan"]._today()
        return self.env["crm.touchpoint"]._read_group(
            [
                ("company_id", "=", self.env.company.id),
                ("state", "in", OPEN),
                ("max_date", "<", today),
            ],
            ["user_id"],
            ["__count"],
            order="__count desc",
        )

    @api.model
    def _contact_count(self, week):
        """How much there is to tell; nothing is told where this is zero."""
        people = sum(count for _user, count in self._left_over())
        return len(self._late() | self._of_week(week) | self._missed(week)) + people

    # ------------------------------------------------------------------ sections
    @api.model
    def _section_late(self, _week):
        return self.env._("Late"), self._lines(self._late())

    @api.model
    def _section_week(self, week):
        rows = self._of_week(week).filtered(lambda row: row.kind != "occasion")
        return self.env._("This Week"), self._lines(rows)

    @api.model
    def _section_occasion(self, week):
        rows = self._of_week(week).filtered(lambda row: row.kind == "occasion")
        return self.env._("Occasions"), self._lines(rows)

    @api.model
    def _section_missed(self, week):
        return self.env._("Missed since Last Week"), self._lines(self._missed(week))

    @api.model
    def _section_put_off(self, _week):
        rows = self._mine(("state", "=", "put_off"))
        lines = self._lines(rows, lambda row: (row.put_off_until, row.put_off_reason))
        return self.env._("Put Off"), lines

    @api.model
    def _section_risk(self, _week):
        values = self.env["crm.customer.value"].search(
            [
                ("company_id", "=", self.env.company.id),
                ("is_own_customer", "=", True),
                ("health", "=", "risk"),
            ],
            order="value_period desc, id",
        )
        lines = [(row.partner_id.sudo().display_name, "", "") for row in values]
        return self.env._("Your Customers at Risk"), lines

    @api.model
    def _section_people(self, _week):
        nobody = self.env._("Nobody")
        lines = [
            (user.sudo().name or nobody, self.env._("%(count)s late", count=count), "")
            for user, count in self._left_over()
        ]
        return self.env._("Left Over by Person"), lines

    @api.model
    def _lines(self, rows, told=None):
        """What is said of rows: (customer, contact, day) of each."""
        told = told or (lambda row: (row.due_date, row.name))
        lines = []
        for row in rows:
            day, words = told(row)
            lines.append((row.sudo().partner_id.display_name, words or "", self._day(day)))
        return lines

    @api.model
    def _day(self, day):
        return self.env["ir.qweb.field.date"].value_to_html(day, {}) if day else ""

    @api.model
    def _sections(self, week):
        """The sections in the order of the company's focus, each with its first lines."""
        focus = self.env.company.sudo().lifecycle_focus or "keep"
        told = [(name, *getattr(self, f"_section_{name}")(week)) for name in SECTIONS[focus]]
        return [
            {
                "name": name,
                "title": title,
                "count": len(lines),
                "lines": lines[:SHOWN],
                "more": max(len(lines) - SHOWN, 0),
            }
            for name, title, lines in told
            if lines
        ]

    # ------------------------------------------------------------------ the mail
    @api.model
    def _body(self, week):
        """The letter in Odoo's own frame, from right to left where the language is."""
        language = self.env["res.lang"]._get_data(code=self.env.lang)
        title = self.env._("Week of %(day)s", day=self._day(week))
        company = self.env.company.sudo()
        values = {
            "sections": self._sections(week),
            "direction": language.direction or "ltr",
            "name": self.env.user.name,
            "url": f"{company.get_base_url()}/odoo/lifecycle-today",
        }
        body = self.env["ir.qweb"]._render("crm_lifecycle.touchpoint_digest", values)
        return self.env["mail.render.mixin"]._render_encapsulate(
            "mail.mail_notification_light",
            body,
            add_context={
                "company": company,
                "record_name": title,
                "model_description": self.env._("contacts"),
                "lang": self.env.lang,
                "has_button_access": False,
            },
        )

    @api.model
    def _prepare_mail(self, week):
        """The values of the mail to the reader."""
        company = self.env.company.sudo()
        return {
            "subject": self.env._("Your contacts, week of %(day)s", day=self._day(week)),
            "body_html": self._body(week),
            "email_from": company.email_formatted or self.env.user.email_formatted,
            "email_to": self.env.user.email_formatted,
            "auto_delete": True,
        }
