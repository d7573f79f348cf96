"""The explorer: one HTML file in which a reader chooses measure, survey and place; map, ranking and table follow.

The page needs no network and no server: data, shapes, typeface and library are inside, and its
Content-Security-Policy forbids every connection. Rates and intervals are computed here, by
:func:`ex.rates`; the page only shows them.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import html
import json
import math
import os
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import DataError
from . import style
from .wording import LANGUAGES, language, period, say

if TYPE_CHECKING:
    import pandas as pd

FOLDER = Path(__file__).with_name("explorer")
#: Width of the map's own units; a third of a pixel of a page 1000 pixels wide.
_WIDTH = 3000
#: Sentences of the charts' catalogue that the page says too.
_SHARED = ("per_million_population", "boundaries_short", "boundaries_full", "quoted", "source", "sources")
_NEEDED = ("survey", "measure", "asset", "place", "iso3", "value", "low", "high", "figure", "source", "locator")


@dataclass(frozen=True)
class Explorer:
    """The page; ``html`` is its text."""

    html: str
    lang: str

    def save(self, path: str | os.PathLike) -> Path:
        """Write the page to a file, whole or not at all; its path is returned."""
        from ..writing import write_text

        return write_text(Path(path), self.html)

    def _repr_mimebundle_(self, include=None, exclude=None):
        told = {"text/plain": _texts()["title"][self.lang]}
        # The report has a page of its own for it.
        if os.environ.get("EXPOSURE_BUNDLES"):
            return told
        frame = f'<iframe srcdoc="{html.escape(self.html)}" title="{html.escape(told["text/plain"])}" width="100%" height="900"></iframe>'
        return told | {"text/html": frame}


def explorer(panel: pd.DataFrame | None = None, lang: str | None = None, *, rows: str = "") -> Explorer:
    """One self-contained page to choose from the figures: a map, a ranking and a table that move together.

    Parameters
    ----------
    panel
        Rows of ``ex.panel()``; of each place one figure is shown, as ``ex.preferred`` chooses. Default: all.
    lang
        The language in which the page opens: ``en``, ``es``, ``de`` or ``fr``. A reader can change it.
    rows
        The address of the page of a row, with ``{survey}`` and ``{line}`` in it; each printed figure
        then leads there. Default: figures lead nowhere.

    Raises
    ------
    DataError
        If the panel misses a column, or has no figure of a country.
    NotComparableError
        As ``ex.rates``.
    """
    from ..figures.panel import panel as every
    from ..figures.panel import preferred

    lang = language(lang)
    panel = every() if panel is None else panel
    if missing := [name for name in _NEEDED if name not in panel]:
        raise DataError(f"the explorer needs the column {', '.join(missing)}; pass rows of ex.panel().")
    figures = preferred(panel)
    content = _content(figures, rows) | {"lang": lang}
    if not content["sets"]:
        raise DataError("the explorer got no figure of a country; pass other rows of ex.panel().")
    return Explorer(_page(content, lang), lang)


# ---- what the page knows -------------------------------------------------------------------------------


def _content(figures: pd.DataFrame, rows: str) -> dict:
    shapes, height, dots = _shapes()
    sets = []
    for (measure, survey, asset), group in figures.groupby(["measure", "survey", "asset"], sort=True):
        if (group["iso3"].notna() & (group["iso3"] != "WLD")).any():
            sets.append({"measure": measure, "survey": survey, "asset": asset} | _set(group))
    shown = figures[figures["survey"].isin([one["survey"] for one in sets])]
    codes = {row["iso3"] for one in sets for row in one["rows"] if row["iso3"]} | set(shapes)
    return {
        "sets": sets,
        "measures": _measures([one["measure"] for one in sets]),
        "surveys": _surveys(sorted({one["survey"] for one in sets})),
        "sources": _sources(sorted(shown["source"].unique())),
        "places": _places(sorted(codes)),
        "shapes": shapes,
        "size": [_WIDTH, height],
        "dots": dots,
        "rows": rows,
        "texts": _texts(),
        "themes": {name: _theme(name) for name in style.THEMES},
    }


def _set(group: pd.DataFrame) -> dict:
    """The figures of one measure in one survey, with their rates where there are rates."""
    from ..figures.measures import measures
    from ..statistics.rates import rates

    countries = group["iso3"].notna() & (group["iso3"] != "WLD")
    kind = measures()["kind"][group["measure"].iloc[0]]
    columns = ["rate", "rate_low", "rate_high"]
    extra, method, level, years = {}, "", None, []
    if kind == "count":
        found = rates(group[countries])
        extra = found[columns].to_dict("index")
        with_rate = found[found["rate"].notna()]
        if len(with_rate):
            method = str(with_rate["rate_method"].iloc[0])
            level = _number(with_rate["level"].iloc[0])
            years = sorted({int(year) for year in with_rate["denominator_year"].dropna()})
    made = []
    for index, row in group[group["iso3"] != "WLD"].sort_values(["iso3", "place"], na_position="last").iterrows():
        made.append(_row(row) | {name: _number(extra.get(index, {}).get(name)) for name in columns})
    world = [_row(row) for _, row in group[group["iso3"] == "WLD"].iterrows()]
    has_rates = any(row["rate"] is not None for row in made)
    return {"rows": made, "world": world[0] if world else None, "rates": has_rates, "method": method, "level": level, "years": years}


def _row(row: pd.Series) -> dict:
    texts = {name: _text(row[name]) for name in ("iso3", "place", "figure", "source", "locator")}
    return texts | {name: _number(row[name]) for name in ("value", "low", "high")} | {"line": _number(row.get("line"))}


def _measures(names: list[str]) -> dict[str, dict]:
    from ..figures.measures import measures

    known = measures().loc[sorted(set(names))]
    return {
        name: {"kind": row["kind"], "definition": row["definition"], "label": {lang: row[f"label_{lang}"] for lang in LANGUAGES}}
        for name, row in known.iterrows()
    }


def _surveys(names: list[str]) -> dict[str, dict]:
    from ..figures.sources import surveys

    known = surveys().reindex(names)
    return {
        name: {"title": _text(row["title"]) or name, "window": {lang: period(row["scan_from"], row["scan_to"], lang) for lang in LANGUAGES}}
        for name, row in known.iterrows()
    }


def _sources(names: list[str]) -> dict[str, dict]:
    from ..figures.sources import sources

    known = sources().reindex(names)
    return {
        name: {"publisher": _text(row["publisher"]) or name, "published": _text(row["published"]), "quoted": row["seen"] == "quoted"}
        for name, row in known.iterrows()
    }


def _places(codes: list[str]) -> dict[str, dict[str, str]]:
    from ..figures.places import country_name

    return {code: {lang: country_name(code, lang) for lang in LANGUAGES} for code in codes}


@functools.cache
def _shapes() -> tuple[dict[str, str], int, dict[str, list[int]]]:
    """Code -> outline as the path of an SVG in whole units, the map's height, and dots of small places."""
    import numpy as np

    from .geography import NEEDS_DOT, world
    from .page import Box

    shapes = world()
    height = math.ceil(_WIDTH * shapes.aspect)
    to_units = shapes.fitted(Box(0, 0, _WIDTH, height))
    points = np.rint(to_units(shapes.vertices)).astype(int)
    paths: dict[str, str] = {}
    for code, first, last in zip(shapes.iso3.tolist(), shapes.features[:-1], shapes.features[1:], strict=True):
        rings = (points[shapes.rings[ring] : shapes.rings[ring + 1]] for ring in range(first, last))
        paths[code] = paths.get(code, "") + "".join(map(_ring, rings))
    places = zip(shapes.iso3.tolist(), np.rint(to_units(shapes.anchor)).astype(int).tolist(), shapes.area, strict=True)
    anchors = {code: [*at, int(area < NEEDS_DOT)] for code, at, area in places if code}
    return {code: path for code, path in paths.items() if path}, height, anchors


def _ring(points) -> str:
    """A ring as an SVG path, each point by its distance from the one before; nothing if it is a single spot."""
    import numpy as np

    steps = np.diff(points, axis=0)
    steps = steps[steps.any(axis=1)]
    if len(steps) < 3:
        return ""
    written = "".join(f"{x}{y}" if y.startswith("-") else f"{x},{y}" for x, y in steps[:-1].astype(str).tolist())
    return f"M{points[0][0]},{points[0][1]}l" + written.replace("-", " -").replace(", -", "-").strip() + "z" if written else ""


def _theme(name: str) -> dict:
    chosen = style.theme(name)
    colours = {part: getattr(chosen, part) for part in ("paper", "text", "muted", "grid", "outline", "land", "hatch", "accent", "second", "quiet")}
    return colours | {"ramps": {classes: style.ramp(name, classes) for classes in range(1, 6)}}


@functools.cache
def _texts() -> dict[str, dict[str, str]]:
    own = tomllib.loads((FOLDER / "texts.toml").read_text("utf-8"))
    names = {"quoted": {"source": "{source}"}, "source": {"sources": "{sources}"}, "sources": {"sources": "{sources}"}}
    shared = {key: {lang: say(key, lang, **names.get(key, {})) for lang in LANGUAGES} for key in _SHARED}
    return own | shared


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _number(value: object) -> float | int | None:
    """A number as JSON writes it, to nine digits, more than any figure has; None for a missing one."""
    if value is None or value != value or not math.isfinite(value):
        return None
    value = float(value)
    return int(value) if value == int(value) else float(f"{value:.9g}")


# ---- the page ------------------------------------------------------------------------------------------


def _page(content: dict, lang: str) -> str:
    import jinja2

    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    library, script, look = ((FOLDER / name).read_text("utf-8") for name in ("d3.min.js", "explorer.js", "explorer.css"))
    fonts = "".join(
        f"@font-face{{font-family:'{style.FAMILY}';font-weight:{weight};"
        f"src:url(data:font/woff;base64,{base64.b64encode((style.FONTS / f'{name}.woff').read_bytes()).decode()}) format('woff')}}"
        for weight, name in ((400, style.FILES[style.REGULAR]), (600, style.FILES[style.SEMIBOLD]))
    )
    policy = (
        f"default-src 'none'; script-src {_hashed(library)} {_hashed(script)}; style-src {_hashed(fonts)} {_hashed(look)}; "
        "img-src data:; font-src data:; base-uri 'none'; form-action 'none'"
    )
    template = environment.from_string((FOLDER / "template.html").read_text("utf-8"))
    # What is put in is never read as a template again, and the data has no sign that could end its element.
    return template.render(
        lang=lang, t={key: forms[lang] for key, forms in content["texts"].items()}, policy=policy,
        fonts=_raw(fonts), look=_raw(look), library=_raw(library), script=_raw(script), data=_raw(inert(content)),
    )  # fmt: skip


def inert(content: object) -> str:
    """JSON that is safe inside of a page: no sign that HTML or a line of script could take for its own."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def _raw(text: str):
    from markupsafe import Markup

    return Markup(text)


def _hashed(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode('utf-8')).digest()).decode()}'"
