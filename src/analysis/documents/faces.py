"""The fonts of a PDF: those of the package and of matplotlib, those that a reader names, and none of the machine's."""

from __future__ import annotations

import functools
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

from ..charts.letters import FAMILIES, FILES_FURTHER, FURTHER, SHAPELESS, listed
from ..charts.letters import FONTS as OWN
from ..errors import DataError
from .model import Block, Document, Figure, Heading, Items, Paragraph, Table, Verbatim, plain

_FILES = (".ttf", ".otf", ".ttc")


def folders() -> tuple[Path, ...]:
    """The folders of the fonts at hand."""
    import matplotlib as mpl

    return OWN, Path(mpl.get_data_path(), "fonts", "ttf"), FURTHER


def chosen(document: Document, fonts: Sequence[Path | str] = ()) -> list[str]:
    """The families of fonts for a document, in the order in which a letter is looked up.

    Raises
    ------
    DataError
        If no font has a letter of it, or a folder that is named holds no font.
    """
    families, known = [*FAMILIES, *FILES_FURTHER], set(_at_hand())
    for folder in fonts:
        added = _fonts_of(Path(folder))
        families += [name for name, _ in added]
        known.update(*(letters for _, letters in added))
    for where, text in _texts(document):
        # Control characters are left out when the text is set.
        missing = sorted({one for one in text if ord(one) not in known and one not in SHAPELESS and one.isprintable()})
        if missing:
            raise DataError(
                f"no font at hand has these letters of {where!r}: {listed(missing)}",
                remedy="name a folder with a font that has them (fonts=, --fonts), such as Noto's; a DOCX needs none",
            )
    return list(dict.fromkeys(families))


@functools.cache
def _at_hand() -> frozenset[int]:
    """The letters of the fonts that are always there."""
    own, dejavu, further = folders()
    files = [own / "Inter-Regular.ttf", dejavu / "DejaVuSans.ttf", *sorted(further.glob("*.[ot]tf"))]
    return frozenset().union(*(letters for path in files for _, letters in _read(path)))


def _fonts_of(folder: Path) -> list[tuple[str, frozenset[int]]]:
    """Family and letters of each font in a folder."""
    files = sorted(path for path in folder.rglob("*") if path.suffix.lower() in _FILES) if folder.is_dir() else []
    if not files:
        raise DataError("holds no fonts", remedy="name a folder with .ttf or .otf files", file=str(folder))
    return [found for path in files for found in _read(path)]


def _read(path: Path) -> list[tuple[str, frozenset[int]]]:
    from fontTools.ttLib import TTCollection, TTFont, TTLibError

    try:
        content = io.BytesIO(path.read_bytes())
        fonts = TTCollection(content).fonts if path.suffix.lower() == ".ttc" else [TTFont(content, lazy=True)]
        return [(font["name"].getBestFamilyName() or "", frozenset(font.getBestCmap() or ())) for font in fonts]
    except (TTLibError, KeyError, OSError) as error:
        raise DataError(f"cannot be read as a font ({error})", remedy="remove it", file=str(path)) from None


def _texts(document: Document) -> Iterator[tuple[str, str]]:
    """Every text of a document that is set as letters, with the chapter in which it stands."""
    yield document.title, "".join((document.title, document.subtitle, *document.about, document.running))
    for chapter in document.chapters:
        yield chapter.title, chapter.title + "".join(text for block in chapter.blocks for text in _of(block))
    yield document.title, "".join(f"{source.citation}{source.id}" for source in document.sources)


def _of(block: Block) -> Iterator[str]:
    match block:
        case Heading() | Paragraph():
            yield plain(block.text)
        case Items():
            for item in block.items:
                for part in item:
                    yield from _of(part)
        case Verbatim():
            yield block.text
        case Figure():
            yield block.title or block.alt
        case Table():
            yield block.title
            yield from block.notes
            yield from (column.label for column in block.columns)
            yield from (plain(cell) for row in block.rows for cell in row)
