from odoo import api, fields, models
from odoo.tools import SQL

USER = "crm_lifecycle.group_lifecycle_user"


class ResPartner(models.Model):
    """What happened at a customer, as the *viewer* may see it, in the current company."""

    _inherit = "res.partner"

    customer_event_count = fields.Integer(
        "Customer Events",
        compute="_compute_customer_event_count",
        compute_sudo=False,
        groups=USER,
    )

    @api.depends_context("uid", "company")
    @api.depends("commercial_partner_id")
    def _compute_customer_event_count(self):
        events, counts = self.env["crm.customer.event"], {}
        if self.env.su or events.has_access("read"):
            domain = [("partner_id", "in", self.sudo().commercial_partner_id.ids)]
            domain += [("company_id", "=", self.env.company.id)]
            groups = events._read_group(domain, ["partner_id"], ["__count"])
            counts = {customer.id: count for customer, count in groups}
        for partner in self:
            customer = partner.sudo().commercial_partner_id
            partner.customer_event_count = counts.get(customer._origin.id, 0)

    # ------------------------------------------------------------------ actions
    def action_report_event(self):
        """Report that something happened at this customer, in a small dialog.

        :raises AccessError: when the customer is not the user's to see
        """
        self.ensure_one()
        self.env["crm.customer.event"].check_access("create")
        self.check_access("read")
        self.env["crm.customer.mixin"]._check_customers(self.ids, self.env.company)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_lifecycle.action_crm_customer_event_report"
        )
        filled = {
            "default_partner_id": self.sudo().commercial_partner_id.id,
            "default_company_id": self.env.company.id,
            "dialog_size": "medium",
        }
        return {**action, "context": filled}

    def action_open_events(self):
        """Open what happened at the customer.

        :raises AccessError: when the customer is not the user's to see
        """
        self.ensure_one()
        self.env["crm.customer.event"].check_access("read")
        self.env["crm.customer.mixin"]._check_customers(self.ids, self.env.company)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_lifecycle.action_crm_customer_event"
        )
        customer = self.sudo().commercial_partner_id.id
        domain = [("partner_id", "=", customer), ("company_id", "=", self.env.company.id)]
        return {**action, "domain": domain, "context": {"default_partner_id": customer}}

    # ------------------------------------------------------------------ keeping up
    @api.model
    def _push_customer_change(self, customer_ids):
        self._move_events(customer_ids)
        return super()._push_customer_change(customer_ids)

    @api.model
    def _move_events(self, customer_ids):
        """Put the events of a customer that is one no more under the one it is part of."""
        events = self.env["crm.customer.event"].sudo()
        self.flush_model(["commercial_partner_id"])
        events.flush_model()
        ids = self.env.execute_query(
            SQL(
                """SELECT event.id
                     FROM crm_customer_event event
                     JOIN res_partner contact ON contact.id = event.partner_id
                    WHERE contact.id <> contact.commercial_partner_id
                      AND contact.commercial_partner_id = ANY(%s)""",
                list(customer_ids),
            )
        )
        moved = events.browse([event_id for (event_id,) in ids])
        if moved:
            into = moved.partner_id.commercial_partner_id
            events._end_doubles((moved.partner_id | into).ids)
        for customer, some in moved.grouped(
            lambda one: one.partner_id.commercial_partner_id
        ).items():
            some.write({"partner_id": customer.id})
