"""Errors of the addon that the web client knows by their name."""

from odoo.exceptions import UserError


class StageRefused(UserError):  # noqa: N818
    """A lead may not enter a stage: what is missing, as a text and as data.

    The text is for every door; ``context`` reaches the web client and callers of the API
    (``data.context``, or ``context`` in JSON-2), with which the dialog asks for what is missing.

    :param str message: everything that is missing, lead by lead, for people
    :param list leads: of dicts: ``id`` and ``name`` of a lead (no id: it was not created),
        ``stage_id`` and ``stage`` it was to enter, and ``missing``: dicts of the condition's
        ``stage``, ``sentence``, ``kind`` and ``fields`` (names of fields of the lead to fill)
    :param bool may_override: whether this user may move them nevertheless
    """

    def __init__(self, message, leads=(), may_override=False):
        super().__init__(message)
        self.context = {"leads": list(leads), "may_override": may_override}
