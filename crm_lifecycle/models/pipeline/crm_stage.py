from odoo import api, fields, models, tools

PHASES = [("acquisition", "Acquisition"), ("enhancement", "Enhancement")]


class CrmStage(models.Model):
    """A stage belongs to one of the two sales processes, or to both."""

    _inherit = "crm.stage"

    active = fields.Boolean(
        default=True,
        help="An archived stage takes no leads; those that stand in it, and its history, stay.",
    )
    lifecycle_phase = fields.Selection(
        PHASES,
        "Process",
        index=True,
        help="Winning new customers (Acquisition), or selling to those who bought (Enhancement). "
        "Empty: a stage of both.",
    )
    may_be_skipped = fields.Boolean(
        help="A lead that jumps over this stage need not meet its conditions.",
    )

    @api.model
    def _in_use(self):
        """All stages that take leads, in their order, in sudo; looked up once a change of them."""
        return self.sudo().browse(self._ids_in_use())

    @api.model
    @tools.ormcache()
    def _ids_in_use(self):
        return tuple(self.sudo().search([])._ids)  # pylint: disable=no-search-all

    @api.model_create_multi
    def create(self, vals_list):
        stages = super().create(vals_list)
        self.env.registry.clear_cache()
        return stages

    def write(self, vals):
        result = super().write(vals)
        if not {"active", "sequence", "name"}.isdisjoint(vals):
            self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result
