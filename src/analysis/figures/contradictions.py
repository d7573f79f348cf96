"""What the figures of one survey say against one another: dates, rows that stand twice, primary sources, totals."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Iterator
from itertools import combinations
from typing import TYPE_CHECKING, Any

from ..datafolder import relative
from .country_names import WORLD
from .faults import Finding
from .measures import kinds, measures
from .preferred import KEY
from .rounding_interval import meet
from .survey_description import later

if TYPE_CHECKING:
    from .survey import Figure, Survey

#: So many rows of one place and measure are compared pair by pair.
_FEW = 200


def impossible_dates(survey: Survey) -> Iterator[Finding]:
    """Times that end before they begin, or begin after they were reported."""
    file = relative(survey.folder / "sources.csv")
    begun = survey.meta["scan_from"]
    # A source that says nothing about this survey stands here as what others retell; it may be older.
    telling = {row.source for row in [*survey.printed_rows, *survey.claim_rows]}
    for row in survey.source_rows:
        if row.source in telling and row.published and begun and later(begun, row.published):
            yield Finding(
                "error",
                file,
                row.line,
                "published",
                row.published,
                f"is before the scan begins ({begun})",
                "correct the date, or put the source where it belongs.",
            )
    for row in survey.rows:
        if row.scan_from and row.scan_to and later(row.scan_from, row.scan_to):
            yield _at(
                row, "scan_from", row.scan_from, f"the time begins after its end ({row.scan_to})", "correct the dates."
            )
        elif row.scan_from and row.scan_from != begun and row.published and later(row.scan_from, row.published):
            yield _at(
                row,
                "scan_from",
                row.scan_from,
                f"begins after the source was published ({row.published})",
                "correct the dates.",
            )


def doubles(figures: list[Figure]) -> Iterator[Finding]:
    """A source that prints one thing twice: the same row, or two numbers and no note."""
    for same in _grouped(figures, ["source", "place_id", "measure", "asset", "scan_from", "scan_to"]):
        for first, second in _pairs(same):
            if (first.figure, first.locator) == (second.figure, second.locator):
                yield _at(
                    second,
                    "figure",
                    second.figure,
                    f"stands on line {first.line} too: same source, place, measure and locator",
                    "remove one of the two.",
                )
            elif not meet(first, second) and not _excused(first, second):
                yield _at(
                    second,
                    "figure",
                    second.figure,
                    f"contradicts {first.figure!r} on line {first.line}: same source, place and measure",
                    "correct one, or say in the note of one why there are two.",
                )


def two_primaries(survey: Survey, figures: list[Figure]) -> Iterator[Finding]:
    """Two primary sources with different numbers for one key, and nothing that says why."""
    for same in _grouped([row for row in figures if row.tier == "primary"], KEY):
        for first, second in _pairs(same):
            if first.source == second.source or meet(first, second) or _excused(first, second):
                continue
            if not survey.cause({first.sense, first.measure, second.measure}, first.place, first.iso3):
                yield _at(
                    second,
                    "figure",
                    second.figure,
                    f"contradicts {first.figure!r} of {first.source} (line {first.line}): "
                    "two primary figures for one key",
                    "say in the note of one, or as a [[cause]] in survey.toml, why there are two.",
                )


def broken_counts(figures: list[Figure]) -> Iterator[Finding]:
    """Counts that are not whole numbers."""
    kind_of = kinds()
    for row in figures:
        if kind_of[row.measure] == "count" and abs(row.value - round(row.value)) > 1e-9 * row.value:
            yield _at(
                row,
                "figure",
                row.figure,
                f"is not a whole number, but '{row.measure}' counts",
                "is a scale word (million) missing, or the language wrong?",
                "note",
            )


def _pairs(same: list[Figure]) -> Iterator[tuple[Figure, Figure]]:
    """Rows to compare with one another: each with each; of very many, each with the first, so time stays linear."""
    if len(same) <= _FEW:
        yield from combinations(same, 2)
    else:
        yield from ((same[0], row) for row in same[1:])


def _excused(first: Figure, second: Figure) -> bool:
    """Whether a note tells why there are two; the same note on both tells nothing."""
    return first.note != second.note


def _grouped(figures: list[Figure], key: list[str]) -> list[list[Figure]]:
    groups: dict[tuple[Any, ...], list[Figure]] = {}
    for row in figures:
        groups.setdefault(tuple(getattr(row, name) for name in key), []).append(row)
    return list(groups.values())


def small_totals(survey: Survey, figures: list[Figure], trusted: set[tuple[str, int]]) -> Iterator[Finding]:
    """Totals that are smaller than one of their parts: the world and its countries, a country and its states."""
    additive = measures()["additive"].to_dict()
    for same in _grouped([row for row in figures if additive[row.sense]], ["sense", "asset", "scan_from", "scan_to"]):
        below = {whole: _Parts(parts, trusted) for whole, parts in _parts_by_whole(same).items()}
        for total in same:
            if (parts := below.get(_whole(total))) is None:
                continue
            leading = (total.file, total.line) in trusted
            greater = parts.greater(total, leading or total.tier == "primary")
            # Of very many rows each total is compared with its greatest part alone, so that time stays linear.
            for part in itertools.islice(greater, 1 if len(same) > _FEW else None):
                why = survey.cause({total.sense, total.measure, part.measure}, total.place, total.iso3)
                why = why or survey.cause({part.sense, part.measure}, part.place, part.iso3)
                yield _at(
                    total,
                    "figure",
                    total.figure,
                    f"the total for {total.place} is smaller than its part {part.place} "
                    f"({part.figure!r}, line {part.line})",
                    f"known: {why}" if why else "correct one of them, or name the cause in survey.toml.",
                    "note" if why else "error",
                )
            if leading and len(parts.preferred) > 1 and total.high < parts.least:
                yield _at(
                    total,
                    "figure",
                    total.figure,
                    f"the parts of {total.place} add up to {parts.least:,.0f} at least",
                    "look whether they count the same.",
                    "note",
                )


class _Parts:
    """The parts of a whole, those first that have the most at least: of each source, and the preferred ones."""

    def __init__(self, parts: list[Figure], trusted: set[tuple[str, int]]) -> None:
        parts = sorted(parts, key=lambda row: -row.low)
        self.by_source: dict[str, list[Figure]] = {}
        for part in parts:
            self.by_source.setdefault(part.source, []).append(part)
        self.preferred = [part for part in parts if (part.file, part.line) in trusted]
        self.least = sum(part.low for part in self.preferred)

    def greater(self, total: Figure, of_others: bool) -> Iterator[Figure]:
        """The parts above a total: those of its own source, and of others the preferred ones if wanted."""
        own = self.by_source.get(total.source, [])
        others = (part for part in self.preferred if part.source != total.source) if of_others else ()
        greatest_first = heapq.merge(own, others, key=lambda part: -part.low)
        return itertools.takewhile(lambda part: total.high < part.low, greatest_first)


def _parts_by_whole(figures: list[Figure]) -> dict[str, list[Figure]]:
    """The parts of the world and of each country."""
    below: dict[str, list[Figure]] = {}
    for row in figures:
        if row.iso3 not in (None, WORLD):
            below.setdefault(WORLD, []).append(row)
        if row.place_kind == "sub-national" and row.parent:
            below.setdefault(row.parent, []).append(row)
    return below


def _whole(total: Figure) -> str:
    return total.iso3 or ""


def _at(row: Figure, column: str, value: str, expectation: str, remedy: str, severity: str = "error") -> Finding:
    return Finding(severity, row.file, row.line, column, value, expectation, remedy)
