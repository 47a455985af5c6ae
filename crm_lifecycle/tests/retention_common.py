from datetime import timedelta

from odoo import Command, fields

from .common import LifecycleCommon


class RetentionCommon(LifecycleCommon):
    """A manager, an analyst, two account managers with customers of their own, and builders."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # The planner's day, which the viewer's has left behind or has not reached for some hours.
        cls.today = fields.Datetime.now().date()
        groups = "sales_team.group_sale_salesman"
        cls.boss = cls.persona("retention_boss", "manager", "sales_team.group_sale_manager")
        cls.analyst = cls.persona("retention_analyst", "analyst", groups)
        cls.anna = cls.persona("retention_anna", "user", groups)
        cls.ben = cls.persona("retention_ben", "user", groups)
        cls.call_channel = cls.env["crm.interaction.channel"]._of_kind("call")
        cls.mail_channel = cls.env["crm.interaction.channel"]._of_kind("email")
        cls.visit_channel = cls.env["crm.interaction.channel"]._of_kind("visit")

    @classmethod
    def day(cls, days):
        """The day so many days from today."""
        return cls.today + timedelta(days=days)

    @classmethod
    def customer_of(cls, user, name="Customer", **vals):
        """A customer of a salesperson."""
        return cls.customer(name, user_id=user.id if user else False, **vals)

    @classmethod
    def worth(cls, partner, **vals):
        """The customer's row with figures written straight into it, as the jobs would."""
        values = {"partner_id": partner.id, "company_id": cls.company.id, "value_period": 0}
        domain = [("partner_id", "=", partner.id), ("company_id", "=", cls.company.id)]
        row = cls.env["crm.customer.value"].search(domain)
        if row:
            row.write(vals)
            return row
        return cls.env["crm.customer.value"].create({**values, **vals})

    @classmethod
    def cadence(cls, name="Cadence", steps=(), **vals):
        """A running cadence with steps, each a dict of values."""
        steps = [Command.create({"name": "Call", **step}) for step in steps]
        vals = {"name": name, "company_id": cls.company.id, "step_ids": steps, **vals}
        cadence = cls.env["crm.cadence"].create(vals)
        cadence.state = "running"
        return cadence

    @classmethod
    def contact(cls, partner, days=0, channel=None, user=None, **vals):
        """A contact so many days from today (negative: ago), at noon UTC."""
        moment = fields.Datetime.to_datetime(cls.day(days)) + timedelta(hours=12)
        return cls.env["crm.interaction"].create(
            {
                "contact_id": partner.id,
                "company_id": cls.company.id,
                "channel_id": (channel or cls.call_channel).id,
                "user_id": (user or cls.anna).id,
                "date": min(moment, fields.Datetime.now()),
                "direction": "out",
                **vals,
            }
        )

    def touchpoints(self, partner, *states):
        """The customer's touchpoints, oldest first; of some states only, where any is named."""
        domain = [("partner_id", "=", partner.id), ("company_id", "=", self.company.id)]
        domain += [("state", "in", states)] if states else []
        return self.env["crm.touchpoint"].search(domain, order="due_date, id")
