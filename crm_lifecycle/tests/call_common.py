from odoo.fields import Datetime
from odoo.tools import SQL

from .access_common import AccessCommon

# Valid numbers of the metadata, in E.164.
OWN_NUMBER = "+97235551234"
HIDDEN_NUMBER = "+97235551299"
NOBODY = "+97235551277"

moment = Datetime.to_datetime


class CallCommon(AccessCommon):
    """An Israeli company; A looks after ``own``, B after ``hidden``, and both have a number.

    ``exchange`` is the user whose key the telephone exchange has, an analyst.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.country_id = cls.env.ref("base.il")
        cls.own.write({"phone": "03-555-1234", "country_id": cls.env.ref("base.il").id})
        cls.hidden.write({"phone": "03 555 1299", "country_id": cls.env.ref("base.il").id})
        cls.exchange = cls.persona("exchange", "analyst")
        cls.channel = cls.env.ref("crm_lifecycle.channel_call").with_company(cls.company)
        cls.channel.write({"fixed_cost": 2.0, "hourly_cost": 60.0})
        cls.env.flush_all()

    def log(self, caller, number, external_id, **facts):
        """What the exchange would ask with this caller's key."""
        return self.ask(caller, "crm.interaction").log_call(
            number, external_id=external_id, **facts
        )

    @classmethod
    def identify(cls):
        """What happens after a commit: numbers that changed are noted, and the job runs."""
        cls.env.flush_all()
        cls.env["res.partner"]._look_up_callers()
        while cls.env["crm.interaction.capture"]._capture_batch():
            continue
        while cls.env["crm.interaction.caller"]._identify_batch():
            continue
        cls.env.invalidate_all()

    def talks(self, external_id):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.env["crm.interaction"].search([("external_id", "=", external_id)])

    def callers(self, external_id):
        return self.env["crm.interaction.caller"].search([("external_id", "=", external_id)])

    def rows(self):
        """A hash of all calls, known and unknown."""
        self.env.flush_all()
        return [
            self._digest(SQL("SELECT t::text FROM %s t ORDER BY 1", SQL.identifier(table)))
            for table in ("crm_interaction", "crm_interaction_caller")
        ]
