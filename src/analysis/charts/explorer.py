"""The explorer: one HTML file in which a reader chooses measure, survey and place; map, ranking and table follow.

The page needs no network and no server: data, shapes, typeface and library are inside, and its
Content-Security-Policy forbids every connection. Rates and intervals are computed here, by
:func:`ex.rates`, and series put together by month by :func:`series_slice`; the page only shows them.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import html
import json
import math
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..datafolder import reference
from ..errors import DataError
from ..frames import plain
from ..language.catalogue import say, texts_in
from ..language.dates import date, period
from ..language.languages import LANGUAGES, language
from ..language.rate_units import per_unit
from . import style
from .letters import FAMILY, FONTS
from .series_slice import series_slice

if TYPE_CHECKING:
    from collections.abc import Collection

    import pandas as pd
    from markupsafe import Markup

FOLDER = Path(__file__).with_name("explorer")
#: The parts of the page's script, in the order in which they run.
SCRIPTS = (
    "words.js",
    "address.js",
    "drawing.js",
    "tables.js",
    "over_time.js",
    "showing.js",
    "downloads.js",
    "theme.js",
    "events.js",
)
#: Width of the map's own units; a third of a pixel of a page 1000 pixels wide.
_WIDTH = 3000
#: Runs before anything is painted: what the script will fill is not shown empty, so that nothing moves.
_BEGIN = "document.documentElement.classList.add('waiting')"
#: Sentences of the charts' catalogue that the page says too.
_SHARED = ("boundaries_short", "boundaries_full", "quoted", "source", "sources")
_NEEDED = (
    *("survey", "measure", "asset", "place", "iso3", "place_kind"),
    *("value", "low", "high", "figure", "source", "locator"),
)


@dataclass(frozen=True)
class Explorer:
    """The page; ``html`` is its text."""

    html: str
    lang: str

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the page to a file, whole or not at all; its path is returned."""
        from ..writing import write_text

        return write_text(Path(path), self.html)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> Any:
        told = {"text/plain": _texts()["title"][self.lang]}
        # The report has a page of its own for it.
        if os.environ.get("EXPOSURE_BUNDLES"):
            return told
        frame = (
            f'<iframe srcdoc="{html.escape(self.html)}" title="{html.escape(told["text/plain"])}" '
            f'width="100%" height="900"></iframe>'
        )
        return told | {"text/html": frame}


def explorer(
    panel: pd.DataFrame | None = None,
    lang: str | None = None,
    *,
    row_address: str = "",
    series: Collection[str] | None = None,
) -> Explorer:
    """A self-contained page on which readers choose figures: map, ranking and table change together, series over time.

    Parameters
    ----------
    panel
        Rows of ``ex.panel()``; of each place one figure is shown, as ``ex.preferred`` chooses. Default: all.
    lang
        The language in which the page opens: ``en``, ``es``, ``de`` or ``fr``. A reader can change it.
    row_address
        The address of the page of a row, with ``{survey}`` and ``{line}`` in it; each printed figure
        then leads there. Default: figures lead nowhere.
    series
        Ids of the series that are shown over time. Default: all published ones, see :func:`series_slice`.

    Raises
    ------
    DataError
        If the panel misses a column, or has no figure of a country; if a series cannot be read.
    NotComparableError
        As ``ex.rates``.
    IdentifierError
        If the panel or a series holds anything identifying.

    Examples
    --------
    >>> import analysis as ex
    >>> explorer = ex.explorer(ex.panel(surveys=["greenbone-2019-09"]), series=[])
    >>> explorer.lang, "<svg" in explorer.html
    ('en', True)
    """
    from ..figures.panel import panel as every
    from ..figures.preferred import preferred
    from ..identifiers import refuse_identifiers, refuse_identifying_texts

    lang = language(lang)
    panel = every() if panel is None else plain(panel, "the panel")
    if missing := [name for name in _NEEDED if name not in panel]:
        raise DataError(
            f"the explorer needs the column{'s' if len(missing) > 1 else ''} {', '.join(missing)}",
            remedy="pass rows of ex.panel()",
        )
    figures = preferred(refuse_identifiers(panel))
    if not has_countries(figures):
        raise DataError("the explorer got no figure of a country", remedy="pass other rows of ex.panel()")
    sets = _sets(_with_rates(figures))
    content = _content(sets, series_slice(series), row_address) | {"lang": lang}
    refuse_identifying_texts({"rows": row_address, "sources": content["sources"], "surveys": content["surveys"]})
    return Explorer(_page("template.html", content, lang), lang)


def has_countries(figures: pd.DataFrame) -> bool:
    """Whether a panel has a figure of a country, without which there is nothing to explore."""
    return bool(_of_countries(figures).any())


def without_figures(lang: str | None = None) -> Explorer:
    """The page in place of an explorer that has nothing to show: no figure of a country, or all are withheld."""
    lang = language(lang)
    return Explorer(_page("nothing.html", {"texts": _texts()}, lang), lang)


def _of_countries(figures: pd.DataFrame) -> pd.Series:
    return figures["iso3"].notna() & (figures["iso3"] != "WLD")


# ---- what the page knows -------------------------------------------------------------------------------


def _content(sets: list[dict[str, Any]], series: list[dict[str, Any]], rows: str) -> dict[str, Any]:
    shapes, height, dots = _shapes()
    told = [row for one in sets for row in [*one["rows"], *filter(None, [one["world"]])]]
    counted = {place["iso3"] for one in series for line in one["lines"] for place in line["places"]}
    return {
        "sets": sets,
        "measures": _measures({one["measure"] for one in sets}),
        "surveys": _surveys({one["survey"] for one in sets}),
        "sources": _sources({row["source"] for row in told}),
        "countries": sorted(reference("countries")["iso3"]),
        "places": _places(({row["iso3"] for row in told} | counted | set(dots)) - {""}),
        "series": series,
        "shapes": shapes,
        "size": [_WIDTH, height],
        "dots": dots,
        "rows": rows,
        "texts": _texts(),
        "themes": {name: _theme(name) for name in style.THEMES},
    }


def _with_rates(figures: pd.DataFrame) -> pd.DataFrame:
    """The figures, with rates per million inhabitants where a number of things was counted in a country."""
    from ..figures.measures import measures
    from ..statistics.rates import rates

    known = measures()
    counts = figures["measure"].map((known["kind"] == "count") & known["additive"]).astype(bool)
    countries = _of_countries(figures)
    columns = ["rate", "rate_low", "rate_high", "rate_method", "level", "denominator_year"]
    if not (counts & countries).any():
        return figures.assign(**dict.fromkeys(columns))
    return figures.join(rates(figures[counts & countries])[columns])


def _sets(figures: pd.DataFrame) -> list[dict[str, Any]]:
    """The figures that are shown together: of one measure, in one survey and one time; each with a country at least."""
    groups: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for row in figures.sort_values(["measure", "survey", "asset", "scan_from", "scan_to", "iso3", "place"]).to_dict(
        "records"
    ):
        groups.setdefault(
            tuple(_text(row[name]) for name in ("measure", "survey", "asset", "scan_from", "scan_to")), []
        ).append(row)
    made = []
    for (measure, survey, asset, first, last), rows in groups.items():
        told = [_row(row) for row in rows]
        places = [row for row in told if row["iso3"] != "WLD"]
        if not any(row["iso3"] for row in places):
            continue
        with_rate = [row for row in rows if _number(row["rate"]) is not None]
        made.append(
            {
                "id": ".".join(filter(None, (survey, asset, first, last))),
                "measure": measure,
                "survey": survey,
                "asset": asset,
                "window": {lang: period(first, last, lang) for lang in LANGUAGES},
                "rows": places,
                "world": next((row for row in told if row["iso3"] == "WLD"), None),
                "rates": len(with_rate) > 0,
                "level": max(
                    (level for row in with_rate if (level := _number(row["level"])) is not None), default=None
                ),
                "years": sorted({int(row["denominator_year"]) for row in with_rate}),
            }
        )
    return made


def _row(row: dict[str, Any]) -> dict[str, Any]:
    texts = {name: _text(row[name]) for name in ("iso3", "place", "place_kind", "figure", "source", "locator")}
    return texts | {
        name: _number(row.get(name)) for name in ("value", "low", "high", "rate", "rate_low", "rate_high", "line")
    }


def _measures(names: set[str]) -> dict[str, dict[str, Any]]:
    from ..figures.measures import measures

    return {
        name: {
            "kind": row["kind"],
            "definition": row["definition"],
            "label": {lang: row[f"label_{lang}"] for lang in LANGUAGES},
        }
        for name, row in measures().loc[sorted(names)].iterrows()
    }


def _surveys(names: set[str]) -> dict[str, dict[str, Any]]:
    """The title of each survey, and who counted when, by which a select names it."""
    from ..figures.sources import survey_names, surveys

    who = {lang: survey_names(lang) for lang in LANGUAGES}
    titles = surveys()["title"].reindex(sorted(names))
    return {
        name: {"title": _text(title) or name, "who": {lang: who[lang].get(name, name) for lang in LANGUAGES}}
        for name, title in titles.items()
    }


def _sources(names: set[str]) -> dict[str, dict[str, Any]]:
    from ..figures.sources import sources

    every = sources()  # a publication that tells of several surveys is there once for each
    known = every[~every.index.duplicated()].reindex(sorted(names))
    return {
        name: {
            "publisher": _text(row["publisher"]) or name,
            "published": {lang: date(_text(row["published"]), lang) for lang in LANGUAGES}
            if _text(row["published"])
            else {},
            "quoted": row["seen"] == "quoted",
        }
        for name, row in known.iterrows()
    }


def _places(codes: set[str]) -> dict[str, dict[str, str]]:
    import pandas as pd

    from ..figures.country_names import country_name

    listed = pd.Series(sorted(codes), dtype="str")
    named = {lang: country_name(listed, lang).tolist() for lang in LANGUAGES}
    return {code: {lang: named[lang][n] for lang in LANGUAGES} for n, code in enumerate(listed)}


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


def _ring(points: Any) -> str:
    """A ring as an SVG path, each point by its distance from the one before; nothing if it is a single spot."""
    import numpy as np

    steps = np.diff(points, axis=0)
    steps = steps[steps.any(axis=1)]
    if len(steps) < 3:
        return ""
    return f"M{points[0][0]},{points[0][1]}l" + " ".join(f"{x},{y}" for x, y in steps[:-1].tolist()) + "z"


def _theme(name: str) -> dict[str, Any]:
    chosen = style.theme(name)
    colours = {
        part: getattr(chosen, part)
        for part in ("paper", "text", "muted", "grid", "outline", "land", "hatch", "accent", "second", "quiet")
    }
    return colours | {"ramps": {classes: chosen.classes(classes) for classes in range(1, 6)}}


@functools.cache
def _texts() -> dict[str, dict[str, str]]:
    own = texts_in(FOLDER / "texts.toml")
    names = {"source": {"sources": "{sources}"}, "sources": {"sources": "{sources}"}}
    shared = {key: {lang: say(key, lang, **names.get(key, {})) for lang in LANGUAGES} for key in _SHARED}
    return own | shared | {"per_unit": {lang: per_unit("population", 1e6, lang) for lang in LANGUAGES}}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _number(value: Any) -> float | int | None:
    """A number as JSON writes it, to nine digits, more than any figure has; None for a missing one."""
    if value is None or value != value or not math.isfinite(value):
        return None
    value = float(value)
    return int(value) if value == int(value) else float(f"{value:.9g}")


# ---- the page ------------------------------------------------------------------------------------------


def _page(name: str, content: dict[str, Any], lang: str) -> str:
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    library, look = ((FOLDER / name).read_text("utf-8") for name in ("d3.min.js", "explorer.css"))
    script = script_text()
    fonts = "".join(
        f"@font-face{{font-family:'{FAMILY}';font-weight:{weight};"
        f"src:url(data:font/woff;base64,"
        f"{base64.b64encode((FONTS / f'{name}.woff').read_bytes()).decode()}) format('woff')}}"
        for weight, name in ((400, style.FILES[style.REGULAR]), (600, style.FILES[style.SEMIBOLD]))
    )
    policy = (
        f"default-src 'none'; script-src {_hashed(_BEGIN)} {_hashed(library)} {_hashed(script)}; "
        f"style-src {_hashed(fonts)} {_hashed(look)}; "
        "img-src data:; font-src data:; base-uri 'none'; form-action 'none'; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    )
    template = environment.get_template(name)
    # What is put in is never read as a template again, and the data has no sign that could end its element.
    return template.render(
        lang=lang,
        t=lambda key: content["texts"][key][lang],
        policy=policy,
        fonts=_raw(fonts),
        look=_raw(look),
        begin=_raw(_BEGIN),
        library=_raw(library),
        script=_raw(script),
        data=_raw(inert(content)),
    )


def script_text() -> str:
    """The script of the page: its parts in one function, so that nothing of it can be reached from outside."""
    parts = [(FOLDER / name).read_text("utf-8") for name in SCRIPTS]
    return "\n".join(['"use strict";', "(() => {", *parts, "})();", ""])


def inert(content: object) -> str:
    """JSON that is safe inside of a page: no sign that HTML or a line of script could take for its own."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def _raw(text: str) -> Markup:
    from markupsafe import Markup

    return Markup(text)


def _hashed(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode('utf-8')).digest()).decode()}'"
