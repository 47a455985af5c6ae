from . import value
from . import interaction
from . import segment
from . import pipeline
from . import retention
