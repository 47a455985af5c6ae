from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import AccessError, UserError, ValidationError

USER = "crm_lifecycle.group_lifecycle_user"
ANALYST = "crm_lifecycle.group_lifecycle_analyst"
# What a call has in common with the row of a caller who is not known yet.
KEPT = (
    "company_id",
    "number",
    "direction",
    "date",
    "minutes",
    "user_id",
    "external_id",
    "recording_url",
)


class CrmInteraction(models.Model):
    """Calls, as the telephone exchange reports them. See ``docs/telephone.md``."""

    _inherit = "crm.interaction"

    @api.model
    def log_call(  # noqa: PLR0913, PLR0917 - the interface's arguments
        self,
        number=None,
        direction="in",
        started_at=None,
        minutes=0,
        user=None,
        external_id=None,
        recording_url=None,
    ):
        """Log a call in the current company, once for each ``external_id``.

        A call that is reported again is completed. Analysts log calls for everybody, others
        their own; with a customer hidden from them, it is kept as from an unknown number.

        :param str number: of the customer, written in any way
        :param str direction: "in" when they called us, "out" when we called them
        :param str started_at: ISO 8601, UTC without an offset; now by default
        :param float minutes: of the conversation
        :param user: login or id of who of us talked; you by default, others for analysts
        :param str external_id: the exchange's own reference of the call
        :param str recording_url: http(s) link
        :return: dict of ``external_id``, ``known``, ``partner_id`` and ``interaction_id``
        :raises UserError: naming the argument that is wrong; too many calls within a minute
        """
        self._check_call_right()
        facts = self.env["crm.interaction.call.facts"]._facts(
            {
                "number": number,
                "direction": direction,
                "started_at": started_at,
                "minutes": minutes,
                "user": user,
                "external_id": external_id,
                "recording_url": recording_url,
            }
        )
        self._check_own_call(facts)
        self.env["crm.interaction.call.key"]._take(facts["company_id"], facts["external_id"])
        return self._call_answer(facts, self._log_call(facts))

    @api.model
    def _check_call_right(self):
        if not (self.env.su or self.env.user.has_group(USER)):
            raise AccessError(self.env._("You may not log calls. Ask for a role in Lifecycle."))
        self.check_access("read")
        self.check_access("create")

    @api.model
    def _logs_for_everybody(self):
        """Whether the user logs calls with any customer, and in any colleague's name."""
        return self.env.su or self.env.user.has_group(ANALYST)

    @api.model
    def _check_own_call(self, facts):
        """Refuse a user somebody else's call, and more in a minute than numbers to look up."""
        if self._logs_for_everybody():
            return
        if facts["user_id"] not in (None, self.env.uid):
            raise ValidationError(
                self.env._("user: you may log your own calls only. Leave it out.")
            )
        company = self.env["res.company"].browse(facts["company_id"]).sudo()
        keys = self.env["crm.interaction.call.key"]
        if keys._count_others_lately(facts["external_id"]) >= company.lifecycle_lookup_limit:
            raise UserError(self.env._("You have logged too many calls. Try again in a minute."))

    @api.model
    def _log_call(self, facts):
        """Make or complete the row of a call. Returns the interaction; none for a caller's row.

        In sudo from here on: the call belongs into the customer's log whoever reports it.
        """
        key = [("company_id", "=", facts["company_id"]), ("external_id", "=", facts["external_id"])]
        env = self._call_env(self.env.uid)
        for model in ("crm.interaction", "crm.interaction.caller"):
            row = env[model].search(key, limit=1)
            if row:
                if self._may_complete(row):
                    self._complete_call(row, facts)
                return row if model == self._name else self.browse()
        return self._new_call(facts)

    @api.model
    def _new_call(self, facts):
        """An interaction at once where the caller of this method may see whose it is.

        All others are kept, and left to the job: to the caller of this method a hidden
        customer's number is nobody's, now and later.
        """
        numbers = self.env["crm.interaction.number"]
        company = self.env["res.company"].browse(facts["company_id"])
        contacts = numbers._contacts([facts["number_e164"]], company)
        whose = numbers._whose(numbers._shown(contacts.get(facts["number_e164"], []), company))
        if not self._call_channel():
            raise ValidationError(
                self.env._("Calls cannot be logged: there is no channel of the kind Call.")
            )
        facts = {**facts, "user_id": facts["user_id"] or self.env.uid}
        if whose:
            return self._create_calls([(facts, *whose)], self.env.uid)
        self._call_env(self.env.uid)["crm.interaction.caller"]._keep(facts)
        return self.browse()

    @api.model
    def _create_calls(self, calls, uid):
        """Make interactions of calls, as logged by a user.

        :param calls: list of (facts, contact id, customer id)
        """
        channel = self._call_channel()
        users = self.env["res.users"].sudo()
        ours = users.browse({facts["user_id"] for facts, *_whose in calls if facts["user_id"]})
        # Since the call, a user may have become a customer with a portal login.
        ours = set(ours.filtered(lambda user: not user.share).ids)
        return self._call_env(uid)["crm.interaction"].create(
            [
                {
                    **{name: facts[name] for name in KEPT if name != "number"},
                    "user_id": facts["user_id"] in ours and facts["user_id"],
                    "partner_id": customer,
                    "contact_id": contact,
                    "channel_id": channel.id,
                    "source": "call",
                    # The number may be nowhere else: the contact's changes.
                    "summary": facts["number"],
                }
                for facts, contact, customer in calls
            ]
        )

    @api.model
    def _call_channel(self):
        return self.env["crm.interaction.channel"]._of_kind("call")

    @api.model
    def _call_env(self, uid):
        """Superuser in the name of a user, with nothing of a caller's context.

        Defaults in it would write into rows of customers that the caller may not see.
        """
        context = {
            "lang": self.env.lang,
            "allowed_company_ids": self.env.companies.ids,
            "tracking_disable": True,
            "mail_create_nolog": True,
            "mail_create_nosubscribe": True,
        }
        return self.env(user=uid or SUPERUSER_ID, su=True, context=context)

    # ------------------------------------------------------------------ a call again
    @api.model
    def _may_complete(self, row):
        """Whether the user logged this call, or sees it.

        References are easily guessed; nobody changes somebody else's call by guessing.
        """
        if self.env.su or row.create_uid == self.env.user:
            return True
        return bool(self.env[row._name].search_count([("id", "=", row.id)], limit=1))

    @api.model
    def _complete_call(self, row, facts):
        """Add what is told later. The same whatever the order in which it comes."""
        if row._name == self._name and row.source != "call":
            return
        values = {}
        if facts["minutes"] > row.minutes:
            values["minutes"] = facts["minutes"]
        if facts["recording_url"] and facts["recording_url"] != row.recording_url:
            values["recording_url"] = facts["recording_url"]
        if facts["user_id"] and facts["user_id"] != row.user_id.id:
            values["user_id"] = facts["user_id"]
        if values:
            row.write(values)

    @api.model
    def _call_answer(self, facts, interaction):
        """What the caller may know: the same for a hidden customer as for nobody."""
        customer = interaction.sudo().partner_id
        company = interaction.sudo().company_id
        visible = self.env["crm.customer.mixin"]._visible_customers(customer.ids, company)
        known = bool(visible)
        return {
            "external_id": facts["external_id"],
            "known": known,
            "partner_id": known and customer.id,
            "interaction_id": known and interaction.id,
        }
