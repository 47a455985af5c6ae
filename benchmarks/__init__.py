"""Measurements side by side: the addon beside bare SQL, beside Odoo without it."""
