from contextlib import contextmanager
from contextvars import ContextVar

from odoo import api, fields, models
from odoo.http import request

ARRIVALS = [
    ("web", "Website"),
    ("mail", "E-mail"),
    ("api", "Interface"),
    ("manual", "By Hand"),
    ("import", "Import"),
    ("rule", "By a Rule"),
]
# Somebody outside is waiting for us: these ring, and the clocks of speed run for them.
WAITING_FOR_US = ("web", "mail", "api")
API_PATHS = ("/json/", "/xmlrpc/", "/jsonrpc")
FORM_PATH = "/website/form/"
_importing = ContextVar("crm_lifecycle.importing", default=False)


@contextmanager
def _import_running():
    token = _importing.set(True)
    try:
        yield
    finally:
        _importing.reset(token)


class CrmLead(models.Model):
    """How a lead came, said by the server when it is made.

    A client cannot say it: values of a user are overwritten, and no context key is read. Code
    that runs as the superuser may say it in the values (``rule``, ``mail``).
    """

    _inherit = "crm.lead"

    arrival = fields.Selection(ARRIVALS, "Came by", readonly=True, copy=False, index=True)
    arrived_at = fields.Datetime("Arrived", readonly=True, copy=False)

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._with_arrival(vals) for vals in vals_list])

    @api.model
    def load(self, fields, data):
        with _import_running():
            return super().load(fields, data)

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        # The mail gateway runs as the superuser; from anybody else this is not believed.
        values = {**(custom_values or {}), "arrival": "mail"}
        return super().message_new(msg_dict, custom_values=values)

    @api.model
    def _with_arrival(self, vals):
        """The values of a new lead, with how and when it came."""
        said = vals.get("arrival") if self.env.su else None
        now = self.env.cr.now().replace(microsecond=0)
        return {**vals, "arrival": said or self._arrival(), "arrived_at": now}

    @api.model
    def _arrival(self):
        """How a lead that is made now came. Extend for another door."""
        if _importing.get():
            return "import"
        if not request:
            return "manual"
        path = request.httprequest.path
        if path.startswith(API_PATHS):
            return "api"
        if FORM_PATH in path or self._is_visitor():
            return "web"
        return "manual"

    @api.model
    def _is_visitor(self):
        """Whether somebody from outside, logged in or not, sent the request that runs."""
        return bool(request.env.uid) and request.env.user.sudo().share
