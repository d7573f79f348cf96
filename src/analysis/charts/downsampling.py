"""Fewer points of a long line that look the same: of each step of time the first, the last, the highest and the lowest.

That is all that a line shows of points that share a pixel (M4; Jugel, Jerzak, Hackenbroich & Markl 2014, PVLDB 7,
797–808).
"""

from __future__ import annotations

import itertools

import numpy as np


def kept(values: np.ndarray, steps: int) -> np.ndarray:
    """Positions of the points to draw, in order.

    Parameters
    ----------
    values
        The values of a line without gaps, evenly spaced.
    steps
        Into how many steps its length is divided; at most four points of each are kept. Fewer points than that are all
        kept.
    """
    n = len(values)
    if n <= 4 * steps:
        return np.arange(n)
    edges = np.linspace(0, n, steps + 1).astype(int)
    spans = list(itertools.pairwise(edges))
    lowest = [begin + int(values[begin:end].argmin()) for begin, end in spans]
    highest = [begin + int(values[begin:end].argmax()) for begin, end in spans]
    return np.unique([*edges[:-1], *(edges[1:] - 1), *lowest, *highest])
