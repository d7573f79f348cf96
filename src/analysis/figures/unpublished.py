"""World totals against the sum of the countries that were published, and what is left over."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from .country_names import WORLD
from .denominators import counted_twice
from .fields import text
from .measures import measures
from .preferred import preferred

_UNPUBLISHED = [
    "survey",
    "measure",
    "asset",
    "total",
    "total_low",
    "total_high",
    "published",
    "published_low",
    "published_high",
    "places",
    "rest",
    "rest_low",
    "rest_high",
    "scan_from",
    "scan_to",
]


def unpublished(panel: pd.DataFrame) -> pd.DataFrame:
    """World totals of additive measures against the sum of the countries that were published.

    Parameters
    ----------
    panel
        Rows of :func:`panel`; the preferred figures among them are compared.

    Returns
    -------
    pandas.DataFrame
        One row per total: ``survey, measure, asset``, the total, the sum of the published countries
        and the remainder (``rest``), each with the ends of its interval, ``places`` (how many
        countries are in the sum), ``scan_from`` and ``scan_to``. Ends of sums are sums of ends, so they
        are certain. The rest cannot be below zero; where even its upper end is, total and
        parts contradict each other and the numbers are left as they are. An area that lies inside
        another country of the sum (Réunion in France) is not added, since that country's figure may
        hold it already; the upper end of the sum allows for both.

    Examples
    --------
    >>> import analysis as ex
    >>> rest = ex.unpublished(ex.panel(surveys=["greenbone-2019-09"]))
    >>> rest.query("measure == 'servers_exposed'")[["total", "published", "rest"]].values.tolist()
    [[590.0, 405.0, 185.0]]
    """
    additive = measures()["additive"].to_dict()
    best = preferred(panel)
    columns = ["survey", "measure", "asset", "scan_from", "scan_to", "iso3", "value", "low", "high"]
    groups: dict[tuple[Any, ...], dict[str, tuple[Any, ...]]] = {}
    for *key, iso3, value, low, high in zip(*(best[name].tolist() for name in columns), strict=True):
        if additive.get(key[1]) and text(iso3):
            groups.setdefault(tuple(map(text, key)), {})[iso3] = (value, low, high)
    rows = []
    for (survey, measure, asset, begun, ended), places in groups.items():
        if WORLD not in places:
            continue
        total = places.pop(WORLD)
        inside = set(counted_twice(pd.Series(list(places), dtype="str"))["iso3"]) if places else set()
        value, low, high = (
            math.fsum(ends)
            for ends in zip((0.0, 0.0, 0.0), *(places[one] for one in places if one not in inside), strict=True)
        )
        high = math.fsum([high, *(places[one][2] for one in inside)])
        rest_low, rest_high = total[1] - high, total[2] - low
        if rest_high >= 0:
            rest_low = max(rest_low, 0.0)
        rows.append(
            (
                survey,
                measure,
                asset,
                *total,
                value,
                low,
                high,
                len(places),
                total[0] - value,
                rest_low,
                rest_high,
                begun or None,
                ended or None,
            )
        )
    found = pd.DataFrame(rows, columns=_UNPUBLISHED)
    texts = ["survey", "measure", "asset", "scan_from", "scan_to"]
    return found.astype({**dict.fromkeys(_UNPUBLISHED, "float64"), **dict.fromkeys(texts, "str"), "places": "int64"})
