"""A number of an account compared with the count that it retells: the authors', or one that others made apart."""

from __future__ import annotations

import functools
from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from ..language.languages import LANGUAGES
from .claim_book import Book, printed_in_full, subject
from .equality import FAR, agreement, comparison, one_digit_off, sharper
from .fields import text
from .known_figures import known_by
from .others import ENOUGH, NOT_AGAINST, beside_it, others, printed_for_another_noun
from .outcome import CONTRADICTED, DIFFERS, ROUNDED, SUPPORTED, UNCHECKED
from .panel import NEAR, TELLING
from .rounding_interval import meet

if TYPE_CHECKING:
    from .registers import Counted

#: A number that is no more than this share away from the surveyor's retells the surveyor's.
_CLOSE = 0.05


class Settled(NamedTuple):
    """The verdict on a number.

    Attributes
    ----------
    verdict, now
        By what was published at the date of the account, and by all that is known.
    told
        The name of the sentence that tells it.
    primary
        The figure behind it, or None.
    surveyor
        Of a number that retells another count: the surveyor's figure.
    beside
        A figure of another survey, place or measure that a wrong number is.
    base
        The name of the sentence's beginning, which tells of the figure behind.
    """

    verdict: str
    now: str
    told: str
    primary: Any = None
    surveyor: Any = None
    beside: Any = None
    base: str = "base"


def settle_number(row: Any, book: Book) -> Settled:
    """Compare a number with the count that it retells."""
    if (misread := book.misread(row)) is not None:
        agreed = [one for one in book.meant_figures(row, misread) if agreement(row, one) != CONTRADICTED]
        # A bound that is far from every count confirms nothing, even where another text prints it for the right noun.
        agreed = [one for one in agreed if not _far_bound(row, one, book)]
        found = [one for one in agreed if one.source != row.source] or agreed
        if found and found[0].source == row.source and not _counted(found, book):
            return Settled(UNCHECKED, UNCHECKED, "meant_itself", _first(row, found))
        told = "misread_alone" if not found else "misread" if _counted(found, book) else "misread_elsewhere"
        own = None
        if not found and (own := book.extrapolated_from(row, misread["right_measure"])) is not None:
            told = "misread_extrapolated"
        there = [one for one in book.primaries.get(subject(row), ()) if known_by(one.published, text(row.published))]
        surveyor = _of_own_noun(row, there, book)
        # A number that is not the surveyor's for its noun, and cannot be, is wrong, whatever else it is.
        wrong = surveyor is not None and agreement(row, surveyor) == CONTRADICTED
        sure = told in ("misread", "misread_extrapolated") or wrong
        verdict = DIFFERS if sure or _several(row, found, book) else UNCHECKED
        beside = _first(row, found) if found else None
        return Settled(verdict, verdict, told, own, surveyor if wrong else None, beside)
    if (count := book.registered(row)) is not None:
        if book.partial(row):
            return Settled(DIFFERS, DIFFERS, "partial", count)
        return _by_register(row, count)
    if (count := book.registered(row, so_far=True)) is not None:
        return Settled(UNCHECKED, UNCHECKED, "so_far" if count.sense == row.sense else "so_far_people", count)
    there = book.primaries.get(subject(row), [])
    early = [primary for primary in there if known_by(primary.published, text(row.published))]
    verdict, told, primary = _against(row, early, book)
    now, told_now, known = (verdict, told, primary) if len(early) == len(there) else _against(row, there, book)
    if primary is not None:
        if book.partial(row) and primary.sense == row.sense:
            return Settled(DIFFERS, DIFFERS, "partial", primary)
        if verdict != CONTRADICTED and primary.source in (through := book.known_through(row)):
            # What is known through the account alone does not confirm it; another of the surveyor's pages may.
            confirmed = verdict in (SUPPORTED, ROUNDED)
            verdict, told, other = _against(row, [one for one in early if one.source not in through], book)
            if verdict not in ((SUPPORTED, ROUNDED) if confirmed else (DIFFERS,)):
                now, _, again = _against(row, [one for one in there if one.source not in through], book)
                if confirmed and now in (SUPPORTED, ROUNDED):
                    return Settled(UNCHECKED, now, "circular_later", primary, again)
                return Settled(UNCHECKED, UNCHECKED, "circular", primary)
            return Settled(verdict, verdict, told, other)
        of_noun = _of_own_noun(row, early, book) if told == DIFFERS else None
        return _of_elsewhere(row, _by_origin(row, Settled(verdict, now, told, primary, of_noun), book), book)
    if known is not None:
        # What is more than a hundred at its date may be eight hundred later: a later count does not refute a bound.
        return Settled(UNCHECKED, UNCHECKED if told_now == "far" else now, _later(now, told_now), known)
    if (apart := _apart_alone(row, book)) is not None:
        return apart
    if (restated := book.restated(row)) is not None:
        return Settled(DIFFERS, DIFFERS, "restated", restated)
    told, primary, verdict = _by_others(row, book)
    if (
        told in ("meant", "meant_by_others", "meant_itself")
        and (surveyor := _of_surveyor(row, primary, book)) is not None
    ):
        if told != "meant_itself" and _tells_of_count_apart(row, primary, book):
            return Settled(DIFFERS, DIFFERS, "meant_apart", primary, surveyor)
        told = "meant_itself_other" if told == "meant_itself" else "meant_other"
        return Settled(DIFFERS, DIFFERS, told, primary, surveyor)
    return Settled(verdict, verdict, told, primary)


def _counted(figures: list[Any], book: Book) -> bool:
    """Whether one of some figures is by those who counted."""
    return any(one.tier == "primary" or book.counted_itself(one) for one in figures)


def _several(row: Any, figures: list[Any], book: Book) -> bool:
    """Whether several accounts, those that are one counted once, print some figures: one alone proves nothing."""
    others = {one.source for one in figures if one.source != row.source}
    return book.kin(row).families(others) >= ENOUGH


def _far_bound(row: Any, one: Any, book: Book) -> bool:
    """Whether a number is a bound far below or above another, or that one is such a bound itself."""
    if comparison(row, one)[1] == "far":
        return True
    return one.tier == "secondary" and settle_number(one, book).told in ("far", "fits_both")


def _against(row: Any, primaries: list[Any], book: Book) -> tuple[str, str, Any]:
    """The verdict on a number, how to tell it, and the surveyor's figure behind it."""
    nearest = functools.partial(_nearest, row, book)
    same = [primary for primary in primaries if primary.sense == row.sense and primary.asset == row.asset]
    if found := [primary for primary in same if _confirmed(row, primary)]:
        return SUPPORTED, comparison(row, nearest(found))[1], nearest(found)
    # "Over 24 million" leaves room for 25 million; 24.3 million, which says the same more sharply, does not.
    sharp = [primary for primary in same if not any(sharper(other, primary) for other in same)]
    if found := [primary for primary in sharp if agreement(row, primary) == ROUNDED]:
        return ROUNDED, comparison(row, nearest(found))[1], nearest(found)
    if row.value >= TELLING:
        alike = [
            primary
            for primary in primaries
            if primary.sense != row.sense
            and meet(row, primary)
            and (book.sorts[primary.sense] == book.sorts[row.sense] or primary.sense == text(row.meant))
        ]
        # "More than a hundred" meets many numbers: only one that is near is the same number under another noun.
        if found := [primary for primary in alike if abs(row.value - primary.value) <= NEAR * primary.value]:
            return DIFFERS, DIFFERS, nearest(found)
    if not same:
        return UNCHECKED, UNCHECKED, None
    slips = [(*comparison(row, primary), primary) for primary in sharp]
    return min(slips, key=lambda one: (one[1] in ("other", "against"), same.index(one[2])))


def _of_own_noun(row: Any, primaries: list[Any], book: Book) -> Any | None:
    """The surveyor's figure for the noun that a text gives to the number of another."""
    same = [one for one in primaries if one.sense == row.sense and one.asset == row.asset]
    return _nearest(row, book, same) if same else None


def _confirmed(row: Any, primary: Any) -> bool:
    """Whether a number is the surveyor's, or a bound that says something of it."""
    verdict, told = comparison(row, primary)
    return verdict == SUPPORTED and told != "far"


def _later(verdict: str, told: str) -> str:
    """How to tell a figure that was published only after the account."""
    if told in ("bound", "far"):
        return "later_bound"
    return "later_same" if verdict in (SUPPORTED, ROUNDED) else "later_other"


def _nearest(row: Any, book: Book, figures: list[Any]) -> Any:
    """Of several printings of one number the one that a reader will find: as in the account, else in the sentence."""
    return min(
        figures,
        key=lambda one: (
            abs(one.value - row.value),
            one.qualifier != row.qualifier,
            one.lang != row.lang,
            one.lang != book.lang,
        ),
    )


def _first(row: Any, figures: list[Any]) -> Any:
    """Of several printings that decide a verdict the one nearest to the account, whatever the reader's language."""
    return min(
        figures, key=lambda one: (abs(one.value - row.value), one.qualifier != row.qualifier, one.lang != row.lang)
    )


def _by_its_maker(row: Any, figures: list[Any], book: Book) -> Any:
    """Of several printings of one number that of who counted it."""
    return _first(row, [one for one in figures if book.counted_itself(one)] or figures)


# The register itself


def _by_register(row: Any, count: Counted) -> Settled:
    """The verdict on a number of a register by the register itself, which anybody can read on any day.

    It is revised for years: another number may have been right on its day, unless it is less than half of what stands
    there, or more than twice as much. A register counts people, which accounts call records.
    """
    verdict, told = comparison(row, count)
    exact = told == "coarser" and printed_in_full(row.figure, row.value, text(row.lang))
    if verdict != CONTRADICTED and not exact:
        if row.sense == count.sense:
            return Settled(verdict, verdict, "loose_revised" if told == "loose" else told, count)
        # A bound that the register has left behind differs by the day of reading, not by the noun.
        if told != "loose":
            return Settled(DIFFERS, DIFFERS, "people", count)
    if max(row.value, count.value) < FAR * min(row.value, count.value):
        told = "revised" if row.sense == count.sense else "revised_people"
        return Settled(UNCHECKED, UNCHECKED, told, count)
    return Settled(CONTRADICTED, CONTRADICTED, told, count)


# Counts made apart from the surveyor's


def _by_origin(row: Any, settled: Settled, book: Book) -> Settled:
    """The verdict on a number that retells a count made apart from the authors': by that count, its own origin."""
    surveyor = settled.primary
    if settled.told in ("bound", "loose") and (copied := _miscopied(row, surveyor, book)) is not None:
        return Settled(CONTRADICTED, CONTRADICTED, "digit_of_other", copied, surveyor)
    survey = book.survey(row.survey)
    retells = row.source in survey.counted_apart
    if settled.verdict not in (SUPPORTED, CONTRADICTED, ROUNDED) or surveyor.sense != row.sense:
        return settled
    if settled.verdict == SUPPORTED and abs(row.value - surveyor.value) <= _CLOSE * surveyor.value:
        return settled
    if settled.verdict == ROUNDED and not retells:
        return settled
    makers = set(survey.meta["counted_apart"])
    if row.source in makers:
        return Settled(UNCHECKED, UNCHECKED, "own_count", surveyor)
    origin = _count_apart(row, survey.counted_apart, makers, book)
    if origin is None:
        return settled
    if settled.verdict == ROUNDED and (row.value != origin.value or settled.told == "added"):
        return settled
    verdict, beside = comparison(row, origin)
    if beside == "far":
        return settled
    if verdict == CONTRADICTED:
        if not retells or settled.told != "other":
            return settled
        if origin.source in makers:
            return Settled(CONTRADICTED, CONTRADICTED, "neither", origin, surveyor)
        same = book.same_number[(*subject(origin), origin.value)]
        # One country's number, or the surveyor's for another noun, is not what the count apart gave.
        if text(row.meant_place) or any(one.tier == "primary" and one.sense != origin.sense for one in same):
            return settled
        return Settled(CONTRADICTED, CONTRADICTED, "neither_retold", origin, surveyor)
    if settled.told in ("bound", "loose", "far") and beside in ("bound", "loose"):
        return Settled(verdict, verdict, "fits_both", origin, surveyor)
    if origin.source not in makers:
        # That one who retells agrees with another confirms nothing.
        return Settled(UNCHECKED, UNCHECKED, "retold", origin, surveyor, base="base_apart")
    return Settled(verdict, verdict, beside, origin, surveyor, base="base_apart")


def _of_elsewhere(row: Any, settled: Settled, book: Book) -> Settled:
    """A number that is not the surveyor's, told with what it is of: one country alone, or the survey before."""
    if settled.verdict != CONTRADICTED or settled.told not in ("other", "scale", "against"):
        return settled
    if place := text(row.meant_place):
        there = book.printed[row.survey, place, *subject(row)[2:], row.sense, row.asset]
        return settled._replace(told="of_one_country", beside=_by_its_maker(row, there, book))
    former = book.known.former(row.survey)
    before = book.known.of(former, row.sense, "").get(row.place_id, ()) if former and row.value >= TELLING else ()
    same = [one for one in before if agreement(row, one) in (SUPPORTED, ROUNDED) and meet(row, one)]
    return settled._replace(told="former", beside=same[0]) if same else settled


def _apart_alone(row: Any, book: Book) -> Settled | None:
    """The verdict on a number of which only people who counted apart from the survey print their own."""
    survey = book.survey(row.survey)
    makers = set(survey.meta["counted_apart"])
    if row.source in makers:
        return Settled(UNCHECKED, UNCHECKED, "own_count_alone")
    origin = _count_apart(row, survey.counted_apart, makers, book)
    if origin is None or origin.source not in makers:
        return None
    verdict, beside = comparison(row, origin)
    if verdict == CONTRADICTED or beside == "far":
        return None
    return Settled(verdict, verdict, beside, origin, base="base_apart")


def _miscopied(row: Any, primary: Any, book: Book) -> Any | None:
    """The number of another account, truer to the surveyor's, that a lower bound repeats with one digit changed."""
    away = abs(row.value - primary.value)
    likely = [
        one
        for one in others(row, book)
        if row.value < primary.value
        and one_digit_off(row.value, one.value)
        and abs(one.value - primary.value) < away
        and agreement(one, primary) != CONTRADICTED
    ]
    return _nearest(row, book, likely) if likely else None


def _count_apart(row: Any, apart: frozenset[str], makers: set[str], book: Book) -> Any | None:
    """The count of others for what a row is about: as its makers print it, else as most who retell them do."""
    printed = [
        one
        for one in book.printed.get((*subject(row), row.sense, row.asset), ())
        if one.source in apart and one.source != row.source
    ]
    if own := [one for one in printed if one.source in makers]:
        return _first(row, own)
    sources = Counter(value for _, value in {(one.source, one.value) for one in printed})
    if not sources or max(sources.values()) < ENOUGH:
        return None
    value = max(sources, key=lambda number: (sources[number], -number))
    # Who checks it reads English sooner than the account's own language, and one of ours sooner than another.
    order = {lang: nth for nth, lang in enumerate(LANGUAGES)}
    same = sorted((one for one in printed if one.value == value), key=lambda one: order.get(one.lang, len(order)))
    return min(same, key=lambda one: one.qualifier != row.qualifier)


def _tells_of_count_apart(row: Any, figure: Any, book: Book) -> bool:
    """Whether a text, and a figure for what its number is meant for, both tell of the count that others made."""
    apart = book.survey(row.survey).counted_apart
    if not apart.issuperset((row.source, figure.source)):
        return False
    origin = _count_apart(figure, apart, set(book.survey(row.survey).meta["counted_apart"]), book)
    return book.counted_itself(figure) or (origin is not None and origin.value == figure.value)


# Where the surveyor printed nothing


def _by_others(row: Any, book: Book) -> tuple[str, Any, str]:
    """What is to be told where the surveyor printed nothing: what others print; and the verdict by that.

    That a number is of another noun is known by who counted, or by several accounts.
    """

    def near(figures: list[Any]) -> Any:
        return min(figures, key=lambda one: (abs(one.value - row.value), one.lang != row.lang, one.lang != book.lang))

    if meant := text(row.meant):
        there = [
            one
            for key, rows in book.printed.items()
            if key[:4] == subject(row) and key[4] == meant
            for one in rows
            if meet(one, row) and (one.tier == "primary" or settle_number(one, book).verdict != CONTRADICTED)
        ]
        if elsewhere := [one for one in there if one.source != row.source]:
            sure = _counted(elsewhere, book)
            # Where the text itself prints it for the right noun too, one other text is enough.
            known = sure or _several(row, elsewhere, book) or _of_own_text(row, meant, book)
            verdict = DIFFERS if known else UNCHECKED
            told = "meant" if sure else "meant_by_others"
            return told, near([one for one in elsewhere if book.counted_itself(one)] or elsewhere), verdict
        if there:
            return "meant_itself", near(there), UNCHECKED
    if place := text(row.meant_place):
        there = book.printed[row.survey, place, *subject(row)[2:], row.sense, row.asset]
        return "elsewhere", _by_its_maker(row, there, book), DIFFERS
    printed = others(row, book)
    alone = printed and not any(beside_it(row, one) in NOT_AGAINST for one in printed)
    if alone and (swapped := printed_for_another_noun(row, book)):
        return "swapped", near(swapped), DIFFERS if _several(row, swapped, book) else UNCHECKED
    return ("others" if printed else UNCHECKED), None, UNCHECKED


def _of_own_text(row: Any, meant: str, book: Book) -> bool:
    """Whether a number's own text prints it, or one near it, for the noun that the number is meant for too."""
    there = book.printed.get((*subject(row), meant, row.asset), ())
    return any(one.source == row.source and abs(one.value - row.value) <= NEAR * row.value for one in there)


def _of_surveyor(row: Any, primary: Any, book: Book) -> Any | None:
    """The surveyor's own figure for the noun that a number is meant for, beside the number that others give for it."""
    same = [one for one in book.primaries.get(subject(row), []) if one.sense == primary.sense]
    return _first(row, same) if same and primary.tier != "primary" else None
