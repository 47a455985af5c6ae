from odoo import api, fields, models

from ..value.res_partner import USER

# Field of the customer: as what its user looks after them.
ROLES = {"user_id": "salesperson", "own_account_manager_id": "manager"}
REASON = "crm_owner_change_reason"


class OwnerChangeReason(str):
    """Why an owner changes, said by our own code: nothing that a client sends is of this kind."""

    __slots__ = ()


class ResPartner(models.Model):
    """Every change of a customer's owner is written down, whichever door it comes through.

    In ``create`` and ``write`` themselves, which form, import, merge and API all end in; no
    context key turns it off. A write costs one insert for all its customers, and nothing where
    the owner stays.
    """

    _inherit = "res.partner"

    owner_change_ids = fields.One2many(
        "crm.owner.change", "partner_id", "Changes of Owner", readonly=True, groups=USER
    )

    @api.model_create_multi
    def create(self, vals_list):
        partners = super().create(vals_list)
        # An account manager is written, by the inverse of the field.
        owned = partners.filtered("user_id")
        before = dict.fromkeys(owned.ids)
        owned._keep_owner_changes("user_id", before)
        return partners

    def write(self, vals):
        names = ROLES.keys() & vals.keys()
        if not names:
            return super().write(vals)
        before = {name: self._owners(name) for name in names}
        result = super().write(vals)
        for name in sorted(names):
            self._keep_owner_changes(name, before[name])
        return result

    def _owners(self, name):
        """The id of each contact's owner, or None."""
        return {partner.id: partner[name].id or None for partner in self.sudo()}

    def _keep_owner_changes(self, name, before):
        """Write down whose owner is another one than before.

        :param str name: of the field that holds the owner
        :param dict before: user id or None, by contact id
        """
        after = self._owners(name)
        changed = self.sudo().filtered(lambda one: after[one.id] != before.get(one.id))
        # Who is a person at a company is not a customer.
        customers = changed.filtered(lambda one: one.commercial_partner_id == one)
        reason = self.env.context.get(REASON)
        self.env["crm.owner.change"]._keep(
            ROLES[name],
            [(one.id, before.get(one.id), after[one.id]) for one in customers],
            company=self.env.company if name == "own_account_manager_id" else None,
            reason=reason if isinstance(reason, OwnerChangeReason) else None,
        )
        if customers:
            customers.invalidate_recordset(["owner_change_ids"], flush=False)
