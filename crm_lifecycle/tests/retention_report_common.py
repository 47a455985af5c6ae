from .touchpoint_common import TouchpointCommon


class RetentionReportCommon(TouchpointCommon):
    """Customers of Anna and Ben, with due contacts, purchases and contacts of the past."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Analyses go by the planner's day, that of UTC.
        cls.today = cls.planner._today()
        cls.of_ben = cls.customer_of(cls.ben, "Of Ben")
        cls.worth(cls.of_ben, tier="b")
        cls.ours = cls.partner | cls.of_ben

    @classmethod
    def due(cls, partner=None, days=0, latest=None, **vals):
        """A due contact of so many days from today, at the latest 15 days later."""
        return cls.env["crm.touchpoint"].create(
            {
                "name": "Call",
                "partner_id": (partner or cls.partner).id,
                "company_id": cls.company.id,
                "user_id": cls.anna.id,
                "cadence_id": cls.monthly.id,
                "step_id": cls.step.id,
                "due_date": cls.day(days),
                "max_date": cls.day(days + 15 if latest is None else latest),
                **vals,
            }
        )

    @classmethod
    def closed(cls, state, days, late=0, partner=None, **vals):
        """A due contact of so many days ago that was closed so many days after its latest day."""
        return cls.due(
            partner,
            days,
            state=state,
            closed_on=cls.day(min(days + 15 + late, 0)),
            late_days=late,
            **vals,
        )

    def ask(self, model, user=None):
        """The report as a user has it in a request of their own."""
        self.env.flush_all()
        self.env.invalidate_all()
        user = user or self.analyst
        context = {"allowed_company_ids": user.company_ids.ids}
        return self.env(user=user, su=False, context=context)[model]

    def rows(self, model, user=None, partners=None):
        """The rows of our customers."""
        partners = partners or self.ours
        return self.ask(model, user).search([("partner_id", "in", partners.ids)])

    def groups(self, model, groupby, *aggregates, user=None, domain=()):
        """Figures of our customers by the name or value of a grouping."""
        domain = [("partner_id", "in", self.ours.ids), *domain]
        rows = self.ask(model, user)._read_group(domain, [groupby], aggregates)
        return {getattr(key, "name", key): tuple(figures) for key, *figures in rows}

    def totals(self, model, *aggregates, user=None, domain=()):
        """Figures over all rows of our customers."""
        domain = [("partner_id", "in", self.ours.ids), *domain]
        return self.ask(model, user)._read_group(domain, [], aggregates)[0]
