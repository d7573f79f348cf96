"""The folder of a draft: a survey's folder with ``draft.csv``, the numbers of a report and what was decided of each.

Decisions stay in the draft until it is finished; then the accepted rows become ``figures.csv``, ``draft.csv`` goes, and
only then are the figures data. ``report.json`` keeps the text that was read, ``decisions.log`` what can be undone.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..datafolder import DRAFT
from ..errors import DataError, UnknownPlaceError
from ..figures import fields
from ..figures.places import locate
from ..figures.quantities import quantity
from ..figures.survey import read_survey
from ..writing import write_text
from .draft_rows import (
    NAMES,
    accepted_figure,
    cell_text,
    csv_text,
    is_overridden,
    may_agree,
    place_key,
    read_figure,
    row_key,
)
from .report_text import around
from .skeleton import filled, table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from filelock import FileLock


REPORT, LOG, LOCK = "report.json", "decisions.log", "draft.lock"
#: So many changes can be undone.
_STEPS = 200
#: So many seconds one program waits for another to write a row.
_PATIENCE = 10


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
            raise DataError(
                "is no draft", remedy="name the folder that 'exposure extract --out' wrote", file=self.folder.name
            )
        if not (self.folder / DRAFT).exists():
            raise DataError(
                "has no row to settle", remedy="'exposure check' says what else is open", file=self.folder.name
            )
        self.rows: list[dict[str, str]] = []
        self.refresh()

    def refresh(self) -> None:
        """Read the rows as they are on disk now."""
        survey = read_survey(self.folder)
        rows = survey.draft_rows
        for fault in survey.faults(DRAFT):
            raise fault.error()
        self.rows = [{name: getattr(row, name, None) or "" for name in NAMES} for row in rows]
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
        if row["measure"] and (read.unit == "share") != share and not is_overridden(row, read):
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
            and (other["measure"], place_key(other)) == (row["measure"], place_key(row))
            and not may_agree(row, other)
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
            ends = {name: cell_text(getattr(read, name)) for name in ("value", "low", "high")}
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
            write_text(self.folder / DRAFT, csv_text(self.rows))
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
            raise DataError("is not a stretch of the text", remedy="mark it anew", file=DRAFT)
        said = parts[part]["text"][start:end].strip()
        lang = next((row["lang"] for row in self.rows if row["lang"]), "")
        try:
            quantity(said, lang or None)
        except DataError as error:
            raise DataError(error.fact, remedy="mark the number alone", file=DRAFT) from None
        with self._locked():
            self.refresh()
            number = 1 + max((int(row["id"]) for row in self.rows), default=0)
            row = dict.fromkeys(NAMES, "") | {
                "id": str(number),
                "figure": said,
                **read_figure(said, lang),
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
            write_text(self.folder / DRAFT, csv_text(self.rows))
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
        accepted = [accepted_figure(row, source, lang) for row in self.rows if row["decision"] == "accept"]
        drafted = {row_key(row) for row in accepted}
        known = [{name: getattr(row, name) for name in row._fields if name != "line"} for row in survey.printed_rows]
        mine = {row_key({**row, "source": source}) for row in self.rows}
        kept = [row for row in known if row_key(row) not in mine]
        unique = [row for key, row in {row_key(row): row for row in accepted}.items() if key in drafted]
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
                raise DataError("the row is no longer in the draft", remedy="open it anew", file=DRAFT)
            told: dict[str, Any] = {
                "id": mine["id"],
                "before": changed,
                "after": {name: mine[name] for name in changed},
            }
            with open(self.folder / LOG, "a", encoding="utf-8", newline="\n") as log:
                log.write(json.dumps(told, ensure_ascii=False) + "\n")
            self.rows[at] |= told["after"]
            write_text(self.folder / DRAFT, csv_text(self.rows))

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
