from . import customer_worth_export
from . import interaction_log
from . import interaction_recompute
from . import interaction_caller_assign
from . import process_setup
from . import crm_lead_put_off
from . import crm_lead_lost
from . import lead_screening
