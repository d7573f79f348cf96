"""Compile data/reference/place_names.csv, the table in which ``analysis`` looks places up.

Run it after a change of ``name_variants.csv``, ``subdivisions.csv``, ``countries.csv`` or of
Babel's version, and ``scripts/update_checksums.py`` after it. What comes first where names collide:

1. in a language, names that are known to be ambiguous there; then the name by which CLDR shows a
   country; then names that are ambiguous in another language; then the other forms of
   ``name_variants.csv`` and of CLDR's regional locales;
2. without a language, ISO codes; then what the languages of the accounts agree on; then states
   and provinces; then what all languages agree on. Where they do not agree, the name is ambiguous.
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from pathlib import Path

from babel import Locale, localedata

from analysis.datafolder import read_csv
from analysis.figures.country_names import WORLD
from analysis.figures.places import name_key
from analysis.writing import write_text

REFERENCE = Path(__file__).parents[1] / "data" / "reference"

#: The languages of the accounts: a name without a language is most likely from one of these.
READING = ("en", "es", "de", "fr", "it", "pt", "nl", "sv", "pl", "zh", "ja", "ko")

#: Codes in use beside ISO 3166-1: of the European Union, of the World Bank, of customs statistics.
MORE_CODES = {"UK": "GBR", "EL": "GRC", "KOS": "XKX", "RKS": "XKX", WORLD: WORLD}

#: Codes withdrawn from ISO 3166-1, with what their areas have now.
WITHDRAWN = {
    "AN": "BES|CUW|SXM",
    "ANT": "BES|CUW|SXM",
    "BU": "MMR",
    "BUR": "MMR",
    "CS": "CZE|MNE|SRB|SVK",
    "CSK": "CZE|SVK",
    "DD": "DEU",
    "DDR": "DEU",
    "SCG": "MNE|SRB",
    "TMP": "TLS",
    "TP": "TLS",
    "YU": "BIH|HRV|MKD|MNE|SRB|SVN",
    "YUG": "BIH|HRV|MKD|MNE|SRB|SVN",
    "ZAR": "COD",
    "ZR": "COD",
    "SU": "ARM|AZE|BLR|EST|GEO|KAZ|KGZ|LTU|LVA|MDA|RUS|TJK|TKM|UKR|UZB",
    "SUN": "ARM|AZE|BLR|EST|GEO|KAZ|KGZ|LTU|LVA|MDA|RUS|TJK|TKM|UKR|UZB",
}

#: What CLDR names beside countries: parts of countries that have a code of their own there …
PARTS = {"AC": "SHN", "CP": "FRA", "CQ": "GGY", "DG": "IOT", "EA": "ESP", "IC": "ESP", "TA": "SHN"}
#: … and codes that stand for nothing on the map.
NOTHING = {"XA", "XB"}

#: How writers without the letter spell it, where dropping the dots would be read as another letter.
GERMANIC = {"da", "de", "et", "fi", "gsw", "is", "lb", "nb", "nn", "no", "sv"}
SPELT_OUT = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "Å": "Aa", "Ø": "Oe"}
)

#: (place, kind) as the table has them; kind "" is a country or the world.
Meaning = tuple[str, str]
#: key -> language -> meanings
Named = dict[str, dict[str, set[Meaning]]]


def _named() -> Named:
    return defaultdict(lambda: defaultdict(set))


def spellings(name: str, lang: str) -> set[str]:
    """The keys of a name in the ways that it is written in its language."""
    written = {name}
    if lang in GERMANIC:
        written.add(name.translate(SPELT_OUT))
    if " & " in name:
        pattern = Locale.parse(lang).list_patterns["standard"]["2"]
        written |= {one.replace(" & ", pattern.format(" ", " ")) for one in set(written)}
    if lang == "en":
        written |= {f"the {one}" for one in set(written)}
    return {name_key(one) for one in written}


def cldr_names(codes: dict[str, str]) -> tuple[Named, Named]:
    """What CLDR shows by a name in a language, and in the regional forms of that language."""
    shown, regional = _named(), _named()
    for locale in sorted(localedata.locale_identifiers()):
        lang, *rest = locale.split("_")
        found = regional if any(part.isupper() or part.isdigit() for part in rest) else shown
        for code, name in localedata.load(locale)["territories"].items():
            if code in NOTHING or name == code:
                continue
            if code == "001":
                meaning = (WORLD, "")
            elif code in codes:
                meaning = (codes[code], "")
            elif code in PARTS:
                meaning = (PARTS[code], "part")
            else:
                meaning = ("", "group")
            for key in spellings(name, lang) if meaning[1] == "" else {name_key(name)}:
                found[key][lang].add(meaning)
    return shown, regional


def variants(countries: set[str]) -> Named:
    """What ``name_variants.csv`` says of a name in a language."""
    found = _named()
    for row in read_csv(REFERENCE / "name_variants.csv", ("name", "lang", "iso3", "kind", "note")).itertuples():
        candidates = sorted(set(re.findall(r"\b[A-Z]{3}\b", row.note)) & countries)
        if row.kind in ("part", "historical"):
            meaning = (row.iso3 or "|".join(candidates), row.kind)
            if not meaning[0]:
                meaning = ("", "group")
        elif row.iso3:
            meaning = (row.iso3, "")
        else:
            meaning = ("|".join(candidates), "ambiguous") if candidates else ("", "group")
        for key in spellings(row.name, row.lang) if meaning[1] == "" else {name_key(row.name)}:
            found[key][row.lang].add(meaning)
    return found


def subdivisions() -> dict[str, Meaning]:
    """key -> the state or province, or the parents of several of that name."""
    named: dict[str, dict[str, str]] = defaultdict(dict)
    columns = ("code", "parent", "lang", "name", "source")
    for row in read_csv(REFERENCE / "subdivisions.csv", columns).itertuples():
        for key in {name_key(row.name), *(spellings(row.name, "de") if row.lang == "de" else ())}:
            named[key][row.code] = row.parent
    return {
        key: (next(iter(of)), "part") if len(of) == 1 else ("|".join(sorted(set(of.values()))), "ambiguous")
        for key, of in named.items()
    }


def agreed(meanings: set[Meaning]) -> Meaning | None:
    """What several meanings come to: one, several candidates, or nothing if there are none."""
    if len(meanings) <= 1:
        return next(iter(meanings), None)
    current = {place for place, kind in meanings if kind == ""}
    past = {place for place, kind in meanings if kind == "historical"}
    if len(current) == 1 and all(kind in ("", "historical") for _, kind in meanings) and past <= current:
        return (current.pop(), "")
    parts = {place for place, kind in meanings if kind == "part"}
    if parts and len(meanings) == len(parts):
        coded = sorted(place for place in parts if "-" in place)
        return (coded[0], "part") if len(coded) == 1 else ("|".join(sorted(parts)), "ambiguous")
    candidates = {
        code for place, kind in meanings if kind not in ("group", "part") for code in place.split("|") if code
    }
    return ("|".join(sorted(candidates)), "ambiguous") if candidates else ("", "group")


def compile_names() -> str:
    """The text of place_names.csv."""
    table = read_csv(
        REFERENCE / "countries.csv",
        ("iso3", "iso2"),
        (
            "m49",
            "name_en",
            "name_es",
            "name_de",
            "name_fr",
            "un_region",
            "un_subregion",
            "income_group",
            "income_year",
            "un_intermediate_region",
            "wb_region",
        ),
    )
    codes = dict(zip(table["iso2"], table["iso3"], strict=True))
    countries = set(codes.values())
    shown, regional = cldr_names(codes)
    varied, states = variants(countries), subdivisions()
    coded: dict[str, Meaning] = {name_key(code): (now, "historical") for code, now in WITHDRAWN.items()}
    for code, country in {**codes, **MORE_CODES, **{country: country for country in countries}}.items():
        coded[name_key(code)] = (country, "")

    lines = []
    for key in sorted({*shown, *regional, *varied, *states, *coded} - {""}):
        in_shown, in_regional, in_varied = (named.get(key, {}) for named in (shown, regional, varied))
        warned = {lang: {m for m in of if m[1] == "ambiguous"} for lang, of in in_varied.items()}
        anywhere = set().union(*warned.values())
        own: dict[str, Meaning] = {}
        for lang in {*in_shown, *in_regional, *in_varied}:
            if not warned.get(lang) and lang in in_shown:
                own[lang] = agreed(in_shown[lang])
                continue
            own[lang] = agreed(anywhere or {*in_regional.get(lang, ()), *in_varied.get(lang, ())})
            code = coded.get(key)
            if code and code != own[lang]:
                own[lang] = agreed({code, own[lang]})
        general = (
            coded.get(key)
            or agreed({own[lang] for lang in READING if lang in own})
            or states.get(key)
            or agreed(set(own.values()))
        )
        lines.append(f"{key},{general[0]},{general[1]},")
        apart: dict[Meaning, list[str]] = defaultdict(list)
        for lang in sorted(own):
            if own[lang] != general:
                apart[own[lang]].append(lang)
        lines += [f"{key},{place},{kind},{' '.join(langs)}" for (place, kind), langs in sorted(apart.items())]
    return "name,place,kind,langs\n" + "\n".join(lines) + "\n"


if __name__ == "__main__":
    write_text(REFERENCE / "place_names.csv", compile_names())
    print(f"{REFERENCE / 'place_names.csv'} written", file=sys.stderr)
