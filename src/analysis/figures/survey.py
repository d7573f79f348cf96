"""One survey's folder: its files read, every figure and place in them understood, every fault kept.

Reading goes on after a fault, so that :mod:`check` can name them all. What would use a number
(:mod:`panel`) raises the first fault instead: never a wrong number.
"""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from ..datafolder import DRAFT, read_rows, read_text, read_toml, relative, survey_folder
from ..errors import DataError, ExposureError, IdentifierError
from ..identifiers import identifying_texts, refuse_identifying_texts
from . import fields
from .measures import dictionary_state, kinds
from .places import Place, locate, name_key
from .quantities import Quantity, quantity

STATES = ("published", "draft")
HONEYPOTS = ("removed", "not removed", "not stated")
DUPLICATES = ("removed", "not removed", "not stated")
#  Of two lists: the second was only asked about the entries of the first, so that what it alone would have found is
# unknown.
DESIGNS = ("one-sided",)
PLACE_KINDS = ("country", "world", "region", "population", "sub-national")

_TEXTS = ("title", "surveyor", "programme", "status", "asset", "encoded", "encoding")
_KEYS = {
    *_TEXTS,
    "primary",
    "no_primary",
    "counted_apart",
    "revised",
    "scan_from",
    "scan_to",
    "known_errors",
    "licence",
    "method",
    "units",
    "same_sense",
    "place",
    "cause",
}
_METHOD = ("engine", "ports", "exposed", "open", "honeypots", "duplicates", "unit")
_METHOD_MORE = ("design", "comparable_with", "comparable_with_note", "not_comparable_with")
#  The form of what each key of survey.toml holds: a type, ``[form]``, ``{key: form}`` ("*": any other key), or several
# of them.
_FORMS = {
    **dict.fromkeys((*_TEXTS, "no_primary", "licence"), str),
    "primary": (str, [str]),
    "known_errors": [str],
    "counted_apart": [str],
    "units": {"*": str},
    "method": {
        "*": str,
        "comparable_with": [str],
        "comparable_with_note": {"*": str},
        "not_comparable_with": ([str], {"*": str}),
    },
    "same_sense": [{"*": str, "measures": [str]}],
    "place": [{"*": str}],
    "cause": [{"*": str}],
}
_DATES = ("scan_from", "scan_to", "encoded")
#: Where the address of a publication may stand.
_WITH_ADDRESSES = {"sources.csv": ("url",)}
_PERCENT = re.compile(r"[%‰％]")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong, or worth a look, in a file of the data folder.

    Attributes
    ----------
    severity
        ``error`` (must be mended) or ``note`` (should be looked at).
    file, line, column
        Where it is; the line is 0 and the column empty where there is none.
    value, expectation, remedy
        What stands there, what was expected, and what to do. An identifier's value is never repeated.
    """

    severity: str
    file: str
    line: int
    column: str
    value: str
    expectation: str
    remedy: str
    cause: ExposureError | None = field(default=None, compare=False, repr=False)

    @classmethod
    def of(cls, error: ExposureError, value: str = "", **place: Any) -> Finding:
        """A finding made of an error, its place filled in where the error does not know it."""
        error = error.at(**place)
        expectation, _, remedy = error.message.rpartition("; ")
        return cls(
            "error",
            error.file or "",
            error.line or 0,
            error.column or "",
            value,
            (expectation or error.message).rstrip("."),
            remedy if expectation else "correct it.",
            error,
        )

    def error(self) -> ExposureError:
        """The finding as an error to raise: the one that it was made of, or a :class:`DataError`."""
        if self.cause is not None:
            return self.cause
        shown = f"{self.value!r}: " if self.value else ""
        return DataError(
            f"{shown}{self.expectation}; {self.remedy}",
            file=self.file,
            line=self.line or None,
            column=self.column or None,
        )


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
    """What is known of a source that is not there."""

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
    return _survey(folder, state_of(folder), dictionary_state())


def state_of(path: Path) -> tuple[Any, ...]:
    """What changes when a file, or any file of a folder, changes: names, times and sizes."""
    files = sorted(path.iterdir()) if path.is_dir() else [path] if path.exists() else []
    return tuple((file.name, (state := file.lstat()).st_mtime_ns, state.st_size) for file in files)


@functools.lru_cache(maxsize=256)
def _survey(folder: Path, state: tuple[Any, ...], dictionary: tuple[Any, ...]) -> Survey:
    return Survey(folder)


class Survey:
    """One measurement campaign and all that was published about it; see :func:`read_survey`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.id = folder.name
        self._found: dict[str, list[Finding]] = {}

    def __repr__(self) -> str:
        return f"Survey({self.id!r})"

    @cached_property
    def meta(self) -> dict[str, Any]:
        """``survey.toml``; ``primary`` is always a list, and every table is there, if only empty."""
        found = self._found["survey.toml"] = []
        table: dict[str, Any] = {}
        try:
            if self.folder.is_symlink() and not self.folder.resolve().is_relative_to(self.folder.parent.resolve()):
                raise DataError(
                    "is a symbolic link out of the data folder; put the folder itself there.", file=self._file("")
                )
            read = read_toml(self.folder / "survey.toml")
            refuse_identifying_texts(read, file=self._file("survey.toml"))
            table = read
        except ExposureError as error:
            found.append(Finding.of(error))
        # What has not the form that it must have is told below, and is not read.
        kept = {key: value for key, value in table.items() if _has_form(value, _FORMS.get(key, object))}
        kept |= {key: "" for key in _DATES if not isinstance(kept.get(key, ""), str)}
        primary = kept.get("primary", [])
        meta = {
            **kept,
            "primary": [primary] if isinstance(primary, str) and primary else list(primary),
            **{key: kept.get(key, "") for key in (*_TEXTS, "scan_from", "scan_to", "no_primary")},
            "revised": kept.get("revised", False),
            **{key: kept.get(key, {}) for key in ("method", "units")},
            **{key: kept.get(key, []) for key in ("same_sense", "place", "cause", "known_errors", "counted_apart")},
        }
        if table:
            found += self._faults_of_meta(table, meta)
        return meta

    @cached_property
    def sources(self) -> pd.DataFrame:
        """``sources.csv`` as text, with ``line``."""
        return _frame(self.source_rows, fields.SOURCES)

    @cached_property
    def claims(self) -> pd.DataFrame:
        """``claims.csv`` as text, with ``line``; empty if the survey has no such file.

        Raises the first fault of the file, or an :class:`IdentifierError`; ``claim_rows`` goes on after a fault.
        """
        rows = self.claim_rows
        for fault in self.faults("claims.csv"):
            raise fault.error()
        return _frame(rows, fields.CLAIMS)

    @cached_property
    def figures(self) -> pd.DataFrame:
        """:attr:`rows` as a frame."""
        return pd.DataFrame(self.rows, columns=Figure._fields)

    @cached_property
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
                found.append(_finding(at, "tier", row.tier, f"is not one of {', '.join(tiers)}", "choose one."))
            if row.source in seen:
                found.append(
                    _finding(
                        at,
                        "source",
                        row.source,
                        "is the id of a row above too",
                        "give each publication one row and an id of its own.",
                    )
                )
            seen.add(row.source)
        return sources

    @cached_property
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
                found.append(_unknown_source(at, row.source))
            for column in ("measure", "other_measure"):
                if (measure := getattr(row, column)) and known and measure not in known:
                    found.append(_unknown_measure(at, column, measure, known))
            for column in ("place", "other_place"):
                if name := getattr(row, column):
                    self._place(name, langs.get(row.source, ""), found, {**at, "column": column})
        return claims

    @cached_property
    def printed_rows(self) -> list[Any]:
        """``figures.csv`` as named tuples of text, with ``line``."""
        return self._table("figures.csv")

    @cached_property
    def draft_rows(self) -> list[Any]:
        """``draft.csv`` as named tuples of text, with ``line``; empty where there is none."""
        return self._table(DRAFT) if (self.folder / DRAFT).exists() else []

    @cached_property
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
        for row in printed:
            at = {"file": file, "line": row.line}
            source = sources.get(row.source, nowhere)
            if source is nowhere and row.source:
                found.append(_unknown_source(at, row.source))
            if row.measure and known and row.measure not in known:
                found.append(_unknown_measure(at, "measure", row.measure, known))
            place = self._place(row.place, source.lang, found, {**at, "column": "place"})
            lang = row.lang or source.lang
            value, low, high, qualifier, digits = self._quantity(row, lang, known.get(row.measure), found, at)
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

    @cached_property
    def senses(self) -> dict[str, str]:
        """Measure to the one under which it is filed, by ``[[same_sense]]``."""
        return {
            measure: group["measures"][0]
            for group in self.meta["same_sense"]
            if isinstance(group.get("measures"), list)
            for measure in group["measures"][1:]
        }

    @cached_property
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

    def cause(self, measures: set[str], place: str, iso3: str | None = None) -> str:
        """The likely cause of disagreeing figures that ``[[cause]]`` gives for a measure and a place, or nothing."""
        causes = []
        for entry in self.meta["cause"]:
            if entry.get("measure") not in {None, "", *measures}:
                continue
            named = entry.get("place", "")
            same = not named or name_key(named) == name_key(place)
            if not same and iso3:
                same = self._place(named, "", [], {}).iso3 == iso3
            if same and entry.get("why") not in causes:
                causes.append(entry.get("why", ""))
        return " ".join(causes)

    # Reading ------------------------------------------------------------------------------------

    @cached_property
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
        # What identifies is told once and is gone before anything else is said of its row, which could repeat it.
        rows, identifying = without_identifiers(self._file(name), rows, _WITH_ADDRESSES.get(name, ()))
        self._found[name] = [*identifying, *(Finding.of(error) for error in faults)]
        return rows

    def _place(self, name: str, lang: str, found: list[Finding], at: dict[str, Any]) -> Place:
        key = (name, lang)
        if key not in self._places:
            try:
                rules = [rule for rule in self.meta["place"] if isinstance(rule, dict)]
                self._places[key] = locate(name, lang or None, rules=rules)
            except DataError as error:
                self._places[key] = error
        place = self._places[key]
        if isinstance(place, Place):
            return place
        # A file that cannot be read has declared nothing: its places are not the fault.
        if not any(one.severity == "error" and not one.column for one in self._found.get("survey.toml", [])):
            found.append(Finding.of(place, name, **at))
        return Place(name, None, None, "")

    @cached_property
    def _places(self) -> dict[tuple[str, str], Place | DataError]:
        return {}

    def _quantity(
        self, row: Any, lang: str, kind: str | None, found: list[Finding], at: dict[str, Any]
    ) -> tuple[float, float, float, str | None, float]:
        given = {}
        for column in ("value", "low", "high"):
            text = getattr(row, column)
            if text and not re.match(fields._NUMBER, text):
                found.append(
                    _finding(
                        at, column, text, "is not a plain number", "write digits with a point, such as 1500 or 0.25."
                    )
                )
            elif text:
                given[column] = float(text)
        read = _read(row.figure, lang, row.exact == "yes")
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
                f"is no share (0 to 1), but '{row.measure}' is one",
                "write the share as printed (36 %, one in ten), or choose a measure that counts.",
            )
        if fault:
            found.append(_finding(at, *fault))
            return math.nan, math.nan, math.nan, None, math.nan
        return value, low, high, qualifier, digits

    # survey.toml --------------------------------------------------------------------------------

    def _faults_of_meta(self, table: dict[str, Any], meta: dict[str, Any]) -> list[Finding]:
        text = read_text(self.folder / "survey.toml")
        found: list[Finding] = []

        def fault(
            column: str, value: object, expectation: str, remedy: str, severity: str = "error", nth: int = 0
        ) -> None:
            at = {"file": self._file("survey.toml"), "line": toml_line(text, column, nth)}
            found.append(_finding(at, column, "" if value is None else str(value), expectation, remedy, severity))

        for key in (*_TEXTS, "scan_from", "scan_to", "primary", "method", "units"):
            if key not in table or (key in _TEXTS and not table[key]):
                fault(
                    key, None, "is missing", "add the key; where it is not known, scan_from and scan_to may be empty."
                )
        for key, value in table.items():
            if key not in _DATES and not _has_form(value, _FORMS.get(key, object)):
                fault(key, value, "has not the form of this key", "write it as the other surveys do.")
        for key in sorted(set(table) - _KEYS):
            fault(key, None, "is not a key of survey.toml", f"choose one of {', '.join(sorted(_KEYS))}.", "note")
        for key in sorted(set(meta["method"]) - {*_METHOD, *_METHOD_MORE}):
            fault(
                f"method.{key}",
                None,
                "is not a key of [method]",
                f"choose one of {', '.join((*_METHOD, *_METHOD_MORE))}.",
                "note",
            )
        for key in _METHOD:
            if meta["method"] and key not in meta["method"]:
                fault(f"method.{key}", None, "is missing", "add the key; leave it empty where it is not known.")
        for key, known in (("honeypots", HONEYPOTS), ("duplicates", DUPLICATES), ("design", DESIGNS)):
            if (stated := meta["method"].get(key)) not in (None, *known):
                fault(f"method.{key}", stated, f"is not one of {', '.join(known)}", "choose one.")
        if meta["status"] and meta["status"] not in STATES:
            fault("status", meta["status"], f"is not one of {', '.join(STATES)}", "choose one.")
        for key in _DATES:
            if (stated := table.get(key)) and not (isinstance(stated, str) and re.match(fields.DATE, stated)):
                fault(key, stated, "is not a date as text", 'write "2019-09-17", "2019-09" or "2019".')
        if meta["scan_from"] and meta["scan_to"] and later(meta["scan_from"], meta["scan_to"]):
            fault(
                "scan_from",
                meta["scan_from"],
                f"the scan begins after its end ({meta['scan_to']})",
                "correct the dates.",
            )
        tiers = {row.source: row.tier for row in self.source_rows}
        for source in meta["primary"]:
            if tiers.get(source) != "primary":
                fault(
                    "primary",
                    source,
                    "is not a primary source in sources.csv",
                    "add it there with the tier primary, or correct the id.",
                )
        if not isinstance(meta["revised"], bool):
            fault(
                "revised",
                meta["revised"],
                "is neither true nor false",
                "say whether the surveyor revises its numbers for years.",
            )
        for source in meta["counted_apart"]:
            if source not in tiers:
                fault("counted_apart", source, "is not a source in sources.csv", "add it there, or correct the id.")
        if not meta["primary"] and not meta["no_primary"]:
            fault(
                "primary",
                None,
                "the survey has no primary source and does not say why",
                "name it, or give the reason as no_primary.",
            )
        self._faults_of_rules(meta, fault)
        return found

    def _faults_of_rules(self, meta: dict[str, Any], fault: Callable[..., None]) -> None:
        known = self._dictionary
        for words, measure in meta["units"].items():
            if known and measure not in known:
                fault(
                    f"units.{words}",
                    measure,
                    "is not a measure of measures.toml",
                    "correct the id, or define it there.",
                )
        for nth, rule in enumerate(meta["place"]):
            try:
                if not rule.get("name"):
                    raise DataError("the rule has no name; name the place as it is printed.")
                locate(rule["name"], rules=[rule])
            except DataError as error:
                expectation, _, remedy = error.message.rpartition("; ")
                fault("place", rule.get("name"), expectation, remedy, nth=nth)
        for nth, group in enumerate(meta["same_sense"]):
            named = group.get("measures", [])
            if len(named) < 2 or not group.get("reason"):
                fault(
                    "same_sense", ", ".join(named), "needs two or more measures and a reason", "complete it.", nth=nth
                )
            for measure in named:
                if known and measure not in known:
                    fault(
                        "same_sense",
                        measure,
                        "is not a measure of measures.toml",
                        "correct the id, or define it there.",
                        nth=nth,
                    )
        for nth, entry in enumerate(meta["cause"]):
            if entry.get("measure") and known and entry["measure"] not in known:
                fault(
                    "cause",
                    entry["measure"],
                    "is not a measure of measures.toml",
                    "correct the id, or define it there.",
                    nth=nth,
                )
            if not entry.get("why"):
                fault("cause", None, "does not say why", "add why.", nth=nth)
            if entry.get("place"):
                unknown: list[Finding] = []
                self._place_of_rule(entry["place"], meta, unknown)
                for one in unknown:
                    fault("cause", entry["place"], one.expectation, one.remedy, nth=nth)

    def _place_of_rule(self, name: str, meta: dict[str, Any], found: list[Finding]) -> None:
        try:
            locate(name, rules=[rule for rule in meta["place"] if rule.get("name")])
        except DataError as error:
            found.append(Finding.of(error))


def without_identifiers(file: str, rows: list[Any], allow: Collection[str] = ()) -> tuple[list[Any], list[Finding]]:
    """The rows with every cell emptied that holds something identifying, and a finding for each.

    The value is never repeated.
    """
    found: list[Finding] = []
    rows = list(rows)
    places: dict[bool, dict[str, list[tuple[int, str]]]] = {False: {}, True: {}}
    for number, row in enumerate(rows):
        for column, text in zip(row._fields, row, strict=True):
            if text and column != "line":
                places[column in allow].setdefault(text, []).append((number, column))
    for allowed, texts in places.items():
        standing = list(texts.values())
        for position, rule in identifying_texts(list(texts), address_allowed=allowed).items():
            for number, column in standing[position]:
                found.append(_identifying(rule, file, rows[number].line, column))
                rows[number] = rows[number]._replace(**{column: ""})
    return rows, found


def _identifying(rule: str, file: str, line: int, column: str) -> Finding:
    remedy = "remove what identifies, and keep counts only."
    error = IdentifierError(
        f"looks like a {rule}; nothing of this file was kept. {remedy.capitalize()}",
        file=file,
        line=line or None,
        column=column,
        rule=rule,
    )
    return Finding("error", file, line, column, "", f"looks like a {rule}", remedy, error)


def _frame(rows: list[Any], columns: tuple[fields.Field, ...]) -> pd.DataFrame:
    names = [*fields.required(columns), *fields.optional(columns)]
    return pd.DataFrame(rows, columns=[*names, "line"]).astype({**dict.fromkeys(names, "str"), "line": "int64"})


def in_order(finding: Finding) -> tuple[Any, ...]:
    """The order in which findings are told: by file, line and column, errors first."""
    return (finding.file, finding.line, finding.severity, finding.column, finding.value, finding.expectation)


def later(one: str, other: str) -> bool:
    """Whether a date is later than another, as far as both are known."""
    known = min(len(one), len(other))
    return one[:known] > other[:known]


def toml_line(text: str, key: str, nth: int = 0) -> int:
    """The line on which a key (``status``, ``method.ports``), or the nth table of a list, begins; 0 if nowhere."""
    table, _, name = key.rpartition(".")
    pattern = rf"^\s*(?:\[\[?\s*{re.escape(name)}\s*\]?\]|[\"']?{re.escape(name)}[\"']?\s*=)"
    start = 0
    if table and (opened := re.search(rf"^\s*\[{re.escape(table)}\]", text, re.MULTILINE)):
        start = opened.start()
    matches = list(re.finditer(pattern, text[start:], re.MULTILINE))
    if not matches:
        return text[:start].count("\n") + 1 if table and start else 0
    match = matches[min(nth, len(matches) - 1)]
    return text[: start + match.start() + len(match.group()) - len(match.group().lstrip())].count("\n") + 1


def _finding(
    at: dict[str, Any], column: str, value: str, expectation: str, remedy: str, severity: str = "error"
) -> Finding:
    return Finding(severity, at["file"], at["line"], column, value, expectation, remedy)


def _unknown_source(at: dict[str, Any], source: str) -> Finding:
    return _finding(at, "source", source, "is not a source of this survey", "add it to sources.csv, or correct the id.")


def _unknown_measure(at: dict[str, Any], column: str, measure: str, known: dict[str, Any]) -> Finding:
    from difflib import get_close_matches

    near = get_close_matches(measure, known, n=3)
    hint = f"did you mean {' or '.join(near)}?" if near else "define it in measures.toml, or choose one of those there."
    return _finding(at, column, measure, "is not a measure of measures.toml", hint)


def _has_form(value: object, form: Any) -> bool:
    match form:
        case tuple():
            return any(_has_form(value, one) for one in form)
        case [inside]:
            return isinstance(value, list) and all(_has_form(one, inside) for one in value)
        case dict():
            return isinstance(value, dict) and all(
                _has_form(one, form.get(key, form["*"])) for key, one in value.items()
            )
    return isinstance(value, form)


def place_id(place: Place) -> str:
    """The same for every spelling: the country's code, the subdivision's, or the name's letters below its parent."""
    own = place.iso3 or place.code or name_key(place.name)
    return f"{place.parent}/{own}" if place.parent and not (place.iso3 or place.code) else own


def _read(figure: str, lang: str, exact: bool) -> Quantity | DataError:
    """The quantity that a printed figure means, or the error why it means none."""
    try:
        return quantity(figure, lang or None, exact=exact)
    except DataError as error:
        return error
