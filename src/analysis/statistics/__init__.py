"""Statistics on plain frames; every result carries its method, level and uncertainty."""

from .change import change, gone_and_new
from .ranking import rank_probabilities, rank_sets, top_set
from .rates import byar, garwood, limits, mid_p, rate_difference, rate_ratio, rates, score

__all__ = [
    "byar",
    "change",
    "garwood",
    "gone_and_new",
    "limits",
    "mid_p",
    "rank_probabilities",
    "rank_sets",
    "rate_difference",
    "rate_ratio",
    "rates",
    "score",
    "top_set",
]
