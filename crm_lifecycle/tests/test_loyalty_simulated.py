import random
from datetime import timedelta

from odoo.tests import tagged

from .loyalty_common import LoyaltyCommon

SEED = 20261122
DAYS = 40
CUSTOMERS = 12
GRACE = {"Gold": 4, "Silver": 0}


class Naive:
    """One customer's price list by the plainest reading of the rules, a day at a time."""

    def __init__(self):
        self.list = None
        self.given = None
        self.back = None
        self.alone = False

    def by_hand(self, name):
        self.list = name

    def pass_day(self, day, wanted):
        if self.given and self.list != self.given:
            self.given, self.alone = None, True
        elif self.given:
            self._go_on(day, wanted)
        elif wanted and not self.list and not self.alone:
            self.list = self.given = wanted

    def _go_on(self, day, wanted):
        if wanted == self.given:
            self.back = None
        elif wanted == "Gold" or not GRACE[self.given] or (self.back and self.back <= day):
            self.list = self.given = wanted
            self.back = None
        elif not self.back:
            self.back = day + timedelta(days=GRACE[self.given])


@tagged("post_install", "-at_install")
class TestLoyaltySimulated(LoyaltyCommon):
    """Days with changes at random, against an independent reading of the rules."""

    def test_every_customer_has_each_day_what_the_plain_reading_says(self):
        self.rule(self.gold, tier_a=True, sequence=1, grace_days=GRACE["Gold"])
        self.rule(self.silver, tier_b=True, sequence=2, grace_days=GRACE["Silver"])
        lists = {"Gold": self.gold, "Silver": self.silver, None: self.gold.browse()}
        chance = random.Random(SEED)
        partners = [self.buyer(2, chance.choice("abc")) for _number in range(CUSTOMERS)]
        naive = {partner: Naive() for partner in partners}
        for days in range(DAYS):
            for partner in partners:
                if chance.random() < 0.2:
                    self.worth(partner, tier=chance.choice("abc"))
                if chance.random() < 0.02:
                    chosen = chance.choice(list(lists))
                    self.set_by_hand(partner, lists[chosen])
                    naive[partner].by_hand(chosen)
                wanted = {"a": "Gold", "b": "Silver"}.get(self.value_of(partner).tier)
                naive[partner].pass_day(self.day(days), wanted)
            self.run_job(days)
            shown = {partner: self.list_of(partner).name or None for partner in partners}
            self.assertEqual(shown, {one: state.list for one, state in naive.items()}, days)
