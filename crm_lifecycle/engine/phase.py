"""The phase of a customer's life: acquisition, enhancement or retention."""

from __future__ import annotations

from dataclasses import dataclass

from .ranking import TIERS


@dataclass(frozen=True)
class PhaseThresholds:
    """From when on a company keeps a customer rather than sells more to them.

    :param tier: the lowest tier worth keeping (``a``, ``b`` or ``c``)
    :param tenure_days: days since the first purchase
    :param purchases: or this many purchases, whatever the tenure
    """

    tier: str = "b"
    tenure_days: int = 365
    purchases: int = 6

    @property
    def good_tiers(self) -> tuple[str, ...]:
        """The tiers at or above the threshold, best first."""
        return TIERS[: TIERS.index(self.tier) + 1]


@dataclass(frozen=True)
class CustomerFacts:
    """What the phase is decided from.

    ``tier`` and ``health`` are None where not known; ``tenure_days`` is None before the
    first purchase.
    """

    invoices: int = 0
    purchases: int = 0
    tenure_days: int | None = None
    tier: str | None = None
    health: str | None = None


def phase(facts: CustomerFacts, thresholds: PhaseThresholds) -> str:
    """The phase by rule; a manual lock is the caller's business."""
    if not facts.invoices:
        return "acquisition"
    good = facts.tier in thresholds.good_tiers
    seasoned = (
        facts.tenure_days is not None and facts.tenure_days >= thresholds.tenure_days
    ) or facts.purchases >= thresholds.purchases
    return "retention" if good and (seasoned or facts.health == "risk") else "enhancement"
