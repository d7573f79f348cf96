"""What the shell suggests where a survey, a source, a measure or a kind of chart is expected.

Read without the heavy libraries, and each function loads what it needs: every command imports this file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path

import typer

from ..errors import ExposureError


def surveys(context: typer.Context, incomplete: str) -> list[str]:
    """The ids of surveys, drafts too."""
    return _offered(context, incomplete, _drafts_too)


def surveys_and_sources(context: typer.Context, incomplete: str) -> list[str]:
    """The ids of surveys and of sources."""
    return _offered(context, incomplete, lambda: [*_settled(), *_sources()])


def sources(context: typer.Context, incomplete: str) -> list[str]:
    """The ids of sources."""
    return _offered(context, incomplete, _sources)


def measures(context: typer.Context, incomplete: str) -> list[str]:
    """The ids of measures."""
    return _offered(context, incomplete, _measures)


def kinds(incomplete: str) -> list[str]:
    """The kinds of charts: each has a file of its own."""
    folder = Path(__file__).parents[1] / "charts" / "kinds"
    return sorted(file.stem for file in folder.glob(f"{incomplete}*.py") if not file.stem.startswith("_"))


def _offered(context: typer.Context, incomplete: str, names: Callable[[], Iterable[str]]) -> list[str]:
    """The names that begin so, of the data folder that the words before name; nothing where it cannot be read."""
    from ..datafolder import in_use

    given = context.find_root().params
    folder = given.get("data_only") or given.get("data")
    with suppress(ExposureError, OSError, ValueError):
        if folder is None:
            return sorted({name for name in names() if name.startswith(incomplete)})
        with in_use(folder, alone=bool(given.get("data_only"))):
            return sorted({name for name in names() if name.startswith(incomplete)})
    return []


def _drafts_too() -> Iterator[str]:
    from ..datafolder import data_folders, surveys_in

    for folder in data_folders():
        yield from surveys_in(folder, drafts=True)


def _settled() -> list[str]:
    from ..datafolder import surveys_present

    return surveys_present()


def _sources() -> Iterator[str]:
    import csv

    from ..datafolder import survey_folder

    for survey in _settled():
        with open(survey_folder(survey) / "sources.csv", encoding="utf-8-sig", newline="") as file:
            yield from (row["source"] for row in csv.DictReader(file) if row.get("source"))


def _measures() -> Iterator[str]:
    import tomllib

    from ..datafolder import data_folders

    for folder in data_folders():
        path = folder / "aggregate" / "measures.toml"
        if path.exists():
            yield from tomllib.loads(path.read_text("utf-8"))
