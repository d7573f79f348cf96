"""Segmented regression of counts before and after a date; exact where one side holds no count at all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import DataError
from .lines import GRAINS, Line
from .newey_west import NotEstimableError, default_lags, fitted

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Periods on either side of a date, at least: fewer hold neither a slope nor a season.
LEAST = 8
#: Pairs of sine and cosine for the season: two of a year, as in Bernal et al. (2017); three of a week, which is all
#: that there are.
_PAIRS = {"day": 3, "month": 2, "quarter": 1}
_NAMES = (
    "ratio",
    "ratio_low",
    "ratio_high",
    "slope_before",
    "slope_after",
    "slope_ratio",
    "slope_ratio_low",
    "slope_ratio_high",
    "t",
    "slope_t",
    "p_value",
    "dispersion",
    "lags",
    "free",
)
_NOTHING: dict[str, Any] = dict.fromkeys(_NAMES, np.nan)
REGRESSION, EXACT = "Newey–West", "exact conditional"


class Segmented:
    """The regression of one series, for any date in it.

    Parameters
    ----------
    line
        The series.
    size
        Denominators, one per period.
    other
        Counts of controls, one per period; None without.
    trend, slope
        Whether the series has a slope, and whether it may change at the date.
    season
        Pairs of sine and cosine; None for the usual number.
    lags
        Periods over which errors may be correlated; None for the usual number.
    level
        Confidence level.

    Raises
    ------
    DataError
        For a season that the periods do not have.
    """

    def __init__(
        self,
        line: Line,
        size: NDArray[np.float64],
        other: NDArray[np.float64] | None,
        *,
        trend: bool,
        slope: bool,
        season: int | None,
        lags: int | None,
        level: float,
    ) -> None:
        if slope and not trend:
            raise DataError("a slope that changes needs a trend", remedy="take slope=False, or leave trend out")
        self.line, self.size, self.other, self.lags, self.level = line, size, other, lags, level
        self.trend, self.slope = trend, slope
        self.pairs = _PAIRS.get(line.grain, 0) if season is None else season
        if self.pairs and (line.seasons < 2 or not 0 < self.pairs <= line.seasons // 2):
            raise DataError(
                f"counts by {line.grain} have no season of {self.pairs} pairs",
                remedy="leave season out",
                season=self.pairs,
            )

    def at(self, first: int, end: int, start: int, last: int, steps: Sequence[int]) -> dict[str, Any]:
        """The estimate for a date: its row, with missing numbers where the counts do not determine them.

        Parameters
        ----------
        first, end
            Before the date: the periods from ``first`` to before ``end``.
        start, last
            After it: those from ``start`` to before ``last``.
        steps
            Positions from which on a change of method has a step of its own.
        """
        at = self._counted(np.r_[first:end, start:last])
        after = at >= start
        found: dict[str, Any] = {"before": int((~after).sum()), "after": int(after.sum()), "method": REGRESSION}
        if min(found["before"], found["after"]) and self._one_side_empty(at, after):
            return found | _NOTHING | {"method": EXACT} | self._exact(at, after)
        if min(found["before"], found["after"]) < LEAST:
            return found | _NOTHING
        design = self._design(at, start, last - first, steps)
        free = len(at) - design.shape[1]
        if free < 3 or np.linalg.matrix_rank(design) < design.shape[1]:
            return found | _NOTHING
        lags = default_lags(len(at)) if self.lags is None else self.lags
        other = None if self.other is None else self.other[at]
        try:
            estimate, covariance, dispersion = fitted(self.line.values[at], design, lags, self.size[at], other)
        except NotEstimableError:
            return found | _NOTHING
        return found | self._told(estimate, np.sqrt(np.diag(covariance)), free, dispersion, lags)

    def _counted(self, at: NDArray[np.int64]) -> NDArray[np.int64]:
        known = ~np.isnan(self.line.values[at]) & (self.size[at] > 0)
        if self.other is not None:
            known &= ~np.isnan(self.other[at])
        return at[known]

    def _design(self, at: NDArray[np.int64], start: int, room: int, steps: Sequence[int]) -> NDArray[np.float64]:
        years, after = (at - start) / GRAINS[self.line.grain][1], (at >= start).astype(float)
        columns = [np.ones(len(at)), after]
        columns += [years] if self.trend else []
        columns += [years * after] if self.slope else []
        if self.pairs and room >= 3 * self.line.seasons:
            turn = 2 * np.pi * at / self.line.seasons
            columns += [wave(pair * turn) for pair in range(1, self.pairs + 1) for wave in (np.sin, np.cos)]
        columns += [(at >= step).astype(float) for step in steps]
        return np.column_stack(columns)

    def _told(
        self, estimate: NDArray[np.float64], error: NDArray[np.float64], free: int, dispersion: float, lags: int
    ) -> dict[str, Any]:
        from scipy.special import stdtr, stdtrit

        reach = stdtrit(free, (1 + self.level) / 2)
        limits = np.array([0, -reach, reach])
        level, t = estimate[1] + limits * error[1], estimate[1] / error[1]
        course = estimate[2] if self.trend else np.nan
        turned = [course, *[np.nan] * 3]
        if self.slope:
            turned = [estimate[2] + estimate[3], *(estimate[3] + limits * error[3])]
        told = np.exp([*level, course, *turned])
        slope_t = float(estimate[3] / error[3]) if self.slope else np.nan
        p_value = float(2 * stdtr(free, -abs(t)))
        return dict(zip(_NAMES, [*told.tolist(), float(t), slope_t, p_value, dispersion, lags, free], strict=True))

    def _one_side_empty(self, at: NDArray[np.int64], after: NDArray[np.bool_]) -> bool:
        counts = self.line.values[at]
        sums = counts[~after].sum(), counts[after].sum()
        return bool(min(sums) == 0 < max(sums))

    def _exact(self, at: NDArray[np.int64], after: NDArray[np.bool_]) -> dict[str, Any]:
        """The step between a side with counts and a side without, by the exact conditional distribution.

        Where the counts of the one side vary more than Poisson, their number is divided by that dispersion, which
        widens the limits.
        """
        counts, size = self.line.values[at], self.size[at]
        falls = counts[after].sum() == 0
        side = ~after if falls else after
        dispersion = _dispersion(counts[side], size[side])
        number = counts[side].sum() / max(1.0, dispersion)
        tail = (1 - self.level) / 2
        if self.other is None:
            with_counts, without = size[side].sum(), size[~side].sum()
            # All events fall on one side; the share of the other at which that has the chance of one tail.
            share = -np.expm1(np.log(tail) / number)
            bound = share / (1 - share) * with_counts / without
            p = 2 * (with_counts / (with_counts + without)) ** number
        else:
            bound, p = self._exact_among(at, side, number)
        p = min(1.0, float(p))
        ends = (0.0, 0.0, bound) if falls else (np.inf, 1 / bound if bound else np.inf, np.inf)
        return {
            **dict(zip(("ratio", "ratio_low", "ratio_high"), map(float, ends), strict=True)),
            "t": _deviate(p) * (-1 if falls else 1),
            "p_value": p,
            "dispersion": dispersion,
        }

    def _exact_among(self, at: NDArray[np.int64], side: NDArray[np.bool_], number: float) -> tuple[float, float]:
        """The limit of the ratio of ratios, and p, where the controls have counts (Fisher)."""
        from scipy.stats import hypergeom
        from scipy.stats.contingency import odds_ratio

        if self.other is None:
            raise DataError("there is no control")
        others = self.other[at]
        there, elsewhere = int(others[side].sum()), int(others[~side].sum())
        many = max(1, int(number))
        table = np.array([[0, elsewhere], [many, there]])
        bound = odds_ratio(table, kind="conditional").confidence_interval(self.level).high
        chance = hypergeom(many + there + elsewhere, many, elsewhere).pmf(0)
        return float(bound), float(2 * chance)


def _dispersion(counts: NDArray[np.float64], size: NDArray[np.float64]) -> float:
    """Pearson's χ² over its freedom about a constant rate; 0 counts have none."""
    expected = counts.sum() / size.sum() * size
    return float(((counts - expected) ** 2 / expected).sum() / max(len(counts) - 1, 1))


def _deviate(p: float) -> float:
    """The size of a normal deviate whose two tails are p."""
    from scipy.special import ndtri

    return float(-ndtri(max(p, 1e-300) / 2))
