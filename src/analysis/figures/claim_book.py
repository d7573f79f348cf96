"""The figures that claims are held against, by what they are about, and the words in which a verdict is told."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from ..datafolder import reference
from ..errors import DataError
from ..language import numbers
from ..language.catalogue import catalogue
from ..language.dates import date, period
from ..language.typography import typeset
from .country_names import WORLD, country_name
from .fields import text
from .known_figures import Known
from .measures import measures
from .panel import is_there, ranked
from .quantities import quantity
from .survey import Survey, read_survey

if TYPE_CHECKING:
    import pandas as pd

Subject = tuple[str, str, str, str]


class Book:
    """All figures, best first, by what they are about; and the words for measures in the language of the reader."""

    def __init__(self, figures: pd.DataFrame, lang: str, retold: Mapping[str, str] | None = None) -> None:
        self.lang = lang
        self._names = [name for name in figures["survey"].unique() if is_there(name)]
        self.places: dict[str, str] = {}
        self._cited_as: dict[str, str] = {}
        self._surveys: dict[str, Survey] = {}
        table = measures()
        self.labels = table[f"label_{lang}"].to_dict()
        self.kinds = table["kind"].to_dict()
        # What may be taken for one another: contents of servers, or things; never money, shares or countries.
        counted = (table["kind"] == "count") & (table["events"] != "none")
        self.sorts = table["events"].where(counted, table.index.to_series()).to_dict()
        rows = ranked(brought_home(figures, retold or {}), contradicted=True)
        self.accounts = sorted((row for row in rows if row.tier == "secondary"), key=lambda row: row.row)
        # A noun that the survey never counted is not a figure of its own, even where the surveyor's release prints it.
        # Nor is a country's number that an account gives for the world.
        sure = [row for row in rows if not (text(row.meant) or text(row.meant_place))]
        # Of accounts that print one number, the one that counted it is named.
        self.known = Known(sorted(sure, key=lambda row: row.tier != "primary" and not self._counted_itself(row)))
        self.primaries: dict[Subject, list[Any]] = {}
        self.printed: dict[tuple[Any, ...], list[Any]] = {}
        for row in rows:
            if row.tier == "primary" and not text(row.meant):
                self.primaries.setdefault(subject(row), []).append(row)
            self.printed.setdefault((*subject(row), row.sense, row.asset), []).append(row)

    def place(self, printed: str, place_id: str) -> str:
        """A place in the reader's language: a country, or one that a survey declares; any other as it is printed."""
        if place_id not in self.places:
            world = texts()["world"]["world"][self.lang]
            known = place_id in set(reference("countries")["iso3"])
            named = (
                world if place_id == WORLD else country_name(place_id, self.lang) if known else self._declared(printed)
            )
            self.places[place_id] = named
        return self.places[place_id] or printed

    def _declared(self, printed: str) -> str:
        """The name that a survey gives a place of its own in the reader's language; nothing where none does."""
        names = (self.survey(name).place_name(printed, self.lang) for name in self._names)
        return next(filter(None, names), "")

    def survey(self, name: str) -> Survey:
        """A survey, as it is when the book first asks for it: its files are not looked at again for each claim."""
        if name not in self._surveys:
            self._surveys[name] = read_survey(name)
        return self._surveys[name]

    def _counted_itself(self, row: Any) -> bool:
        return row.source in self.survey(row.survey).meta["counted_apart"]

    def about(self, row: Any) -> str:
        """What a figure is about besides its noun: place, and sector and time where the survey has several."""
        meta = self.survey(row.survey).meta
        parts = [self.place(row.place, row.place_id)]
        if row.asset != meta["asset"] and row.asset in texts()["asset"]:
            parts.append(texts()["asset"][row.asset][self.lang])
        times = text(row.scan_from), text(row.scan_to)
        if any(times) and times != (meta["scan_from"], meta["scan_to"]):
            parts.append(period(*times, self.lang))
        return ", ".join(parts)

    def quoted(self, figure: Any) -> str:
        """A figure as printed; its value in brackets where a reader of the language would misread it."""
        return (
            figure.figure
            if _legible(figure.figure, figure.value, text(figure.lang), self.lang)
            else f"{figure.figure} [{self.number(figure)}]"
        )

    def cited(self, figures: Iterable[Any]) -> str:
        """Who published figures, and when, as a sentence names them: publisher and date, each once."""
        return "; ".join(dict.fromkeys(self._cited(figure) for figure in figures))

    def _cited(self, figure: Any) -> str:
        if figure.source not in self._cited_as:
            source = next(row for row in self.survey(figure.home).source_rows if row.source == figure.source)
            parts = [source.publisher or source.source, *([date(source.published, self.lang)] * bool(source.published))]
            self._cited_as[figure.source] = ", ".join(parts)
        return self._cited_as[figure.source]

    def number(self, figure: Any) -> str:
        """A figure's value with its qualifier, as the language writes it."""
        write = partial(numbers.percent, digits=2) if self.kinds[figure.sense] == "share" else numbers.number
        shown = write(figure.value, self.lang)
        if self.kinds[figure.sense] == "money":
            currencies = texts()["currency"]
            name = next(part for part in figure.sense.split("_") if part in currencies)
            # "7,13 millones de dólares", but "350 dólares".
            scaled = numbers.scale_of(figure.value, self.lang) > 1
            shown = currencies[f"{name}_scaled" if scaled else name][self.lang].format(n=shown)
        qualifier = texts()["qualifier"].get(text(figure.qualifier))
        return qualifier[self.lang].format(n=shown) if qualifier else shown


@functools.cache
def _legible(printed: str, value: float, own: str, lang: str) -> bool:
    """Whether a printed figure says to a reader of a language what it says in its own: 13.000 is not thirteen."""
    if any(letter.isalpha() and not unicodedata.name(letter, "").startswith("LATIN") for letter in printed):
        return False
    digits = re.search(r"\d(?:[\d.,'’\s]*\d)?", printed)
    if digits is None:
        return own == lang
    try:
        read, meant = (quantity(digits.group(), spoken or None).value for spoken in (lang, own))
        whole = quantity(printed, own or None).value
    except DataError:
        return False
    return read == meant and whole == value


def brought_home(figures: pd.DataFrame, retold: Mapping[str, str]) -> pd.DataFrame:
    """The figures with each account under the survey that it retells, and at its time; ``home`` is where they lie."""
    figures = figures.assign(home=figures["survey"])
    for source, survey in retold.items():
        meta = read_survey(survey).meta
        figures.loc[figures["source"] == source, ["survey", "scan_from", "scan_to"]] = (
            survey,
            meta["scan_from"],
            meta["scan_to"],
        )
    return figures


def subject(row: Any) -> Subject:
    """What two figures must share to be about the same thing: survey, place and time of counting."""
    return row.survey, row.place_id, text(row.scan_from), text(row.scan_to)


def texts() -> dict[str, dict[str, dict[str, str]]]:
    """The sentences of verdicts: table, key, language."""
    return catalogue("claims")


def say(table: str, key: str, lang: str, **parts: object) -> str:
    """A sentence with its parts filled in."""
    return typeset(texts()[table][key][lang].format_map(parts), lang)
