"""Many tests at once: p-values corrected so that a finding among hundreds of places still means something."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import DataError, unknown

if TYPE_CHECKING:
    from numpy.typing import NDArray

CORRECTIONS = ("holm", "benjamini-hochberg")


def adjusted(p: NDArray[Any], correction: str = "holm") -> NDArray[Any]:
    """P-values adjusted for their number; one is rejected at level 1 − α if its adjusted value is at most α.

    Parameters
    ----------
    p
        P-values; the tests along the last axis are one family, every other axis holds families of their own.
    correction
        ``holm``: the chance of even one false finding stays below α, whatever hangs together (Holm 1979,
        Scand. J. Statist. 6, 65–70): p₍ᵢ₎ adjusted is the largest of (m − j + 1) p₍ⱼ₎, j ≤ i. ``benjamini-hochberg``:
        the expected
        share of false findings among all findings stays below α, for tests that are independent or positively dependent
        (Benjamini & Hochberg 1995, J. R. Statist. Soc. B 57, 289–300). Take the first to name places, the second to
        screen.

    Raises
    ------
    DataError
        For an unknown correction, or a p-value that is missing or outside 0…1.
    """
    if correction not in CORRECTIONS:
        raise unknown("correction", correction, CORRECTIONS, correction=correction)
    p = np.asarray(p, dtype=float)
    if not ((p >= 0) & (p <= 1)).all():
        raise DataError("a p-value is missing or lies outside 0…1", remedy="leave out what was not tested")
    if correction == "benjamini-hochberg":
        from scipy.stats import false_discovery_control

        return false_discovery_control(p, axis=-1, method="bh") if p.size else p.copy()
    # statsmodels' Holm takes one family at a time; marginal rank sets need one for each place.
    order = np.argsort(p, axis=-1, kind="stable")
    factor = p.shape[-1] - np.arange(p.shape[-1])
    climbing = np.maximum.accumulate(np.take_along_axis(p, order, -1) * factor, axis=-1)
    result = np.empty_like(p)
    np.put_along_axis(result, order, np.minimum(climbing, 1.0), -1)
    return result
