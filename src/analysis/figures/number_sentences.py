"""The sentence that tells the verdict on a number, and the row that `check_claims` gives for it."""

from __future__ import annotations

import math
import re
from typing import Any

from ..language import numbers, prose
from ..language.dates import date
from .claim_book import Book, say, subject
from .equality import agreement, first_digit_lost
from .fields import text
from .known_figures import known_by
from .number_claims import Settled, settle_number
from .others import others, own_others, tallied
from .outcome import CONTRADICTED, DIFFERS, ROUNDED, UNCHECKED
from .registers import Counted
from .survey_description import later

EQUALS = "equals"
#: Verdicts by another figure than the surveyor's, beside which the surveyor's is shown.
_BESIDE = ("digit_of_other", "meant_other", "meant_itself_other")
#: What a register held of a time that was not over is told, but nothing is held against it.
_SO_FAR = ("so_far", "so_far_people")
#: Sentences, besides those of the verdict that says so, on a number that is of another noun.
_OF_ANOTHER_NOUN = ("revised_people", "so_far_people", "meant", "meant_by_others", "meant_itself", "swapped")
#: Sentences that tell what other texts print, beside which the text's own other number stands.
_TALLIED = ("others", "circular", "reprinted", "retold")


def row_of_number(row: Any, book: Book) -> dict[str, Any]:
    """A row of `check_claims` for a figure of an account."""
    settled = settle_number(row, book)
    parts = _parts(row, settled, book)
    told, shown = settled.told, _shown(settled)
    elsewhere = told == "elsewhere" or (told.startswith("misread") and parts["there"] != book.about(row))
    wrong = settled.verdict in (DIFFERS, CONTRADICTED)
    form = "elsewhere" if elsewhere else EQUALS
    if told.startswith("misread") and settled.surveyor is not None:
        form = "either"
        parts |= {"where": book.about(row), "surveyor_number": book.number(settled.surveyor), "there": parts["there"]}
    return {
        "source": row.source,
        "survey": row.survey,
        "place": row.place,
        "measure": row.measure,
        "relation": EQUALS,
        "figure": row.figure,
        "claim": f"{row.figure} ({parts['noun']}, {book.about(row)})",
        "verdict": settled.verdict,
        "verdict_now": settled.now,
        "explanation": _explained(row, settled, parts, book),
        "suggestion": say("suggestion", form, book.lang, **parts) if wrong else "",
        "primary_source": shown.source if shown is not None else "",
        "primary_figure": shown.figure if shown is not None else "",
        "low": row.low,
        "high": row.high,
        "primary_low": shown.low if shown is not None else math.nan,
        "primary_high": shown.high if shown is not None else math.nan,
        "locator": row.locator,
        "cause": _cause(row, settled, book) if wrong else "",
        "primary_rows": f"{shown.survey}:{shown.line}" if shown is not None and hasattr(shown, "line") else "",
    }


def _shown(settled: Settled) -> Any | None:
    """The figure that stands behind the verdict in its row."""
    if settled.told in _SO_FAR:
        return None
    if settled.told.startswith("misread"):
        return settled.beside
    return settled.surveyor if settled.told in _BESIDE else settled.primary


def _explained(row: Any, settled: Settled, parts: dict[str, str], book: Book) -> str:
    """The sentence, with what stands beside it: the surveyor's own figure, or that a number was extrapolated."""
    told, primary = settled.told, settled.primary
    if told == "added" and settled.verdict == ROUNDED:
        told = "added_rounded"
    if told == "far":
        told = "far_more" if primary.value > row.value else "far_less"
        told = "digit_lost" if first_digit_lost(row, primary) else told
    if told.startswith("misread") and settled.surveyor is not None:
        told = f"{told} beside"
    if told == "circular" and book.reprinted(row):
        told = "reprinted" if others(row, book) else "reprinted_alone"
    if told == DIFFERS:
        told = f"{told} too" if _own_word(row, book) else f"{told} beside" if settled.surveyor is not None else told
    if told in (UNCHECKED, "others") and parts["of"] == "authority":
        register = book.known.register(row.survey)
        older = register is not None and later(_last_day(row), register.read)
        told = f"{told} of {'an older' if older else 'a read' if register else 'a'} register"
        told = told.replace("a register", "another sector") if parts["sector"] else told
    elif told == UNCHECKED and (parts["own"] or parts["said"] != row.figure):
        told = f"{told} beside itself" if parts["own"] else f"{told} glossed"
    said = say("equals", told, book.lang, **parts)
    if parts["own"] and (told in _TALLIED or told.startswith("others of")):
        said = say("equals", "own_too", book.lang, told=said, **parts)
    if settled.base != "base":
        near = settled.surveyor is not None and agreement(row, settled.surveyor) == ROUNDED
        beside = "beside_near" if near else "beside_surveyor" if settled.surveyor is not None else "beside_none"
        said = say("equals", beside, book.lang, told=said, **parts)
    if told != "partial" and (part := book.partial(row)):
        said = say("equals", "partial_too", book.lang, told=said, said=parts["said"], part=part)
    if book.known.extrapolated(row):
        said = say("equals", "extrapolated", book.lang, told=said, said=parts["said"])
    if book.misprinted(row):
        said = say("equals", "misprint", book.lang, told=said, said=parts["said"])
    for doubt in (book.remark("doubted", row.survey, row.sense, row.place_id), book.noted(row)):
        said = say("equals", "doubted", book.lang, told=said, doubt=doubt) if doubt else said
    return said


def _parts(row: Any, settled: Settled, book: Book) -> dict[str, str]:
    """What the sentences have places for."""
    told, primary, lang = settled.told, settled.primary, book.lang
    noun = book.noun(row.survey, row.measure)
    # Two words of one count: the account's own is not an error.
    other = settled.verdict == DIFFERS or told in _OF_ANOTHER_NOUN
    right = book.noun(row.survey, primary.sense) if other and primary is not None else noun
    parts = {"said": book.quoted(row), "noun": noun, "right": right, "place": book.about(row, dated=True)}
    parts |= book.made_by(row.survey, row.source) | {"counters": book.counters(row.survey)}
    parts |= {"bound": say("bound", "upper" if text(row.qualifier) in ("less than", "up to") else "lower", lang)}
    if register := book.known.register(row.survey):
        age = "before_begun" if later(text(row.scan_from), register.read) else "before_over"
        parts |= {"read": date(register.read, lang), "older": say("equals", age, lang)}
    if primary is not None:
        parts |= {"primary": book.quoted(primary), "source": book.cited([primary]), "number": book.number(primary)}
        base = "register_base" if isinstance(primary, Counted) else settled.base
        words = {"lost": _qualifying_word(primary, book), "added": _qualifying_word(row, book)}
        parts |= words | {"base": say("equals", base, lang, **parts)}
    if settled.surveyor is not None:
        parts |= {"surveyor": book.quoted(settled.surveyor), "survey_source": book.cited([settled.surveyor])}
    parts |= {"own": "", "sector": ""}
    if told in (UNCHECKED, "others") and (beside := book.of_another_sector(row)) is not None:
        parts |= {"sector": book.about(beside), "primary": book.quoted(beside), "source": book.cited([beside])}
    if told in (UNCHECKED, *_TALLIED):
        own = dict.fromkeys(say("figure", "quoted", lang, n=book.quoted(one)) for one in own_others(row, book))
        parts |= {"own": prose.listed(list(own), lang)}
    if told in ("meant", "meant_by_others", "meant_other"):
        parts |= {"too": _of_right_noun(row, settled, right, book)}
    if told in ("others", "circular"):
        parts |= {"tally": tallied(row, book)}
    if told == "retold":
        parts |= {"tally": tallied(row, book, book.survey(row.survey).counted_apart)}
    if told == "scale":
        parts |= {"factor": say("factor", str(round(math.log10(row.value / primary.value))), lang)}
    if told in _BESIDE:
        parts |= {"number": book.number(settled.surveyor)}
    if told == "partial":
        parts |= {"part": book.partial(row)}
    return parts | _of_elsewhere(row, settled, book)


def _of_elsewhere(row: Any, settled: Settled, book: Book) -> dict[str, str]:
    """The parts of a sentence on a number that is of another place, measure or survey than its text says."""
    told, beside = settled.told, settled.beside
    if told == "elsewhere":
        return {"there": prose.with_the(book.place(settled.primary.place, settled.primary.place_id), book.lang)}
    if told in ("of_one_country", "former"):
        there = prose.with_the(book.place(beside.place, beside.place_id), book.lang)
        return {"there": there, "former": book.quoted(beside), "former_source": book.cited([beside])}
    rule = book.misread(row) if told.startswith("misread") else None
    if rule is None:
        return {}
    figure = row if beside is None else beside
    parts = {"right": book.noun(row.survey, rule["right_measure"]), "there": rule["there"]}
    if settled.primary is not None:
        each = round(settled.primary.value / row.value)
        product = {
            "product": book.quoted(settled.primary),
            "product_noun": book.noun(row.survey, settled.primary.sense),
        }
        parts |= product | {"each": numbers.number(each, book.lang)}
    return parts | {"primary": book.quoted(figure), "source": book.cited([figure]), "number": book.number(figure)}


def _last_day(row: Any) -> str:
    """The last day of the time that a figure refers to: a year is over with its last day."""
    end = text(row.scan_to) or text(row.scan_from)
    return end + "9999-12-31"[len(end) :]


def _of_right_noun(row: Any, settled: Settled, right: str, book: Book) -> str:
    """What a text itself also prints for the noun that its number is of, as a part of a sentence; or nothing."""
    key = (*subject(row), settled.primary.sense, row.asset)
    own = dict.fromkeys(book.quoted(one) for one in book.printed.get(key, ()) if one.source == row.source)
    quoted = [say("figure", "quoted", book.lang, n=one) for one in own]
    return say("equals", "too", book.lang, own=prose.listed(quoted, book.lang), right=right) if own else ""


def _own_word(row: Any, book: Book) -> bool:
    """Whether a publication of the surveyor's own prints a number under the noun that a text gives it."""
    same = book.printed.get((*subject(row), row.sense, row.asset), ())
    own = (one for one in same if one.tier == "primary" and known_by(one.published, text(row.published)))
    return any(agreement(row, one) != CONTRADICTED for one in own)


def _qualifying_word(figure: Any, book: Book) -> str:
    """The word that qualifies a figure: as printed, where it is printed in the reader's language."""
    printed = re.match(r"[^\W\d]+(?: [^\W\d]+)*(?= [\d$€£])", figure.figure)
    if printed and text(figure.lang) == book.lang and text(figure.qualifier):
        return printed.group().lower()
    return book.qualifier(figure)


def _cause(row: Any, settled: Settled, book: Book) -> str:
    """The likely cause of a wrong number; none of a part, or of another place or thing where it is of this count."""
    counted = any(one.sense == row.sense for one in book.primaries.get(subject(row), ()))
    if settled.told in ("elsewhere", "partial") or (counted and settled.told.startswith("misread")):
        return ""
    about = {row.measure, row.sense}, row.place, text(row.iso3) or None
    return book.survey(row.survey).cause(*about, book.lang, (row.low, row.high))
