from . import customer_worth
from . import call
