"""Whether a report is about a known survey, and what its figures are then mixed up with."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from ..errors import DataError
from ..figures.panel import NEAR, TELLING, panel
from ..figures.places import locate
from ..figures.survey import read_survey
from .lexicon import tables

if TYPE_CHECKING:
    import pandas as pd

#: So many of its figures must be a survey's before a report is taken for an account of it.
_FEWEST = 2
#: So many equal figures are not chance, however round; a figure with so many digits that are not zero is none either.
_ENOUGH, _TELLING_DIGITS = 3, 3
#: How sure a row is that may be mixed up with another, by its former certainty.
_MIXED_UP = 0.7


class _Known(NamedTuple):
    """A figure of a survey that is known, as far as rows of a draft are compared with it."""

    survey: str
    measure: str
    sense: str
    tier: str
    value: float
    low: float
    high: float
    figure: str
    source: str


def compare(draft: pd.DataFrame, survey: str | None = None) -> tuple[pd.DataFrame, str]:
    """The draft with what its figures may be mixed up with, and the survey that it is about (empty if none is known).

    Parameters
    ----------
    draft
        Rows as :func:`analysis.intake.extract.extract` gives them.
    survey
        The id of the survey, if it is known. Default: the one of whose published figures the draft holds most.

    Notes
    -----
    A number counts as a survey's if place and interval agree and it is at least 100, so that it is not equal by chance.
    """
    rows: list[dict[str, Any]] = draft.to_dict("records")
    _within(rows)
    told = _compared(rows, survey) if rows else survey or ""
    changed = ("measure", "reason", "mixed_up_with", "confidence")
    return draft.assign(**{name: [row[name] for row in rows] for name in changed}).astype(draft.dtypes.to_dict()), told


def _compared(rows: list[dict[str, Any]], survey: str | None) -> str:
    known = panel() if survey is None else panel(surveys=[survey])
    if known.empty:
        return survey or ""
    small = {(one.survey, one.iso3, one.measure, one.value) for one in known[known["value"] < TELLING].itertuples()}
    telling: dict[str, list[_Known]] = {}
    for iso3, *one in known.loc[known["value"] >= TELLING, ["iso3", *_Known._fields]].itertuples(index=False):
        if isinstance(iso3, str):
            telling.setdefault(iso3, []).append(_Known(*one))
    codes = [_code(row["place"], row["lang"]) for row in rows]
    same = [_near(row, telling.get(code or "", ())) for row, code in zip(rows, codes, strict=True)]
    if survey is None:
        counts: dict[str, int] = {}
        for near in same:
            for name in {one.survey for one in near}:
                counts[name] = counts.get(name, 0) + 1
        best = max(sorted(counts), key=lambda name: counts[name], default="")
        beside = sum((best, code, row["measure"], row["value"]) in small for row, code in zip(rows, codes, strict=True))
        equal = [row["value"] for row, near in zip(rows, same, strict=True) if any(one.survey == best for one in near)]
        if not best or counts[best] < _FEWEST or not _is_kin(equal, beside):
            return ""
        survey = best
    counted = set(read_survey(survey).meta["units"].values())
    for row, near in zip(rows, same, strict=True):
        _told_by(row, survey, counted, [one for one in near if one.survey == survey])
    return survey


def _near(row: dict[str, Any], known: Iterable[_Known]) -> list[_Known]:
    """The known figures of a row's place that may be the same number."""
    if row["value"] < TELLING:
        return []
    return [
        one
        for one in known
        if one.low <= row["high"] and one.high >= row["low"] and abs(one.value - row["value"]) <= NEAR * row["value"]
    ]


def _is_kin(equal: list[float], beside: int) -> bool:
    """Whether equal figures are not chance: three of them (small ones of one measure too), or one not round."""
    digits = [len(f"{value:.0f}".rstrip("0")) for value in equal]
    return len(set(equal)) + beside >= _ENOUGH or max(digits, default=0) >= _TELLING_DIGITS


def _told_by(row: dict[str, Any], survey: str, counted: set[str], near: list[_Known]) -> None:
    """Take a row for an account of a survey: its words for what it counted, and what it is then mixed up with."""
    if row["measure"] == "records" and "studies" in counted and "records" not in counted:
        row["measure"] = "studies"
        row["reason"] = f"{row['reason']}; in {survey} a data record is a study"
    measure = row["measure"]
    flags = [row["mixed_up_with"]] if row["mixed_up_with"] else []
    before = len(flags)
    never = bool(counted) and measure in ("patients", "records", "images", "studies") and measure not in counted
    if row["value"] >= TELLING and (never or not any(measure in (one.measure, one.sense) for one in near)):
        for other in tables()["mixed_up"].get(measure, ()):
            printed = [one for one in near if one.sense == other and one.tier == "primary"]
            if printed:
                first = min(printed, key=lambda one: abs(one.value - row["value"]))
                flags.append(f"{other}: {first.figure} in {first.source}")
    persons = measure == "patients" and bool(counted) and "patients" not in counted
    if persons and not any(flag.startswith("studies") for flag in flags):
        flags.append(f"studies: {survey} counted no persons")
    if len(flags) > before:
        row["mixed_up_with"] = "; ".join(flags)
        row["confidence"] = round(row["confidence"] * _MIXED_UP, 2)


def _within(rows: list[dict[str, Any]]) -> None:
    """What contradicts itself inside the report: one number of one place under two nouns."""
    mixed = tables()["mixed_up"]
    groups: dict[tuple[str, float], list[dict[str, Any]]] = {}
    for row in rows:
        if row["value"] >= TELLING:
            groups.setdefault((row["place"], row["value"]), []).append(row)
    for group in groups.values():
        firsts: dict[str, dict[str, Any]] = {}
        for row in group:
            firsts.setdefault(row["measure"], row)
        for row in group if len(firsts) > 1 else ():
            others = [name for name in mixed.get(row["measure"], ()) if name in firsts]
            if others:
                first = firsts[others[0]]
                row["mixed_up_with"] = f"{others[0]}: {first['figure']} in {first['locator']}"
                row["confidence"] = round(row["confidence"] * _MIXED_UP, 2)


@functools.lru_cache(maxsize=1 << 12)
def _code(place: str, lang: str) -> str | None:
    try:
        return locate(place, lang, nearest=False).iso3
    except DataError:
        return None
