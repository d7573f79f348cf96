"""The relations between printed counts: totals and places, repetitions, shares and averages.

Those between what is counted (classes, measures, waves) are found in :mod:`relations_of_columns`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from functools import cache
from itertools import combinations
from typing import TYPE_CHECKING

from ..datafolder import reference
from ..figures.places import name_key
from .relations_of_columns import note_columns

if TYPE_CHECKING:
    from .linked import Book, Cell, Column

#: A region whose members nobody names is looked for among the sums of so many countries.
MOST_MEMBERS = 16
#: From here on two equal counts are hardly two.
LARGE = 10
#: So many sums that fit are noted; of a region with more, nothing is known.
MOST_SUMS = 64
_REST = re.compile(
    r"\b(?:rest|remainder|remaining|others?|elsewhere|unlisted|unassigned|unknown|übrige\w*|andere\w*|sonstige\w*"
    r"|resto|otros?|otras?|demás|autres?|reste|ailleurs|altri|altre|overig\w*|outros?|restante\w*)\b",
    re.IGNORECASE,
)


def note_relations(book: Book) -> None:
    """Note in a book every relation by which a reader may work out one of its numbers from others."""
    for column in sorted(book.counts):
        _note_totals(book, column)
        _note_regions(book, column)
        _note_parts_of_countries(book, column)
    note_columns(book)
    _note_repeated(book)
    _note_shares(book)


# Totals and places -----------------------------------------------------------------------------


def _note_totals(book: Book, column: Column) -> None:
    """Every total of the world that may be that of a column, of whatever class or time."""
    totals = [
        at
        for one, places in sorted(book.counts.items())
        if one.sense == column.sense
        for found in places.values()
        for at in found
        if book.cells[at].kind == "world"
    ]
    own = [at for at in totals if book.cells[at].column == column]
    for total in totals:
        same_survey = book.cells[total].column.survey == column.survey
        _note_total(book, column, total, with_rest=total in own or (not own and same_survey))


def _note_total(book: Book, column: Column, total: int, *, with_rest: bool) -> None:
    """The world is the sum of its countries, of its regions, or of the countries and what is told of the rest."""
    countries = book.best(column, "country")
    others = book.best(column, "region", "population")
    exact = book.cells[total].exact
    if len(others) > 1 and exact and book.adds_up(total, others):
        book.is_sum(total, others)
    if not countries:
        return
    named = [at for at in others if _REST.search(book.cells[at].name)]
    if named and _fits(book, total, countries, named):
        countries = [*countries, *named]
    if book.adds_up(total, countries):
        book.is_whole(total, countries)
        return
    more = [
        some
        for size in (1, 2, 3)
        for some in combinations([at for at in others[:10] if at not in countries], size)
        if exact and book.adds_up(total, [*countries, *some])
    ]
    for some in more[:MOST_SUMS]:
        book.is_sum(total, [*countries, *some], one_of=len(more) > 1)
    if not more and with_rest:
        _note_remainder(book, total, countries)


def _fits(book: Book, total: int, countries: list[int], named: list[int]) -> bool:
    return sum(book.cells[at].low for at in (*countries, *named)) <= book.cells[total].high


def _note_remainder(book: Book, total: int, parts: list[int]) -> None:
    """What the parts leave of a total lies in places that are not listed; that may be a small count too."""
    whole, added = book.cells[total], [book.cells[at] for at in parts]
    left = whole.value - sum(one.value for one in added)
    if left <= 0:
        return
    unlisted = 0.0
    for number in _numbers_of_countries(book, whole.column.survey):
        unlisted = max(unlisted, number - sum(one.value > 0 for one in added if one.kind == "country"))
    rest = book.hidden(whole, "rest", left, unlisted if 0 <= unlisted <= left else 0.0)
    if not (whole.exact and all(one.exact for one in added)):
        book.cells[rest].small = False
    book.is_sum(total, [*parts, rest])


def _numbers_of_countries(book: Book, survey: str) -> Iterator[float]:
    for column, places in book.counts.items():
        if column.survey == survey and column.sense == "countries":
            for found in places.values():
                if book.cells[found[0]].kind == "world" and book.cells[found[0]].exact:
                    yield book.cells[found[0]].value


def _note_regions(book: Book, column: Column) -> None:
    """A region is the sum of its countries; where nobody says which, of any that add up to it."""
    countries = book.best(column, "country")
    for total in book.best(column, "region"):
        name = book.cells[total].name
        if _REST.search(name):
            continue
        members = _members(name_key(name))
        parts = [at for at in countries if book.cells[at].place_id in members]
        if parts:
            if book.adds_up(total, parts):
                book.is_whole(total, parts)
            else:
                _note_remainder(book, total, parts)
            continue
        sums = _sums(book, total, countries)
        for some in sums:
            book.is_sum(total, some, one_of=len(sums) > 1)
        if not sums and countries:
            book.apart.add(book.cells[total].group)


def _sums(book: Book, total: int, countries: list[int]) -> list[list[int]]:
    """The sets of countries that add up to a number; none if there are too many to know which is meant.

    Where rounding allows too many, those are meant that add up as they stand.
    """
    import numpy as np

    some = [at for at in countries if 0 < book.cells[at].value <= book.cells[total].high]
    if not 0 < len(some) <= MOST_MEMBERS:
        return []
    chosen = (np.arange(1, 2 ** len(some))[:, None] >> np.arange(len(some))) & 1
    for ends in (("low", "high"), ("first", "last")):
        low, high = (chosen @ np.array([getattr(book.cells[at], end) for at in some]) for end in ends)
        least, most = (getattr(book.cells[total], end) for end in ends)
        fitting = np.flatnonzero((low <= most) & (high >= least))
        if len(fitting) <= MOST_SUMS:
            return [[at for at, inside in zip(some, chosen[row], strict=True) if inside] for row in fitting]
    return []


@cache
def _members(key: str) -> frozenset[str]:
    """The countries of a region of the UN or the World Bank, by the key of its name."""
    table = reference("countries")
    found: set[str] = set()
    for name in ("un_region", "un_subregion", "un_intermediate_region", "wb_region"):
        if name in table:
            found |= {
                code
                for code, region in zip(table["iso3"], table[name], strict=True)
                if region == region and name_key(str(region)) == key
            }
    return frozenset(found)


def _note_parts_of_countries(book: Book, column: Column) -> None:
    """A country is the sum of its states."""
    parts: dict[str, list[int]] = {}
    for at in book.best(column, "sub-national"):
        if parent := book.cells[at].parent:
            parts.setdefault(parent, []).append(at)
    for parent, inside in sorted(parts.items()):
        for other, places in sorted(book.counts.items()):
            if other.sense != column.sense or other.survey != column.survey:
                continue
            for total in places.get(parent, []):
                if book.adds_up(total, inside):
                    book.is_whole(total, inside)
                elif other == column:
                    _note_remainder(book, total, inside)


# Repetitions ---------------------------------------------------------------------------------


def _note_repeated(book: Book) -> None:
    """One count printed again: in another survey, for another time, under another word."""
    for one, other in combinations(sorted(book.counts), 2):
        pairs = [
            (book.counts[one][place][0], book.counts[other][place][0])
            for place in sorted(book.counts[one].keys() & book.counts[other].keys())
        ]
        same = [pair for pair in pairs if _is_repeated(book, *pair)]
        large = [pair for pair in same if book.cells[pair[0]].exact and book.cells[pair[0]].value >= LARGE]
        if one.sense != other.sense and not (len(pairs) > 1 and len(same) == len(pairs) and large):
            continue
        # Two classes of one count are two numbers, even if they are small and alike.
        apart = one.survey == other.survey and one[3:] == other[3:]
        for first, second in same if len(same) == len(pairs) and not apart else large:
            book.is_sum(first, [second], guess=True)


def _is_repeated(book: Book, one: int, other: int) -> bool:
    """Whether two cells may be one number: alike if they are exact, else within their printing if that says enough."""
    first, second = book.cells[one], book.cells[other]
    if first.exact and second.exact:
        return first.value == second.value or (min(first.value, second.value) >= LARGE and book.meets(one, other))
    return min(first.value, second.value) >= LARGE and book.meets(one, other)


# Shares -------------------------------------------------------------------------------------------


def _note_shares(book: Book) -> None:
    """A share or an average tells of counts: of every two whose ratio it may be."""
    for column, places in sorted(book.shares.items()):
        shares = [at for found in places.values() for at in found]
        pairs = {at: _pairs_of(book, column, at, loose=False) for at in shares}
        if not _has_base(book, column, pairs):
            # As their rounding allows, many more counts fit than the one that is meant.
            pairs = {at: found or _pairs_of(book, column, at, loose=True) for at, found in pairs.items()}
        for at, found in pairs.items():
            for part, base in found:
                _tie_share(book, at, part, base)
            if not found:
                _note_hidden_part(book, column, at)


def _has_base(book: Book, column: Column, pairs: dict[int, list[tuple[int, int]]]) -> bool:
    """Whether shares are of one total, or each of a count of its own place; a total printed nowhere is noted."""
    if column in book.averages:
        return all(pairs.values())
    bases = [{base for _, base in found} for found in pairs.values()]
    home = [
        any(
            (book.cells[base].column.survey, book.cells[base].place_id) == (column.survey, book.cells[at].place_id)
            for base in found
        )
        for at, found in zip(pairs, bases, strict=True)
    ]
    # One share that fits a count of its own place, or of another survey, may do so by chance.
    if set.intersection(*bases) - _of_others(book, column, bases) or (len(home) > 1 and all(home)):
        return True
    return _note_hidden_base(book, column, list(pairs)) or any(home)


def _of_others(book: Book, column: Column, bases: list[set[int]]) -> set[int]:
    """Of the bases that shares may have, those of other surveys, and of the place of a single share itself."""
    printed = set.union(*bases)
    return {
        at
        for at in printed
        if book.cells[at].column.survey != column.survey
        or (len(bases) == 1 and book.cells[at].kind not in ("world", "region"))
    }


def _pairs_of(book: Book, column: Column, share: int, *, loose: bool) -> list[tuple[int, int]]:
    """The counts whose ratio a share may be, of its own survey; else of the others."""
    return _pairs(book, column, share, True, loose) or _pairs(book, column, share, False, loose)


def _note_hidden_part(book: Book, column: Column, share: int) -> None:
    """A share may be the ratio of a small count that is printed nowhere to one of its place, or of what holds it."""
    printed = book.cells[share]
    average = column in book.averages
    here, above = _around(book, column, share, own=True)
    # Where the place's own count of a kind is printed, the share is not of all places together.
    counted = {book.cells[at].column.sense for at in here}
    whole = [] if average else [at for at in above if book.cells[at].column.sense not in counted]
    for at in (*here, *whole):
        cell = book.cells[at]
        if average and printed.low <= 0:
            continue
        like = cell.value / printed.value if average else printed.value * cell.value
        ends = (printed.high, printed.low) if average else (1 / max(printed.low, 1e-12), 1 / printed.high)
        first, last = math.ceil(cell.value / ends[0] - 1e-9), math.floor(cell.value / ends[1] + 1e-9)
        if cell.exact and 0 < first <= last < book.threshold:
            hidden = book.hidden(cell, "part", float(min(max(round(like), first), last)), 1.0)
            _tie_share(book, share, *((at, hidden) if average else (hidden, at)))


def _note_hidden_base(book: Book, column: Column, shares: list[int]) -> bool:
    """Shares of one total that is not printed: what it may be tells of the counts, and one count of the others."""
    noted = False
    for other in sorted(book.counts):
        if other.survey != column.survey:
            continue
        parts = {
            at: book.counts[other][book.cells[at].place_id][0]
            for at in shares
            if book.cells[at].place_id in book.counts[other] and book.cells[at].low > 0
        }
        some = [(book.cells[at], book.cells[part]) for at, part in parts.items() if book.cells[part].value > 0]
        if not some:
            continue
        first = math.ceil(max(count.low / share.high for share, count in some) - 1e-9)
        last = math.floor(min(count.high / share.low for share, count in some) + 1e-9)
        if first > last or last < max(count.value for _, count in some):
            continue
        added = sum(book.cells[at].value for at in book.best(other, "country"))
        base = book.hidden(some[0][1], "base", float(min(max(added, first), last)), 1.0)
        book.cells[base].low = book.cells[base].high = book.cells[base].value
        for at, part in parts.items():
            _tie_share(book, at, part, base)
        _note_total(book, other, base, with_rest=True)
        noted = True
    return noted


def _around(book: Book, column: Column, share: int, own: bool) -> tuple[list[int], list[int]]:
    """The counts of a share's place, and those of the places that hold it."""
    printed = book.cells[share]
    here, above = [], []
    for other, places in sorted(book.counts.items()):
        if (other.survey == column.survey) == own:
            here += [found[0] for place, found in places.items() if place == printed.place_id]
            above += [
                found[0]
                for found in places.values()
                if book.cells[found[0]].kind in ("world", "region") or book.cells[found[0]].place_id == printed.parent
            ]
    return here, above


def _pairs(book: Book, column: Column, share: int, own: bool, loose: bool) -> list[tuple[int, int]]:
    """The counts whose ratio a share may be: as they stand, or (``loose``) as their rounding allows."""
    printed = book.cells[share]
    here, above = _around(book, column, share, own=own)

    def ends(cell: Cell) -> tuple[float, float]:
        return (cell.low, cell.high) if loose else (cell.first, cell.last)

    found = []
    for part in here:
        for base in [*here, *(one for one in above if book.cells[one].column.sense == book.cells[part].column.sense)]:
            count, whole = book.cells[part], book.cells[base]
            if part == base or count.value <= 0 or not (column in book.averages or count.value <= whole.value):
                continue
            (low, high), (least, most) = ends(count), ends(whole)
            if low <= printed.high * most and high >= printed.low * least:
                found.append((part, base))
    return found


def _tie_share(book: Book, share: int, part: int, base: int) -> None:
    """Note that a share is a part of a base; the two bounds hold only while the share is printed."""
    printed, count, whole = (book.cells[at] for at in (share, part, base))
    for bound, sign in ((printed.low, 1.0), (printed.high, -1.0)):
        slack = book.hidden(count, "slack", max(sign * (count.value - bound * whole.value), 0.0), whole=False)
        book.cells[slack].group = printed.group
        book.relate({part: sign, base: -sign * bound, slack: -1.0})
