"""The shapes of countries, ready to draw: Equal Earth, simplified, without Antarctica."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..datafolder import data_folder, shipped_folder
from .page import Box

#: Smaller countries (km²) are under two pixels of a map for the web: a dot makes them visible.
NEEDS_DOT = 3_000


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
        """Height of the world by its width."""
        low, high = self.vertices.min(axis=0), self.vertices.max(axis=0)
        return float((high[1] - low[1]) / (high[0] - low[0]))

    def fitted(self, box: Box):
        """A function from the plane to pixels: the whole world, as large as the box allows, centred."""
        low, high = self.vertices.min(axis=0), self.vertices.max(axis=0)
        scale = min(box.width / (high[0] - low[0]), box.height / (high[1] - low[1]))
        middle = (low + high) / 2
        centre = np.array([box.x + box.width / 2, box.y + box.height / 2])
        return lambda points: np.round((points - middle) * (scale, -scale) + centre, 1)

    def paths(self, to_pixels) -> dict[str, list]:
        """Code -> matplotlib paths in pixels, rounded to a tenth; rings that collapse there are left out."""
        from matplotlib.path import Path as Outline

        points = to_pixels(self.vertices)
        kept = np.ones(len(points), bool)
        kept[1:] = (points[1:] != points[:-1]).any(axis=1)
        kept[self.rings[:-1]] = True
        shapes: dict[str, list] = {}
        for code, first, last in zip(self.iso3.tolist(), self.features[:-1], self.features[1:], strict=True):
            parts, steps = [], []
            for ring in range(first, last):
                start, end = self.rings[ring], self.rings[ring + 1]
                part = points[start:end][kept[start:end]]
                if len(part) < 4:
                    continue
                step = np.full(len(part), Outline.LINETO, np.uint8)
                step[0], step[-1] = Outline.MOVETO, Outline.CLOSEPOLY
                parts.append(part)
                steps.append(step)
            if parts:
                shapes.setdefault(code, []).append(Outline(np.concatenate(parts), np.concatenate(steps)))
        return shapes


def world() -> World:
    """The boundaries of the data folder in use, or of the package."""
    own = data_folder() / "reference" / "boundaries" / "world.npz"
    return _read(own if own.exists() else shipped_folder("data") / "reference" / "boundaries" / "world.npz")


@functools.cache
def _read(path: Path) -> World:
    with np.load(path, allow_pickle=False) as arrays:
        return World(**{name: arrays[name] for name in World.__dataclass_fields__})
