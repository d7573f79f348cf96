"""The folder of a draft: a survey's folder with ``draft.csv``, the rows that nobody has settled yet.

What is accepted moves to ``figures.csv``; when nothing is left, ``draft.csv`` goes, and only then are the figures data.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

from ..datafolder import DRAFT
from ..errors import DataError, UnknownPlaceError
from ..figures import fields
from ..figures.places import locate
from ..figures.quantities import quantity
from ..figures.survey import read_survey
from ..writing import write_text
from .skeleton import filled, new_survey, table

if TYPE_CHECKING:
    import pandas as pd

_NAMES = tuple(field.name for field in fields.DRAFT)


def write_draft(draft: pd.DataFrame, folder: Path | str) -> list[Path]:
    """Write draft figures as a survey's folder with the status ``draft``.

    Parameters
    ----------
    draft
        What :func:`analysis.intake.extract.extract` gives.
    folder
        The folder to make; its name is the survey's id.

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
    if draft.empty:
        raise DataError(
            "no figure was found in the report; nothing was written. Is it the right text, and its language "
            "right (--lang)?"
        )
    document, told = draft.attrs.get("document", {}), draft.attrs.get("survey", "")
    published = document.get("published", "")
    publisher, url = document.get("publisher", ""), document.get("url", "")
    source = _kebab(f"{publisher} {published[:7]}") if publisher else folder.name
    row = {
        "source": source,
        "tier": "secondary",
        "published": published,
        "seen": "full",
        "lang": document.get("lang", ""),
        "publisher": publisher,
        "title": document.get("title", ""),
        "url": url if re.match(r"https?://", url) else "",
        "derived_from": " ".join(read_survey(told).meta["primary"][:1]) if told else "",
    }
    if source == row["derived_from"]:
        row |= {"source": folder.name, "derived_from": source}
    rows = [
        {**{name: _text(record.get(name)) for name in _NAMES}, "decision": ""} for record in draft.to_dict("records")
    ]
    meta = {"encoding": "Extracted from the text by rule, each row settled by a person."} | (
        _account_of(told) if told else {}
    )
    more = {DRAFT: _csv(rows)}
    return new_survey(folder.name, folder, meta=meta, rows={"sources.csv": [row]}, more=more)


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
    """A draft being settled, row by row.

    Attributes
    ----------
    folder
        The survey's folder.
    rows
        Its rows, each a dictionary of texts by the columns of ``draft.csv``.
    """

    def __init__(self, folder: Path | str) -> None:
        self.folder = Path(folder).absolute()
        if not (self.folder / "survey.toml").exists():
            raise DataError("is no draft; name the folder that 'exposure extract --out' wrote.", file=self.folder.name)
        if not (self.folder / DRAFT).exists():
            raise DataError("has no row to settle; 'exposure check' says what else is open.", file=self.folder.name)
        survey = read_survey(self.folder)
        rows = survey.draft_rows
        for fault in survey.faults(DRAFT):
            raise fault.error()
        self.rows = [{name: getattr(row, name) for name in _NAMES} for row in rows]

    @property
    def undecided(self) -> list[int]:
        """The positions of the rows that nobody has settled."""
        return [position for position, row in enumerate(self.rows) if not row["decision"]]

    def fault(self, position: int) -> str:
        """Why a row cannot be accepted as it stands; empty if it can."""
        from ..figures.measures import kinds

        row = self.rows[position]
        if not row["measure"]:
            return "it has no measure: mend it, or drop it (a share of a total is a claim, for claims.csv)"
        if row["measure"] not in kinds():
            return f"'{row['measure']}' is not a measure of measures.toml"
        try:
            read = quantity(row["figure"], row["lang"] or None)
        except DataError as error:
            return error.message
        if (read.unit == "share") != (kinds()[row["measure"]] == "share") and not _overridden(row, read):
            what = "a share" if read.unit == "share" else "a count"
            return f"'{row['figure']}' is {what}, and '{row['measure']}' is not"
        try:
            self._locate(row)
        except UnknownPlaceError as error:
            return error.message
        return ""

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
                row |= {
                    "value": _text(read.value),
                    "low": _text(read.low),
                    "high": _text(read.high),
                    "qualifier": read.qualifier,
                }
            except DataError as error:
                self.rows[position] = before
                return error.message
        if fault := self.fault(position):
            self.rows[position] = before
            return fault
        return ""

    def accept(self, position: int) -> None:
        """Settle a row as a figure.

        Raises
        ------
        DataError
            If it cannot be one as it stands.
        """
        if fault := self.fault(position):
            raise DataError(f"{fault}.", file=DRAFT, line=position + 2)
        self.rows[position]["decision"] = "accept"

    def drop(self, position: int) -> None:
        """Settle a row as no figure."""
        self.rows[position]["decision"] = "drop"

    def reopen(self, position: int) -> None:
        """Take a decision back."""
        self.rows[position]["decision"] = ""

    def save(self) -> None:
        """Write the decisions down; nothing of them is data yet."""
        write_text(self.folder / DRAFT, _csv(self.rows))

    def close(self) -> int:
        """Move what was accepted to ``figures.csv``, take what was settled out of the draft; how many rows are open.

        A crash in between leaves the decisions in the draft: closing again adds nothing twice.
        """
        self.save()
        survey = read_survey(self.folder)
        sources = survey.source_rows
        source = sources[0].source if sources else self.folder.name
        lang = sources[0].lang if sources else ""
        known = [{name: getattr(row, name) for name in row._fields if name != "line"} for row in survey.printed_rows]
        there = {_key(row) for row in known}
        for row in self.rows:
            figure = _figure(row, source, lang)
            if row["decision"] == "accept" and _key(figure) not in there:
                known.append(figure)
                there.add(_key(figure))
        write_text(self.folder / "figures.csv", table(fields.FIGURES, known))
        self.rows = [row for row in self.rows if not row["decision"]]
        if self.rows:
            self.save()
        else:
            (self.folder / DRAFT).unlink()
        return len(self.rows)

    def declare(self, place: str) -> None:
        """Declare a place that is no country as a region of its own, in ``survey.toml``."""
        path = self.folder / "survey.toml"
        name = place.replace("\\", "").replace('"', "'")
        write_text(
            path,
            path.read_text("utf-8").rstrip("\n") + f'\n\n[[place]]\nname = "{name}"\nkind = "region"\nparent = ""\n',
        )

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


def _overridden(row: dict[str, str], read) -> bool:
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
