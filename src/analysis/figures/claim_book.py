"""The figures that claims are compared with, by what they are about, and the words in which a verdict is given."""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from ..datafolder import reference
from ..errors import DataError
from ..language import numbers, prose
from ..language.catalogue import catalogue
from ..language.dates import date, period
from ..language.typography import typeset
from .country_names import WORLD, country_name
from .fields import text
from .kin import Kin
from .known_figures import Known
from .measures import measures
from .number_expressions import MOST_DIGITS
from .panel import is_there
from .places import locate, name_key
from .preferred import ranked
from .quantities import quantity
from .registers import Counted
from .survey import Survey, read_survey

if TYPE_CHECKING:
    import pandas as pd

Subject = tuple[str, str, str, str]
_DIGITS = re.compile(r"\d(?:[\d.,'’\s]*\d)?")
#: The power of ten of a percent.
_PERCENT = -2


class Book:
    """All figures, best first, by what they are about; and the words for measures in the language of the reader."""

    def __init__(self, figures: pd.DataFrame, lang: str, retold: Mapping[str, str] | None = None) -> None:
        self.lang = lang
        self._names = [name for name in figures["survey"].unique() if is_there(name)]
        self.places: dict[str, str] = {}
        self._cited_as: dict[str, str] = {}
        self._surveys: dict[str, Survey] = {}
        self._kin: dict[str, Kin] = {}
        table = measures()
        self.labels = table[f"label_{lang}"].to_dict()
        self.kinds = table["kind"].to_dict()
        # What may be taken for one another: contents of servers, or things; never money, shares or countries.
        counted = (table["kind"] == "count") & (table["occurrence"] != "none")
        self.sorts = table["occurrence"].where(counted, table.index.to_series()).to_dict()
        rows = ranked(brought_home(figures, retold or {}), contradicted=True)
        self.accounts = sorted((row for row in rows if row.tier == "secondary"), key=lambda row: row.row)
        rows = [self._as_published(row) for row in rows]
        # A noun that the survey never counted is not a figure of its own, even where the surveyor's release prints it.
        # Nor is a country's number that an account gives for the world.
        sure = [row for row in rows if not (text(row.meant) or text(row.meant_place) or self.misread(row))]
        # Of accounts that print one number, the one that counted it is named; last one that is not without a doubt.
        order = {
            row.row: (row.tier != "primary" and not self.counted_itself(row), bool(self.noted(row))) for row in sure
        }
        self.known = Known(sorted(sure, key=lambda row: order[row.row]))
        self.primaries: dict[Subject, list[Any]] = {}
        self.printed: dict[tuple[Any, ...], list[Any]] = {}
        self.same_number: dict[tuple[Any, ...], list[Any]] = {}
        for row in rows:
            self.same_number.setdefault((*subject(row), row.value), []).append(row)
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
        """A survey in the state in which the book first reads it: its files are not looked at again for each claim."""
        if name not in self._surveys:
            self._surveys[name] = read_survey(name)
        return self._surveys[name]

    def registered(self, row: Any, *, so_far: bool = False) -> Counted | None:
        """What the register itself holds on what a figure is about, where its export was counted; or held so far."""
        register = self.known.register(row.survey)
        if register is None:
            return None
        return register.count_so_far(row) if so_far else register.count(row)

    def known_through(self, row: Any) -> frozenset[str]:
        """The surveyor's publications known through a figure's account alone; that itself, where it reprints one."""
        through = self.survey(row.survey).meta["known_through"]
        own = {row.source} if self.reprinted(row) else set()
        return frozenset({source for source, account in through.items() if account == row.source} | own)

    def reprinted(self, row: Any) -> str:
        """The surveyor's publication whose table a figure's account reprints, as the survey's file says; or nothing."""
        rules = (rule for rule in self.survey(row.survey).meta["reprinted"] if rule["source"] == row.source)
        return next((rule["of"] for rule in rules if row.locator.startswith(rule["locator"])), "")

    def _as_published(self, row: Any) -> Any:
        """A figure; one of a table of the surveyor's that an account reprints as theirs, of the table's date."""
        if not (of := self.reprinted(row)):
            return row
        dates = {source.source: source.published for source in self.survey(row.survey).source_rows}
        return row._replace(tier="primary", published=dates.get(of, row.published))

    def restated(self, row: Any) -> Any | None:
        """The surveyor's figure, for another noun, that a report without counts of its own restates."""
        survey = self.survey(row.survey).meta["restates"]
        if not survey:
            return None
        figures = (one for key, rows in self.primaries.items() if key[:2] == (survey, row.place_id) for one in rows)
        return next((one for one in figures if one.value == row.value and one.sense != row.sense), None)

    def misread(self, row: Any) -> dict[str, str] | None:
        """What a number is of that its text gives for another measure or place, as the survey's file says; there."""
        for rule in self.survey(row.survey).meta["misread"]:
            if (rule["source"], rule["measure"]) == (row.source, row.measure) and rule.get("place", "") == row.place:
                own = {"right_measure": rule.get("right_measure", row.measure)}
                if not (named := rule.get("right_place")):
                    return own | {"place_id": row.place_id, "there": self.place(row.place, row.place_id)}
                place_id = locate(named).iso3 or ""
                return own | {"place_id": place_id, "there": self.place(named, place_id)}
        return None

    def meant_figures(self, row: Any, misread: Mapping[str, str]) -> list[Any]:
        """The figures of what a misread number is of."""
        about = (row.survey, misread["place_id"], *subject(row)[2:], misread["right_measure"], row.asset)
        return self.printed.get(about, [])

    def extrapolated_from(self, row: Any, measure: str) -> Any | None:
        """A text's figure that was extrapolated from its number for a measure, at so many each, to the last digit."""
        for rule in self.survey(row.survey).meta["extrapolated"]:
            if rule.get("from") == measure:
                there = self.printed.get((*subject(row), rule["measure"], row.asset), ())
                own = (one for one in there if one.source == row.source and self.known.extrapolated(one))
                if found := next((one for one in own if one.value == row.value * float(rule["each"])), None):
                    return found
        return None

    def misprinted(self, row: Any) -> bool:
        """Whether a figure is known for a misprint, as the survey's file says."""
        own = row.source, row.measure, row.figure
        rules = self.survey(row.survey).meta["misprint"]
        return any((rule["source"], rule["measure"], rule["figure"]) == own for rule in rules)

    def noted(self, row: Any) -> str:
        """What a reader must know of the text of a number or claim, as the survey's file says: its time or wording."""
        keys = ("source", "claim") if hasattr(row, "claim") else ("source", "measure", "figure")
        rules = self.survey(row.survey).meta["noted"]
        told = (rule for rule in rules if all(rule.get(key) == getattr(row, key) for key in keys))
        return next((typeset(rule[self.lang], self.lang) for rule in told), "")

    def of_another_sector(self, row: Any) -> Any | None:
        """The figure of those who counted for the same thing, place and time as a figure's, but for another sector."""
        there = self.primaries.get(subject(row), ())
        return next((one for one in there if one.sense == row.sense and one.asset != row.asset), None)

    def partial(self, row: Any) -> str:
        """Of a number that counts only a part of what others count, as the survey's file says: which; else nothing."""
        rules = (rule for rule in self.survey(row.survey).meta["partial"] if rule["source"] == row.source)
        return next((rule[self.lang] for rule in rules if rule.get("figure", row.figure) == row.figure), "")

    def remark(self, kind: str, survey: str, measure: str, place_id: str) -> str:
        """What a survey's file says of a measure of a place, or nothing.

        ``doubted``: what speaks against the surveyor's own table, which holds for whoever repeats it; ``editions``:
        what which of the surveyor's publications says.
        """
        for rule in self.survey(survey).meta[kind]:
            place = locate(rule["place"])
            if rule["measure"] == measure and (place.iso3 or place.code) == place_id:
                return typeset(rule[self.lang], self.lang)
        return ""

    def kin(self, row: Any) -> Kin:
        """The accounts that are one with a figure's account: what it retells, what retells it, the same outlet."""
        survey = row.home if hasattr(row, "home") else row.survey
        if survey not in self._kin:
            self._kin[survey] = Kin(self.survey(survey).source_rows)
        return self._kin[survey]

    def counted_itself(self, row: Any) -> bool:
        """Whether a figure is by people who counted apart from the survey."""
        return row.source in self.survey(row.survey).meta["counted_apart"]

    def about(self, row: Any, *, dated: bool = False) -> str:
        """What a figure is about besides its noun: place, sector, kind of cases; time, if asked or not the survey's."""
        meta = self.survey(row.survey).meta
        place = self.place(row.place, row.place_id)
        if row.measure not in texts()["words"]["without_asset"]:
            place = self.within(place, row.survey, row.asset)
        other = (text(row.scan_from), text(row.scan_to)) != (meta["scan_from"], meta["scan_to"])
        when = self.when(row) if dated or other else ""
        return f"{place}, {when}" if when else place

    def within(self, place: str, survey: str, asset: str) -> str:
        """A place with the sector that a count is of, and the cases that the survey's counts are limited to."""
        sector = texts()["asset"].get(asset, {}).get(self.lang, "")
        limited = self.survey(survey).meta["limited_to"].get(self.lang, "")
        return ", ".join(filter(None, (place, sector, limited)))

    def when(self, row: Any) -> str:
        """The time that a figure refers to; nothing if it is not known."""
        return period(text(row.scan_from), text(row.scan_to), self.lang)

    def noun(self, survey: str, measure: str) -> str:
        """What a measure is called; two measures of one count have one name, which the survey's file gives."""
        groups = self.survey(survey).meta["same_sense"]
        own = (group[self.lang] for group in groups if measure in group["measures"] and self.lang in group)
        return next(own, self.labels[measure])

    def named(self, figure: Any, measure: str = "", *, dated: bool = False, source: str = "") -> str:
        """A figure's value with what was counted, by the claimant's word for it, and where; and who says it."""
        noun = self.noun(figure.survey, measure or figure.measure)
        parts = {"n": self.number(figure), "noun": noun, "place": self.about(figure, dated=dated), "source": source}
        return say("figure", "sourced" if source else "named", self.lang, **parts)

    def placed(self, figure: Any, source: str = "") -> str:
        """A figure's place with its value; and who says it."""
        place = prose.with_the(self.place(figure.place, figure.place_id), self.lang)
        if source:
            return say("figure", "dated_sourced", self.lang, n=place, when=self.number(figure), source=source)
        return f"{place} ({self.number(figure)})"

    def dated(self, figure: Any, source: str = "") -> str:
        """A figure's value with its time, as far as it is known; and who says it."""
        shown, when = self.number(figure), self.when(figure)
        if source:
            form = "dated_sourced" if when else "only_sourced"
            return say("figure", form, self.lang, n=shown, when=when, source=source)
        return say("figure", "dated", self.lang, n=shown, when=when) if when else shown

    def among(self, whole: str, figure: Any) -> str:
        """Among which places a figure's place has its rank: all countries, those of a region, parts of a country."""
        if whole == figure.parent:
            return say("among", "parts", self.lang, place=self.place(whole, whole))
        key = "world" if whole == WORLD else whole
        return say("among", key if key in texts()["among"] else "region", self.lang, place=whole.capitalize())

    def made_by(self, survey: str, account: str = "") -> dict[str, str]:
        """Who made a survey, or the edition that an account retells: a figure by them, their figure, their name."""
        meta = self.survey(survey).meta
        kind = meta["surveyor_is"] or "authors"
        names = self._joined(survey, self._makers_of_edition(survey, account) or meta["surveyor"])
        forms = {form: say(form, kind, self.lang, maker=names) for form in ("by", "whose")}
        return forms | {"maker": names, "of": kind}

    def _makers_of_edition(self, survey: str, account: str) -> str:
        """The publisher of the edition that an account retells, where others made it with the surveyor."""
        meta, sources = self.survey(survey).meta, {row.source: row for row in self.survey(survey).source_rows}
        retold = sources[account].derived_from.split() if account in sources else []
        publishers = (sources[one].publisher for one in retold if one in sources and one in meta["primary"])
        return next((name for name in publishers if meta["surveyor"] in name), "")

    def counters(self, survey: str) -> str:
        """Who counted apart from a survey, as a sentence lists them."""
        publishers = {row.source: row.publisher for row in self.survey(survey).source_rows}
        names = [publishers[source] for source in self.survey(survey).meta["counted_apart"]]
        return prose.listed(names, self.lang) if names else ""

    def _joined(self, survey: str, names: str) -> str:
        """The names of authors with the "and" of the language; that of an authority is a part of its name."""
        name, comma, last = names.rpartition(", ")
        if comma and last in _english_names():
            return f"{name}, {country_name(_english_names()[last], self.lang)}"
        if " and " not in names or self.survey(survey).meta["surveyor_is"] == "authority":
            return names
        return prose.listed(names.split(" and "), self.lang)

    def quoted(self, figure: Any) -> str:
        """A figure as printed; its value in brackets where a reader of the language would misread it."""
        if isinstance(figure, Counted):
            # Counted by us, printed by nobody.
            return self.number(figure, digits=MOST_DIGITS, written_out=True)
        own = text(figure.lang)
        if _legible(figure.figure, figure.value, own, self.lang):
            return figure.figure
        if self.kinds[figure.sense] != "count":
            return f"{figure.figure} [{self.number(figure)}]"
        # "Une centaine" says about a hundred.
        vague = not text(figure.qualifier) and not _DIGITS.search(figure.figure)
        if vague and figure.high - figure.low >= figure.value > 0:
            about = texts()["qualifier"]["about"][self.lang].format(n=self.number(figure))
            return f"{figure.figure} [{about}]"
        full = printed_in_full(figure.figure, figure.value, own)
        return f"{figure.figure} [{self.number(figure, digits=MOST_DIGITS, written_out=full)}]"

    def cited(self, figures: Iterable[Any]) -> str:
        """Who published figures, and when, as a sentence names them: publisher and date, each once."""
        return "; ".join(dict.fromkeys(self._cited(figure) for figure in figures))

    def _cited(self, figure: Any) -> str:
        if isinstance(figure, Counted):
            parts = self.made_by(figure.survey) | {"read": date(figure.read, self.lang)}
            return say("equals", "register_cited", self.lang, **parts)
        account = self.publication(figure.home, figure.source)
        if not self.reprinted(figure):
            return account
        return say("equals", "reprinted_cited", self.lang, **self.made_by(figure.survey), account=account)

    def publication(self, survey: str, name: str) -> str:
        """A publication in a survey's folder as a sentence names it: publisher and date."""
        if name not in self._cited_as:
            source = next(row for row in self.survey(survey).source_rows if row.source == name)
            publisher = source.publisher or source.source
            publisher = self._joined(survey, publisher) if source.tier == "primary" else publisher
            when = date(source.published, self.lang) if source.published else ""
            self._cited_as[name] = ", ".join(filter(None, (publisher, when)))
        return self._cited_as[name]

    def number(self, figure: Any, *, digits: int | None = None, written_out: bool = False) -> str:
        """A figure's value with its qualifier, as the language writes it; of a count, to so many digits."""
        write = partial(numbers.percent, decimals=2) if self.kinds[figure.sense] == "share" else numbers.number
        if digits:
            write = partial(numbers.number, digits=digits, written_out=written_out)
        shown = write(figure.value, self.lang)
        if self.kinds[figure.sense] == "money":
            currencies = texts()["currency"]
            name = next(part for part in figure.sense.split("_") if part in currencies)
            # "7,13 millones de dólares", but "350 dólares".
            scaled = numbers.scale_of(figure.value, self.lang) > 1
            shown = currencies[f"{name}_scaled" if scaled else name][self.lang].format(n=shown)
        qualifiers = texts()["qualifier_of_share" if self.kinds[figure.sense] == "share" else "qualifier"]
        narrow = figure_just_over(figure)
        qualifier = texts()["qualifier"]["just over"] if narrow else qualifiers.get(text(figure.qualifier))
        return qualifier[self.lang].format(n=shown) if qualifier else shown

    def qualifier(self, figure: Any) -> str:
        """The word that qualifies a figure, as the language writes it beside a number; or nothing."""
        table = texts()["qualifier_of_share" if self.kinds[figure.sense] == "share" else "qualifier"]
        return table.get(text(figure.qualifier), {}).get(self.lang, "").format(n="").strip()


class Places:
    """What the places of a survey's claims stand for: as in its figures, else as in its file."""

    def __init__(self, survey: Survey) -> None:
        self.survey = survey
        self._ids = {(row.place, row.lang or ""): row.place_id for row in survey.rows}

    def id_of(self, name: str, lang: str) -> str:
        """The ``place_id`` of a place as printed in a language."""
        if (name, lang) not in self._ids:
            place = locate(name, lang or None, rules=self.survey.meta["place"])
            own = place.iso3 or place.code or name_key(place.name)
            self._ids[name, lang] = f"{place.parent}/{own}" if place.parent and not (place.iso3 or place.code) else own
        return self._ids[name, lang]


@functools.cache
def _legible(printed: str, value: float, own: str, lang: str) -> bool:
    """Whether a printed figure says to a reader of a language what it says in its own.

    13.000 is not thirteen, a billion another number than a billón, 3,08,451 and 6.27 lakhs are read in India.
    """
    digits = _DIGITS.search(printed)
    if digits is None:
        return own == lang
    if own != lang and re.search(r"[^\W\d_]", printed):
        return False
    # Digits parted by marks that are not of these languages are read as two numbers: 640，000.
    if re.search(r"\d", printed[digits.end() :]):
        return False
    if not re.fullmatch(_written(lang), re.sub(r"\s", "", digits.group())):
        return False
    try:
        read, meant = (quantity(digits.group(), spoken or None).value for spoken in (lang, own))
        whole = quantity(printed, own or None).value
    except DataError:
        return False
    # Ten thousands, lakhs and crores are scales of other languages than these.
    scale = round(math.log10(whole / meant)) if whole > 0 < meant else 0
    return read == meant and whole == value and (scale % 3 == 0 or scale == _PERCENT)


@functools.cache
def _written(lang: str) -> str:
    """How a language writes digits: groups of three between its own marks, or none; blanks are read everywhere."""
    from babel.numbers import get_decimal_symbol, get_group_symbol

    point, group = (re.escape(mark(lang).strip()) for mark in (get_decimal_symbol, get_group_symbol))
    grouped = rf"\d{{1,3}}(?:{group}\d{{3}})+|" if group else ""
    return rf"(?:{grouped}\d+)(?:{point}\d+)?"


@functools.cache
def _english_names() -> dict[str, str]:
    """The code of each country by its English name, as the names of authorities end with it."""
    return {country_name(iso3, "en"): iso3 for iso3 in reference("countries")["iso3"]}


def printed_in_full(printed: str, value: float, own: str) -> bool:
    """Whether a figure is printed digit by digit, without a word that scales it."""
    digits = _DIGITS.search(printed)
    try:
        return digits is not None and quantity(digits.group(), own or None).value == value
    except DataError:
        return False


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


def figure_just_over(figure: Any) -> bool:
    """Whether a figure is printed as little more than its number, which "more than" would not say."""
    printed = str(getattr(figure, "figure", "")).lower()
    return any(printed.startswith(word) for word in texts()["words"]["just_over"])


def subject(row: Any) -> Subject:
    """What two figures must share to be about the same thing: survey, place and time of counting."""
    return row.survey, row.place_id, text(row.scan_from), text(row.scan_to)


def texts() -> dict[str, dict[str, dict[str, str]]]:
    """The sentences of verdicts: table, key, language."""
    return catalogue("claims")


def say(table: str, key: str, lang: str, **parts: object) -> str:
    """A sentence with its parts filled in."""
    return typeset(texts()[table][key][lang].format_map(parts), lang)
