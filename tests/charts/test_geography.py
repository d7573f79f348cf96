"""Shapes of countries: areas and places as the source's own page and geography state them."""

import subprocess
import sys

import chart_frames as frames
import numpy as np
import pytest

import analysis as ex
from analysis.charts.geography import world
from analysis.charts.page import Box


@pytest.fixture(scope="module")
def shapes():
    """Code -> shapely geometry in metres, as the stored rings say."""
    from shapely import MultiPolygon, Polygon, make_valid, union_all

    stored = world()
    built = {}
    for code, first, last in zip(stored.iso3.tolist(), stored.features[:-1], stored.features[1:], strict=True):
        rings = [100.0 * stored.vertices[stored.rings[n] : stored.rings[n + 1]] for n in range(first, last)]
        # Odd-even, as renderers fill: a hole is a ring inside another.
        shape = MultiPolygon()
        for ring in sorted((make_valid(Polygon(ring)) for ring in rings), key=lambda one: -one.area):
            shape = shape.symmetric_difference(ring)
        built[code] = union_all([built[code], shape]) if code in built else shape
    return built


def plane(longitude, latitude):
    from pyproj import Transformer
    from shapely import Point

    return Point(*Transformer.from_crs("EPSG:4326", "EPSG:8857", always_xy=True).transform(longitude, latitude))


@pytest.mark.parametrize(("code", "square_kilometres"), [("RUS", 16.97e6), ("FJI", 18_338), ("GRL", 2.17e6)])
def test_areas_of_countries_cut_at_the_antimeridian(code, square_kilometres):
    stored = world()
    assert stored.area[stored.iso3 == code].sum() == pytest.approx(square_kilometres, rel=0.001)


@pytest.mark.parametrize(
    ("code", "longitude", "latitude"),
    [
        ("NOR", -8.3, 71.0),  # Jan Mayen: inside "Russia" where the band across the map is not repaired
        ("NOR", 10.7, 60.2),
        ("RUS", -172.5, 66.5),  # Chukotka, east of the antimeridian
        ("CYP", 33.6, 35.3),  # Northern Cyprus
        ("SOM", 45.0, 9.8),  # Somaliland
        ("XKX", 21.0, 42.6),
        ("MAC", 113.56, 22.16),
        ("FRA", -53.0, 4.0),  # French Guiana is drawn with France
        ("TWN", 121.0, 24.0),
    ],
)
def test_places_lie_in_their_country(shapes, code, longitude, latitude):
    # Simplified by up to 15 km: small countries may have lost the point itself.
    assert shapes[code].distance(plane(longitude, latitude)) < 15_000


def test_no_shape_reaches_across_the_map(shapes):
    width = world().vertices[:, 0].max() - world().vertices[:, 0].min()
    for code, shape in shapes.items():
        for part in getattr(shape, "geoms", [shape]):
            assert part.bounds[2] - part.bounds[0] < 0.6 * 100 * width, code


def test_neighbours_keep_one_border(shapes):
    from shapely import coverage_is_valid

    continental = [shapes[code].buffer(0) for code in ("DEU", "FRA", "POL", "AUT", "CZE", "CHE", "BEL")]
    parts = [max(getattr(shape, "geoms", [shape]), key=lambda part: part.area) for shape in continental]
    assert coverage_is_valid(parts)


def test_there_is_no_antarctica_and_every_code_is_known():
    from analysis.datafolder import reference

    codes = world().codes
    assert "ATA" not in codes
    assert codes <= set(reference("countries")["iso3"])
    assert len(codes) == 235


def test_shapes_fit_their_box_and_are_rounded_to_a_tenth():
    box = Box(10, 20, 500, 300)
    for parts in world().paths(world().fitted(box)).values():
        for path in parts:
            low, high = path.vertices.min(axis=0), path.vertices.max(axis=0)
            assert low[0] >= box.x - 0.1
            assert low[1] >= box.y - 0.1
            assert high[0] <= box.right + 0.1
            assert high[1] <= box.bottom + 0.1
            assert np.allclose(path.vertices * 10, np.round(path.vertices * 10), atol=1e-6)


def test_the_stored_file_is_made_from_the_source_beside_it(tmp_path, monkeypatch):
    import importlib.util
    import shutil
    from pathlib import Path

    from analysis.datafolder import data_folder

    script = Path(__file__).parents[2] / "scripts" / "make_boundaries.py"
    spec = importlib.util.spec_from_file_location("make_boundaries", script)
    make = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(make)
    folder = data_folder() / "reference" / "boundaries"
    (tmp_path / "boundaries").mkdir()
    shutil.copy(folder / "countries-50m.json", tmp_path / "boundaries")
    shutil.copy(folder.parent / "countries.csv", tmp_path)
    monkeypatch.setattr(make, "FOLDER", tmp_path / "boundaries")
    make.main()
    with np.load(folder / "world.npz") as stored, np.load(tmp_path / "boundaries" / "world.npz") as made:
        for name in ("iso3", "features"):
            assert (stored[name] == made[name]).all()
        # Other versions of the projection may differ in the last metres.
        assert np.allclose(stored["area"], made["area"], rtol=1e-4)
        assert stored["vertices"].shape == made["vertices"].shape


def test_drawing_a_map_needs_no_geographic_library():
    code = (
        "import sys; sys.path.insert(0, 'tests/charts')\n"
        "import analysis as ex, chart_frames as frames\n"
        "ex.chart.map(frames.rated()).files()\n"
        "import threading\n"
        "heavy = {'geopandas', 'shapely', 'pyproj', 'mapclassify', 'matplotlib.pyplot', 'sklearn'} & set(sys.modules)\n"
        "print(sorted(heavy), threading.active_count())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[] 1"


def test_a_place_that_the_title_names_can_be_found_on_the_map(monkeypatch):
    frames.any_method(monkeypatch)
    for code, named in (("AUT", True), ("USA", False)):
        chart = ex.chart.map(frames.rated(frames.panel({code: 1870, "IND": 2})), size="social")
        name = chart.title.split(": ")[1].split(",")[0]
        assert ([text for text, *_ in chart.layout()].count(name) == 1) is named
