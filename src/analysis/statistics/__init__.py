"""Statistics on plain frames; every result carries its method, level and uncertainty."""

from .change import change, gone_and_new
from .describing import describe
from .ranking import rank_probabilities, rank_sets, top_set
from .rates import byar, garwood, rate_difference, rate_ratio, rates
from .scenario import assumption, printed_assumption, scenario, tornado
from .small_numbers import funnel, shrink, too_few
from .standardising import directly_standardised, grouped_rates, indirectly_standardised
from .tendency import tendency

__all__ = [
    "assumption", "byar", "change", "describe", "directly_standardised", "funnel", "garwood", "gone_and_new", "grouped_rates", "indirectly_standardised",
    "printed_assumption", "rank_probabilities", "rank_sets", "rate_difference", "rate_ratio", "rates", "scenario", "shrink", "tendency", "too_few", "top_set", "tornado",
]  # fmt: skip
