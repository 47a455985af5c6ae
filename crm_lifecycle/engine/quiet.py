"""When customers are left in peace: hours of the day, and a weekly rest."""

from dataclasses import dataclass

DAY = 24.0
WEEK = 7 * DAY


@dataclass(frozen=True)
class Quiet:
    """Contacts are made from ``start`` to ``end`` o'clock, but not in the weekly rest.

    The rest is from ``rest_from`` to ``rest_to``, in hours since Monday midnight; it may pass
    the end of the week. There is none where both are the same.

    >>> Quiet(9, 18, rest_from=4 * 24 + 16, rest_to=5 * 24 + 20).hours(4)
    (9, 16.0)
    """

    start: float = 0.0
    end: float = DAY
    rest_from: float = 0.0
    rest_to: float = 0.0

    def hours(
        self, weekday: int, start: float = 0.0, end: float = DAY
    ) -> tuple[float, float] | None:
        """The longest time of a day when customers may be contacted.

        :param weekday: 0 is Monday
        :param start: not before, for this contact
        :param end: not after, for this contact
        :return: from and until, in hours; None for a quiet day
        """
        first, last = max(self.start, start), min(self.end, end)
        pieces = [(first, last)]
        for low, high in self._rests(weekday):
            pieces = [
                piece
                for one, other in pieces
                for piece in ((one, min(other, low)), (max(one, high), other))
            ]
        free = [(one, other) for one, other in pieces if one < other]
        return max(free, key=lambda piece: (piece[1] - piece[0], -piece[0]), default=None)

    def weekdays(self, start: float = 0.0, end: float = DAY) -> tuple[bool, ...]:
        """Monday to Sunday, whether customers may be contacted at all."""
        return tuple(self.hours(weekday, start, end) is not None for weekday in range(7))

    def _rests(self, weekday: int) -> list[tuple[float, float]]:
        """The rest in hours of the day, of this week's rest and of the one before it."""
        length = (self.rest_to - self.rest_from) % WEEK
        if not length:
            return []
        begins = [self.rest_from - weekday * DAY - shift for shift in (0, WEEK)]
        return [(low, low + length) for low in begins]
