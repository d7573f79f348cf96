"""The places that a running text names."""

from __future__ import annotations

import bisect
import functools
import re

from .country_names import display_names
from .places import Place, language_of_tag, locate, name_key, names_index

#: The short forms that running text uses; any other two or three letters are a word or something else's abbreviation.
_SHORT_FORMS = frozenset({"us", "usa", "uk", "gb", "uae", "eeuu", "eua", "vs", "vae", "rdc", "drc"})
#: Endings that names take in a sentence (``Deutschlands``, ``in den Niederlanden``, ``Turkey's``).
_ENDINGS = ("'s", "’s", "s", "n")
#: What stands before a name and is not part of it: ``l'Inde``, ``The U.S.``
_ELIDED = re.compile(r"\b(?:(?:[dlns]|qu|dell|nell|sull|all|dall)['’](?=[^\W\d_]))", re.IGNORECASE)
#: An adjective at the head of a German name: in den Vereinigten Staaten.
_DECLINED = re.compile(r"^(\w{3,}e)[nrs](?= )")
#: Articles at the head of a sentence; those of El Salvador and the like belong to the name.
_ARTICLE = re.compile(r"(?:The|Les?|La|Los|Las|Die|Der|Das|Il|Gli|Os|As|De|Het) ")
#: Places of the United Kingdom that begin a sentence as words.
_ALSO_WORDS = frozenset({"reading", "down", "bury", "bath"})
_MOST_WORDS = 5
_WORD = re.compile(r"[^\W\d_](?:[\w'’-]|\.(?=[A-Za-z]\b))*\.?")
_SEVERAL = re.compile(r"[\w'’.\- \u00a0&]+")
_NO_LETTER = re.compile(r"[^\w]")
_ABBREVIATED = re.compile(r"(?:[^\W\d_]{1,2}\.[ \u00a0]?){2,}")
#: Scripts without blanks and without capitals.
_IDEOGRAPHS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{2,}")


def find_places(text: str, lang: str | None = None) -> list[tuple[int, int, Place]]:
    """The places that a running text names: where each begins and ends, and what it stands for.

    Countries, the world and parts of countries; names with a capital letter, the longest first. Of abbreviations only
    those that prose uses (``US``, ``EE. UU.``) are taken for one. A name with an ending (``Deutschlands``) is given
    without it.

    Raises
    ------
    DataError
        If ``lang`` is not a language tag.

    Examples
    --------
    >>> [(place.name, place.iso3) for _, _, place in find_places("787 in the United States, 12 in Turkey", "en")]
    [('United States', 'USA'), ('Turkey', 'TUR')]
    """
    language = language_of_tag(lang)
    found: list[tuple[int, int, Place]] = []
    words = list(_WORD.finditer(without_elided(text)))
    after = 0  # where the last name ended
    # A name begins with a capital letter.
    for at in [nth for nth, one in enumerate(words) if one[0][0].isupper()]:
        if at < after:
            continue
        most = min(_MOST_WORDS, len(words) - at)
        if most > 1 and not _opens_name(text[words[at].start() : words[at + 1].end()]):
            most = 1
        for count in range(most, 0, -1):
            begin, end = words[at].start(), words[at + count - 1].end()
            name = text[begin:end]
            # A name of several words ends in one that is a name too: "In den" is none.
            last = words[at + count - 1][0]
            if count > 1 and not (_SEVERAL.fullmatch(name) and (last[0].isupper() or len(last) > 3)):
                continue
            if (place := _in_prose(name, language)) is not None:
                article = _ARTICLE.match(name)
                if count > 1 and article and (bare := _in_prose(name[article.end() :], language)) is not None:
                    begin, place = begin + article.end(), bare
                found.append((begin, begin + len(place.name), place))
                after = at + count
                break
    for run in _IDEOGRAPHS.finditer(text):
        at = run.start()
        while at < run.end():
            for end in range(min(run.end(), at + 8), at + 1, -1):
                if (place := _named_so(text[at:end], language)) is not None:
                    found.append((at, end, place))
                    at = end - 1
                    break
            at += 1
    return sorted(found, key=lambda one: one[:2])


def without_elided(text: str) -> str:
    """The text with blanks for what is elided before a name: ``l'Inde``."""
    if "'" not in text and "’" not in text:
        return text
    return _ELIDED.sub(lambda article: " " * len(article[0]), text)


@functools.lru_cache(maxsize=1 << 15)
def _opens_name(both: str) -> bool:
    """Whether a name may begin with two words; an article, a case or a possessive may stand at their ends."""
    names = _ordered_names()
    for key in {name_key(both)[:-2], name_key(_DECLINED.sub(r"\1", both))[:-2]}:
        at = bisect.bisect_left(names, key)
        if at < len(names) and names[at].startswith(key):
            return True
    return False


@functools.cache
def _ordered_names() -> list[str]:
    index = names_index()
    return sorted({*index.general, *(name for name, _ in index.own)})


@functools.lru_cache(maxsize=1 << 15)
def _in_prose(name: str, language: str | None) -> Place | None:
    """A word or words of a text as a place; None if they are something else."""
    if not name[0].isupper() or _IDEOGRAPHS.match(name):
        return None
    letters = _NO_LETTER.sub("", name)
    if len(letters) < 4 and not (letters.lower() in _SHORT_FORMS and letters.isupper()):
        return None
    if name.endswith(".") and not is_abbreviated(name):
        name = name[:-1]
    for ending in ("", *_ENDINGS):
        bare = name.removesuffix(ending)
        if ending and (bare == name or len(bare) < 4 + (ending in "sn") or not bare[-1].isalpha()):
            continue
        place = _named_so(bare, language) or _named_so(_DECLINED.sub(r"\1", bare), language)
        if place is not None and _is_name_here(place, language):
            return place
    return None


def _is_name_here(place: Place, language: str | None) -> bool:
    """Whether a short name is one in this language: what is a country elsewhere may be a surname or a word here."""
    if len(place.name) > 5 or place.name.isupper() or "." in place.name:
        return place.name.lower() not in _ALSO_WORDS
    if place.kind == "sub-national":
        return place.name.lower() not in _ALSO_WORDS
    return any(name_key(place.name) in _keys_of_names(lang) for lang in (language or "en", "en"))


@functools.lru_cache(maxsize=32)
def _keys_of_names(lang: str) -> frozenset[str]:
    return frozenset(name_key(name) for name in display_names(lang).values())


def is_abbreviated(name: str) -> bool:
    """Whether a name is written with full stops that belong to it, such as ``U.S.`` or ``EE. UU.``."""
    return bool(_ABBREVIATED.fullmatch(name))


def _named_so(name: str, language: str | None) -> Place | None:
    meaning = names_index().meaning(name_key(name), language)
    if meaning is None or meaning[1] not in ("", "part"):
        return None
    return locate(name, language)
