"""The dictionary of measures: what was counted, in one fixed sense each."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from ..datafolder import data_folders, read_toml, relative
from ..errors import DataError
from ..identifiers import refuse_identifying_texts
from ..language.languages import LANGUAGES
from ..remembering import remembered
from . import fields, result_columns

KINDS = ("count", "share", "money", "average")
OCCURRENCES = ("independent", "clustered", "none")


def measures() -> pd.DataFrame:
    """The measures, one per row, in the order of ``measures.toml``; your own data folder may add and change some.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``measure``: ``unit`` (what one counted thing is), ``definition``, ``is_not``
        (a list: what it is often confused with), ``additive`` (whether places may be added up),
        ``occurrence`` (``independent``: one thing, one event; ``clustered``: one server holds
        thousands; ``none``), ``kind`` (``count``, ``share``, ``money``, ``average``) and ``label_en``,
        ``label_es``, ``label_de``, ``label_fr``.

    Raises
    ------
    DataError
        If an entry lacks a key or has a value out of the closed lists.

    Examples
    --------
    >>> import analysis as ex
    >>> ex.measures().loc["servers_exposed", ["kind", "occurrence"]].tolist()
    ['count', 'independent']
    """
    return _current().copy()


def kinds() -> dict[str, str]:
    """The kind of each measure: ``count``, ``share`` or ``money``."""
    table = _current()
    return dict(zip(table.index.tolist(), table["kind"].tolist(), strict=True))


def dictionary_files() -> list[Path]:
    """The dictionaries in use, the one whose entries win last: your own holds only what is its own."""
    files = [folder / "aggregate" / "measures.toml" for folder in reversed(data_folders())]
    return [file for file in files if file.exists()] or files[:1]


def dictionary_state() -> tuple[Any, ...]:
    """What changes when a dictionary in use changes: names, times and sizes."""
    return tuple(
        (file, *((state := file.stat()).st_mtime_ns, state.st_size)) if file.exists() else (file,)
        for file in dictionary_files()
    )


def _current() -> pd.DataFrame:
    return _frame(dictionary_state())


@remembered(4)
def _frame(state: tuple[Any, ...]) -> pd.DataFrame:
    # The state of the files is the cache's key: a changed file is read again.
    table: dict[str, Any] = {}
    for path, *_ in state:
        own = read_toml(path)
        refuse_identifying_texts(own, file=relative(path))
        for measure, key, fault, remedy in faults_of(own):
            raise DataError(fault, remedy=remedy, file=relative(path), column=f"{measure}.{key}" if key else measure)
        table |= own
    rows = {
        measure: {
            **{key: entry[key] for key in ("unit", "definition", "is_not", "additive", "occurrence", "kind")},
            **{f"label_{lang}": entry["label"][lang] for lang in LANGUAGES},
        }
        for measure, entry in table.items()
    }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("measure")


def faults_of(table: dict[str, Any]) -> list[tuple[str, str, str, str]]:
    """What is wrong with a table of measures: (measure, key, what, what now)."""
    faults = []
    for measure, entry in table.items():
        if not isinstance(entry, dict):
            faults.append((measure, "", f"'{measure}' stands outside of any measure", "put it below a [measure]"))
            continue
        for key, kind in (("unit", str), ("definition", str), ("is_not", list), ("additive", bool), ("label", dict)):
            if not isinstance(entry.get(key), kind) or entry[key] == "":
                faults.append((measure, key, f"the measure has no '{key}'", "add it"))
        for key, known in (("occurrence", OCCURRENCES), ("kind", KINDS)):
            if entry.get(key) not in known:
                faults.append((measure, key, f"{entry.get(key)!r} is not one of {', '.join(known)}", "choose one"))
        for lang in LANGUAGES:
            label = entry.get("label")
            if isinstance(label, dict) and not label.get(lang):
                faults.append((measure, "label", f"there is no label in '{lang}'", "add it"))
    return faults


_LIMITS = (
    "A result of `ex.statistics` also keeps columns of the panel. `<name>_low` and `<name>_high` are the limits of "
    "`<name>`; `_before` and `_after`, `_a` and `_b` stand behind what is of either wave or place, `_found` behind "
    "what the second list found."
)


def dictionary() -> str:
    """The data dictionary as Markdown: every measure, and every column of files, of the panel and of results."""
    table = measures()
    lines = [
        "# Data dictionary",
        "",
        "Made from `data/aggregate/measures.toml` and the package's list of columns; do not edit it by hand "
        "(`python scripts/make_documents.py` regenerates it).",
        "",
        "## Measures",
        "",
        "*Additive*: figures of places may be added up to a total. "
        "*Independent* events: one thing, one event (a server). "
        "*Clustered*: they come in batches, for one server holds thousands of studies; "
        "intervals for independent counts do not hold for them.",
        "",
    ]
    for measure, entry in table.iterrows():
        lines += [
            f"### `{measure}`",
            "",
            entry["definition"],
            "",
            f"- unit: {entry['unit']}; kind: {entry['kind']}; "
            f"additive: {'yes' if entry['additive'] else 'no'}; occurrence: {entry['occurrence']}",
        ]
        if entry["is_not"]:
            lines.append(f"- it is not: {'; '.join(entry['is_not'])}")
        labels = "; ".join(f"{lang}: {entry[f'label_{lang}']}" for lang in LANGUAGES)
        lines += [f"- labels: {labels}", ""]
    for title, files in (("## Files of a survey", fields.FILES), ("## Files of `data/series`", fields.SERIES_FILES)):
        lines += [title, "", *_columns(files)]
    lines += ["## Columns of the panel", "", "| column | what stands in it |", "| --- | --- |"]
    lines += [f"| `{name}` | {text} |" for name, text in fields.PANEL.items()]
    lines += ["", "## Columns of results", "", _LIMITS]
    for title, columns in result_columns.FAMILIES.items():
        lines += ["", f"### Columns {title}", "", "| column | what stands in it |", "| --- | --- |"]
        lines += [f"| `{name}` | {text} |" for name, text in columns.items()]
    return "\n".join(lines) + "\n"


def _columns(files: dict[str, tuple[fields.Field, ...]]) -> list[str]:
    lines = []
    for file, columns in files.items():
        lines += [f"### `{file}`", "", "| column | must be filled | what stands in it |", "| --- | --- | --- |"]
        for field in columns:
            needed = "may be left out" if field.optional else "yes" if field.needed else "no"
            choices = f" One of: {', '.join(field.choices)}." if field.choices else ""
            lines.append(f"| `{field.name}` | {needed} | {field.description}{choices} |")
        lines.append("")
    return lines
