"""The typefaces at hand, in the order in which a letter is looked up, and the letters that none of them has."""

from __future__ import annotations

import functools
import io
import unicodedata
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

FONTS = Path(__file__).with_name("fonts")
#: Inter (SIL Open Font Licence), cut to Latin; scripts/make_fonts.py says how.
FAMILY = "Exposure Inter"
#: The letters that the shipped data have beyond those of Inter and DejaVu; scripts/make_document_fonts.py says how.
FURTHER = FONTS / "further"
EAST_ASIA, TELUGU = "Exposure Noto CJK", "Exposure Noto Telugu"
FILES_FURTHER = {EAST_ASIA: FURTHER / "NotoSansCJK-cut.otf", TELUGU: FURTHER / "NotoSansTelugu-cut.ttf"}
FAMILIES = (FAMILY, "DejaVu Sans")
#: Matplotlib's font of boxes, which has every letter.
_BOXES = "Last Resort"
#: What has no shape of its own: blanks, marks of direction, joiners.
SHAPELESS = frozenset(
    " \n\t\u00a0\u200b\u200c\u200d\u200e\u200f\u2028\u202a\u202b\u202c\u2060\u2066\u2067\u2068\u2069\ufeff"
)
#: Letters that a message names at most.
_NAMED = 12


class MissingLettersWarning(UserWarning):
    """No font at hand has some letters of a chart: a PNG or PDF shows boxes in their place."""


def families(text: str) -> tuple[str, ...]:
    """The families that a text is set in: ours and, for letters that ours lack, others that have them."""
    if not (lacking := _lacking(text)):
        return FAMILIES
    found = (_elsewhere(letter) for letter in sorted(lacking))
    return (*FAMILIES, *dict.fromkeys(filter(None, found)))


def further_letters(text: str) -> dict[str, frozenset[str]]:
    """The letters of a text that the further families of the package have, by family."""
    lacking = _lacking(text)
    found = {name: frozenset(one for one in lacking if _elsewhere(one) == name) for name in FILES_FURTHER}
    return {name: letters for name, letters in found.items() if letters}


@functools.lru_cache(maxsize=64)
def cut(path: Path, letters: frozenset[str]) -> bytes:
    """A font cut to these letters, as WOFF: the same bytes each time."""
    from fontTools import subset
    from fontTools.ttLib import TTFont

    font = TTFont(path, recalcTimestamp=False)
    options = subset.Options(hinting=False, legacy_kern=True, notdef_outline=True, name_IDs=[0, 1, 2, 13, 14])
    if path == FILES_FURTHER[EAST_ASIA]:
        # The letters of East Asia stand one beside the other; rules for setting them otherwise are most of the work.
        options.drop_tables += ["GSUB", "GPOS"]
    cutter = subset.Subsetter(options)
    cutter.populate(text="".join(sorted(letters)))
    cutter.subset(font)
    font.flavor = "woff"
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()


def missing(text: str) -> list[str]:
    """The letters of a text that no font at hand has."""
    return sorted(letter for letter in _lacking(text) if _elsewhere(letter) is None)


def listed(letters: Iterable[str]) -> str:
    """Letters with their names in Unicode, for a message."""
    letters = list(letters)
    named = ", ".join(f"{one} ({unicodedata.name(one, 'no name').lower()})" for one in letters[:_NAMED])
    return named + (f" and {len(letters) - _NAMED} more" if len(letters) > _NAMED else "")


def warn_of_missing(texts: Iterable[str], what: str) -> None:
    """A MissingLettersWarning if no font at hand has some letters of these texts of a chart."""
    if letters := missing("".join(texts)):
        warnings.warn(
            f"no font at hand has these letters of the chart {what!r}: {listed(letters)}. PNG and PDF show boxes for "
            "them, the SVG is set by the reader's browser. Install a font that has them, such as Noto's, or write "
            "them in Latin letters",
            MissingLettersWarning,
            stacklevel=2,
        )


@functools.lru_cache(maxsize=4096)
def _lacking(text: str) -> frozenset[str]:
    """The letters of a text that our families lack."""
    if text.isascii():
        return frozenset()
    return frozenset(one for one in text if ord(one) not in _of_ours() and one not in SHAPELESS and one.isprintable())


@functools.cache
def _of_ours() -> frozenset[int]:
    import matplotlib as mpl

    return of_file(FONTS / "Inter-Regular.ttf") | of_file(Path(mpl.get_data_path(), "fonts", "ttf", "DejaVuSans.ttf"))


@functools.cache
def of_file(path: Path) -> frozenset[int]:
    """The letters of a font; none of one that cannot be read."""
    from matplotlib.ft2font import FT2Font

    try:
        return frozenset(FT2Font(str(path)).get_charmap())
    except (OSError, RuntimeError):
        return frozenset()


@functools.cache
def _elsewhere(letter: str) -> str | None:
    """The family that has a letter: one of the package, else the first by name of those on the machine."""
    from matplotlib.font_manager import fontManager

    on_machine = sorted({(entry.name, entry.fname) for entry in fontManager.ttflist if _BOXES not in entry.name})
    files = [*FILES_FURTHER.items(), *((name, Path(path)) for name, path in on_machine)]
    return next((name for name, path in files if ord(letter) in of_file(path)), None)
