from . import customer_worth_export
