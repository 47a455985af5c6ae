from . import customer_worth
