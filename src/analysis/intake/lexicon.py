"""The words by which reports are read, language by language; the rules themselves are in ``lexicon.toml``."""

from __future__ import annotations

import functools
import re
import tomllib
from pathlib import Path

from ..errors import DataError
from ..figures import numerals

_EITHER = re.IGNORECASE


@functools.cache
def tables() -> dict[str, dict]:
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
            f"reports in the language {lang!r} cannot be read; those that can are {', '.join(languages())}. "
            "Give the language of the text with --lang, or encode the figures by hand ('exposure new').",
            lang=lang,
        )
    return Words(code)


class Words:
    """The patterns of one language, compiled once; their meaning is told at the head of ``lexicon.toml``."""

    def __init__(self, code: str) -> None:
        own, common = tables()[code], tables()["all"]
        self.code = code
        self.numbers = numerals.language(code)
        self.glued = self.numbers.glued
        self.reach: int = own.get("reach", 1)
        self.bare_scales = frozenset(own.get("bare_scales", ()))
        self.out_of = frozenset(own.get("out_of", ()))
        self.nouns = self._alternatives(own["nouns"])
        self.states = {name: self._bounded(form) for name, form in own.get("states", {}).items()}
        self.people = {self._bounded(form): code for form, code in own.get("people", {}).items()}
        self.regions = {self._bounded(form): name for form, name in own.get("regions", {}).items()}
        self.in_thousands = {re.compile(form, _EITHER): size for form, size in own.get("in_thousands", {}).items()}
        reasons = dict(common["not_counts"])
        for reason, forms in own.get("not_counts", {}).items():
            reasons[reason] = [*forms, *reasons.get(reason, [])]
        self.not_counts = [(reason, re.compile("|".join(forms), _EITHER)) for reason, forms in reasons.items()]
        self.abbreviations = re.compile(rf"(?:^|[\s(])(?:(?i:{own.get('abbreviations', '(?!)')})|[A-ZÀ-Þ])\.$")
        self.abbreviated_scale = re.compile(common["abbreviated_scale"], _EITHER)
        self.generic = re.compile(common["generic"], _EITHER)
        self.own_address = re.compile(common["own_address"], _EITHER)
        self.contact_inside = self._bounded(own.get("contact", "(?!)"))
        self.contact = re.compile(rf"^\W*(?:{own.get('contact', '(?!)')})(?!\w)", _EITHER)
        for name in ("partitive", "tied", "also", "among", "locative", "joined", "plain", "change", "change_after", "negation", "totals", "demonstrative", "others", "spread", "definite"):
            setattr(self, name, self._bounded(own.get(name, "(?!)")))
        self.of = re.compile(own.get("of", "(?!)"), _EITHER)
        self.anaphora = re.compile(own.get("anaphora", "(?!)"), _EITHER)

    def _bounded(self, form: str) -> re.Pattern:
        return re.compile(f"(?:{form})" if self.glued else rf"(?<![\w-])(?:{form})(?!\w)", _EITHER)

    def _alternatives(self, forms: dict[str, str]) -> re.Pattern:
        return self._bounded("|".join(f"(?P<{unit}>{form})" for unit, form in forms.items()))
