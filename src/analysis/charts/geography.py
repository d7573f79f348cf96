"""The shapes of countries, ready to draw: Equal Earth, simplified, without Antarctica."""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..datafolder import reference_file

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from .page import Box

#: Smaller countries (km²) are under two pixels of a map for the web: a dot makes them visible.
NEEDS_DOT = 3_000
#: Windows for insets: west, south, east, north in degrees.
WINDOWS = {
    "europe": (-11.0, 35.0, 33.0, 61.0),
    "middle_east": (26.0, 11.0, 62.0, 42.0),
    "east_asia": (100.0, 17.0, 146.0, 46.0),
    "southeast_asia": (92.0, -11.0, 128.0, 23.0),
    "central_america": (-93.0, 6.5, -59.0, 23.5),
    "west_africa": (-18.0, 3.5, 16.0, 20.0),
}


@dataclass(frozen=True)
class World:
    """Vertices in units of 100 m on the Equal Earth plane; see scripts/make_boundaries.py."""

    vertices: np.ndarray
    rings: np.ndarray
    features: np.ndarray
    iso3: np.ndarray
    area: np.ndarray
    anchor: np.ndarray

    @property
    def codes(self) -> set[str]:
        """The countries and territories that have a shape."""
        return set(self.iso3.tolist()) - {""}

    @property
    def aspect(self) -> float:
        """Height of the world divided by its width."""
        low, high = self.vertices.min(axis=0), self.vertices.max(axis=0)
        return float((high[1] - low[1]) / (high[0] - low[0]))

    def fitted(self, box: Box, window: str | None = None) -> Callable[[Any], Any]:
        """A function from the plane to pixels: the world, or a window of it, as large as the box allows, centred."""
        low, high = (self.vertices.min(axis=0), self.vertices.max(axis=0)) if window is None else edges(window)
        scale = min(box.width / (high[0] - low[0]), box.height / (high[1] - low[1]))
        middle = (low + high) / 2
        centre = np.array([box.x + box.width / 2, box.y + box.height / 2])
        return lambda points: np.round((points - middle) * (scale, -scale) + centre, 1)

    def paths(self, to_pixels: Callable[[Any], Any], inside: Box | None = None) -> dict[str, list[Any]]:
        """Code -> matplotlib paths in pixels, to a tenth; rings that collapse or lie all outside are left out."""
        from matplotlib.path import Path as Outline

        points = to_pixels(self.vertices)
        kept = np.ones(len(points), bool)
        kept[1:] = (points[1:] != points[:-1]).any(axis=1)
        kept[self.rings[:-1]] = True
        near: Any = np.ones(len(self.rings) - 1, bool)
        if inside is not None:
            low, high = (function.reduceat(points, self.rings[:-1]) for function in (np.minimum, np.maximum))
            near = (high > (inside.x, inside.y)).all(axis=1) & (low < (inside.right, inside.bottom)).all(axis=1)
        shapes: dict[str, list[Any]] = {}
        for code, first, last in zip(self.iso3.tolist(), self.features[:-1], self.features[1:], strict=True):
            parts, steps = [], []
            for ring in range(first, last):
                start, end = self.rings[ring], self.rings[ring + 1]
                part = points[start:end][kept[start:end]]
                if len(part) < 4 or not near[ring]:
                    continue
                step = np.full(len(part), Outline.LINETO, np.uint8)
                step[0], step[-1] = Outline.MOVETO, Outline.CLOSEPOLY
                parts.append(part)
                steps.append(step)
            if parts:
                shapes.setdefault(code, []).append(Outline(np.concatenate(parts), np.concatenate(steps)))
        return shapes


def edges(window: str) -> tuple[np.ndarray, np.ndarray]:
    """The lower left and the upper right corner of a window on the plane."""
    west, south, east, north = WINDOWS[window]
    degrees = [(x, y) for x in (west, east) for y in (south, (south + north) / 2, north)]
    corners = np.array([equal_earth(*point) for point in degrees])
    return corners.min(axis=0), corners.max(axis=0)


def equal_earth(longitude: float, latitude: float) -> tuple[float, float]:
    """Degrees on the plane, in units of 100 m (Šavrič, Patterson & Jenny 2019, on a sphere of the Earth's surface).

    Good to some kilometres, for windows; the boundaries themselves are projected from the ellipsoid.
    """
    first, second, third, fourth = 1.340264, -0.081106, 0.000893, 0.003796
    angle = math.asin(math.sqrt(3) / 2 * math.sin(math.radians(latitude)))
    slope = first + 3 * second * angle**2 + angle**6 * (7 * third + 9 * fourth * angle**2)
    x = 2 * math.sqrt(3) / 3 * math.radians(longitude) * math.cos(angle) / slope
    y = angle * (first + second * angle**2 + angle**6 * (third + fourth * angle**2))
    return 63_710.072 * x, 63_710.072 * y


def world() -> World:
    """The boundaries of the data folder in use, or of the package."""
    return _read(reference_file("boundaries/world.npz"))


@functools.cache
def _read(path: Path) -> World:
    with np.load(path, allow_pickle=False) as arrays:
        return World(**{name: arrays[name] for name in World.__dataclass_fields__})
