"""What a reader downloads of a chart: one archive with all its files and a text that describes them."""

from __future__ import annotations

import json
import zipfile
from typing import TYPE_CHECKING, Any

from ..charts.drawings_kept import LEVEL
from ..writing import NO_DATE, write_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

#: Endings of files that compressing makes no smaller.
_COMPRESSED = ("png",)
_MAY_NOT = ("people", "safe", "add", "find")


def write_archive(
    folder: Path, name: str, endings: Iterable[str], words: Mapping[str, str], cited: str, citations: Mapping[str, str]
) -> Path:
    """Put the files of a chart's bundle and a README into one archive beside them.

    Parameters
    ----------
    folder, name, endings
        Where the bundle lies, what it is called, and the endings of its files.
    words
        The site's words in its language.
    cited
        How to cite the report.
    citations
        How to cite each publication, by its source.

    Returns
    -------
    pathlib.Path
        The archive. What is compressed already is stored as it is.
    """
    import io

    told = json.loads((folder / f"{name}.json").read_text("utf-8"))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        entry = zipfile.ZipInfo(f"{name}/README.txt", NO_DATE)
        archive.writestr(entry, readme(told, words, cited, citations))
        for ending in endings:
            entry = zipfile.ZipInfo(f"{name}/{name}.{ending}", NO_DATE)
            packing = zipfile.ZIP_STORED if ending in _COMPRESSED else zipfile.ZIP_DEFLATED
            archive.writestr(entry, (folder / f"{name}.{ending}").read_bytes(), packing, LEVEL)
    return write_bytes(folder / f"{name}.zip", out.getvalue())


def readme(told: Mapping[str, Any], words: Mapping[str, str], cited: str, citations: Mapping[str, str]) -> str:
    """What a chart shows, its sources, its licence, how to cite it, and what it must not be used for."""
    publications = [citations.get(one["id"], one["publisher"]) for one in told.get("sources", [])]
    definitions = [f"{one['label']}: {one['definition']}" for one in told.get("measures", {}).values()]
    parts = [
        [told["title"], told["subtitle"], "", told["alt"], *told["notes"], *definitions],
        [words["sources"].upper(), *publications],
        [words["cite"].upper(), words["cite_lead"], cited],
        [words["maynot"].upper(), *(f"{words[f'maynot_{why}']} {words[f'maynot_{why}_why']}" for why in _MAY_NOT)],
        [words["licence"]],
    ]
    return "\n\n".join("\n".join(part) for part in parts) + "\n"
