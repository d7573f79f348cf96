"""A change of an overall rate split: how much is due to the groups' rates, how much to their sizes (Kitagawa)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..errors import DataError
from ..frames import numbers_of
from ..language import intervals, numbers, rate_units
from ..meaning import checked_level
from .phrases import label_in_words, named_interval
from .result import Record, needed, result
from .result_parts import require_sum
from .sizes import per_what, sized
from .uncertainty import by_chance, checked_counts, common_occurrence, dispersion_of, limits_in_words, normal_deviate

if TYPE_CHECKING:
    from numpy.typing import NDArray

ALL = "all"


def decompose_change(
    before: pd.DataFrame,
    after: pd.DataFrame,
    by: str = "iso3",
    per: str = "population",
    scale: float = 1e6,
    level: float = 0.95,
    limits: str | None = None,
    *,
    value: str = "value",
) -> pd.DataFrame:
    """Split the change of an overall rate into composition and rates (Kitagawa, Oaxaca–Blinder for two waves).

    With the share w of each group in the denominators and its rate r: composition Σ (w₂ − w₁)(r₁ + r₂)/2, rates
    Σ (r₂ − r₁)(w₁ + w₂)/2; both add up to the change (Kitagawa 1955, J. Am. Stat. Assoc. 50, 1168–1194, two parts with
    mean weights). Chance is that of Poisson counts, the denominators being known: normal limits from Σ k² x/n².
    Rounding moves each part by what the counts may be.

    Parameters
    ----------
    before, after
        Two waves, or two groups that are compared: one row per group, with counts and denominators; the same groups
        in both.
    by
        The column that names the groups.
    per, scale, level, limits, value
        As for `rates.rates`.

    Returns
    -------
    pandas.DataFrame
        One row per group and a last one, ``all``: ``group, rate_before, rate_after, change, composition`` (with
        ``_low``, ``_high``), ``rates`` (with ``_low, _high``), ``method, level, rate_per, rate_scale, limits,
        occurrence, statistic``. The parts of single groups depend on the form of the decomposition; those of ``all`` do
        not.

    Raises
    ------
    DataError
        For bad counts or denominators, groups that are not the same in both, or come twice.
    NotComparableError
        If chance is asked for where events are not independent.

    Examples
    --------
    >>> import pandas as pd
    >>> import analysis as ex
    >>> first = pd.DataFrame({"group": ["a", "b"], "value": [10, 40], "size": [100, 100]})
    >>> second = pd.DataFrame({"group": ["a", "b"], "value": [15, 20], "size": [150, 50]})
    >>> parts = ex.statistics.decompose_change(first, second, "group", per="size", scale=100)
    >>> parts[["group", "change", "composition", "rates"]].round(3).values.tolist()[-1]
    ['all', -7.5, -7.5, 0.0]
    """
    checked_level(level)
    waves = [checked_counts(wave, also=(by,), value=value) for wave in (before, after)]
    sides = [_groups(wave, by, per) for wave in waves]
    if sides[0].index.tolist() != sides[1].index.tolist():
        odd = sorted(map(str, set(sides[0].index) ^ set(sides[1].index)))
        raise DataError(
            f"the groups of both waves differ ({', '.join(odd[:3])})", remedy="give the same groups for both", column=by
        )
    every = pd.concat(waves, ignore_index=True)
    chance, dispersion = bool(by_chance(every, limits).all()), dispersion_of(every)
    parts = _parts(sides[0], sides[1])
    table = pd.DataFrame({"group": [*sides[0].index, ALL]})
    for name in ("rate_before", "rate_after"):
        table[name] = _with_total(parts[name], float(parts[f"{name}_all"][0])) * scale
    table["change"] = table["rate_after"] - table["rate_before"]
    for name in ("composition", "rates"):
        low, high = _ends(sides, parts, name, chance, limits, normal_deviate(level), dispersion or 1.0)
        whole = (parts[name], float(parts[name].sum()))
        for end, found in (("", whole), ("_low", low), ("_high", high)):
            table[f"{name}{end}"] = _with_total(*found) * scale
    said = "Kitagawa, two parts" + (", normal limits" if chance else ", rounding only")
    table = table.assign(method=said, level=level if chance else np.nan, **per_what(per, scale))
    return result(
        table,
        "decompose_change.decompose_change",
        of=every,
        method=said,
        level=level if chance else None,
        limits=limits_in_words(every, chance, limits)[0],
        occurrence=common_occurrence(every),
        record=Record(
            warnings=[
                "A part of a single group depends on the form of the decomposition; the parts of all groups do not."
            ],
            parameters={"by": by, "per": per, "scale": scale, "dispersion": dispersion},
        ),
    )


def facts(result: pd.DataFrame, lang: str) -> tuple[str, dict[str, str]]:
    """What `describe` says about a decomposition: the case and the parts of its sentence."""
    rows = result[result["group"] == ALL]
    if len(rows) != 1:
        raise DataError("the result has lost its row 'all'", remedy="pass it as the function returned it")
    row = rows.iloc[0]
    require_sum(rows, "change", [numbers_of(rows, "composition"), numbers_of(rows, "rates")], "composition and rates")
    per = needed(result, "rate_per", "say per what the rates are in the column rate_per, such as population")
    scale = needed(result, "rate_scale", "say per how many in the column rate_scale, such as 1e6")
    label = label_in_words(result, lang)
    span = intervals.span(row["rates_low"], row["rates_high"], lang)
    parts = {
        "label": rate_units.with_unit(label[:1].upper() + label[1:], per, scale, lang),
        "before": numbers.number(row["rate_before"], lang, 3),
        "after": numbers.number(row["rate_after"], lang, 3),
        "change": numbers.signed(row["change"], lang),
        "composition": numbers.signed(row["composition"], lang),
        "rates": numbers.signed(row["rates"], lang),
        "composition_span": intervals.span(row["composition_low"], row["composition_high"], lang),
        "span": span,
        "limits": named_interval(span, row, lang),
        "level": numbers.percent(row["level"], lang, decimals=1) if row["level"] == row["level"] else "",
    }
    return ("taken_apart" if row["level"] == row["level"] else "taken_apart_rounding"), parts


def _groups(wave: pd.DataFrame, by: str, per: str) -> pd.DataFrame:
    """Counts with their ends and denominators, one row per group, in the order of the groups' names."""
    found, missing, _ = sized(wave, per)
    if missing:
        raise DataError(f"{missing[0]} has no denominator {per!r}", remedy="leave it out of both waves", column=per)
    if found[by].isna().any() or found[by].duplicated().any():
        raise DataError("a group has no name, or comes twice", remedy="give each group one row", column=by)
    return found.set_index(by)[["value", "low", "high", "denominator"]].astype(float).sort_index()


def _parts(first: pd.DataFrame, second: pd.DataFrame) -> dict[str, NDArray[Any]]:
    """Rates, weights and both parts of each group."""
    sizes = [side["denominator"].to_numpy() for side in (first, second)]
    weights = [size / size.sum() for size in sizes]
    rates = [side["value"].to_numpy() / size for side, size in zip((first, second), sizes, strict=True)]
    return {
        "rate_before": rates[0],
        "rate_after": rates[1],
        "rate_before_all": np.array([first["value"].sum() / sizes[0].sum()]),
        "rate_after_all": np.array([second["value"].sum() / sizes[1].sum()]),
        "composition": (weights[1] - weights[0]) * (rates[0] + rates[1]) / 2,
        "rates": (rates[1] - rates[0]) * (weights[0] + weights[1]) / 2,
        # How much one more count of either wave moves each part.
        "composition_by": np.array([(weights[1] - weights[0]) / 2 / size for size in sizes]),
        "rates_by": np.array(
            [sign * (weights[0] + weights[1]) / 2 / size for sign, size in zip((-1, 1), sizes, strict=True)]
        ),
    }


def _ends(
    sides: list[pd.DataFrame],
    parts: dict[str, NDArray[Any]],
    name: str,
    chance: bool,
    limits: str | None,
    z: float,
    spread: float,
) -> list[tuple[NDArray[Any], float]]:
    """The low and the high end of a part, of each group and of all together."""
    moved, by = parts[name], parts[f"{name}_by"]
    value, low, high = (np.array([side[column].to_numpy() for side in sides]) for column in ("value", "low", "high"))
    if limits == "chance":
        low = high = value
    ends = []
    for sign in (-1, 1):
        # Each count at the end of its interval that moves the part farthest to this side.
        shift = np.where(sign * by > 0, by * (high - value), by * (low - value))
        reach = by**2 * np.maximum(value, 1.0) * spread if chance else np.zeros_like(by)
        each = moved + shift.sum(axis=0) + sign * z * np.sqrt(reach.sum(axis=0))
        ends.append((each, float(moved.sum() + shift.sum() + sign * z * np.sqrt(reach.sum()))))
    return ends


def _with_total(each: NDArray[Any], total: float) -> NDArray[Any]:
    return np.append(each, total)
