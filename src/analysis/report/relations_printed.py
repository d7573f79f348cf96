"""The relations between printed counts: totals and places, classes and measures, waves, repetitions, shares."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from functools import cache
from itertools import combinations
from typing import TYPE_CHECKING

from ..datafolder import reference
from ..figures.places import name_key
from .linked import Book, Column, table_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

#: A region whose members nobody names is looked for among the sums of so many countries.
MOST_MEMBERS = 16
#: From here on two equal counts are hardly two.
LARGE = 10
#: So many sums that fit are noted; of a region with more, nothing is known.
MOST_SUMS = 64
#: So many columns are looked at together for sums of three and of four.
MOST_COLUMNS = 24
MOST_PARTS_OF = 12
_REST = re.compile(
    r"\b(?:rest|remainder|remaining|others?|elsewhere|unlisted|unassigned|unknown|übrige\w*|andere\w*|sonstige\w*"
    r"|resto|otros?|otras?|demás|autres?|reste|ailleurs|altri|altre|overig\w*|outros?|restante\w*)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[a-z0-9]+")
#: Words of a class that holds all others.
_ALL = frozenset({"all", "any", "total", "both", "together", "combined", "either", "sum"})
_CHANGED = re.compile(r"new|gone|removed|added|lost|left|joined|both|overlap|shared|appeared|disappeared")


def note_relations(book: Book) -> None:
    """Note in a book every relation by which a reader may work out one of its numbers from others."""
    for column in sorted(book.counts):
        _note_totals(book, column)
        _note_regions(book, column)
        _note_parts_of_countries(book, column)
    for columns in _pools(book):
        _note_classes(book, columns)
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
        book.is_sum(total, [*countries, *some])
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
            book.is_sum(total, some)
        if not sums and countries:
            book.apart.add(book.cells[total].group)


def _sums(book: Book, total: int, countries: list[int]) -> list[list[int]]:
    """The sets of countries that add up to a number; none if there are too many to know which is meant."""
    import numpy as np

    some = [at for at in countries if 0 < book.cells[at].value <= book.cells[total].high]
    if not 0 < len(some) <= MOST_MEMBERS:
        return []
    chosen = (np.arange(1, 2 ** len(some))[:, None] >> np.arange(len(some))) & 1
    low, high = (chosen @ np.array([getattr(book.cells[at], end) for at in some]) for end in ("low", "high"))
    fitting = np.flatnonzero((low <= book.cells[total].high) & (high >= book.cells[total].low))
    if len(fitting) > MOST_SUMS:
        return []
    return [[at for at, inside in zip(some, chosen[row], strict=True) if inside] for row in fitting]


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


# Classes, measures, waves -----------------------------------------------------------------------


def _pools(book: Book) -> Iterator[list[Column]]:
    """Columns that are looked at together: those of a survey, and those of two surveys."""
    by_survey: dict[str, list[Column]] = {}
    for column in sorted(book.counts):
        by_survey.setdefault(column.survey, []).append(column)
    for columns in by_survey.values():
        if len(columns) <= MOST_COLUMNS:
            yield columns
        else:
            for sense in sorted({one.sense for one in columns}):
                yield [one for one in columns if one.sense == sense][:MOST_COLUMNS]
    hiding = {cell.column.survey for cell in book.cells if cell.small}
    for one, other in combinations(sorted(by_survey), 2):
        senses = {column.sense for column in by_survey[one]} & {column.sense for column in by_survey[other]}
        both = [
            column
            for column in (*by_survey[one], *by_survey[other])
            if column.sense in senses or _CHANGED.search(f"{column.sense} {column.asset}")
        ]
        if senses and {one, other} & hiding and len(both) <= MOST_COLUMNS:
            yield both


def _note_classes(book: Book, columns: list[Column]) -> None:
    if len(columns) < 2:
        return
    _, numbers, cells = table_of(book, columns)
    if len({column.survey for column in columns}) == 1:
        _note_contained(book, columns, numbers, cells)
    for size in (2, 3, 4):
        if size == 2 or len(columns) <= MOST_PARTS_OF:
            _note_unions(book, columns, size, numbers, cells)
    if len(columns) >= 4:
        _note_waves(book, columns, numbers, cells)


def _holding(numbers: NDArray[np.float64], left: tuple[int, ...], right: tuple[int, ...], named: bool) -> list[int]:
    """At which places two sums of columns agree, if they do so nearly wherever one can look.

    Where the names of the columns do not say that they should, it takes more than a coincidence: no column may be empty
    at all places that agree, and the more columns there are, the more places it takes.
    """
    import numpy as np

    columns = [*left, *right]
    value, low, high = (
        numbers[at][list(left)].sum(axis=0) - numbers[other][list(right)].sum(axis=0)
        for at, other in ((0, 0), (1, 2), (2, 1))
    )
    there = ~np.isnan(value)
    fits = there & (low <= 0) & (high >= 0)
    if not fits.any() or fits.sum() < (0.5 if named else 0.75) * there.sum():
        return []
    exact = fits & (value == 0) & (numbers[3][columns] == 1).all(axis=0) & (numbers[0][list(left)].sum(axis=0) > 0)
    if not named:
        if not exact.any() or not (numbers[0][columns][:, exact] > 0).any(axis=1).all():
            return []
        full = (numbers[0][columns] > 0).all(axis=0) & exact
        size = numbers[0][list(left)].sum(axis=0)[exact].max()
        if size < 5 or exact.sum() + full.sum() < len(columns) - 1:
            return []
    return fits.nonzero()[0].tolist()


def _note_unions(
    book: Book, columns: list[Column], size: int, numbers: NDArray[np.float64], cells: NDArray[np.int64]
) -> None:
    """A class that is made of others, such as two kinds of system and both together."""
    words = [frozenset(_WORD.findall(column.asset.lower())) for column in columns]
    for total in range(len(cells)):
        for parts in combinations([at for at in range(len(cells)) if at != total], size):
            inside = frozenset().union(*(words[at] for at in parts))
            alike = len({columns[at].sense for at in (total, *parts)}) == 1
            differ = len({words[at] for at in (total, *parts)}) == size + 1
            named = alike and differ and (inside <= words[total] or bool(words[total] & _ALL))
            for place in _holding(numbers, (total,), parts, named):
                book.is_sum(int(cells[total, place]), [int(cells[at, place]) for at in parts], guess=not named)


def _note_waves(book: Book, columns: list[Column], numbers: NDArray[np.float64], cells: NDArray[np.int64]) -> None:
    """Four columns of which two make up two: what was there and came, and what is there and went."""
    pairs = list(combinations(range(len(columns)), 2))
    changed = [bool(_CHANGED.search(f"{column.sense} {column.asset}")) for column in columns]
    for left, right in combinations(pairs, 2):
        if set(left) & set(right):
            continue
        named = _same_count(columns, changed, left, right)
        if not named and len(columns) > MOST_PARTS_OF:
            continue
        for place in _holding(numbers, left, right, named):
            book.balance(
                [int(cells[at, place]) for at in left], [int(cells[at, place]) for at in right], guess=not named
            )


def _same_count(columns: list[Column], changed: list[bool], left: tuple[int, ...], right: tuple[int, ...]) -> bool:
    """Whether what is not new or gone is one measure of one class, counted twice."""
    still = [at for at in (*left, *right) if not changed[at]]
    return len(still) == 2 and columns[still[0]][1:3] == columns[still[1]][1:3]


def _note_contained(book: Book, columns: list[Column], numbers: NDArray[np.float64], cells: NDArray[np.int64]) -> None:
    """A measure or class that is nowhere above another may be a part of it."""
    import numpy as np

    for part in range(len(columns)):
        for whole in range(len(columns)):
            there = ~np.isnan(numbers[0][part]) & ~np.isnan(numbers[0][whole])
            below = numbers[0][part][there] <= numbers[0][whole][there]
            if part == whole or not there.any() or not below.all():
                continue
            if columns[part][3:] != columns[whole][3:] or (numbers[0][part][there] == numbers[0][whole][there]).all():
                continue
            for place in there.nonzero()[0]:
                terms = {int(cells[whole, place]): 1.0, int(cells[part, place]): -1.0}
                book.relate(terms, 0.0, math.inf, guess=True)


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
    """A share tells of a count by its base: of every two counts whose ratio it may be."""
    for column, places in sorted(book.shares.items()):
        alone = [at for found in places.values() for at in found if not _note_share(book, column, at)]
        if alone:
            _note_hidden_base(book, column, alone)


def _note_share(book: Book, column: Column, share: int) -> bool:
    """Note of which counts a share may be the ratio; told is whether there are any."""
    printed = book.cells[share]
    here, above = _around(book, column, share, own=True)
    pairs = _pairs(book, share, here, above) or _pairs(book, share, *_around(book, column, share, own=False))
    for part, base in pairs:
        _tie_share(book, share, part, base)
    for base in [] if pairs else here:  # the share of a count that is printed nowhere
        cell = book.cells[base]
        first, last = math.ceil(printed.low * cell.value - 1e-9), math.floor(printed.high * cell.value + 1e-9)
        if cell.exact and 0 < first <= last < book.threshold:
            part = book.hidden(cell, "part", float(min(max(round(printed.value * cell.value), first), last)), 1.0)
            _tie_share(book, share, part, base)
    return bool(pairs)


def _note_hidden_base(book: Book, column: Column, shares: list[int]) -> None:
    """Shares of one total that is not printed: what it may be tells of the counts, and one count of the others."""
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


def _pairs(book: Book, share: int, here: list[int], above: list[int]) -> list[tuple[int, int]]:
    """The counts whose ratio a share may be."""
    printed = book.cells[share]
    found = []
    for part in here:
        for base in [*here, *(one for one in above if book.cells[one].column.sense == book.cells[part].column.sense)]:
            count, whole = book.cells[part], book.cells[base]
            if part == base or not 0 < count.value <= whole.value:
                continue
            if count.low <= printed.high * whole.high and count.high >= printed.low * whole.low:
                found.append((part, base))
    return found


def _tie_share(book: Book, share: int, part: int, base: int) -> None:
    """Note that a share is a part of a base; the two bounds hold only while the share is printed."""
    printed, count, whole = (book.cells[at] for at in (share, part, base))
    for bound, sign in ((printed.low, 1.0), (printed.high, -1.0)):
        slack = book.hidden(count, "slack", max(sign * (count.value - bound * whole.value), 0.0), whole=False)
        book.cells[slack].group = printed.group
        book.relate({part: sign, base: -sign * bound, slack: -1.0})
