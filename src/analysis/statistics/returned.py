"""A result that has come back from its reader's hands: whether its columns still hold what they mean."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..datafolder import reference
from ..errors import DataError, shown, unknown
from ..figures.denominators import denominator
from ..frames import numbers_of, plain
from ..meaning import SLACK, bounded, refuse_row, require_inside, require_limits
from .lines import ABSENT, GRAINS
from .result import only
from .result_days import require_days

#: What to do about most of them.
_AS_RETURNED = "pass the result as the function returned it"
_Numbers: TypeAlias = NDArray[np.float64]
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
#: Between which numbers the numbers of a column lie, whatever the result.
_PROBABILITY, _CORRELATION, _AMOUNT, _PLACE = (0.0, 1.0), (-1.0, 1.0), (0.0, np.inf), (1.0, np.inf)
_RANGES = {
    **dict.fromkeys(("p_value", "p_adjusted", "p_normal", "q_p", "placebo_p", "placebo_share"), _PROBABILITY),
    **dict.fromkeys(("probability", "or_better", "power"), _PROBABILITY),
    **dict.fromkeys(("rho", "tau", "concentration_index"), _CORRELATION),
    **dict.fromkeys(("ratio", "rate", "smoothed", "observed", "points"), _AMOUNT),
    **dict.fromkeys(("stretch", "rank", "rank_low", "rank_high"), _PLACE),
}
#: What a column may say.
_WORDS = {"grain": tuple(GRAINS), "absent": ABSENT, "breaks": ("told", "none told")}
#: A number and the two whose quotient, or difference, it is.
_QUOTIENTS = {
    "ratio": (
        *(("value_after", "value_before"), ("mean_after", "mean_before"), ("observed", "expected")),
        *(("rate_a", "rate_b"), ("share_a", "share_b")),
    ),
    "share": (("numerator", "denominator"),),
}
_DIFFERENCES = (("share_a", "share_b"), ("rate_a", "rate_b"), ("value_after", "value_before"))
#: So much of it, or so much in all, a number may differ from what it is computed of: a reader may have rounded.
_ROUNDED, _ROUNDED_BY = 0.25, 0.05
#: What tells the rows of a result from one another, where each stands once.
_ONE_ROW_EACH = ("iso3", "place", "day", "index", "part", "outcome", "assumption")
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
        raise DataError("the result has no rows", remedy=_AS_RETURNED)
    pairs = bounded(frame.columns)
    require_limits(frame, pairs.values())
    for name, (low, high) in pairs.items():
        require_inside(frame, name, low, high)
    _require_ordered(frame)
    _require_words(frame)
    _require_ranges(frame)
    require_days(frame)
    _require_rows_once(frame)
    _require_measure(frame)
    _require_verdicts(frame)
    _require_units(frame)
    _require_rates(frame)
    _require_computed(frame)
    _require_denominators(frame)
    for column in (one for one in frame.columns if one in _SHARES):
        _require_share(frame, column, np.ones(len(frame), dtype=bool))
    if {"index", "value"} <= set(frame):
        names = frame["index"].astype(str)
        ratios = names.isin(_INDICES_TO_ONE) | names.str.startswith("top_") | names.str.endswith("_share")
        _require_share(frame, "value", ratios.to_numpy(bool))
    return frame


def _require_ordered(frame: pd.DataFrame) -> None:
    """Hold that no lower end lies above its upper end, also of what stands in no column of its own."""
    names = {str(name)[:-4] for name in frame if str(name).endswith("_low") and f"{str(name)[:-4]}_high" in frame}
    for name in sorted(names - {"p", "day"}):  # p_low and p_high are of two tests
        _require_order(frame, f"{name}_low", f"{name}_high")


def _require_order(frame: pd.DataFrame, least: str, most: str) -> None:
    low, high = numbers_of(frame, least), numbers_of(frame, most)
    refuse_row(
        low > high + SLACK * np.abs(high),
        lambda at: f": {least}, {low[at]:.4g}, is greater than {most}, {high[at]:.4g}",
        _AS_RETURNED,
        least,
    )


def _require_words(frame: pd.DataFrame) -> None:
    for column, words in _WORDS.items():
        for word in frame[column].dropna().unique() if column in frame else ():
            if word not in words:
                raise unknown(f"word in the column '{column}':", word, words, column=column)


def _require_ranges(frame: pd.DataFrame) -> None:
    """Hold that numbers lie where such numbers can lie."""
    ranges = {column: ends for column, ends in _RANGES.items() if column in frame}
    if "expected" in frame and "i" not in frame:
        ranges["expected"] = _AMOUNT
    if {"estimate", "transform"} <= set(frame) and frame["transform"].eq("logit").all():
        ranges["estimate"] = _PROBABILITY
    if "places" in frame and "rank_high" in frame:
        ranges["rank_high"] = (1.0, float(numbers_of(frame, "places").max()))
    for column, (least, most) in ranges.items():
        _require_range(frame, column, least, most)


def _require_range(frame: pd.DataFrame, column: str, least: float, most: float) -> None:
    values = numbers_of(frame, column)
    where = f"lies between {least:g} and {most:g}" if most < np.inf else f"is at least {least:g}"
    refuse_row(
        (values < least - SLACK) | (values > most + SLACK),
        lambda at: f": {column} {where}, and here it is {values[at]:.4g}",
        _AS_RETURNED,
        column,
    )


def _require_rows_once(frame: pd.DataFrame) -> None:
    """Refuse a result that was put together with itself: it would count its places twice."""
    if any(column in frame for column in _ONE_ROW_EACH):
        refuse_row(
            frame.astype(str).duplicated().to_numpy(),
            lambda at: " repeats an earlier one",
            "leave out rows that stand in the table twice (drop_duplicates)",
            str(frame.columns[0]),
        )


def _require_computed(frame: pd.DataFrame) -> None:
    """Hold that ratios, shares and differences are those of the numbers beside them."""
    for column, pairs in _QUOTIENTS.items():
        for above, below in pairs:
            _require_difference(frame, column, above, below, np.divide)
    for one, other in _DIFFERENCES:
        _require_difference(frame, "difference", one, other, np.subtract)
    if {"first", "second", "both", "seen"} <= set(frame):
        _require_lists(*(numbers_of(frame, name) for name in ("first", "second", "both", "seen")))
    if {"estimate", "seen"} <= set(frame):
        estimate, seen = numbers_of(frame, "estimate"), numbers_of(frame, "seen")
        refuse_row(
            estimate < seen * (1 - SLACK) - 1,
            lambda at: f": an estimate of {estimate[at]:.4g} in all is less than the {seen[at]:.4g} seen",
            _AS_RETURNED,
            "estimate",
        )


def _require_difference(frame: pd.DataFrame, column: str, one: str, other: str, made: np.ufunc) -> None:
    """Hold that a column is the quotient or the difference of two others, as far as a reader's rounding allows."""
    if not {column, one, other} <= set(frame):
        return
    found, first, second = (numbers_of(frame, name) for name in (column, one, other))
    with np.errstate(divide="ignore", invalid="ignore"):
        should = made(first, second)
        far = np.abs(found - should) > np.maximum(_ROUNDED * np.abs(should), _ROUNDED_BY)
    how = "over" if made is np.divide else "less"
    refuse_row(
        far & np.isfinite(found) & np.isfinite(should),
        lambda at: f": the {column} {found[at]:.4g} is not {one} {how} {other}",
        "compute the result again instead of changing its numbers",
        column,
    )


def _require_lists(first: _Numbers, second: _Numbers, both: _Numbers, seen: _Numbers) -> None:
    refuse_row(
        (both > np.minimum(first, second)) | (np.abs(first + second - both - seen) > 1),
        lambda at: f": {seen[at]:g} seen are not {first[at]:g} and {second[at]:g} less {both[at]:g} on both lists",
        _AS_RETURNED,
        "seen",
    )


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
    for column, none in _NO_CHANGE.items():
        if column in frame:
            sides = numbers_of(frame, column) - none
            for words, wrong in ((_UP, sides < 0), (_DOWN, sides > 0)):
                _require_side(frame, column, frame["verdict"].isin(words).to_numpy(bool) & wrong)


def _require_side(frame: pd.DataFrame, column: str, wrong: NDArray[np.bool_]) -> None:
    refuse_row(
        wrong,
        lambda at: (
            f": the verdict is {shown(frame['verdict'].iloc[at])}, but the {column} is {frame[column].iloc[at]:.4g}"
        ),
        _AS_RETURNED,
        "verdict",
    )


def _require_units(frame: pd.DataFrame) -> None:
    """Hold that every rate says per what it is."""
    if "rate_per" not in frame:
        return
    if not pd.api.types.is_string_dtype(frame["rate_per"].dropna().astype(object)):
        raise DataError("rate_per holds numbers, not the id of a denominator", remedy=_AS_RETURNED, column="rate_per")
    if "rate" in frame and frame["rate_per"].notna().any():
        silent = frame["rate_per"].isna() & frame["rate"].notna()
        refuse_row(silent, lambda at: " has a rate, but nothing says per what", "fill rate_per", "rate_per")
    for column in ("rate_per", "rate_scale"):
        only(frame, column)
    if "exposure" in frame:
        refuse_row(
            (frame["exposure"].eq("value") & frame["rate_per"].notna()).to_numpy(bool),
            lambda at: f": exposure says that counts were compared, and rate_per {shown(frame['rate_per'].iloc[at])}",
            _AS_RETURNED,
            "exposure",
        )


def _require_rates(frame: pd.DataFrame) -> None:
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
    sizes, per = numbers_of(frame, "denominator"), only(frame, "rate_per")
    should = None if per is None else _sizes_by(frame, per)
    if should is None:
        return
    with np.errstate(divide="ignore", invalid="ignore"):
        times = sizes / should
    refuse_row(
        (times > _ANOTHER) | (times * _ANOTHER < 1),
        lambda at: f": the denominator {sizes[at]:,.10g} is not that of rate_per {shown(per)}, {should[at]:,.10g}",
        "compute the rates again instead of changing their unit",
        "rate_per",
    )


def _sizes_by(frame: pd.DataFrame, per: str) -> _Numbers | None:
    """The denominators that ``rate_per`` names, missing where none is known; None where places cannot be looked up."""
    if per in frame:
        return numbers_of(frame, per)
    if per not in {"population", *reference("indicators")["indicator"]}:
        raise DataError(
            f"rate_per says {shown(per)}, which is neither a denominator of the reference data nor a column of the "
            "table",
            remedy="keep that column beside the rates, or pass the result as the function returned it",
            column="rate_per",
        )
    if "iso3" not in frame:
        return None
    years = pd.to_numeric(frame["denominator_year"], errors="coerce").astype("Int64")
    known = years.notna().to_numpy(bool) & frame["iso3"].notna().to_numpy(bool)
    found = np.full(len(frame), np.nan)
    if known.any():
        sought = denominator(frame["iso3"][known], years[known], per, nearest=True)
        found[known] = sought["denominator"].to_numpy(float)
    return found


def _require_share(frame: pd.DataFrame, column: str, rows: np.ndarray) -> None:
    shares = numbers_of(frame, column)
    refuse_row(
        rows & ((shares < -SLACK) | (shares > 1 + SLACK)),
        lambda at: f": {column} is a share and lies between 0 and 1, not at {shares[at]:.4g}",
        _AS_RETURNED,
        column,
    )
