"""The panel's places with their outlines, for maps of a reader's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..errors import DataError
from ..frames import plain
from .geography import world

if TYPE_CHECKING:
    import geopandas
    import pandas as pd

#: Equal Earth, Greenwich: areas are true, so that a shaded map does not mislead by size.
CRS = "EPSG:8857"


def shapes(frame: pd.DataFrame) -> geopandas.GeoDataFrame:
    """The rows of a frame with the outlines of their places: a choropleth, a join or a file of your own.

    Parameters
    ----------
    frame
        Rows with a column ``iso3``, one or more a place: of the panel, of rates, of any statistic.

    Returns
    -------
    geopandas.GeoDataFrame
        The same rows and columns with ``geometry``: the outline in metres on the Equal Earth plane (EPSG:8857; use
        ``to_crs(4326)`` for degrees), simplified for a map of the world. It is missing where a place has no outline:
        the world itself, groups of countries.

    Raises
    ------
    DataError
        If there is no column ``iso3``.

    Examples
    --------
    >>> import analysis as ex
    >>> studied = ex.preferred(ex.panel(surveys=["greenbone-2019-09"]))
    >>> drawn = ex.shapes(studied[studied["measure"] == "servers_exposed"])
    >>> drawn.crs.name, int(drawn["geometry"].notna().sum())
    ('WGS 84 / Equal Earth Greenwich', 13)
    """
    import geopandas
    import shapely

    frame = plain(frame)
    if "iso3" not in frame:
        raise DataError(
            "no row of the table says which place it describes", remedy="keep the column iso3", column="iso3"
        )
    boundaries = world()
    rings = np.split(boundaries.vertices * 100.0, boundaries.rings[1:-1])
    outlines: dict[str, shapely.Geometry] = {}
    for code, first, last in zip(
        boundaries.iso3.tolist(), boundaries.features[:-1], boundaries.features[1:], strict=True
    ):
        # A ring inside of another is a hole, or a place inside of the hole.
        drawn = shapely.build_area(shapely.multilinestrings(list(map(shapely.linestrings, rings[first:last]))))
        outlines[code] = shapely.union(outlines[code], drawn) if code in outlines else drawn
    geometry = frame["iso3"].astype("object").map(lambda code: outlines.get(code) if isinstance(code, str) else None)
    return geopandas.GeoDataFrame(frame, geometry=geopandas.GeoSeries(geometry, index=frame.index, crs=CRS))
