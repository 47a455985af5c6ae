"""The figures of the demo company, so that the first screen shows them at once.

Demo data is loaded before the addon's ``post_init_hook`` fills everybody's figures, and the
nightly job would close the months that ended only tonight.
"""

from __future__ import annotations


def add_up(story):
    """Refresh the customers, and close the month ends there are."""
    everybody = [*story.customers.values(), *story.prospects.values()]
    refresh = story.env["crm.customer.value.refresh"]
    refresh._refresh_customers({partner.id for partner in everybody}, story.today)
    snapshots = story.env["crm.customer.value.snapshot"]
    for day in snapshots._open_months(story.company, story.today):
        snapshots._close(story.company, day)
