"""Printed figures: from ``about 24 million`` to a value and the interval that its printing allows."""

from __future__ import annotations

import functools
import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ..errors import AmbiguousQuantityError, DataError

if TYPE_CHECKING:
    import pandas as pd


class Quantity(NamedTuple):
    """A printed figure, read.

    ``low`` ≤ true value < ``high`` (half-open), except where the qualifier closes an end: ``nearly`` and
    ``up to`` include ``high``, an exact figure has ``low == value == high``.
    """

    value: float
    low: float
    high: float
    qualifier: str = ""
    digits: int = 0


_SPACES = re.compile(r"[\s\u00a0\u2000-\u200b\u202f\u3000]+")
_NUMBER = re.compile(r"\d[\d.,'’ ،٬]*")
_MONEY = re.compile(r"^(?:us)?[$€£]\s?|\s?(?:usd|eur|us[- ]dollars?|us-dollar|dollars?|euros?|美元|[$€£])$", re.I)
_RANGE = re.compile(r"^(?:between |entre |zwischen |tra |tussen )?(.+?)(?: and | y | und | et | e | en |\s?[–—]\s?)(.+)$", re.I)
_HALF_STEP = 0.5


@functools.cache
def _lexicon() -> dict:
    return tomllib.loads(Path(__file__).with_name("number_words.toml").read_text("utf-8"))


@functools.cache
def _scales(lang: str | None) -> dict[str, float]:
    return _lexicon()["scale"] | _lexicon()["scale_of_language"].get(lang or "", {})


@functools.cache
def _qualifier_forms() -> list[tuple[str, str]]:
    forms = [(form, name) for name, found in _lexicon()["qualifiers"].items() for form in found]
    return sorted(forms, key=lambda pair: -len(pair[0]))


def quantity(text: str, lang: str | None = None, exact: bool = False) -> Quantity:
    """Read one printed figure.

    Parameters
    ----------
    text
        The number expression with its qualifier, without the noun.
    lang
        The language it is printed in (``en``, ``es``, …): decides what ``1.234`` means.
    exact
        The source says that the figure is exact: no rounding interval.

    Raises
    ------
    AmbiguousQuantityError
        If it can be read in two ways and no language settles it; ``readings`` holds both.
    DataError
        If it is no figure, or its language has no rules.
    """
    if not isinstance(text, str):
        raise DataError("is empty; a figure was expected. Give the number as printed.")
    return _read(text, lang, exact)


@functools.lru_cache(maxsize=65536)
def _read(text: str, lang: str | None, exact: bool) -> Quantity:
    shown = _SPACES.sub(" ", text).strip()
    if not shown or shown.lower() in ("nan", "none", "n/a"):
        raise DataError("is empty; a figure was expected. Give the number as printed.", text=text)
    known = _lexicon()["decimal_comma"]["languages"] + _lexicon()["decimal_point"]["languages"]
    if lang and lang not in known:
        raise DataError(
            f"{text!r} is in the language {lang!r}, for which there are no rules; give value, low and high in the row.", text=text
        )
    if re.fullmatch(r"\d{4}-\d{2}(-\d{2})?|\d{1,2}[./]\d{1,2}[./]\d{2,4}", shown):
        raise DataError(f"{text!r} looks like a date, not a figure; give the number.", text=text)
    rest, qualifier = _qualifier(_MONEY.sub("", shown.lower()).strip())
    rest = _MONEY.sub("", rest).strip()
    words = _lexicon()["words"]
    if rest in words:
        value, low, high = words[rest]
        return _qualified(value, low, high, (high - low) / 2 or 1.0, qualifier, 1, exact)
    ends = _RANGE.match(rest)
    if ends and any(map(str.isdigit, ends.group(1))) and any(map(str.isdigit, ends.group(2))):
        try:
            first, last = (_plain(part, lang, text) for part in ends.groups())
        except DataError:
            first = None
        if first is not None:
            scale = last[2] if first[2] == 1 else 1
            low, high = first[0] * scale, last[0]
            if low < high:
                return Quantity((low + high) / 2, low, high, "range", last[3])
    value, step, _, digits = _plain(rest, lang, text)
    return _qualified(value, value - _HALF_STEP * step, value + _HALF_STEP * step, step, qualifier, digits, exact)


def _qualifier(shown: str) -> tuple[str, str]:
    for name, forms in _lexicon()["suffix_qualifiers"].items():
        for form in forms:
            if shown.endswith(form):
                return shown.removesuffix(form).strip(), name
            if name == "more_than" and form == "多" and "多" in shown:
                return shown.replace("多", ""), name
    for form, name in _qualifier_forms():
        if shown.startswith(form) and (not form[-1].isalpha() or not shown[len(form) : len(form) + 1].isalpha() or not form.isascii()):
            rest = shown[len(form) :].strip()
            if rest:
                return rest, name
    return shown, ""


def _qualified(value, low, high, step, qualifier, digits, exact) -> Quantity:
    if exact:
        return Quantity(value, value, value, qualifier, digits)
    unit = step if step else 1.0
    match qualifier:
        case "about":
            low, high = value - max(value - low, 0.5 * unit) * 2, value + max(high - value, 0.5 * unit) * 2
        case "more_than" | "at_least":
            low, high = value, value + unit
        case "nearly":
            low, high = value - unit, value
        case "up_to" | "less_than":
            low, high = 0.0, value
    return Quantity(value, max(low, 0.0), high, qualifier.replace("_", " "), digits)


def _plain(text: str, lang: str | None, printed: str) -> tuple[float, float, float, int]:
    """Value, one unit of the last printed digit (0: exact), scale, significant digits."""
    rest = text.strip()
    for counter in _lexicon()["counters"]["all"]:
        rest = rest.removesuffix(counter).strip()
    share = 1.0
    for mark, size in (("%", 100), ("percent", 100), ("prozent", 100), ("per cent", 100), ("por ciento", 100), ("‰", 1000)):
        if rest.endswith(mark):
            rest, share = rest.removesuffix(mark).strip(), 1.0 / size
            break
    total, step, digits, scale = 0.0, 0.0, 0, 1.0
    chinese = re.findall(r"([\d.,]+) ?([千천]?[万亿億億만억千천]?)", rest) if re.search(r"[万亿億만억千천]", rest) else None
    if chinese:
        for number, unit in chinese:
            value, one, count = _number(number, lang or "zh", printed)
            scale = 1.0
            for letter in unit:
                scale *= _scales(lang)[letter]
            total, step, digits = total + value * scale, (one or 1.0) * scale, digits + count
        if step == 1.0:
            step = 0.0
        return total * share, step * share, scale, digits
    found = _NUMBER.match(rest)
    if found:
        number, word = found.group().strip(), rest[found.end() :].strip()
        value, step, digits = _number(number, lang, printed)
    else:
        value, word = _worded(rest, lang, printed)
        value, step, digits = _number(f"{value:.0f}", "en", printed)
    if word:
        if word not in _scales(lang):
            raise DataError(f"{printed!r} is not a figure that can be read: {word!r} is not known here; leave out the noun.", text=printed)
        scale = _scales(lang)[word]
        step = (step or 1.0) * scale
    elif share != 1.0:
        step = step or 1.0
    return value * scale * share, step * share, scale, digits


def _worded(text: str, lang: str | None, printed: str) -> tuple[float, str]:
    from text_to_num import text2num

    words = text.split(" ")
    ones = {"a", "an", "one", "un", "une", "uma", "um", "ein", "eine", "einer", "een", "en", "ett", "uno", "una"}
    tail = " ".join(words[1:])
    if words[0] in ones and tail in _scales(lang):
        return 1.0, tail
    for cut in range(len(words), 0, -1):
        head, tail = " ".join(words[:cut]), " ".join(words[cut:])
        if tail and tail not in _scales(lang):
            continue
        for tried in [lang] if lang in ("en", "fr", "es", "pt", "de", "nl", "it") else ["en", "fr", "es", "pt", "de", "nl", "it"]:
            try:
                return float(text2num(head, tried)), tail
            except ValueError:
                continue
    raise DataError(f"{printed!r} is not a figure that can be read; give the number as printed, without the noun.", text=printed)


def _number(number: str, lang: str | None, printed: str) -> tuple[float, float, int]:
    """Value, unit of the last printed digit (0: exact) and significant digits of digits with marks."""
    raw = number.replace("،", ",").replace("٬", ",").strip(" '’,.")
    if raw != number.strip(" '’") and number.rstrip(" ")[-1:] in ".,":
        raise DataError(f"{printed!r} ends in a mark; give the number as printed.", text=printed)
    marks = re.findall(r"[.,]", raw)
    body = re.sub(r"(?<=\d)['’ ](?=\d{3}(?!\d))", "", raw)
    if re.search(r"['’ ]", body):
        raise DataError(f"{printed!r} is grouped in a way that no notation has; give the number as printed.", text=printed)
    grouped = lambda mark: re.fullmatch(rf"\d{{1,3}}(?:\{mark}\d{{3}})+|\d{{1,2}}(?:\{mark}\d{{2}})+\{mark}\d{{3}}", body)  # noqa: E731
    kinds = set(marks)
    decimal = None
    if len(kinds) == 2:
        decimal = marks[-1]
        if marks.count(decimal) > 1:
            raise DataError(f"{printed!r} is no number: its marks do not fit; give the number as printed.", text=printed)
    elif kinds:
        (mark,) = kinds
        if len(marks) > 1:
            if not grouped(mark):
                raise DataError(f"{printed!r} is no number: its marks do not fit; give the number as printed.", text=printed)
        elif not grouped(mark):
            decimal = mark
        elif lang is None:
            whole, part = body.split(mark)
            readings = [float(whole + part), float(f"{whole}.{part}")]
            raise AmbiguousQuantityError(
                f"{printed!r} is {readings[0]:,.0f} or {readings[1]}; give the language in the column 'lang'.", text=printed, readings=readings
            )
        else:
            point = lang in _lexicon()["decimal_point"]["languages"]
            decimal = "." if point else ","
            if mark != decimal or body.startswith("0"):
                decimal = mark if body.startswith("0") else None
    if decimal:
        whole, part = body.rsplit(decimal, 1)
        plain = re.sub(r"[.,]", "", whole)
        return float(f"{plain}.{part}"), 10.0 ** -len(part), len((plain + part).lstrip("0"))
    plain = re.sub(r"[.,]", "", body)
    zeros = len(plain) - len(plain.rstrip("0"))
    value = float(plain)
    if zeros < 2 or value == 0:
        return value, 0.0, len(plain.lstrip("0"))
    return value, 10.0**zeros, len(plain) - zeros


def quantities(series: pd.Series, lang: str | pd.Series | None = None, exact: pd.Series | bool = False) -> pd.DataFrame:
    """Read a column of printed figures: ``value, low, high, qualifier, digits``, one row a figure.

    Raises
    ------
    AmbiguousQuantityError, DataError
        As :func:`quantity`, with ``row`` (0 is the first).
    """
    import pandas as pd

    keys = pd.DataFrame({"text": series.to_numpy(), "lang": lang if isinstance(lang, str | None) else lang.to_numpy()})
    keys["exact"] = exact if isinstance(exact, bool) else exact.to_numpy()
    keys = keys.astype({"lang": "object"}).where(keys.notna(), None)
    read = {}
    rows = []
    for row, key in enumerate(keys.itertuples(index=False, name=None)):
        if key not in read:
            try:
                read[key] = quantity(*key)
            except DataError as error:
                error.row = row
                raise
        rows.append(read[key])
    return pd.DataFrame(rows, columns=list(Quantity._fields), index=series.index)
