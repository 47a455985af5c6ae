from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

# Equal in both leads: Odoo's own e-mail criterion (the address, or the domain unless everybody
# can have an address there), the whole telephone number, the tax number.
ALIKE = ("email_domain_criterion", "phone_sanitized", "vat_key")


class CrmLead(models.Model):
    """A lead that is there already is seen on arrival, whatever channel it came by.

    It is looked up when it is read, among the open leads that the reader sees, so that it
    holds for every door and no longer once the leads are merged. Nothing is stored and
    creating a lead costs nothing; a list or kanban costs one statement.
    """

    _inherit = "crm.lead"

    has_possible_duplicate = fields.Boolean(
        "Possible Duplicate",
        compute="_compute_has_possible_duplicate",
        search="_search_has_possible_duplicate",
        compute_sudo=False,
        help="Another open lead has the same e-mail or domain, telephone or tax number.",
    )

    @api.depends_context("uid", "allowed_company_ids")
    @api.depends(*ALIKE, "active", "won_status")
    def _compute_has_possible_duplicate(self):
        saved = self._origin
        alike = set()
        if saved:
            rows = SQL("one.id = ANY(%s)", saved.ids)
            alike = {row[0] for row in self.env.execute_query(self._alike_sql(rows))}
        for lead in self:
            lead.has_possible_duplicate = lead._origin.id in alike

    def _search_has_possible_duplicate(self, operator, value):
        if operator != "in":
            return NotImplemented
        found = Domain("id", "in", SQL("(%s)", self._alike_sql(SQL("TRUE"))))
        return found if True in value else ~found

    @api.model
    def _alike_sql(self, rows):
        """``SELECT`` of the open leads, of ``rows``, that are like another one."""
        leads = self.sudo(False).with_context(active_test=False)
        visible = leads._search(self.env["crm.lead.match"]._open_leads())
        pairs = [
            SQL(
                """EXISTS (SELECT 1 FROM crm_lead other
                            WHERE other.%(column)s = one.%(column)s AND other.id <> one.id
                              AND other.active AND other.won_status = 'pending'
                              AND other.id IN %(visible)s)""",
                column=SQL.identifier(name),
                visible=visible.subselect(),
                to_flush=self._fields[name],
            )
            for name in ALIKE
        ]
        return SQL(
            """SELECT one.id FROM crm_lead one
                WHERE one.active AND one.won_status = 'pending' AND %s AND (%s)""",
            rows,
            SQL(" OR ").join(pairs),
        )

    @api.depends("vat_key")
    def _compute_potential_lead_duplicates(self):
        super()._compute_potential_lead_duplicates()
        with_vat = self.filtered("vat_key")
        if not with_vat:
            return
        keys = with_vat.mapped("vat_key")
        leads = self.with_context(active_test=False).search([("vat_key", "in", keys)])
        for lead in with_vat:
            alike = leads.filtered(lambda other, key=lead.vat_key: other.vat_key == key)
            lead.duplicate_lead_ids |= alike
            lead.duplicate_lead_count = len(lead.duplicate_lead_ids - lead - lead._origin)

    def action_merge_similar(self):
        """Open Odoo's merge with this lead and those like it.

        :raises UserError: when there is nothing to merge it with
        """
        self.ensure_one()
        self.check_access("write")
        alike = (self.duplicate_lead_ids | self).filtered_domain(
            self.env["crm.lead.match"]._open_leads()
        )
        if not alike - self:
            raise UserError(
                self.env._("No open lead that you see is like this one: there is nothing to merge.")
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Merge"),
            "res_model": "crm.merge.opportunity",
            "views": [(False, "form")],
            "target": "new",
            "context": {"active_model": "crm.lead", "active_ids": alike.ids},
        }
