"""A chart's SVG: matplotlib's drawing made fit for a page, with its font inside."""

from __future__ import annotations

import base64
import functools
import itertools
import re
from html import escape, unescape
from typing import TYPE_CHECKING

from . import style
from .letters import FAMILY, FILES_FURTHER, FONTS, cut, further_letters, of_file

if TYPE_CHECKING:
    import numpy as np

#: Programs that ignore the font inside take a face that is hardly wider, so that lines fit; DejaVu Sans has letters
#: that our face does not have; last what every program has.
_FAMILIES = f"'{FAMILY}',Inter,Arial,'Liberation Sans','DejaVu Sans Condensed','DejaVu Sans',"

#: A path with more characters is long; the grid of such a path on a page, in tenths of a pixel.
_LONG, _ON_SCREEN = 400, 4
#: What paths of straight lines are made of, and the numbers in them.
_STRAIGHT = re.compile(r"[MLlz\d.\s-]+")
_NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)")
#: Between two numbers that both have a point no space is needed.
_POINTED = re.compile(r"(\.\d) (?=\.)")


def finished(raw: str, *, name: str, title: str, alt: str, lang: str, alone: bool = True) -> str:
    """Matplotlib's SVG made fit for a page: names of its own, title and description; its font inside if it is alone."""
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
    raw = re.sub(r' d="([^"]+)"', lambda found: f' d="{_shortened(found[1])}"', raw)
    raw = re.sub(r' transform="rotate\(-0 [^)]*\)"', "", raw)
    raw = re.sub(rf" font-family: '{FAMILY}'[^;\"]*;", "", raw)
    root, body = raw.split(">", 1)
    frame = re.search(r'viewBox="0 0 (\S+) (\S+)"', root)
    assert frame is not None
    width, height = frame.groups()
    fonts = "".join(
        _face(FAMILY, font_inside(weight, letters), f"font-weight:{weight};")
        for weight, letters in (_letters(body) if alone else ())
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


def _shortened(path: str) -> str:
    """A path with its points to a hundredth of a pixel; a long one of straight lines to a tenth."""
    if len(path) >= _LONG and _STRAIGHT.fullmatch(path):
        return _in_steps(path, 1)
    return re.sub(r"-?\d+\.\d{3,}", lambda found: f"{float(found[0]):.2f}".rstrip("0").rstrip("."), path)


def _in_steps(path: str, grid: int) -> str:
    """A path of straight lines as short steps on a grid of so many tenths of a pixel; neighbours still meet."""
    import numpy as np

    rings = path.split("M")[1:]
    numbers = [_NUMBER.findall(ring) for ring in rings]
    starts = np.cumsum([0, *(len(one) // 2 for one in numbers)])
    points = np.rint(np.array([float(one) for ring in numbers for one in ring]) * 10).astype(int).reshape(-1, 2)
    if "l" in path:
        points = points.cumsum(axis=0)
        points -= np.repeat(np.vstack([[0, 0], points])[starts[:-1]], np.diff(starts), axis=0)
    points = np.rint(points / grid).astype(int) * grid
    made = []
    for ring, first, steps in zip(rings, points[starts[:-1]].tolist(), _steps(points, starts), strict=True):
        # A ring of two steps has no area; in a saved file its outline is a speck of land all the same.
        if grid < _ON_SCREEN or len(steps) > 4 or "z" not in ring:
            told = " ".join(map(_tenths, steps)).replace(" -", "-")
            told = _POINTED.sub(r"\1", told)
            made.append(f"M{' '.join(map(_tenths, first))}{'l' * bool(told)}{told}{'z' * ('z' in ring)}")
    return "".join(made)


def _steps(points: np.ndarray, starts: np.ndarray) -> list[list[int]]:
    """From point to point, of each ring that starts there: those in one direction are one, and none leads nowhere.

    A ring of one place alone keeps a step, for its end may be drawn.
    """
    import numpy as np

    steps, ring = np.diff(points, axis=0), np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    inside = ring[1:] == ring[:-1]
    moving = np.bincount(ring[1:][inside & steps.any(axis=1)], minlength=len(starts) - 1) > 0
    first = np.diff(ring[1:][inside], prepend=-1) > 0
    kept = steps[inside].any(axis=1) | (first & ~moving[ring[1:][inside]])
    steps, ring = steps[inside][kept], ring[1:][inside][kept]
    before, after = steps[:-1], steps[1:]
    turns = (before[:, 0] * after[:, 1] != before[:, 1] * after[:, 0]) | ((before * after).sum(axis=1) < 0)
    (begin,) = np.append([True] * bool(len(steps)), turns | (ring[1:] != ring[:-1])).nonzero()
    joined = np.add.reduceat(steps, begin, axis=0).ravel().tolist() if len(steps) else []
    ends = 2 * np.searchsorted(ring[begin], np.arange(len(starts)))
    return [joined[low:high] for low, high in itertools.pairwise(ends.tolist())]


@functools.cache
def _tenths(number: int) -> str:
    """A number of tenths as short as paths allow."""
    return re.sub(r"^(-?)0\.", r"\1.", f"{number / 10:g}")


def on_page(drawn: str, width: str = "") -> str:
    """A drawing for pages that give it their font; its class says for which column width it is."""
    told = re.sub(r"<style>.*?</style>", "", drawn, count=1, flags=re.DOTALL)
    told = re.sub(r' d="(M[Mlz\d. -]+)"', lambda found: f' d="{_in_steps(found[1], _ON_SCREEN)}"', told)
    told = re.sub(r"\n\s*", "\n", told)
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
    """A WOFF font in base64 with these letters alone, of those that our face has."""
    file = FONTS / f"{style.FILES[weight]}.ttf"
    own = frozenset(letter for letter in letters if ord(letter) in of_file(file))
    return base64.b64encode(cut(file, own)).decode("ascii")
