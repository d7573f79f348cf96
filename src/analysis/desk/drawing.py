"""The chart that a form of the desk asks for, drawn by the same code as everywhere; and how to make it elsewhere."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from typing import TYPE_CHECKING

from ..charts import KINDS
from ..charts.drawing import draw

if TYPE_CHECKING:
    from ..charts.chart import Chart

#: The kinds that one survey's figures can be drawn as.
OFFERED = ("ranking", "map", "share", "lorenz", "coverage")
SIZES = ("web", "print", "social", "square")
_NO_DATE = (1980, 1, 1, 0, 0, 0)


def chart_of(asked: Mapping[str, str], lang: str) -> Chart:
    """Draw what a form asks for.

    Raises
    ------
    DataError, NotComparableError
        As `analysis.charts.drawing.draw`: the reason is for the reader.
    """
    kind = asked.get("kind") if asked.get("kind") in KINDS else "ranking"
    per = asked.get("per") or None
    size = asked.get("size")
    return draw(
        str(kind),
        measure=asked.get("measure") or None,
        source=asked.get("survey") or None,
        per=per,
        symbols=True if kind == "map" and per is None else None,
        size=size if size is not None and size in SIZES else "web",
        theme="dark" if asked.get("theme") == "dark" else "light",
        title=asked.get("title") or None,
        alt=asked.get("alt") or None,
        lang=lang,
    )


def command_of(asked: Mapping[str, str], lang: str) -> str:
    """The command that draws the same chart."""
    words = ["exposure", "chart", asked.get("kind") or "ranking", "--out", "my-chart"]
    for name, option in (("measure", "--measure"), ("survey", "--source"), ("per", "--per"), ("size", "--size")):
        if asked.get(name):
            words += [option, asked[name]]
    return " ".join([*words, "--lang", lang])


def zipped(chart: Chart) -> bytes:
    """The bundle of a chart as one archive, the same bytes each time."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(chart.files().items()):
            archive.writestr(zipfile.ZipInfo(name, _NO_DATE), content)
    return held.getvalue()
