"""How large the databases are."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Size:
    """Numbers of rows. ``lines`` are the journal items of the invoices, three each on average."""

    name: str
    customers: int
    invoices: int

    @property
    def lines(self) -> int:
        return 3 * self.invoices

    @property
    def hours(self) -> int:
        """Analytic lines, about one an invoice."""
        return self.invoices

    @property
    def orders(self) -> int:
        return self.invoices // 2

    @property
    def pickings(self) -> int:
        return self.invoices // 2

    @property
    def leads(self) -> int:
        return self.customers

    @property
    def passages(self) -> int:
        """Stays of leads in stages, six a lead."""
        return 6 * self.leads


SIZES = {
    "tiny": Size("tiny", 100, 1_000),
    "S": Size("S", 10_000, 100_000),
    "M": Size("M", 100_000, 1_000_000),
}
