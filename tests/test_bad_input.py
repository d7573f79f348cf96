"""What is not the table that a function was made for: a result that is right, or a typed error that says where.

Every public function is called on its real table with one thing wrong. Where the wrong cells are used, the error names
their column and, for single cells, the row; where they are not used, the answer is the one of the sound table.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest
from real_calls import CHARTS, REAL, TABLES, handed, some_cases
from test_what_readers_do import as_frame, assert_same, first, first_chart, first_table, outcome, shown

import analysis as ex

pytestmark = pytest.mark.slow

Change = Callable[[pd.DataFrame], pd.DataFrame]


def _counts(frame: pd.DataFrame) -> list[str]:
    return [name for name in ("value", "count", "rate") if name in frame]


def _every_count(make: Callable[[Any], Any]) -> Change:
    return lambda frame: frame.assign(
        **{name: pd.Series([make(x) for x in frame[name]], frame.index) for name in _counts(frame)}
    )


def _one_count(bad: Any) -> Change:
    """The first count is something else; what is a number stays in a column of numbers."""

    def act(frame: pd.DataFrame) -> pd.DataFrame:
        kind = float if isinstance(bad, float) else object
        return frame.assign(
            **{
                name: pd.Series([bad, *frame[name].iloc[1:]], frame.index, dtype=kind)
                for name in _counts(frame)
                if len(frame)
            }
        )

    return act


def _filled(**content: Any) -> Change:
    """Columns of these names hold something else, whether the table has them or not."""
    return lambda frame: frame.assign(**content)


def _replaced(**content: Any) -> Change:
    """As `_filled`, where the table has the column."""
    return lambda frame: frame.assign(**{name: bad for name, bad in content.items() if name in frame})


def _half(column: str, other: str) -> Change:
    """The second half of the rows says another word in a column."""

    def act(frame: pd.DataFrame) -> pd.DataFrame:
        if column not in frame:
            return frame
        return frame.assign(**{column: [x if row < len(frame) // 2 else other for row, x in enumerate(frame[column])]})

    return act


#: Cells that are not counts: refused with column and row, or not used at all.
NOT_COUNTS: dict[str, Change] = {
    "objects": _every_count(lambda _: object()),
    "one object": _one_count(object()),
    "text": _every_count(str),
    "one text": _one_count("12"),
    "Decimal": _every_count(lambda x: Decimal(str(x))),
    "infinite": _every_count(lambda _: np.inf),
    "one infinite": _one_count(np.inf),
    "one negative": _one_count(-3.0),
    "lists": _every_count(lambda x: [x]),
    "truth values": _every_count(lambda x: bool(x == x)),
}
#: Other columns that hold something else: refused with the column, or not used at all.
FOREIGN: dict[str, Change] = {
    "rate_per holds numbers": _filled(rate_per=1.5),
    "rate_scale holds text": _filled(rate_scale="many"),
    "grain holds numbers": _filled(grain=12),
    "stretch holds text": _filled(stretch="first"),
    "absent holds numbers": _filled(absent=0),
    "series holds numbers": _filled(series=7),
    "statistic holds numbers": _filled(statistic=0),
    "limits hold numbers": _filled(limits=12),
    "infinite denominators": _replaced(population=np.inf, hospitals_total=np.inf),
    "text denominators": _replaced(population="12", hospitals_total="12"),
    "zero denominators": _replaced(population=0, hospitals_total=0),
}
#: Tables that are short of something, or hold two things.
SHORT: dict[str, Change] = {
    "empty": lambda frame: frame.iloc[:0],
    "one row": lambda frame: frame.head(1),
    "duplicate columns": lambda frame: pd.concat([frame, frame[_counts(frame)]], axis=1),
    "missing counts": _every_count(lambda _: np.nan),
    "one missing count": _one_count(float("nan")),
    "values outside their limits": _every_count(lambda x: x * 3 + 5),
    "no iso3": lambda frame: frame.drop(columns="iso3", errors="ignore"),
    "one missing iso3": lambda frame: (
        frame.assign(iso3=[None, *frame["iso3"].iloc[1:]]) if "iso3" in frame and len(frame) else frame
    ),
    "an unknown place": _replaced(iso3="QQQ"),
    "iso3 holds numbers": _replaced(iso3=276),
    "measure holds numbers": _replaced(measure=3.0),
    "survey holds numbers": _replaced(survey=7),
    "two measures": _half("measure", "studies_open"),
    "two units": _half("rate_per", "hospitals_total"),
    "two scales": _half("rate_scale", 7),
    "two grains": _half("grain", "year"),
}
FAULTS = NOT_COUNTS | FOREIGN | SHORT


def spoilt(fault: str) -> Change:
    def act(frame: pd.DataFrame) -> pd.DataFrame:
        out = FAULTS[fault](frame)
        out.attrs = {}
        return out

    return act


def assert_placed(error: ex.ExposureError, fault: str) -> None:
    """The error says in which column the fault is, and of a cell in which row."""
    if fault not in NOT_COUNTS or not isinstance(error, ex.DataError):
        return
    assert error.column, f"the error names no column: {error}"
    assert "row" in str(error) or error.line, f"the error names no row: {error}"


def answer(call: Callable[[], Any], fault: str) -> Any:
    """What a call gives on a spoilt table; that an error says where is held here."""
    with handed(spoilt(fault)):
        found = outcome(call)
    if isinstance(found, ex.ExposureError):
        assert_placed(found, fault)
    return found


def statistic_of_bad_input(name: str, fault: str) -> Any:
    """Hold that the answer is right, or a typed error that says where; return it."""
    expected = first(name)
    found = answer(REAL[name], fault)
    if isinstance(found, ex.ExposureError):
        return found
    if fault in NOT_COUNTS | FOREIGN:
        own = [column for column in expected if column not in FAULT_COLUMNS]
        assert_same(expected[own], found[own])
    elif fault == "empty":
        assert found.empty or not _uses_a_frame(name)
    return found


FAULT_COLUMNS = {"value", "count", "rate", "rate_per", "rate_scale", "grain", "stretch", "absent", "series", "limits"}


def _uses_a_frame(name: str) -> bool:
    """Whether the call hands over a table at all."""
    seen = []
    with handed(lambda frame: seen.append(1) or frame):
        REAL[name]()
    return bool(seen)


def chart_of_bad_input(name: str, fault: str) -> Any:
    """Hold that the answer is right, or a typed error that says where; return it."""
    expected = first_chart(name)
    found = answer(CHARTS[name], fault)
    if isinstance(found, ex.ExposureError):
        return found
    if fault in NOT_COUNTS | FOREIGN:
        assert shown(found) == shown(expected)
    return found


def table_of_bad_input(name: str, fault: str) -> Any:
    """Hold that the answer is right, or a typed error that says where; return it."""
    expected = first_table(name)
    found = answer(TABLES[name], fault)
    if isinstance(found, ex.ExposureError):
        return found
    if fault in NOT_COUNTS | FOREIGN and name not in SHOWS_WHAT_IS_GIVEN:
        own = [column for column in expected if column not in FAULT_COLUMNS]
        assert_same(expected[own], as_frame(found)[own])
    return found


#: These give back the cells that they are given.
SHOWS_WHAT_IS_GIVEN = {"table", "shapes", "refuse_identifiers"}


@pytest.mark.parametrize(("name", "fault"), some_cases(REAL, FAULTS, 8))
def test_a_statistic_of_bad_input_is_right_or_a_typed_error(name, fault):
    statistic_of_bad_input(name, fault)


@pytest.mark.parametrize(("name", "fault"), some_cases(CHARTS, FAULTS, 8))
def test_a_chart_of_bad_input_is_right_or_a_typed_error(name, fault):
    chart_of_bad_input(name, fault)


@pytest.mark.parametrize(("name", "fault"), some_cases(TABLES, FAULTS, 8))
def test_a_table_of_bad_input_is_right_or_a_typed_error(name, fault):
    table_of_bad_input(name, fault)
