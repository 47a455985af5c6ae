"""Run Odoo's command line. Not imported: started as a script, with Odoo on PYTHONPATH."""

import sys

# The folder of this script is not a place to import from.
sys.path.pop(0)

from odoo.cli import main

main()
