"""Tables: great_tables in a notebook, plain HTML that can be sorted in the report, and a CSV file."""

from __future__ import annotations

import datetime
import functools
import json
import math
import os
import re
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import DataError
from ..figures.fields import DATE
from ..frames import plain
from ..identifiers import refuse_identifying_texts
from ..language.catalogue import say
from ..language.languages import language
from ..language.numbers import chance, fixed, number, percent, percent_decimals
from ..language.prose import listed
from ..meaning import require_told_apart
from .cells import in_english, named

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from great_tables import GT

MILLION = 1e6
#: A column with a cell of so many letters is given room, so that its rows do not become high and narrow.
_LONG = 90
#: Rows shown in a page; the CSV has them all.
MOST_ROWS = 60
#: Columns of shares whose names do not say so.
_SHARES = ("level", "relative_error", "change", "change_low", "change_high")
#: Columns of what a row counts: shares where its measure, or its index, is one.
_AMOUNTS = ("value", "low", "high", "total", "published", "rest", "rest_low", "rest_high")


@dataclass
class Table:
    """A table as notebooks and the report show it; ``data`` is the frame with the columns shown, unrounded."""

    data: pd.DataFrame
    title: str
    note: str
    source: str
    name: str
    lang: str
    labels: dict[str, str]
    shares: pd.DataFrame
    """Which cells are shares, written as percentages: the shape of ``data``."""
    level: float | None = None
    """The level of the intervals among the columns, where the frame tells it."""
    _kept: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        self._refuse_identifiers()

    def _refuse_identifiers(self) -> None:
        """Refuse texts that identify, whether given or set later."""
        given = {name: getattr(self, name) for name in ("title", "note", "source", "name", "labels")}
        refuse_identifying_texts(given, file="the table")

    def _repr_html_(self) -> str:
        self._refuse_identifiers()
        return self._html

    @functools.cached_property
    def _html(self) -> str:
        shown = named(self.data.head(MOST_ROWS), self.lang)
        style = {column: _style(self.data[column]) for column in shown}
        texts = self._written()
        head = "".join(
            f'<th scope="col"{_roomy(style[column], texts[column])}>{escape(self.labels[column])}</th>'
            for column in shown
        )
        rows = []
        for row in texts.itertuples(index=False):
            cells = []
            for column, told in zip(shown.columns, row, strict=True):
                text = escape(told)
                first = column == shown.columns[0]
                tag, scope = ("th", ' scope="row"') if first else ("td", "")
                tongue = ' lang="en"' if in_english(str(column), self.lang) else ""
                cells.append(f"<{tag}{scope}{style[column]}{tongue}>{text}</{tag}>")
            rows.append(f"<tr>{''.join(cells)}</tr>")
        below = " ".join(map(escape, self._notes()))
        foot = (
            f'<tfoot><tr><td colspan="{max(1, len(shown.columns))}"><span>{below}</span></td></tr></tfoot>'
            if below
            else ""
        )
        return (
            f'<div class="exposure-table" tabindex="0" role="region" aria-label="{escape(self.title or self.name)}">'
            f'<table lang="{self.lang}" data-name="{escape(self.name)}">'
            + (f"<caption><span>{escape(self.title)}</span></caption>" if self.title else "")
            + f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody>{foot}</table></div>"
        )

    def _written(self) -> pd.DataFrame:
        """The rows shown, each cell as text; numbers of a column that is not whole have like decimals."""
        shown, shares = named(self.data.head(MOST_ROWS), self.lang), self.shares.head(MOST_ROWS)
        decimals = _aligned(self.data.where(~self.shares))
        least = _percent_decimals(self.data.head(MOST_ROWS), shares)
        return shown.assign(
            **{
                column: [
                    _percentage(value, column, self.lang, least[column])
                    if share and _is_numeral(value)
                    else written(value, column, self.lang, decimals.get(column))
                    for value, share in zip(shown[column], shares[column], strict=True)
                ]
                for column in shown
            }
        )

    def _notes(self) -> list[str]:
        """What stands below the table, sentence by sentence."""
        more = say("rows_shown", self.lang, shown=MOST_ROWS, n=len(self.data)) if len(self.data) > MOST_ROWS else ""
        return [note for note in (more, self.note, self.source) if note]

    def gt(self, footnotes: bool = True) -> GT:
        """The table as a ``great_tables.GT``, to be styled further: an interval stands under one head with its number.

        Numbers, shares and measures are written in the language; a footnote says what an interval is; what is missing
        is a dash.

        Parameters
        ----------
        footnotes
            Whether what an interval is stands in footnotes. great_tables has none in LaTeX, and refuses: with
            ``footnotes=False`` it stands among the notes below, and texts are plain, for ``.as_latex()``.

        Examples
        --------
        >>> import analysis as ex
        >>> panel = ex.preferred(ex.panel(surveys=["greenbone-2019-09"])).query("measure == 'servers_exposed'")
        >>> made = ex.table(panel[["place", "value", "low", "high"]], title="Servers").gt(footnotes=False)
        >>> "Rounding interval of the published figure." in made.as_latex()
        True
        """
        from great_tables import GT, html, loc

        # LaTeX escapes by itself, and knows no HTML.
        cell: Any = escape if footnotes else str

        def text(given: str) -> Any:
            return html(escape(given)) if footnotes else given

        shown = self._written()
        made: Any = GT(shown, id=self.name, locale=self.lang).cols_label(
            {column: text(label) for column, label in self.labels.items()}
        )
        if self.title:
            made = made.tab_header(text(self.title))
        intervals = _intervals(list(shown))
        made = made.fmt(cell, columns=list(shown))
        made = made.cols_align("right", [column for column in shown if _is_number(self.data[column])])
        for column, low, high in intervals:
            footnote = (
                say("table_printed", self.lang)
                if column == "value"
                else say("table_interval", self.lang, level=percent(self.level, self.lang))
                if self.level
                else ""
            )
            own = {column: say("table_value", self.lang)}
            own |= {
                end: say(key, self.lang)
                for end, key in ((low, "table_low"), (high, "table_high"))
                if self.labels[end] == _plain(end)
            }
            made = made.tab_spanner(text(self.labels[column]), [column, low, high]).cols_label(
                {name: text(own_label) for name, own_label in own.items()}
            )
            if footnote and footnotes:
                made = made.tab_footnote(text(footnote), loc.column_labels([low, high]))
            elif footnote:
                made = made.tab_source_note(f"{self.labels[low]}, {self.labels[high]}: {footnote}")
        for note in self._notes():
            made = made.tab_source_note(text(note))
        return made.tab_options(
            table_font_size="14px",
            heading_align="left",
            heading_title_font_size="17px",
            heading_title_font_weight="600",
            column_labels_font_weight="600",
            table_border_top_style="none",
            table_border_bottom_style="none",
            data_row_padding="5px",
        )

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> Any:
        self._refuse_identifiers()
        self._keep()
        plain = "\n".join(
            filter(None, (self.title, self.data.head(MOST_ROWS).to_string(index=False), self.note, self.source))
        )
        # A report sorts and filters its tables, in its own style.
        page = (
            self._html
            if os.environ.get("EXPOSURE_BUNDLES")
            else f'<div lang="{self.lang}">{self.gt().as_raw_html()}</div>'
        )
        return {"text/html": page, "text/plain": plain}, {"exposure": {"table": self.name}}

    def save(self, folder: str | os.PathLike[str]) -> list[Path]:
        """Save the table as CSV, and what it is as JSON; both paths are returned."""
        from ..writing import table_text, write_bytes

        self._refuse_identifiers()
        told = {
            "name": self.name,
            "kind": "table",
            "title": self.title,
            "note": self.note,
            "source": self.source,
            "lang": self.lang,
            "columns": self.labels,
            "rows": len(self.data),
            "licence": "CC-BY-4.0",
        }
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
        Any frame, also of polars, pyarrow or DuckDB. An index with a name becomes the first column. If there is a
        column ``source``, the publishers are named below the table.
    title, note
        Caption, and a sentence below.
    columns
        Column -> label, in the order wanted; other columns are left out. Default: all, as they are called.
    name
        The name of its CSV file. Default: made from the title.

    Raises
    ------
    DataError
        If a column asked for is not there, or ``columns`` gives no labels.
    IdentifierError
        If the frame holds anything identifying.

    Examples
    --------
    >>> import analysis as ex
    >>> servers = ex.preferred(ex.panel(surveys=["greenbone-2019-09"])).query("measure == 'servers_exposed'")
    >>> table = ex.table(servers, "Servers", columns={"place": "Place", "figure": "As printed"})
    >>> table.data.columns.tolist()
    ['place', 'figure']
    """
    from ..figures.sources import refuse_all_but_publications
    from . import sources_cited, wording

    lang = language(lang)
    frame = refuse_all_but_publications(plain(frame))
    labels = _labels(columns) if columns is not None else {str(column): _plain(str(column)) for column in frame}
    missing = [column for column in labels if column not in frame]
    if missing:
        raise DataError(
            f"the table has no column {', '.join(map(repr, missing))}",
            remedy=f"it has {', '.join(map(str, frame.columns))}",
        )
    require_told_apart(frame, labels)
    return Table(
        data=frame[list(labels)].reset_index(drop=True),
        shares=_shares(frame)[list(labels)].reset_index(drop=True),
        title=title,
        note=note,
        source=sources_cited.source_line(frame, lang),
        name=name or wording.slug("table", title[:60]),
        lang=lang,
        labels=labels,
        level=_level(frame),
    )


def _labels(columns: Any) -> dict[str, str]:
    """The labels given, column by column; DataError for names of columns without labels."""
    if hasattr(columns, "keys"):
        labels = dict(columns)
        if all(isinstance(label, str) for label in labels.values()):
            return labels
    raise DataError(
        "the option 'columns' of a table takes {column: heading}, and a heading is a text",
        remedy="write columns={'place': 'Place'}, or leave it out and give frame[['place', 'value']]",
    )


def _plain(column: str) -> str:
    """The label of a column that has none of its own."""
    return column.replace("_", " ")


def _level(frame: pd.DataFrame) -> float | None:
    """The one level of all intervals of a frame."""
    levels: Any = frame["level"].dropna().unique() if "level" in frame else ()
    return float(levels[0]) if len(levels) == 1 else None


def _intervals(columns: list[str]) -> list[tuple[str, str, str]]:
    """Columns that are a number and its limits."""
    ends = {column: ("low", "high") if column == "value" else (f"{column}_low", f"{column}_high") for column in columns}
    return [(column, low, high) for column, (low, high) in ends.items() if low in columns and high in columns]


def written(value: Any, column: str, lang: str, decimals: int | None = None) -> str:
    """A cell as text: measures by label, numbers in the language, a dash for what is missing.

    With ``decimals`` a number has so many, for a column in which they stand below one another.
    """
    import numpy as np

    from .wording import label

    if isinstance(value, list | tuple | set | frozenset | np.ndarray):
        parts = sorted(value, key=str) if isinstance(value, set | frozenset) else value
        return listed([written(part, column, lang) for part in parts], lang)
    if value is None or (isinstance(value, float) and math.isnan(value)) or str(value) in ("NaT", "<NA>"):
        return "–"
    if column == "measure":
        return label(str(value), lang)
    if isinstance(value, bool | np.bool_):
        return say("table_yes" if value else "table_no", lang)
    if isinstance(value, datetime.date):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, float) and math.isinf(value):
        return "∞" if value > 0 else "−∞"
    if not _is_numeral(value):
        return str(value)
    if "year" in column:
        return str(int(value))
    if column in ("p_value", "p_adjusted"):
        return chance(float(value), lang)
    if decimals is None and 1000 <= abs(value) < MILLION and "rate" not in column:
        value = round(value)  # A count is told to the last one, as charts and sentences tell it.
    told = number(value, lang) if decimals is None else fixed(float(value), decimals, lang)
    # A minus, not a hyphen.
    return "\N{MINUS SIGN}" + told[1:] if told.startswith("-") else told


def _percentage(share: Any, column: str, lang: str, least: int) -> str:
    """A share as a percentage; one of a change has its sign."""
    return percent(float(share), lang, decimals=1, signed=column.startswith("change"), least_decimals=least)


def _percent_decimals(frame: pd.DataFrame, shares: pd.DataFrame) -> dict[str, int]:
    """One decimal for all percentages of a column, where one of them or of their limits needs it."""
    found = {}
    for column in frame:
        told = [value for value, share in zip(frame[column], shares[column], strict=True) if share]
        found[str(column)] = max((percent_decimals(value, 1) for value in told if _is_numeral(value)), default=0)
    for group in _intervals(list(found)):
        found |= dict.fromkeys(group, max(found[column] for column in group))
    return found


def _shares(frame: pd.DataFrame) -> pd.DataFrame:
    """Which cells are shares: a column of them, or the amounts of a row whose measure or index is one."""
    import pandas as pd

    from ..figures.measures import measures

    units = measures()["unit"].to_dict()
    rows = [
        str(units.get(measure, "")).startswith("share") if isinstance(measure, str) else False
        for measure in (frame["measure"] if "measure" in frame else [""] * len(frame))
    ]
    if "index" in frame:
        rows = [
            row or str(name).startswith("top_") or str(name).endswith("_share")
            for row, name in zip(rows, frame["index"], strict=True)
        ]
    found = {}
    for column in map(str, frame):
        whole = column in _SHARES or "share" in column or column.endswith("percent")
        found[column] = rows if column in _AMOUNTS else [whole] * len(frame)
    return pd.DataFrame(found, index=frame.index, dtype=bool)


def _aligned(frame: pd.DataFrame) -> dict[str, int | None]:
    """Decimals of each column of numbers that are not whole: a number and its limits have the same.

    So have all amounts of a row, which are told in one unit. A limit that these decimals would show as nothing leaves
    all of them without any: each number then has its own.
    """
    from .wording import decimals_of

    columns = [str(column) for column in frame if _is_number(frame[column])]
    found = {column: decimals_of(frame[column].dropna().tolist()) for column in columns}
    found = {column: None if (frame[column].dropna() % 1 == 0).all() else found[column] for column in columns}
    amounts = tuple(column for column in _AMOUNTS if column in found)
    for column, *ends in [*_intervals([str(column) for column in frame]), *([amounts] if amounts else ())]:
        if column not in found:
            continue
        limits = [end for end in ends if end in found]
        decimals = found[column]
        if decimals is not None and any(
            round(one, decimals) == 0 != one for end in limits for one in frame[end].dropna()
        ):
            decimals = found[column] = None
        found |= dict.fromkeys(limits, decimals)
    return found


def _is_numeral(value: object) -> bool:
    import numbers

    return isinstance(value, numbers.Real) and math.isfinite(value)


def _is_number(column: pd.Series) -> bool:
    from pandas.api.types import is_bool_dtype, is_numeric_dtype

    return is_numeric_dtype(column) and not is_bool_dtype(column)


def _roomy(style: str, texts: pd.Series) -> str:
    """The style of a column's head: wide enough to read its longest text."""
    return style[:-1] + ';min-width:16rem"' if texts.map(len).max() > _LONG else style


def _style(column: pd.Series) -> str:
    """Numbers stand on the right; a date is not broken over lines."""
    if _is_number(column):
        return ' style="text-align:right"'
    dates = column.dropna().map(lambda value: isinstance(value, datetime.date) or bool(re.match(DATE, str(value))))
    return ' style="text-align:left;white-space:nowrap"' if len(dates) and dates.all() else ' style="text-align:left"'
