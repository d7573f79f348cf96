"""Names of columns that hold identifiers: in fourteen languages, singular and plural, in any case and spelling."""

from __future__ import annotations

import functools
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


@functools.cache
def rule_of_name(column: str) -> str | None:
    """The rule that a column is named after (``"record number"`` for ``PatientIDs``), or None, as for counts."""
    told = words()
    spaced = _HUMP.sub(" ", column)
    parts = [_fold(word) for word in _WORD.findall(spaced)]
    folded = _fold(column)
    for rule, names in told["columns"].items():
        if not _singulars(folded).isdisjoint(names):
            return rule
    if told["counting"]["words"] & set(parts):
        return None
    runs: set[str] = set()
    for start in range(len(parts)):
        for end in range(start + 1, min(start + 5, len(parts)) + 1):
            runs |= _singulars("".join(parts[start:end]))
    return next((rule for rule, names in told["inside"].items() if not runs.isdisjoint(names)), None)


def _singulars(name: str) -> set[str]:
    """A folded name and what it may be the plural of; what is a count in the plural (hosts, patients) stays."""
    if name in words()["counting"]["plurals"]:
        return set()
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
