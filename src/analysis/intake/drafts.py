"""The folder of a draft: a survey's folder with ``draft.csv``, the numbers of a report and what was decided of each.

Decisions stay in the draft until it is finished; then the accepted rows become ``figures.csv``, ``draft.csv`` goes, and
only then are the figures data. ``report.json`` keeps the text that was read, ``decisions.log`` what can be undone.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import unicodedata
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..datafolder import DRAFT
from ..errors import DataError, UnknownPlaceError
from ..figures import fields
from ..figures.places import locate
from ..figures.quantities import quantity
from ..figures.survey import read_survey
from ..writing import write_text
from .report_text import Finder, Part, around, as_json
from .skeleton import filled, new_survey, table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from filelock import FileLock

    from ..figures.quantities import Quantity
    from .blocks import Progress
    from .extract import Extraction

REPORT, LOG, LOCK = "report.json", "decisions.log", "draft.lock"
_NAMES = tuple(field.name for field in fields.DRAFT)
#: So many changes can be undone.
_STEPS = 200
#: So many seconds one program waits for another to write a row.
_PATIENCE = 10


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
        If the draft has no row, the name is no id, or the folder is there already.
    """
    folder = Path(folder)
    if found.draft.empty:
        raise DataError(
            "no figure was found in the report; nothing was written. Is it the right text, and its language "
            "right (--lang)?"
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
    more = {DRAFT: _csv(rows)}
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

    document = read_document(report, pages, progress)
    found = extract_document(document, lang, survey, progress)
    parts, withheld = kept_parts(document, found.document["lang"])
    if isinstance(report, Path) and report.is_file():
        told = {"name": report.name, "sha256": hashlib.sha256(report.read_bytes()).hexdigest()}
        found = replace(found, document=found.document | told)
    return found, write_draft(found, folder, parts, withheld)


def _rows_of(found: Extraction, parts: list[Part]) -> list[dict[str, str]]:
    """The rows of ``draft.csv``: what was drafted, then what was left out, each with its place in the text."""
    records = found.draft.to_dict("records")
    rows = [{**{name: _text(record.get(name)) for name in _NAMES}, "decision": ""} for record in records]
    for one in found.left_out:
        row = dict.fromkeys(_NAMES, "") | {"figure": one["text"], "locator": one["locator"]}
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
            row.update({"lang": lang} | _read(row["figure"], lang))
    return rows


def _read(figure: str, lang: str) -> dict[str, str]:
    """The value and interval of a number, if it can be read as one."""
    try:
        read = quantity(figure, lang or None)
    except DataError:
        return {}
    return {name: _text(getattr(read, name)) for name in ("value", "low", "high")} | {"qualifier": read.qualifier}


def _account_of(survey: str) -> dict[str, str]:
    """What an account of a survey that is known need not be asked for: who counted what, and when, is the survey's."""
    known = read_survey(survey).meta
    shared = {name: known[name] for name in ("surveyor", "scan_from", "scan_to", "asset")}
    return {
        "title": f"An account of {survey}",
        **shared,
        "no_primary": f"The surveyor's own publications are sources of {survey}.",
    }


class Draft:
    """A draft being settled, row by row; every decision is written down at once and can be undone until the end.

    Several programs may settle one draft: each reads the file anew before it changes a row, under one lock.

    Attributes
    ----------
    folder
        The survey's folder.
    rows
        Its rows, each a dictionary of texts by the columns of ``draft.csv``: drafted numbers, and those left out.
    """

    def __init__(self, folder: Path | str) -> None:
        self.folder = Path(folder).absolute()
        if not (self.folder / "survey.toml").exists():
            raise DataError("is no draft; name the folder that 'exposure extract --out' wrote.", file=self.folder.name)
        if not (self.folder / DRAFT).exists():
            raise DataError("has no row to settle; 'exposure check' says what else is open.", file=self.folder.name)
        self.rows: list[dict[str, str]] = []
        self.refresh()

    def refresh(self) -> None:
        """Read the rows as they are on disk now."""
        survey = read_survey(self.folder)
        rows = survey.draft_rows
        for fault in survey.faults(DRAFT):
            raise fault.error()
        self.rows = [{name: getattr(row, name, None) or "" for name in _NAMES} for row in rows]
        for number, row in enumerate(self.rows, 1):
            row["id"] = row["id"] or str(number)

    @property
    def undecided(self) -> list[int]:
        """The positions of the drafted rows that nobody has settled; one put off for later is among them."""
        return [at for at, row in enumerate(self.rows) if not row["left_out"] and row["decision"] in ("", "later")]

    @property
    def report(self) -> dict[str, Any]:
        """What was read: ``read``, ``parts`` and ``withheld``; empty of a draft that kept no text."""
        file = self.folder / REPORT
        return dict(json.loads(file.read_text("utf-8"))) if file.is_file() else {}

    def fault(self, position: int) -> str:
        """Why a row cannot be accepted as it stands; empty if it can."""
        row = self.rows[position]
        if not row["measure"]:
            return "it has no measure: mend it, or drop it (a share of a total is a claim, for claims.csv)"
        if not row["place"]:
            return "it has no place: mend it, or drop it"
        return self._fault_of(row, ("measure", "place", "figure"))

    def _fault_of(self, row: dict[str, str], names: Iterable[str]) -> str:
        """Why one of these fields of a row cannot be right; what is still empty is not asked for."""
        from ..figures.measures import kinds

        if "measure" in names and row["measure"] and row["measure"] not in kinds():
            return f"'{row['measure']}' is not a measure of measures.toml"
        try:
            read = quantity(row["figure"], row["lang"] or None)
        except DataError as error:
            return error.message
        share = kinds().get(row["measure"]) == "share"
        if row["measure"] and (read.unit == "share") != share and not _overridden(row, read):
            kind = "a share" if read.unit == "share" else "a count"
            return f"'{row['figure']}' is {kind}, and '{row['measure']}' is not"
        if "place" in names and row["place"]:
            try:
                self._locate(row)
            except UnknownPlaceError as error:
                return error.message
        return ""

    def clash(self, position: int) -> list[int]:
        """The positions of other rows that give another number for the same measure and place."""
        row = self.rows[position]
        if not row["measure"] or not row["place"]:
            return []
        return [
            at
            for at, other in enumerate(self.rows)
            if at != position
            and (not other["left_out"] or other["decision"] == "accept")
            and other["decision"] != "drop"
            and (other["measure"], _place_key(other)) == (row["measure"], _place_key(row))
            and not _meet(row, other)
        ]

    def mend(self, position: int, **changes: str) -> str:
        """Change place, measure or figure of a row; the fault that it then has, or nothing.

        A changed figure is read anew; an interval given by a header (in thousands) goes with it.
        """
        row = self.rows[position]
        before = dict(row)
        row |= {name: value.strip() for name, value in changes.items()}
        if row["figure"] != before["figure"]:
            try:
                read = quantity(row["figure"], row["lang"] or None)
            except DataError as error:
                self.rows[position] = before
                return error.message
            ends = {name: _text(getattr(read, name)) for name in ("value", "low", "high")}
            row |= ends | {"qualifier": read.qualifier}
        if fault := self._fault_of(row, changes):
            self.rows[position] = before
            return fault
        changed = {name: before[name] for name in ("place", "measure", "figure") if row[name] != before[name]}
        kept = dict(one.split("=", 1) for one in before["was"].split("; ") if "=" in one)
        row["was"] = "; ".join(f"{name}={text}" for name, text in (changed | kept).items() if text != row[name])
        self._write(position, before)
        return ""

    def accept(self, position: int) -> None:
        """Settle a row as a figure; a number that was left out is thereby taken in.

        Raises
        ------
        DataError
            If it cannot be one as it stands.
        """
        if fault := self.fault(position):
            raise DataError(f"{fault}.", file=DRAFT, line=position + 2)
        self._decide(position, "accept")

    def drop(self, position: int) -> None:
        """Settle a row as no figure."""
        self._decide(position, "drop")

    def later(self, position: int) -> None:
        """Put a row off."""
        self._decide(position, "later")

    def reopen(self, position: int) -> None:
        """Take a decision back."""
        self._decide(position, "")

    def undo(self) -> int | None:
        """Take the last change back, whoever made it; the position of its row, or None if there is nothing to undo."""
        with self._locked():
            log = self._log()
            if not log:
                return None
            last = log.pop()
            self.refresh()
            at = next((at for at, row in enumerate(self.rows) if row["id"] == last["id"]), None)
            if at is None:
                return None
            self.rows[at] |= last["before"]
            write_text(self.folder / DRAFT, _csv(self.rows))
            write_text(self.folder / LOG, "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in log))
            return at

    def add(self, part: int, start: int, end: int) -> int:
        """Mark a stretch of the text as a number; the position of its new row, left to be settled.

        Raises
        ------
        DataError
            If the stretch is outside of the text, or no number stands in it.
        """
        parts = self.report.get("parts", [])
        if not (0 <= part < len(parts) and 0 <= start < end <= len(parts[part]["text"])):
            raise DataError("is not a stretch of the text; mark it anew.", file=DRAFT)
        said = parts[part]["text"][start:end].strip()
        lang = next((row["lang"] for row in self.rows if row["lang"]), "")
        try:
            quantity(said, lang or None)
        except DataError as error:
            raise DataError(error.fact, remedy="mark the number alone", file=DRAFT) from None
        with self._locked():
            self.refresh()
            number = 1 + max((int(row["id"]) for row in self.rows), default=0)
            row = dict.fromkeys(_NAMES, "") | {
                "id": str(number),
                "figure": said,
                **_read(said, lang),
                "lang": lang,
                "locator": parts[part]["locator"],
                "sentence": around(parts[part]["text"], start, end),
                "confidence": "0",
                "reason": "marked by hand",
                "part": str(part),
                "start": str(start),
                "end": str(end),
            }
            self.rows.append(row)
            write_text(self.folder / DRAFT, _csv(self.rows))
        return len(self.rows) - 1

    def declare(self, place: str) -> None:
        """Declare a place that is no country as a region of its own, in ``survey.toml``."""
        path = self.folder / "survey.toml"
        name = place.replace("\\", "").replace('"', "'")
        write_text(
            path,
            path.read_text("utf-8").rstrip("\n") + f'\n\n[[place]]\nname = "{name}"\nkind = "region"\nparent = ""\n',
        )

    def finish(self) -> list[str]:
        """Make the accepted rows data: ``figures.csv``, then the status, then the draft's own files go.

        Until the last of these steps nothing of it is data; a crash in between leaves the draft, and finishing goes on.

        Returns
        -------
        list of str
            What still keeps it from being data: rows that are open, faults of the check. Empty if it is finished.
        """
        from ..figures.check import check

        with self._locked():
            self.refresh()
            if self.undecided:
                return [f"{len(self.undecided)} row(s) are undecided"]
            self._write_figures()
            found = check(self.folder)
            errors = found[(found["severity"] == "error") & (found["column"] != "status")]
            if len(errors):
                return [
                    f"{row.file}{f':{row.line}' if row.line else ''} {row.column}: {row.expectation} → {row.remedy}"
                    for row in errors.itertuples()
                ]
            path = self.folder / "survey.toml"
            write_text(path, filled(path.read_text("utf-8"), {"status": "published"}, {}))
            for name in (REPORT, LOG, DRAFT):
                (self.folder / name).unlink(missing_ok=True)
        (self.folder / LOCK).unlink(missing_ok=True)
        return []

    def _write_figures(self) -> None:
        survey = read_survey(self.folder)
        sources = survey.source_rows
        source = sources[0].source if sources else self.folder.name
        lang = sources[0].lang if sources else ""
        accepted = [_figure(row, source, lang) for row in self.rows if row["decision"] == "accept"]
        drafted = {_key(row) for row in accepted}
        known = [{name: getattr(row, name) for name in row._fields if name != "line"} for row in survey.printed_rows]
        mine = {_key({**row, "source": source}) for row in self.rows}
        kept = [row for row in known if _key(row) not in mine]
        unique = [row for key, row in {_key(row): row for row in accepted}.items() if key in drafted]
        write_text(self.folder / "figures.csv", table(fields.FIGURES, [*kept, *unique]))

    def _decide(self, position: int, decision: str) -> None:
        before = dict(self.rows[position])
        self.rows[position]["decision"] = decision
        self._write(position, before)

    def _write(self, position: int, before: dict[str, str]) -> None:
        """Write one row into the file as it is now: what others decided meanwhile stays."""
        mine = dict(self.rows[position])
        changed = {name: text for name, text in before.items() if mine[name] != text}
        with self._locked():
            self.refresh()
            at = next((at for at, row in enumerate(self.rows) if row["id"] == mine["id"]), None)
            if at is None:
                raise DataError("the row is no longer in the draft; open it anew.", file=DRAFT)
            told: dict[str, Any] = {
                "id": mine["id"],
                "before": changed,
                "after": {name: mine[name] for name in changed},
            }
            with open(self.folder / LOG, "a", encoding="utf-8", newline="\n") as log:
                log.write(json.dumps(told, ensure_ascii=False) + "\n")
            self.rows[at] |= told["after"]
            write_text(self.folder / DRAFT, _csv(self.rows))

    def _log(self) -> list[dict[str, Any]]:
        file = self.folder / LOG
        lines = file.read_text("utf-8").splitlines() if file.is_file() else []
        told = []
        for line in lines[-_STEPS:]:
            try:
                told.append(json.loads(line))
            except ValueError:
                continue  # a line that was being written when the program was killed
        return told

    def _locked(self) -> FileLock:
        from filelock import FileLock

        return FileLock(self.folder / LOCK, timeout=_PATIENCE)

    def _locate(self, row: dict[str, str]) -> None:
        rules = [rule for rule in read_survey(self.folder).meta["place"] if isinstance(rule, dict)]
        locate(row["place"], row["lang"] or None, rules=rules)


def describe_source(folder: Path, answers: dict[str, str], primary: bool | None = None) -> None:
    """Write what a person knows of the survey and of its source into ``survey.toml`` and ``sources.csv``.

    Parameters
    ----------
    folder
        The survey's folder.
    answers
        Keys of ``survey.toml`` with their texts; ``publisher`` and ``published`` are the source's.
    primary
        Whether the report is the surveyor's own; None leaves that open.
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


def _figure(row: dict[str, str], source: str, lang: str) -> dict[str, str]:
    figure = {name: row[name] for name in ("place", "measure", "figure", "locator")} | {
        "source": source,
        "asset": "",
        "note": "",
    }
    if row["lang"] and row["lang"] != lang:
        figure["lang"] = row["lang"]
    read = quantity(row["figure"], row["lang"] or None)
    if _overridden(row, read):
        figure |= {name: row[name] for name in ("value", "low", "high")} | {"note": "the table's header gives the unit"}
    return figure


def _overridden(row: dict[str, str], read: Quantity) -> bool:
    """Whether the row's value is another than its figure alone: a header counts in thousands, or in percent."""
    return bool(row["value"]) and abs(float(row["value"]) - read.value) > 1e-9 * max(abs(read.value), 1e-9)


def _key(row: dict[str, str]) -> tuple[str, ...]:
    return tuple(row.get(name, "") for name in ("source", "place", "measure", "figure", "locator"))


def _csv(rows: list[dict[str, str]]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, _NAMES, lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def _text(value: object) -> str:
    if value is None or value != value:
        return ""
    if isinstance(value, float):
        return f"{value:.15g}" if abs(value) < 1e15 and (value != round(value) or abs(value) < 1) else f"{value:.0f}"
    return str(value)


def _kebab(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.lower()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def _place_key(row: dict[str, str]) -> str:
    try:
        found = locate(row["place"], row["lang"] or None)
    except DataError:
        return row["place"].casefold()
    return found.iso3 or found.code or found.name


def _meet(one: dict[str, str], other: dict[str, str]) -> bool:
    """Whether two rows may print one number."""
    try:
        return float(one["low"]) <= float(other["high"]) and float(other["low"]) <= float(one["high"])
    except ValueError:
        return True
