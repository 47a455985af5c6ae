from odoo import fields, models

from .customer_value import PHASES


class CrmLifecycleTransition(models.Model):
    """A customer's change of phase: written with the change itself, by the same statement.

    Rows are history. They are never rewritten, survive a merge of partners (there is no
    unique key on the customer) and go only with the customer.
    """

    _name = "crm.lifecycle.transition"
    _description = "Change of Phase"
    _inherit = ["crm.customer.mixin"]
    _order = "date desc, id desc"
    _log_access = False

    from_phase = fields.Selection(PHASES, "From", readonly=True)
    to_phase = fields.Selection(PHASES, "To", required=True, readonly=True)
    date = fields.Datetime("When", required=True, readonly=True, index=True)
    reason = fields.Selection(
        [
            ("entered", "First seen"),
            ("purchase", "First invoice"),
            ("no_purchase", "No posted invoice left"),
            ("threshold", "Over the thresholds"),
            ("below", "Below the thresholds"),
            ("risk", "Good customer at risk"),
            ("manual", "Chosen by hand"),
        ],
        "Why",
        required=True,
        readonly=True,
    )
    note = fields.Char(readonly=True, size=250)
    user_id = fields.Many2one("res.users", "By", readonly=True, help="Empty: by rule.")

    def _compute_display_name(self):
        # Names of customers stay out of error messages and of links from elsewhere.
        for transition in self:
            transition.display_name = self.env._("Change of phase %(id)s", id=transition.id)
