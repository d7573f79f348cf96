"""Write the checksums and row counts of data/reference into its sources.toml, after a table was changed on purpose."""

from __future__ import annotations

import csv
import hashlib
import re
from pathlib import Path

from analysis.writing import write_text

REFERENCE = Path(__file__).parents[1] / "data" / "reference"


def updated(text: str) -> str:
    """The text of sources.toml with the numbers of the files as they are now."""
    tables = re.split(r'^(?=\[")', text, flags=re.MULTILINE)
    return "".join(_table(table) for table in tables)


def _table(table: str) -> str:
    found = re.match(r'\["(.+?)"\]', table)
    if not found:
        return table
    path = REFERENCE / found.group(1)
    table = re.sub(
        r'^sha256 = ".*"$', f'sha256 = "{hashlib.sha256(path.read_bytes()).hexdigest()}"', table, flags=re.MULTILINE
    )
    if path.suffix == ".csv":
        with path.open(encoding="utf-8", newline="") as handle:
            table = re.sub(
                r"^rows = \d+$", f"rows = {sum(1 for _ in csv.reader(handle)) - 1}", table, flags=re.MULTILINE
            )
    return table


if __name__ == "__main__":
    sources = REFERENCE / "sources.toml"
    write_text(sources, updated(sources.read_text(encoding="utf-8")))
