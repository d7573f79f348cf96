"""Make the cuts of Noto that PDF documents use for what accounts of other scripts print.

Usage: python scripts/make_document_fonts.py NotoSansCJK-Regular.otf NotoSansTelugu.ttf

Both come from the Noto project (SIL Open Font Licence 1.1, no reserved font name). Each is cut to the letters that
the data have and that neither Inter nor DejaVu Sans has, with the Japanese syllables and the punctuation of East Asia.
Run again when the data have new letters: a test says which are missing. The families have names of their own, so that
a copy of Noto that happens to be installed cannot change a document.
"""

from __future__ import annotations

import sys
from pathlib import Path

import matplotlib
from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

ROOT = Path(__file__).resolve().parents[1]
HERE = ROOT / "src" / "analysis" / "charts" / "fonts" / "further"
#: Ideographic comma and full stop, brackets of East Asia, syllables, wide forms.
EAST_ASIA = [*range(0x3001, 0x3012), *range(0x3041, 0x3097), *range(0x30A1, 0x3100), *range(0xFF01, 0xFF5F)]
TELUGU = [*range(0xC00, 0xC80), 0x200C, 0x200D]


def main(cjk: str, telugu: str) -> None:
    have = covered()
    letters = {ord(letter) for file in (ROOT / "data").rglob("*.csv") for letter in file.read_text("utf-8")} - have
    east_asia = {code for code in letters if code >= 0x1100}
    cut(TTFont(cjk), east_asia | set(EAST_ASIA) - have, "Exposure Noto CJK", "NotoSansCJK-cut.otf")
    font = instancer.instantiateVariableFont(TTFont(telugu), {"wght": 400, "wdth": 100})
    cut(font, set(TELUGU), "Exposure Noto Telugu", "NotoSansTelugu-cut.ttf")


def covered() -> set[int]:
    """The letters of the fonts that are there anyway."""
    dejavu = Path(matplotlib.get_data_path(), "fonts", "ttf", "DejaVuSans.ttf")
    inter = ROOT / "src" / "analysis" / "charts" / "fonts" / "Inter-Regular.ttf"
    return {code for path in (dejavu, inter) for code in TTFont(path).getBestCmap()}


def cut(font: TTFont, codes: set[int], family: str, name: str) -> None:
    """Leave a font its letters, under another name."""
    options = subset.Options(hinting=False, notdef_outline=True, name_IDs=[0, 1, 2, 4, 6, 13, 14], desubroutinize=True)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=sorted(codes))
    cutter.subset(font)
    for record in font["name"].names:
        if record.nameID in (1, 4):
            record.string = family
        elif record.nameID == 6:
            record.string = family.replace(" ", "")
    if "CFF " in font:
        font["CFF "].cff.fontNames = [family.replace(" ", "")]
    font.recalcTimestamp = False
    font.save(HERE / name)


if __name__ == "__main__":
    main(*sys.argv[1:])
