"""A database filled by set-based SQL, with rows as Odoo would have stored them."""
