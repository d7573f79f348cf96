"""Checks that reference tables and descriptors match their description: byte for byte, or as they would be made now."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

from ..datafolder import read_regular, read_text, read_toml, relative
from ..errors import DataError, ExposureError
from ..identifiers import refuse_identifying_texts
from .faults import Finding


def reference_faults(folder: Path) -> Iterator[Finding]:
    """Reference tables are those that sources.toml describes, byte for byte."""
    index = folder / "sources.toml"
    if not folder.is_dir():
        return
    try:
        described = read_toml(index)
        refuse_identifying_texts({"described": list(described)}, file=relative(index))
        text = read_text(index)
    except ExposureError as error:
        yield Finding.of(error)
        return
    for name, entry in described.items():
        at = (relative(index), text[: max(text.find(f'["{name}"]'), 0)].count("\n") + 1)
        for key in ("title", "origin", "licence", "sha256"):
            if not entry.get(key):
                yield Finding("error", *at, key, name, f"the table has no '{key}'", "add it.")
        if not (folder / name).is_file():
            yield Finding(
                "error", *at, "", name, "is described here, but missing", "add the file, or remove its entry."
            )
        elif entry.get("sha256") and hashlib.sha256(read_regular(folder / name)).hexdigest() != entry["sha256"]:
            yield Finding(
                "error",
                relative(folder / name),
                0,
                "",
                "",
                "is not the file whose checksum sources.toml gives",
                "restore it, or give origin and checksum of the new one.",
            )
    there = {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith(".")
    }
    for name in sorted(there - set(described) - {"sources.toml"}):
        if not name.endswith((".txt", ".md")):
            yield Finding(
                "note",
                relative(folder / name),
                0,
                "",
                "",
                "is not described in sources.toml",
                "add its origin, licence and checksum.",
            )


def stale_descriptor(path: Path, made: Callable[[], str], told: str) -> Iterator[Finding]:
    """A note if a descriptor differs from the one that would be made now."""
    try:
        current = path.exists() and read_text(path) == made()
    except DataError:
        # A file that cannot be read is named by the check of its own.
        return
    if not current:
        yield Finding("note", relative(path), 0, "", "", told, "run 'python scripts/make_documents.py'.")
