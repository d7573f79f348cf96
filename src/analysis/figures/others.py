"""What other publications print beside a number: the same, the same in other words, more or fewer digits, another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Sequence
from typing import Any

from ..language import prose
from ..language.languages import LANGUAGES
from .claim_book import Book, say, subject, texts
from .equality import comparison, digits, last_unit
from .fields import text
from .outcome import CONTRADICTED
from .panel import TELLING

#: How another publication's number may say the same as one; how it may stand beside one without speaking against it.
_SAME = ("agree", "worded")
NOT_AGAINST = (*_SAME, "consistent")
_GROUPS = (*NOT_AGAINST, "longer", "shorter", "currency", "differ", "apart", "noun")
#: Of what a text's own source, what retells it, or its outlet prints: told by itself, as it does not speak against it.
_TOLD_APART = (*NOT_AGAINST, "longer", "shorter", "differ")
#: So many accounts that print one number make a count known that its maker's own pages were not seen to print.
ENOUGH = 2
#: A count that ends in so many zeros may be a rounding of a register's; a single one is a digit like others.
_ROUNDED_TO = 100
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
    """The figures of others, if several, that are this very number under another noun that may be taken for this.

    A noun that itself stands for another is none: that some call 24.3 million studies patients makes no patients.
    """
    if row.value < TELLING:
        return []
    there = (one for one in _same_number_elsewhere(row, book) if not text(one.meant))
    found = [one for one in there if book.sorts[one.sense] == book.sorts[row.sense]]
    return found if len({one.source for one in found}) >= ENOUGH else []


def _same_number_elsewhere(row: Any, book: Book) -> list[Any]:
    """The figures of other sources that are this very number under another noun."""
    same = book.same_number.get((*subject(row), row.value), ())
    return [one for one in same if one.source != row.source and one.sense != row.sense]


def _counted_otherwise(row: Any, book: Book) -> bool:
    """Whether those who counted print this very number, as exactly as this, for something else."""
    same = (one for one in _same_number_elsewhere(row, book) if one.tier == "primary" and not text(one.meant))
    return row.value >= TELLING and any(text(one.qualifier) == text(row.qualifier) for one in same)


def tallied(row: Any, book: Book, apart: Container[str] | None = None) -> str:
    """How many other publications agree with a number, print it with other digits, or print another, in words.

    Copies and originals are told apart and not counted; of those that tell of a count made ``apart``, only these are.
    """
    groups: dict[str, list[Any]] = {name: [] for name in _GROUPS}
    through = book.known_through(row)
    copies: list[Any] = []
    unlike: list[Any] = []
    kin = _one_with({row.source}, row, book)
    for one in others(row, book):
        if one.source in through or (apart is not None and one.source not in apart):
            continue
        beside = _group(row, one, book)
        if one.source in kin and beside in _TOLD_APART:
            # A copy that agrees with its original proves nothing; one that does not is not another account either.
            (copies if beside in _SAME else unlike).append(one)
        else:
            groups[beside].append(one)
    groups["currency"] = _in_another_currency(row, book)
    same = {one.source for one in copies}
    unlike = [one for one in unlike if one.source not in same]
    clauses, merged = _clauses(groups, copies, row, book)
    clauses += _of_kin(unlike, row, book)
    every = "all_apart" if apart is not None else "all_once" if merged else "all"
    said = say("tally", every, book.lang, clauses=say("tally", "joint", book.lang).join(clauses))
    if not any(groups.values()) and copies and not unlike:
        said = say("tally", "alone", book.lang, kin=_kin(row, copies, book))
    else:
        said = _only_other(groups, [*copies, *unlike], row, book) or said
    # Two readings of a register do not differ by digits exchanged, nor a whole and its part by the day of reading.
    whole = [one for one in groups["differ"] if not (book.partial(one) or book.partial(row))]
    read = [one for one in whole if sorted(digits(one.value)) != sorted(digits(row.value))]
    revised = read and book.survey(row.survey).meta["revised"]
    return f"{said} {say('tally', 'revised', book.lang)}" if revised else said


def _group(row: Any, one: Any, book: Book) -> str:
    """The group of publications to which one belongs by its number, by the count that it retells, and by its noun."""
    beside, counted_apart = beside_it(row, one), book.survey(row.survey).counted_apart
    if beside in ("consistent", "differ") and one.source in counted_apart and row.source not in counted_apart:
        # Who tells of a separate count neither bears out a number of the surveyor's nor speaks against it.
        beside = "apart"
    if beside == "consistent" and _read_on_another_day(row, one, book):
        beside = "differ"
    known = one.tier == "primary" or one.source in counted_apart
    # Who gives a number for the wrong noun does not speak against the right one.
    noun = beside == "differ" and not known and (printed_for_another_noun(one, book) or _counted_otherwise(one, book))
    part = bool(book.partial(one)) and not book.partial(row)
    return "noun" if noun or part or book.misread(one) else beside


def _read_on_another_day(row: Any, one: Any, book: Book) -> bool:
    """Whether two numbers of a register that is revised are counts of two days, and not one of them a rounding."""
    exact = (
        not text(figure.qualifier) and figure.value > 0 and last_unit(figure.value) < _ROUNDED_TO
        for figure in (row, one)
    )
    return bool(book.survey(row.survey).meta["revised"] and row.value != one.value and all(exact))


def _clauses(groups: dict[str, list[Any]], copies: list[Any], row: Any, book: Book) -> tuple[list[str], bool]:
    """What each group of publications does with a number; whether some that are one were counted once."""
    clauses, told, merged = [], set[str](), False
    for name, found in groups.items():
        # A publication that prints several numbers is told once.
        new = [one for one in found if one.source not in told | _one_with(told, row, book)]
        merged |= len({one.source for one in found} - told) > len({one.source for one in new})
        if name == "agree" and not new:
            near = groups["worded"] or groups["consistent"]
            clauses.append(_clause("kin" if copies else "exactly" if near else "agree", [], row, book, copies))
        elif new:
            clauses.append(_clause(name, new, row, book, copies if name == "agree" else (), another=bool(told)))
        names = {one.source for one in new}
        merged |= book.kin(row).families(names) < len(names)
        told |= names
    return clauses, merged


def _one_with(sources: set[str], row: Any, book: Book) -> set[str]:
    """The accounts that are one with some others: copies, what these retell, and texts of the same outlet."""
    kin = book.kin(row)
    return {near for one in sources for near in kin.retold(one) | kin.retelling(one) | kin.same_outlet(one)}


def _only_other(groups: dict[str, list[Any]], copies: list[Any], row: Any, book: Book) -> str:
    """The sentence on the only other text with a figure, if it gives a different one; else nothing."""
    differ = groups["differ"]
    if copies or len({one.source for one in differ}) != 1 or any(groups[name] for name in groups if name != "differ"):
        return ""
    parts = {"other": book.quoted(differ[0]), "source": _with_doubt(differ[0], book)}
    return say("tally", "only_differs", book.lang, **parts)


def _with_doubt(figure: Any, book: Book) -> str:
    """Who prints a figure, and that it is known for a misprint."""
    cited = book.cited([figure])
    return say("tally", "misprint", book.lang, source=cited) if book.misprinted(figure) else cited


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
        if verdict != CONTRADICTED and told not in ("loose", "far"):
            return "consistent"
    return "differ"


def _below_nearly(row: Any, one: Any) -> bool:
    """Whether a number is one that "nearly" is not said of: nobody writes nearly 26,000 of 25,000."""
    if text(row.qualifier) != "nearly" or _SIDE.get(text(one.qualifier)) == "above":
        return False
    return bool(row.value - one.value >= last_unit(row.value))


def _clause(
    name: str, rows: list[Any], row: Any, book: Book, copies: Sequence[Any] = (), *, another: bool = False
) -> str:
    """How many publications do one thing with a number, with an example where they print another.

    ``copies`` are those beside them that do not count; ``another`` says that some were told of before.
    """
    sources = book.kin(row).families({one.source for one in rows})
    form = ("none", "one")[sources] if sources < 2 else "many"
    one = say("tally", "another" if another else "one", book.lang)
    parts = {"said": book.quoted(row), "n": prose.in_words(sources, book.lang), "one": one}
    if rows and name != "agree":
        printed = Counter(one.value for one in rows)
        names, related = {one.source for one in rows}, book.kin(row)
        other = max(
            rows,
            key=lambda one: (
                printed[one.value],
                not related.retold(one.source) & names,
                -abs(one.value - row.value),
                one.lang == book.lang,
                one.lang in LANGUAGES,
            ),
        )
        parts |= {"other": book.quoted(other), "source": _with_doubt(other, book)}
        # Without its source a quotation stands for every text that it is said to be in.
        quoted = name in ("worded", "consistent")
        same = {one.figure if quoted else (one.value, text(one.qualifier)) for one in rows}
        if len(same) == 1 and f"{name}_same" in texts()["tally"]:
            form = form if sources < 2 else "same"
        second = [one for one in rows if one.source == other.source and one.value != other.value]
        if second and name == "differ" and sources == 1:
            form, parts = "both", parts | {"second": book.quoted(second[0])}
    said = say("tally", f"{name}_{form}", book.lang, kin=_kin(row, copies, book), **parts)
    return say("tally", "besides", book.lang, said=said, kin=_kin(row, copies, book)) if rows and copies else said


def _of_kin(rows: list[Any], row: Any, book: Book) -> list[str]:
    """What a text's own source, the texts that retell it, and others of its outlet print where that is not the same."""
    related, clauses, told = book.kin(row), [], set[str]()
    kinds = {"source": related.retold(row.source), "one": related.retelling(row.source)}
    for name, sources in (kinds | {"outlet": related.same_outlet(row.source)}).items():
        found = [one for one in rows if one.source in sources - told]
        told |= {one.source for one in found}
        if not found:
            continue
        printed = {book.quoted(one): _with_doubt(one, book) for one in found}
        cited = list(printed.values())
        quoted = [
            # Of figures by one publication the last names it.
            say("figure", "quoted" if source == after else "quoted_by", book.lang, n=figure, source=source)
            for figure, source, after in zip(printed, cited, [*cited[1:], ""], strict=True)
        ]
        n = len({one.source for one in found})
        form = f"{name}_gives" if n == 1 else f"{name}_give"
        parts = {"n": prose.in_words(n, book.lang), "figures": prose.listed(quoted, book.lang)}
        clauses.append(say("kin", form, book.lang, **parts))
    return clauses


def _kin(row: Any, copies: Sequence[Any], book: Book) -> str:
    """Which of a text's own source and of the texts that retell it are told of."""
    sources, related = {one.source for one in copies}, book.kin(row)
    own = sources & related.retold(row.source)
    after = (sources - own) & related.retelling(row.source)
    groups = {"source": own, "one": after, "outlet": sources - own - after}
    many = {"source": "sources", "one": "many", "outlet": "outlets"}
    told = [
        say("kin", name if len(found) == 1 else many[name], book.lang, n=prose.in_words(len(found), book.lang))
        for name, found in groups.items()
        if found
    ]
    return prose.listed(told, book.lang) if told else ""
