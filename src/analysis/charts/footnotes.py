"""The notes under a chart: what its intervals are, which places have no rate, what its signs mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..language.catalogue import say
from ..language.numbers import percent
from ..language.prose import ended, listed
from .wording import RATES, places, said_of_all, signs

if TYPE_CHECKING:
    import pandas as pd


def require_one_method(frame: pd.DataFrame, lang: str) -> list[str]:
    """Notes on comparing the surveys in the frame; NotComparableError if they must not share a chart."""
    if "survey" not in frame or frame["survey"].nunique() < 2:
        return []
    from ..figures.comparability import require_comparable

    reasons = require_comparable(frame, lang=lang)
    return [say("comparison_note", lang, reasons=ended(reasons))] if isinstance(reasons, str) and reasons else []


def interval_note(frame: pd.DataFrame, value: str, lang: str, on_map: bool = False) -> str:
    """The sentence that says what the intervals are, or that there are none."""
    low, high = frame["drawn_low"], frame["drawn_high"]
    if low.isna().all():
        return say("interval_missing", lang)
    level = frame["level"].max() if "level" in frame else float("nan")
    # The limits of a printed figure come from rounding, whatever a statistic says of its own.
    by_chance = value != "value" and "limits" in frame and frame["limits"].isin(["chance", "both"]).any()
    if by_chance and level == level and value not in RATES:
        return say("interval_estimate", lang, level=percent(level, lang))
    if by_chance and level == level:
        return say("interval_rate_map" if on_map else "interval_rate", lang, level=percent(level, lang))
    if (high - low).fillna(0).le(0).all():
        return say("interval_none", lang)
    return say("interval_printed_map" if on_map else "interval_printed", lang)


def no_denominator(frame: pd.DataFrame, value: str, lang: str) -> list[str]:
    """A note on places that have a figure and no rate, and the year of the population."""
    if value != "rate" or "value" not in frame:
        return []
    lacking = frame[frame["rate"].isna() & frame["value"].notna() & frame["iso3"].notna()]
    notes = (
        [say("no_denominator", lang, places=listed(sorted(places(lacking, lang)), lang, most=6))]
        if len(lacking)
        else []
    )
    years = (
        sorted({str(int(year)) for year in frame["denominator_year"].dropna()}) if "denominator_year" in frame else []
    )
    if years and said_of_all(frame, "rate_per") == "population":
        notes.append(say("denominator_years", lang, years=years[0] if len(years) == 1 else f"{years[0]}–{years[-1]}"))
    return notes


def left_out(rows: pd.DataFrame, lang: str) -> list[str]:
    """A note on the places that a statistic could not count in, for lack of a denominator."""
    return [say("no_denominator", lang, places=listed(sorted(places(rows, lang)), lang, most=6))] if len(rows) else []


def qualified(rows: pd.DataFrame, column: str, lang: str) -> list[str]:
    """A note on the signs of qualifiers, where one is drawn."""
    return [say("qualified", lang)] if signs(rows, column).ne("").any() else []
