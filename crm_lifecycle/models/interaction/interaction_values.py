from math import isfinite

from odoo import api, models
from odoo.exceptions import AccessError, ValidationError

LINKS = ("partner_id", "contact_id", "company_id", "user_id", "channel_id", "product_id", "res_id")
TEXTS = ("summary", "said", "learned", "complaint_answer", "recording_url")
LARGEST_ID = 2**31 - 1
COSTS = ("cost", "fixed_cost", "hourly_cost")


class CrmInteraction(models.Model):
    """What may come in from outside: values of their kind, and nothing that is the server's.

    Odoo answers a list for an id, or a zero byte in a text, with a failure of its own.
    """

    _inherit = "crm.interaction"

    @api.model_create_multi
    def create(self, vals_list):
        self._check_values(vals_list)
        for vals in vals_list:
            self._check_person(vals)
        return super().create([self._without_costs(vals) for vals in vals_list])

    def write(self, vals):
        self._check_values([vals])
        if any(interaction.user_id.id != vals.get("user_id") for interaction in self.sudo()):
            self._check_person(vals)
        return super().write(self._without_costs(vals))

    @api.model
    def _without_costs(self, vals):
        """Values without what a contact costs, which its rates and minutes decide."""
        if self.env.su:
            return vals
        return {name: value for name, value in vals.items() if name not in COSTS}

    @api.model
    def _check_person(self, vals):
        """Only who sees all customers logs the contacts of others.

        The cost of a colleague's hour could be found out by logging one.

        :raises AccessError: when somebody else does
        """
        if self.env.su or vals.get("user_id", self.env.uid) in (self.env.uid, False, None):
            return
        if not self.env.user.has_group("crm_lifecycle.group_lifecycle_analyst"):
            raise AccessError(
                self.env._("You log your own contacts. An analyst or manager logs those of others.")
            )

    @api.model
    def _check_values(self, vals_list):
        """Refuse what is no number, no id or no text where one belongs.

        :raises ValidationError: naming the field
        """
        for vals in vals_list:
            checks = (("minutes", self._is_number), *((name, self._is_id) for name in LINKS))
            checks += tuple((name, self._is_text) for name in TEXTS)
            for name, check in checks:
                if vals.get(name) not in (None, False) and not check(vals[name]):
                    label = self._fields[name]._description_string(self.env)
                    raise ValidationError(
                        self.env._("%(field)s: this cannot be stored.", field=label)
                    )

    @api.model
    def _is_number(self, value):
        return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)

    @api.model
    def _is_id(self, value):
        if isinstance(value, models.BaseModel):
            value = value.id
        whole = isinstance(value, int) and not isinstance(value, bool)
        return whole and 0 < value <= LARGEST_ID

    @api.model
    def _is_text(self, value):
        if not isinstance(value, str) or "\x00" in value:
            return False
        return not any("\ud800" <= letter <= "\udfff" for letter in value)
