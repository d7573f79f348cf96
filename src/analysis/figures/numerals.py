"""The grammar of printed numbers, language by language.

A :class:`Language` takes a number expression apart (``más de 1,2 mil millones``) into numbers as they
are printed, a qualifier and a unit. What interval follows from the printing is decided in
:mod:`analysis.figures.quantities`. Number words come from text2num, decimal marks and scale words from
CLDR by way of Babel; ``numerals.toml`` holds what these lack.
"""

from __future__ import annotations

import functools
import re
import tomllib
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, cast

from ..errors import DataError
from . import number_expressions
from .myriads import by_myriads
from .number_expressions import LETTER, MOST_DIGITS, QUALIFIERS, Amount, Expression, Part, any_form, tidy, unreadable

_VULGAR_PARTS = {
    "½": Fraction(1, 2),
    "¼": Fraction(1, 4),
    "¾": Fraction(3, 4),
    "⅓": Fraction(33, 100),
    "⅔": Fraction(67, 100),
}
_VULGAR = re.compile(r"(\d{1,3})? ?([½¼¾⅓⅔])")
#: Digits with what follows them up to the next digits.
_PIECE = re.compile(r"(\d(?:[\d.,']| (?=\d{3}(?!\d)))*)([^\d]*)")
_NOT_FIGURES = (
    (r"\d{4}-\d{1,2}(?:-\d{1,2})?|\d{1,2}([./-])\d{1,2}\1\d{2,4}|\d{4}([./])\d{1,2}\2\d{1,2}", "a date"),
    (r"v?\d+(?:\.\d+){2,}", "a version number or an address"),
    (r"\d+/\d+", "a fraction or a date"),
)


@functools.cache
def lexicon() -> dict[str, dict[str, Any]]:
    """The sections of ``numerals.toml``: ``all`` and one for each language."""
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))


def languages() -> list[str]:
    """The codes of the languages that have rules."""
    return [code for code in lexicon() if code != "all"]


@functools.cache
def language(tag: str) -> Language:
    """The rules of a language tag (``es``, ``de-CH``).

    Raises
    ------
    DataError
        If there are no rules for it.
    """
    code = re.split("[-_]", tag)[0].lower()
    if code not in languages():
        raise DataError(
            f"there are no rules for figures in the language {tag!r} (there are for {', '.join(languages())})",
            remedy="give value, low and high in the row",
            column="lang",
            lang=tag,
        )
    from babel import Locale, UnknownLocaleError

    try:
        locale = Locale.parse(tag.replace("_", "-"), sep="-")
    except (UnknownLocaleError, ValueError):
        raise DataError(
            f"{tag!r} is not a known language tag",
            remedy=f"write {code!r}, or a code with its country such as 'de-CH'",
            column="lang",
            lang=tag,
        ) from None
    words = lexicon()[code]
    scales: dict[str, Decimal] = {}
    for source in (Locale.parse(code), *map(Locale.parse, words.get("also", ())), locale):
        scales |= _cldr_scales(source)
    return Language(code, words, locale.number_symbols["latn"]["decimal"], scales)


@functools.cache
def bare(decimal: str) -> Language:
    """The rules for digits and marks alone, with the given decimal mark and no words."""
    name = (
        "English (and wherever the decimal mark is a point)"
        if decimal == "."
        else "German (and wherever it is a comma)"
    )
    return Language("", {"name": name}, decimal, {})


def _cldr_scales(locale: Any) -> dict[str, Decimal]:
    """The scale words of a locale, from CLDR's compact patterns: ``00 Mio.`` for 10^7 makes ``mio`` 10^6."""
    scales = {}
    for style in ("short", "long"):
        for patterns in locale.compact_decimal_formats.get(style, {}).values():
            for magnitude, pattern in patterns.items():
                zeros = pattern.pattern.count("0")
                word = tidy(pattern.pattern.replace("'", "").replace("0", "")).rstrip(".")
                if zeros and word:
                    scales[word] = Decimal(magnitude) / 10 ** (zeros - 1)
    return scales


class Language:
    """How one language prints numbers; patterns are compiled once."""

    def __init__(self, code: str, words: dict[str, Any], decimal: str, scales: dict[str, Decimal]) -> None:
        common = lexicon()["all"]

        def merged(key: str) -> dict[str, Any]:
            return common.get(key, {}) | words.get(key, {})

        def joined(key: str) -> list[str]:
            return [*common.get(key, ()), *words.get(key, ())]

        self.code, self.name, self.decimal = code, words["name"], decimal
        self.glued = glued = words.get("glued", False)
        self._words, self._ones = words.get("words", {}), set(words.get("ones", ()))
        self._mantissas = words.get("mantissas", {})
        self._and_half = re.compile(rf" {any_form(words.get('and_half', ()))}$")
        self._compound_joint = re.compile(rf" {any_form(words.get('compound', ()))} ?$")
        self._fractions, self._parts, self._ratios = (words.get(key, {}) for key in ("fractions", "parts", "ratios"))
        self._vague = set(words.get("vague", ()))
        # The language's own marks first; the opposite ones only where its own make no number.
        marks = (decimal, "," if decimal == "." else ".")
        self._numbers = tuple(map(number_expressions.digits_with_marks, marks))
        self._scales = scales | {word: Decimal(size) for word, size in merged("scales").items()}
        self._scale = re.compile(rf" ?({any_form(self._scales, glued=glued)})\.?")
        self._mantissa = re.compile(rf"({any_form(self._mantissas)}) ?")
        self._percents = {form: Decimal(size) for form, size in merged("percent").items()}
        self._percent = re.compile(rf" ?({any_form(self._percents)})\.?$")
        self._tail = re.compile(rf"((?: ?{any_form(self._scales, glued=glued)}\.?)* ?{any_form(self._percents)}?\.?)$")
        self._times = re.compile(rf" ?{any_form(joined('times'))}$")
        self._signs = {"+": 1, "-": -1, "–": -1} | words.get("change", {})
        self._sign = re.compile(rf"({any_form(self._signs)}) ?")
        self._currencies = merged("currencies")
        money = any_form(self._currencies, glued=glued)
        self._money = (re.compile(rf"({money}) ?"), re.compile(rf" ?({money})\.?$"))
        self._counter = re.compile(rf" ?{any_form(words.get('counters', ()), glued=True)}$")
        before = {form: name for name in QUALIFIERS for form in joined(name.replace(" ", "_"))}
        before |= dict.fromkeys(words.get("only", ()), "")
        self._before, self._prefix = before, re.compile(rf"({any_form(before, glued=glued)}) ?(?=.)")
        groups = (common["after"], words.get("after", {}))
        after = {form: name.replace("_", " ") for group in groups for name, forms in group.items() for form in forms}
        # Chinese puts "and more" between the digits and the scale word: 2400 多万.
        inside = rf"|(?<=\d) ?([多余餘]) ?(?={any_form(self._scales, glued=True)})" if code == "zh" else ""
        self._after, self._suffix = after, re.compile(rf" ?({any_form(after, glued=glued)})$" + inside)
        self._ranges = [self._joined(form) for form in joined("range")]
        self._one_of = [self._joined(form) for form in words.get("one_of", ())]

    @functools.cached_property
    def vocabulary(self) -> frozenset[str]:
        """Every word of a number expression besides digits and number words: qualifiers, scale words, joints."""
        forms = [
            *self._before,
            *self._after,
            *self._scales,
            *self._percents,
            *self._currencies,
            *self._mantissas,
            *self._fractions,
        ]
        forms += [*self._ratios, *self._parts, *self._signs, *self._ones, *self.joints]
        return frozenset(
            word for form in forms for word in tidy(form).replace("{a}", " ").replace("{b}", " ").split(" ") if word
        )

    @functools.cached_property
    def phrases(self) -> tuple[str, ...]:
        """The forms in words that are numbers by themselves: ``half``, ``jeder vierte``."""
        return tuple(sorted({*self._fractions, *self._ratios, *self._words}, key=lambda form: (-len(form), form)))

    @property
    def vague(self) -> frozenset[str]:
        """Words that give no number: ``tens of millions``, ``several``."""
        return frozenset(self._vague)

    @property
    def scale_names(self) -> tuple[str, ...]:
        """Words for hundreds, thousands and more."""
        names = {name for name, size in self._scales.items() if size >= 100 and len(name) > 2}
        return tuple(sorted(names, key=lambda name: (-len(name), name)))

    @property
    def counters(self) -> tuple[str, ...]:
        """Words that are glued to numbers in languages without blanks: 52 "個"."""
        return tuple(lexicon().get(self.code, {}).get("counters", ()))

    @property
    def currency_names(self) -> tuple[str, ...]:
        """Signs and names of currencies."""
        return tuple(sorted(self._currencies, key=lambda name: (-len(name), name)))

    @property
    def joints(self) -> tuple[str, ...]:
        """How two numbers are joined: ``between {a} and {b}``."""
        common, own = lexicon()["all"], lexicon().get(self.code, {})
        return (
            *common["range"],
            *own.get("range", ()),
            *own.get("one_of", ()),
            *own.get("and_half", ()),
            *own.get("compound", ()),
            *own.get("times", ()),
        )

    @staticmethod
    def _joined(form: str) -> re.Pattern[str]:
        pattern = re.escape(form).replace(r"\{a\}", "(?P<a>.+?)").replace(r"\{b\}", "(?P<b>.+)")
        # A bare hyphen joins numbers, never words (zwanzig-tausend) or signs.
        return re.compile(pattern.replace(r"(?P<a>.+?)\-(", r"(?P<a>.*?\d[^-]*)\-(?=\D{0,3}\d)("))

    def parse(self, text: str) -> Expression:
        """Take a number expression apart.

        Raises
        ------
        DataError
            If it is not one in this language.
        """
        rest = tidy(text)
        if rest in self._vague:
            raise self._gives_no_number(text, rest)
        rest, qualifier = self._qualified(text, rest)
        if rest in self._vague:
            raise self._gives_no_number(text, rest)
        found = self._range(text, rest) or self._one(text, rest)
        if found is None:
            raise self._fault(text, rest)
        return replace(found, qualifier=qualifier)

    def reads_word(self, word: str) -> bool:
        """Whether a word is a number by itself; of letters alone, it is asked for quicker than it is parsed."""
        rest, endings = tidy(word), (self._suffix, self._percent, self._times, self._money[1])
        if rest in number_expressions.EMPTY or rest in self._vague:
            return False
        if self.glued or not rest.isalpha() or any(form.search(rest) for form in endings):
            with suppress(DataError):
                return self.parse(word) is not None
            return False
        return rest in self._ratios or rest in self._fractions or self._counted(rest) is not None

    def _qualified(self, text: str, rest: str) -> tuple[str, str]:
        names = []
        while found := self._prefix.match(rest):
            names.append(self._before[found[1]])
            rest = rest[found.end() :]
        while found := self._suffix.search(rest):
            if not rest[: found.start()].strip():
                break
            names.append(self._after[found[1] or found[2]])
            rest = rest[: found.start()] + rest[found.end() :]
        names = sorted({name for name in names if name})
        if len(names) > 1:
            raise unreadable(
                text, f"is qualified twice, as '{names[0]}' and '{names[1]}'", "give low and high in the row."
            )
        return rest, names[0] if names else ""

    def _range(self, text: str, rest: str) -> Expression | None:
        for form in self._ranges:
            ends = form.fullmatch(rest)
            if ends is None:
                continue
            high = self._one(text, ends["b"])
            if high is None:
                continue
            # "4 and 5 million" is 4 million and 5 million; "900,000 to 1.2 million" needs nothing.
            shared = cast("re.Match[str]", self._tail.search(ends["b"]))[1]
            blank = " " if shared[:1].isalpha() and not self.glued else ""
            lows = [self._one(text, written) for written in dict.fromkeys((ends["a"] + blank + shared, ends["a"]))]
            lows = [low for low in lows if low and low.unit == high.unit]
            for low in cast("list[Expression]", lows):
                if low.numbers[0].value < high.numbers[0].value:
                    return Expression((*low.numbers, *high.numbers), "", high.unit, high.currency or low.currency)
            if lows:
                raise unreadable(text, "is a range that does not rise", "give the smaller number first.", ends["b"])
        return None

    def _one(self, text: str, rest: str) -> Expression | None:
        """One number with its unit, or None if there is none."""
        if re.fullmatch(r"[1-9]\d{0,2} ?(?:°|º|ª|st|nd|rd|th)", rest):
            return Expression((Amount(int(cast("re.Match[str]", re.match(r"\d+", rest))[0])),), unit="rank")
        if rest in self._ratios:
            return Expression((Amount(int(self._ratios[rest])).times(Decimal(1)),), unit="ratio")
        sign = self._sign.match(rest)
        percent = self._percent.search(rest)
        if sign and percent and sign.end() < percent.start():
            amount = self._amount(rest[sign.end() : percent.start()])
            direction = self._signs[sign[1]]
            return cast(
                "Expression | None",
                amount and Expression((amount.times(direction * self._percents[percent[1]]),), unit="change"),
            )
        if sign and re.match(r"\d", rest[sign.end() :]):
            raise unreadable(
                text,
                "has a sign, but a count is never negative and a change is read as a percentage only",
                "give the number without the sign, or make it a claim of change.",
                sign[1],
            )
        if percent:
            amount = self._amount(rest[: percent.start()])
            return cast(
                "Expression | None", amount and Expression((amount.times(self._percents[percent[1]]),), unit="share")
            )
        part = self._part(rest) or self._part(self._counter.sub("", rest))
        if part:
            return Expression((part,), unit="share")
        times = self._times.search(rest)
        if times and (amount := self._amount(rest[: times.start()])):
            return Expression((amount.times(Decimal(1)),), unit="ratio")
        currency = None
        for at, pattern in zip(("match", "search"), self._money, strict=True):
            if money := getattr(pattern, at)(rest):
                currency = self._currencies[money[1]]
                rest = rest[: money.start()] + rest[money.end() :]
        amount = self._amount(rest) or self._amount(self._counter.sub("", rest))
        return cast("Expression | None", amount and Expression((amount,), currency=currency))

    def _amount(self, rest: str) -> Amount | None:
        rest = rest.strip()
        if half := self._and_half.search(rest):  # "two million and a half" is 2.5 million
            whole = self._amount(rest[: half.start()])
            if not whole or whole.decimals or (whole.full and whole.coefficient not in (10**3, 10**6, 10**9)):
                return None
            count, place = (1, Decimal(whole.coefficient)) if whole.full else (whole.coefficient, whole.place)
            return Amount(10 * count + 5, place / 10, True, False)
        if self.glued and (amount := by_myriads(rest, self._scales, self._numbers[0])):
            return amount
        if fraction := _VULGAR.match(rest):
            return self._vulgar(fraction, rest[fraction.end() :])
        if self.decimal == ",":  # "13, 7 milioni": a blank that slipped in behind the decimal mark
            rest = re.sub(rf"^(\d+), (\d{{1,2}})(?= {LETTER})", r"\1,\2", rest)
        for numbers in self._numbers:
            if (found := numbers.match(rest)) and (scale := self._size(rest[found.end() :])):
                return self._printed(found, scale)
        return self._compound(rest) or self._worded(rest)

    def _vulgar(self, fraction: re.Match[str], rest: str) -> Amount | None:
        """A number with a fraction of one sign: 2½ million."""
        scale = self._size(rest)
        part = _VULGAR_PARTS[fraction[2]]
        if scale is None or (scale == 1 and not fraction[1]):
            return None
        steps = 10 if part * 10 == int(part * 10) else 100
        return Amount(int(fraction[1] or 0) * steps + int(part * steps), scale / steps, True, False)

    def _compound(self, rest: str) -> Amount | None:
        """Numbers one after the other, each smaller than the scale of the one before: 3 millones 412 mil 905."""
        pieces = [one for one in _PIECE.findall(rest) if one]
        if len(pieces) < 2 or _PIECE.sub("", rest).strip():
            return None
        total, ceiling, place = Decimal(0), Decimal("inf"), Decimal(1)
        for nth, (digits, words) in enumerate(pieces):
            joint = self._compound_joint.search(words)
            scale = self._size(words[: joint.start()] if joint else words)
            found = next((one for numbers in self._numbers if (one := numbers.fullmatch(digits))), None)
            if scale is None or found is None or (joint is not None and nth == len(pieces) - 1):
                return None
            amount = self._printed(found, scale)
            if amount is None or amount.value >= ceiling or (scale == 1 and nth < len(pieces) - 1):
                return None
            if nth and scale == 1 and self._compound_joint.search(pieces[nth - 1][1]):
                return None
            total, ceiling, place = total + amount.value, scale, min(amount.place, scale)
        return Amount(int(total / place), place, place < 1, place == 1)

    @staticmethod
    def _printed(found: re.Match[str], scale: Decimal) -> Amount | None:
        whole, part = re.sub(r"\D", "", found["whole"]), found["part"] or ""
        if len(whole + part) > MOST_DIGITS:
            return None
        return Amount(int(whole + part), scale.scaleb(-len(part)), bool(part), scale == 1 and not part)

    def _size(self, rest: str) -> Decimal | None:
        """What scale words multiply to, a smaller before a larger one (``mil millones``); 1 if there are none."""
        size, last, rest = Decimal(1), Decimal(0), rest.rstrip()
        while rest:
            found = self._scale.match(rest)
            if not found or self._scales[found[1]] <= last:
                return None
            last = self._scales[found[1]]
            size, rest = size * last, rest[found.end() :]
        return size

    def _worded(self, rest: str) -> Amount | None:
        if not re.fullmatch(rf"(?:{LETTER}|[\W])+", rest) or re.search(r"\d", rest):
            return None
        if rest in self._words:
            return Amount(self._words[rest])
        half = self._mantissa.match(rest)
        if half and rest[half.end() :] and (size := self._size(rest[half.end() :])):
            mantissa = Decimal(self._mantissas[half[1]])
            exponent = cast("int", mantissa.as_tuple().exponent)
            return Amount(int(mantissa.scaleb(-exponent)), size.scaleb(exponent), True, False)
        words = rest.split(" ")
        for cut in range(1, len(words)):
            size = self._size(" ".join(words[cut:]))
            count = self._counted(" ".join(words[:cut])) if size else None
            if count and count < cast("Decimal", size):
                return Amount(count, cast("Decimal", size), False, False)
        count = self._counted(rest)
        return None if count is None else Amount(count)

    def _counted(self, words: str) -> int | None:
        """The integer that number words mean."""
        if words in self._words:
            return self._words[words]
        if words in self._ones:
            return 1
        from text_to_num import text2num

        first, _, others = words.partition(" ")
        for tried in (words, others if first in self._ones else ""):
            try:
                count = text2num(tried, self.code) if tried and re.fullmatch(rf"(?:{LETTER}|[ '-])+", tried) else None
            except ValueError:  # not number words, or a language that text2num does not have
                continue
            if count is not None and (tried is words or count >= 100):  # "a hundred", but not "a five"
                return count
        return None

    def _part(self, rest: str) -> Part | None:
        if rest in self._fractions:
            return Part(*map(int, self._fractions[rest].split("/")))
        for form in self._one_of:
            if found := form.fullmatch(rest):
                numerator, denominator = map(self._small, (found["a"], found["b"]))
                if numerator and denominator and numerator < denominator:
                    return Part(numerator, denominator)
        head, _, last = rest.replace("-", " ").rpartition(" ")
        if head and last in self._parts:
            numerator = self._small(head)
            if numerator and numerator < self._parts[last]:
                return Part(numerator, self._parts[last])
        return None

    def _small(self, text: str) -> int | None:
        amount = self._amount(self._counter.sub("", text.strip()))
        return int(amount.value) if amount and amount.full else None

    def _gives_no_number(self, text: str, piece: str) -> DataError:
        return unreadable(
            text, "gives no number", "make it a qualitative claim, or give value, low and high in the row.", piece
        )

    def _fault(self, text: str, rest: str) -> DataError:
        """The most helpful thing to say about a text that is not a figure."""
        for pattern, what in _NOT_FIGURES:
            if re.fullmatch(pattern, rest):
                return unreadable(text, f"looks like {what}, not like a figure", "give the count as printed.", rest)
        for numbers in self._numbers:
            if (found := numbers.match(rest)) and re.match(rf" ?{LETTER}", rest[found.end() :]):
                # What is read already is not at fault: neither the number nor the scale word behind it.
                at = found.end()
                while scale := self._scale.match(rest, at):
                    at = scale.end()
                piece = rest[at:].strip()
                return unreadable(
                    text,
                    f"is not a figure as a whole: {piece!r} is not known in {self.name}",
                    "leave out what is counted, correct the language, or give value, low and high in the row.",
                    piece,
                    settled=False,
                )
        if re.match(r"[\d.,' ]+$", rest) and re.search(r"\d", rest):
            why = "has marks between its digits that fit no way of printing numbers"
            if re.match(r"0\d", rest):
                why = "begins with a zero"
            elif rest.isdigit():
                why = f"has more than {MOST_DIGITS} digits"
            return unreadable(text, why, "give the number as printed.", rest)
        return unreadable(
            text,
            f"is not a figure that can be read in {self.name}",
            "give the number as printed without what is counted, or value, low and high in the row.",
            rest,
            settled=False,
        )
