"""Exact tests of a rank correlation: how often a random order would go with the covariate so closely."""

from __future__ import annotations

from functools import lru_cache
from itertools import permutations
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

#: Up to so many places Spearman's distribution is counted order by order.
EXACT_SPEARMAN = 13
#: Up to so many places all orders are gone through for Kendall's with ties.
EXACT_KENDALL = 8
#: Random orders where there are too many and ties spoil the series.
DRAWS = 20_000
_SEED = 1


def spearman_p(x: np.ndarray, y: np.ndarray) -> tuple[float, str]:
    """Two-sided p of Spearman's ρ, the share of orders with at least so large a |ρ|, and how it was found.

    Parameters
    ----------
    x, y
        Mid-ranks.

    Returns
    -------
    tuple
        p, and ``exact`` (all orders are counted, ties or not), ``Edgeworth series`` (Best & Roberts 1975, AS 89; R does
        the same above 9) or ``permutation`` (random orders, where more than 13 places have ties).
    """
    a, b = (np.sort(np.round(2 * ranks).astype(np.int64)) for ranks in (x, y))
    if len(x) <= EXACT_SPEARMAN:
        seen = int(np.round(2 * x).astype(np.int64) @ np.round(2 * y).astype(np.int64))
        sums, orders = _sums_of_products(tuple(a.tolist()), tuple(b.tolist()))
        # Integers all through: |n Σab − Σa Σb| at least as large as what was seen.
        far = np.abs(len(x) * sums - a.sum() * b.sum()) >= abs(len(x) * seen - int(a.sum() * b.sum()))
        return float(orders[far].sum() / orders.sum()), "exact"
    if len(np.unique(a)) == len(a) and len(np.unique(b)) == len(b):
        return _edgeworth(len(x), float(((x - y) ** 2).sum())), "Edgeworth series"
    return _drawn(x, y, _products), "permutation"


def kendall_p(x: np.ndarray, y: np.ndarray) -> tuple[float, str]:
    """Two-sided p of Kendall's τ, the share of orders with at least so large a |τ|, and how it was found.

    ``exact`` without ties (Kendall 1970; by scipy) and of up to eight places with ties, else ``permutation``.
    """
    from scipy.stats import kendalltau

    if len(np.unique(x)) == len(x) and len(np.unique(y)) == len(y):
        return float(kendalltau(x, y, method="exact").pvalue), "exact"
    if len(x) <= EXACT_KENDALL:
        orders = np.array(list(permutations(range(len(x)))))
        seen = abs(_concordance(x, y[None, :])[0])
        return float((np.abs(_concordance(x, y[orders])) >= seen).mean()), "exact"
    return _drawn(x, y, _concordance), "permutation"


def _products(x: np.ndarray, orders: np.ndarray) -> np.ndarray:
    """Covariance of the ranks times their number, for each row of ``orders``."""
    return (orders - orders.mean(axis=-1, keepdims=True)) @ (x - x.mean())


def _concordance(x: np.ndarray, orders: np.ndarray) -> np.ndarray:
    """Pairs in the same order less pairs in the other, for each row of ``orders``."""
    first, second = np.triu_indices(len(x), 1)
    return np.sign(orders[:, first] - orders[:, second]) @ np.sign(x[first] - x[second])


def _drawn(x: np.ndarray, y: np.ndarray, statistic: Callable[[np.ndarray, np.ndarray], np.ndarray]) -> float:
    """The share of random orders that go together at least as closely, what was seen counted in."""
    random = np.random.default_rng(_SEED)
    x, y = np.sort(x), y[np.lexsort((y, x))]
    seen, reached = abs(float(statistic(x, y[None, :])[0])), 0
    for _ in range(0, DRAWS, 2000):
        orders = random.permuted(np.tile(np.sort(y), (2000, 1)), axis=1)
        reached += int((np.abs(statistic(x, orders)) >= seen - 1e-9).sum())
    return (reached + 1) / (DRAWS + 1)


@lru_cache(maxsize=32)
def _sums_of_products(a: tuple[int, ...], b: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    """The values that Σ aᵢ b_π(i) can take, and by how many of all orders π.

    Places are filled one after the other; what remains to be counted depends only on which of ``b`` are used up.
    """
    scale = int(np.gcd.reduce(b))
    products = [value // scale for value in b]
    most = int(np.dot(a, products))
    layer = {0: np.eye(1, most + 1, dtype=float)[0]}
    for at, value in enumerate(a):
        following: dict[int, np.ndarray] = {}
        reach = int(np.dot(a[: at + 1], products[-at - 1 :]))
        for used, counted in layer.items():
            for free, other in enumerate(products):
                if used >> free & 1:
                    continue
                key, shift = used | 1 << free, value * other
                if key not in following:
                    following[key] = np.zeros(most + 1)
                following[key][shift : reach + 1] += counted[: reach + 1 - shift]
        layer = following
    orders = next(iter(layer.values()))
    there = orders.nonzero()[0]
    return there * scale, orders[there]


def _edgeworth(n: int, squares: float) -> float:
    """Two-sided p by the Edgeworth series of Σd², with its correction for continuity (Best & Roberts 1975, AS 89)."""
    from math import factorial

    from scipy.special import ndtr

    most = (n**3 - n) / 3
    # Σd² runs over the even numbers from 0 to (n³ − n)/3, symmetric about the middle; the lower tail is taken.
    squares = min(squares, most - squares)
    if 2 * squares >= most:
        return 1.0
    x = (1 - 2 * (squares + 1) / most) * np.sqrt(n - 1)
    terms = [
        (0.2274, 0.2531, 0.1745),
        (-0.0758, 0.1033, 0.3932),
        (0.0, -0.0879, -0.0151),
        (0.0, 0.0072, -0.0831),
        (0.0, 0.0, 0.0131),
        (0.0, 0.0, -4.6e-4),
    ]
    series = sum((c0 + c1 / n + c2 / n**2) * x ** (2 * power + 1) for power, (c0, c1, c2) in enumerate(terms))
    tail = float(series / n / np.exp(x * x / 2) + ndtr(-x))
    # Two orders of all are the closest there are.
    return min(1.0, max(2 * tail, 2 / factorial(n)))
