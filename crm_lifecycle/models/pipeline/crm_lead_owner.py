from odoo import api, models

ALL_LEADS = "sales_team.group_sale_salesman_all_leads"


class CrmLead(models.Model):
    """An enhancement lead is led by the customer's account manager.

    Where nobody is appointed, by the customer's salesperson, and else by who made it. Asked only
    when a lead is made without naming a salesperson; an archived user leads nothing. Who may see
    only their own leads keeps what they make: they could not read it any more.
    """

    _inherit = "crm.lead"

    @api.model_create_multi
    def create(self, vals_list):
        return super().create(self._with_leaders(vals_list))

    @api.onchange("partner_id", "lifecycle_phase")
    def _onchange_leader(self):
        """Show who will lead it, as long as nobody but the creator was chosen."""
        others = self.user_id - self.env.user
        if self._origin or others or not self._gives_leads():
            return
        if self.lifecycle_phase == "enhancement" and self.partner_id:
            key = (self.partner_id._origin.id, self._lifecycle_company().id)
            self.user_id = self._leaders({key}).get(key) or self.user_id

    @api.model
    def _gives_leads(self):
        """Whether the user may still read a lead that somebody else leads."""
        return self.env.su or self.env.user.has_group(ALL_LEADS)

    @api.model
    def _with_leaders(self, vals_list):
        """The values, with a salesperson where they name none and the lead is an enhancement.

        Costs nothing where each lead names its salesperson, or none has a customer.
        """
        places = [place for place, vals in enumerate(vals_list) if self._asks_for_leader(vals)]
        if not places or not self._gives_leads():
            return vals_list
        keys = {place: self._leader_key(vals_list[place]) for place in places}
        enhanced = self._enhanced({keys[place] for place in places}, vals_list, keys)
        leaders = self._leaders({keys[place] for place in enhanced})
        result = list(vals_list)
        for place in enhanced:
            if keys[place] in leaders:
                result[place] = {**result[place], "user_id": leaders[keys[place]]}
        return result

    @api.model
    def _asks_for_leader(self, vals):
        named = "user_id" in vals or self.env.context.get("default_user_id")
        return not named and bool(self._leader_partner(vals))

    @api.model
    def _leader_partner(self, vals):
        """The id of the lead's contact, or False."""
        named = vals.get("partner_id", self.env.context.get("default_partner_id"))
        # In a context, Odoo takes a record as well.
        named = getattr(named, "id", named)
        return named if isinstance(named, int) else False

    @api.model
    def _leader_key(self, vals):
        """The ids of a new lead's contact and company."""
        team = self.env["crm.team"].sudo().browse(vals.get("team_id"))
        company = vals.get("company_id") or team.company_id.id or self.env.company.id
        return self._leader_partner(vals), company

    @api.model
    def _enhanced(self, wanted, vals_list, keys):
        """The places of ``keys`` whose lead is an enhancement: as given, or as was bought."""
        default = self.env.context.get("default_lifecycle_phase")
        phases = {place: vals_list[place].get("lifecycle_phase", default) for place in keys}
        bought = set()
        if not all(phases.values()):
            customers = self._customers_of_contacts(wanted)
            pairs = self._bought(set(customers.values()), {company for _contact, company in wanted})
            bought = {key for key in wanted if (customers[key[0]], key[1]) in pairs}
        return [
            place
            for place, key in keys.items()
            if phases[place] == "enhancement" or (not phases[place] and key in bought)
        ]

    @api.model
    def _customers_of_contacts(self, keys):
        """The customer of each contact of these keys: dict of id to id."""
        contacts = self.env["res.partner"].sudo().browse({contact for contact, _company in keys})
        return {contact.id: contact.commercial_partner_id.id for contact in contacts}

    @api.model
    def _leaders(self, keys):
        """Who leads a lead with these contacts, as far as the user may know.

        :param keys: set of (contact id, company id)
        :return: dict of key to user id, without those that nobody looks after
        """
        customers = self._customers_of_contacts(keys)
        leaders = {}
        for company in {company for _contact, company in keys}:
            partners = self.env["res.partner"].with_company(company)
            mine = {customers[contact] for contact, of in keys if of == company}
            managers = partners._visible_account_managers(list(mine))
            for contact, of in keys:
                if of == company:
                    named = managers.get(customers[contact])
                    leaders[contact, of] = named or self._salesperson(contact, customers)
        users = self.env["res.users"].sudo().browse(set(leaders.values()) - {False, None})
        present = set(users.filtered(lambda user: user.active and not user.share).ids)
        return {key: user for key, user in leaders.items() if user in present}

    @api.model
    def _salesperson(self, contact_id, customers):
        """The salesperson of a contact's customer, where the user may read the customer."""
        customer = self.env["res.partner"].browse(customers[contact_id])
        return customer.user_id.id if customer.has_access("read") else False
