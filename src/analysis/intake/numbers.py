"""The number expressions of a sentence, and what looks like one but counts nothing.

What a number expression is, is known to :mod:`analysis.figures.numerals`; here the longest one that it can read is
looked for at each place where one may stand.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from ..errors import AmbiguousQuantityError, DataError
from ..figures import number_expressions, numerals
from ..figures.quantities import Quantity, quantity, quantity_of_shape
from .dates import dates
from .either_case import EitherCase
from .required import Required

if TYPE_CHECKING:
    from .lexicon import Words

_MOST_WORDS = 8
#: So far before a number the verb of a change is looked for.
_NEAR = 80
_MAY_COUNT = re.compile(r"\d")
_YEAR = re.compile(r"(?:19|20)\d\d$")
_ELISION = re.compile(r"(?:[dl]|qu|jusqu)['’]", re.IGNORECASE)
_ELIDED = re.compile(r"(?:[dl]|qu|jusqu)['’]\w", re.IGNORECASE)
#: So many plain words of a language are kept in mind.
_MOST_KEPT = 1 << 17
_TOKEN = re.compile(r"(?:[dl]|qu|jusqu)['’](?=\w)|[^\s\0]+", re.IGNORECASE)
#: A number in digits alone, of at most fifteen: with more a float is not exact.
_IN_DIGITS = re.compile(r"[1-9](?:[.,'’ \u00a0\u202f]?[0-9]){0,14}")
#: A text with one number in digits: what stands before it, its first digit, its others with their marks, and the rest.
_ONE_NUMBER = re.compile(r"([^0-9]*)[1-9]((?:[.,'’ \u00a0\u202f]?[0-9])*)([^0-9]*)")
#: What stands before digits and belongs to the number.
_SIGNS = "~<>≥≤≈±+-–$€£¥"
_ANY_DIGIT, _NO_DIGIT = re.compile(r"[0-9]"), re.compile(r"[^0-9]")
#: What may cling to a number in a sentence and is not part of it.
_BEFORE, _AFTER = "([{\"'«»“”„‚‘’¿¡*†", ")]},;:.!?…\"'»«“”‘’*†‡"
#: Fractions that prose uses; "17 in 52 countries" is none of them.
_LARGEST_WHOLE = 100
#: No such word stands between two numbers that share the scale word of the second: a noun is one of its own.
_LONG_WORD = re.compile(r"[^\W\d_]{5,}")
#: Digits in groups of three, which the other mark would make decimals.
_GROUPED = re.compile(r"(?<!\d)[1-9]\d{0,2}(?:[.,]\d{3})+$")
_WITHIN_NUMBER = re.compile(r"\d[.,'’]\d")
_ROUND_PARTS = frozenset({2, 3, 4, 5, 6, 8, 10, 12, 20, 100, 1000})


@dataclass(frozen=True, slots=True)
class Number:
    """A number expression in a text: where it stands, how it is printed and what it means.

    ``worded`` says that it has no digit in it; ``tag`` is the language as which it is read, where it is
    another than the text's.
    """

    start: int
    end: int
    text: str
    quantity: Quantity
    worded: bool
    tag: str = ""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A number that counts nothing, and why; ``noun`` is the word behind it where it counts something else."""

    start: int
    end: int
    text: str
    reason: str
    noun: str = ""


def find_numbers(text: str, words: Words) -> tuple[list[Number], list[LeftOut]]:
    """The numbers of a sentence in order, and those that were left out as dates, versions, prices and the like."""
    numbers, left_out = _found(text, words)
    return list(numbers), list(left_out)


def may_count(text: str, words: Words) -> bool:
    """Whether a sentence has a number in it, in digits or in words."""
    plain = text.replace("’", "'")
    if _MAY_COUNT.search(plain):
        return True
    if not words.glued and _is_plain(plain, words):
        return False
    return any(token.starts for token in _tokens(plain, words))


def _is_plain(text: str, words: Words) -> bool:
    """Whether every word of a text was met before and is part of no number."""
    met = _plain_words(words)
    fresh = set(text.split()) - met
    if fresh and any(_in_token(raw, words).starts for raw in fresh):
        return False
    if len(met) < _MOST_KEPT:
        met |= fresh
    return _phrases(words).search(text) is None and not _ELIDED.search(text)


@functools.cache
def _plain_words(words: Words) -> set[str]:
    """The words that were met and are part of no number; it grows while texts are read."""
    return set()


@functools.lru_cache(maxsize=1 << 12)
def _found(text: str, words: Words) -> tuple[tuple[Number, ...], tuple[LeftOut, ...]]:
    left_out: list[LeftOut] = []
    masked = text.replace("’", "'")
    if not may_count(text, words):
        return (), ()
    small = masked.lower()
    patterns, required = _not_counts(words)
    held = required.held(small)
    for nth, (reason, pattern) in enumerate(patterns):
        if not held >> nth & 1:
            continue
        spans = pattern.spans(masked, small)
        found = [one for one in spans if masked[one.start : one.end].strip() and not _cuts(masked, one.start, one.end)]
        if not found:
            continue
        left_out += [LeftOut(one.start, one.end, masked[one.start : one.end].strip(), reason) for one in found]
        for one in found:
            masked = masked[: one.start] + "\0" * (one.end - one.start) + masked[one.end :]
        small = masked.lower()
    tokens = _tokens(masked, words)
    numbers: list[Number] = []
    at = 0
    while (at := _next_known(tokens, at)) < len(tokens):
        number, after = _longest(masked, tokens, at, words)
        if number is None:
            at += 1
            continue
        at = after
        printed = text[number.start : number.end]
        if number.worded and number_expressions.tidy(printed) in words.bare_scales:
            left_out.append(LeftOut(number.start, number.end, printed, "no number is given"))
        elif number.quantity.currency or _money(words).match(text, number.end):
            left_out.append(LeftOut(number.start, number.end, printed, "price"))
        elif number.quantity.unit in ("change", "ratio", "rank"):
            left_out.append(LeftOut(number.start, number.end, printed, f"{number.quantity.unit}: a claim, if anything"))
        else:
            numbers.append(number if number.text == printed else replace(number, text=printed))
    scaled = [
        (number, _with_scale(number, numbers[nth + 1 : nth + 2], masked, words) or _in_other_marks(number, words))
        for nth, number in enumerate(numbers)
    ]
    left_out += [LeftOut(one.start, one.end, one.text, "not whole") for one, meant in scaled if meant is None]
    return tuple(meant for _, meant in scaled if meant is not None), tuple(sorted(left_out, key=lambda one: one.start))


@functools.cache
def _not_counts(words: Words) -> tuple[list[tuple[str, EitherCase]], Required]:
    """What looks like a number and counts nothing: the patterns in their order, with the reason of each."""
    patterns = [("date", dates(words.code)), *words.not_counts, ("no number is given", _vague(words))]
    return patterns, Required(pattern.pattern for _, pattern in patterns)


def _next_known(tokens: list[_Token], at: int) -> int:
    """The next token that may be part of a number expression, from a position on; how many there are if none is."""
    while at < len(tokens) and not tokens[at].known:
        at += 1
    return at


def _cuts(text: str, start: int, end: int) -> bool:
    """Whether a stretch begins or ends within a number: "las 1" of "las 1.751 de 2022"."""
    return any(at >= 0 and _WITHIN_NUMBER.match(text, at) for at in (start - 2, end - 1))


def _with_scale(number: Number, following: list[Number], text: str, words: Words) -> Number | None:
    """A count with decimals has its scale word behind the next number ("9.6 and 9.8 million"), or is none."""
    if (
        number.quantity.unit
        or number.quantity.qualifier == "range"
        or number.quantity.value == round(number.quantity.value)
    ):
        return number
    for other in following:
        if _LONG_WORD.search(text, number.end, other.start):
            continue
        tail = re.search(r"\d(\s*[^\W\d_]+\.?)$", other.text)
        meant = _read(number.text + tail[1], words.code) if tail and not other.quantity.unit else None
        if meant is not None and not meant.unit and meant.value == round(meant.value):
            return replace(number, quantity=meant)
    return None


def _in_other_marks(number: Number, words: Words) -> Number | None:
    """A count that is whole only in the marks of another country: "más de 2,140" in Mexico; else None."""
    if not words.other_marks or not _GROUPED.search(number.text) or number.quantity.unit:
        return None
    meant = _read(number.text, words.other_marks)
    if meant is None or meant.unit or meant.value != round(meant.value):
        return None
    return replace(number, quantity=meant, tag=words.other_marks)


@functools.cache
def _vague(words: Words) -> EitherCase:
    """Vague amounts with what follows: "tens of millions"; a word that may also qualify ("some") is let be."""
    forms = [
        form
        for form in words.numbers.vague
        if form not in words.numbers.vocabulary and len(form) > (1 if words.glued else 4)
    ]
    chosen = "|".join(re.escape(form) for form in sorted(forms, key=lambda form: (-len(form), form)))
    scales = "|".join(re.escape(form) for form in words.numbers.scale_names) or "(?!)"
    if not chosen or words.glued:
        return EitherCase("(?!)")
    return EitherCase(
        rf"(?<![\w-])(?:{chosen})(?!\w)(?:\s(?:of|de|d'|von|di|van|av)\s?(?:{chosen})(?!\w))?(?:\s(?:{scales})(?!\w))*"
    )


@functools.cache
def _money(words: Words) -> re.Pattern[str]:
    """What makes money of a number: "20 millones de euros"."""
    names = "|".join(re.escape(name) for name in words.numbers.currency_names)
    return re.compile(rf"\s*(?:d[aei] |d['’]|of |van |von )?(?:{names})(?!\w)", re.IGNORECASE)


def part_of(first: Number, between: str, second: Number, words: Words) -> Number | None:
    """The share that "one server in three" is; None if the two numbers make none."""
    if not first.quantity.value < second.quantity.value <= _LARGEST_WHOLE:
        return None
    printed = f"{first.text} {between} {second.text}"
    read = _parsed(printed, words.code)
    if read is None or read.unit != "share":
        return None
    return Number(first.start, second.end, printed, read, first.worded and second.worded)


def is_year(number: Number) -> bool:
    """Whether it is printed as a year is: four digits from 1900 to 2099, without a mark."""
    return bool(_YEAR.match(number.text))


class _Token(NamedTuple):
    start: int
    end: int
    opens: bool  # a bracket or quotation mark stands before it
    breaks: bool  # a comma, bracket or full stop stands behind it
    known: bool  # may be part of a number expression
    starts: bool  # may be the heart of one: digits, a number word, a fraction in words


class _Word(NamedTuple):
    """What a word is by itself, marks about it aside: from where to where in it, and what it may be to a number."""

    begin: int
    end: int
    breaks: bool
    named: bool  # a word of number expressions
    dotted: bool  # one with its full stop
    starts: bool


def _tokens(text: str, words: Words) -> list[_Token]:
    r"""The words of a text, with what each may be to a number; ``\\0`` stands for what was left out."""
    if words.glued:
        return [
            _Token(one.start(), one.end(), False, False, True, one[0][0].isdigit() or one[0] in _HEARTS)
            if (not one[0].isspace() and "\0" not in one[0]) or _within(text, one)
            else _Token(one.start(), one.end(), True, True, False, False)
            for one in re.finditer(r"\d[\d.,]*|\S|\s+", text)
        ]
    tokens = []
    phrases = {one.start() for one in _phrases(words).finditer(text)}
    met = _words_met(words)
    for one in _TOKEN.finditer(text):
        at, raw = one.start(), one[0]
        word = met.get(raw)
        if word is None:
            word = _in_token(raw, words)
            if len(met) < _MOST_KEPT:
                met[raw] = word
        begin, last, breaks, named, dotted, starts = word
        start, end = at + begin, at + last
        heart = starts or start in phrases
        known = heart or named or (dotted and text[end : end + 1] == ".")
        tokens.append(_Token(start, end, begin > 0, breaks, known, heart))
    return tokens


@functools.cache
def _words_met(words: Words) -> dict[str, _Word]:
    """What the words are that were met; it grows while texts are read."""
    return {}


@functools.lru_cache(maxsize=1 << 15)
def _in_token(raw: str, words: Words) -> _Word:
    begin = len(raw) - len(raw.lstrip(_BEFORE))
    end = max(begin, len(raw.rstrip(_AFTER))) if not _ELISION.fullmatch(raw) else len(raw)
    core = raw[begin:end]
    named, dotted, is_word = (False, False, False) if core.isdigit() else _known_word(core, words)
    # The full stop of an abbreviated scale word (24 Mio. Bilder) ends nothing.
    breaks = bool(raw[end:]) and not (raw[end:] == "." and named)
    return _Word(begin, end, breaks, named, dotted, is_word or _MAY_COUNT.search(core) is not None)


def _within(text: str, blank: re.Match[str]) -> bool:
    """Whether a blank stands inside a number: behind a scale word or qualifier, before digits (1억 2000만, 약 62만)."""
    return text[: blank.start()].endswith(_BEFORE_BLANK) and text[blank.end() : blank.end() + 1].isdigit()


@functools.cache
def _phrases(words: Words) -> re.Pattern[str]:
    """Fractions of several words: ``la moitié``, ``jeder vierte``."""
    several = [re.escape(form).replace(r"\ ", r"\s+") for form in words.numbers.phrases if " " in form]
    return re.compile(rf"(?<!\w)(?:{'|'.join(several) or '(?!)'})(?!\w)", re.IGNORECASE)


_BEFORE_BLANK = ("억", "만", "조", "약", "최소", "최대", "거의")
_HEARTS = frozenset("〇一二三四五六七八九十百千万億亿两兩半")


@functools.lru_cache(maxsize=1 << 15)
def _known_word(core: str, words: Words) -> tuple[bool, bool, bool]:
    """Whether a word is part of number expressions, is so with its full stop, and is a number word itself."""
    key, vocabulary = number_expressions.tidy(core), words.numbers.vocabulary
    dotted = number_expressions.tidy(f"{core}.") in vocabulary
    return key in vocabulary, dotted, _is_number_word(key, words.code)


@functools.lru_cache(maxsize=1 << 15)
def _is_number_word(word: str, lang: str) -> bool:
    if not word or not word[0].isalpha() or len(word) > 40:
        return False
    return numerals.language(lang).reads_word(word)


def _read(text: str, lang: str) -> Quantity | None:
    """A number expression as a quantity. Whole numbers in digits are most of all, and what they mean is plain."""
    if not _IN_DIGITS.fullmatch(text):
        one = _ONE_NUMBER.fullmatch(text)
        return _parsed(text, lang) if one is None else _read_by_shape(text, one, lang)
    size = _size_of_shape(_ANY_DIGIT.sub("1", text), lang)
    if not size or text.endswith("00"):
        return _parsed(text, lang)
    value = float(_NO_DIGIT.sub("", text))
    return Quantity(value, value, value, "", size)


def _read_by_shape(text: str, one: re.Match[str], lang: str) -> Quantity | None:
    """A text with one number in digits; texts that differ in their digits alone are parsed once."""
    if _is_never_read(_shape(one, "0"), _shape(one, "9"), lang):
        return None
    return quantity_of_shape(_shape(one, "1"), _NO_DIGIT.sub("", text), lang) or _parsed(text, lang)


def _shape(one: re.Match[str], digit: str) -> str:
    """A text whose number in digits is the smallest or the largest that is printed with so many."""
    first = "9" if digit == "9" else "1"
    return f"{one[1]}{first}{_ANY_DIGIT.sub(digit, one[2])}{one[3]}"


@functools.lru_cache(maxsize=1 << 14)
def _is_never_read(smallest: str, largest: str, lang: str) -> bool:
    """Whether a text cannot be read whatever its digits are: neither with the smallest nor the largest."""
    return _parsed(smallest, lang) is None and _parsed(largest, lang) is None


@functools.lru_cache(maxsize=1 << 14)
def _parsed(text: str, lang: str) -> Quantity | None:
    try:
        return quantity(text, lang)
    except (AmbiguousQuantityError, DataError):
        return None


@functools.lru_cache(maxsize=1 << 10)
def _size_of_shape(shape: str, lang: str) -> int:
    """How many digits a whole number has that is printed so; 0 if what is printed so is something else."""
    read = _parsed(shape, lang)
    digits = _NO_DIGIT.sub("", shape)
    same = read is not None and read[:6] == (float(digits),) * 3 + ("", len(digits), "") and read.currency is None
    return len(digits) if same else 0


def _longest(text: str, tokens: list[_Token], at: int, words: Words) -> tuple[Number | None, int]:
    """The longest expression that begins at a token, and the token behind it."""
    last = _end_of_known(tokens, at, _MOST_WORDS if not words.glued else 14)
    heart = next((nth for nth in range(at, last) if tokens[nth].starts), last)
    if heart == last or _is_word_of("joined", text[tokens[at].start : tokens[at].end], words):
        return None, at
    if at and heart > at and _is_word_of("spread", text[tokens[at - 1].start : tokens[at - 1].end], words):
        return None, at  # "spread over 52 countries" is not more than 52
    for end in range(last, heart, -1):
        printed = text[tokens[at].start : tokens[end - 1].end]
        read = _read(printed, words.code)
        if (
            read is not None
            and end - at > 1
            and (shared := _shared_scale(text[: tokens[at].start], printed, read, words))
        ):
            first, meant = shared
            start = tokens[at].start + printed.index(first)
            return Number(start, start + len(first), first, meant, False), next(
                nth for nth in range(at, end) if tokens[nth].start > start
            )
        if read is None or (end - at > 1 and _is_chance(text[: tokens[at].start], printed, read, words)):
            continue
        cut = _without_counter(printed, read, words) if words.glued else printed
        last = end - sum(token.start >= tokens[at].start + len(cut) for token in tokens[at:end])
        if text[tokens[at].start + len(cut) :][:1] == "." and words.abbreviated_scale.search(cut):
            cut += "."
        start = tokens[at].start + _before_digits(cut, read, words)
        cut = text[start : tokens[at].start + len(cut)]
        return Number(start, start + len(cut), cut, read, not re.search(r"\d", cut)), last
    return None, at


def _end_of_known(tokens: list[_Token], at: int, most: int) -> int:
    """The token behind those that may be one expression: so many at most, and none beyond a comma or bracket."""
    last = at
    while last < min(len(tokens), at + most) and tokens[last].known:
        last += 1
        if tokens[last - 1].breaks or (last < len(tokens) and tokens[last].opens):
            break
    return last


@functools.lru_cache(maxsize=1 << 15)
def _is_word_of(name: str, text: str, words: Words) -> bool:
    """Whether a text is one of the words of a kind (``joined``, ``spread``)."""
    return getattr(words, name).fullmatch(text) is not None


def _shared_scale(before: str, printed: str, read: Quantity, words: Words) -> tuple[str, Quantity] | None:
    """The first number of "rose from 24 to 35 million", in the millions that only the second one names."""
    if read.qualifier != "range" or not words.change.search(before[-_NEAR:]):
        return None
    found = re.match(r"\D*?(\d[\d.,]*)\s+[^\W\d_]+\s+\d[\d.,]*(\s+[^\d]+)$", printed)
    meant = _read(found[1] + found[2], words.code) if found else None
    return (found[1], meant) if found and meant is not None and not meant.unit else None


def _without_counter(printed: str, read: Quantity, words: Words) -> str:
    """The number without the word that is glued to it: 52 of 52个国家."""
    for counter in sorted(words.numbers.counters, key=len, reverse=True):
        if printed.endswith(counter) and _read(printed.removesuffix(counter), words.code) == read:
            return printed.removesuffix(counter)
    return printed


def _before_digits(printed: str, read: Quantity, words: Words) -> int:
    """How much clings to the digits of a number and says nothing about it in scripts without blanks: 达4300万."""
    digits = _ANY_DIGIT.search(printed)
    if (
        not words.glued
        or digits is None
        or not digits.start()
        or read.qualifier
        or printed[digits.start() - 1] in _SIGNS
    ):
        return 0
    return digits.start() if _read(printed[digits.start() :], words.code) == read else 0


def _is_chance(before: str, printed: str, read: Quantity, words: Words) -> bool:
    """Whether numbers only happen to stand beside each other: "17 in 52 countries"."""
    if read.qualifier == "range" and words.change.search(before[-_NEAR:]):
        return True
    digits = re.findall(r"\d[\d.,']*", printed)
    if read.unit == "share" and len(digits) == 2 and not re.search(r"[%‰]", printed):
        try:
            return int(re.sub(r"\D", "", digits[1])) not in _ROUND_PARTS
        except ValueError:
            return True
    return False
