from odoo.tests import Form

from .pipeline_common import PipelineCommon

PHONE = "+972 52-345-6789"
THEIRS = "+972 54-777-1234"


class ScreenCommon(PipelineCommon):
    """Two customers, one the seller's and one the colleague's, and their figures.

    ``manager`` has the Lifecycle app's manager role; ``leader`` is Sales' manager and reads only
    their own team's customers.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls.persona(
            "screen_manager", "sales_team.group_sale_salesman_all_leads", role="manager"
        )
        cls.known = cls.customer(
            "Known Glass",
            email="office@known-glass.test",
            phone=PHONE,
            vat="IL-51.234.5678",
            user_id=cls.seller.id,
        )
        cls.theirs = cls.customer(
            "Canary Windows",
            email="office@canary-windows.test",
            phone=THEIRS,
            vat="IL-999888777",
            user_id=cls.colleague.id,
        )
        cls.person = cls.env["res.partner"].create(
            {"name": "Ruth", "parent_id": cls.known.id, "email": "ruth@known-glass.test"}
        )

    @classmethod
    def worth(cls, customer, **vals):
        """A customer's row of figures in the test's company, as the refresh would make it."""
        values = {"partner_id": customer.id, "company_id": cls.company.id, **vals}
        row = cls.env["crm.customer.value"].search(
            [("partner_id", "=", customer.id), ("company_id", "=", cls.company.id)]
        )
        if row:
            row.write(vals)
        else:
            row = row.create(values)
        cls.env.flush_all()
        return row

    def arrive(self, **vals):
        """A lead as a door without a person behind it makes it: the web form, a mail, the API."""
        lead = self.env["crm.lead"].create(
            {
                "name": "Arrived",
                "type": "opportunity",
                "team_id": self.team.id,
                "company_id": self.company.id,
                "user_id": self.seller.id,
                **vals,
            }
        )
        self.env.flush_all()
        return lead

    def typed(self, user=None, **vals):
        """What a form shows that is not saved yet."""
        form = Form(self.env["crm.lead"].with_user(user or self.seller))
        form.name = "Typed"
        for name, value in vals.items():
            form[name] = value
        return form

    def shown(self, lead, user=None):
        """The names of the customers that a user is shown on a lead."""
        return self.as_user(lead, user).match_customer_ids.mapped("name")

    def screen_again(self):
        """Let the job go over the open leads."""
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref("crm_lifecycle.cron_crm_lead_screening").method_direct_trigger()
        self.env.invalidate_all()
