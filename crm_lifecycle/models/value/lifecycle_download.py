from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

KEPT_YEARS = 2
BATCH = 10000


class CrmLifecycleDownload(models.Model):
    """Who took customers' figures out of Odoo: one row a file, before its first byte leaves.

    Rows are made by ``_log`` only, in sudo and from explicit values, so no context key or
    access right keeps one from being written. Nobody changes or deletes them, the superuser
    included; after two years the daily clean-up does.
    """

    _name = "crm.lifecycle.download"
    _description = "Download of Customers' Figures"
    _order = "date desc, id desc"
    _log_access = False

    date = fields.Datetime(required=True, readonly=True, index=True)
    user_id = fields.Many2one("res.users", required=True, readonly=True, ondelete="restrict")
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="restrict")
    name = fields.Char("File", required=True, readonly=True)
    row_count = fields.Integer("Rows", readonly=True)
    reason = fields.Char(readonly=True)
    filters = fields.Text(readonly=True)

    def _compute_display_name(self):
        # Names of files hold names of companies: they stay out of error messages.
        for download in self:
            download.display_name = self.env._("Download %(id)s", id=download.id)

    @api.model
    def _log(self, company, name, row_count, reason, filters):
        """Note a download by the user.

        :param str filters: what the file was limited to, in words
        """
        self.sudo().create(
            {
                "date": fields.Datetime.now(),
                "user_id": self.env.uid,
                "company_id": company.id,
                "name": name,
                "row_count": row_count,
                "reason": reason,
                "filters": filters,
            }
        )

    def write(self, vals):
        if self and vals:
            raise UserError(self.env._("The log of downloads cannot be changed."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("The log of downloads cannot be deleted."))

    @api.autovacuum
    def _gc_downloads(self):
        """Remove what is older than two years."""
        oldest = fields.Datetime.subtract(fields.Datetime.now(), years=KEPT_YEARS)
        self.env.cr.execute(
            SQL(
                """DELETE FROM crm_lifecycle_download WHERE id IN (
                   SELECT id FROM crm_lifecycle_download WHERE date < %s LIMIT %s)""",
                oldest,
                BATCH,
            )
        )
        done = self.env.cr.rowcount
        self.invalidate_model()
        return done, done == BATCH
