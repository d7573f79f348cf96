"""A result that has come back from its reader's hands: whether its columns still hold what they mean."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ..datafolder import reference
from ..errors import DataError, shown, unknown
from ..figures.denominators import denominator
from ..frames import numbers_of, plain
from ..meaning import SLACK, bounded, refuse_row, require_inside, require_limits

#: So many times what it should be, a rate is one per something else.
_ANOTHER = 2
#: Columns that hold a part over its whole.
_SHARES = frozenset({"share", "share_a", "share_b", "place_share", "count_share"})
#: Indices of concentration (in the column ``index``) that lie between 0 and 1.
_INDICES_TO_ONE = frozenset({"gini", "herfindahl"})
#: What a verdict may say, and of which side of none the number then lies.
_UP = ("rose", "rises", "higher", "above")
_DOWN = ("fell", "falls", "lower", "below")
_VERDICTS = (
    *(*_UP, *_DOWN, "cannot tell", "none", "steady", "change", "method", "within", "too few to say", "enough"),
    *("heaped", "as counted", "no change larger than the margin"),
)
#: Where there is no change: a ratio is one, a slope nothing.
_NO_CHANGE = {"ratio": 1.0, "slope": 0.0}


def told(frame: Any) -> pd.DataFrame:
    """Return a result that has come back from its reader's hands, if its columns still hold what they mean.

    Parameters
    ----------
    frame
        A result of `analysis.statistics`, as it was made or merged, filtered, written and read since.

    Raises
    ------
    DataError
        If the frame is empty; if a value lies outside its own limits; if limits stand without the word of what they
        are limits of, or that word and ``level`` contradict each other; if ``measure``, ``limits``, ``level``,
        ``rate_per``, ``rate_scale``, ``verdict``, a share or an index holds what it cannot, or the level differs
        between rows; if a rate is not its count over its denominator, or that is not what ``rate_per`` says.
    """
    frame = plain(frame, "the result")
    if frame.empty:
        raise DataError("the result has no rows", remedy="pass the result as the function returned it")
    pairs = bounded(frame.columns)
    require_limits(frame, pairs.values())
    for name, (low, high) in pairs.items():
        require_inside(frame, name, low, high)
    _require_measure(frame)
    _require_verdicts(frame)
    _require_units(frame)
    _require_quotients(frame)
    _require_denominators(frame)
    for column in (one for one in frame.columns if one in _SHARES):
        _require_share(frame, column, np.ones(len(frame), dtype=bool))
    if {"index", "value"} <= set(frame):
        names = frame["index"].astype(str)
        ratios = names.isin(_INDICES_TO_ONE) | names.str.startswith("top_") | names.str.endswith("_share")
        _require_share(frame, "value", ratios.to_numpy(bool))
    return frame


def _require_measure(frame: pd.DataFrame) -> None:
    if "measure" in frame:
        refuse_row(
            frame["measure"].isna(),
            lambda at: ": nothing says what was counted",
            "fill the column measure, or drop it where nobody knows",
            "measure",
        )


def _require_verdicts(frame: pd.DataFrame) -> None:
    """Hold that verdicts are words of ours, and that the numbers beside them say the same."""
    if "verdict" not in frame:
        return
    for word in frame["verdict"].dropna().unique():
        if word and word not in _VERDICTS:
            raise unknown("verdict", word, _VERDICTS, column="verdict")
    for column in (name for name in _NO_CHANGE if name in frame):
        sides = numbers_of(frame, column) - _NO_CHANGE[column]
        for words, wrong in ((_UP, sides < 0), (_DOWN, sides > 0)):
            refuse_row(
                frame["verdict"].isin(words).to_numpy(bool) & wrong,
                lambda at, column=column: (
                    f": the verdict is {shown(frame['verdict'].iloc[at])}, but the {column} is "
                    f"{frame[column].iloc[at]:.4g}"
                ),
                "pass the result as the function returned it",
                "verdict",
            )


def _require_units(frame: pd.DataFrame) -> None:
    """Hold that every rate says per what it is."""
    if "rate_per" not in frame:
        return
    if not pd.api.types.is_string_dtype(frame["rate_per"].dropna().astype(object)):
        raise DataError(
            "rate_per holds numbers, not the id of a denominator",
            remedy="pass the result as the function returned it",
            column="rate_per",
        )
    if "rate" in frame and frame["rate_per"].notna().any():
        silent = frame["rate_per"].isna() & frame["rate"].notna()
        refuse_row(silent, lambda at: " has a rate, but nothing says per what", "fill rate_per", "rate_per")


def _require_quotients(frame: pd.DataFrame) -> None:
    """Hold that every rate is its count over its denominator."""
    if "rate" not in frame:
        return
    rates = numbers_of(frame, "rate")
    if not {"value", "denominator", "rate_scale"} <= set(frame):
        return
    value, size, scale = (numbers_of(frame, column) for column in ("value", "denominator", "rate_scale"))
    with np.errstate(divide="ignore", invalid="ignore"):
        times = rates / (value / size * scale)
    # Rates that a reader has rounded are near enough; those of another unit or denominator are not.
    refuse_row(
        (times > _ANOTHER) | (times * _ANOTHER < 1) & (rates > 0),
        lambda at: f": the rate {rates[at]:.4g} is not its count over its denominator times rate_scale",
        "compute the rates again instead of changing their numbers or their unit",
        "rate",
    )


def _require_denominators(frame: pd.DataFrame) -> None:
    """Hold that the denominators are of what ``rate_per`` names: a column of the table, or an indicator of ours."""
    if not {"denominator", "denominator_year", "rate_per"} <= set(frame):
        return
    sizes = numbers_of(frame, "denominator")
    known = {"population", *reference("indicators")["indicator"]}
    for per in frame["rate_per"].dropna().unique():
        rows = (frame["rate_per"] == per).to_numpy(bool) & ~np.isnan(sizes)
        if per in frame:
            should = numbers_of(frame, per)
        elif per not in known:
            raise DataError(
                f"rate_per says {shown(per)}, which is neither a denominator of the reference data nor a column of "
                "the table",
                remedy="keep that column beside the rates, or pass the result as the function returned it",
                column="rate_per",
            )
        elif "iso3" in frame and rows.any():
            years = pd.to_numeric(frame["denominator_year"], errors="coerce").astype("Int64")
            rows &= years.notna().to_numpy(bool) & frame["iso3"].notna().to_numpy(bool)
            should = np.full(len(frame), np.nan)
            if rows.any():
                found = denominator(frame["iso3"][rows], years[rows], per, nearest=True)
                should[rows] = found["denominator"].to_numpy(float)
        else:
            continue
        with np.errstate(divide="ignore", invalid="ignore"):
            times = sizes / should
        refuse_row(
            rows & ((times > _ANOTHER) | (times * _ANOTHER < 1)),
            lambda at, per=per, should=should: (
                f": the denominator {sizes[at]:,.10g} is not that of rate_per {shown(per)}, {should[at]:,.10g}"
            ),
            "compute the rates again instead of changing their unit",
            "rate_per",
        )


def _require_share(frame: pd.DataFrame, column: str, rows: np.ndarray) -> None:
    shares = numbers_of(frame, column)
    refuse_row(
        rows & ((shares < -SLACK) | (shares > 1 + SLACK)),
        lambda at: f": {column} is a share and lies between 0 and 1, not at {shares[at]:.4g}",
        "pass the result as the function returned it",
        column,
    )
