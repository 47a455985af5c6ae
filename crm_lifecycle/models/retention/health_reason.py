from odoo import api, fields, models
from odoo.tools import format_amount, formatLang


class CrmHealthReason(models.AbstractModel):
    """The reasons of a risk in words, in the viewer's language, and the rows they came from.

    A reason is one of ``crm.customer.value.risk_reasons``: dict of ``factor``, ``points``,
    ``measure``, ``count`` and ``facts``. A factor of another addon has ``_say_<code>`` and
    ``_rows_<code>`` beside its ``SELECT`` in ``crm.health.source``.
    """

    _name = "crm.health.reason"
    _description = "Reasons of a Risk"

    # ------------------------------------------------------------------ words
    @api.model
    def _lines(self, reasons, company):
        """The reasons as people read them.

        :param reasons: list of reasons, perhaps none
        :return: list of dicts ``factor, name, points, count, text``, most points first
        """
        names = self._factor_names()
        return [
            {
                "factor": reason["factor"],
                "name": names.get(reason["factor"], reason["factor"]),
                "points": reason["points"],
                "count": reason["count"],
                "text": self._say(reason, company),
            }
            for reason in reasons or []
        ]

    @api.model
    def _factor_names(self):
        factors = self.env["crm.health.factor"].sudo().search_fetch([], ["code", "name"])
        return {factor.code: factor.name for factor in factors}

    @api.model
    def _summary(self, score, health, reasons, names=None):
        """A line like "82, high risk: Quiet for longer than usual 45, Complaints 37"."""
        level = self._level_words().get(health)
        if not level:
            return ""
        names = names if names is not None else self._factor_names()
        head = self.env._("%(score)s, %(level)s", score=round(score), level=level)
        parts = [
            f"{names.get(reason['factor'], reason['factor'])} {reason['points']}"
            for reason in reasons or []
        ]
        return f"{head}: {', '.join(parts)}" if parts else head

    @api.model
    def _level_words(self):
        return {
            "new": self.env._("new"),
            "good": self.env._("low risk"),
            "watch": self.env._("to be watched"),
            "risk": self.env._("high risk"),
            "lost": self.env._("lost"),
        }

    @api.model
    def _basis_words(self, basis):
        """What the rhythm was taken from, where that is not the customer's own."""
        if basis == "company":
            return self.env._(
                "Too little to go by: fewer than three purchases. "
                "The usual rhythm of the company's customers is taken instead."
            )
        if basis == "none":
            return self.env._(
                "Too little to go by: neither this customer nor others have bought three times, "
                "so how quiet they are is not counted."
            )
        return ""

    @api.model
    def _say(self, reason, company):
        say = getattr(self, f"_say_{reason['factor']}", None)
        return say(reason, reason.get("facts") or {}, company) if say else ""

    @api.model
    def _number(self, value, digits=1):
        """A number in the viewer's language, without needless noughts."""
        value = round(float(value or 0), digits)
        if value == int(value):
            return str(int(value))
        return formatLang(self.env, value, digits=digits)

    @api.model
    def _say_quiet(self, reason, facts, _company):
        values = {
            "days": facts.get("days"),
            "rhythm": facts.get("rhythm"),
            "times": self._number(reason["measure"]),
        }
        if facts.get("basis") == "company":
            return self.env._(
                "No purchase for %(days)s days: %(times)s times the %(rhythm)s days that are usual "
                "in the company; this customer has bought too little to go by.",
                **values,
            )
        return self.env._(
            "No purchase for %(days)s days: %(times)s times the usual %(rhythm)s.", **values
        )

    @api.model
    def _say_falling(self, reason, facts, company):
        return self.env._(
            "%(percent)s %% less revenue than in the period before: %(now)s after %(before)s.",
            percent=self._number(reason["measure"], 0),
            now=format_amount(self.env, facts.get("now") or 0, company.currency_id),
            before=format_amount(self.env, facts.get("before") or 0, company.currency_id),
        )

    @api.model
    def _say_complaints(self, reason, facts, _company):
        return self.env._(
            "%(count)s complaints, %(open)s of them open.",
            count=reason["count"],
            open=facts.get("open"),
        )

    @api.model
    def _say_satisfaction(self, reason, facts, _company):
        return self.env._(
            "Satisfaction %(average)s of 5 on average, in %(count)s contacts.",
            average=self._number(facts.get("average")),
            count=reason["count"],
        )

    @api.model
    def _say_returns(self, reason, _facts, _company):
        return self.env._("%(count)s returned deliveries.", count=reason["count"])

    @api.model
    def _say_payment(self, reason, facts, _company):
        values = {"count": reason["count"], "late": facts.get("late"), "norm": facts.get("norm")}
        if facts.get("norm") is None:
            return self.env._(
                "%(count)s invoices unpaid, the oldest amount %(late)s days late. "
                "Too few payments to tell how late is usual.",
                **values,
            )
        return self.env._(
            "%(count)s invoices unpaid, the oldest amount %(late)s days late; %(norm)s are usual.",
            **values,
        )

    @api.model
    def _say_contact(self, reason, _facts, _company):
        return self.env._(
            "%(count)s contacts overdue, the oldest by %(days)s days.",
            count=reason["count"],
            days=self._number(reason["measure"], 0),
        )

    @api.model
    def _say_events(self, reason, _facts, _company):
        return self.env._(
            "%(count)s events that still bear on the customer, %(points)s points together.",
            count=reason["count"],
            points=self._number(reason["measure"], 0),
        )

    # ------------------------------------------------------------------ rows
    @api.model
    def _rows(self, reason):
        """What a reason was counted from.

        :return: (model name, domain beside customer and company), or None for nothing to open
        """
        rows = getattr(self, f"_rows_{reason['factor']}", None)
        return rows(reason.get("facts") or {}) if rows else None

    @api.model
    def _rows_quiet(self, _facts):
        return "crm.customer.value.line", [("kind", "=", "invoice"), ("amount", ">", 0)]

    @api.model
    def _rows_falling(self, facts):
        return "crm.customer.value.line", [
            ("kind", "=", "invoice"),
            ("day", ">=", facts.get("since")),
        ]

    @api.model
    def _rows_complaints(self, facts):
        return "crm.interaction", [
            ("is_complaint", "=", True),
            "|",
            ("complaint_state", "in", ["open", "answered"]),
            ("date", ">=", self._midnight(facts)),
        ]

    @api.model
    def _rows_satisfaction(self, facts):
        return "crm.interaction", [
            ("satisfaction", "!=", False),
            ("date", ">=", self._midnight(facts)),
        ]

    @api.model
    def _rows_returns(self, facts):
        return "crm.customer.value.line", [
            ("kind", "=", "return"),
            ("day", ">=", facts.get("since")),
        ]

    @api.model
    def _rows_payment(self, facts):
        return "crm.customer.value.line", [
            ("kind", "=", "invoice"),
            ("res_id", "in", facts.get("ids") or []),
        ]

    @api.model
    def _rows_contact(self, facts):
        return "crm.touchpoint", [
            ("state", "in", ["planned", "scheduled", "put_off"]),
            ("max_date", "<", facts.get("as_of")),
        ]

    @api.model
    def _rows_events(self, facts):
        return "crm.customer.event", [
            ("risk_points", "!=", 0),
            ("bears_until", ">=", facts.get("as_of")),
        ]

    @api.model
    def _midnight(self, facts):
        """The beginning of the first day that is looked back on."""
        return fields.Datetime.to_string(fields.Datetime.to_datetime(facts.get("since")))
