"""The rows that a chart draws: checked for what it needs, one figure per place, each number with its limits."""

from __future__ import annotations

import numbers
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pandas as pd

from ..datafolder import reference
from ..errors import DataError, NotComparableError, shown
from ..figures.country_names import require_codes
from ..frames import numbers_of, plain
from ..identifiers import refuse_identifiers
from ..language.numbers import number
from ..meaning import LIMITS_OF, bounded, refuse_row, require_inside, require_limits
from .wording import LARGEST, RATES

if TYPE_CHECKING:
    from collections.abc import Iterable


#: What makes the rows of the charts that do not draw those of the panel.
_DRAWN_FROM = {
    "calendar": "ex.series",
    "funnel": "ex.statistics.funnel",
    "lorenz": "ex.statistics.lorenz",
    "overlap": "ex.statistics.capture_recapture or conditional_coverage",
    "scenario": "ex.statistics.tornado",
    "small_multiples": "ex.series",
}


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
            f"the chart {kind!r} needs the column{'s' if len(missing) > 1 else ''} {', '.join(missing)}",
            remedy=f"pass the result of {_DRAWN_FROM[kind]}"
            if kind in _DRAWN_FROM
            else "pass rows of ex.panel() or ex.rates()",
        )
    require_codes(frame)
    texts = ("iso3", "place", "measure", "survey", "statistic", "rate_per")
    for column in (name for name in texts if name in frame):
        wrong = frame[column].notna() & ~frame[column].map(lambda cell: isinstance(cell, str)).astype(bool)
        _refuse_cell(
            frame, column, wrong, "text", f"fill {column} as ex.panel() or the statistic does, or rename your own"
        )
    for column in ("rank_low", "rank_high"):
        if column in frame:
            numbers_of(frame, column)
    return refuse_identifiers(frame)


def one_measure(frame: pd.DataFrame, kind: str) -> str:
    """The only measure of the frame; DataError if there are several, or none."""
    found = sorted(frame["measure"].dropna().unique())
    if not found:
        raise DataError(f"the chart {kind!r} got no rows", remedy="check the selection")
    if len(found) > 1:
        raise NotComparableError(
            f"{', '.join(found)} are different things and cannot share one scale", remedy="select one measure"
        )
    return found[0]


def measure_of(frame: pd.DataFrame, kind: str) -> str:
    """The measure of a statistic's result; empty where its rows name none."""
    return one_measure(frame, kind) if "measure" in frame and frame["measure"].notna().any() else ""


def column_drawn(frame: pd.DataFrame, value: str | None) -> str:
    """The column to draw: the one asked for, else the rate if there is one, else the value."""
    chosen = value or ("rate" if "rate" in frame else "value")
    if chosen not in frame:
        raise DataError(
            f"there is no column {chosen!r} to draw", remedy=f"the frame has {', '.join(map(str, frame.columns))}"
        )
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
    if low in frame and high in frame:
        require_inside(frame, value, low, high)
    return drawn


def _refuse_cell(frame: pd.DataFrame, column: str, wrong: pd.Series, what: str, remedy: str) -> None:
    """DataError for the first cell that is not what its column holds."""
    refuse_row(
        wrong, lambda at: f": {column} holds {shown(frame[column].iloc[at])}, which is not {what}", remedy, column
    )


def _numbers(frame: pd.DataFrame, column: str) -> pd.Series:
    """A column as floats; DataError for the first cell that is not a number."""
    floats = pd.to_numeric(frame[column], errors="coerce")
    wrong = frame[column].notna() & (
        floats.isna() | frame[column].map(lambda cell: isinstance(cell, str | bool | Decimal))
    )
    _refuse_cell(frame, column, wrong, "a number", "turn the column into numbers")
    return floats.astype(float)


def answered(
    frame: pd.DataFrame, column: str, per: str | None, scale: float | None, limits: str | None
) -> pd.DataFrame:
    """The frame of rates, with what the caller says in the columns ``rate_per``, ``rate_scale`` and ``limits``.

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
                f"the rows differ in {name}: {shown(there[0])} and {shown(there[1])}",
                remedy="draw one of them",
                column=name,
            )
        if any(not isinstance(one, kind) for one in there) or (name == "limits" and set(there) - set(LIMITS_OF)):
            raise DataError(
                f"the column {name} holds {shown(there[0])}",
                remedy=f"rename your column, and pass {option}= to the chart",
                column=name,
            )
        if given is not None and there and there[0] != given:
            raise DataError(
                f"{option}={shown(given)}, but the column {name} says {shown(there[0])}",
                remedy=f"leave {option}= out, or drop the column {name}",
                column=name,
            )
        if given is not None:
            frame = frame.assign(**{name: given})
        elif not there:
            what = {
                "limits": f"what {column}_low is a limit of",
                "rate_per": f"per what the column {column!r} is",
                "rate_scale": f"per how many the column {column!r} is",
            }[name]
            raise DataError(
                f"nothing says {what}", remedy=f"pass {option}=, or keep the column {name} of the rates", column=name
            )
        _require_of_each(frame, name, column)
    if f"{column}_low" in frame:
        require_limits(frame, bounded([column, f"{column}_low", f"{column}_high"]).values())
    return frame


def _require_of_each(frame: pd.DataFrame, name: str, column: str) -> None:
    """DataError if some rows say what the others leave open: per what a rate is, or of what its limits are."""
    drawn = frame[f"{column}_low" if name == "limits" else column].notna()
    if (silent := drawn & frame[name].isna()).any():
        row = int(silent.to_numpy(bool).argmax())
        raise DataError(
            f"row {row + 1} has a {column.replace('_', ' ')}, but its {name} is empty",
            remedy=f"fill {name}, or leave the row out",
            column=name,
            row=row + 1,
        )


def one_figure_a_place(frame: pd.DataFrame, kind: str) -> None:
    """DataError if a place has two figures: the caller must choose, not the chart."""
    key = frame["iso3"].where(frame["iso3"].notna(), frame["place"]) if "place" in frame else frame["iso3"]
    if key.duplicated().any():
        place = frame["place" if "place" in frame else "iso3"][key.duplicated()].iloc[0]
        raise DataError(
            f"the chart {kind!r} got more than one figure for {place}",
            remedy="select a survey and take ex.preferred(panel)",
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


def data(rows: pd.DataFrame, column: str) -> pd.DataFrame:
    """The numbers drawn, and for each of them its source."""
    limits = ["low", "high"] if column == "value" else [column, f"{column}_low", f"{column}_high"]
    wanted = [
        "survey",
        "source",
        "iso3",
        "name",
        "measure",
        "asset",
        "scan_from",
        "scan_to",
        "published",
        "value",
        *limits,
        "denominator",
        "denominator_year",
        "rate_per",
        "rate_scale",
        "limits",
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
