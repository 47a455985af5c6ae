from . import segment_group
from . import segment_membership
from . import segment_source
from . import segment_rule
from . import segment_run
from . import segment_preview
from . import res_partner_category
from . import res_partner
