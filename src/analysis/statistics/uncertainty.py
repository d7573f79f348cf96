"""The two kinds of uncertainty of a count, kept apart: rounding and chance.

*Rounding* is the interval ``low … high`` that a figure's printing allows. *Chance* is that of a count as a realisation
of independent events (Poisson). Servers are independent; studies and images come in batches, one server holds many, so
that chance says nothing about them unless the caller knows how strongly they cluster (the *dispersion*: variance over
mean).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import DataError, NotComparableError, unknown
from ..figures.country_names import require_codes
from ..frames import numbers_of, plain, row_names
from ..meaning import checked_level, require_one_unit

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

#: What may be asked for, and what the column ``limits`` says; a count given without limits is ``exact``.
LIMITS = ("rounding", "chance", "both")
#: Families of results whose column ``value`` holds something else.
_NO_COUNTS = {"concentration": "indices", "scenario": "the outcomes of a scenario"}
#: What the column ``occurrence`` says where nobody said how things come: a measure that is not registered, or a table
#: that names no measure, whose counts are taken as independent events.
UNKNOWN_OCCURRENCE, ASSUMED_OCCURRENCE = "unknown", "taken as independent"


def checked_counts(frame: Any, also: Iterable[str] = (), value: str | None = None) -> pd.DataFrame:
    """Validate counts and their limits; return a plain frame with ``value``, ``low``, ``high`` and ``limits``.

    Parameters
    ----------
    frame
        Rows with a count and, where it was rounded, its limits ``<value>_low`` and ``<value>_high`` (``low`` and
        ``high`` for ``value`` itself). Counts without limits are taken as exact. Any table that `frames.plain` takes.
    also
        Further columns that it must have.
    value
        The column of the counts, where the caller may name it; None for ``value`` and no other.

    Returns
    -------
    pandas.DataFrame
        A copy whose ``value``, ``low``, ``high`` are float64, and whose ``limits`` says ``rounding``, or ``exact``
        where the table gives no limits.

    Raises
    ------
    DataError
        If it has no rows, lacks a column, or holds a count that is not a number, is negative, not finite or outside
        its limits.
    """
    frame = plain(frame)
    naming = "name the column of the counts with value=" if value else "call the column of the counts 'value'"
    value = value or "value"
    low, high = ("low", "high") if value == "value" else (f"{value}_low", f"{value}_high")
    for column in (value, *also):
        if column not in frame:
            raise DataError(
                f"the table has no column {column!r}",
                remedy=f"{naming}, or take ex.preferred(panel)" if column == value else "add it",
                column=column,
            )
    if (low in frame) != (high in frame):
        lacking, there = (low, high) if high in frame else (high, low)
        raise DataError(
            f"the table has {there!r} but no column {lacking!r}",
            remedy="give both limits, or none where the counts are exact",
            column=lacking,
        )
    if frame.empty:
        raise DataError("the table has no rows", remedy="choose a measure and places that were published")
    if value == "rate":
        require_one_unit(frame)
    require_codes(frame)
    _require_measures(frame)
    exact = low not in frame
    counts = {"value": _counts(frame, value)}
    counts |= {
        end: counts["value"] if exact else _counts(frame, column) for end, column in (("low", low), ("high", high))
    }
    _checked_order(frame, counts)
    if value == "value":
        _refuse_results(frame)
    if value != "rate":
        _refuse_rates(frame, counts["value"])
    # A level that the table has is that of other limits, such as those of its rates.
    return frame.drop(columns="level", errors="ignore").assign(**counts, limits="exact" if exact else "rounding")


def _require_measures(frame: pd.DataFrame) -> None:
    """DataError if some rows say what they count, and others do not."""
    if "measure" in frame and (silent := frame["measure"].isna()).any() and not silent.all():
        row = int(silent.to_numpy().argmax())
        raise DataError(
            f"{_rows(frame, silent.to_numpy())} does not say what was counted",
            remedy="fill the column measure in every row, or leave the others out",
            column="measure",
            row=row + 1,
        )


def _refuse_results(frame: pd.DataFrame) -> None:
    """DataError if the table is a result whose numbers count nothing."""
    for statistic in frame["statistic"].dropna().unique() if "statistic" in frame else ():
        family = str(statistic).partition(".")[0]
        if family in _NO_COUNTS:
            raise DataError(
                f"the table is a result of {statistic}, whose column 'value' holds {_NO_COUNTS[family]}, not counts",
                remedy="pass the counts that it was made from",
                column="value",
            )


def _refuse_rates(frame: pd.DataFrame, counts: NDArray[np.float64]) -> None:
    """DataError if a table of rates has its rates where its counts should stand."""
    if "rate_per" not in frame or frame["rate_per"].isna().all():
        return
    # A place without a rate has none in either column.
    if "rate" not in frame or np.array_equal(counts, numbers_of(frame, "rate"), equal_nan=True):
        raise DataError(
            "the table says per what its rates are (rate_per), "
            + ("and has these where its counts should stand" if "rate" in frame else "but has no column 'rate'"),
            remedy="take the column of the counts; if these are counts, drop rate_per",
            column="rate_per",
        )


def normal_deviate(level: float) -> float:
    """How many standard errors the limits of a two-sided normal interval lie from its middle (1.96 at 95 %)."""
    from scipy.special import ndtri

    return float(ndtri((1 + checked_level(level)) / 2))


def occurrence_of(frame: pd.DataFrame) -> NDArray[np.object_]:
    """How the things behind each count come: ``independent`` or ``clustered``, or that it is not known.

    Parameters
    ----------
    frame
        Rows with ``measure``, as it is registered in the dictionary of measures. For a measure that is not, or a table
        that names none, the caller says it in a column ``occurrence``.

    Returns
    -------
    numpy.ndarray
        One word a row: ``independent``, ``clustered``, ``none`` (nothing is counted), ``unknown`` (a measure that is
        not registered) or ``taken as independent`` (the table names no measure).

    Raises
    ------
    DataError
        For another word in that column, or one that contradicts the dictionary of measures.
    """
    from ..figures.measures import OCCURRENCES, measures

    said = frame["occurrence"].to_numpy(object, na_value=None) if "occurrence" in frame else np.full(len(frame), None)
    for at, word in enumerate(said):
        if word is not None and word not in (*OCCURRENCES, UNKNOWN_OCCURRENCE, ASSUMED_OCCURRENCE):
            raise unknown("occurrence", word, OCCURRENCES, column="occurrence", row=at + 1)
    if "measure" not in frame:
        return np.array([ASSUMED_OCCURRENCE if word is None else word for word in said], dtype=object)
    registered = measures()["occurrence"].reindex(frame["measure"])
    known, sure = registered.notna().to_numpy(), np.isin(said.astype(str), OCCURRENCES)
    found = np.where(known, registered.to_numpy(object), np.where(sure, said, UNKNOWN_OCCURRENCE))
    if (wrong := sure & (said != found)).any():
        at = int(wrong.argmax())
        raise DataError(
            f"the events of {frame['measure'].iloc[at]!r} are registered as {found[at]}, not {said[at]}",
            remedy="leave occurrence out; it is asked for only where a measure is not registered",
            column="occurrence",
            row=at + 1,
        )
    return found


def common_occurrence(frame: pd.DataFrame) -> str:
    """What `occurrence_of` says of all rows together: the word of those of which least is known."""
    said = set(occurrence_of(frame))
    return next(
        word for word in (UNKNOWN_OCCURRENCE, "none", "clustered", ASSUMED_OCCURRENCE, "independent") if word in said
    )


def dispersion_of(frame: pd.DataFrame) -> float | None:
    """The variance over mean of clustered counts: the one value of the column ``dispersion``, or None.

    Raises
    ------
    DataError
        If it is not a number from 1 on, or differs between rows.
    """
    if "dispersion" not in frame or frame["dispersion"].isna().all():
        return None
    given = numbers_of(frame, "dispersion")
    if not ((given >= 1) & np.isfinite(given)).all():
        raise DataError(
            "a dispersion is the variance over the mean of counts, at least 1",
            remedy="fill the column 'dispersion' with such a number in every row, or leave it out",
            column="dispersion",
        )
    if len(set(given.tolist())) > 1:
        raise DataError(
            f"the rows differ in dispersion: {given.min():g} and {given.max():g}",
            remedy="pass rows of one dispersion",
            column="dispersion",
        )
    return float(given[0])


def by_chance(frame: pd.DataFrame, limits: str | None = None) -> NDArray[np.bool_]:
    """Boolean mask: rows whose uncertainty includes chance.

    Parameters
    ----------
    frame
        Rows with ``measure``; without that column the counts are taken as independent events. What a measure that is
        not registered counts is said in a column ``occurrence``. With a column ``dispersion`` chance may be asked for
        of clustered counts too.
    limits
        ``rounding``, ``chance`` or ``both``; None for the measure's own: both where events are independent,
        rounding only elsewhere.

    Raises
    ------
    DataError
        For limits that do not exist, or a dispersion that `dispersion_of` refuses.
    NotComparableError
        If chance is asked for where events are not independent, or nobody knows whether they are, and no dispersion
        is given.
    """
    if limits is not None and limits not in LIMITS:
        raise unknown("limits", limits, LIMITS, limits=limits)
    dispersion = dispersion_of(frame)
    what = occurrence_of(frame)
    if limits == "rounding":
        return np.zeros(len(frame), dtype=bool)
    if dispersion is not None:
        return np.ones(len(frame), dtype=bool)
    if limits is not None and (what == UNKNOWN_OCCURRENCE).any():
        named = frame["measure"].to_numpy()[what == UNKNOWN_OCCURRENCE][0] if "measure" in frame else None
        lacking = f"{named!r} is not a registered measure" if named else "it is not known whether these are"
        raise NotComparableError(
            f"limits of chance need independent events, and {lacking}",
            remedy="say so in a column occurrence ('independent') if they are, or take limits='rounding'",
        )
    independent = np.isin(what.astype(str), ("independent", ASSUMED_OCCURRENCE))
    if limits is not None and not independent.all():
        raise NotComparableError(
            "limits of chance need independent events; studies and images come in batches, one server holds many",
            remedy="use limits='rounding', or give their variance over mean in a column 'dispersion'",
        )
    return independent


def limits_in_words(frame: pd.DataFrame, chance: Any, limits: str | None = None) -> NDArray[np.object_]:
    """What limits made of checked counts are limits of, one word a row: ``rounding``, ``chance``, ``both``, ``exact``.

    Parameters
    ----------
    frame
        What `checked_counts` returned.
    chance
        What `by_chance` returned, or one truth value.
    limits
        As asked for: ``chance`` leaves rounding out.
    """
    given = frame["limits"].to_numpy(object)
    with_chance = np.where((given == "exact") | (limits == "chance"), "chance", "both")
    return np.where(np.broadcast_to(np.asarray(chance), len(frame)), with_chance, given).astype(object)


def resample(frame: pd.DataFrame, size: int, seed: int, limits: str | None = None) -> NDArray[np.float64]:
    """Counts as they might have been: ``size`` rows of one count for each row of the frame.

    Rounding is drawn evenly from the interval, chance from Poisson's distribution about that (with a
    dispersion d: d times a Poisson number of mean count/d). Random numbers go to the counts by their size, so that
    neither the order of rows nor a name matters.
    """
    chance = by_chance(frame, limits)
    keys = [frame[column].to_numpy(float) for column in ("high", "low", "value")]
    if "iso3" in frame:
        keys.insert(0, np.argsort(np.argsort(frame["iso3"].fillna("").to_numpy(str), kind="stable")))
    order = np.lexsort(keys)
    value, low, high = (frame[column].to_numpy(float)[order] for column in ("value", "low", "high"))
    if limits == "chance":
        low = high = value
    random = np.random.default_rng(seed)
    counts = low + random.random((size, len(frame))) * (high - low)
    if chance.any():
        spread = dispersion_of(frame) or 1.0
        drawn = random.poisson(counts / spread) * spread
        counts = np.where(chance[order], drawn, counts)
    result = np.empty_like(counts)
    result[:, order] = counts
    return result


def _counts(frame: pd.DataFrame, column: str) -> NDArray[np.float64]:
    """Return a column of counts as numbers, all finite and at least 0."""
    numbers = numbers_of(frame, column)
    if not np.isfinite(numbers).all():
        raise DataError(
            f"{_rows(frame, ~np.isfinite(numbers))} has no number",
            remedy="leave the row out, a missing count is not zero",
            column=column,
            row=int((~np.isfinite(numbers)).argmax()) + 1,
        )
    if (numbers < 0).any():
        raise DataError(
            f"{_rows(frame, numbers < 0)} has a negative count",
            remedy="correct the figure",
            column=column,
            row=int((numbers < 0).argmax()) + 1,
        )
    return numbers


def _checked_order(frame: pd.DataFrame, counts: dict[str, NDArray[np.float64]]) -> None:
    value, low, high = counts["value"], counts["low"], counts["high"]
    for wrong, what, column in (
        (low > high, "has its low end above its high end", "low"),
        ((value < low) | (value > high), "has its value outside its interval", "value"),
    ):
        if wrong.any():
            raise DataError(
                f"{_rows(frame, wrong)} {what}", remedy="correct the figure", column=column, row=int(wrong.argmax()) + 1
            )


def _rows(frame: pd.DataFrame, wrong: NDArray[np.bool_]) -> str:
    """The number and place of the first wrong row, and how many more there are."""
    first = int(wrong.argmax())
    more = int(wrong.sum()) - 1
    said = " ".join(filter(None, [row_names(frame)[first], f"and {more} more" if more else ""]))
    return f"row {first + 1} ({said})" if said else f"row {first + 1}"
