from datetime import date

from .retention_common import RetentionCommon


class OccasionCommon(RetentionCommon):
    """Customers with a row of worth, people with birthdays, occasions, and days of the calendar."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # The ready-made occasions of the database are nobody's business here.
        cls.env["crm.occasion"].search([]).active = False
        cls.acme = cls.customer_of(cls.anna, "Acme", email="acme@example.com")
        cls.worth(cls.acme, tier="a", last_purchase_date="2025-06-01")

    @classmethod
    def person(cls, name, birth, parent=None, **vals):
        return cls.env["res.partner"].create(
            {
                "name": name,
                "parent_id": (parent or cls.acme).id,
                "birth_date": birth,
                "email": f"{name.lower()}@example.com",
                **vals,
            }
        )

    @classmethod
    def occasion(cls, kind="birthday", **vals):
        vals = {"name": kind, "kind": kind, "company_id": cls.company.id, **vals}
        return cls.env["crm.occasion"].create(vals)

    @classmethod
    def template(cls, **vals):
        return cls.env["mail.template"].create(
            {
                "name": "Wishes",
                "model_id": cls.env["ir.model"]._get_id("crm.occasion.day"),
                "subject": "Dear {{ object.contact_id.name }}",
                "use_default_to": False,
                "partner_to": "{{ object.contact_id.id }}",
                "lang": "{{ object.contact_id.lang }}",
                "auto_delete": False,
                "body_html": "<p>All the best</p>",
                **vals,
            }
        )

    def plan(self, occasion, day):
        """The job on a day, for one occasion."""
        return occasion._plan(date.fromisoformat(day) if isinstance(day, str) else day)

    def days(self, occasion, **vals):
        domain = [("occasion_id", "=", occasion.id)]
        domain += [(name, "=", value) for name, value in vals.items()]
        return self.env["crm.occasion.day"].search(domain, order="date, id")

    def dates(self, occasion, **vals):
        return [str(day.date) for day in self.days(occasion, **vals)]

    def work(self):
        """What the job does after planning; without its commits."""
        self.env["crm.occasion.day"]._work_off_days(lambda _done: True)

    def mails(self, days):
        return self.env["mail.mail"].search(
            [("model", "=", "crm.occasion.day"), ("res_id", "in", days.ids)]
        )
