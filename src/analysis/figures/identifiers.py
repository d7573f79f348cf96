"""What is refused: anything that could point at a person, a clinic's system or a single host.

The rules look at names of columns, at cells (of the index too) and at the shape of a table. A cell is first passed
through
one cheap pattern that no ordinary figure, date or sentence triggers often; only what is left is
looked at closely, with check digits where the kind of identifier has them. A number that could as
well be a count (nine plain digits, say) is taken for an identifier only if a word announces it, or if it stands in
a column of numbers that all pass the check of one kind. Wide letters and characters without width are read as what they
look like.

No message repeats what was found: the finding names the rule, the column and the row.
"""

from __future__ import annotations

import functools
import ipaddress
import re
import tomllib
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ..errors import IdentifierError

if TYPE_CHECKING:
    import pandas as pd

#: With such a word, a column called after identifiers holds counts of them.
_COUNTING = frozenset(
    [
        "count",
        "counts",
        "number",
        "total",
        "unique",
        "distinct",
        "share",
        "per",
        "rate",
        "percent",
        "anzahl",
        "anteil",
        "zahl",
        "numero",
        "total",
        "nombre",
        "part",
    ]
)
#: Numbers that stand beside a count and are none.
_NO_COUNTS = ("line", "year", "port", "asn")

#: A table of counts by place has some hundred rows; thousands of keys that each count one are hosts.
HOST_LEVEL_ROWS = 2_000

_DOT = r"(?:\.|\s?[\[({]\s?(?:\.|dot)\s?[\])}]\s?|\sdot\s)"
_OCTET = r"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
_IPV4 = re.compile(
    rf"(?<![\d.,])({_OCTET}(?:{_DOT}{_OCTET}){{2}}{_DOT}(?:{_OCTET}|[x*]+(?!\w)))(?![\d]|[.,]\d)", re.IGNORECASE
)
_NUMBERED = re.compile(
    r"(?:\b(?:version|ver\.?|release|v|section|sec\.?|chapter|annex|table|abschnitt|kapitel|tabelle|secci[oó]n|cap[ií]tulo|apartado|chapitre)|§)\s?$",
    re.IGNORECASE,
)
_IPV6 = re.compile(r"(?<![0-9A-Za-z:])([0-9A-Fa-f:]{0,40}:[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*)(?![0-9A-Za-z])")
_MAC = re.compile(
    r"(?<![0-9A-Fa-f])(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}(?![0-9A-Fa-f])|(?<![\w.])(?:[0-9A-Fa-f]{4}\.){2}[0-9A-Fa-f]{4}(?![\w.])"
)
_EMAIL = re.compile(
    r"[\w.+-]+(?:\s?(?:@|[\[({]\s?at\s?[\])}])\s?[\w-]+(?:" + _DOT + r"[\w-]+)+|\sat\s[\w-]+(?:\sdot\s[\w-]+)+)",
    re.IGNORECASE,
)
_URL = re.compile(r"\b(?:https?|hxxps?|ftp|dicom|wado|smb|rsync)://\S", re.IGNORECASE)
_TLD = (
    "com|org|net|edu|gov|mil|int|info|biz|io|eu|us|uk|de|fr|es|it|nl|br|in|tr|ca|au|za|ch|at|be|pl|ru|cn|jp|kr|mx|ar|cl|co|pt|se|no|"
    "dk|fi|cz|gr|ro|hu|ie|nz|sg|my|th|ir|ua|rs|local|lan|internal|example|test|cloud|health|clinic|hospital|online|xyz|site|app|dev"
)
_HOST = re.compile(
    rf"(?<![\w.@/-])((?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?{_DOT})+(?:{_TLD}))(:\d{{2,5}})?(?![\w-]|{_DOT}\w)",
    re.IGNORECASE,
)
_TELLING_HOST = re.compile(
    r"pacs|dicom|orthanc|viewer|ris\d|imag|radio|xray|x-ray|vpn|srv|server|host|clini|klini|hospital|h[oô]pital|krankenhaus",
    re.IGNORECASE,
)
_PHONE = re.compile(
    r"(?<![\d+])\+\d{1,3}[\s().-]{0,2}\d(?:[\s().\-/]?\d){6,12}(?!\d)"
    r"|(?<!\d)00\d{1,3}[\s().-]\d(?:[\s().\-/]?\d){6,12}(?!\d)"
    r"|(?<!\d)\(\+?0?\d{1,4}\)[\s-]?\d{2,5}(?:[\s.-]\d{2,5}){1,3}(?!\d)"
    r"|(?<![\d.,-])\d{3}[-.]\d{3}[-.]\d{4}(?![\d-])"
    r"|(?<![\d.,/-])(?<!\d\s)(?!0\d[/-]\d{4}\b)(?!0\d[/-]\d\d[/-])0\d{1,4}[\s/-]\d{2,5}(?:[\s-]?\d{2,5}){1,3}(?!\d)"
)
_PHONE_LABEL = re.compile(
    r"\b(?:tel|tel[eé]fono|telefon|phone|t[eé]l|fax|mobile|m[oó]vil|handy|call)\b\W{0,3}\d(?:[\s().\-/]?\d){5,13}",
    re.IGNORECASE,
)
_UID = re.compile(r"(?<![\d.])(?:[0-2](?:\.(?:0|[1-9]\d*)){5,}|2\.25\.\d{15,39})(?![\d.]*\d)")
_PERSON = re.compile(r"[^\W\d_][\w'’-]+\^[^\W\d_]")
_DATE = r"(?:\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}-?\d{2}-?\d{2}|\d{1,2}\.? (?:de )?[^\W\d_]{3,10}\.?,? (?:de )?\d{4}|[^\W\d_]{3,10} \d{1,2},? \d{4})"
_POSITION = re.compile(
    r"(?<![\d.,])([+-]?\d{1,2}\.\d{3,})°?\s?[NS]?\s?[,;/ ]\s?([+-]?\d{1,3}\.\d{3,})(?![\d.]*\d)"
    r"|\d{1,3}\s?°\s?\d{1,2}\s?['′’]"
    r"|\b\d{1,3}\.\d{2,}\s?°\s?[NSEWO]\b"
    r"|\b[NSEWO]\s?\d{1,3}\.\d{2,}\b|\b(?i:lat|lon|lng|latitude|longitude|latitud|longitud)\b\W{0,3}\d{1,3}[.,]\d{2,}"
    r"|(?<![\d.,])[+-]?\d{1,2},\d{4,}\s?[;/]\s?[+-]?\d{1,3},\d{4,}(?!\d)"
)

# Formats whose separators no count has; each with the check of python-stdnum ("" where there is none).
_NATIONAL: tuple[tuple[re.Pattern, str], ...] = tuple(
    (re.compile(pattern), module)
    for pattern, module in (
        (r"(?<![\d-])\d{3}-\d{2}-\d{4}(?![\d-])", "us.ssn"),
        (r"(?<!\d)(?<!\d[.,])\d{3}[ -]\d{3}[ -]\d{4}(?!\d|[.,]\d)", "gb.nhs"),
        (r"(?<!\d)(?<!\d[.,])\d{2} \d{3} \d{3} \d{3}(?!\d|[.,]\d)", "de.idnr"),
        (r"(?<!\d)(?<!\d[.,])\d{11}(?!\d|[.,]\d)", "de.idnr"),
        (r"(?<!\d)(?<!\d[.,])\d{11}(?!\d|[.,]\d)", "tr.tckimlik"),
        (r"(?<!\d)(?<!\d[.,])\d{11}(?!\d|[.,]\d)", "br.cpf"),
        # United States: Medicare beneficiaries; United Kingdom: national insurance; Germany: pension insurance; India:
        # tax.
        (
            r"(?<!\w)[1-9][AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9]\d-?[AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9]\d-?[AC-HJKMNP-RT-Y]{2}\d\d(?!\w)",
            "",
        ),
        (r"(?<!\w)[A-CEGHJ-PRSTW-Z][A-CEGHJ-NPRSTW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D](?!\w)", ""),
        (r"(?<!\w)\d{2} ?\d{6} ?[A-Z] ?\d{3}(?!\w)", ""),
        (r"(?<!\w)[A-Z]{3}[ABCFGHJLPT][A-Z]\d{4}[A-Z](?!\w)", "in_.pan"),
        (r"(?<!\w)[A-Z]\d{9}(?!\w)", ""),
        (r"(?<!\d)[12] ?\d{2} ?\d{2} ?(?:\d{2}|2[AB]) ?\d{3} ?\d{3} ?\d{2}(?!\d)", "fr.nir"),
        (r"(?<!\w)\d{8}[ -]?[A-HJ-NP-TV-Z](?!\w)", "es.dni"),
        (r"(?<!\w)[XYZ][ -]?\d{7}[ -]?[A-HJ-NP-TV-Z](?!\w)", "es.nie"),
        (r"(?<!\w)[A-Z]{6}\d{2}[A-EHLMPRST]\d{2}[A-Z]\d{3}[A-Z](?!\w)", "it.codicefiscale"),
        (r"(?<!\d)\d{3}\.\d{3}\.\d{3}-\d{2}(?!\d)", "br.cpf"),
        (r"(?<!\d)(?<!\d[.,])\d{4}[ -]\d{4}[ -]\d{4}(?!\d|[ .,]\d)", "in_.aadhaar"),
        (r"(?<!\d)\d{3}-\d{3}-\d{3}(?!\d)", "ca.sin"),
        (r"(?<!\d)(?<!\d[.,])\d{4} \d{5} \d(?!\d|[.,]\d)", ""),
        (r"(?<!\d)(?<!\d[.,])\d{6}[ -]?\d{4}[ -]?\d{3}(?!\d|[.,]\d)", "za.idnr"),
    )
)

# Numbers without separators that a count could be: taken for identifiers where a whole column passes the check.
_CHECKED = {
    9: ("nl.bsn", "ca.sin", "au.tfn"),
    10: ("gb.nhs",),
    11: ("br.cpf", "tr.tckimlik", "de.idnr"),
    12: ("in_.aadhaar",),
    13: ("za.idnr",),
}
#: So many different numbers must stand in such a column; a tenth of all numbers passes a check with one digit.
_ENOUGH = 6

# What lets a cell off at once: every rule needs one of these.
_ANYTHING = re.compile(r"[\d@^:°]|\w\.\w\w|[\[({]\s?\.|\bdot\b|[\[({]\s?(?:dot|at)", re.IGNORECASE)
# Characters that have no width, and so hide what stands beside them.
_HIDDEN = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
#: From so many texts on, Arrow's engine for patterns is the quicker one: to set it up takes a millisecond or two.
_MANY = 64
_WITHOUT_HIDDEN = dict.fromkeys(map(ord, _HIDDEN))


def refuse_identifiers(frame: pd.DataFrame, *, allow: Collection[str] = (), file: str | None = None) -> pd.DataFrame:
    """Return the frame, or refuse it whole if it holds anything identifying.

    Parameters
    ----------
    frame
        Any table that is about to be read in, drawn or written.
    allow
        Columns that may hold addresses of publications (``url`` of ``sources.csv``); an address
        with credentials, a port or a bare network address is refused there too.
    file
        The file's name, for the message.

    Returns
    -------
    pandas.DataFrame
        The very frame that was given.

    Raises
    ------
    IdentifierError
        Names the rule, the column and the row (and the line of the file, if the frame has a
        column ``line``). It never repeats the value.
    """
    for number, name in enumerate([*frame.columns, *frame.index.names]):
        for part in name if isinstance(name, tuple) else (name,):
            if rule := _rule_of_column(str(part)):
                raise IdentifierError(
                    f"the column is named like a {rule}; nothing of this table was kept. Publish counts by place only.",
                    file=file,
                    column=str(part),
                    rule=rule,
                )
            if rule := identifying(str(part)):
                raise IdentifierError(
                    f"the name of column number {number + 1} looks like a {rule}; nothing of this table was kept. Name columns by what they hold.",
                    file=file,
                    rule=rule,
                )
    if _is_host_level(frame):
        raise IdentifierError(
            f"has {len(frame):,} rows with a key each and the count 1: a list of single hosts; nothing of it was kept. "
            "Export the aggregate (counts by country) instead.",
            file=file,
            rule="host-level table",
        )
    found = find_identifiers(frame, allow=allow)
    if len(found):
        column, row, rule = found.iloc[0]
        line = int(frame["line"].iloc[row]) if "line" in frame else None
        raise IdentifierError(
            f"row {row} looks like a {rule}; nothing of this table was kept. Remove what identifies, and keep counts only.",
            file=file,
            line=line,
            column=column,
            rule=rule,
            row=row,
        )
    return frame


def identifying(text: str, *, address_allowed: bool = False) -> str | None:
    """The rule under which a text is refused (``"network address"``, …), or None."""
    return identifying_texts([text], address_allowed=address_allowed).get(0)


def find_identifiers(frame: pd.DataFrame, *, allow: Collection[str] = ()) -> pd.DataFrame:
    """Every distinct cell of a frame, its index included, that is refused: ``column``, ``row`` (0 is the first), ``rule``."""
    import pandas as pd

    found = sorted(_findings(frame, allow))
    return pd.DataFrame(found, columns=["column", "row", "rule"])


def identifying_texts(texts: Sequence[str], *, address_allowed: bool = False) -> dict[int, str]:
    """Of many texts those that are refused: position to rule. With ``address_allowed``, a text may be the address of a publication."""
    texts = [text if text.isascii() else _seen(text) for text in texts]
    found: dict[int, str] = {}
    addresses = {number for number, text in enumerate(texts) if _URL.match(text)} if address_allowed else set()
    found |= {number: "network address" for number in addresses if _is_unsafe_address(texts[number])}
    for rule, numbers in _marked(texts):
        for number in numbers:
            if number not in found and number not in addresses and rule.finds(texts[number]):
                found[number] = rule.name
    return dict(sorted(found.items()))


def refuse_identifying_texts(told: Mapping, *, file: str | None = None) -> None:
    """As `refuse_identifiers`, for the keys and texts of nested tables, such as a file of TOML holds."""
    places = list(_texts_in(told, ""))
    for number, rule in sorted(identifying_texts([text for _, text in places]).items()):
        where = f"the key '{places[number][0]}'" if places[number][0] else "a key"
        raise IdentifierError(
            f"{where} holds what looks like a {rule}; nothing of this file was kept. Remove what identifies, and keep counts only.",
            file=file,
            rule=rule,
        )


def _texts_in(told: object, key: str) -> Iterator[tuple[str, str]]:
    if isinstance(told, Mapping):
        for name, inside in told.items():
            yield "", name
            # A key may itself identify: it is then not named as the place of what stands below it.
            yield from _texts_in(inside, f"{key}.{name}".lstrip(".") if re.fullmatch(r"[a-z_]+", name) else key)
    elif isinstance(told, list):
        for inside in told:
            yield from _texts_in(inside, key)
    elif isinstance(told, str):
        yield key, told


def _findings(frame: pd.DataFrame, allow: Collection[str]) -> Iterator[tuple[str, int, str]]:
    import pandas as pd

    levels = [frame.index.get_level_values(number) for number in range(frame.index.nlevels)]
    columns = [(str(name), frame.iloc[:, number]) for number, name in enumerate(frame.columns)]
    for name, cells in [
        *columns,
        *((str(level.name or "index"), level) for level in levels if not isinstance(level, pd.RangeIndex)),
    ]:
        if (
            pd.api.types.is_datetime64_any_dtype(cells)
            or pd.api.types.is_float_dtype(cells)
            or pd.api.types.is_bool_dtype(cells)
        ):
            continue
        try:
            codes, distinct = pd.factorize(cells, use_na_sentinel=True)
        except TypeError:  # lists, dictionaries and the like
            codes, distinct = pd.factorize(cells.astype(str))
        numbers = pd.api.types.is_integer_dtype(cells)
        texts = [] if numbers else list(map(str, distinct))
        found = identifying_texts(texts, address_allowed=name in allow)
        if not found and (rule := _rule_of_numbers(map(str, distinct[:_ENOUGH]) if numbers else texts[:_ENOUGH])):
            found = {0: rule}
        if found:
            first = pd.Series(range(len(codes))).groupby(codes).first()
            yield from ((name, int(first[number]), rule) for number, rule in found.items())


def _rule_of_numbers(texts: Iterable[str]) -> str | None:
    """The rule for a column whose first different cells are plain numbers that all pass the check of one kind."""
    texts = list(texts)
    if len(texts) < _ENOUGH or not all(len(text) == len(texts[0]) and text.isdecimal() for text in texts):
        return None
    passed = any(all(map(_checker(module), texts)) for module in _CHECKED.get(len(texts[0]), ()))
    return "national or health identifier" if passed else None


def _seen(text: str) -> str:
    """A text as it looks: wide digits and letters as plain ones, without characters that have no width."""
    return unicodedata.normalize("NFKC", text).translate(_WITHOUT_HIDDEN)


def _fold(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.replace("ß", "ss")).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]", "", plain.lower())


@functools.cache
def _words() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))


@functools.cache
def _rule_of_column(column: str) -> str | None:
    folded = _fold(column)
    for rule, names in _words()["columns"].items():
        if folded in names:
            return rule
    words = [_fold(word) for word in re.findall(r"[^\W\d_]+\d?", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", column))]
    if _COUNTING & set(words):
        return None
    runs = {"".join(words[start:end]) for start in range(len(words)) for end in range(start + 1, len(words) + 1)}
    return next((rule for rule, names in _words()["inside"].items() if runs & set(names)), None)


@functools.cache
def _label_pattern(rule: str) -> str:
    """A pattern for a word that announces an identifier and, soon after, something like one."""
    labels = _words()["labels"]
    after = {
        "date of birth": rf"\W{{0,4}}{_DATE}",
        "record number": r"(?:\W{0,3}(?:no|nr|number|#))?\W{0,4}(?=[\w-]{0,12}\d{3})[A-Z]{0,5}[-/]?\d[\w/-]{3,}",
        "national or health identifier": (
            r"(?:\W{0,3}(?:no|nr|number|#))?\W{0,4}[A-Z]{0,6}[ -]?\d(?:[ .-]?\d){5,17}[A-Z]?(?!\w)"
        ),
    }
    return rf"(?i:\b(?:{_alternatives(labels[rule])})(?!\w){after[rule]})"


def _alternatives(words: list[str]) -> str:
    return "|".join(map(re.escape, map(_seen, words)))


def _is_host_level(frame: pd.DataFrame) -> bool:
    import pandas as pd

    if len(frame) < HOST_LEVEL_ROWS:
        return False
    columns = [frame.iloc[:, number] for number in range(frame.shape[1])]
    counts = [one for one in columns if pd.api.types.is_numeric_dtype(one) and str(one.name).lower() not in _NO_COUNTS]
    if counts and not any((one == 1).all() for one in counts):
        return False
    keys = [one for one in columns if not pd.api.types.is_float_dtype(one) and str(one.name).lower() not in _NO_COUNTS]
    keys += [] if isinstance(frame.index, pd.RangeIndex) else [frame.index]
    return any(_is_unique(key) for key in keys)


def _is_unique(key: pd.Series | pd.Index) -> bool:
    try:
        return key.is_unique
    except TypeError:  # lists, dictionaries and the like
        return key.astype(str).is_unique


def _is_network_address(text: str) -> bool:
    for found in _IPV4.finditer(text):
        if not _NUMBERED.search(text[: found.start()]):
            return True
    for found in _IPV6.finditer(text):
        try:
            ipaddress.IPv6Address(found.group(1).rstrip("."))
            if found.group(1) != "::":
                return True
        except ValueError:
            continue
    return bool(_MAC.search(text))


def _is_host(text: str) -> bool:
    if _URL.search(text):
        return True
    for found in _HOST.finditer(text):
        labels = len(re.split(_DOT, found.group(1), flags=re.IGNORECASE))
        defanged = "[" in found.group(1) or "(" in found.group(1)
        # A newspaper is often named by its two-part domain; a system has a name, a port or is spelled to be
        # unclickable.
        if found.group(2) or defanged or _TELLING_HOST.search(found.group(1)):
            return True
        if labels > 2 and not found.group(1).lower().startswith("www."):
            return True
    return False


def _is_unsafe_address(text: str) -> bool:
    from urllib.parse import urlsplit

    try:
        address = urlsplit(text)
        return bool(address.username or address.password or address.port) or _is_network_address(address.netloc)
    except ValueError:
        return True


def _is_position(text: str) -> bool:
    for found in _POSITION.finditer(text):
        if found.group(1) is None or (abs(float(found.group(1))) <= 90 and abs(float(found.group(2))) <= 180):
            return True
    return False


@functools.cache
def _checker(module: str) -> Callable[[str], bool]:
    from importlib import import_module

    return import_module(f"stdnum.{module}").is_valid


def _is_national(text: str) -> bool:
    upper = text.upper()
    for pattern, module in _NATIONAL:
        for found in pattern.finditer(upper):
            if not module or _checker(module)(found.group()):
                return True
    return False


class _Rule(NamedTuple):
    """What is refused, what a text must hold for it, and the closer look at a text that does."""

    name: str
    mark: str
    finds: Callable[[str], object]


def _marked(texts: Sequence[str]) -> Iterator[tuple[_Rule, list[int]]]:
    """Each rule with the texts that hold its mark: Arrow's engine for many, Python's for few."""
    if len(texts) < _MANY:
        left = [number for number, text in enumerate(texts) if _ANYTHING.search(text)]
        for rule in _rules():
            search = re.compile(rule.mark).search
            yield rule, [number for number in left if search(texts[number])]
        return
    import pyarrow.compute
    from pyarrow import array

    cells = array(texts)
    for rule in _rules():
        found = pyarrow.compute.match_substring_regex(cells, pattern=rule.mark)
        yield rule, found.to_numpy(zero_copy_only=False).nonzero()[0].tolist()


def _mark(*patterns: re.Pattern) -> str:
    """What any of the patterns needs: they themselves without looking around, which the quick engine cannot."""
    bare = (re.sub(r"\(\?<?[!=][^()]*\)", "", one.pattern) for one in patterns)
    return "|".join(
        f"(?i:{text})" if one.flags & re.IGNORECASE else text for one, text in zip(patterns, bare, strict=True)
    )


@functools.cache
def _rules() -> tuple[_Rule, ...]:
    labelled = {rule: re.compile(_label_pattern(rule)) for rule in _words()["labels"]}
    return (
        _Rule("e-mail address", _mark(_EMAIL), _EMAIL.search),
        _Rule("network address", _mark(_IPV4, _IPV6, _MAC), _is_network_address),
        _Rule("DICOM identifier", _mark(_UID), _UID.search),
        _Rule("person's name", r"\^", _PERSON.search),
        _Rule("host name", rf"://|(?i:[a-z0-9]{_DOT}(?:{_TLD}))", _is_host),
        _Rule("precise position", _mark(_POSITION), _is_position),
        _Rule("national or health identifier", f"(?i:{_mark(*(pattern for pattern, _ in _NATIONAL))})", _is_national),
        _Rule(
            "telephone number",
            _mark(_PHONE, _PHONE_LABEL),
            lambda text: _PHONE.search(text) or _PHONE_LABEL.search(text),
        ),
        *(_Rule(rule, _mark(pattern), pattern.search) for rule, pattern in labelled.items()),
    )
