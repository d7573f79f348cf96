"""Names of columns that hold identifiers: in fourteen languages, singular and plural, in any case and spelling."""

from __future__ import annotations

import functools
import itertools
import re
import unicodedata

from .words import words

_WORD = re.compile(r"[^\W\d_]+\d?")
_HUMP = re.compile(r"(?<=[a-zà-ÿ])(?=[A-ZÀ-Þ])|(?<=[A-Z])(?=[A-Z][a-z]{2})")
#: How a plural ends, and what stands there in the singular, in the languages of the words.
_PLURALS = (
    ("s", ""),
    ("es", ""),
    ("n", ""),
    ("en", ""),
    ("er", ""),
    ("ies", "y"),
    ("x", ""),
    ("aux", "al"),
    ("i", "o"),
    ("i", "e"),
    ("e", "a"),
    ("ar", ""),
    ("or", "a"),
    ("ler", ""),
    ("lar", ""),
    ("y", ""),
    ("is", ""),
    ("ões", "ao"),
    ("oes", "ao"),
    ("er", "e"),
    ("nummern", "nummer"),
)
#: So many words has a name of a column at most whose words are each put into the singular.
_MOST_WORDS = 4
#: Small words between a noun and its owner, and what stands there in the singular.
_ARTICLES = {
    "dos": {"do"},
    "das": {"da", "do"},
    "de": {"do", "del", "du", "des", ""},
    "des": {"du"},
    "los": {"el", ""},
    "dei": {"del"},
    "delle": {"della"},
    "der": {"des"},
    "van": {""},
}


@functools.cache
def rule_of_name(column: str) -> str | None:
    """The rule that a column is named after (``"record number"`` for ``PatientIDs``), or None, as for counts."""
    told = words()
    spaced = _HUMP.sub(" ", column)
    parts = [_fold(word) for word in _WORD.findall(spaced)]
    folded = _fold(column)
    counting = told["counting"]
    if counting["words"] & set(parts) and counting["plurals"] & set(parts):
        return None
    whole = _singulars(folded) | _each_in_the_singular(parts)
    for rule, names in _named("columns").items():
        if not whole.isdisjoint(names):
            return rule
    if told["counting"]["words"] & set(parts):
        return None
    runs: set[str] = set()
    for start in range(len(parts)):
        for end in range(start + 1, min(start + 5, len(parts)) + 1):
            runs |= _singulars("".join(parts[start:end]))
    found = next((rule for rule, names in _named("inside").items() if not runs.isdisjoint(names)), None)
    if found or folded in counting["plurals"]:
        return found
    return next((rule for rule, grown in _grown().items() if grown.search(folded)), None)


@functools.cache
def _named(part: str) -> dict[str, frozenset[str]]:
    # As the names they are compared with: ド and カ without the marks of their sounds.
    return {rule: frozenset(map(_fold, names)) for rule, names in words()[part].items()}


@functools.cache
def _grown() -> dict[str, re.Pattern[str]]:
    # A folded name has the syllables of Korean in their letters.
    return {
        rule: re.compile(unicodedata.normalize("NFKD", "|".join(sorted(patterns))))
        for rule, patterns in words()["grown"].items()
    }


def _each_in_the_singular(parts: list[str]) -> set[str]:
    """What a name of two to four words may be the plural of, where each word has its own: nomes dos pacientes."""
    if not 2 <= len(parts) <= _MOST_WORDS:
        return set()
    choices = [sorted(_endings_off(part) | _ARTICLES.get(part, set())) for part in parts]
    return {"".join(words) for words in itertools.product(*choices)}


def _singulars(name: str) -> set[str]:
    """A folded name and what it may be the plural of; what is a count in the plural (hosts, patients) stays."""
    if name in words()["counting"]["plurals"]:
        return set()
    return _endings_off(name)


def _endings_off(name: str) -> set[str]:
    """A folded name, and the name without each ending of a plural that it has."""
    found = {name}
    if len(name) > 2:
        found |= {
            name.removesuffix(end) + single
            for end, single in _PLURALS
            if name.endswith(end) and len(name) > len(end) + 1
        }
    return found


def _fold(name: str) -> str:
    """Letters and digits alone, without case and accents; letters that no accent makes are written out."""
    name = name.replace("ß", "ss").translate(_SPELLED)
    plain = "".join(one for one in unicodedata.normalize("NFKD", name) if not unicodedata.combining(one))
    return "".join(one for one in plain.casefold() if one.isalnum())


_SPELLED = str.maketrans({"ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "ı": "i", "æ": "ae", "đ": "d", "œ": "oe"})
