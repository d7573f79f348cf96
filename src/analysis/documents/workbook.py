"""Workbooks as statistical offices of the United Kingdom ask for: cover, contents, notes, one marked table per sheet.

``gptables``, which those offices keep, was tried first. It writes the headings of the cover in English only, freezes no
panes, takes a text with ``=`` in front for a formula and one in brackets for a link, and stops at a cell with two of
them; so the tables are written by openpyxl, which the package has anyway, to the same guidance.
"""

from __future__ import annotations

import functools
import io
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import DataError
from ..identifiers import refuse_identifying_texts
from ..language.catalogue import say
from ..language.languages import language
from ..meaning import require_told_apart
from ..report.table_for_outsiders import CREATOR
from ..writing import undated, write_bytes
from .imprint import imprint, version
from .layout import width

if TYPE_CHECKING:
    import pandas as pd

#: Stands where there is nothing, as the guidance has it: a cell is never left empty.
MISSING = "[x]"
#: Rows of a worksheet, with what stands above its table.
_ROWS = 1_048_576
_HEAD = 4
"""The row of the heads."""
_WIDEST, _NARROWEST = 60, 11
#: Letters side by side on a printed page that lies.
_PRINTED = 150
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Sheet:
    """A worksheet with its only table."""

    name: str
    title: str
    frame: pd.DataFrame
    labels: Mapping[str, str]
    """Column of the frame -> what stands over it."""
    notes: Mapping[str, str]
    """Column -> the note on it."""


def workbook(out: Path | str, frame: pd.DataFrame | None = None, *, title: str = "", lang: str | None = None) -> Path:
    """Write an accessible workbook, of one table or of all the data.

    It has a cover, contents with links, notes, and one table per worksheet: marked as a table, without merged or empty
    cells, with real numbers, frozen heads and fitting columns. The same data give the same bytes.

    Parameters
    ----------
    out
        The file, ``.xlsx``.
    frame
        A table; an index with a name becomes its first column. Default: every published figure, claim, measure, survey
        and source of the data in use, a worksheet each.
    title
        Its title. Default: that of the data.
    lang
        ``en``, ``es``, ``de`` or ``fr``. Default: ``EXPOSURE_LANG``, else English.

    Returns
    -------
    pathlib.Path
        The file.

    Raises
    ------
    DataError
        If the file does not end in ``.xlsx``, or a table has no rows or more than a worksheet holds.
    IdentifierError
        If it holds anything identifying; nothing is written.
    ExposureError
        If the file cannot be written; what was there before remains.

    Examples
    --------
    >>> import analysis as ex, tempfile
    >>> panel = ex.preferred(ex.panel(surveys=["greenbone-2019-09"]))
    >>> ex.workbook(tempfile.mkdtemp() + "/servers.xlsx", panel, title="Servers in reach").name
    'servers.xlsx'
    """
    out, lang = Path(out), language(lang)
    if out.suffix.lower() != ".xlsx":
        raise DataError("a workbook is an .xlsx", remedy="give the file this ending", file=out.name)
    sheets = _of_data(lang) if frame is None else [_of_frame(frame, title, lang)]
    return write_bytes(out, content(sheets, title or _say("all_data", lang), lang, own=frame is not None))


def content(sheets: Sequence[Sheet], title: str, lang: str, *, own: bool = False) -> bytes:
    """The bytes of a workbook, of the package's data or of a reader's own table; what identifies is refused."""
    from ..figures.sources import refuse_all_but_publications

    for sheet in sheets:
        if not len(sheet.frame):
            raise DataError("the table has no rows", remedy="choose rows that were published", sheet=sheet.name)
        if len(sheet.frame) + _HEAD > _ROWS:
            raise DataError(f"has {len(sheet.frame):,} rows, more than a worksheet holds", remedy="write .parquet")
        refuse_all_but_publications(sheet.frame)
        refuse_identifying_texts({"title": title, "labels": dict(sheet.labels)}, file="the workbook")
    return _Writing(sheets, title, lang, own).made()


# ---- what goes in --------------------------------------------------------------------------------------


def _of_frame(frame: pd.DataFrame, title: str, lang: str) -> Sheet:
    from ..figures.fields import PANEL

    if any(name is not None for name in frame.index.names):
        frame = frame.reset_index()
    # A column without a single value says nothing.
    frame = frame[[column for column in frame if frame[column].notna().any()]] if len(frame) else frame
    require_told_apart(frame, frame.columns)
    labels = {str(column): str(column).replace("_", " ") for column in frame}
    notes = {str(column): PANEL[column] for column in frame if column in PANEL}
    return Sheet(_say("sheet_data", lang), title or _say("all_data", lang), frame.rename(columns=str), labels, notes)


def _of_data(lang: str) -> list[Sheet]:
    """All the data: figures, claims, measures, surveys, sources."""
    from ..figures.claim_verdicts import check_claims
    from ..figures.measures import measures
    from ..figures.sources import citations, sources, surveys
    from ..report.table_for_outsiders import COLUMNS, tidy

    known = measures()
    label = known[f"label_{lang}"]
    figures = tidy().drop(columns=["licence"])
    figures.insert(list(figures).index("measure") + 1, "meaning", figures["measure"].map(label))
    claims = check_claims(lang=lang)
    claims = claims.assign(meaning=claims["measure"].map(label))[
        ["source", "place", "meaning", "figure", "claim", "verdict", "explanation", "primary_source", "primary_figure"]
    ]
    cited = citations()
    publications = sources().reset_index()
    # The address has a column of its own.
    publications = publications.assign(
        citation=[
            cited[source].removesuffix(url).rstrip()
            for source, url in zip(publications["source"], publications["url"].fillna(""), strict=True)
        ]
    )
    publications = publications[
        ["source", "survey", "tier", "publisher", "published", "lang", "seen", "citation", "url"]
    ]
    counted = surveys().reset_index()
    counted = counted[["survey", "title", "surveyor", "scan_from", "scan_to"]]
    told = known.reset_index()[["measure", f"label_{lang}", "unit", "definition"]]
    frames: dict[str, pd.DataFrame] = {
        "figures": figures,
        "claims": claims,
        "measures": told,
        "surveys": counted,
        "sources": publications,
    }
    return [
        Sheet(
            _say(f"sheet_{name}", lang),
            _say(f"{name}_title", lang),
            frame,
            {column: _label(column) for column in frame},
            {column: COLUMNS[column][0] for column in frame if column in COLUMNS} if name == "figures" else {},
        )
        for name, frame in frames.items()
    ]


def _label(column: str) -> str:
    return re.sub(r"^label_..$", "label", column).replace("_", " ")


def _say(key: str, lang: str, **values: object) -> str:
    return say(key, lang, family="documents", **values)


# ---- writing -------------------------------------------------------------------------------------------


class _Writing:
    """A workbook on its way."""

    def __init__(self, sheets: Sequence[Sheet], title: str, lang: str, own: bool) -> None:
        from openpyxl import Workbook

        self.sheets, self.title, self.lang, self.own = sheets, title, lang, own
        self.book = Workbook()
        self.book.remove(self.book.active)
        self.notes = list(dict.fromkeys(note for sheet in sheets for note in sheet.notes.values()))

    def made(self) -> bytes:
        """The file."""
        properties = self.book.properties
        creator = "" if self.own else CREATOR
        properties.title, properties.creator, properties.language = self.title, creator, self.lang
        properties.lastModifiedBy = creator
        self._cover()
        self._contents()
        self._notes()
        for sheet in self.sheets:
            self._sheet(sheet)
        self.book.active = 0
        out = io.BytesIO()
        self.book.save(out)
        return undated(out.getvalue())

    def say(self, key: str, **values: object) -> str:
        """A word of the workbook."""
        return _say(key, self.lang, **values)

    def _named(self, name: str) -> Any:
        """A new worksheet, whose page lies when it is printed."""
        made = self.book.create_sheet(name)
        made.sheet_view.showGridLines = False
        made.page_setup.orientation, made.page_setup.paperSize = "landscape", 9
        made.page_setup.fitToWidth, made.page_setup.fitToHeight = 1, 0
        made.sheet_properties.pageSetUpPr.fitToPage = True
        return made

    def _cover(self) -> None:
        from ..figures.versions_compared import data_version
        from ..report.pages import TITLE, words

        known, made = words(self.lang), self._named(self.say("cover"))
        made.column_dimensions["A"].width = 90
        told = version(self.lang, data_version())
        cited = f"{known['cite_lead']} {known['cite_as'].format(title=TITLE, version=told)}"
        lines = [
            (self.title, "title"),
            (self.say("intro"), "text"),
            (self.say("missing_told"), "text"),
            (known["maynot"], "heading"),
            *((f"{known[f'maynot_{name}']} {known[f'maynot_{name}_why']}", "text") for name in _MAYNOT),
            (known["cite"], "heading"),
            *((line, "text") for line in (imprint(self.lang) if self.own else [cited, known["licence"]])),
        ]
        for row, (text, kind) in enumerate(lines, 1):
            self._put(made, row, 1, text, kind)
            made.row_dimensions[row].height = _height([(text, 90)], {"title": 16, "heading": 14}.get(kind, 12))

    def _contents(self) -> None:
        from openpyxl.worksheet.hyperlink import Hyperlink

        made = self._named(self.say("sheet_contents"))
        heads = (self.say("sheet"), self.say("sheet_title"), self.say("sheet_rows"))
        rows: list[tuple[Any, ...]] = [(self.say("sheet_notes"), self.say("sheet_notes"), max(1, len(self.notes)))]
        rows += [(sheet.name, sheet.title, len(sheet.frame)) for sheet in self.sheets]
        self._table(made, self.say("sheet_contents"), self.say("contents_told"), heads, rows)
        for row, (name, *_) in enumerate(rows, _HEAD + 1):
            cell = made.cell(row, 1)
            cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{name}'!A1", display=name)
            cell.font = _font(underline=True)

    def _notes(self) -> None:
        made = self._named(self.say("sheet_notes"))
        rows = [(self._mark(note), note) for note in self.notes]
        rows = [(MISSING, self.say("missing_told")), *rows]
        heads = (self.say("note_number"), self.say("note_text"))
        self._table(made, self.say("sheet_notes"), self.say("notes_told"), heads, rows)

    def _mark(self, note: str) -> str:
        """By which a head names a note: the word, as a reading program says it, and its number."""
        return self.say("note_mark", number=self.notes.index(note) + 1)

    def _sheet(self, sheet: Sheet) -> None:
        made = self._named(sheet.name)
        marks = {column: f" {self._mark(note)}" for column, note in sheet.notes.items()}
        heads = _apart([f"{sheet.labels[column]}{marks.get(column, '')}" for column in sheet.frame])
        rows = [tuple(map(_value, row)) for row in sheet.frame.astype("object").itertuples(index=False)]
        told = self.say("sheet_told", n=len(rows), notes=self.say("sheet_notes"))
        self._table(made, sheet.title, told, heads, rows)

    def _table(self, made: Any, title: str, told: str, heads: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
        """Title and explanation, and below them the table, marked as one."""
        from openpyxl.utils import get_column_letter
        from openpyxl.worksheet.table import Table, TableColumn, TableStyleInfo

        self._put(made, 1, 1, title, "title")
        self._put(made, 2, 1, told, "line")
        self._put(made, 3, 1, self.say("missing_told"), "line")
        before = numeric = False
        for column, head in enumerate(heads, 1):
            before, numeric = numeric, any(isinstance(row[column - 1], int | float) for row in rows)
            # A text beside a number keeps clear of it.
            indent = int(before and not numeric)
            form = _format(head, [row[column - 1] for row in rows])
            self._put(made, _HEAD, column, head, "head", numeric, indent)
            for number, row in enumerate(rows, _HEAD + 1):
                self._put(made, number, column, row[column - 1], "text", numeric, indent).number_format = form
            texts = [head, *(str(row[column - 1]) for row in rows)]
            letters = max(width(text) for text in texts) / 0.55 + 3
            made.column_dimensions[get_column_letter(column)].width = round(min(max(letters, _NARROWEST), _WIDEST), 1)
        widths = [made.column_dimensions[get_column_letter(column)].width for column in range(1, len(heads) + 1)]
        for number, row in enumerate([tuple(heads), *rows], _HEAD):
            # Programs do not all reckon the height of wrapped lines by themselves.
            made.row_dimensions[number].height = _height(list(zip(row, widths, strict=True)))
        made.page_setup.fitToWidth = max(1, round(sum(widths) / _PRINTED))
        last = f"{get_column_letter(len(heads))}{_HEAD + len(rows)}"
        name = re.sub(r"\W+", "_", f"table_{made.title}").strip("_")
        table = Table(displayName=name, ref=f"A{_HEAD}:{last}")
        # Columns named here have no buttons of filters, which reading programs stumble over.
        table.tableColumns = [TableColumn(id=place, name=head) for place, head in enumerate(heads, 1)]
        table.tableStyleInfo = TableStyleInfo(name="TableStyleLight1", showRowStripes=False)
        made.add_table(table)
        made.freeze_panes = f"B{_HEAD + 1}"
        made.print_title_rows = f"{_HEAD}:{_HEAD}"

    @staticmethod
    def _put(made: Any, row: int, column: int, value: Any, kind: str, right: bool = False, indent: int = 0) -> Any:
        """Fill a cell; ``heading``, ``head`` and ``text`` are wrapped, ``title`` and ``line`` run on."""
        cell = made.cell(row, column)
        if isinstance(value, str):
            # Never a formula: the type of the cell is text, whatever it begins with.
            cell.value, cell.data_type = _NO_XML.sub("", value), "s"
        else:
            cell.value = value
        if kind in _HEADINGS:
            # A style by which a program that reads out knows a heading.
            cell.style, cell.border = _HEADINGS[kind], _no_border()
        cell.font = _font(bold=kind in ("title", "heading", "head"), size={"title": 16, "heading": 14}.get(kind, 12))
        cell.alignment = _alignment(kind not in ("title", "line"), right, indent)
        return cell


def _height(cells: list[tuple[Any, float]], size: int = 12) -> float:
    """The height of a row in points: as many lines as its longest text has in its column."""
    lines = max(
        math.ceil(width(text) / 0.55 / (letters - 2)) if isinstance(text, str) else 1 for text, letters in cells
    )
    return round(max(1, lines) * size * 1.35, 1)


#: Built-in styles of cells, here in the letters of the others and without their line.
_HEADINGS = {"title": "Headline 1", "heading": "Headline 2"}
_MAYNOT = ("people", "safe", "add", "find")


@functools.cache
def _alignment(wrap: bool, right: bool, indent: int) -> Any:
    from openpyxl.styles import Alignment

    return Alignment(wrap_text=wrap, vertical="top", horizontal="right" if right else "left", indent=indent)


@functools.cache
def _no_border() -> Any:
    from openpyxl.styles import Border

    return Border()


@functools.cache
def _font(bold: bool = False, size: int = 12, underline: bool = False) -> Any:
    from openpyxl.styles import Font

    return Font(name="Arial", size=size, bold=bold, underline="single" if underline else None)


def _format(head: str, values: Sequence[Any]) -> str:
    """The format of a column's numbers, with as many decimals as give the middle one three digits."""
    numbers = sorted(abs(one) for one in values if isinstance(one, int | float) and one)
    if "year" in head:
        return "0"
    if all(isinstance(one, int) for one in numbers):
        return "#,##0"
    decimals = min(8, max(1, 2 - math.floor(math.log10(numbers[len(numbers) // 2]))))
    return "#,##0." + "0" * decimals


def _value(value: Any) -> Any:
    """A cell: a number as such, a text as such, what is missing as a mark."""
    import pandas as pd

    if value is None or (pd.api.types.is_scalar(value) and pd.isna(value)) or value == "":
        return MISSING
    value = value.item() if hasattr(value, "item") else value
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    if isinstance(value, float):
        if abs(value) == float("inf"):
            return "INF" if value > 0 else "-INF"
        return int(value) if value.is_integer() and abs(value) < 2**53 else value
    return value


def _apart(heads: list[str]) -> list[str]:
    """Heads of which each is there once, as a table must have them."""
    counts: dict[str, int] = {}
    done = []
    for head in heads:
        key = head.casefold()
        counts[key] = counts.get(key, 0) + 1
        done.append(head if counts[key] == 1 else f"{head} ({counts[key]})")
    return done
