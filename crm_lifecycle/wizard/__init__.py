from . import workbook_export
from . import customer_worth_export
from . import interaction_log
from . import interaction_recompute
from . import interaction_caller_assign
from . import sales_process_export
