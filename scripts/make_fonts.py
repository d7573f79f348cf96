"""Make the two cuts of Inter that the charts use: Latin characters, figures of one width.

Usage: python scripts/make_fonts.py REGULAR.ttf SEMIBOLD.ttf

The whole family comes as static TrueType files from the Inter project (SIL Open Font Licence 1.1,
no reserved font name). Run once; the result is committed: a TTF for drawing, and a WOFF of the
commonest characters for pages. The family is called Exposure Inter, so that a copy of
Inter that happens to be installed, in another version, cannot change a chart.
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont, newTable
from fontTools.ttLib.tables._k_e_r_n import KernTable_format_0

HERE = Path(__file__).resolve().parents[1] / "src" / "analysis" / "charts" / "fonts"
#: Latin of the European languages, punctuation, signs of currency and mathematics, arrows. Few, since
#: every PDF costs time for each of them; DejaVu Sans, which matplotlib brings along, has the rest.
CHARACTERS = [
    *range(0x20, 0x7F),
    *range(0xA0, 0x180),
    *range(0x218, 0x21C),
    0x2BC,
    0x1E9E,
    0x2002,
    0x2003,
    0x2009,
    0x200A,
    0x2010,
    0x2011,
    *range(0x2012, 0x2016),
    *range(0x2018, 0x2023),
    0x2026,
    0x202F,
    0x2030,
    0x2032,
    0x2033,
    0x2039,
    0x203A,
    0x2044,
    0x2070,
    *range(0x2074, 0x207A),
    *range(0x2080, 0x208A),
    0x20AC,
    0x2116,
    0x2122,
    *range(0x2150, 0x215F),
    *range(0x2190, 0x2194),
    0x2212,
    0x2248,
    0x2260,
    0x2264,
    0x2265,
    0x25CF,
    0x25CB,
]
#: What texts in English, Spanish, German and French need.
COMMON = [
    *range(0x20, 0x7F),
    *range(0xA0, 0x100),
    0x152,
    0x153,
    0x178,
    0x2009,
    0x2013,
    0x2014,
    0x2018,
    0x2019,
    0x201A,
    0x201C,
    0x201D,
    0x201E,
    0x2022,
    0x2026,
    0x202F,
    0x2030,
    0x20AC,
    0x2192,
    0x2212,
    0x2248,
    0x2264,
    0x2265,
]
#: Letters whose spacing shows; kerning of all pairs of all accents would be most of the file.
KERNED = [*range(0x21, 0x7F), *range(0xC0, 0x100), 0x2013, 0x2019, 0x201C, 0x201D]


def main(regular: str, semibold: str) -> None:
    for source, name in ((regular, "Inter-Regular"), (semibold, "Inter-SemiBold")):
        font = TTFont(source)
        use_tabular_figures(font)
        pairs = kerning(font, {font.getBestCmap()[code] for code in KERNED})
        cut(font, CHARACTERS)
        # As an old-style table: read by every renderer, and quick to subset when a PDF is written.
        table = KernTable_format_0()
        table.kernTable, table.coverage, table.apple = pairs, 1, False
        font["kern"] = newTable("kern")
        font["kern"].version, font["kern"].kernTables = 0, [table]
        for table in font["name"].names:
            if table.nameID == 1:
                table.string = "Exposure Inter"
        if name == "Inter-SemiBold":
            font["OS/2"].usWeightClass = 700  # our bold: of the fallback typeface there is no other
        font.save(HERE / f"{name}.ttf")
        common = TTFont(HERE / f"{name}.ttf", recalcTimestamp=False)
        cut(common, COMMON, legacy_kern=True)
        common.flavor = "woff"
        common.save(HERE / f"{name}.woff")


def use_tabular_figures(font: TTFont) -> None:
    """Let the characters 0 to 9 show the figures of one width, so that columns of numbers align."""
    tabular = {
        old: new
        for lookup in font["GSUB"].table.LookupList.Lookup
        for entry in lookup.SubTable
        for old, new in getattr(getattr(entry, "ExtSubTable", entry), "mapping", {}).items()
        if new == f"{old}.tf"
    }
    for table in font["cmap"].tables:
        for code in range(0x30, 0x3A):
            if code in table.cmap:
                table.cmap[code] = tabular.get(table.cmap[code], table.cmap[code])


def kerning(font: TTFont, glyphs: set[str]) -> dict[tuple[str, str], int]:
    """The kerning of all pairs of these glyphs; the first subtable that covers a pair decides."""
    gpos = font["GPOS"].table
    wanted = {
        i
        for record in gpos.FeatureList.FeatureRecord
        if record.FeatureTag == "kern"
        for i in record.Feature.LookupListIndex
    }
    pairs: dict[tuple[str, str], int] = {}
    for index in sorted(wanted):
        for subtable in gpos.LookupList.Lookup[index].SubTable:
            entry = getattr(subtable, "ExtSubTable", subtable)
            if entry.LookupType != 2:
                continue
            for at, left in enumerate(entry.Coverage.glyphs):
                if left not in glyphs:
                    continue
                if entry.Format == 1:
                    for record in entry.PairSet[at].PairValueRecord:
                        if record.SecondGlyph in glyphs:
                            pairs.setdefault((left, record.SecondGlyph), advance(record.Value1))
                else:
                    row = entry.Class1Record[entry.ClassDef1.classDefs.get(left, 0)].Class2Record
                    for right in glyphs:
                        value = row[entry.ClassDef2.classDefs.get(right, 0)].Value1
                        pairs.setdefault((left, right), advance(value))
    return {pair: value for pair, value in sorted(pairs.items()) if value}


def advance(value) -> int:
    return getattr(value, "XAdvance", 0) or 0


def cut(font: TTFont, characters: list[int], legacy_kern: bool = False) -> None:
    options = subset.Options(
        layout_features=[],
        hinting=False,
        legacy_kern=legacy_kern,
        notdef_outline=True,
        name_IDs=[0, 1, 2, 4, 6, 13, 14],
        drop_tables=["DSIG", "STAT", "GDEF", "GPOS", "GSUB", "MVAR"],
        recalc_timestamp=False,
    )
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=characters)
    cutter.subset(font)


if __name__ == "__main__":
    main(*sys.argv[1:])
