from odoo import models
from odoo.exceptions import AccessError, UserError

NAMED = 5


class CrmLead(models.Model):
    """Where the company says so, a flagged lead gets no quotation before a manager's release."""

    _inherit = "crm.lead"

    def action_screening_release(self):
        """Ask for the note with which the lead is released.

        :raises AccessError: for others than managers of Sales or Lifecycle
        """
        return self._ask_screening("released")

    def action_screening_refuse(self):
        """Ask for the note with which the lead is refused.

        :raises AccessError: for others than managers of Sales or Lifecycle
        """
        return self._ask_screening("refused")

    def _ask_screening(self, decision):
        self.ensure_one()
        self._check_may_decide_screening()
        names = {"released": self.env._("Release"), "refused": self.env._("Refuse")}
        return {
            "type": "ir.actions.act_window",
            "name": names[decision],
            "res_model": "crm.lead.screening",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_lead_id": self.id, "default_decision": decision},
        }

    def _check_may_decide_screening(self):
        self.check_access("write")
        if not self._may_decide_screening():
            raise AccessError(
                self.env._(
                    "Only managers release leads. Ask %(names)s.", names=self._who_releases()
                )
            )

    def _decide_screening(self, decision, note):
        """Keep a manager's decision on the reasons of this moment, and write it in the chatter.

        :param str decision: released or refused
        :param str note: why
        """
        self._check_may_decide_screening()
        codes = self.sudo()._screen()
        text = {
            "released": self.env._("Released: %(note)s", note=note),
            "refused": self.env._("Refused: %(note)s", note=note),
        }[decision]
        for lead in self:
            lead.sudo().write(
                {
                    "screening_codes": codes[lead.sudo()],
                    "screening_decision": decision,
                    "screening_decision_codes": codes[lead.sudo()],
                }
            )
            lead.message_post(body=text)

    # ------------------------------------------------------------------ quotations
    def action_sale_quotations_new(self):
        self._check_released()
        return super().action_sale_quotations_new()

    def action_new_quotation(self):
        self._check_released()
        return super().action_new_quotation()

    def _check_released(self):
        """Refuse a quotation for leads that are flagged. What the server does itself passes.

        :raises UserError: saying who can release them
        """
        if not self.env.su:
            self._hold_flagged()

    def _hold_flagged(self):
        """Refuse a quotation for leads that are flagged, whoever makes it.

        :raises UserError: saying who can release them
        """
        leads = self.sudo().filtered(lambda lead: lead._release_required())
        held = [
            lead
            for lead, state in leads._screening_now().items()
            if state in ("flagged", "refused")
        ]
        if held:
            raise UserError(self.browse(held[0].id)._held_message())

    def _release_required(self):
        company = self._lifecycle_company()
        return self._screening_in_use(company.id) and company.lifecycle_screen_release_required

    def _held_message(self):
        # An id from a client may be that of a lead that is not theirs to know.
        name = self.name if self.has_access("read") else self.env._("The lead")
        return self.env._(
            "%(lead)s is flagged: before a quotation, a manager has to release it. Ask %(names)s.",
            lead=name,
            names=self._who_releases(),
        )

    def _who_releases(self):
        """The names of some who may release a lead."""
        groups = self.env["res.groups"].sudo()
        for group in self._screening_groups():
            groups |= self.env.ref(group).sudo()
        company = self[:1]._lifecycle_company()
        users = groups.all_user_ids.filtered(
            lambda user: user.active and not user.share and company in user.company_ids
        )
        names = sorted(users.mapped("name"))[:NAMED]
        return ", ".join(names) or self.env._("an administrator")
