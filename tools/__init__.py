"""The environment: from a bare machine to a running Odoo 19, and the tests on it.

Standard library only, since this runs before anything is installed. Everything that is made
lies in one state folder (`paths`); every step shows itself (`console`), can be interrupted, and
is repeated until it was complete once.

    bin/odoo   -> odoo_cli      Odoo's command line, prepared
    bin/serve  -> serve         the demo
    bin/test   -> testing       all tests, one line at the end
    bin/lint   -> lint          style
    bin/bench  -> bench         figures

Below them: `runtime` (everything Odoo needs, as one value) made of `odoo_source`, `python_env`,
`postgres`, `node_env` and `system_packages`; `databases` (templates and copies); `odoo_log`
(what a run said).
"""
