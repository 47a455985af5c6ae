from datetime import timedelta

from ..models.value.scope import Scope
from .retention_common import RetentionCommon

MONTHLY = {"ideal_number": 30, "ideal_unit": "days", "max_number": 45, "max_unit": "days"}


class TouchpointCommon(RetentionCommon):
    """Anna's customer of tier A under a cadence: every 30 days, at the latest after 45."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["crm.cadence"].search([]).state = "draft"
        cls.planner = cls.env["crm.touchpoint.plan"]
        # The planner's clock is UTC, whatever the zone of who runs the tests.
        cls.today = cls.planner._today()
        cls.partner = cls.customer_of(cls.anna, "Of Anna")
        cls.worth(cls.partner, tier="a")
        cls.monthly = cls.cadence("Monthly", [dict(MONTHLY)], tier_a=True)
        cls.step = cls.monthly.step_ids

    @classmethod
    def plan(cls, days=0, *partners):
        """Plan as it is so many days from today (negative: ago)."""
        partners = partners or (cls.partner,)
        scope = Scope(cls.day(days), customers=tuple(partner.id for partner in partners))
        return cls.planner._replan(scope)

    def open_of(self, partner=None):
        """The customer's open touchpoints."""
        return self.touchpoints(partner or self.partner, "planned", "scheduled", "put_off")

    def assertOpen(self, due, latest=None, partner=None):
        """One touchpoint is open, due so many days from today."""
        row = self.open_of(partner)
        self.assertEqual(len(row), 1)
        self.assertEqual((row.due_date - self.today).days, due)
        if latest is not None:
            self.assertEqual((row.max_date - self.today).days, latest)
        return row

    @classmethod
    def complaint(cls, partner=None, days=0, **vals):
        """An open complaint that came in so many days from today."""
        partner = partner or cls.partner
        return cls.contact(partner, days, direction="in", is_complaint=True, **vals)

    @classmethod
    def weekday_from(cls, day, weekday):
        """The first day from a day on that is a weekday (0 is Monday)."""
        return day + timedelta(days=(weekday - day.weekday()) % 7)
