"""Findings: sentences whose numbers are computed, never typed, with how sure they are and why."""

from __future__ import annotations

import datetime
import json
import os
import re
import string
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..errors import DataError
from ..language.catalogue import catalogue, say
from ..language.dates import date
from ..language.languages import language
from ..language.numbers import number
from ..language.prose import sentence
from ..language.typography import typeset


@dataclass(frozen=True)
class Finding:
    """A sentence with its numbers filled in; ``text`` is the sentence, ``values`` what was filled in.

    The finding of a statistic has three parts: the sentence, how sure it is (``level`` and ``why``), and ``fine``, the
    sentence with interval and method. They are shown below one another.
    """

    text: str
    values: dict[str, str]
    headline: bool
    lang: str
    rows: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Of values that are rows of the panel: where the number is printed."""
    level: str = ""
    why: str = ""
    fine: str = ""

    def __str__(self) -> str:
        return self.text

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> Any:
        folder = os.environ.get("EXPOSURE_BUNDLES")
        if folder and self.headline:
            _append(Path(folder) / "findings.json", {"text": self.text, "values": self.values, "lang": self.lang})
        told = {"text/markdown": self._repr_markdown_(), "text/plain": self._plain()}
        rows = [{"text": self.values[name], **row} for name, row in self.rows.items()]
        about: dict[str, Any] = {"rows": rows} if rows else {}
        if self.level:
            about |= {"sure": {"level": self.level, "why": self.why, "fine": self.fine}}
        return (told, {"exposure": about}) if about else told

    def _repr_markdown_(self) -> str:
        said = f"**{_markdown(self.text)}**" if self.headline else _markdown(self.text)
        if not self.level:
            return said
        asked = say("how_sure", self.lang, family="plain")
        return f"{said}\n\n{asked} **{_markdown(self.level)}** {_markdown(self.why)}\n\n*{_markdown(self.fine)}*"

    def _plain(self) -> str:
        return " ".join(filter(None, (self.text, self.level, self.why)))


def _markdown(text: str) -> str:
    """A text with everything that Markdown or HTML would read as a sign made plain."""
    return "".join(f"\\{sign}" if sign in r"\`*_{}[]()#+!|<>&$~" else sign for sign in text)


def finding(said: Any, headline: bool = False, *, lang: str | None = None, **values: object) -> Finding:
    """A sentence with computed numbers, for a notebook or the report's first page.

    Parameters
    ----------
    said
        The sentence, with names in braces: ``"{studies} studies in {n} countries"``. Or a result of
        `analysis.statistics`: it is then stated in plain words, with how sure that is and why, and with the sentence of
        ``ex.statistics.describe`` as fine print.
    headline
        Whether the report's index shows it as one of the main findings.
    lang
        The language in which numbers are written.
    values
        What the names stand for. Numbers (and quantities) are written by :func:`ex.number`, days as dates of the
        language; texts such as those of ``ex.percent`` or ``ex.country_name`` are taken as they are. A row of the
        panel stands for its ``value``, with its qualifier in words (*about*); on a page of the report the number then
        leads to that row.

    Raises
    ------
    DataError
        If a name has no value, a value no name, or a number other than a year is typed in the
        template: every number must be computed.

    Examples
    --------
    >>> import analysis as ex
    >>> servers = ex.preferred(ex.panel(surveys=["greenbone-2019-09"])).query("measure == 'servers_exposed'")
    >>> print(ex.finding("The world total is {total}.", total=servers.query("iso3 == 'WLD'").iloc[0]).text)
    The world total is 590.
    >>> apart = ex.finding(ex.statistics.rate_ratio(servers, "USA", "DEU"))
    >>> apart.text[-62:], apart.level
    (': the rate of the United States is 7.84 times that of Germany.', 'The direction is firm, the size is not.')
    """
    lang = language(lang)
    return (
        _of_template(said, headline, lang, values)
        if isinstance(said, str)
        else _of_result(said, headline, lang, values)
    )


def _of_result(result: Any, headline: bool, lang: str, values: dict[str, object]) -> Finding:
    """What a statistic comes to; it needs no values."""
    from ..statistics import in_plain_words

    if values:
        raise DataError(
            f"a result writes its own sentence, so {', '.join(sorted(values))} would be left out",
            remedy="write the sentence with names in braces, or leave the values out",
        )
    told = in_plain_words(result, lang)
    return Finding(told.fact, {}, headline, lang, level=told.level, why=told.why, fine=told.fine)


def _of_template(template: str, headline: bool, lang: str, values: dict[str, object]) -> Finding:
    try:
        pieces = list(string.Formatter().parse(template))
    except ValueError as fault:
        raise DataError(
            f"the sentence cannot be filled in ({fault})", remedy="write names in braces, such as {studies}"
        ) from None
    names = {name for _, name, _, _ in pieces if name is not None}
    if names != set(values):
        odd = ", ".join(sorted(names ^ set(values)))
        raise DataError(
            f"names and values of the sentence do not match: {odd}", remedy="give each name in braces one value"
        )
    typed = [text for text, *_ in pieces if re.search(r"\d", re.sub(r"\b(19|20)\d\d\b", "", text))]
    if typed:
        raise DataError(
            f"a number is typed into the sentence ({typed[0].strip()!r})", remedy="compute it, and pass it as a value"
        )
    written = {name: _in_words(value, lang) for name, value in values.items()}
    rows = {name: row for name, value in values.items() if (row := _row(value))}
    said = template.format(**written)
    return Finding(typeset(sentence(said) if template.startswith("{") else said, lang), written, headline, lang, rows)


def _in_words(value: object, lang: str) -> str:
    """A text as it is, a day as a date in the language, anything else as a number, qualified as it was printed."""
    if isinstance(value, str):
        return value
    if isinstance(value, datetime.date):
        return date(f"{value:%Y-%m-%d}", lang)
    printed = isinstance(getattr(value, "figure", None), str)
    forms = catalogue("claims")["qualifier"].get(getattr(value, "qualifier", None)) if printed else None
    return str(forms[lang]).format(n=number(value, lang)) if forms else number(value, lang)


def _row(value: object) -> dict[str, Any]:
    """Where a value is printed, if it is a row of the panel."""
    told = {name: getattr(value, name, None) for name in ("survey", "source", "figure", "locator", "place", "measure")}
    return told if all(isinstance(told[name], str) for name in ("survey", "source", "figure", "locator")) else {}


def _append(file: Path, entry: dict[str, Any]) -> None:
    from ..writing import write_text

    entries = json.loads(file.read_text("utf-8")) if file.exists() else []
    if entry not in entries:
        write_text(file, json.dumps([*entries, entry], ensure_ascii=False, indent=1) + "\n")
