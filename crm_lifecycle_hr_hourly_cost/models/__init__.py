from . import interaction
