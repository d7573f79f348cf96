"""Validation of the data folder: every fault and every oddity, with its place and a remedy."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import pandas as pd

from ..datafolder import (
    DRAFT,
    DRAFT_FILES,
    data_folders,
    in_use,
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
from .cell_faults import cell_findings
from .contradictions import broken_counts, doubles, impossible_dates, small_totals, two_primaries
from .corrections import CORRECTIONS, check_corrections
from .country_names import WORLD
from .faults import Finding, in_order, toml_line
from .genealogy import genealogy_faults
from .measures import faults_of, kinds
from .package import descriptor_path, descriptor_text
from .panel import frame_of
from .preferred import preferred
from .reference_tables import reference_faults, stale_descriptor
from .survey import Survey, read_survey
from .versions_compared import VERSION, number, read_table, version_of

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


def check(path: Path | str | None = None) -> pd.DataFrame:
    """Validate a data folder or one survey.

    Parameters
    ----------
    path
        A data folder, a survey's folder, or the id of a survey. Default: the data in use; where your own joins the
        shipped, your own.

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
    # What an identifier rule says about a cell stands alone; whatever else was said about it might show the value.
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
        raise DataError(
            "is not a folder", remedy="give a data folder, a survey's folder or the id of a survey", file=str(path)
        )
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
        yield from _version_faults(own)
        yield from reference_faults(own / "reference")
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
    yield from genealogy_faults(surveys, looked_at)


def _version_faults(folder: Path) -> Iterator[Finding]:
    """What is wrong with the version of the data and with the list of corrections."""
    try:
        version = version_of(folder)
        rows = read_table(folder / CORRECTIONS) if (folder / CORRECTIONS).is_file() else []
        check_corrections(rows, folder / CORRECTIONS)
    except ExposureError as error:
        yield Finding.of(error)
        return
    if version and rows and number(version) < number(rows[-1]["version"]):
        fault = f"the version is older than that of the last correction, {rows[-1]['version']}"
        yield Finding("error", relative(folder / VERSION), 1, "", version, fault, "raise it.")


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
            fault = "has a name that is not an id of a survey"
        elif name in _RESERVED:
            fault = "has a name that is reserved on Windows"
        if fault:
            if re.fullmatch(r"[\w.-]{1,64}", name):
                shown = relative(entry)
            else:
                shown, fault = relative(entry.parent), f"holds a folder that {fault}"
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
    for measure, key, fault, remedy in faults_of(table):
        yield Finding("error", relative(path), toml_line(text, measure), key, measure, fault, f"{remedy}.")


def _cells(surveys: list[Survey]) -> Iterator[Finding]:
    """What stands in cells that must not, every survey in one go."""
    read = {"sources.csv": "source_rows", "figures.csv": "printed_rows", "claims.csv": "claim_rows"}
    for name, part in read.items():
        yield from cell_findings(
            [(relative(survey.folder / name), getattr(survey, part)) for survey in surveys], fields.FILES[name]
        )


def _survey(survey: Survey, trusted: set[tuple[str, int]]) -> Iterator[Finding]:
    yield from _undecided(survey)
    for extra in sorted({entry.name for entry in survey.folder.iterdir()} - {*_FILES, DRAFT, *DRAFT_FILES}):
        yield Finding(
            "note",
            relative(survey.folder / extra),
            0,
            "",
            "",
            "is not a file of a survey",
            f"the files are {', '.join(_FILES)}.",
        )
    yield from impossible_dates(survey)
    # A measure that no dictionary has is a finding of its own; nothing more can be said of such a row.
    kind_of = kinds()
    known = [row for row in survey.rows if row.value == row.value and row.sense in kind_of and row.measure in kind_of]
    yield from doubles(known)
    yield from two_primaries(survey, known)
    yield from small_totals(survey, known, trusted)
    yield from broken_counts(known)
    telling = {row.source for row in [*survey.printed_rows, *survey.claim_rows]}
    telling |= set(" ".join(row.derived_from for row in survey.source_rows).split())
    for row in survey.source_rows:
        if row.tier == "secondary" and not row.published:
            file, fault = (
                relative(survey.folder / "sources.csv"),
                "the account has no date, so reviews of its claims bear none",
            )
            yield Finding(
                "note", file, row.line, "published", row.source, fault, "fill it as far as it is known: 2019."
            )
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
