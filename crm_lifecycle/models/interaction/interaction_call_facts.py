import unicodedata
from datetime import datetime, timedelta, timezone
from urllib.parse import urlsplit

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .interaction_number import MAX_NUMBER

MAX_MINUTES = 10080  # a week, as on the row
MAX_REFERENCE = 200
MAX_URL = 2000
MAX_ID = 2**31
FIRST_MOMENT = datetime(1970, 1, 1)  # noqa: DTZ001 - naive UTC, as Odoo keeps it
# Clocks of exchanges go wrong by minutes; by time zones, where somebody left out the offset.
AHEAD = timedelta(days=1)


class CrmInteractionCallFacts(models.AbstractModel):
    """What an exchange says of a call, checked. It comes from outside: anything may be in it.

    A ValidationError names the argument, and never repeats what was in it.
    """

    _name = "crm.interaction.call.facts"
    _description = "Facts of a Call"

    @api.model
    def _facts(self, arguments):
        """The arguments of ``log_call`` as values of a row in the current company.

        :param dict arguments: by name, as they came
        :return: dict of values; ``user_id`` is None where no user was named
        :raises ValidationError: naming the first argument that is wrong
        """
        company = self.env.company
        number = self._number(arguments["number"])
        return {
            "company_id": company.id,
            "number": number,
            "number_e164": self.env["crm.interaction.number"]._e164(number, company),
            "direction": self._direction(arguments["direction"]),
            "date": self._moment(arguments["started_at"]),
            "minutes": self._minutes(arguments["minutes"]),
            "user_id": self._user(arguments["user"], company),
            "external_id": self._external_id(arguments["external_id"]),
            "recording_url": self._recording_url(arguments["recording_url"]),
        }

    @api.model
    def _number(self, number):
        if not self._is_text(number, MAX_NUMBER):
            raise ValidationError(
                self.env._(
                    "number: give the telephone number as text of 1 to %(max)s characters.",
                    max=MAX_NUMBER,
                )
            )
        return number.strip()

    @api.model
    def _direction(self, direction):
        if direction is None:
            return "in"
        if not isinstance(direction, str) or direction not in ("in", "out"):
            raise ValidationError(
                self.env._('direction: give "in" when they called us, "out" when we called them.')
            )
        return direction

    @api.model
    def _moment(self, started_at):
        """Naive UTC, as Odoo keeps it."""
        now = fields.Datetime.now()
        if started_at is None:
            return now
        try:
            moment = self._parse_moment(started_at)
        except (ValueError, OverflowError):
            moment = None
        if moment is None or not FIRST_MOMENT <= moment <= now + AHEAD:
            raise ValidationError(
                self.env._(
                    "started_at: give a moment that is not in the future, in ISO 8601, such as "
                    "2026-01-31T14:05:00+02:00. Without an offset it is UTC."
                )
            )
        return moment

    @api.model
    def _parse_moment(self, text):
        if not self._is_text(text, MAX_REFERENCE):
            raise ValueError(text)
        # Before Python 3.11, fromisoformat does not know the Z of UTC.
        if text.endswith(("Z", "z")):
            text = text[:-1] + "+00:00"
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None:
            moment = moment.astimezone(timezone.utc).replace(tzinfo=None)
        return moment.replace(microsecond=0)

    @api.model
    def _minutes(self, minutes):
        if minutes is None:
            return 0.0
        is_number = isinstance(minutes, (int, float)) and not isinstance(minutes, bool)
        # Not a number is neither below nor above anything.
        if not is_number or not 0 <= minutes <= MAX_MINUTES:
            raise ValidationError(
                self.env._("minutes: give a number from 0 to %(max)s.", max=MAX_MINUTES)
            )
        return round(float(minutes), 2)

    @api.model
    def _user(self, user, company):
        """The id of one of our users of the company, or None where none is named."""
        if user is None:
            return None
        found = self.env["res.users"].sudo()
        if isinstance(user, int) and not isinstance(user, bool) and 0 < user < MAX_ID:
            found = found.search([("id", "=", user)])
        elif self._is_text(user, MAX_REFERENCE):
            found = found.search([("login", "=", user)])
        if not found or found.share or company not in found.company_ids:
            raise ValidationError(
                self.env._(
                    "user: give the login or the id of one of our users of this company, "
                    "or leave it out."
                )
            )
        return found.id

    @api.model
    def _external_id(self, external_id):
        if not self._is_text(external_id, MAX_REFERENCE):
            raise ValidationError(
                self.env._(
                    "external_id: give the exchange's own reference of the call, the same each "
                    "time, as text of 1 to %(max)s characters.",
                    max=MAX_REFERENCE,
                )
            )
        return external_id.strip()

    @api.model
    def _recording_url(self, url):
        if url is None or url is False or url == "":
            return False
        if not self._is_text(url, MAX_URL) or not self._is_link(url.strip()):
            raise ValidationError(
                self.env._("recording_url: give a link that begins with https://, or leave it out.")
            )
        return url.strip()

    @api.model
    def _is_link(self, url):
        try:
            parts = urlsplit(url)
            return parts.scheme in ("http", "https") and bool(parts.hostname) and " " not in url
        except ValueError:
            return False

    @api.model
    def _is_text(self, value, longest):
        """Whether it is text that is not empty, not too long, and can be stored and shown."""
        if not isinstance(value, str) or not value.strip() or len(value) > longest:
            return False
        # Control characters (NUL among them), lone surrogates, unassigned and private ones.
        return not any(unicodedata.category(char) in ("Cc", "Cs", "Cn", "Co") for char in value)
