"""The drawings that pages have of a chart, in one archive: pages are made of it, in this build and in the next."""

from __future__ import annotations

import io
import zipfile

from ..writing import NO_DATE
from .style import ON_PAGES

#: What follows the chart's name in that of the archive; with a point before it, it would be a name of hosts.
ENDING = "-drawings.zip"
#: As the PDF of a chart is compressed, and by the same library.
LEVEL = 6


def packed(drawn: dict[str, str]) -> bytes:
    """Drawings by the width of their column as the content of an archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL) as archive:
        for width, text in drawn.items():
            archive.writestr(zipfile.ZipInfo(f"{width}.svg", NO_DATE), text, zipfile.ZIP_DEFLATED, LEVEL)
    return out.getvalue()


def unpacked(content: bytes) -> dict[str, str]:
    """Drawings by the width of their column, each of them; nothing if these bytes do not hold all."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return {width: archive.read(f"{width}.svg").decode("utf-8") for width in ON_PAGES}
    except (zipfile.BadZipFile, KeyError, UnicodeDecodeError, NotImplementedError, RuntimeError):
        return {}
