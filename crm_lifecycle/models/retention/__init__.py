from . import cadence
from . import cadence_step
from . import touchpoint
from . import customer_event_type
from . import customer_event
