from unittest.mock import patch

from odoo import Command

from ..models.retention.hand_over import CrmHandOver
from .retention_common import RetentionCommon


class HandOverCommon(RetentionCommon):
    """Anna goes away; ben and carla are her deputies."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.carla = cls.persona("retention_carla", "user", "sales_team.group_sale_salesman")
        cls.customers = cls.env["res.partner"].concat(
            *(cls.customer_of(cls.anna, f"Customer {number}") for number in range(4))
        )

    @classmethod
    def hand_over(cls, *deputies, **vals):
        """A draft hand-over of anna's; deputies are users, or dicts of values."""
        rows = [one if isinstance(one, dict) else {"user_id": one.id} for one in deputies]
        return cls.env["crm.hand.over"].create(
            {
                "user_id": cls.anna.id,
                "company_id": cls.company.id,
                "deputy_ids": [Command.create(row) for row in rows or [{"user_id": cls.ben.id}]],
                **vals,
            }
        )

    @classmethod
    def done(cls, *deputies, **vals):
        """A hand-over that was listed and confirmed."""
        hand_over = cls.hand_over(*deputies, **vals)
        hand_over.action_preview()
        hand_over.action_confirm()
        return hand_over

    def on_day(self, days):
        """It is so many days from today."""
        return patch.object(CrmHandOver, "_today", lambda _self: self.day(days))

    def work(self):
        """What the job does, without its commits."""
        hand_overs = self.env["crm.hand.over"]
        hand_overs._start_due()
        while hand_overs._work_batch():
            continue

    def lead(self, partner=None, user=None, **vals):
        return self.env["crm.lead"].create(
            {
                "name": "Wants more",
                "type": "opportunity",
                "partner_id": partner.id if partner else False,
                "user_id": (user or self.anna).id,
                "company_id": self.company.id,
                **vals,
            }
        )

    def due(self, partner, user=None, **vals):
        """An open due contact."""
        return self.env["crm.touchpoint"].create(
            {
                "name": "Call",
                "partner_id": partner.id,
                "company_id": self.company.id,
                "user_id": (user or self.anna).id,
                "due_date": self.today,
                "max_date": self.today,
                **vals,
            }
        )

    def task(self, record, user=None):
        return record.activity_schedule(
            "mail.mail_activity_data_todo", summary="Do it", user_id=(user or self.anna).id
        )

    def changes(self, partner):
        """The customer's changes of owner, oldest first."""
        domain = [("partner_id", "=", partner.id)]
        return self.env["crm.owner.change"].search(domain, order="id")
