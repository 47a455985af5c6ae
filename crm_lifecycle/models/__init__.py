from . import value
from . import interaction
from . import segment
