from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..value.customer_value import HEALTH, PHASES, TIERS

KINDS = [("tell", "Tell"), ("ask", "Ask")]
ASKED = [("field", "What a field holds"), ("satisfaction", "How satisfied they are")]
AUDIENCES = [("any", "Everybody"), ("person", "Persons"), ("company", "Companies")]
LONGEST = 500
MOST_DAYS = 3650


class CrmCardPrompt(models.Model):
    """A sentence on the card: what a customer should hear, or what we want to know of them.

    Managers keep them. A prompt is shown to whoever opens the card of a customer it is for:
    empty conditions hold for all customers, several must all hold, of several tags one is
    enough. *Tell* stays away for some days once it was told (``crm.card.answer``). *Ask* is there
    as long as its field is empty, or the last satisfaction is too old.
    """

    _name = "crm.card.prompt"
    _description = "Sentence on the Customer Card"
    _order = "sequence, id"

    name = fields.Char(
        "Sentence", required=True, translate=True, size=LONGEST, help="In the words to say."
    )
    kind = fields.Selection(KINDS, required=True, default="tell")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", index=True, help="Empty: in all companies.")

    # For whom
    audience = fields.Selection(AUDIENCES, "For", required=True, default="any")
    category_ids = fields.Many2many(
        "res.partner.category",
        "crm_card_prompt_category_rel",
        string="Tags",
        help="Segments and tags of which the customer has one. Empty: all customers.",
    )
    phase = fields.Selection(PHASES, help="Empty: all phases.")
    tier = fields.Selection(TIERS, help="Empty: all tiers.")
    health = fields.Selection(HEALTH, help="Empty: whatever the health.")
    date_from = fields.Date("From")
    date_to = fields.Date("Until")

    # Tell
    repeat_days = fields.Integer(
        "Tell Again after (days)", default=90, help="Zero: once told, never again."
    )

    # Ask
    asked = fields.Selection(ASKED, "Asked Is", required=True, default="field")
    field_name = fields.Selection(
        selection="_selection_field_name",
        string="Field",
        help="Asked while it is empty; the answer fills it.",
    )
    older_days = fields.Integer(
        "Ask Again after (days)", default=180, help="How old a satisfaction may be."
    )

    _days_possible = models.Constraint(
        f"CHECK (repeat_days BETWEEN 0 AND {MOST_DAYS} AND older_days BETWEEN 1 AND {MOST_DAYS})",
        "Days are between one and ten years; zero only for what is told once.",
    )
    _dates_in_order = models.Constraint(
        "CHECK (date_from IS NULL OR date_to IS NULL OR date_from <= date_to)",
        "A sentence ends after it begins.",
    )

    @api.constrains("kind", "asked", "field_name")
    def _check_field_name(self):
        askable = {False, *self._askable_fields()}
        for prompt in self:
            if prompt.field_name not in askable:
                raise ValidationError(self.env._("The card does not ask for this field."))
            if prompt.kind == "ask" and prompt.asked == "field" and not prompt.field_name:
                raise ValidationError(self.env._("Choose the field that the question is about."))

    # ------------------------------------------------------------------ fields to ask for
    @api.model
    def _askable_fields(self):
        """Names of the fields of a contact that a card may ask for, and fill.

        Override to let more be asked. What is not installed is not asked. Whatever stands here
        may be written by everybody who sees the customer and may edit contacts.
        """
        return [
            "birth_date",
            "family_status",
            "occupation",
            "interest_ids",
            "preferred_hour_from",
            "preferred_hour_to",
            "lang",
            "function",
            "phone",
            "email",
            "website",
            "street",
            "city",
            "zip",
            "country_id",
            "industry_id",
        ]

    @api.model
    def _selection_field_name(self):
        partner = self.env["res.partner"]
        labels = partner.fields_get(self._askable_fields(), ["string"])
        return [(n, labels[n]["string"] if n in labels else n) for n in self._askable_fields()]

    # ------------------------------------------------------------------ for whom
    @api.model
    def _of_customer(self, partner, value, today):
        """The prompts for a card, in order, whether or not they are told or answered.

        :param partner: the contact whose card it is
        :param value: the customer's row of ``crm.customer.value``, perhaps none
        :param date today: the viewer's day
        """
        prompts = self.search([("company_id", "in", (False, self.env.company.id))])
        return prompts.filtered(lambda prompt: prompt._fits(partner, value, today))

    def _fits(self, partner, value, today):
        """Whether this is for the customer. Override to add a condition."""
        self.ensure_one()
        begun = not self.date_from or self.date_from <= today
        over = self.date_to and self.date_to < today
        figures = all(not self[name] or self[name] == value[name] for name in self._figures())
        return begun and not over and figures and self._fits_contact(partner)

    @api.model
    def _figures(self):
        """Conditions that are figures of the customer's row."""
        return ("phase", "tier", "health")

    def _fits_contact(self, partner):
        if self.audience != "any" and (self.audience == "company") != partner.is_company:
            return False
        tags = partner.category_id | partner.commercial_partner_id.category_id
        return not self.category_ids or bool(self.category_ids & tags)
