"""The series as a package: the Frictionless descriptor of ``data/series``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..datafolder import data_folder, read_toml
from ..figures import fields
from ..figures.package import described_file, described_table, package_of, package_text
from ..writing import write_text
from .catalogue import series_folder, series_in

if TYPE_CHECKING:
    from pathlib import Path

_TITLE = "Counts over time of reported breaches and open services"
_DESCRIPTION = (
    "Counts by place, measure and day, week or month, as monitors and registers publish them: one folder a series, "
    "with how it was counted; the days on which series break, and public events. A series that lies in a store "
    "of Parquet "
    "files has a package of its own."
)


def descriptor() -> dict[str, Any]:
    """The Frictionless Data Package (version 2) of ``data/series``: one resource per table, schema and checksum."""
    folder = series_folder()
    resources = []
    for name, title in (("breaks", "Days on which series break"), ("events", "Public events")):
        if (folder / f"{name}.csv").exists():
            resources.append(
                described_table(folder / f"{name}.csv", name, title, fields.SERIES_FILES[f"{name}.csv"], folder)
            )
    for name in series_in(folder):
        title = read_toml(folder / name / "series.toml").get("title", {}).get("en", name)
        resources.append(
            described_file(folder / name / "series.toml", f"{name}-series", title, "toml", "application/toml", folder)
        )
        if (folder / name / "counts.csv").exists():
            resources.append(
                described_table(
                    folder / name / "counts.csv", f"{name}-counts", f"Counts: {title}", fields.COUNTS, folder
                )
            )
    return package_of("exposure-series", _TITLE, _DESCRIPTION, resources)


def descriptor_text() -> str:
    """The descriptor as it is committed."""
    return package_text(descriptor())


def descriptor_path() -> Path:
    """Where the descriptor lies."""
    return series_folder() / "datapackage.json"


def write_descriptor() -> Path | None:
    """Rewrite ``series/datapackage.json`` of the data folder in use; None if it has no series of its own."""
    return write_text(descriptor_path(), descriptor_text()) if (data_folder() / "series").is_dir() else None
