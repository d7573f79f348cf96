"""Claims of accounts held against the published figures: a verdict, the numbers behind it, a true wording.

Every figure of a secondary source is a claim that it equals the surveyor's. What goes beyond single numbers (more
than half, twice as many, rose by 60 %) stands in ``claims.csv`` and is settled in :mod:`analysis.figures.relations`.
"""

from __future__ import annotations

import functools
import math
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from ..datafolder import read_csv, reference, relative, surveys_present
from ..errors import DataError
from . import fields, wording
from .identifiers import refuse_identifiers
from .measures import measures
from .panel import NEAR, TELLING, meet, panel, ranked
from .places import WORLD, country_name, locate, name_key
from .quantities import quantity
from .relations import CONTRADICTED, DIFFERS, ROUNDED, SUPPORTED, UNCHECKED, Claim, Known, Outcome, known_by, settle
from .survey import Survey, read_survey

VERDICTS = (SUPPORTED, ROUNDED, DIFFERS, CONTRADICTED, UNCHECKED)
COLUMNS = [
    "source",
    "survey",
    "place",
    "measure",
    "relation",
    "figure",
    "claim",
    "verdict",
    "verdict_now",
    "explanation",
    "suggestion",
    "primary_source",
    "primary_figure",
    "low",
    "high",
    "primary_low",
    "primary_high",
    "locator",
    "cause",
    "primary_rows",
]
EQUALS = "equals"
#: So many places are named that come before another.
_NAMED = 3
#: A lower bound that the number exceeds so many times tells nothing of it.
FAR = 2
_OWN = (
    ("claim", "relation", "place", "measure", "figure"),
    ("survey", "other_place", "other_measure", "locator", "quote_lang"),
)


def check_claims(
    source: str | None = None,
    *,
    surveys: Iterable[str] | None = None,
    file: Path | str | None = None,
    survey: str | None = None,
    lang: str = "en",
) -> pd.DataFrame:
    """Check what accounts say against what the surveyors published.

    Parameters
    ----------
    source
        One account; default: all of the surveys read.
    surveys
        Ids of surveys; only their folders are read.
    file
        A CSV file of one's own claims, to check a text before it is printed: the columns of ``claims.csv`` without
        ``source``, and optionally ``survey``. The relation ``equals`` says that a number is the surveyor's.
    survey
        The survey that one's own claims are about where the file does not say it. Default: ``greenbone-2019-09``.
    lang
        Language of explanations and suggestions: ``en``, ``es``, ``de`` or ``fr``.

    Returns
    -------
    pandas.DataFrame
        One row a claim, see :data:`COLUMNS`. ``verdict`` holds it against what was published by the date of the
        account, ``verdict_now`` against all that is known. ``low`` and ``high`` are the interval that the claim
        allows, ``primary_low`` and ``primary_high`` that of the published figures (for a claim beyond a number: of
        what was computed from them), ``primary_source`` and ``primary_figure`` where and how they are printed.
        ``cause`` is the likely cause of an error, where the survey's file knows it. ``primary_rows`` names the rows
        that stand behind, as ``survey:line`` of their ``figures.csv``, in the order of ``primary_figure``.

    Raises
    ------
    DataError
        If there is no such account or language, or the file or a claim in it cannot be read.
    """
    wording.checked(lang)
    read = surveys_present() if surveys is None else sorted({surveys} if isinstance(surveys, str) else set(surveys))
    if file is not None:
        rows = _own(Path(file), survey or "greenbone-2019-09", read, lang)
    else:
        retold = _retold(read)
        book = _Book(panel(sorted({*read, *retold.values()})), lang, retold)
        rows = [_against_primary(row, book) for row in book.accounts if row.home in read]
        for name in read:
            rows += _beyond(read_survey(name), book)
    found = pd.DataFrame(rows, columns=COLUMNS)
    numbers = ["low", "high", "primary_low", "primary_high"]
    found = found.astype({name: "float64" if name in numbers else "str" for name in COLUMNS})
    if source is not None:
        if source not in set(found["source"]) and source not in _accounts(read):
            raise DataError(f"there is no account {source!r}; 'exposure sources' lists them.", source=source)
        found = found[found["source"] == source].reset_index(drop=True)
    return found


def _retold(read: Iterable[str]) -> dict[str, str]:
    """Accounts that retell a survey in whose folder they do not lie, such as one's own extract of an article: account -> survey."""
    abroad = {}
    for name in read:
        sources = read_survey(name).source_rows
        at_home = {row.source for row in sources}
        for row in sources:
            if (parents := row.derived_from.split()) and at_home.isdisjoint(parents):
                abroad[row.source] = parents[0]
    homes: dict[str, str] = {}
    present = [read_survey(name) for name in surveys_present()] if abroad else []
    # A report that tells of several surveys is at home where it is the surveyor's own, and then in the first.
    for own in (True, False):
        for survey in present:
            for row in survey.source_rows:
                if not own or row.source in survey.meta["primary"]:
                    homes.setdefault(row.source, survey.id)
    return {source: homes[parent] for source, parent in abroad.items() if parent in homes}


def _accounts(read: Iterable[str]) -> set[str]:
    return {row.source for name in read for row in read_survey(name).source_rows}


class _Book:
    """All figures, best first, by what they are about; and the words for measures in the language of the reader."""

    def __init__(self, figures: pd.DataFrame, lang: str, retold: Mapping[str, str] | None = None) -> None:
        self.lang = lang
        self.places: dict[str, str] = {}
        table = measures()
        self.labels = table[f"label_{lang}"].to_dict()
        self.kinds = table["kind"].to_dict()
        # What may be taken for one another: contents of servers, or things; never money, shares or countries.
        counted = (table["kind"] == "count") & (table["events"] != "none")
        self.sorts = table["events"].where(counted, table.index.to_series()).to_dict()
        rows = ranked(_brought_home(figures, retold or {}), contradicted=True)
        self.accounts = sorted((row for row in rows if row.tier == "secondary"), key=lambda row: row.row)
        # A noun that the survey never counted is no figure of its own, even where the surveyor's release prints it.
        # Nor is a country's number that an account gives for the world.
        self.known = Known([row for row in rows if not (_text(row.meant) or _text(row.meant_place))])
        self.primaries: dict[tuple, list] = {}
        self.printed: dict[tuple, list] = {}
        for row in rows:
            if row.tier == "primary" and not _text(row.meant):
                self.primaries.setdefault(_subject(row), []).append(row)
            self.printed.setdefault((*_subject(row), row.sense, row.asset), []).append(row)

    def place(self, printed: str, place_id: str) -> str:
        """A place in the reader's language: a country's name; any other as it is printed."""
        if place_id not in self.places:
            world = _texts()["world"]["world"][self.lang]
            known = place_id in set(reference("countries")["iso3"])
            self.places[place_id] = world if place_id == WORLD else country_name(place_id, self.lang) if known else ""
        return self.places[place_id] or printed


def _brought_home(figures: pd.DataFrame, retold: Mapping[str, str]) -> pd.DataFrame:
    """The figures with each account under the survey that it retells, and at its time; ``home`` is where they were found."""
    figures = figures.assign(home=figures["survey"])
    for source, survey in retold.items():
        meta = read_survey(survey).meta
        figures.loc[figures["source"] == source, ["survey", "scan_from", "scan_to"]] = (
            survey,
            meta["scan_from"],
            meta["scan_to"],
        )
    return figures


def _subject(row: Any) -> tuple:
    """What two figures must share to be about the same thing: survey, place and time of counting."""
    return row.survey, row.place_id, _text(row.scan_from), _text(row.scan_to)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


# A number against the surveyor's --------------------------------------------------------------------


def _against_primary(row: Any, book: _Book) -> dict:
    there = book.primaries.get(_subject(row), [])
    early = [primary for primary in there if known_by(primary.published, _text(row.published))]
    verdict, primary = _equality(row, early, book)
    now, known = (verdict, primary) if len(early) == len(there) else _equality(row, there, book)
    told = verdict
    if verdict == CONTRADICTED and primary.sense == row.sense and _true_bound(row, primary):
        told = "far"
    elif verdict == UNCHECKED and known is not None:
        primary, told = known, "later"
    elif primary is None:
        told, primary = _by_others(row, book)
        verdict = now = DIFFERS if told in ("meant", "elsewhere") else UNCHECKED
    return _row_of_equality(row, verdict, now, told, primary, book)


def _equality(row: Any, primaries: list, book: _Book) -> tuple[str, Any]:
    """The verdict on a number, and the surveyor's figure behind it."""

    def nearest(figures: list) -> Any:
        # Of several printings of one number, the one that a reader will find: as in the account, else as in the
        # explanation.
        return min(
            figures,
            key=lambda one: (
                abs(one.value - row.value),
                one.qualifier != row.qualifier,
                one.lang != row.lang,
                one.lang != book.lang,
            ),
        )

    same = [primary for primary in primaries if primary.sense == row.sense and primary.asset == row.asset]
    if found := [primary for primary in same if agreement(row, primary) == SUPPORTED]:
        return SUPPORTED, nearest(found)
    # "Over 24 million" leaves room for 25 million; 24.3 million, which says the same more sharply, does not.
    sharp = [primary for primary in same if not any(_sharper(other, primary) for other in same)]
    if found := [primary for primary in sharp if agreement(row, primary) == ROUNDED]:
        return ROUNDED, nearest(found)
    if row.value >= TELLING:
        alike = [
            primary
            for primary in primaries
            if primary.sense != row.sense and book.sorts[primary.sense] == book.sorts[row.sense] and meet(row, primary)
        ]
        # "More than a hundred" meets many numbers: only one that is near is the same number under another noun.
        if found := [primary for primary in alike if abs(row.value - primary.value) <= NEAR * primary.value]:
            return DIFFERS, nearest(found)
    return (CONTRADICTED, same[0]) if same else (UNCHECKED, None)


def _sharper(one: Any, other: Any) -> bool:
    """Whether a figure says what another says, within a narrower interval."""
    return other.low <= one.low and one.high <= other.high and one.high - one.low < other.high - other.low


def agreement(row: Any, primary: Any) -> str:
    """Whether an account's figure is the surveyor's: equal or a true bound, a rounding of it, or neither.

    A bound is a true account of a number that is less than twice as large (or more than half): "more than 400
    thousand" is none of 400 million.

    Parameters
    ----------
    row, primary
        Figures with ``value``, ``low``, ``high`` and ``qualifier``.
    """
    qualifier, own = _text(row.qualifier), _text(primary.qualifier)
    above, below = ("more than", "at least"), ("less than", "up to", "nearly")
    exact = primary.low == primary.high
    if row.value == primary.value and not (
        (qualifier in above and own in below)
        or (qualifier in below and own in above)
        or (exact and qualifier in ("more than", "less than", "nearly"))
    ):
        return SUPPORTED
    if _true_bound(row, primary):
        return SUPPORTED if max(row.value, primary.value) < FAR * min(row.value, primary.value) else CONTRADICTED
    return ROUNDED if meet(row, primary) or row.value == primary.value else CONTRADICTED


def _true_bound(row: Any, primary: Any) -> bool:
    match _text(row.qualifier):
        case "more than" | "at least":
            return primary.low >= row.value and primary.high > row.value
        case "less than" | "up to":
            return primary.high <= row.value and primary.low < row.value
    return False


def _by_others(row: Any, book: _Book) -> tuple[str, Any]:
    """What is to be told where the surveyor printed nothing: what others print."""
    if meant := _text(row.meant):
        others = [
            one
            for key, rows in book.printed.items()
            if key[:4] == _subject(row) and key[4] == meant
            for one in rows
            if meet(one, row)
        ]
        if others:
            return "meant", min(
                others, key=lambda one: (abs(one.value - row.value), one.lang != row.lang, one.lang != book.lang)
            )
    if place := _text(row.meant_place):
        there = book.printed[row.survey, place, *_subject(row)[2:], row.sense, row.asset]
        return "elsewhere", min(
            there, key=lambda one: (abs(one.value - row.value), one.lang != row.lang, one.lang != book.lang)
        )
    others = [one for one in book.printed[(*_subject(row), row.sense, row.asset)] if one.source != row.source]
    return ("others" if others else UNCHECKED), None


def _row_of_equality(row: Any, verdict: str, now: str, told: str, primary: Any, book: _Book) -> dict:
    noun = book.labels[row.measure]
    # Two words of one count: the account's own is no error.
    right = book.labels[primary.sense if verdict == DIFFERS else row.measure] if primary is not None else noun
    place = book.place(row.place, row.place_id)
    parts = {"said": row.figure, "noun": noun, "right": right, "place": place}
    suggested = EQUALS
    if primary is not None:
        parts |= {"primary": primary.figure, "source": primary.source, "number": _number(primary, book)}
        if told == "elsewhere":
            suggested = told
            parts |= {"there": book.place(primary.place, primary.place_id)}
    elif told == "others":
        others = [one for one in book.printed[(*_subject(row), row.sense, row.asset)] if one.source != row.source]
        agreeing = {one.source for one in others if agreement(row, one) != CONTRADICTED}
        differing = [one for one in others if one.source not in agreeing]
        parts |= {"agree": len(agreeing), "differ": len({one.source for one in differing})}
        if differing:
            told = "others_differ"
            parts |= {"other": differing[0].figure, "source": differing[0].source}
    wrong = verdict in (DIFFERS, CONTRADICTED)
    return {
        "source": row.source,
        "survey": row.survey,
        "place": row.place,
        "measure": row.measure,
        "relation": EQUALS,
        "figure": row.figure,
        "claim": f"{row.figure} ({noun}, {place})",
        "verdict": verdict,
        "verdict_now": now,
        "explanation": _say("equals", told, book.lang, **parts),
        "suggestion": _say("suggestion", suggested, book.lang, **parts) if wrong else "",
        "primary_source": primary.source if primary is not None else "",
        "primary_figure": primary.figure if primary is not None else "",
        "low": row.low,
        "high": row.high,
        "primary_low": primary.low if primary is not None else math.nan,
        "primary_high": primary.high if primary is not None else math.nan,
        "locator": row.locator,
        "cause": read_survey(row.survey).cause({row.measure, row.sense}, row.place, _text(row.iso3) or None)
        if wrong
        else "",
        "primary_rows": f"{primary.survey}:{primary.line}" if primary is not None else "",
    }


# What goes beyond a number --------------------------------------------------------------------------


class _Statement(NamedTuple):
    """A row of ``claims.csv``, or of a file of one's own."""

    source: str
    published: str
    survey: str
    claim: str
    relation: str
    place: str
    measure: str
    figure: str
    other_place: str
    other_measure: str
    locator: str
    lang: str


class _Places:
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


def _beyond(survey: Survey, book: _Book) -> list[dict]:
    claims = survey.claim_rows
    for fault in survey.faults("claims.csv"):
        raise fault.error()
    sources = {row.source: row for row in survey.source_rows}
    places = _Places(survey)
    rows = []
    for row in claims:
        source = sources[row.source]
        statement = _Statement(
            row.source,
            source.published,
            survey.id,
            row.claim,
            row.relation,
            row.place,
            row.measure,
            row.figure,
            row.other_place,
            row.other_measure,
            row.locator,
            row.quote_lang or source.lang,
        )
        rows.append(_settled(statement, places, source.lang, book))
    return rows


def _settled(row: _Statement, places: _Places, spoken: str, book: _Book) -> dict:
    senses = places.survey.senses
    claim = Claim(
        row.survey,
        row.relation,
        row.claim,
        row.figure,
        row.lang,
        places.id_of(row.place, spoken),
        senses.get(row.measure, row.measure),
        places.id_of(row.other_place, spoken) if row.other_place else "",
        senses.get(row.other_measure, row.other_measure),
        row.source,
    )
    then = settle(claim, book.known, row.published)
    now = settle(claim, book.known)
    later = then.verdict == UNCHECKED != now.verdict
    shown = now if later else then
    said = shown.said
    used = list({figure.source: figure for figure in shown.figures}) if shown.figures else []
    return {
        "source": row.source,
        "survey": row.survey,
        "place": row.place,
        "measure": row.measure,
        "relation": row.relation,
        "figure": row.figure,
        "claim": row.claim,
        "verdict": then.verdict,
        "verdict_now": now.verdict,
        "explanation": _explained(shown, row, book.place(row.place, claim.place_id), later, book),
        "suggestion": _suggested(shown, book) if CONTRADICTED in (then.verdict, now.verdict) else "",
        "primary_source": "; ".join(used),
        "primary_figure": "; ".join(figure.figure for figure in shown.figures),
        "low": said.low if said else math.nan,
        "high": said.high if said else math.nan,
        "primary_low": shown.low,
        "primary_high": shown.high,
        "locator": row.locator,
        "cause": "",
        "primary_rows": "; ".join(f"{figure.survey}:{figure.line}" for figure in shown.figures),
    }


def _explained(outcome: Outcome, row: _Statement, place: str, later: bool, book: _Book) -> str:
    parts, lang = _parts(outcome, book), book.lang
    if outcome.told in _texts()["reason"]:
        return _say(
            "reason",
            outcome.told,
            lang,
            **parts,
            noun=book.labels[row.measure],
            place=place,
            said=row.figure or row.claim,
        )
    told = "rank_open" if outcome.told == "rank" and math.isinf(outcome.high) else outcome.told
    if outcome.above:
        told = "rank_below"
    judged = "disputed" if outcome.disputed else "own" if outcome.own else outcome.verdict
    source = _say("reason", "later", lang, source=parts["source"]) if later else parts["source"]
    return _say("judged", judged, lang, behind=_say("behind", told, lang, **parts), source=source)


def _suggested(outcome: Outcome, book: _Book) -> str:
    if outcome.told not in _texts()["suggestion"]:
        return ""
    told = "rank_open" if outcome.told == "rank" and math.isinf(outcome.high) else outcome.told
    lang = book.lang
    stated = _say("suggestion", told, lang, **_parts(outcome, book))
    if not outcome.others:
        return stated
    others = [f"{book.labels[measure]} ({_span(low, high, 'change', lang)})" for measure, low, high in outcome.others]
    return _say("suggestion", "also", lang, stated=stated, others=wording.listed(others, lang))


def _parts(outcome: Outcome, book: _Book) -> dict[str, str]:
    """What the sentences have places for: the figures as a, b, c, the interval, the sources."""
    lang = book.lang
    numbers = dict(zip("abc", (_number(figure, book) for figure in outcome.figures), strict=False))
    above = [f"{book.place(row.place, row.place_id)} ({_number(row, book)})" for row in outcome.above[:_NAMED]]
    return {
        **numbers,
        "above": wording.listed(above, lang),
        "range": _span(outcome.low, outcome.high, outcome.form, lang),
        "low": "" if math.isnan(outcome.low) else wording.number(outcome.low, lang),
        "n": wording.number(outcome.published, lang),
        "source": "; ".join(dict.fromkeys(figure.source for figure in (*outcome.figures, *outcome.above[:_NAMED]))),
    }


def _span(low: float, high: float, form: str, lang: str) -> str:
    if not form or not math.isfinite(low) or not math.isfinite(high):
        return ""
    match form:
        case "percent":
            return wording.between(*(wording.percent(end, lang) for end in (low, high)))
        case "change":
            ends = [wording.percent(end, lang, signed=True) for end in (low, high)]
            return wording.between(*ends, joint=_texts()["joint"]["span"][lang])
    return wording.between(*(wording.number(end, lang) for end in (low, high)))


def _number(figure: Any, book: _Book) -> str:
    """A figure's value with its qualifier, as the language writes it."""
    write = wording.percent if book.kinds[figure.sense] == "share" else wording.number
    shown = write(figure.value, book.lang)
    if book.kinds[figure.sense] == "money":
        currencies = _texts()["currency"]
        shown = next(currencies[part] for part in figure.sense.split("_") if part in currencies)[book.lang].format(
            n=shown
        )
    qualifier = _texts()["qualifier"].get(_text(figure.qualifier))
    return qualifier[book.lang].format(n=shown) if qualifier else shown


# One's own claims -----------------------------------------------------------------------------------


def _own(file: Path, survey: str, read: list[str], lang: str) -> list[dict]:
    """The claims of a file, checked; only the surveys that they are about, and their former waves, are read."""
    name = relative(file)
    table = refuse_identifiers(read_csv(file, *_OWN), file=name)
    book = _Book(panel(read), lang)
    rows = []
    for row in table.itertuples():
        about = row.survey or survey
        try:
            if about not in read:
                raise DataError(f"there is no survey {about!r}; choose one of {', '.join(read)}.", column="survey")
            statement = _Statement(
                file.stem,
                "",
                about,
                row.claim,
                row.relation,
                row.place,
                row.measure,
                row.figure,
                row.other_place,
                row.other_measure,
                row.locator,
                row.quote_lang,
            )
            rows.append(_checked_own(statement, book))
        except DataError as error:
            raise error.at(file=name, line=row.line) from None
    return rows


class _Printed(NamedTuple):
    """A number of one's own text, with what a figure of an account has."""

    source: str
    published: str
    survey: str
    place: str
    place_id: str
    iso3: str
    scan_from: str
    scan_to: str
    measure: str
    sense: str
    asset: str
    meant: str
    meant_place: str
    value: float
    low: float
    high: float
    qualifier: str
    figure: str
    lang: str
    locator: str


def _checked_own(row: _Statement, book: _Book) -> dict:
    for column in ("measure", "other_measure"):
        if (measure := getattr(row, column)) and measure not in book.kinds:
            raise DataError(f"there is no measure {measure!r}; the data dictionary lists them.", column=column)
    if row.relation not in (EQUALS, *fields.RELATIONS):
        raise DataError(
            f"{row.relation!r} is no relation; choose one of {', '.join((EQUALS, *fields.RELATIONS))}.",
            column="relation",
        )
    survey = read_survey(row.survey)
    places = _Places(survey)
    if row.relation != EQUALS:
        return _settled(row, places, "", book)
    meta = survey.meta
    try:
        said = quantity(row.figure, row.lang or None)
    except DataError as error:
        raise error.at(column="figure") from None
    printed = _Printed(
        row.source,
        "",
        row.survey,
        row.place,
        places.id_of(row.place, ""),
        "",
        meta["scan_from"],
        meta["scan_to"],
        row.measure,
        survey.senses.get(row.measure, row.measure),
        meta["asset"],
        "",
        "",
        said.value,
        said.low,
        said.high,
        said.qualifier,
        row.figure,
        row.lang,
        row.locator,
    )
    book.printed.setdefault((*_subject(printed), printed.sense, printed.asset), [])
    return {**_against_primary(printed, book), "claim": row.claim}


# Words ----------------------------------------------------------------------------------------------


@functools.cache
def _texts() -> dict:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))


def _say(table: str, key: str, lang: str, **parts: object) -> str:
    return _texts()[table][key][lang].format_map(parts)
