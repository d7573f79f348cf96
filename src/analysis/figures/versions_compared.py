"""What differs between two versions of the data, row by row, and the list of corrections that explains why."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from ..datafolder import data_folder, in_use, read_text, relative
from ..errors import DataError

if TYPE_CHECKING:
    import pandas as pd

VERSION = "VERSION"

#: By which columns the rows of two versions are taken for the same, the surest first.
_SAME_ROW: dict[str, tuple[tuple[str, ...], ...]] = {
    "sources.csv": (("source",),),
    "figures.csv": (
        ("source", "place", "measure", "locator", "figure"),
        ("source", "place", "measure", "locator", "scan_from", "scan_to"),
        ("source", "place", "figure", "locator"),
        ("source", "place", "measure", "figure"),
        ("source", "place", "locator"),
    ),
    "claims.csv": (("source", "claim", "relation"), ("source", "claim"), ("source", "place", "measure", "locator")),
}
#: What names a row in words.
_NAMED = {
    "sources.csv": ("source",),
    "figures.csv": ("source", "place", "measure", "asset", "locator"),
    "claims.csv": ("source", "claim"),
}


class Change(NamedTuple):
    """One difference between two versions: a row added or removed, or a cell or verdict that differs."""

    survey: str
    file: str
    row: str
    change: str
    column: str
    before: str
    after: str


def data_version() -> str:
    """The version of the data in use, year.month.patch, as its file ``VERSION`` says.

    Returns
    -------
    str
        The version, or an empty text where the data folder has none (your own needs none).

    Raises
    ------
    DataError
        If the file holds something else.

    Examples
    --------
    >>> import analysis as ex
    >>> ex.data_version().count(".")
    2
    """
    return version_of(data_folder())


def version_of(folder: Path) -> str:
    """The version of the data in a folder; see `data_version`."""
    file = folder / VERSION
    if not file.is_file():
        return ""
    text = read_text(file).strip()
    parts = text.split(".")
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() for part in parts) or not 1 <= int(parts[1]) <= 12:
        raise DataError(
            f"{text!r} is not a version of data.",
            remedy="write year.month.patch, such as 2026.11.0.",
            file=relative(file),
        )
    return text


def changes(old: Path | str, new: Path | str, *, verdicts: bool = True) -> pd.DataFrame:
    """What differs between two versions of the data.

    Parameters
    ----------
    old, new
        Two data folders, each with ``aggregate`` in it.
    verdicts
        Whether the verdicts on claims are compared too (by the rules of this version of the package).

    Returns
    -------
    pandas.DataFrame
        One row a difference: ``survey, file, row, change, column, before, after``. ``change`` is ``added``, ``removed``
        or ``changed``; ``row`` names the row by source, place, measure, asset and locator.

    Raises
    ------
    DataError
        If a folder is not a data folder, or its version goes backwards.

    Examples
    --------
    >>> import analysis as ex
    >>> from analysis.datafolder import data_folder
    >>> ex.changes(data_folder(), data_folder(), verdicts=False).empty
    True
    """
    import pandas as pd

    folders = [_checked(Path(folder)) for folder in (old, new)]
    first, last = (version_of(folder) for folder in folders)
    if first and last and number(last) < number(first):
        raise DataError(
            f"the version goes backwards, from {first} to {last}.",
            remedy="give the older folder first, or raise data/VERSION.",
            file=relative(folders[1] / VERSION),
        )
    found = list(_rows_changed(*folders))
    if verdicts:
        found += _verdicts_changed(*folders)
    return pd.DataFrame(found, columns=Change._fields, dtype="str")


def _checked(folder: Path) -> Path:
    if not (folder / "aggregate").is_dir():
        raise DataError(
            "is not a data folder.", remedy="name a folder that has 'aggregate' in it.", file=relative(folder)
        )
    return folder


def number(version: str) -> tuple[int, ...]:
    """The parts of a version, which sort as numbers."""
    return tuple(int(part) for part in version.split("."))


def read_table(file: Path) -> list[dict[str, str]]:
    """A table as an older version may have it, too: with whatever columns were there then."""
    with file.open(encoding="utf-8", newline="") as lines:
        return [{name: text or "" for name, text in row.items() if name} for row in csv.DictReader(lines)]


def _surveys(folder: Path) -> set[str]:
    return {path.parent.name for path in (folder / "aggregate").glob("*/survey.toml")}


def _rows_changed(old: Path, new: Path) -> Iterator[Change]:
    before, after = _surveys(old), _surveys(new)
    for survey in sorted(before | after):
        if survey not in before or survey not in after:
            change = "added" if survey in after else "removed"
            yield Change(survey, "survey.toml", survey, change, "", "", "")
            continue
        for name in _SAME_ROW:
            files = [folder / "aggregate" / survey / name for folder in (old, new)]
            yield from _pairs(survey, name, *(read_table(file) if file.is_file() else [] for file in files))


def _pairs(survey: str, name: str, old: list[dict[str, str]], new: list[dict[str, str]]) -> Iterator[Change]:
    """Each row of one version beside the same row of the other."""
    left, right = _unequal(old, new)
    for columns in _SAME_ROW[name]:
        waiting: dict[tuple[str, ...], list[dict[str, str]]] = {}
        for row in right:
            waiting.setdefault(tuple(row.get(column, "") for column in columns), []).append(row)
        rest = []
        for row in left:
            twins = waiting.get(tuple(row.get(column, "") for column in columns))
            if not twins:
                rest.append(row)
                continue
            twin = twins.pop(0)
            right = [other for other in right if other is not twin]
            for column in dict.fromkeys([*row, *twin]):
                if row.get(column, "") != twin.get(column, ""):
                    cells = row.get(column, ""), twin.get(column, "")
                    yield Change(survey, name, _name(name, row), "changed", column, *cells)
        left = rest
    for row in left:
        yield Change(survey, name, _name(name, row), "removed", "", _said(name, row), "")
    for row in right:
        yield Change(survey, name, _name(name, row), "added", "", "", _said(name, row))


def _unequal(old: list[dict[str, str]], new: list[dict[str, str]]) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """Both versions without the rows that stand in both."""

    def key(row: dict[str, str]) -> tuple[tuple[str, str], ...]:
        return tuple(sorted((name, text) for name, text in row.items() if text))

    there: dict[Any, int] = {}
    for row in new:
        there[key(row)] = there.get(key(row), 0) + 1
    left, same = [], dict.fromkeys(there, 0)
    for row in old:
        if there.get(key(row), 0) > same.get(key(row), 0):
            same[key(row)] += 1
        else:
            left.append(row)
    right = []
    for row in new:
        if same[key(row)]:
            same[key(row)] -= 1
        else:
            right.append(row)
    return left, right


def _name(file: str, row: dict[str, str]) -> str:
    return "; ".join(row.get(column, "") for column in _NAMED[file])


def _said(file: str, row: dict[str, str]) -> str:
    return row.get({"figures.csv": "figure", "claims.csv": "claim", "sources.csv": "title"}[file], "")


def _verdicts_changed(old: Path, new: Path) -> Iterable[Change]:
    """Verdicts that differ, and those by all that is known today where they changed otherwise."""
    before, after = (_verdicts_of(folder) for folder in (old, new))
    for key in sorted(before.keys() & after.keys(), key=lambda key: (key[0], after[key].row)):
        was, now = before[key], after[key]
        if was.verdict != now.verdict:
            yield Change(key[0], "verdict", now.row, "changed", "verdict", was.verdict, now.verdict)
        today = was.verdict_now, now.verdict_now
        if today[0] != today[1] and today != (was.verdict, now.verdict):
            yield Change(key[0], "verdict", now.row, "changed", "verdict_now", *today)


class _Judged(NamedTuple):
    """A claim as a reader finds it, and both of its verdicts."""

    row: str
    verdict: str
    verdict_now: str


def _verdicts_of(folder: Path) -> dict[tuple[str, ...], _Judged]:
    """The verdicts of a folder by what stays when labels change: where a claim stands, and what it says in print."""
    from .claim_verdicts import check_claims
    from .number_sentences import EQUALS

    with in_use(folder, alone=True):
        claims = check_claims(lang="en")
    found: dict[tuple[str, ...], _Judged] = {}
    for claim in claims.itertuples():
        said = claim.figure if claim.relation == EQUALS else claim.claim
        key = (claim.survey, claim.source, claim.place, claim.measure, claim.relation, said, claim.locator)
        row = f"{claim.source}; {claim.place}; {claim.claim}"
        found[key] = _Judged(row, claim.verdict, claim.verdict_now)
    return found
