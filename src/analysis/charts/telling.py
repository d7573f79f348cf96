"""What charts say about a frame: its measure, place, time, intervals and sources, in a language."""

from __future__ import annotations

import datetime
import itertools
import math
import numbers
import re
from typing import TYPE_CHECKING

import pandas as pd

from ..datafolder import reference, surveys_present
from ..errors import DataError, NotComparableError, unknown
from ..frames import plain
from ..identifiers import refuse_identifiers
from ..language.catalogue import say
from ..language.dates import date, period
from ..language.intervals import pair
from ..language.numbers import counted, fixed, number, percent
from ..language.prose import ended, listed, sentence
from ..language.units import per_unit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any

#: How many sources the source line names before it counts the rest; the JSON has them all.
SOURCES_NAMED = 3
#: No count, volume or sum of money comes near this; beyond it numbers have no words.
LARGEST = 1e24
#: Columns that are rates: their rows say per what.
RATES = ("rate", "shrunk", "common")
LIMITS = ("rounding", "chance", "both", "exact")
#: How far rounding in a file may push a value beyond its own limits, relative to it.
SLACK = 1e-9
SIGNS = {"about": "≈", "more than": ">", "at least": "≥", "nearly": "<", "up to": "≤"}


def checked(frame: Any, columns: Iterable[str], kind: str) -> pd.DataFrame:
    """The table as a plain frame, if it has the columns and identifies nobody.

    Raises
    ------
    DataError
        If it is not a table, has two columns of one name, or lacks a column; the error names them.
    IdentifierError
        If it holds anything identifying.
    """
    frame = plain(frame, f"what the chart {kind!r} draws")
    missing = [column for column in columns if column not in frame]
    if missing:
        raise DataError(
            f"the chart {kind!r} needs the column {', '.join(missing)}",
            remedy="pass rows of ex.panel() or ex.rates(), or the result of the statistic that it draws",
        )
    for column in {"iso3", "place", "measure"} & set(frame):
        wrong = frame[column].notna() & ~frame[column].map(lambda cell: isinstance(cell, str)).astype(bool)
        if wrong.any():
            raise DataError(
                f"row {int(wrong.argmax()) + 1}: {column} holds {frame[column][wrong].iloc[0]!r}, which is not text",
                remedy=f"fill {column} with the ids of the panel",
                column=column,
            )
    return refuse_identifiers(frame)


def one_measure(frame: pd.DataFrame, kind: str) -> str:
    """The only measure of the frame; DataError if there are several, or none."""
    found = sorted(frame["measure"].dropna().unique())
    if not found:
        raise DataError(f"the chart {kind!r} got no rows", remedy="check the selection")
    if len(found) > 1:
        raise NotComparableError(
            f"{', '.join(found)} are different things and cannot share one scale; select one measure."
        )
    return found[0]


def measure_of(frame: pd.DataFrame, kind: str) -> str:
    """The measure of a statistic's result; empty where its rows name none."""
    return one_measure(frame, kind) if "measure" in frame and frame["measure"].notna().any() else ""


def told(frame: pd.DataFrame, lang: str) -> str:
    """The sentence of a statistic's result; empty for a frame that is none."""
    if "statistic" not in frame or frame.empty:
        return ""
    from ..statistics.describing import describe

    return describe(frame, lang)


def column_drawn(frame: pd.DataFrame, value: str | None) -> str:
    """The column to draw: the one asked for, else the rate if there is one, else the value."""
    chosen = value or ("rate" if "rate" in frame else "value")
    if chosen not in frame:
        raise DataError(f"there is no column {chosen!r} to draw; the frame has {', '.join(map(str, frame.columns))}.")
    return chosen


def with_interval(frame: pd.DataFrame, value: str) -> pd.DataFrame:
    """The frame with ``drawn``, ``drawn_low``, ``drawn_high``; without limits both are missing.

    Raises
    ------
    DataError
        If a number is a text, not finite, larger than anything that is counted, or outside its own limits.
    """
    low, high = ("low", "high") if value == "value" else (f"{value}_low", f"{value}_high")
    drawn = frame.assign(
        drawn=_numbers(frame, value),
        drawn_low=_numbers(frame, low) if low in frame else float("nan"),
        drawn_high=_numbers(frame, high) if high in frame else float("nan"),
    )
    if not (drawn["drawn"].dropna().abs() <= LARGEST).all():
        raise DataError(
            f"the column {value!r} holds a number that is not finite, or larger than anything that is counted",
            remedy="correct it or leave the row out",
            column=value,
        )
    room = SLACK * drawn["drawn"].abs()
    outside = (drawn["drawn"] + room < drawn["drawn_low"]) | (drawn["drawn"] - room > drawn["drawn_high"])
    if outside.any():
        at = int(outside.argmax())
        row = drawn.iloc[at]
        raise DataError(
            f"row {at + 1}: {value} {row['drawn']:.4g} lies outside its own limits "
            f"{row['drawn_low']:.4g} to {row['drawn_high']:.4g}",
            remedy="compute it again instead of changing its numbers, or drop the limits",
            column=value,
        )
    return drawn


def _numbers(frame: pd.DataFrame, column: str) -> pd.Series:
    """A column as floats; DataError for the first cell that is not a number."""
    floats = pd.to_numeric(frame[column], errors="coerce")
    wrong = frame[column].notna() & (
        floats.isna() | frame[column].map(lambda cell: isinstance(cell, str | bool | Decimal))
    )
    if wrong.any():
        raise DataError(
            f"row {int(wrong.argmax()) + 1}: {column} holds {frame[column][wrong].iloc[0]!r}, which is not a number",
            remedy="turn the column into numbers",
            column=column,
        )
    return floats.astype(float)


def answered(
    frame: pd.DataFrame, column: str, per: str | None, scale: float | None, limits: str | None
) -> pd.DataFrame:
    """The frame of rates with what the caller says of them in the columns ``rate_per``, ``rate_scale`` and ``limits``.

    Raises
    ------
    DataError
        If neither a column nor the caller says per what the rates are, or of what their limits; if the two contradict
        each other; if rows differ, or a column of ours holds something else.
    """
    if column not in RATES:
        return frame
    answers = (
        ("rate_per", "per", per, str),
        ("rate_scale", "scale", scale, numbers.Real),
        ("limits", "limits", limits, str),
    )
    for name, option, given, kind in answers:
        if name == "limits" and f"{column}_low" not in frame:
            continue
        there = list(frame[name].dropna().unique()) if name in frame else []
        if name != "limits" and len(there) > 1:
            raise DataError(
                f"the rows differ in {name}: {there[0]} and {there[1]}", remedy="draw one of them", column=name
            )
        if any(not isinstance(one, kind) for one in there) or (name == "limits" and set(there) - set(LIMITS)):
            raise DataError(
                f"the column {name} holds {there[0]}",
                remedy=f"rename your column, and pass {option}= to the chart",
                column=name,
            )
        if given is not None and there and there[0] != given:
            raise DataError(
                f"{option}={given!r}, but the column {name} says {there[0]!r}",
                remedy=f"leave {option}= out, or drop the column {name}",
                column=name,
            )
        if given is not None:
            frame = frame.assign(**{name: given})
        elif not there:
            what = f"what {column}_low is a limit of" if name == "limits" else f"per what the column {column!r} is"
            raise DataError(
                f"nothing says {what}", remedy=f"pass {option}=, or keep the column {name} of the rates", column=name
            )
    return frame


def one_figure_a_place(frame: pd.DataFrame, kind: str) -> None:
    """DataError if a place has two figures: the caller must choose, not the chart."""
    key = frame["iso3"].where(frame["iso3"].notna(), frame["place"])
    if key.duplicated().any():
        place = frame["place"][key.duplicated()].iloc[0]
        raise DataError(
            f"the chart {kind!r} got more than one figure for {place}; select a survey and take ex.preferred(panel)."
        )


def refuse_world_only(given: pd.DataFrame, places: pd.DataFrame, column: str, kind: str) -> None:
    """DataError if the rows have a figure for the world and none for any place."""
    if places[column].notna().any():
        return
    world = given[given["iso3"].eq("WLD") & given[column].notna()]
    if len(world):
        raise DataError(
            f"the chart {kind!r} got a figure for the world alone ({number(float(world[column].iloc[0]), 'en')}) "
            "and none for a place",
            remedy="draw ex.chart.timeline of the world, or choose a survey that printed figures by place",
        )


def without_figure(rows: pd.DataFrame) -> tuple[int, int]:
    """Countries and territories that have no row, of all that there are: one count for every chart."""
    codes = set(reference("countries")["iso3"])
    return len(codes - set(rows["iso3"].dropna())), len(codes)


def require_one_method(frame: pd.DataFrame, lang: str) -> list[str]:
    """Notes on comparing the surveys in the frame; NotComparableError if they must not share a chart."""
    if "survey" not in frame or frame["survey"].nunique() < 2:
        return []
    from ..figures.comparability import require_comparable

    reasons = require_comparable(frame, lang=lang)
    return [say("comparison_note", lang, reasons=ended(reasons))] if isinstance(reasons, str) and reasons else []


def label(measure: str, lang: str) -> str:
    """What a measure counts, as charts print it."""
    from ..figures.measures import measures

    known = measures()
    return str(known.at[measure, f"label_{lang}"]) if measure in known.index else measure.replace("_", " ")


def kind_of(measure: str) -> str:
    """``count``, ``share`` or ``money``; a measure that the dictionary lacks is taken for a count."""
    from ..figures.measures import measures

    known = measures()
    return str(known.at[measure, "kind"]) if measure in known.index else "count"


def places(frame: pd.DataFrame, lang: str) -> pd.Series:
    """The name of each row's place: the country's in the language, else the place as printed."""
    from ..figures.country_names import country_name

    named = country_name(frame["iso3"], lang)
    for column in ("place", "country"):
        if column in frame:
            named = named.where(named.notna(), frame[column])
    return named


def unit(frame: pd.DataFrame, value: str, lang: str) -> str:
    """What a rate is per (``per million inhabitants``), as its rows say; empty for a plain value."""
    if value not in RATES:
        return ""
    return per_unit(_said(frame, "rate_per"), _said(frame, "rate_scale"), lang)


def _said(frame: pd.DataFrame, column: str) -> Any:
    """What the rows say in a column, which `answered` has found to be one thing."""
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
        return percent(value, lang, digits=0 if abs(value) >= 0.1 or value == 0 else 1)
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
    """The time that the figures are of: the scans', or the publications' where those are not known."""
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
    """When a figure is of: the end of its scan, or its start, or its publication; empty if none is known."""
    return next(
        (row[name] for name in ("scan_to", "scan_from", "published") if isinstance(row.get(name), str) and row[name]),
        "",
    )


def day(text: str) -> int:
    """A date as a day number; the middle of a month or a year where that is all that is known."""
    parts = [int(part) for part in text.split("-")]
    return datetime.date(parts[0], parts[1] if len(parts) > 1 else 7, parts[2] if len(parts) > 2 else 15).toordinal()


def over_time(
    rows: pd.DataFrame, lang: str, *, across_breaks: str, insist: bool
) -> tuple[pd.DataFrame, dict[str, list[bool]], list[str]]:
    """Rows with ``when``, in order of time; for each ``key`` whether a figure may be joined to its next; notes.

    Raises
    ------
    NotComparableError
        If neighbours cannot be compared, unless ``across_breaks`` is ``mark`` (they stay apart) or the caller insists.
    DataError
        If a figure has no date, or ``across_breaks`` is something else.
    """
    if across_breaks not in ("refuse", "mark"):
        raise unknown("way across breaks", across_breaks, ("refuse", "mark"), across_breaks=across_breaks)
    rows = rows.assign(when=[dated(row) for row in rows.to_dict("records")])
    if rows["when"].eq("").any():
        raise DataError(
            f"{rows.loc[rows['when'].eq(''), 'survey'].iloc[0]} has neither scan dates nor a date of publication; "
            "add one."
        )
    rows = rows.sort_values(["when", "survey"], kind="stable")
    verdict = _verdicts(rows, lang)
    joined: dict[str, list[bool]] = {}
    reasons: dict[str, None] = {}
    caveats: dict[str, None] = {}
    apart: dict[tuple[str, str], str] = {}
    for key, found in rows.groupby("key", sort=False):
        surveys = found["survey"].tolist()
        pairs = [verdict(one, other) for one, other in itertools.pairwise(surveys)]
        joined[key] = [good for good, _ in pairs]
        apart |= {pair: why for pair, (good, why) in zip(itertools.pairwise(surveys), pairs, strict=True) if not good}
        reasons |= {why: None for good, why in pairs if not good}
        caveats |= {why: None for good, why in pairs if good and why}
    notes = [say("comparison_note", lang, reasons=ended("; ".join(caveats)))] if caveats else []
    if not reasons:
        return rows, joined, notes
    # For the bundle's JSON; what is drawn and said of breaks stands in the joins and the notes.
    before = {other: one for one, other in apart}
    rows = rows.assign(
        break_after=rows["survey"].map(before).fillna(""),
        break_reasons=[apart.get((before.get(survey, ""), survey), "") for survey in rows["survey"]],
    )
    why = _briefly(reasons)
    if insist:
        return (
            rows,
            {key: [True] * len(links) for key, links in joined.items()},
            [*notes, say("insist_break", lang, reasons=ended(why))],
        )
    if across_breaks == "refuse":
        if lang != "en":
            # Errors are in English.
            return over_time(rows, "en", across_breaks="refuse", insist=False)
        raise NotComparableError(
            f"a line would join figures that cannot be compared ({why}); select comparable surveys, pass "
            "across_breaks='mark' to draw them unjoined, or insist=True to join them with a note."
        )
    return rows, joined, [*notes, say("break_marked", lang, reasons=ended(why))]


def _briefly(reasons: Iterable[str], most: int = 240) -> str:
    """What the reasons name, each thing once, as much as a note has room for; the JSON of a chart has all of it."""
    parts = list(dict.fromkeys(part for why in reasons for part in why.split("; ")))
    kept = [part for n, part in enumerate(parts) if n == 0 or len("; ".join(parts[: n + 1])) <= most]
    return "; ".join(kept) + ("; …" if len(kept) < len(parts) else "")


def _verdicts(rows: pd.DataFrame, lang: str) -> Callable[[str, str], tuple[bool, str]]:
    """Of two surveys: whether a line may join them, and what must be said of that, or why not."""
    from ..figures.comparability import comparable

    found = {
        frozenset((row.a, row.b)): (row.verdict != "no", str(row.reasons))
        for row in comparable(rows, lang=lang).itertuples()
    }

    def verdict(one: str, other: str) -> tuple[bool, str]:
        if one == other:
            return True, ""
        good, why = found.get(frozenset((one, other)), (False, ""))
        return good, why if good else why or say("break_asset", lang)

    return verdict


def direction(before: tuple[float, float, float], after: tuple[float, float, float]) -> int:
    """Of two figures as (low, value, high): 1 if it rose, -1 if it fell, 0 if the intervals meet."""
    (low, value, high), (later_low, later, later_high) = (
        (value if low != low else low, value, value if high != high else high) for low, value, high in (before, after)
    )
    if later > value and later_low >= high:
        return 1
    return -1 if later < value and low >= later_high else 0


def directions_told(directions: Sequence[int], what: str, lang: str) -> str:
    """How many figures of something rose, fell, or did neither beyond what their intervals allow."""
    what = sentence(what)
    n, up, down = len(directions), directions.count(1), directions.count(-1)
    if n in (up, down):
        return say("slope_all_up" if up else "slope_all_down", lang, label=what, n=n)
    if up + down == 0:
        return say("slope_none", lang, label=what, n=n)
    if up + down == n:
        return say("slope_up_down", lang, label=what, n=n, up=up, down=down)
    return say("slope_many", lang, label=what, n=n, up=up, down=down, flat=n - up - down)


def unit_of(measure: str) -> str:
    """The unit of a measure as the dictionary has it; of an unknown one its own name."""
    from ..figures.measures import measures

    known_ones = measures()
    return str(known_ones.at[measure, "unit"]) if measure in known_ones.index else measure


def known(column: pd.Series) -> list[str]:
    """The texts of a column that are there, each once."""
    return [text for text in column.dropna().unique() if isinstance(text, str) and text]


def subtitle(parts: Sequence[str]) -> str:
    """Parts of a subtitle, joined: ``Servers …, per million inhabitants. July 2019 to September 2019``."""
    return sentence(", ".join(part for part in parts if part))


def interval_note(frame: pd.DataFrame, value: str, lang: str, on_map: bool = False) -> str:
    """The sentence that says what the intervals are, or that there are none."""
    low, high = frame["drawn_low"], frame["drawn_high"]
    if low.isna().all():
        return say("interval_missing", lang)
    level = frame["level"].max() if "level" in frame else float("nan")
    by_chance = value in RATES and frame["limits"].isin(["chance", "both"]).any()
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
    if years and _said(frame, "rate_per") == "population":
        notes.append(say("denominator_years", lang, years=years[0] if len(years) == 1 else f"{years[0]}–{years[-1]}"))
    return notes


def left_out(rows: pd.DataFrame, lang: str) -> list[str]:
    """A note on the places that a statistic could not count in, for want of a denominator."""
    return [say("no_denominator", lang, places=listed(sorted(places(rows, lang)), lang, most=6))] if len(rows) else []


def sign(qualifier: object) -> str:
    """The sign for a printed qualifier: ``≈``, ``>``, ``<``; empty where there is none."""
    return SIGNS.get(str(qualifier), "≈") if isinstance(qualifier, str) and qualifier not in ("", "exact") else ""


def signs(rows: pd.DataFrame, column: str) -> pd.Series:
    """The sign of each row's qualifier, where its printed value is drawn."""
    if column != "value" or "qualifier" not in rows:
        return pd.Series("", rows.index)
    return rows["qualifier"].map(sign)


def qualified(rows: pd.DataFrame, lang: str) -> list[str]:
    """A note on the signs of qualifiers, where a row has one."""
    return [say("qualified", lang)] if "qualifier" in rows and any(map(sign, rows["qualifier"])) else []


def leaders(rows: pd.DataFrame, measure: str, column: str, lang: str, most: int = 5) -> str:
    """The first rows with their numbers: ``Germany 50, France 45, and Türkiye 44.``; of one row nothing."""
    if len(rows) < 2:
        return ""
    first = rows[["name", "drawn"]].head(most).itertuples(index=False)
    return listed((f"{row.name} {shown(row.drawn, measure, column, lang)}" for row in first), lang) + "."


def highest(rows: pd.DataFrame, measure: str, column: str, per: str, lang: str) -> str:
    """The title of a chart of places in order (highest first): who leads, and whether that is certain."""
    noun = label(measure, lang)
    if rows.empty:
        return say("nothing_title", lang, label=sentence(noun))
    top = rows.iloc[0]
    value = shown(top["drawn"], measure, column, lang)
    if len(rows) == 1:
        return say("one_title", lang, label=sentence(noun), place=top["name"], value=value)
    level = rows[(rows["drawn_high"] > top["drawn_low"]) | (rows["drawn"] == top["drawn"])]
    if 1 < len(level) <= 4:
        return say(
            "map_rate_tie" if column == "rate" else "most_tie",
            lang,
            label=sentence(noun),
            place=listed(level["name"], lang),
        )
    if column == "rate":
        key = "map_rate_title" if len(level) <= 1 else "map_rate_many"
        # Spanish and French put a preposition after millions: 2,174 millones de imágenes.
        rate = f"{counted(top['drawn'], noun, lang)} {per}".rstrip()
        return say(key, lang, place=top["name"], rate=rate, n=len(level) - 1)
    if kind_of(measure) == "count" and column == "value":
        return say("most_title", lang, place=top["name"], value=with_noun(top["drawn"], measure, lang))
    return say("map_share_title", lang, label=sentence(noun), place=top["name"], value=value)


def data(rows: pd.DataFrame, column: str) -> pd.DataFrame:
    """The numbers drawn, and what leads back from each to its source."""
    limits = ["low", "high"] if column == "value" else [column, f"{column}_low", f"{column}_high"]
    wanted = [
        "survey",
        "source",
        "iso3",
        "name",
        "measure",
        "value",
        *limits,
        "denominator",
        "denominator_year",
        "rate_method",
        "rank",
        "rank_low",
        "rank_high",
        "undetermined",
        "method",
        "level",
        "qualifier",
        "figure",
        "locator",
    ]
    return rows[[name for name in dict.fromkeys(wanted) if name in rows]].rename(columns={"name": "place"})


def source_line(frame: pd.DataFrame, lang: str) -> str:
    """Who published the figures, shortly; sources known only through others are marked."""
    named: dict[str, None] = {}
    for one in publications(frame):
        named[_dated(one, lang, say("quoted", lang) if one["seen"] == "quoted" else "")] = None
    if not named:
        return ""
    key = "source" if len(named) == 1 else "sources"
    return say(key, lang, sources=listed(named, lang, most=SOURCES_NAMED))


def about(frame: pd.DataFrame, lang: str) -> dict[str, Any]:
    """For the bundle's JSON: sources, definitions of the measures, what the intervals are."""
    from ..figures.measures import measures

    defined = measures()
    named = sorted(known(frame["measure"])) if "measure" in frame else []
    told: dict[str, Any] = {
        "sources": publications(frame),
        "measures": {
            one: {
                "label": label(one, lang),
                "unit": str(defined.at[one, "unit"]),
                "definition": str(defined.at[one, "definition"]),
            }
            for one in named
            if one in defined.index
        },
    }
    if "rate_method" in frame:
        levels = sorted(float(level) for level in frame["level"].dropna().unique())
        told["intervals"] = {"method": known(frame["rate_method"]), "level": levels}
    elif "low" in frame:
        told["intervals"] = {"method": ["what the printed figure allows"]}
    if "break_reasons" in frame and frame["break_reasons"].ne("").any():
        marked = frame[frame["break_reasons"] != ""].drop_duplicates("survey")
        told["breaks"] = [
            {"from": one, "to": other, "reasons": why}
            for one, other, why in marked[["break_after", "survey", "break_reasons"]].itertuples(index=False)
        ]
    if "statistic" in frame:
        told["statistic"] = {
            column: ", ".join(map(str, frame[column].dropna().unique()))
            for column in ("statistic", "method", "level", "limits")
            if column in frame
        } | {key: frame.attrs[key] for key in ("seed", "warnings") if key in frame.attrs}
    return told


def publications(frame: pd.DataFrame) -> list[dict[str, str]]:
    """What is known of the publications of the rows: the surveyors' first, then by their share of the rows."""
    from ..figures.sources import sources

    # A statistic's result may no longer have a row a figure: it names what it was made from.
    used = (
        (frame["source"] if "source" in frame else pd.Series(frame.attrs.get("sources", []), dtype="str"))
        .dropna()
        .value_counts()
    )
    if used.empty:
        return []
    surveys = known(frame["survey"]) if "survey" in frame else []
    present = set(surveys_present())
    # Few surveys are read alone, so that a page depends on no other.
    tables = [sources(survey) for survey in surveys if survey in present] if len(surveys) <= 3 else [sources()]
    table = pd.concat(tables).fillna("") if tables else pd.DataFrame()
    table = table[~table.index.duplicated()].to_dict("index")
    told = [
        {
            "id": one,
            **{
                key: table.get(one, {"publisher": one}).get(key, "")
                for key in ("publisher", "title", "published", "url", "seen", "tier")
            },
        }
        for one in used.index
    ]
    return sorted(told, key=lambda one: (one["tier"] != "primary", -used[one["id"]], one["id"]))


def _dated(publication: dict[str, str], lang: str, remark: str = "") -> str:
    told = [date(publication["published"], lang) if publication["published"] else "", remark]
    return publication["publisher"] + (f" ({', '.join(filter(None, told))})" if any(told) else "")


def publishers(frame: pd.DataFrame, lang: str) -> dict[str, str]:
    """Source -> publisher and date, as under a chart."""
    return {one["id"]: _dated(one, lang) for one in publications(frame)}


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
