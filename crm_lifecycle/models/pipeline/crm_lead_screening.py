from odoo import api, fields, models, tools
from odoo.exceptions import AccessError
from odoo.fields import NO_ACCESS
from odoo.tools import SQL

from ..segment.viewer_field import ViewerChar

STATES = [
    ("clear", "Clear"),
    ("flagged", "Flagged"),
    ("released", "Released"),
    ("refused", "Refused"),
]


class CrmLead(models.Model):
    """A lead whose customer is overdue, at worth D or blocked is flagged before effort is spent.

    ``screening_codes`` holds why, by kind and without a figure, for the server alone:
    ``blocked``, ``overdue``, ``worth``, and ``other`` - the customer is somebody else's than the
    lead's salesperson. The last is a reason of its own, so that a flag tells a salesperson
    nothing of how a colleague's customer stands. A manager's decision holds for the reasons
    that it was made on: with a new one, the lead is flagged again.

    The codes are computed with the lead's details, once for all leads of a ``create`` or
    ``write``, in one statement; in companies that screen nothing, in none. A nightly job, and
    every change of limits and blocks, goes over the open leads again.
    """

    _inherit = "crm.lead"

    screening_codes = ViewerChar(
        compute="_compute_screening_codes", store=True, copy=False, groups=NO_ACCESS
    )
    screening_decision = fields.Selection(STATES[2:], copy=False, groups=NO_ACCESS)
    screening_decision_codes = ViewerChar(copy=False, groups=NO_ACCESS)
    screening_state = fields.Selection(
        STATES,
        "Screening",
        compute="_compute_screening_state",
        store=True,
        copy=False,
        help="Flagged: its customer is overdue, at worth D, blocked or somebody else's. "
        "A manager releases or refuses it.",
    )
    screening_reason = fields.Text(
        "Why Flagged", compute="_compute_screening_reason", compute_sudo=False
    )
    screening_may_decide = fields.Boolean(compute="_compute_screening_may_decide")

    _screening_state_idx = models.Index(
        "(screening_state, id) WHERE screening_state IN ('flagged', 'refused')"
    )

    # ------------------------------------------------------------------ computed
    @api.depends(
        "email_normalized",
        "email_domain_criterion",
        "phone_sanitized",
        "vat_key",
        "partner_id",
        "company_id",
        "user_id",
    )
    def _compute_screening_codes(self):
        codes = self._screen()
        for lead in self:
            lead.screening_codes = codes[lead]

    @api.depends("screening_codes", "screening_decision", "screening_decision_codes")
    def _compute_screening_state(self):
        for lead in self:
            lead.screening_state = lead._screening_standing(lead.screening_codes)

    @api.depends_context("uid", "company")
    @api.depends("screening_state")
    def _compute_screening_reason(self):
        marked = self.filtered(lambda lead: lead.screening_state not in (False, "clear"))
        (self - marked).screening_reason = False
        found = self.env["crm.lead.match"]._matches(marked)
        visible = self.env["crm.lead.match"]._visible(found)
        for lead in marked:
            lead.screening_reason = "\n".join(lead._screening_sentences(found[lead], visible))

    @api.depends_context("uid")
    def _compute_screening_may_decide(self):
        self.screening_may_decide = self._may_decide_screening()

    # ------------------------------------------------------------------ create, write
    @api.model_create_multi
    def create(self, vals_list):
        leads = super().create(vals_list)
        if not self.env.su:
            # Neither a default of the user's own nor one in the context releases a lead.
            forged = leads.sudo().filtered("screening_decision")
            forged.write({"screening_decision": False, "screening_decision_codes": False})
        return leads

    def write(self, vals):
        if "screening_state" in vals and not self.env.su:
            raise AccessError(
                self.env._("The screening follows from the customer. A manager releases a lead.")
            )
        return super().write(vals)

    # ------------------------------------------------------------------ screening
    def _screen(self):
        """Why these leads are to be looked at.

        :return: dict of lead to the codes in their order, with commas; False for none
        """
        asked = self.filtered(lambda lead: lead._screening_in_use(lead._lifecycle_company().id))
        found = self.env["crm.lead.match"]._matches(asked)
        return {lead: lead._codes_of(found.get(lead, ())) for lead in self}

    def _codes_of(self, matches):
        if not isinstance(self.id, int):
            # Not saved yet: it tells nothing of a customer who is somebody else's.
            matches = [match for match in matches if match.owned]
        codes = {code for match in matches for code in self._screening_reasons(match)}
        return ",".join(sorted(codes)) or False

    def _screening_reasons(self, match):
        """The kinds of reasons for which a customer's lead is flagged. Extend to add one.

        :param match: a ``CustomerMatch``
        :return: list of codes
        """
        company = self._lifecycle_company()
        amount = company.lifecycle_screen_overdue_amount
        days = company.lifecycle_screen_overdue_days
        reasons = {
            "blocked": match.blocked,
            "overdue": (
                (amount and match.overdue_amount > amount)
                or (days and match.overdue_amount > 0 and match.days_late > days)
            ),
            "worth": company.lifecycle_screen_worth and match.tier == "d",
            "other": not match.owned,
        }
        return [code for code, holds in reasons.items() if holds]

    def _screening_standing(self, codes):
        """What follows from reasons, and from a manager's decision on them."""
        lead = self.sudo()
        wanted = set((codes or "").split(",")) - {""}
        decided = set((lead.screening_decision_codes or "").split(","))
        if not wanted:
            return "clear"
        return lead.screening_decision if wanted <= decided else "flagged"

    def _screening_now(self):
        """How these leads stand by what is known at this moment: dict of lead to state."""
        codes = self.sudo()._screen()
        return {lead: lead._screening_standing(codes[lead]) for lead in self.sudo()}

    # ------------------------------------------------------------------ in words
    def _screening_sentences(self, matches, visible):
        """What the viewer may know of why the lead is flagged: list of sentences."""
        company = self._lifecycle_company()
        seen = [match for match in matches if (match.customer_id, company.id) in visible]
        customers = self.env["res.partner"].sudo()
        lines = [
            self._screening_sentence(code, match, customers.browse(match.customer_id), company)
            for match in seen
            for code in self._screening_reasons(match)
        ]
        if len(seen) < len(matches) and isinstance(self.id, int):
            lines.append(self.env["crm.lead.match"]._somebody_else())
        return lines

    def _screening_sentence(self, code, match, customer, company):
        if code == "blocked":
            reason = customer.lifecycle_blocked_reason or self.env._("no reason given")
            return self.env._(
                "%(name)s was blocked by a manager: %(reason)s.", name=customer.name, reason=reason
            )
        if code == "overdue":
            return self.env._(
                "%(name)s owes %(amount)s that is overdue, for up to %(days)s days.",
                name=customer.name,
                amount=company.currency_id.format(match.overdue_amount),
                days=match.days_late,
            )
        if code == "worth":
            return self.env._(
                "%(name)s is at worth D: costs as much as it brings, or more.", name=customer.name
            )
        return self.env._(
            "%(name)s is looked after by %(owner)s, not by the lead's salesperson.",
            name=customer.name,
            owner=customer.user_id.name or self.env._("nobody"),
        )

    # ------------------------------------------------------------------ who screens
    @api.model
    def _may_decide_screening(self):
        """Whether the user releases and refuses leads. Override to let more people do so."""
        user = self.env.user
        return any(user.has_group(group) for group in self._screening_groups())

    @api.model
    def _screening_groups(self):
        return ["crm_lifecycle.group_lifecycle_manager", "sales_team.group_sale_manager"]

    @api.model
    def _screening_in_use(self, company_id):
        """Whether leads of a company are screened; looked up once a change of limits."""
        companies, anybody_blocked = self._screening_use()
        return anybody_blocked or company_id in companies

    @api.model
    @tools.ormcache()
    def _screening_use(self):
        """The companies with a limit, and whether anybody is blocked."""
        companies, partners = self.env["res.company"]._fields, self.env["res.partner"]._fields
        rows = self.env.execute_query(
            SQL(
                """SELECT id, FALSE FROM res_company
                    WHERE lifecycle_screen_overdue_amount > 0
                       OR lifecycle_screen_overdue_days > 0 OR lifecycle_screen_worth
                    UNION ALL
                   SELECT 0, EXISTS (SELECT 1 FROM res_partner WHERE lifecycle_blocked)""",
                to_flush=[
                    partners["lifecycle_blocked"],
                    companies["lifecycle_screen_overdue_amount"],
                    companies["lifecycle_screen_overdue_days"],
                    companies["lifecycle_screen_worth"],
                ],
            )
        )
        return frozenset(row[0] for row in rows if row[0]), any(row[1] for row in rows)

    @api.model
    def _screening_changed(self):
        """A limit or a block was changed: open leads are screened anew, in the background."""
        self.env.registry.clear_cache()
        job = self.env.ref("crm_lifecycle.cron_crm_lead_screening", raise_if_not_found=False)
        if job:
            job.sudo()._trigger()
