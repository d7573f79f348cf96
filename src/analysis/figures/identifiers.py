"""What is refused: anything that could point at a person, a clinic's system or a single host.

The rules look at column names, at cells and at the shape of a table. A cell is first passed through
one cheap pattern that no ordinary figure, date or sentence triggers often; only what is left is
looked at closely, with check digits where the kind of identifier has them. A number that could as
well be a count (nine plain digits, say) is taken for an identifier only if a word announces it.

No message repeats what was found: the finding names the rule, the column and the row.
"""

from __future__ import annotations

import functools
import ipaddress
import re
import tomllib
import unicodedata
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import IdentifierError

if TYPE_CHECKING:
    import pandas as pd

#: A table of counts by place has some hundred rows; thousands of keys that each count one are hosts.
HOST_LEVEL_ROWS = 2_000

_DOT = r"(?:\.|\s?\[\.\]\s?|\s?\(\.\)\s?|\s?\[dot\]\s?|\s?\(dot\)\s?)"
_OCTET = r"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
_IPV4 = re.compile(rf"(?<![\d.,])({_OCTET}(?:{_DOT}{_OCTET}){{3}})(?![\d]|[.,]\d)", re.I)
_VERSION = re.compile(r"(?:\bversion|\bver\.?|\brelease|\bv)\s?$", re.I)
_IPV6 = re.compile(r"(?<![0-9A-Za-z:])([0-9A-Fa-f:]{0,40}:[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*)(?![0-9A-Za-z])")
_MAC = re.compile(r"(?<![0-9A-Fa-f])(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}(?![0-9A-Fa-f])")
_EMAIL = re.compile(r"[\w.+-]+\s?(?:@|\[at\]|\(at\))\s?[\w-]+(?:" + _DOT + r"[\w-]+)+", re.I)
_URL = re.compile(r"\b(?:https?|hxxps?|ftp|dicom|wado|smb|rsync)://\S", re.I)
_TLD = (
    "com|org|net|edu|gov|mil|int|info|biz|io|eu|us|uk|de|fr|es|it|nl|br|in|tr|ca|au|za|ch|at|be|pl|ru|cn|jp|kr|mx|ar|cl|co|pt|se|no|"
    "dk|fi|cz|gr|ro|hu|ie|nz|sg|my|th|ir|ua|rs|local|lan|internal|example|test|cloud|health|clinic|hospital|online|xyz|site|app|dev"
)
_HOST = re.compile(
    rf"(?<![\w.@/-])((?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?{_DOT})+(?:{_TLD}))(:\d{{2,5}})?(?![\w-]|{_DOT}\w)", re.I
)
_TELLING_HOST = re.compile(r"pacs|dicom|orthanc|viewer|ris\d|imag|radio|xray|x-ray|vpn|srv|server|host|clinic|hospital", re.I)
_PHONE = re.compile(
    r"(?<![\d+])\+\d{1,3}[\s().-]{0,2}\d(?:[\s().\-/]?\d){6,12}(?!\d)"
    r"|(?<!\d)00\d{1,3}[\s().-]\d(?:[\s().\-/]?\d){6,12}(?!\d)"
    r"|(?<!\d)\(\+?0?\d{1,4}\)[\s-]?\d{2,5}(?:[\s.-]\d{2,5}){1,3}(?!\d)"
    r"|(?<![\d.,-])\d{3}[-.]\d{3}[-.]\d{4}(?![\d-])"
    r"|(?<![\d.,])(?<!\d\s)0\d{1,4}[\s/-]\d{2,5}(?:[\s-]?\d{2,5}){1,3}(?!\d)"
)
_PHONE_LABEL = re.compile(r"\b(?:tel|tel[eé]fono|telefon|phone|t[eé]l|fax|mobile|m[oó]vil|handy|call)\b\W{0,3}\d(?:[\s().\-/]?\d){5,13}", re.I)
_UID = re.compile(r"(?<![\d.])[0-2](?:\.(?:0|[1-9]\d*)){5,}(?![\d.]*\d)")
_PERSON = re.compile(r"[^\W\d_][\w'’-]+\^[^\W\d_]")
_DATE = r"(?:\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}-?\d{2}-?\d{2}|\d{1,2}\.? (?:de )?[^\W\d_]{3,10}\.?,? (?:de )?\d{4}|[^\W\d_]{3,10} \d{1,2},? \d{4})"
_POSITION = re.compile(
    r"(?<![\d.,])([+-]?\d{1,2}\.\d{3,})°?\s?[NS]?\s?[,;/ ]\s?([+-]?\d{1,3}\.\d{3,})(?![\d.]*\d)"
    r"|\d{1,3}\s?°\s?\d{1,2}\s?['′’]"
    r"|\b\d{1,3}\.\d{2,}\s?°\s?[NSEWO]\b",
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

# What lets a cell off at once. Everything that a rule can find holds one of these marks.
_SUSPICIOUS = (
    r"@|\^|://|°|\[at\]|\(at\)|\[\.\]|\(\.\)|\[dot\]|\(dot\)|:[0-9A-Fa-f]{0,4}:|\d[ -]?[A-Za-z]$"
    r"|\d{8}|\d[ .-](?:\d{1,2}|\d{4,})[ .-]\d|\d[ .-]\d+[ .-](?:\d{1,2}|\d{4,})(?:\D|$)|\d-\d+-\d|\d\.\d+\.\d+\.\d|\d[ ]\d+[ ]\d+[ ]\d|\+\d|\(\+?\d+\)|0\d+[ /-]\d|[A-Za-z]\d{7}|[A-Za-z0-9-]\.[A-Za-z]{2}"
    r"|[A-Za-z]{6}\d{2}[A-Za-z]|(?:[0-9A-Fa-f]{2}[:-]){5}|\.\d{2,}[ ,;/NS]"
)


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
    for column in frame.columns:
        rule = _rule_of_column(str(column))
        if rule:
            raise IdentifierError(
                f"the column is named like a {rule}; nothing of this table was kept. Publish counts by place only.",
                file=file, column=str(column), rule=rule,
            )
    if _is_host_level(frame):
        raise IdentifierError(
            f"has {len(frame):,} rows with a key each and the count 1: a list of single hosts; nothing of it was kept. "
            "Export the aggregate (counts by country) instead.",
            file=file, rule="host-level table",
        )
    found = find_identifiers(frame, allow=allow)
    if len(found):
        column, row, rule = found.iloc[0]
        line = int(frame["line"].iloc[row]) if "line" in frame else None
        raise IdentifierError(
            f"row {row} looks like a {rule}; nothing of this table was kept. Remove what identifies, and keep counts only.",
            file=file, line=line, column=column, rule=rule, row=row,
        )
    return frame


def identifying(text: str, *, address_allowed: bool = False) -> str | None:
    """The rule under which a text is refused (``"network address"``, …), or None."""
    if address_allowed:
        return "network address" if _is_unsafe_address(text) else None
    return next((rule for rule, found in _RULES if found(text)), None) or _labelled(text)


def find_identifiers(frame: pd.DataFrame, *, allow: Collection[str] = ()) -> pd.DataFrame:
    """Every distinct cell of a frame that is refused: ``column``, ``row`` (0 is the first), ``rule``."""
    import pandas as pd

    found = sorted(_findings(frame, allow), key=lambda finding: finding[:2])
    return pd.DataFrame(found, columns=["column", "row", "rule"])


def _findings(frame: pd.DataFrame, allow: Collection[str]) -> Iterator[tuple[str, int, str]]:
    import pandas as pd

    for column in frame.columns:
        cells = frame[column]
        if pd.api.types.is_numeric_dtype(cells) or pd.api.types.is_datetime64_any_dtype(cells):
            continue
        # Distinct cells only, and of them only those that the cheap patterns do not let off.
        codes, distinct = pd.factorize(cells, use_na_sentinel=True)
        texts = [str(text) for text in distinct]
        suspicious = _hits(texts, _SUSPICIOUS)
        if column not in allow:
            suspicious |= _hits(texts, _any_label())
        if not suspicious:
            continue
        first = pd.Series(range(len(codes))).groupby(codes).first()
        for number in sorted(suspicious):
            rule = identifying(texts[number], address_allowed=column in allow)
            if rule:
                yield str(column), int(first[number]), rule


def _hits(texts: list[str], pattern: str) -> set[int]:
    """Which texts hold the pattern: Arrow's engine for many, Python's for few, where setting the other up costs more."""
    if len(texts) < 5_000:
        search = re.compile(pattern).search
        return {number for number, text in enumerate(texts) if search(text)}
    import pyarrow.compute
    from pyarrow import array

    found = pyarrow.compute.match_substring_regex(array(texts), pattern=pattern)
    return set(found.to_numpy(zero_copy_only=False).nonzero()[0].tolist())


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
    return None


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


@functools.cache
def _any_label() -> str:
    # No look-around here: such a pattern runs in the quick engine of Arrow's text columns.
    return rf"(?i:\b(?:{_alternatives(sum(_words()['labels'].values(), []))})\W{{0,8}}[a-z]{{0,6}}\W{{0,4}}\w{{0,6}}\W?\d)"


def _alternatives(words: list[str]) -> str:
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))


def _labelled(text: str) -> str | None:
    for rule in _words()["labels"]:
        if re.search(_label_pattern(rule), text):
            return rule
    return None


def _is_host_level(frame: pd.DataFrame) -> bool:
    if len(frame) < HOST_LEVEL_ROWS:
        return False
    numbers = frame.select_dtypes("number")
    numbers = numbers.drop(columns=[name for name in ("line", "year") if name in numbers])
    texts = frame.select_dtypes(exclude="number")
    each_one = any((numbers[name] == 1).all() for name in numbers) or not len(numbers.columns)
    return bool(each_one and any(texts[name].is_unique for name in texts))


def _is_network_address(text: str) -> bool:
    for found in _IPV4.finditer(text):
        if not _VERSION.search(text[: found.start()]):
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
        labels = len(re.split(_DOT, found.group(1), flags=re.I))
        defanged = "[" in found.group(1) or "(" in found.group(1)
        # A newspaper is often named by its two-part domain; a system has a name, a port or is spelled to be unclickable.
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


_RULES: tuple[tuple[str, Callable[[str], object]], ...] = (
    ("e-mail address", _EMAIL.search),
    ("network address", _is_network_address),
    ("DICOM identifier", _UID.search),
    ("person's name", _PERSON.search),
    ("host name", _is_host),
    ("precise position", _is_position),
    ("national or health identifier", _is_national),
    ("telephone number", lambda text: _PHONE.search(text) or _PHONE_LABEL.search(text)),
)
