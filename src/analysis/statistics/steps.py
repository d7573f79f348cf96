"""A level that changes at some dates, beside means of the seasons, by least squares."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from .many_tests import adjusted
from .step_chance import dependence, p_of_any, p_of_one

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Length of the blocks in which neighbours stay together: the cube root of the number of points (Künsch 1989).
_ROOT = 1 / 3
#: Up to so many points all pairs of dates are tried.
_EXHAUSTIVE = 1500
_EXCHANGES = 20


class Steps:
    """The model: value = mean of its season + the level of its segment + error.

    Parameters
    ----------
    points
        The values, in order of time.
    season
        Where in its season each lies; means of seasons are estimated if each came twice.
    least
        Points between two dates, at least.
    """

    def __init__(self, points: NDArray[np.float64], season: NDArray[np.int64], least: int) -> None:
        self._points, self._season, self._least = points, season, least
        self._frame = Seasons(season)
        self._rest = self._frame.residuals(points)
        self._whole = float(self._rest @ self._rest)

    def best(self, many: int) -> tuple[int, ...]:
        """The dates of so many changes with the least sum of squares: positions of the first points of new levels."""
        if many == 0:
            return ()
        n = len(self._points)
        if self._frame.seasons == 1:
            return self._by_programming(many)
        if many == 1:
            room = np.arange(self._least, n - self._least + 1)
            return (int(room[_first_best(self._frame.gains(self._rest)[room - 1])]),)
        if many == 2 and n <= _EXHAUSTIVE:
            return self._frame.best_pair(self._rest, self._least)
        starts = [self._by_programming(many), self._grown(self.best(many - 1))]
        return min((self._exchanged(start) for start in starts if start), key=self.rss)

    def rss(self, dates: tuple[int, ...]) -> float:
        """The sum of squares that seasons and levels leave."""
        if not dates:
            return self._whole
        steps = self._frame.steps(dates)
        fitted = np.linalg.lstsq(steps, self._rest, rcond=None)[0]
        rest = self._rest - steps @ fitted
        return float(rest @ rest)

    def bic(self, dates: tuple[int, ...]) -> float:
        """N log(RSS/n) + log(n) (coefficients + dates + 1)."""
        n = len(self._points)
        # A series that is all alike has no spread to measure a change by.
        rss = max(self.rss(dates), 1e-12 * max(float(self._points @ self._points), 1.0))
        return float(n * np.log(rss / n) + np.log(n) * (self._frame.seasons + 2 * len(dates) + 1))

    def levels(
        self, dates: tuple[int, ...], counts: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The level of each segment of some counts without their season, and the error of each step."""
        steps, rest = self._frame.steps(dates), self._frame.residuals(counts)
        fitted = np.linalg.lstsq(steps, rest, rcond=None)[0]
        free = max(len(counts) - self._frame.seasons - len(dates), 1)
        left = rest - steps @ fitted
        covariance = np.linalg.pinv(steps.T @ steps) * float(left @ left) / free
        n = len(counts)
        plain = counts - _indicators(n, dates) @ fitted
        first = float(np.mean([plain[self._season == one].mean() for one in np.unique(self._season)]))
        if self._frame.seasons == 1:
            first = float(plain.mean())
        return first + np.concatenate([[0.0], np.cumsum(fitted)]), np.sqrt(np.diag(covariance))

    def chance(self, dates: tuple[int, ...], draws: int, random: np.random.Generator) -> list[float]:
        """P of each of the dates found, over all dates that were tried: how often noise alone gives one as clear.

        The greater of the p of any step in the whole series and of this one between its neighbours; the latter are
        adjusted for their number.
        """
        steps = np.column_stack([self._frame.design, _indicators(len(self._points), dates)])
        left = self._points - steps @ np.linalg.lstsq(steps, self._points, rcond=None)[0]
        hanging = dependence(left, steps)
        whole = p_of_any(self._rest, self._frame, self._least, hanging, draws, random)
        ends, each = [0, *dates, len(self._points)], []
        for number, at in enumerate(dates):
            rest, frame = self._stretch(dates, at, ends[number], ends[number + 2])
            each.append(p_of_one(rest, frame, at - ends[number], hanging, draws, random))
        return [max(float(p_value), whole) for p_value in adjusted(np.array(each))]

    def interval(
        self,
        dates: tuple[int, ...],
        first: int,
        at: int,
        last: int,
        level: float,
        draws: int,
        random: np.random.Generator,
    ) -> tuple[int, int]:
        """The first and last place of a date, from ``first``, that chance allows between its neighbours."""
        rest, frame = self._stretch(dates, at, first, last)
        n, split = len(rest), at - first
        length = max(1, round(n**_ROOT))
        step = _indicators(n, (split,))
        fitted = np.linalg.lstsq(frame.residuals(step.T).T, rest, rcond=None)[0]
        left = rest - frame.residuals(step.T).T @ fitted
        inflated = left * np.sqrt(n / max(n - frame.seasons - 1, 1))
        drawn = np.concatenate([_blocks(side, draws, length, random) for side in np.split(inflated, [split])], axis=1)
        places = 1 + frame.gains(frame.residuals(drawn + (step @ fitted))).argmax(axis=1)
        low = int(np.quantile(places, (1 - level) / 2, method="lower"))
        high = int(np.quantile(places, (1 + level) / 2, method="higher"))
        return min(low, split), max(high, split)

    def _stretch(self, dates: tuple[int, ...], at: int, first: int, last: int) -> tuple[NDArray[np.float64], Seasons]:
        """What seasons leave of the points between the neighbours of a date, and those seasons."""
        frame = Seasons(self._season[first:last])
        return frame.residuals(self._without_other_steps(dates, at)[first:last]), frame

    def _without_other_steps(self, dates: tuple[int, ...], at: int) -> NDArray[np.float64]:
        """The points less the seasons of the whole series, where the stretch of one date is too short to tell them."""
        ends = [0, *dates, len(self._points)]
        number = dates.index(at)
        first, last = ends[number], ends[number + 2]
        if Seasons(self._season[first:last]).seasons == self._frame.seasons:
            return self._points
        steps = self._frame.steps(dates)
        fitted = np.linalg.lstsq(steps, self._rest, rcond=None)[0]
        level = _indicators(len(self._points), dates) @ fitted
        return np.asarray(self._frame.residuals(self._points - level) + level)

    def _by_programming(self, many: int) -> tuple[int, ...]:
        """The exact dates of the points less the means of their seasons."""
        import ruptures

        search = ruptures.KernelCPD(kernel="linear", min_size=self._least).fit(self._rest[:, None])
        return tuple(int(date) for date in search.predict(n_bkps=many)[:-1])

    def _grown(self, dates: tuple[int, ...]) -> tuple[int, ...]:
        """The dates and the one more that leaves the least; none where there is no room."""
        n = len(self._points)
        ends = np.array([0, *dates, n])
        places = np.flatnonzero((np.abs(np.arange(n)[:, None] - ends) >= self._least).all(axis=1))
        if not len(places):
            return ()
        # What the dates there are leave of the points and of each further step.
        basis = np.linalg.qr(self._frame.steps(dates))[0]
        rest = self._rest - basis @ (basis.T @ self._rest)
        steps = self._every_step[:, places]
        steps = steps - basis @ (basis.T @ steps)
        squares = (steps**2).sum(axis=0)
        gains = np.divide((rest @ steps) ** 2, squares, out=np.zeros(len(places)), where=squares > 1e-9)
        return tuple(sorted((*dates, int(places[_first_best(gains)]))))

    @cached_property
    def _every_step(self) -> NDArray[np.float64]:
        """A step at each place without seasons, in columns."""
        return self._frame.steps(tuple(range(len(self._points))))

    def _exchanged(self, dates: tuple[int, ...]) -> tuple[int, ...]:
        """The dates, each moved in turn to where the least is left, until none moves."""
        for _ in range(_EXCHANGES):
            former = dates
            for date in former:
                others = tuple(one for one in dates if one != date)
                grown = self._grown(others)
                dates = grown if grown and self.rss(grown) < self.rss(dates) else dates
            if dates == former:
                break
        return dates


class Seasons:
    """What is left of vectors, and of steps at every place, when means of seasons (or one mean) are taken out."""

    def __init__(self, season: NDArray[np.int64]) -> None:
        kinds, which, many = np.unique(season, return_inverse=True, return_counts=True)
        if len(kinds) < 2 or many.min() < 2:
            which, many = np.zeros(len(season), dtype=np.int64), np.array([len(season)])
        self.seasons = len(many)
        self.design = np.zeros((len(season), len(many)))
        self.design[np.arange(len(season)), which] = 1
        self._share = self.design / many
        # Of a step at k the points from k on are 1; its squares without seasons.
        after = self.design[::-1].cumsum(axis=0)[::-1][1:]
        self._squares = after.sum(axis=1) - (after**2 / many).sum(axis=1)

    def residuals(self, vectors: NDArray[np.float64]) -> NDArray[np.float64]:
        """Vectors (in rows) less the means of their seasons."""
        return np.asarray(vectors - (vectors @ self._share) @ self.design.T)

    def gains(self, rest: NDArray[np.float64]) -> NDArray[np.float64]:
        """For a step at each place 1 … n − 1, by how much it lowers the sum of squares of residuals (in rows)."""
        sums = rest[..., ::-1].cumsum(axis=-1)[..., ::-1][..., 1:]
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(self._squares > 1e-9, sums**2 / self._squares, 0.0)

    def steps(self, dates: tuple[int, ...]) -> NDArray[np.float64]:
        """The columns of steps at some dates without seasons."""
        return self.residuals(_indicators(len(self.design), dates).T).T

    def best_pair(self, rest: NDArray[np.float64], least: int) -> tuple[int, ...]:
        """The two dates that leave the least, of all pairs far enough apart."""
        places = np.arange(least, len(rest) - least + 1)
        first, second, gain = self._pairs(rest[None, :], places, least)
        at = _first_best(gain[0])
        return int(places[first[at]]), int(places[second[at]])

    def gains_of_pairs(self, rest: NDArray[np.float64], places: NDArray[np.int64], least: int) -> NDArray[np.float64]:
        """For each row by how much the best two of some dates lower the sum of squares; nothing where none fit."""
        gain = self._pairs(rest, places, least)[2]
        return np.asarray(gain.max(axis=1, initial=0.0))

    def _pairs(
        self, rest: NDArray[np.float64], places: NDArray[np.int64], least: int
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
        """All pairs of dates far enough apart, and what steps at both take off the squares of residuals (in rows)."""
        steps = self.steps(tuple(places.tolist()))
        products, own = steps.T @ steps, rest @ steps
        square = np.diag(products)
        first, second = np.triu_indices(len(places), 1)
        apart = places[second] - places[first] >= least
        first, second = first[apart], second[apart]
        between = products[first, second]
        determinant = square[first] * square[second] - between**2
        sure = determinant > 1e-9
        scale = np.where(sure, determinant, np.inf)
        one, other = own[:, first], own[:, second]
        gain = one * one * (square[second] / scale) - one * other * (2 * between / scale)
        gain += other * other * (square[first] / scale)
        gain[:, ~sure] = -np.inf
        return first, second, gain


def _first_best(gain: NDArray[np.float64]) -> int:
    """Where the gain is largest; of dates that are equally good but for rounding the first."""
    return int((gain >= gain.max() * (1 - 1e-9)).argmax())


def _blocks(rest: NDArray[np.float64], draws: int, length: int, random: np.random.Generator) -> NDArray[np.float64]:
    """Residuals of one side redrawn in blocks of neighbours, going round at the end."""
    n = len(rest)
    starts = random.integers(0, n, (draws, -(-n // length)))
    return np.asarray(rest[((starts[:, :, None] + np.arange(length)) % n).reshape(draws, -1)[:, :n]])


def _indicators(n: int, dates: tuple[int, ...]) -> NDArray[np.float64]:
    return (np.arange(n)[:, None] >= np.array(dates)[None, :]).astype(np.float64)
