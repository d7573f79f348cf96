"""Printed figures: from ``about 24 million`` to a value and the interval that its printing allows.

How a text is taken apart is the business of :mod:`analysis.figures.numerals`; what may be concluded from
the printing is decided here. The rules and their reasons are in ``docs/methods.md``, "Reading a printed
figure".
"""

from __future__ import annotations

import functools
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from ..errors import AmbiguousQuantityError, DataError
from . import numerals
from .numerals import Amount, Expression, Part

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

#: Fractions that have a name of their own; whoever prints one has chosen it among these.
_NAMED = sorted({Fraction(0), Fraction(1), *(Fraction(a, b) for a, b in ((1, 10), (1, 5), (1, 4), (1, 3), (1, 2), (2, 3), (3, 4), (4, 5), (9, 10)))})
#: Integers of up to this many digits are exact as floats, and read by the quick way.
_QUICK_DIGITS = 15


class Quantity(NamedTuple):
    """A printed figure, read.

    The true value lies in [``low``, ``high``): half-open, as rounding is. The qualifiers ``nearly`` and
    ``up to`` and the ranges include ``high``; ``nearly`` and ``more than`` exclude ``low``. An exact
    figure has ``low == value == high``.

    Attributes
    ----------
    value, low, high
        In ones: ``24 million`` is 24e6. Percent and fractions are shares: ``36 %`` is 0.36.
    qualifier
        ``about``, ``more than``, ``at least``, ``nearly``, ``less than``, ``up to``, ``range``; or empty.
    digits
        Significant digits of the printing.
    unit
        Empty for a count; ``share``; ``change`` (``plus 40 %`` is 0.4); ``ratio`` (``twice`` is 2);
        ``rank`` (``11°``).
    currency
        ISO 4217 code of an amount of money, else ``None``. A bare ``$`` is taken for ``USD``.
    """

    value: float
    low: float
    high: float
    qualifier: str = ""
    digits: int = 0
    unit: str = ""
    currency: str | None = None


def quantity(text: str, lang: str | None = None, exact: bool = False) -> Quantity:
    """Read one printed figure.

    Parameters
    ----------
    text
        The number expression with its qualifier, as printed, without the noun: ``más de 24 millones``.
    lang
        The language it is printed in (``en``, ``es``, ``de-CH``, …): decides what ``1.234`` or
        ``billion`` means. The language's own marks are tried first; marks that make no number in it
        (``1.19 Milliarden``) are read the other way round. Without a language the figure must mean the same in
        all languages that can read it.
    exact
        The source says that the figure is exact: no rounding interval.

    Returns
    -------
    Quantity

    Raises
    ------
    AmbiguousQuantityError
        If it can be read in two ways and no language settles it; ``text``, ``position``, ``readings``.
    DataError
        If it is no figure, or its language has no rules; same attributes.

    Examples
    --------
    >>> quantity("24 million", "en")[:3]
    (24000000.0, 23500000.0, 24500000.0)
    >>> quantity("casi 600", "es")[:4]
    (600.0, 500.0, 600.0, 'nearly')
    >>> quantity("36 %", "de").low
    0.355
    """
    if not isinstance(text, str):
        if text is None or text != text:
            raise _empty("")
        raise DataError(
            f"{text!r} is a number, but a printed figure was expected: its printing is lost; "
            "read the column as text.",
            text=str(text),
            position=0,
            readings=[],
        )
    return _read(text, lang or None, bool(exact))


@functools.lru_cache(maxsize=1 << 14)
def _read(text: str, lang: str | None, exact: bool) -> Quantity:
    shown = text.strip()
    if not shown or shown.lower() in ("nan", "none", "null", "n/a", "na", "-", "–"):
        raise _empty(text)
    if len(text) > numerals.LONGEST:
        raise numerals.unreadable(text, f"has {len(text):,} characters, too many for a figure", "give the number alone.")
    if lang:
        return _concluded(numerals.language(lang).parse(text), text, exact)
    readings: dict[Quantity, str] = {}
    faults = []
    for reader in _all_languages(text):
        try:
            readings.setdefault(_concluded(reader.parse(text), text, exact), reader.name)
        except DataError as error:
            faults.append(error)
    if not readings:
        settled = [fault for fault in faults if fault.details.get("settled")]
        raise settled[0] if settled else numerals.unreadable(
            text,
            "is not a figure that can be read in any language that has rules",
            "give the number as printed without what is counted, and the language in column 'lang'.",
        )
    if len(readings) > 1:
        first, second = list(readings)[:2]
        raise AmbiguousQuantityError(
            f"{text!r} is {first.value:,.15g} in {readings[first]} and {second.value:,.15g} in {readings[second]}; "
            "give the language in column 'lang'.",
            text=text,
            position=0,
            readings=[reading.value for reading in readings],
        )
    return next(iter(readings))


def _empty(text: str) -> DataError:
    return DataError(
        "a figure is missing: the cell is empty; give the number as printed, or leave the row out.",
        text=text,
        position=0,
        readings=[],
    )


def _all_languages(text: str) -> Iterator[numerals.Language]:
    """Readers for a figure without a language: of digits and marks alone, or every one there is."""
    if any(letter.isalpha() for letter in text):
        yield from map(numerals.language, numerals.languages())
    else:
        yield from (numerals.bare("."), numerals.bare(","))


# What follows from the printing ---------------------------------------------------------------------


class _Bounds(NamedTuple):
    """A number and how far it may be from the truth: by rounding, and for words such as "more than"."""

    value: Decimal | Fraction
    below: Decimal | Fraction
    above: Decimal | Fraction
    about: tuple[Decimal | Fraction, Decimal | Fraction]  # distances for "about"
    next: Decimal | Fraction  # the next figure that would be printed
    previous: Decimal | Fraction
    digits: int
    round_digits: int  # without the zeros that end it


def _bounds(number: Amount | Part, unit: str) -> _Bounds:
    return _bounds_of_part(number) if isinstance(number, Part) else _bounds_of_amount(number, unit)


def _bounds_of_amount(number: Amount, unit: str) -> _Bounds:
    value, zeros = number.value, number.zeros
    loose = abs(number.place) * 10**zeros  # the place of the last digit that is not zero
    # Zeros only fill places where a number is printed in full, or has more digits before its scale word than a
    # writer would choose freely (1600万, 4.300 millones): there is no other way to print it.
    filled = zeros >= 2 and (number.full or number.coefficient >= 1000)
    exact = number.full and not filled
    half = (loose if filled else abs(number.place)) / 2
    # A number just below a power of ten would be printed with one digit more.
    finer = loose / 10 if str(number.coefficient).rstrip("0") == "1" else loose
    digits = len(str(number.coefficient))
    if unit == "rank":
        exact = True
    return _Bounds(
        value=value,
        below=Decimal(0) if exact else half,
        above=Decimal(0) if exact else half,
        about=(loose, loose) if exact else (2 * half, 2 * half),
        next=value + loose,
        previous=value - finer,
        digits=digits - zeros if filled else digits,
        round_digits=digits - zeros,
    )


def _bounds_of_part(number: Part) -> _Bounds:
    value = number.value
    step = Fraction(1, number.denominator)
    lower = max([named for named in _NAMED if named < value] + [value - step])
    upper = min([named for named in _NAMED if named > value] + [value + step])
    below, above = (value - lower) / 2, (upper - value) / 2
    return _Bounds(value, below, above, (2 * below, 2 * above), upper, lower, 1, 1)


def _concluded(found: Expression, text: str, exact: bool) -> Quantity:
    """The interval that an expression allows."""
    bounds = [_bounds(number, found.unit) for number in found.numbers]
    first, last = bounds[0], bounds[-1]
    qualifier = found.qualifier
    if exact and (qualifier or len(bounds) == 2):
        raise numerals.unreadable(text, "cannot be exact: it is qualified, or a range", "leave the column 'exact' empty.")
    value, low, high = first.value, first.value - first.below, first.value + first.above
    if len(bounds) == 2:
        if qualifier not in ("", "about"):
            raise numerals.unreadable(text, f"is a range with the qualifier '{qualifier}'", "give low and high in the row.")
        low, high = first.value, last.value
        value = (low + high) / 2
        if qualifier == "about":
            low, high = low - first.about[0], high + last.about[1]
        qualifier = "range"
    elif exact:
        low = high = value
    elif qualifier == "about":
        low, high = value - first.about[0], value + first.about[1]
    elif qualifier in ("more than", "at least"):
        low, high = value, first.next
    elif qualifier == "nearly":
        low, high = first.previous, value
    elif qualifier in ("up to", "less than"):
        low, high = 0, value
    if found.unit != "change":
        low = max(low, 0)
    loose = qualifier in ("more than", "at least", "nearly") or (qualifier == "about" and not first.below)
    digits = min(one.round_digits if loose else one.digits for one in bounds)
    return Quantity(float(value), float(low), float(high), qualifier, digits, found.unit, found.currency)


# Whole columns --------------------------------------------------------------------------------------


def quantities(
    series: pd.Series,
    lang: str | pd.Series | None = None,
    exact: bool | pd.Series = False,
) -> pd.DataFrame:
    """Read a column of printed figures, each distinct text once.

    Parameters
    ----------
    series
        The figures as printed, as text.
    lang
        The language of all of them, or a series of languages with the same index (aligned by key;
        a missing one is no language).
    exact
        Whether the sources say that the figures are exact; or a series with the same index.

    Returns
    -------
    pandas.DataFrame
        ``value, low, high, qualifier, digits, unit, currency`` with the index of the series; as in
        :class:`Quantity`. ``qualifier`` and ``unit`` are empty where there is none, ``currency`` is missing.

    Raises
    ------
    AmbiguousQuantityError, DataError
        As :func:`quantity`, for the first row that is at fault; ``row`` is its label in the index.
    """
    import numpy as np
    import pandas as pd

    series = pd.Series(series)
    langs, exacts = (_aligned(given, series.index, name) for name, given in (("lang", lang), ("exact", exact)))
    words = _words()
    columns = {
        name: np.empty(len(series), dtype)
        for name, dtype in (("value", float), ("low", float), ("high", float), ("qualifier", "int8"), ("digits", "int64"), ("unit", "int8"), ("currency", "int8"))
    }
    faults: list[tuple[int, DataError]] = []
    for rows, one_lang, is_exact in _groups(langs, exacts, len(series)):
        fault = _read_column(series.iloc[rows], one_lang, is_exact, words, columns, rows)
        if fault:
            position = fault[0] if isinstance(rows, slice) else int(rows[fault[0]])
            faults.append((position, fault[1]))
    if faults:
        position, error = min(faults, key=lambda fault: fault[0])
        row = series.index[position]
        raise type(error)(f"row {row}: {error.message}", column=error.column, **{**error.details, "row": row}) from None
    for name, known in words.items():
        columns[name] = pd.array(known, dtype="str").take(columns[name])
    return pd.DataFrame(columns, index=series.index)


def _words() -> dict[str, list[str | None]]:
    """The words of the text columns, in the order of their codes; code 0 is "none"."""
    codes = {code for section in numerals.lexicon().values() for code in section.get("currencies", {}).values()}
    return {
        "qualifier": ["", *numerals.QUALIFIERS, "range"],
        "unit": ["", *numerals.UNITS],
        "currency": [None, *sorted(codes)],
    }


def _aligned(given, index: pd.Index, name: str):
    """A series brought to the index of the figures, by key; anything else as it is."""
    import pandas as pd

    if not isinstance(given, pd.Series) or given.index.equals(index):
        return given
    if not given.index.is_unique or not index.isin(given.index).all():
        raise DataError(
            f"the series '{name}' does not fit the figures: each row needs exactly one entry with its label; "
            "give a series with the same index.",
            column=name,
        )
    return given.reindex(index)


def _groups(langs, exacts, length: int) -> Iterator[tuple[slice, str | None, bool]]:
    """The rows of each language and exactness."""
    import numpy as np
    import pandas as pd

    if not length:
        return
    if not isinstance(langs, pd.Series) and not isinstance(exacts, pd.Series):
        yield slice(None), langs or None, bool(exacts)
        return
    keys = pd.DataFrame({"lang": langs, "exact": exacts}, index=None if isinstance(langs, pd.Series) else exacts.index)
    keys = pd.DataFrame({"lang": keys["lang"].fillna("").to_numpy(), "exact": keys["exact"].fillna(False).astype(bool).to_numpy()})
    for (one_lang, is_exact), rows in keys.groupby(["lang", "exact"], sort=False).indices.items():
        yield np.sort(rows), one_lang or None, bool(is_exact)


def _read_column(texts: pd.Series, lang: str | None, exact: bool, words, columns, rows) -> tuple[int, DataError] | None:
    """Fill ``columns`` at ``rows``; the first row at fault and its error, if there is one."""
    import numpy as np
    import pyarrow.compute as pc

    try:
        encoded = _encoded(texts)
    except _NotText as fault:
        return fault.position, fault.error
    distinct, codes = encoded.dictionary, encoded.indices.to_numpy(zero_copy_only=False)
    if encoded.null_count:
        # Rows before the first empty cell may be at fault earlier; only those are looked at.
        first = int(np.flatnonzero(encoded.is_null().to_numpy(zero_copy_only=False))[0])
        before = _read_column(texts.iloc[:first], lang, exact, words, columns, rows[:first] if not isinstance(rows, slice) else slice(0, first)) if first else None
        return before or (first, _empty(""))
    read = {name: np.zeros(len(distinct), column.dtype) for name, column in columns.items()}
    quick = pc.match_substring_regex(distinct, _quick_pattern(lang)).to_numpy(zero_copy_only=False)
    if quick.any():
        _read_integers(distinct.filter(quick), exact, read, np.flatnonzero(quick))
    places = {name: {word: code for code, word in enumerate(known)} for name, known in words.items()}
    for at in np.flatnonzero(~quick):
        try:
            found = _read(distinct[at].as_py(), lang, exact)
        except DataError as error:
            return int(np.argmax(codes == at)), error
        for name, part in found._asdict().items():
            read[name][at] = places[name][part] if name in places else part
    for name, column in columns.items():
        column[rows] = read[name][codes]
    return None


class _NotText(Exception):
    def __init__(self, position: int, error: DataError) -> None:
        self.position, self.error = position, error


def _encoded(texts: pd.Series):
    """The texts as an Arrow dictionary: distinct ones in the order of their first appearance."""
    import pyarrow as pa

    if texts.dtype == "category":
        texts = texts.astype(texts.cat.categories.dtype)
    try:
        array = pa.array(texts.array, from_pandas=True)
        array = array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
        if pa.types.is_string(array.type) or pa.types.is_large_string(array.type):
            return array.dictionary_encode()
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        pass
    for position, text in enumerate(texts):
        if not isinstance(text, str):
            try:
                quantity(text)
            except DataError as error:
                raise _NotText(position, error) from None
    return pa.array(list(texts), pa.string()).dictionary_encode()


def _quick_pattern(lang: str | None) -> str:
    """Integers that are read without taking them apart: plain, or grouped by the marks of the language."""
    marks = [r"[ \x{00a0}\x{202f}\x{2009}]", "'"]
    if lang:
        marks.append("," if numerals.language(lang).decimal == "." else r"\.")
    most = _QUICK_DIGITS // 3 - 1
    grouped = "|".join(rf"[1-9]\d{{0,2}}(?:{mark}\d{{3}}){{1,{most}}}" for mark in marks)
    return rf"^(?:{grouped}|[1-9]\d{{0,{_QUICK_DIGITS - 1}}})$"


def _read_integers(texts, exact: bool, read: dict, at) -> None:
    """The same as :func:`quantity` for integers printed in full, all at once."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    value = pc.replace_substring_regex(texts, r"\D", "").cast(pa.int64()).to_numpy(zero_copy_only=False)
    zeros = np.zeros(len(value), dtype="int64")
    round_ones = np.flatnonzero(value % 100 == 0)
    zeros[round_ones] = 2
    rest = value[round_ones] // 100
    while (more := rest % 10 == 0).any():
        round_ones, rest = round_ones[more], rest[more] // 10
        zeros[round_ones] += 1
    powers = 10 ** np.arange(_QUICK_DIGITS + 1, dtype="int64")
    half = np.where((zeros == 0) | exact, 0.0, powers[zeros] / 2)
    read["value"][at], read["low"][at], read["high"][at] = value, value - half, value + half
    read["digits"][at] = np.searchsorted(powers, value, side="right") - zeros
