"""Tags of the demo company that keep themselves right."""

from __future__ import annotations

SEGMENTS = (
    ("Best Customers", 4, [("value_tier", "=", "a")]),
    ("Gone Quiet", 2, [("customer_value", ">", 0), ("last_interaction_date", "<", "today -60d")]),
    ("Over 60", 3, [("age", ">=", 60)]),
)
STUDENTS = ("maya_tal", "ben_carter", "lior_shani", "emma_wright")
EVERYBODY = 2**31 - 1


def gather(story):
    """Make the segments and fill them; students are known by hand."""
    students = story.env["res.partner"].union(*(story.customers[name] for name in STUDENTS))
    story.env.ref("crm_lifecycle.segment_student").partner_ids += students
    segments = story.env["res.partner.category"].create(
        [
            {
                "name": name,
                "color": color,
                "is_segment": True,
                "segment_domain": repr(domain),
                "segment_company_id": story.company.id,
            }
            for name, color, domain in SEGMENTS
        ]
    )
    for segment in segments:
        segment._segment_apply(0, EVERYBODY)
