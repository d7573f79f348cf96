"""The words by which reports are read, language by language; the rules themselves are in ``lexicon.toml``."""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..errors import DataError
from ..figures import numerals
from .either_case import EitherCase
from .nowhere import NOWHERE
from .required import Required

_EITHER = re.IGNORECASE
#: So many times more often a word stands that tells what a report is about.
_FAR_MORE = 3
#: No word that closes a text is longer, so that its end alone is looked at.
_CLOSING = 90


@functools.cache
def tables() -> dict[str, dict[str, Any]]:
    """The sections of ``lexicon.toml``."""
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))


def languages() -> list[str]:
    """The languages whose reports can be read: those that have words here."""
    return [name for name in tables() if len(name) == 2]


@functools.cache
def words(lang: str) -> Words:
    """The words of a language.

    Raises
    ------
    DataError
        If reports in it cannot be read.
    """
    code = re.split("[-_]", lang)[0].lower()
    if code not in languages():
        raise DataError(
            f"reports in the language {lang!r} cannot be read",
            remedy=f"those that can are {', '.join(languages())}. "
            "Give the language of the text with --lang, or encode the figures by hand ('exposure new')",
            lang=lang,
        )
    return Words(code)


#: Patterns that stand for words as such; what each means is told at the head of ``lexicon.toml``.
_FORMS = (
    "partitive",
    "tied",
    "also",
    "among",
    "locative",
    "joined",
    "plain",
    "change",
    "change_after",
    "negation",
    "totals",
    "demonstrative",
    "others",
    "spread",
    "definite",
    "whole",
    "counter",
)


class Words:
    """The patterns of one language, compiled once."""

    partitive: re.Pattern[str]
    tied: re.Pattern[str]
    also: re.Pattern[str]
    among: re.Pattern[str]
    locative: re.Pattern[str]
    joined: re.Pattern[str]
    plain: re.Pattern[str]
    change: re.Pattern[str]
    change_after: re.Pattern[str]
    negation: re.Pattern[str]
    totals: re.Pattern[str]
    demonstrative: re.Pattern[str]
    others: re.Pattern[str]
    spread: re.Pattern[str]
    definite: re.Pattern[str]
    whole: re.Pattern[str]
    counter: re.Pattern[str]

    def __init__(self, code: str) -> None:
        own, common = tables()[code], tables()["all"]
        self.code = code
        self.numbers = numerals.language(code)
        self.glued = self.numbers.glued
        self.reach: int = own.get("reach", 1)
        for name in _FORMS:
            setattr(self, name, self._bounded(own.get(name, "(?!)")))
        self.of = re.compile(own.get("of", "(?!)"), _EITHER)
        self.anaphora = re.compile(own.get("anaphora", "(?!)"), _EITHER)
        self.other_marks: str = own.get("other_marks", "")
        self.out_of, self.bare_scales = (frozenset(own.get(name, ())) for name in ("out_of", "bare_scales"))
        self.nouns = self._bounded("|".join(f"(?P<{unit}>{form})" for unit, form in own["nouns"].items()))
        self.countries = self._bounded(own["nouns"]["country"])
        self._nouns = EitherCase(self.nouns.pattern)
        self.states = {name: self._bounded(form) for name, form in own.get("states", {}).items()}
        self.regions = {self._bounded(form): name for form, name in own.get("regions", {}).items()}
        self._any_region = EitherCase(self._bounded("|".join(own.get("regions", {})) or "(?!)").pattern)
        self.in_thousands = {re.compile(form, _EITHER): size for form, size in own.get("in_thousands", {}).items()}
        reasons = dict(common["not_counts"])
        for reason, forms in own.get("not_counts", {}).items():
            reasons[reason] = [*forms, *reasons.get(reason, [])]
        self.not_counts = [(reason, EitherCase("|".join(forms))) for reason, forms in reasons.items()]
        self.kinds: dict[str, dict[str, str]] = own.get("kinds", {})
        self.generic, self.own_address, self.abbreviated_scale, self.articles, self.share_of = (
            re.compile(common[name], _EITHER)
            for name in ("generic", "own_address", "abbreviated_scale", "articles", "share_of")
        )
        self.activity, self.exists, self.affected, self.asks, self.picture, self.rest_label, self.untouched = (
            re.compile(common[name], _EITHER)
            for name in ("activity", "exists", "affected", "asks", "picture", "rest_label", "untouched")
        )
        actor = common["actor"]
        self.actor, self.actor_before = re.compile(rf"(?:{actor})\b", _EITHER), re.compile(rf"\b(?:{actor}) $", _EITHER)
        self.own_country, self.same_country, self.nationwide, self.in_passing, self.protection, self.own_report = (
            re.compile(common[name], _EITHER)
            for name in ("own_country", "same_country", "nationwide", "in_passing", "protection", "own_report")
        )
        self._learn_who_tells(common)
        self.possessive = re.compile(rf"{common['possessive']}\b", _EITHER)
        self.about = {event: EitherCase(form) for event, form in common["about"].items()}
        self.whole_opening, self.of_which, self.state_head, self.money_head, self.whole_label = (
            re.compile(common[name], _EITHER)
            for name in ("whole_opening", "of_which", "state_head", "money_head", "whole_label")
        )
        self.heads_of = {kind: re.compile(form, _EITHER) for kind, form in common["heads_of"].items()}
        abbreviated = own.get("abbreviations", "(?!)")
        self.abbreviations = re.compile(rf"(?:^|[\s(])(?:(?i:{abbreviated})|[A-ZÀ-Þ])\.$")
        contact = own.get("contact", "(?!)")
        self.contact, self.contact_inside = re.compile(rf"^\W*(?:{contact})(?!\w)", _EITHER), self._bounded(contact)
        self._learn_what_joins()

    def _learn_who_tells(self, common: dict[str, str]) -> None:
        """The words that say who finds, where a body has its seat and which authority tells."""
        # Between who finds and the place it comes from stand none but small words: "experts at the University of".
        self.finder_before = re.compile(
            rf"\b(?:{common['finder']})(?P<link>(?:\s(?:[^\W\d_]['’\w]{{0,3}}|from|universit\w+|techni\w+))*)\s?['’]?$",
            _EITHER,
        )
        self.finder_behind = re.compile(
            r"(?:-based)?\s(?:(?!the\b|alone\b|an?\b|and\b|our\b|some\b|where\b)[\w-]+\s){0,2}"
            rf"(?:{common['finder']})\b",
            _EITHER,
        )
        self.whence = EitherCase(rf"\b(?:{common['finder']}|{common['actor']})\b")
        self.actor_from = re.compile(rf"\b(?:{common['actor']})\s(?:{common['from']})\s$", _EITHER)
        self.body, self.opens = (re.compile(rf"\b(?:{common[name]})\b", _EITHER) for name in ("body", "opens"))
        self.seat_before = re.compile(
            rf"\b(?:{common['finder']}|{common['actor']})\b.*\b(?:{common['seat']})\s(?:\w{{1,3}}\s)?$", _EITHER
        )
        self.authority_behind = re.compile(rf"(?:['’]s)?\s(?:[\w-]+\s){{0,3}}?(?:{common['authority']})\b", _EITHER)
        self.authority_before = re.compile(
            rf"\b(?:{common['authority']})(?:\s[^\W\d_][\w'’-]*){{0,5}}\s?['’]?$", _EITHER
        )

    def _learn_what_joins(self) -> None:
        """What stands between the members of a list, before what is said once more, and in a word cut short."""
        joined = self.joined.pattern
        article = rf"(?:(?:{self.articles.pattern})\s?)?"
        self.joint = re.compile(rf"\s*(?:,|{joined}|,\s*{joined})\s*{article}", _EITHER)
        self.pair = re.compile(rf"\s*,?\s*(?:{joined})?\s*(?:\w{{1,3}}['’]?\s?)?", _EITHER)
        self.suspended = re.compile(rf"\w+-(?:,\s+|\s+{joined}\s+)", _EITHER)
        self.said_again = re.compile(rf"[,(]\s*(?:{self.also.pattern}\s*)+$", _EITHER)

    def within(self, text: str) -> Words:
        """These words for one text: what cannot stand in it is found nowhere, and is not looked for."""
        small = text.lower()
        # A few letters are longer in the other case.
        return _WordsWithin(self, self._required.held(small)) if len(small) == len(text) else self

    @functools.cached_property
    def _required(self) -> Required:
        return Required(form.pattern for form in self._forms.values())

    @functools.cached_property
    def bits(self) -> dict[str, int]:
        """The bit of each pattern among those that a text may hold."""
        return {name: 1 << nth for nth, name in enumerate(self._forms)}

    @functools.cached_property
    def _forms(self) -> dict[str, re.Pattern[str] | EitherCase]:
        """Every pattern that has a name of its own."""
        named = {**vars(self), **self.states, **self.about}
        return {name: form for name, form in named.items() if isinstance(form, re.Pattern | EitherCase)}

    def counted(self, text: str) -> tuple[tuple[int, int, str], ...]:
        """The nouns of a text that may be counted: where each begins and ends, and its unit."""
        return _counted(self._nouns, text)

    def names_region(self, text: str) -> bool:
        """Whether a text names one of ``regions``."""
        return self._any_region.is_in(text)

    def event(self, text: str) -> str:
        """Whether a text is about a breach or an incident, by the last word for one; empty if it has none."""
        last = {event: max((end for _, end, _ in form.spans(text)), default=0) for event, form in self.about.items()}
        best = max(last, key=lambda event: last[event])
        return best if last[best] else ""

    def main_event(self, text: str) -> str:
        """Whether a text speaks far more of breaches than of incidents, or the other way round; empty if of both."""
        told = {event: sum(1 for _ in form.spans(text)) for event, form in self.about.items()}
        best = max(told, key=lambda event: told[event])
        return best if told[best] >= _FAR_MORE * max(1, *(told[one] for one in told if one != best)) else ""

    def closing(self, name: str, text: str) -> bool:
        """Whether a text ends with one of the words of a kind (``locative``, …), blanks and commas aside."""
        return self._closing(name).search(text[-_CLOSING:]) is not None

    @functools.cache  # noqa: B019 - there are as many as languages
    def _closing(self, name: str) -> re.Pattern[str]:
        return re.compile(rf"(?:{getattr(self, name).pattern})[\s,]*$", _EITHER)

    def _bounded(self, form: str) -> re.Pattern[str]:
        return re.compile(f"(?:{form})" if self.glued else rf"(?<![\w-])(?:{form})(?!\w)", _EITHER)


class _WordsWithin(Words):
    """The words of a language for one text; equal to those of the whole language, whose answers they give."""

    def __init__(self, whole: Words, held: int) -> None:
        self._whole, self._held = whole, held

    def __getattr__(self, name: str) -> Any:
        # Reached once for each name, for what was not asked before.
        value = getattr(self._whole, name)
        if isinstance(value, re.Pattern | EitherCase):
            value = value if self._held & self._whole.bits[name] else NOWHERE
        self.__dict__[name] = value
        return value

    def __hash__(self) -> int:
        return hash(self._whole)

    def __eq__(self, other: object) -> bool:
        return self._whole is getattr(other, "_whole", other)

    @functools.cached_property
    def states(self) -> dict[str, Any]:  # type: ignore[override]
        return self._chosen(self._whole.states)

    @functools.cached_property
    def about(self) -> dict[str, Any]:  # type: ignore[override]
        return self._chosen(self._whole.about)

    def _chosen(self, forms: Mapping[str, Any]) -> dict[str, Any]:
        return {name: form if self._held & self._whole.bits[name] else NOWHERE for name, form in forms.items()}

    def within(self, text: str) -> Words:
        """Those of another text, out of the whole language."""
        return self._whole.within(text)

    def closing(self, name: str, text: str) -> bool:
        """As of `Words`."""
        return getattr(self, name) is not NOWHERE and self._whole.closing(name, text)


@functools.lru_cache(maxsize=1 << 12)
def _counted(nouns: EitherCase, text: str) -> tuple[tuple[int, int, str], ...]:
    return tuple(nouns.spans(text))
