"""The list of corrections: what was changed in the published data, when, why, and who noticed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ..datafolder import data_folder, relative
from ..errors import DataError
from .versions_compared import number, read_table

if TYPE_CHECKING:
    import pandas as pd


CORRECTIONS = "corrections.csv"
CORRECTION_COLUMNS = ("date", "version", "survey", "file", "row", "column", "before", "after", "why", "noticed")


def corrections() -> pd.DataFrame:
    """The published corrections to the data in use, the newest first.

    Returns
    -------
    pandas.DataFrame
        One row per correction: ``date, version, survey, file, row, column, before, after, why, noticed``.

    Raises
    ------
    DataError
        If a row is incomplete, or two corrections contradict each other.

    Examples
    --------
    >>> import analysis as ex
    >>> sorted(set(ex.corrections()["column"]) & {"figure", "measure"})
    ['figure', 'measure']
    """
    import pandas as pd

    file = data_folder() / CORRECTIONS
    rows = read_table(file) if file.is_file() else []
    check_corrections(rows, file)
    table = pd.DataFrame(rows, columns=CORRECTION_COLUMNS, dtype="str")
    # The tenth version of a month comes after the ninth.
    order = table.assign(version=table["version"].map(number)).sort_values(
        ["date", "version"], ascending=False, kind="stable"
    )
    return table.loc[order.index].reset_index(drop=True)


def without_correction(changed: pd.DataFrame, told: pd.DataFrame) -> pd.DataFrame:
    """The differences of `changes` that no row of `corrections` explains; new rows, notes and reasons need none."""
    import pandas as pd

    columns = ["survey", "file", "row", "column", "before", "after"]
    known = set(told[columns].itertuples(index=False, name=None))
    asked = changed[(changed["change"] != "added") & ~changed["column"].isin(["note", "no_count"])]
    untold = [tuple(row) not in known for row in asked[columns].itertuples(index=False, name=None)]
    return asked[pd.Series(untold, index=asked.index, dtype="bool")].reset_index(drop=True)


def check_corrections(rows: list[dict[str, str]], file: Path) -> None:
    """Raise a DataError for the first row that does not say when, what and why."""
    import datetime

    where = relative(file)
    last: dict[tuple[str, ...], tuple[str, int]] = {}
    former: tuple[int, ...] = ()
    for line, row in enumerate(rows, 2):
        for column in ("date", "version", "survey", "file", "row", "why", "noticed"):
            if not row.get(column):
                raise DataError(
                    "is empty.",
                    remedy="fill it in; each correction needs all of these.",
                    file=where,
                    line=line,
                    column=column,
                )
        try:
            datetime.date.fromisoformat(row["date"])
        except ValueError:
            raise DataError(
                f"{row['date']!r} is not a date.",
                remedy="write it as 2026-11-29.",
                file=where,
                line=line,
                column="date",
            ) from None
        version = number(row["version"])
        if version < former:
            raise DataError(
                f"the version goes backwards to {row['version']}.",
                remedy="add corrections at the end, each with the version that brought it.",
                file=where,
                line=line,
                column="version",
            )
        former = version
        key = row["survey"], row["file"], row["row"], row["column"]
        if key in last and last[key][0] != row["before"]:
            raise DataError(
                f"{row['before']!r} is not what line {last[key][1]} left, {last[key][0]!r}.",
                remedy="correct the one that is wrong.",
                file=where,
                line=line,
                column="before",
            )
        last[key] = row["after"], line
