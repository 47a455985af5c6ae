from collections import defaultdict

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL
from odoo.tools.sql import column_exists, create_column

from ...engine.sharing import spread

FOLLOWED = {"user_id", "stage_responsible_id"}


def enters(move) -> bool:
    """Whether the lead comes into its stage: from another, from nowhere or from the archive."""
    return bool(move.after.active and move.stage and (move.changes_stage or move.reopened))


class CrmLead(models.Model):
    """Who is on a lead now, apart from the salesperson who owns it.

    Where the stage says nothing else it is the salesperson, computed with that field and
    written by the same statement: a company that configured nothing pays nothing. Else it is
    found in ``_record_moves`` when the lead enters the stage, for all leads of a move at once,
    and before the stay is written down, which keeps it (``responsible_id``) and follows.

    Where the one who should be is not there (no team leader, archived, of another company),
    it is the salesperson. Extend ``_responsibles_of_type`` to add a way of finding somebody.
    """

    _inherit = "crm.lead"

    stage_responsible_id = fields.Many2one(
        "res.users",
        "On It Now",
        compute="_compute_stage_responsible_id",
        store=True,
        readonly=False,
        copy=False,
        index="btree_not_null",
        tracking=True,
        ondelete="set null",
        domain=[("share", "=", False)],
        help="Who has to act while the lead stands in its stage, as the stage says. "
        "The salesperson still owns the lead.",
    )

    def _auto_init(self):
        """At installation, one statement for all leads there are."""
        cr = self.env.cr
        if not column_exists(cr, "crm_lead", "stage_responsible_id"):
            create_column(cr, "crm_lead", "stage_responsible_id", "int4")
            cr.execute(SQL("UPDATE crm_lead SET stage_responsible_id = user_id"))
        return super()._auto_init()

    @api.depends("user_id")
    def _compute_stage_responsible_id(self):
        assigning = self.env["crm.stage"]._assigning_ids()
        for lead in self:
            if assigning and lead.stage_id.id in assigning and lead._origin:
                lead.stage_responsible_id = lead.stage_responsible_id
            else:
                lead.stage_responsible_id = lead.user_id

    @api.constrains("stage_responsible_id")
    def _check_stage_responsible(self):
        named = self.filtered(lambda lead: lead.stage_responsible_id != lead.user_id)
        if any(user.share for user in named.sudo().stage_responsible_id):
            raise ValidationError(self.env._("Who is on a lead is one of our users."))

    def _mail_track(self, tracked_fields, initial_values):
        """Say once that the salesperson changed, where it is the salesperson who is on it."""
        name = "stage_responsible_id"
        follows = self[name] == self.user_id
        if name in tracked_fields and follows and "user_id" in initial_values:
            tracked_fields = {key: info for key, info in tracked_fields.items() if key != name}
        return super()._mail_track(tracked_fields, initial_values)

    def write(self, vals):
        result = super().write(vals)
        if not FOLLOWED.isdisjoint(vals):
            self.env["crm.stage.passage"]._note_responsible(self)
        return result

    # ------------------------------------------------------------------ the move
    def _record_moves(self, moves):
        self._put_on(moves)
        return super()._record_moves(moves)

    @api.model
    def _put_on(self, moves):
        """Put the responsible of its stage on each lead that entered one."""
        assigning = self.env["crm.stage"]._assigning_ids()
        entered = [move for move in moves if enters(move)]
        if not assigning or not entered:
            return
        people = self._stage_responsibles(entered)
        by_user = defaultdict(self.browse)
        for move in entered:
            lead, user_id = move.lead.sudo(), people[move.lead.id]
            if lead.stage_responsible_id.id != user_id:
                by_user[user_id] |= lead
        for user_id, leads in by_user.items():
            leads.write({"stage_responsible_id": user_id})

    def _stage_responsible(self, move):
        """Whom the stage of a move puts on its lead: a user or an empty record, in sudo."""
        self.ensure_one()
        return self.env["res.users"].sudo().browse(self._stage_responsibles([move])[self.id])

    @api.model
    def _stage_responsibles(self, moves):
        """Whom the stages put on the leads that enter them.

        :param list moves: of ``Move``
        :return: dict of lead id to user id or False
        """
        by_type = defaultdict(list)
        for move in moves:
            by_type[move.stage.responsible_type or "salesperson"].append(move)
        found = {}
        for kind, some in by_type.items():
            found |= self._responsibles_of_type(kind)(some)
        return {
            move.lead.id: move.lead._fit_to_act(found.get(move.lead.id))
            or move.lead.sudo().user_id.id
            for move in moves
        }

    @api.model
    def _responsibles_of_type(self, kind):
        """The method that finds the responsibles of a type; extend to add a type.

        It takes a list of ``Move`` and returns a dict of lead id to user.
        """
        return {
            "salesperson": lambda moves: {m.lead.id: m.lead.sudo().user_id for m in moves},
            "team_leader": lambda moves: {m.lead.id: m.lead.sudo().team_id.user_id for m in moves},
            "user": lambda moves: {m.lead.id: m.stage.responsible_user_id for m in moves},
            "account_manager": self._account_managers,
            "least_busy": self._least_busy,
        }[kind]

    def _fit_to_act(self, user):
        """The id of the user, if that is somebody who can act on this lead; else False."""
        company = self._lifecycle_company()
        return bool(user) and user.sudo()._may_be_on_leads(company).id

    @api.model
    def _account_managers(self, moves):
        """Of each lead's customer, in the lead's company, whoever may see it."""
        found = {}
        by_company = defaultdict(self.browse)
        for move in moves:
            by_company[move.lead._lifecycle_company()] |= move.lead.sudo()
        for company, leads in by_company.items():
            # What the superuser sees is cached apart from what the mover does.
            for lead in leads.with_user(SUPERUSER_ID).with_company(company):
                found[lead.id] = lead.partner_id.account_manager_id
        return found

    # ------------------------------------------------------------------ the least busy
    @api.model
    def _least_busy(self, moves):
        """Spread the leads over the members of their stages' groups who are at work now.

        Nobody at work: over all members. No members: the team leader.
        """
        found = {}
        by_group = defaultdict(list)
        for move in sorted(moves, key=lambda one: one.lead.id):
            by_group[move.stage.responsible_group_id, move.lead._lifecycle_company()].append(move)
        members = {
            (group, company): group.sudo().all_user_ids._may_be_on_leads(company)
            for group, company in by_group
        }
        leads = self.browse([move.lead.id for move in moves])
        loads = leads._loads(self.env["res.users"].union(*members.values()))
        for (group, company), some in by_group.items():
            people = members[group, company]
            people = people._at_work(company, self.env.cr.now()) or people
            own = {user.id: loads[user.id] for user in people}
            taken = spread(own, len(some))
            loads |= own
            for move, user_id in zip(some, taken, strict=False):
                found[move.lead.id] = people.browse(user_id)
            if not taken:
                found |= self._responsibles_of_type("team_leader")(some)
        return found

    def _loads(self, users):
        """The open work of users, these leads left out: open activities and leads they are on.

        :return: dict of user id to a number
        """
        loads = dict.fromkeys(users.ids, 0)
        counted = [
            ("mail.activity", "user_id", []),
            (
                "crm.lead",
                "stage_responsible_id",
                [("id", "not in", self.ids), ("won_status", "=", "pending")],
            ),
        ]
        for model, name, domain in counted:
            open_work = [(name, "in", users.ids), ("active", "=", True), *domain]
            rows = self.env[model].sudo()._read_group(open_work, [name], ["__count"])
            for user, count in rows:
                loads[user.id] += count
        return loads
