from odoo import api, models

PEOPLE = 5
SOON_DAYS = 14
MINUTES = 60


class CrmCustomerCard(models.AbstractModel):
    """Who they are, and what they are worth."""

    _inherit = "crm.customer.card"

    # ------------------------------------------------------------------ who they are
    @api.model
    def _card_identity(self, partner):
        """Name, ways to reach them, who looks after them."""
        customer = partner.commercial_partner_id
        return {
            "name": partner.name or partner.display_name,
            "image": f"/web/image/res.partner/{partner.id}/avatar_128",
            "is_company": partner.is_company,
            "archived": not partner.active,
            "function": partner.function or "",
            "company": self._card_company(partner),
            "phone": partner.phone or "",
            "email": partner.email or "",
            "address": self._card_address(partner),
            "language": self._card_language(partner),
            "tags": self._card_tags(partner | customer),
            "hours": self._card_hours(partner),
            **self._card_keepers(customer),
            "birthday": self._card_birthday(partner),
            "do_not_contact": self._card_do_not_contact(partner),
            "people": self._card_people(partner),
        }

    @api.model
    def _card_company(self, partner):
        """The company a person is at, as far as the viewer may read it."""
        parent = partner.parent_id._filtered_access("read")
        return {"id": parent.id, "name": parent.display_name} if parent else False

    @api.model
    def _card_keepers(self, customer):
        """Who looks after them; the salesperson only where it is somebody else."""
        # Names stand beside every link of Odoo's, also where the user is not to be read.
        manager = customer.account_manager_id.sudo()
        salesperson = customer.user_id.sudo() - manager
        return {"account_manager": manager.name or "", "salesperson": salesperson.name or ""}

    @api.model
    def _card_address(self, partner):
        parts = (partner.street, partner.zip, partner.city, partner.country_id.name)
        return ", ".join(part for part in parts if part)

    @api.model
    def _card_language(self, partner):
        return dict(self.env["res.lang"].get_installed()).get(partner.lang, "")

    @api.model
    def _card_tags(self, partners):
        tags = partners.category_id._filtered_access("read")
        return [{"id": tag.id, "name": tag.name, "color": tag.color} for tag in tags]

    @api.model
    def _card_people(self, partner):
        """The first persons at a company, with their phones."""
        people = self.env["res.partner"].search_fetch(
            [("parent_id", "=", partner.id), ("type", "=", "contact")],
            ["name", "function", "phone", "email"],
            limit=PEOPLE,
            order="id",
        )
        return [
            {
                "id": person.id,
                "name": person.name or "",
                "function": person.function or "",
                "phone": person.phone or "",
            }
            for person in people
        ]

    @api.model
    def _may_read(self, partner, name):
        """Whether a field is there, and the viewer's to read."""
        field = partner._fields.get(name)
        return bool(field) and partner._has_field_access(field, "read")

    @api.model
    def _card_birthday(self, partner):
        """A birthday today or in the next two weeks: its days from now, else False."""
        if not self._may_read(partner, "days_to_birthday"):
            return False
        if not self._may_read(partner, "birth_date") or not partner.birth_date:
            return False
        days = partner.days_to_birthday
        return {"days": days} if days is not False and 0 <= days <= SOON_DAYS else False

    @api.model
    def _card_do_not_contact(self, partner):
        """Ways in which the customer does not want to be contacted, as words."""
        ways = []
        if self._may_read(partner, "do_not_contact_channel_ids"):
            ways += partner.do_not_contact_channel_ids.mapped("name")
        if self._may_read(partner, "is_blacklisted") and partner.is_blacklisted:
            ways.append(self.env._("mass mailings"))
        return ways

    @api.model
    def _card_hours(self, partner):
        """The hours in which they like to be called, as text; empty when not known."""
        names = ("preferred_hour_from", "preferred_hour_to")
        if not all(self._may_read(partner, name) for name in names):
            return ""
        first, last = (partner[name] for name in names)
        return f"{self._hour(first)}-{self._hour(last)}" if first or last else ""

    @api.model
    def _hour(self, hours):
        minutes = round(hours * MINUTES)
        return f"{minutes // MINUTES:02}:{minutes % MINUTES:02}"

    # ------------------------------------------------------------------ what they are worth
    @api.model
    def _card_worth(self, partner):
        """Figures of the customer's row, and how they moved since the last month's end."""
        value = self._customer_row(partner)
        if not value:
            return None
        history = self._card_history(partner)
        return {
            "currency_id": self.env.company.currency_id.id,
            "phase": self._label(value, "phase"),
            "tier": value.tier or "",
            "health": self._label(value, "health"),
            "health_key": value.health or "",
            "worth": value.value_period,
            "revenue": value.revenue_period,
            "service_cost": value.service_cost_period,
            "overdue": value.overdue_amount,
            "days_late": value.days_late,
            "last_purchase": value.last_purchase_date and str(value.last_purchase_date),
            "history": [*history, value.value_period] if history else [],
            "change": value.value_period - history[-1] if history else False,
        }

    @api.model
    def _card_history(self, partner):
        """The worth at the last twelve month ends, oldest first."""
        rows = self.env["crm.customer.value.snapshot"]._read_group(
            [
                ("partner_id", "=", partner.commercial_partner_id.id),
                ("company_id", "=", self.env.company.id),
                ("date", ">", "today -13m"),
            ],
            ["date:month"],
            ["value_period:sum"],
        )
        return [worth for _month, worth in rows]
