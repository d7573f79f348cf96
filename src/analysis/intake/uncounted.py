"""Why a number counts nothing: a year, an age, a change, a number of a list, or of a noun that is not counted here.

The kinds that its own words tell are in :mod:`analysis.intake.kinds`; here it is the rest of its sentence that does.
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

from .clause import STRONG, Clause, Noun
from .events import BODIES
from .heads import WHEN
from .kinds import kind_of
from .numbers import Number, is_year
from .states import GOVERNING, NEAR

if TYPE_CHECKING:
    from .lexicon import Words

#: The largest number of "eight patients out of ten".
_SMALL = 100
#: States of what strangers could see.
_LIES_OPEN = ("open", "accessible", "downloaded", "exposed", "notified")
#: A label before its number, a word at least.
_LABEL = re.compile(r"\W*([^:：]*[^\W\d_]{2,}[^:：]*)[:：]\s*")
#: A person's name before an age, and the ages that are printed.
_PERSON, _AGES = re.compile(r"\b[A-ZÀ-Þ][\w.’'-]*\s[A-ZÀ-Þ][\w’'-]+[,(]\s$"), (15, 110)
#: A noun behind at most three adjectives.
_GERMAN_NOUN = re.compile(r"(?:[^\W\d_]+\s){0,3}[A-ZÄÖÜ]")
NO_NOUN = "no noun that is counted here"


def counts_nothing(clause: Clause, position: int, noun: Noun | None) -> str:
    """Why a number counts nothing; empty if it may count something."""
    number, words = clause.numbers[position], clause.words
    before, behind = clause.before(number), clause.behind(number)
    if is_year(number) and not (noun and noun.start - number.end <= 1):
        return "year"
    leading = (
        (number.text.isdigit() or words.glued)
        and len(number.text) < 3
        and not before.strip()
        and re.match(r"[.)](?:\s|$)|、", behind)
    )
    if leading or (re.match(r"\)\s", behind) and before.count("(") <= before.count(")")):
        return "list numbering"
    quoted = re.search(r"[\"“„«'‘]\s*$", before) and re.match(r"\s*[.,]?\s*[\"”“»'’]", behind)
    if (quoted and not number.worded) or (number.text.isdigit() and len(number.text) > 4 and not noun):
        return "quoted, or a code: no number of things"
    if reason := kind_of(clause.text, number, words) or _is_of_another_kind(clause, number, noun):
        return reason
    if noun and noun.unit == "country" and words.others.search(clause.text, number.end, noun.start):
        return "others beside those that are named"
    if _is_part_in_words(clause, position) or (noun and _is_share_in_words(clause, position, noun)):
        return "a share in words: a claim, if anything"
    if noun is None and _is_of_other_label(clause, number):
        return NO_NOUN
    if number.quantity.unit == "share":
        return "change: a claim, if anything" if _is_change(clause, number) else ""
    if noun:
        return ""
    if _is_age(clause, number):
        return "age"
    if number.worded and words.closing("demonstrative", before):
        return "said before"
    return "" if _may_lack_noun(clause, number) else NO_NOUN


def _is_age(clause: Clause, number: Number) -> bool:
    """Whether a number stands behind a person's name: "Marta Quill, 38, led the work"."""
    named = _PERSON.search(clause.before(number))
    if named is None or not number.text.isdigit() or not _AGES[0] <= number.quantity.value <= _AGES[1]:
        return False
    at = number.start - 2
    return re.match(r"[,)]", clause.behind(number)) is not None and not any(one.end == at for one in clause.places)


def _is_of_other_label(clause: Clause, number: Number) -> bool:
    """Whether the words before a colon name something else that is counted: "Calls answered: 2,406"."""
    words, before = clause.words, clause.before(number)
    label = _LABEL.fullmatch(before) if before.rstrip().endswith((":", "：")) else None
    if label is None or words.counted(label[1]) or words.totals.search(label[1]):
        return False
    if WHEN.match(label[1]):
        return False
    if any(place.end <= number.start for place in clause.places) or words.partitive.search(label[1]):
        return False
    return not any(state.search(label[1]) for state in words.states.values()) and not words.of_which.search(label[1])


def _is_of_another_kind(clause: Clause, number: Number, noun: Noun | None) -> str:
    """Why people or houses are counted that nothing was exposed of; empty if nothing says so."""
    words = clause.words
    if noun is None or number.quantity.unit == "share":
        return ""
    marks = [one.end() for one in STRONG.finditer(clause.text, 0, number.start)]
    own = clause.text[max([0, *marks]) : clause.until(clause.numbers.index(number))]
    if noun.unit == "attack" and not words.states["decoy"].search(clause.text):
        return "attacks: nothing is said of decoys"
    if noun.unit in BODIES and words.untouched.search(
        clause.text[number.end : clause.until(clause.numbers.index(number))]
    ):
        return "nothing happened to them"
    if words.affected.search(own) or any(words.states[one].search(own) for one in GOVERNING if one in words.states):
        return ""
    lies_open = _lies_open(clause.text, words)
    at_work = noun.unit == "staff" or (noun.unit in ("patient", "person") and words.activity.search(own))
    if at_work and not lies_open:
        return "treated, employed or served: nothing exposed"
    if noun.unit in ("hospital", "institution") and words.exists.search(clause.before(number)):
        return "so many there are: nothing is said of exposure"
    return ""


@functools.lru_cache(maxsize=1 << 8)
def _lies_open(text: str, words: Words) -> bool:
    """Whether a sentence says that something could be seen or was taken."""
    return words.affected.search(text) is not None or any(
        words.states[one].search(text) for one in _LIES_OPEN if one in words.states
    )


def _is_part_in_words(clause: Clause, position: int) -> bool:
    """Whether a number word is one of "eight of the ten servers": a share, and no count of eight and of ten."""
    for first in (position - 1, position):
        if 0 <= first < len(clause.numbers) - 1:
            one, other = clause.numbers[first : first + 2]
            between = clause.text[one.end : other.start].strip()
            joined = any(clause.words.of.fullmatch(form) for form in (between, f"{between} "))
            if (
                one.worded
                and other.worded
                and joined
                and other.quantity.value in (10, 100)
                and other.quantity.unit == ""
            ):
                return True
    return False


def _is_share_in_words(clause: Clause, position: int, noun: Noun) -> bool:
    """Whether a number is one half of "eight patients out of ten"."""
    if position + 1 >= len(clause.numbers):
        return False
    number, other = clause.numbers[position : position + 2]
    between = clause.text[noun.end : other.start].strip().lower()
    return between in clause.words.out_of and number.quantity.value < other.quantity.value <= _SMALL


def _is_change(clause: Clause, number: Number) -> bool:
    stretch = clause.text[max(0, number.start - NEAR) : number.start]
    stretch = stretch[max([0, *(one.end() for one in STRONG.finditer(stretch))]) :]
    return (
        clause.words.closing("change", stretch)
        or clause.words.change_after.match(clause.behind(number).lstrip()) is not None
    )


def _may_lack_noun(clause: Clause, number: Number) -> bool:
    """Whether a number without a noun of its own may count what was counted before; not if another noun follows it."""
    words, behind = clause.words, clause.behind(number).lstrip(" \u00a0")
    at = len(clause.text) - len(behind)
    if words.glued and words.counter.match(behind):
        return True
    if not behind or re.match(r"[^\w\s]", behind) or clause.is_partitive(number) or clause.opens_with_whole(number):
        return True
    if any(state.match(behind) for state in words.states.values()):
        return True  # "38 van het internet gehaald"
    if leading := words.of.match(behind):
        start = at + leading.end()
        if any(one.start == start for one in clause.numbers):
            return True
        if re.match(r"[^\W\d_]", clause.text[start:]) and not any(
            0 <= place.start - start <= 4 for place in clause.places
        ):
            return False
    if any(one.start == at for one in clause.left_out):
        return True
    if words.possessive.match(behind):
        return True  # "29 have secured theirs", in the order of German
    if words.code == "de" and behind[:1].islower() and not _GERMAN_NOUN.match(behind):
        return True  # a noun would have a capital letter
    word = re.match(r"[\w'’-]+", behind)
    return bool(word and words.plain.fullmatch(word[0]))
