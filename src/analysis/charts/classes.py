"""Classes of a colour scale: round limits that tell the values apart as evenly as they can."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING

import numpy as np

from ..errors import DataError, unknown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd

#: Classifiers of a part of the values, meant for thousands of them.
SAMPLED = ("FisherJenksSampled", "JenksCaspallSampled")


def limits_of(values: pd.Series, classes: int, scheme: str | None = None) -> list[float]:
    """Limits of the classes from the lowest to the highest, round numbers unless a scheme is named.

    A value on an inner limit belongs to the class above it.

    Raises
    ------
    DataError
        For a scheme that mapclassify does not have, that needs more than the number of classes, or that cannot divide
        these values.
    """
    values = values.dropna()
    if values.empty or classes == 1 or values.nunique() == 1:
        return [float(values.min()), float(values.max())] if len(values) else []
    if scheme is not None:
        return _by_scheme(values, classes, scheme)
    return max(
        _candidates(float(values.min()), float(values.max()), classes), key=lambda limits: _evenness(values, limits)
    )


def own_limits(values: pd.Series, given: Sequence[float]) -> list[float]:
    """The caller's limits with open ends, the same for every map that they are given to.

    ``[0.1, 1, 10]`` makes four classes: below 0.1, up to 1, up to 10, and 10 or more; a first limit of zero or less is
    the lower end of the first class.

    Raises
    ------
    DataError
        If they are not finite, rising numbers, or a value lies below a lower end.
    """
    limits = [float(limit) for limit in given]
    if not limits or not all(map(math.isfinite, limits)) or any(b <= a for a, b in itertools.pairwise(limits)):
        raise DataError(
            f"the limits of classes must be finite numbers in rising order, not {list(given)!r}",
            remedy="write them from low to high, such as classes=[0.1, 1, 10]",
        )
    if limits[0] > 0:
        return [-math.inf, *limits, math.inf]
    if (values.dropna() < limits[0]).any():
        raise DataError(
            f"{values.min():.4g} lies below the lowest limit {limits[0]:.4g}", remedy="let the limits begin lower"
        )
    return [*limits, math.inf]


def _by_scheme(values: pd.Series, classes: int, scheme: str) -> list[float]:
    """Limits by a classifier of mapclassify, which counts a value on a limit to the class below: ours lie above."""
    import inspect
    import warnings

    import mapclassify

    if scheme == "UserDefined":
        raise DataError(
            "the scheme 'UserDefined' stands for limits of your own", remedy="pass them as classes=[0.1, 1, 10]"
        )
    if scheme in SAMPLED:
        # They may also search for ever where a sample has fewer values than classes.
        raise DataError(
            f"the scheme {scheme!r} draws limits from a sample, so they depend on chance",
            remedy=f"take {scheme.removesuffix('Sampled')!r}",
        )
    if scheme not in mapclassify.CLASSIFIERS:
        raise unknown("scheme of mapclassify", scheme, mapclassify.CLASSIFIERS)
    classifier = getattr(mapclassify, scheme)
    counted = {"k": classes} if "k" in inspect.signature(classifier).parameters else {}
    # Some draw at random from numpy's own generator, which is put back afterwards.
    state = np.random.get_state()  # noqa: NPY002 - mapclassify's own generator
    np.random.seed(0)  # noqa: NPY002
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            bins = [float(limit) for limit in classifier(values.to_numpy(float), **counted).bins]
    except (ValueError, IndexError, ArithmeticError, RuntimeError) as fault:
        raise DataError(
            f"the scheme {scheme!r} cannot divide these {len(values)} values ({type(fault).__name__}: {fault})",
            remedy="take fewer classes, or limits of your own (classes=[…])",
        ) from None
    finally:
        np.random.set_state(state)  # noqa: NPY002
    least, most = float(values.min()), float(values.max())
    inner = [float(np.nextafter(limit, math.inf)) for limit in dict.fromkeys(bins) if least <= limit < most]
    return [least, *inner, most]


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
