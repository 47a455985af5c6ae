"""Statistics, dates and ranking in plain Python: nothing of Odoo is imported here."""
