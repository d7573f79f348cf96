"""Tables for notebooks and the report: plain HTML that a screen reader can walk, and a CSV file."""

from __future__ import annotations

import functools
import json
import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import DataError
from .wording import language, number, percent, say

if TYPE_CHECKING:
    import pandas as pd

#: Rows shown in a page; the CSV has them all.
MOST_ROWS = 60


@dataclass
class Table:
    """A table as the report shows it; ``data`` is the frame with the columns shown, unrounded."""

    data: pd.DataFrame
    title: str
    note: str
    source: str
    name: str
    lang: str
    labels: dict[str, str]
    _kept: str = field(default="", repr=False)

    def _repr_html_(self) -> str:
        return self._html

    @functools.cached_property
    def _html(self) -> str:
        shown = self.data.head(MOST_ROWS)
        numeric = {column: _is_number(self.data[column]) for column in shown}
        head = "".join(
            f'<th scope="col"{_aligned(numeric[column])}>{escape(self.labels[column])}</th>' for column in shown
        )
        rows = []
        for row in shown.itertuples(index=False):
            cells = []
            for column, value in zip(shown.columns, row, strict=True):
                text = escape(written(value, column, self.lang))
                first = column == shown.columns[0]
                tag, scope = ("th", ' scope="row"') if first else ("td", "")
                cells.append(f"<{tag}{scope}{_aligned(numeric[column])}>{text}</{tag}>")
            rows.append(f"<tr>{''.join(cells)}</tr>")
        notes = [self.note, self.source]
        if len(self.data) > len(shown):
            notes.insert(0, say("rows_shown", self.lang, shown=len(shown), n=len(self.data)))
        below = " ".join(escape(note) for note in notes if note)
        foot = f'<tfoot><tr><td colspan="{max(1, len(shown.columns))}">{below}</td></tr></tfoot>' if below else ""
        return (
            f'<div class="exposure-table" tabindex="0" role="region" aria-label="{escape(self.title or self.name)}">'
            f'<table lang="{self.lang}" data-name="{escape(self.name)}">'
            + (f"<caption>{escape(self.title)}</caption>" if self.title else "")
            + f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody>{foot}</table></div>"
        )

    def _repr_mimebundle_(self, include=None, exclude=None):
        self._keep()
        plain = "\n".join(filter(None, (self.title, self.data.head(MOST_ROWS).to_string(index=False), self.note, self.source)))
        return {"text/html": self._html, "text/plain": plain}, {"exposure": {"table": self.name}}

    def save(self, folder: str | os.PathLike) -> list[Path]:
        """Save the table as CSV, and what it is as JSON; both paths are returned."""
        from ..writing import table_text, write_bytes

        told = {
            "name": self.name, "kind": "table", "title": self.title, "note": self.note, "source": self.source,
            "lang": self.lang, "columns": self.labels, "rows": len(self.data), "licence": "CC-BY-4.0",
        }  # fmt: skip
        csv = table_text(self.data, "csv")
        files = {"csv": csv, "json": json.dumps(told, ensure_ascii=False, indent=1) + "\n"}
        return [write_bytes(Path(folder) / f"{self.name}.{kind}", text.encode("utf-8")) for kind, text in files.items()]

    def _keep(self) -> None:
        from .chart import own_name

        folder = os.environ.get("EXPOSURE_BUNDLES")
        if folder and self._kept != folder:
            self.name = own_name(folder, self.name)
            self.__dict__.pop("_html", None)
            self.save(folder)
            self._kept = folder


def table(
    frame: pd.DataFrame,
    title: str = "",
    note: str = "",
    columns: Mapping[str, str] | None = None,
    name: str | None = None,
    lang: str | None = None,
) -> Table:
    """A frame as a table for a page: caption, numbers as the language writes them, note and source.

    Parameters
    ----------
    frame
        Any frame. An index with a name becomes the first column. If there is a column ``source``,
        the publishers are named below the table.
    title, note
        Caption, and a sentence below.
    columns
        Column -> label, in the order wanted; other columns are left out. Default: all, as they are called.
    name
        The name of its CSV file. Default: made from the title.

    Raises
    ------
    DataError
        If a column asked for is not there.
    IdentifierError
        If the frame holds anything identifying.
    """
    from ..figures.sources import refuse_all_but_publications
    from . import telling

    lang = language(lang)
    frame = refuse_all_but_publications(frame)
    if frame.index.name is not None:
        frame = frame.reset_index()
    labels = dict(columns) if columns is not None else {str(column): str(column).replace("_", " ") for column in frame}
    missing = [column for column in labels if column not in frame]
    if missing:
        raise DataError(f"the table has no column {', '.join(map(repr, missing))}; it has {', '.join(map(str, frame.columns))}.")
    return Table(
        data=frame[list(labels)].reset_index(drop=True), title=title, note=note, source=telling.source_line(frame, lang),
        name=name or telling.slug("table", title[:60]), lang=lang, labels=labels,
    )  # fmt: skip


def written(value: object, column: str, lang: str) -> str:
    """A cell as text: measures by their labels, numbers in the language, shares as per cent, a dash for what is missing."""
    from .telling import label

    if value is None or (isinstance(value, float) and math.isnan(value)) or str(value) in ("NaT", "<NA>"):
        return "–"
    if column == "measure":
        return label(str(value), lang)
    if isinstance(value, bool) or not _is_numeral(value):
        return str(value)
    if "share" in column or column.endswith("percent"):
        return percent(float(value), lang, digits=1)
    if "year" in column:
        return str(int(value))
    return number(value, lang)


def _is_numeral(value: object) -> bool:
    import numbers

    return isinstance(value, numbers.Real) and math.isfinite(value)


def _is_number(column: pd.Series) -> bool:
    from pandas.api.types import is_bool_dtype, is_numeric_dtype

    return is_numeric_dtype(column) and not is_bool_dtype(column)


def _aligned(numeric: bool) -> str:
    return ' style="text-align:right"' if numeric else ' style="text-align:left"'
