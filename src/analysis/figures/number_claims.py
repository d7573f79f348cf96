"""A number of an account compared with the count that it retells: the authors', or one that others made apart."""

from __future__ import annotations

import functools
import math
from collections import Counter
from typing import Any, NamedTuple

from ..language import numbers
from ..language.dates import date
from .claim_book import Book, printed_in_full, say, subject
from .equality import FAR, agreement, comparison, one_digit_off, sharper
from .fields import text
from .known_figures import known_by
from .panel import NEAR, TELLING
from .registers import Counted
from .relations import CONTRADICTED, DIFFERS, ROUNDED, SUPPORTED, UNCHECKED
from .rounding_interval import meet

EQUALS = "equals"
#: A number that is no more than this share away from the surveyor's retells the surveyor's.
_CLOSE = 0.05
#: How another publication's number may stand beside one without speaking against it.
_NOT_AGAINST = ("agree", "worded", "consistent")
#: On which side of its number a figure lies, by its qualifier.
_SIDE = {"more than": 1, "at least": 1, "less than": -1, "up to": -1, "nearly": -2}
#: So many accounts that print one number make a count known that its maker's own pages were not seen to print.
_ENOUGH = 2


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
    """

    verdict: str
    now: str
    told: str
    primary: Any = None
    surveyor: Any = None


def row_of_number(row: Any, book: Book) -> dict[str, Any]:
    """A row of `check_claims` for a figure of an account."""
    return _told(row, settle_number(row, book), book)


def settle_number(row: Any, book: Book) -> Settled:
    """Compare a number with the count that it retells."""
    if (count := book.registered(row)) is not None:
        return _by_register(row, count)
    if (count := book.registered(row, so_far=True)) is not None:
        return Settled(UNCHECKED, UNCHECKED, "so_far", count)
    there = book.primaries.get(subject(row), [])
    early = [primary for primary in there if known_by(primary.published, text(row.published))]
    verdict, told, primary = _against(row, early, book)
    now, told_now, known = (verdict, told, primary) if len(early) == len(there) else _against(row, there, book)
    if primary is not None:
        if verdict in (SUPPORTED, ROUNDED) and primary.source in (through := book.known_through(row)):
            # What is known through the account alone does not confirm it; another of the surveyor's pages may.
            verdict, told, other = _against(row, [one for one in early if one.source not in through], book)
            if verdict not in (SUPPORTED, ROUNDED):
                return Settled(UNCHECKED, UNCHECKED, "circular", primary)
            return Settled(verdict, verdict, told, other)
        return _by_origin(row, Settled(verdict, now, told, primary), book)
    if known is not None:
        # What is more than a hundred at its date may be eight hundred later: a later count does not refute a bound.
        return Settled(UNCHECKED, UNCHECKED if told_now == "far" else now, _later(now, told_now), known)
    if (apart := _apart_alone(row, book)) is not None:
        return apart
    if (restated := book.restated(row)) is not None:
        return Settled(DIFFERS, DIFFERS, "restated", restated)
    told, primary = _by_others(row, book)
    if told in ("meant", "meant_itself") and (surveyor := _of_surveyor(row, primary, book)) is not None:
        return Settled(DIFFERS, DIFFERS, f"{told}_other", primary, surveyor)
    verdict = DIFFERS if told in ("meant", "meant_itself", "elsewhere", "swapped") else UNCHECKED
    return Settled(verdict, verdict, told, primary)


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


# The register itself


def _by_register(row: Any, count: Counted) -> Settled:
    """The verdict on a number of a register by the register itself, which anybody can read on any day.

    It is revised for years: another number may have been right on its day, unless it is less than half of what stands
    there, or more than twice as much. A register counts people, which accounts call records.
    """
    verdict, told = comparison(row, count)
    loose = told == "bound" and row.sense != count.sense
    exact = told == "coarser" and printed_in_full(row.figure, row.value, text(row.lang))
    if verdict != CONTRADICTED and not loose and not exact:
        verdict = DIFFERS if row.sense != count.sense else verdict
        return Settled(verdict, verdict, DIFFERS if verdict == DIFFERS else told, count)
    if max(row.value, count.value) < FAR * min(row.value, count.value):
        told = "revised" if row.sense == count.sense else "revised_people"
        return Settled(UNCHECKED, UNCHECKED, told, count)
    return Settled(CONTRADICTED, CONTRADICTED, told, count)


# Counts made apart from the surveyor's


def _by_origin(row: Any, settled: Settled, book: Book) -> Settled:
    """The verdict on a number that retells a count made apart from the authors': by that count, its own origin."""
    surveyor = settled.primary
    if settled.told == "bound" and (copied := _miscopied(row, surveyor, book)) is not None:
        return Settled(CONTRADICTED, CONTRADICTED, "digit_of_other", copied, surveyor)
    if settled.verdict not in (SUPPORTED, CONTRADICTED) or surveyor.sense != row.sense:
        return settled
    if settled.verdict == SUPPORTED and abs(row.value - surveyor.value) <= _CLOSE * surveyor.value:
        return settled
    survey = book.survey(row.survey)
    makers = set(survey.meta["counted_apart"])
    if row.source in makers:
        return Settled(UNCHECKED, UNCHECKED, "own_count", surveyor)
    origin = _count_apart(row, survey.counted_apart, makers, book)
    if origin is None:
        return settled
    verdict, beside = comparison(row, origin)
    if beside == "far":
        return settled
    if verdict == CONTRADICTED:
        retold = row.source in survey.counted_apart and origin.source in makers
        if not retold or settled.told != "other":
            return settled
        return Settled(CONTRADICTED, CONTRADICTED, "neither", origin, surveyor)
    if settled.told in ("bound", "far") and beside == "bound":
        return Settled(verdict, verdict, "fits_both", origin, surveyor)
    told = "apart" if origin.source in makers else "apart_retold"
    return Settled(verdict, verdict, told, origin, surveyor)


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
    return None if verdict == CONTRADICTED or beside == "far" else Settled(verdict, verdict, "apart_alone", origin)


def _miscopied(row: Any, primary: Any, book: Book) -> Any | None:
    """The number of another account, truer to the surveyor's, that a lower bound repeats with one digit changed."""
    away = abs(row.value - primary.value)
    likely = [
        one
        for one in _others(row, book)
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
    if not sources or max(sources.values()) < _ENOUGH:
        return None
    value = max(sources, key=lambda number: (sources[number], -number))
    # Who checks it reads English sooner than the account's own language.
    return _first(row, sorted((one for one in printed if one.value == value), key=lambda one: one.lang != "en"))


# Where the surveyor printed nothing


def _by_others(row: Any, book: Book) -> tuple[str, Any]:
    """What is to be told where the surveyor printed nothing: what others print."""

    def near(figures: list[Any]) -> Any:
        return min(figures, key=lambda one: (abs(one.value - row.value), one.lang != row.lang, one.lang != book.lang))

    if meant := text(row.meant):
        others = [
            one
            for key, rows in book.printed.items()
            if key[:4] == subject(row) and key[4] == meant
            for one in rows
            if meet(one, row) and (one.tier == "primary" or settle_number(one, book).verdict != CONTRADICTED)
        ]
        if elsewhere := [one for one in others if one.source != row.source]:
            return "meant", near(elsewhere)
        if others:
            return "meant_itself", near(others)
    if place := text(row.meant_place):
        return "elsewhere", near(book.printed[row.survey, place, *subject(row)[2:], row.sense, row.asset])
    others = _others(row, book)
    alone = others and not any(_beside(row, one) in _NOT_AGAINST for one in others)
    if alone and (swapped := _printed_for_another_noun(row, book)):
        return "swapped", near(swapped)
    return ("others" if others else UNCHECKED), None


def _printed_for_another_noun(row: Any, book: Book) -> list[Any]:
    """The figures of others, if several, that are this very number under another noun that may be taken for this."""
    if row.value < TELLING:
        return []
    found = [one for one in _same_number_elsewhere(row, book) if book.sorts[one.sense] == book.sorts[row.sense]]
    return found if len({one.source for one in found}) >= _ENOUGH else []


def _same_number_elsewhere(row: Any, book: Book) -> list[Any]:
    """The figures of other sources that are this very number under another noun."""
    same = book.same_number.get((*subject(row), row.value), ())
    return [one for one in same if one.source != row.source and one.sense != row.sense]


def _of_surveyor(row: Any, primary: Any, book: Book) -> Any | None:
    """The surveyor's own figure for the noun that a number is meant for, beside the number that others give for it."""
    same = [one for one in book.primaries.get(subject(row), []) if one.sense == primary.sense]
    return _first(row, same) if same and primary.tier != "primary" else None


def _others(row: Any, book: Book) -> list[Any]:
    return [one for one in book.printed[(*subject(row), row.sense, row.asset)] if one.source != row.source]


# Words


def _told(row: Any, settled: Settled, book: Book) -> dict[str, Any]:
    verdict, told, primary = settled.verdict, settled.told, settled.primary
    noun = book.noun(row.survey, row.measure)
    # Two words of one count: the account's own is not an error.
    other = verdict == DIFFERS or told == "revised_people"
    right = book.noun(row.survey, primary.sense) if other and primary is not None else noun
    parts = {"said": book.quoted(row), "noun": noun, "right": right, "place": book.about(row, dated=True)}
    parts |= book.made_by(row.survey) | {"counters": book.counters(row.survey)}
    if primary is not None:
        parts |= {"primary": book.quoted(primary), "source": book.cited([primary]), "number": book.number(primary)}
        parts |= {"base": _based(primary, parts, book)}
    if settled.surveyor is not None:
        parts |= {"surveyor": book.quoted(settled.surveyor), "survey_source": book.cited([settled.surveyor])}
    if told == "elsewhere":
        parts |= {"there": book.place(primary.place, primary.place_id)}
    if told in ("others", "circular"):
        parts |= {"tally": _tallied(row, book)}
    if told == "scale":
        parts |= {"factor": say("factor", str(round(math.log10(row.value / primary.value))), book.lang)}
    if told == "far":
        told = "far_more" if primary.value > row.value else "far_less"
    if told in (UNCHECKED, "others") and parts["of"] == "authority":
        register = book.known.register(row.survey)
        told = f"{told} of a read register" if register else f"{told} of a register"
        parts |= {"read": date(register.read, book.lang)} if register else {}
    suggested = "elsewhere" if told == "elsewhere" else EQUALS
    beside = told in ("neither", "digit_of_other", "meant_other", "meant_itself_other")
    # What a register held of a time that was not over is told, but nothing is held against it.
    shown = settled.surveyor if beside else None if told == "so_far" else primary
    if beside:
        parts |= {"number": book.number(shown)}
    wrong = verdict in (DIFFERS, CONTRADICTED)
    return {
        "source": row.source,
        "survey": row.survey,
        "place": row.place,
        "measure": row.measure,
        "relation": EQUALS,
        "figure": row.figure,
        "claim": f"{row.figure} ({noun}, {book.about(row)})",
        "verdict": verdict,
        "verdict_now": settled.now,
        "explanation": say("equals", told, book.lang, **parts),
        "suggestion": say("suggestion", suggested, book.lang, **parts) if wrong else "",
        "primary_source": shown.source if shown is not None else "",
        "primary_figure": shown.figure if shown is not None else "",
        "low": row.low,
        "high": row.high,
        "primary_low": shown.low if shown is not None else math.nan,
        "primary_high": shown.high if shown is not None else math.nan,
        "locator": row.locator,
        "cause": _cause(row, book) if wrong and told != "elsewhere" else "",
        "primary_rows": f"{shown.survey}:{shown.line}" if shown is not None and hasattr(shown, "line") else "",
    }


def _based(primary: Any, parts: dict[str, str], book: Book) -> str:
    """The figure that a number is held against, as the beginning of a sentence."""
    if isinstance(primary, Counted):
        return say("equals", "register_base", book.lang, **parts, read=date(primary.read, book.lang))
    return say("equals", "base", book.lang, **parts)


def _cause(row: Any, book: Book) -> str:
    return book.survey(row.survey).cause({row.measure, row.sense}, row.place, text(row.iso3) or None)


def _tallied(row: Any, book: Book) -> str:
    """How many other publications agree with a number, print it with other digits, or print another, in words."""
    groups: dict[str, list[Any]] = {name: [] for name in (*_NOT_AGAINST, "longer", "shorter", "currency", "differ")}
    through = book.known_through(row)
    for one in _others(row, book):
        beside = _beside(row, one)
        # Who gives a number for the wrong noun does not speak against the right one.
        right = beside != "differ" or one.tier == "primary" or not _printed_for_another_noun(one, book)
        if one.source not in through and right:
            groups[beside].append(one)
    groups["currency"] = _in_another_currency(row, book)
    clauses, told, given = [], set[str](), set[str]()
    for name, found in groups.items():
        # A publication that prints several numbers is told once.
        new = [one for one in found if one.source not in told]
        told |= {one.source for one in new}
        given |= {name} if new else set()
        if new or name == "agree" or (name == "differ" and given == {"agree"}):
            near = name == "agree" and not new and (groups["worded"] or groups["consistent"])
            clauses.append(_clause("exactly" if near else name, new, row, book))
    said = say("tally", "all", book.lang, clauses=say("tally", "joint", book.lang).join(clauses))
    revised = groups["differ"] and book.survey(row.survey).meta["revised"]
    return f"{said} {say('tally', 'revised', book.lang)}" if revised else said


def _in_another_currency(row: Any, book: Book) -> list[Any]:
    """The figures of others that are this very amount of another money."""
    if book.kinds[row.sense] != "money":
        return []
    return [one for one in _same_number_elsewhere(row, book) if book.kinds[one.sense] == "money"]


def _beside(row: Any, one: Any) -> str:
    """How another publication's number stands beside one.

    It agrees (on the same side of its number), words the same number differently, is another that is consistent with
    it, has more of its digits, fewer of them, or differs.
    """
    side, other = (_SIDE.get(text(figure.qualifier), 0) for figure in (row, one))
    if row.value == one.value and side * other < 0:
        return "differ"
    for name, verdict, told in (("shorter", *comparison(one, row)), ("longer", *comparison(row, one))):
        if verdict != CONTRADICTED and told != "far":
            return "agree" if side == other else "worded" if row.value == one.value else "consistent"
        if told == "cut":
            return name
    return "differ"


def _clause(name: str, rows: list[Any], row: Any, book: Book) -> str:
    """How many publications do one thing with a number, with an example where they print another."""
    sources = len({one.source for one in rows})
    form = ("none", "one")[sources] if sources < 2 else "many"
    parts = {"said": book.quoted(row), "n": numbers.number(sources, book.lang)}
    if rows and name != "agree":
        printed = Counter(one.value for one in rows)
        other = max(rows, key=lambda one: (printed[one.value], -abs(one.value - row.value), one.lang == book.lang))
        parts |= {"other": book.quoted(other), "source": book.cited([other])}
    return say("tally", f"{name}_{form}", book.lang, **parts)
