from odoo import fields, models

from ..value.scope import Scope


class CrmCustomerValueRun(models.Model):
    """The full refresh rates everybody between adding up and ranking, a batch a transaction.

    After all figures, because the rhythm of who has none yet is that of the company's others.
    """

    _inherit = "crm.customer.value.run"

    state = fields.Selection(
        selection_add=[("health", "Rating Health"), ("ranking",)],
        ondelete={"health": "cascade"},
    )
    rated_position = fields.Integer(readonly=True, help="Customers up to this id are rated.")
    rated_count = fields.Integer("Rated Anew", readonly=True)

    def _steps(self, commit, attempt):
        return {
            **super()._steps(commit, attempt),
            "health": lambda: self._step_health(attempt),
        }

    def _step_figures(self, attempt=0):
        done = super()._step_figures(attempt)
        if self.state == "ranking":
            self.state = "health"
        return done

    def _step_health(self, attempt=0):
        """Rate one batch of customers, and note how far it came."""
        refresh = self.env["crm.customer.value.refresh"]
        size = refresh._bite(self._batch_size(), attempt)
        high = refresh._next_end(self.rated_position, self.last_position, size)
        scope = Scope(self.as_of, low=self.rated_position + 1, high=high)
        written = self.env["crm.health.rating"]._rate(scope)
        self.write(
            {
                "rated_position": high,
                "rated_count": self.rated_count + written,
                "state": "health" if high < self.last_position else "ranking",
            }
        )
        return 0
