"""Removes what hides an identifier: a text as it is meant to be read.

Wide letters and digits of other scripts become plain ones, characters without width go, entities and percent signs are
decoded, and the usual ways to keep an address from being clicked (``192[.]0[.]2[.]17``, ``name (at) site dot org``) are
undone.
"""

from __future__ import annotations

import html
import re
import unicodedata
from base64 import b64decode
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import unquote

# Control characters of direction and join, fillers, variation selectors and tags: none has a width.
_HIDDEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff"
    "\uffa0\ufff9-\ufffb\U000e0000-\U000e01ef\x00-\x08\x0e-\x1f\x7f]"
)
_LOOKS = str.maketrans(
    {
        **dict.fromkeys("·•∙⋅‧・。۔٫⸱˙ꞏ", "."),
        **dict.fromkeys("‐‑‒–—―−﹣", "-"),
        **dict.fromkeys("ː꞉∶︰", ":"),
        **dict.fromkeys("⁄∕⧸", "/"),
        **dict.fromkeys("ˆ‸", "^"),
        **dict.fromkeys("⁚", ":"),
        # The one letter whose small form has two characters.
        "İ": "I",
    }
)
_DIGIT = re.compile(r"[^\D\x00-\x7f]")
_MARK_AFTER_DIGIT = re.compile(r"(?<=[0-9.])[\u0300-\u036f\u20d0-\u20f0]+")
_ESCAPED = re.compile(r"\\(?:u00([0-9a-fA-F]{2})|x([0-9a-fA-F]{2})|([.:@\-\[\]()]))")
_PERCENT = re.compile(r"%[0-9A-Fa-f]{2}")
_MARKED_UP = re.compile(r"</?[a-zA-Z][a-zA-Z0-9]{0,10}(?: [^<>]{0,80})?/?>|<!--[^<>]{0,80}-->")

_WORD_DOT = r"(?:dot|punkt|punto|ponto|point|punt)"
_BRACKETED_DOT = re.compile(
    rf" ?(?:[\[({{<]{{1,2}} ?(?:[.,]|{_WORD_DOT}) ?[\])}}>]{{1,2}}|(?<=[\w])[ _-]dot[ _-](?=\w)"
    rf"|(?<=\d)[_ ](?:{_WORD_DOT})[_ ](?=\d)) ?",
    re.IGNORECASE,
)
_BRACKETED_AT = re.compile(r" ?[\[({<] ?(?:at|@|arroba|ät|chez) ?[\])}>] ?|(?<=\w)_at_(?=\w)", re.IGNORECASE)
_BRACKETED_COLON = re.compile(r"\[:\]|\[://\]|\[:/{2}\]")
_SPACED = re.compile(r"(?<=\w) ([.@]) (?=\w)")
_BEFORE_AT = re.compile(r"(?<=\w) ?@ (?=[^\W\d_][\w-]{0,62}\.)")
_SPOKEN_AT = re.compile(r"(?<=\w) at (?=[\w-]{1,63}\.[a-z])", re.IGNORECASE)
#: Signs of an address said in the words of one language, without brackets.
_SPOKEN = re.compile(
    r"(?<=\w) (?:(?:arroba|arobase|chiocciola|apenstaartje|małpa|zavináč|собака) ([\w-]{1,63})"
    r" (?:punto|ponto|point|punt|kropka|tečka|точка)|(?:ät|at) ([\w-]{1,63}) punkt) (?=[^\W\d_]{2,})",
    re.IGNORECASE,
)
_QUOTED_AT = re.compile(r"(?<=\w)=40(?=[\w-]{1,63}\.[a-z]{2})", re.IGNORECASE)
_HXXP = re.compile(r"\bh[x*]{2}p(s?)(?=:|\[)", re.IGNORECASE)
_ENCODED = re.compile(r"(?<![\w+/=-])[A-Za-z0-9+/]{12,}+={0,2}(?![\w+/=])")
_HEXADECIMAL = re.compile(r"(?:[0-9A-Fa-f]{2})+")
_PRINTABLE = re.compile(rb"[ -~]{7,}")
#: Without one of these, a text in plain letters is what it looks like.
_DRESSED = re.compile(
    r"[&%\\\[({<]|[ _-]dot[ _-]|_at_| (?:punto|ponto|point|punt|punkt|kropka|tečka|точка) |=40| [.@] | @|@ "
    r"|[hH][xX*]{2}[pP]|[\x00-\x08\x0e-\x1f\x7f]",
    re.IGNORECASE,
)


class Undressed(NamedTuple):
    """A text as it is meant to be read, and whether somebody had kept its dots from being clicked."""

    text: str
    defanged: bool


def undressed(text: str) -> Undressed:
    """The text without what hides an identifier in it; what it holds in base64 or hexadecimal stands at its end."""
    text = " ".join([text, *_decoded(text)])
    if text.isascii() and not _DRESSED.search(text):
        return Undressed(text, False)
    text = _plain(text)
    if not _DRESSED.search(text):
        return Undressed(text, False)
    if "&" in text and ";" in text:
        text = _plain(html.unescape(text))
    if _PERCENT.search(text):
        text = _plain(unquote(text, errors="replace"))
    if "\\" in text:
        text = _ESCAPED.sub(lambda found: chr(int(found[1] or found[2], 16)) if not found[3] else found[3], text)
    if "<" in text:
        # What tags and comments hold is part of the text too: "<a href='http://192.0.2.17'>".
        told = [found.group()[1:-1].strip("!-/") for found in _MARKED_UP.finditer(text) if len(found.group()) > 9]
        text = " ".join([_MARKED_UP.sub("", text), *told])
    opened, dots = _BRACKETED_DOT.subn(".", text)
    opened, links = _HXXP.subn(r"http\1", _BRACKETED_COLON.sub(_unbracketed, opened))
    opened, at = _BRACKETED_AT.subn("@", opened)
    opened = _QUOTED_AT.sub("@", _SPOKEN.sub(lambda found: f"@{found[1] or found[2]}.", opened))
    if dots:
        opened = _SPOKEN_AT.sub("@", opened)
    opened = _BEFORE_AT.sub("@", _SPACED.sub(r"\1", opened))
    return Undressed(opened, bool(dots or links or at))


def _decoded(text: str) -> Iterator[str]:
    """The texts that stand in a text in hexadecimal or base64."""
    for found in _ENCODED.finditer(text):
        token = found.group()
        try:
            told = bytes.fromhex(token) if _HEXADECIMAL.fullmatch(token) else b64decode(token + "=" * (-len(token) % 4))
        except ValueError:
            continue
        if _PRINTABLE.fullmatch(told):
            yield told.decode("ascii")


def _unbracketed(found: re.Match[str]) -> str:
    return found.group().strip("[]")


def _plain(text: str) -> str:
    """Plain letters and digits for wide ones and for digits of other scripts, nothing without width."""
    if text.isascii() and not _HIDDEN.search(text):
        return text
    text = unicodedata.normalize("NFKC", _HIDDEN.sub("", text)).translate(_LOOKS)
    return _DIGIT.sub(_digit, _MARK_AFTER_DIGIT.sub("", _HIDDEN.sub("", text)))


def _digit(found: re.Match[str]) -> str:
    digit = unicodedata.decimal(found.group(), None)
    return found.group() if digit is None else str(digit)
