"""For every event, whether before and after can be compared at all, and what that shows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import pandas as pd

from ..errors import DataError, NotComparableError
from ..frames import plain
from ..language import numbers
from ..language.plurals import Counted
from .interrupted import TooFewPeriodsError, interrupted
from .lines import one_line
from .other_events import of_place
from .phrases import named_series
from .result import Record, result

_ASKED = ("ratio", "ratio_low", "ratio_high", "placebo_share", "placebo_p", "verdict")


def before_and_after(
    frame: Any,
    events: pd.DataFrame,
    *,
    value: str = "count",
    per: str | None = None,
    control: Any = None,
    breaks: pd.DataFrame | Sequence[str] | None = None,
    across_breaks: str = "refuse",
    window: int = 12,
    trend: bool = True,
    slope: bool = True,
    season: int | None = None,
    lags: int | None = None,
    placebos: int = 40,
    level: float = 0.95,
) -> pd.DataFrame:
    """For every event, whether before and after can be compared at all, and what that shows.

    Parameters
    ----------
    frame
        Rows of one series: ``day`` and the value.
    events
        Rows of ``ex.events``: those that can have touched the series. Each is looked at against all the others.
    window
        Periods looked at on either side.
    value, per, control, breaks, across_breaks, trend, slope, season, lags, placebos, level
        As for `interrupted`.

    Returns
    -------
    pandas.DataFrame
        One row per event of the place of the series or of the world, in order of time: ``date, event``, ``asked``,
        ``why`` (not: ``several events on the day``, ``another event in the window``, ``change of method``, ``too few
        periods``), ``beside`` (dates of what stands in the way), ``window``, and of those asked ``ratio, ratio_low,
        ratio_high, placebo_share, placebo_p, verdict``. Who asks twenty dates finds one step by chance.

    Raises
    ------
    DataError
        As `interrupted` for the series and options; or for a table without events of this place.

    Examples
    --------
    >>> import analysis as ex
    >>> reports = ex.series("us-breach-register", measure="breaches")
    >>> found = before_and_after(reports, ex.events(places=["USA"]))
    >>> found["why"].value_counts().sort_index().to_dict()
    {'': 1, 'another event in the window': 19, 'too few periods': 4}
    """
    frame = plain(frame, "the series")
    line = one_line(frame, value, breaks=breaks)
    here = of_place(line, plain(events, "the table of events")).sort_values(["date", "event"], kind="stable")
    if here.empty:
        raise DataError(
            "the table holds no event of the place of this series, nor of the world",
            remedy="take ex.events()",
            column="place",
        )
    ask = partial(
        interrupted,
        frame,
        value=value,
        per=per,
        control=control,
        events=here,
        breaks=breaks,
        across_breaks=across_breaks,
        window=window,
        trend=trend,
        slope=slope,
        season=season,
        lags=lags,
        placebos=placebos,
        level=level,
    )
    rows = [_answer(ask, str(event["date"]), str(event["event"])) for event in here.to_dict("records")]
    found = pd.DataFrame(rows, columns=["date", "event", "asked", "why", "beside", *_ASKED])
    found = pd.DataFrame([line.meaning] * len(found)).join(found)
    return result(
        found.assign(window=window),
        "before_and_after.before_and_after",
        of=frame,
        method="interrupted, event by event",
        level=level,
        limits="chance",
        record=Record(
            warnings=["Who asks many dates finds a step by chance; and a step names no cause."],
            parameters={"window": window, "grain": line.grain},
        ),
    )


def _answer(ask: Callable[[str], pd.DataFrame], date: str, event: str) -> dict[str, Any]:
    """What `interrupted` says about the date of an event, or why it was not asked."""
    told: dict[str, Any] = {"date": date, "event": event, "asked": False, "why": "", "beside": ""}
    try:
        found = ask(date).iloc[0]
    except NotComparableError as refused:
        return told | _why(refused, date)
    except TooFewPeriodsError:
        return told | {"why": "too few periods"}
    return told | {"asked": True} | {key: found[key] for key in _ASKED}


def _why(refused: NotComparableError, date: str) -> dict[str, str]:
    others = refused.details.get("events", ())
    if "breaks" in refused.details:
        why = "change of method"
    elif len({day for day, _ in others} | {date}) == 1:
        why = "several events on the day"
    else:
        why = "another event in the window"
    beside = refused.details.get("breaks") or [day for day, _ in others]
    return {"why": why, "beside": ", ".join(dict.fromkeys(beside))}


def facts(result: pd.DataFrame, lang: str) -> tuple[str, dict[str, str]]:
    """The case and the parts of the sentence for `describe`."""
    asked = result[result["asked"].astype(str).str.lower() == "true"]

    def many(*why: str) -> str:
        return numbers.number(int(result["why"].isin(why).sum()), lang)

    alike = result["breaks"].eq("none told").any() if "breaks" in result else False
    return "each_alike" if alike else "each", {
        "label": named_series(result, lang),
        "events": Counted(len(result), lang),
        "asked": Counted(len(asked), lang),
        "window": numbers.number(int(result["window"].iloc[0]), lang),
        "stand": numbers.number(int((asked["verdict"] != "cannot tell").sum()), lang),
        "others": many("another event in the window", "several events on the day"),
        "methods": many("change of method"),
        "few": many("too few periods"),
    }
