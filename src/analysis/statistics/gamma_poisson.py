"""Poisson counts whose rates follow a gamma distribution: its fit, and what it says about each rate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Above this shape the rates are taken as equal: their coefficient of variation is below a thousandth.
_EQUAL = 1e6
#: Points over the shrinkage of the average place, and over the mean given the shape.
_SHRINKAGES, _MEANS = 31, 9


class Prior(NamedTuple):
    """A gamma distribution of rates; an infinite shape says that they are all equal."""

    shape: float
    mean: float


def fitted(count: NDArray[Any], size: NDArray[Any]) -> Prior:
    """The gamma distribution by maximum likelihood of negative-binomial counts with means ``mean · size``."""
    from scipy.optimize import brentq

    # In units in which the mean is near one and in one order, so that neither moves a digit.
    order = np.lexsort((size, count))
    count, size = count[order], size[order]
    unit = float(size.sum() / count.sum())
    size = size / unit

    def loss(log_shape: float) -> float:
        shape = float(np.exp(log_shape))
        return -_log_likelihood(count, size, shape, _best_mean(count, size, shape)[0])

    # The profile has one maximum as a rule; a coarse look first finds its neighbourhood.
    grid = np.linspace(np.log(1e-3), np.log(_EQUAL), 43)
    losses = [loss(at) for at in grid]
    at = int(np.argmin(losses))
    low, high = grid[max(at - 1, 0)], grid[min(at + 1, len(grid) - 1)]
    slopes = [_slope(count, size, float(np.exp(end))) for end in (low, high)]
    best = low if losses[at] == losses[0] else high
    if slopes[0] > 0 > slopes[1]:
        best = float(brentq(lambda end: _slope(count, size, float(np.exp(end))), low, high, xtol=1e-14, rtol=1e-14))
    equal = float(count.sum() / size.sum())
    poisson = _log_likelihood(count, size, np.inf, equal)
    if best > np.log(_EQUAL) - 1e-3 or -loss(best) <= poisson + 1e-9:
        return Prior(np.inf, equal / unit)
    shape = float(np.exp(best))
    return Prior(shape, _best_mean(count, size, shape)[0] / unit)


def _slope(count: NDArray[Any], size: NDArray[Any], shape: float) -> float:
    """The derivative of the log-likelihood in the shape, at the mean that fits best for it."""
    from scipy.special import psi

    expected = _best_mean(count, size, shape)[0] * size
    each = psi(shape + count) - psi(shape) - np.log1p(expected / shape) + (expected - count) / (shape + expected)
    return float(each.sum())


def posterior_limits(
    prior: Prior, low: NDArray[Any], high: NDArray[Any], size: NDArray[Any], level: float
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Limits of each rate where the gamma distribution is taken as known."""
    from scipy.special import gammaincinv

    if np.isinf(prior.shape):
        return np.full(len(size), prior.mean), np.full(len(size), prior.mean)
    tail, strength = (1 - level) / 2, size + prior.shape / prior.mean
    return gammaincinv(prior.shape + low, tail) / strength, gammaincinv(prior.shape + high, 1 - tail) / strength


def mixture_limits(
    count: NDArray[Any], size: NDArray[Any], low: NDArray[Any], high: NDArray[Any], level: float
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Limits of each rate over the uncertainty of shape and mean.

    The shrinkage of the average place, α/(α + expected count), is uniform a priori; given the shape the logarithm of
    the mean is integrated about its best value (Gauss–Hermite).
    """
    shapes, means, weights = _plausible(count, size)
    tail = (1 - level) / 2
    return (_quantile(shapes, means, weights, low, size, tail), _quantile(shapes, means, weights, high, size, 1 - tail))


def _plausible(count: NDArray[Any], size: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Shapes and means with their posterior weights."""
    order = np.lexsort((size, count))
    count, size = count[order], size[order]
    average = float(count.sum() / len(count))
    shrinkage = (np.arange(_SHRINKAGES) + 0.5) / _SHRINKAGES
    nodes, node_weights = np.polynomial.hermite_e.hermegauss(_MEANS)
    shapes, means, logs = [], [], []
    for share in shrinkage:
        shape = average * share / (1 - share)
        best, curvature = _best_mean(count, size, shape)
        step = 1 / np.sqrt(curvature)
        for node, weight in zip(nodes, node_weights, strict=True):
            mean = best * np.exp(node * step)
            shapes.append(shape)
            means.append(mean)
            likelihood = _log_likelihood(count, size, shape, mean)
            logs.append(likelihood + np.log(weight) + node**2 / 2 + np.log(step))
    weights = np.exp(np.array(logs) - max(logs))
    kept = weights > 1e-7 * weights.max()
    return np.array(shapes)[kept], np.array(means)[kept], weights[kept] / weights[kept].sum()


def _quantile(
    shapes: NDArray[Any],
    means: NDArray[Any],
    weights: NDArray[Any],
    count: NDArray[Any],
    size: NDArray[Any],
    share: float,
) -> NDArray[Any]:
    """The quantile of each place's mixture of gamma distributions, by bisection of the logarithm and a last secant."""
    from scipy.special import gammainc, gammaincinv

    shape, rate = shapes[:, None] + count, (shapes / means)[:, None] + size
    each = gammaincinv(shape, share) / rate
    low, high = np.maximum(each.min(axis=0), 1e-300), np.maximum(each.max(axis=0), 1e-300)
    for _ in range(40):
        middle = np.sqrt(low * high)
        below = weights @ gammainc(shape, rate * middle) < share
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return np.sqrt(low * high)


def _best_mean(count: NDArray[Any], size: NDArray[Any], shape: float) -> tuple[float, float]:
    """The mean that fits best for a shape, and the curvature of the log-likelihood in its logarithm."""
    log_mean = float(np.log(count.sum() / size.sum()))
    curvature = 1.0
    for _ in range(100):
        expected = np.exp(log_mean) * size
        share = shape / (shape + expected)
        slope = float((share * (count - expected)).sum())
        curvature = float((share * expected * (shape + count) / (shape + expected)).sum())
        step = float(np.clip(slope / curvature, -1.0, 1.0))
        log_mean += step
        if abs(step) < 1e-12:
            break
    return float(np.exp(log_mean)), curvature


def _log_likelihood(count: NDArray[Any], size: NDArray[Any], shape: float, mean: float) -> float:
    from scipy.special import gammaln, xlogy

    expected = mean * size
    if np.isinf(shape):
        return float((xlogy(count, expected) - expected - gammaln(count + 1)).sum())
    each = gammaln(shape + count) - gammaln(shape) - gammaln(count + 1)
    each = each - shape * np.log1p(expected / shape) + xlogy(count, expected) - count * np.log(shape + expected)
    return float(each.sum())
