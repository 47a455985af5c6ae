import unicodedata
from urllib.parse import quote

from odoo import http
from odoo.http import request

from ..models.interaction.interaction_call import USER
from ..models.interaction.interaction_number import MAX_NUMBER

WAIT = [("Retry-After", "60")]


class CallController(http.Controller):
    """``/lifecycle/call?number=...``: what a telephone opens when it rings."""

    @http.route("/lifecycle/call", type="http", auth="user", methods=["GET"])
    def call(self, number="", **_others):
        """Lead the browser to the card of whose number it is.

        303 to the customer's card; a page with the choice, where several visible customers
        share the number; 303 to a new contact with the number filled in, for an unknown number
        and for a customer whom the user may not see. Sentences: 403 without a role in
        Lifecycle, and for what no person opened (an image in a foreign page), 400 without a
        number, 429 after too many look-ups.
        """
        # Old browsers, and telephones that are none, do not say.
        opened = request.httprequest.headers.get("Sec-Fetch-Mode", "navigate") == "navigate"
        if not opened or not request.env.user.has_group(USER):
            return _sentence(self.env._("You may not look up telephone numbers."), 403)
        number = _clean(number)
        if not number:
            return _sentence(self.env._("Give a telephone number: /lifecycle/call?number=..."), 400)
        company = request.env.company
        contacts = request.env["crm.interaction.lookup"]._look_up(number, company)
        if contacts is None:
            text = self.env._("You have looked up too many numbers. Try again in a minute.")
            return _sentence(text, 429, WAIT)
        return self._answer(number, contacts)

    def _answer(self, number, contacts):
        whose = request.env["crm.interaction.number"]._whose(contacts)
        if whose:
            return request.redirect(f"/odoo/customer-card/{whose[0]}", code=303)
        if contacts:
            partners = request.env["res.partner"].browse(contact for contact, _owner in contacts)
            return request.render("crm_lifecycle.call_choice", {"partners": partners.sudo()})
        # In front of the number stands a word: the web client makes 050... a number, 50...
        # And it takes a plus for a plus, so a blank is written %20.
        caller = quote(f"tel:{number}", safe="")
        return request.redirect(f"/odoo/new-caller?caller={caller}", code=303)


def _clean(number):
    """The number as one line that can be shown and stored; empty when it is none."""
    # A plus that was not encoded arrives as a blank.
    if number.startswith(" ") and number.strip()[:1].isdigit():
        number = "+" + number.strip()
    kept = (char for char in number if unicodedata.category(char)[0] != "C")
    number = "".join(kept).strip()
    return number if len(number) <= MAX_NUMBER else ""


def _sentence(text, status, headers=()):
    plain = [("Content-Type", "text/plain; charset=utf-8"), ("X-Content-Type-Options", "nosniff")]
    return request.make_response(text, headers=[*plain, *headers], status=status)
