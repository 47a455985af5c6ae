from odoo import fields, models
from odoo.tools import SQL

# Not for the customers themselves, in the portal.
STAFF = "crm_lifecycle.group_lifecycle_user"


class ResPartner(models.Model):
    """Customers and people who asked us to leave them in peace."""

    _inherit = "res.partner"

    lifecycle_do_not_contact = fields.Boolean(
        "Do Not Contact",
        groups=STAFF,
        tracking=True,
        help="No due contact is given a day: with this person, or with the whole customer.",
    )
    lifecycle_no_contact_reason = fields.Char("Because", groups=STAFF, size=250)
    lifecycle_no_contact_until = fields.Date(
        "Until", groups=STAFF, help="Up to and with this day. Empty: until somebody takes it back."
    )

    def _in_peace_sql(self, alias, day):
        """The condition that a row of contacts is left in peace on a day."""
        return SQL(
            """(COALESCE(%(flag)s, FALSE) AND (%(until)s IS NULL OR %(until)s >= %(day)s))""",
            flag=SQL.identifier(alias, "lifecycle_do_not_contact"),
            until=SQL.identifier(alias, "lifecycle_no_contact_until"),
            day=day,
            to_flush=[
                self._fields["lifecycle_do_not_contact"],
                self._fields["lifecycle_no_contact_until"],
            ],
        )
