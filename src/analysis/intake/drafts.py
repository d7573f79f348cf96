"""The folder of a draft: a survey's folder with ``draft.csv``, the numbers of a report and what was decided about each.

Decisions stay in the draft until it is finished; then the accepted rows become ``figures.csv``, ``draft.csv`` goes, and
only then are the figures data. ``report.json`` keeps the text that was read, ``decisions.log`` what can be undone.
"""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..datafolder import DRAFT
from ..errors import DataError, UnknownPlaceError
from ..figures import fields
from ..figures.places import locate
from ..figures.quantities import quantity
from ..figures.survey import read_survey
from ..language.catalogue import say
from ..writing import write_text
from .decision_log import Change, DecisionLog
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
    from collections.abc import Iterable, Sequence

    from filelock import FileLock


REPORT, CHART, LOG, LOCK = "report.json", "chart.json", "decisions.log", "draft.lock"
#: So many seconds one program waits for another to write a row.
_PATIENCE = 10
#: So many rows are named that contradict one.
_NAMED = 5
_MENDED = ("place", "measure", "figure")


class Draft:
    """A draft being settled, row by row; every decision is written down at once and can be undone until the end.

    Several programs may settle one draft: each reads the file again before it changes a row, under one lock.

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
                "is not a draft", remedy="name the folder that 'exposure extract --out' wrote", file=self.folder.name
            )
        if not (self.folder / DRAFT).exists():
            raise DataError(
                "has no row to settle", remedy="'exposure check' says what else is open", file=self.folder.name
            )
        self.rows: list[dict[str, str]] = []
        self._log = DecisionLog(self.folder / LOG)
        self._things: dict[tuple[str, str], list[int]] | None = None
        self.refresh()

    def refresh(self) -> None:
        """Read the rows as they are on disk now."""
        from ..figures.measures import kinds

        self._things = None
        survey = read_survey(self.folder)
        # Asked of every row, and the same for all of them.
        self._kinds = kinds()
        self._rules = [rule for rule in survey.meta["place"] if isinstance(rule, dict)]
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
        return self._json(REPORT)

    @property
    def chart(self) -> dict[str, str]:
        """What was chosen for the chart of this draft, own title and alternative text among it."""
        return self._json(CHART)

    def keep_chart(self, chosen: dict[str, str]) -> None:
        """Keep what was chosen for the chart."""
        with self._locked():
            write_text(self.folder / CHART, json.dumps(chosen, ensure_ascii=False, indent=1) + "\n")

    def tells_of(self, survey: str) -> None:
        """Name the survey that the report is about, with whose figures its numbers are compared."""
        with self._locked():
            told = self.report
            told["read"] = {**told.get("read", {}), "survey": survey}
            write_text(self.folder / REPORT, json.dumps(told, ensure_ascii=False, indent=1) + "\n")

    def _json(self, name: str) -> dict[str, Any]:
        file = self.folder / name
        return dict(json.loads(file.read_text("utf-8"))) if file.is_file() else {}

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to take back."""
        return bool(self._log.steps())

    def fault(self, position: int, lang: str = "en") -> str:
        """Why a row cannot be accepted as it stands, in a language; empty if it can."""
        row = self.rows[position]
        missing = next((name for name in ("measure", "place") if not row[name]), None)
        return _say(f"no_{missing}", lang) if missing else self._fault_of(row, _MENDED, lang)

    def _fault_of(self, row: dict[str, str], names: Iterable[str], lang: str = "en") -> str:
        """Why one of these fields of a row cannot be right; what is still empty is not asked for."""
        if "measure" in names and row["measure"] and row["measure"] not in self._kinds:
            return _say("not_a_measure", lang, measure=row["measure"])
        try:
            read = quantity(row["figure"], row["lang"] or None)
        except DataError as error:
            return error.message
        share = self._kinds.get(row["measure"]) == "share"
        if row["measure"] and (read.unit == "share") != share and not is_overridden(row, read):
            kind = "is_share" if read.unit == "share" else "is_count"
            return _say(kind, lang, figure=row["figure"], measure=row["measure"])
        if "place" in names and row["place"]:
            try:
                self._locate(row)
            except UnknownPlaceError as error:
                return error.message
        return ""

    def clash(self, position: int) -> list[int]:
        """The positions of other rows, five at the most, that give another number for the same measure and place."""
        row = self.rows[position]
        if not row["measure"] or not row["place"]:
            return []
        others = (
            at
            for at in self._by_thing().get((row["measure"], place_key(row)), ())
            if at != position
            and (not self.rows[at]["left_out"] or self.rows[at]["decision"] == "accept")
            and self.rows[at]["decision"] != "drop"
            and not may_agree(row, self.rows[at])
        )
        return list(itertools.islice(others, _NAMED))

    def _by_thing(self) -> dict[tuple[str, str], list[int]]:
        """The positions of the rows by their measure and place."""
        if self._things is None:
            self._things = {}
            for at, row in enumerate(self.rows):
                if row["measure"] and row["place"]:
                    self._things.setdefault((row["measure"], place_key(row)), []).append(at)
        return self._things

    def equal(self, position: int) -> list[int]:
        """The positions of other undecided rows that print the same number of the same thing, as far as known."""
        row = self.rows[position]
        return [
            at
            for at in self.undecided
            if at != position
            and (other := self.rows[at])["value"] == row["value"] != ""
            and other["measure"] in ("", row["measure"])
            and (not other["place"] or place_key(other) == place_key(row))
        ]

    def settle(self, positions: Sequence[int], decision: str, lang: str = "en", **changes: str) -> str:
        """Decide rows in one step, which one undo takes back.

        Parameters
        ----------
        positions
            The row that is looked at, then those that are settled with it.
        decision
            ``accept``, ``drop``, ``later``, or nothing to reopen.
        lang
            The language of the answer.
        **changes
            ``place``, ``measure`` or ``figure`` of the first row, mended with the decision. What the others do not say
            of measure and place, they take from it.

        Returns
        -------
        str
            Why it cannot be; nothing was changed then. Empty if it is done.
        """
        before = {at: dict(self.rows[at]) for at in positions}
        first = self.rows[positions[0]]
        fault = self._change(positions[0], changes, lang) if changes else ""
        for at in positions:
            row = self.rows[at]
            if decision == "accept":
                row.update((name, first[name]) for name in ("measure", "place") if not row[name])
                fault = fault or self.fault(at, lang)
            row["decision"] = decision
        if fault:
            for at, row in before.items():
                self.rows[at] = row
            return fault
        self._write(before)
        return ""

    def mend(self, position: int, **changes: str) -> str:
        """Change place, measure or figure of a row; return the fault that it then has, or nothing.

        A changed figure is read again; an interval given by a header (in thousands) goes with it.
        """
        before = {position: dict(self.rows[position])}
        if fault := self._change(position, changes):
            self.rows[position] = before[position]
            return fault
        self._write(before)
        return ""

    def _change(self, position: int, changes: dict[str, str], lang: str = "en") -> str:
        """Change fields of a row in memory; the fault that it then has."""
        row, before = self.rows[position], dict(self.rows[position])
        self._things = None
        row |= {name: value.strip() for name, value in changes.items()}
        if row["figure"] != before["figure"]:
            try:
                read = quantity(row["figure"], row["lang"] or None)
            except DataError as error:
                return error.message
            ends = {name: cell_text(getattr(read, name)) for name in ("value", "low", "high")}
            row |= ends | {"qualifier": read.qualifier}
        if fault := self._fault_of(row, changes, lang):
            return fault
        changed = {name: before[name] for name in _MENDED if row[name] != before[name]}
        kept = dict(one.split("=", 1) for one in before["was"].split("; ") if "=" in one)
        row["was"] = "; ".join(f"{name}={text}" for name, text in (changed | kept).items() if text != row[name])
        return ""

    def accept(self, position: int) -> None:
        """Settle a row as a figure; a number that was left out is thereby taken in.

        Raises
        ------
        DataError
            If it cannot be one as it stands.
        """
        if fault := self.settle([position], "accept"):
            raise DataError(f"{fault}.", file=DRAFT, line=position + 2)

    def drop(self, position: int) -> None:
        """Settle a row as no figure."""
        self.settle([position], "drop")

    def later(self, position: int) -> None:
        """Put a row off."""
        self.settle([position], "later")

    def reopen(self, position: int) -> None:
        """Take a decision back."""
        self.settle([position], "")

    def undo(self) -> int | None:
        """Take the last step back, whoever made it; the position of its row, or None if there is nothing to undo.

        A step that a killed program wrote down and did not do is passed over.
        """
        with self._locked():
            self.refresh()
            steps = self._log.steps()
            while steps:
                if (at := self._taken_back(steps.pop())) is not None:
                    write_text(self.folder / DRAFT, csv_text(self.rows))
                    self._log.keep(steps)
                    self._things = None
                    return at
            return None

    def _taken_back(self, step: list[Change]) -> int | None:
        """Take a step back in memory; where its first row is then, or None if it changes nothing."""
        by_id = {row["id"]: row for row in self.rows}
        touched = None
        for change in reversed(step):
            row = by_id.get(change.id)
            if row is None or (change.before is not None and row.items() >= change.before.items()):
                continue
            if change.before is None:
                touched = max(self.rows.index(row) - 1, 0)
                self.rows.remove(row)
            else:
                row |= change.before
                touched = self.rows.index(row)
        return touched

    def add(self, part: int, start: int, end: int) -> int:
        """Mark a passage of the text as a number; the position of its row, new where none stands there, to be settled.

        Raises
        ------
        DataError
            If the stretch is outside of the text, overlaps another number, or no number stands in it.
        """
        parts = self.report.get("parts", [])
        if not (0 <= part < len(parts) and 0 <= start < end <= len(parts[part]["text"])):
            raise DataError("is not a passage of the text", remedy="mark it again", file=DRAFT)
        said = parts[part]["text"][start:end]
        start, said = start + len(said) - len(said.lstrip()), said.strip()
        lang = next((row["lang"] for row in self.rows if row["lang"]), "")
        told = {"lang": lang, "locator": parts[part]["locator"], "part": str(part), "reason": "marked by hand"}
        told |= {"sentence": around(parts[part]["text"], start, start + len(said))}
        with self._locked():
            self.refresh()
            row = self._new_row(said, {**told, "start": str(start), "end": str(start + len(said))})
            at, there = next(((at, one) for at, one in enumerate(self.rows) if _overlap(one, row)), (-1, None))
            if there is not None and there["figure"] == said:
                return at
            if there is not None:
                raise DataError(
                    f"'{there['figure']}' is marked there already", remedy="change or split that one", file=DRAFT
                )
            self._write_new(row, {})
        return len(self.rows) - 1

    def split(self, position: int, cut: str) -> int:
        """Split a row into two numbers; the position of the second one, left to be settled as the first.

        Parameters
        ----------
        position
            The row.
        cut
            Its figure with a slash where it is cut; what stands between two slashes belongs to neither number.

        Raises
        ------
        DataError
            If that is not the row's figure with a slash, or a part of it is not a number.
        """
        row = self.rows[position]
        pieces = cut.strip().split("/")
        whole = [one for one in ("".join(pieces), "/".join(pieces)) if one == row["figure"]]
        if len(pieces) < 2 or not whole:
            raise DataError("has no slash to show where to cut", remedy=f"write it as in 5/10 for '{row['figure']}'")
        left, right = pieces[0].strip(), pieces[-1].strip()
        told = {name: row[name] for name in ("place", "measure", "lang", "locator", "sentence", "part")}
        if row["part"]:
            told |= {"end": row["end"], "start": str(int(row["end"]) - len(right))}
        with self._locked():
            self.refresh()
            new = self._new_row(right, told | {"reason": "split by hand"})
            changed = {"figure": left, "decision": "", **self._read(left, row["lang"])}
            if row["part"]:
                changed["end"] = str(int(row["start"]) + len(left))
            self._write_new(new, {row["id"]: changed})
        return len(self.rows) - 1

    @staticmethod
    def _read(said: str, lang: str) -> dict[str, str]:
        try:
            quantity(said, lang or None)
        except DataError as error:
            raise DataError(error.fact, remedy="mark the number alone", file=DRAFT) from None
        return read_figure(said, lang)

    def _new_row(self, said: str, told: dict[str, str]) -> dict[str, str]:
        number = 1 + max((int(row["id"]) for row in self.rows), default=0)
        row = dict.fromkeys(NAMES, "") | {"id": str(number), "figure": said, "confidence": "0"}
        return row | self._read(said, told["lang"]) | told

    def _write_new(self, row: dict[str, str], changed: dict[str, dict[str, str]]) -> None:
        """Write a new row, and what its coming changes in others, as one step; within the lock."""
        step = [Change(row["id"], None, row)]
        for other in self.rows:
            if (after := changed.get(other["id"])) is not None:
                step.append(Change(other["id"], {name: other[name] for name in after}, after))
                other.update(after)
        self.rows.append(row)
        self._things = None
        self._log.append(step)
        write_text(self.folder / DRAFT, csv_text(self.rows))

    def declare(self, place: str) -> None:
        """Declare a place that is not a country as a region of its own, in ``survey.toml``."""
        path = self.folder / "survey.toml"
        name = place.replace("\\", "").replace('"', "'")
        write_text(
            path,
            path.read_text("utf-8").rstrip("\n") + f'\n\n[[place]]\nname = "{name}"\nkind = "region"\nparent = ""\n',
        )
        self._rules = [*self._rules, {"name": name, "kind": "region", "parent": ""}]

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
            for name in (REPORT, CHART, LOG, DRAFT):
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

    def _write(self, before: dict[int, dict[str, str]]) -> None:
        """Write rows into the file as it is now, as one step: what others decided meanwhile stays."""
        mine = {(row := self.rows[at])["id"]: (old, dict(row)) for at, old in before.items()}
        with self._locked():
            self.refresh()
            by_id = {row["id"]: row for row in self.rows}
            if not mine.keys() <= by_id.keys():
                raise DataError("the row is no longer in the draft", remedy="open the draft again", file=DRAFT)
            step = []
            for id_, (old, new) in mine.items():
                names = [name for name, text in new.items() if old[name] != text]
                step.append(Change(id_, {name: old[name] for name in names}, {name: new[name] for name in names}))
                by_id[id_] |= step[-1].after
            self._log.append(step)
            write_text(self.folder / DRAFT, csv_text(self.rows))

    def _locked(self) -> FileLock:
        return locked(self.folder)

    def _locate(self, row: dict[str, str]) -> None:
        locate(row["place"], row["lang"] or None, rules=self._rules)


def locked(folder: Path) -> FileLock:
    """The lock under which one program at a time changes the files of a draft."""
    from filelock import FileLock

    return FileLock(folder / LOCK, timeout=_PATIENCE)


def _say(key: str, lang: str, **values: str) -> str:
    return say(key, lang, family="drafts", **values)


def _overlap(one: dict[str, str], other: dict[str, str]) -> bool:
    """Whether two rows stand on a letter that they share."""
    if not one["part"] or one["part"] != other["part"]:
        return False
    return int(one["start"]) < int(other["end"]) and int(other["start"]) < int(one["end"])
