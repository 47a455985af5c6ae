"""Tags of the demo company that keep themselves right."""

from __future__ import annotations

SEGMENTS = (
    ("Best Customers", 4, [("value_tier", "=", "a")]),
    ("Gone Quiet", 2, [("customer_value", ">", 0), ("days_since_contact", ">", 60)]),
    ("Over 60", 3, [("age", ">=", 60)]),
)
EVERYBODY = 2**31 - 1


def gather(story):
    """Make the segments and fill them; students are known by hand."""
    story.env.ref("crm_lifecycle.segment_student").partner_ids += story.students
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
    segments.segment_refreshed_at = story.env.cr.now()
