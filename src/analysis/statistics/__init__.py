"""Statistics on plain frames; every result carries its method, level and uncertainty."""

from ..options import with_known_options
from .anomalies import anomalies
from .association import correlate, influence_on_correlation, influence_on_regression, regress
from .before_and_after import before_and_after
from .bounds import bounds, world_total
from .cell_suppression import cell_suppression
from .change import change, gone_and_new
from .change_date import change_date_posterior
from .change_points import change_points
from .concentration import concentration, concentration_bounds, gini, herfindahl, lorenz, pareto_tail, theil, top_share
from .decompose_change import decompose_change
from .decomposition import decompose
from .describing import describe
from .empirical_bayes import empirical_bayes
from .forecast import forecast
from .heaping import heaping
from .inequality_by_rank import concentration_index, slope_index
from .interrupted import interrupted
from .meta_analysis import meta_analysis
from .movers import ranked_changes, top_movers
from .neighbours import neighbours
from .nowcast import nowcast
from .overlap import capture_recapture, conditional_coverage, lower_bound, rogan_gladen, sensitivity, two_lists
from .periods import per_scan
from .plain_words import in_plain_words
from .poisson import byar, garwood, mid_p, score
from .power import equivalence, least_detectable
from .ranking import rank_probabilities, rank_sets, top_set
from .rates import rates
from .revisions import revisions, settled
from .scenario import assumption, assumptions, printed_assumption, scenario, tornado
from .seasonal_trend import seasonal_trend
from .shares import pooled, shares
from .small_numbers import funnel, too_few
from .spatial import local_moran, moran
from .standardising import directly_standardised, grouped_rates, indirectly_standardised
from .theil_sen import theil_sen
from .two_places import rate_difference, rate_ratio
from .two_shares import share_difference, share_ratio
from .unmeasured import e_value

__all__ = [
    "anomalies",
    "assumption",
    "assumptions",
    "before_and_after",
    "bounds",
    "byar",
    "capture_recapture",
    "cell_suppression",
    "change",
    "change_date_posterior",
    "change_points",
    "concentration",
    "concentration_bounds",
    "concentration_index",
    "conditional_coverage",
    "correlate",
    "decompose",
    "decompose_change",
    "describe",
    "directly_standardised",
    "e_value",
    "empirical_bayes",
    "equivalence",
    "forecast",
    "funnel",
    "garwood",
    "gini",
    "gone_and_new",
    "grouped_rates",
    "heaping",
    "herfindahl",
    "in_plain_words",
    "indirectly_standardised",
    "influence_on_correlation",
    "influence_on_regression",
    "interrupted",
    "least_detectable",
    "local_moran",
    "lorenz",
    "lower_bound",
    "meta_analysis",
    "mid_p",
    "moran",
    "neighbours",
    "nowcast",
    "pareto_tail",
    "per_scan",
    "pooled",
    "printed_assumption",
    "rank_probabilities",
    "rank_sets",
    "ranked_changes",
    "rate_difference",
    "rate_ratio",
    "rates",
    "regress",
    "revisions",
    "rogan_gladen",
    "scenario",
    "score",
    "seasonal_trend",
    "sensitivity",
    "settled",
    "share_difference",
    "share_ratio",
    "shares",
    "slope_index",
    "theil",
    "theil_sen",
    "too_few",
    "top_movers",
    "top_set",
    "top_share",
    "tornado",
    "two_lists",
    "world_total",
]

globals().update({name: with_known_options(globals()[name], __name__) for name in __all__})
