from odoo import api, models

LEFT_BEHIND = "__crm_lifecycle_demo__"


class CrmLifecycleDemo(models.AbstractModel):
    """The demo company Clearview Windows: the door between its data files and its builders.

    Data files can only call methods of models, hence this one. It does nothing outside of
    the installation of demo data; its methods are private, and so out of everybody's reach.

    Order of calls, with the data files between them: ``_adopt``, ``_open_company`` (accounts,
    warehouse, Hebrew), then users, products, customers, then ``_build`` (two years of trade,
    and the figures that come out). Dates are relative to today, numbers from a fixed seed.

    An uninstallation leaves the company as it leaves any company's documents: ``_release``
    takes our name off its records, which Odoo would else try to delete and half succeed.
    """

    _name = "crm.lifecycle.demo"
    _description = "Demo Company"

    @api.model
    def _adopt(self):
        self._rename_external_ids(LEFT_BEHIND, "crm_lifecycle")

    @api.model
    def _release(self):
        self._rename_external_ids("crm_lifecycle", LEFT_BEHIND)

    @api.model
    def _rename_external_ids(self, before, after):
        domain = [("module", "=", before), ("name", "=like", r"demo\_%")]
        names = self.env["ir.model.data"].sudo().search(domain)
        names.write({"module": after})
        # The loading of data files, and the uninstallation, look into the table directly.
        names.flush_recordset()

    @api.model
    def _open_company(self):
        from . import company

        company.open_company(self.env)

    @api.model
    def _build(self):
        from . import builder

        builder.build(self.env)
