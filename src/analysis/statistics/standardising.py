"""Rates of groups of places: crude, directly and indirectly standardised."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from ..errors import DataError, unknown
from ..frames import plain
from ..language import intervals, numbers, rate_units
from ..language.catalogue import say
from ..language.plurals import Counted, Unsaid
from .comparable_places import compared
from .phrases import label_in_words, named_interval, place_in_words
from .poisson import METHODS, count_limits
from .result import Record, needed, result
from .sizes import per_what, sized, year_of
from .uncertainty import by_chance, checked_counts, common_occurrence, dispersion_of, limits_in_words

#: A directly standardised rate of fewer events is withheld, as by the R package PHEindicatormethods of English public
#: health.
LEAST_EVENTS = 10

#: The World Bank's groups of countries by income -> their word in the catalogue.
_INCOME = {
    "Low income": "income_low",
    "Lower middle income": "income_lower_middle",
    "Upper middle income": "income_upper_middle",
    "High income": "income_high",
}
#: UN M49 codes of the regions, by which their names are known in every language.
_REGIONS = {"Africa": "002", "Americas": "019", "Asia": "142", "Europe": "150", "Oceania": "009"}


def grouped_rates(
    frame: pd.DataFrame,
    by: str = "region",
    per: str = "population",
    scale: float = 1e6,
    method: str = "exact",
    level: float = 0.95,
    limits: str | None = None,
    *,
    value: str = "value",
) -> pd.DataFrame:
    """Crude rates of groups of places: the sum of the counts over the sum of the denominators.

    Both sums include only places with a published count; a group's rate is therefore that of its published places,
    not of all of it.

    Parameters
    ----------
    frame, per, scale, method, level, limits, value
        As for `rates.rates`; one row per place.
    by
        A column of the frame; else ``region`` (UN), ``income_group`` (World Bank, of the count's year), or a column of
        the
        reference table of countries, such as ``un_subregion``.

    Returns
    -------
    pandas.DataFrame
        One row per group: the group, ``places, value, low, high, denominator, rate, rate_low, rate_high, method,
        level``. Places without a denominator or a group are left out of the sums and listed in ``attrs["missing"]``.

    Raises
    ------
    DataError, NotComparableError
        As `rates.rates`; for a grouping that is not known, two rows of one place, or surveys that must not be added.

    Examples
    --------
    >>> import analysis as ex
    >>> servers = ex.preferred(ex.panel(surveys=["greenbone-2019-09"])).query("measure == 'servers_exposed'")
    >>> found = ex.statistics.grouped_rates(servers.query("iso3 != 'WLD'"))
    >>> found[["region", "places", "rate"]].round(2).values.tolist()
    [['Americas', 2, 0.41], ['Asia', 4, 0.05], ['Europe', 7, 0.11]]
    """
    frame = plain(frame, "the table of counts")
    cells, chance, warnings, missing, told_of = _cells(frame, [by], per, limits, value)
    dispersion = dispersion_of(frame)
    cells = cells.reset_index()
    low, high = cells["low"].to_numpy(), cells["high"].to_numpy()
    down, up = count_limits(low, method, level, dispersion)[0], count_limits(high, method, level, dispersion)[1]
    cells["rate"] = cells["value"] / cells["denominator"] * scale
    cells["rate_low"] = (down if chance else low) / cells["denominator"] * scale
    cells["rate_high"] = (up if chance else high) / cells["denominator"] * scale
    cells["method"], cells["level"] = METHODS[method] if chance else "rounding only", level if chance else np.nan
    warnings.append("A group's rate is that of its places with a published count, not of the whole group.")
    return result(
        cells.assign(grouped_by=by, **per_what(per, scale)),
        "standardising.grouped_rates",
        of=frame,
        method=method,
        level=level,
        limits=told_of[0],
        occurrence=told_of[1],
        record=Record(
            warnings=warnings,
            missing=missing,
            parameters={"by": by, "per": per, "scale": scale, "dispersion": dispersion},
        ),
    )


def directly_standardised(
    frame: pd.DataFrame,
    by: str,
    strata: str,
    standard: Mapping[Any, float] | None = None,
    per: str = "population",
    scale: float = 1e6,
    method: str = "exact",
    level: float = 0.95,
    limits: str | None = None,
    *,
    value: str = "value",
) -> pd.DataFrame:
    """Rates of groups as they would be if all groups had the same composition: Σ wᵢ xᵢ/nᵢ / Σ wᵢ over the strata i.

    The limits of Dobson et al. (1991) put the limits L, U of the total count x on the rate's scale: rate + √(var/x)(L −
    x),
    with var = Σ wᵢ² xᵢ/nᵢ² / (Σ wᵢ)². The gamma limits of Fay & Feuer (1997) guard against a stratum of large weight
    and few counts, and can be far wider.

    Parameters
    ----------
    frame, per, scale, level, limits, value
        As for `rates.rates`. Several rows of one group and stratum are added.
    by, strata
        The groups, and what makes them differ: a column of the frame, or a grouping as in `grouped_rates`.
    standard
        The weight of each stratum, on any scale. Default: the denominators of all rows together.
    method
        ``exact`` or ``byar`` (Dobson with those limits of the total), or ``gamma`` (Fay & Feuer).

    Returns
    -------
    pandas.DataFrame
        One row per group: the group, ``places, value, low, high, denominator, rate, rate_low, rate_high, method,
        level``. A group with fewer than ten counts, or without a stratum of the standard, has no rate; it is listed in
        ``attrs["missing"]`` and named in a warning. Rounding moves both ends by as much as it moves the rate.

    Raises
    ------
    DataError, NotComparableError
        As `grouped_rates`; for weights that are not positive or a stratum without a weight.

    Examples
    --------
    >>> import analysis as ex
    >>> servers = ex.preferred(ex.panel(surveys=["greenbone-2019-09"])).query("measure == 'servers_exposed'")
    >>> found = ex.statistics.directly_standardised(servers.query("iso3 != 'WLD'").assign(all="all"), "all", "region")
    >>> found[["all", "places", "rate"]].round(2).values.tolist()
    [['all', 13, 0.11]]
    """
    if method not in ("exact", "byar", "gamma"):
        raise unknown("method of standardising", method, ("exact", "byar", "gamma"), method=method)
    frame = plain(frame, "the table of counts")
    cells, chance, warnings, missing, told_of = _cells(frame, [by, strata], per, limits, value)
    dispersion = dispersion_of(frame)
    weights = _weights(standard, cells, strata)
    wide = {
        column: cells[column].unstack(strata).reindex(columns=weights.index)
        for column in ("value", "low", "high", "denominator")
    }
    table = cells.groupby(level=by)[["places", *wide]].sum()
    lacking = wide["value"].isna()
    few = (table["value"] / (dispersion or 1.0) < LEAST_EVENTS) & chance & ~lacking.any(axis=1)
    share = weights / weights.sum() / wide["denominator"]
    ends = _direct(wide, share, chance, method, level, dispersion)
    for name, amounts in zip(("rate", "rate_low", "rate_high"), ends, strict=True):
        table[name] = amounts.where(~few & ~lacking.any(axis=1)) * scale
    warnings += _withheld(lacking, table.index[few])
    missing += [str(group) for group in table.index[table["rate"].isna()]]
    table = table.reset_index()
    told = "gamma (Fay & Feuer)" if method == "gamma" else f"Dobson, {METHODS[method]}"
    table["method"], table["level"] = told if chance else "rounding only", level if chance else np.nan
    return result(
        table.assign(grouped_by=by, standard=strata, **per_what(per, scale)),
        "standardising.directly_standardised",
        of=frame,
        method=method,
        level=level,
        limits=told_of[0],
        occurrence=told_of[1],
        record=Record(
            warnings=warnings,
            missing=missing,
            parameters={
                "by": by,
                "strata": strata,
                "per": per,
                "scale": scale,
                "dispersion": dispersion,
                "standard": {str(stratum): float(weight) for stratum, weight in weights.items()},
            },
        ),
    )


def indirectly_standardised(
    frame: pd.DataFrame,
    by: str,
    strata: str | None = None,
    reference: Mapping[Any, float] | float | None = None,
    per: str = "population",
    method: str = "exact",
    level: float = 0.95,
    limits: str | None = None,
    *,
    value: str = "value",
) -> pd.DataFrame:
    """Observed over expected counts of groups: Σ xᵢ / Σ nᵢ rᵢ, with rᵢ the reference's rate in stratum i.

    Fit for small groups, where a rate for each stratum would be noise. Ratios of two groups must not be compared with
    one another, as each is weighted by its own composition (Breslow & Day 1987); compare each with 1.

    Parameters
    ----------
    frame, by, per, method, level, limits, value
        As for `grouped_rates`; ``by="iso3"`` gives a ratio for each place.
    strata
        What makes groups differ, as in `directly_standardised`. None: nothing, one rate for all.
    reference
        The rate of each stratum (or, without strata, the one rate) per one of the denominator. Default: that of all
        rows
        together; a group then is part of what it is compared with.

    Returns
    -------
    pandas.DataFrame
        One row per group: the group,
        ``places, value, low, high, observed, expected, ratio, ratio_low, ratio_high, method,
        level``. The reference's own uncertainty is ignored.

    Raises
    ------
    DataError, NotComparableError
        As `grouped_rates`; if the reference lacks a stratum, is negative, or expects nothing of a group.

    Examples
    --------
    >>> import analysis as ex
    >>> servers = ex.preferred(ex.panel(surveys=["greenbone-2019-09"])).query("measure == 'servers_exposed'")
    >>> found = ex.statistics.indirectly_standardised(servers.query("iso3 != 'WLD'"), "region")
    >>> found[["region", "observed", "expected", "ratio"]].round(2).values.tolist()
    [['Americas', 221.0, 57.94, 3.81], ['Asia', 149.0, 313.85, 0.47], ['Europe', 35.0, 33.21, 1.05]]
    """
    frame = plain(frame, "the table of counts")
    cells, chance, warnings, missing, told_of = _cells(frame, [by] + ([strata] if strata else []), per, limits, value)
    dispersion = dispersion_of(frame)
    of_stratum = cells.index.get_level_values(strata) if strata else pd.Index(["all"] * len(cells))
    if reference is None:
        sums = cells[["value", "denominator"]].groupby(of_stratum).sum()
        reference = sums["value"] / sums["denominator"]
        warnings.append("The reference is all rows together; each group is part of it.")
    known = _reference_rates(reference, of_stratum, strata)
    cells["expected"] = cells["denominator"].to_numpy() * known.reindex(of_stratum).to_numpy()
    table = cells.groupby(level=by)[["places", "value", "low", "high", "expected"]].sum().reset_index()
    if (table["expected"] <= 0).any():
        raise DataError(
            f"nothing is expected of {table.loc[table['expected'] <= 0, by].iloc[0]}",
            remedy="choose another reference",
            column=by,
        )
    low, high = table["low"].to_numpy(float), table["high"].to_numpy(float)
    down, up = count_limits(low, method, level, dispersion)[0], count_limits(high, method, level, dispersion)[1]
    table["observed"] = table["value"]
    table["ratio"] = table["observed"] / table["expected"]
    table["ratio_low"] = (down if chance else low) / table["expected"]
    table["ratio_high"] = (up if chance else high) / table["expected"]
    table["method"], table["level"] = METHODS[method] if chance else "rounding only", level if chance else np.nan
    return result(
        table.assign(grouped_by=by, rate_per=per),
        "standardising.indirectly_standardised",
        of=frame,
        method=method,
        level=level,
        limits=told_of[0],
        occurrence=told_of[1],
        record=Record(
            warnings=warnings,
            missing=missing,
            parameters={
                "by": by,
                "strata": strata,
                "per": per,
                "dispersion": dispersion,
                "reference": {str(stratum): float(rate) for stratum, rate in known.items()},
            },
        ),
    )


def _weights(standard: Mapping[Any, float] | None, cells: pd.DataFrame, strata: str) -> pd.Series:
    """The weight of each stratum: as given, or the denominators of all rows together."""
    if standard is None:
        standard = cells["denominator"].groupby(level=strata).sum()
    weights = pd.Series(dict(standard), dtype=float)
    if not (np.isfinite(weights) & (weights > 0)).all():
        raise DataError(
            "a weight of the standard is not positive", remedy="correct it or leave the stratum out", column=strata
        )
    if len(without := cells.index.get_level_values(strata).unique().difference(weights.index)):
        raise DataError(
            f"the standard has no weight for {without[0]!r}", remedy="give one for each stratum", column=strata
        )
    return weights


def _withheld(lacking: pd.DataFrame, few: Iterable[Any]) -> list[str]:
    """Why groups have no standardised rate: no count in a stratum, or too few in all."""
    said = [
        f"{group} has no count in {row.idxmax()!r}, so that it cannot be standardised."
        for group, row in lacking[lacking.any(axis=1)].iterrows()
    ]
    return said + [
        f"{group} has fewer than {LEAST_EVENTS} counts; a standardised rate of so few is withheld." for group in few
    ]


def _reference_rates(reference: Mapping[Any, float] | float, of_stratum: pd.Index, strata: str | None) -> pd.Series:
    """The reference's rate in each stratum; without strata the one of ``all``."""
    known = pd.Series(
        dict(reference) if isinstance(reference, Mapping | pd.Series) else {"all": reference}, dtype=float
    )
    if not (np.isfinite(known) & (known >= 0)).all():
        raise DataError("a rate of the reference is negative or missing", remedy="correct it", column=strata)
    if len(without := of_stratum.unique().difference(known.index)):
        raise DataError(
            f"the reference has no rate for {without[0]!r}", remedy="give one for each stratum", column=strata
        )
    return known


def group_in_words(group: object, lang: str) -> str:
    """The name of a region, an income group or a country in the language; any other as it is."""
    from babel.core import Locale

    if group in _REGIONS:
        return str(Locale(lang).territories[_REGIONS[group]])
    if group in _INCOME:
        return say(_INCOME[group], lang, family="words")
    text = str(group)
    return place_in_words(pd.Series({"iso3": text}), lang) if len(text) == 3 and text.isupper() else text


def facts(result: pd.DataFrame, lang: str) -> tuple[str, dict[str, str]]:
    """What `describe` says about a result of this file: the case and the parts of its sentence."""
    by = needed(result, "grouped_by", "say in the column grouped_by which column names the groups")
    if by not in result:
        raise DataError(f"the result has no column {by!r} to name the groups by", remedy="keep it", column=by)
    case = "indirect" if "ratio" in result else "direct" if "standard" in result else "grouped"
    column = "ratio" if case == "indirect" else "rate"
    known = result[result[column].notna()]
    if known.empty:
        return "none", {"groups": numbers.number(len(result), lang)}
    top = known.sort_values([column, f"{column}_low"], kind="stable").iloc[-1]
    label = label_in_words(result, lang)
    near = int((known[f"{column}_high"] >= top[f"{column}_low"]).sum()) - 1
    span = intervals.span(top[f"{column}_low"], top[f"{column}_high"], lang)
    parts = {
        "group": group_in_words(top[by], lang),
        "label": label[:1].upper() + label[1:],
        "found": numbers.number(top[column], lang, 3)
        if case == "indirect"
        else numbers.counted(top[column], label, lang),
        "span": span,
        "limits": named_interval(span, top, lang),
        "level": numbers.percent(top["level"], lang, decimals=1) if top["level"] == top["level"] else "",
        "groups": Counted(len(known), lang),
        "near": Counted(near, lang) if len(known) > 1 else Unsaid("0"),
        "places": Counted(int(known["places"].sum()), lang),
    }
    if case == "indirect":
        # Where the groups are their own reference, each of them is a part of it.
        total = known["observed"].sum()
        own = total > 0 and abs(known["expected"].sum() / total - 1) < 1e-9
        parts |= {
            "own": Counted(2 if own else 1, lang),
            "part": numbers.percent(top["observed"] / total, lang, decimals=0) if own else "",
            "observed": numbers.number(top["observed"], lang),
            "expected": numbers.number(top["expected"], lang, 3),
        }
    else:
        per = needed(result, "rate_per", "say per what the rates are in the column rate_per, such as population")
        scale = needed(result, "rate_scale", "say per how many in the column rate_scale, such as 1e6")
        parts["found"] = rate_units.with_unit(parts["found"], per, scale, lang)
    if case == "direct":
        parts["standard"] = str(top["standard"]).replace("_", " ")
        parts["withheld"] = numbers.number(len(result) - len(known), lang)
    return case + ("" if top["level"] == top["level"] else "_rounding"), parts


def _cells(
    frame: pd.DataFrame, groups: list[str], per: str, limits: str | None, value: str
) -> tuple[pd.DataFrame, bool, list[str], list[str], tuple[str, str]]:
    """Counts and denominators added by groups; whether chance counts; warnings; the places left out."""
    frame = checked_counts(frame, value=value)
    rows, warnings = compared(frame)
    chance = bool(by_chance(rows, limits).all())
    found, missing, said = sized(rows, per)
    for group in groups:
        if group not in found:
            found[group] = _grouping(rows, group)
    if limits == "chance":
        found["low"] = found["high"] = found["value"]
    apart = found["denominator"].notna() & found[groups].notna().all(axis=1)
    if "iso3" in found:
        missing = sorted({*missing, *found.loc[~apart, "iso3"].dropna()})
        if per == "population":
            warnings += _without_areas(found)
    if not apart.any():
        raise DataError("no row has both a denominator and a group", remedy="choose another grouping or denominator")
    columns = ["value", "low", "high", "denominator"]
    cells = found[apart].assign(places=1).groupby(groups, sort=True, observed=True)[["places", *columns]].sum()
    told_of = limits_in_words(rows, chance, limits)[0], common_occurrence(rows)
    return cells.astype(dict.fromkeys(columns, float)), chance, [*warnings, *said], missing, told_of


def _grouping(frame: pd.DataFrame, by: str) -> pd.Series:
    """The group of each row's country, by the reference tables."""
    from ..datafolder import reference

    countries = reference("countries").set_index("iso3")
    column = "un_region" if by == "region" else by
    if column not in countries or "iso3" not in frame:
        known = "region, income_group, un_subregion, wb_region"
        raise DataError(
            f"there is no column or grouping {by!r}",
            remedy=f"choose a column of the table, or one of {known}",
            column=by,
        )
    if column != "income_group":
        return countries[column].reindex(frame["iso3"]).set_axis(frame.index)
    history = reference("income_history")
    year = year_of(frame).astype(float).clip(history["data_year"].min(), history["data_year"].max())
    key = pd.MultiIndex.from_arrays([frame["iso3"], year])
    then = history.set_index(["iso3", "data_year"])["income_group"].reindex(key).set_axis(frame.index)
    return then.fillna(countries["income_group"].reindex(frame["iso3"]).set_axis(frame.index))


def _without_areas(found: pd.DataFrame) -> list[str]:
    """Take the inhabitants of areas with a row of their own out of the country that includes them."""
    from ..figures.denominators import counted_twice

    warnings = []
    for area, country in counted_twice(found["iso3"]).itertuples(index=False):
        inside = found.loc[found["iso3"] == area, "denominator"].iloc[0]
        if inside == inside:
            found.loc[found["iso3"] == country, "denominator"] -= inside
            warnings.append(f"The inhabitants of {area} are taken out of those of {country}, which include them.")
    return warnings


def _direct(
    wide: dict[str, pd.DataFrame],
    share: pd.DataFrame,
    chance: bool,
    method: str,
    level: float,
    dispersion: float | None,
) -> tuple[pd.Series, pd.Series, pd.Series]:
    """The rate of each group (row) and its ends, from counts and shares by stratum (column), per one."""
    rate, least, most = ((share * wide[column]).sum(axis=1) for column in ("value", "low", "high"))
    if not chance:
        return rate, least, most
    spread = dispersion or 1.0
    total, variance = wide["value"].sum(axis=1), (share**2 * wide["value"]).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        if method == "gamma":
            from scipy.special import gammaincinv

            tail, more = (1 - level) / 2, spread * share.max(axis=1)
            low = spread * variance / rate * gammaincinv(rate**2 / (spread * variance), tail)
            wider = spread * variance + more**2
            high = wider / (rate + more) * gammaincinv((rate + more) ** 2 / wider, 1 - tail)
        else:
            down, up = count_limits(total.to_numpy(), method, level, dispersion)
            step = np.sqrt(variance / total)
            low, high = rate - step * (total - down), rate + step * (up - total)
    return rate, (low - (rate - least)).clip(lower=0.0), high + (most - rate)
