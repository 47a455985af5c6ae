from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

ROLES = [("salesperson", "Salesperson"), ("manager", "Account Manager")]


class CrmOwnerChange(models.Model):
    """Who looked after a customer, from when on, and why: one row a change.

    A salesperson is the customer's in all companies, so those rows have no company; an account
    manager is appointed in one. Rows are written with the change itself
    (``res_partner_owner_change.py``), are never rewritten, and go only with the customer.
    """

    _name = "crm.owner.change"
    _description = "Change of Owner"
    _inherit = ["crm.customer.mixin"]
    _order = "date desc, id desc"
    _log_access = False

    company_id = fields.Many2one(required=False, help="Empty: in all companies.")
    role = fields.Selection(ROLES, "As", required=True, readonly=True)
    from_user_id = fields.Many2one(
        "res.users", "From", readonly=True, index="btree_not_null", ondelete="set null"
    )
    to_user_id = fields.Many2one(
        "res.users", "To", readonly=True, index="btree_not_null", ondelete="set null"
    )
    date = fields.Datetime("When", required=True, readonly=True, index=True)
    user_id = fields.Many2one("res.users", "By", readonly=True, ondelete="set null")
    reason = fields.Char("Why", readonly=True, size=250)

    def _compute_display_name(self):
        # Names of customers stay out of error messages and of links from elsewhere.
        for change in self:
            change.display_name = self.env._("Change of owner %(id)s", id=change.id)

    @api.model
    def _own_customer_sql(self, partner, company):
        """What holds in all companies is seen by who sees the customer in the current one."""
        here = SQL("COALESCE(%s, %s)", company, self.env.company.id)
        return super()._own_customer_sql(partner, here)

    def write(self, vals):
        if vals:
            self.check_access("write")
            self._check_customers({vals.get("partner_id")})
            raise UserError(self.env._("Who looked after a customer is history, and stays."))
        return super().write(vals)

    def unlink(self):
        if self:
            self.check_access("unlink")
            # pylint: disable-next=no-raise-unlink
            raise UserError(self.env._("Who looked after a customer is history, and stays."))
        return super().unlink()

    @api.model
    def _keep(self, role, changes, company=None, reason=None):
        """Write changes down, with one statement.

        :param str role: one of ``ROLES``
        :param changes: list of (customer id, user id or None from, user id or None to)
        :param company: of an account manager
        :param str reason: why, in words
        """
        if not changes:
            return
        self.env.execute_query(
            SQL(
                """INSERT INTO crm_owner_change (partner_id, company_id, role, from_user_id,
                                                 to_user_id, date, user_id, reason)
                   SELECT changed.partner_id, %s, %s, changed.from_id, changed.to_id, %s, %s, %s
                     FROM unnest(%s::int[], %s::int[], %s::int[])
                       AS changed (partner_id, from_id, to_id)
                RETURNING id""",
                company.id if company else None,
                role,
                fields.Datetime.now(),
                self.env.uid,
                reason and reason[:250],
                *(list(column) for column in zip(*changes, strict=True)),
            )
        )
