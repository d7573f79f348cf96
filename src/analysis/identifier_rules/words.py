"""The words by which identifiers are known (``words.toml``)."""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path

from .undressing import undressed


@functools.cache
def words() -> dict[str, dict[str, frozenset[str]]]:
    """What ``words.toml`` holds; the lists as sets, for they are only asked what they hold."""
    told = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
    return {part: {key: frozenset(value) for key, value in table.items()} for part, table in told.items()}


def alternatives(told: Iterable[str]) -> str:
    """A pattern for any of the words, longest first; those that begin alike are tried together."""
    return branches(sorted({undressed(word.lower()).text for word in told}))


def branches(told: list[str]) -> str:
    """A pattern for any of some texts in order, those that begin alike tried together."""
    firsts: dict[str, list[str]] = {}
    for word in told:
        firsts.setdefault(word[:1], []).append(word[1:])
    ends = firsts.pop("", None)
    parts = []
    for first, group in firsts.items():
        rests = group
        prefix = first
        while len({rest[:1] for rest in rests}) == 1 and rests[0]:
            prefix, rests = prefix + rests[0][0], [rest[1:] for rest in rests]
        parts.append(re.escape(prefix) + (branches(rests) if rests != [""] else ""))
    if not parts:
        return ""
    return f"(?:{'|'.join(parts)}){'?' if ends is not None else ''}"


def is_without_blanks(letter: str) -> bool:
    """Whether a letter is of a script that sets no blanks between words: Thai, Japanese, Chinese, Korean."""
    return "\u0e00" <= letter <= "\u0e7f" or "\u3040" <= letter <= "\uffff"


@functools.cache
def _label(key: str) -> re.Pattern[str]:
    return re.compile(alternatives(words()["labels"][key]))


def label_ends(text: str, key: str) -> Iterator[int]:
    """Where labels of a kind end in a text; a label is a word of its own, but in scripts without blanks.

    They may overlap: "n. cartella clinica" holds "n. cartella" and "cartella clinica".
    """
    low = text.lower()
    found = _label(key).search(low)
    while found:
        start, end = found.span()
        touched = (start and text[start - 1].isalpha() and not is_without_blanks(text[start])) or (
            text[end : end + 1].isalpha() and not is_without_blanks(text[end - 1])
        )
        if not touched:
            yield end
        found = _label(key).search(low, start + 1)


@functools.cache
def label_mark(key: str) -> str:
    """A pattern for Arrow's engine that every text with a label of a kind matches."""
    told = words()["labels"][key]
    plain = {word for word in told if word[0].isascii() and word[0].isalnum()}
    parts = [rf"\b{alternatives(plain)}"] if plain else []
    return f"(?i:{'|'.join([*parts, *([alternatives(told - plain)] if told - plain else [])])})"
