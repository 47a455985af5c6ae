from . import crm_stage
from . import stage_passage
from . import stage_passage_moved
from . import crm_lead_phase
from . import crm_lead_move
from . import crm_lead_merge
from . import utm_campaign
