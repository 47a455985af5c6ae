from odoo import api, fields, models
from odoo.fields import Domain

from ..value.res_partner import COMPARE, USER
from .customer_quality_source import VAT_KEY

# Field of the partner: field of crm.customer.quality that it shows for the current company.
SHOWN = {
    "quality_score": "score",
    "quality_issue_ids": "issue_ids",
    "quality_duplicate_count": "duplicate_count",
}
# What the checks read of a contact. A subclass with a check of its own adds to it.
CHECKED = {
    "phone",
    "email",
    "vat",
    "city",
    "country_id",
    "birth_date",
    "is_company",
    "lang",
    "user_id",
    "message_bounce",
    "active",
}


class ResPartner(models.Model):
    """What is missing or doubtful in a customer's data, as far as the viewer may see it.

    Read through ``crm.customer.quality`` as the figures are through ``crm.customer.value``. A
    contact that is no customer, or somebody else's, has no score: it shows 0, and is found by
    no comparison but with nothing.
    """

    _inherit = "res.partner"

    quality_score = fields.Float(
        "Data Quality",
        digits=(5, 2),
        compute="_compute_quality",
        search="_search_quality_score",
        compute_sudo=False,
        groups=USER,
        help="100 where nothing is missing or doubtful.",
    )
    quality_issue_ids = fields.Many2many(
        "crm.quality.check",
        string="Missing or Doubtful",
        compute="_compute_quality",
        search="_search_quality_issue_ids",
        compute_sudo=False,
        groups=USER,
    )
    quality_duplicate_count = fields.Integer(
        "Duplicates", compute="_compute_quality", compute_sudo=False, groups=USER
    )

    # Duplicates are looked up by these, one customer at a time as well; by phone, the index of
    # ``models/interaction/res_partner_phone.py`` serves.
    _email_normalized_idx = models.Index("(email_normalized) WHERE email_normalized IS NOT NULL")
    _vat_key_idx = models.Index(f"({VAT_KEY.format('vat')}) WHERE vat IS NOT NULL")

    @api.depends_context("uid", "company")
    @api.depends("commercial_partner_id")
    def _compute_quality(self):
        rows = self._visible_rows("crm.customer.quality", SHOWN.values())
        none = self.env["crm.customer.quality"]
        for partner in self:
            row = rows.get(partner.commercial_partner_id.id, none)
            for name, column in SHOWN.items():
                partner[name] = row[column]

    def _search_quality(self, name, operator, value):
        """Partners whose customer's row, as far as the user may see it, fits."""
        self._check_field_access(self._fields[name], "read")
        if operator in Domain.NEGATIVE_OPERATORS:
            return NotImplemented
        absent = operator == "in" and (False in value or 0 in value)
        fits = Domain(SHOWN[name], operator, value)
        return self._search_rows("crm.customer.quality", fits, absent)

    def _search_quality_score(self, operator, value):
        return self._search_quality("quality_score", operator, value)

    def _search_quality_issue_ids(self, operator, value):
        if operator in COMPARE:
            return NotImplemented
        return self._search_quality("quality_issue_ids", operator, value)

    # ------------------------------------------------------------------ actions
    def action_check_quality(self):
        """Check the customer's data now.

        :raises AccessError: when the customer is not the user's to see
        """
        self._own_quality()._check_now(self.commercial_partner_id)
        self.invalidate_recordset(list(SHOWN))

    def action_merge_duplicates(self):
        """Open Odoo's merge with the customer and those who may be the same.

        :raises AccessError: without the right to see the customer, or to merge contacts
        """
        self.ensure_one()
        rows = self._own_quality()
        domain = Domain("partner_id", "=", self.commercial_partner_id.id)
        row = rows.search(domain & Domain("company_id", "=", self.env.company.id))
        return row.action_merge_duplicates()

    def _own_quality(self):
        """The model of the rows, for a user who may see these customers."""
        rows = self.env["crm.customer.quality"]
        rows.check_access("read")
        rows._check_customers(self.ids, self.env.company)
        return rows

    # ------------------------------------------------------------------ keeping up
    def write(self, vals):
        result = super().write(vals)
        if not self._checked_fields().isdisjoint(vals):
            self._push_known_customers()
        return result

    @api.model
    def _checked_fields(self):
        """Fields of a contact whose change has its customer checked again, within a minute."""
        return CHECKED

    def _push_known_customers(self):
        """Queue those of these contacts that are customers."""
        rows = (
            self.env["crm.customer.value"]
            .sudo()
            .search_fetch([("partner_id", "in", self.ids)], ["partner_id", "company_id"])
        )
        self.env["crm.customer.value.queue"]._push(
            (row.partner_id.id, row.company_id.id) for row in rows
        )
