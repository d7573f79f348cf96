"""A register read on several days: what later vintages changed, and which last periods are not yet complete.

What was known on a day is asked of the store: ``ex.series(id, as_of=day)``.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ..errors import DataError
from ..frames import plain
from ..language import dates, numbers
from ..language.plurals import Counted
from .lines import GRAINS, checked_series, checked_vintages, grain_of, keys_of, one_word
from .phrases import named_series
from .result import Record, result


def revisions(frame: Any, grain: str | None = None) -> pd.DataFrame:
    """What later vintages made of each day's count (revisions).

    Parameters
    ----------
    frame
        Rows with ``day, count`` and ``vintage``, the day on which the count was known.
    grain
        ``day``, ``week``, ``month``, … that a count is of. Default: the column ``grain``, else as its days lie apart.

    Returns
    -------
    pandas.DataFrame
        A row for each series and day that has several vintages: ``vintages`` (how many), ``first_vintage,
        last_vintage``, ``first_count, last_count``, ``difference``, ``change`` (relative; missing from zero), ``age``
        (days from the end of the period to the first vintage), ``grain``.

    Notes
    -----
    A list that loses rows when a case is closed is a stock; its vintages may be set side by side, but not read as what
    happened.

    Raises
    ------
    DataError
        For rows that are not series with vintages, or if no day has two.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = [("2024-01-01", 40, "2024-02-01"), ("2024-01-01", 44, "2024-03-01")]
    >>> frame = pd.DataFrame(rows, columns=["day", "count", "vintage"]).assign(grain="month")
    >>> revisions(frame)[["first_count", "last_count", "age"]].values.tolist()
    [[40.0, 44.0, 1.0]]
    """
    frame = plain(frame, "the series")
    rows = _vintages(frame)
    grain = _grain(rows, grain)
    keys = keys_of(rows)
    found = (
        rows.groupby([*keys, "when"], dropna=False, sort=False)
        .agg(
            day=("day", "first"),
            vintages=("read", "size"),
            first_vintage=("vintage", "first"),
            last_vintage=("vintage", "last"),
            first_count=("count", "first"),
            last_count=("count", "last"),
            read=("read", "first"),
        )
        .reset_index()
    )
    found = found[found["vintages"] > 1]
    if found.empty:
        raise DataError("no day has two vintages", remedy="a revision needs two", column="vintage")
    ends = pd.PeriodIndex(found["when"], freq=GRAINS[grain][0]).end_time.normalize()
    found["difference"] = found["last_count"] - found["first_count"]
    found["change"] = found["difference"] / found["first_count"].where(found["first_count"] > 0, np.nan)
    found["age"] = (found["read"].to_numpy() - ends.to_numpy()) / np.timedelta64(1, "D")
    columns = ["vintages", "first_vintage", "last_vintage", "first_count", "last_count", "difference", "change", "age"]
    return result(
        found[["day", *keys, *columns]].reset_index(drop=True).assign(grain=grain),
        "revisions.revisions",
        of=frame,
        method="first and last vintage",
        record=Record(
            warnings=["The last vintage is not the last word: a register goes on being revised."],
            parameters={"grain": grain},
        ),
    )


def settled(frame: Any, as_of: str, delay: int = 60) -> pd.DataFrame:
    """Which periods had time to be reported by the day on which a register was read.

    Parameters
    ----------
    frame
        Rows with ``day, count``; days, months or other periods.
    as_of
        The vintage: the day on which the register was read.
    delay
        Days that a report may take after the end of its period; 60 is what the law of the United States allows after
        discovery.

    Returns
    -------
    pandas.DataFrame
        The frame with ``settled``: the period ended at least ``delay`` days before it was read; ``waited``, the days
        from its end; ``as_of``, ``delay`` and ``grain``. Leave the others out of trends: a fall at the end of a
        register is first of all a wait.

    Raises
    ------
    DataError
        For rows that are not series, a negative delay, or if nothing is settled.

    Examples
    --------
    >>> import analysis as ex
    >>> found = settled(ex.series("us-breach-register", measure="breaches"), "2024-10-08")
    >>> found["settled"].tail(4).tolist()
    [True, False, False, False]
    """
    if delay < 0:
        raise DataError(f"a delay of {delay} days is below zero", remedy="give days from 0 on", delay=delay)
    frame = plain(frame, "the series")
    rows = checked_series(frame)
    rows = rows[rows["count"].notna()]
    grain = _grain(rows, None)
    ends = pd.PeriodIndex(rows["when"], freq=GRAINS[grain][0]).end_time.normalize()
    waited = ((_day(as_of) - ends) / np.timedelta64(1, "D")).astype(int)
    found = rows.drop(columns="when").assign(waited=waited, settled=waited >= delay)
    if not found["settled"].any():
        raise DataError(
            f"no period ended {delay} days before {as_of}; nothing is settled yet",
            remedy="wait, or give a shorter delay",
            as_of=as_of,
        )
    open_ones = int((~found["settled"]).sum())
    return result(
        found.assign(as_of=str(as_of), delay=delay, grain=grain, limits="rounding"),
        "revisions.settled",
        of=frame,
        method="wait after the end of the period",
        record=Record(
            warnings=[f"Rows of periods not yet settled: {open_ones}."] if open_ones else [],
            parameters={"as_of": as_of, "delay": delay, "grain": grain},
        ),
    )


def facts(result: pd.DataFrame, lang: str) -> tuple[str, dict[str, str]]:
    """The case and the parts of the sentence for `describe`."""
    first = result.iloc[0]
    grain = first["grain"]
    parts = {"label": named_series(result, lang, place=False)}
    if first["statistic"].endswith("settled"):
        open_ones = result[result["settled"].astype(str).str.lower() != "true"]
        parts |= {
            "read": dates.date(str(first["as_of"]), lang),
            "delay": numbers.number(int(first["delay"]), lang),
            "open": Counted(open_ones["day"].nunique(), lang),
        }
        if open_ones.empty:
            return "settled", parts
        return "unsettled", parts | {"first": dates.period_from(open_ones["day"].min(), grain, lang)}
    # A period that was still running at the first vintage was not revised but finished.
    whole = result[result["age"] >= 0]
    if whole.empty:
        return "finished", parts | {"days": Counted(len(result), lang)}
    changed = int((whole["difference"] != 0).sum())
    parts |= {"days": Counted(len(whole), lang), "changed": Counted(changed, lang)}
    if not changed:
        ends = {"then": whole["first_vintage"].min(), "now": whole["last_vintage"].max()}
        return "unrevised", parts | {end: dates.period_from(day, "day", lang) for end, day in ends.items()}
    # From zero there is no share of change, and it is the greatest.
    row = whole.loc[whole["change"].abs().fillna(whole["difference"].abs()).idxmax()]
    return "revised", parts | {
        "day": dates.period_from(row["day"], grain, lang),
        "first": numbers.number(row["first_count"], lang),
        "last": numbers.number(row["last_count"], lang),
        "change": numbers.percent(row["change"], lang, decimals=1, signed=True)
        if row["change"] == row["change"]
        else f"+{numbers.number(row['difference'], lang)}",
        "then": dates.period_from(row["first_vintage"], "day", lang),
        "now": dates.period_from(row["last_vintage"], "day", lang),
    }


def _grain(rows: pd.DataFrame, grain: str | None) -> str:
    return grain or one_word(rows, "grain", GRAINS) or grain_of(rows["when"])


def _vintages(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows of a series with ``read``, the day of each vintage, in order of series, day and vintage."""
    rows = checked_vintages(frame)
    rows["read"] = [_day(day) for day in rows["vintage"]]
    return rows.sort_values([*keys_of(rows), "when", "read"], kind="stable", ignore_index=True)


def _day(date: Any) -> pd.Timestamp:
    try:
        return pd.Timestamp(str(date)).normalize()
    except ValueError:
        raise DataError(f"{str(date)!r} is not a day", remedy="write it as 2024-10-08", column="vintage") from None
