"""A chart's SVG: matplotlib's drawing made fit for a page, with its font inside."""

from __future__ import annotations

import base64
import functools
import io
import itertools
import re
from html import escape, unescape

from . import style
from .letters import FAMILY, FILES_FURTHER, FONTS, cut, further_letters, of_file

#: Programs that ignore the font inside take a face that is hardly wider, so that lines fit; DejaVu Sans has letters
#: that our face does not have; last what every program has.
_FAMILIES = f"'{FAMILY}',Inter,Arial,'Liberation Sans','DejaVu Sans Condensed','DejaVu Sans',"


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
    raw = re.sub(rf" font-family: '{FAMILY}'[^;\"]*;", "", raw)
    root, body = raw.split(">", 1)
    frame = re.search(r'viewBox="0 0 (\S+) (\S+)"', root)
    assert frame is not None
    width, height = frame.groups()
    fonts = "".join(
        _face(FAMILY, font_inside(weight, letters), f"font-weight:{weight};") for weight, letters in _letters(body)
    )
    further = _further(body)
    fonts += "".join(_face(name, inside) for name, inside in further)
    families = _FAMILIES + "".join(f"'{name}'," for name, _ in further) + "sans-serif"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" id="{prefix}" '
        f'width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="img" lang="{lang}" '
        f'aria-labelledby="{prefix}-title {prefix}-desc" '
        f'style="stroke-linejoin:round;stroke-linecap:butt;font-family:{families}">'
        f'<title id="{prefix}-title">{escape(title)}</title>'
        f'<desc id="{prefix}-desc">{escape(alt)}</desc><style>{fonts}</style>{body}'
    )


def _face(family: str, inside: str, weight: str = "") -> str:
    return f"@font-face{{font-family:'{family}';{weight}src:url(data:font/woff;base64,{inside}) format('woff')}}"


def _further(body: str) -> list[tuple[str, str]]:
    """The families beside ours that a drawing needs, each cut to the letters that ours lacks."""
    texts = "".join(unescape(text) for text in re.findall(r"<text [^>]*>([^<]*)</text>", body))
    return [
        (family, base64.b64encode(cut(FILES_FURTHER[family], letters)).decode("ascii"))
        for family, letters in further_letters(texts).items()
    ]


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
    return base64.b64encode(cut(FONTS / f"{name}.ttf", frozenset(own | common[1]))).decode("ascii")


@functools.cache
def _prepared(name: str) -> tuple[str, frozenset[str]]:
    from fontTools.ttLib import TTFont

    content = (FONTS / f"{name}.woff").read_bytes()
    letters = frozenset(map(chr, TTFont(io.BytesIO(content)).getBestCmap()))
    return base64.b64encode(content).decode("ascii"), letters


def _characters(name: str) -> frozenset[int]:
    return of_file(FONTS / f"{name}.ttf")
