from datetime import timedelta
from decimal import Decimal

from odoo.tools import SQL

from ..engine import health
from ..models.value.scope import Scope
from .retention_common import RetentionCommon


class HealthCommon(RetentionCommon):
    """Builders of customers with a past, and the rating by the plainest reading."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rating = cls.env["crm.health.rating"]
        cls.changes = cls.env["crm.health.change"]

    @classmethod
    def buyer(cls, name, *days_ago, amount=1000, **vals):
        """A customer with a paid-on-the-day sort of past: an invoice so many days ago, each."""
        user = vals.pop("user", cls.anna)
        partner = cls.customer_of(user, name, **vals)
        for ago in days_ago:
            cls.invoice(partner, amount, cls.day(-ago), invoice_date_due=cls.day(400))
        return partner

    @classmethod
    def only(cls, *codes, **weights):
        """Switch all factors off but these, in the test's company."""
        factors = cls.env["crm.health.factor"].with_company(cls.company).search([])
        for factor in factors:
            if factor.code not in codes and factor.code not in weights:
                factor.weight = 0
            elif factor.code in weights:
                factor.weight = weights[factor.code]

    def rate(self, *partners, as_of=None):
        """Figures and rating, as the queue's job does; the rows."""
        self.refresh(*partners, as_of=as_of)
        return [self.value_of(partner) for partner in partners]

    def reason(self, value, code):
        """A reason of a row, or None."""
        found = {reason["factor"]: reason for reason in value.risk_reasons or []}
        return found.get(code)

    def opened(self, value, code, user=None):
        """The rows that a reason opens."""
        action = value.with_user(user or self.boss).action_open_reason(code)
        return self.env[action["res_model"]].with_user(user or self.boss).search(action["domain"])

    def rated_on(self, day):
        """The rating of everybody as on a past day: dict of partner id to its row."""
        self.env["crm.health.source"]._flush_sources()

        scope = Scope(day, until=day)
        rows = self.env.execute_query_dict(
            SQL("WITH %s SELECT * FROM rated", self.rating._rated(scope, self.company))
        )
        return {row["partner_id"]: row for row in rows}

    def assertRated(self, value):
        """The row's score, points and level are those of the engine, from its measures."""
        company = self.company.sudo()
        settings = {one["code"]: one for one in self.env["crm.health.factor"]._settings(company)}
        measures = self.naive_measures(value.partner_id)
        codes = [code for code in settings if measures.get(code) is not None]
        units = [
            health.units(
                measures[code],
                Decimal(str(settings[code]["share_from"])),
                Decimal(str(settings[code]["share_full"])),
                settings[code]["weight"],
            )
            for code in codes
        ]
        expected = dict(zip(codes, health.points(units), strict=True))
        got = {reason["factor"]: reason["points"] for reason in value.risk_reasons or []}
        self.assertEqual(got, {code: points for code, points in expected.items() if points})
        self.assertEqual(value.risk_score, sum(got.values()))
        self.assertEqual(
            value.health,
            health.level(
                self.naive_customer(value.partner_id),
                int(value.risk_score),
                company._lifecycle_levels(),
            ),
        )

    # ------------------------------------------------------------------ the plainest reading
    def naive_rhythm(self, partner):
        """Days between purchases: its own from three on, else the company's middle one."""
        own = self._rhythm_of(partner)
        if own is None:
            others = sorted(
                rhythm
                for customer in self._naive_buyers()
                if (rhythm := self._rhythm_of(customer)) is not None
            )
            own = others[(len(others) - 1) // 2] if others else None
        return None if own is None else max(own, Decimal(14))

    def _naive_buyers(self):
        moves = self.env["account.move"].search([("company_id", "=", self.company.id)])
        return moves.commercial_partner_id

    def _rhythm_of(self, partner):
        days = self._naive_purchase_days(self._naive_moves(partner, self.company))
        if len(days) < 3:
            return None
        span = Decimal((max(days) - min(days)).days) / (len(days) - 1)
        return span.quantize(Decimal("0.01"))

    def naive_customer(self, partner):
        days = self._naive_purchase_days(self._naive_moves(partner, self.company))
        return health.Customer(
            age_days=(self.today - min(days)).days,
            quiet_days=max((self.today - max(days)).days, 0),
            rhythm_days=self.naive_rhythm(partner),
        )

    def naive_measures(self, partner):
        """Each factor's measure, record by record; None where it does not apply."""
        customer = self.naive_customer(partner)
        quiet = None
        if customer.rhythm_days:
            quiet = Decimal(customer.quiet_days) / customer.rhythm_days
            quiet = quiet.quantize(Decimal("0.01"))
        return {
            "quiet": quiet,
            "falling": self._naive_falling(partner),
            **self._naive_talks(partner),
            "returns": Decimal(len(self._naive_returns(partner, self.company))),
            "payment": self._naive_payment(partner),
            "contact": self._naive_contact(partner),
            "events": self._naive_events(partner),
        }

    def _naive_falling(self, partner):
        period = timedelta(days=self.company.lifecycle_period_days)
        after, before = self.today - period, self.today - 2 * period
        moves = self._naive_moves(partner, self.company)
        now = sum(m.amount_untaxed_signed for m in moves if m.invoice_date > after)
        then = sum(m.amount_untaxed_signed for m in moves if before < m.invoice_date <= after)
        if then <= 0 or now >= then:
            return None
        share = 100 * (Decimal(str(then)) - Decimal(str(now))) / Decimal(str(then))
        return share.quantize(Decimal("0.01"))

    def _naive_talks(self, partner):
        talks = self.env["crm.interaction"].search([("partner_id", "=", partner.id)])
        recent = talks.filtered(lambda talk: talk.date.date() > self.day(-180))
        complaints = talks.filtered("is_complaint")
        counted = complaints.filtered(
            lambda talk: talk in recent or talk.complaint_state in ("open", "answered")
        )
        rated = [int(talk.satisfaction) for talk in recent if talk.satisfaction]
        average = (Decimal(sum(rated)) / len(rated)).quantize(Decimal("0.01")) if rated else None
        return {
            "complaints": Decimal(len(counted)),
            "satisfaction": 5 - average if rated else None,
        }

    def _naive_payment(self, partner):
        invoices = self._naive_moves(partner, self.company).filtered(
            lambda move: move.move_type == "out_invoice"
        )
        lines = invoices.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        late = [
            (self.today - line.date_maturity).days
            for line in lines
            if not line.reconciled and line.date_maturity < self.today
        ]
        if not late:
            return None
        delays = [
            (max(line.matched_credit_ids.mapped("max_date")) - line.date_maturity).days
            for line in lines
            if line.reconciled
        ]
        norm = round(sum(delays) / len(delays)) if len(delays) >= 3 else 0
        return Decimal(max(late) - max(norm, 0))

    def _naive_contact(self, partner):
        late = self.touchpoints(partner, "planned", "scheduled", "put_off").filtered(
            lambda touchpoint: touchpoint.max_date < self.today
        )
        return Decimal((self.today - min(late.mapped("max_date"))).days) if late else None

    def _naive_events(self, partner):
        events = self.env["crm.customer.event"].search([("partner_id", "=", partner.id)])
        bearing = events.filtered(
            lambda event: event.bears_until and event.bears_until >= self.today
        )
        return Decimal(sum(bearing.mapped("risk_points"))) if bearing else None

    # ------------------------------------------------------------------ builders of trouble
    @classmethod
    def due(cls, partner, days_late, **vals):
        """An open due contact whose latest good day was so many days ago."""
        day = cls.day(-days_late)
        vals = {"due_date": day, "max_date": day, "name": "Call", "kind": "manual", **vals}
        return cls.env["crm.touchpoint"].create(
            {"partner_id": partner.id, "company_id": cls.company.id, **vals}
        )

    @classmethod
    def event(cls, partner, points, days=0, bears=90):
        """An event so many days from today that bears for a while from then on."""
        kind = cls.env["crm.customer.event.type"].create(
            {"name": "News", "risk_points": points, "bears_days": bears}
        )
        event = cls.env["crm.customer.event"].create(
            {
                "partner_id": partner.id,
                "company_id": cls.company.id,
                "type_id": kind.id,
                "date": cls.day(days),
            }
        )
        # As the entry of events has it; written here as well, for who runs this room alone.
        event.write({"risk_points": points, "bears_until": cls.day(days + bears)})
        return event

    @classmethod
    def pay(cls, move, day):
        """Pay an invoice on a day."""
        wizard = cls.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=move.ids
        )
        wizard.create({"payment_date": day})._create_payments()
