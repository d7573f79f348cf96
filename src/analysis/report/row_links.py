"""From a number on a page to the row of the figures that prints it: in tables, in sentences and beside charts."""

from __future__ import annotations

import csv
import html
import math
import re
from pathlib import Path
from typing import Any

from ..figures.claim_verdicts import VERDICTS
from ..figures.fields import DATE

#: Rows of a chart's numbers that its page shows; the CSV has them all.
_DRAWN_ROWS = 40

#: Source and printed figure -> the rows that print it, each with the address of its place on a survey's page.
Printed = dict[tuple[str, str], list[dict[str, Any]]]
#: Columns of tables that hold printed figures, and those that say by whom and where.
_PRINTED = (
    ("figure", "source", "locator"),
    ("figure_a", "source_a", "locator_a"),
    ("figure_b", "source_b", "locator_b"),
    ("primary_figure", "primary_source", "primary_locator"),
)


def printed_rows(surveys: dict[str, dict[str, Any]]) -> Printed:
    """The printed forms of the surveys' figures, for lookup."""
    found: Printed = {}
    for survey, shown in surveys.items():
        for row in shown["figures"]:
            entry = {**row, "survey": survey, "address": f"surveys/{survey}.html#row-{row['line']}"}
            found.setdefault((row["source"], row["figure"]), []).append(entry)
    return found


def _row_of(row: dict[str, str], column: str, printed: Printed) -> dict[str, Any] | None:
    """The row of the figures that a column of a table's row shows, where only one can be meant."""
    for figure, source, locator in _PRINTED:
        if column == figure and row.get(source):
            found = printed.get((row[source], row[figure]), [])
            for known, told in (
                ("survey", "survey"),
                ("locator", locator),
                ("place", "place"),
                ("country", "country"),
                ("measure", "measure"),
            ):
                found = [entry for entry in found if entry[known] == row.get(told)] or found
            return found[0] if len(found) == 1 else None
    return None


def _hint(entry: dict[str, Any]) -> str:
    return f"{entry['source']}, {entry['locator']}: {entry['figure']}"


def _read_table(file: Path) -> list[dict[str, str]]:
    with open(file, encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def linked(table: str, numbers: Path, printed: Printed) -> str:
    """A table of ours with each printed figure leading to its row, and each number as it is for sorting."""
    rows = _read_table(numbers)
    before, opened, rest = table.partition("<tbody>")
    body, closed, after = rest.partition("</tbody>")
    shown = body.split("<tr>")
    for number, row in enumerate(rows[: len(shown) - 1], 1):
        cells = re.split(r"(?=<t[dh][ >])", shown[number])
        for place, (column, text) in enumerate(row.items(), 1):
            if place >= len(cells):
                break
            if found := _row_of(row, column, printed):
                cells[place] = _leading(cells[place], found)
            exact = str(found["value"]) if found else text
            if _float(exact) is not None:
                cells[place] = f'{cells[place][:3]} data-value="{html.escape(exact)}"{cells[place][3:]}'
        shown[number] = "".join(cells)
    return before + opened + "<tr>".join(shown) + closed + after


def _leading(cell: str, found: dict[str, Any]) -> str:
    """A cell whose content leads to the page of its row."""
    begin = f'<a href="{html.escape(found["address"])}" title="{html.escape(_hint(found))}">'
    return re.sub(r"(?s)(?<=>).*(?=</t[dh]>)", lambda content: f"{begin}{content[0]}</a>", cell, count=1)


def _float(text: str | None) -> float | None:
    try:
        return float(text or "")
    except ValueError:
        return None


#: Columns of a chart's numbers that its page shows, with the words over them, before all others. First come those that
#: name a row, last those that say where it stands; a table without a name and a number for its rows would say nothing.
_NAMES = {name: name for name in ("day", "place", "survey", "measure", "account", "assumption", "model")}
#: Columns that name a row only where there are several of them.
_IF_SEVERAL = ("survey", "measure")
_NUMBERS = {
    "figure": "printed",
    **{name: name for name in ("value", "count", "observed", "expected", "listed", "found", "input_low", "input_high")},
    **{name: name for name in ("low", "high", "rate", "rate_low", "rate_high", "ratio", "ratio_low", "ratio_high")},
    **{name: name for name in ("share", "share_low", "share_high", "place_share", "count_share")},
    "count_share_low": "share_low",
    "count_share_high": "share_high",
    **{name: name for name in ("estimate", "estimate_low", "estimate_high", "trend")},
    **{verdict: f"verdict_{verdict.replace(' ', '_')}" for verdict in VERDICTS},
    "total": "total",
}
_COLUMNS = {**_NAMES, **_NUMBERS, "stretch": "stretch", "source": "source", "locator": "locator"}


def drawn(file: Path, printed: Printed, lang: str, counted_by: dict[str, str] | None = None) -> dict[str, Any] | None:
    """The numbers of a chart as a table of its page, each printed figure leading to its row; none if it has no numbers.

    Sources are called by the publishers in ``counted_by``. What needs words that the site does not have is in the
    chart's CSV.
    """
    from ..charts.wording import label, model_in_words
    from ..figures.country_names import country_codes, country_name
    from ..figures.sources import survey_names

    known = set(country_codes().values())
    rows = _read_table(file) if file.exists() else []
    columns = _shown_columns(rows)
    if not columns:
        return None
    names = survey_names(lang) if "survey" in columns else {}
    numeric = {name for name in columns if all(not row[name] or _float(row[name]) is not None for row in rows)}
    decimals = _decimals({name: [row[name] for row in rows] for name in columns if name in numeric})
    shown = []
    for row in rows[:_DRAWN_ROWS]:
        cells = []
        for name in columns:
            found = _row_of(row, name, printed)
            text = _drawn_number(name, row[name], lang, decimals.get(name)) if name in numeric else row[name]
            if name == "source" and counted_by:
                text = "; ".join(dict.fromkeys(counted_by.get(one, one) for one in text.split("; ")))
            if name == "place" and row.get("iso3") in known:
                text = country_name(row["iso3"], lang)
            if name == "measure":
                text = label(row[name], lang)
            if name == "model":
                text = model_in_words(row[name], lang)
            if name == "survey":
                text = names.get(row[name], row[name])
            cells.append(
                {
                    "text": text or "–",
                    "number": name in numeric,
                    "verbatim": name == "figure",
                    "english": name == "locator" and lang != "en",
                    "date": re.fullmatch(DATE, text) is not None,
                    "value": row[name],
                    "address": found["address"] if found else "",
                    "hint": _hint(found) if found else "",
                }
            )
        shown.append(cells)
    return {"columns": columns, "known": _COLUMNS, "numeric": numeric, "rows": shown, "all": len(rows)}


def _shown_columns(rows: list[dict[str, str]]) -> list[str]:
    """The columns that a page shows; none where no column names the rows, or none holds numbers."""
    filled = [name for name in _COLUMNS if rows and name in rows[0] and any(row[name] for row in rows)]
    filled = [name for name in filled if name not in _IF_SEVERAL or len({row[name] for row in rows} - {""}) > 1]
    if not (set(filled) & set(_NAMES) and set(filled) & set(_NUMBERS)):
        return []
    if "count" in filled and all(row.get("low") == row["count"] == row.get("high") for row in rows):
        return [name for name in filled if name not in ("low", "high")]
    return filled


def _decimals(columns: dict[str, list[str]]) -> dict[str, int]:
    """Decimals of the columns that are not whole: a number and its limits have the same, as in tables."""
    from ..charts.wording import decimals_of
    from ..language.numbers import percent_decimals

    groups: dict[str, list[float]] = {}
    for name, texts in columns.items():
        known = [value for value in map(_float, texts) if value is not None and math.isfinite(value)]
        groups.setdefault(_without_end(name), []).extend(known)
    found: dict[str, int] = {}
    for name in columns:
        group = groups[_without_end(name)]
        if "share" in name:
            found[name] = max((percent_decimals(value, 1) for value in group), default=0)
        elif any(value % 1 for value in group) and (decimals := decimals_of(group)) is not None:
            found[name] = decimals
    return found


def _without_end(name: str) -> str:
    """The column that a lower or an upper limit belongs to."""
    return "value" if name in ("low", "high") else re.sub("_(low|high)$", "", name)


def _drawn_number(name: str, text: str, lang: str, decimals: int | None) -> str:
    from ..language.numbers import fixed, number, percent

    value = _float(text)
    if value is None or value - value != 0 or "year" in name or name == "figure":
        return text
    if "share" in name:
        return percent(value, lang, decimals=1, least_decimals=decimals or 0)
    return (number(value, lang) if decimals is None else fixed(value, decimals, lang)).replace("-", "−")


def with_link(said: str, row: dict[str, Any], printed: Printed) -> str:
    """A sentence in which a number leads to the row that prints it."""
    found, text = _row_of(row, "figure", printed), html.escape(row["text"])
    if found is None:
        return said
    link = f'<a href="{html.escape(found["address"])}" title="{html.escape(_hint(found))}">{text}</a>'
    # Only in the text, and as a number of its own: not inside of a tag, of another number, or of a link made before.
    return re.sub(rf"(?<![\w.,]){re.escape(text)}(?![\w])(?![^<]*(?:>|</a>))", lambda _: link, said, count=1)
