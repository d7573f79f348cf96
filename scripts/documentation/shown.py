"""What an example gave, as a part of a page: a chart as its drawings, a frame as a table, else what it prints."""

from __future__ import annotations

from html import escape
from typing import Any

import pandas as pd

import analysis as ex
from analysis.charts.chart import Chart
from analysis.charts.table import Table, written

#: Rows and columns that a page shows of a frame.
MOST_ROWS, MOST_COLUMNS = 8, 12
#: Columns that say what a row is about, in the order of preference.
LABELS = ("country", "place", "iso3", "survey", "source")
#: Columns of the panel that a result carries on and that are not its finding.
CARRIED = {
    *(
        "source",
        "survey",
        "tier",
        "seen",
        "published",
        "scan_from",
        "scan_to",
        "iso3",
        "country",
        "region",
        "asset",
        "qualifier",
    ),
    *(
        "locator",
        "lang",
        "note",
        "exact",
        "digits",
        "parent",
        "place_kind",
        "place_id",
        "sense",
        "meant",
        "meant_place",
        "file",
    ),
    *("line", "printed_measure", "standing", "statistic", "geometry", "figure"),
}


def shown(result: Any) -> str:
    """The HTML of a result; empty where what is printed says it all."""
    if isinstance(result, Chart):
        return drawings(result)
    if isinstance(result, pd.Series):
        result = result.rename("value").rename_axis("field").reset_index() if len(result) else pd.DataFrame()
    if isinstance(result, pd.DataFrame) and len(result):
        return _sentence(result) + table(result)
    if isinstance(result, Table):
        return result._repr_html_()
    return ""


def drawings(chart: Chart) -> str:
    """The chart in three widths, of which the page shows the one that fits its column."""
    # Names inside a drawing are its own; a page has several charts.
    return f'<figure class="drawings">{"".join(chart.on_pages().values())}</figure>'


def thumbnail(chart: Chart) -> str:
    """The narrow drawing alone."""
    return chart.on_pages()["narrow"]


def table(frame: pd.DataFrame) -> str:
    """A frame with the names of its columns, numbers as sentences write them; one row stands upright."""
    frame = pd.DataFrame(frame)
    label = next((name for name in LABELS if name in frame and frame[name].notna().any()), None)
    if frame.index.name and frame.index.name not in frame:
        frame = frame.reset_index()
        label = frame.columns[0]
    if len(frame.columns) > MOST_COLUMNS:
        frame = frame[[name for name in frame if name == label or name not in CARRIED]]
    frame = frame[[*filter(None, [label]), *(name for name in frame if name != label)]]
    frame = frame.dropna(axis="columns", how="all")
    if len(frame) == 1:
        return _upright(frame)
    if label == "country":
        frame = frame.drop(columns=["place", "iso3"], errors="ignore")
    alike = [name for name in frame if name != label and frame[name].astype(str).nunique() == 1]
    return _level(frame.drop(columns=alike), frame, alike)


def _upright(frame: pd.DataFrame) -> str:
    rows = "".join(
        f'<tr><th scope="row"><code>{escape(str(name))}</code></th><td>{_cell(frame[name].iloc[0], name)}</td></tr>'
        for name in frame
        if str(frame[name].iloc[0])
    )
    return f'<div class="result"><table>{rows}</table></div>'


def _level(frame: pd.DataFrame, whole: pd.DataFrame, alike: list[str]) -> str:
    frame = frame[list(frame)[:MOST_COLUMNS]]
    head = "".join(f'<th scope="col"{_style(frame[name])}><code>{escape(str(name))}</code></th>' for name in frame)
    rows = "".join(
        "<tr>"
        + "".join(f"<td{_style(frame[name])}>{_cell(row[at], name)}</td>" for at, name in enumerate(frame))
        + "</tr>"
        for row in frame.head(MOST_ROWS).itertuples(index=False, name=None)
    )
    told = [f"{MOST_ROWS} of {len(frame)} rows."] if len(frame) > MOST_ROWS else []
    if alike:
        told.append(
            "In every row: "
            + ", ".join(f"<code>{escape(str(name))}</code> {_cell(whole[name].iloc[0], name)}" for name in alike)
            + "."
        )
    below = f"<p>{' '.join(told)}</p>" if told else ""
    return f'<div class="result"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>{below}'


def _style(column: pd.Series) -> str:
    return ' class="number"' if pd.api.types.is_numeric_dtype(column) and column.dtype != bool else ""


def _cell(value: Any, name: str) -> str:
    if isinstance(value, bool):
        return str(value)
    text = written(value, str(name), "en")
    return escape(text if len(text) < 160 else text[:159].rstrip() + "…")


def _sentence(frame: pd.DataFrame) -> str:
    """What the result says, in the four languages; results without a sentence have none."""
    if "statistic" not in frame:
        return ""
    try:
        said = {lang: ex.statistics.describe(frame, lang) for lang in ("en", "es", "de", "fr")}
    except ex.DataError:  # this table has no sentence
        return ""
    others = "".join(f'<p lang="{lang}">{escape(text)}</p>' for lang, text in said.items() if lang != "en")
    return (
        f'<div class="said"><p>{escape(said["en"])}</p>'
        f"<details><summary>The same in Spanish, German and French</summary>{others}</details></div>"
    )
