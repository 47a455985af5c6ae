from odoo import api, fields, models


class CrmCustomerEvent(models.Model):
    """An event brings its reaction: the activities of its type's plan, on the customer.

    They are made from the plan's templates as Odoo's wizard makes them, for all events with one
    ``create``, as the superuser: the type hands them out, not whoever reported the event. They
    stay with the event when they are done, so that it is seen who did what, when.
    """

    _inherit = "crm.customer.event"

    reaction_ids = fields.One2many(
        "mail.activity",
        "event_id",
        "Reactions",
        readonly=True,
        context={"active_test": False},
        groups="crm_lifecycle.group_lifecycle_user",
    )

    @api.model_create_multi
    def create(self, vals_list):
        events = super().create(vals_list)
        events.sudo()._bring_reactions()
        return events

    def _bring_reactions(self):
        """Plan the activities of these events. As superuser."""
        values = [vals for event in self for vals in event._prepare_reactions()]
        if values:
            quiet = self.env["mail.activity"].with_context(mail_activity_quick_update=True)
            quiet.create(values)

    def _prepare_reactions(self):
        """The values of the activities of one event; extend to add or change some.

        A plan of another company than the event's brings none.
        """
        plan, company = self.type_id.plan_id, self.company_id
        if not plan.active or plan.company_id not in (company.browse(), company):
            return []
        model_id = self.env["ir.model"]._get_id("res.partner")
        today = fields.Date.context_today(self)
        return [
            {
                "res_model_id": model_id,
                "res_id": self.partner_id.id,
                "activity_type_id": template.activity_type_id.id,
                "summary": template.summary,
                "note": template.note,
                "automated": True,
                "event_id": self.id,
                "user_id": self._responsible_for(template).id,
                "date_deadline": template._get_date_deadline(today),
            }
            for template in plan.template_ids
        ]

    def _responsible_for(self, template):
        """Whose a task of the plan is: an active user of the company, or nobody."""
        wanted = self._responsible()
        user = template._determine_responsible(wanted, self.partner_id)["responsible"] or wanted
        ours = user.active and self.company_id in user.company_ids
        return user if ours else user.browse()

    def _responsible(self):
        """The user that the type names for this customer; none where there is nobody.

        Who is archived is passed over: their leader, in the end, has the task.
        """
        customer = self.partner_id.with_company(self.company_id)
        salesperson = customer.user_id
        manager = customer.own_account_manager_id or salesperson
        leader = (manager.sale_team_id or salesperson.sale_team_id).user_id
        chain = {
            "manager": [manager, salesperson, leader],
            "salesperson": [salesperson, leader],
            "team_leader": [leader],
            "user": [self.type_id.user_id],
        }
        users = chain[self.type_id.responsible_type]
        return next((user for user in users if user.active), self.env["res.users"])

    def _note_reaction(self):
        """Somebody did something about these events: they are handled."""
        events = self.sudo().filtered(lambda event: event.state == "open")
        events.write(
            {
                "state": "handled",
                "handled_on": fields.Date.context_today(self),
                "handled_user_id": self.env.uid,
            }
        )
