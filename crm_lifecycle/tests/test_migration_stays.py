from odoo.modules.migration import load_script
from odoo.tests import tagged
from odoo.tools import SQL, file_path

from .pipeline_common import PipelineCommon

SCRIPT = "crm_lifecycle/migrations/19.0.1.2.0/post-fill_stays.py"


@tagged("post_install", "-at_install")
class TestMigrationStays(PipelineCommon):
    """An update from before the room `pipeline` leaves no lead without its stays."""

    def migrate(self):
        load_script(file_path(SCRIPT), "fill_stays").migrate(self.env.cr, "19.0.1.1.0")
        self.env.invalidate_all()

    def test_leads_from_before_get_their_stays(self):
        lead = self.lead(stage_id=self.offer.id)
        self.env.flush_all()
        self.env.execute_query(
            SQL("DELETE FROM crm_stage_passage WHERE lead_id = %s RETURNING id", lead.id)
        )
        self.env.invalidate_all()
        self.assertFalse(self.passages(lead))
        self.migrate()
        self.assertEqual(self.passages(lead)[-1].stage_id, self.offer)
        self.assertFalse(self.passages(lead)[-1].date_out)

    def test_migrated_twice_is_migrated_once(self):
        lead = self.lead()
        before = self.passages(lead).ids
        self.migrate()
        self.migrate()
        self.assertEqual(self.passages(lead).ids, before)
