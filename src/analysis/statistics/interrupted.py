"""Before and after: an interrupted time series, with placebo dates beside it, and refused where it could not answer.

A segmented regression says whether level and slope of one series differ before and after a date fixed in advance. It
never says
what made the difference: one series, one date, and whatever else happened then.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from ..errors import DataError, NotComparableError
from ..language import dates, intervals, numbers
from .periods import GRAINS, Break, Line, breaks_of, dated, one_line, rounding_left_out
from .phrases import label_in_words, where_in_words
from .result import result
from .uncertainty import checked_level

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    import pandas as pd

#: Periods on either side of a date, at least: fewer hold neither a slope nor a season.
LEAST = 8
#  Pairs of sine and cosine for the season: two of a year, as in Bernal et al. (2017); three of a week, which is all
# that there are.
_PAIRS = {"day": 3, "month": 2, "quarter": 1}
#: Events that reach every place.
_EVERYWHERE = {"World", "WLD"}
_EU = frozenset(
    [
        "AUT",
        "BEL",
        "BGR",
        "HRV",
        "CYP",
        "CZE",
        "DNK",
        "EST",
        "FIN",
        "FRA",
        "DEU",
        "GRC",
        "HUN",
        "IRL",
        "ITA",
        "LVA",
        "LTU",
        "LUX",
        "MLT",
        "NLD",
        "POL",
        "PRT",
        "ROU",
        "SVK",
        "SVN",
        "ESP",
        "SWE",
    ]
)


def interrupted(
    frame: pd.DataFrame,
    date: str,
    control: pd.DataFrame | None = None,
    events: pd.DataFrame | None = None,
    breaks_known: pd.DataFrame | None = None,
    breaks: str | None = None,
    window: int = 36,
    slope: bool = True,
    season: int | None = None,
    per: str | None = None,
    lags: int | None = None,
    placebos: int = 40,
    value: str = "count",
    level: float = 0.95,
) -> pd.DataFrame:
    """Level and slope of a series after a date against those before it, and the same at dates on which nothing is known to have happened.

    Parameters
    ----------
    frame
        Rows of one series: ``day`` and the value.
    date
        The date, fixed before looking: a day, month or year. A period in which it falls without beginning it belongs to
        neither side.
    control
        Rows of one other series that had no such event, counted in the same way over the same time: the ratio of the
        two is then
        analysed, so that what moved both (season, habit of reporting) drops out.
    events
        Rows of ``ex.events`` (``date, place, event``): another event within the window, of the same place or of the
        world, is refused.
        None says that nobody looked, and is warned of.
    breaks_known
        Rows of ``ex.breaks``: changes in the way of counting. Default: those of the series.
    breaks
        ``model`` gives each change of method within the window a step of its own. Default: refuse.
    window
        Periods looked at on either side.
    slope
        Let the slope change too, not the level alone.
    season
        Pairs of sine and cosine. Default: two for months, three for days, where the window has three rounds of the
        season.
    per
        A column of denominators; rates are then compared.
    lags
        Periods over which errors may hang together. Default: ⌊4 (n/100)^(2/9)⌋ (Newey & West 1994).
    placebos
        Placebo dates at most, evenly over those that there is room for.
    value
        The column analysed.
    level
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        First the date, then the placebo dates (``placebo`` true): ``day``, periods ``before, after``; ``ratio`` (level
        right after over
        what the course before would give) with ``ratio_low, ratio_high``, ``widened`` (by how much, see below);
        ``slope_before, slope_after`` (factors a year) and ``slope_ratio`` with ends
        (missing without ``slope``); ``t``, ``slope_t``, ``p_value`` of the level; ``dispersion`` (variance over mean
        about the fit; above 1 means more
        than Poisson), ``lags``. Of the date also ``placebo_share``: of the placebo dates those with a step as large for
        its error; ``placebo_p``:
        of all dates, itself among them, those with such a step; ``verdict``: ``higher``, ``lower``, or ``cannot tell``:
        the limits hold 1, or
        placebo_p exceeds 1 − level (as it must with few placebo dates: nineteen are needed for 95 %).

    Notes
    -----
    log μ_t = log d_t + β₀ + β₁ t + β₂ [t ≥ T] + β₃ (t − T) [t ≥ T] + season (+ a step for each modelled break), by
    quasi-likelihood with the
    variance proportional to the mean (Bernal, Cummins & Gasparrini 2017, Int. J. Epidemiol. 46, 348–355; `statsmodels`
    GLM). Errors
    are those of Newey & West (1987, Econometrica 55, 703–708) with Bartlett weights and n / (n − k), limits by
    Student's t:
    they allow for overdispersion and for neighbours that hang together. With a control the count of the first among
    both is
    binomial given their sum, with the same terms for the logit (the stacked model with a free level for every period).
    Placebo dates
    use one side of the date only, so that the event itself is in none of them.

    The errors are too small in short series. The limits of the date are therefore widened until they would hold 1 at 95
    % of the
    placebo dates (``level`` of them); ``widened`` says by how much, those of the placebo dates stay as they are.

    Raises
    ------
    DataError
        For rows that are no series, fewer than eight periods on either side, an unknown option, a control of other
        periods.
    NotComparableError
        If another event falls into the window, or a change of method that is not modelled, or one at the date itself,
        which nothing can model.
    """
    import numpy as np
    import pandas as pd

    if breaks not in (None, "model"):
        raise DataError(f"breaks can be 'model' or left out, not {breaks!r}.", breaks=breaks)
    checked_level(level)
    if window < LEAST or placebos < 0:
        raise DataError(f"a window of {window} periods is too short; take at least {LEAST}.", window=window)
    line = one_line(frame, value)
    size = one_line(frame, per).values if per else np.ones(len(line.values))
    other = _controlled(line, control, value, per)
    start, inside = line.position(dated(date))
    first, last = max(start - inside - window, 0), min(start + window, len(line.values))
    known = ~np.isnan(line.values)
    many = int(known[first : start - inside].sum()), int(known[start:last].sum())
    if min(many) < LEAST:
        raise TooFewPeriods(
            f"the series has {many[0]} periods before {date} and {many[1]} after it within the window; {LEAST} are needed on either side.",
            date=date,
        )
    _alone(line, date, first, last, events)
    methods = breaks_of(line, breaks_known, frame.attrs.get("series"))
    steps = _methods(line, date, first, start - inside, start, last, methods, breaks)
    model = _Model(line, size, other, slope, season, lags, level)
    rows = [
        {"day": line.days[min(start, len(line.days) - 1)], "placebo": False}
        | model.at(first, start - inside, start, last, steps)
    ]
    if np.isnan(rows[0]["t"]):
        raise TooFewPeriods(
            "the window has too few periods for slope, season and steps at once; take a longer one, or slope=False.",
            date=date,
        )
    for at, begin, end in _placebo_dates(line, start - inside, start, window, methods, breaks, placebos):
        inner = [one.before for one in methods if begin < one.before < end]
        found = model.at(begin, at, at, end, inner)
        if min(found["before"], found["after"]) >= LEAST and np.isfinite(found["t"]):
            rows.append({"day": line.days[at], "placebo": True} | found)
    found = pd.DataFrame(rows)
    real, tried = found.iloc[0], found.iloc[1:]
    as_large = int((tried["t"].abs() >= abs(real["t"])).sum()) if len(tried) else 0
    found["placebo_share"] = [as_large / len(tried) if len(tried) else np.nan, *[np.nan] * len(tried)]
    found["placebo_p"] = [(1 + as_large) / (1 + len(tried)), *[np.nan] * len(tried)]
    found["widened"] = [_widen(found, "ratio", "t", level), *[np.nan] * len(tried)]
    if slope:
        _widen(found, "slope_ratio", "slope_t", level)
    ends = found.loc[0, ["ratio_low", "ratio_high"]]
    sure = not ends.iloc[0] <= 1 <= ends.iloc[1] and found.loc[0, "placebo_p"] <= 1 - level
    found["verdict"] = [("higher" if real["ratio"] > 1 else "lower") if sure else "cannot tell", *[""] * len(tried)]
    found = pd.DataFrame([line.keys] * len(found)).join(found) if line.keys else found
    warnings = [
        "A difference after a date is not its effect: whatever else happened then is in it, and duty and habit of counting change too."
    ]
    warnings += rounding_left_out([line])
    if events is None:
        warnings.append("Nobody looked for other events in the window; pass ex.events().")
    if not len(tried):
        warnings.append("The series has no room for a placebo date, so that nothing can be told.")
    if steps:
        warnings.append(
            "Changes of method within the window have a step of their own; what they did to the slope is not modelled."
        )
    return result(
        found,
        "interrupted.interrupted",
        of=frame,
        level=level,
        limits="chance",
        warnings=warnings,
        method="quasi-binomial against a control, Newey–West" if other is not None else "quasi-Poisson, Newey–West",
        parameters={
            "date": str(date),
            "window": window,
            "slope": slope,
            "season": model.pairs,
            "per": per,
            "value": value,
            "grain": line.grain,
            "placebos": len(tried),
            "control": control is not None,
            "breaks_modelled": [one.date for one in methods if one.before in steps],
        },
    )


def before_and_after(frame: pd.DataFrame, events: pd.DataFrame, window: int = 12, **options) -> pd.DataFrame:
    """Of every event whether a before and after may be asked for at all, and what it then shows.

    Parameters
    ----------
    frame
        Rows of one series: ``day`` and the value.
    events
        Rows of ``ex.events``: those that can have touched the series. Each is looked at against all the others.
    window
        Periods looked at on either side.
    options
        As for `interrupted`.

    Returns
    -------
    pandas.DataFrame
        A row an event of the place of the series or of the world, in order of time: ``date, event``, ``asked``, ``why``
        (not: ``several events
        on the day``, ``another event in the window``, ``change of method``, ``too few
        periods``), ``beside`` (dates of what stands in the way), and
        of those asked ``ratio, ratio_low, ratio_high, placebo_share, placebo_p, verdict``. Who asks twenty dates finds
        one step by chance.

    Raises
    ------
    DataError
        As `interrupted` for the series and options; or for a table without events of this place.
    """
    import pandas as pd

    line = one_line(frame, options.get("value", "count"))
    here = _of_place(line, events)
    if here.empty:
        raise DataError(
            "the table holds no event of the place of this series, nor of the world; take ex.events().", column="place"
        )
    rows = []
    for event in here.to_dict("records"):
        told = {"date": str(event["date"]), "event": str(event["event"]), "asked": False, "why": "", "beside": ""}
        try:
            found = interrupted(frame, str(event["date"]), events=here, window=window, **options).iloc[0]
            told |= {
                "asked": True,
                **{
                    key: found[key]
                    for key in ("ratio", "ratio_low", "ratio_high", "placebo_share", "placebo_p", "verdict")
                },
            }
        except NotComparableError as refused:
            others = refused.details.get("events", ())
            told["why"] = (
                "change of method"
                if "breaks" in refused.details
                else "several events on the day"
                if len({day for day, _ in others} | {told["date"]}) == 1
                else "another event in the window"
            )
            told["beside"] = ", ".join(dict.fromkeys(refused.details.get("breaks") or [day for day, _ in others]))
        except TooFewPeriods:
            told["why"] = "too few periods"
        rows.append(told)
    found = pd.DataFrame(
        rows,
        columns=[
            "date",
            "event",
            "asked",
            "why",
            "beside",
            "ratio",
            "ratio_low",
            "ratio_high",
            "placebo_share",
            "placebo_p",
            "verdict",
        ],
    )
    if line.keys:
        found = pd.DataFrame([line.keys] * len(found)).join(found)
    return result(
        found,
        "interrupted.before_and_after",
        of=frame,
        method="interrupted, event by event",
        level=options.get("level", 0.95),
        limits="chance",
        warnings=["Who asks many dates finds a step by chance; and a step names no cause."],
        parameters={"window": window, "grain": line.grain},
    )


def facts(result: pd.DataFrame, lang: str) -> tuple[str, dict[str, str]]:
    """The case and the parts of the sentence for `describe`."""
    row, made = result.iloc[0], result.attrs["parameters"]
    label = label_in_words(result, lang)
    if result.attrs["statistic"].endswith("before_and_after"):
        asked = result[result["asked"]]
        return "each", {
            "label": label[:1].upper() + label[1:],
            "events": numbers.number(len(result), lang),
            "asked": numbers.number(len(asked), lang),
            "window": numbers.number(made["window"], lang),
            "stand": numbers.number(int((asked["verdict"] != "cannot tell").sum()), lang),
            "others": numbers.number(
                int(result["why"].isin(["another event in the window", "several events on the day"]).sum()), lang
            ),
            "methods": numbers.number(int((result["why"] == "change of method").sum()), lang),
            "few": numbers.number(int((result["why"] == "too few periods").sum()), lang),
        }
    parts = {
        "label": label[:1].upper() + label[1:],
        "date": dates.date(made["date"], lang),
        "day": dates.period_from(row["day"], made["grain"], lang),
        "ratio": numbers.signed(row["ratio"], lang),
        "span": intervals.span(row["ratio_low"], row["ratio_high"], lang),
        "level": numbers.percent(row["level"] if "level" in row else result.attrs["level"], lang, digits=1),
        "p": numbers.p_value(row["p_value"], lang),
        "placebos": numbers.number(made["placebos"], lang),
    }
    if "iso3" in result or "place" in result:
        parts["label"] += f", {where_in_words(row, lang)}"
    if not made["placebos"]:
        return "without_placebo", parts
    parts["share"] = numbers.percent(row["placebo_share"], lang, digits=0)
    return "open" if row["verdict"] == "cannot tell" else "told", parts


class TooFewPeriods(DataError):
    """A series that is too short on one side of a date."""


class _Model:
    """The regression of one series, for any date in it."""

    def __init__(
        self,
        line: Line,
        size: np.ndarray,
        other: np.ndarray | None,
        slope: bool,
        season: int | None,
        lags: int | None,
        level: float,
    ) -> None:
        self.line, self.size, self.other, self.slope, self.lags, self.level = line, size, other, slope, lags, level
        self.pairs = _PAIRS.get(line.grain, 0) if season is None else season
        if self.pairs and (line.seasons < 2 or not 0 < self.pairs <= line.seasons // 2):
            raise DataError(
                f"counts by {line.grain} have no season of {self.pairs} pairs; leave season out.", season=self.pairs
            )

    def at(self, first: int, end: int, start: int, last: int, steps: Sequence[int]) -> dict[str, object]:
        """The estimate for a date: before it the periods from ``first`` to before ``end``, after it those from ``start`` to before ``last``."""
        import numpy as np
        from scipy.special import stdtr, stdtrit

        at = np.r_[first:end, start:last]
        at = at[
            ~np.isnan(self.line.values[at])
            & (self.size[at] > 0)
            & (True if self.other is None else ~np.isnan(self.other[at]))
        ]
        years, after = (at - start) / GRAINS[self.line.grain][1], (at >= start).astype(float)
        columns = [np.ones(len(at)), after, years, *([years * after] if self.slope else [])]
        if self.pairs and last - first >= 3 * self.line.seasons:
            turn = 2 * np.pi * at / self.line.seasons
            columns += [wave(pair * turn) for pair in range(1, self.pairs + 1) for wave in (np.sin, np.cos)]
        columns += [(at >= step).astype(float) for step in steps]
        found = {"before": int((at < start).sum()), "after": int((at >= start).sum())}
        names = (
            "ratio",
            "ratio_low",
            "ratio_high",
            "slope_before",
            "slope_after",
            "slope_ratio",
            "slope_ratio_low",
            "slope_ratio_high",
            "t",
            "slope_t",
            "p_value",
            "dispersion",
            "lags",
        )
        design = np.column_stack(columns)
        free = len(at) - design.shape[1]
        if min(found["before"], found["after"]) < LEAST or free < 3 or np.linalg.matrix_rank(design) < design.shape[1]:
            return found | dict.fromkeys(names, np.nan)
        lags = int(4 * (len(at) / 100) ** (2 / 9)) if self.lags is None else self.lags
        estimate, covariance, dispersion = fitted(
            self.line.values[at], design, lags, self.size[at], None if self.other is None else self.other[at]
        )
        error, reach = np.sqrt(np.diag(covariance)), stdtrit(free, (1 + self.level) / 2)
        limits = np.array([0, -reach, reach])
        level, t = estimate[1] + limits * error[1], estimate[1] / error[1]
        turned = (
            [estimate[2] + estimate[3], *(estimate[3] + limits * error[3])]
            if self.slope
            else [estimate[2], *[np.nan] * 3]
        )
        told = np.exp([*level, estimate[2], *turned])
        slope_t = estimate[3] / error[3] if self.slope else np.nan
        return found | dict(
            zip(
                names,
                [*told.tolist(), float(t), float(slope_t), float(2 * stdtr(free, -abs(t))), dispersion, lags],
                strict=True,
            )
        )


def fitted(
    count: np.ndarray, design: np.ndarray, lags: int, size: np.ndarray | None = None, other: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray, float]:
    """Coefficients of a log-linear model of counts, their Newey–West covariance, and the dispersion (Pearson's χ² over its freedom).

    Parameters
    ----------
    count
        Counts in order of time.
    design
        A row a count, a column a term.
    lags
        Periods over which errors may hang together.
    size
        Denominators of the counts.
    other
        Counts of a control: the model is then of the count among both.
    """
    import numpy as np
    import statsmodels.api as sm

    offset = None if size is None else np.log(size)
    if other is None:
        model = sm.GLM(count, design, family=sm.families.Poisson(), offset=offset)
    else:
        model = sm.GLM(np.column_stack([count, other]), design, family=sm.families.Binomial())
    found = model.fit(cov_type="HAC", cov_kwds={"maxlags": lags, "use_correction": True})
    return found.params, found.cov_params(), float(found.pearson_chi2 / found.df_resid)


def _controlled(line: Line, control: pd.DataFrame | None, value: str, per: str | None) -> np.ndarray | None:
    """The counts of the control in the periods of the series."""
    import pandas as pd

    if control is None:
        return None
    if per is not None:
        raise DataError(
            "with a control the ratio of two counts is analysed, which needs no denominator; leave per out.", per=per
        )
    other = one_line(control, value)
    if other.grain != line.grain:
        raise DataError(f"the control is counted by {other.grain}, the series by {line.grain}; resample one of them.")
    if (
        "measure" in line.keys
        and other.keys.get("measure") != line.keys["measure"]
        and other.keys.get("iso3") != line.keys.get("iso3")
    ):
        raise NotComparableError(
            "the control counts another thing at another place; take the same measure elsewhere, or another measure here."
        )
    return pd.Series(other.values, index=other.periods).reindex(line.periods).to_numpy(float)


def _alone(line: Line, date: str, first: int, last: int, events: pd.DataFrame | None) -> None:
    """Refuse a date in whose window another event of the same place lies."""
    import pandas as pd

    if events is None or events.empty:
        return
    begin, end = line.periods[first].start_time, line.periods[last - 1].end_time
    beside, on_the_day = {}, {}
    for row in _of_place(line, events).to_dict("records"):
        when = pd.Period(str(row["date"]))
        if when.end_time >= begin and when.start_time <= end:
            same = str(row["date"]) == str(date) or when.start_time == pd.Timestamp(dated(date))
            (on_the_day if same else beside)[str(row["date"]), str(row["event"])] = None
    if len(on_the_day) > 1:
        raise NotComparableError(
            f"several events fall on {date} ({'; '.join(what for _, what in on_the_day)}): what each did cannot be told apart. To take them for one, "
            "pass one row for them.",
            events=[list(one) for one in on_the_day],
        )
    if beside:
        named = "; ".join(f"{when} {what}" for when, what in list(beside)[:3])
        more = f"; and {len(beside) - 3} more" if len(beside) > 3 else ""
        raise NotComparableError(
            f"besides {date} other events fall into the window ({named}{more}): what each did cannot be told apart. Take a shorter window, or "
            "only those events that can have touched this series, and say why.",
            events=[list(one) for one in beside],
        )


def _of_place(line: Line, events: pd.DataFrame) -> pd.DataFrame:
    """The events of the place of a line, of its union of states and of the world."""
    for column in ("date", "event"):
        if column not in events:
            raise DataError(f"the table of events has no column {column!r}; take ex.events().", column=column)
    if "place" not in events:
        return events
    where = _EVERYWHERE | {str(line.keys[key]) for key in ("iso3", "place") if isinstance(line.keys.get(key), str)}
    where |= {"EU"} if line.keys.get("iso3") in _EU else set()
    return events[events["place"].isin(where)]


def _widen(found: pd.DataFrame, ratio: str, t: str, level: float) -> float:
    """Widen the limits of the date until they would hold 1 at so many of the placebo dates; by how much.

    The errors of Newey and West are too small in short series; how much too small the placebo dates tell (as in the
    empirical
    calibration of Schuemie et al. 2014, Stat. Med. 33, 209–218). Of too few placebo dates nothing is learned.
    """
    import numpy as np

    sizes = np.sort(found[t].iloc[1:].abs().dropna().to_numpy(float))
    place = int(np.ceil(level * (len(sizes) + 1))) - 1
    middle, low, high = (float(np.log(found.loc[0, column])) for column in (ratio, f"{ratio}_low", f"{ratio}_high"))
    plain = (high - low) / 2 / abs(middle / found.loc[0, t]) if found.loc[0, t] else np.nan
    if place >= len(sizes) or not sizes[place] > plain:
        return 1.0
    by = float(sizes[place] / plain)
    found.loc[0, [f"{ratio}_low", f"{ratio}_high"]] = np.exp(
        [middle - by * (middle - low), middle + by * (high - middle)]
    )
    return by


def _methods(
    line: Line, date: str, first: int, end: int, start: int, last: int, methods: list[Break], breaks: str | None
) -> list[int]:
    """Where the steps for changes of method stand; refused unless they are to be modelled."""
    within = [one for one in methods if first < one.before < last or (one.inside and first < one.before == last)]
    at = [one for one in within if end <= one.before - one.inside <= start and end <= one.before <= start]
    if at:
        raise NotComparableError(
            f"the way of counting changes at the date itself ({at[0].date}: {at[0].reason}); no model tells the two apart.",
            date=date,
            breaks=[at[0].date],
        )
    if within and breaks is None:
        told = "; ".join(f"{one.date}: {one.reason}" for one in within[:3])
        raise NotComparableError(
            f"the way of counting changes within the window ({told}); take a shorter window, or breaks='model' to give it a step of its own.",
            date=date,
            breaks=[one.date for one in within],
        )
    return [one.before for one in within]


def _placebo_dates(
    line: Line, end: int, start: int, window: int, methods: list[Break], breaks: str | None, most: int
) -> list[tuple[int, int, int]]:
    """Positions of placebo dates with the window of each: none holds the date itself, nor an unmodelled change of method."""
    import numpy as np

    rooms = []
    for begin, close in ((0, end), (start, len(line.values))):
        edges = [begin, *(one.before for one in methods if begin < one.before < close and breaks is None), close]
        rooms += list(itertools.pairwise(edges))
    possible = [
        (at, max(begin, at - window), min(close, at + window))
        for begin, close in rooms
        for at in range(begin + LEAST, close - LEAST + 1)
        if not any(at == one.before for one in methods)
    ]
    if len(possible) <= most:
        return possible
    return (
        [possible[at] for at in np.unique(np.linspace(0, len(possible) - 1, most).round().astype(int))] if most else []
    )
