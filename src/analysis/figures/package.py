"""The data as a package: its Frictionless descriptor, and tables written with their metadata inside."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pandas as pd

from .. import __version__
from ..datafolder import data_folder, read_text, surveys_in
from ..identifiers import refuse_identifiers
from ..writing import write_table as write_plain
from ..writing import write_text
from . import fields
from .measures import measures
from .sources import citations, refuse_all_but_publications
from .survey import read_survey

_PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
_LICENCE = {
    "name": "CC-BY-4.0",
    "title": "Creative Commons Attribution 4.0",
    "path": "https://creativecommons.org/licenses/by/4.0/",
}
_TITLE = "Published counts of exposed medical-imaging servers"
_DESCRIPTION = (
    "Every published aggregate count of medical-imaging servers, studies and images in reach of the internet: "
    "one folder a survey, "
    "one row per printed figure, with its source, its place in the source and its printed form."
)
_MEANT = ("method", "level", "limits")
_RECORDED = ("seed", "surveys", "warnings", "missing", "parameters")
_TABLES = {
    "sources.csv": ("sources", "Publications about the survey"),
    "figures.csv": ("figures", "Printed figures"),
    "claims.csv": ("claims", "Claims beyond single figures"),
}


def descriptor() -> dict[str, Any]:
    """The Frictionless Data Package (version 2) of ``data/aggregate``: one resource per table, schema and checksum."""
    folder = data_folder() / "aggregate"
    resources = []
    if (folder / "measures.toml").exists():  # your own data folder may have none
        resources.append(
            described_file(folder / "measures.toml", "measures", "Dictionary of measures", "toml", "application/toml")
        )
    for survey in surveys_in(data_folder()):
        read = read_survey(survey)
        resources.append(
            described_file(
                read.folder / "survey.toml", f"{survey}-survey", read.meta["title"], "toml", "application/toml"
            )
        )
        for file, (name, title) in _TABLES.items():
            if (read.folder / file).exists():
                resources.append(
                    described_table(
                        read.folder / file, f"{survey}-{name}", f"{title}: {read.meta['title']}", fields.FILES[file]
                    )
                )
    return package_of("exposure-statistics", _TITLE, _DESCRIPTION, resources)


def package_of(
    name: str,
    title: str,
    description: str,
    resources: list[dict[str, Any]],
    *,
    version: str = __version__,
    told: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """A Frictionless Data Package (version 2) of some resources, under the licence of this project.

    ``told`` is what else it says about itself, such as ``contributors`` and ``sources``.
    """
    return {
        "$schema": _PROFILE,
        "name": name,
        "title": title,
        "description": description,
        "version": version,
        "licenses": [_LICENCE],
        **(told or {}),
        "resources": resources,
    }


def descriptor_text() -> str:
    """The descriptor as it is committed."""
    return package_text(descriptor())


def package_text(package: dict[str, Any]) -> str:
    """A package as the text of its ``datapackage.json``."""
    return json.dumps(package, ensure_ascii=False, indent=1) + "\n"


def descriptor_path() -> Path:
    """Where the descriptor lies."""
    return data_folder() / "aggregate" / "datapackage.json"


def write_descriptor() -> Path:
    """Rewrite ``data/aggregate/datapackage.json``."""
    return write_text(descriptor_path(), descriptor_text())


def write_table(frame: pd.DataFrame, path: Path | str) -> Path:
    """Write a table with its metadata inside the file.

    Parameters
    ----------
    frame
        The panel, any table made of it, or a result of ``analysis.statistics``: what its ``attrs`` say goes into the
        file.
    path
        ``.csv``, ``.json``, ``.md``, ``.xlsx`` or ``.parquet``. CSV has no room for metadata:
        it is written beside it as ``<name>.metadata.json``.

    Raises
    ------
    IdentifierError
        If the table holds anything identifying.
    DataError
        If the suffix is not known, or the table cannot be written so.
    """
    told = metadata(frame)
    refuse_identifiers(pd.DataFrame({"metadata": [text for text in _texts(told.get("statistic", {})) if text]}))
    refuse_all_but_publications(frame)
    return write_plain(frame, path, told, allow={"url"})


def metadata(frame: pd.DataFrame) -> dict[str, Any]:
    """The metadata of a table: licence, columns, definitions of its measures, citations of its sources.

    A result of ``analysis.statistics`` has the record of the measures and sources that it was made from even where no
    column names them. ``statistic`` then says how it was made: its columns give name, method, level and what the limits
    are of; the record the seed, surveys, warnings, missing places and parameters.
    """
    known = measures()
    # Of a chosen figure the measure is the one under which it is filed.
    described = fields.PANEL | fields.RATES | ({"measure": fields.PANEL["sense"]} if "standing" in frame else {})
    recorded = ("measures", "sources", *_RECORDED) if "statistic" in frame else ()
    record = {key: frame.attrs[key] for key in recorded if key in frame.attrs}
    used_measures = set(frame.get("measure", ())) | set(record.get("measures", ()))
    used = [name for name in known.index if name in used_measures]
    used_sources = set(frame["source"].dropna() if "source" in frame else ()) | set(record.get("sources", ()))
    told = {
        "title": _TITLE,
        "version": f"exposure-statistics {__version__}",
        "licence": f"{_LICENCE['name']} ({_LICENCE['path']})",
        "columns": {name: described[name] for name in frame.columns if name in described},
        "measures": {name: known.loc[name, "definition"] for name in used},
        "sources": dict(sorted(citations(among=used_sources).items())),
    }
    if "statistic" in frame:
        made = {"name": _in_all_rows(frame["statistic"])}
        made |= {key: _in_all_rows(frame[key]) for key in _MEANT if key in frame}
        told["statistic"] = made | {key: record[key] for key in _RECORDED if key in record}
    return told


def _in_all_rows(column: pd.Series) -> Any:
    """What a column says in all its rows; several words of it, sorted, where they differ; None where it is empty."""
    found = sorted(column.dropna().unique().tolist())
    return found if len(found) > 1 else found[0] if found else None


def _texts(told: object) -> list[str]:
    """Every text in metadata, however deep."""
    if isinstance(told, dict):
        return [text for key, value in told.items() for text in (str(key), *_texts(value))]
    return (
        [text for value in told for text in _texts(value)]
        if isinstance(told, list | tuple)
        else [told]
        if isinstance(told, str)
        else []
    )


def described_file(
    path: Path, name: str, title: str, form: str, media: str, base: Path | None = None
) -> dict[str, Any]:
    """A file as a resource of the package in ``base`` (default: ``data/aggregate``), with its checksum."""
    # Line ends and byte order marks are accepted in reading, but a checksum is one of bytes.
    within = path.relative_to(base or data_folder() / "aggregate").as_posix()
    return described_bytes(path.read_bytes(), within, name, title, form, media)


def described_bytes(raw: bytes, path: str, name: str, title: str, form: str, media: str) -> dict[str, Any]:
    """What a file of a package holds as a resource of it, with its checksum; ``path`` is that within the package."""
    return {
        "name": name.lower(),
        "title": title,
        "path": path,
        "format": form,
        "mediatype": media,
        "encoding": "utf-8",
        "bytes": len(raw),
        "hash": f"sha256:{hashlib.sha256(raw).hexdigest()}",
    }


def described_table(
    path: Path, name: str, title: str, columns: tuple[fields.Field, ...], base: Path | None = None
) -> dict[str, Any]:
    """A table as a resource of the package in ``base`` (default: ``data/aggregate``), with its columns."""
    header = read_text(path).split("\n", 1)[0].strip().split(",")
    known = {field.name: field for field in columns}
    return {
        **described_file(path, name, title, "csv", "text/csv", base),
        "type": "table",
        "schema": {"fields": [_field(known[column]) for column in header if column in known], "missingValues": [""]},
    }


def _field(field: fields.Field) -> dict[str, Any]:
    constraints: dict[str, Any] = {}
    if field.needed:
        constraints["required"] = True
    if field.choices:
        constraints["enum"] = list(field.choices)
    elif field.pattern:
        constraints["pattern"] = field.pattern
    described = {"name": field.name, "type": "string", "description": field.description}
    return {**described, "constraints": constraints} if constraints else described
