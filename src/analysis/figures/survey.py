"""One survey's folder: its files read, every figure and place in them understood, every fault kept.

Reading goes on after a fault, so that :mod:`check` can name them all. What would use a number
(:mod:`panel`) raises the first fault instead: never a wrong number.
"""

from __future__ import annotations

import math
import os
import re
import stat
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from ..datafolder import DRAFT, read_rows, read_text, read_toml, reference_file, relative, survey_folder
from ..errors import DataError, ExposureError, IdentifierError
from ..identifiers import refuse_identifying_texts
from ..language.typography import typeset
from ..remembering import remembered, remembered_property
from . import fields
from .causes import about_number
from .faults import Finding, fault_at, in_order, unknown_measure, unknown_source, without_identifiers
from .measures import dictionary_state, kinds
from .places import Place, locate, name_key
from .quantities import Quantity, quantity_of_each
from .survey_description import described, description_faults

#: Where the address of a publication may stand.
_WITH_ADDRESSES = {"sources.csv": ("url",)}
_PERCENT = re.compile(r"[%‰％]")
#: So many places of a survey that nobody knows are told with the nearest names.
_HINTS = 100


class Figure(NamedTuple):
    """A printed figure read: the panel's columns but ``country``, ``region`` and ``meant``.

    What is missing is None or NaN.
    """

    source: str
    survey: str
    tier: str | None
    seen: str | None
    published: str | None
    scan_from: str | None
    scan_to: str | None
    place: str
    iso3: str | None
    measure: str
    asset: str
    value: float
    low: float
    high: float
    qualifier: str | None
    figure: str
    locator: str
    lang: str | None
    note: str | None
    exact: bool
    digits: float
    parent: str | None
    place_kind: str
    place_id: str
    sense: str
    file: str
    line: int


class _Source(NamedTuple):
    """What is known about a source that is not there."""

    lang: str = ""
    tier: str = ""
    seen: str = ""
    published: str = ""


def read_survey(folder: Path | str) -> Survey:
    """A survey's folder, read when its parts are first asked for.

    Parameters
    ----------
    folder
        A survey's folder, or the id of one in the data folder.

    Returns
    -------
    Survey
        The same object as before while no file in the folder has changed; treat its frames as read-only.
    """
    folder = Path(folder) if isinstance(folder, Path) else survey_folder(folder)
    names = tuple((path := reference_file(f"{name}.csv"), state_of(path)) for name in ("place_names", "countries"))
    return _survey(folder, relative(folder), state_of(folder), dictionary_state(), names)


def state_of(path: Path) -> tuple[Any, ...]:
    """What changes when a file, or any file of a folder, changes: names, times and sizes."""
    try:
        state = os.lstat(path)  # asked some thousand times for a report: the quicker form
        if stat.S_ISREG(state.st_mode):
            return (path.name, state.st_mtime_ns, state.st_size)
        with os.scandir(path) as entries:
            files = sorted((one.name, one.stat(follow_symlinks=False)) for one in entries)
    except NotADirectoryError:  # a link to a file
        files = [(path.name, path.lstat())]
    except FileNotFoundError:
        return ()
    return tuple((name, state.st_mtime_ns, state.st_size) for name, state in files)


@remembered(256, by_arguments_alone=True)
def _survey(folder: Path, told_as: str, *states: tuple[Any, ...]) -> Survey:
    return Survey(folder)


class Survey:
    """One measurement campaign and all that was published about it; see :func:`read_survey`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.id = folder.name
        self._found: dict[str, list[Finding]] = {}
        self._unknown_places = 0

    def __repr__(self) -> str:
        return f"Survey({self.id!r})"

    @remembered_property
    def meta(self) -> dict[str, Any]:
        """``survey.toml``; ``primary`` is always a list, and every table is there, if only empty."""
        found = self._found["survey.toml"] = []
        table: dict[str, Any] = {}
        try:
            if self.folder.is_symlink() and not self.folder.resolve().is_relative_to(self.folder.parent.resolve()):
                raise DataError(
                    "is a symbolic link out of the data folder",
                    remedy="put the folder itself there",
                    file=self._file(""),
                )
            read = read_toml(self.folder / "survey.toml")
            refuse_identifying_texts(read, file=self._file("survey.toml"))
            table = read
        except ExposureError as error:
            found.append(Finding.of(error))
        # What has not the form that it must have is told below, and is not read.
        meta = described(table)
        if table:
            found += description_faults(
                table,
                meta,
                file=self._file("survey.toml"),
                text=read_text(self.folder / "survey.toml"),
                tiers={row.source: row.tier for row in self.source_rows},
                known=self._dictionary,
            )
        return meta

    @remembered_property
    def sources(self) -> pd.DataFrame:
        """``sources.csv`` as text, with ``line``."""
        return _frame(self.source_rows, fields.SOURCES)

    @remembered_property
    def claims(self) -> pd.DataFrame:
        """``claims.csv`` as text, with ``line``; empty if the survey has no such file.

        Raises the first fault of the file, or an :class:`IdentifierError`; ``claim_rows`` goes on after a fault.
        """
        rows = self.claim_rows
        for fault in self.faults("claims.csv"):
            raise fault.error()
        return _frame(rows, fields.CLAIMS)

    @remembered_property
    def figures(self) -> pd.DataFrame:
        """:attr:`rows` as a frame."""
        return pd.DataFrame(self.rows, columns=Figure._fields)

    @remembered_property
    def source_rows(self) -> list[Any]:
        """``sources.csv`` as named tuples of text, with ``line``."""
        sources = self._table("sources.csv")
        found = self._found["sources.csv"]
        tiers = next(one.choices for one in fields.SOURCES if one.name == "tier")
        seen: set[str] = set()
        file = self._file("sources.csv")
        for row in sources:
            at = {"file": file, "line": row.line}
            if row.tier not in tiers:
                found.append(fault_at(at, "tier", row.tier, f"is not one of {', '.join(tiers)}", "choose one."))
            if row.source in seen:
                found.append(
                    fault_at(
                        at,
                        "source",
                        row.source,
                        "is the id of a row above too",
                        "give each publication one row and an id of its own.",
                    )
                )
            seen.add(row.source)
        return sources

    @remembered_property
    def claim_rows(self) -> list[Any]:
        """``claims.csv`` as named tuples of text, with ``line``."""
        if not (self.folder / "claims.csv").exists():
            self._found["claims.csv"] = []
            return []
        claims = self._table("claims.csv")
        found = self._found["claims.csv"]
        known = self._dictionary
        langs = {row.source: row.lang for row in self.source_rows}
        file = self._file("claims.csv")
        for row in claims:
            at = {"file": file, "line": row.line}
            if row.source and row.source not in langs:
                found.append(unknown_source(at, row.source))
            for column in ("measure", "other_measure"):
                if (measure := getattr(row, column)) and known and measure not in known:
                    found.append(unknown_measure(at, column, measure, known))
            for column in ("place", "other_place"):
                if name := getattr(row, column):
                    self._place(name, langs.get(row.source, ""), found, {**at, "column": column})
        return claims

    @remembered_property
    def printed_rows(self) -> list[Any]:
        """``figures.csv`` as named tuples of text, with ``line``."""
        return self._table("figures.csv")

    @remembered_property
    def draft_rows(self) -> list[Any]:
        """``draft.csv`` as named tuples of text, with ``line``; empty where there is none."""
        return self._table(DRAFT) if (self.folder / DRAFT).exists() else []

    @remembered_property
    def rows(self) -> list[Figure]:
        """Every row of ``figures.csv`` read.

        A row that cannot be read keeps its text and has no numbers; ``findings`` says why.
        """
        printed = self.printed_rows
        found = self._found["figures.csv"]
        known, senses = self._dictionary, self.senses
        sources = {row.source: row for row in self.source_rows}
        nowhere = _Source()
        file = self._file("figures.csv")
        rows = []
        langs = [row.lang or sources.get(row.source, nowhere).lang for row in printed]
        figures = _figures_read(printed, langs)
        for row, lang, read in zip(printed, langs, figures, strict=True):
            at = {"file": file, "line": row.line}
            source = sources.get(row.source, nowhere)
            if source is nowhere and row.source:
                found.append(unknown_source(at, row.source))
            if row.measure and known and row.measure not in known:
                found.append(unknown_measure(at, "measure", row.measure, known))
            place = self._place(row.place, source.lang, found, {**at, "column": "place"})
            value, low, high, qualifier, digits = self._quantity(row, read, known.get(row.measure), found, at)
            rows.append(
                Figure(
                    source=row.source,
                    survey=self.id,
                    tier=source.tier or None,
                    seen=source.seen or None,
                    published=source.published or None,
                    scan_from=row.scan_from or self.meta["scan_from"] or None,
                    scan_to=row.scan_to or self.meta["scan_to"] or None,
                    place=row.place,
                    iso3=place.iso3,
                    measure=row.measure,
                    asset=row.asset or self.meta["asset"],
                    value=value,
                    low=low,
                    high=high,
                    qualifier=qualifier,
                    figure=row.figure,
                    locator=row.locator,
                    lang=lang or None,
                    note=row.note or None,
                    exact=row.exact == "yes",
                    digits=digits,
                    parent=place.parent,
                    place_kind=place.kind,
                    place_id=place_id(place),
                    sense=senses.get(row.measure, row.measure),
                    file=file,
                    line=row.line,
                )
            )
        return rows

    @remembered_property
    def senses(self) -> dict[str, str]:
        """Measure to the one under which it is filed, by ``[[same_sense]]``."""
        return {
            measure: group["measures"][0]
            for group in self.meta["same_sense"]
            if isinstance(group.get("measures"), list)
            for measure in group["measures"][1:]
        }

    @remembered_property
    def counted_apart(self) -> frozenset[str]:
        """The sources that tell of a count by others than the surveyor.

        Those that ``counted_apart`` names, and what only retells them.
        """
        parents = {row.source: row.derived_from.split() for row in self.source_rows}
        apart = set(self.meta["counted_apart"])
        while more := {
            one for one, retold in parents.items() if one not in apart and retold and apart.issuperset(retold)
        }:
            apart |= more
        return frozenset(apart)

    @property
    def findings(self) -> list[Finding]:
        """Every fault of the four files, by file and line."""
        for part in ("meta", "source_rows", "rows", "claim_rows", "draft_rows"):
            getattr(self, part)
        return sorted((one for part in self._found.values() for one in part), key=in_order)

    def faults(self, *files: str) -> list[Finding]:
        """The errors met so far in these files: first what identifies, then by file and line."""
        found = (one for file in files for one in self._found.get(file, []) if one.severity == "error")
        return sorted(found, key=lambda one: (not isinstance(one.cause, IdentifierError), in_order(one)))

    def place_name(self, printed: str, lang: str) -> str:
        """A declared place in a language, as its ``[[place]]`` says; nothing where it does not."""
        key = name_key(printed)
        rules = (rule for rule in self.meta["place"] if name_key(rule.get("name", "")) == key)
        return str(next((rule.get(lang, "") for rule in rules), ""))

    def cause(
        self,
        measures: set[str],
        place: str,
        iso3: str | None = None,
        lang: str = "en",
        number: tuple[float, float] | None = None,
    ) -> str:
        """The likely cause of disagreeing figures that ``[[cause]]`` gives for a measure and a place, or nothing.

        In ``lang``, where the entry has it in that language; ``why`` is in English. Of an entry that explains several
        numbers only the part is given that is about the ``number``, told by the ends of its interval.
        """
        causes: list[str] = []
        for entry in self.meta["cause"]:
            if entry.get("measure") not in {None, "", *measures}:
                continue
            named = entry.get("place", "")
            same = not named or name_key(named) == name_key(place)
            if not same and iso3:
                same = self._place(named, "", [], {}).iso3 == iso3
            why = typeset(about_number(entry, lang, number), lang)
            if same and why and not any(why.rstrip(".") in told for told in causes):
                causes.append(why)
        return " ".join(causes)

    # Reading ------------------------------------------------------------------------------------

    @remembered_property
    def _dictionary(self) -> dict[str, str]:
        try:
            return kinds()
        except ExposureError:
            return {}  # told as a fault of measures.toml; nothing here can then be called unknown

    def _file(self, name: str) -> str:
        return relative(self.folder / name)

    def _table(self, name: str) -> list[Any]:
        columns = fields.DRAFT if name == DRAFT else fields.FILES[name]
        faults: list[DataError] = []
        rows: list[Any] = []
        try:
            rows = read_rows(self.folder / name, fields.required(columns), fields.optional(columns), faults)
        except DataError as error:
            faults.append(error)
        # What identifies is told once and is gone before anything else is said about its row, which could repeat it.
        rows, identifying = without_identifiers(self._file(name), rows, _WITH_ADDRESSES.get(name, ()))
        self._found[name] = [*identifying, *(Finding.of(error) for error in faults)]
        return rows

    def _place(self, name: str, lang: str, found: list[Finding], at: dict[str, Any]) -> Place:
        key = (name, lang)
        if key not in self._places:
            try:
                rules = [rule for rule in self.meta["place"] if isinstance(rule, dict)]
                # Whoever has very many places that nobody knows needs no hint for each.
                nearest = self._unknown_places < _HINTS
                self._places[key] = locate(name, lang or None, rules=rules, nearest=nearest)
            except DataError as error:
                self._places[key] = error
                self._unknown_places += 1
        place = self._places[key]
        if isinstance(place, Place):
            return place
        # A file that cannot be read has declared nothing: its places are not the fault.
        if not any(one.severity == "error" and not one.column for one in self._found.get("survey.toml", [])):
            found.append(Finding.of(place, name, **at))
        return Place(name, None, None, "")

    @remembered_property
    def _places(self) -> dict[tuple[str, str], Place | DataError]:
        return {}

    def _quantity(
        self, row: Any, read: Quantity | DataError, kind: str | None, found: list[Finding], at: dict[str, Any]
    ) -> tuple[float, float, float, str | None, float]:
        given = {}
        for column in ("value", "low", "high"):
            text = getattr(row, column)
            if text and not re.match(fields._NUMBER, text):
                found.append(
                    fault_at(
                        at, column, text, "is not a plain number", "write digits with a point, such as 1500 or 0.25."
                    )
                )
            elif text:
                given[column] = float(text)
        qualifier, digits = None, math.nan
        if isinstance(read, DataError):
            if not {"low", "high"} <= set(given):
                found.append(Finding.of(read, row.figure, **at, column="figure"))
                return math.nan, math.nan, math.nan, None, math.nan
            low, high = given["low"], given["high"]
            value = given.get("value", (low + high) / 2)
        else:
            value, low, high = (given.get(name, getattr(read, name)) for name in ("value", "low", "high"))
            qualifier, digits = read.qualifier or None, read.digits
        fault = None
        if low > high:
            fault = ("low", row.low, f"low {low:,.15g} is above high {high:,.15g}", "exchange or correct them.")
        elif not low <= value <= high:
            fault = (
                "low" if row.low else "figure",
                row.low or row.figure,
                f"the interval from {low:,.15g} to {high:,.15g} does not hold {value:,.15g}",
                "correct low and high, or leave them empty.",
            )
        elif value < 0 or low < 0:
            fault = (
                "figure",
                row.figure,
                "is negative, which nothing counted here can be",
                "correct the figure; a fall is a claim of change (claims.csv).",
            )
        elif kind == "count" and (_PERCENT.search(row.figure) or 0 < value < 1):
            fault = (
                "figure",
                row.figure,
                f"is a share, but '{row.measure}' counts",
                "choose a measure of shares, or make it a claim (share_of) in claims.csv.",
            )
        elif kind == "share" and value > 1:
            fault = (
                "figure",
                row.figure,
                f"is not a share (0 to 1), but '{row.measure}' is one",
                "write the share as printed (36 %, one in ten), or choose a measure that counts.",
            )
        if fault:
            found.append(fault_at(at, *fault))
            return math.nan, math.nan, math.nan, None, math.nan
        return value, low, high, qualifier, digits


def _frame(rows: list[Any], columns: tuple[fields.Field, ...]) -> pd.DataFrame:
    names = [*fields.required(columns), *fields.optional(columns)]
    return pd.DataFrame(rows, columns=[*names, "line"]).astype({**dict.fromkeys(names, "str"), "line": "int64"})


def place_id(place: Place) -> str:
    """The same for every spelling: the country's code, the subdivision's, or the name's letters below its parent."""
    own = place.iso3 or place.code or name_key(place.name)
    return f"{place.parent}/{own}" if place.parent and not (place.iso3 or place.code) else own


def _figures_read(rows: list[Any], langs: list[str]) -> list[Quantity | DataError]:
    """What the printed figures of rows mean, or the errors why they mean nothing."""
    ways = [(lang, row.exact == "yes") for row, lang in zip(rows, langs, strict=True)]
    texts: dict[tuple[str, bool], list[str]] = {}
    for row, way in zip(rows, ways, strict=True):
        texts.setdefault(way, []).append(row.figure)
    read = {way: quantity_of_each(printed, way[0] or None, way[1]) for way, printed in texts.items()}
    return [read[way][row.figure] for row, way in zip(rows, ways, strict=True)]
