from collections import defaultdict

from odoo import SUPERUSER_ID, api, models
from odoo.tools import SQL


class CrmInteractionCapture(models.Model):
    """Whom a contact was with: the customer of a document, and who is none of our own."""

    _inherit = "crm.interaction.capture"

    # ------------------------------------------------------------------ documents
    @api.model
    def _document_models(self):
        """On which documents contacts are captured.

        Override to add one: any model with a customer in ``partner_id`` will do.
        """
        return ("res.partner", "crm.lead", "sale.order", "account.move", "stock.picking")

    @api.model
    def _documents(self, keys):
        """The documents that are there and concern customers.

        :param keys: iterable of (model, id)
        :return: dict of (model, id) to record, as superuser
        """
        ids = defaultdict(set)
        for model, res_id in keys:
            if res_id and model in self._document_models():
                ids[model].add(res_id)
        return {
            (model, document.id): document
            for model, res_ids in ids.items()
            for document in self.env[model].sudo().browse(res_ids).exists()
            if self._concerns_customer(document)
        }

    @api.model
    def _concerns_customer(self, document):
        """Whether it is a customer that a document has: no vendor's bills and receipts."""
        if document._name == "account.move":
            return document.is_sale_document(include_receipts=True)
        if document._name == "stock.picking":
            return document.picking_type_code == "outgoing" or document._is_customer_return()
        return True

    @api.model
    def _contact_of(self, document):
        """The person or company that a document is about."""
        return document if document._name == "res.partner" else document.partner_id

    @api.model
    def _document_values(self, document, user=None, default=None):
        """What a contact takes from its document, and where it belongs.

        :param document: what it was about; None or empty where it was about nothing
        :param user: who of us it was; else the document's salesperson
        :param default: the company where neither document nor user has one
        """
        known = document._fields if document else {}
        ours = user or (document.user_id if "user_id" in known else None)
        company = document.company_id if "company_id" in known else None
        company = company or (user and user.company_id) or default or self.env.company
        return {
            "res_model": document._name if document else False,
            "res_id": document.id if document else False,
            "user_id": ours.id if ours and not ours.share else False,
            "company_id": company.id,
        }

    # ------------------------------------------------------------------ people
    @api.model
    def _customer_sql(self):
        """A condition that holds where the contact ``partner`` is none of our own people.

        Our own are the partners of our companies with those below them, employees, and
        whoever may log in behind the portal.
        """
        return SQL(
            """NOT COALESCE(partner.employee, FALSE)
               AND NOT EXISTS (
                   SELECT 1 FROM res_company company
                    WHERE company.partner_id IN (partner.id, partner.commercial_partner_id))
               AND NOT EXISTS (
                   SELECT 1 FROM res_users login
                    WHERE login.partner_id IN (partner.id, partner.commercial_partner_id)
                      AND (NOT login.share OR login.id = %s))""",
            self.env["ir.model.data"]._xmlid_to_res_id("base.public_user"),
            to_flush=self.env["res.partner"]._fields["commercial_partner_id"],
        )

    @api.model
    def _customers_of(self, partners):
        """Which of these contacts are customers.

        :return: dict of contact id to the id of its customer, the commercial partner
        """
        self.env["res.partner"].flush_model(["employee", "commercial_partner_id"])
        self.env["res.users"].flush_model(["partner_id", "share"])
        self.env["res.company"].flush_model(["partner_id"])
        return dict(
            self.env.execute_query(
                SQL(
                    """SELECT partner.id, partner.commercial_partner_id
                         FROM res_partner partner
                        WHERE partner.id = ANY(%s) AND %s""",
                    partners.ids,
                    self._customer_sql(),
                )
            )
        )

    @api.model
    def _users_of(self, partners):
        """The users that these contacts are: dict of contact id to user, of ours only.

        What the system says in its own name is said by nobody.
        """
        users = (
            self.env["res.users"]
            .sudo()
            .with_context(active_test=False)
            .search(
                [
                    ("partner_id", "in", partners.ids),
                    ("share", "=", False),
                    ("id", "!=", SUPERUSER_ID),
                ],
                order="active, id desc",
            )
        )
        return {user.partner_id.id: user for user in users}
