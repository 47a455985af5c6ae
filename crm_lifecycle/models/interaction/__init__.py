from . import interaction_channel
from . import interaction_topic
from . import interaction
from . import interaction_rate
from . import res_users
from . import res_partner
from . import base_partner_merge
from . import crm_lead_merge
