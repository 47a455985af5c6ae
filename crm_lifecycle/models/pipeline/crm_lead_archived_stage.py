from odoo import models


class CrmLead(models.Model):
    """Odoo's predictive scoring counts leads in archived stages too.

    Odoo knows no archived stages: it looks up the number of each lead's stage among those it
    finds, and stops at one that it does not find, when a lead is lost or restored there and in
    its nightly job.
    """

    _inherit = "crm.lead"

    def _pls_prepare_frequencies(self, lead_values, leads_pls_fields, target_state=None):
        every = self.with_context(active_test=False)
        return super(CrmLead, every)._pls_prepare_frequencies(
            lead_values, leads_pls_fields, target_state
        )
