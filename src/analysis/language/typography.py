"""What a typesetter of each language would see to: spaces that do not break, apostrophes."""

from __future__ import annotations

import re

_NO_BREAK = "\N{NO-BREAK SPACE}"
_NARROW = "\N{NARROW NO-BREAK SPACE}"
#: What a sign may follow: a word, a number, or what closes one.
_END = r"\w»)\]}%’”…."


def _high_sign(found: re.Match[str]) -> str:
    return found[0] if found[1] else f"{_NARROW}{found[2]}"


#: French: a full space before the colon and inside quotation marks, a narrow one before the other high signs.
#: Quotation marks come first, as a sign before a closing one then has a space after it.
_FRENCH = (
    (re.compile(r"«[ \u00a0\u202f]*(?=\S)"), f"«{_NO_BREAK}"),
    (re.compile(r"(?<=\S)[ \u00a0\u202f]*»"), f"{_NO_BREAK}»"),
    (re.compile(rf"(?<=[{_END}])[ \u00a0\u202f]*:(?=\s|$)"), f"{_NO_BREAK}:"),
    # An entity of HTML ends in a semicolon of its own.
    (re.compile(rf"(&#?\w+)?(?<=[{_END}])[ \u00a0\u202f]*([;?!])(?=\s|$|[)»”])"), _high_sign),
    (re.compile(r"(?<=[^\W\d_])'(?=[^\W\d_])"), "’"),
)
#: A number stays with its scale word and its sign of percent, in every language.
_NUMBER = re.compile(r"(?<=\d) (?=(?:mill(?:ion|ón|on|iard)|Mill(?:ion|iard)|bill(?:ion|ón)|Billion)\w*|%)")


def typeset(text: str, lang: str) -> str:
    """The text with the spaces and apostrophes of its language; a text that has them stays as it is.

    Examples
    --------
    >>> typeset("Source : l'étude « PACS »", "fr").replace(chr(160), "~")
    'Source~: l’étude «~PACS~»'
    >>> typeset("24,3 millones", "es").replace(chr(160), "~")
    '24,3~millones'
    """
    if lang == "en":
        return text
    text = _NUMBER.sub(_NO_BREAK, text)
    if lang == "fr":
        for pattern, replacement in _FRENCH:
            text = pattern.sub(replacement, text)
    return text


#: Text between straight quotes: an apostrophe within a word, as in *it's*, closes nothing.
_QUOTED = re.compile(r"(?<![\w'])(?:\"([^\"]+)\"|'(?!\s)((?:[^']|(?<=\w)'(?=\w))+)(?<!\s)'(?!\w))")
_APOSTROPHE = re.compile(r"(?<=[^\W\d_])'(?!\d)")


def curled(text: str) -> str:
    """An English text typed with straight quotes, as those of the data are, with its quotation marks and apostrophes.

    Examples
    --------
    >>> curled("the surveyors' release says 'patients' for studies")
    'the surveyors’ release says “patients” for studies'
    >>> curled("Tom's Guide, 1'571 and 90'000")
    "Tom’s Guide, 1'571 and 90'000"
    """
    quoted = _QUOTED.sub(lambda found: f"“{found[1] or found[2]}”", text)
    return _APOSTROPHE.sub("’", quoted)
