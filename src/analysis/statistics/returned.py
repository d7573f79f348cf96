"""A result that has come back from its reader's hands: whether its columns still hold what they mean."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..datafolder import reference
from ..errors import DataError, shown
from ..figures import result_columns
from ..figures.denominators import denominator
from ..frames import numbers_of, plain
from ..meaning import AS_RETURNED, SLACK, bounded, refuse_row, require_inside, require_limits
from .result import only
from .result_days import require_days
from .result_numbers import require_numbers
from .result_parts import require_parts
from .result_words import require_words

_Numbers: TypeAlias = NDArray[np.float64]
#: So many times what it should be, a rate is one per something else.
_ANOTHER = 2
#: What tells the rows of a result from one another, where each stands once.
_ONE_ROW_EACH = ("iso3", "place", "day", "index", "part", "outcome", "assumption")
#: Functions whose sentence tells of one row: of several, the others would be left out without a word.
_OF_ONE_ROW = {
    *("association.correlate", "bounds.world_total", "concentration.gini", "concentration.herfindahl"),
    *("concentration.top_share", "inequality_by_rank.concentration_index", "inequality_by_rank.slope_index"),
    *("meta_analysis.meta_analysis", "overlap.lower_bound", "power.equivalence", "shares.pooled", "spatial.moran"),
    *("two_places.rate_difference", "two_places.rate_ratio", "two_shares.share_difference", "two_shares.share_ratio"),
}
#: Words that a reader may name a column of their own after, and which statistics mean something by them.
_MEANT = {
    "anomalies": "expected",
    "association": "error estimate of step turns",
    "before_and_after": "asked window",
    "bounds": "published total",
    "cell_suppression": "status",
    "change": "change difference part",
    "change_date": "likely probability",
    "change_points": "after before from step to",
    "concentration": "by index published rest",
    "decompose_change": "change rates",
    "decomposition": "part rest season trend",
    "empirical_bayes": "common weight",
    "forecast": "expected from points step to",
    "heaping": "expected figures found index share test",
    "inequality_by_rank": "error",
    "interrupted": "after at before",
    "meta_analysis": "error estimate surveys",
    "movers": "difference rank share",
    "nowcast": "delay error final reported",
    "overlap": "both candidates estimate first found listed lists odds once second seen share twice",
    "periods": "scans",
    "power": "other power",
    "ranking": "certain draws probability rank top",
    "revisions": "change delay difference settled",
    "scenario": "draws outcome",
    "seasonal_trend": "from points to",
    "shares": "of share test",
    "small_numbers": "expected least",
    "spatial": "apart draws expected i",
    "standardising": "expected standard",
    "theil_sen": "from points to",
    "two_places": "difference other",
    "two_shares": "difference other",
    "unmeasured": "step",
}

#: Columns whose cells name other columns.
_NAMING = ("grouped_by", "ranked_by", "value_of", "rate_per")


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
        raise DataError("the result has no rows", remedy=AS_RETURNED)
    # As a file gives an empty column back.
    empty = [name for name in frame if frame[name].dtype == object and frame[name].isna().all()]
    frame = frame.assign(**dict.fromkeys(empty, np.nan))
    _require_meaning(_without_own(frame))
    return frame


def _without_own(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame without columns that its reader has added, as far as their names tell, and without ``attrs``."""
    family = str(frame["statistic"].iloc[0]).split(".")[0] if "statistic" in frame else ""
    meant = {*_MEANT.get(family, "").split()}
    meant |= {name for column in _NAMING if column in frame for name in frame[column].dropna().unique()}
    every = {name for names in _MEANT.values() for name in names.split()}
    own = [name for name in frame if name in every - meant]
    own += [end for name, ends in bounded(frame.columns).items() if result_columns.told(name) is None for end in ends]
    bare = frame.drop(columns=own)
    bare.attrs = {}  # which pandas copies with each column that is looked at
    return bare


def _require_meaning(frame: pd.DataFrame) -> None:
    pairs = bounded(frame.columns)
    require_limits(frame, pairs.values())
    for name, (low, high) in pairs.items():
        require_inside(frame, name, low, high)
    _require_ordered(frame)
    require_words(frame)
    require_numbers(frame)
    require_days(frame)
    _require_rows_once(frame)
    _require_units(frame)
    _require_rates(frame)
    _require_denominators(frame)
    require_parts(frame)


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
        AS_RETURNED,
        least,
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
    if len(frame) > 1 and "statistic" in frame and frame["statistic"].iloc[0] in _OF_ONE_ROW:
        raise DataError(
            f"the result has {len(frame)} rows, and its sentence tells of one",
            remedy="choose one of them, such as result.iloc[[0]]",
        )


def _require_units(frame: pd.DataFrame) -> None:
    """Hold that every rate says per what it is."""
    if "rate_per" not in frame:
        return
    if not pd.api.types.is_string_dtype(frame["rate_per"].dropna().astype(object)):
        raise DataError("rate_per holds numbers, not the id of a denominator", remedy=AS_RETURNED, column="rate_per")
    if "rate" in frame and frame["rate_per"].notna().any():
        silent = frame["rate_per"].isna() & frame["rate"].notna()
        refuse_row(silent, lambda at: " has a rate, but nothing says per what", "fill rate_per", "rate_per")
    for column in ("rate_per", "rate_scale"):
        only(frame, column)
    if "rate_scale" in frame:
        scales = numbers_of(frame, "rate_scale")
        refuse_row(
            scales <= 0,
            lambda at: f": rates are per more than 0, and rate_scale says {scales[at]:.4g}",
            AS_RETURNED,
            "rate_scale",
        )
    if "exposure" in frame:
        refuse_row(
            (frame["exposure"].eq("value") & frame["rate_per"].notna()).to_numpy(bool),
            lambda at: f": exposure says that counts were compared, and rate_per {shown(frame['rate_per'].iloc[at])}",
            AS_RETURNED,
            "exposure",
        )


def _require_rates(frame: pd.DataFrame) -> None:
    """Hold that every rate is its count over its denominator, but for as little as no other unit or size makes."""
    counted = "value" if "value" in frame else "observed"
    if not {"rate", counted, "denominator", "rate_scale"} <= set(frame) or "standard" in frame:
        return  # the rate of a standard is that of its strata
    rates = numbers_of(frame, "rate")
    value, size, scale = (numbers_of(frame, column) for column in (counted, "denominator", "rate_scale"))
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
            remedy=f"keep that column beside the rates, or {AS_RETURNED}",
            column="rate_per",
        )
    if "iso3" not in frame:
        return None
    years = pd.to_numeric(frame["denominator_year"], errors="coerce")
    years = years.where(years % 1 == 0).astype("Int64")
    known = years.notna().to_numpy(bool) & frame["iso3"].notna().to_numpy(bool)
    found = np.full(len(frame), np.nan)
    if known.any():
        sought = denominator(frame["iso3"][known], years[known], per, nearest=True)
        found[known] = sought["denominator"].to_numpy(float)
    return found
