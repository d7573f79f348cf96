"""A data folder made fit for publication: without small counts of your own surveys, or anything that betrays one.

The shipped surveys were published by others, and stay as they are. Of a folder of your own a copy is made without the
withheld figures, without claims that tell more than what is left, and without texts that hold numbers; whatever is
built from it cannot show them. Series of your own are left out: single days are small cells.
"""

from __future__ import annotations

import csv
import io
import json
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import pandas as pd

from ..datafolder import data_folders, in_use, read_regular, read_text, relative, shipped_folder, surveys_in
from ..errors import DataError
from ..figures.cell_faults import cell_findings
from ..figures.fields import FILES
from ..figures.places import name_key
from ..figures.quantities import quantity
from ..figures.survey import Figure, Survey, read_survey
from .claims_withheld import Told
from .texts_withheld import OMITTED, Texts, holds_number, refuse_telling_id
from .told_beside import refuse_telling_notebooks, refuse_telling_reference, released_dictionary
from .withholding import Withheld, money_withheld, withheld_of

COLUMNS = ["survey", "measure", "asset", "place", "status", "reason", "low", "high"]
#: The status of what is not a figure: series and texts.
LEFT_OUT = "left out"
#: What of ``survey.toml`` is an id, a date or a word of a list, which a release cannot leave out.
_IDS = frozenset(
    {"status", "primary", "counted_apart", "known_through", "restates", "revised", "scan_from", "scan_to", "encoded"}
    | {"asset", "honeypots", "surveyor_is", "duplicates", "design", "comparable_with", "measure", "measures", "kind"}
    | {"iso3", "parent", "code", "place"}
)
#: What is a name: the place alone reveals nothing in it.
_NAMES = frozenset({"title", "surveyor", "programme", "name"})
_ODD_NAME = "the name of its place holds a number"
_ODD_FIGURE = "its printing holds more than a number"


@contextmanager
def for_release(
    threshold: int = 3, notebooks: Path | str | None = None, only: Sequence[str] | None = None
) -> Iterator[pd.DataFrame]:
    """Have a protected copy of your own data folder in use for a while.

    Parameters
    ----------
    threshold
        A count of fewer, but at least one, is withheld; and what would betray it with all else that is printed.
    notebooks
        A folder of notebooks of your own that are released with the data; what they say and hold is looked at.
    only
        The names of those that are released; default: all.

    Yields
    ------
    pandas.DataFrame
        The log: ``survey, measure, asset, place, status, reason, low, high``, a row for each figure withheld, never its
        value; ``low`` and ``high`` are what everything printed still reveals of it. It is not for publication.
        A series or a text that was left out has a row without measure and place; of a text the reason says where it
        stood.

    Raises
    ------
    DataError
        The first fault of a survey of your own, for one with faults is not released; or what may reveal a count and
        cannot be left out: a name, a row of a reference table, a cell of a notebook.

    Examples
    --------
    The shipped data were published by others, so that nothing of them is withheld:

    >>> with for_release() as withheld:
    ...     len(withheld)
    0
    """
    own, *joined = data_folders()
    if own == shipped_folder("data"):
        yield pd.DataFrame(columns=COLUMNS)
        return
    with tempfile.TemporaryDirectory(prefix="exposure-release-") as name:
        copy = Path(name)
        log, texts = _copied(own, copy, threshold)
        if notebooks is not None:
            refuse_telling_notebooks(Path(notebooks), texts, only)
        with in_use(copy, alone=not joined):
            yield log


def _copy_regular(source: Path | str, target: Path | str) -> None:
    """Copy a file; a pipe or a device, which would hold the copier, is an error that names it."""
    Path(target).write_bytes(read_regular(Path(source)))


def _copied(own: Path, copy: Path, threshold: int) -> tuple[pd.DataFrame, Texts]:
    """Write what of a data folder is released; told is what is not, and which texts are."""
    (copy / "aggregate").mkdir()
    surveys = [_sound(own / "aggregate" / name) for name in surveys_in(own)]
    withheld = withheld_of(surveys, threshold)
    withheld += [
        Withheld((row,), "withheld", reason, None, None)
        for survey in surveys
        for row in survey.rows
        if (reason := _cannot_be_read(row)) and not any(row in one.rows for one in withheld)
    ]
    withheld += money_withheld(surveys, withheld)
    rows = [row for one in withheld for row in one.rows]
    texts = Texts(
        {code for row in rows for code in (row.iso3, row.parent, name_key(row.place)) if code and code != "WLD"}
        - {"world"},
        {row.value for row in rows},
    )
    _copy_beside(own, copy, rows, texts)
    told = Told(surveys, rows, threshold)
    for survey in surveys:
        _write(survey, copy / "aggregate" / survey.id, rows, texts, told)
    found = [
        (one.rows[0].survey, one.rows[0].measure, one.rows[0].asset, one.rows[0].place, *one[1:]) for one in withheld
    ]
    series = sorted((own / "series").iterdir()) if (own / "series").is_dir() else []
    found += [
        (folder.name, "", "", "", LEFT_OUT, "a series of single days", None, None)
        for folder in series
        if folder.is_dir()
    ]
    # Claims, or their words, are left out wherever they say more than figures do; the log is about figures and texts.
    for where in texts.left_out:
        file, _, place = where.partition("/")[2].partition("/")
        if not place.startswith("claims.csv"):
            found.append((file, "", "", "", LEFT_OUT, f"{place}: a text that may reveal a count", None, None))
    return pd.DataFrame(found, columns=COLUMNS), texts


def _copy_beside(own: Path, copy: Path, withheld: list[Figure], texts: Texts) -> None:
    """Write the dictionary and the reference tables of a data folder as they are released."""
    if (own / "reference").is_dir():
        refuse_telling_reference(own, withheld, texts)
        shutil.copytree(own / "reference", copy / "reference", copy_function=_copy_regular)
    if (own / "aggregate" / "measures.toml").exists():
        parts = [
            f"[{json.dumps(measure)}]\n"
            + "".join(f"{json.dumps(key)} = {_value(value)}\n" for key, value in entry.items())
            for measure, entry in released_dictionary(own, texts).items()
        ]
        (copy / "aggregate" / "measures.toml").write_text("\n".join(parts), encoding="utf-8", newline="\n")


def _sound(folder: Path) -> Survey:
    """A survey without faults, whose names reveal no count."""
    survey = read_survey(folder)
    for part in ("meta", "source_rows", "rows", "claim_rows"):
        getattr(survey, part)
    for fault in survey.faults("survey.toml", "sources.csv", "figures.csv", "claims.csv"):
        raise fault.error()
    refuse_telling_id(survey.id, relative(folder / "survey.toml"), None, None)
    for name, rows in (
        ("sources.csv", survey.source_rows),
        ("figures.csv", survey.printed_rows),
        ("claims.csv", survey.claim_rows),
    ):
        for found in cell_findings([(relative(folder / name), rows)], FILES[name]):
            raise DataError(
                found.expectation, remedy=found.remedy, file=found.file, line=found.line, column=found.column
            )
    for row in survey.source_rows:
        for column, name in (("source", row.source), ("derived_from", row.derived_from)):
            refuse_telling_id(name, relative(folder / "sources.csv"), row.line, column)
    for row in survey.rows:
        for column, name in (("measure", row.measure), ("asset", row.asset)):
            refuse_telling_id(name, relative(folder / "figures.csv"), row.line, column)
    for name in (survey.meta.get("asset", ""), *survey.meta["units"]):
        refuse_telling_id(str(name), relative(folder / "survey.toml"), None, None)
    return survey


def _cannot_be_read(row: Figure) -> str:
    """Why nothing can be reckoned with a row: its place or its printing are free text that holds a number."""
    ruled = row.place_kind in ("historical", "region", "population", "sub-national")
    if Texts().tells(row.place, name=True) if ruled else holds_number(row.place):
        return _ODD_NAME
    try:
        quantity(row.figure, row.lang, exact=row.exact)
    except DataError:
        return _ODD_FIGURE if Texts().tells(row.figure) else ""
    return ""


def _write(survey: Survey, target: Path, withheld: list[Figure], texts: Texts, told: Told) -> None:
    """The files of a survey as they are released."""
    target.mkdir()
    gone = {row.line for row in withheld if row.survey == survey.id}
    names = {name: relative(survey.folder / name) for name in ("survey.toml", *FILES)}

    def figure(row: dict[str, str], line: int) -> dict[str, str] | None:
        at = f"{names['figures.csv']}:{line}"
        return (
            None
            if line in gone
            else {
                **row,
                "locator": texts.kept(row.get("locator", ""), f"{at} locator", OMITTED, locator=True),
                "note": texts.kept(row.get("note", ""), f"{at} note"),
            }
        )

    def source(row: dict[str, str], line: int) -> dict[str, str]:
        at = f"{names['sources.csv']}:{line}"
        return {
            **row,
            "title": texts.kept(row.get("title", ""), f"{at} title", OMITTED, name=True),
            "publisher": texts.kept(row.get("publisher", ""), f"{at} publisher", OMITTED, name=True),
            "note": texts.kept(row.get("note", ""), f"{at} note"),
            "url": texts.kept_address(row.get("url", ""), f"{at} url"),
        }

    def claim(row: dict[str, str], line: int) -> dict[str, str] | None:
        at = f"{names['claims.csv']}:{line}"
        return (
            None
            if not told.already(survey, line)
            else {
                **row,
                "claim": texts.kept(row.get("claim", ""), f"{at} claim", OMITTED),
                "locator": texts.kept(row.get("locator", ""), f"{at} locator", OMITTED, locator=True),
            }
        )

    for name, change in (("figures.csv", figure), ("sources.csv", source), ("claims.csv", claim)):
        if (survey.folder / name).exists():
            _rewrite(survey.folder / name, target / name, change)
    meta = _released_meta(_toml(survey.folder / "survey.toml"), names["survey.toml"], texts)
    text = "".join(f"{json.dumps(key)} = {_value(value)}\n" for key, value in meta.items())
    (target / "survey.toml").write_text(text, encoding="utf-8", newline="\n")


def _toml(path: Path) -> dict[str, object]:
    from ..datafolder import read_toml

    return read_toml(path)


def _released_meta(table: Mapping[str, object], file: str, texts: Texts, above: str = "") -> dict[str, object]:
    """``survey.toml`` without the texts that hold numbers."""
    found: dict[str, object] = {}
    for key, value in table.items():
        where = f"{file} {above}{key}"
        if isinstance(value, Mapping):
            found[key] = dict(value) if key == "units" else _released_meta(value, file, texts, f"{above}{key}.")
        elif isinstance(value, list) and value and isinstance(value[0], Mapping):
            # A rule about a place whose name holds a number goes with the rows of the place.
            found[key] = [
                _released_meta(one, file, texts, f"{above}{key}.")
                for one in value
                if not texts.tells(str(one.get("name", "")), name=True)
            ]
        elif key in _IDS or (key == "ports" and isinstance(value, str) and texts.ports(value)):
            for one in value if isinstance(value, list) else [value] if key != "ports" else []:
                refuse_telling_id(str(one), file, None, key)
            found[key] = value
        elif isinstance(value, list):
            found[key] = [one for one in value if not isinstance(one, str) or texts.kept(one, where)]
        elif isinstance(value, str):
            found[key] = texts.kept(value, where, OMITTED, name=key in _NAMES)
        else:
            found[key] = value
    return found


def _value(value: object) -> str:
    """A value as TOML writes it; of texts, that is what JSON writes."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{json.dumps(key)} = {_value(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def _rewrite(path: Path, target: Path, change: Callable[[dict[str, str], int], dict[str, str] | None]) -> None:
    """Write a file of CSV with its rows changed, or without them; told are the row and the line on which it begins."""
    reader = csv.reader(io.StringIO(read_text(path)))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    header: list[str] = []
    start = 1
    for cells in reader:
        begins, start = start, reader.line_num + 1
        if not any(cells):
            continue
        if not header:
            header = [cell.strip() for cell in cells]
            writer.writerow(header)
        elif (row := change(dict(zip(header, (cell.strip() for cell in cells), strict=True)), begins)) is not None:
            writer.writerow([row.get(name, "") for name in header])
    target.write_text(out.getvalue(), encoding="utf-8", newline="\n")
