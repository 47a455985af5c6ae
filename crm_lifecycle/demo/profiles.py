"""What is known of the people of the demo company: birthdays, families, interests."""

from __future__ import annotations

from datetime import date, timedelta

from odoo import Command

INTERESTS = ("Football", "Wine", "Gardening", "Jazz", "Hiking")
OCCUPATIONS = {
    "he_IL": ("מורה", "רופאה", "עורך דין", "סטודנטית", "גמלאי"),
    "en_US": ("Teacher", "Engineer", "Dentist", "Student", "Retired"),
}
CHILDREN = ("נועה", "איתי", "Maya", "Daniel")
OLDEST, YOUNGEST, STUDENT_YEARS = 78, 19, 8
SOON = 4  # days until the first one's birthday
UNKNOWN = 5  # of every fifth person too little is known


def describe(story):
    """Profiles of the people among the customers, bar those still to be asked."""
    people = [one for one in story.customers.values() if not one.is_company]
    interests = story.env["crm.interest"].create([{"name": name} for name in INTERESTS])
    for number, person in enumerate(people):
        if number % UNKNOWN != UNKNOWN - 1:
            person.write(prepare_profile(story, person, number, interests))


def prepare_profile(story, person, number, interests):
    """The values of one person's profile."""
    dice = story.random
    return {
        "birth_date": born(story, number, person in story.students),
        "family_status": dice.choice(("single", "couple", "married", "widowed")),
        "occupation": dice.choice(OCCUPATIONS[person.lang]),
        "interest_ids": [Command.set(dice.sample(interests.ids, 2))],
        "preferred_hour_from": 9,
        "preferred_hour_to": dice.choice((13, 17, 20)),
        "family_member_ids": [
            Command.create({"name": dice.choice(CHILDREN), "relation": "child"})
            for _child in range(dice.randrange(3))
        ],
    }


def born(story, number, student):
    """A day of birth; the first person's birthday is in a few days."""
    if not number:
        soon = story.today + timedelta(days=SOON)
        return date(soon.year - 40, soon.month, min(soon.day, 28))
    age = story.random.randint(YOUNGEST, OLDEST)
    if student:
        age = YOUNGEST + age % STUDENT_YEARS
    return story.today - timedelta(days=round(age * 365.25) + story.random.randrange(60, 300))
