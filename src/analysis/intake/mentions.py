"""The places that a sentence names: countries, parts of them, cities, the world; and the people of a country.

A name that may stand for several places is kept as it is printed, with what it may mean.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from ..figures.places import Place, locate, meaning_of, name_key
from ..figures.places_in_prose import find_places, is_abbreviated, without_elided
from . import gazetteer

if TYPE_CHECKING:
    from .either_case import EitherCase
    from .lexicon import Words

WORLD = "World"
_MOST_WORDS = 4
_NAME = re.compile(r"[^\W\d_](?:[\w'’]|-(?=\w)|\.(?=[A-Za-z]\b))*\.?")
_SEVERAL = re.compile(r"[\w'’.\- \u00a0]+")
_LAST_WORD = re.compile(r"([^\W\d_]+) $")
_DIGIT = re.compile(r"\d")
_OF_ITALIAN = re.compile(r"\bdi $")
_GENITIVE = re.compile(r"(?:['’]?s)$")
#: A name with its number in brackets.
_WITH_NUMBER = re.compile(r"[^\d()\n,;]{2,40}\s\(\d")
#: So much before a name tells whether a place may stand there.
_NEAR = 100
_RUN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{2,}")
#: Where a name may stand in scripts without blanks: before a particle, a comma, a word for its kind.
_PARTICLE = re.compile(r"[のでにはがをとも、，。,;：:|\s)）에의은는이가서와과및도시市县縣省州府都的和及有共在]|$")
#: Whoever counts is not a place of what was counted: "a company of Germany" in scripts without blanks.
_ACTOR = re.compile(
    r"(?:の|的|의 ?)(?:企業|会社|研究者|当局|セキュリティ|[^，。、,]{0,10}公司|企业|研究人员|黑客|ハッカー|サイバー攻撃"
    r"|기업|회사|업체|연구|해킹|해커|사이버 ?공격)"
)
#: What may stand before a name that its capital letter alone does not make one.
_OPENING = re.compile(r"(?:^|[\n;:,(\[|•*–—-]|^\W+)\s*$")
_ARTICLE = re.compile(
    r"(?:^|\W)(?:the|la|le|les|l|el|los|las|il|lo|i|gli|o|os|a|as|der|die|das|dem|den|de|het)['’\s]\s*$", re.IGNORECASE
)
#: The parts of the world of UN M49 that reports name, and those that have a name of ours in every language.
_REGIONS: tuple[str, ...] = (
    "002",
    "003",
    "005",
    "009",
    "011",
    "013",
    "014",
    "015",
    "018",
    "019",
    "021",
    "029",
    "030",
    "034",
    "035",
    "039",
    "053",
)
_REGIONS += ("142", "143", "145", "150", "151", "154", "155", "202", "419")
_SHOWN = dict.fromkeys(("europa", "europe", "欧州", "欧洲", "ヨーロッパ", "유럽"), "Europe")
_SHOWN |= dict.fromkeys(("africa", "afrika", "africa", "afryka"), "Africa") | dict.fromkeys(
    ("asia", "asien", "azie", "azja"), "Asia"
)
#: Words for the kind of a place, which stand before its name.
_TYPES = re.compile(
    r"kant[oó]n(?:e|en)?|cant[oó]n(?:s|es|i)?|prov[ií]n[czç][ei]?[an]?[es]?|provinz(?:en)?|bundesl[aä]nd(?:ern?)?"
    r"|r[eé]gi[oóõã](?:n|ns|ne|ni|nen|nes|o|es)|landkreis|comunidad|states?|estados?|stat[oi]|d[eé]partamento"
    r"|départements?|län|county|distrito|ville|ciudad|cidade|città|stadt|województw\w*|freistaat(?:es?|s)?|prefecture"
    r"|provinsen|regionen|landskapet|comarca|departamentos?|concelhos?|municipio|gemeente",
    re.IGNORECASE,
)
#: Places whose names are also given to persons.
_FIRST_NAMES = frozenset(
    {"Jordan", "Chad", "Georgia", "Israel", "Paris", "Florence", "Charlotte", "Austin", "Milan", "Victoria"}
)
_FIRST_NAMES |= {
    "Sydney",
    "Madison",
    "Lincoln",
    "Jackson",
    "Houston",
    "Santiago",
    "Carolina",
    "Virginia",
    "Asia",
    "Troy",
}
_STATES_OF = " (US)"


@dataclass(slots=True)
class Mention:
    """A place named in a sentence.

    Attributes
    ----------
    start, end
        Where it stands.
    name
        What the draft has for it: as printed, or a country's code where an adjective names it.
    beside
        Named by an adjective beside a noun (German servers).
    code
        ISO 3166-1 or ISO 3166-2; empty for the world, for regions, and where several are meant.
    candidates
        The codes of what an open name may mean.
    """

    start: int
    end: int
    name: str
    beside: bool = False
    code: str = ""
    candidates: tuple[str, ...] = ()


def find_mentions(text: str, words: Words, home: frozenset[str] = frozenset()) -> list[Mention]:
    """The places named in a text, in order and without overlaps.

    Parameters
    ----------
    text
        A sentence, a heading or the label of a row.
    words
        The words of its language.
    home
        The two letters of the countries whose parts the report names: a name that several share means theirs.
    """
    # Which digits stand in a text says nothing about its places.
    return [
        replace(one, name=text[one.start : one.end]) if _DIGIT.search(one.name) else replace(one)
        for one in _mentions(_DIGIT.sub("0", text), words, home)
    ]


@functools.lru_cache(maxsize=1 << 13)
def _mentions(text: str, words: Words, home: frozenset[str]) -> tuple[Mention, ...]:
    found = [_of_country(text, *one, home) for one in find_places(text, words.code)]
    if words.names_region(text):
        found += [
            Mention(one.start(), one.end(), name)
            for pattern, name in words.regions.items()
            for one in pattern.finditer(text)
        ]
    found += _regions(text, words.code)
    spans = [(one.start, one.end) for one in found]
    tokens = list(_NAME.finditer(without_elided(text)))
    found += list(_open_names(tokens, words, spans, home))
    found += list(_in_ideographs(text, words, home)) if words.glued else list(_of_gazetteer(text, tokens, words, home))
    found.sort(key=lambda one: (one.start, one.start - one.end, not one.code))
    kept: list[Mention] = []
    tells = words.glued or words.whence.is_in(text)
    for one in found:
        if (kept and one.start < kept[-1].end) or _is_of_a_name(text, one, words):
            continue
        if (tells or one.name == WORLD) and _is_whence(text, one, words):
            continue
        if kept and _is_city_of(text, kept[-1], one):
            kept.pop()  # "Atlanta, Georgia"
        kept.append(one)
    return tuple(kept)


def _is_whence(text: str, one: Mention, words: Words) -> bool:
    """Whether a place only tells where those come from who count others: "analysts in Rotterdam counted 21 million"."""
    if one.name == WORLD or words.glued:
        return _ACTOR.match(text, one.end) is not None
    before, behind = text[max(0, one.start - _NEAR) : one.start], text[one.end : one.end + _NEAR]
    if words.code == "en" and words.finder_behind.match(behind):
        return True
    if words.seat_before.search(before) or words.actor_from.search(before):
        return True
    found = words.finder_before.search(before)
    if found is None or re.match(r"\s(?:Health|Hospital|Medical)", behind):
        return False
    return not found["link"].strip() or words.closing("locative", before)


def _is_city_of(text: str, city: Mention, other: Mention) -> bool:
    """Whether a place is named with the part of its country that it lies in."""
    return (
        bool(city.code) and "-" in other.code and city.code == other.code[:2] and text[city.end : other.start] == ", "
    )


@functools.cache
def _region_names(lang: str) -> re.Pattern[str]:
    from babel import Locale

    names = {name for code, name in Locale.parse(lang).territories.items() if code in _REGIONS}
    return re.compile("|".join(re.escape(name) for name in sorted(names, key=lambda name: (-len(name), name))))


def _regions(text: str, lang: str) -> list[Mention]:
    """Parts of the world, by the names that CLDR has for them."""
    return [
        Mention(one.start(), one.end(), _SHOWN.get(name_key(one[0]), one[0]))
        for one in _region_names(lang).finditer(text)
        if not text[one.end() : one.end() + 1].isalpha() or lang in ("zh", "ja", "ko")
    ]


def one_place(text: str, words: Words, home: frozenset[str] = frozenset()) -> str:
    """The place that a heading or caption names, if it names one alone; empty where it names none or several."""
    named = {place.name for place in find_mentions(text, words, home)} - {WORLD}
    return next(iter(named)) if len(named) == 1 else ""


def people(text: str, words: Words) -> list[Mention]:
    """The adjectives and people of countries; whoever reads them says whether a noun or number stands beside."""
    return [replace(one) for one in _people(text, words)]


@functools.lru_cache(maxsize=1 << 10)
def _people(text: str, words: Words) -> tuple[Mention, ...]:
    told = gazetteer.demonyms(words.code)
    return tuple(_told_people(text, *told)) if told is not None else ()


def _told_people(text: str, pattern: EitherCase, meant: dict[str, str]) -> Iterator[Mention]:
    for one in pattern.spans(text):
        printed = text[one.start : one.end]
        code = gazetteer.demonym(printed, meant)
        region = code.istitle()
        name = code if region or "-" not in code else printed
        yield Mention(one.start, one.end, name, True, "" if region else code)


def place_of(text: str, words: Words, home: frozenset[str] = frozenset()) -> Mention | None:
    """The place that a label names as a whole: ``Sweden (SE)``, ``mazowieckie``; None if it names none."""
    name = re.sub(r"\s*[(\[（].*?[)\]）]\s*", " ", text).strip(" :.*†‡,–-") or text.strip()
    if not name or len(name) > 60:
        return None
    for pattern, region in words.regions.items():
        if pattern.fullmatch(name):
            return Mention(0, len(text), region)
    found = meaning_of(name, words.code)
    if found is not None and found[1] == "ambiguous":
        near = tuple(one for one in gazetteer.entries(name_key(name)) if one.country in home)
        if not near:
            return Mention(0, len(text), name, candidates=tuple(found[0].split("|")))
    if found is not None and found[1] in ("", "part"):
        return _of_country(name, 0, len(name), locate(name, words.code), home)
    key = name_key(name)
    entries = gazetteer.entries(key) or gazetteer.entries(
        name_key(gazetteer.forms().get(key, "")) if words.code == "pl" else ""
    )
    if not entries or not (name[0].isupper() or words.code == "pl" or words.glued):
        return None
    return _chosen(Mention(0, len(text), name), entries, home)


def _of_country(text: str, start: int, end: int, place: Place, home: frozenset[str]) -> Mention:
    name = WORLD if place.kind == "world" else place.name
    states = [one for one in gazetteer.entries(name_key(name)) if one.country in home and not one.is_city]
    if place.iso3 and len(states) == 1 and place.kind == "country" and not _is_home(place, home):
        return Mention(start, end, name + _STATES_OF if states[0].country == "US" else name, code=states[0].code)
    return Mention(start, end, name, code=place.code or place.iso3 or place.parent or "")


def _is_home(place: Place, home: frozenset[str]) -> bool:
    return f"={place.iso3}" in home


def _open_names(
    tokens: list[re.Match[str]], words: Words, taken: list[tuple[int, int]], home: frozenset[str]
) -> Iterator[Mention]:
    """Names that stand for several countries: Korea, Congo."""
    for one in tokens:
        if not one[0][0].isupper() or not (found := _ambiguous(one[0], words.code)):
            continue
        if any(start <= one.start() < end for start, end in taken):
            continue
        name = one[0].rstrip(".")
        near = tuple(entry for entry in gazetteer.entries(name_key(name)) if entry.country in home)
        mention = Mention(one.start(), one.start() + len(name), name, candidates=tuple(found.split("|")))
        yield _chosen(mention, near, home) if near else mention


@functools.lru_cache(maxsize=1 << 15)
def _ambiguous(name: str, lang: str) -> str:
    """The codes, parted by bars, of what a name stands for that stands for several countries."""
    if len(name) < 4:
        return ""
    found = meaning_of(name.rstrip("."), lang)
    return found[0] if found is not None and found[1] == "ambiguous" else ""


def _of_gazetteer(text: str, tokens: list[re.Match[str]], words: Words, home: frozenset[str]) -> Iterator[Mention]:
    """Cities and parts of countries, and in Polish the cases of every name."""
    after = 0  # where the last name ended
    # "w województwie mazowieckim"
    small = _TYPES.fullmatch if words.code == "pl" else None
    for at in [nth for nth, one in enumerate(tokens) if one[0][0].isupper() or (small and small(one[0]))]:
        if at < after:
            continue
        most = min(_MOST_WORDS, len(tokens) - at) if _opens_name(tokens[at][0], words.code) else 1
        for count in range(most, 0, -1):
            start, end = tokens[at].start(), tokens[at + count - 1].end()
            name = text[start:end]
            if count > 1 and not _SEVERAL.fullmatch(name):
                continue
            if mention := _named(text, start, name, words, home):
                yield mention
                after = at + count
                break


@functools.lru_cache(maxsize=1 << 15)
def _opens_name(word: str, lang: str) -> bool:
    """Whether a name of several words may begin with a word: a part of one in the gazetteer, or a word for a kind."""
    return _TYPES.fullmatch(word) is not None or gazetteer.begins(name_key(word), lang)


class _Found(NamedTuple):
    """What the gazetteer has for a name, wherever it stands: a country in a case of Polish, or what it may mean."""

    shift: int  # where in the name it begins, behind a word for its kind
    length: int
    name: str
    key: str
    entries: tuple[gazetteer.Entry, ...] = ()
    country: str = ""
    settled: bool = False  # wherever it stands


def _named(text: str, start: int, name: str, words: Words, home: frozenset[str]) -> Mention | None:
    found = _looked_up(name, words.code)
    if found is None:
        return None
    start += found.shift
    if found.country:
        return Mention(start, start + found.length, found.name, code=found.country)
    if not found.settled and not _may_stand(text, start, found.key, found.entries, words):
        return None
    return _chosen(Mention(start, start + found.length, found.name), found.entries, home)


@functools.lru_cache(maxsize=1 << 15)
def _looked_up(name: str, lang: str) -> _Found | None:
    if name.isupper() or len(name) < 4 or not (name[0].isupper() or (lang == "pl" and " " in name)):
        return None
    if name.endswith(".") and not is_abbreviated(name):
        name = name[:-1]
    first, _, rest = name.partition(" ")
    shift = 0
    if _TYPES.fullmatch(first) and rest and gazetteer.entries(name_key(rest)):
        shift, name = len(first) + 1, rest
    if _TYPES.fullmatch(name):
        return None
    key = name_key(name)
    if lang == "pl" and (whole := gazetteer.forms().get(key)):
        return _in_a_case(name, whole, shift, key)
    found = gazetteer.entries(key)
    if not found and lang in ("de", "sv", "en", "nl") and len(key) > 5:
        bare = _GENITIVE.sub("", name)
        found, name = (gazetteer.entries(name_key(bare)), bare) if bare != name else ((), name)
    return _Found(shift, len(name), name, key, found) if found else None


def _in_a_case(name: str, whole: str, shift: int, key: str) -> _Found | None:
    """A name in a case of Polish, given as it is printed where it stands alone."""
    known, found = meaning_of(whole, "pl"), gazetteer.entries(name_key(whole))
    is_country = known is not None and known[1] == ""
    if not is_country and found:
        return _Found(shift, len(name), whole, key, found, settled=True)
    country = locate(whole, "pl").iso3 if is_country else None
    return _Found(shift, len(name), whole, key, country=country) if country else None


def _may_stand(text: str, start: int, key: str, found: tuple[gazetteer.Entry, ...], words: Words) -> bool:
    """Whether a name stands where a place may: behind a preposition or article, in a list, first in a sentence."""
    before, near = text[max(0, start - _NEAR) : start], max(0, start - _NEAR)
    if (lead := _LAST_WORD.search(before)) and _TYPES.fullmatch(lead[1]):
        return True
    if _WITH_NUMBER.match(text, start) and re.search(r"\),?\s(?:\w{1,3}\s)?$", before):
        return True  # in a list of places with their numbers: "Lisboa (15), Porto (11)"
    article = words.code != "en" and _ARTICLE.search(text, near, start)
    if words.closing("locative", before) or (words.code == "it" and _OF_ITALIAN.search(before)):
        return True
    if article and words.code != "de":
        return not gazetteer.is_word(key, words.code) or any(not one.is_city for one in found)
    if article:
        return words.closing("locative", _ARTICLE.sub(" ", before)) and not gazetteer.is_word(key, "de")
    if gazetteer.is_word(key, words.code) or (
        words.code == "de" and all(one.is_city and one.thousands < 100 for one in found)
    ):
        return False
    return bool(_OPENING.search(text, near, start)) or words.closing("joined", before) or words.closing("among", before)


def _chosen(mention: Mention, found: tuple[gazetteer.Entry, ...], home: frozenset[str]) -> Mention:
    meant = gazetteer.chosen(found, home)
    if len(meant) == 1:
        mention.code = meant[0].code
    else:
        mention.candidates = tuple(dict.fromkeys(one.code for one in meant))
    return mention


def _in_ideographs(text: str, words: Words, home: frozenset[str]) -> Iterator[Mention]:
    """Cities and provinces in scripts without blanks, where a particle or a mark follows."""
    for run in _RUN.finditer(text):
        at = run.start()
        while at < run.end():
            for end in range(min(run.end(), at + 7), at + 1, -1):
                found = gazetteer.entries(name_key(text[at:end]))
                if found and _PARTICLE.match(text, end) and max(one.thousands for one in found) != 1:
                    yield _chosen(Mention(at, end, text[at:end]), found, home)
                    at = end - 1
                    break
            at += 1


def _is_of_a_name(text: str, one: Mention, words: Words) -> bool:
    """Whether a place is part of a longer name: Jordan P., Michael Jordan, Georgia Avenue; or a unit: 64 GB."""
    if not text[one.start : one.start + 1].isupper() or words.glued:
        return False
    before, behind = text[: one.start], text[one.end :]
    if re.search(r"\s[A-Z]\.?$", one.name):
        return True
    if one.name in _FIRST_NAMES and (lead := re.search(r"([A-ZÀ-Þ][\w’'-]+) $", before)):
        return not (words.closing("locative", before) or words.closing("joined", before) or _is_place(lead[1], words))
    if re.search(r"\d[\d.,]*\s?$", before) and text[one.start : one.end].isupper() and one.end - one.start < 4:
        return True
    if re.match(r"\s[A-Z]\.(?=\s|$)(?!\s?[A-Z]\.)", behind) and not is_abbreviated(text[one.start : one.end]):
        return True
    is_short = text[one.start : one.end].isupper() or "." in text[one.start : one.end]
    follows = re.match(r"[ \u00a0-]([A-ZÀ-Þ][\w’'-]+)", behind)
    single = " " not in text[one.start : one.end] and not is_short and words.code != "de"
    # A word that is counted may have a capital letter in a headline: "Germany Servers".
    if follows and single and not words.nouns.match(follows[1]) and not _is_headline(text):
        return not _is_place(follows[1], words)
    leads = re.search(r"(?:^|[\s(\"“„«])([A-ZÀ-Þ][\w’'.-]+) $", before)
    if leads and words.code != "de" and re.search(r"[\w,]\s*$", before[: leads.start(1)]):
        return not (
            (leads[1].isupper() and len(leads[1]) > 1)  # "NHS England": a body of the place
            or _TYPES.fullmatch(leads[1])
            or _is_headline(text)
            or words.nouns.match(leads[1])
            or _is_place(leads[1], words)
            or is_abbreviated(leads[1])
        )
    return False


def _is_headline(text: str) -> bool:
    tokens = re.findall(r"[^\W\d_]{4,}", text)
    return len(tokens) > 4 and sum(token[0].isupper() for token in tokens) > 0.6 * len(tokens)


def _is_place(word: str, words: Words) -> bool:
    found = meaning_of(word, words.code)
    return found is not None and found[1] in ("", "part")
