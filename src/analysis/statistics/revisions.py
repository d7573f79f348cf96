"""A register read on several days: what later readings changed, and the end that is not yet whole.

What was known on a day is asked of the store: ``ex.series(id, as_of=day)``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import DataError
from ..language import dates, numbers
from .periods import checked_series, grain_of, keys_of, pandas_name
from .phrases import label_in_words
from .result import result

if TYPE_CHECKING:
    import pandas as pd


def revisions(frame: pd.DataFrame, grain: str | None = None) -> pd.DataFrame:
    """What later readings made of each day's count.

    Parameters
    ----------
    frame
        Rows with ``day, count`` and ``known``, the day on which the count was read.
    grain
        ``day``, ``week``, ``month``, … that a count is of. Default: as the series says, else as its days lie apart.

    Returns
    -------
    pandas.DataFrame
        A row for each series and day that was read more than once: ``readings``, ``first_known, last_known``,
        ``first_count, last_count``,
        ``difference``, ``change`` (relative; missing from zero), ``age`` (days from the end of the period to the first
        reading).

    Notes
    -----
    A list that loses rows when a case is closed is a stock; its readings may be set side by side, but not read as what
    happened.

    Raises
    ------
    DataError
        For rows that are no series with readings, or if no day was read twice.
    """
    import numpy as np
    import pandas as pd

    rows = _readings(frame)
    grain = grain or frame.attrs.get("grain") or grain_of(rows["when"])
    keys = keys_of(rows)
    groups = rows.groupby([*keys, "when"], dropna=False, sort=False)
    found = groups.agg(
        day=("day", "first"),
        readings=("read", "size"),
        first_known=("known", "first"),
        last_known=("known", "last"),
        first_count=("count", "first"),
        last_count=("count", "last"),
        read=("read", "first"),
    ).reset_index()
    found = found[found["readings"] > 1]
    if found.empty:
        raise DataError("no day was read twice; a revision needs two readings.", column="known")
    ends = pd.PeriodIndex(found["when"], freq=pandas_name(grain)).end_time.normalize()
    found["difference"] = found["last_count"] - found["first_count"]
    found["change"] = found["difference"] / found["first_count"].where(found["first_count"] > 0, np.nan)
    found["age"] = (found["read"].to_numpy() - ends.to_numpy()) / np.timedelta64(1, "D")
    found = found.drop(columns=["when", "read"])[
        [
            "day",
            *keys,
            "readings",
            "first_known",
            "last_known",
            "first_count",
            "last_count",
            "difference",
            "change",
            "age",
        ]
    ]
    return result(
        found.reset_index(drop=True),
        "revisions.revisions",
        of=frame,
        method="first and last reading",
        parameters={"grain": grain},
        warnings=["The last reading is not the last word: a register goes on being revised."],
    )


def settled(frame: pd.DataFrame, read: str, delay: int = 60) -> pd.DataFrame:
    """Which periods had time to be reported by the day on which a register was read.

    Parameters
    ----------
    frame
        Rows with ``day, count``; days, months or other periods.
    read
        The day on which the register was read.
    delay
        Days that a report may take after the end of its period; 60 is what the law of the United States allows after
        discovery.

    Returns
    -------
    pandas.DataFrame
        The frame with ``settled``: the period ended at least ``delay`` days before it was read; and ``waited``, the
        days from its end.
        Leave the others out of trends: a fall at the end of a register is first of all a wait.

    Raises
    ------
    DataError
        For rows that are no series, a negative delay, or if nothing is settled.
    """
    import numpy as np
    import pandas as pd

    if delay < 0:
        raise DataError(f"a delay is a number of days from 0 on, not {delay}.", delay=delay)
    rows = checked_series(frame)
    grain = frame.attrs.get("grain") or grain_of(rows["when"])
    ends = pd.PeriodIndex(rows["when"], freq=pandas_name(grain)).end_time.normalize()
    waited = ((_day(read) - ends) / np.timedelta64(1, "D")).astype(int)
    found = rows.drop(columns="when").assign(waited=waited, settled=waited >= delay)
    if not found["settled"].any():
        raise DataError(f"no period ended {delay} days before {read}; nothing is settled yet.", read=read)
    open_ones = int((~found["settled"]).sum())
    return result(
        found,
        "revisions.settled",
        of=frame,
        method="wait after the end of the period",
        parameters={"read": read, "delay": delay, "grain": grain},
        warnings=[f"Rows of periods not yet settled: {open_ones}."] if open_ones else [],
    )


def facts(result: pd.DataFrame, lang: str) -> tuple[str, dict[str, str]]:
    """The case and the parts of the sentence for `describe`."""
    made, kind = result.attrs["parameters"], result.attrs["statistic"].partition(".")[2]
    label = label_in_words(result, lang)
    parts = {"label": label[:1].upper() + label[1:]}
    if kind == "settled":
        open_ones = result[~result["settled"]]
        parts |= {
            "read": dates.date(made["read"], lang),
            "delay": numbers.number(made["delay"], lang),
            "open": numbers.number(open_ones["day"].nunique(), lang),
        }
        if open_ones.empty:
            return "settled", parts
        return "unsettled", parts | {"first": dates.period_from(open_ones["day"].min(), made["grain"], lang)}
    # A period that was still running at the first reading was not revised but finished.
    whole = result[result["age"] >= 0]
    if whole.empty:
        return "finished", parts | {"days": numbers.number(len(result), lang)}
    row = whole.loc[whole["change"].abs().fillna(0).idxmax()]
    return "revised", parts | {
        "days": numbers.number(len(whole), lang),
        "changed": numbers.number(int((whole["difference"] != 0).sum()), lang),
        "day": dates.period_from(row["day"], made["grain"], lang),
        "first": numbers.number(row["first_count"], lang),
        "last": numbers.number(row["last_count"], lang),
        "change": "" if row["change"] != row["change"] else numbers.percent(row["change"], lang, signed=True, digits=1),
        "then": dates.period_from(row["first_known"], "day", lang),
        "now": dates.period_from(row["last_known"], "day", lang),
    }


def _readings(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows of a series with ``read``, the day of each reading, in order of series, day and reading."""
    import pandas as pd

    if "known" not in frame:
        raise DataError(
            "the table has no column 'known', the day on which a count was read; take a series with revisions.",
            column="known",
        )
    parts = [checked_series(part) for _, part in frame.groupby("known", sort=True)]
    rows = pd.concat(parts, ignore_index=True)
    rows["read"] = [_day(day) for day in rows["known"]]
    return rows.sort_values([*keys_of(rows), "when", "read"], kind="stable", ignore_index=True)


def _day(date: str) -> pd.Timestamp:
    import pandas as pd

    try:
        return pd.Timestamp(str(date)).normalize()
    except ValueError:
        raise DataError(f"{str(date)!r} is no day; write it as 2024-10-08.", column="known") from None
