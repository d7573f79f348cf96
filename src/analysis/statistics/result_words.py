"""The words in a result that has come back: those that decide what is said are there, are ours, and fit the numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from pandas.api.types import is_bool_dtype, is_numeric_dtype

from ..errors import DataError, shown, unknown
from ..frames import numbers_of
from ..meaning import AS_RETURNED, refuse_row
from .lines import ABSENT, GRAINS

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

#: What a verdict may say, and of which side of none the number then lies.
_UP = ("rose", "rises", "higher", "above")
_DOWN = ("fell", "falls", "lower", "below")
_TOO_FEW = "too few to say"
_VERDICTS = (
    *(*_UP, *_DOWN, "cannot tell", "none", "steady", "change", "method", "within", _TOO_FEW, "enough"),
    *("heaped", "as counted", "no change larger than the margin"),
)
#: So far a p-value may have been rounded.
_ROUNDED_P = 0.005
#: Where there is no change: a ratio is one, a slope nothing.
_NO_CHANGE = {"ratio": 1.0, "slope": 0.0}
#: What a column may say.
_WORDS = {"grain": tuple(GRAINS), "absent": ABSENT, "breaks": ("told", "none told")}
#: Columns that decide a word: where one stands, no row is without.
_DECIDING = (
    *("part", "status", "index", "assumption", "outcome", "covariate", "transform", "ranked_by", "absent", "breaks"),
    *("grain", "test", "measured_in", "other", "standard", "grouped_by", "quadrant", "span_before", "span_after"),
)
#: Truth values: where one stands, no row is without.
_FLAGS = (
    *("anomaly", "asked", "likely", "one_sided", "turns", "apart", "undetermined", "certain", "too_few", "settled"),
    "placebo",
)
#: A verdict is one on these: where a row has one of them, it has a verdict.
_JUDGED = ("ratio", "slope", "p_value", "relative_error")


def require_words(frame: pd.DataFrame) -> None:
    """Hold that words which decide a sentence are there, are ours, and say what the numbers beside them say.

    Raises
    ------
    DataError
        For the first row without such a word, an unknown one, or one that its numbers contradict.
    """
    for column, words in _WORDS.items():
        for word in frame[column].dropna().unique() if column in frame else ():
            if word not in words:
                raise unknown(f"word in the column '{column}':", word, words, column=column)
    for column in (name for name in (*_DECIDING, *_FLAGS) if name in frame and not _holds_numbers(frame[name])):
        _require_filled(frame, column)
    if "grouped_by" in frame:
        for by in frame["grouped_by"].unique():
            if by not in frame:
                raise DataError(
                    f"the rows are grouped by {shown(by)}, and there is no such column", remedy=AS_RETURNED, column=by
                )
            _require_filled(frame, by)
    if {"ranked_by", "rank_low"} <= set(frame) and (by := frame["ranked_by"].iloc[0]) not in frame:
        raise DataError(
            f"the places are ranked by {shown(by)}, and there is no such column",
            remedy="keep that column beside the ranks",
            column="ranked_by",
        )
    if "other" in frame:
        if "iso3" not in frame:
            raise DataError("nothing says which place is compared", remedy=AS_RETURNED, column="iso3")
        _require_filled(frame, "iso3")
    if "measure" in frame:
        refuse_row(
            frame["measure"].isna(),
            lambda at: ": nothing says what was counted",
            "fill the column measure, or drop it where nobody knows",
            "measure",
        )
    _require_verdicts(frame)
    _require_flags(frame)


def _holds_numbers(column: pd.Series) -> bool:
    """Whether a column is one of numbers, such as the ``part`` of a series that gaps cut."""
    return is_numeric_dtype(column) and not is_bool_dtype(column) and bool(column.notna().any())


def _true(column: pd.Series) -> NDArray[np.bool_]:
    """Which rows say true, also in the text of a file."""
    return column.astype(str).str.lower().eq("true").to_numpy(bool)


def _require_filled(frame: pd.DataFrame, column: str) -> None:
    refuse_row(
        frame[column].isna(), lambda at: f": the column {column} is empty, which decides a word", AS_RETURNED, column
    )


def _require_verdicts(frame: pd.DataFrame) -> None:
    """Hold that verdicts are words of ours, and that the numbers beside them say the same."""
    if "verdict" not in frame:
        return
    verdicts = frame["verdict"]
    for word in verdicts.dropna().unique():
        if word and word not in _VERDICTS:
            raise unknown("verdict", word, _VERDICTS, column="verdict")
    judged = np.zeros(len(frame), dtype=bool)
    for column in (name for name in _JUDGED if name in frame):
        judged |= ~np.isnan(numbers_of(frame, column))
    if "placebo" in frame:  # dates that are compared with, not judged
        judged &= ~_true(frame["placebo"])
    refuse_row(
        judged & verdicts.isna().to_numpy(bool), lambda at: " has numbers, but no verdict", AS_RETURNED, "verdict"
    )
    for column, none in _NO_CHANGE.items():
        if column in frame:
            sides = numbers_of(frame, column) - none
            for words, wrong in ((_UP, sides < 0), (_DOWN, sides > 0)):
                _require_fits(frame, column, verdicts.isin(words).to_numpy(bool) & wrong)
    if {"p_adjusted", "level"} <= set(frame):
        room = (1 - numbers_of(frame, "level")) - numbers_of(frame, "p_adjusted")
        found = verdicts.isin([*_UP, *_DOWN, "heaped", "change"]).to_numpy(bool)
        wrong = found & (room < -_ROUNDED_P) | verdicts.eq("as counted").to_numpy(bool) & (room > _ROUNDED_P)
        _require_fits(frame, "p_adjusted", wrong)


def _require_fits(frame: pd.DataFrame, column: str, wrong: NDArray[np.bool_]) -> None:
    refuse_row(
        wrong,
        lambda at: (
            f": the verdict is {shown(frame['verdict'].iloc[at])}, but the {column} is {frame[column].iloc[at]:.4g}"
        ),
        AS_RETURNED,
        "verdict",
    )


def _require_flags(frame: pd.DataFrame) -> None:
    """Hold that truth values say what the columns that they were made of say."""
    made: dict[str, NDArray[np.bool_]] = {}
    if {"too_few", "verdict"} <= set(frame):
        made["too_few"] = frame["verdict"].eq(_TOO_FEW).to_numpy(bool)
    if {"settled", "waited", "delay"} <= set(frame):
        made["settled"] = numbers_of(frame, "waited") >= numbers_of(frame, "delay")
    if {"certain", "top", "rank_high"} <= set(frame):
        made["certain"] = numbers_of(frame, "rank_high") <= numbers_of(frame, "top")
    if {"asked", "why"} <= set(frame):
        made["asked"] = (frame["why"].isna() | frame["why"].eq("")).to_numpy(bool)
    if {"anomaly", "z"} <= set(frame):
        made["anomaly"] = _true(frame["anomaly"]) & ~np.isnan(numbers_of(frame, "z"))
    for column, should in made.items():
        refuse_row(
            _true(frame[column]) != should,
            lambda at, column=column, should=should: (  # type: ignore[misc]
                f": {column} says {frame[column].iloc[at]}, and the columns beside it {should[at]}"
            ),
            AS_RETURNED,
            column,
        )
