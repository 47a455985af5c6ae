"""The engine is tested without Odoo: its package is put on the path by itself."""

import sys
from pathlib import Path

from hypothesis import HealthCheck, settings

sys.path.insert(0, str(Path(__file__).parents[2] / "crm_lifecycle"))

# A busy machine is no failure: what is tested is the result, never the time.
settings.register_profile("ours", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("ours")
