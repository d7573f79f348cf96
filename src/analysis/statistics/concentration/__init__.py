"""Concentration: how unevenly a total is spread over places, with the uncertainty of rounding and of chance.

All indexes are those of the *published* places: what was not published is not in them (see
`concentration_bounds` for what it could change).

*Rounding*: the least and the greatest value that an index takes while each count moves within its own interval.
All indexes here rise with inequality (they are Schur-convex) and do not depend on the unit. So the least value
stands on a curve with one parameter, every count as near to a common level as its interval allows, and the
greatest in a corner of the box of intervals. *Chance*: a parametric bootstrap, each count redrawn from Poisson's
distribution about itself; how far it strays is then added at either side, so that a wider rounding interval
never gives a narrower result.
"""

from .indexes import concentration, gini, herfindahl, lorenz, theil, top_share
from .pareto import pareto_tail
from .sentences import facts
from .unpublished import concentration_bounds

__all__ = [
    "concentration",
    "concentration_bounds",
    "facts",
    "gini",
    "herfindahl",
    "lorenz",
    "pareto_tail",
    "theil",
    "top_share",
]
