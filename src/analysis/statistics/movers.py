"""Which places moved most between two spans of time, and how sure the order is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..errors import DataError, NotComparableError
from ..frames import plain, row_names
from ..language import dates, intervals, numbers
from ..language.plurals import Counted
from ..meaning import checked_level
from .breaks import dated
from .lines import Line, lines, rounding_left_out, taken_as_alike
from .many_tests import adjusted
from .phrases import named_series, where_in_words
from .ranking import rank_sets
from .result import Record, needed, only, result, rows_told
from .returned import told

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Periods in either span, at least, for errors that are correlated.
_LEAST = 3
#: Of n periods so many times n^⅔ cosines tell how much a mean varies (Lazarus, Lewis, Stock & Watson 2018).
_COSINES = 0.4
#: An error of the log ratio below this is rounding of the computer.
_NO_SPREAD = 1e-9
#: What all places of one ranking have in common.
_OF = ("series", "source", "measure")
_RANKED = "movers.ranked_changes"
_CORRECTED = {"holm": "Holm over all places", "benjamini-hochberg": "Benjamini–Hochberg over all places"}
_FAMILY = {
    "holm": "The verdicts hold over all {places} places together (Holm); p_value and limits are of each place alone.",
    "benjamini-hochberg": "Of the places that are named a share of 1 − level may not have moved (Benjamini–Hochberg, "
    "{places} places); p_value and limits are of each place alone.",
}


def ranked_changes(
    frame: Any,
    span_before: tuple[str, str],
    span_after: tuple[str, str],
    *,
    breaks: pd.DataFrame | Sequence[str] | None = None,
    simultaneous: bool = True,
    correction: str = "holm",
    level: float = 0.95,
    draws: int = 5000,
    seed: int = 1,
) -> pd.DataFrame:
    """The change of each place from one span of time to another, ranked; rank 1 rose most.

    Parameters
    ----------
    frame
        Rows of one measure of one source: ``day, count, place`` and usually ``iso3``.
    span_before, span_after
        First and last day (or month, or year) of either span.
    breaks
        Rows of ``ex.breaks``, or dates, where the way of counting changed; ``()`` for none. Default: those that the
        rows tell. A change of method from the first span to the end of the second is refused.
    simultaneous
        Sets that hold for all ranks at once; False: each for its place alone.
    correction
        For many places: ``holm``, or ``benjamini-hochberg``.
    level
        Of limits and rank sets.
    draws, seed
        Of the simulated critical values.

    Returns
    -------
    pandas.DataFrame
        One row per place that both spans have, by rank: ``mean_before, mean_after`` (for a period that was counted),
        ``difference``, ``ratio`` with ``ratio_low, ratio_high``, ``p_value``, ``p_adjusted``, ``verdict`` (``rose``,
        ``fell``, ``cannot tell``), ``rank, rank_low, rank_high`` (that chance leaves open), ``undetermined``;
        ``span_before``, ``span_after`` as text. ``attrs["missing"]`` names the places that either span counts in fewer
        than three periods, only as zero, or always alike.

    Notes
    -----
    *Who moved* is one statement about all places: ``verdict`` goes by ``p_adjusted``, so that with Holm's correction
    (1979; valid however places are correlated) the chance that even one place is named though none moved is at most
    1 − ``level``. ``ratio_low, ratio_high`` and ``p_value`` are of each place alone. The error of the logarithm of the
    ratio is quasi-Poisson with the variance at the slowest cosines of either span, ⌊0.4 n^⅔⌋ of n periods, so that
    months that are correlated do not count as independent, and Student's t with as many degrees of freedom (the EWC
    test of Lazarus, Lewis, Stock & Watson 2018, J. Bus. Econ. Statist. 36, 541–559): unlike Newey & West's errors of
    two short spans it keeps the small tails that a correction for many places looks at. Short spans therefore tell
    large changes only; take long ones. Ranks are those of `rank_sets` for estimates, with errors widened from the
    normal distribution to Student's t. Places that move together (one scan missed everywhere) are taken as independent
    there.

    Raises
    ------
    DataError
        For rows that are not series, spans that overlap or hold nothing, fewer than two places.
    NotComparableError
        For several measures or sources, or a change of method within.

    Examples
    --------
    >>> import analysis as ex
    >>> summed = ex.series("cybergreen-open-services", measure="open_ntp", places=["DEU", "FRA", "USA"])
    >>> found = ranked_changes(summed, ("2015-11", "2016-02"), ("2016-03", "2016-07"), draws=500)
    >>> found[["iso3", "rank_low", "rank_high"]].shape
    (3, 3)
    """
    checked_level(level)
    frame = plain(frame, "the series")
    every = lines(frame, breaks=breaks)
    if len({tuple(line.keys.get(key) for key in _OF) for line in every}) > 1:
        raise NotComparableError("the table holds several measures, sources or series", remedy="select one")
    spans = _spans(every[0], span_before, span_after)
    tried = {_name(line): _change(line, spans, level) for line in every}
    rows = [row for row in tried.values() if row is not None]
    missing = [name for name, row in tried.items() if row is None]
    if len(rows) < 2:
        raise DataError(
            "fewer than two places were counted often enough in both spans",
            remedy="choose longer spans or another measure",
        )
    found = pd.DataFrame(rows)
    found["p_adjusted"] = adjusted(found["p_value"].to_numpy(float), correction)
    sure = found["p_adjusted"] <= 1 - level
    found["verdict"] = np.where(~sure, "cannot tell", np.where(found["ratio"] > 1, "rose", "fell"))
    found = _ranked(found, simultaneous=simultaneous, level=level, draws=draws, seed=seed)
    warnings = [
        _FAMILY[correction].format(places=len(found)),
        "Places are taken as independent; what moved them all (a missed scan) is in every one of them.",
        "Where months are correlated by 0.6, one of 20 simulated places that did not move was named in 6 % of runs.",
        *rounding_left_out(every),
        *taken_as_alike(every),
    ]
    return result(
        found.drop(columns=["change", "error", "free"])
        .reset_index(drop=True)
        .assign(span_before=" – ".join(span_before), span_after=" – ".join(span_after), places=len(found)),
        _RANKED,
        of=frame,
        level=level,
        limits="chance",
        method=f"quasi-Poisson, EWC errors, Student's t; who moved: {_CORRECTED[correction]}; ranks by step-down",
        record=Record(
            seed=seed,
            warnings=warnings,
            missing=missing,
            parameters={
                "span_before": list(span_before),
                "span_after": list(span_after),
                "simultaneous": simultaneous,
                "correction": correction,
                "draws": draws,
            },
        ),
    )


def _spans(line: Line, before: tuple[str, str], after: tuple[str, str]) -> list[tuple[int, int]]:
    """The positions of two spans, the first before the second, with no change of method from one to the other."""
    spans = [_span(line.periods, span) for span in (before, after)]
    if spans[0][1] > spans[1][0]:
        raise DataError("the first span does not end before the second begins", remedy="give them in order of time")
    within = [one for one in line.breaks if spans[0][0] < one.before and one.before - one.inside < spans[1][1]]
    if within:
        raise NotComparableError(
            f"the way of counting changes within the two spans ({within[0].date}: {within[0].reason}); a change across "
            "it says nothing",
            remedy="choose spans of one stretch",
            breaks=[one.date for one in within],
        )
    return spans


def _ranked(found: pd.DataFrame, *, simultaneous: bool, level: float, draws: int, seed: int) -> pd.DataFrame:
    """The changes with their ranks and the ranks that chance leaves open, in the order of rank."""
    # Ranks do not change if all values are shifted, and rank_sets takes no negative ones.
    shifted = found["change"] - found["change"].min()
    ranks = rank_sets(
        pd.DataFrame({"value": shifted, "low": shifted, "high": shifted, "at": found.index}).assign(
            error=_as_if_normal(found, simultaneous, level)
        ),
        error="error",
        simultaneous=simultaneous,
        level=level,
        seed=seed,
        draws=draws,
    ).set_index("at")
    found = found.join(ranks[["rank", "rank_low", "rank_high", "undetermined"]])
    return found.sort_values(["rank", *[key for key in ("iso3", "place") if key in found]])


def top_movers(found: Any, k: int = 5, *, order: str = "difference") -> pd.DataFrame:
    """Of a result of `ranked_changes` the places whose change is sure and largest, both up and down.

    Parameters
    ----------
    found
        What `ranked_changes` gave.
    k
        How many places in either direction, at most.
    order
        By what they are sorted: ``difference`` (units), or ``ratio``.

    Returns
    -------
    pandas.DataFrame
        Rows of ``found``, those that rose most first and those that fell most last, with ``share``: of the sum of all
        rises (or falls) the part that is this place's, and ``places``: how many were compared. If no change is sure,
        one row without a place, with the verdict ``none``.

    Raises
    ------
    DataError
        If the frame is not such a result, or holds two of them; for another ``k`` or ``order``.

    Examples
    --------
    >>> import analysis as ex
    >>> summed = ex.series("cybergreen-open-services", measure="open_ntp", places=["DEU", "FRA", "USA"])
    >>> found = ranked_changes(summed, ("2015-11", "2016-02"), ("2016-03", "2016-07"), draws=500)
    >>> int(top_movers(found, 1)["places"].iloc[0])
    3
    """
    found = plain(found, "the table of changes")
    if needed(found, "statistic", "pass a result of ranked_changes with all of its columns") != _RANKED:
        raise DataError("this table is not a result of ranked_changes", remedy="pass such a result as it came")
    found = told(found)
    if order not in ("difference", "ratio") or not (isinstance(k, int) and k >= 1):
        raise DataError(
            "movers are taken by difference or by ratio, one or more in either direction",
            remedy="give order='difference' or 'ratio', and k=1 or more",
            order=order,
            k=k,
        )
    for column in (*_OF, "span_before", "span_after"):
        only(found, column)
    if (twice := found.duplicated([name for name in ("iso3", "place") if name in found])).any():
        raise DataError(
            f"{row_names(found)[int(twice.to_numpy().argmax())]} stands in the changes twice",
            remedy="pass the result of one call of ranked_changes",
        )
    up, down = found[found["difference"] > 0], found[found["difference"] < 0]
    parts = [part.assign(share=part["difference"] / part["difference"].sum()) for part in (up, down)]
    rose = parts[0][parts[0]["verdict"] == "rose"].sort_values(order, ascending=False, kind="stable").head(k)
    fell = parts[1][parts[1]["verdict"] == "fell"].sort_values(order, kind="stable").head(k).iloc[::-1]
    moved = pd.concat([rose, fell], ignore_index=True)
    places = int(needed(found, "places", "pass a result of ranked_changes with all of its columns"))
    if moved.empty:
        kept = [name for name in ("series", "source", "measure", "grain", "span_before", "span_after") if name in found]
        moved = found.head(1)[kept].reset_index(drop=True).assign(verdict="none", share=np.nan, limits="chance")
    return result(
        moved.assign(places=places),
        "movers.top_movers",
        of=found,
        method=needed(found, "method", "pass a result of ranked_changes with all of its columns"),
        level=needed(found, "level", "pass a result of ranked_changes with all of its columns"),
        limits="chance",
        record=Record(parameters={"k": k, "order": order, "places": places}),
    )


def facts(result: pd.DataFrame, lang: str) -> tuple[str, dict[str, str]]:
    """The case and the parts of the sentence for `describe`."""
    # Whoever sorted the table otherwise: the place that rose most is told. Where none moved there is no ratio.
    if "ratio" in result:
        result = result.sort_values("ratio", ascending=False, kind="stable", ignore_index=True)
    first = result.iloc[0]
    parts = {
        "label": named_series(result, lang, place=False),
        "before": _told(first["span_before"], lang),
        "after": _told(first["span_after"], lang),
    }
    if first["statistic"] == "movers.top_movers":
        parts["places"] = numbers.number(int(first["places"]), lang)
        if first["verdict"] == "none":
            return "none_moved", parts
        first = result.loc[result["difference"].abs().idxmax()]
        return "moved", parts | {
            "place": where_in_words(first, lang),
            "change": numbers.percent(first["ratio"] - 1, lang, decimals=1, signed=True),
            "up": Counted(int((result["verdict"] == "rose").sum()), lang),
            "down": Counted(int((result["verdict"] == "fell").sum()), lang),
        }
    first = rows_told(result, result["rank_low"].notna(), "its ranks").iloc[0]
    ends = (numbers.number(int(first[name]), lang) for name in ("rank_low", "rank_high"))
    return "ranked", parts | {
        "place": where_in_words(first, lang),
        "ratio": numbers.number(first["ratio"], lang, 3),
        "span": intervals.span(first["ratio_low"], first["ratio_high"], lang),
        "ranks": intervals.between(*ends),
        "places": numbers.number(int(first["places"]), lang),
        "level": numbers.percent(first["level"], lang, decimals=1),
        "sure": numbers.number(int((result["verdict"] != "cannot tell").sum()), lang),
    }


def _change(line: Line, spans: list[tuple[int, int]], level: float) -> dict[str, Any] | None:
    """The change of one place; None where it was counted too rarely, only as zero, or always alike."""
    from scipy.special import stdtr, stdtrit

    first, second = (line.values[begin:end][line.known[begin:end]] for begin, end in spans)
    if min(len(first), len(second)) < _LEAST or not first.any() or not second.any():
        return None
    change = float(np.log(second.mean() / first.mean()))
    error, free = _error(first, second)
    # Counts that are always alike leave an error of nothing, which would make any change sure.
    if not error > _NO_SPREAD:
        return None
    reach = stdtrit(free, (1 + level) / 2) * error
    return line.meaning | {
        "mean_before": first.mean(),
        "mean_after": second.mean(),
        "difference": second.mean() - first.mean(),
        "ratio": np.exp(change),
        "ratio_low": np.exp(change - reach),
        "ratio_high": np.exp(change + reach),
        "p_value": float(2 * stdtr(free, -abs(change) / error)),
        "change": change,
        "error": error,
        "free": free,
    }


def _name(line: Line) -> str:
    return str(next((line.keys[key] for key in ("place", "iso3") if isinstance(line.keys.get(key), str)), "?"))


def _told(span: str, lang: str) -> str:
    first, last = (dates.date(day, lang) for day in span.split(" – "))
    return intervals.between(first, last, joint=" – ")


def _span(periods: pd.PeriodIndex, span: tuple[str, str]) -> tuple[int, int]:
    """The positions of the periods that lie in a span of days, months or years: from, and before."""
    begin, end = pd.Timestamp(dated(span[0])), pd.Period(str(span[1])).end_time
    starts, ends = periods.to_timestamp(how="start"), periods.to_timestamp(how="end")
    inside = ((starts >= begin) & (ends <= end)).nonzero()[0]
    if not len(inside):
        raise DataError(
            f"no whole period lies between {span[0]} and {span[1]}",
            remedy="choose a span within the series",
            span=list(span),
        )
    return int(inside[0]), int(inside[-1]) + 1


def _error(first: NDArray[np.float64], second: NDArray[np.float64]) -> tuple[float, int]:
    """The standard error of the logarithm of the ratio of two means, and its degrees of freedom."""
    slow = np.concatenate([_slow_parts((span - span.mean()) / np.sqrt(span.mean())) for span in (first, second)])
    dispersion = float(slow @ slow) / len(slow)
    return float(np.sqrt(dispersion * (1 / first.sum() + 1 / second.sum()))), len(slow)


def _slow_parts(rest: NDArray[np.float64]) -> NDArray[np.float64]:
    """Projections on the slowest cosines of a span: each has the variance of its mean, and is independent of it."""
    many = max(1, int(_COSINES * len(rest) ** (2 / 3)))
    at = (np.arange(len(rest)) + 0.5) / len(rest)
    return np.asarray(np.sqrt(2 / len(rest)) * np.cos(np.pi * np.outer(np.arange(1, many + 1), at)) @ rest)


def _as_if_normal(found: pd.DataFrame, simultaneous: bool, level: float) -> NDArray[np.float64]:
    """Errors so widened that the normal limit of the smallest test of a rank is that of Student's t.

    The difference of two places has at least the fewer of their degrees of freedom (Mickey & Brown 1966).
    """
    from scipy.special import ndtri, stdtrit

    tests = len(found) * (len(found) - 1) if simultaneous else 2 * (len(found) - 1)
    tail = (1 - level) / tests
    fewest = found["free"].min()
    return np.asarray(found["error"] * stdtrit(fewest, 1 - tail) / ndtri(1 - tail), dtype=float)
