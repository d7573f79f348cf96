"""What a count is divided by: inhabitants, hospitals, addresses of a country in the survey's year.

The reference tables know each number for some years only. The rule: the year of the survey;
where it is missing, the nearest earlier year, at most three years back; the year used stands
in the result. A number that is missing stays missing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ..datafolder import reference
from ..errors import DataError

if TYPE_CHECKING:
    from collections.abc import Hashable

#: How far back a number may come from, in years.
REACH = 3

#: Inhabitants that an indicator is given for; its own number is value × population / this.
_INHABITANTS = {
    "% of population": 100,
    "per 100 inhabitants": 100,
    "per 1,000 inhabitants": 1_000,
    "per million inhabitants": 1_000_000,
}
_COUNTS = ("addresses", "hospitals")


def denominator(
    iso3: pd.Series,
    year: int | str | pd.Series,
    per: str = "population",
    *,
    nearest: bool = False,
    projected: bool = False,
) -> pd.DataFrame:
    """The number that a count of each country and year is divided by.

    Parameters
    ----------
    iso3
        ISO 3166-1 alpha-3 codes; ``WLD`` is the world. Missing ones stay missing.
    year
        The year of the survey, one for all or a series with the same index; of a date written
        as text (``2019-09``) the year counts.
    per
        ``population`` (inhabitants at mid-year) or an indicator of ``indicators.csv``. One that is
        given per inhabitants becomes the number itself: ``internet_users_pct`` the people who use
        the Internet, ``physicians_per1000`` the physicians.
    nearest
        Where no year within the reach is known, take the nearest known year, earlier or later
        (addresses are known for 2025 and 2026 only).
    projected
        Carry the population on beyond its last year by the growth in the medium projection of
        World Population Prospects 2024: last × projection(year) / projection(last year).

    Returns
    -------
    pandas.DataFrame
        With the index of ``iso3``: ``denominator`` (a number, not per anything),
        ``denominator_year`` and ``denominator_source``; all three missing where nothing is known.

    Raises
    ------
    DataError
        If ``per`` is not known, is an amount of money, or the years do not fit the rows.
    """
    if per == "population":
        found = _as_of(_population(projected), iso3, year, nearest)
        return found.rename(columns=lambda name: name.replace("value", "denominator"))
    unit = _unit(per)
    if unit not in _INHABITANTS and unit not in _COUNTS:
        raise DataError(
            f"'{per}' is given in {unit}, which is not a number of things that a count can be divided by",
            remedy="take it as a covariate, or another denominator",
        )
    found = covariate(iso3, year, per, nearest=nearest)
    found.columns = ["denominator", "denominator_year", "denominator_source"]
    if unit in _INHABITANTS:
        people = _as_of(_population(), iso3, found["denominator_year"], nearest=True)
        found["denominator"] *= people["value"] / _INHABITANTS[unit]
        found["denominator_source"] += " × " + people["value_source"]
        found.loc[found["denominator"].isna()] = pd.NA
    return found


def covariate(iso3: pd.Series, year: int | str | pd.Series, indicator: str, *, nearest: bool = False) -> pd.DataFrame:
    """An indicator of each country and year as published, in the unit of ``indicators.csv``.

    Parameters
    ----------
    iso3, year, nearest
        As in :func:`denominator`; the rule of the year is the same.
    indicator
        An indicator of ``indicators.csv``.

    Returns
    -------
    pandas.DataFrame
        With the index of ``iso3``: ``value``, ``value_year``, ``value_source``.

    Raises
    ------
    DataError
        If the indicator is not known, or the years do not fit the rows.
    """
    _unit(indicator)
    known = reference("covariates")
    return _as_of(known.loc[known["indicator"] == indicator], iso3, year, nearest)


def counted_twice(iso3: pd.Series) -> pd.DataFrame:
    """Which of these areas lie inside another, so that adding their populations would count people twice.

    The World Bank's France, for one, includes Réunion and four more departments that have codes of their own.

    Returns
    -------
    pandas.DataFrame
        One row an area: ``iso3``, and ``inside``, the country that includes it.
    """
    areas = reference("included_areas")
    there = set(iso3.dropna())
    both = areas["iso3"].isin(there) & areas["inside"].isin(there)
    return areas.loc[both, ["iso3", "inside"]].reset_index(drop=True)


def _unit(indicator: str) -> str:
    units = reference("indicators").set_index("indicator")["unit"]
    if indicator not in units.index:
        raise DataError(
            f"'{indicator}' is not a known denominator or indicator",
            remedy=f"take population or one of {', '.join(units.index)}",
        )
    return units[indicator]


def _population(projected: bool = False) -> pd.DataFrame:
    known = reference("population").rename(columns={"population": "value"})
    if not projected:
        return known
    outlook = reference("population_wpp2024").set_index(["iso3", "year"])["population"]
    last = known.sort_values("year", kind="stable").drop_duplicates("iso3", keep="last")
    beyond = last.merge(outlook.rename("later").reset_index(), on="iso3", suffixes=("", "_later"))
    beyond = beyond.loc[beyond["year_later"] > beyond["year"]]
    base = outlook.reindex(pd.MultiIndex.from_frame(beyond[["iso3", "year"]])).to_numpy()
    carried = pd.DataFrame(
        {
            "iso3": beyond["iso3"],
            "year": beyond["year_later"],
            "value": beyond["value"] * (beyond["later"] / base),
            "source": beyond["source"] + " " + beyond["year"].astype("str") + ", projected with un_wpp2024",
        }
    )
    return pd.concat([known, carried.dropna()], ignore_index=True)


def _as_of(known: pd.DataFrame, iso3: pd.Series, year: int | str | pd.Series, nearest: bool) -> pd.DataFrame:
    """``value``, ``value_year`` and ``value_source`` by the rule of the year."""
    asked = pd.DataFrame({"iso3": iso3.array, "year": _years(year, iso3.index).array})
    asked["row"] = range(len(asked))
    complete = asked.dropna().astype({"year": "int64", "iso3": "str"}).sort_values("year", kind="stable")
    right = known[["iso3", "year", "value", "source"]].astype({"value": "float64"}).sort_values("year", kind="stable")
    right = right.assign(value_year=right["year"])
    found = pd.merge_asof(complete, right, on="year", by="iso3", tolerance=REACH)
    if nearest:
        anywhere = pd.merge_asof(complete, right, on="year", by="iso3", direction="nearest")
        found = found.where(found["value"].notna(), anywhere)
    found = found.set_index("row").reindex(range(len(asked)))
    return pd.DataFrame(
        {
            "value": found["value"].array,
            "value_year": found["value_year"].astype("Int64").array,
            "value_source": found["source"].astype("str").array,
        },
        index=iso3.index,
    )


def _years(year: int | str | pd.Series, index: pd.Index[Hashable]) -> pd.Series:
    if isinstance(year, pd.Series):
        if not year.index.equals(index):
            raise DataError("the years and the places have different rows", remedy="give both the same index")
    else:
        year = pd.Series(year, index=index)
    if pd.api.types.is_numeric_dtype(year):
        return year.astype("Int64")
    text = year.astype("str").str.extract(r"^(\d{4})(?!\d)", expand=False)
    return pd.to_numeric(text).astype("Int64")
