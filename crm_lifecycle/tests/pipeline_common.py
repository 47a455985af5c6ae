from odoo import Command
from odoo.tests import TransactionCase, new_test_user


class PipelineCommon(TransactionCase):
    """A company with one team and two processes of its own, personas, and builders.

    The stages of the team are ``first``, ``call``, ``offer``, ``won`` (acquisition) and
    ``grow``, ``grow_won`` (enhancement). The builders act as the superuser, whom no condition
    binds; ``as_user`` gives the lead to somebody whom they do.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env["res.company"].create({"name": "Pipeline company"})
        context = {"allowed_company_ids": cls.company.ids}
        cls.env = cls.env(user=cls.env.ref("base.user_root"), su=True, context=context)
        cls.company = cls.company.with_env(cls.env)
        cls.leader = cls.persona("pipeline_leader", "sales_team.group_sale_manager")
        cls.seller = cls.persona("pipeline_seller", "sales_team.group_sale_salesman")
        cls.colleague = cls.persona("pipeline_colleague", "sales_team.group_sale_salesman")
        cls.team = cls.env["crm.team"].create(
            {
                "name": "Pipeline team",
                "company_id": cls.company.id,
                "user_id": cls.leader.id,
                "member_ids": [Command.set((cls.seller | cls.colleague).ids)],
            }
        )
        # Stages of every team would be part of the team's processes.
        cls.env["crm.stage"].search([]).active = False
        cls.first = cls.stage("First", 10, "acquisition")
        cls.call = cls.stage("Call", 20, "acquisition")
        cls.offer = cls.stage("Offer", 30, "acquisition")
        cls.won = cls.stage("Won", 40, "acquisition", is_won=True)
        cls.grow = cls.stage("Grow", 10, "enhancement")
        cls.grow_won = cls.stage("Grown", 40, "enhancement", is_won=True)

    # ------------------------------------------------------------------ personas
    @classmethod
    def persona(cls, login, groups="sales_team.group_sale_salesman", role="user", **vals):
        """A user with groups of Sales and a role in the Lifecycle app, or None."""
        names = ["base.group_user", *groups.split(",")]
        names += [f"crm_lifecycle.group_lifecycle_{role}"] if role else []
        vals = {
            "company_id": cls.company.id,
            "company_ids": [Command.set(cls.company.ids)],
            "tz": "UTC",
            **vals,
        }
        return new_test_user(cls.env, login=login, groups=",".join(names), **vals)

    # ------------------------------------------------------------------ builders
    @classmethod
    def stage(cls, name, sequence, phase, **vals):
        return cls.env["crm.stage"].create(
            {
                "name": name,
                "sequence": sequence,
                "lifecycle_phase": phase,
                "team_ids": [Command.set(cls.team.ids)],
                **vals,
            }
        )

    @classmethod
    def lead(cls, name="Lead", **vals):
        return cls.env["crm.lead"].create(
            {
                "name": name,
                "type": "opportunity",
                "team_id": cls.team.id,
                "user_id": cls.seller.id,
                "company_id": cls.company.id,
                "stage_id": cls.first.id,
                **vals,
            }
        )

    @classmethod
    def customer(cls, name="Customer", **vals):
        return cls.env["res.partner"].create({"name": name, "is_company": True, **vals})

    def as_user(self, lead, user=None):
        """The lead as a user has it, by default its salesperson."""
        return lead.with_user(user or self.seller)

    def passages(self, lead):
        """The lead's stays, in the order they began."""
        found = self.env["crm.stage.passage"].search([("lead_id", "=", lead.id)])
        return found.sorted(lambda one: (one.date_in, one.id))
