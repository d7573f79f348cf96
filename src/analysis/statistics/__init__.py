"""Statistics on plain frames; every result carries its method, level and uncertainty."""

from .change import change, gone_and_new
from .ranking import rank_probabilities, rank_sets, top_set
from .rates import byar, garwood, rates

__all__ = ["byar", "change", "garwood", "gone_and_new", "rank_probabilities", "rank_sets", "rates", "top_set"]
