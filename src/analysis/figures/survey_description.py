"""What ``survey.toml`` must hold, and what in one is missing, misspelt or of another form."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..errors import DataError
from ..language.languages import LANGUAGES
from . import fields
from .faults import Finding, fault_at, toml_line
from .places import locate
from .terms import FAULT, REMEDY, forbids_passing_on

STATES = ("published", "draft")
HONEYPOTS = ("removed", "not removed", "not stated")
DUPLICATES = ("removed", "not removed", "not stated")
#: Of two lists: the second was only asked about the entries of the first, so that what it alone would have found is
#: unknown.
DESIGNS = ("one-sided",)
#: What a surveyor is called where sentences say no name; the default is the first.
SURVEYORS = ("authors", "author", "authority")

#: The keys that hold a text and must not be empty.
TEXTS = ("title", "surveyor", "programme", "status", "asset", "encoded", "encoding")
DATES = ("scan_from", "scan_to", "encoded")
_KEYS = {
    *TEXTS,
    "primary",
    "no_primary",
    "surveyor_is",
    "limited_to",
    "register",
    "counted_apart",
    "known_through",
    "reprinted",
    "extrapolated",
    "restates",
    "misread",
    "misprint",
    "partial",
    "noted",
    "doubted",
    "editions",
    "first_places",
    "scan_told",
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
#: The form of what each key holds: a type, ``[form]``, ``{key: form}`` ("*": any other key), or several of them.
_FORMS = {
    **dict.fromkeys((*TEXTS, "no_primary", "licence", "surveyor_is", "restates"), str),
    "primary": (str, [str]),
    "known_errors": [str],
    "counted_apart": [str],
    "units": {"*": str},
    "limited_to": {"*": str},
    "known_through": {"*": str},
    "reprinted": [{"*": str}],
    "extrapolated": [{"*": str}],
    "misread": [{"*": str}],
    "misprint": [{"*": str}],
    "partial": [{"*": str}],
    "noted": [{"*": str}],
    "doubted": [{"*": str}],
    "editions": [{"*": str}],
    "first_places": [{"*": str}],
    "scan_told": {"*": str},
    "register": {"*": str, "measures": {"*": str}},
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
_UNDEFINED = ("is not a measure of measures.toml", "correct the id, or define it there.")


def described(table: dict[str, Any]) -> dict[str, Any]:
    """What is used of ``survey.toml``: without what has not the form of its key, every key there, if only empty."""
    kept = {key: value for key, value in table.items() if _has_form(value, _FORMS.get(key, object))}
    kept |= {key: "" for key in DATES if not isinstance(kept.get(key, ""), str)}
    primary = kept.get("primary", [])
    return {
        **kept,
        "primary": [primary] if isinstance(primary, str) and primary else list(primary),
        **{key: kept.get(key, "") for key in (*TEXTS, "scan_from", "scan_to", "no_primary", "surveyor_is", "restates")},
        "revised": kept.get("revised", False),
        **{key: kept.get(key, {}) for key in ("method", "units", "limited_to", "register", "known_through")},
        "scan_told": kept.get("scan_told", {}),
        **{key: kept.get(key, []) for key in ("same_sense", "place", "cause", "known_errors", "counted_apart")},
        **{key: kept.get(key, []) for key in ("extrapolated", "misread", "misprint", "partial", "noted")},
        **{key: kept.get(key, []) for key in ("doubted", "editions", "first_places", "reprinted")},
    }


def later(one: str, other: str) -> bool:
    """Whether a date is later than another, as far as both are known."""
    known = min(len(one), len(other))
    return one[:known] > other[:known]


def description_faults(
    table: dict[str, Any],
    meta: dict[str, Any],
    *,
    file: str,
    text: str,
    tiers: Mapping[str, str],
    known: Collection[str],
) -> list[Finding]:
    """What is wrong with a ``survey.toml``.

    Parameters
    ----------
    table, meta
        The file as read, and what is used of it (:func:`described`).
    file, text
        The file's name and its text, for the places of the faults.
    tiers
        The survey's sources with their tiers.
    known
        The measures of the dictionary; empty if it cannot be read, and then no measure is missed.
    """
    told = _Told(file, text)
    _faults_of_keys(table, told)
    _faults_of_method(meta["method"], told)
    _faults_of_dates(table, meta, told)
    _faults_of_sources(meta, tiers, told)
    _faults_of_licence(table, told)
    _faults_of_measures(meta, known, told)
    _faults_of_places(meta, told)
    return told.found


@dataclass
class _Told:
    """The faults of one file, each at the line of its key."""

    file: str
    text: str
    found: list[Finding] = field(default_factory=list)

    def fault(
        self, column: str, value: object, expectation: str, remedy: str, severity: str = "error", nth: int = 0
    ) -> None:
        at = {"file": self.file, "line": toml_line(self.text, column, nth)}
        self.found.append(fault_at(at, column, "" if value is None else str(value), expectation, remedy, severity))


def _faults_of_keys(table: dict[str, Any], told: _Told) -> None:
    for key in (*TEXTS, "scan_from", "scan_to", "primary", "method", "units"):
        if key not in table or (key in TEXTS and not table[key]):
            told.fault(
                key, None, "is missing", "add the key; where it is not known, scan_from and scan_to may be empty."
            )
    for key, value in table.items():
        if key not in DATES and not _has_form(value, _FORMS.get(key, object)):
            told.fault(key, value, "does not have the form of this key", "write it as the other surveys do.")
    for key in sorted(set(table) - _KEYS):
        told.fault(key, None, "is not a key of survey.toml", f"choose one of {', '.join(sorted(_KEYS))}.", "note")


def _faults_of_method(method: dict[str, Any], told: _Told) -> None:
    for key in sorted(set(method) - {*_METHOD, *_METHOD_MORE}):
        remedy = f"choose one of {', '.join((*_METHOD, *_METHOD_MORE))}."
        told.fault(f"method.{key}", None, "is not a key of [method]", remedy, "note")
    for key in _METHOD:
        if method and key not in method:
            told.fault(f"method.{key}", None, "is missing", "add the key; leave it empty where it is not known.")
    for key, choices in (("honeypots", HONEYPOTS), ("duplicates", DUPLICATES), ("design", DESIGNS)):
        if (stated := method.get(key)) not in (None, *choices):
            told.fault(f"method.{key}", stated, f"is not one of {', '.join(choices)}", "choose one.")


def _faults_of_dates(table: dict[str, Any], meta: dict[str, Any], told: _Told) -> None:
    if meta["status"] and meta["status"] not in STATES:
        told.fault("status", meta["status"], f"is not one of {', '.join(STATES)}", "choose one.")
    for key in DATES:
        if (stated := table.get(key)) and not (isinstance(stated, str) and re.match(fields.DATE, stated)):
            told.fault(key, stated, "is not a date as text", 'write "2019-09-17", "2019-09" or "2019".')
    if meta["scan_from"] and meta["scan_to"] and later(meta["scan_from"], meta["scan_to"]):
        expectation = f"the scan begins after its end ({meta['scan_to']})"
        told.fault("scan_from", meta["scan_from"], expectation, "correct the dates.")


def _faults_of_sources(meta: dict[str, Any], tiers: Mapping[str, str], told: _Told) -> None:
    for source in meta["primary"]:
        if tiers.get(source) != "primary":
            remedy = "add it there with the tier primary, or correct the id."
            told.fault("primary", source, "is not a primary source in sources.csv", remedy)
    if meta["surveyor_is"] not in ("", *SURVEYORS):
        told.fault("surveyor_is", meta["surveyor_is"], f"is not one of {', '.join(SURVEYORS)}", "choose one.")
    if meta["limited_to"] and set(meta["limited_to"]) != set(LANGUAGES):
        told.fault("limited_to", None, "is not given in every language", f"give {', '.join(LANGUAGES)}.")
    if not isinstance(meta["revised"], bool):
        remedy = "say whether the authors revise their numbers for years."
        told.fault("revised", meta["revised"], "is neither true nor false", remedy)
    for source in meta["counted_apart"]:
        if source not in tiers:
            told.fault("counted_apart", source, "is not a source in sources.csv", "add it there, or correct the id.")
    for source in {*meta["known_through"], *meta["known_through"].values()}:
        if source not in tiers:
            told.fault("known_through", source, "is not a source in sources.csv", "add it there, or correct the id.")
    for nth, rule in enumerate(meta["misprint"]):
        if missing := sorted({"source", "measure", "figure"} - set(rule)):
            told.fault("misprint", None, "is not told in full", f"give {', '.join(missing)}.", nth=nth)
    for nth, rule in enumerate(meta["reprinted"]):
        if rule.get("of") not in meta["primary"] or not rule.get("locator"):
            remedy = "name one of primary, and how the locators of the table begin."
            told.fault("reprinted", rule.get("of"), "is not a table of the surveyor's", remedy, nth=nth)
    if missing := sorted({"until", *LANGUAGES} - set(meta["scan_told"])) if meta["scan_told"] else []:
        told.fault("scan_told", None, "is not told in full", f"give {', '.join(missing)}.")
    for key in ("misread", "misprint", "partial", "noted", "first_places", "reprinted"):
        for nth, rule in enumerate(meta[key]):
            if rule.get("source") not in tiers:
                remedy = "add it there, or correct the id."
                told.fault(key, rule.get("source"), "is not a source in sources.csv", remedy, nth=nth)
    needs = {"partial": (), "noted": (), **dict.fromkeys(("doubted", "editions"), ("measure", "place"))}
    for key, needed in needs.items():
        for nth, rule in enumerate(meta[key]):
            if missing := sorted({*needed, *LANGUAGES} - set(rule)):
                told.fault(key, None, "is not told in full", f"give {', '.join(missing)}.", nth=nth)
    for nth, rule in enumerate(meta["noted"]):
        if not (rule.get("claim") or {"measure", "figure"} <= set(rule)):
            told.fault("noted", None, "is not told in full", "give measure and figure, or claim.", nth=nth)
    if not meta["primary"] and not meta["no_primary"]:
        expectation = "the survey has no primary source and does not say why"
        told.fault("primary", None, expectation, "name it, or give the reason as no_primary.")


def _faults_of_licence(table: dict[str, Any], told: _Told) -> None:
    if forbids_passing_on(licence := table.get("licence")):
        told.fault("licence", licence, FAULT, REMEDY)


def _faults_of_measures(meta: dict[str, Any], known: Collection[str], told: _Told) -> None:
    for words, measure in meta["units"].items():
        if known and measure not in known:
            told.fault(f"units.{words}", measure, *_UNDEFINED)
    for nth, group in enumerate(meta["same_sense"]):
        named = group.get("measures", [])
        if len(named) < 2 or not group.get("reason"):
            expectation = "needs two or more measures and a reason"
            told.fault("same_sense", ", ".join(named), expectation, "complete it.", nth=nth)
        for measure in named:
            if known and measure not in known:
                told.fault("same_sense", measure, *_UNDEFINED, nth=nth)
    for nth, rule in enumerate(meta["misread"]):
        for key in ("measure", "right_measure"):
            if rule.get(key) and known and rule[key] not in known:
                told.fault("misread", rule[key], *_UNDEFINED, nth=nth)
    for key in ("noted", "doubted", "editions", "first_places"):
        for nth, rule in enumerate(meta[key]):
            if rule.get("measure") and known and rule["measure"] not in known:
                told.fault(key, rule["measure"], *_UNDEFINED, nth=nth)
    for nth, entry in enumerate(meta["cause"]):
        if entry.get("measure") and known and entry["measure"] not in known:
            told.fault("cause", entry["measure"], *_UNDEFINED, nth=nth)
        if not entry.get("why"):
            told.fault("cause", None, "does not say why", "add why.", nth=nth)


def _faults_of_places(meta: dict[str, Any], told: _Told) -> None:
    for nth, rule in enumerate(meta["place"]):
        try:
            if not rule.get("name"):
                raise DataError("the rule has no name", remedy="name the place as it is printed")
            locate(rule["name"], rules=[rule])
        except DataError as error:
            fault = Finding.of(error)
            told.fault("place", rule.get("name"), fault.expectation, fault.remedy, nth=nth)
    for nth, entry in enumerate(meta["cause"]):
        if entry.get("place"):
            try:
                locate(entry["place"], rules=[rule for rule in meta["place"] if rule.get("name")])
            except DataError as error:
                fault = Finding.of(error)
                told.fault("cause", entry["place"], fault.expectation, fault.remedy, nth=nth)


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
