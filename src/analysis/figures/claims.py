"""Claims of accounts compared with the published figures: a verdict, the numbers behind it, a true wording.

Every figure of a secondary source is a claim that it equals the authors'. What goes beyond single numbers (more
than half, twice as many, rose by 60 %) stands in ``claims.csv`` and is settled in :mod:`analysis.figures.relations`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from ..datafolder import read_csv, relative, surveys_present
from ..errors import DataError
from ..frames import plain
from ..identifiers import refuse_identifiers
from ..language import intervals, languages, numbers, prose
from ..remembering import remembered
from . import fields
from .claim_book import Book, Places, say, subject, texts
from .number_claims import EQUALS, row_of_number
from .panel import panel
from .quantities import quantity
from .relations import CONTRADICTED, DIFFERS, ROUNDED, SUPPORTED, UNCHECKED, Claim, Outcome, settle
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
#: So many places are named that come before another.
_NAMED = 3
#: The survey that your own claims are about where nothing says it.
_USUAL = "greenbone-2019-09"
_OWN = (
    ("claim", "relation", "place", "measure", "figure"),
    ("survey", "other_place", "other_measure", "locator", "quote_lang"),
)


def check_claims(
    source: str | None = None,
    *,
    surveys: Iterable[str] | None = None,
    file: Path | str | None = None,
    rows: pd.DataFrame | None = None,
    survey: str | None = None,
    lang: str | None = None,
) -> pd.DataFrame:
    """Check what accounts say against what the authors of surveys published.

    Parameters
    ----------
    source
        One account; default: all of the surveys read.
    surveys
        Ids of surveys; only their folders are read.
    file
        A CSV file of your own claims, to check a text before it is printed: the columns of ``claims.csv`` without
        ``source``, and optionally ``survey``. The relation ``equals`` says that a number is the authors'.
    rows
        Your own claims as rows of a table instead: the same columns, texts as printed.
    survey
        The survey that your own claims are about where they do not say it. Default: ``greenbone-2019-09``.
    lang
        Language of explanations and suggestions: ``en``, ``es``, ``de`` or ``fr``.

    Returns
    -------
    pandas.DataFrame
        One row per claim, see :data:`COLUMNS`. ``verdict`` compares it with what was published by the date of the
        account, ``verdict_now`` against all that is known. ``low`` and ``high`` are the interval that the claim
        allows, ``primary_low`` and ``primary_high`` that of the published figures (for a claim beyond a number: of
        what was computed from them), ``primary_source`` and ``primary_figure`` where and how they are printed.
        ``cause`` is the likely cause of an error, where the survey's file knows it. ``primary_rows`` names the rows
        that stand behind, as ``survey:line`` of their ``figures.csv``, in the order of ``primary_figure``.

    Raises
    ------
    DataError
        If there is no such account or language, or the file, a row or a claim in it cannot be read.

    Examples
    --------
    >>> import analysis as ex
    >>> found = ex.check_claims("propublica-2019-09")
    >>> found[["claim", "verdict"]].head(1).values.tolist()
    [['more than 5 million (patients, United States)', 'not checkable']]

    A sentence of your own, before it is printed:

    >>> import pandas as pd
    >>> said = {"claim": "Some 600 servers", "relation": "equals", "place": "World", "figure": "some 600"}
    >>> own = ex.check_claims(rows=pd.DataFrame([said | {"measure": "servers_exposed"}]))
    >>> own[["source", "verdict"]].values.tolist()
    [['rows', 'within rounding']]
    """
    lang = languages.language(lang)
    read = surveys_present() if surveys is None else sorted({surveys} if isinstance(surveys, str) else set(surveys))
    if file is not None and rows is not None:
        raise DataError("your own claims come from a file or as rows", remedy="pass file= or rows=, not both")
    if file is not None:
        path = Path(file)
        settled = _own(read_csv(path, *_OWN), path.stem, relative(path), survey or _USUAL, read, lang)
    elif rows is not None:
        settled = _own(_own_rows(rows), "rows", None, survey or _USUAL, read, lang)
    else:
        retold = tuple(sorted(_retold(read).items()))
        settled = list(
            _of_accounts(
                tuple(map(read_survey, read)),
                retold,
                tuple(map(read_survey, sorted({survey for _, survey in retold}))),
                lang,
            )
        )
    found = pd.DataFrame(settled, columns=COLUMNS)
    numbers = ["low", "high", "primary_low", "primary_high"]
    found = found.astype({name: "float64" if name in numbers else "str" for name in COLUMNS})
    if source is not None:
        if source not in set(found["source"]) and source not in _accounts(read):
            raise DataError(f"there is no account {source!r}", remedy="'exposure sources' lists them", source=source)
        found = found[found["source"] == source].reset_index(drop=True)
    return found


@remembered(8)
def _of_accounts(
    surveys: tuple[Survey, ...], retold: tuple[tuple[str, str], ...], others: tuple[Survey, ...], lang: str
) -> list[dict[str, Any]]:
    """The claims of accounts in the folders of these surveys; ``others`` are those that they retell from elsewhere."""
    read = [survey.id for survey in surveys]
    book = Book(panel(sorted({*read, *dict(retold).values()})), lang, dict(retold))
    settled = [row_of_number(row, book) for row in book.accounts if row.home in read]
    for survey in surveys:
        settled += _beyond(survey, book)
    return settled


def _retold(read: Iterable[str]) -> dict[str, str]:
    """Accounts that retell a survey in whose folder they do not lie, such as your own extract: account -> survey."""
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


# What goes beyond a number --------------------------------------------------------------------------


class _Statement(NamedTuple):
    """A row of ``claims.csv``, or of a file of your own."""

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
    no_count: str = ""


def _beyond(survey: Survey, book: Book) -> list[dict[str, Any]]:
    claims = survey.claim_rows
    for fault in survey.faults("claims.csv"):
        raise fault.error()
    sources = {row.source: row for row in survey.source_rows}
    places = Places(survey)
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
            row.no_count,
        )
        rows.append(_settled(statement, places, source.lang, book))
    return rows


def _settled(row: _Statement, places: Places, spoken: str, book: Book) -> dict[str, Any]:
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
        row.no_count,
    )
    then = settle(claim, book.known, row.published)
    now = settle(claim, book.known)
    later = then.verdict == UNCHECKED != now.verdict
    shown = now if later else then
    said, place = shown.said, book.place(row.place, claim.place_id)
    if shown.figures:
        place = book.within(place, row.survey, shown.figures[0].asset)
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
        "explanation": _explained(shown, row, place, later, book),
        "suggestion": _suggested(shown, row, book) if CONTRADICTED in (then.verdict, now.verdict) else "",
        "primary_source": "; ".join(used),
        "primary_figure": "; ".join(figure.figure for figure in shown.figures),
        "low": said.low if said else math.nan,
        "high": said.high if said else math.nan,
        "primary_low": shown.low,
        "primary_high": shown.high,
        "locator": row.locator,
        "cause": "",
        "primary_rows": "; ".join(
            f"{figure.survey}:{figure.line}" for figure in shown.figures if hasattr(figure, "line")
        ),
    }


def _explained(outcome: Outcome, row: _Statement, place: str, later: bool, book: Book) -> str:
    parts, lang = _parts(outcome, book, row) | {"place": place}, book.lang
    noun, other_noun = (book.noun(row.survey, name) if name else "" for name in (row.measure, row.other_measure))
    nouns = {"noun": noun, "other_noun": other_noun, "said": row.figure or row.claim}
    if outcome.told == "unmeasured":
        measured = "measured_share" if outcome.form == "percent" else "measured_count"
        behind = say("reason", measured, lang, **parts)
        return say("reason", "unmeasured", lang, behind=behind, source=parts["source"])
    if outcome.told == "qualitative":
        why = prose.sentence(say("undecided", row.no_count or "any", lang))
        return say("reason", "beside" if outcome.figures else "alone", lang, why=why, **parts)
    if outcome.told in texts()["reason"]:
        return say("reason", outcome.told, lang, **parts, **nouns)
    alone = book.place(row.place, outcome.figures[0].place_id)
    told = "rank_below" if outcome.above else _told(outcome)
    behind = prose.sentence(say("behind", told, lang, **parts, **nouns, the_place=prose.with_the(alone, lang)))
    told_now = say("judged", outcome.judged, lang, behind=behind, **parts)
    return say("reason", "later", lang, judged=told_now) if later else told_now


def _suggested(outcome: Outcome, row: _Statement, book: Book) -> str:
    if outcome.told not in texts()["suggestion"]:
        return ""
    lang = book.lang
    stated = say("suggestion", _told(outcome), lang, **_parts(outcome, book, row))
    if not outcome.others:
        return stated
    others = [
        f"{book.noun(row.survey, measure)} ({_span(low, high, 'change', lang)})"
        for measure, low, high in outcome.others
    ]
    return say("suggestion", "also", lang, stated=stated, others=prose.listed(others, lang))


def _told(outcome: Outcome) -> str:
    """The name of the sentence: a rank may be known, between two, or open at its end."""
    if outcome.told != "rank" or outcome.low == outcome.high:
        return outcome.told
    return "rank_open" if math.isinf(outcome.high) else "rank_between"


def _parts(outcome: Outcome, book: Book, row: _Statement) -> dict[str, str]:
    """What sentences have places for: the figures as a, b, c, with their nouns, with their times; the interval."""
    lang = book.lang
    low, high, form = outcome.low, outcome.high, outcome.form
    if outcome.told in ("fell_at_most", "rose_at_most"):
        low = high = max(abs(outcome.low), abs(outcome.high))
        form = "percent"
    figures: dict[str, str] = {}
    known = outcome.told in ("known", "known_before")
    named_apart = outcome.told == "qualitative" and row.other_measure
    measures = ("", "") if known or named_apart else (row.measure, row.other_measure or row.measure, "")
    for name, figure, measure in zip("abc", outcome.figures, measures, strict=False):
        named, dated = book.named(figure, measure, dated=known), book.dated(figure)
        figures |= {name: book.number(figure), f"{name}_named": named, f"{name}_dated": dated}
    above = [book.placed(figure) for figure in outcome.above[:_NAMED]]
    extrapolated = [book.placed(one) for one in (*outcome.figures, *outcome.above) if book.known.extrapolated(one)]
    return {
        **figures,
        "above": prose.listed(above, lang),
        "extrapolated": prose.listed(extrapolated, lang) if extrapolated else "",
        "among": book.among(outcome.whole, outcome.figures[0]) if outcome.form == "rank" else "",
        "range": _span(low, high, form, lang),
        "net": _net(outcome, lang),
        "low": numbers.number(outcome.low, lang) if math.isfinite(outcome.low) else "",
        "high": numbers.number(outcome.high, lang) if math.isfinite(outcome.high) else "",
        "n": numbers.number(outcome.published, lang),
        "source": book.cited((*outcome.figures, *outcome.above[:_NAMED])),
    }


def _net(outcome: Outcome, lang: str) -> str:
    """By how many the systems that came outnumber those that went."""
    if outcome.told != "balance":
        return ""
    _, new, gone = outcome.figures
    net = new.value - gone.value
    return ("−" if net < 0 else "+") + numbers.number(abs(net), lang)


def _span(low: float, high: float, form: str, lang: str) -> str:
    if not form or not math.isfinite(low) or not math.isfinite(high):
        return ""
    if form in ("percent", "change"):
        joint = texts()["joint"]["share" if form == "percent" else "span"][lang]
        return intervals.percent_interval(low, high, lang, 1, signed=form == "change", joint=joint)
    return intervals.span(low, high, lang)


# Your own claims -----------------------------------------------------------------------------------


def _own_rows(given: pd.DataFrame) -> pd.DataFrame:
    """Your own claims as `read_csv` gives them: every cell as text, missing ones empty; ``line`` counts the rows."""
    frame = plain(given, "the table of claims").reset_index(drop=True)
    needed, optional = _OWN
    if missing := [name for name in needed if name not in frame]:
        raise DataError(
            f"the table of claims has no column '{missing[0]}'",
            remedy=f"give {', '.join(needed)}, and optionally {', '.join(optional)}",
            column=missing[0],
        )
    frame = frame.reindex(columns=[*needed, *optional]).astype(object)
    frame = frame.where(frame.notna(), "")
    for name in frame:
        for row, cell in enumerate(frame[name], 1):
            if not isinstance(cell, str):
                raise DataError(f"{cell!r} is not text", remedy="give it as printed", line=row, column=str(name))
    return frame.apply(lambda column: column.str.strip()).assign(line=range(1, len(frame) + 1))


def _own(
    table: pd.DataFrame, source: str, name: str | None, survey: str, read: list[str], lang: str
) -> list[dict[str, Any]]:
    """Your own claims, checked; only the surveys that they are about, and their former waves, are read."""
    refuse_identifiers(table, file=name)
    book = Book(panel(read), lang)
    rows = []
    for row in table.itertuples():
        about = row.survey or survey
        try:
            if about not in read:
                raise DataError(
                    f"there is no survey {about!r}", remedy=f"choose one of {', '.join(read)}", column="survey"
                )
            statement = _Statement(
                source,
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
    """A number of your own text, with what a figure of an account has."""

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


def _checked_own(row: _Statement, book: Book) -> dict[str, Any]:
    for column in ("measure", "other_measure"):
        if (measure := getattr(row, column)) and measure not in book.kinds:
            raise DataError(f"there is no measure {measure!r}", remedy="the data dictionary lists them", column=column)
    if row.relation not in (EQUALS, *fields.RELATIONS):
        raise DataError(
            f"{row.relation!r} is not a relation",
            remedy=f"choose one of {', '.join((EQUALS, *fields.RELATIONS))}",
            column="relation",
        )
    survey = read_survey(row.survey)
    places = Places(survey)
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
    book.printed.setdefault((*subject(printed), printed.sense, printed.asset), [])
    return {**row_of_number(printed, book), "claim": row.claim}
