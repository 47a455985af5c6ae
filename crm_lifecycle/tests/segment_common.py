"""Segments over a handful of contacts, and the job that keeps them, without its commits."""

from unittest.mock import patch

from odoo.tools import SQL

from .access_common import AccessCommon


class SegmentCommon(AccessCommon):
    """Contacts ``contacts`` in the cities North 0, North 1 .. and ``refresh`` as the job works."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tags = cls.env["res.partner.category"]
        cls.runs = cls.env["crm.segment.run"]
        cls.history = cls.env["crm.segment.membership"]
        cls.runs.search([]).unlink()
        # Those that come with the app stand aside.
        cls.tags.search([("is_segment", "=", True)]).active = False
        cls.contacts = cls.env["res.partner"].create(
            [
                {"name": f"Contact {number}", "city": f"North {number}", "user_id": cls.a.id}
                for number in range(6)
            ]
        )
        cls.north = cls.segment("North", [("city", "=like", "North %")])

    @classmethod
    def segment(cls, name, domain=None, **vals):
        return cls.tags.create(
            {
                "name": name,
                "is_segment": True,
                "segment_company_id": cls.company.id,
                "segment_domain": repr(domain) if domain else False,
                **vals,
            }
        )

    @classmethod
    def refresh_segments(cls, batch=20000, pieces=None, only=None):
        """Let the job work off a run, until it is done or has committed ``pieces`` times."""
        done = []

        def commit(processed=0):
            done.append(processed)
            return pieces is None or len(done) < pieces

        cls.env.flush_all()
        with patch.object(type(cls.runs), "_batch_size", lambda _run: batch):
            unfinished = cls.runs.search([("state", "=", "running")], limit=1)
            run = unfinished or cls.runs._start(only)
            run._work(commit)
        return run

    def members(self, tag):
        """Who has the tag, among the contacts of these tests."""
        return self.env["res.partner"].search(
            [("category_id", "in", tag.ids), ("id", "in", self.contacts.ids)]
        )

    def rows(self, tag, contact):
        """The history of a contact in a segment: pairs of kind and whether it is over."""
        rows = self.history.search(
            [("category_id", "=", tag.id), ("partner_id", "=", contact.id)], order="id"
        )
        return [(row.kind, bool(row.left_on)) for row in rows]

    def everything(self):
        """Who has which tag and which history, for a comparison."""
        self.env.flush_all()
        tagged = self.env.execute_query(
            SQL(
                "SELECT partner_id, category_id FROM res_partner_res_partner_category_rel"
                " ORDER BY 1, 2"
            )
        )
        rows = self.env.execute_query(
            SQL(
                "SELECT partner_id, category_id, kind, left_on IS NULL"
                " FROM crm_segment_membership ORDER BY 1, 2, 3, 4"
            )
        )
        return tagged, rows
