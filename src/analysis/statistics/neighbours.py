"""Which countries lie beside one another: by the borders of the stored boundaries, or by distance."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np

from ..datafolder import reference_file
from ..errors import DataError


def neighbours(places: Iterable[str] | None = None, nearest: int | None = None) -> dict[str, list[str]]:
    """The neighbours of each country, by land border or as the nearest few.

    Parameters
    ----------
    places
        ``iso3`` of the countries that may be neighbours of one another; None for all that have a shape.
    nearest
        None: countries that share a border line of the stored boundaries (Natural Earth 1:50m; a common point is
        not a border). A number k: the k nearest of the places, by great circle between points inside their largest
        parts; at equal distance all of them.

    Returns
    -------
    dict
        Of each place the ``iso3`` of its neighbours, in alphabetical order; an island has none. A country is one shape,
        its overseas departments included: France borders Brazil by Guiana. A place without a shape has no neighbour.

    Raises
    ------
    DataError
        If ``nearest`` is not a number from 1 to one less than the places that have a shape.

    Examples
    --------
    >>> from analysis.statistics import neighbours
    >>> neighbours(["DEU", "FRA", "ESP", "ISL"])
    {'DEU': ['FRA'], 'ESP': ['FRA'], 'FRA': ['DEU', 'ESP'], 'ISL': []}
    """
    borders, anchors = _world(reference_file("boundaries/world.npz"))
    chosen = sorted(anchors) if places is None else sorted(set(places))
    if nearest is None:
        return {code: sorted(borders.get(code, frozenset()) & set(chosen)) for code in chosen}

    shaped = [code for code in chosen if code in anchors]
    if not (isinstance(nearest, int) and 1 <= nearest < len(shaped)):
        raise DataError(
            f"there are no {nearest} nearest of {len(shaped)} places",
            remedy=f"give a whole number from 1 to {max(len(shaped) - 1, 1)}, or more places",
        )
    points = np.array([anchors[code] for code in shaped])
    # The chord through the globe orders pairs as the great circle does.
    chord = np.round(np.linalg.norm(points[:, None] - points[None, :], axis=2), 9)
    np.fill_diagonal(chord, np.inf)
    near = chord <= np.sort(chord, axis=1)[:, [nearest - 1]]
    found = {code: [shaped[at] for at in row.nonzero()[0].tolist()] for code, row in zip(shaped, near, strict=True)}
    return {code: found.get(code, []) for code in chosen}


def adjacency(codes: list[str], chosen: Mapping[str, Iterable[str]] | int | None) -> np.ndarray:
    """1 where the second of two places is a neighbour of the first, else 0.

    Parameters
    ----------
    codes
        ``iso3`` of the places, in order.
    chosen
        None: land borders. A number: so many nearest of the places. Or the neighbours of each place.
    """
    near = chosen if isinstance(chosen, Mapping) else neighbours(codes, chosen)
    sets = [set(near.get(code, ())) - {code} for code in codes]
    return np.array([[other in one for other in codes] for one in sets], dtype=float)


def linked_places(weights: np.ndarray) -> np.ndarray:
    """The numbers of the places that have a neighbour among one another; islands are left out, one after the other."""
    linked = np.arange(len(weights))
    while len(linked) and not (near := weights[np.ix_(linked, linked)].any(axis=1)).all():
        linked = linked[near]
    return linked


@functools.cache
def _world(path: Path) -> tuple[dict[str, frozenset[str]], dict[str, np.ndarray]]:
    """The land borders of each country, and a point of each on the unit sphere; see scripts/make_boundaries.py."""
    from pyproj import Transformer

    with np.load(path, allow_pickle=False) as arrays:
        vertices, rings, features, iso3, area, anchor = (
            arrays[name] for name in ("vertices", "rings", "features", "iso3", "area", "anchor")
        )
    ring = np.repeat(np.arange(len(rings) - 1), np.diff(rings))
    feature = np.repeat(np.arange(len(iso3)), np.diff(features))[ring]
    # Shapes were simplified as one coverage, so that both sides of a border have the same edges.
    inside = ring[:-1] == ring[1:]
    ends = np.stack([vertices[:-1][inside], vertices[1:][inside]], axis=1).astype(np.int64)
    keys = np.sort(ends[:, :, 0] * 10**7 + ends[:, :, 1], axis=1)
    order = np.lexsort((feature[:-1][inside], keys[:, 1], keys[:, 0]))
    keys, sides = keys[order], feature[:-1][inside][order]
    shared = (keys[:-1] == keys[1:]).all(axis=1)
    borders: dict[str, set[str]] = {}
    for one, other in zip(iso3[sides[:-1][shared]].tolist(), iso3[sides[1:][shared]].tolist(), strict=True):
        if one and other and one != other:
            borders.setdefault(one, set()).add(other)
            borders.setdefault(other, set()).add(one)
    to_degrees = Transformer.from_crs("EPSG:8857", "EPSG:4326", always_xy=True)
    longitude, latitude = np.radians(to_degrees.transform(anchor[:, 0] * 100.0, anchor[:, 1] * 100.0))
    sphere = np.column_stack(
        [np.cos(latitude) * np.cos(longitude), np.cos(latitude) * np.sin(longitude), np.sin(latitude)]
    )
    anchors = {}
    for at in np.argsort(area, kind="stable").tolist():
        if iso3[at]:
            anchors[str(iso3[at])] = sphere[at]
    return {code: frozenset(near) for code, near in borders.items()}, anchors
