from odoo import api, models
from odoo.exceptions import UserError


class CrmStage(models.Model):
    """A stage in which open leads stand stays in use, and in their process.

    One in which any leads stand, lost ones too, is archived and not deleted.
    """

    _inherit = "crm.stage"

    def write(self, vals):
        if not self.env.su:
            if "active" in vals and not vals["active"]:
                self._check_empty()
            if vals.get("lifecycle_phase"):
                self._check_empty([("lifecycle_phase", "!=", vals["lifecycle_phase"])])
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_with_leads(self):
        """Refuse to delete a stage of leads, which the database would refuse less clearly.

        :raises UserError: with the stages and the number of leads in each
        """
        leads = self.env["crm.lead"].sudo().with_context(active_test=False)
        domain = [("stage_id", "in", self.ids)]
        counts = leads._read_group(domain, ["stage_id"], ["__count"])
        if counts:
            raise UserError(
                self.env._(
                    "Leads stand in: %(stages)s, open, won, lost or archived. Move them to other "
                    "stages first, or archive the stage when no open lead stands in it.",
                    stages=self._counted(counts),
                )
            )

    def _counted(self, counts):
        """Stages and the number of leads in each, in words."""
        return ", ".join(f"{stage.name} ({count})" for stage, count in counts)

    def _open_lead_counts(self, domain=()):
        """How many open leads stand in these stages, of all companies.

        :param domain: only leads of this domain
        :return: dict of stage (in sudo) to a number above zero
        """
        leads = self.env["crm.lead"].sudo()
        open_leads = [("stage_id", "in", self.ids), ("won_status", "=", "pending")]
        return dict(leads._read_group([*open_leads, *domain], ["stage_id"], ["__count"]))

    def _check_empty(self, domain=()):
        """Refuse while open leads stand here.

        :raises UserError: with the stages and the number of leads in each
        """
        counts = self._open_lead_counts(domain)
        if counts:
            raise UserError(
                self.env._(
                    "Open leads stand in: %(stages)s. Move them to other stages of their "
                    "process first; then this stage can be archived or given to one process.",
                    stages=self._counted(counts.items()),
                )
            )
