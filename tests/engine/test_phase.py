"""The phase of a customer's life."""

import pytest
from engine.phase import CustomerFacts, PhaseThresholds, phase

GOOD = {"invoices": 3, "purchases": 3, "tier": "a"}


def test_no_invoice_is_acquisition_whatever_else():
    facts = CustomerFacts(invoices=0, purchases=9, tenure_days=999, tier="a", health="risk")
    assert phase(facts, PhaseThresholds()) == "acquisition"


def test_an_invoice_is_enhancement():
    assert phase(CustomerFacts(invoices=1), PhaseThresholds()) == "enhancement"


@pytest.mark.parametrize(
    ("tier", "tenure", "purchases", "health", "expected"),
    [
        ("a", 365, 1, None, "retention"),
        ("b", 365, 1, None, "retention"),
        ("c", 365, 1, None, "enhancement"),
        ("d", 3650, 100, None, "enhancement"),
        (None, 3650, 100, None, "enhancement"),
        ("a", 364, 5, None, "enhancement"),
        ("a", 0, 6, None, "retention"),
        ("a", None, 0, None, "enhancement"),
        ("a", 1, 1, "risk", "retention"),
        ("c", 1, 1, "risk", "enhancement"),
        ("a", 1, 1, "good", "enhancement"),
    ],
)
def test_retention_is_for_good_and_seasoned_customers(tier, tenure, purchases, health, expected):
    facts = CustomerFacts(1, purchases, tenure, tier, health)
    assert phase(facts, PhaseThresholds()) == expected


def test_the_lowest_tier_worth_keeping_is_the_company_s():
    facts = CustomerFacts(1, 1, 400, "c")
    assert phase(facts, PhaseThresholds(tier="c")) == "retention"
    assert PhaseThresholds(tier="a").good_tiers == ("a",)
