"""The chart that a form of the desk asks for, drawn by the same code as everywhere; and how to draw it elsewhere."""

from __future__ import annotations

import functools
import io
import shlex
import threading
import zipfile
from collections.abc import Iterator, Mapping
from html import escape
from typing import TYPE_CHECKING

from ..charts.drawing import draw
from ..datafolder import data_folders, surveys_in
from ..errors import ExposureError
from ..figures.survey import state_of
from ..writing import NO_DATE

if TYPE_CHECKING:
    from ..charts.chart import Chart

#: The kinds that one survey's figures can be drawn as.
OFFERED = ("ranking", "map", "share", "lorenz", "funnel", "coverage")
SIZES = ("web", "print", "social", "square")
#: What a form asks for.
ASKED = ("survey", "measure", "per", "kind", "most", "size", "theme", "lang", "title", "alt")
#: Places that a ranking may be cut to.
MOST = ("5", "10", "20")
_RATED = ("ranking", "map")
#: Matplotlib's settings and fonts are the process's, so that one chart is drawn at a time.
_one_at_a_time = threading.Lock()


def chart_of(asked: Mapping[str, str]) -> Chart:
    """Draw what a form asks for; the last charts are kept as long as the data do not change.

    Raises
    ------
    DataError, NotComparableError
        As `analysis.charts.drawing.draw`: the reason is for the reader.
    """
    given = tuple((name, asked.get(name) or "") for name in ASKED)
    with _one_at_a_time:
        return _drawn(given, _state_of_data())


def _state_of_data() -> tuple[object, ...]:
    """What changes when any survey does."""
    folders = (folder / "aggregate" for folder in data_folders())
    return tuple(state_of(folder / name) for folder in folders for name in surveys_in(folder.parent))


@functools.lru_cache(maxsize=12)
def _drawn(given: tuple[tuple[str, str], ...], state: tuple[object, ...]) -> Chart:
    asked = dict(given)
    kind = asked["kind"] if asked["kind"] in OFFERED else OFFERED[0]
    per = (asked["per"] or None) if kind in _RATED else None
    most = asked["most"] if kind == "ranking" and asked["most"] in MOST else ""
    return draw(
        kind,
        measure=None if kind == "coverage" else asked["measure"] or None,
        source=asked["survey"] or None,
        per=per,
        symbols=True if kind == "map" and per is None else None,
        most=int(most) if most else None,
        size=asked["size"] if asked["size"] in SIZES else "web",
        theme="dark" if asked["theme"] == "dark" else "light",
        title=asked["title"] or None,
        alt=asked["alt"] or None,
        lang=asked["lang"] or "en",
    )


def instead_of(asked: Mapping[str, str], measures: list[str]) -> list[dict[str, str]]:
    """Up to three charts that can be drawn instead of one that cannot: other kinds first, then other measures."""
    found = []
    for other in _others(asked, measures):
        try:
            chart_of(other)
        except ExposureError:
            continue
        found.append(other)
        if len(found) == 3:
            break
    return found


def _others(asked: Mapping[str, str], measures: list[str]) -> Iterator[dict[str, str]]:
    plain = {**asked, "title": "", "alt": ""}
    if asked.get("per"):
        yield {**plain, "per": ""}
    yield from ({**plain, "kind": kind, "per": ""} for kind in OFFERED if kind != asked.get("kind"))
    yield from ({**plain, "measure": name, "per": ""} for name in measures[:3] if name != asked.get("measure"))


def command_of(asked: Mapping[str, str]) -> str:
    """The command that draws the same chart."""
    words = ["exposure", "chart", asked.get("kind") or OFFERED[0], "--out", "my-chart"]
    options = {name: f"--{name}" for name in ("measure", "per", "size", "theme", "lang", "most", "title", "alt")}
    for name, text in _spoken(asked).items():
        words += ["--source" if name == "survey" else options.get(name, ""), text]
    if _is_of_symbols(asked):
        words.append("--symbols")
    return shlex.join(words)


def cell_of(asked: Mapping[str, str]) -> str:
    """The notebook cell that draws the same chart."""
    kind = asked.get("kind") or OFFERED[0]
    given = {"source" if name == "survey" else name: text for name, text in _spoken(asked).items()}
    told = [f"{name}={int(text) if name == 'most' else repr(text)}" for name, text in given.items()]
    told += ["symbols=True"] if _is_of_symbols(asked) else []
    options = "".join(f"\n    {one}," for one in told)
    return f"import analysis as ex\n\nex.chart.draw(\n    {kind!r},{options}\n)"


def _is_of_symbols(asked: Mapping[str, str]) -> bool:
    return asked.get("kind") == "map" and not asked.get("per")


def _spoken(asked: Mapping[str, str]) -> dict[str, str]:
    """What was chosen and has a meaning for the kind."""
    kind = asked.get("kind") or OFFERED[0]
    named = {name: asked.get(name, "") for name in ASKED if name != "kind"}
    if kind == "coverage":
        named["measure"] = ""
    if kind not in _RATED:
        named["per"] = ""
    if kind != "ranking":
        named["most"] = ""
    usual = {"size": "web", "theme": "light", "lang": "en"}
    return {name: text for name, text in named.items() if text and usual.get(name) != text}


def embedded(chart: Chart) -> str:
    """The lines of HTML that show the chart on a page which has its SVG beside it."""
    width, height = (round(side) for side in chart.figure.bbox.size)
    sources = escape(chart.source)
    return (
        f'<figure lang="{chart.lang}">\n'
        f'  <img src="{chart.name}.svg" alt="{escape(chart.alt, quote=True)}" width="{width}" height="{height}"\n'
        f'    style="max-width:100%;height:auto">\n'
        f"  <figcaption>{sources}</figcaption>\n"
        f"</figure>"
    )


def content(chart: Chart, form: str) -> bytes:
    """The chart as a file in one format; as ``zip`` the whole bundle, the same bytes each time."""
    with _one_at_a_time:
        if form == "svg":
            return chart.svg().encode("utf-8")
        files = chart.files()
    if form != "zip":
        return files[f"{chart.name}.{form}"]
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, made in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(name, NO_DATE), made)
    return held.getvalue()
