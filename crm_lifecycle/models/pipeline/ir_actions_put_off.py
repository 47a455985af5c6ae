from odoo import models

# Odoo's lists of leads and opportunities; both their search views have the filter.
WORKING_LISTS = (
    "crm.crm_lead_all_leads",
    "crm.crm_case_form_view_salesteams_lead",
    "crm.crm_case_form_view_salesteams_opportunity",
)


class IrActionsActWindow(models.Model):
    """Odoo's own lists of leads open without those that are put off.

    The filter is preselected where the action is handed out, so that Odoo's data stays as it is;
    who wants to see all removes it.
    """

    _inherit = "ir.actions.act_window"

    def _get_action_dict(self):
        result = super()._get_action_dict()
        if self._is_one_of(WORKING_LISTS):
            context = (result["context"] or "{}").strip().removeprefix("{")
            result["context"] = f"{{'search_default_not_put_off': 1, {context}"
        return result

    def _is_one_of(self, names):
        """Whether this action has one of these XML ids."""
        data = self.env["ir.model.data"]
        ids = {data._xmlid_to_res_id(name, raise_if_not_found=False) for name in names}
        return self.id in ids
