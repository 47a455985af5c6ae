from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL
from odoo.tools.misc import clean_context

from ..models.retention.touchpoint import OPEN

PEOPLE = ("contact_id", "successor_id", "joins_id")
KINDS = [
    ("person", "A Person of the Customer"),
    ("new", "Somebody New"),
    ("find", "To Be Found"),
]


class CrmContactLeave(models.TransientModel):
    """A contact person leaves a customer: who follows, what moves, and where the person goes.

    Open activities on the person, open leads and due contacts go to the successor, or to the
    customer itself while nobody is found. The person's contact stays with the customer,
    archived, and so does what was said; at another company the person gets a new contact.
    """

    _name = "crm.contact.leave"
    _description = "Contact Person Leaves"
    _inherit = ["crm.customer.mixin"]

    company_id = fields.Many2one(default=lambda self: self.env.company, index=False)
    contact_id = fields.Many2one("res.partner", "Person", required=True)
    date = fields.Date("Until", required=True, default=fields.Date.context_today)
    reason = fields.Char("Why", size=250)
    successor_kind = fields.Selection(KINDS, "Successor", required=True, default="person")
    successor_id = fields.Many2one("res.partner", "Followed by")
    successor_name = fields.Char("Name of the Successor")
    successor_email = fields.Char("E-mail of the Successor")
    joins_id = fields.Many2one("res.partner", "Goes to")
    joins_name = fields.Char("Goes to a New Company")

    def _compute_display_name(self):
        for leave in self:
            leave.display_name = self.env._("Contact Person Leaves")

    # ------------------------------------------------------------------ guards
    @api.model_create_multi
    def create(self, vals_list):
        default = self.default_get(list(PEOPLE))
        named = {vals.get(name, default.get(name)) for vals in vals_list for name in PEOPLE}
        self._check_customers(named)
        return super().create([self._with_customer(vals, default) for vals in vals_list])

    def write(self, vals):
        self._check_customers({vals.get(name) for name in PEOPLE})
        return super().write(vals)

    @api.model
    def _with_customer(self, vals, default):
        """The values with the customer whose person it is."""
        person = self.env["res.partner"].browse(vals.get("contact_id", default.get("contact_id")))
        customer = person.sudo().commercial_partner_id
        return {**vals, "partner_id": customer.id} if customer else vals

    @api.onchange(*PEOPLE)
    def _onchange_people(self):
        """Take back people that the user may not see."""
        for name in PEOPLE:
            if self[name] and not self._visible_customers(self[name].ids):
                self[name] = False
        self._take_customer_of_contact()

    def _check_leaves(self):
        """Refuse what does not fit together.

        :raises UserError: says what to do next
        """
        customer = self.contact_id.commercial_partner_id
        if customer != self.partner_id or customer == self.contact_id:
            raise UserError(self.env._("Only a person of a company leaves it. Open the person."))
        if not self.contact_id.active:
            raise UserError(self.env._("This person has left already."))
        if self.successor_kind == "person" and not self._is_successor():
            raise UserError(
                self.env._(
                    "Choose another person of this customer, or say that one is to be found."
                )
            )
        if self.successor_kind == "new" and not (self.successor_name or "").strip():
            raise UserError(self.env._("Name the successor, or say that one is to be found."))
        if self.joins_id.commercial_partner_id == customer:
            raise UserError(self.env._("Choose another company for the person to go to."))

    def _is_successor(self):
        person = self.successor_id
        same = person.commercial_partner_id == self.partner_id
        return bool(person) and same and person not in (self.contact_id | self.partner_id)

    # ------------------------------------------------------------------ doing it
    def action_leave(self):
        """Let the person leave.

        :raises AccessError: when the person is not the user's to see and edit
        :raises UserError: when what was filled in does not fit together
        """
        self.ensure_one()
        self.check_access("write")
        # What filled the dialog is not what new contacts and activities start with.
        leave = self.with_env(self.env(context=clean_context(self.env.context)))
        leave._check_customers((leave.contact_id | leave.successor_id | leave.joins_id).ids)
        leave.contact_id.check_access("write")
        leave._check_leaves()
        successor = leave._successor()
        joined = leave._joined()
        leave._move(successor or leave.partner_id)
        leave._keep_former(successor, joined)
        if not successor:
            leave._ask_for_successor()
        leave.contact_id.active = False
        return leave.partner_id._get_records_action()

    def _successor(self):
        """The person that follows, made where they are new; none when one is to be found."""
        if self.successor_kind == "person":
            return self.successor_id
        if self.successor_kind == "find":
            return self.env["res.partner"]
        return self.env["res.partner"].create(
            {
                "name": self.successor_name.strip(),
                "email": self.successor_email,
                "function": self.contact_id.function,
                "parent_id": self.contact_id.parent_id.id,
                "type": "contact",
            }
        )

    def _joined(self):
        """The person's contact at the company they go to, where one was named.

        Of the person only: neither the old company's address nor what was kept on the customer.
        """
        company, name = self.joins_id, (self.joins_name or "").strip()
        if not company and not name:
            return company
        partners = self.env["res.partner"]
        if not company:
            company = partners.create({"name": name, "is_company": True})
        person = self.contact_id
        return partners.create(
            {
                "name": person.name,
                "lang": person.lang,
                "parent_id": company.id,
                "type": "contact",
            }
        )

    def _move(self, successor):
        """Activities on the person, open leads and due contacts go to the successor."""
        person = self.contact_id
        activities = self.env["mail.activity"].sudo()
        on_person = [("res_model", "=", "res.partner"), ("res_id", "=", person.id)]
        activities.search(on_person).write({"res_id": successor.id})
        leads = self.env["crm.lead"].sudo()
        open_leads = [("partner_id", "=", person.id), ("won_status", "=", "pending")]
        leads.search(open_leads).write({"partner_id": successor.id})
        due = self.env["crm.touchpoint"].sudo()
        open_due = [("contact_id", "=", person.id), ("state", "in", OPEN)]
        due.search(open_due).write({"contact_id": successor.id})

    def _keep_former(self, successor, joined):
        """Write down that the person was there, and the event where there is a type for it."""
        person = self.contact_id
        former = self.env["crm.contact.former"].sudo()
        row = former.create(
            {
                "partner_id": self.partner_id.id,
                "company_id": self.company_id.id,
                "contact_id": person.id,
                "name": person.name or person.email or self.env._("Contact"),
                "function": person.function,
                "date_from": self._known_since(),
                "date_to": self.date,
                "reason": self.reason,
                "successor_id": successor.id,
                "joined_id": joined.id,
            }
        )
        kind = self.env["crm.customer.event.type"].sudo()
        kind = kind.search([("code", "=", "contact_left")], limit=1)
        if kind:
            self.env["crm.customer.event"].sudo().create(
                {
                    "partner_id": self.partner_id.id,
                    "company_id": self.company_id.id,
                    "type_id": kind.id,
                    "date": self.date,
                    "note": row._note(),
                }
            )

    def _known_since(self):
        """The day of the first contact with the person, or on which they were entered."""
        [(first,)] = self.env.execute_query(
            SQL(
                "SELECT MIN(date) FROM crm_interaction WHERE contact_id = %s",
                self.contact_id.id,
                to_flush=self.env["crm.interaction"]._fields["contact_id"],
            )
        )
        entered = self.contact_id.create_date
        return min(first or entered, entered).date()

    def _ask_for_successor(self):
        """A to-do for the account manager: find out who follows."""
        customer = self.partner_id.sudo()
        manager = customer.own_account_manager_id or customer.user_id
        customer.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=self.env._("Find out who follows %(person)s", person=self.contact_id.name),
            user_id=(manager if manager.active else self.env.user).id or self.env.uid,
        )
