from . import customer_value_line
from . import customer_worth_source
from . import customer_worth_report
from . import customer_slice
