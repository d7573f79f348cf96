"""What other publications print beside a number: the same, the same in other words, more or fewer digits, another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Sequence
from typing import Any

from ..language import prose
from .claim_book import Book, say, subject, texts
from .equality import comparison, digits, last_unit
from .fields import text
from .outcome import CONTRADICTED
from .panel import TELLING

#: How another publication's number may stand beside one without speaking against it.
NOT_AGAINST = ("agree", "worded", "consistent")
#: So many accounts that print one number make a count known that its maker's own pages were not seen to print.
ENOUGH = 2
#: On which side of its number a figure lies, by its qualifier.
_SIDE = {
    "more than": "above",
    "at least": "above",
    "less than": "below",
    "up to": "below",
    "nearly": "just below",
    "about": "near",
}
_OPPOSED = ({"above", "below"}, {"above", "just below"})


def others(row: Any, book: Book) -> list[Any]:
    """What other publications print for what a figure is about."""
    return [one for one in book.printed[(*subject(row), row.sense, row.asset)] if one.source != row.source]


def own_others(row: Any, book: Book) -> list[Any]:
    """What a figure's own text prints besides it for what the figure is about: other numbers, and other bounds."""
    same = (one for one in book.printed[(*subject(row), row.sense, row.asset)] if one.source == row.source)
    return [one for one in same if (one.value, text(one.qualifier)) != (row.value, text(row.qualifier))]


def printed_for_another_noun(row: Any, book: Book) -> list[Any]:
    """The figures of others, if several, that are this very number under another noun that may be taken for this."""
    if row.value < TELLING:
        return []
    found = [one for one in _same_number_elsewhere(row, book) if book.sorts[one.sense] == book.sorts[row.sense]]
    return found if len({one.source for one in found}) >= ENOUGH else []


def _same_number_elsewhere(row: Any, book: Book) -> list[Any]:
    """The figures of other sources that are this very number under another noun."""
    same = book.same_number.get((*subject(row), row.value), ())
    return [one for one in same if one.source != row.source and one.sense != row.sense]


def tallied(row: Any, book: Book, apart: Container[str] | None = None) -> str:
    """How many other publications agree with a number, print it with other digits, or print another, in words.

    Copies and originals are not counted; of those that tell of a count made ``apart``, only these are.
    """
    groups: dict[str, list[Any]] = {name: [] for name in (*NOT_AGAINST, "longer", "shorter", "currency", "differ")}
    through, copies = book.known_through(row), []
    kin = {*book.retold_by(row), *book.retelling(row)}
    for one in others(row, book):
        if apart is not None and one.source not in apart:
            continue
        beside = beside_it(row, one)
        if beside in NOT_AGAINST and one.source in kin:
            # A copy agrees with its original, which proves nothing.
            copies.append(one)
            continue
        # Who gives a number for the wrong noun does not speak against the right one.
        right = beside != "differ" or one.tier == "primary" or not printed_for_another_noun(one, book)
        if one.source not in through and right and not book.misread(one):
            groups[beside].append(one)
    groups["currency"] = _in_another_currency(row, book)
    said = say(
        "tally", "all", book.lang, clauses=say("tally", "joint", book.lang).join(_clauses(groups, copies, row, book))
    )
    # Two readings of a register do not differ by digits exchanged, nor a whole and its part by the day of reading.
    whole = [one for one in groups["differ"] if not (book.partial(one) or book.partial(row))]
    read = [one for one in whole if sorted(digits(one.value)) != sorted(digits(row.value))]
    revised = read and book.survey(row.survey).meta["revised"]
    return f"{said} {say('tally', 'revised', book.lang)}" if revised else said


def _clauses(groups: dict[str, list[Any]], copies: list[Any], row: Any, book: Book) -> list[str]:
    """What each group of publications does with a number, and that its own source and copies agree with it."""
    clauses, told = [], set[str]()
    for name, found in groups.items():
        # A publication that prints several numbers is told once.
        new = [one for one in found if one.source not in told]
        if name == "agree" and not new:
            near = groups["worded"] or groups["consistent"]
            clauses.append(_clause("kin" if copies else "exactly" if near else "agree", [], row, book, copies))
        elif new:
            clauses.append(_clause(name, new, row, book, copies if name == "agree" else (), another=bool(told)))
        told |= {one.source for one in new}
    return clauses


def _in_another_currency(row: Any, book: Book) -> list[Any]:
    """The figures of others that are this very amount of another money."""
    if book.kinds[row.sense] != "money":
        return []
    return [one for one in _same_number_elsewhere(row, book) if book.kinds[one.sense] == "money"]


def beside_it(row: Any, one: Any) -> str:
    """How another publication's number stands beside one.

    It agrees (the same number with the same qualifier), words the same number differently, is another that is
    consistent with it, has more of its digits, fewer of them, or differs.
    """
    side, other = (_SIDE.get(text(figure.qualifier), "") for figure in (row, one))
    if row.value == one.value:
        return "differ" if {side, other} in _OPPOSED else "agree" if side == other else "worded"
    if _below_nearly(row, one) or _below_nearly(one, row):
        return "differ"
    for name, verdict, told in (("shorter", *comparison(one, row)), ("longer", *comparison(row, one))):
        if told == "cut":
            return name
        if verdict != CONTRADICTED and told not in ("far", "loose"):
            return "consistent"
    return "differ"


def _below_nearly(row: Any, one: Any) -> bool:
    """Whether a number is one that "nearly" is not said of: nobody writes nearly 26,000 of 25,000."""
    return text(row.qualifier) == "nearly" and row.value - one.value >= last_unit(row.value)


def _clause(
    name: str, rows: list[Any], row: Any, book: Book, copies: Sequence[Any] = (), *, another: bool = False
) -> str:
    """How many publications do one thing with a number, with an example where they print another.

    ``copies`` are those beside them that do not count; ``another`` says that some were told of before.
    """
    sources = len({one.source for one in rows})
    form = ("none", "one")[sources] if sources < 2 else "many"
    one = say("tally", "another" if another else "one", book.lang)
    parts = {"said": book.quoted(row), "n": prose.in_words(sources, book.lang), "one": one}
    if rows and name != "agree":
        printed = Counter(one.value for one in rows)
        other = max(rows, key=lambda one: (printed[one.value], -abs(one.value - row.value), one.lang == book.lang))
        parts |= {"other": book.quoted(other), "source": book.cited([other])}
        if len({(one.value, text(one.qualifier)) for one in rows}) == 1 and f"{name}_same" in texts()["tally"]:
            form = form if sources < 2 else "same"
    said = say("tally", f"{name}_{form}", book.lang, kin=_kin(row, copies, book), **parts)
    return say("tally", "besides", book.lang, said=said, kin=_kin(row, copies, book)) if rows and copies else said


def _kin(row: Any, copies: Sequence[Any], book: Book) -> str:
    """Which of a text's own source and of the texts that retell it are told of."""
    sources = {one.source for one in copies}
    own, after = sources & book.retold_by(row), sources - book.retold_by(row)
    told = [say("kin", "source" if len(own) == 1 else "sources", book.lang)] if own else []
    if after:
        told.append(
            say("kin", "one" if len(after) == 1 else "many", book.lang, n=prose.in_words(len(after), book.lang))
        )
    return prose.listed(told, book.lang) if told else ""
