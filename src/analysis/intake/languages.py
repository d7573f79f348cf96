"""The language of a report, and the refusal of those whose reports cannot be read."""

from __future__ import annotations

import copy
import functools
import re
from typing import Any

from ..errors import DataError
from ..extras import extra
from .lexicon import languages, words

#: Words that a paragraph needs to be taken for one in another language than its text.
TELLING_WORDS = 12
#: So sure it must be that a text is in a language without rules before it is refused.
_FOREIGN = 0.9
#: Letters of scripts that no language with rules is written in.
_OTHER_SCRIPTS = re.compile(r"[\u0370-\u03ff\u0400-\u052f\u0590-\u05ff\u0600-\u06ff\u0900-\u0dff\u0e00-\u0eff]")


@functools.cache
def _identifier() -> Any:
    # The model of all languages is some 80 MB: it is read once, and this one is a part of it.
    identifier = copy.copy(_any_identifier())
    identifier.set_languages(languages())
    return identifier


def detect(text: str) -> tuple[str, float]:
    """The language of a text among those that can be read, and how sure that is (0 to 1)."""
    name, sure = _identifier().classify(text[:20_000])
    if len(text.split()) < TELLING_WORDS:
        # Too short for statistics of letters (a table's header, say): the language whose nouns stand in it.
        counts = {lang: len(words(lang).nouns.findall(text)) for lang in languages()}
        best = max(counts.values())
        if best and counts[str(name)] < best:
            return next(lang for lang in languages() if counts[lang] == best), 0.5
    return str(name), float(sure)


@functools.cache
def _any_identifier() -> Any:
    langid = extra("reading", "py3langid.langid")
    return langid.LanguageIdentifier.from_model_file(langid.MODEL_FILE, norm_probs=True)


def refuse_foreign(text: str) -> None:
    """Refuse a report in a language that has no rules.

    Raises
    ------
    DataError
        It names the language.
    """
    letters = sum(map(str.isalpha, text)) or 1
    foreign = len(_OTHER_SCRIPTS.findall(text)) > letters / 2
    if not foreign and len(text.split()) < TELLING_WORDS:
        return
    name, sure = _any_identifier().classify(text[:20_000])
    if name in languages() or not (foreign or sure >= _FOREIGN):
        return
    raise DataError(
        f"the report seems to be in {_named(str(name))}, which has no rules",
        remedy=f"those that have are {', '.join(map(_named, languages()))}. If it is in one of them, give it with "
        "--lang; else encode the figures by hand ('exposure new')",
        lang=str(name),
    )


def _named(code: str) -> str:
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(code).get_display_name("en") or code
    except (UnknownLocaleError, ValueError):
        return f"the language '{code}'"
