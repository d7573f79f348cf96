"""Printed places: country names of every language, read as ISO 3166-1 alpha-3 codes, and back.

What a name means is looked up in ``data/reference/place_names.csv``, compiled from the
names of CLDR in all its languages, from ``name_variants.csv`` (the forms of the UN, the
World Bank and the press) and from ``subdivisions.csv``. A name is compared by its letters
and digits only: capitals, accents, apostrophes, hyphens, full stops and spaces do not count.
"""

from __future__ import annotations

import csv
import functools
import io
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast, overload

from ..datafolder import read_text, reference_file
from ..errors import DataError, UnknownPlaceError

if TYPE_CHECKING:
    import pandas as pd

#: The world as a whole, in the World Bank's spelling; ISO 3166 has no code for it.
WORLD = "WLD"

#: What a survey's ``[[place]]`` rule may say that a place is.
RULE_KINDS = ("country", "world", "region", "population", "sub-national")

#: Letters that a keyboard without them writes as another one, and that Unicode does not take apart.
_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ħ": "h", "ə": "e"}
)
#: Letters that stand for an apostrophe; accents of Latin, Greek and Cyrillic; the vowel points and
#: hamza of Arabic; the points of Hebrew.
#: Marks of other scripts are letters in all but name and stay.
_ACCENTS = re.compile("[\u02b9-\u02cf\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670]")
#: The short forms that running text uses; any other two or three letters are a word or something else's abbreviation.
_SHORT_FORMS = frozenset({"us", "usa", "uk", "gb", "uae", "eeuu", "eua", "vs", "vae", "rdc", "drc"})
#: Endings that names take in a sentence (``Deutschlands``, ``in den Niederlanden``, ``Turkey's``).
_ENDINGS = ("'s", "’s", "s", "n")
#: What stands before a name and is no part of it: ``l'Inde``, ``The U.S.``
_ELIDED = re.compile(r"\b(?:(?:[dlns]|qu|dell|nell|sull|all|dall)['’](?=[^\W\d_]))", re.IGNORECASE)
#: An adjective at the head of a German name: in den Vereinigten Staaten.
_DECLINED = re.compile(r"^(\w{3,}e)[nrs](?= )")
#: Articles at the head of a sentence; those of El Salvador and the like belong to the name.
_ARTICLE = re.compile(r"(?:The|Les?|La|Los|Las|Die|Der|Das|Il|Gli|Os|As|De|Het) ")
#: Places of the United Kingdom that begin a sentence as words.
_ALSO_WORDS = frozenset({"reading", "down", "bury", "bath"})
_MOST_WORDS = 5
_WORD = re.compile(r"[^\W\d_](?:[\w'’-]|\.(?=[A-Za-z]\b))*\.?")
#: Scripts without blanks and without capitals.
_IDEOGRAPHS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{2,}")
#: A slash stays: ``N/A`` is not the code of Namibia.
_NOT_LETTERS = re.compile(r"[^\w/]|_")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?=$|[-_])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Place:
    """A printed place and what it stands for.

    Attributes
    ----------
    name
        The place as printed.
    iso3
        ISO 3166-1 alpha-3 (``XKX`` for Kosovo, ``WLD`` for the world); ``None`` if it is no country.
    parent
        ISO 3166-1 alpha-3 of the country that a sub-national place belongs to, else ``None``.
    kind
        ``country``, ``world`` or ``sub-national``; ``region`` or ``population`` only by a survey's rule.
    code
        ISO 3166-2 of a sub-national place where it has one (``IN-MH``), else ``None``.
    """

    name: str
    iso3: str | None
    parent: str | None
    kind: str
    code: str | None = None


@dataclass(frozen=True, slots=True)
class _Index:
    """What names mean: in general, and in languages where they mean something else."""

    general: dict[str, tuple[str, str]]
    own: dict[tuple[str, str], tuple[str, str]]

    def meaning(self, key: str, lang: str | None) -> tuple[str, str] | None:
        return (self.own.get((key, lang)) if lang else None) or self.general.get(key)


def name_key(name: str) -> str:
    """The letters and digits by which names are compared: ``Côte d’Ivoire`` is ``cotedivoire``."""
    if name.isascii():
        return _NOT_LETTERS.sub("", name.lower())
    folded = unicodedata.normalize("NFKD", name.casefold().translate(_LETTERS))
    kept = unicodedata.normalize("NFC", _ACCENTS.sub("", folded))
    return "".join(sign for sign in kept if sign == "/" or unicodedata.category(sign)[0] in "LMN")


def locate(name: str, lang: str | None = None, *, rules: Iterable[Mapping[str, str]] = ()) -> Place:
    """What a printed place stands for.

    Parameters
    ----------
    name
        The place as printed: a name in any language of CLDR, an ISO 3166-1 code of two or
        three letters, a form of the UN, the World Bank or the press, a total of the world,
        or a state, province or part of a country that ``subdivisions.csv`` lists.
    lang
        The language of the text (``es``, ``pt-BR``). What the name means in this language
        comes first; without it, a name that means different places in different languages
        is refused, and two or three letters are read as a code.
    rules
        A survey's own ``[[place]]`` tables: ``name`` with ``iso3``, or with ``kind`` and
        ``parent``. They come before everything else.

    Raises
    ------
    UnknownPlaceError
        If the name is not known (``candidates`` holds the codes of names that are written
        nearly so), or means several or no country (``candidates`` holds those it may mean).
    DataError
        If ``lang`` is no language tag, or a rule does not say what the place is.
    """
    if not isinstance(name, str) or not name.strip():
        raise UnknownPlaceError("the place is empty; name it, or write 'World' for a total.", candidates=[])
    key, language = name_key(name), _language(lang)
    for rule in rules:
        if name_key(rule.get("name", "")) == key:
            return _by_rule(name, rule)
    meaning = _index().meaning(key, language)
    if meaning is None:
        raise _unknown(name, key, lang)
    place, kind = meaning
    if kind == "":
        return Place(name, place, None, "world" if place == WORLD else "country")
    if kind == "part":
        country, code = (_country_codes()[place[:2]], place) if "-" in place else (place, None)
        return Place(name, None, country, "sub-national", code)
    raise _refused(name, kind, place.split("|") if place else [])


@overload
def iso3(names: str, lang: str | None = None, *, rules: Iterable[Mapping[str, str]] = ()) -> str: ...
@overload
def iso3(
    names: pd.Series, lang: str | pd.Series | None = None, *, rules: Iterable[Mapping[str, str]] = ()
) -> pd.Series: ...
def iso3(names: Any, lang: Any = None, *, rules: Iterable[Mapping[str, str]] = ()) -> Any:
    """The ISO 3166-1 alpha-3 code of a printed country, or of each in a series.

    Parameters
    ----------
    names
        One name, or a series (or list) of names; see :func:`locate` for what is read.
    lang
        The language of the text; with a series also a series of languages with the same index.
    rules
        A survey's own ``[[place]]`` tables, see :func:`locate`.

    Returns
    -------
    str or pandas.Series
        The code: ``XKX`` for Kosovo, ``WLD`` for the world. A series keeps its index, is named
        ``iso3``, and where a name is missing (not: empty) the code is missing too.

    Raises
    ------
    UnknownPlaceError
        As :func:`locate`; also for a sub-national place, a region or a population, which have no
        country code. For a series ``row`` is the label of the first row that cannot be read,
        and ``names`` holds every name in it that cannot.

    Examples
    --------
    >>> import analysis as ex
    >>> ex.iso3("EE. UU."), ex.iso3("Cote d'Ivoire"), ex.iso3("VS", lang="nl"), ex.iso3("全世界")
    ('USA', 'CIV', 'USA', 'WLD')
    """
    if names is None or isinstance(names, str | float):
        return _country(cast("str", names), lang, rules)
    import pandas as pd

    names = names if isinstance(names, pd.Series) else pd.Series(list(names), dtype="str")
    by_row = isinstance(lang, pd.Series)
    if by_row and not lang.index.equals(names.index):
        raise DataError("the languages and the names have different rows; give both the same index.")
    rules = list(rules)
    keys = pd.DataFrame({"name": names.array, "lang": lang.array if by_row else lang})
    groups = keys.groupby(["name", "lang"], sort=False, dropna=False).ngroup()
    firsts = keys.loc[~groups.duplicated()]
    codes: list[str | None] = []
    faults: dict[Any, Any] = {}
    for row, name, language in firsts.itertuples():
        if pd.isna(name):
            codes.append(None)
            continue
        try:
            codes.append(_country(name, None if pd.isna(language) else language, rules))
        except UnknownPlaceError as fault:
            codes.append(None)
            faults[row] = (name, fault)
    if faults:
        raise _in_series(names, faults)
    return pd.Series(pd.array(codes, dtype="str").take(groups), index=names.index, name="iso3")


@overload
def country_name(iso3: str, lang: str = "en") -> str: ...
@overload
def country_name(iso3: pd.Series, lang: str = "en") -> pd.Series: ...
def country_name(iso3: Any, lang: str = "en") -> Any:
    """The name of a country in a language of CLDR, by its ISO 3166-1 alpha-3 code.

    Parameters
    ----------
    iso3
        A code (``WLD`` is the world, ``XKX`` Kosovo), or a series of codes; missing ones stay missing.
    lang
        A language tag: ``en``, ``es``, ``de``, ``fr``, ``pt-BR``, …

    Raises
    ------
    UnknownPlaceError
        If a code is none of ISO 3166-1; a series names the row.
    DataError
        If CLDR has no such language.
    """
    names = _display_names(lang)
    if isinstance(iso3, str):
        return _named(iso3, names, lang)
    import pandas as pd

    codes = iso3 if isinstance(iso3, pd.Series) else pd.Series(list(iso3), dtype="str")
    table = {}
    for row, code in codes.drop_duplicates().dropna().items():
        try:
            table[code] = _named(code, names, lang)
        except UnknownPlaceError as fault:
            raise UnknownPlaceError(f"row {row}: {fault.message}", row=row, **fault.details) from None
    return codes.map(table).astype("str").rename("country")


def find_places(text: str, lang: str | None = None) -> list[tuple[int, int, Place]]:
    """The places that a running text names: where each begins and ends, and what it stands for.

    Countries, the world and parts of countries; names with a capital letter, the longest first. Of abbreviations only
    those that prose uses (``US``, ``EE. UU.``) are taken for one. A name with an ending (``Deutschlands``) is given
    without it.

    Raises
    ------
    DataError
        If ``lang`` is no language tag.

    Examples
    --------
    >>> [(place.name, place.iso3) for _, _, place in find_places("787 in the United States, 12 in Turkey", "en")]
    [('United States', 'USA'), ('Turkey', 'TUR')]
    """
    language = _language(lang)
    found: list[tuple[int, int, Place]] = []
    words = list(_WORD.finditer(_ELIDED.sub(lambda article: " " * len(article[0]), text)))
    at = 0
    while at < len(words):
        for count in range(min(_MOST_WORDS, len(words) - at), 0, -1):
            begin, end = words[at].start(), words[at + count - 1].end()
            name = text[begin:end]
            # A name of several words ends in one that is a name too: "In den" is none.
            last = words[at + count - 1][0]
            if count > 1 and not (re.fullmatch(r"[\w'’.\- \u00a0&]+", name) and (last[0].isupper() or len(last) > 3)):
                continue
            if (place := _in_prose(name, language)) is not None:
                article = _ARTICLE.match(name)
                if count > 1 and article and (bare := _in_prose(name[article.end() :], language)) is not None:
                    begin, place = begin + article.end(), bare
                found.append((begin, begin + len(place.name), place))
                at += count
                break
        else:
            at += 1
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


def _in_prose(name: str, language: str | None) -> Place | None:
    """A word or words of a text as a place; None if they are something else."""
    if not name[0].isupper() or _IDEOGRAPHS.match(name):
        return None
    letters = re.sub(r"[^\w]", "", name)
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
    return frozenset(name_key(name) for name in _display_names(lang).values())


def is_abbreviated(name: str) -> bool:
    """Whether a name is written with full stops that belong to it, such as ``U.S.`` or ``EE. UU.``."""
    return bool(re.fullmatch(r"(?:[^\W\d_]{1,2}\.[ \u00a0]?){2,}", name))


def _named_so(name: str, language: str | None) -> Place | None:
    meaning = _index().meaning(name_key(name), language)
    if meaning is None or meaning[1] not in ("", "part"):
        return None
    return locate(name, language)


def meaning_of(name: str, lang: str | None = None) -> tuple[str, str] | None:
    """What the table has for a name: codes parted by ``|``, and its kind (empty for a country)."""
    return _index().meaning(name_key(name), _language(lang))


@functools.cache
def _subdivision_names() -> dict[str, str]:
    rows = csv.DictReader(io.StringIO(read_text(reference_file("subdivisions.csv"))))
    return {row["code"]: row["name"] for row in reversed(list(rows)) if row["lang"] == "en"}


def subdivision_name(code: str) -> str:
    """The English name of a part of a country by its code of ISO 3166-2; empty if it is not known."""
    return _subdivision_names().get(code, "")


def _country(name: str, lang: str | None, rules: Iterable[Mapping[str, str]]) -> str:
    place = locate(name, lang, rules=rules)
    if place.iso3:
        return place.iso3
    if place.kind == "sub-national":
        raise UnknownPlaceError(
            f"'{name}' is a part of {_titled(cast('str', place.parent))}, not a country; keep it as a place of its own "
            "with that country as its parent (places.locate gives both), or take the country.",
            candidates=[place.parent],
            parent=place.parent,
        )
    raise UnknownPlaceError(
        f"'{name}' is declared as a {place.kind}, which has no country code; take places.locate for it.", candidates=[]
    )


def _by_rule(name: str, rule: Mapping[str, str]) -> Place:
    code, parent = rule.get("iso3") or None, rule.get("parent") or None
    kind = rule.get("kind") or ("world" if code == WORLD else "country" if code else "")
    known = _display_names("en")
    if kind not in RULE_KINDS:
        raise DataError(
            f"the rule for the place '{rule.get('name')}' does not say what it is; give it an iso3, "
            f"or a kind out of {', '.join(RULE_KINDS)}."
        )
    for given, value, needed in (
        ("iso3", code, kind in ("country", "world")),
        ("parent", parent, kind == "sub-national"),
    ):
        if (needed and not value) or (value and value not in known):
            raise DataError(
                f"the rule for the place '{rule.get('name')}' has {given} = '{value or ''}'; "
                "expected a code of ISO 3166-1 with three letters, such as DEU."
            )
    return Place(name, code if kind in ("country", "world") else None, parent, kind, rule.get("code") or None)


def _refused(name: str, kind: str, candidates: list[str]) -> UnknownPlaceError:
    listed = ", ".join(_titled(code) for code in candidates)
    why = {
        "ambiguous": f"may mean {listed}; give the full name or its language"
        if len(candidates) > 1
        else f"is not settled: it may stand for {listed}, or for no country"
        if candidates
        else "means different places in different languages; give the language",
        "historical": f"is a name of the past; its area is now {listed}" if candidates else "is a name of the past",
        "group": "stands for a group of countries, a total or a remainder, not for one country",
    }[kind]
    return UnknownPlaceError(
        f"'{name}' {why}. To keep it as it is, settle it with a [[place]] rule in survey.toml "
        "(its name, and an iso3 or a kind).",
        candidates=candidates,
    )


def _unknown(name: str, key: str, lang: str | None) -> UnknownPlaceError:
    """The error for a name nobody knows, with the codes of names written nearly so."""
    from difflib import get_close_matches

    known = _index().general
    pool = [other for size in range(len(key) - 2, len(key) + 3) for other in _names_by_length().get(size, ())]
    nearest = []
    for other in get_close_matches(key, pool, n=12, cutoff=0.75) if len(key) > 3 else []:
        place, kind = known[other]
        code = place if kind == "" or "-" not in place else _country_codes()[place[:2]]
        if code not in nearest:
            nearest.append(code)
    hint = f" Did you mean {' or '.join(_titled(code) for code in nearest[:3])}?" if nearest else ""
    where = f" (language: {lang})" if lang else ""
    return UnknownPlaceError(
        f"'{name}' is not a place that is known{where}.{hint} Correct the name, "
        "or declare it with a [[place]] rule in survey.toml.",
        candidates=nearest[:3],
    )


@functools.cache
def _names_by_length() -> dict[int, list[str]]:
    """Every name of a country or of a part of one, by its number of letters."""
    found: dict[int, list[str]] = {}
    for name, (_, kind) in _index().general.items():
        if kind in ("", "part"):
            found.setdefault(len(name), []).append(name)
    return found


def _in_series(names: pd.Series, faults: dict[int, tuple[str, UnknownPlaceError]]) -> UnknownPlaceError:
    first = min(faults)
    name, fault = faults[first]
    others = [other for other, _ in faults.values() if other != name]
    more = f" {len(others)} more cannot be read: {', '.join(map(repr, others[:5]))}." if others else ""
    row = names.index[first]
    return UnknownPlaceError(f"row {row}: {fault.message}{more}", row=row, names=[name, *others], **fault.details)


def _titled(code: str) -> str:
    return f"{_display_names('en').get(code, code)} ({code})"


def _named(code: str, names: Mapping[str, str], lang: str) -> str:
    try:
        return names[code]
    except KeyError:
        raise UnknownPlaceError(
            f"'{code}' is not a country code of three letters, or CLDR has no name for it in '{lang}'; "
            "take ISO 3166-1 alpha-3 (DEU), WLD for the world or XKX for Kosovo.",
            candidates=[],
        ) from None


def _language(lang: str | None) -> str | None:
    """The language of a tag, without script and country."""
    if lang is None:
        return None
    found = _LANGUAGE.match(lang)
    if not found:
        raise DataError(f"'{lang}' is not a language tag; give one such as 'es' or 'pt-BR'.")
    return found.group().lower()


@functools.lru_cache(maxsize=32)
def _display_names(lang: str) -> dict[str, str]:
    from babel import Locale, UnknownLocaleError

    try:
        territories = Locale.parse(lang.replace("-", "_")).territories
    except (UnknownLocaleError, ValueError, TypeError):
        raise DataError(
            f"CLDR has no country names in the language '{lang}'; give a tag such as 'en', 'es' or 'pt-BR'."
        ) from None
    codes = {**_country_codes(), "001": WORLD}
    return {codes[code]: name for code, name in territories.items() if code in codes}


@functools.cache
def _country_codes() -> dict[str, str]:
    """Alpha-2 to alpha-3."""
    rows = csv.DictReader(io.StringIO(read_text(reference_file("countries.csv"))))
    return {row["iso2"]: row["iso3"] for row in rows}


@functools.cache
def _index() -> _Index:
    general: dict[str, tuple[str, str]] = {}
    own: dict[tuple[str, str], tuple[str, str]] = {}
    lines = read_text(reference_file("place_names.csv")).splitlines()
    for line in lines[1:]:
        name, place, kind, langs = line.split(",")
        if langs:
            own.update(dict.fromkeys(((name, lang) for lang in langs.split(" ")), (place, kind)))
        else:
            general[name] = (place, kind)
    return _Index(general, own)
