from odoo import api, fields, models
from odoo.exceptions import UserError

# All countries, and some to spare.
OPTIONS = 300
ANSWER_MINUTES = 0
FRESH_HOURS = 12
NUMBERS = ("integer", "float")


class CrmCustomerCard(models.AbstractModel):
    """What to tell the customer, and what to ask; and what becomes of the answer."""

    _inherit = "crm.customer.card"

    # ------------------------------------------------------------------ what to say
    @api.model
    def _card_tell(self, partner):
        return [{"id": prompt.id, "text": prompt.name} for prompt in self._tells(partner)]

    @api.model
    def _card_ask(self, partner):
        return [self._question(prompt, partner) for prompt in self._asks(partner)]

    @api.model
    def _prompts(self, partner):
        value = self._customer_row(partner)
        return self.env["crm.card.prompt"]._of_customer(partner, value, self._today())

    @api.model
    def _tells(self, partner):
        """What this customer should hear and has not heard lately."""
        tells = self._prompts(partner).filtered(lambda prompt: prompt.kind == "tell")
        answers = self.env["crm.card.answer"]
        customer = partner.commercial_partner_id
        return tells - answers._told(customer, tells, fields.Datetime.now())

    @api.model
    def _asks(self, partner):
        """What we do not know and the viewer may write down."""
        asks = self._prompts(partner).filtered(lambda prompt: prompt.kind == "ask")
        by_field = asks.filtered(lambda prompt: prompt.asked == "field")
        unknown = by_field.filtered(lambda prompt: self._is_unknown(partner, prompt.field_name))
        unknown -= self._answered_zero(partner, unknown)
        satisfaction = asks - by_field
        if satisfaction and self.env["crm.interaction"].has_access("create"):
            age = self._satisfaction_age(partner)
            unknown |= satisfaction.filtered(lambda p: age is None or age >= p.older_days)
        return asks & unknown

    @api.model
    def _is_unknown(self, partner, name):
        """Whether a field is empty, and the viewer's to fill."""
        field = partner._fields.get(name)
        allowed = name in self.env["crm.card.prompt"]._askable_fields()
        if not field or not allowed or not partner.has_access("write"):
            return False
        may = all(partner._has_field_access(field, right) for right in ("read", "write"))
        return may and not partner[name]

    @api.model
    def _answered_zero(self, partner, prompts):
        """Questions for numbers that were answered: zero is an answer too, such as midnight."""
        numbers = prompts.filtered(lambda p: partner._fields[p.field_name].type in NUMBERS)
        if not numbers:
            return numbers
        customer = partner.commercial_partner_id
        rows = self.env["crm.card.answer"]._read_group(
            [("partner_id", "=", customer.id), ("prompt_id", "in", numbers.ids)], ["prompt_id"]
        )
        return numbers.browse(prompt.id for (prompt,) in rows)

    @api.model
    def _satisfaction_age(self, partner):
        """Days since the customer last said how satisfied they are; None when never."""
        last = self.env["crm.interaction"].search_fetch(
            [
                ("partner_id", "=", partner.commercial_partner_id.id),
                ("satisfaction", "!=", False),
            ],
            ["date"],
            limit=1,
        )
        return (fields.Datetime.now() - last.date).days if last else None

    # ------------------------------------------------------------------ how to answer
    @api.model
    def _question(self, prompt, partner):
        """A question with the kind of input it takes."""
        return {"id": prompt.id, "text": prompt.name, **self._input(prompt, partner)}

    @api.model
    def _input(self, prompt, partner):
        if prompt.asked == "satisfaction":
            field = self.env["crm.interaction"]._fields["satisfaction"]
            return {"type": "selection", "options": self._options(field, partner)}
        field = partner._fields[prompt.field_name]
        return {"type": field.type, "options": self._options(field, partner)}

    @api.model
    def _options(self, field, partner):
        """What can be chosen for a field, as pairs; an empty list where one writes."""
        if field.type == "selection":
            return [list(option) for option in field._description_selection(self.env)]
        if field.type in ("many2one", "many2many"):
            records = self.env[field.comodel_name]
            if records.has_access("read"):
                domain = self._choice_domain(field, partner)
                found = records.name_search(domain=domain, limit=OPTIONS)
                return self._nearest_first(field, [list(pair) for pair in found])
        return []

    @api.model
    def _choice_domain(self, field, partner):
        """Which records can be chosen. Override where there are too many for a list."""
        if field.comodel_name == "res.country.state" and partner.country_id:
            return [("country_id", "=", partner.country_id.id)]
        return []

    @api.model
    def _nearest_first(self, field, options):
        """The company's own country goes before the others."""
        if field.comodel_name != "res.country":
            return options
        return sorted(options, key=lambda option: option[0] != self.env.company.country_id.id)

    # ------------------------------------------------------------------ the answer
    @api.model
    def answer(self, partner_id=None, prompt_id=None, value=None):
        """Note that a sentence was told, or write down the answer to a question.

        :param int partner_id: the contact whose card it is
        :param int prompt_id: one of the sentences on that card now
        :param value: the answer as JSON: text, number, ISO date, key of a selection, id or list
            of ids; nothing for what was told
        :return: the card as it is then, or False as ``read_card``
        :raises UserError: when the value does not fit, or the question is not open (any more)
        :raises AccessError: for who has no part in Lifecycle, or may not edit the contact
        """
        partner = self._card_partner(partner_id)
        if not partner:
            return False
        prompt = self.env["crm.card.prompt"].browse(prompt_id if type(prompt_id) is int else [])
        if prompt & self._tells(partner):
            self._remember(partner, prompt)
        elif prompt & self._asks(partner):
            self._take_answer(partner, prompt, value)
            self._remember(partner, prompt)
        else:
            raise UserError(
                self.env._("This is told or answered already. Reload the card to see what is open.")
            )
        return self._card(partner)

    @api.model
    def _take_answer(self, partner, prompt, value):
        if prompt.asked == "satisfaction":
            self._note_satisfaction(partner, value)
            return
        field = partner._fields[prompt.field_name]
        answer = self.env["crm.card.value"]._to_write(field, value)
        partner.write({field.name: answer})

    @api.model
    def _remember(self, partner, prompt):
        """Keep who told or asked, and when."""
        # As superuser: people tick what is on their card, and write no rows of their own.
        self.env["crm.card.answer"].sudo().create(
            {
                "partner_id": partner.commercial_partner_id.id,
                "company_id": self.env.company.id,
                "prompt_id": prompt.id,
                "user_id": self.env.uid,
            }
        )

    # ------------------------------------------------------------------ satisfaction
    @api.model
    def _note_satisfaction(self, partner, value):
        """Put it on the viewer's contact of these hours, or log one of no minutes for it."""
        interactions = self.env["crm.interaction"]
        value = self.env["crm.card.value"]._to_write(interactions._fields["satisfaction"], value)
        since = fields.Datetime.subtract(fields.Datetime.now(), hours=FRESH_HOURS)
        current = interactions.search(
            [
                ("partner_id", "=", partner.commercial_partner_id.id),
                ("company_id", "=", self.env.company.id),
                ("user_id", "=", self.env.uid),
                ("date", ">=", since),
                ("satisfaction", "=", False),
                # A complaint's is what the customer says of its answer.
                ("is_complaint", "=", False),
            ],
            limit=1,
        )
        if current:
            current.satisfaction = value
            return
        asked = interactions.create(self._prepare_satisfaction(partner, value))
        # It was said in a contact that is logged by itself, at its own cost. As superuser: the
        # rates of a contact are nobody's to write.
        asked.sudo().fixed_cost = 0

    @api.model
    def _prepare_satisfaction(self, partner, value):
        """The values of a contact that is nothing but the answer."""
        channels = self.env["crm.interaction.channel"]
        channel = channels._of_kind("call") or channels.search([], limit=1)
        if not channel:
            raise UserError(self.env._("Ask a manager to set up a channel of contacts first."))
        return {
            "partner_id": partner.commercial_partner_id.id,
            "contact_id": partner.id,
            "channel_id": channel.id,
            "direction": "out",
            "minutes": ANSWER_MINUTES,
            "summary": self.env._("Asked how satisfied they are"),
            "satisfaction": value,
        }
