"""A data folder made fit to be given away: the small cells of one's own surveys withheld before anything reads them.

The shipped surveys were published by others, and stay as they are. Of a folder of one's own a copy is made in which the
rows of withheld figures, and
claims about them, are missing; whatever is built from it cannot show them. Series of one's own are left out: single
days are small cells.
"""

from __future__ import annotations

import csv
import io
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd

from ..datafolder import DRAFT, data_folders, in_use, read_text, shipped_folder
from ..figures.measures import measures
from ..figures.places import WORLD
from ..figures.survey import read_survey
from ..statistics.disclosure import PRIMARY, cell_suppression, log

COLUMNS = ["survey", "measure", "asset", "place", "status", "reason", "low", "high"]
#: What a total leaves for places that are not listed.
_REST = "(the rest)"


@contextmanager
def for_release(threshold: int = 3) -> Iterator[pd.DataFrame]:
    """Have a protected copy of one's own data folder in use for a while.

    Parameters
    ----------
    threshold
        A count of fewer, but at least one, is withheld; and what would betray it with the total of the world or of its
        country.

    Yields
    ------
    pandas.DataFrame
        The log: ``survey, measure, asset, place, status, reason, low, high``, a row for each figure withheld, never its
        value; it is not for giving away.
        A series that was left out has a row with its name alone.

    Raises
    ------
    DataError
        The first fault of a survey of one's own; a survey with faults is not released.
    """
    own, *joined = data_folders()
    if own == shipped_folder("data"):
        yield pd.DataFrame(columns=COLUMNS)
        return
    with tempfile.TemporaryDirectory(prefix="exposure-release-") as name:
        copy = Path(name)
        shutil.copytree(
            own,
            copy,
            dirs_exist_ok=True,
            ignore=lambda folder, names: [
                one for one in names if one == DRAFT or (Path(folder) == own and one == "series")
            ],
        )
        found = [
            one
            for folder in sorted((own / "aggregate").iterdir())
            if (folder / "survey.toml").exists()
            for one in _released(folder, copy, threshold)
        ]
        series = sorted((own / "series").iterdir()) if (own / "series").is_dir() else []
        found += [
            (folder.name, "", "", "", "left out", "a series of single days", None, None)
            for folder in series
            if folder.is_dir()
        ]
        with in_use(copy, alone=not joined):
            yield pd.DataFrame(found, columns=COLUMNS)


def _released(folder: Path, copy: Path, threshold: int) -> list[tuple]:
    """What is withheld of a survey; the files of its copy are written without it."""
    survey = read_survey(folder)
    figures = survey.figures
    for fault in survey.faults("survey.toml", "sources.csv", "figures.csv", "claims.csv"):
        raise fault.error()
    kinds = measures()["kind"]
    rows, lines, subjects = [], set(), set()
    counts = figures[figures["measure"].map(kinds).eq("count")]
    for key, group in counts.groupby(["sense", "asset", "scan_from", "scan_to"], dropna=False, sort=True):
        for place, (status, reason, low, high) in _withheld(group, threshold).items():
            said = group[group["place_id"] == place]
            lines |= set(said["line"])
            subjects |= set(zip(said["place"], said["measure"], strict=True))
            rows.append((survey.id, said["measure"].iloc[0], key[1], said["place"].iloc[0], status, reason, low, high))
    target = copy / "aggregate" / folder.name
    _without(target / "figures.csv", lambda row, line: line in lines)
    if (target / "claims.csv").exists():
        _without(
            target / "claims.csv",
            lambda row, line: {(row["place"], row["measure"]), (row["other_place"], row["other_measure"])} & subjects,
        )
    return rows


def _withheld(group: pd.DataFrame, threshold: int) -> dict[str, tuple]:
    """Of the figures of one measure at one time: places whose figure is withheld, with status, reason and what is left to be worked out."""
    best = group.drop_duplicates("place_id").set_index("place_id")
    found: dict[str, tuple] = {}
    for whole, parts in [
        (WORLD, best[best["place_kind"] == "country"]),
        *best[best["place_kind"] == "sub-national"].groupby("parent"),
    ]:
        if len(parts):
            found |= _withheld_parts(parts["value"], best["value"].get(whole), whole, threshold)
    others = best[
        best["place_kind"].isin(["region", "population"]) & best["value"].between(0, threshold, inclusive="neither")
    ]
    return found | {
        place: (PRIMARY, f"fewer than {threshold} contributors", None, None)
        for place in others.index
        if place not in found
    }


def _withheld_parts(parts: pd.Series, total: float | None, whole: str, threshold: int) -> dict[str, tuple]:
    if total is None:  # nothing to subtract from
        return dict.fromkeys(
            parts.index[(parts > 0) & (parts < threshold)],
            (PRIMARY, f"fewer than {threshold} contributors", None, None),
        )
    cells = parts.rename_axis("place").reset_index(name="value")
    rest = max(total - float(parts.sum()), 0.0)
    cells = pd.concat([cells, pd.DataFrame({"place": [_REST], "value": [rest]})], ignore_index=True)
    told = log(cell_suppression(cells, "place", threshold=threshold)).replace({"place": {"total": whole}})
    return {row.place: (row.status, row.reason, row.low, row.high) for row in told.itertuples() if row.place != _REST}


def _without(path: Path, dropped) -> None:
    """Write a file of CSV without some of its rows; told are the row and the line on which it begins."""
    reader = csv.reader(io.StringIO(read_text(path)))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    header: list[str] = []
    start = 1
    for cells in reader:
        begins, start = start, reader.line_num + 1
        row = {name: cell.strip() for name, cell in zip(header, cells, strict=False)}
        if not header or not dropped({"other_place": "", "other_measure": ""} | row, begins):
            writer.writerow(cells)
        header = header or [cell.strip() for cell in cells]
    path.write_text(out.getvalue(), encoding="utf-8", newline="\n")
