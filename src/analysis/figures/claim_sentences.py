"""The sentences that tell the verdict on a claim beyond a single number, and a wording that would be right."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, NamedTuple

from ..language import intervals, numbers, prose
from ..language.dates import date, period
from .claim_book import Book, say, texts
from .country_names import WORLD, country_name
from .fields import text
from .outcome import SUPPORTED, UNCHECKED
from .quantities import quantity

if TYPE_CHECKING:
    from .outcome import Outcome

#: A share from here on can be told in whole percent.
_WHOLE = 0.1
#: From so far apart the ends of a share have no digits after the point; nearer than this they are one share.
_WIDE, _NARROW = 0.1, 0.003
#: So many places are named that come before another.
_NAMED = 3
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
#: Reasons for which no count decides a statement that tell the figure beside it in a way of their own.
_OWN_FORM = {"doer": "doer", **dict.fromkeys(("derived", "noun", "place", "wave", "apart"), "derived")}


class Statement(NamedTuple):
    """A row of ``claims.csv``, or of a file of your own."""

    source: str
    published: str
    survey: str
    claim: str
    relation: str
    place: str
    measure: str
    figure: str
    other_place: str
    other_measure: str
    locator: str
    lang: str
    no_count: str = ""


def explained(outcome: Outcome, row: Statement, place: str, later: bool, book: Book) -> str:
    """What the figures say of a claim, ``later`` ones only, where earlier decide nothing; and what must be known of it.

    That is that its two figures are counts of different people, and what the survey's file says of its text.
    """
    said = _explained(outcome, row, place, later, book)
    printed = [one for one in outcome.figures if hasattr(one, "tier")]
    counts = {book.counted_itself(one) for one in printed if one.tier == "primary" or book.counted_itself(one)}
    apart = say("judged", "two_counts", book.lang, **book.made_by(row.survey)) if len(counts) > 1 else ""
    for remark in (apart, book.noted(row)):
        said = say("equals", "doubted", book.lang, told=said, doubt=remark) if remark else said
    return said


def _explained(outcome: Outcome, row: Statement, place: str, later: bool, book: Book) -> str:
    """The sentence that tells what the figures say of a claim."""
    parts, lang = _parts(outcome, book, row) | {"place": place}, book.lang
    noun, other_noun = (book.noun(row.survey, name) if name else "" for name in (row.measure, row.other_measure))
    nouns = {"noun": noun, "other_noun": other_noun, "said": row.figure or row.claim}
    if outcome.told == "unmeasured":
        measured = "measured_share" if outcome.form == "percent" else "measured_count"
        behind = say("reason", measured, lang, **parts)
        why = prose.sentence(say("undecided", row.no_count or "unmeasured", lang))
        return say("reason", "unmeasured", lang, why=why, behind=behind)
    if row.no_count == "editions" and other_noun:
        remark = book.remark("editions", row.survey, row.measure, WORLD)
        return say("reason", "editions", lang, editions=f" {remark}" if remark else "", **nouns)
    if outcome.told == "qualitative":
        why = prose.sentence(say("undecided", row.no_count or "any", lang))
        form = _OWN_FORM.get(row.no_count, "beside")
        if row.no_count == "list" and outcome.figures:
            form = "listed" if outcome.figures[0].place_id != WORLD else "numbered"
        return say("reason", form if outcome.figures else "alone", lang, why=why, **parts)
    if outcome.told in texts()["reason"]:
        told = say("reason", outcome.told, lang, **parts, **nouns)
        if outcome.told == "no former figure" and (alike := _said_alike(row, book)):
            told = say("reason", "alike", lang, told=told, others=prose.listed(alike, lang))
        return told
    alone = book.place(row.place, outcome.figures[0].place_id)
    told = "rank_below" if outcome.above else _moved(outcome) or _told(outcome)
    if outcome.disputed and f"{told}_disputed" in texts()["behind"]:
        told = f"{told}_disputed"
    if outcome.listed:
        told = f"{told}_listed_own" if outcome.own else f"{told}_listed"
    if told == "rank_between" and outcome.high - outcome.low == 1:
        told = "rank_either"
    behind = prose.sentence(say("behind", told, lang, **parts, **nouns, the_place=prose.with_the(alone, lang)))
    every = len(outcome.own) == len(outcome.figures) > 1
    alone_in_it = prose.listed([book.number(figure) for figure in outcome.own], lang) if outcome.own else ""
    alone_in_it = say("joint", "both figures", lang) if every else alone_in_it
    unnamed = outcome.told == "rank" and names_no_measure(row)
    judged = "measured" if unnamed and outcome.judged == SUPPORTED else _judged(outcome)
    told_now = say("judged", judged, lang, behind=behind, own=alone_in_it, **parts)
    if unnamed and outcome.others:
        others = [say("figure", "quoted", lang, n=book.noun(row.survey, one)) for one, _, _ in outcome.others]
        told_now = say("judged", "measured_other", lang, told=told_now, others=prose.listed(others, lang))
    if unnamed:
        told_now = say("judged", "unnamed", lang, told=told_now)
    return say("reason", "later", lang, judged=told_now) if later else told_now


def names_no_measure(row: Statement) -> bool:
    """Whether an account's statement does not say by what it ranks; one of your own names its measure in its row."""
    return bool(row.published) and not any(word in row.claim.lower() for word in texts()["words"]["named"])


def _said_alike(row: Statement, book: Book) -> list[str]:
    """What other accounts print for a change of which no counts are known, with who does."""
    about, years = (row.relation, row.place, row.measure), set(_YEAR.findall(row.claim))
    alike = [
        one
        for one in book.survey(row.survey).claim_rows
        if (one.relation, one.place, one.measure) == about and one.figure and one.source != row.source
    ]
    said: dict[str, list[str]] = {}
    for one in alike:
        others = set(_YEAR.findall(one.claim))
        # A claim that names no year may be of the same ones.
        if not (years and others) or years == others:
            said.setdefault(_legible(one, row.survey, book), []).append(book.publication(row.survey, one.source))
    return [
        say("figure", "only_sourced", book.lang, n=say("figure", "quoted", book.lang, n=figure), source="; ".join(by))
        for figure, by in said.items()
    ]


def _legible(said: Any, survey: str, book: Book) -> str:
    """What an account says of a change, and in brackets what that is where it is words of another language."""
    sources = {row.source: row.lang for row in book.survey(survey).source_rows}
    spoken = said.quote_lang or sources[said.source]
    if spoken == book.lang or re.search(r"\d", said.figure):
        return str(said.figure)
    change = quantity(texts()["words"]["meaning"].get(said.figure, said.figure), spoken or None)
    if change.unit != "ratio":
        return str(said.figure)
    times = say("figure", "times", book.lang, n=numbers.number(change.value, book.lang))
    qualifier = texts()["qualifier"].get(change.qualifier)
    return f"{said.figure} [{qualifier[book.lang].format(n=times) if qualifier else times}]"


def _judged(outcome: Outcome) -> str:
    """The name of the sentence that judges a claim by the figures behind it."""
    if outcome.listed and outcome.own:
        return UNCHECKED
    return "counted_other" if outcome.told == "counted" and len(outcome.figures) == 2 else outcome.judged


def _cited(figures: Iterable[Any], row: Statement, book: Book) -> str:
    """Who published figures: of those that an account's own text gives, this text."""
    return "; ".join(dict.fromkeys(_publisher(figure, row, book) for figure in figures))


def _publisher(figure: Any, row: Statement, book: Book) -> str:
    if figure.source == row.source and getattr(figure, "tier", "") == "secondary":
        return say("figure", "itself", book.lang)
    return book.cited([figure])


def _sources(figures: Sequence[Any], row: Statement, book: Book) -> list[str]:
    """For each figure of a list who published it; empty where the next one has the same source."""
    cited = [_publisher(figure, row, book) for figure in figures]
    return ["" if this == after else this for this, after in zip_longest(cited, cited[1:])]


def suggested(outcome: Outcome, row: Statement, book: Book) -> str:
    """A wording that would be right."""
    if outcome.told not in texts()["suggestion"]:
        return ""
    lang = book.lang
    stated = say("suggestion", _told(outcome), lang, **_parts(outcome, book, row, numbers.number))
    if not outcome.others:
        return stated
    others = [
        f"{book.noun(row.survey, measure)} ({_span(low, high, 'change', lang)})"
        for measure, low, high in outcome.others
    ]
    return say("suggestion", "also", lang, stated=stated, others=prose.listed(others, lang))


def _told(outcome: Outcome) -> str:
    """The name of the sentence: a rank may be known, between two, or open at its end."""
    if outcome.told != "rank" or outcome.low == outcome.high:
        return outcome.told
    return "rank_open" if math.isinf(outcome.high) else "rank_between"


def _moved(outcome: Outcome) -> str:
    """Whether a change is surely a rise, or a fall."""
    if outcome.told == "changed" and (outcome.low > 0 or outcome.high < 0):
        return "rose" if outcome.low > 0 else "fell"
    return ""


def _parts(outcome: Outcome, book: Book, row: Statement, write: Callable[..., str] = prose.in_words) -> dict[str, str]:
    """What sentences have places for: the figures as a, b, c, with their nouns, with their times; the interval.

    ``write`` gives ranks and small counts: as words within a sentence.
    """
    lang = book.lang
    low, high, form = outcome.low, outcome.high, outcome.form
    if outcome.told in ("fell_at_most", "rose_at_most"):
        low = high = max(abs(outcome.low), abs(outcome.high))
        form = "percent"
    figures: dict[str, str] = {}
    known = outcome.told in ("known", "known_before")
    named_apart = outcome.told == "qualitative" and (row.other_measure or row.no_count == "list")
    measures = ("", "") if known or named_apart else (row.measure, row.other_measure or row.measure, "")
    if outcome.told == "counted":
        measures = (row.measure, "", "")
    told = zip("abc", outcome.figures, measures, _sources(outcome.figures, row, book), strict=False)
    for name, figure, measure, source in told:
        named, cited = book.named(figure, measure, dated=known), _publisher(figure, row, book)
        figures |= {name: book.number(figure), f"{name}_named": named, f"{name}_dated": book.dated(figure)}
        figures |= {f"{name}_sourced": book.named(figure, measure, dated=known, source=cited)}
        # Of figures by one publication the last names it.
        figures |= {f"{name}_shown": book.named(figure, measure, source=source)}
        figures |= {f"{name}_when": book.dated(figure, source)}
    meta = book.survey(row.survey).meta
    extrapolated = [book.placed(one) for one in (*outcome.figures, *outcome.above) if book.known.extrapolated(one)]
    return {
        **figures,
        "above": prose.listed(_placed(outcome.above[:_NAMED], row, book), lang),
        "parts": prose.listed(_placed(outcome.above, row, book), lang),
        "when": meta["scan_told"].get(lang) or period(meta["scan_from"], meta["scan_to"], lang),
        "since": date(since, lang) if (since := book.known.times(row.survey)[1]) else "",
        "extrapolated": prose.listed(extrapolated, lang) if extrapolated else "",
        "among": book.among(outcome.whole, outcome.figures[0]) if outcome.form == "rank" else "",
        "range": (
            write(round(low), lang)
            if form == "rank" and low == high
            else _with_about(low, high, form, lang, rough=any(map(_rough, outcome.figures)))
        ),
        "size": _size(outcome, lang),
        "share": _rounded(low, high, form, lang, rough=any(map(_rough, outcome.figures))),
        **_rivals(outcome, row, book),
        "missing": prose.listed(_missing(outcome, row, book), lang) if outcome.told == "some other figures" else "",
        "net": _net(outcome, lang),
        "low": write(round(outcome.low), lang) if math.isfinite(outcome.low) else "",
        "high": write(round(outcome.high), lang) if math.isfinite(outcome.high) else "",
        "n": write(outcome.published, lang),
        "source": _cited(outcome.figures, row, book),
        "by": book.made_by(row.survey)["by"],
    }


def _size(outcome: Outcome, lang: str) -> str:
    """How large a rise or a fall is, without a sign."""
    low, high = min(abs(outcome.low), abs(outcome.high)), max(abs(outcome.low), abs(outcome.high))
    return _rounded(low, high, "percent", lang, rough=any(map(_rough, outcome.figures))) if _moved(outcome) else ""


def _rivals(outcome: Outcome, row: Statement, book: Book) -> dict[str, str]:
    """The printings that would give a disputed claim another verdict, and what the change would be by them."""
    if not outcome.rivals:
        return {}
    lang, step = book.lang, outcome.rival_step
    new = [one for one in outcome.rivals if one not in outcome.figures]
    told = [book.dated(one, source) for one, source in zip(new, _sources(new, row, book), strict=True)]
    ends = min(map(abs, step)), max(map(abs, step))
    size = _rounded(*ends, "percent", lang, rough=any(map(_rough, outcome.rivals)))
    change = say("joint", "rise" if step[0] > 0 else "fall", lang, n=size)
    return {"rivals": prose.listed(told, lang), "rival_change": change}


def _missing(outcome: Outcome, row: Statement, book: Book) -> list[str]:
    """The parts of what a claim compares with for which no figure is known."""
    rules = book.survey(row.survey).meta["place"]
    parts = next((rule.get("parts", "") for rule in rules if rule["name"] == row.other_place), "").split()
    known = {figure.place_id for figure in outcome.above}
    return [prose.with_the(country_name(part, book.lang), book.lang) for part in parts if part not in known]


def _placed(figures: tuple[Any, ...], row: Statement, book: Book) -> list[str]:
    """Places with their values; of those by one publication the last names it."""
    return [book.placed(figure, source) for figure, source in zip(figures, _sources(figures, row, book), strict=True)]


def _net(outcome: Outcome, lang: str) -> str:
    """By how many the systems that came outnumber those that went."""
    if outcome.told != "balance":
        return ""
    _, new, gone = outcome.figures
    net = new.value - gone.value
    return ("−" if net < 0 else "+") + numbers.number(abs(net), lang)


def _rough(figure: Any) -> bool:
    """Whether a figure is said to be near a number, or on one side of it: its last digit is not its own."""
    return bool(text(figure.qualifier))


def _rounded(low: float, high: float, form: str, lang: str, *, rough: bool) -> str:
    """A share as a sentence tells it: about so much, or between two ends that follow from rounded figures."""
    if form != "percent":
        return ""
    wide, narrow = high - low >= _WIDE, high - low < _NARROW
    ends = [_span(end, end, form, lang, rough=rough or wide) for end in (low, high)]
    if ends[0] != ends[1] and not narrow:
        return say("joint", "rounded", lang, n=_span(low, high, form, lang, rough=rough or wide))
    if ends[0] == ends[1] and not rough:
        return ends[0]
    middle = (low + high) / 2
    return say("joint", "about", lang, n=_span(middle, middle, form, lang, rough=True))


def _with_about(low: float, high: float, form: str, lang: str, *, rough: bool) -> str:
    """An interval as a wording that would be right gives it: of rough figures about so much."""
    shown = _span(low, high, form, lang, rough=rough)
    lone = form == "percent" and _span(low, low, form, lang, rough=rough) == _span(high, high, form, lang, rough=rough)
    return say("joint", "about", lang, n=shown) if rough and lone else shown


def _span(low: float, high: float, form: str, lang: str, *, rough: bool = False) -> str:
    """An interval as a sentence gives it; of ``rough`` figures a share has no digits after the point."""
    if not form or not math.isfinite(low) or not math.isfinite(high):
        return ""
    if form in ("percent", "change"):
        joint = texts()["joint"]["share" if form == "percent" else "span"][lang]
        digits = 0 if rough and max(abs(low), abs(high)) >= _WHOLE else 1
        return intervals.percent_interval(low, high, lang, digits, signed=form == "change", joint=joint)
    return intervals.span(low, high, lang)
