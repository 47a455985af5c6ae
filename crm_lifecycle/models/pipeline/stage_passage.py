from collections import defaultdict

from odoo import api, fields, models

from .crm_stage import PHASES

STATES = [
    ("open", "Open"),
    ("passed", "Passed"),
    ("met", "Deadline Met"),
    ("failed", "Deadline Failed"),
    ("skipped", "Skipped"),
]
ENTRIES = [
    ("created", "Created"),
    ("moved", "Moved"),
    ("restored", "Restored"),
    ("found", "Found at Installation"),
]
EXITS = [
    ("forward", "Went On"),
    ("backward", "Went Back"),
    ("lost", "Lost"),
    ("archived", "Archived"),
    ("merged", "Merged"),
]


class CrmStagePassage(models.Model):
    """One stay of a lead in a stage: when it came and went, who had it, whether it was in time.

    Written by the move itself (``_record``), by nobody else: a lead in the pipeline has exactly
    one open passage, that of the stage it stands in; a lost or archived one has none. A stage
    that was jumped over has a passage without length, in the state *skipped*. History outlives
    its stage (the name is kept) and goes with its lead, or to the lead it was merged into.

    Extend ``_prepare_entry`` and ``_prepare_exit`` to keep more.
    """

    _name = "crm.stage.passage"
    _description = "Stay in a Stage"
    _order = "date_in desc, id desc"
    _rec_names_search = ["lead_id", "stage_name"]

    # What
    lead_id = fields.Many2one("crm.lead", index=True, ondelete="set null", readonly=True)
    lead_number = fields.Integer(
        required=True, index=True, readonly=True, help="The lead's database id."
    )
    stage_id = fields.Many2one("crm.stage", index=True, ondelete="set null", readonly=True)
    stage_name = fields.Char(readonly=True, help="As it was called when the lead came.")
    stage_sequence = fields.Integer("Order of Stage", readonly=True)
    is_won = fields.Boolean("Won Stage", readonly=True)
    lifecycle_phase = fields.Selection(PHASES, "Process", readonly=True)
    company_id = fields.Many2one("res.company", required=True, index=True, readonly=True)
    team_id = fields.Many2one("crm.team", "Sales Team", readonly=True, ondelete="set null")

    # Who
    user_id = fields.Many2one("res.users", "Salesperson", readonly=True, ondelete="set null")
    responsible_id = fields.Many2one(
        "res.users", index="btree_not_null", readonly=True, ondelete="set null"
    )
    in_user_id = fields.Many2one("res.users", "Moved In by", readonly=True, ondelete="set null")
    out_user_id = fields.Many2one("res.users", "Moved Out by", readonly=True, ondelete="set null")

    # When and how
    date_in = fields.Datetime("In", required=True, index=True, readonly=True)
    date_out = fields.Datetime("Out", readonly=True)
    entry = fields.Selection(ENTRIES, "Came by", required=True, readonly=True)
    exit = fields.Selection(EXITS, "Left by", readonly=True)
    previous_stage_id = fields.Many2one("crm.stage", "From", readonly=True, ondelete="set null")
    next_stage_id = fields.Many2one("crm.stage", "To", readonly=True, ondelete="set null")
    is_merged = fields.Boolean(
        "Of a Merged Lead", readonly=True, help="It was passed by a lead that was merged into this."
    )
    calendar_minutes = fields.Float("Minutes", readonly=True, aggregator="avg")
    working_minutes = fields.Float(
        readonly=True, aggregator="avg", help="Within working hours of the team or company."
    )

    # In time
    state = fields.Selection(STATES, required=True, default="open", readonly=True)
    deadline_minutes = fields.Integer("Allowed Minutes", readonly=True)
    deadline = fields.Datetime(readonly=True)
    delay_minutes = fields.Float(readonly=True, help="Working minutes after the deadline.")
    is_overridden = fields.Boolean("Overridden", readonly=True)
    override_reason = fields.Char(readonly=True)

    _open = models.UniqueIndex("(lead_id) WHERE date_out IS NULL")
    _in_out = models.Constraint(
        "CHECK (date_out IS NULL OR date_out >= date_in)", "Nobody leaves before coming."
    )

    @api.depends("stage_id", "stage_name")
    def _compute_display_name(self):
        for passage in self:
            passage.display_name = passage.stage_id.name or passage.stage_name

    # ------------------------------------------------------------------ writing down
    @api.model
    def _record(self, moves):
        """Write down what happened to leads, with one statement a kind.

        :param list moves: of ``Move``
        :return: dict of lead id to the passage that is open now, in sudo
        """
        now = self.env.cr.now()
        passages = self.sudo()
        current = passages._last_of([move.lead.id for move in moves])
        entries = []
        for move in moves:
            last = current[move.lead.id]
            if last and (not last.date_out or move.after.won_status == "lost"):
                last.write(last._prepare_exit(move, now))
            if self._comes_in(move, last):
                entries += [self._prepare_skipped(move, stage, now) for stage in move.skipped]
                entries.append(self._prepare_entry(move, now))
        self._wait_for_leads(moves, current)
        # A stay ends before the next one begins, in the database too.
        passages.flush_model()
        created = passages.create(entries)
        return {passage.lead_id.id: passage for passage in created if passage.state != "skipped"}

    @api.model
    def _wait_for_leads(self, moves, current):
        """Have two who restore one lead come after one another: the second finds it restored.

        Where a stay ends, they meet at that stay; where none does, only at the lead.
        """
        without = [move.lead for move in moves if not move.created and not current[move.lead.id]]
        back = [move.lead for move in moves if move.reopened]
        self.env["crm.lead"].union(*without, *back).flush_recordset(["active", "stage_id"])

    @api.model
    def _comes_in(self, move, last):
        """Whether a stay begins."""
        if not move.after.active or not move.stage:
            return False
        return move.changes_stage or move.reopened or not last

    @api.model
    def _last_of(self, lead_ids):
        """The last stay of each lead, open or not: dict of lead id to passage or empty."""
        found = defaultdict(self.browse)
        if lead_ids:
            domain = [("lead_id", "in", lead_ids), ("state", "!=", "skipped")]
            domain += [("is_merged", "=", False)]
            for passage in self.search(domain, order="date_in, id"):
                # The open one is the last, whatever a clock that was set back says.
                last = found[passage.lead_id.id]
                if not last or last.date_out:
                    found[passage.lead_id.id] = passage
        return found

    @api.model
    def _prepare_entry(self, move, now):
        """The values of a stay that begins. Extend to keep more."""
        lead = move.lead.sudo()
        entry = "created" if move.created else "restored" if move.reopened else "moved"
        return {
            "lead_id": lead.id,
            "lead_number": lead.id,
            "stage_id": move.stage.id,
            "stage_name": move.stage.name,
            "stage_sequence": move.stage.sequence,
            "is_won": move.stage.is_won,
            "lifecycle_phase": lead.lifecycle_phase,
            "company_id": lead._lifecycle_company().id,
            "team_id": lead.team_id.id,
            "user_id": lead.user_id.id,
            "responsible_id": lead.user_id.id,
            "in_user_id": self.env.uid,
            "date_in": now,
            "entry": entry,
            "previous_stage_id": move.previous.id,
            "state": "open",
        }

    @api.model
    def _prepare_skipped(self, move, stage, now):
        """The values of a stay that never was: the stage was jumped over."""
        return {
            **self._prepare_entry(move, now),
            "stage_id": stage.id,
            "stage_name": stage.name,
            "stage_sequence": stage.sequence,
            "is_won": stage.is_won,
            "date_out": now,
            "out_user_id": self.env.uid,
            "exit": "forward",
            "next_stage_id": move.stage.id,
            "state": "skipped",
        }

    def _prepare_exit(self, move, now):
        """The values that end this stay. Extend to keep more.

        Called too for a lead that was archived and then lost, whose stay has ended already.
        """
        self.ensure_one()
        if self.date_out:
            return {"exit": "lost"}
        kept = move.after.active
        way = "forward" if move.forward else "backward"
        if not kept:
            way = "lost" if move.after.won_status == "lost" else "archived"
        if kept and not move.changes_stage:
            return {}
        return {
            "date_out": max(now, self.date_in),
            "out_user_id": self.env.uid,
            "exit": way,
            "next_stage_id": move.stage.id if kept else False,
            "state": "passed",
            "calendar_minutes": max((now - self.date_in).total_seconds() / 60, 0),
        }
