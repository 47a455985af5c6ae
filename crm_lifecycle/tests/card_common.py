from .access_common import AccessCommon


class CardCommon(AccessCommon):
    """Builders around the card, and the card as somebody sees it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["crm.card.prompt"].search([]).active = False
        cls.call = cls.env.ref("crm_lifecycle.channel_call")

    def card(self, user, partner):
        partner_id = partner if isinstance(partner, int) else partner.id
        return self.ask(user, "crm.customer.card").read_card(partner_id)

    def sections(self, user, partner):
        return self.card(user, partner)["sections"]

    def item(self, user, partner, key):
        """One kind of open item on the card, or None."""
        items = self.sections(user, partner)["open_items"]
        return next((item for item in items if item["key"] == key), None)

    def talk(self, partner, **vals):
        return (
            self.env["crm.interaction"]
            .with_company(self.company)
            .create({"partner_id": partner.id, "channel_id": self.call.id, **vals})
        )

    def prompt(self, **vals):
        return self.env["crm.card.prompt"].create({"name": "Say this", **vals})
