"""The outlines of places as a reader's own GeoDataFrame."""

import geopandas
import pandas as pd
import pytest

import analysis as ex

#: Square kilometres with inland water, as the CIA World Factbook and national offices give them; outlines are coarse.
AREAS = {"DEU": 357_022, "BRA": 8_515_770, "ZAF": 1_219_090, "ITA": 301_340, "JPN": 377_915}


def test_rows_keep_their_columns_and_get_outlines_of_the_right_size():
    frame = pd.DataFrame({"iso3": [*AREAS, "WLD"], "value": range(6)})
    found = ex.shapes(frame)
    assert isinstance(found, geopandas.GeoDataFrame) and found.crs.to_epsg() == 8857
    assert found["value"].tolist() == list(range(6))
    area = (found.geometry.area / 1e6).set_axis(found["iso3"])
    for code, known in AREAS.items():
        assert area[code] == pytest.approx(known, rel=0.04), code
    assert found.geometry.isna().tolist() == [False] * 5 + [True]
    assert found.geometry.dropna().is_valid.all()


def test_a_hole_is_a_hole_and_degrees_are_where_the_place_is():
    found = ex.shapes(pd.DataFrame({"iso3": ["ZAF", "LSO"]})).to_crs(4326).set_index("iso3").geometry
    middle = found["LSO"].representative_point()
    assert 27 < middle.x < 30 and -31 < middle.y < -28
    assert not found["ZAF"].contains(middle)


def test_a_table_without_places_is_refused():
    with pytest.raises(ex.DataError, match="keep the column iso3"):
        ex.shapes(pd.DataFrame({"value": [1]}))
