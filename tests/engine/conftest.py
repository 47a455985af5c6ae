"""The engine is tested without Odoo: its package is put on the path by itself."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "crm_lifecycle"))
