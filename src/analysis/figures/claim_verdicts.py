"""Claims of accounts compared with the published figures: a verdict, the numbers behind it, a true wording.

Every figure of a secondary source is a claim that it equals the authors'. What goes beyond single numbers (more
than half, twice as many, rose by 60 %) stands in ``claims.csv`` and is settled in :mod:`analysis.figures.relations`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from ..datafolder import read_csv, relative, surveys_present
from ..errors import DataError
from ..frames import plain
from ..identifiers import refuse_identifying_cells
from ..language import languages
from ..remembering import remembered
from . import fields
from .claim_book import Book, Places, subject
from .claim_sentences import Statement, explained, names_no_measure, suggested
from .number_sentences import EQUALS, row_of_number
from .outcome import CONTRADICTED, DIFFERS, ROUNDED, SUPPORTED, UNCHECKED, Claim
from .panel import panel
from .quantities import quantity
from .relations import settle
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


def _beyond(survey: Survey, book: Book) -> list[dict[str, Any]]:
    claims = survey.claim_rows
    for fault in survey.faults("claims.csv"):
        raise fault.error()
    sources = {row.source: row for row in survey.source_rows}
    places = Places(survey)
    rows = []
    for row in claims:
        source = sources[row.source]
        statement = Statement(
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


def _settled(row: Statement, places: Places, spoken: str, book: Book) -> dict[str, Any]:
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
    # What is open is told by all that is known.
    shown = now if then.verdict == UNCHECKED else then
    if shown.told == "rank" and shown.verdict == SUPPORTED and names_no_measure(row):
        shown = replace(shown, others=_untrue_for(claim, book, "" if later else row.published))
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
        "explanation": explained(shown, row, place, later, book),
        "suggestion": suggested(shown, row, book) if CONTRADICTED in (then.verdict, now.verdict) else "",
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


def _untrue_for(claim: Claim, book: Book, date: str) -> tuple[tuple[str, float, float], ...]:
    """The measures, with what they give, by which a claim that names none would be wrong."""
    others = (sense for sense in book.known.measures_of(claim.survey) if sense != claim.sense)
    found = ((sense, settle(claim._replace(sense=sense, other_sense=""), book.known, date)) for sense in others)
    return tuple((sense, other.low, other.high) for sense, other in found if other.verdict == CONTRADICTED)


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
    refuse_identifying_cells(table, file=name)
    book = Book(panel(read), lang)
    rows = []
    for row in table.itertuples():
        about = row.survey or survey
        try:
            if about not in read:
                raise DataError(
                    f"there is no survey {about!r}", remedy=f"choose one of {', '.join(read)}", column="survey"
                )
            statement = Statement(
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


def _checked_own(row: Statement, book: Book) -> dict[str, Any]:
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
