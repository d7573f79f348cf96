"""Makes the folder of a draft from a report, and writes down what a person knows about its survey and source."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ..datafolder import DRAFT
from ..errors import DataError
from ..figures import fields
from ..figures.survey import read_survey
from ..identifiers import identifying
from ..writing import write_text
from .draft_rows import NAMES, cell_text, csv_text, read_figure
from .drafts import REPORT
from .report_text import Finder, Part, around, as_json
from .skeleton import filled, new_survey, table

if TYPE_CHECKING:
    from .blocks import Progress
    from .extract import Extraction


def write_draft(
    found: Extraction, folder: Path | str, parts: list[Part] | None = None, withheld: list[dict[str, str]] | None = None
) -> list[Path]:
    """Write draft figures as a survey's folder with the status ``draft``.

    Parameters
    ----------
    found
        What :func:`analysis.intake.extract.extract_document` gives.
    folder
        The folder to make; its name is the survey's id.
    parts, withheld
        The text of the report and where something of it was withheld, as `report_text.kept_parts` gives them; without
        them the draft knows no positions.

    Returns
    -------
    list of pathlib.Path
        The files written; together or not at all.

    Raises
    ------
    DataError
        If the draft has no row, the name is not an id, or the folder is there already.
    """
    folder = Path(folder)
    if found.draft.empty:
        raise DataError(
            "no figure was found in the report",
            remedy="nothing was written. Is it the right text, and its language right (--lang)?",
        )
    document, told = found.document, found.survey
    published, publisher, url = document["published"], document["publisher"], document["url"]
    source = _kebab(f"{publisher} {published[:7]}") if publisher else folder.name
    row = {
        "source": source,
        "tier": "secondary",
        "published": published,
        "seen": "full",
        "lang": document["lang"],
        "publisher": publisher,
        "title": document["title"],
        "url": url if re.match(r"https?://", url) else "",
        "derived_from": " ".join(read_survey(told).meta["primary"][:1]) if told else "",
    }
    if source == row["derived_from"]:
        row |= {"source": folder.name, "derived_from": source}
    rows = _rows_of(found, parts or [])
    meta = {"encoding": "Extracted from the text by rule, each row settled by a person."} | (
        _account_of(told) if told else {}
    )
    more = {DRAFT: csv_text(rows)}
    if parts:
        read = {name: document.get(name, "") for name in ("kind", "lang", "name", "sha256")} | {"survey": told}
        more[REPORT] = as_json(parts, withheld or [], read)
    return new_survey(folder.name, folder, meta=meta, rows={"sources.csv": [row]}, more=more)


def draft_report(
    report: Path | str,
    folder: Path | str,
    lang: str | None = None,
    survey: str | None = None,
    pages: str | None = None,
    progress: Progress | None = None,
) -> tuple[Extraction, list[Path]]:
    """Read a report and write its draft with the text, so that each number can be shown where it stands.

    Parameters
    ----------
    report
        A file, or the text itself.
    folder
        The folder of the draft; its name is the survey's id.
    lang, survey, pages, progress
        As for `extract`.

    Returns
    -------
    tuple
        What `extract_document` gives, and the files written.

    Raises
    ------
    DataError, IdentifierError
        As `extract` and `write_draft`.
    """
    from .documents import read_document
    from .extract import extract_document
    from .report_text import kept_parts

    file = report if isinstance(report, Path) and report.is_file() else None
    begun = _state(file)
    document = read_document(report, pages, progress)
    found = extract_document(document, lang, survey, progress)
    parts, withheld = kept_parts(document, found.document["lang"])
    if file is not None:
        # A file may be named after a system or a person.
        name = f"report{file.suffix}" if identifying(file.name) or identifying(file.stem) else file.name
        told = {"name": name, "sha256": hashlib.sha256(file.read_bytes()).hexdigest()}
        found = replace(found, document=found.document | told)
    if file is not None and _state(file) != begun:
        raise DataError("changed while it was read", remedy="read it again when it is finished", file=file.name)
    return found, write_draft(found, folder, parts, withheld)


def _state(file: Path | None) -> tuple[int, int] | None:
    """What changes when a file does; None where there is none, or it is gone."""
    if file is None or not file.exists():
        return None
    state = file.stat()
    return state.st_mtime_ns, state.st_size


def _rows_of(found: Extraction, parts: list[Part]) -> list[dict[str, str]]:
    """The rows of ``draft.csv``: what was drafted, then what was left out, each with its place in the text."""
    records = found.draft.to_dict("records")
    rows = [{**{name: cell_text(record.get(name)) for name in NAMES}, "decision": ""} for record in records]
    for one in found.left_out:
        row = dict.fromkeys(NAMES, "") | {"figure": one["text"], "locator": one["locator"]}
        rows.append(row | {"left_out": one.get("reason") or "other"})
    finder = Finder(parts)
    lang = found.document["lang"]
    for number, row in enumerate(rows, 1):
        row["id"] = str(number)
        if there := finder.place(row["figure"], row["locator"], row["sentence"]):
            row.update((name, str(value)) for name, value in there._asdict().items())
            if row["left_out"]:
                row["sentence"] = around(parts[there.part].text, there.start, there.end)
        if row["left_out"]:
            row.update({"lang": lang} | read_figure(row["figure"], lang))
    return rows


def _account_of(survey: str) -> dict[str, str]:
    """What an account of a survey that is known need not be asked for: who counted what, and when, is the survey's."""
    known = read_survey(survey).meta
    shared = {name: known[name] for name in ("surveyor", "scan_from", "scan_to", "asset")}
    return {
        "title": f"An account of {survey}",
        **shared,
        "no_primary": f"The authors' own publications are sources of {survey}.",
    }


def describe_source(folder: Path, answers: dict[str, str], primary: bool | None = None) -> None:
    """Write what a person knows about the survey and its source into ``survey.toml`` and ``sources.csv``.

    Parameters
    ----------
    folder
        The survey's folder.
    answers
        Keys of ``survey.toml`` with their texts; ``publisher`` and ``published`` are the source's.
    primary
        Whether the report is the authors' own; None leaves that open.
    """
    survey = read_survey(folder)
    rows = [{name: getattr(row, name) for name in row._fields if name != "line"} for row in survey.source_rows]
    path = folder / "survey.toml"
    text = path.read_text("utf-8")
    own = {name: answers[name] for name in ("publisher", "published") if answers.get(name)}
    if rows:
        rows[0] |= own
        if primary is not None:
            rows[0]["tier"] = "primary" if primary else "secondary"
    meta: dict[str, object] = {
        name: value for name, value in answers.items() if value and name not in ("publisher", "published")
    }
    if primary and rows:
        meta["primary"] = [rows[0]["source"]]
    elif primary is False:
        meta["no_primary"] = "Only this account of it was read."
    write_text(path, filled(text, meta, {}))
    write_text(folder / "sources.csv", table(fields.SOURCES, rows))


def _kebab(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.lower()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
