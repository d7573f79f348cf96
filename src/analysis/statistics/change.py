"""Change between two waves of one programme: ratio and difference with the interval that printing allows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import DataError

if TYPE_CHECKING:
    import pandas as pd


def change(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Compare two waves place by place and measure by measure.

    Parameters
    ----------
    before, after
        Preferred figures of either wave: ``iso3, country, measure, value, low, high`` (and ``figure``).

    Returns
    -------
    pandas.DataFrame
        One row a place and measure that both waves have: both figures, ``difference`` and the relative ``change`` with
        ``_low`` and ``_high`` by interval arithmetic. Chance is not in it: the waves looked at the same servers.
    """
    import numpy as np

    keys = ["iso3", "measure"]
    for wave in (before, after):
        if wave.duplicated(keys).any():
            raise DataError("a wave has two figures for one place and measure; take ex.preferred(panel).")
    columns = [*keys, "country", "figure", "value", "low", "high"]
    both = before[columns].merge(after[columns].drop(columns="country"), on=keys, suffixes=("_before", "_after"), validate="1:1")
    both["difference"] = both["value_after"] - both["value_before"]
    both["difference_low"] = both["low_after"] - both["high_before"]
    both["difference_high"] = both["high_after"] - both["low_before"]
    with np.errstate(divide="ignore", invalid="ignore"):
        both["change"] = both["value_after"] / both["value_before"] - 1
        both["change_low"] = both["low_after"] / both["high_before"] - 1
        both["change_high"] = both["high_after"] / both["low_before"] - 1
    return both.sort_values(keys, ignore_index=True)


def gone_and_new(panel: pd.DataFrame, before: str, after: str) -> pd.DataFrame:
    """The systems that went and that came between two waves, and what is left as the balance.

    Returns
    -------
    pandas.DataFrame
        ``part`` (``before``, ``gone``, ``new``, ``balance``, ``after``), ``value, low, high``, ``figure`` and ``source`` where printed;
        ``after`` is computed, and says so in ``figure``.
    """
    import pandas as pd

    from ..figures.panel import preferred

    world = preferred(panel).query("iso3 == 'WLD'").set_index(["survey", "measure"])
    rows = []
    for part, key in (("before", (before, "servers_exposed")), ("gone", (after, "systems_gone")), ("new", (after, "new_systems"))):
        if key not in world.index:
            raise DataError(f"no world figure for {key[1]} of {key[0]} is published; the balance cannot be given.")
        row = world.loc[key]
        rows.append({"part": part, **{name: row[name] for name in ("value", "low", "high", "figure", "source")}})
    parts = {row["part"]: row for row in rows}
    new, gone, start = parts["new"], parts["gone"], parts["before"]
    balance = {"low": new["low"] - gone["high"], "value": new["value"] - gone["value"], "high": new["high"] - gone["low"]}
    rows.append({"part": "balance", **balance, "figure": "computed", "source": ""})
    rows.append(
        {"part": "after", **{name: start[name] + balance[name] for name in ("value", "low", "high")}, "figure": "computed", "source": ""}
    )
    return pd.DataFrame(rows)
