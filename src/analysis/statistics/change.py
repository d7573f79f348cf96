"""Change between two waves of one programme: ratio and difference, and what is gone, new and unchanged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..errors import DataError, unknown
from ..figures.comparability import require_comparable
from ..figures.preferred import preferred
from ..frames import numbers_of
from ..language import intervals, numbers
from ..language.catalogue import say
from ..language.plurals import Counted
from ..meaning import checked_level, refuse_row
from .many_tests import CORRECTIONS, adjusted
from .phrases import label_in_words, named_interval, place_in_words
from .poisson import garwood
from .result import Record, needed, only, result
from .result_parts import require_sum
from .scan_dates import middle_of_scan
from .uncertainty import by_chance, checked_counts, dispersion_of, limits_in_words, occurrence_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: What a figure of one wave is matched with that of the other by.
_KEYS = ("iso3", "measure", "asset")
_SAME_ADDRESSES = (
    "Limits of chance take the waves as two independent counts; both looked at the same addresses, so that the limits "
    "are rather too wide."
)


def change(
    before: pd.DataFrame, after: pd.DataFrame, limits: str | None = None, level: float = 0.95, correction: str = "holm"
) -> pd.DataFrame:
    """Compare two waves place by place and measure by measure.

    Parameters
    ----------
    before, after
        Preferred figures of either wave: ``iso3, value`` (and ``low, high, measure, country, figure, asset``). With
        ``survey``
        the waves must be comparable; with ``scan_from, scan_to`` (or ``year``) the change is given for a year too.
        ``dispersion`` as for `rates.rates`, the same in both.
    limits
        ``rounding``, ``chance``, ``both``, or None: by the measure.
    level
        Confidence level of the limits of chance.
    correction
        For many places: ``holm``, or ``benjamini-hochberg``; see `many_tests.adjusted`.

    Returns
    -------
    pandas.DataFrame
        One row per place and measure that both waves have: both figures; ``difference``, ``ratio`` (after over before)
        and ``change``
        (ratio less one), each with ``_low`` and ``_high``; ``years`` between the middles of the scans and
        ``change_per_year`` with ends;
        ``p_value``, ``p_adjusted`` (missing without chance); ``verdict``: ``rose``, ``fell`` or ``cannot tell``;
        ``method``, ``level``.
        ``attrs["missing"]`` names places that only one wave has.

    Notes
    -----
    *Rounding*: from the ends of both intervals. *Chance*: given the sum of both counts the second is binomial, with the
    share
    r / (1 + r) for the ratio r of the means; its exact limits (Clopper & Pearson 1934) give those of r, and p is twice
    the
    smaller tail for r = 1 (Przyborowski & Wilenski 1940), so that p < 1 − level exactly where the limits leave 1 out.
    The
    difference has the limits of MOVER from both counts' exact limits (Zou & Donner 2008). With rounding too, every end
    is the
    outermost, and p the largest, that the intervals allow. Chance treats the counts as independent; waves that look
    at the
    same addresses vary together, which makes the limits rather too wide: `gone_and_new` is sharper where it is
    available. *Per year*: ratio^(1 / years) − 1, as if the pace had been even; over less than a year that is an
    extrapolation.

    Raises
    ------
    DataError
        For faulty counts, two figures for one place and measure, waves in the wrong order, or none in common.
    NotComparableError
        If the surveys must not be compared, or chance does not apply to the measure.

    Examples
    --------
    >>> import analysis as ex
    >>> figures = ex.preferred(ex.panel(surveys=["greenbone-2019-09", "greenbone-2019-11"]))
    >>> world = figures[figures["iso3"] == "WLD"]
    >>> waves = [world[world["survey"] == survey] for survey in ("greenbone-2019-09", "greenbone-2019-11")]
    >>> found = change(*waves)
    >>> found.loc[found["measure"] == "images", ["value_before", "value_after", "verdict"]].values.tolist()
    [[737000000.0, 1193404000.0, 'rose']]
    """
    checked_level(level)
    if correction not in CORRECTIONS:
        raise unknown("correction", correction, CORRECTIONS, correction=correction)
    both, waves, notes = _paired(*(checked_counts(wave, ["iso3"]) for wave in (before, after)))
    keys = [column for column in _KEYS if column in both]
    alone = sorted(set(waves["iso3"].dropna()) - set(both["iso3"].dropna()))
    dispersion = dispersion_of(waves)
    both["dispersion"] = np.nan if dispersion is None else dispersion
    chance = by_chance(both, limits)
    both = _with_changes(both, chance, limits, level, dispersion or 1.0)
    both["p_adjusted"] = np.nan
    both.loc[chance, "p_adjusted"] = adjusted(both.loc[chance, "p_value"], correction)
    told = ~chance | (both["p_adjusted"] <= 1 - level).to_numpy()
    both["verdict"] = np.where(
        told & (both["ratio_low"] > 1), "rose", np.where(told & (both["ratio_high"] < 1), "fell", "cannot tell")
    )
    both["method"] = np.where(chance, "exact conditional", "rounding only")
    both["level"] = np.where(chance, level, np.nan)
    used = waves.merge(both[keys], on=keys)
    return result(
        both,
        "change.change",
        of=used,
        method=", ".join(sorted(set(both["method"]))),
        level=level if chance.any() else None,
        limits=limits_in_words(both, chance, limits),
        occurrence=occurrence_of(both),
        record=Record(
            warnings=[*notes, *_cautions(both, chance)],
            missing=alone,
            parameters={"correction": correction, "dispersion": dispersion},
        ),
    )


def _paired(before: pd.DataFrame, after: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame, list[str]]:
    """One row per place and measure of both waves, with the years between; the rows of both; notes on comparison."""
    if ("measure" in before) != ("measure" in after):
        raise DataError("one wave says what was counted, the other does not", remedy="fill measure", column="measure")
    if "measure" not in before and any(name in wave for wave in (before, after) for name in ("survey", "figure")):
        raise DataError(
            "the waves are published figures, and nothing says what either counted",
            remedy="keep the column measure",
            column="measure",
        )
    keys = [column for column in _KEYS if column in before and column in after]
    for wave in (before, after):
        if wave.duplicated(keys).any():
            raise DataError("a wave has two figures for one place and measure", remedy="take ex.preferred(panel)")
    waves = pd.concat([before, after])
    notes = []
    if {"survey", "measure", "asset"} <= set(before) & set(after) and (note := require_comparable(waves)):
        notes.append(f"Comparable with a note: {note}.")
    shown = [column for column in ("figure", "value", "low", "high") if column in before and column in after]
    named = [column for column in ("country", "place") if column in before]
    timed = [wave.assign(when=middle_of_scan(wave), occurrence=occurrence_of(wave)) for wave in (before, after)]
    both = timed[0][[*keys, *named, *shown, "when", "occurrence"]].merge(
        timed[1][[*keys, *shown, "when", "occurrence"]], on=keys, suffixes=("_before", "_after"), validate="1:1"
    )
    if both.empty:
        raise DataError("the waves have no place and measure in common", remedy="choose others")
    both = both.sort_values(keys, ignore_index=True)
    exact = set(before["limits"]) == set(after["limits"]) == {"exact"}
    both["limits"] = "exact" if exact else "rounding"
    both["years"] = both.pop("when_after") - both.pop("when_before")
    both["occurrence"] = both.pop("occurrence_before")
    if (differing := both["occurrence"] != both.pop("occurrence_after")).any():
        raise DataError(
            f"{both.loc[differing, keys[0]].iloc[0]}: the waves differ in whether what was counted comes one by one",
            remedy="fill the column occurrence alike in both waves",
            column="occurrence",
        )
    if (both["years"] <= 0).any():
        raise DataError(
            "the second wave is not later than the first", remedy="give them in the order of time", column="scan_to"
        )
    return both, waves, notes


def _cautions(both: pd.DataFrame, chance: NDArray[np.bool_]) -> list[str]:
    """What a reader of changes must know."""
    said = [_SAME_ADDRESSES] if chance.any() else []
    if (both["value_before"] == 0).any():
        said.append(
            "Where the first count is zero there is no ratio: it is infinite, or missing if the second is zero too."
        )
    if (both["years"] < 1).any():
        said.append("The waves lie less than a year apart; a change per year is an extrapolation.")
    if both["years"].isna().any():
        said.append("Without the time of both scans there is no change per year.")
    return said


def _with_changes(
    both: pd.DataFrame, chance: NDArray[np.bool_], limits: str | None, level: float, spread: float
) -> pd.DataFrame:
    """The pairs with difference, ratio, change and change a year, their limits, and p."""
    x0, x1 = (both[f"value_{wave}"].to_numpy(float) for wave in ("before", "after"))
    ends = [both[f"{end}_{wave}"].to_numpy(float) for wave in ("before", "after") for end in ("low", "high")]
    low0, high0, low1, high1 = (x0, x0, x1, x1) if limits == "chance" else ends
    least, most = low1 - high0, high1 - low0
    reach = [
        garwood(count / spread, level)[side] * spread for count, side in ((low1, 0), (high0, 1), (high1, 1), (low0, 0))
    ]
    both["difference"] = x1 - x0
    both["difference_low"] = np.where(chance, least - np.hypot(low1 - reach[0], reach[1] - high0), least)
    both["difference_high"] = np.where(chance, most + np.hypot(reach[2] - high1, low0 - reach[3]), most)
    both["ratio"] = _over(x1, x0)
    both["ratio_low"] = np.where(chance, _lower_ratio(low1 / spread, high0 / spread, level), _over(low1, high0))
    both["ratio_high"] = np.where(
        chance, _over(1, _lower_ratio(low0 / spread, high1 / spread, level)), _over(high1, low0)
    )
    # Nothing before and nothing after: every ratio is possible.
    empty = np.isnan(both["ratio_low"]), np.isnan(both["ratio_high"])
    both.loc[empty[0], "ratio_low"], both.loc[empty[1], "ratio_high"] = 0.0, np.inf
    for end in ("", "_low", "_high"):
        both[f"change{end}"] = both[f"ratio{end}"] - 1
        both[f"change_per_year{end}"] = both[f"ratio{end}"] ** (1 / both["years"]) - 1
    tails = np.minimum(_tail(low1 / spread, high0 / spread), _tail(low0 / spread, high1 / spread))
    both["p_value"] = np.where(chance, np.minimum(1, 2 * tails), np.nan)
    return both


def gone_and_new(panel: pd.DataFrame, survey_before: str, survey_after: str, level: float = 0.95) -> pd.DataFrame:
    """The systems gone, kept and new between two waves, and the balance.

    Whether there are fewer or more is tested on those that went or came: if either were as likely, the new ones among
    both would be
    binomial with one half (McNemar 1947, exact). Those that stayed say nothing about it, so this is sharper than
    comparing the
    two totals as if they were independent.

    Parameters
    ----------
    panel
        Figures with the world's ``servers_exposed`` of the first wave and ``systems_gone, new_systems`` of the second.
    survey_before, survey_after
        The ids of the surveys.
    level
        Of the limits for new ones over gone ones, in ``attrs["parameters"]`` with their ``p_value``.

    Returns
    -------
    pandas.DataFrame
        ``part`` (``before``, ``gone``, ``stayed``, ``new``, ``balance``, ``after``), ``value, low, high``, ``figure``
        and ``source`` where
        printed; what is computed says so in ``figure``. ``stayed``, ``balance`` and ``after`` are by interval
        arithmetic.

    Raises
    ------
    DataError
        If one of the three figures is not published, or more went than there were.

    Examples
    --------
    >>> import analysis as ex
    >>> panel = ex.panel(surveys=["greenbone-2019-09", "greenbone-2019-11"])
    >>> flow = ex.statistics.gone_and_new(panel, "greenbone-2019-09", "greenbone-2019-11")
    >>> flow.set_index("part")["value"].to_dict()
    {'before': 590.0, 'gone': 172.0, 'stayed': 418.0, 'new': 129.0, 'balance': -43.0, 'after': 547.0}
    """
    world = preferred(panel).query("iso3 == 'WLD'").set_index(["survey", "measure"])
    parts = {}
    printed = {
        "before": (survey_before, "servers_exposed"),
        "gone": (survey_after, "systems_gone"),
        "new": (survey_after, "new_systems"),
    }
    for part, key in printed.items():
        if key not in world.index:
            raise DataError(
                f"no world figure for {key[1]} of {key[0]} is published, so that there is no balance",
                remedy="choose a survey that prints it",
            )
        row = world.loc[key]
        parts[part] = {name: row[name] for name in ("value", "low", "high", "figure", "source")}
    start, gone, new = parts["before"], parts["gone"], parts["new"]
    if gone["low"] > start["high"]:
        raise DataError(
            f"{gone['figure']} are gone, more than the {start['figure']} there were before",
            remedy="correct the figures",
        )
    parts["stayed"] = _less(start, gone)
    parts["balance"] = _less(new, gone)
    parts["after"] = {name: start[name] + parts["balance"][name] for name in ("value", "low", "high")}
    for part in ("stayed", "balance", "after"):
        parts[part] |= {"figure": "computed", "source": ""}
    flow = pd.DataFrame(
        [{"part": part} | parts[part] for part in ("before", "gone", "stayed", "new", "balance", "after")]
    )
    low = float(_lower_ratio(new["low"], gone["high"], level))
    mirrored = float(_lower_ratio(gone["low"], new["high"], level))
    tail = min(float(_tail(new["low"], gone["high"])), float(_tail(gone["low"], new["high"])))
    p_value = min(1.0, 2 * tail)
    return result(
        flow.assign(measure="servers_exposed", p_value=p_value),
        "change.gone_and_new",
        of=world.loc[list(printed.values())].reset_index(),
        method="exact McNemar",
        limits="rounding",
        record=Record(
            parameters={
                "before": survey_before,
                "after": survey_after,
                "new_over_gone": float(_over(new["value"], gone["value"])),
                "new_over_gone_low": low,
                "new_over_gone_high": float(_over(1, mirrored)),
                "p_value": p_value,
                "level": level,
            }
        ),
    )


def facts(result: pd.DataFrame, lang: str) -> tuple[str, dict[str, str]]:
    """The case and the parts of the sentence for `describe`."""
    if "part" in result:
        flow = _flow(result)
        parts: dict[str, str] = {part: Counted(int(flow[part]), lang) for part in flow.index}
        parts["balance"] = numbers.signed(flow["balance"], lang)
        again = "pass the result of gone_and_new as it was returned"
        return "balance", parts | {"p": numbers.p_value(needed(result, "p_value", again), lang)}
    if len(result) > 1:
        verdicts = result["verdict"].value_counts()
        counts = zip(("rose", "fell", "open"), ("rose", "fell", "cannot tell"), strict=True)
        parts = {name: numbers.number(verdicts.get(verdict, 0), lang) for name, verdict in counts}
        parts["rows"] = numbers.number(len(result), lang)
        level = only(result, "level")
        if level is None:
            return "several_rounding", parts
        return "several", parts | {"level": numbers.percent(level, lang, decimals=1)}
    row = result.iloc[0]
    label = label_in_words(result, lang)
    parts = {
        "label": label[:1].upper() + label[1:],
        "place": place_in_words(row, lang),
        "before": numbers.number(row["value_before"], lang),
        "after": numbers.number(row["value_after"], lang),
    }
    case = "one" if row["level"] == row["level"] else "one_rounding"
    if case == "one":
        parts["level"] = numbers.percent(row["level"], lang, decimals=1)
        # Forms for one and for several: said of what rounding adds, and of a change that chance may give.
        parts["ends"] = Counted(2 if row["limits"] == "both" else 1, lang)
        parts["open"] = Counted(2 if row["verdict"] == "cannot tell" else 1, lang)
    if row["value_before"] == 0:
        span = intervals.span(row["difference_low"], row["difference_high"], lang)
        return f"{case}_from_none", parts | {
            "difference": numbers.signed(row["difference"], lang),
            "span": span,
            "limits": named_interval(span, row, lang),
        }
    low, high = (
        numbers.percent(end, lang, signed=True, decimals=1) if end < float("inf") else "∞"
        for end in (row["change_low"], row["change_high"])
    )
    span = intervals.between(low, high, f" {say('to', lang, family='words')} ")
    return case, parts | {
        "change": numbers.percent(row["change"], lang, signed=True, decimals=1),
        "low": low,
        "high": high,
        "limits": named_interval(span, row, lang),
    }


def _flow(result: pd.DataFrame) -> pd.Series:
    """The parts of a balance of two waves by their names; DataError where they do not add up."""
    parts = ("before", "gone", "stayed", "new", "balance", "after")
    if sorted(result["part"]) != sorted(parts):
        raise DataError(
            f"a balance of two waves has the parts {', '.join(parts)}, each once",
            remedy="pass the result of gone_and_new with all of its rows",
            column="part",
        )
    values = numbers_of(result, "value")
    refuse_row(
        np.isnan(values), lambda at: " has no count", "pass the result of gone_and_new as it was returned", "value"
    )
    flow = pd.Series(values, index=list(result["part"]))
    sums = {
        "before": ([flow["gone"]], [flow["stayed"]]),
        "after": ([flow["stayed"]], [flow["new"]]),
        "balance": ([flow["new"]], [-flow["gone"]]),
    }
    for part, others in sums.items():
        require_sum(result[result["part"] == part], "value", others, "the other parts")
    refuse_row(
        (result["part"] != "balance").to_numpy(bool) & (values < 0),
        lambda at: f": {result['part'].iloc[at]} is a count, and here it is negative",
        "pass the result of gone_and_new as it was returned",
        "value",
    )
    return flow


def _over(above: Any, below: Any) -> NDArray[Any]:
    """The quotient; infinite over zero, missing for zero over zero."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.true_divide(above, below)


def _lower_ratio(above: NDArray[Any], below: NDArray[Any], level: float) -> NDArray[Any]:
    """The exact lower limit of the ratio of two Poisson means, given both counts."""
    from scipy.special import betaincinv

    above = np.asarray(above, dtype=float)
    share = np.where(above > 0, betaincinv(np.maximum(above, 1e-300), np.add(below, 1), (1 - level) / 2), 0.0)
    return share / (1 - share)


def _tail(above: NDArray[Any], below: NDArray[Any]) -> NDArray[Any]:
    """The chance of so high a first count, given the sum of both, if both have one mean."""
    from scipy.special import betainc

    above = np.asarray(above, dtype=float)
    return np.where(above > 0, betainc(np.maximum(above, 1e-300), np.add(below, 1), 0.5), 1.0)


def _less(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """One figure less another, by interval arithmetic."""
    return {
        "value": one["value"] - other["value"],
        "low": one["low"] - other["high"],
        "high": one["high"] - other["low"],
    }
