"""Measures, places, units, times and numbers as charts print them."""

from __future__ import annotations

import datetime
import math
import re
from typing import TYPE_CHECKING, Any

import pandas as pd

from ..language.catalogue import say
from ..language.dates import period
from ..language.intervals import pair
from ..language.numbers import counted, fixed, number, percent
from ..language.rate_units import per_unit

if TYPE_CHECKING:
    from collections.abc import Sequence


#: No count, volume or sum of money comes near this; beyond it numbers have no words.
LARGEST = 1e24
#: Columns that are rates: their rows say per what.
RATES = ("rate", "shrunk", "common")
SIGNS = {"about": "≈", "more than": ">", "at least": "≥", "nearly": "<", "up to": "≤"}


def label(measure: str, lang: str) -> str:
    """What a measure counts, as charts print it."""
    from ..figures.measures import measures

    known = measures()
    return str(known.at[measure, f"label_{lang}"]) if measure in known.index else measure.replace("_", " ")


def model_in_words(model: str, lang: str) -> str:
    """How a model lets lists depend on one another: their pairs, or that none do."""
    return say("independent", lang) if model == "independent" else model.replace("_", " ")


def kind_of(measure: str) -> str:
    """``count``, ``share`` or ``money``; a measure that the dictionary lacks is taken for a count."""
    from ..figures.measures import measures

    known = measures()
    return str(known.at[measure, "kind"]) if measure in known.index else "count"


def places(frame: pd.DataFrame, lang: str) -> pd.Series:
    """The name of each row's place: the country's in the language, the declared one's, else the place as printed."""
    from ..figures.country_names import country_name
    from ..figures.panel import is_there
    from ..figures.survey import read_survey

    named = country_name(frame["iso3"], lang)
    if {"survey", "place"} <= set(frame):
        own = frame[named.isna() & frame["place"].notna()]
        own = own[own["survey"].map(is_there).astype(bool)]
        declared = [read_survey(row.survey).place_name(row.place, lang) or None for row in own.itertuples()]
        named = named.fillna(pd.Series(declared, index=own.index, dtype="object"))
    for column in ("country", "place"):
        if column in frame:
            named = named.where(named.notna(), frame[column])
    return named


def unit(frame: pd.DataFrame, value: str, lang: str) -> str:
    """The unit of a rate (``per million inhabitants``), as its rows say; empty for a plain value."""
    if value not in RATES:
        return ""
    return per_unit(said_of_all(frame, "rate_per"), said_of_all(frame, "rate_scale"), lang)


def said_of_all(frame: pd.DataFrame, column: str) -> Any:
    """What the rows say in a column that `answered` has found to hold one value."""
    there: Any = frame[column].dropna() if column in frame else []
    return there.iloc[0] if len(there) else None


def printed(rows: pd.DataFrame, column: str, lang: str) -> list[str]:
    """The numbers of the rows as a chart prints them in a column: with their qualifier's sign and as many decimals."""
    values, measures = rows["drawn"].tolist(), rows["measure"].tolist()
    decimals = decimals_of(values) if column != "value" else None
    texts = [
        shown(value, measure, column, lang) if decimals is None else fixed(value, decimals, lang)
        for value, measure in zip(values, measures, strict=True)
    ]
    return [mark + text for mark, text in zip(signs(rows, column), texts, strict=True)]


def decimals_of(values: Sequence[float]) -> int | None:
    """How many decimals show three digits of the largest number and one of the smallest; None beyond five digits."""
    positive = [abs(value) for value in values if value]
    if not positive or max(positive) >= 999.5:
        return None
    powers = [math.floor(math.log10(value)) for value in (max(positive), min(positive))]
    decimals = max(2 - powers[0], -powers[1], 0)
    return decimals if decimals + max(powers[0], 0) <= 4 else None


def shown(value: float, measure: str, column: str, lang: str) -> str:
    """A number as a chart prints it: shares as per cent, all else as numbers."""
    if column == "value" and kind_of(measure) == "share":
        return percent(value, lang, decimals=0 if abs(value) >= 0.1 or value == 0 else 1)
    return number(value, lang)


def both(first: float, last: float, measure: str, column: str, lang: str) -> tuple[str, str]:
    """Two numbers of a measure for one sentence, the scale word only after the second."""
    if column == "value" and kind_of(measure) == "share":
        return shown(first, measure, column, lang), shown(last, measure, column, lang)
    return pair(first, last, lang)


def with_noun(value: float, measure: str, lang: str) -> str:
    """A count with its noun: ``24.3 million studies``."""
    return counted(value, label(measure, lang), lang)


def when(frame: pd.DataFrame, lang: str) -> str:
    """The time that the figures refer to: that of the scans, or of the publications where that is not known."""
    if "scan_to" not in frame and "survey" in frame:
        from ..figures.sources import surveys

        frame = surveys().reindex(known(frame["survey"]))
    for first, last in (("scan_from", "scan_to"), ("published", "published")):
        if first in frame and last in frame:
            starts, ends = known(frame[first]), known(frame[last])
            if starts or ends:
                return period(min(starts or ends), max(ends or starts), lang)
    return ""


def dated(row: dict[str, Any]) -> str:
    """The date of a figure: the end of its scan, or its start, or its publication; empty if none is known."""
    return next(
        (row[name] for name in ("scan_to", "scan_from", "published") if isinstance(row.get(name), str) and row[name]),
        "",
    )


def day(text: str) -> int:
    """A date as a day number; the middle of a month or a year where that is all that is known."""
    parts = [int(part) for part in text.split("-")]
    return datetime.date(parts[0], parts[1] if len(parts) > 1 else 7, parts[2] if len(parts) > 2 else 15).toordinal()


def unit_of(measure: str) -> str:
    """The unit of a measure as the dictionary has it; for an unknown measure its own name."""
    from ..figures.measures import measures

    known_ones = measures()
    return str(known_ones.at[measure, "unit"]) if measure in known_ones.index else measure


def known(column: pd.Series) -> list[str]:
    """The texts of a column that are there, each once."""
    return [text for text in column.dropna().unique() if isinstance(text, str) and text]


def sign(qualifier: object) -> str:
    """The sign for a printed qualifier: ``≈``, ``>``, ``<``; empty where there is none."""
    return SIGNS.get(str(qualifier), "≈") if isinstance(qualifier, str) and qualifier not in ("", "exact") else ""


def signs(rows: pd.DataFrame, column: str) -> pd.Series:
    """The sign of each row's qualifier, where its printed value is drawn."""
    if column != "value" or "qualifier" not in rows:
        return pd.Series("", rows.index)
    return rows["qualifier"].map(sign)


def slug(*parts: object) -> str:
    """A file name from words: lower case, joined by hyphens."""
    text = "-".join(str(part) for part in parts if isinstance(part, str) and part)
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def default_name(kind: str, frame: pd.DataFrame, *more: str) -> str:
    """The name of a chart's files: its kind, measure and survey."""
    measures_there = known(frame["measure"]) if "measure" in frame else []
    surveys_there = known(frame["survey"]) if "survey" in frame else []
    return slug(
        kind,
        measures_there[0] if len(measures_there) == 1 else "",
        surveys_there[0] if len(surveys_there) == 1 else "",
        *more,
    )
