"""Printed figures: from ``about 24 million`` to a value and the interval that its printing allows.

How a text is taken apart is the business of :mod:`analysis.figures.numerals`; what may be concluded from
the printing is decided here. The rules and their reasons are in ``docs/methods.md``, "Reading a printed
figure".
"""

from __future__ import annotations

import functools
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from ..errors import AmbiguousQuantityError, DataError
from . import number_expressions, numerals
from .number_expressions import Amount, Expression, Part
from .rounding_interval import interval_of_part, rounding_interval

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import numpy as np
    import pandas as pd


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
        Significant digits as printed.
    unit
        Empty for a count; ``share``; ``change`` (``plus 40 %`` is 0.4); ``ratio`` (``twice`` is 2);
        ``rank`` (``11°``).
    currency
        ISO 4217 code of an amount of money, else ``None``. A bare ``$`` is taken for ``USD``.

    Examples
    --------
    >>> import analysis as ex
    >>> read = ex.quantity("13,7 Mio.", "de")
    >>> isinstance(read, ex.Quantity), read.value, read.digits
    (True, 13700000.0, 3)
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
        The language it is printed in (``en``, ``es``, ``de-CH``, …), which decides what ``1.234`` or
        ``billion`` means. The language's own marks are tried first; marks that give no number in it
        (``1.19 Milliarden``) are read the other way round. Without a language, the figure must mean the
        same in all languages that can read it.
    exact
        Whether the source says that the figure is exact, so that it has no rounding interval.

    Returns
    -------
    Quantity

    Raises
    ------
    AmbiguousQuantityError
        If it can be read in two ways and no language settles it; ``text``, ``position``, ``readings``.
    DataError
        If it is not a figure, or its language has no rules; same attributes.

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
        if text is None or repr(text) in ("nan", "<NA>", "NaT"):
            raise _empty("")
        raise DataError(
            f"{text!r} is a number, but a printed figure was expected: its printed form is lost",
            remedy="read the column as text",
            text=str(text),
            position=0,
            readings=[],
        )
    return _read(text, lang or None, bool(exact))


@functools.lru_cache(maxsize=1 << 14)
def _read(text: str, lang: str | None, exact: bool) -> Quantity:
    shown = text.strip()
    if not shown or shown.lower() in number_expressions.EMPTY:
        raise _empty(text)
    if len(text) > number_expressions.LONGEST:
        raise number_expressions.unreadable(
            text, f"has {len(text):,} characters, too many for a figure", "give the number alone."
        )
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
        raise (
            settled[0]
            if settled
            else number_expressions.unreadable(
                text,
                "is not a figure that can be read in any language that has rules",
                "give the number as printed without what is counted, and its language (column 'lang', of claims "
                "'quote_lang').",
            )
        )
    if len(readings) > 1:
        first, second = list(readings)[:2]
        raise AmbiguousQuantityError(
            f"{text!r} is {first.value:,.15g} in {readings[first]} and {second.value:,.15g} in {readings[second]}",
            remedy="give its language (column 'lang', of claims 'quote_lang')",
            text=text,
            position=0,
            readings=[reading.value for reading in readings],
        )
    return next(iter(readings))


@functools.lru_cache(maxsize=1 << 12)
def _printed_as(shape: str, lang: str) -> Expression | None:
    """What is printed in one shape, a text with one number, all ones; None if it holds no plain amount."""
    try:
        found = numerals.language(lang).parse(shape)
    except DataError:
        return None
    (number, *others), digits = found.numbers, "".join(filter(str.isdecimal, shape))
    plain = not others and isinstance(number, Amount) and number.coefficient == int(digits)
    return found if plain else None


def quantity_of_shape(shape: str, digits: str, lang: str) -> Quantity | None:
    """Read a figure by its shape, a text that has ones for its ``digits``: what is printed alike is parsed once.

    The first digit is 1 to 9. None if the shape is not that of one plain amount.
    """
    found = _printed_as(shape, lang)
    if found is None:
        return None
    amount = replace(cast("Amount", found.numbers[0]), coefficient=int(digits))
    return _concluded(replace(found, numbers=(amount,)), shape, False)


def _empty(text: str) -> DataError:
    return DataError(
        "a figure is missing: the cell is empty",
        remedy="give the number as printed, or leave the row out",
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


def _concluded(found: Expression, text: str, exact: bool) -> Quantity:
    """The interval that an expression allows."""
    import numpy as np

    qualifier, ranged = found.qualifier, len(found.numbers) == 2
    if exact and (qualifier or ranged):
        raise number_expressions.unreadable(
            text, "cannot be exact: it is qualified, or a range", "leave the column 'exact' empty."
        )
    if ranged and qualifier not in ("", "about"):
        raise number_expressions.unreadable(
            text, f"is a range with the qualifier '{qualifier}'", "give low and high in the row."
        )
    read: list[tuple[Any, ...]] = []
    for number in found.numbers:
        if isinstance(number, Part):
            read.append((*map(float, interval_of_part(number, qualifier, exact)), 1))
        else:
            interval = rounding_interval(np.array([number.coefficient]), number, qualifier, exact)
            read.append(tuple(column[0].item() for column in interval))
    (value, low, high, digits), last = read[0], read[-1]
    if ranged:
        wider = min(value - low, last[2] - last[0]) if qualifier else 0.0
        value, low, high, digits = (value + last[0]) / 2, value - wider, last[0] + wider, min(digits, last[3])
        qualifier = "range"
    return Quantity(value, low, high, qualifier, digits, found.unit, found.currency)


# Whole columns --------------------------------------------------------------------------------------


def quantities(texts: pd.Series, lang: str | pd.Series | None = None, exact: bool | pd.Series = False) -> pd.DataFrame:
    """Read a column of printed figures, each distinct text once.

    Parameters
    ----------
    texts
        The figures as printed, as text.
    lang
        The language of all of them, or a texts of languages with the same index (aligned by key;
        a missing one is not a language).
    exact
        Whether the sources say that the figures are exact; or a texts with the same index.

    Returns
    -------
    pandas.DataFrame
        ``value, low, high, qualifier, digits, unit, currency`` with the index of the texts; as in
        :class:`Quantity`. ``qualifier`` and ``unit`` are empty where there is none, ``currency`` is missing.

    Raises
    ------
    AmbiguousQuantityError, DataError
        As :func:`quantity`, for the first row that is at fault; ``row`` is its label in the index.

    Examples
    --------
    >>> import analysis as ex
    >>> import pandas as pd
    >>> ex.quantities(pd.Series(["24 million", "36 %"]), "en")[["value", "low", "high"]].values.tolist()
    [[24000000.0, 23500000.0, 24500000.0], [0.36, 0.355, 0.365]]
    """
    import numpy as np
    import pandas as pd

    texts = pd.Series(texts)
    langs, exacts = (_aligned(given, texts.index, name) for name, given in (("lang", lang), ("exact", exact)))
    words = _words()
    columns = {name: np.empty(len(texts), dtype) for name, dtype in _DTYPES.items()}
    faults = []
    for rows, one_lang, is_exact in _groups(langs, exacts, len(texts)):
        try:
            read = _read_column(texts.iloc[rows], one_lang, is_exact, words)
        except _UnreadableError as fault:
            faults.append((rows[fault.position], fault.error))
            continue
        for name, column in columns.items():
            column[rows] = read[name]
    if faults:
        position, error = min(faults, key=lambda fault: fault[0])
        row = texts.index[position]
        raise type(error)(f"row {row}: {error.message}", column=error.column, **{**error.details, "row": row})
    for name, known in words.items():
        columns[name] = pd.array(known, dtype="str").take(columns[name])
    return pd.DataFrame(columns, index=texts.index)


#: The columns; words are kept as codes (see ``_words``) until all is read.
_DTYPES = {"value": "f8", "low": "f8", "high": "f8", "qualifier": "i1", "digits": "i8", "unit": "i1", "currency": "i1"}


class _UnreadableError(Exception):
    """A row that cannot be read: its position and the error."""

    def __init__(self, position: int, error: DataError) -> None:
        self.position, self.error = position, error


def _words() -> dict[str, list[str | None]]:
    """The words of the text columns, in the order of their codes; code 0 is "none"."""
    codes = {code for section in numerals.lexicon().values() for code in section.get("currencies", {}).values()}
    return {
        "qualifier": ["", *number_expressions.QUALIFIERS, "range"],
        "unit": ["", *number_expressions.UNITS],
        "currency": [None, *sorted(codes)],
    }


def quantity_of_each(texts: Iterable[str], lang: str | None, exact: bool) -> dict[str, Quantity | DataError]:
    """What many printed figures of one language mean, each with its quantity or the error why it means none."""
    import pyarrow as pa

    distinct = list(dict.fromkeys(texts))
    found: dict[str, Quantity | DataError] = {}
    with suppress(DataError):  # an unknown language is told of each figure
        reader = numerals.language(lang) if lang else numerals.bare(".")
        for at, alike, coefficients in _printed_alike(pa.array(distinct, pa.string()), reader):
            if exact and alike.qualifier:
                continue
            interval = rounding_interval(coefficients, cast("Amount", alike.numbers[0]), alike.qualifier, exact)
            columns = (column.tolist() for column in interval)
            for position, value, low, high, digits in zip(at.tolist(), *columns, strict=True):
                found[distinct[position]] = Quantity(
                    value, low, high, alike.qualifier, digits, alike.unit, alike.currency
                )
    for text in distinct:
        if text not in found:
            try:
                found[text] = _read(text, lang, exact)
            except DataError as error:
                found[text] = error
    return found


def _aligned(given: Any, index: pd.Index, name: str) -> Any:
    """A series brought to the index of the figures, by key; anything else as it is."""
    import pandas as pd

    if not isinstance(given, pd.Series) or given.index.equals(index):
        return given
    if not given.index.is_unique or not index.isin(given.index).all():
        raise DataError(
            f"the series '{name}' does not fit the figures: each row needs exactly one entry with its label",
            remedy="give a series with the same index",
            column=name,
        )
    return given.reindex(index)


def _groups(langs: Any, exacts: Any, length: int) -> Iterator[tuple[np.ndarray, str | None, bool]]:
    """The rows of each language and exactness."""
    import numpy as np
    import pandas as pd

    if not isinstance(langs, pd.Series) and not isinstance(exacts, pd.Series):
        yield np.arange(length), langs or None, bool(exacts)
        return
    keys = pd.DataFrame(index=range(length))
    keys["lang"] = langs.fillna("").to_numpy() if isinstance(langs, pd.Series) else langs or ""
    keys["exact"] = exacts.fillna(False).astype(bool).to_numpy() if isinstance(exacts, pd.Series) else bool(exacts)
    for (one_lang, is_exact), rows in keys.groupby(["lang", "exact"], sort=False).indices.items():
        yield np.sort(rows), one_lang or None, bool(is_exact)


def _read_column(texts: pd.Series, lang: str | None, exact: bool, words: dict[str, Any]) -> dict[str, np.ndarray]:
    """The columns of figures in one language; raises ``_UnreadableError`` for the first row that cannot be read."""
    import numpy as np
    import pyarrow.compute as pc

    encoded = _encoded(texts)
    distinct, codes = encoded.dictionary, pc.fill_null(encoded.indices, -1).to_numpy(zero_copy_only=False)
    places = {name: {word: code for code, word in enumerate(known)} for name, known in words.items()}
    read = {name: np.zeros(len(distinct), dtype) for name, dtype in _DTYPES.items()}

    def keep(at: Any, **fields: Any) -> None:
        for name, field in fields.items():
            read[name][at] = places[name][field] if name in places else field

    try:
        reader = numerals.language(lang) if lang else numerals.bare(".")
    except DataError as error:
        raise _UnreadableError(0, error) from None
    faults = [(position, _empty("")) for position in np.flatnonzero(codes < 0)[:1]]
    at: Any
    alone = np.ones(len(distinct), dtype=bool)
    for at, found, coefficients in _printed_alike(distinct, reader):
        if exact and found.qualifier:
            continue
        alone[at] = False
        interval = rounding_interval(coefficients, cast("Amount", found.numbers[0]), found.qualifier, exact)
        keep(at, **interval._asdict(), qualifier=found.qualifier, unit=found.unit, currency=found.currency)
    for at in np.flatnonzero(alone):
        try:
            keep(at, **_read(distinct[at].as_py(), lang, exact)._asdict())
        except DataError as error:
            faults.append((int(np.argmax(codes == at)), error))
            break  # distinct texts stand in the order of their first appearance
    if faults:
        raise _UnreadableError(*min(faults, key=lambda fault: fault[0]))
    return {name: column[codes] for name, column in read.items()}


def _encoded(texts: pd.Series) -> Any:
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
                raise _UnreadableError(position, error) from None
    return pa.array(list(texts), pa.string()).dictionary_encode()


def _printed_alike(texts: Any, reader: numerals.Language) -> Iterator[tuple[np.ndarray, Expression, np.ndarray]]:
    """Texts that differ in their digits only, such as ``about 1.2 million`` and ``about 23.5 million``.

    Of each such group one text is taken apart; the digits of the others are read all at once. Yields their
    positions, that text taken apart, and the coefficients. Texts that are not yielded are to be read one by one.
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    marks = [r"[ \x{00a0}\x{2009}\x{202f}]", "['’]"]
    around, decimals = "", "(?P<part>)"  # without a language, whole numbers alone
    if reader.code:
        marks.append("[,]" if reader.decimal == "." else "[.]")
        around, decimals = "[^0-9]*", f"(?:[{reader.decimal}](?P<part>[0-9]+))?"
    grouped = "|".join(f"[1-9][0-9]{{0,2}}(?:{mark}[0-9]{{3}})+" for mark in marks)
    whole = f"(?P<whole>{grouped}|[1-9][0-9]*|0)"
    parts = pc.extract_regex(texts, f"^(?P<before>{around}){whole}{decimals}(?P<after>{around})$")
    matched = np.flatnonzero(pc.is_valid(parts).to_numpy(zero_copy_only=False))
    parts = parts.drop_null()
    whole = pc.replace_substring_regex(parts.field("whole"), r"[^0-9]", "")
    part = parts.field("part")
    digits = pc.binary_join_element_wise(whole, part, pa.scalar("", whole.type))
    fits = np.asarray(pc.less_equal(pc.utf8_length(digits), number_expressions.MOST_DIGITS))
    fits &= np.asarray(pc.less_equal(pc.utf8_length(texts.take(pa.array(matched))), number_expressions.LONGEST))
    if not fits.any():
        return
    matched, kept = matched[fits], pa.array(fits)
    coefficients = digits.filter(kept).cast(pa.int64()).to_numpy(zero_copy_only=False)
    lengths = np.asarray(pc.utf8_length(part.filter(kept))).astype("int64")
    before, after = (parts.field(name).filter(kept).dictionary_encode() for name in ("before", "after"))
    before, after = (np.asarray(encoded.indices).astype("int64") for encoded in (before, after))
    alike = (before * (after.max() + 1) + after) * (number_expressions.LONGEST + 1) + lengths
    order = np.argsort(alike, kind="stable")
    for group in np.split(order, np.flatnonzero(np.diff(alike[order])) + 1):
        try:
            found = reader.parse(texts[matched[group[0]]].as_py())
        except DataError:
            continue
        number = found.numbers[0]
        same = isinstance(number, Amount) and number.coefficient == coefficients[group[0]]
        if same and len(found.numbers) == 1 and found.unit != "rank":  # a rank is small, whatever its digits
            yield matched[group], found, coefficients[group]
