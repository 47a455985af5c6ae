"""Personas around one hidden customer, and the three oracles of the access tests."""

import hashlib
import json

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tools import SQL

from .common import LifecycleCommon

# Figures that appear nowhere else: whoever sees one of them has seen a hidden customer.
CANARY_TOTAL = 123457.31
CANARY_PERIOD = 98761.43
CANARY_COST = 4321.17
CANARIES = ("123457.31", "98761.43", "94440.26", "4321.17", "CANARY")

OUR_TABLES = (
    "crm_customer_value",
    "crm_customer_value_snapshot",
    "crm_lifecycle_transition",
    "crm_customer_value_ranking",
    "crm_customer_value_queue",
    "crm_customer_quality",
    "crm_family_member",
    "crm_interaction",
)


class AccessCommon(LifecycleCommon):
    """Two salespeople, A and B, the customer ``hidden`` of B, and A's own ``own``.

    A sees ``own`` only. B leads nobody. ``lead_a`` and ``lead_b`` lead the teams of A and B.
    Outside the app stand a contact creator, an employee and a portal user.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.lifecycle_unowned_visible = False
        selling = "sales_team.group_sale_salesman,base.group_partner_manager"
        cls.a = cls.persona("seller_a", groups=selling + ",base.group_allow_export")
        cls.b = cls.persona("seller_b", groups=selling)
        cls.lead_a = cls.persona("lead_a", groups=selling)
        cls.lead_b = cls.persona("lead_b", groups=selling)
        cls.analyst = cls.persona("analyst", "analyst")
        cls.manager = cls.persona("manager", "manager")
        cls.creator = cls.persona("creator", None, "base.group_partner_manager")
        cls.employee = cls.persona("employee", None)
        cls.portal = cls._portal()
        for leader, seller in ((cls.lead_a, cls.a), (cls.lead_b, cls.b)):
            cls._team(leader, seller)
        cls.own = cls.customer("Own of A", user_id=cls.a.id, email="same@example.com")
        cls.hidden = cls.customer("Hidden of B", user_id=cls.b.id, email="same@example.com")
        cls.child = cls.env["res.partner"].create({"name": "Child", "parent_id": cls.hidden.id})
        cls._fill(cls.own, 500.0, 400.0, 10.0)
        cls._fill(cls.hidden, CANARY_TOTAL, CANARY_PERIOD, CANARY_COST)
        cls.env.cr.flush()

    @classmethod
    def _portal(cls):
        return cls.env["res.users"].create(
            {
                "name": "Portal",
                "login": "portal_customer",
                "group_ids": [Command.set([cls.env.ref("base.group_portal").id])],
                "company_id": cls.company.id,
                "company_ids": [Command.set([cls.company.id])],
            }
        )

    @classmethod
    def _team(cls, leader, *sellers):
        team = cls.env["crm.team"].create(
            {"name": f"Team of {leader.login}", "user_id": leader.id, "company_id": False}
        )
        for seller in sellers:
            cls.env["crm.team.member"].create({"crm_team_id": team.id, "user_id": seller.id})
        return team

    @classmethod
    def _fill(cls, partner, total, period, cost, company=None):
        """Rows of all our tables on a customer, as the jobs would write them."""
        key = {"partner_id": partner.id, "company_id": (company or cls.company).id}
        figures = {
            "revenue_total": total,
            "revenue_period": period,
            "service_cost_period": cost,
            "value_period": period - cost,
            "score": 98.76,
            "tier": "a",
            "phase": "retention",
        }
        row = cls.values.create(
            {
                **key,
                **figures,
                "health": "good",
                "is_ranked": True,
                "invoice_count": 3,
                "last_interaction_date": "2026-01-02 03:04:05",
                "next_touch_date": "2026-02-03",
            }
        )
        cls.env["crm.customer.value.snapshot"].create({**key, **figures, "date": "2026-01-31"})
        cls.env["crm.lifecycle.transition"].create(
            {
                **key,
                "to_phase": "retention",
                "date": "2026-01-01 00:00:00",
                "reason": "manual",
                "note": "CANARY NOTE" if total == CANARY_TOTAL else False,
            }
        )
        cls._fill_quality(key, "CANARY" if total == CANARY_TOTAL else "Known")
        return row

    @classmethod
    def _fill_quality(cls, key, name):
        cls.env["crm.customer.quality"].create(
            {
                **key,
                "score": 87.65,
                "issue_ids": [Command.set(cls.env.ref("crm_lifecycle.quality_check_no_vat").ids)],
                "issue_count": 1,
                "duplicate_count": 1,
            }
        )
        cls.env["crm.family.member"].create(
            {
                "partner_id": key["partner_id"],
                "name": f"{name} Spouse",
                "relation": "spouse",
                "birth_date": "1983-02-17",
            }
        )

    # ------------------------------------------------------------------ asking
    def ask(self, user, model="crm.customer.value", company_ids=None):
        """The model as this user would have it in a request of its own."""
        self.env.flush_all()
        self.env.invalidate_all()
        context = {"allowed_company_ids": company_ids or user.company_ids.ids}
        return self.env(user=user, su=False, context=context)[model]

    def sees(self, user, partner, company=None):
        """Whether the user finds the customer's row."""
        company = company or self.company
        domain = [("partner_id", "=", partner.id), ("company_id", "=", company.id)]
        return bool(self.ask(user).search_count(domain))

    # ------------------------------------------------------------------ oracles
    def assertNoCanary(self, answer, where=""):
        """Nothing of the hidden customer's figures stands in an answer."""
        text = json.dumps(answer, default=str, ensure_ascii=False)
        for canary in CANARIES:
            self.assertNotIn(canary, text, where)

    def without_hidden(self, question):
        """What ``question()`` answers when nothing is kept on the hidden customer."""
        savepoint = self.env.cr.savepoint()
        try:
            for table in OUR_TABLES:
                if table == "crm_customer_value_ranking":
                    continue
                self.env.cr.execute(
                    SQL(
                        "DELETE FROM %s WHERE partner_id = %s",
                        SQL.identifier(table),
                        self.hidden.id,
                    )
                )
            self.env.invalidate_all()
            return question()
        finally:
            savepoint.rollback()
            self.env.invalidate_all()

    def assertSame(self, question, where=""):
        """An answer is the same whether or not we keep something on the hidden customer."""
        self.assertEqual(question(), self.without_hidden(question), where)

    def state(self):
        """A hash of each table of ours, and of who owns whom."""
        self.env.cr.flush()
        queries = {
            table: SQL("SELECT t::text FROM %s t ORDER BY 1", SQL.identifier(table))
            for table in OUR_TABLES
        }
        queries["owners"] = SQL(
            "SELECT id, user_id, parent_id, commercial_partner_id, own_account_manager_id"
            " FROM res_partner ORDER BY id"
        )
        return {table: self._digest(query) for table, query in queries.items()}

    def _digest(self, query):
        self.env.cr.execute(query)
        return hashlib.sha256(repr(self.env.cr.fetchall()).encode()).hexdigest()

    def assertRefuses(self, door, kinds=(AccessError,)):
        """The door stays shut, and nothing is left of the knock."""
        try:
            with self.env.cr.savepoint():
                door()
                self.env.flush_all()
        except kinds:
            self.env.invalidate_all()
            return
        self.fail(f"None of {kinds} was raised.")
