"""Before and after: an interrupted time series, with placebo dates beside it; refused where it cannot answer.

A segmented regression says whether level and slope of one series differ before and after a date fixed in advance. It
never says what made the difference: one series, one date, and whatever else happened then.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..errors import DataError, NotComparableError, unknown
from ..frames import plain
from ..language import dates, intervals, numbers
from ..language.catalogue import say
from ..language.plurals import Counted
from ..meaning import checked_level
from .breaks import Break, position
from .lines import Line, lines, one_line, rounding_left_out, taken_as_alike
from .other_events import alone
from .phrases import named_series
from .result import Record, needed, result, rows_told
from .segmented import EXACT, LEAST, Segmented

if TYPE_CHECKING:
    from numpy.typing import NDArray

ACROSS_BREAKS = ("refuse", "model")


def interrupted(
    frame: Any,
    at: str,
    *,
    value: str = "count",
    per: str | None = None,
    control: Any = None,
    events: pd.DataFrame | None = None,
    breaks: pd.DataFrame | Sequence[str] | None = None,
    across_breaks: str = "refuse",
    window: int = 36,
    trend: bool = True,
    slope: bool = True,
    season: int | None = None,
    lags: int | None = None,
    placebos: int = 40,
    level: float = 0.95,
) -> pd.DataFrame:
    """Level and slope of a series after a date against those before it (interrupted time series, segmented regression).

    Parameters
    ----------
    frame
        Rows of one series: ``day`` and the value.
    at
        The date, fixed before looking: a day, month or year. A period in which it falls without beginning it belongs to
        neither side.
    value
        The column analysed.
    per
        A column of denominators; rates are then compared.
    control
        Rows of one or several other series that had no such event, counted in the same way over the same time: the
        ratio to their sum is then analysed, so that what moved all (season, habit of reporting) drops out.
    events
        Rows of ``ex.events`` (``date, place, event``): another event within the window, of the same place or of the
        world, is refused. None says that nobody looked, and is warned of.
    breaks
        Rows of ``ex.breaks``, or dates, where the way of counting changed; ``()`` for none. Default: those that the
        rows tell.
    across_breaks
        ``refuse`` a change of method within the window, or ``model``: give each a step of its own.
    window
        Periods looked at on either side.
    trend
        Whether the series has a slope; False (with ``slope=False``) compares levels alone, with a control the
        difference in differences.
    slope
        Let the slope change too, not the level alone.
    season
        Pairs of sine and cosine. Default: two for months, three for days, where the window has three rounds of the
        season.
    lags
        Periods over which errors may be correlated. Default: ⌊4 (n/100)^(2/9)⌋ (Newey & West 1994).
    placebos
        Placebo dates at most, evenly over those that there is room for.
    level
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        First the date, then the placebo dates (``placebo`` true): ``day``, periods ``before, after``; ``ratio`` (level
        right after over what the course before would give) with ``ratio_low, ratio_high``, ``widened`` (by how much,
        see below); ``slope_before, slope_after`` (factors a year) and ``slope_ratio`` with limits (missing without
        ``slope``); ``t``, ``slope_t``, ``p_value`` of the level; ``dispersion`` (variance over mean about the fit;
        above 1 means more than Poisson), ``lags``, ``free`` (degrees of freedom), ``method``. Of the date also ``at``,
        ``placebos`` (how many), ``placebo_share``: of the placebo dates those with a step as large for its error;
        ``placebo_p``: of all dates, itself among them, those with such a step;
        ``verdict``: ``higher``, ``lower``, or ``cannot tell``: the limits hold 1, or placebo_p exceeds 1 − level (as it
        must with few placebo dates: nineteen are needed for 95 %).

    Notes
    -----
    log μ_t = log d_t + β₀ + β₁ t + β₂ [t ≥ T] + β₃ (t − T) [t ≥ T] + season (+ a step for each modelled break), by
    quasi-likelihood with the variance proportional to the mean (Bernal, Cummins & Gasparrini 2017, Int. J. Epidemiol.
    46, 348–355; `statsmodels` GLM). Errors are those of Newey & West (1987, Econometrica 55, 703–708) with Bartlett
    weights and n / (n − k), limits by Student's t: they allow for overdispersion and for neighbours that are
    correlated. With controls the count of the series among all is binomial given their sum, with the same terms for the
    logit (the stacked model with a free level for every period).

    Where one side holds no count at all the regression has no answer. The ratio, 0 or infinite, then has the exact
    conditional limits of two Poisson counts with periods (or denominators) as exposure (``method`` ``exact
    conditional``; R's poisson.test; with controls Fisher's), the number of counts divided by their dispersion where
    that exceeds 1; the limits speak of the level over the whole side, and there is no slope.

    Placebo dates use one side of the date only, so that the event itself is in none of them. The errors are too small
    in short series. The limits of the date are therefore widened until they would hold 1 at 95 % of the placebo dates
    (``level`` of them); ``widened`` says by how much, those of the placebo dates stay as they are.

    Raises
    ------
    DataError
        For rows that are not series, fewer than eight periods on either side, no count at all in the window, counts too
        few for all terms, an unknown option, a control of other periods.
    NotComparableError
        If another event falls into the window, or a change of method that is not modelled, or one at the date itself,
        which nothing can model.

    Examples
    --------
    >>> import analysis as ex
    >>> reports = ex.series("us-breach-register", measure="breaches", since="2015-01-01", until="2024-09-30")
    >>> found = interrupted(reports, "2020-03", window=24).iloc[0]
    >>> [round(float(found[name]), 2) for name in ("ratio", "ratio_low", "ratio_high")], found["verdict"]
    ([0.99, 0.58, 1.7], 'cannot tell')
    """
    _checked_options(across_breaks, window, placebos, level)
    frame = plain(frame, "the series")
    line = one_line(frame, value, breaks=breaks)
    size = one_line(frame, per, breaks=breaks).values if per else np.ones(len(line.values))
    other = _controlled(line, control, value, per)
    start, inside = position(line.periods, at)
    first, last = max(start - inside - window, 0), min(start + window, len(line.values))
    _enough(line, at, first, start - inside, start, last)
    alone(line, at, first, last, events)
    steps = _methods(line, at, first, start - inside, start, last, across_breaks)
    model = Segmented(line, size, other, trend=trend, slope=slope, season=season, lags=lags, level=level)
    real = model.at(first, start - inside, start, last, steps)
    if np.isnan(real["t"]):
        _explain(line, at, first, last)
    first_row = {"day": line.days[min(start, len(line.days) - 1)], "placebo": False} | real
    dates_tried = _placebo_dates(line, start - inside, start, window, across_breaks, placebos)
    rows = [first_row, *_at_placebo_dates(model, dates_tried)]
    found = _judged(pd.DataFrame(rows), level, slope=slope).assign(at=str(at))
    found = pd.DataFrame([line.meaning] * len(found)).join(found)
    return result(
        found,
        "interrupted.interrupted",
        of=frame,
        level=level,
        limits="chance",
        method="quasi-binomial against controls, Newey–West" if other is not None else "quasi-Poisson, Newey–West",
        record=Record(
            warnings=_warnings(line, found, events, steps),
            parameters={
                "at": str(at),
                "window": window,
                "slope": slope,
                "season": model.pairs,
                "per": per,
                "value": value,
                "grain": line.grain,
                "placebos": len(found) - 1,
                "control": control is not None,
                "breaks_modelled": [one.date for one in line.breaks if one.before in steps],
            },
        ),
    )


def _checked_options(across_breaks: str, window: int, placebos: int, level: float) -> None:
    checked_level(level)
    if across_breaks not in ACROSS_BREAKS:
        raise unknown("way across breaks", across_breaks, ACROSS_BREAKS, across_breaks=across_breaks)
    if placebos < 0:
        raise DataError(f"{placebos} placebo dates cannot be tried", remedy="take 0 or more", placebos=placebos)
    if window < LEAST:
        raise DataError(f"a window of {window} periods is too short", remedy=f"take at least {LEAST}", window=window)


def _at_placebo_dates(model: Segmented, dates_tried: list[tuple[int, int, int]]) -> Iterator[dict[str, Any]]:
    """A row for each placebo date that has an estimate."""
    for place, begin, end in dates_tried:
        inner = [one.before for one in model.line.breaks if begin < one.before < end]
        tried = model.at(begin, place, place, end, inner)
        if min(tried["before"], tried["after"]) >= LEAST and np.isfinite(tried["t"]):
            yield {"day": model.line.days[place], "placebo": True} | tried


def _warnings(line: Line, found: pd.DataFrame, events: pd.DataFrame | None, steps: list[int]) -> list[str]:
    warnings = [
        "A difference after a date is not its effect: whatever else happened then is in it, and duty and habit of "
        "counting change too.",
        *rounding_left_out([line]),
        *taken_as_alike([line]),
    ]
    if events is None:
        warnings.append("Nobody looked for other events in the window; pass ex.events().")
    if len(found) == 1:
        warnings.append("The series has no room for a placebo date, so nothing can be said.")
    if found["method"].iloc[0] == EXACT:
        warnings.append("One side holds no count at all: the limits are of its level, and there is no slope.")
    if steps:
        warnings.append(
            "Changes of method within the window have a step of their own; what they did to the slope is not modelled."
        )
    return warnings


def facts(result: pd.DataFrame, lang: str) -> tuple[str, dict[str, str]]:
    """The case and the parts of the sentence for `describe`."""
    placebo = result["placebo"].astype(str).str.lower() == "true"
    row = rows_told(result, ~placebo & result["placebos"].notna(), "its row of the date itself").iloc[0]
    parts = {
        "label": named_series(result, lang),
        "date": dates.date(str(row["at"]), lang),
        "day": dates.period_from(row["day"], row["grain"], lang),
        "ratio": numbers.signed(row["ratio"], lang) if np.isfinite(row["ratio"]) else "∞",
        "span": intervals.span(row["ratio_low"], row["ratio_high"], lang),
        "level": numbers.percent(row["level"], lang, decimals=1),
        "p": numbers.p_value(row["p_value"], lang),
        "placebos": Counted(int(row["placebos"]), lang),
    }
    parts["course"] = say("course_of_controls" if "control" in str(row["method"]) else "course", lang, family="words")
    exact = row["method"] == EXACT
    # Forms for a side before and one after the date.
    parts["after"] = Counted(2 if row["ratio"] < 1 else 1, lang)
    if not row["placebos"]:
        return "exact_without" if exact else "without_placebo", parts
    share = needed(result, "placebo_share", "pass the result of interrupted as it was returned")
    parts["as_large"] = numbers.number(round(share * row["placebos"]), lang)
    open_ = row["verdict"] == "cannot tell"
    return ("exact_open" if open_ else "exact") if exact else "open" if open_ else "told", parts


class TooFewPeriodsError(DataError):
    """A series that is too short, or holds too few counts, on one side of a date."""


def _enough(line: Line, at: str, first: int, end: int, start: int, last: int) -> None:
    many = int(line.known[first:end].sum()), int(line.known[start:last].sum())
    counts = np.nansum(line.values[first:end]), np.nansum(line.values[start:last])
    # Where nothing was counted on one side, the exact limits need no slope and no season.
    if min(many) < (LEAST if min(counts) > 0 else 1):
        raise TooFewPeriodsError(
            f"the series has {Counted(many[0], 'en'):1 period|{many[0]} periods} before {at} and {many[1]} after it "
            "within the window",
            remedy=f"take a longer one: {LEAST} are needed on either side",
            date=at,
        )


def _explain(line: Line, at: str, first: int, last: int) -> None:
    """Say why the window gives no estimate."""
    if not np.nansum(line.values[first:last]):
        raise TooFewPeriodsError(
            "the window holds no count at all, before or after", remedy="take a longer one", date=at
        )
    raise TooFewPeriodsError(
        "the window has too few periods or counts for slope, season and steps at once",
        remedy="take a longer one, slope=False or season=0",
        date=at,
    )


def _controlled(line: Line, control: Any, value: str, per: str | None) -> NDArray[np.float64] | None:
    """The counts of all controls together in the periods of the series."""
    if control is None:
        return None
    if per is not None:
        raise DataError(
            "with a control the ratio of two counts is analysed, which needs no denominator",
            remedy="leave per out",
            per=per,
        )
    together = np.zeros(len(line.values))
    for other in lines(control, value, breaks=()):
        if other.grain != line.grain:
            raise DataError(
                f"the control is counted by {other.grain}, the series by {line.grain}", remedy="resample one of them"
            )
        elsewhere = any(other.keys.get(key) != line.keys.get(key) for key in ("iso3", "place"))
        if "measure" in line.keys and other.keys.get("measure") != line.keys["measure"] and elsewhere:
            raise NotComparableError(
                "the control counts another thing at another place",
                remedy="take the same measure elsewhere, or another measure here",
            )
        together += pd.Series(other.values, index=other.periods).reindex(line.periods).to_numpy(np.float64)
    return together


def _judged(found: pd.DataFrame, level: float, *, slope: bool) -> pd.DataFrame:
    """The rows with what the placebo dates say about the date, its limits widened by them."""
    tried = found.iloc[1:]
    rest = [np.nan] * len(tried)
    as_large = int((tried["t"].abs() >= abs(found.loc[0, "t"])).sum())
    found["placebos"] = [float(len(tried)), *rest]
    found["placebo_share"] = [as_large / len(tried) if len(tried) else np.nan, *rest]
    found["placebo_p"] = [(1 + as_large) / (1 + len(tried)), *rest]
    found["widened"] = [_widen(found, "ratio", "t", level), *rest]
    if slope:
        _widen(found, "slope_ratio", "slope_t", level)
    low, high = found.loc[0, ["ratio_low", "ratio_high"]]
    sure = not low <= 1 <= high and found.loc[0, "placebo_p"] <= 1 - level
    verdict = ("higher" if found.loc[0, "ratio"] > 1 else "lower") if sure else "cannot tell"
    found["verdict"] = [verdict, *[""] * len(tried)]
    return found


def _widen(found: pd.DataFrame, ratio: str, t: str, level: float) -> float:
    """Widen the limits of the date until they would hold 1 at so many of the placebo dates; by how much.

    The errors of Newey and West are too small in short series; how much too small the placebo dates tell (as in the
    empirical calibration of Schuemie et al. 2014, Stat. Med. 33, 209–218). Of too few placebo dates nothing is learned,
    and exact limits have no error that could be too small.
    """
    sizes = np.sort(found[t].iloc[1:].abs().dropna().to_numpy(np.float64))
    place = int(np.ceil(level * (len(sizes) + 1))) - 1
    ends = found.loc[0, [ratio, f"{ratio}_low", f"{ratio}_high"]].to_numpy(np.float64)
    untold = place >= len(sizes) or np.isnan(ends).any() or ends[0] == 1 or not found.loc[0, t]
    if found.loc[0, "method"] == EXACT or untold:
        return 1.0
    middle, low, high = np.log(ends)
    plain = (high - low) / 2 / abs(middle / found.loc[0, t])
    if not sizes[place] > plain:
        return 1.0
    by = float(sizes[place] / plain)
    found.loc[0, [f"{ratio}_low", f"{ratio}_high"]] = np.exp(
        [middle - by * (middle - low), middle + by * (high - middle)]
    )
    return by


def _methods(line: Line, at: str, first: int, end: int, start: int, last: int, across_breaks: str) -> list[int]:
    """Where the steps for changes of method stand; refused unless they are to be modelled."""
    within = [one for one in line.breaks if first < one.before < last or (one.inside and first < one.before == last)]
    same = [one for one in within if end <= one.before - one.inside <= start and end <= one.before <= start]
    if same:
        raise NotComparableError(
            f"the way of counting changes at the date itself ({_named(same[0])}); no model tells the two apart",
            remedy="ask about another date",
            date=at,
            breaks=[same[0].date],
        )
    if within and across_breaks == "refuse":
        raise NotComparableError(
            f"the way of counting changes within the window ({'; '.join(map(_named, within[:3]))})",
            remedy="take a shorter window, or across_breaks='model' to give it a step of its own",
            date=at,
            breaks=[one.date for one in within],
        )
    return [one.before for one in within]


def _named(one: Break) -> str:
    return f"{one.date}: {one.reason}" if one.reason else one.date


def _placebo_dates(
    line: Line, end: int, start: int, window: int, across_breaks: str, most: int
) -> list[tuple[int, int, int]]:
    """Positions of placebo dates with the window of each.

    None holds the date itself, nor an unmodelled change of method.
    """
    rooms: list[tuple[int, int]] = []
    for begin, close in ((0, end), (start, len(line.values))):
        inner = [one.before for one in line.breaks if begin < one.before < close and across_breaks == "refuse"]
        rooms += list(itertools.pairwise([begin, *inner, close]))
    possible = [
        (at, max(begin, at - window), min(close, at + window))
        for begin, close in rooms
        for at in range(begin + LEAST, close - LEAST + 1)
        if not any(at == one.before for one in line.breaks)
    ]
    if len(possible) <= most:
        return possible
    return [possible[n] for n in np.unique(np.linspace(0, len(possible) - 1, most).round().astype(int))] if most else []
