"""Draft figures from a report: every number that counts something, with its place, its measure and the reasons.

Nothing here decides: each row is a proposal with its sentence, for :mod:`analysis.intake.review` to settle.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import IdentifierError
from ..identifier_rules.columns import rule_of_name
from ..identifiers import identifying, identifying_texts
from .blocks import Block, Document, Progress, Table
from .documents import read_document
from .reader import ADDRESS, Reader

if TYPE_CHECKING:
    import pandas as pd

#: The columns of draft rows.
COLUMNS = (
    "place",
    "measure",
    "figure",
    "value",
    "low",
    "high",
    "qualifier",
    "lang",
    "locator",
    "sentence",
    "position",
    "confidence",
    "reason",
    "mixed_up_with",
)

#: What makes a list of hosts or persons of a table; a decimal or a telephone number alone does not.
_LISTED = (
    "network address",
    "host name",
    "e-mail address",
    "person's name",
    "DICOM identifier",
    "record number",
    "national or health identifier",
)
#: What a column is named after that a plain count cannot be.
_OF_MACHINES = ("network address", "host name")
_COUNT = re.compile(r"\s*[~<>≥≤]?\s*(?:\d{1,6}|\d{1,3}(?:[.,'’\s]\d{3}){1,2})(?:\s*[%*†])?\s*\Z")
#: A line of a list is no longer than this.
_LONGEST_ENTRY = 300
#: So many lines that name hosts, and more than half of all, are a list of hosts.
_FEWEST_HOSTS = 5


@dataclass(frozen=True)
class Extraction:
    """What was drawn from a report: the draft figures, and what became of everything else."""

    #: One row per figure, with `COLUMNS`.
    draft: pd.DataFrame
    #: Every other number, with ``text``, ``kind``, ``reason``, ``locator``, ``position`` and ``sentence``.
    left_out: list[dict[str, Any]]
    #: The sentences with numbers, in the order of the report.
    order: list[str]
    #: Where a sentence looked identifying and was not kept: ``rule`` and ``locator``.
    not_kept: list[dict[str, str]]
    #: What is known about the report: ``kind``, ``title``, ``publisher``, ``published``, ``url``, ``lang``.
    document: dict[str, str]
    #: What the reader of files had to say.
    notes: list[str]
    #: The survey that the report is about; empty if it is not known.
    survey: str


def extract(
    path_or_text: Path | str,
    lang: str | None = None,
    survey: str | None = None,
    pages: str | None = None,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Draft figures from a report: a text, or a file of text, Markdown, HTML or PDF.

    Parameters
    ----------
    path_or_text
        The file, or the text itself (a text of one line is taken for a file if there is one of that name).
    lang
        The language of the text; default: detected, paragraph by paragraph where they differ.
    survey
        The id of the survey that the report is about; its own words for what it counted are then used, and what it
        never
        counted is flagged. Default: the survey whose published figures the report prints, if there is one.
    pages
        Which pages of a PDF, such as ``3-8``.
    progress
        Called with how much is done and how much there is, while a long report is read.

    Returns
    -------
    pandas.DataFrame
        One row per figure: ``place, measure, figure`` (as printed, without its noun), ``value, low, high, qualifier``,
        ``lang``, ``locator``, ``sentence``, ``position`` (of the number in it, in characters), ``confidence`` (the
        probability that the row is right), ``reason`` of the proposal, ``mixed_up_with``. ``measure`` is empty where a
        person must name it. ``attrs`` has ``left_out`` (every other number: text, kind, reason, locator, sentence,
        position), ``order`` (the sentences and cells as they follow), ``not_kept`` (sentences with an identifier: rule,
        locator), ``document`` (what the report says about itself) and ``survey``.

    Raises
    ------
    DataError
        If the file cannot be read, or its language is not one that can be.
    IdentifierError
        If it is a list of single hosts or persons; nothing of it is kept.

    Examples
    --------
    >>> draft = extract("The scan found 590 open servers with 24.3 million studies in 52 countries.", "en")
    >>> draft[["figure", "measure"]].values.tolist()
    [['590', 'servers_open'], ['24.3 million', 'studies'], ['52', 'countries']]
    """
    found = extract_document(read_document(path_or_text, pages, progress), lang, survey, progress)
    # For the record of who looks at the frame: what goes on with the draft takes the extraction.
    found.draft.attrs = {
        "left_out": found.left_out,
        "not_kept": found.not_kept,
        "document": found.document,
        "notes": found.notes,
        "survey": found.survey,
    }
    return found.draft


def extract_document(
    document: Document, lang: str | None = None, survey: str | None = None, progress: Progress | None = None
) -> Extraction:
    """Draft figures from a report that was read already; options as of `extract`."""
    import pandas as pd

    refuse_lists(document)
    reader = Reader(document, lang)
    for done, part in enumerate(document.parts):
        reader.read(part)
        if progress and len(document.parts) > 200 and done % 50 == 0:
            progress(done, len(document.parts))
    frame = pd.DataFrame(_once(reader.rows), columns=list(COLUMNS))
    kinds = dict.fromkeys(("value", "low", "high", "confidence"), "float64") | {"position": "int64"}
    frame = frame.astype({column: kinds.get(column, "str") for column in COLUMNS})
    from .retelling import compare

    frame, told = compare(frame, survey)
    return Extraction(
        draft=frame,
        left_out=reader.left_out,
        order=reader.order,
        not_kept=reader.not_kept,
        document=_said_of_itself(document, reader.not_kept) | {"kind": document.kind, "lang": reader.lang},
        notes=document.notes,
        survey=told,
    )


def _said_of_itself(document: Document, not_kept: list[dict[str, str]]) -> dict[str, str]:
    """What a report says about itself, without what identifies; that is noted among what was not kept."""
    told = {}
    for name in ("title", "publisher", "published", "url"):
        told[name] = getattr(document, name)
        if rule := identifying(told[name], address_allowed=name == "url"):
            told[name] = ""
            not_kept.append({"rule": rule, "locator": f"the report's {name}"})
    return told


def _once(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """What a report prints again is one row: the surest one, with every place where it stands."""
    sure, where = COLUMNS.index("confidence"), COLUMNS.index("locator")
    best: dict[tuple[Any, ...], tuple[Any, ...]] = {}
    locators: dict[tuple[Any, ...], list[str]] = {}
    for row in rows:
        key = row[:4]  # place, measure, figure, value
        locators.setdefault(key, []).append(row[where])
        if key not in best or row[sure] > best[key][sure]:
            best.pop(key, None)
            best[key] = row
    return [(*row[:where], _joined(locators[key]), *row[where + 1 :]) for key, row in best.items()]


def _joined(locators: list[str]) -> str:
    distinct = list(dict.fromkeys(locators))
    return "; ".join(distinct[:3]) + (f"; and {len(distinct) - 3} more" if len(distinct) > 3 else "")


# Identifiers -----------------------------------------------------------------------------------------


def refuse_lists(document: Document) -> None:
    """Refuse a report that is, or holds, a table or a list of hosts or persons.

    Raises
    ------
    IdentifierError
        It names the rule and the table or paragraph, never a value.
    """
    import pandas as pd

    from ..identifiers import refuse_identifiers

    for table in (part for part in document.parts if isinstance(part, Table)):
        header = [
            cell if cell and not _counts_machines(table, number) else f"column {number}"
            for number, cell in enumerate(table.rows[0])
        ]
        try:
            refuse_identifiers(pd.DataFrame(columns=header))
            rules = [
                rule
                for row in table.rows[1:]
                for rule in [next(filter(None, map(identifying, row)), None)]
                if rule in _LISTED
            ]
        except IdentifierError as error:
            raise _refusal(table.locator, error.details.get("rule", "list")) from None
        if len(rules) > 1:
            raise _refusal(table.locator, rules[0])
    lines = [
        (line, part.locator)
        for part in document.parts
        if isinstance(part, Block)
        for line in part.text.split("\n")
        if line.strip()
    ]
    entries = [(ADDRESS.sub(" ", line), locator) for line, locator in lines if len(line) <= _LONGEST_ENTRY]
    rules_of = identifying_texts([line for line, _ in entries])
    hosts = [(rule, entries[at][1]) for at, rule in rules_of.items() if rule in ("network address", "host name")]
    if len(hosts) >= _FEWEST_HOSTS and 2 * len(hosts) > len(lines):
        raise _refusal(hosts[0][1], hosts[0][0])


def _counts_machines(table: Table, column: int) -> bool:
    """Whether a column that is named like machines or addresses holds how many there are: "Country | IP addresses"."""
    cells = [row[column] for row in table.rows[1:] if column < len(row) and row[column].strip()]
    return bool(cells) and rule_of_name(table.rows[0][column]) in _OF_MACHINES and all(map(_COUNT.match, cells))


def _refusal(locator: str, rule: str) -> IdentifierError:
    return IdentifierError(
        f"{locator} is a list with a {rule} in its rows",
        remedy="nothing of this report was kept. Take the counts by "
        "place that it "
        "was made for, or its text without the list",
        rule=rule,
        locator=locator,
    )
