"""Counts of places as chance might have made them: a parametric bootstrap."""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from ...errors import DataError
from ...meaning import checked_level
from ..comparable_places import checked_places
from ..result import Record, result
from ..uncertainty import by_chance, common_occurrence, dispersion_of, limits_in_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import pandas as pd

COLUMNS = ["index", "value", "low", "high", "method", "level"]

#: From this mean on a Poisson quantile is taken from the normal one with its correction for skewness.
_MANY = 50


class Counts:
    """Counts in an order that neither rows nor names decide, and how an index of them may vary."""

    def __init__(
        self,
        frame: Any,
        by: str | None = None,
        *,
        limits: str | None = None,
        level: float = 0.95,
        draws: int = 5000,
        seed: int = 1,
    ) -> None:
        self.frame, self.warnings = checked_places(frame)
        checked_options(level, draws)
        self.level, self.draws, self.seed, self.by = level, draws, seed, by
        self.spread = dispersion_of(self.frame) or 1.0
        self.chance = bool(by_chance(self.frame, limits).all())
        self.words = limits_in_words(self.frame, self.chance, limits)
        self.occurrence = common_occurrence(self.frame)
        columns = [self.frame[column].to_numpy(float) for column in ("high", "low", "value")]
        groups = np.zeros(len(self.frame), dtype=int) if by is None else _groups(self.frame, by)
        order = np.lexsort([groups, *columns])
        self.high, self.low, self.value = (column[order] for column in columns)
        self.groups = groups[order]
        if limits == "chance":
            self.low = self.high = self.value
        if not self.value.any():
            raise DataError(
                "all counts are zero: there is nothing to be concentrated",
                remedy="choose another measure",
                column="value",
            )

    @property
    def word(self) -> str:
        """What limits made of all counts are limits of: a rounded count among exact ones brings rounding in."""
        return max(set(self.words.tolist()), key=("exact", "chance", "rounding", "both").index)

    @property
    def method(self) -> str:
        """The method by which the limits were computed."""
        if not self.chance:
            return "rounding only"
        return "Poisson bootstrap" if (self.words == "chance").all() else "rounding and Poisson bootstrap"

    @cached_property
    def drawn(self) -> np.ndarray:
        """Counts as chance might have made them: one row per repetition, without those in which nothing is left."""
        drawn = _poisson(self.value / self.spread, self.draws, self.seed)
        some = drawn.any(axis=1)
        return drawn if some.all() else drawn[some]

    @cached_property
    def ordered(self) -> np.ndarray:
        """The drawn counts of each repetition in ascending order."""
        return np.sort(self.drawn, axis=1)

    def interval(
        self, value: Any, box: tuple[Any, Any], drawn: np.ndarray | None, floor: Any, ceiling: Any
    ) -> tuple[Any, Any]:
        """The ends of rounding, widened by what chance adds at either side."""
        low, high = np.minimum(box[0], value), np.maximum(box[1], value)
        if drawn is not None and len(drawn):
            below, above = np.quantile(drawn, [(1 - self.level) / 2, (1 + self.level) / 2], axis=0)
            # Noise makes counts look more unequal than they are: the distance above holds for both sides, and the
            # larger one counts.
            strayed = np.maximum(above - value, value - below)
            low, high = low - strayed, high + strayed
        return np.clip(low, floor, value), np.clip(high, value, ceiling)

    def row(
        self,
        index: str,
        value: float,
        box: tuple[float, float],
        drawn: Callable[[], np.ndarray],
        floor: float,
        ceiling: float,
    ) -> dict[str, Any]:
        """One index with its limits, as a row of the result."""
        low, high = self.interval(value, box, drawn() if self.chance else None, min(floor, value), max(ceiling, value))
        return dict(
            zip(
                COLUMNS,
                [index, value, float(low), float(high), self.method, self.level if self.chance else float("nan")],
                strict=True,
            )
        )

    def result(
        self, found: pd.DataFrame, function: str, warnings: Iterable[str] = (), **parameters: Any
    ) -> pd.DataFrame:
        """The table as a result of this family."""
        given = {} if self.by is None else {"by": self.by}
        return result(
            found.assign(places=len(self.frame), **given),
            f"concentration.{function}",
            of=self.frame,
            method=self.method,
            level=self.level if self.chance else None,
            limits=None if "limits" in found else self.word,
            occurrence=self.occurrence,
            record=Record(
                seed=self.seed if self.chance else None,
                warnings=[
                    *self.warnings,
                    "Published places only: what was not published is not counted in.",
                    *warnings,
                ],
                parameters={"draws": self.draws} | parameters if self.chance else parameters,
            ),
        )


def _groups(frame: pd.DataFrame, by: str) -> np.ndarray:
    """The number of each place's group."""
    if by not in frame:
        raise DataError(
            f"places are to be grouped by {by!r}, but the table has no such column", remedy="add it", column=by
        )
    if frame[by].isna().any():
        place = frame.loc[frame[by].isna(), "iso3"].iloc[0]
        raise DataError(f"{place} has no {by}", remedy="fill it in, or leave the place out", column=by)
    return np.unique(frame[by].to_numpy(str), return_inverse=True)[1]


def checked_options(level: float, draws: int) -> None:
    """Refuse a level that is not one, and too few repetitions."""
    checked_level(level)
    if draws < 200:
        raise DataError(f"{draws} draws are too few for an interval", remedy="take 1000 or more", draws=draws)


def _poisson(mean: np.ndarray, size: int, seed: int) -> np.ndarray:
    """``size`` rows of Poisson counts with these means, in single precision.

    Each count is the quantile at one of 65,536 equally likely points: a table for each mean, much quicker than a
    generator a number, and as good for limits at the usual levels.
    """
    points = 1 << 16
    at = np.random.default_rng(seed).integers(0, points, (len(mean), size), dtype=np.uint16)
    drawn = np.empty((len(mean), size), dtype=np.float32)
    many = mean >= _MANY
    normal, skew = _normal(points)
    for row, one in enumerate(mean):
        if many[row]:
            counts = normal.take(at[row])
            counts *= np.float32(np.sqrt(one))
            counts += skew.take(at[row])
            counts += np.float32(one)
            np.rint(counts, out=drawn[row])
        else:
            drawn[row] = _quantiles(one, points).take(at[row])
    return np.ascontiguousarray(drawn.T)


@lru_cache(maxsize=1)
def _normal(points: int) -> tuple[np.ndarray, np.ndarray]:
    """Normal quantiles at equally likely points, and what skewness adds (first terms of Cornish and Fisher)."""
    from scipy.special import ndtri

    z = ndtri((np.arange(points) + 0.5) / points)
    return z.astype(np.float32), ((z * z - 1) / 6).astype(np.float32)


@lru_cache(maxsize=128)
def _quantiles(mean: float, points: int) -> np.ndarray:
    """The quantiles of Poisson's distribution at so many equally likely points."""
    from scipy.special import pdtr

    counts = np.arange(int(mean + 8 * np.sqrt(mean)) + 12, dtype=np.float32)
    upto = np.rint(pdtr(counts, mean) * points).astype(int)
    upto[-1] = points
    return np.repeat(counts, np.diff(upto, prepend=0))
