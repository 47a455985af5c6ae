"""What was said with the customers: calls, mails, meetings and complaints."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from .habits import HABITS, Habit

CHANNEL_COSTS = {"call": (2, 140), "email": (1, 140), "meeting": (15, 180), "visit": (60, 180)}
OPEN_DAYS, ANSWERED_DAYS = 35, 60  # complaints younger than that are still open
MOST_A_YEAR = 40
TROUBLED = 3  # returns from which every third contact is a complaint, and not every seventh
STARTED_BY_THEM, ASKED = 0.6, 0.2  # shares of the contacts


@dataclass(frozen=True)
class Line:
    """Something people say, in the two languages of the company's customers.

    :param topic: of the demo topics
    :param learned: what we know since, if anything
    """

    topic: str
    english: str
    hebrew: str
    learned: tuple[str, str] = ("", "")

    def said(self, hebrew: bool) -> str:
        """The text in the customer's language."""
        return self.hebrew if hebrew else self.english


TALK = (
    Line("price", "Asked for the new price list.", "ביקשו את המחירון החדש."),
    Line(
        "price",
        "Compared our quotation with a competitor's.",
        "השוו את ההצעה שלנו לזו של מתחרה.",
        ("Alumax is ten percent cheaper.", "אלומקס זולים בעשרה אחוזים."),
    ),
    Line("measuring", "Agreed on a day to measure.", "תואם יום למדידה."),
    Line(
        "measuring",
        "Installation went well, the site is clean.",
        "ההתקנה עברה בשלום והאתר נקי.",
        ("They plan another floor next spring.", "מתכננים קומה נוספת באביב."),
    ),
    Line("delivery", "When will the windows come?", "מתי יגיעו החלונות?"),
)
TROUBLE = (
    Line("leak", "Water comes in at the sill.", "נכנסים מים באדן החלון."),
    Line("handle", "The handle came off again.", "הידית שוב התפרקה."),
    Line("late", "The delivery is two weeks late.", "המשלוח מאחר בשבועיים."),
)


def converse(story):
    """Contacts over the time of each customer, more with those who make more work."""
    set_costs(story)
    values = [
        prepare_contact(story, name, habit, day, number)
        for name, habit in HABITS.items()
        for number, day in enumerate(story.days(habit, per_year(habit)))
    ]
    story.env["crm.interaction"].create(values)


def set_costs(story):
    """What a contact costs the company."""
    for kind, (fixed, hourly) in CHANNEL_COSTS.items():
        channel = channel_of(story, kind).with_company(story.company)
        channel.write({"fixed_cost": fixed, "hourly_cost": hourly})


def channel_of(story, kind):
    """One of the channels that come with the addon."""
    return story.env.ref(f"crm_lifecycle.channel_{kind}")


def per_year(habit: Habit) -> float:
    """Contacts a year: some to sell, some to serve."""
    return min(MOST_A_YEAR, habit.orders + habit.hours / 15)


def prepare_contact(story, name, habit, day, number):
    """The values of one contact; every so often it is a complaint."""
    dice, customer = story.random, story.customers[name]
    kind = dice.choice(("call", "call", "call", "email", "email", "meeting", "visit"))
    channel = channel_of(story, kind)
    person = dice.choice(customer.child_ids) if customer.child_ids else customer
    every = 3 if habit.returns > TROUBLED else 7
    grumbles = habit.returns and number % every == every - 1
    line = dice.choice(TROUBLE if grumbles else TALK)
    hebrew = customer.lang == "he_IL"
    return {
        "partner_id": customer.id,
        "contact_id": person.id,
        "company_id": story.company.id,
        "date": datetime.combine(day, time(6 + dice.randrange(8), dice.randrange(60))),
        "user_id": story.user(dice.choice(("noa", "noa", "tom", "dana"))).id,
        "channel_id": channel.id,
        "direction": "in" if grumbles or dice.random() < STARTED_BY_THEM else "out",
        "minutes": max(1, round(channel.default_minutes * dice.uniform(0.4, 2.2))),
        "said": line.said(hebrew),
        "learned": line.learned[hebrew] or False,
        "topic_ids": story.ref(f"topic_{line.topic}").ids,
        **(complaint(story, day) if grumbles else contentment(story)),
    }


def complaint(story, day):
    """A complaint: old ones are closed, those of the last weeks wait for us."""
    age = story.today - day
    if age < timedelta(days=OPEN_DAYS):
        return {"is_complaint": True, "complaint_state": "open"}
    answered = {
        "is_complaint": True,
        "complaint_state": "answered",
        "complaint_answer": "A technician came and repaired it.",
        "complaint_answered_on": datetime.combine(day + timedelta(days=1), time(9)),
    }
    if age < timedelta(days=ANSWERED_DAYS):
        return answered
    return {
        **answered,
        "complaint_state": "closed",
        "complaint_closed_on": datetime.combine(day + timedelta(days=5), time(9)),
        "satisfaction": story.random.choice(("1", "2", "3", "4")),
    }


def contentment(story):
    """Satisfaction, where somebody asked."""
    asked = story.random.random() < ASKED
    return {"satisfaction": story.random.choice(("4", "4", "5"))} if asked else {}
