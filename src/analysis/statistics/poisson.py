"""Limits of a Poisson count: exact, mid-P, Byar's and score."""

from __future__ import annotations

import numpy as np

from ..errors import unknown
from ..meaning import checked_level
from .uncertainty import normal_deviate

METHODS = {"exact": "exact Poisson", "byar": "Byar", "mid-p": "mid-P", "score": "score"}


def garwood(count: np.ndarray, level: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
    """Exact Poisson limits of a count (Garwood 1936): the quantiles of two gamma distributions.

    Parameters
    ----------
    count
        Counts, at least 0; they need not be whole (the end of a rounding interval).
    level
        The confidence level, such as 0.95.

    Returns
    -------
    tuple of numpy.ndarray
        The lower and the upper limits.

    Examples
    --------
    >>> import numpy as np
    >>> [one.round(3).tolist() for one in garwood(np.array([0, 10]))]
    [[0.0, 4.795], [3.689, 18.39]]
    """
    from scipy.special import gammaincinv

    count = np.asarray(count, dtype=float)
    tail = (1 - checked_level(level)) / 2
    low = np.where(count > 0, gammaincinv(np.maximum(count, 1e-9), tail), 0.0)
    return low, gammaincinv(count + 1, 1 - tail)


def byar(count: np.ndarray, level: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
    """Byar's approximation of the Poisson limits (Breslow & Day 1987); a negative lower limit is withheld.

    Parameters
    ----------
    count, level
        As for `garwood`.

    Returns
    -------
    tuple of numpy.ndarray
        The lower and the upper limits; a lower one that would be negative is missing.

    Examples
    --------
    >>> import analysis as ex
    >>> [float(end.round(3)) for end in ex.statistics.byar(10)]
    [4.787, 18.391]
    """
    count = np.asarray(count, dtype=float)
    z = normal_deviate(level)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        low = count * (1 - 1 / (9 * count) - z / (3 * np.sqrt(count))) ** 3
    more = count + 1
    high = more * (1 - 1 / (9 * more) + z / (3 * np.sqrt(more))) ** 3
    return np.where(low > 0, low, np.nan), high


def mid_p(count: np.ndarray, level: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
    """Mid-P limits of a count (Lancaster 1961; Cohen & Yang 1994): half of the count's own probability is in the tail.

    Narrower than the exact limits; they cover the level on average, not for each mean.

    Parameters
    ----------
    count, level
        As for `garwood`.

    Returns
    -------
    tuple of numpy.ndarray
        The lower and the upper limits.

    Examples
    --------
    >>> import analysis as ex
    >>> [float(end.round(3)) for end in ex.statistics.mid_p(10)]
    [5.08, 17.825]
    """
    from scipy.optimize.elementwise import find_root
    from scipy.special import gammainc, gammaincc, gammainccinv, gammaincinv

    count = np.asarray(count, dtype=float)
    tail = (1 - checked_level(level)) / 2
    some = np.maximum(count, 1e-9)
    # The half-way tail lies between those of x and of x + 1 events, and so does its root.
    low = find_root(
        lambda mean, x: (gammainc(x, mean) + gammainc(x + 1, mean)) / 2 - tail,
        (gammaincinv(some, tail), gammaincinv(some + 1, tail)),
        args=(some,),
    ).x
    high = find_root(
        lambda mean, x: (gammaincc(x, mean) + gammaincc(x + 1, mean)) / 2 - tail,
        (gammainccinv(some, tail), gammainccinv(some + 1, tail)),
        args=(some,),
    ).x
    return np.where(count > 0, low, 0.0), high


def score(count: np.ndarray, level: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
    """Score limits of a count: the means m with (x − m)² = z² m, which is x + z²/2 ± z √(x + z²/4).

    Parameters
    ----------
    count, level
        As for `garwood`.

    Returns
    -------
    tuple of numpy.ndarray
        The lower and the upper limits.

    Examples
    --------
    >>> import analysis as ex
    >>> [float(end.round(3)) for end in ex.statistics.score(10)]
    [5.432, 18.409]
    """
    count = np.asarray(count, dtype=float)
    z = normal_deviate(level)
    high = count + z**2 / 2 + z * np.sqrt(count + z**2 / 4)
    # The product of both roots is x², which spares the difference of two near numbers.
    return count**2 / high, high


def count_limits(
    count: np.ndarray, method: str = "exact", level: float = 0.95, dispersion: float | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Limits of chance of counts.

    Parameters
    ----------
    count
        Counts, at least 0.
    method
        ``exact`` (`garwood`), ``byar``, ``mid-p`` or ``score``.
    level
        The confidence level.
    dispersion
        Variance over mean, d: the count is then taken for d times a Poisson count, as lots of d come. Its limits are
        d times those of x/d.

    Raises
    ------
    DataError
        If there is no such method, or the level is not between 0 and 1.
    """
    if method not in METHODS:
        raise unknown("method", method, METHODS, method=method)
    spread = dispersion or 1.0
    low, high = {"exact": garwood, "byar": byar, "mid-p": mid_p, "score": score}[method](count / spread, level)
    return low * spread, high * spread
