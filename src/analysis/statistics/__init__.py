"""Statistics on plain frames; every result carries its method, level and uncertainty."""

from .change import change, gone_and_new
from .rates import byar, garwood, rates

__all__ = ["byar", "change", "garwood", "gone_and_new", "rates"]
