from . import customer_worth
from . import call
from . import sales_process
from . import retention
from . import bonus
