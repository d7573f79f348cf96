"""Validation of the data folder: every fault and every oddity, with its place and a remedy."""

from __future__ import annotations

import functools
import hashlib
import itertools
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import Any, cast

import pandas as pd

from ..datafolder import (
    DRAFT,
    DRAFT_FILES,
    data_folders,
    in_use,
    read_regular,
    read_text,
    read_toml,
    relative,
    survey_folder,
    surveys_in,
    surveys_present,
)
from ..errors import DataError, ExposureError, IdentifierError
from ..identifiers import refuse_identifying_texts
from . import fields
from .measures import faults_of, kinds, measures
from .package import descriptor_path, descriptor_text
from .panel import KEY, frame_of, meet, preferred
from .places import WORLD
from .survey import Figure, Finding, Survey, in_order, later, read_survey, toml_line, without_identifiers

COLUMNS = ["severity", "file", "line", "column", "value", "expectation", "remedy"]

#: What the data should reach: (what, target).
TARGETS = {
    "surveys": 25,
    "sources": 230,
    "figures": 1_000,
    "countries with a figure": 32,
    "claims (figures of accounts, and claims beyond them)": 400,
    "claims beyond equality": 60,
    "accounts with a claim": 120,
    "languages of accounts": 10,
}

_FILES = ("survey.toml", *fields.FILES)
_SHOWN = 80
#: A survey's id is part of the names of files that a report is made of.
_LONGEST_NAME = 64
_RESERVED = frozenset(
    ["con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(10))]
)
#: So many rows of one place and measure are held against one another pair by pair.
_FEW = 200
_LANGUAGES = {"lang", "quote_lang"}
_DATES = {"published", "scan_from", "scan_to", "day", "vintage", "date"}


def check(path: Path | str | None = None) -> pd.DataFrame:
    """Validate a data folder or one survey.

    Parameters
    ----------
    path
        A data folder, a survey's folder, or the id of a survey. Default: the data in use; where one's own joins the
        shipped, one's own.

    Returns
    -------
    pandas.DataFrame
        Every finding, by file and line: ``severity`` (``error`` must be mended, ``note`` should be
        looked at), ``file``, ``line`` (0: none), ``column``, ``value``, ``expectation``, ``remedy``.

    Raises
    ------
    DataError
        If there is no such folder.
    """
    with using(path) as chosen:
        found = list(_findings(chosen))
    return table_of(found)


def table_of(found: list[Finding]) -> pd.DataFrame:
    """Findings as a table, by file and line; the columns are those of :func:`check`."""
    # What an identifier rule says of a cell stands alone; whatever else was said of it might show the value.
    secret = {(one.file, one.line, one.column) for one in found if isinstance(one.cause, IdentifierError)}
    found = [
        one for one in found if isinstance(one.cause, IdentifierError) or (one.file, one.line, one.column) not in secret
    ]
    rows = []
    for one in sorted(set(found), key=in_order):
        value = one.value if len(one.value) <= _SHOWN else one.value[: _SHOWN - 1] + "…"
        rows.append((one.severity, one.file, one.line, one.column, value, one.expectation, one.remedy))
    frame = pd.DataFrame(rows, columns=COLUMNS)
    return frame.astype({**dict.fromkeys(COLUMNS, "str"), "line": "int64"})


def summary() -> pd.DataFrame:
    """What the data holds, against its targets: ``what``, ``count``, ``target``, ``reached``."""
    surveys = [read_survey(name) for name in surveys_present()]
    sources = {row.source: row for one in surveys for row in one.source_rows}
    figures = [row for one in surveys for row in one.rows]
    claims = [row for one in surveys for row in one.claim_rows]
    told = [row for row in figures if row.tier == "secondary"]
    accounts = {row.source for row in [*told, *claims]}
    counts = (
        len(surveys),
        len(sources),
        len(figures),
        len({row.iso3 for row in figures} - {WORLD, None}),
        len(told) + len(claims),
        len(claims),
        len(accounts),
        len({sources[name].lang.split("-")[0] for name in accounts & set(sources)}),
    )
    frame = pd.DataFrame({"what": list(TARGETS), "count": counts, "target": list(TARGETS.values())})
    return frame.assign(reached=frame["count"] >= frame["target"])


@contextmanager
def using(path: Path | str | None) -> Iterator[Path | None]:
    """The survey's folder to check (None: all), with its own data folder in use."""
    if path is None:
        yield None
        return
    folder = Path(path)
    if not folder.is_dir() and survey_folder(str(path)).is_dir():
        folder = survey_folder(str(path))
    if not folder.is_dir():
        raise DataError("is no folder; give a data folder, a survey's folder or the id of a survey.", file=str(path))
    folder = folder.absolute()
    whole = (folder / "aggregate").is_dir() or not any((folder / name).exists() for name in _FILES)
    base = folder if whole else folder.parents[1]
    elsewhere = (whole or (base / "aggregate") == folder.parent) and base not in data_folders()
    with in_use(base) if elsewhere else nullcontext():
        yield None if whole else folder


def _findings(chosen: Path | None) -> Iterator[Finding]:
    dictionary = list(_dictionary())
    yield from dictionary
    own, *joined = data_folders()
    folder = own / "aggregate"
    present = sorted(entry for entry in folder.iterdir() if entry.is_dir() or entry.is_symlink())
    found: dict[str, Path] = {}
    for base in (own, *joined):
        for name in surveys_in(base, drafts=base == own):
            found.setdefault(name, base / "aggregate" / name)
    surveys = [read_survey(found[name]) for name in sorted(found)]
    if chosen is None:
        yield from _folder(folder, present)
        yield from _reference(own / "reference")
        if not joined or descriptor_path().exists():
            yield from stale_descriptor(descriptor_path(), descriptor_text, "does not describe the data as it is now")
    elif chosen not in [survey.folder for survey in surveys]:
        surveys.append(read_survey(chosen))
    looked_at = [
        survey for survey in surveys if survey.folder == chosen or (chosen is None and survey.folder in present)
    ]
    yield from _cells(looked_at)
    for survey in looked_at:
        yield from survey.findings
    if not dictionary:
        trusted = _trusted(looked_at)
        for survey in looked_at:
            yield from _survey(survey, trusted)
    yield from _genealogy(surveys, looked_at)


def _trusted(surveys: list[Survey]) -> set[tuple[str, int]]:
    """The rows that would be preferred: (file, line)."""
    rows = [row for survey in surveys for row in survey.rows if row.value == row.value]
    best = preferred(frame_of(rows)) if rows else pd.DataFrame(columns=["file", "line"])
    return set(zip(best["file"].tolist(), best["line"].tolist(), strict=True))


def _folder(folder: Path, present: list[Path]) -> Iterator[Finding]:
    if not present:
        yield Finding(
            "error", relative(folder), 0, "", "", "holds no survey", "add a survey's folder ('exposure new' makes one)."
        )
    yield from _names(present)
    for entry in present:
        if not (entry / "survey.toml").exists():
            yield Finding("error", relative(entry), 0, "", "", "has no survey.toml", "add it, or remove the folder.")


def _names(folders: list[Path]) -> Iterator[Finding]:
    """The names of surveys' folders: they become ids, names of files on every system, and parts of addresses."""
    seen: dict[str, str] = {}
    for entry in folders:
        name, fault = entry.name, ""
        twin = seen.setdefault(name.casefold(), name)
        if name.startswith("."):
            fault = "is a hidden folder, whose survey is not read"
        elif twin != name:
            fault = "has a name that another folder has but for its case"
        elif len(name) > _LONGEST_NAME or not re.fullmatch(fields.KEBAB, name):
            fault = "has a name that is no id of a survey"
        elif name in _RESERVED:
            fault = "has a name that is reserved on Windows"
        if fault:
            shown = relative(entry) if re.fullmatch(r"[\w.-]{1,64}", name) else relative(entry.parent)
            remedy = "rename it: publisher, year, month in small letters with dashes, at most 64 characters."
            yield Finding("error", shown, 0, "", "", fault, remedy)


def _dictionary() -> Iterator[Finding]:
    own, *joined = data_folders()
    path = own / "aggregate" / "measures.toml"
    if joined and not path.exists():
        return
    try:
        table = read_toml(path)
        refuse_identifying_texts(table, file=relative(path))
    except ExposureError as error:
        yield Finding.of(error)
        return
    text = read_text(path)
    for measure, key, fault in faults_of(table):
        expectation, _, remedy = fault.rpartition("; ")
        yield Finding("error", relative(path), toml_line(text, measure), key, measure, expectation, remedy)


# One survey -------------------------------------------------------------------------------------


def _cells(surveys: list[Survey]) -> Iterator[Finding]:
    """What stands in cells that must not, every survey in one go."""
    read = {"sources.csv": "source_rows", "figures.csv": "printed_rows", "claims.csv": "claim_rows"}
    for name, part in read.items():
        yield from cell_findings(
            [(relative(survey.folder / name), getattr(survey, part)) for survey in surveys], fields.FILES[name]
        )


def cell_findings(tables: list[tuple[str, list[Any]]], columns: tuple[fields.Field, ...]) -> Iterator[Finding]:
    """What stands in cells that must not: by the list of columns, cell by cell.

    Parameters
    ----------
    tables
        The name of each file, and its rows as :func:`analysis.datafolder.read_rows` gives them.
    columns
        What may stand in them; a column ``url`` may hold addresses of publications.
    """
    cells = []
    for file, rows in tables:
        kept, found = without_identifiers(file, rows, {"url"})
        yield from found
        cells += [(file, row) for row in kept]
    known = {field.name: field for field in columns}
    for column, check, position in _failures([row for _, row in cells], columns):
        (file, row), field = cells[position], known[column]
        match check:
            case "needed":
                fault = "is empty", field.description
            case "choices":
                fault = f"is not one of {', '.join(field.choices)}", "choose one."
            case _:
                fault = "is not written as expected", f"write it like {field.example or field.pattern}."
        yield Finding("error", file, row.line, column, getattr(row, column), *fault)
    for file, row in cells:
        for column in _LANGUAGES & set(known):
            if (tag := getattr(row, column)) and not _is_language(tag):
                yield Finding(
                    "error",
                    file,
                    row.line,
                    column,
                    tag,
                    "is not a language that CLDR knows",
                    "write its tag, such as en or pt.",
                )
        for column in _DATES & set(known):
            if len(day := getattr(row, column)) == 10 and not _is_day(day):
                yield Finding("error", file, row.line, column, day, "is not a day of the calendar", "correct the date.")


def _failures(rows: list[Any], columns: tuple[fields.Field, ...]) -> Iterator[tuple[str, str, int]]:
    """The cells that a schema refuses: column, kind of check, position of the row."""
    if not rows:
        return
    import pandera.pandas as pa

    def needed(cells: Any) -> Any:
        return cells != ""

    def written(pattern: str) -> Callable[[Any], Any]:
        return lambda cells: (cells == "") | cells.str.match(pattern)

    def chosen(choices: Any) -> Callable[[Any], Any]:
        return lambda cells: (cells == "") | cells.isin(choices)

    schema = {}
    for field in columns:
        checks = []
        if field.needed:
            checks.append(pa.Check(needed, error="needed"))
        if field.choices:
            checks.append(pa.Check(chosen(field.choices), error="choices"))
        elif field.pattern:
            checks.append(pa.Check(written(field.pattern), error="pattern"))
        schema[field.name] = pa.Column(None, checks)
    try:
        pa.DataFrameSchema(schema).validate(pd.DataFrame(rows).astype(dict.fromkeys(schema, "str")), lazy=True)
    except pa.errors.SchemaErrors as errors:
        cases = errors.failure_cases
        yield from zip(cases["column"], cases["check"], cases["index"].astype(int), strict=True)


def _survey(survey: Survey, trusted: set[tuple[str, int]]) -> Iterator[Finding]:
    yield from _undecided(survey)
    for extra in sorted({entry.name for entry in survey.folder.iterdir()} - {*_FILES, DRAFT, *DRAFT_FILES}):
        yield Finding(
            "note",
            relative(survey.folder / extra),
            0,
            "",
            "",
            "is no file of a survey",
            f"the files are {', '.join(_FILES)}.",
        )
    yield from _dates(survey)
    # A measure that no dictionary has is a finding of its own; nothing more can be said of such a row.
    kind_of = kinds()
    known = [row for row in survey.rows if row.value == row.value and row.sense in kind_of and row.measure in kind_of]
    yield from _doubles(known)
    yield from _two_primaries(survey, known)
    yield from _totals(survey, known, trusted)
    for row in known:
        if kind_of[row.measure] == "count" and abs(row.value - round(row.value)) > 1e-9 * row.value:
            yield _at(
                row,
                "figure",
                row.figure,
                f"is no whole number, but '{row.measure}' counts",
                "is a scale word (million) missing, or the language wrong?",
                "note",
            )
    telling = {row.source for row in [*survey.printed_rows, *survey.claim_rows]}
    telling |= set(" ".join(row.derived_from for row in survey.source_rows).split())
    for row in survey.source_rows:
        if row.source not in telling:
            yield Finding(
                "note",
                relative(survey.folder / "sources.csv"),
                row.line,
                "source",
                row.source,
                "has no figure and no claim, and no other source retells it",
                "add what it prints, or remove it.",
            )


def _undecided(survey: Survey) -> Iterator[Finding]:
    """The rows of a draft that a person must settle; until then nothing of the survey is read as data."""
    file = relative(survey.folder / DRAFT)
    for row in survey.draft_rows:
        if row.decision not in ("accept", "drop") and not row.left_out:
            proposed = f"{row.measure or 'no measure yet'}, {row.place}, {row.locator}"
            doubt = f"; may be mixed up: {row.mixed_up_with}" if row.mixed_up_with else ""
            yield Finding(
                "error",
                file,
                row.line,
                "decision",
                row.figure,
                f"is undecided ({proposed}{doubt})",
                "settle it with 'exposure review'.",
            )


def _dates(survey: Survey) -> Iterator[Finding]:
    file = relative(survey.folder / "sources.csv")
    begun = survey.meta["scan_from"]
    # A source that says nothing of this survey stands here as what others retell; it may be older.
    telling = {row.source for row in [*survey.printed_rows, *survey.claim_rows]}
    for row in survey.source_rows:
        if row.source in telling and row.published and begun and later(begun, row.published):
            yield Finding(
                "error",
                file,
                row.line,
                "published",
                row.published,
                f"is before the scan begins ({begun})",
                "correct the date, or put the source where it belongs.",
            )
    for row in survey.rows:
        if row.scan_from and row.scan_to and later(row.scan_from, row.scan_to):
            yield _at(
                row, "scan_from", row.scan_from, f"the time begins after its end ({row.scan_to})", "correct the dates."
            )
        elif row.scan_from and row.scan_from != begun and row.published and later(row.scan_from, row.published):
            yield _at(
                row,
                "scan_from",
                row.scan_from,
                f"begins after the source was published ({row.published})",
                "correct the dates.",
            )


def _doubles(figures: list[Figure]) -> Iterator[Finding]:
    """A source that prints one thing twice: the same row, or two numbers and no note."""
    for same in _grouped(figures, ["source", "place_id", "measure", "asset", "scan_from", "scan_to"]):
        for first, second in _pairs(same):
            if (first.figure, first.locator) == (second.figure, second.locator):
                yield _at(
                    second,
                    "figure",
                    second.figure,
                    f"stands on line {first.line} too: same source, place, measure and locator",
                    "remove one of the two.",
                )
            elif not meet(first, second) and not _excused(first, second):
                yield _at(
                    second,
                    "figure",
                    second.figure,
                    f"contradicts {first.figure!r} on line {first.line}: same source, place and measure",
                    "correct one, or say in the note of one why there are two.",
                )


def _two_primaries(survey: Survey, figures: list[Figure]) -> Iterator[Finding]:
    for same in _grouped([row for row in figures if row.tier == "primary"], KEY):
        for first, second in _pairs(same):
            if first.source == second.source or meet(first, second) or _excused(first, second):
                continue
            if not survey.cause({first.sense, first.measure, second.measure}, first.place, first.iso3):
                yield _at(
                    second,
                    "figure",
                    second.figure,
                    f"contradicts {first.figure!r} of {first.source} (line {first.line}): "
                    "two primary figures for one key",
                    "say in the note of one, or as a [[cause]] in survey.toml, why there are two.",
                )


def _pairs(same: list[Figure]) -> Iterator[tuple[Figure, Figure]]:
    """Rows to hold against one another: each with each; of very many each with the first, so that time stays linear."""
    if len(same) <= _FEW:
        yield from combinations(same, 2)
    else:
        yield from ((same[0], row) for row in same[1:])


def _excused(first: Figure, second: Figure) -> bool:
    """Whether a note tells why there are two; the same note on both tells nothing."""
    return first.note != second.note


def _grouped(figures: list[Figure], key: list[str]) -> list[list[Figure]]:
    groups: dict[tuple[Any, ...], list[Figure]] = {}
    for row in figures:
        groups.setdefault(tuple(getattr(row, name) for name in key), []).append(row)
    return list(groups.values())


def _totals(survey: Survey, figures: list[Figure], trusted: set[tuple[str, int]]) -> Iterator[Finding]:
    """Totals that are smaller than one of their parts: the world and its countries, a country and its states."""
    additive = measures()["additive"].to_dict()
    for same in _grouped([row for row in figures if additive[row.sense]], ["sense", "asset", "scan_from", "scan_to"]):
        below = _parts_by_whole(same)
        sums = {whole: _least(parts, trusted) for whole, parts in below.items()}
        for total in same:
            parts = below.get(_whole(total), [])
            leading = (total.file, total.line) in trusted
            for part in itertools.takewhile(
                cast("Callable[[Figure], bool]", lambda part, total=total: total.high < part.low), parts
            ):
                own = part.source == total.source
                if own or ((part.file, part.line) in trusted and (leading or total.tier == "primary")):
                    why = survey.cause({total.sense, total.measure, part.measure}, total.place, total.iso3)
                    why = why or survey.cause({part.sense, part.measure}, part.place, part.iso3)
                    yield _at(
                        total,
                        "figure",
                        total.figure,
                        f"the total for {total.place} is smaller than its part {part.place} "
                        f"({part.figure!r}, line {part.line})",
                        f"known: {why}" if why else "correct one of them, or name the cause in survey.toml.",
                        "note" if why else "error",
                    )
            number, lowest = sums.get(_whole(total), (0, 0.0))
            if leading and number > 1 and total.high < lowest:
                yield _at(
                    total,
                    "figure",
                    total.figure,
                    f"the parts of {total.place} add up to {lowest:,.0f} at least",
                    "look whether they count the same.",
                    "note",
                )


def _parts_by_whole(figures: list[Figure]) -> dict[str, list[Figure]]:
    """The parts of the world and of each country, those first that have the most at least."""
    below: dict[str, list[Figure]] = {}
    for row in figures:
        if row.iso3 not in (None, WORLD):
            below.setdefault(WORLD, []).append(row)
        if row.place_kind == "sub-national" and row.parent:
            below.setdefault(row.parent, []).append(row)
    return {whole: sorted(parts, key=lambda row: -row.low) for whole, parts in below.items()}


def _whole(total: Figure) -> str:
    return total.iso3 or ""


def _least(parts: list[Figure], trusted: set[tuple[str, int]]) -> tuple[int, float]:
    """How many of the parts are the preferred ones, and what they add up to at least."""
    lows = [part.low for part in parts if (part.file, part.line) in trusted]
    return len(lows), sum(lows)


def _at(row: Figure, column: str, value: str, expectation: str, remedy: str, severity: str = "error") -> Finding:
    return Finding(severity, row.file, row.line, column, value, expectation, remedy)


@functools.cache
def _is_language(tag: str) -> bool:
    from babel import Locale, UnknownLocaleError

    try:
        Locale.parse(tag, sep="-")
    except (UnknownLocaleError, ValueError):
        return False
    return True


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


# Between surveys --------------------------------------------------------------------------------


def _genealogy(surveys: list[Survey], looked_at: list[Survey]) -> Iterator[Finding]:
    """What retells what: no source retells itself, one that is not there, or one that retells it."""
    # One's own description of a publication is held against the shipped one, not the other way round.
    rows = [
        (survey, row)
        for survey in sorted(surveys, key=lambda survey: survey in looked_at)
        for row in survey.source_rows
    ]
    parents: dict[str, set[str]] = {}
    for _, row in rows:
        parents.setdefault(row.source, set()).update(row.derived_from.split())
    first: dict[str, tuple[str, Any]] = {}
    for survey, row in rows:
        told = survey in looked_at
        file = relative(survey.folder / "sources.csv")
        for parent in row.derived_from.split():
            fault = None
            if parent == row.source:
                fault = "derives from itself", "name what it retells."
            elif parent not in parents:
                fault = "is not a source of any survey", "add it to sources.csv (seen: quoted), or correct the id."
            elif row.source in _ancestors(parent, parents):
                fault = f"derives in turn from {row.source}", "cut the circle where the text does not name the other."
            if fault and told:
                yield Finding("error", file, row.line, "derived_from", parent, *fault)
        other_file, other = first.setdefault(row.source, (file, row))
        for column in ("published", "lang", "publisher", "title", "url"):
            if told and getattr(row, column) != getattr(other, column) and other_file != file:
                yield Finding(
                    "error",
                    file,
                    row.line,
                    column,
                    getattr(row, column),
                    f"differs from {getattr(other, column)!r} in {other_file}, line {other.line}: "
                    "one publication, one description",
                    "make them the same.",
                )


def _ancestors(source: str, parents: dict[str, set[str]]) -> set[str]:
    seen: set[str] = set()
    ahead = [source]
    while ahead:
        one = ahead.pop()
        if one not in seen:
            seen.add(one)
            ahead += parents.get(one, ())
    return seen


def _reference(folder: Path) -> Iterator[Finding]:
    """Reference tables are those that sources.toml describes, byte for byte."""
    index = folder / "sources.toml"
    if not folder.is_dir():
        return
    try:
        described = read_toml(index)
        refuse_identifying_texts({"described": list(described)}, file=relative(index))
        text = read_text(index)
    except ExposureError as error:
        yield Finding.of(error)
        return
    for name, entry in described.items():
        at = (relative(index), text[: max(text.find(f'["{name}"]'), 0)].count("\n") + 1)
        for key in ("title", "origin", "licence", "sha256"):
            if not entry.get(key):
                yield Finding("error", *at, key, name, f"the table has no '{key}'", "add it.")
        if not (folder / name).is_file():
            yield Finding(
                "error", *at, "", name, "is described here, but missing", "add the file, or remove its entry."
            )
        elif entry.get("sha256") and hashlib.sha256(read_regular(folder / name)).hexdigest() != entry["sha256"]:
            yield Finding(
                "error",
                relative(folder / name),
                0,
                "",
                "",
                "is not the file whose checksum sources.toml gives",
                "restore it, or give origin and checksum of the new one.",
            )
    there = {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith(".")
    }
    for name in sorted(there - set(described) - {"sources.toml"}):
        if not name.endswith((".txt", ".md")):
            yield Finding(
                "note",
                relative(folder / name),
                0,
                "",
                "",
                "is not described in sources.toml",
                "add its origin, licence and checksum.",
            )


def stale_descriptor(path: Path, made: Callable[[], str], told: str) -> Iterator[Finding]:
    """A note where a descriptor is not as it would be made now."""
    try:
        current = path.exists() and read_text(path) == made()
    except DataError:
        # A file that cannot be read is named by the check of its own.
        return
    if not current:
        yield Finding("note", relative(path), 0, "", "", told, "run 'python scripts/make_documents.py'.")
