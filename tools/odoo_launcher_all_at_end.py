"""Run Odoo's tests with all modules loaded, those too that would run at their module's install.

Odoo runs most tests of an app right after that app was loaded, when the registry has no addon of
ours yet: such a run could not tell whether we break the app. And on an installed database it
fails for columns that later modules made mandatory. Here every test is a post-install one.
"""

import sys

# The folder of this script is not a place to import from.
sys.path.pop(0)

from odoo.cli import main
from odoo.tools import config

# The test framework complains when it is imported before the configuration asks for tests.
config.parse_config(sys.argv[1:])

from odoo.tests import loader  # noqa: E402

make_suite = loader.make_suite


def make_suite_at_end(module_names, position="at_install"):
    """Nothing at install; everything at the end."""
    if position == "at_install":
        return loader.OdooSuite([])
    module_names = list(module_names)
    suites = [make_suite(module_names, position) for position in ("at_install", "post_install")]
    return loader.OdooSuite([test for suite in suites for test in suite])


loader.make_suite = make_suite_at_end
main()
