from functools import partial

from odoo import api, models
from odoo.fields import Domain

BATCH = 1000


class CrmLead(models.Model):
    """Open leads are screened again every night, and when limits or blocks change.

    The job walks over them by id, a batch a transaction, and writes only those that stand
    otherwise than before: killed anywhere, it begins again and finds the same.
    """

    _inherit = "crm.lead"

    @api.model
    def _cron_screen(self):
        progress, refresh = self.env["ir.cron"], self.env["crm.customer.value.refresh"]
        progress._commit_progress(remaining=self.search_count(self._screened_domain()))
        last = 0
        while True:
            done, last = refresh._retry(partial(self._screen_batch, last))
            if not done or not progress._commit_progress(done):
                return

    @api.model
    def _screened_domain(self):
        return Domain(self.env["crm.lead.match"]._open_leads())

    @api.model
    def _screen_batch(self, after, attempt=0):
        """Screen the next leads.

        :param int after: the id that the batch before ended with
        :param int attempt: how often it lost a race
        :return: how many were gone over, and the last one's id
        """
        limit = self.env["crm.customer.value.refresh"]._bite(BATCH, attempt)
        domain = self._screened_domain() & Domain("id", ">", after)
        leads = self.sudo().search(domain, order="id", limit=limit)
        leads._screen_again()
        return len(leads), leads[-1:].id

    def _screen_again(self):
        codes = self._screen()
        changed = self.filtered(lambda lead: (lead.screening_codes or False) != codes[lead])
        for value, leads in changed.grouped(codes.get).items():
            leads.write({"screening_codes": value})
