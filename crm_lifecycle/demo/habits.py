"""How the customers of the demo company buy, complain and pay."""

from __future__ import annotations

from dataclasses import dataclass

TENURE = 25  # months of trade: two years of month ends, and the day before the first


@dataclass(frozen=True)
class Habit:
    """What a customer does, on average.

    :param orders: invoices a year
    :param amount: untaxed sum of one, roughly
    :param hours: hours of service a year, after the sale
    :param returns: deliveries sent back, in all
    :param since: months ago that they came
    :param until: months ago that they were last seen
    :param pays_within: days they take to pay
    :param manager: who keeps the relation, where it is not the salesperson
    """

    orders: float
    amount: float
    hours: float = 4
    returns: int = 0
    since: int = TENURE
    until: int = 0
    pays_within: int = 35
    manager: str = ""


# The story: Marina Heights buys over twice what Almog does, and is worth a fraction of it.
MARINA = Habit(orders=13, amount=37000, hours=2000, returns=13, manager="yael")
ALMOG = Habit(orders=6, amount=31000, hours=3, pays_within=12, manager="yael")
TOWER_TEN = Habit(orders=6, amount=34000, hours=1150, returns=6, pays_within=80)

STEADY = Habit(orders=5, amount=17500, hours=22, returns=1, pays_within=30, manager="yael")
OCCASIONAL = Habit(orders=2, amount=9000, hours=9)
HOUSEHOLD = Habit(orders=0.8, amount=17000, hours=5, since=22, pays_within=10)
NEW = Habit(orders=6, amount=9000, hours=6, since=4)
LAPSED = Habit(orders=3, amount=9500, hours=14, returns=1, until=9)
LATE = Habit(orders=4, amount=10000, hours=30, returns=1, pays_within=300)

HABITS = {
    "marina": MARINA,
    "almog": ALMOG,
    "tower_ten": TOWER_TEN,
    **dict.fromkeys(
        (
            *("gefen", "sela", "northgate", "brosh", "keshet_school"),
            *("studio_arc", "carmel_clinic", "oren_homes", "dekel_hotel", "limassol"),
        ),
        STEADY,
    ),
    **dict.fromkeys(
        (
            *("hadas", "bakery", "library", "rimon", "lotus", "harel_garage", "zayit", "pines"),
            *("shaked", "bluebay", "ofek", "stonebridge", "tavor"),
        ),
        OCCASIONAL,
    ),
    **dict.fromkeys(
        (
            *("avi_cohen", "sarah_miller", "ronit_bar", "david_green", "moshe_azulay"),
            *("anna_petrov", "yossi_haddad", "rachel_adams", "tamar_golan", "peter_novak"),
            *("lior_shani", "emma_wright", "nadav_raz"),
        ),
        HOUSEHOLD,
    ),
    **dict.fromkeys(["nova_dental", "alon_build", "greenroof", "maya_tal", "ben_carter"], NEW),
    **dict.fromkeys(["old_port", "gilboa", "sunrise_lofts", "negev_lab", "atelier_sol"], LAPSED),
    **dict.fromkeys(["fast_build", "mishol", "harbor_bar", "vaad_12"], LATE),
}

# Not customers yet: the stage of their lead, and what they were quoted.
PROSPECTS = {
    "skyline": ("negotiation", 64000),
    "gan_hair": ("quotation", 48000),
    "mosaic": ("demo", 27000),
    "erez_arch": ("call_held", 0),
    "summit_gym": ("call_held", 15500),
    "neta_paz": ("call_set", 0),
    "oliver_stone": ("call_set", 8200),
    "shira_dan": ("email", 0),
}

STUDENTS = ("maya_tal", "ben_carter", "lior_shani", "emma_wright")
