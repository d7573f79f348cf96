"""Printed places: country names of every language, read as ISO 3166-1 alpha-3 codes, and back.

What a name means is looked up in ``data/reference/place_names.csv``, compiled from the
names of CLDR in all its languages, from ``name_variants.csv`` (the forms of the UN, the
World Bank and the press) and from ``subdivisions.csv``; the states and provinces of all other
countries stand in ``gazetteer.csv``. A name is compared by its letters
and digits only: capitals, accents, apostrophes, hyphens, full stops and spaces do not count.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast, overload

from ..datafolder import read_text, reference_file
from ..errors import DataError, UnknownPlaceError
from ..remembering import remembered
from .country_names import WORLD, country_codes, display_names

if TYPE_CHECKING:
    import pandas as pd


#: What a survey's ``[[place]]`` rule may say that a place is.
RULE_KINDS = ("country", "historical", "world", "region", "population", "sub-national")

#: Letters that a keyboard without them writes as another one, and that Unicode does not take apart.
_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ħ": "h", "ə": "e"}
)
#: Letters that stand for an apostrophe; accents of Latin, Greek and Cyrillic; the vowel points and
#: hamza of Arabic; the points of Hebrew.
#: Marks of other scripts are letters in all but name and stay.
_ACCENTS = re.compile("[\u02b9-\u02cf\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670]")
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
        ISO 3166-1 alpha-3 (``XKX`` for Kosovo, ``WLD`` for the world); ``None`` if it is not a country.
    parent
        ISO 3166-1 alpha-3 of the country that a sub-national place belongs to, else ``None``.
    kind
        ``country``, ``world`` or ``sub-national``; only by a survey's rule ``historical`` (a country of the past),
        ``region`` or ``population``.
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


def locate(
    name: str, lang: str | None = None, *, rules: Iterable[Mapping[str, str]] = (), nearest: bool = True
) -> Place:
    """What a printed place stands for.

    Parameters
    ----------
    name
        The place as printed: a name in any language of CLDR, an ISO 3166-1 code of two or
        three letters, a form of the UN, the World Bank or the press, a total of the world,
        or a state, province or part of one country, where no larger city of another country has its name.
    lang
        The language of the text (``es``, ``pt-BR``). What the name means in this language
        comes first; without it, a name that means different places in different languages
        is refused, and two or three letters are read as a code.
    rules
        A survey's own ``[[place]]`` tables: ``name`` with ``iso3``, or with ``kind`` and
        ``parent``. They come before everything else.
    nearest
        Whether to look for the nearest names of one that is not known, which takes some hundredths of a second.

    Raises
    ------
    UnknownPlaceError
        If the name is not known (``candidates`` holds the codes of names that are written
        nearly so), or means several or no country (``candidates`` holds those it may mean).
    DataError
        If ``lang`` is not a language tag, or a rule does not say what the place is.
    """
    if not isinstance(name, str) or not name.strip():
        raise UnknownPlaceError("the place is empty", remedy="name it, or write 'World' for a total", candidates=[])
    key, language = name_key(name), language_of_tag(lang)
    for rule in rules:
        if name_key(rule.get("name", "")) == key:
            return _by_rule(name, rule)
    meaning = names_index().meaning(key, language) or _part(key)
    if meaning is None:
        raise _unknown(name, key, lang, nearest)
    place, kind = meaning
    if kind == "":
        return Place(name, place, None, "world" if place == WORLD else "country")
    if kind == "part":
        country, code = (country_codes()[place[:2]], place) if "-" in place else (place, None)
        return Place(name, None, country, "sub-national", code)
    raise _refused(name, kind, place.split("|") if place else [])


def is_known(name: str, lang: str | None = None) -> bool:
    """Whether a printed place stands for one place; see :func:`locate`."""
    try:
        locate(name, lang or None, nearest=False)
    except DataError:
        return False
    return True


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
        raise DataError("the languages and the names have different rows", remedy="give both the same index")
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


def meaning_of(name: str, lang: str | None = None) -> tuple[str, str] | None:
    """What the table has for a name: codes parted by ``|``, and its kind (empty for a country)."""
    return names_index().meaning(name_key(name), language_of_tag(lang))


def shown(name: str, reader: str, lang: str | None = None) -> str:
    """A printed place as a reader's language calls it; anything but a country stays as it was printed.

    Examples
    --------
    >>> shown("Estados Unidos", "en"), shown("Niemcy", "es", "pl"), shown("World", "de"), shown("Bayern", "en")
    ('United States', 'Alemania', 'Welt', 'Bayern')
    """
    meaning = meaning_of(name, lang)
    if meaning is None or meaning[1]:
        return name
    called = display_names(reader).get(meaning[0], name)
    return called[:1].upper() + called[1:]  # "world" begins small, and a cell does not


def _country(name: str, lang: str | None, rules: Iterable[Mapping[str, str]]) -> str:
    place = locate(name, lang, rules=rules)
    if place.iso3:
        return place.iso3
    if place.kind == "sub-national":
        raise UnknownPlaceError(
            f"'{name}' is a part of {_titled(cast('str', place.parent))}, not a country",
            remedy="keep it as a place of its own "
            "with that country as its parent (places.locate gives both), or take the country",
            candidates=[place.parent],
            parent=place.parent,
        )
    raise UnknownPlaceError(
        f"'{name}' is declared as a {place.kind}, which has no country code",
        remedy="take places.locate for it",
        candidates=[],
    )


def _by_rule(name: str, rule: Mapping[str, str]) -> Place:
    code, parent = rule.get("iso3") or None, rule.get("parent") or None
    kind = rule.get("kind") or ("world" if code == WORLD else "country" if code else "")
    known = display_names("en")
    if kind not in RULE_KINDS:
        raise DataError(
            f"the rule for the place '{rule.get('name')}' does not say what it is",
            remedy=f"give it an iso3, or a kind out of {', '.join(RULE_KINDS)}",
        )
    for given, value, needed in (
        ("iso3", code, kind in ("country", "world")),
        ("parent", parent, kind == "sub-national"),
    ):
        if (needed and not value) or (value and value not in known):
            raise DataError(
                f"the rule for the place '{rule.get('name')}' has {given} = '{value or ''}'",
                remedy="expected a code of ISO 3166-1 with three letters, such as DEU",
            )
    return Place(name, code if kind in ("country", "world") else None, parent, kind, rule.get("code") or None)


def _refused(name: str, kind: str, candidates: list[str]) -> UnknownPlaceError:
    listed = ", ".join(_titled(code) for code in candidates)
    ambiguous = (
        (f"may mean {listed}", "give the full name or its language")
        if len(candidates) > 1
        else (f"is not settled: it may stand for {listed}, or for no country", "")
        if candidates
        else ("means different places in different languages", "give the language")
    )
    why, first = {
        "ambiguous": ambiguous,
        "historical": (
            f"is a name of the past: its area is now {listed}" if candidates else "is a name of the past",
            "",
        ),
        "group": ("stands for a group of countries, a total or a remainder, not for one country", ""),
    }[kind]
    keep = "to keep it as it is, settle it with a [[place]] rule in survey.toml (its name, and an iso3 or a kind)"
    return UnknownPlaceError(f"'{name}' {why}", remedy=f"{first}; {keep}" if first else keep, candidates=candidates)


@remembered()
def _gazetteer() -> dict[str, dict[str, int]]:
    """Key -> codes of ISO 3166-2, or of two letters for a city, with its inhabitants in thousands."""
    named: dict[str, dict[str, int]] = {}
    for line in read_text(reference_file("gazetteer.csv")).splitlines()[1:]:
        key, code, thousands, _ = line.split(",")
        named.setdefault(key, {})[code] = int(thousands or 0)
    return named


def _part(key: str) -> tuple[str, str] | None:
    """The part of one country that has a name, and what it is; a larger city of that name elsewhere leaves it open.

    A province and a region of one name in one country are both without a code.
    """
    named = _gazetteer().get(key, {})
    parts = sorted(code for code in named if "-" in code)
    if len({code[:2] for code in parts}) != 1:
        return None
    country = parts[0][:2]
    if any(people > named.get(country, 0) for code, people in named.items() if code[:2] != country):
        return None
    return (parts[0] if len(parts) == 1 else country_codes()[country], "part")


def _unknown(name: str, key: str, lang: str | None, look: bool) -> UnknownPlaceError:
    """The error for a name nobody knows, with the codes of names written nearly so if they are to be looked for."""
    from difflib import get_close_matches

    known = names_index().general
    pool = [other for size in range(len(key) - 2, len(key) + 3) for other in _names_by_length().get(size, ())]
    nearest = []
    for other in get_close_matches(key, pool, n=12, cutoff=0.75) if look and len(key) > 3 else []:
        place, kind = known[other]
        code = place if kind == "" or "-" not in place else country_codes()[place[:2]]
        if code not in nearest:
            nearest.append(code)
    hint = f" Did you mean {' or '.join(_titled(code) for code in nearest[:3])}?" if nearest else ""
    where = f" (language: {lang})" if lang else ""
    return UnknownPlaceError(
        f"'{name}' is not a known place{where}.{hint} Correct the name, "
        "or declare it with a [[place]] rule in survey.toml.",
        candidates=nearest[:3],
    )


@remembered()
def _names_by_length() -> dict[int, list[str]]:
    """Every name of a country or of a part of one, by its number of letters."""
    found: dict[int, list[str]] = {}
    for name, (_, kind) in names_index().general.items():
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
    return f"{display_names('en').get(code, code)} ({code})"


def language_of_tag(lang: str | None) -> str | None:
    """The language of a tag, without script and country."""
    if lang is None:
        return None
    found = _LANGUAGE.match(lang)
    if not found:
        raise DataError(f"'{lang}' is not a language tag", remedy="give one such as 'es' or 'pt-BR'")
    return found.group().lower()


@remembered()
def names_index() -> _Index:
    """What every name of ``place_names.csv`` means."""
    return _names_in(reference_file("place_names.csv"))


@remembered(by_arguments_alone=True)
def _names_in(path: Path) -> _Index:
    general: dict[str, tuple[str, str]] = {}
    own: dict[tuple[str, str], tuple[str, str]] = {}
    lines = read_text(path).splitlines()
    for line in lines[1:]:
        name, place, kind, langs = line.split(",")
        if langs:
            own.update(dict.fromkeys(((name, lang) for lang in langs.split(" ")), (place, kind)))
        else:
            general[name] = (place, kind)
    return _Index(general, own)
