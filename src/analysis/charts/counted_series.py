"""A counted series ready to draw: its line with limits, gaps and breaks, and what its charts say."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import pandas as pd

from ..datafolder import surveys_present
from ..errors import DataError
from ..figures.survey import read_survey
from ..frames import plain
from ..identifiers import refuse_identifiers
from ..language.catalogue import say
from ..language.dates import date, period_from, periods_from
from ..language.numbers import number
from ..language.prose import listed, sentence
from ..statistics.breaks import Break, catalogued
from ..statistics.lines import Line, lines
from ..statistics.phrases import where_in_words
from . import drawn_rows, sources_cited, wording
from .composing import Story

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..series.catalogue import Series


#: Rows of ``ex.breaks``, dates, or None for those that the rows tell.
Breaks: TypeAlias = pd.DataFrame | Sequence[str] | None
#: Per what, and per how many of it, rates are, where their columns do not say it.
Unit: TypeAlias = tuple[str | None, float | None]
#: Statistics of which every period is drawn, so that the sentence is theirs.
_DRAWN = {"decomposition", "anomalies"}
#: Events and breaks that the notes tell one by one; the JSON has them all.
MOST_TOLD = 6


def series_frame(frame: Any) -> pd.DataFrame | None:
    """The frame, if it holds counts over days and not figures of surveys."""
    if not isinstance(frame, pd.DataFrame) and not hasattr(frame, "__arrow_c_stream__"):
        return None
    frame = plain(frame, "the series")
    return frame if ("day" in frame or "period" in frame) and "survey" not in frame else None


@dataclass
class Counted:
    """A series ready to draw: its line, limits, breaks and what a statistic found in it."""

    line: Line
    name: str
    label: str
    trend: NDArray[np.float64] | None = None
    odd: NDArray[np.bool_] | None = None
    parts: list[tuple[int, int]] = field(init=False)

    def __post_init__(self) -> None:
        known = ~np.isnan(self.line.values)
        self.parts = []
        for first, last in self.line.stretches():
            edges = np.flatnonzero(np.diff(np.r_[0, known[first:last].astype(int), 0]))
            self.parts += [(first + int(a), first + int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]

    @property
    def breaks(self) -> tuple[Break, ...]:
        """The changes in the way of counting."""
        return self.line.breaks

    @property
    def drawn(self) -> NDArray[np.float64]:
        """The values that a line or dot shows: a period in which the way of counting changes has none."""
        shown = np.full(len(self.line.values), np.nan)
        for first, last in self.parts:
            shown[first:last] = self.line.values[first:last]
        return shown

    @property
    def gaps(self) -> list[tuple[int, int]]:
        """Runs of periods without a count, as start and end positions (end excluded)."""
        edges = np.flatnonzero(np.diff(np.r_[0, np.isnan(self.line.values).astype(int), 0]))
        return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))

    def data(self, column: str) -> pd.DataFrame:
        """Every number of the line, with the stretch that it belongs to."""
        found = {
            "day": self.line.days.strftime("%Y-%m-%d"),
            **self.line.keys,
            "grain": self.line.grain,
            **({} if self.line.absent is None else {"absent": self.line.absent}),
            column: self.line.values,
            "low": self.line.low,
            "high": self.line.high,
            "stretch": self.line.stretch(),
        }
        found |= {"trend": self.trend} if self.trend is not None else {}
        return pd.DataFrame(found | ({"anomaly": self.odd} if self.odd is not None else {}))


def counted_series(
    frame: pd.DataFrame, value: str | None, breaks: pd.DataFrame | None, lang: str, kind: str, unit: Unit = (None, None)
) -> tuple[list[Counted], str]:
    """Every series of a frame, and the column drawn; ``unit`` is per what, and per how many, its rates are."""
    column = value or ("rate" if "rate" in frame else "count")
    if column not in frame:
        raise DataError(
            f"there is no column {column!r} to draw", remedy=f"the frame has {', '.join(map(str, frame.columns))}"
        )
    drawn_rows.checked(frame, (column,), kind)
    if isinstance(breaks, pd.DataFrame):
        refuse_identifiers(breaks, allow={"source"})
    every = lines(frame, column, breaks=breaks)
    of_rates = wording.unit(drawn_rows.answered(frame, column, *unit, None), column, lang)
    found = []
    for line in every:
        name = sentence(where_in_words(pd.Series(line.keys), lang)) if {"iso3", "place"} & set(line.keys) else ""
        found.append(
            Counted(
                line,
                name,
                f"{_label(line, lang)} {of_rates}".rstrip(),
                trend=_beside(frame, "trend", line),
                odd=_flags(frame, line),
            )
        )
    if not found:
        raise DataError(f"the chart {kind!r} got no series", remedy="check the selection")
    return found, column


def _beside(frame: pd.DataFrame, name: str, line: Line) -> NDArray[np.float64] | None:
    """What a statistic found of each period of a line; None where it found nothing."""
    if name not in frame or frame[name].isna().all():
        return None
    rows = frame
    for key, part in line.keys.items():
        rows = rows[rows[key].isna() if pd.isna(part) else rows[key] == part]
    days = rows["day"] if "day" in rows else rows["period"]
    periods = pd.PeriodIndex(pd.to_datetime(days.astype("str"), format="ISO8601"), freq=line.periods.freq)
    found = pd.Series(rows[name].to_numpy(np.float64), index=periods)
    return np.asarray(found.reindex(line.periods).to_numpy(np.float64))


def _flags(frame: pd.DataFrame, line: Line) -> NDArray[np.bool_] | None:
    found = _beside(frame, "anomaly", line)
    return None if found is None else np.nan_to_num(found) > 0


def story_of(kind: str, frame: pd.DataFrame, counted: list[Counted], column: str, lang: str) -> Story:
    """What the charts of series share: name, notes on intervals, gaps and breaks, source, what the bundle keeps."""
    one = counted[0]
    notes = []
    if any(part.line.rounded for part in counted):
        notes.append(say("interval_band", lang))
    if any(part.gaps for part in counted):
        notes.append(say("gaps_note", lang))
    found = {(each.date, each.reason): each for part in counted for each in part.breaks}
    if found:
        notes.append(say("breaks_note", lang, breaks=_breaks_told(counted, list(found.values()), lang)))
    source, about = _sources(frame, counted, lang)
    if "statistic" in frame:
        first = frame.iloc[0]
        about["statistic"] = {
            key: first[key]
            for key in ("statistic", "method", "level", "limits")
            if key in frame and first[key] == first[key]
        } | {key: frame.attrs[key] for key in ("seed", "warnings") if frame.attrs.get(key)}
    about["breaks"] = [{"date": each.date, "reason": each.reason} for each in found.values()]
    keys = one.line.keys
    name = wording.slug(
        kind,
        str(keys.get("series", "")),
        str(keys.get("measure", "")),
        str(keys.get("iso3", "") if len(counted) == 1 else ""),
        column if column != "count" else "",
    )
    return Story(
        kind=kind.replace("-", "_"),
        name=name,
        title="",
        subtitle="",
        notes=notes,
        source=source,
        alt=[],
        data=pd.concat([part.data(column) for part in counted]),
        about=about,
    )


def _breaks_told(counted: list[Counted], found: list[Break], lang: str) -> str:
    """The dates of the breaks: by letter and, in English, with their reason; of several series by place."""
    if len({part.line.keys.get("series") for part in counted}) > 1:
        dates = {
            part.name: listed([date(each.date, lang) for each in part.breaks], lang) for part in counted if part.breaks
        }
        return "; ".join(say("break_of", lang, place=place, date=told) for place, told in dates.items())
    if len(counted) > 1:
        return listed(list(dict.fromkeys(date(each.date, lang) for each in found)), lang, most=MOST_TOLD)
    letters = [
        f"{chr(97 + n)}) {date(each.date, lang)}" + (f" ({first_part(each.reason)})" if lang == "en" else "")
        for n, each in enumerate(found)
    ]
    return "; ".join(letters[:MOST_TOLD]) if lang == "en" else listed(letters, lang, most=MOST_TOLD)


def _sources(frame: pd.DataFrame, counted: list[Counted], lang: str) -> tuple[str, dict[str, Any]]:
    """The source line, and what the bundle's JSON says about sources and measures, for all series that are drawn."""
    told: dict[str, None] = {}
    sources: list[dict[str, Any]] = []
    measures: dict[str, Any] = {}
    ids = list(dict.fromkeys(one.line.keys.get("series") for one in counted))
    for series, keys in {
        (one.line.keys.get("series"), str(one.line.keys.get("source", ""))): one.line.keys for one in counted
    }.items():
        names, of_series, defined = _of_series(series[0], series[1], str(keys.get("measure", "")), frame, lang)
        told |= dict.fromkeys(names)
        sources += [source for source in of_series if source not in sources]
        measures |= defined
    line = say("source" if len(told) == 1 else "sources", lang, sources=listed(list(told), lang)) if told else ""
    found: dict[str, Any] = {"sources": sources, "measures": measures}
    known = [name for name in ids if isinstance(name, str) and measures]
    return line, ({"series": known[0] if len(known) == 1 else known} if known else {}) | found


def _of_series(
    series: Any, named: str, measure: str, frame: pd.DataFrame, lang: str
) -> tuple[list[str], list[dict[str, Any]], dict[str, Any]]:
    """Who is named below the chart, the publications, and the definition of the measure, for one series."""
    if (described := catalogued(series)) is not None:
        return _of_catalogue(described, named, measure, lang)
    if isinstance(series, str) and series in surveys_present():
        ids = frame.loc[frame["series"] == series, "sources"].str.split("; ").explode() if "sources" in frame else []
        about = sources_cited.about(pd.DataFrame({"source": ids, "survey": series, "measure": measure}), lang)
        return [str(read_survey(series).meta["surveyor"])], about["sources"], about["measures"]
    return ([named] if named else []), ([{"id": named, "publisher": named}] if named else []), {}


def _of_catalogue(
    series: Series, named: str, measure: str, lang: str
) -> tuple[list[str], list[dict[str, Any]], dict[str, Any]]:
    """As `_of_series`, for a series of the catalogue."""
    sources = [
        {
            "id": entry["id"],
            "publisher": entry["publisher"],
            "title": entry["title"],
            "published": "",
            "url": entry.get("url", ""),
            "seen": "full",
            "tier": "primary",
        }
        for entry in series.meta["source"]
        if named in ("", "nan", entry["id"])
    ]
    read = say("read_on", lang, date=date(series.meta["retrieved"], lang))
    defined = {}
    if entry := series.meta["measure"].get(measure, {}):
        label = series.label(measure, lang)
        defined = {measure: {"label": label, "unit": entry.get("unit", ""), "definition": entry.get("definition", "")}}
    return [f"{entry['publisher']} ({read})" for entry in sources], sources, defined


def _label(line: Line, lang: str) -> str:
    measure = str(line.keys.get("measure", "")) or "counts"
    series = catalogued(line.keys.get("series"))
    return wording.label(measure, lang) if series is None else series.label(measure, lang)


def span_of(line: Line, lang: str) -> str:
    """The first and the last period of a line in words."""
    return periods_from(line.days[0], line.days[-1], line.grain, lang)


def extremes(one: Counted, lang: str, named: bool = False) -> str:
    """The highest period, for the alternative text."""
    at = int(np.nanargmax(one.drawn))
    told = say(
        "highest_period",
        lang,
        day=period_from(one.line.days[at], one.line.grain, lang),
        value=number(one.line.values[at], lang),
    )
    return f"{one.name}: {told}" if named else sentence(told)


def sentence_of(frame: pd.DataFrame, column: str, breaks: Breaks, lang: str) -> str:
    """The sentence of the statistic that is drawn; for plain counts, that of their slope, if they have one."""
    from ..statistics.describing import describe
    from ..statistics.seasonal_trend import seasonal_trend

    try:
        drawn = "statistic" in frame and str(frame["statistic"].iloc[0]).partition(".")[0] in _DRAWN
        return describe(frame if drawn else seasonal_trend(frame, column, breaks=breaks), lang)
    except DataError:
        return ""


def first_part(text: str) -> str:
    """The first part of a text from the data; the bundle's JSON has all of it."""
    return re.split(r"[:;(]", text, maxsplit=1)[0].strip().rstrip(".")
