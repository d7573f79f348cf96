"""Make the boundaries that maps draw, from data/reference/boundaries/countries-50m.json.

Usage: python scripts/make_boundaries.py

The source is world-atlas 2.0.2, TopoJSON made from Natural Earth 1:50m. What is done to it: rings that
cross the antimeridian are cut there, Antarctica is left out, features of one country are joined,
all is projected to Equal Earth and simplified as a coverage, so that neighbours keep one border.
The result, world.npz, holds whole numbers (units of 100 m) and is read without geopandas:

vertices (n, 2)          all rings one after another, each closed
rings                    where each ring begins in vertices, and where the last one ends
features                 where each feature begins in rings, and where the last one ends
iso3, area, anchor       one a feature: its code ("" for none), km², a point inside its largest part
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pyproj
import shapely
from shapely.geometry import MultiPolygon, Polygon, box

FOLDER = Path(__file__).resolve().parents[1] / "data" / "reference" / "boundaries"
SHA256 = "04342cdc1e3016bcd7db1630de95684d67b79fe3c8c460321e87aef469502394"
#: Metres by which a border may move: a third of a pixel on a map 800 pixels wide.
TOLERANCE = 15_000
#: Parts smaller than this (km²) are left out, except the largest part of each country.
SMALLEST_PART = 150
#: Features of the source without an ISO code, or with one that is not theirs alone.
JOINED = {"Kosovo": "XKX", "N. Cyprus": "CYP", "Somaliland": "SOM", "Ashmore and Cartier Is.": "AUS"}
LEFT_OUT = {"Antarctica"}


def rings_of(topology: dict) -> list[tuple[str, str, list[list[np.ndarray]]]]:
    """Name, numeric code and polygons (lists of rings in degrees) of each feature."""
    scale, shift = np.array(topology["transform"]["scale"]), np.array(topology["transform"]["translate"])
    arcs = [np.cumsum(arc, axis=0) * scale + shift for arc in topology["arcs"]]

    def ring(indices: list[int]) -> np.ndarray:
        parts = [arcs[i] if i >= 0 else arcs[~i][::-1] for i in indices]
        return np.concatenate([parts[0], *(part[1:] for part in parts[1:])])

    found = []
    for geometry in topology["objects"]["countries"]["geometries"]:
        polygons = {"Polygon": [geometry.get("arcs")], "MultiPolygon": geometry.get("arcs")}[geometry["type"]]
        rings = [[ring(indices) for indices in polygon] for polygon in polygons]
        found.append((geometry["properties"]["name"], geometry.get("id", ""), rings))
    return found


def repaired(polygons: list[list[np.ndarray]]) -> MultiPolygon:
    """The polygons cut at the antimeridian: unrolled first, then each turn shifted back to ±180."""
    pieces = []
    for rings in polygons:
        unrolled = []
        for ring in rings:
            jumps = np.diff(ring[:, 0])
            turns = np.concatenate([[0], np.cumsum((jumps < -180).astype(int) - (jumps > 180).astype(int))])
            unrolled.append(ring + np.column_stack([360 * turns, np.zeros(len(ring))]))
        whole = shapely.make_valid(Polygon(unrolled[0], unrolled[1:]))
        for turn in (-360, 0, 360):
            piece = shapely.intersection(whole, box(-180 + turn, -90, 180 + turn, 90))
            pieces += [shapely.affinity.translate(part, -turn) for part in areas(piece)]
    return MultiPolygon(areas(shapely.union_all(pieces)))


def areas(geometry) -> list[Polygon]:
    """The polygons in a geometry; lines and points left by a cut are dropped."""
    parts = getattr(geometry, "geoms", [geometry])
    return [part for part in parts if part.geom_type == "Polygon" and not part.is_empty]


def countries() -> dict[str, MultiPolygon]:
    """ISO 3166-1 alpha-3 code (or the name, where there is none) -> shape in degrees."""
    source = (FOLDER / "countries-50m.json").read_bytes()
    if hashlib.sha256(source).hexdigest() != SHA256:
        raise SystemExit("countries-50m.json is not the file of world-atlas 2.0.2")
    table = pd.read_csv(FOLDER.parent / "countries.csv", dtype="str", keep_default_na=False)
    code = {m49: iso3 for m49, iso3 in zip(table["m49"], table["iso3"], strict=True) if m49}
    shapes: dict[str, list[Polygon]] = {}
    for name, number, polygons in rings_of(json.loads(source)):
        if name not in LEFT_OUT:
            key = JOINED.get(name) or code.get(number, name)
            shapes.setdefault(key, []).extend(areas(repaired(polygons)))
    return {key: MultiPolygon(areas(shapely.union_all(parts))) for key, parts in sorted(shapes.items())}


def projected(shape: MultiPolygon) -> MultiPolygon:
    """In Equal Earth metres; long segments are divided first, so that they bend as the parallels do."""
    to_plane = pyproj.Transformer.from_crs("EPSG:4326", "EPSG:8857", always_xy=True)
    return shapely.transform(shapely.segmentize(shape, 2), to_plane.transform, interleaved=False)


def main() -> None:
    plane = {key: projected(shape) for key, shape in countries().items()}
    simple = shapely.coverage_simplify(list(plane.values()), TOLERANCE)
    vertices, rings, features, iso3, area, anchor = [], [0], [0], [], [], []
    for (key, exact), shape in zip(plane.items(), simple, strict=True):
        parts = sorted(areas(shape), key=lambda part: -part.area)
        for part in parts[:1] + [part for part in parts[1:] if part.area > SMALLEST_PART * 1e6]:
            for ring in (part.exterior, *part.interiors):
                points = np.round(np.asarray(ring.coords) / 100).astype("int32")
                vertices.append(points)
                rings.append(rings[-1] + len(points))
        features.append(len(rings) - 1)
        iso3.append(key if len(key) == 3 and key.isupper() else "")
        area.append(exact.area / 1e6)
        point = max(areas(exact), key=lambda part: part.area).representative_point()
        anchor.append((round(point.x / 100), round(point.y / 100)))
    np.savez_compressed(
        FOLDER / "world.npz",
        vertices=np.concatenate(vertices),
        rings=np.array(rings, "int32"),
        features=np.array(features, "int32"),
        iso3=np.array(iso3, "U3"),
        area=np.round(area, 1),
        anchor=np.array(anchor, "int32"),
    )
    print(f"{len(iso3)} features, {len(rings) - 1} rings, {rings[-1]} vertices")


if __name__ == "__main__":
    main()
