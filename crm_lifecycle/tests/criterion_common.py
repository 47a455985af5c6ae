from odoo import Command
from odoo.addons.crm_lifecycle.exceptions import StageRefused

from .pipeline_common import PipelineCommon


class CriterionCommon(PipelineCommon):
    """The company of ``PipelineCommon`` with builders of conditions."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["crm.stage.criterion"].search([]).active = False

    @classmethod
    def criterion(cls, stage, kind="fields", names=("phone",), **vals):
        values = {"stage_id": stage.id, "kind": kind, "name": f"{kind} of {stage.name}", **vals}
        if kind == "fields":
            values["field_ids"] = [Command.set(cls.fields_of(*names).ids)]
        return cls.env["crm.stage.criterion"].create(values)

    @classmethod
    def fields_of(cls, *names):
        chosen = cls.env["ir.model.fields"]
        for name in names:
            chosen |= chosen._get("crm.lead", name)
        return chosen

    def assertRefused(self, work):
        """``work()`` is refused for a missing condition; returns the refusal."""
        with self.assertRaises(StageRefused) as caught, self.env.cr.savepoint():
            work()
        return caught.exception

    def sentences(self, refusal):
        """All sentences of a refusal, in their order."""
        leads = refusal.context["leads"]
        return [missing["sentence"] for lead in leads for missing in lead["missing"]]

    def move(self, lead, stage=None, user=None):
        self.as_user(lead, user).write({"stage_id": (stage or self.call).id})
