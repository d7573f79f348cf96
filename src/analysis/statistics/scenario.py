"""Consequences: published figures times assumptions, with every assumption named and its source beside it.

A scenario is not an estimate of what happened. It says what follows *if* its assumptions hold, and how far the
answer moves while each of them moves within its range.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from ..errors import DataError, unknown
from ..figures.country_names import WORLD
from ..frames import numbers_of, plain
from ..language import numbers
from ..language.plurals import Counted
from ..meaning import SLACK, checked_level, refuse_row
from .comparable_places import require_once
from .result import Record, result
from .result_parts import require_sum
from .uncertainty import checked_counts

DISTRIBUTIONS = ("uniform", "triangular", "loguniform")
_WARNING = "A scenario says what follows if its assumptions hold; it is not an estimate of what happened."


def assumption(
    name: str,
    low: float,
    value: float,
    high: float,
    *,
    unit: str,
    source: str,
    locator: str = "",
    distribution: str = "uniform",
) -> dict[str, object]:
    """One row of the table of assumptions: a range with a value in it, a unit, and who says so.

    Parameters
    ----------
    name
        What is assumed, in words.
    low, value, high
        The range and the value taken where one number is wanted; none below zero.
    unit
        The unit, such as ``US dollars a record``.
    source, locator
        Who says so and where; for a judgement of your own, say that.
    distribution
        How Monte Carlo draws from the range: ``uniform``, ``triangular`` with its peak at ``value``, or ``loguniform``,
        even in powers
        of ten, for a range that spans several of them (its low end must then be above zero).

    Returns
    -------
    dict
        The row, with these names as keys and ``name`` as ``assumption``.

    Examples
    --------
    >>> from analysis.statistics import assumption
    >>> row = assumption("cost of one", 50, 100, 400, unit="US dollars", source="made up")
    >>> row["value"], row["distribution"]
    (100.0, 'uniform')
    """
    return {
        "assumption": name,
        "low": float(low),
        "value": float(value),
        "high": float(high),
        "unit": unit,
        "distribution": distribution,
        "source": source,
        "locator": locator,
    }


def printed_assumption(figures: Any, name: str, *, unit: str, distribution: str = "uniform") -> dict[str, object]:
    """An assumption that spans published figures: lowest to highest end of their intervals, the median between.

    Parameters
    ----------
    figures
        Rows of the panel of one measure: ``value, low, high, source, locator``.
    name, unit, distribution
        As for `assumption`.

    Returns
    -------
    dict
        As `assumption`.

    Raises
    ------
    DataError
        For no row, or figures of more than one measure.

    Examples
    --------
    >>> import analysis as ex
    >>> figures = ex.preferred(ex.panel(surveys=["greenbone-2019-09"])).query("measure == 'servers_exposed'")
    >>> row = ex.statistics.printed_assumption(figures.query("iso3 == 'DEU'"), "servers", unit="servers")
    >>> row["low"], row["value"], row["high"]
    (6.0, 6.0, 6.0)
    """
    figures = checked_counts(figures, ("source", "locator"))
    if "measure" in figures and figures["measure"].nunique() > 1:
        raise DataError("an assumption spans figures of one measure", remedy="choose one", column="measure")
    ends = float(figures["low"].min()), float(figures["value"].median()), float(figures["high"].max())
    sources = "; ".join(sorted(figures["source"].astype(str).unique()))
    return assumption(
        name,
        *ends,
        unit=unit,
        source=sources,
        locator="; ".join(dict.fromkeys(figures["locator"].astype(str))),
        distribution=distribution,
    )


def assumptions(rows: Sequence[Mapping[str, object]] | pd.DataFrame) -> pd.DataFrame:
    """Assumptions as a table, one row each, if they can be used.

    Parameters
    ----------
    rows
        What `assumption` or `printed_assumption` gave, or a table with the columns
        ``assumption, low, value, high, unit, source``
        and, if not ``uniform``, ``distribution``.

    Returns
    -------
    pandas.DataFrame
        The same, in the same order, each with its ``distribution``.

    Raises
    ------
    DataError
        If a column is missing, a range is out of order or below zero, no source is named, or one stands twice.

    Examples
    --------
    >>> from analysis.statistics import assumption, assumptions
    >>> rows = [assumption("cost of one", 50, 100, 400, unit="US dollars", source="made up")]
    >>> assumptions(rows)[["assumption", "low", "high"]].values.tolist()
    [['cost of one', 50.0, 400.0]]
    """
    frame = pd.DataFrame(rows).reset_index(drop=True)
    for column in ("assumption", "low", "value", "high", "unit", "source"):
        if column not in frame:
            raise DataError(
                f"the assumptions have no column {column!r}", remedy="make each with assumption(…)", column=column
            )
    if "distribution" not in frame:
        frame["distribution"] = "uniform"
    for row in frame.itertuples():
        if not 0 <= row.low <= row.value <= row.high < float("inf"):
            raise DataError(
                f"the assumption {row.assumption!r} has low {row.low}, value {row.value}, high {row.high}",
                remedy="an assumption needs 0 ≤ low ≤ value ≤ high",
                column="value",
            )
        if row.distribution == "loguniform" and row.low == 0 < row.high:
            raise DataError(
                f"the assumption {row.assumption!r} cannot start at zero in powers of ten",
                remedy="raise its low end",
                column="low",
            )
        if not str(row.source).strip():
            raise DataError(
                f"the assumption {row.assumption!r} names no source",
                remedy="say who says so, or that you do",
                column="source",
            )
        if row.distribution not in DISTRIBUTIONS:
            raise unknown("distribution", row.distribution, DISTRIBUTIONS, column="distribution")
    if frame["assumption"].duplicated().any():
        raise DataError(
            f"the assumption {frame.loc[frame['assumption'].duplicated(), 'assumption'].iloc[0]!r} stands twice",
            remedy="keep one",
        )
    return frame


def scenario(
    figures: Any,
    assumptions: Sequence[Mapping[str, object]] | pd.DataFrame,
    outcomes: Mapping[str, Sequence[str]],
    *,
    level: float = 0.95,
    draws: int = 10_000,
    seed: int = 1,
) -> pd.DataFrame:
    """What published counts come to under assumptions: for each outcome the sum of the counts times its assumptions.

    Parameters
    ----------
    figures
        Counts of one measure (``value, low, high``), for instance the studies of one place; several rows are summed.
    assumptions
        What `assumption` and `printed_assumption` give, one each, or a table of them (`assumptions`).
    outcomes
        Name of an outcome -> the names of the assumptions that it multiplies the count by.
    level, draws, seed
        For Monte Carlo: the share of draws between the ends given, how many, and from which seed.

    Returns
    -------
    pandas.DataFrame
        ``outcome, value, low, high`` by interval arithmetic (every factor at its value, its low and its high end:
        factors are not negative, so that these are the extremes), ``likely_low, likely_high`` by Monte Carlo over
        independent draws (counts evenly from the interval of their rounding), ``likely_level``, ``factors``, the
        ``count`` and the ``multiplier`` that all factors make at their values, ``method``. All assumptions are in
        ``attrs["parameters"]["assumptions"]``.

    Raises
    ------
    DataError
        For a count or an assumption that cannot be used, or an outcome that names an assumption which is not there.

    Notes
    -----
    Formula: outcome = count · Π assumption. Do not use it where assumptions depend on one another; the extremes
    still hold then, the draws do not.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.statistics import assumption, scenario
    >>> cost = assumption("cost of one", 50, 100, 400, unit="US dollars", source="made up")
    >>> found = scenario(pd.DataFrame({"value": [10.0]}), [cost], {"US dollars": ["cost of one"]})
    >>> found[["outcome", "value", "low", "high"]].values.tolist()
    [['US dollars', 1000.0, 500.0, 4000.0]]
    """
    known = _table(assumptions)
    figures = plain(figures)
    _options(outcomes, known, level, draws)
    # In the order in which the outcomes name them, so that neither the order of the table nor a name changes what is
    # drawn.
    used = list(dict.fromkeys(name for names in outcomes.values() for name in names))
    known = known.set_index("assumption").loc[used].reset_index()
    low, value, high = _count(figures)
    random = np.random.default_rng(seed)
    drawn = {"": random.uniform(low, high, draws)}
    for row in known.itertuples():
        drawn[row.assumption] = _drawn(row, random, draws)
    tail = (1 - level) / 2
    rows = []
    for outcome, names in outcomes.items():
        chosen = known.set_index("assumption").loc[list(names)]
        sampled = np.prod([drawn[name] for name in ("", *names)], axis=0)
        likely = np.quantile(sampled, [tail, 1 - tail])
        factors = {end: float(chosen[end].prod()) for end in ("low", "value", "high")}
        rows.append(
            {
                "outcome": outcome,
                "value": value * factors["value"],
                "low": low * factors["low"],
                "high": high * factors["high"],
                "likely_low": likely[0],
                "likely_high": likely[1],
                "likely_level": level,
                "factors": ", ".join(names),
                "count": value,
                "multiplier": factors["value"],
                "assumptions": len(names),
                "draws": draws,
            }
        )
    return result(
        pd.DataFrame(rows),
        "scenario.scenario",
        of=figures,
        method="interval arithmetic; Monte Carlo",
        limits="rounding",
        record=Record(
            seed=seed,
            warnings=[_WARNING],
            parameters={"assumptions": known.to_dict("records"), "count": [low, value, high]},
        ),
    )


def tornado(
    figures: Any,
    assumptions: Sequence[Mapping[str, object]] | pd.DataFrame,
    names: Sequence[str] | None = None,
    *,
    outcome: str = "outcome",
) -> pd.DataFrame:
    """What the outcome depends on most: each factor moved from end to end while the others stay.

    Parameters
    ----------
    figures, assumptions
        As for `scenario`.
    names
        The assumptions that the count is multiplied by; default: all.
    outcome
        What comes out, for the titles.

    Returns
    -------
    pandas.DataFrame
        ``assumption, unit, input_low, input_high, low, high, span, central, method, level``, the widest span first. The
        count itself is
        a row too (``the count as published``).

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.statistics import assumption, tornado
    >>> cost = assumption("cost of one", 50, 100, 400, unit="US dollars", source="made up")
    >>> tornado(pd.DataFrame({"value": [10.0]}), [cost])[["assumption", "low", "high"]].values.tolist()[0]
    ['cost of one', 500.0, 4000.0]
    """
    known = _table(assumptions)
    figures = plain(figures)
    names = list(known["assumption"]) if names is None else list(names)
    _options({outcome: names}, known, 0.95, 1000)
    known = known[known["assumption"].isin(names)]
    ends = _count(figures)
    factors = {"the count as published": (*ends, "")}
    for row in known.set_index("assumption").loc[names].itertuples():
        factors[row.Index] = (row.low, row.value, row.high, row.unit)
    rows = []
    for name, (low, _, high, unit) in factors.items():
        rest = 1.0
        for other, (_, value, _, _) in factors.items():
            rest *= value if other != name else 1.0
        rows.append(
            {
                "assumption": name,
                "input_unit": unit,
                "input_low": low,
                "input_high": high,
                "low": low * rest,
                "high": high * rest,
            }
        )
    central = ends[1] * float(known.set_index("assumption").loc[names, "value"].prod())
    frame = pd.DataFrame(rows)
    frame = frame.assign(span=frame["high"] - frame["low"], central=central, unit=outcome)
    frame = frame.sort_values(["span", "assumption"], ascending=[False, True], ignore_index=True)
    return result(
        frame,
        "scenario.tornado",
        of=figures,
        method="one factor at a time",
        limits="rounding",
        record=Record(warnings=[_WARNING], parameters={"assumptions": known.to_dict("records")}),
    )


def facts(found: pd.DataFrame, lang: str) -> tuple[str, dict[str, str]]:
    """The case and the parts of the sentence for `describe`."""
    first = found.iloc[0]
    if str(first["statistic"]) == "scenario.tornado":
        # The widest first, whatever the order of the rows.
        _require_central(found)
        first = found.sort_values(["span", "assumption"], ascending=[False, True]).iloc[0]
        return "widest", {
            "assumption": str(first["assumption"]),
            "low": numbers.number(first["low"], lang),
            "high": numbers.number(first["high"], lang),
            "outcome": str(first["unit"]),
            "factors": numbers.number(len(found), lang),
        }
    require_sum(found, "value", [numbers_of(found, "count") * numbers_of(found, "multiplier")], "count and multiplier")
    return "outcome", {
        "outcome": str(first["outcome"]),
        "value": numbers.number(first["value"], lang),
        "low": numbers.number(first["low"], lang),
        "high": numbers.number(first["high"], lang),
        "assumptions": Counted(int(first["assumptions"]), lang),
        "count": numbers.number(first["count"], lang),
        "outcomes": Counted(len(found), lang),
    }


def _require_central(found: pd.DataFrame) -> None:
    """DataError for a factor that does not move the outcome from one side of its central value to the other."""
    low, central, high = (numbers_of(found, name) for name in ("low", "central", "high"))
    require_sum(found, "span", [high, -low], "high less low")
    refuse_row(
        (central < low * (1 - SLACK)) | (central > high * (1 + SLACK)),
        lambda at: f": the outcome {central[at]:.4g} lies outside {low[at]:.4g} to {high[at]:.4g}",
        "pass the result of tornado as it was returned",
        "central",
    )


# The parameter of `scenario` and `tornado` has the name of the function.
_table = assumptions


def _count(figures: pd.DataFrame) -> tuple[float, float, float]:
    figures = checked_counts(figures)
    require_once(figures)
    for column in ("measure", "survey"):
        if column in figures and figures[column].nunique() > 1:
            raise DataError(
                f"a scenario starts from counts of one {column}; they do not add up", remedy="choose one", column=column
            )
    if "iso3" in figures and (figures["iso3"] == WORLD).any() and len(figures) > 1:
        raise DataError(
            "the world and its parts would be counted twice", remedy="choose the world or the places", column="iso3"
        )
    return float(figures["low"].sum()), float(figures["value"].sum()), float(figures["high"].sum())


def _options(outcomes: Mapping[str, Sequence[str]], known: pd.DataFrame, level: float, draws: int) -> None:
    if not outcomes:
        raise DataError("a scenario needs an outcome", remedy="give its name and the assumptions that it multiplies")
    for outcome, names in outcomes.items():
        unknown = [name for name in names if name not in set(known["assumption"])]
        if unknown or not names:
            raise DataError(
                f"the outcome {outcome!r} names {', '.join(map(repr, unknown)) or 'no assumption'}",
                remedy=f"choose from {', '.join(map(repr, known['assumption']))}",
            )
    checked_level(level)
    if draws < 1000:
        raise DataError(f"{draws} draws are too few for the tails", remedy="take at least 1,000", draws=draws)


def _drawn(row: Any, random: np.random.Generator, draws: int) -> np.ndarray:
    if row.low == row.high:
        return np.full(draws, row.value)
    if row.distribution == "triangular":
        return random.triangular(row.low, row.value, row.high, draws)
    if row.distribution == "loguniform":
        return np.clip(np.exp(random.uniform(np.log(row.low), np.log(row.high), draws)), row.low, row.high)
    return random.uniform(row.low, row.high, draws)
