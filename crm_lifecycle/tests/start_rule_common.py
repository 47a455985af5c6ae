from datetime import timedelta

from odoo import Command

from .pipeline_common import PipelineCommon


class StartRuleCommon(PipelineCommon):
    """A rule that chooses ten days after the last purchase, and customers with their worth."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls.persona("rule_manager", role="manager")
        cls.today = cls.env["crm.start.rule"]._today()
        cls.env["crm.start.rule"].search([]).active = False
        cls.rule = cls.env["crm.start.rule"].create(
            {
                "name": "Ten days after",
                "company_id": cls.company.id,
                "days": 10,
                "window_days": 5,
                "repeat_days": 30,
                "team_id": cls.team.id,
            }
        )

    @classmethod
    def bought(cls, name="Bought", days=10, first=None, partner=None, **vals):
        """A customer with a row of worth, whose last purchase was so many days ago."""
        customer = partner or cls.customer(name, user_id=cls.seller.id)
        cls.env["crm.customer.value"].create(
            {
                "partner_id": customer.id,
                "company_id": cls.company.id,
                "first_purchase_date": cls.today - timedelta(days=first or days),
                "last_purchase_date": cls.today - timedelta(days=days),
                "revenue_period": 1000,
                "tier": "a",
                **vals,
            }
        )
        return customer

    def chosen(self, rule=None):
        """The customers that the rule would choose today."""
        rule = rule or self.rule
        ids = [one.partner_id for one in rule._candidates(self.today)]
        return self.env["res.partner"].browse(ids)

    def start(self, rule=None):
        """Let the rule start what it chooses: the new opportunities."""
        made = self.env["crm.start.rule.made"]
        before = made.search([])
        (rule or self.rule)._start(lambda _done: True)
        return (made.search([]) - before).lead_id

    @classmethod
    def talk(cls, customer, days=1, **vals):
        return cls.env["crm.interaction"].create(
            {
                "partner_id": customer.id,
                "company_id": cls.company.id,
                "date": cls.today - timedelta(days=days),
                "channel_id": cls.env["crm.interaction.channel"].search([], limit=1).id,
                "topic_ids": [Command.clear()],
                **vals,
            }
        )
