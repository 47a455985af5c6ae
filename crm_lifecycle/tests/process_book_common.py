import io
import random
import tempfile
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import openpyxl
from odoo import Command, fields
from odoo.tools import SQL

from .common import LifecycleCommon
from .workbook_common import WorkbookCommon

SEED = 20261122
LEADS = 90
NEEDED = "sales_team.group_sale_salesman_all_leads,base.group_allow_export"
HEADER, FIRST = 2, 4  # rows of a sheet, from 0


class ProcessBookCommon(LifecycleCommon):
    """Random leads with a fixed seed, known in Python beside the database, and their readers.

    ``self.truth`` is a dict a lead: when it came and was closed, its stays, outcome and so on.
    What the workbook shows is compared with what plain loops over it give.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.boss = cls.persona("process_boss", "analyst", NEEDED)
        cls.sellers = [
            cls.persona(
                f"process_seller_{place}",
                "user",
                "sales_team.group_sale_salesman,base.group_allow_export",
            )
            for place in range(2)
        ]
        cls.team = cls.env["crm.team"].create(
            {"name": "Process team", "company_id": cls.company.id, "use_opportunities": True}
        )
        cls._put_others_aside()
        cls.stages = cls._new_stages()
        cls._new_sources()
        cls.days = (cls.today - timedelta(days=59), cls.today)
        cls.before = (cls.today - timedelta(days=119), cls.today - timedelta(days=60))
        cls.truth = []

    @classmethod
    def _put_others_aside(cls):
        cls.env["crm.stage"].search([]).active = False
        # Leads of no company are leads of every company.
        main = cls.env.ref("base.main_company")
        cls.env["crm.lead"].with_context(active_test=False).search(
            [("company_id", "=", False)]
        ).sudo().write({"company_id": main.id})

    @classmethod
    def _new_stages(cls):
        return {
            phase: [
                cls.env["crm.stage"].create(
                    {
                        "name": f"{phase[:3]} {name}",
                        "sequence": sequence,
                        "lifecycle_phase": phase,
                        "team_ids": [Command.set(cls.team.ids)],
                        "is_won": name == "Won",
                    }
                )
                for sequence, name in ((10, "First"), (20, "Call"), (30, "Offer"), (40, "Won"))
            ]
            for phase in ("acquisition", "enhancement")
        }

    @classmethod
    def _new_sources(cls):
        cls.reasons = cls.env["crm.lost.reason"].create([{"name": "Price"}, {"name": "Late"}])
        cls.campaigns = cls.env["utm.campaign"].create(
            [
                {"title": f"Campaign {place}", "company_id": cls.company.id, "cost": cost}
                for place, cost in enumerate((1000, 250.5))
            ]
        )
        cls.sources = cls.env["utm.source"].create([{"name": "Web P"}, {"name": "Fair P"}])

    # ------------------------------------------------------------------ random leads
    @classmethod
    def fill(cls, count=LEADS):
        """Put that many random leads into the database and the truth."""
        chance = random.Random(SEED)
        cls.truth = [cls._random_lead(chance, place) for place in range(count)]
        leads = cls.env["crm.lead"].create([cls._lead_values(one) for one in cls.truth])
        cls.env.flush_all()
        cls.env["crm.stage.passage"].search([("lead_id", "in", leads.ids)]).unlink()
        for lead, one in zip(leads, cls.truth, strict=True):
            one["id"] = lead.id
            cls._stamp(one)
        cls.env.invalidate_all()
        cls.env["crm.stage.passage"].create(
            [cls._stay_values(one, stay) for one in cls.truth for stay in one["stays"]]
        )
        cls.env.flush_all()
        return leads

    @classmethod
    def _random_lead(cls, chance, place):
        now = datetime.combine(cls.today, datetime.min.time())
        came = now - timedelta(minutes=chance.randint(60, 150 * 24 * 60))
        phase = chance.choice(["acquisition", "enhancement"])
        one = {
            "name": f"Lead {place}",
            "phase": phase,
            "came": came,
            "user": chance.choice(cls.sellers),
            "campaign": chance.choice([None, *cls.campaigns]),
            "source": chance.choice([None, *cls.sources]),
            "amount": float(chance.randint(1, 9) * 100),
            "reason": None,
            "closed": None,
            "outcome": "pending",
        }
        one["stays"] = cls._random_stays(chance, one, now)
        return one

    @classmethod
    def _random_stays(cls, chance, one, now):
        """A way through the stages: forward, over a stage, back, lost or won."""
        stages, at, when, stays = cls.stages[one["phase"]], 0, one["came"], []
        while True:
            stage = stages[at]
            stay = {"stage": stage, "in": when, "out": None, "exit": None, "skipped": False}
            stays.append(stay)
            one["stage"] = stage
            left = when + timedelta(minutes=chance.choice([2, 5, 60, 1440, 9000]))
            if stage.is_won:
                one.update(outcome="won", closed=when)
                return stays
            if left >= now or chance.random() < 0.1:
                return stays
            stay["out"] = left
            if chance.random() < 0.2:
                reason = chance.choice([None, *cls.reasons])
                one.update(outcome="lost", closed=left, reason=reason)
                stay["exit"] = "lost"
                return stays
            step = chance.choice([1, 1, 1, 2, -1])
            to = min(max(at + step, 0), len(stages) - 1)
            to = to if to != at else at + 1
            stay["exit"] = "forward" if to > at else "backward"
            stays += [
                {"stage": over, "in": left, "out": left, "exit": "forward", "skipped": True}
                for over in stages[at + 1 : to]
            ]
            at, when = to, left

    @classmethod
    def _lead_values(cls, one):
        return {
            "name": one["name"],
            "type": "opportunity",
            "company_id": cls.company.id,
            "team_id": cls.team.id,
            "user_id": one["user"].id,
            "lifecycle_phase": one["phase"],
            "stage_id": cls.stages[one["phase"]][0].id,
            "expected_revenue": one["amount"],
            "campaign_id": one["campaign"].id if one["campaign"] else False,
            "source_id": one["source"].id if one["source"] else False,
        }

    @classmethod
    def _stamp(cls, one):
        """Put the lead where, and when, the truth has it."""
        cls.env.cr.execute(
            SQL(
                """UPDATE crm_lead SET create_date = %s, arrived_at = %s, date_closed = %s,
                          won_status = %s, active = %s, stage_id = %s, lost_reason_id = %s
                    WHERE id = %s""",
                one["came"],
                one["came"],
                one["closed"],
                one["outcome"],
                one["outcome"] != "lost",
                one["stage"].id,
                one["reason"].id if one["reason"] else None,
                one["id"],
            )
        )

    @classmethod
    def _stay_values(cls, one, stay):
        return {
            "lead_id": one["id"],
            "lead_number": one["id"],
            "stage_id": stay["stage"].id,
            "stage_name": stay["stage"].name,
            "stage_sequence": stay["stage"].sequence,
            "is_won": stay["stage"].is_won,
            "lifecycle_phase": one["phase"],
            "company_id": cls.company.id,
            "date_in": stay["in"],
            "date_out": stay["out"],
            "exit": stay["exit"],
            "entry": "moved",
            "state": "skipped" if stay["skipped"] else "passed" if stay["out"] else "open",
        }

    # ------------------------------------------------------------------ what plain loops give
    @classmethod
    def within(cls, moment, days):
        return moment is not None and days[0] <= moment.date() <= days[1]

    @classmethod
    def came(cls, days):
        return [one for one in cls.truth if cls.within(one["came"], days)]

    @classmethod
    def closed(cls, outcome, days):
        return [
            one
            for one in cls.truth
            if one["outcome"] == outcome and cls.within(one["closed"], days)
        ]

    @staticmethod
    def percentile(values, share):
        """Linear between the two nearest, as SQL's PERCENTILE_CONT."""
        values = sorted(values)
        place = share * (len(values) - 1)
        low = int(place)
        high = min(low + 1, len(values) - 1)
        return values[low] + (values[high] - values[low]) * (place - low)

    @staticmethod
    def counted(keys):
        return dict(Counter(keys))

    # ------------------------------------------------------------------ the workbook
    @classmethod
    def export_of(cls, user, **vals):
        """The wizard as the user's screen would make it."""
        wizard = cls.env["crm.sales.process.export"].with_user(user).sudo(False)
        context = {"allowed_company_ids": [cls.company.id], "lang": user.lang, "tz": "UTC"}
        vals = {
            "company_id": cls.company.id,
            "date_from": cls.days[0],
            "date_to": cls.days[1],
            **vals,
        }
        return wizard.with_context(**context).create(vals)

    def build(self, export):
        """The workbook's bytes; nothing else is left in its folder."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "process.xlsx"
            self.built = export.env["crm.sales.process.report"]._build(export, str(path))
            self.assertEqual(list(Path(folder).iterdir()), [path])
            return path.read_bytes()

    @staticmethod
    def book(data):
        return openpyxl.load_workbook(io.BytesIO(data))

    def table(self, data, title):
        """The rows of a sheet, dicts by the columns' labels."""
        rows = list(self.book(data)[title].iter_rows(values_only=True))
        return [
            {label: value for label, value in zip(rows[HEADER], row, strict=False) if label}
            for row in rows[FIRST:]
        ]

    def keyed(self, data, title, *labels):
        """The rows of a sheet by the values of some columns."""
        return {tuple(row[label] for label in labels): row for row in self.table(data, title)}

    parts = staticmethod(WorkbookCommon.parts)
    formulas = classmethod(WorkbookCommon.formulas.__func__)

    # ------------------------------------------------------------------ orders
    @classmethod
    def order(cls, lead=None, price=100.0, user=None, product=None, **vals):
        """A quotation of one product."""
        return cls.env["sale.order"].create(
            {
                "partner_id": cls.customer("Buyer").id,
                "company_id": cls.company.id,
                "opportunity_id": lead.id if lead else False,
                "user_id": (user or cls.boss).id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": (product or cls.thing()).id,
                            "product_uom_qty": 1,
                            "price_unit": price,
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
                **vals,
            }
        )

    @classmethod
    def thing(cls, name="Thing", **vals):
        return cls.env["product.product"].create(
            {"name": name, "type": "service", "invoice_policy": "order", **vals}
        )

    @classmethod
    def invoiced(cls, *orders):
        """Confirm orders and post one invoice of them all."""
        orders = cls.env["sale.order"].union(*orders)
        orders.partner_id = orders[0].partner_id
        orders.action_confirm()
        move = orders._create_invoices()
        move.invoice_date = fields.Date.to_string(cls.today)
        move.action_post()
        return move
