from . import customer_worth_export
from . import interaction_caller_assign
