from odoo.addons.web.tests import test_js
from odoo.tests import tagged


@tagged("post_install", "-at_install")
class TestCustomerCardClient(test_js.HOOTCommon):
    """The unit tests of the card's web client (``static/tests``), in a browser."""

    def test_the_card_in_the_browser(self):
        self._test_params = [("+", "@crm_lifecycle")]
        self.browser_js(
            "/web/tests?headless&loglevel=2&preset=desktop&timeout=15000" + self.get_hoot_filters(),
            "",
            "",
            login="admin",
            timeout=300,
            success_signal="[HOOT] Test suite succeeded",
            error_checker=test_js.unit_test_error_checker,
        )
