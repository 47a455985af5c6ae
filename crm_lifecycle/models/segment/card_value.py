from math import isfinite

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

LONGEST = 2000
MOST_RECORDS = 50


class CrmCardValue(models.AbstractModel):
    """Answers from the card, made into values of fields: what does not fit is a plain sentence.

    A method ``_from_<type>(field, value)`` by type of field; add one to ask for another type.
    """

    _name = "crm.card.value"
    _description = "Answer to a Question of the Card"

    @api.model
    def _to_write(self, field, value):
        """The value to write.

        :param field: of whatever model
        :param value: JSON from a client
        :raises UserError: in words for the one who typed it
        """
        convert = getattr(self, f"_from_{field.type}", None)
        if convert is None:
            raise UserError(self.env._("This cannot be answered from the card."))
        answer = convert(field, value)
        if answer in ("", None) or answer is False:
            raise UserError(self.env._("Write the answer first."))
        return answer

    @api.model
    def _from_char(self, field, value):
        if not isinstance(value, str):
            raise UserError(self.env._("The answer is a text."))
        longest = getattr(field, "size", None) or LONGEST
        text = value.strip()
        if len(text) > longest:
            raise UserError(self.env._("The answer has at most %(count)s letters.", count=longest))
        return text

    @api.model
    def _from_text(self, field, value):
        return self._from_char(field, value)

    @api.model
    def _from_date(self, _field, value):
        try:
            return fields.Date.to_date(value) if isinstance(value, str) else False
        except ValueError as error:
            raise UserError(self.env._("The answer is a date, such as 1980-12-31.")) from error

    @api.model
    def _from_selection(self, field, value):
        if value not in [key for key, _label in field._description_selection(self.env)]:
            raise UserError(self.env._("Choose one of the answers offered."))
        return value

    @api.model
    def _from_float(self, _field, value):
        number = not isinstance(value, bool) and isinstance(value, (int, float))
        if not number or not isfinite(value):
            raise UserError(self.env._("The answer is a number."))
        return value

    @api.model
    def _from_integer(self, field, value):
        number = self._from_float(field, value)
        if number != int(number) or abs(number) >= 2**31:
            raise UserError(self.env._("The answer is a whole number."))
        return int(number)

    @api.model
    def _from_many2one(self, field, value):
        return self._choosable(field, [value]).id

    @api.model
    def _from_many2many(self, field, value):
        records = self._choosable(field, value if isinstance(value, list) else [])
        return [Command.set(records.ids)] if records else False

    @api.model
    def _choosable(self, field, ids):
        """The records of these ids; all of them exist and are the viewer's to read."""
        records = self.env[field.comodel_name]
        if len(ids) > MOST_RECORDS or any(type(one) is not int or one <= 0 for one in ids):
            raise UserError(self.env._("Choose from the answers offered."))
        chosen = records.search([("id", "in", ids)])
        if len(chosen) != len(set(ids)):
            raise UserError(self.env._("Choose from the answers offered."))
        return chosen
