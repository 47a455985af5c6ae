import logging
import os
from tempfile import TemporaryDirectory

from odoo import http
from odoo.exceptions import AccessError, UserError
from odoo.http import content_disposition, request
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

_logger = logging.getLogger(__name__)

MIMETYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class WorkbookController(http.Controller):
    """What serves a workbook, made for one request and kept nowhere. The routes extend it."""

    def _serve(self, model, export_id):
        """Stream the workbook of one of the user's own exports.

        Answers are sentences: 403 without the rights (whatever the id), 404 for an export that
        is not there or is somebody else's, 400 when the workbook cannot be made, 500 for the
        unforeseen, of which the server's log has the details.

        :param str model: of the wizard, a ``crm.workbook.export``
        """
        exports = request.env[model]
        try:
            exports._check_export_right()
            export = exports.search([("id", "=", export_id)])
            if not export:
                return _sentence(
                    self.env._("This download is no longer there. Please start it again."), 404
                )
            return self._stream(export.with_company(export.company_id))
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except AccessError:
            return _sentence(exports._refusal(), 403)
        except UserError as error:
            return _sentence(str(error), 400)
        except Exception:
            _logger.exception("The workbook of %s %s failed", model, export_id)
            request.env.cr.rollback()
            return _sentence(
                self.env._("The workbook could not be made. Please tell an administrator."), 500
            )

    def _stream(self, export):
        """Make the file, note the download, and answer with the open file.

        The folder with everything in it is removed before the first byte is sent: the response
        holds the open file, so neither a lost client nor a killed server leaves it behind.
        """
        with TemporaryDirectory(prefix="crm_lifecycle_") as folder:
            path = os.path.join(folder, "workbook.xlsx")
            count = request.env[export._report]._build(export, path)
            name = export._file_name()
            filters = "\n".join(f"{label}: {chosen}" for label, chosen in export._filters())
            request.env["crm.lifecycle.download"]._log(
                export.company_id, name, count, export.reason, filters
            )
            stream = http.Stream(
                type="path", path=path, mimetype=MIMETYPE, conditional=False, etag=False
            )
            response = stream.get_response(as_attachment=True)
        response.headers["Content-Disposition"] = content_disposition(f"{name}.xlsx")
        response.headers["Cache-Control"] = "no-store, private"
        return response


def _sentence(text, status):
    headers = [("Content-Type", "text/plain; charset=utf-8"), ("X-Content-Type-Options", "nosniff")]
    return request.make_response(text, headers=headers, status=status)
