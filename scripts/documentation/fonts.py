"""The site carries a letter for everything that it shows, in every script: nothing is left to the reader's machine."""

from __future__ import annotations

import html
import io
import logging
import re
import unicodedata
from pathlib import Path

import matplotlib
from fontTools import subset
from fontTools.ttLib import TTFont

from analysis.charts.letters import FAMILY

ROOT = Path(__file__).parents[2]
CHARTS = ROOT / "src" / "analysis" / "charts" / "fonts"
MATPLOTLIB = Path(matplotlib.get_data_path(), "fonts", "ttf")
#: Family, file, weights; the first that has a letter draws it. Charts on a page ask for the first by its name.
FONTS = [
    (FAMILY, CHARTS / "Inter-Regular.ttf", "400"),
    (FAMILY, CHARTS / "Inter-SemiBold.ttf", "600 900"),
    ("Site Scripts", MATPLOTLIB / "DejaVuSans.ttf", "400"),
    ("Site East Asia", CHARTS / "further" / "NotoSansCJK-cut.otf", "400"),
    ("Site Telugu", CHARTS / "further" / "NotoSansTelugu-cut.ttf", "400"),
    ("Site Mono", MATPLOTLIB / "DejaVuSansMono.ttf", "400"),
]


def write(site: Path) -> None:
    """Write the fonts, cut to the letters of the pages, and their style sheet."""
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    letters = _letters(site)
    rules, known = [], set()
    for family, path, weight in FONTS:
        font = TTFont(path)
        has = letters & set(font.getBestCmap())
        # Letters of the first family are not repeated in its stand-ins, but code is set in a face of its own.
        own = has if family in (FAMILY, "Site Mono") else has - known
        known |= has
        if own:
            name = f"{family.lower().replace(' ', '-')}-{weight[:3]}.woff"
            (site / "_static" / name).write_bytes(_cut(font, own))
            spans = ",".join(f"U+{code:X}" for code in sorted(own)) if family not in (FAMILY, "Site Mono") else ""
            face = f"font-family:'{family}';font-weight:{weight};font-display:swap;src:url({name}) format('woff')"
            rules.append(f"@font-face{{{face}{f';unicode-range:{spans}' if spans else ''}}}")
    missing = {chr(code) for code in letters - known if not unicodedata.category(chr(code)).startswith(("C", "Z", "M"))}
    if missing:
        raise SystemExit(f"no font at hand has {' '.join(sorted(missing))}: add one to FONTS in {Path(__file__).name}")
    (site / "_static" / "fonts.css").write_text("\n".join(rules) + "\n", "utf-8", newline="\n")


def _letters(site: Path) -> set[int]:
    """Every letter of every page."""
    found: set[str] = set()
    for path in sorted(site.rglob("*.html")):
        found |= set(html.unescape(re.sub(r"<(script|style)\b.*?</\1>", "", path.read_text("utf-8"), flags=re.DOTALL)))
    return {ord(letter) for letter in found if letter not in "\n\t"}


def _cut(font: TTFont, codes: set[int]) -> bytes:
    """A font with these letters only, the same bytes each time."""
    options = subset.Options(hinting=False, notdef_outline=True, flavor="woff", layout_features=["*"])
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=sorted(codes))
    cutter.subset(font)
    font.recalcTimestamp = False
    font.flavor = "woff"
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()
