"""A chart's SVG: matplotlib's drawing made fit for a page, with its font inside."""

from __future__ import annotations

import base64
import functools
import io
import itertools
import re
from html import escape

from . import style

#: Programs that ignore the font inside take a face that is hardly wider, so that lines fit; DejaVu Sans has letters
#: that our face does not have; last what every program has.
_FAMILIES = f"'{style.FAMILY}',Inter,Arial,'Liberation Sans','DejaVu Sans Condensed','DejaVu Sans',sans-serif"


def finished(raw: str, *, name: str, title: str, alt: str, lang: str) -> str:
    """Matplotlib's SVG made fit for a page: names of its own, title and description, font inside."""
    prefix = re.sub(r"[^\w-]", "-", name)
    # Matplotlib's names depend on colours; ours are numbers, so that both themes of a chart differ in colours alone.
    order = {one: n for n, one in enumerate(dict.fromkeys(re.findall(r"(?:url\(#|href=\"#)([^\")]+)", raw)), 1)}
    raw = re.sub(
        r' id="([^"]*)"',
        lambda found: f' id="{prefix}-{order[found[1]]}"' if found[1] in order else "",
        raw[raw.index("<svg") :],
    )
    raw = re.sub(r"(url\(#|href=\"#)([^\")]+)", lambda found: f"{found[1]}{prefix}-{order[found[2]]}", raw)
    raw = re.sub(r"<!--.*?-->|<style type=\"text/css\">.*?</style>|<metadata>.*?</metadata>", "", raw, flags=re.DOTALL)
    raw = re.sub(r"<defs>\s*</defs>\s*", "", raw)
    # Matplotlib writes each step of a path on its own line: a third of the file of a map.
    raw = raw.replace(" \nL ", "L").replace(" \nz", "z").replace("z\nM ", "zM").replace(' \n"', '"').replace('\n"', '"')
    raw = re.sub(r' d="[^"]+"', _rounded, raw)
    raw = re.sub(r' transform="rotate\(-0 [^)]*\)"', "", raw)
    raw = raw.replace(f" font-family: '{style.FAMILY}', 'DejaVu Sans';", "")
    root, body = raw.split(">", 1)
    frame = re.search(r'viewBox="0 0 (\S+) (\S+)"', root)
    assert frame is not None
    width, height = frame.groups()
    fonts = "".join(
        f"@font-face{{font-family:'{style.FAMILY}';font-weight:{weight};"
        f"src:url(data:font/woff;base64,{font_inside(weight, letters)}) format('woff')}}"
        for weight, letters in _letters(body)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" id="{prefix}" '
        f'width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="img" lang="{lang}" '
        f'aria-labelledby="{prefix}-title {prefix}-desc" '
        f'style="stroke-linejoin:round;stroke-linecap:butt;font-family:{_FAMILIES}">'
        f'<title id="{prefix}-title">{escape(title)}</title>'
        f'<desc id="{prefix}-desc">{escape(alt)}</desc><style>{fonts}</style>{body}'
    )


def _rounded(path: re.Match[str]) -> str:
    """A path with its numbers to a hundredth of a pixel, a third shorter."""
    return re.sub(r"-?\d+\.\d{3,}", lambda found: f"{float(found[0]):.2f}".rstrip("0").rstrip("."), path[0])


def _stepped(path: re.Match[str]) -> str:
    """A long path of straight lines in steps on a grid of 0.4 pixels, which makes it short; neighbours still meet."""
    if re.search(r"[^MLz\d.\s\"=d-]", path[0]):
        return path[0]
    made = []
    for ring in path[0].split("M")[1:]:
        numbers = re.findall(r"-?[\d.]+", ring)
        points = [
            (4 * round(2.5 * float(x)), 4 * round(2.5 * float(y)))
            for x, y in zip(numbers[::2], numbers[1::2], strict=True)
        ]
        steps = [(b[0] - a[0], b[1] - a[1]) for a, b in itertools.pairwise(points)]
        steps = [step for step in steps if step != (0, 0)]
        # A ring of two steps has no area.
        if len(steps) > 2 or "z" not in ring:
            told = " ".join(f"{x / 10:g} {y / 10:g}" for x, y in steps)
            made.append(f"M{points[0][0] / 10:g} {points[0][1] / 10:g}l{told}{'z' * ('z' in ring)}")
    return ' d="' + re.sub(r"(?<!\d)0\.", ".", "".join(made)).replace(" -", "-") + '"'


def on_page(drawn: str, width: str = "") -> str:
    """A drawing for pages that give it their font; its class says for which column width it is."""
    told = re.sub(r"<style>.*?</style>", "", drawn, count=1, flags=re.DOTALL)
    told = re.sub(r"\n\s*", "\n", re.sub(r' d="[^"]{400,}"', _stepped, told))
    return re.sub(r' width="[\d.]+" height="[\d.]+"', f' class="{f"drawing {width}".strip()}"', told, count=1)


def _letters(body: str) -> list[tuple[int, frozenset[str]]]:
    """The weights in use, and the characters set in each."""
    from html import unescape

    letters: dict[int, set[str]] = {}
    for attributes, text in re.findall(r"<text ([^>]*)>([^<]*)</text>", body):
        bold = re.search(r"font-weight: ?(\d+)|font: ?(\d+)", attributes)
        weight = int(bold[1] or bold[2]) if bold else style.REGULAR
        letters.setdefault(weight, set()).update(unescape(text))
    return [(weight, frozenset(found)) for weight, found in sorted(letters.items())]


@functools.lru_cache(maxsize=64)
def font_inside(weight: int, letters: frozenset[str]) -> str:
    """A WOFF font in base64 with these letters: the prepared subset if it has them all, else one made for them."""
    name = style.FILES[weight]
    common = _prepared(name)
    own = {letter for letter in letters if ord(letter) in _characters(name)}
    if own <= common[1]:
        return common[0]
    from fontTools import subset
    from fontTools.ttLib import TTFont

    font = TTFont(style.FONTS / f"{name}.ttf", recalcTimestamp=False)
    cutter = subset.Subsetter(
        subset.Options(hinting=False, legacy_kern=True, notdef_outline=True, name_IDs=[0, 1, 2, 13, 14])
    )
    cutter.populate(text="".join(sorted(own | common[1])))
    cutter.subset(font)
    font.flavor = "woff"
    out = io.BytesIO()
    font.save(out)
    return base64.b64encode(out.getvalue()).decode("ascii")


@functools.cache
def _prepared(name: str) -> tuple[str, frozenset[str]]:
    from fontTools.ttLib import TTFont

    content = (style.FONTS / f"{name}.woff").read_bytes()
    letters = frozenset(map(chr, TTFont(io.BytesIO(content)).getBestCmap()))
    return base64.b64encode(content).decode("ascii"), letters


@functools.cache
def _characters(name: str) -> frozenset[int]:
    from matplotlib.font_manager import get_font

    return frozenset(get_font(str(style.FONTS / f"{name}.ttf")).get_charmap())
