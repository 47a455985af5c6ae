from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from ...engine.domain_guard import check
from ..segment.segment_rule import TROUBLES
from ..value.customer_value_refresh import LOST_RACES

# What may stand behind a field of the lead: harmless fields of other tables.
PARTS = {
    "partner_id": {"name", "is_company", "email", "phone", "vat", "city", "country_id"},
    "stage_id": {"name", "is_won", "sequence"},
    "team_id": {"name"},
    "user_id": {"name"},
    "tag_ids": {"name"},
    "country_id": {"name", "code"},
    "state_id": {"name", "code"},
    "source_id": {"name"},
    "medium_id": {"name"},
    "campaign_id": {"name"},
    "company_id": {"name"},
}
ASKABLE = {
    *("char", "text", "selection", "boolean", "integer", "float", "monetary"),
    *("date", "datetime", "many2one", "many2many"),
}


class CrmStageCriterion(models.Model):
    """How conditions are looked at: all leads of a move at once, one query a condition.

    Leads are read as the superuser of their company, in its time zone and language: what a
    condition says does not depend on who moves the lead, nor on a context that came from outside.

    A kind of condition is a method ``_met_<kind>(leads, since)`` that returns the ids of those
    that meet it, and where it can break one ``_trouble_<kind>()`` that says in a sentence why it
    cannot be asked. ``_fields_to_fill`` names what the dialog offers.
    """

    _inherit = "crm.stage.criterion"

    # ------------------------------------------------------------------ asking
    def _unmet(self, leads, since):
        """The leads that do not meet this condition.

        :param leads: ``crm.lead`` records
        :param dict since: lead id to when it came into its last stage, or None
        :return: set of ids; empty when the condition is broken, which is noted
        """
        self.ensure_one()
        criterion = self.sudo()
        trouble, unmet = criterion._trouble(), set()
        if not trouble:
            trouble = criterion._attempt(
                lambda: unmet.update(set(leads.ids) - criterion._met(leads, since))
            )
        if trouble:
            criterion._note_trouble(trouble)
            return set()
        return unmet

    def _met(self, leads, since):
        met = set()
        for company, own in self._by_company(leads):
            met |= getattr(self, f"_met_{self.kind}")(self._plainly(own, company), since)
        return met

    @api.model
    def _by_company(self, leads):
        return leads.grouped(lambda lead: lead._lifecycle_company()).items()

    @api.model
    def _plainly(self, leads, company):
        """The leads as anybody's: the company's, with nothing of the caller's context."""
        home = company.sudo().partner_id
        context = {
            "active_test": False,
            "allowed_company_ids": company.ids,
            "tz": home.tz or "UTC",
            "lang": home.lang or "en_US",
        }
        return leads.with_env(self.env(user=SUPERUSER_ID, su=True, context=context))

    def _met_fields(self, leads, _since):
        names = self._names()
        return {lead.id for lead in leads if not lead._unfilled(names)}

    def _met_domain(self, leads, _since):
        rule = Domain(check(self.domain, self._askable()).domain)
        return set(leads.search(Domain("id", "in", leads.ids) & rule).ids)

    def _met_contact(self, leads, since):
        """Those who were talked with since they came into their last stage.

        Such a contact is about the lead, or with its customer and about no document at all.
        """
        channels = self._channels()
        interactions = leads.env["crm.interaction"]
        to_flush = ("partner_id", "company_id", "res_model", "res_id", "channel_id", "date")
        rows = self.env.execute_query(
            SQL(
                """SELECT lead.id
                     FROM unnest(%(leads)s::int[], %(customers)s::int[], %(since)s::timestamp[])
                          AS lead (id, customer_id, since)
                    WHERE EXISTS (
                          SELECT 1 FROM crm_interaction contact
                           WHERE contact.res_model = 'crm.lead' AND contact.res_id = lead.id
                             AND contact.channel_id = ANY(%(channels)s)
                             AND contact.date BETWEEN date_trunc('second', lead.since) AND %(now)s)
                       OR EXISTS (
                          SELECT 1 FROM crm_interaction contact
                           WHERE contact.partner_id = lead.customer_id
                             AND contact.company_id = %(company)s
                             AND COALESCE(contact.res_id, 0) = 0
                             AND contact.channel_id = ANY(%(channels)s)
                             AND contact.date BETWEEN date_trunc('second', lead.since) AND %(now)s
                          )""",
                leads=leads.ids,
                customers=[lead.partner_id.commercial_partner_id.id or None for lead in leads],
                since=[since.get(lead.id) or lead.create_date for lead in leads],
                channels=channels.ids,
                company=leads.env.company.id,
                now=max(fields.Datetime.now(), self.env.cr.now()),
                to_flush=[interactions._fields[name] for name in to_flush],
            )
        )
        return {lead_id for (lead_id,) in rows}

    def _channels(self):
        """The channels through which a contact counts for this condition."""
        channels = self.channel_ids
        if not channels:
            every = self.env["crm.interaction.channel"].with_context(active_test=False)
            channels = every.search([("is_touch", "=", True)])
        kind = self.channel_kind
        return channels.filtered(lambda one: one.kind == kind) if kind else channels

    def _met_quotation(self, leads, _since):
        orders = leads.env["sale.order"]._read_group(
            [("opportunity_id", "in", leads.ids), ("state", "in", ("sent", "sale"))],
            ["opportunity_id"],
        )
        return {lead.id for (lead,) in orders}

    def _met_activity(self, leads, _since):
        done = leads.env["mail.activity"]._read_group(
            [
                ("res_model", "=", "crm.lead"),
                ("res_id", "in", leads.ids),
                ("activity_type_id", "=", self.activity_type_id.id),
                ("active", "=", False),
                ("date_done", "!=", False),
                # Closed with its stage is not done.
                ("not_needed", "=", False),
            ],
            ["res_id"],
        )
        return {lead_id for (lead_id,) in done}

    # ------------------------------------------------------------------ what to fill
    def _missing_of(self, lead):
        """One missing condition as data, for the refusal."""
        return {
            "stage": self.stage_id.name,
            "sentence": self.name,
            "kind": self.kind,
            "fields": self._fields_to_fill(lead),
        }

    def _fields_to_fill(self, lead):
        """Names of fields of the lead that the dialog offers."""
        if self.kind == "fields":
            return lead._unfilled(self._names())
        if self.kind == "domain":
            paths = check(self.domain, self._askable()).paths
            # Nobody meets a condition by naming another stage than the one that is entered.
            return sorted({path.partition(".")[0] for path in paths} - {"id", "stage_id"})
        return []

    def _names(self):
        """Names of the fields that must be filled."""
        return [name for name in (self.field_names or "").split(",") if name]

    @api.model
    def _askable(self):
        """Paths of fields that a rule may ask for: what is stored on the lead for everybody.

        Override to add a field of yours, when everybody who moves a lead may know it.
        """
        lead = self.env["crm.lead"]._fields
        own = {
            name
            for name, field in lead.items()
            if field.store and field.type in ASKABLE and not field.groups
        }
        return own | {f"{name}.{part}" for name in own & set(PARTS) for part in PARTS[name]}

    # ------------------------------------------------------------------ broken ones
    def _trouble(self):
        """Why this condition cannot be asked, a sentence; nothing when it can."""
        self.ensure_one()
        return getattr(self, f"_trouble_{self.kind}", str)()

    def _whole_trouble(self):
        """The same, and whether PostgreSQL and Odoo take the rule."""
        trouble = self._trouble()
        if trouble:
            return trouble
        if self.kind == "domain":
            rule = check(self.domain, self._askable()).domain
            return self._attempt(lambda: self._explain(rule))
        if self.kind == "fields" and self.field_ids.filtered(lambda one: one.model != "crm.lead"):
            return self._choose_fields()
        return ""

    def _trouble_fields(self):
        names = self._names() or self.field_ids.mapped("name")
        known = self.env["crm.lead"]._fields
        gone = [name for name in names if name not in known]
        if gone:
            return self.env._(
                "The field %(name)s was removed: choose others, or delete the condition.",
                name=", ".join(gone),
            )
        return "" if names else self._choose_fields()

    def _choose_fields(self):
        return self.env._("Choose the fields of the lead that must be filled.")

    def _trouble_domain(self):
        verdict = check(self.domain or "", self._askable())
        if verdict.problem in ("path", "terms"):
            return self.env._(
                "The rule asks for too much or for a field that no condition may use "
                "(%(detail)s): choose another.",
                detail=verdict.detail,
            )
        if verdict.problem:
            return self.env["crm.segment.rule"]._sentence(verdict.problem, verdict.detail)
        if not verdict.domain:
            return self.env._("Say in the rule which leads meet the condition.")
        return ""

    def _trouble_activity(self):
        if self.activity_type_id:
            return ""
        return self.env._("Choose the type of activity that must have been done.")

    def _explain(self, domain):
        """Let Odoo make SQL of a rule, and PostgreSQL read it, without running it."""
        leads = self._plainly(self.env["crm.lead"], self.env.company)
        query = leads._search(Domain("id", ">", 0) & Domain(domain))
        self.env.execute_query(SQL("EXPLAIN %s", query.select()))

    @api.model
    def _attempt(self, work):
        """Do ``work()``; a trouble of the condition undoes it and nothing of the user's.

        :return: the reason why it failed, a sentence; nothing when it did not
        :raises Exception: a lost race with somebody else, which is no fault of the condition
        """
        # What the user wrote is in the database before, and its own errors are the user's.
        self.env.flush_all()
        try:
            with self.env.cr.savepoint(flush=False):
                work()
        except LOST_RACES:
            raise
        except TROUBLES as trouble:
            if isinstance(trouble, ValidationError):
                return str(trouble)
            text = " ".join(str(trouble).split())[:200]
            return self.env._("The rule does not work (%(reason)s): edit it.", reason=text)
        return ""

    def _note_trouble(self, trouble):
        """Mark a condition as broken, or as whole again; written only when it changes."""
        if (self.broken_reason or "") != trouble:
            self.sudo().write({"is_broken": bool(trouble), "broken_reason": trouble or False})

    @api.model
    def _cron_find_broken(self):
        """Ask every night of each condition whether it still makes sense."""
        # pylint: disable-next=no-search-all
        criteria = self.sudo().with_context(active_test=False).search([])
        progress = self.env["ir.cron"]
        progress._commit_progress(remaining=len(criteria))
        for criterion in criteria:
            criterion._note_trouble(criterion._whole_trouble())
            if not progress._commit_progress(1):
                return
