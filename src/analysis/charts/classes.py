"""Classes of a colour scale: round limits that tell the values apart as evenly as they can."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from ..errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd


def limits_of(values: pd.Series, classes: int, scheme: str | None = None) -> list[float]:
    """Limits of the classes from the lowest to the highest, round numbers unless a scheme is named."""
    values = values.dropna()
    if values.empty or classes == 1 or values.nunique() == 1:
        return [float(values.min()), float(values.max())] if len(values) else []
    if scheme is not None:
        import mapclassify

        if not hasattr(mapclassify, scheme):
            raise DataError(
                f"mapclassify has no scheme {scheme!r}; take FisherJenks, Quantiles or another of its list."
            )
        bins = getattr(mapclassify, scheme)(values, k=classes).bins
        return [float(values.min()), *dict.fromkeys(float(limit) for limit in bins)]
    return max(
        _candidates(float(values.min()), float(values.max()), classes), key=lambda limits: _evenness(values, limits)
    )


def _candidates(low: float, high: float, classes: int) -> Iterator[list[float]]:
    """Limits made of round numbers: 1, 2, 5, 10 … or 1, 3, 10 … or equal steps, at most ``classes`` apart."""
    if low > 0:
        powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
        for steps in ((1, 2, 5), (1, 3), (1,)):
            marks = [round(step * 10.0**power, 12) for power in powers for step in steps]
            below, above = (
                max((m for m in marks if m <= low), default=low),
                min((m for m in marks if m >= high), default=high),
            )
            inside = [mark for mark in marks if low < mark < high]
            for count in range(min(classes, len(inside) + 1)):
                for start in range(len(inside) - count + 1):
                    yield [below, *inside[start : start + count], above]
    magnitude = 10.0 ** math.floor(math.log10((high - low) / classes))
    for step in (1, 2, 2.5, 5, 10):
        first, last = math.floor(low / (step * magnitude)), math.ceil(high / (step * magnitude))
        if last - first <= classes:
            yield [round(n * step * magnitude, 12) for n in range(first, last + 1)]


def _evenness(values: pd.Series, limits: Sequence[float]) -> float:
    """The entropy of the classes: the more alike their sizes, the more the map tells."""
    counts = np.bincount(np.searchsorted(limits[1:-1], values.to_numpy(), side="right"))
    share = counts[counts > 0] / len(values)
    return round(float(-(share * np.log(share)).sum()), 9)
