from odoo import Command

from .touchpoint_common import TouchpointCommon


class LevelCommon(TouchpointCommon):
    """Anna's customers, each with a contact that is due today; she makes two a day."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.level = cls.env["crm.touchpoint.level"]
        cls.env["crm.touchpoint"].search([("company_id", "=", cls.company.id)]).unlink()
        cls.company.lifecycle_touch_capacity = 2
        cls.company.resource_calendar_id = cls.every_day()
        cls.partners = cls.partner
        for number in range(1, 5):
            cls.partners |= cls.add_customer(f"Customer {number}", 100 * number)
        cls.plan(0, *cls.partners)
        cls.rows = cls.env["crm.touchpoint"].search([("partner_id", "in", cls.partners.ids)])
        cls.due(cls.rows)

    @classmethod
    def every_day(cls):
        """A calendar without days off, so that tests hold on any day of the week."""
        days = [
            Command.create({"name": "Day", "dayofweek": str(day), "hour_from": 8, "hour_to": 16})
            for day in range(7)
        ]
        return cls.env["resource.calendar"].create(
            {
                "name": "Every Day",
                "company_id": cls.company.id,
                "tz": "UTC",
                "attendance_ids": [Command.clear(), *days],
            }
        )

    @classmethod
    def add_customer(cls, name, worth, user=None):
        partner = cls.customer_of(user or cls.anna, name)
        cls.worth(partner, tier="a", value_period=worth)
        return partner

    @classmethod
    def due(cls, rows, days=0, latest=7):
        """Rows that are due so many days from today."""
        rows.write({"due_date": cls.day(days), "max_date": cls.day(days + latest)})

    @classmethod
    def give_days(cls, days=0):
        result = cls.level._level(cls.company, cls.day(days))
        cls.rows.invalidate_recordset()
        return result

    def days(self, rows=None):
        """The days given, as days from today, the most worth first."""
        rows = (rows or self.rows).sorted("worth", reverse=True)
        return [(row.planned_date - self.today).days if row.planned_date else None for row in rows]

    @classmethod
    def tend(cls, days=0):
        result = cls.env["crm.touchpoint"]._tend_tasks(cls.company, cls.day(days))
        cls.rows.invalidate_recordset()
        return result
