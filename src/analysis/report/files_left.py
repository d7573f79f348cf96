"""What a notebook leaves in the folder of its bundles, looked at for identifiers before it is published.

Charts and tables refuse a frame before they write it; a file that a cell writes there by hand passes none of them.
"""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Collection, Iterator
from pathlib import Path

from ..errors import BuildError, IdentifierError
from ..identifiers import identifying_texts, rejoined, texts_in
from .outputs import lines_in, texts_of_markup, without_publications

#: Pictures, which are not read; what a chart writes as PDF was looked at as a chart.
_PICTURES = frozenset({"png", "jpg", "jpeg", "gif", "webp", "pdf"})
_MARKUP = frozenset({"svg", "html", "htm", "xml", "rels", "vml"})
_ARCHIVES = frozenset({"zip", "xlsx", "docx", "pptx", "ods", "odt"})
#: Names of languages of markup, which look like addresses.
_NAMESPACE = re.compile(
    r"https?://(?:schemas\.(?:openxmlformats\.org|microsoft\.com)|purl\.org|www\.w3\.org)/[\w./#-]*"
)
#: So many bytes of an archive are opened, whatever it says of its size.
_MOST = 100_000_000


def refuse_identifying_files(folder: Path, file: str, publications: Collection[str] = ()) -> None:
    """Refuse files of which a reader would learn anything identifying.

    Parameters
    ----------
    folder
        Where a notebook left them; it need not be there.
    file
        The name of the notebook, for the message.
    publications
        Addresses of known publications, which may be shown.

    Raises
    ------
    IdentifierError
        Names the notebook, the file by its number and ending, and the ``rule``, never the value.
    BuildError
        If a file is of a form that is not read, so that nobody can say what it holds.
    """
    known = sorted(publications, key=lambda one: (-len(one), one))
    texts: list[str] = []
    places: list[str] = []
    for number, path in enumerate(sorted(one for one in folder.rglob("*") if one.is_file()), 1):
        where = f"file {number} ({path.suffix[:12]})"
        try:
            told = [path.relative_to(folder).as_posix(), *_texts(path.name, path.read_bytes(), _MOST)]
        except ValueError as fault:
            raise BuildError(
                f"leaves {where} that cannot be looked at, so that it may hold anything",
                remedy="write CSV, JSON, SVG, XLSX or plain text, or a picture",
                file=file,
            ) from fault
        told = [without_publications(known, text) for text in told]
        told = list(dict.fromkeys([*told, *rejoined(told)]))
        texts += told
        places += [where] * len(told)
    for position, rule in identifying_texts(texts).items():
        raise IdentifierError(
            f"{places[position]} that it leaves beside its page holds what looks like a {rule}",
            remedy="it was kept nowhere. Leave counts by place only, or no such file",
            file=file,
            rule=rule,
        )


def _texts(name: str, held: bytes, most: int) -> Iterator[str]:
    """The texts of a file, of an archive those of all its parts; ValueError if it is of a form that is not read."""
    ending = name.lower().rpartition(".")[2]
    if ending in _PICTURES:
        return
    if ending in _ARCHIVES:
        yield from _texts_of_archive(held, most)
        return
    text = held.decode("utf-8-sig")
    if "\0" in text:
        raise ValueError(name)
    if ending in _MARKUP:
        yield from filter(None, (piece.strip() for piece in texts_of_markup(_NAMESPACE.sub("", text))))
    elif ending in ("json", "geojson", "ipynb"):
        try:
            yield from (one for _, one in texts_in(json.loads(text)))
        except RecursionError as fault:
            raise ValueError(name) from fault
    elif ending == "csv":
        try:
            yield from (part for row in csv.reader(io.StringIO(text)) for cell in row for part in cell.split(";"))
        except csv.Error as fault:
            raise ValueError(name) from fault
    else:
        yield from lines_in(text)


def _texts_of_archive(held: bytes, most: int) -> Iterator[str]:
    try:
        with zipfile.ZipFile(io.BytesIO(held)) as archive:
            for entry in archive.infolist():
                yield entry.filename
                most -= entry.file_size
                if most < 0 or entry.flag_bits & 1:
                    raise ValueError(entry.filename)
                with archive.open(entry) as part:
                    inside = part.read(entry.file_size + 1)
                yield from _texts(entry.filename, inside, most)
            yield archive.comment.decode("utf-8", "replace")
    except (zipfile.BadZipFile, NotImplementedError) as fault:
        raise ValueError("not an archive") from fault
