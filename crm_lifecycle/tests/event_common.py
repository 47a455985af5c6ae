from odoo import Command

from .retention_common import RetentionCommon


class EventCommon(RetentionCommon):
    """Types, rules and plans of events, and builders."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["crm.event.rule"].with_context(active_test=False).search(
            [("company_id", "=", cls.company.id)]
        ).unlink()
        cls.events = cls.env["crm.customer.event"]
        cls.layoffs = cls.env.ref("crm_lifecycle.event_type_layoffs")
        cls.hers = cls.customer_of(cls.anna, "Hers")
        cls.his = cls.customer_of(cls.ben, "His")

    @classmethod
    def event(cls, partner, kind=None, **vals):
        """An event of today, as the superuser."""
        return cls.events.create(
            {
                "partner_id": partner.id,
                "company_id": cls.company.id,
                "type_id": (kind or cls.layoffs).id,
                **vals,
            }
        )

    @classmethod
    def rule(cls, kind, code=None, **vals):
        """A rule that is switched on, with a type of its own."""
        kind_of_event = cls.env["crm.customer.event.type"].create(
            {"name": f"Type of {kind}", "code": code, "risk_points": 20, "quiet_days": 30}
        )
        return cls.env["crm.event.rule"].create(
            {
                "kind": kind,
                "company_id": cls.company.id,
                "type_id": kind_of_event.id,
                "active": True,
                **vals,
            }
        )

    @classmethod
    def plan(cls, *templates, **vals):
        """A plan of contacts, of to-dos with the given values."""
        todo = cls.env.ref("mail.mail_activity_data_todo").id
        return cls.env["mail.activity.plan"].create(
            {
                "name": "Reaction",
                "res_model": "res.partner",
                "company_id": False,
                "template_ids": [
                    Command.create({"activity_type_id": todo, "summary": "Call", **template})
                    for template in templates
                ],
                **vals,
            }
        )

    @classmethod
    def notice(cls, rule, days=0):
        """What the job does with a rule, so many days from today. Returns the differences."""
        cls.env.flush_all()
        total = 0
        while found := rule._notice_batch(cls.day(days)):
            total += found
        cls.events.invalidate_model()
        return total

    def raised(self, rule, partner=None, *, standing=None):
        """The events of a rule, oldest first."""
        domain = [("rule_id", "=", rule.id)]
        domain += [("partner_id", "=", partner.id)] if partner else []
        domain += [] if standing is None else [("ended_on", "=" if standing else "!=", False)]
        return self.events.search(domain, order="id")

    def asked(self, user, model="crm.customer.event"):
        """The model as this user has it."""
        self.env.flush_all()
        self.env.invalidate_all()
        context = {"allowed_company_ids": self.company.ids}
        return self.env(user=user, su=False, context=context)[model]
