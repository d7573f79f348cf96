"""Which places moved most between two spans of time, and how sure the order is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import DataError, NotComparableError
from ..language import dates, intervals, numbers
from .interrupted import fitted
from .many_tests import adjusted
from .periods import Line, breaks_of, dated, lines, rounding_left_out
from .phrases import label_in_words, where_in_words
from .ranking import rank_sets
from .result import result
from .uncertainty import checked_level

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

#: Periods in either span, at least, for errors that hang together.
_LEAST = 3


def ranked_changes(
    frame: pd.DataFrame,
    before: tuple[str, str],
    after: tuple[str, str],
    breaks: pd.DataFrame | None = None,
    simultaneous: bool = True,
    correction: str = "holm",
    level: float = 0.95,
    seed: int = 1,
    draws: int = 5000,
) -> pd.DataFrame:
    """The change of each place from one span of time to another, ranked, with the ranks that chance leaves open; rank 1 rose most.

    Parameters
    ----------
    frame
        Rows of one measure of one source: ``day, count, place`` and usually ``iso3``.
    before, after
        First and last day (or month, or year) of either span.
    breaks
        Rows of ``ex.breaks``; default: those of the series. A change of method from the first span to the end of the
        second is refused.
    simultaneous
        Sets that hold for all ranks at once; False: each for its place alone.
    correction
        For many places: ``holm``, or ``benjamini-hochberg``.
    level
        Of limits and rank sets.
    seed, draws
        Of the simulated critical values.

    Returns
    -------
    pandas.DataFrame
        A row a place that both spans have, by rank: ``mean_before, mean_after`` (for a period that was counted),
        ``difference``, ``ratio`` with
        ``ratio_low, ratio_high``, ``p_value``, ``p_adjusted``, ``verdict`` (``rose``, ``fell``, ``cannot tell``),
        ``rank, rank_low, rank_high``,
        ``undetermined``. ``attrs["missing"]`` names the places that either span counts in fewer than three
        periods, only as zero, or always alike.

    Notes
    -----
    The logarithm of the ratio is the coefficient of a quasi-Poisson regression on the span, with the errors of Newey &
    West (1987), so that
    months that hang together do not count as independent; ranks are those of `rank_sets` for estimates with standard
    errors. Places move
    together (one scan missed everywhere): that is no part of the sets, which take them as independent. Of few periods
    that hang together
    the errors are too small, as in `interrupted`, and there are no placebo dates to widen them: take long spans.

    Raises
    ------
    DataError
        For rows that are no series, spans that overlap or hold nothing, fewer than two places.
    NotComparableError
        For several measures or sources, or a change of method within.
    """
    import numpy as np
    import pandas as pd
    from scipy.special import stdtr, stdtrit

    checked_level(level)
    every = lines(frame)
    if len({(line.keys.get("source"), line.keys.get("measure")) for line in every}) > 1:
        raise NotComparableError("the table holds several measures or sources; a ranking is of one.")
    spans = [_span(every[0].periods, span) for span in (before, after)]
    if spans[0][1] > spans[1][0]:
        raise DataError("the first span does not end before the second begins; give them in order of time.")
    within = [
        one
        for one in breaks_of(every[0], breaks, frame.attrs.get("series"))
        if spans[0][0] < one.before and one.before - one.inside < spans[1][1]
    ]
    if within:
        raise NotComparableError(
            f"the way of counting changes within the two spans ({within[0].date}: {within[0].reason}); a change across it says nothing.",
            breaks=[one.date for one in within],
        )
    rows, missing = [], []
    for line in every:
        first, second = (line.values[begin:end][~np.isnan(line.values[begin:end])] for begin, end in spans)
        # The same count in every period of a span leaves an error of nothing, which would make any change sure.
        if (
            min(len(first), len(second)) < _LEAST
            or not first.any()
            or not second.any()
            or not (np.ptp(first) or np.ptp(second))
        ):
            missing.append(_name(line))
            continue
        change, error = _log_ratio(first, second)
        free = len(first) + len(second) - 2
        reach = stdtrit(free, (1 + level) / 2) * error
        rows.append(
            line.keys
            | {
                "mean_before": first.mean(),
                "mean_after": second.mean(),
                "difference": second.mean() - first.mean(),
                "ratio": np.exp(change),
            }
            | {"ratio_low": np.exp(change - reach), "ratio_high": np.exp(change + reach)}
            | {"p_value": float(2 * stdtr(free, -abs(change) / error))}
            | {"change": change, "error": error}
        )
    if len(rows) < 2:
        raise DataError(
            "fewer than two places were counted often enough in both spans; choose longer spans or another measure."
        )
    found = pd.DataFrame(rows)
    found["p_adjusted"] = adjusted(found["p_value"].to_numpy(float), correction)
    sure = found["p_adjusted"] <= 1 - level
    found["verdict"] = np.where(~sure, "cannot tell", np.where(found["ratio"] > 1, "rose", "fell"))
    # Ranks do not change if all values are shifted, and rank_sets takes no negative ones.
    shifted = found["change"] - found["change"].min()
    ranks = rank_sets(
        pd.DataFrame({"value": shifted, "low": shifted, "high": shifted, "error": found["error"], "at": found.index}),
        error="error",
        simultaneous=simultaneous,
        level=level,
        seed=seed,
        draws=draws,
    ).set_index("at")
    found = found.join(ranks[["rank", "rank_low", "rank_high", "undetermined"]])
    found = found.sort_values(["rank", *[key for key in ("iso3", "place") if key in found]])
    warnings = [
        "Places are taken as independent; what moved them all (a missed scan) is in every one of them.",
        *rounding_left_out(every),
    ]
    return result(
        found.drop(columns=["change", "error"]).reset_index(drop=True),
        "movers.ranked_changes",
        of=frame,
        level=level,
        limits="chance",
        seed=seed,
        method="quasi-Poisson, Newey–West; ranks by step-down",
        warnings=warnings,
        missing=missing,
        parameters={
            "before": list(before),
            "after": list(after),
            "simultaneous": simultaneous,
            "correction": correction,
            "draws": draws,
        },
    )


def top_movers(changes: pd.DataFrame, k: int = 5, by: str = "difference") -> pd.DataFrame:
    """Of a result of `ranked_changes` the places whose change is sure and largest, both up and down.

    Parameters
    ----------
    changes
        What `ranked_changes` gave.
    k
        How many places in either direction, at most.
    by
        ``difference`` (units), or ``ratio``.

    Returns
    -------
    pandas.DataFrame
        Rows of ``changes``, those that rose most first and those that fell most last, with ``share``: of the sum of all
        rises (or
        falls) the part that is this place's. No row if no change is sure.

    Raises
    ------
    DataError
        If the frame is no such result, or ``k`` or ``by`` is none of the possible.
    """
    import pandas as pd

    if changes.attrs.get("statistic") != "movers.ranked_changes":
        raise DataError("this table is no result of ranked_changes; pass such a result as it came.")
    if by not in ("difference", "ratio") or not (isinstance(k, int) and k >= 1):
        raise DataError("movers are taken by difference or by ratio, one or more in either direction.", by=by, k=k)
    up, down = changes[changes["difference"] > 0], changes[changes["difference"] < 0]
    parts = [part.assign(share=part["difference"] / part["difference"].sum()) for part in (up, down)]
    rose = parts[0][parts[0]["verdict"] == "rose"].sort_values(by, ascending=False, kind="stable").head(k)
    fell = parts[1][parts[1]["verdict"] == "fell"].sort_values(by, kind="stable").head(k).iloc[::-1]
    made = changes.attrs
    return result(
        pd.concat([rose, fell], ignore_index=True),
        "movers.top_movers",
        of=changes,
        method=made["method"],
        level=made["level"],
        limits=made["limits"],
        seed=made["seed"],
        missing=made["missing"],
        parameters=made["parameters"] | {"k": k, "by": by, "places": len(changes)},
    )


def facts(result: pd.DataFrame, lang: str) -> tuple[str, dict[str, str]]:
    """The case and the parts of the sentence for `describe`."""
    made = result.attrs["parameters"]
    label = label_in_words(result, lang)
    parts = {
        "label": label[:1].upper() + label[1:],
        "before": _told(made["before"], lang),
        "after": _told(made["after"], lang),
    }
    if result.attrs["statistic"] == "movers.top_movers":
        parts["places"] = numbers.number(made["places"], lang)
        if result.empty:
            return "none_moved", parts
        first = result.loc[result["difference"].abs().idxmax()]
        parts |= {
            "place": where_in_words(first, lang),
            "change": numbers.percent(first["ratio"] - 1, lang, signed=True, digits=1),
            "up": numbers.number(int((result["verdict"] == "rose").sum()), lang),
            "down": numbers.number(int((result["verdict"] == "fell").sum()), lang),
        }
        return "moved", parts
    first = result.iloc[0]
    parts |= {
        "place": where_in_words(first, lang),
        "ratio": numbers.number(first["ratio"], lang, 3),
        "span": intervals.span(first["ratio_low"], first["ratio_high"], lang),
        "ranks": intervals.between(numbers.number(first["rank_low"], lang), numbers.number(first["rank_high"], lang)),
        "places": numbers.number(len(result), lang),
        "level": numbers.percent(result.attrs["level"], lang, digits=1),
        "sure": numbers.number(int((result["verdict"] != "cannot tell").sum()), lang),
    }
    return "ranked", parts


def _name(line: Line) -> str:
    return str(next((line.keys[key] for key in ("place", "iso3") if isinstance(line.keys.get(key), str)), "?"))


def _told(span: list[str], lang: str) -> str:
    return intervals.between(*(dates.date(day, lang) for day in span), joint=" – ")


def _span(periods: pd.PeriodIndex, span: tuple[str, str]) -> tuple[int, int]:
    """The positions of the periods that lie in a span of days, months or years: from, and before."""
    import pandas as pd

    begin, end = pd.Timestamp(dated(span[0])), pd.Period(str(span[1])).end_time
    starts, ends = periods.to_timestamp(how="start"), periods.to_timestamp(how="end")
    inside = ((starts >= begin) & (ends <= end)).nonzero()[0]
    if not len(inside):
        raise DataError(
            f"no whole period lies between {span[0]} and {span[1]}; choose a span within the series.", span=list(span)
        )
    return int(inside[0]), int(inside[-1]) + 1


def _log_ratio(first: np.ndarray, second: np.ndarray) -> tuple[float, float]:
    """The logarithm of the ratio of two means, and its error."""
    import numpy as np

    counts = np.concatenate([first, second])
    later = (np.arange(len(counts)) >= len(first)).astype(float)
    estimate, covariance, _ = fitted(
        counts, np.column_stack([np.ones(len(counts)), later]), int(4 * (len(counts) / 100) ** (2 / 9))
    )
    return float(estimate[1]), float(np.sqrt(covariance[1, 1]))
