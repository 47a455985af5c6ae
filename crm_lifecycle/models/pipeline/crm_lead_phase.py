from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .crm_stage import PHASES


class CrmLead(models.Model):
    """Which of the two sales processes a lead runs through.

    Enhancement when the customer has a posted invoice in the lead's company, else acquisition;
    it is looked up when the lead gets a customer, or another one, and anybody who may write the
    lead may change it. Another person at the same customer changes nothing, nor does anything
    that happens to a lead that is won, lost or archived. A lead whose stage is of the other
    process goes to the first stage of its own.
    """

    _inherit = "crm.lead"

    lifecycle_phase = fields.Selection(
        PHASES,
        "Process",
        compute="_compute_lifecycle_phase",
        store=True,
        readonly=False,
        tracking=True,
        index=True,
        help="Acquisition: winning a new customer. Enhancement: selling to one who bought before.",
    )
    stage_id = fields.Many2one(
        domain="['|', ('team_ids', '=', False), ('team_ids', 'in', team_id), "
        "'|', ('lifecycle_phase', '=', False), ('lifecycle_phase', '=', lifecycle_phase)]"
    )

    @api.depends("partner_id")
    def _compute_lifecycle_phase(self):
        known = self.filtered(lambda lead: lead._origin.lifecycle_phase)
        for lead in known:
            # ``write`` looks after those; here nothing of the lead as it was is known.
            lead.lifecycle_phase = lead._origin.lifecycle_phase
        (self - known)._set_lifecycle_phase()

    def write(self, vals):
        if "partner_id" not in vals or "lifecycle_phase" in vals:
            return super().write(vals)
        before = {lead.id: lead.partner_id.commercial_partner_id for lead in self.sudo()}
        result = super().write(vals)
        self.filtered(lambda lead: lead._has_other_customer(before[lead.id]))._set_lifecycle_phase()
        return result

    def _has_other_customer(self, before):
        """Whether this open lead has a customer, and another one than before."""
        customer = self.sudo().partner_id.commercial_partner_id
        is_open = self.active and self.won_status == "pending"
        return bool(is_open and customer and customer != before)

    def _set_lifecycle_phase(self):
        """Look up the process of these leads anew."""
        bought = self._customers_who_bought()
        for lead in self:
            customer = lead.sudo().partner_id.commercial_partner_id
            company = lead._lifecycle_company()
            key = (customer._origin.id, company.id)
            phase = "enhancement" if key in bought else "acquisition"
            if lead.lifecycle_phase != phase:
                lead.lifecycle_phase = phase

    def _lifecycle_company(self):
        """The company whose process the lead runs through, in sudo."""
        lead = self.sudo()
        return lead.company_id or lead.team_id.company_id or lead.env.company

    def _customers_who_bought(self):
        """Who of these leads' customers has a posted invoice.

        :return: set of (customer id, company id)
        """
        customers = self.sudo().partner_id.commercial_partner_id._origin.ids
        return self._bought(customers, {lead._lifecycle_company().id for lead in self})

    @api.model
    def _bought(self, customers, companies):
        """Who of these customers has a posted invoice in which of these companies.

        :param customers: ids of commercial partners
        :param companies: ids of companies
        :return: set of (customer id, company id)
        """
        if not customers or not companies:
            return set()
        return set(
            self.env.execute_query(
                SQL(
                    """SELECT customer.id, company.id
                         FROM unnest(%s::int[]) AS customer (id)
                         CROSS JOIN unnest(%s::int[]) AS company (id)
                        WHERE EXISTS (
                              SELECT 1 FROM account_move move
                               WHERE move.commercial_partner_id = customer.id
                                 AND move.company_id = company.id
                                 AND move.move_type IN ('out_invoice', 'out_receipt')
                                 AND move.state = 'posted')""",
                    list(customers),
                    list(companies),
                    to_flush=[
                        self.env["account.move"]._fields[name]
                        for name in ("commercial_partner_id", "company_id", "move_type", "state")
                    ],
                )
            )
        )

    @api.depends("lifecycle_phase")
    def _compute_stage_id(self):
        stages = {lead.id: lead.stage_id for lead in self if isinstance(lead.id, int)}
        result = super()._compute_stage_id()
        for lead in self:
            phase = lead.stage_id.lifecycle_phase
            if phase and lead.lifecycle_phase and phase != lead.lifecycle_phase:
                lead.stage_id = lead._stage_find(domain=[("fold", "=", False)])
        self._note_drift(stages)
        return result

    def _stage_find(self, team_id=False, domain=None, order="sequence, id", limit=1):
        """Among the stages of these leads' processes; of all when there is no lead."""
        phases = set(self.mapped("lifecycle_phase")) - {False}
        if phases:
            own = Domain("lifecycle_phase", "in", [False, *phases])
            domain = list(own & Domain(domain or []))
        # Archived stages take no leads, whatever a caller's context says.
        domain = [("active", "=", True), *(domain or [])]
        return super()._stage_find(team_id=team_id, domain=domain, order=order, limit=limit)
