from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import SQL

from .common import LifecycleCommon


@tagged("post_install", "-at_install")
class TestValueOverrides(LifecycleCommon):
    """What a company may want otherwise is one small method, as other addons would override."""

    def setUp(self):
        super().setUp()
        self.client = self.customer("Client")
        self.source = self.env["crm.customer.value.source"]

    def patched(self, model, name, override):
        """Override a method as an inheriting class would: it gets the original."""
        original = getattr(type(model), name)
        return patch.object(
            type(model), name, lambda records, *args: override(original, records, *args)
        )

    def test_a_source_of_service_cost_can_be_added(self):
        self.invoice(self.client, 100.0)

        def with_a_fee(original, model, scope):
            fee = SQL(
                """SELECT id AS partner_id, %s::int AS company_id, %s::date AS day,
                          9.0::numeric AS amount, 'analytic' AS kind, 99999999 AS res_id,
                          NULL::varchar AS name
                     FROM res_partner WHERE id = %s""",
                self.company.id,
                self.today,
                self.client.id,
            )
            return [*original(model, scope), fee]

        with self.patched(self.source, "_service_cost_sources", with_a_fee):
            self.refresh(self.client)
            self.assertEqual(self.value_of(self.client).service_cost_total, 9.0)
            rows = self.env["crm.customer.value.line"].search([("partner_id", "=", self.client.id)])
            self.assertEqual(sum(rows.mapped("amount")), 91.0)

    def test_revenue_can_leave_something_out(self):
        self.invoice(self.client, 100.0)
        self.invoice(self.client, 40.0, ref="INTERNAL")

        def not_internal(original, model, scope):
            return SQL("%s AND move.ref IS DISTINCT FROM 'INTERNAL'", original(model, scope))

        with self.patched(self.source, "_revenue_condition", not_internal):
            self.refresh(self.client)
            self.assertEqual(self.value_of(self.client).revenue_total, 100.0)

    def test_presence_can_be_without_leads(self):
        self.env["crm.lead"].create(
            {"name": "Lead", "partner_id": self.client.id, "company_id": self.company.id}
        )
        with self.patched(self.source, "_presence_sources", lambda *_args: []):
            self.refresh(self.client)
        self.assertFalse(self.value_of(self.client))

    def test_more_fields_of_an_invoice_can_be_watched(self):
        move = self.invoice(self.client, 10.0)
        self.queue._write_pending()
        self.queue.search([]).unlink()

        def and_the_ref(original, model, vals):
            return original(model, vals) or "ref" in vals

        with self.patched(move, "_lifecycle_watched", and_the_ref):
            move.ref = "Changed"
        self.queue._write_pending()
        self.assertEqual(self.queue.search([]).partner_id, self.client)

    def test_more_settings_can_make_figures_old(self):
        def and_the_name(original, model):
            return original(model) | {"name"}

        with self.patched(self.company, "_lifecycle_figure_fields", and_the_name):
            before = self.env["ir.cron.trigger"].search_count([])
            self.company.name = "Renamed"
        self.assertEqual(self.env["ir.cron.trigger"].search_count([]), before + 1)

    def test_somebody_else_may_see_a_customer(self):
        deputy = self.persona("deputy")
        owner = self.persona("owner_of_client")
        self.client.user_id = owner
        self.invoice(self.client, 10.0)
        self.refresh(self.client)
        self.assertFalse(
            self.values.with_user(deputy).search([("partner_id", "=", self.client.id)])
        )
        with (
            self.patched(
                self.env["crm.customer.mixin"], "_own_customer_sql", lambda *_args: SQL("TRUE")
            ),
            self.patched(self.values, "_own_customer_sql", lambda *_args: SQL("TRUE")),
        ):
            found = self.values.with_user(deputy).search([("partner_id", "=", self.client.id)])
            self.assertEqual(found.value_period, 10.0)
