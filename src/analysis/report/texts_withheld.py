"""Free texts of your own in a release: no relation can be read off them, so one that holds a number is left out.

A number is any digit of any script, a word for one, or a count behind which a year or a page cannot be. A text about a
place whose count is withheld is left out as well, whatever it says.
"""

from __future__ import annotations

import functools
import re
import tomllib
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass, field
from importlib.resources import files

from ..errors import DataError
from ..figures.places import name_key
from ..figures.places_in_prose import find_places

#: What stands where a text was left out.
OMITTED = "[…]"
_YEAR = r"(?:19|20)\d\d"
_ISO = re.compile(rf"(?<![\w.,%-]){_YEAR}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?(?![\w%]|[.,]\d)")
_LOCATOR = re.compile(
    r"\b(?:p|pp|page|pages|pag|s|seite|seiten|página|páginas|pagina|table|tables|tabla|tabelle|tableau|fig|figs|figure"
    r"|figures|figura|abbildung|section|sections|chapter|chapters|annex|appendix|row|rows|line|lines|slide|paragraph|§)"
    r"\.?[ \u00a0]?\d{1,4}(?:[ \u00a0]?[-–,][ \u00a0]?\d{1,4}(?![\d\s]*[^\W\d_]))*(?![\w%]|[.,]\d)",
    re.IGNORECASE,
)
_PORTS = re.compile(r"[\d\s,;/–-]*(?:(?:tcp|udp|and|ports?)[\d\s,;/–-]*)*", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+")
_TOKEN = re.compile(r"[^\W_]+")
#: Number words that names hold without counting anything.
_IN_NAMES = frozenset(
    {"first", "second", "third", "fourth", "fifth", "half", "double", "both", "single", "few", "solo"}
)
#: Number words that stand for a thing as often as for a number.
_PRONOUNS = frozenset(
    {
        "one",
        "once",
        "single",
        "pair",
        "couple",
        "uno",
        "una",
        "eines",
        "einem",
        "einer",
        "seul",
        "seule",
        "solo",
        "sola",
        "só",
    }
)
#: A number that is drawn: so many signs in a row, or a word spelled letter by letter.
_DRAWN = re.compile(r"([^\w\s.])[ ]?\1|\b\w \w \w\b|‖")
_SENTENCE = re.compile(r"[.!?;](?=\s|\Z)|\n\s*\n|。")
#: What is left over, or least.
_LEFT = re.compile(
    r"\b(?:rest\w*|remainder|remaining|elsewhere|unlisted|not listed|no place|nowhere|smallest|fewest|lowest|übrig\w*"
    r"|kleinste\w*|wenigsten|resto|demás|ning[uú]n lugar|menor|reste|restants?|ailleurs|nulle part|plus petit\w*)\b",
    re.IGNORECASE,
)
#: Scripts in which numbers and places are known by their words; what is written in another cannot be judged.
_READ = re.compile(r"LATIN|GREEK|CYRILLIC|ARMENIAN|CJK|HIRAGANA|KATAKANA|HANGUL|IDEOGRAPHIC|MASCULINE|FEMININE|MICRO")
_CJK = frozenset("〇零一二三四五六七八九十百千万萬億两兩壹贰叁하나둘셋넷")


@functools.cache
def _told() -> dict[str, frozenset[str]]:
    told = tomllib.loads((files(__package__) / "number_words.toml").read_text("utf-8"))
    return {
        where: frozenset(word for words in by_language.values() for word in words.split())
        for where, by_language in told.items()
    }


def _number_words() -> frozenset[str]:
    return _told()["anywhere"]


@functools.cache
def _dates() -> re.Pattern[str]:
    """A day of a month of a year, in the languages in which we write."""
    from babel.dates import get_month_names

    names = sorted(
        {
            name.rstrip(".")
            for lang in ("en", "es", "de", "fr", "it", "pt", "nl")
            for width in ("wide", "abbreviated")
            for name in get_month_names(width, locale=lang).values()
        },
        key=lambda name: (-len(name), name),
    )
    months = "|".join(map(re.escape, names))
    return re.compile(
        rf"\b(?:\d{{1,2}}(?:st|nd|rd|th|\.|º)?[ \u00a0](?:de |of )?(?:{months})\.?(?:[ \u00a0]de)?|(?:{months})\.?"
        rf"[ \u00a0]\d{{1,2}}(?:st|nd|rd|th)?,?|(?:{months})\.?)[ \u00a0]{_YEAR}\b",
        re.IGNORECASE,
    )


def _seen(text: str) -> str:
    """A text as a reader sees it: wide letters are plain, and characters without width are gone."""
    return "".join(
        sign
        for sign in unicodedata.normalize("NFKC", text)
        if unicodedata.category(sign) not in ("Cf", "Cc") or sign in "\n\t"
    )


def _is_unread(text: str) -> bool:
    """Whether a text has letters of a script whose numbers and places nobody here can read."""
    letters = {sign for sign in text if sign.isalpha() and not sign.isascii()}
    return any(not _READ.match(unicodedata.name(sign, "")) for sign in letters)


@dataclass
class Texts:
    """What of free texts may be released.

    Attributes
    ----------
    places
        Places with a withheld figure: ISO codes of countries, and the keys of names.
    numbers
        The withheld numbers; a year that is one of them is taken for it.
    left_out
        Where a text was left out: ``file:line column``.
    """

    places: Collection[str] = ()
    numbers: Collection[float] = ()
    left_out: list[str] = field(default_factory=list)

    def tells(self, text: str, *, locator: bool = False, name: bool = False) -> bool:
        """Whether a text may betray a count.

        Parameters
        ----------
        text
            The text.
        locator
            It says where something stands: pages and tables are not counts.
        name
            It names something, such as a title, so that the place alone reveals nothing.
        """
        if any(sign.isnumeric() and not sign.isdecimal() for sign in text):
            return True
        text = _seen(text)
        rest = _dates().sub(" ", _LOCATOR.sub(" ", text) if locator else text)
        rest = _ISO.sub(lambda found: found[0] if float(found[0][:4]) in self.numbers else " ", rest)
        if any(sign.isnumeric() or sign in _CJK for sign in rest) or _is_unread(rest):
            return True
        words = {word.casefold() for word in _WORD.findall(rest)}
        if words & _number_words():
            return True
        beside = bool(words & _told()["beside"]) or _DRAWN.search(rest) is not None
        return (not name or beside) and self.names_withheld(text)

    def prose_tells(self, text: str) -> bool:
        """Whether running text, in which numbers are words like others, may betray a count.

        It does with a number in digits (no year, date, page or table), with a place whose count is withheld, and with a
        number word in a sentence that names a place, or what is left or least.
        """
        text = _seen(text)
        rest = _ISO.sub(
            lambda found: found[0] if float(found[0][:4]) in self.numbers else " ",
            _dates().sub(" ", _LOCATOR.sub(" ", text)),
        )
        if any(sign.isnumeric() and sign not in _CJK for sign in rest) or _is_unread(rest):
            return True
        if self.names_withheld(text):
            return True
        for sentence in _SENTENCE.split(rest):
            words = {word.casefold() for word in _WORD.findall(sentence)}
            numbers = (words & _number_words()) - _IN_NAMES - _PRONOUNS
            if (numbers and find_places(sentence)) or (
                words & (_number_words() - _IN_NAMES) and _LEFT.search(sentence)
            ):
                return True
        return False

    def tells_of_place(self, text: str) -> bool:
        """Whether a text, though it is not prose, holds a number beside any place: "dicom, 1 in Austria"."""
        return holds_number(text) and (self.names_withheld(text) or bool(find_places(text)))

    def names_withheld(self, text: str) -> bool:
        """Whether a text names a place whose count is withheld."""
        if not self.places:
            return False
        words = {word.casefold() for word in _WORD.findall(text)}
        keys = name_key(text)
        if any(len(place) > 3 and place in keys for place in self.places):
            return True
        found = {code for _, _, place in find_places(text) for code in (place.iso3, place.parent) if code}
        return bool(found & set(self.places)) or bool({word.upper() for word in words} & set(self.places))

    def kept(self, text: str, where: str, instead: str = "", *, locator: bool = False, name: bool = False) -> str:
        """The text, or what stands instead where it may betray a count."""
        if not text or not self.tells(text, locator=locator, name=name):
            return text
        self.left_out.append(where)
        return instead

    def kept_address(self, address: str, where: str) -> str:
        """An address, without which a release goes where a part of it may be a count."""
        tokens = re.sub(rf"/{_YEAR}(?:/\d\d){{0,2}}(?=/|$)|\d{{5,}}", " ", address)
        return address if not address else self.kept(address, where) if self.tells(tokens) else address

    @staticmethod
    def ports(text: str) -> bool:
        """Whether a text is a plain list of ports."""
        return _PORTS.fullmatch(text) is not None


def holds_number(text: str) -> bool:
    """Whether a text holds a number that stands by itself, in digits or as a word; no year, day, or end of a name."""
    dated = re.sub(rf"(?<![^\W_]){_YEAR}(?:-(?:0[1-9]|1[0-2]))?(?:-(?:0[1-9]|[12]\d|3[01]))?(?![^\W_])", " ", text)
    tokens = _TOKEN.findall(unicodedata.normalize("NFKC", dated).casefold())
    return any((token.isdigit() and len(token) < 4) or token in _number_words() - _IN_NAMES for token in tokens)


def refuse_telling_id(name: str, file: str, line: int | None, column: str | None) -> None:
    """Refuse an id that holds a number and a place: it cannot be left out, for others refer to it.

    Raises
    ------
    DataError
        Naming the file and the row, never the id.
    """
    if holds_number(name) and find_places(" ".join(_TOKEN.findall(name.casefold())).title()):
        raise DataError(
            "a name holds a place and a number that a reader may take for its count, and a release cannot leave it out",
            remedy="rename it",
            file=file,
            line=line,
            column=column,
        )
