from datetime import date

from odoo import Command, fields
from odoo.addons.account.tests.common import AccountTestInvoicingCommon
from odoo.tests import new_test_user

FIGURES = (
    "revenue_total",
    "revenue_period",
    "service_cost_total",
    "service_cost_period",
    "value_total",
    "value_period",
    "purchase_count",
    "first_purchase_date",
    "last_purchase_date",
    "return_count",
)


class LifecycleCommon(AccountTestInvoicingCommon):
    """A company of its own with a chart of accounts, personas, and builders.

    ``refresh`` does what the queue's job does; ``naive`` is the same figures computed by the
    ORM record by record, the oracle of most tests.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # The builders act as the superuser; personas are asked for by name.
        cls.accountant_env = cls.env
        context = {"tracking_disable": True, "allowed_company_ids": cls._company_ids()}
        # One day for all: Odoo's users are an hour ahead of UTC, and the jobs go by that.
        context["tz"] = "UTC"
        cls.env = cls.env(user=cls.env.ref("base.user_root"), su=True, context=context)
        cls.company = cls.company_data["company"].with_env(cls.env)
        cls.values = cls.env["crm.customer.value"]
        cls.queue = cls.env["crm.customer.value.queue"]
        cls.refresher = cls.env["crm.customer.value.refresh"]
        # Figures are as of the last full refresh; here, where there is none, as of today.
        cls.env["crm.customer.value.run"].search([]).unlink()
        cls.today = fields.Date.context_today(cls.values)

    @classmethod
    def _company_ids(cls):
        return [cls.company_data["company"].id]

    @classmethod
    def other_company(cls, name="Other company"):
        """Another company with a chart of accounts, for builders that take a company."""
        ours, cls.env = cls.env, cls.accountant_env
        try:
            company = cls.setup_other_company(name=name)["company"]
        finally:
            cls.env = ours
        allowed = [*ours.context["allowed_company_ids"], company.id]
        return company.with_env(ours).with_context(allowed_company_ids=allowed)

    # ------------------------------------------------------------------ personas
    @classmethod
    def persona(cls, login, role="user", groups="", **vals):
        """A user with a role in the Lifecycle app: user, analyst, manager, or None."""
        names = ["base.group_user"] + ([f"crm_lifecycle.group_lifecycle_{role}"] if role else [])
        names += groups.split(",") if groups else []
        vals.setdefault("company_id", cls.company.id)
        vals.setdefault("company_ids", [Command.set([vals["company_id"]])])
        vals.setdefault("tz", "UTC")
        return new_test_user(cls.env, login=login, groups=",".join(names), **vals)

    # ------------------------------------------------------------------ builders
    @classmethod
    def customer(cls, name="Customer", **vals):
        return cls.env["res.partner"].create({"name": name, "is_company": True, **vals})

    @classmethod
    def invoice(cls, partner, amount, day=None, move_type="out_invoice", post=True, **vals):
        """A posted invoice of one line, untaxed."""
        company = vals.pop("company", cls.company)
        move = (
            cls.env["account.move"]
            .with_company(company)
            .create(
                {
                    "move_type": move_type,
                    "partner_id": partner.id,
                    "invoice_date": day or cls.today,
                    "date": day or cls.today,
                    "invoice_line_ids": [
                        Command.create(
                            {"name": "Sold", "quantity": 1, "price_unit": amount, "tax_ids": []}
                        )
                    ],
                    **vals,
                }
            )
        )
        if post:
            move.action_post()
        return move

    @classmethod
    def hours(cls, partner, cost, day=None, **vals):
        """An analytic line that cost ``cost``, as a timesheet would make it."""
        return cls.env["account.analytic.line"].create(
            {
                "name": "Hours",
                "partner_id": partner.id,
                "amount": -cost,
                "unit_amount": 1,
                "date": day or cls.today,
                "company_id": cls.company.id,
                **vals,
            }
        )

    @classmethod
    def returned_delivery(cls, partner):
        """A delivery to the customer, done, and brought back, done. Returns the return."""
        warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )
        product = cls.env["product.product"].create({"name": "Returned thing", "type": "consu"})
        delivery = cls.env["stock.picking"].create(
            {
                "partner_id": partner.id,
                "picking_type_id": warehouse.out_type_id.id,
                "location_id": warehouse.lot_stock_id.id,
                "location_dest_id": cls.env.ref("stock.stock_location_customers").id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "product_uom_qty": 1,
                            "location_id": warehouse.lot_stock_id.id,
                            "location_dest_id": cls.env.ref("stock.stock_location_customers").id,
                        }
                    )
                ],
            }
        )
        cls._do(delivery)
        wizard = cls.env["stock.return.picking"].create({"picking_id": delivery.id})
        wizard.product_return_moves.quantity = 1
        back = cls.env["stock.picking"].browse(wizard.action_create_returns()["res_id"])
        cls._do(back)
        return back

    @classmethod
    def _do(cls, picking):
        picking.action_confirm()
        picking.move_ids.quantity = 1
        picking.move_ids.picked = True
        picking.button_validate()

    # ------------------------------------------------------------------ figures
    @classmethod
    def refresh(cls, *partners, as_of=None):
        """Refresh these customers, as the queue's job does."""
        ids = {partner.commercial_partner_id.id for partner in partners}
        cls.refresher._refresh_customers(ids, as_of=as_of)

    @classmethod
    def value_of(cls, partner, company=None):
        """The customer's row in the company."""
        return cls.values.search(
            [
                ("partner_id", "=", partner.commercial_partner_id.id),
                ("company_id", "=", (company or cls.company).id),
            ]
        )

    @classmethod
    def work_off(cls):
        """What happens after a commit: note the changes, then let the job run."""
        cls.queue._write_pending()
        while cls.queue._refresh_batch():
            continue

    @classmethod
    def naive(cls, partner, company=None, as_of=None):
        """The figures by the plainest reading of their definitions, record by record."""
        company, as_of = company or cls.company, as_of or cls.today
        start = fields.Date.subtract(as_of, days=company.lifecycle_period_days)
        moves = cls._naive_moves(partner, company)
        costs = cls._naive_costs(partner, company)
        revenue = [(move.invoice_date, move.amount_untaxed_signed) for move in moves]
        days = cls._naive_purchase_days(moves)
        returns = cls._naive_returns(partner, company)
        costs += [(back.date_done.date(), company.lifecycle_return_cost) for back in returns]
        figures = {
            "revenue_total": sum(amount for _day, amount in revenue),
            "revenue_period": sum(amount for day, amount in revenue if day > start),
            "service_cost_total": sum(amount for _day, amount in costs),
            "service_cost_period": sum(amount for day, amount in costs if day > start),
            "purchase_count": len(days),
            "first_purchase_date": min(days, default=False),
            "last_purchase_date": max(days, default=False),
            "return_count": len(returns),
        }
        for scope in ("total", "period"):
            figures[f"value_{scope}"] = (
                figures[f"revenue_{scope}"] - figures[f"service_cost_{scope}"]
            )
        return figures

    @classmethod
    def _naive_moves(cls, partner, company):
        moves = cls.env["account.move"].search([("company_id", "=", company.id)])
        return moves.filtered(
            lambda move: (
                move.state == "posted"
                and move.move_type in ("out_invoice", "out_refund", "out_receipt")
                and move.commercial_partner_id == partner.commercial_partner_id
            )
        )

    @classmethod
    def _naive_purchase_days(cls, moves):
        return {
            move.invoice_date
            for move in moves
            if move.move_type != "out_refund" and move.amount_untaxed > 0
        }

    @classmethod
    def _naive_costs(cls, partner, company):
        lines = cls.env["account.analytic.line"].search([("company_id", "=", company.id)])
        return [
            (line.date, -line.amount)
            for line in lines
            if not line.move_line_id
            and line.partner_id.commercial_partner_id == partner.commercial_partner_id
        ]

    @classmethod
    def _naive_returns(cls, partner, company):
        pickings = cls.env["stock.picking"].search(
            [("company_id", "=", company.id), ("state", "=", "done")]
        )
        return pickings.filtered(
            lambda picking: (
                picking.partner_id.commercial_partner_id == partner.commercial_partner_id
                and any(
                    move.origin_returned_move_id and move.location_id.usage == "customer"
                    for move in picking.move_ids
                )
            )
        )

    def assertFigures(self, partner, company=None, as_of=None, **expected):
        """The customer's row equals the naive computation, and what the test says of it."""
        value = self.value_of(partner, company)
        self.assertTrue(value, "The customer has a row.")
        wanted = {**self.naive(partner, company, as_of), **expected}
        for name, figure in wanted.items():
            if isinstance(figure, float):
                self.assertAlmostEqual(value[name], figure, 2, name)
            else:
                self.assertEqual(value[name], figure, name)
        return value


def day(text):
    """A date from ISO text."""
    return date.fromisoformat(text)
