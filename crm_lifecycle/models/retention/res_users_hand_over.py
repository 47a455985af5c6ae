from odoo import models
from odoo.exceptions import RedirectWarning
from odoo.tools import SQL


class ResUsers(models.Model):
    """Who leaves hands over first: a user who still has customers is not archived.

    Whichever door it comes through; what runs as superuser passes.
    """

    _inherit = "res.users"

    def write(self, vals):
        if not self.env.su and "active" in vals and not vals["active"]:
            self._check_handed_over()
        return super().write(vals)

    def _check_handed_over(self):
        """Refuse to archive who still has customers, open leads or due contacts.

        :raises RedirectWarning: leads to a new hand-over of that user
        """
        self.check_access("write")
        left = self._still_held()
        if not left:
            return
        user = self.browse(left[0])
        raise RedirectWarning(
            self.env._(
                "%(user)s still has customers, open leads or due contacts. "
                "Hand them over to somebody first.",
                user=user.name,
            ),
            self.env.ref("crm_lifecycle.action_crm_hand_over_new").id,
            self.env._("Hand Over"),
            {"default_user_id": user.id},
        )

    def _still_held(self):
        """The ids of those of these users who look after anything, in any company."""
        rows = self.env.execute_query(
            SQL(
                """SELECT holder.id FROM unnest(%s::int[]) AS holder (id)
                    WHERE EXISTS (SELECT 1 FROM res_partner customer
                                   WHERE customer.user_id = holder.id AND customer.active
                                     AND customer.commercial_partner_id = customer.id)
                       OR EXISTS (SELECT 1 FROM res_partner customer
                                   WHERE customer.active
                                     AND customer.own_account_manager_id IS NOT NULL
                                     AND customer.own_account_manager_id @?
                                         ('$.* ? (@ == ' || holder.id || ')')::jsonpath)
                       OR EXISTS (SELECT 1 FROM crm_lead lead
                                   WHERE lead.user_id = holder.id AND lead.active
                                     AND lead.won_status = 'pending')
                       OR EXISTS (SELECT 1 FROM crm_touchpoint due
                                   WHERE due.user_id = holder.id
                                     AND due.state IN ('planned', 'scheduled', 'put_off'))
                    ORDER BY holder.id""",
                self.ids,
                to_flush=[
                    *(self.env["res.partner"]._fields[name] for name in ("user_id", "active")),
                    self.env["res.partner"]._fields["own_account_manager_id"],
                    *(self.env["crm.lead"]._fields[name] for name in ("user_id", "won_status")),
                    *(self.env["crm.touchpoint"]._fields[name] for name in ("user_id", "state")),
                ],
            )
        )
        return [user_id for (user_id,) in rows]
