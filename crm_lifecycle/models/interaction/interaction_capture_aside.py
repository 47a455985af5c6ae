import logging

from odoo import api, fields, models
from odoo.tools import SQL

from ..value.customer_value_refresh import LOST_RACES
from .interaction_capture_email import UNWRITABLE

_logger = logging.getLogger(__name__)

KEPT_DAYS = 90
REASON = 500


class CrmInteractionCapture(models.Model):
    """What cannot be logged is put aside with the reason, and keeps nothing else waiting.

    So is a meeting whose contact somebody deleted: it would be logged anew otherwise. Managers
    see these rows, and may have them tried again; after a while they are forgotten.
    """

    _inherit = "crm.interaction.capture"

    def _compute_display_name(self):
        for row in self:
            row.display_name = str(row.id)

    def action_retry(self):
        """Try again what was put aside.

        :raises AccessError: for anybody but managers
        """
        # Reading is the managers' alone.
        self.check_access("read")
        self.sudo().error = False
        self._wake()

    @api.model
    def _each_or_aside(self, rows, work, put_aside):
        """Work on rows together; where that fails, on each by itself.

        Lost races are raised: the whole batch is done again.

        :param rows: list or recordset
        :param work: what is called with some of the rows
        :param put_aside: what is called with a row that fails, and the exception
        """
        try:
            with self.env.cr.savepoint():
                work(rows)
        except LOST_RACES:
            raise
        except Exception as error:
            if len(rows) > 1:
                for position in range(len(rows)):
                    self._each_or_aside(rows[position : position + 1], work, put_aside)
                return
            _logger.warning("Not captured: %s", rows[0], exc_info=True)
            put_aside(rows[0], error)

    @api.model
    def _reason(self, error):
        """What went wrong, in one line. The lines below may hold what was to be written."""
        text = UNWRITABLE.sub("", str(error)).strip().split("\n")[0]
        return f"{type(error).__name__}: {text}"[:REASON]

    @api.model
    def _put_row_aside(self, row, error):
        """Leave a row of the queue where it is, with the reason."""
        self.sudo().browse(row[0]).error = self._reason(error)

    @api.model
    def _put_meeting_aside(self, meeting, error):
        """Meetings come from the calendar: their row is made here."""
        self._leave_meetings(meeting.ids, self._reason(error))

    @api.model
    def _leave_meetings(self, meeting_ids, reason):
        """Capture these meetings no more."""
        self.sudo().create(
            [
                {
                    "source": "meeting",
                    "res_id": meeting_id,
                    "create_date": fields.Datetime.now(),
                    "error": reason,
                }
                for meeting_id in meeting_ids
            ]
        )

    @api.autovacuum
    def _gc_aside(self):
        """Forget what was put aside long ago; no meeting that would be looked at again."""
        days = max(KEPT_DAYS, self._meeting_days() + 1)
        oldest = fields.Datetime.subtract(fields.Datetime.now(), days=days)
        self.env.execute_query(
            SQL(
                """DELETE FROM crm_interaction_capture
                    WHERE error IS NOT NULL AND create_date < %s RETURNING id""",
                oldest,
            )
        )
        self.invalidate_model()
