"""Statements beyond a number (more than half, twice as many) that a person takes from a report into a draft."""

from __future__ import annotations

from pathlib import Path

from ..errors import DataError
from ..figures import fields
from ..figures.measures import kinds
from ..figures.places import locate
from ..figures.survey import read_survey
from ..identifiers import refuse_identifying_texts
from ..writing import write_text
from .drafts import locked
from .skeleton import table

#: The relations that a reader is offered; the others need a person who knows the file.
OFFERED = ("share_of", "ratio", "more_than", "less_than", "first", "change")
_FILE = "claims.csv"


def claims_of(folder: Path) -> list[dict[str, str]]:
    """The claims of a draft, by the columns of ``claims.csv``."""
    return [
        {field.name: getattr(row, field.name, None) or "" for field in fields.CLAIMS}
        for row in read_survey(folder).claim_rows
    ]


def add_claim(folder: Path, lang: str = "", **given: str) -> None:
    """Take a claim into a draft.

    Parameters
    ----------
    folder
        The draft's folder.
    lang
        The language of the report, in which places and figure are read.
    **given
        ``claim``, ``relation``, ``place``, ``measure``, ``figure``, ``other_place``, ``other_measure``, ``locator``.

    Raises
    ------
    DataError
        If something that is needed is missing, or a place or measure is not known.
    IdentifierError
        If its words identify somebody or a system.
    """
    row = {field.name: given.get(field.name, "").strip() for field in fields.CLAIMS}
    sources = read_survey(folder).source_rows
    row |= {"source": sources[0].source if sources else folder.name, "quote_lang": lang}
    for name in ("claim", "relation", "place", "measure", "locator"):
        if not row[name]:
            raise DataError(f"the claim has no {name}", remedy="fill it in", column=name)
    if row["relation"] not in fields.RELATIONS:
        raise DataError(f"'{row['relation']}' is not a relation", remedy=f"choose one of {', '.join(fields.RELATIONS)}")
    for name in ("measure", "other_measure"):
        if row[name] and row[name] not in kinds():
            raise DataError(f"'{row[name]}' is not a measure", remedy="choose one of measures.toml", column=name)
    for name in ("place", "other_place"):
        if row[name]:
            locate(row[name], lang or None, rules=read_survey(folder).meta["place"])
    refuse_identifying_texts({"claim": row["claim"]}, file=_FILE)
    with locked(folder):
        _write(folder, [*claims_of(folder), row])


def remove_claim(folder: Path, position: int) -> None:
    """Take a claim out of a draft again."""
    with locked(folder):
        rows = claims_of(folder)
        if position < len(rows):
            _write(folder, rows[:position] + rows[position + 1 :])


def _write(folder: Path, rows: list[dict[str, str]]) -> None:
    write_text(folder / _FILE, table(fields.CLAIMS, rows))
