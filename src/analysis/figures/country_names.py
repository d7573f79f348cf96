"""Names of countries and of their parts in the languages of CLDR, by their codes."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, overload

from ..datafolder import read_text, reference_file
from ..errors import DataError, UnknownPlaceError
from ..language.languages import language
from ..remembering import remembered

if TYPE_CHECKING:
    import pandas as pd

#: The world as a whole, in the World Bank's spelling; ISO 3166 has no code for it.
WORLD = "WLD"


@overload
def country_name(iso3: str, lang: str | None = None) -> str: ...


@overload
def country_name(iso3: pd.Series, lang: str | None = None) -> pd.Series: ...


def country_name(iso3: Any, lang: str | None = None) -> Any:
    """The name of a country in a language of CLDR, by its ISO 3166-1 alpha-3 code.

    Parameters
    ----------
    iso3
        A code (``WLD`` is the world, ``XKX`` Kosovo), or a series of codes; missing ones stay missing.
    lang
        A language tag: ``en``, ``es``, ``de``, ``fr``, ``pt-BR``, …; default: ``EXPOSURE_LANG``, else English.

    Raises
    ------
    UnknownPlaceError
        If a code is none of ISO 3166-1; a series names the row.
    DataError
        If CLDR has no such language.

    Examples
    --------
    >>> import analysis as ex
    >>> ex.country_name("DEU"), ex.country_name("DEU", "fr")
    ('Germany', 'Allemagne')
    """
    lang = lang or language()
    names = display_names(lang)
    if isinstance(iso3, str):
        return _named(iso3, names, lang)
    import pandas as pd

    codes = iso3 if isinstance(iso3, pd.Series) else pd.Series(list(iso3), dtype="str")
    table = {}
    for row, code in codes.drop_duplicates().dropna().items():
        try:
            table[code] = _named(code, names, lang)
        except UnknownPlaceError as fault:
            raise UnknownPlaceError(f"row {row}: {fault.message}", row=row, **fault.details) from None
    return codes.map(table).astype("str").rename("country")


def require_codes(frame: pd.DataFrame) -> None:
    """Refuse a table in whose column ``iso3`` codes are written in another way: of them nothing would be known.

    The name of a group, or anything else that no code resembles, stays.

    Raises
    ------
    DataError
        With the first row and the code as it is written.
    """
    if "iso3" not in frame:
        return
    names = display_names("en")
    for code in frame["iso3"].dropna().unique():
        if isinstance(code, str) and code not in names and (meant := code.strip().upper()) in names:
            row = int((frame["iso3"] == code).to_numpy().argmax()) + 1
            raise DataError(
                f"row {row}: {code!r} is not a country code, {meant!r} is",
                remedy="write the codes of ISO 3166-1 alpha-3 in capitals",
                column="iso3",
                row=row,
            )


@remembered()
def _subdivision_names() -> dict[str, str]:
    rows = csv.DictReader(io.StringIO(read_text(reference_file("subdivisions.csv"))))
    return {row["code"]: row["name"] for row in reversed(list(rows)) if row["lang"] == "en"}


def subdivision_name(code: str) -> str:
    """The English name of a part of a country by its code of ISO 3166-2; empty if it is not known."""
    return _subdivision_names().get(code, "")


def _named(code: str, names: Mapping[str, str], lang: str) -> str:
    try:
        return names[code]
    except KeyError:
        raise UnknownPlaceError(
            f"'{code}' is not a country code of three letters, or CLDR has no name for it in '{lang}'",
            remedy="take ISO 3166-1 alpha-3 (DEU), WLD for the world or XKX for Kosovo",
            candidates=[],
        ) from None


@remembered(32)
def display_names(lang: str) -> dict[str, str]:
    """Code of three letters to name, in one language."""
    from babel import Locale, UnknownLocaleError

    try:
        territories = Locale.parse(lang.replace("-", "_")).territories
    except (UnknownLocaleError, ValueError, TypeError):
        raise DataError(
            f"CLDR has no country names in the language '{lang}'", remedy="give a tag such as 'en', 'es' or 'pt-BR'"
        ) from None
    codes = {**country_codes(), "001": WORLD}
    return {codes[code]: name for code, name in territories.items() if code in codes}


@remembered()
def country_codes() -> dict[str, str]:
    """Alpha-2 to alpha-3."""
    rows = csv.DictReader(io.StringIO(read_text(reference_file("countries.csv"))))
    return {row["iso2"]: row["iso3"] for row in rows}
