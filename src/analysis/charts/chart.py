"""The chart as an object: what it says, what it shows, and how it is saved."""

from __future__ import annotations

import base64
import io
import json
import os
import warnings
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import DataError
from ..identifiers import refuse_identifying_texts, texts_in
from ..language.catalogue import say
from ..language.prose import ended
from . import style, svg
from .both_themes import BothThemes
from .letters import warn_of_missing
from .pdf import tagged
from .png import png

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pandas as pd
    from matplotlib.figure import Figure
    from matplotlib.text import Text

#: JupyterLab and Visual Studio Code say on their page that it is dark.
DARK_NOTEBOOKS = (
    '<style>[data-jp-theme-light="false"] .exposure-chart,.vscode-dark .exposure-chart{color-scheme:dark}</style>'
)
_saved: dict[tuple[str, str], int] = {}


@dataclass
class Chart:
    """A finished chart.

    Attributes
    ----------
    title, subtitle, notes, source, alt
        Its texts. The title is the finding; ``alt`` describes the chart for those who cannot see it,
        in at most 280 characters.
    data
        Exactly the numbers that are drawn, as a frame.
    figure, ax
        The matplotlib figure, and axes over the drawing, for those who want to add to it.
    name, kind, lang, size, theme
        The file name of its bundle, and how it was made.

    Examples
    --------
    >>> import analysis as ex
    >>> servers = ex.preferred(ex.panel(surveys=["greenbone-2019-09"])).query("measure == 'servers_exposed'")
    >>> chart = ex.chart.ranking(servers.query("iso3 != 'WLD'"), title="Servers", size="square")
    >>> chart.title, chart.kind, chart.size
    ('Servers', 'ranking', 'square')
    """

    kind: str
    name: str
    title: str
    subtitle: str
    notes: list[str]
    source: str
    alt: str
    data: pd.DataFrame
    lang: str
    size: str
    theme: str
    figure: Any
    ax: Any
    about: dict[str, Any]
    again: Callable[[str, style.Theme], Figure] = field(repr=False)
    """Lays it out again on a canvas of another name, in other colours."""
    _pictures: dict[str, bytes] = field(default_factory=dict, repr=False)
    _looked_at: set[str] = field(default_factory=set, repr=False)
    _by_hand: bool = field(default=False, repr=False)

    def __post_init__(self) -> None:
        self._refuse_identifiers()

    def _refuse_identifiers(self) -> None:
        """Refuse texts that identify, whether given, set later, or drawn by hand upon the figure."""
        given = {name: getattr(self, name) for name in ("title", "subtitle", "notes", "source", "alt", "name")}
        self._refuse_new({**given, "drawn": [text.get_text() for text in _texts_of(self.figure)]})

    def _refuse_new(self, told: dict[str, Any]) -> None:
        """Refuse what identifies among texts; the same ones come again as each form of the chart is asked for."""
        texts = {text for _, text in texts_in(told)}
        if not texts <= self._looked_at:
            refuse_identifying_texts(told, file="the chart")
            warn_of_missing(sorted(texts - self._looked_at), self.name)
            self._looked_at |= texts

    def __repr__(self) -> str:
        return f"<Chart {self.name}: {self.title}>"

    @property
    def caption(self) -> str:
        """All texts of the chart in one paragraph, for those who set their own caption."""
        return " ".join(ended(text) for text in (self.title, self.subtitle, *self.notes, self.source) if text)

    def svg(self, text: str = "kept") -> str:
        """The chart as SVG; nothing is loaded from elsewhere.

        Parameters
        ----------
        text
            ``kept``: text as text, with its font inside. ``outlined``: letters as shapes, for programs that ignore a
            font inside (librsvg and what stands on it).

        Raises
        ------
        DataError
            For another word.
        """
        if text not in ("kept", "outlined"):
            raise DataError(f"there is no text {text!r} of an SVG", remedy="choose one of kept, outlined")
        self._refuse_identifiers()
        return self._picture("svg" if text == "kept" else "outlined").decode("utf-8")

    def on_pages(self) -> dict[str, str]:
        """The drawings that a page has of the chart, by the width of their column: ``wide``, ``medium``, ``narrow``.

        Each is laid out again and takes its colours, light or dark, and its typeface from the page. A chart that was
        changed by hand cannot be laid out again and has none.
        """
        self._refuse_identifiers()
        if self._changed_by_hand():
            return {}
        drawn = {size: self._in_both_themes(size, f"{self.name}-{size}", alone=False) for size in style.ON_PAGES}
        return {size: svg.on_page(one, size) for size, one in drawn.items()}

    def social(self) -> bytes:
        """A PNG of 1200 by 630 pixels, for links to the chart's page; changed by hand, the chart as it is."""
        self._refuse_identifiers()
        if self._changed_by_hand():
            return self._picture("png")
        figure = self.again("social", style.theme("light"))
        self._refuse_new({"drawn": [text.get_text() for text in _texts_of(figure)]})
        with drawing(f"{self.name}-social"):
            return png(figure, self.title, self.alt, self.lang, pixels_each=1)

    def _in_both_themes(self, size: str, name: str, *, alone: bool = True) -> str:
        """An SVG laid out again that has the colours of both themes."""
        colours = BothThemes()
        figure = self.again(size, colours)
        self._refuse_new({"drawn": [text.get_text() for text in _texts_of(figure)]})
        with drawing(name):
            return colours.given_out(self._svg_of(figure, name, alone=alone))

    def _changed_by_hand(self) -> bool:
        self._by_hand = self._by_hand or self._edited()
        return self._by_hand

    def files(self) -> dict[str, bytes]:
        """The bundle: file name -> content (SVG, PNG, PDF, CSV, JSON)."""
        self._refuse_identifiers()
        return {
            f"{self.name}.svg": self._picture("svg"),
            f"{self.name}.png": self._picture("png"),
            f"{self.name}.pdf": self._picture("pdf"),
            f"{self.name}.csv": self._csv(),
            f"{self.name}.json": (json.dumps(self.metadata(), ensure_ascii=False, indent=1) + "\n").encode("utf-8"),
        }

    def save(self, folder: str | os.PathLike[str]) -> list[Path]:
        """Save the bundle into a folder; the paths of its five files are returned."""
        from ..writing import write_bytes

        return [write_bytes(Path(folder) / name, content) for name, content in self.files().items()]

    def metadata(self) -> dict[str, Any]:
        """What the bundle's JSON holds: texts, sources, definitions, licence, versions."""
        from importlib.metadata import version

        from .. import __version__
        from ..figures.versions_compared import data_version

        return {
            "name": self.name,
            "kind": self.kind,
            "title": self.title,
            "subtitle": self.subtitle,
            "alt": self.alt,
            "caption": self.caption,
            "notes": self.notes,
            "source": self.source,
            "lang": self.lang,
            "size": self.size,
            "theme": self.theme,
            "columns": list(map(str, self.data.columns)),
            "rows": len(self.data),
            **self.about,
            "licence": "CC-BY-4.0",
            "versions": {
                "exposure-statistics": __version__,
                "data": data_version(),
                "matplotlib": version("matplotlib"),
            },
        }

    def layout(self) -> list[tuple[str, float, float, float, float]]:
        """Each text with its box (left, top, right, bottom) in pixels, as the renderer measures it."""
        from matplotlib.backends.backend_agg import FigureCanvasAgg

        with drawing():
            canvas: Any = FigureCanvasAgg(self.figure)
            renderer, height = canvas.get_renderer(), self.figure.bbox.height
            boxes = []
            for text in _texts_of(self.figure):
                if text.get_text().strip() and text.axes is None:
                    extent = text.get_window_extent(renderer)
                    boxes.append((text.get_text(), extent.x0, height - extent.y1, extent.x1, height - extent.y0))
        return boxes

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> Any:
        self._refuse_identifiers()
        name = self._keep()
        shown = {
            "image/svg+xml": self.svg(),
            "image/png": base64.b64encode(self._picture("png")).decode("ascii"),
            "text/plain": f"{self.title}\n{self.subtitle}\n{self.alt}",
        }
        if os.environ.get("EXPOSURE_BUNDLES"):
            # A report has its own links to the files of the bundle. LaTeX takes the PDF, which is drawn for it anyway.
            shown["application/pdf"] = base64.b64encode(self._picture("pdf")).decode("ascii")
        else:
            shown["text/html"] = self._html()
        # Half of its pixels each way; readers of notebooks look for the alternative text in one place or the other.
        size = {"width": round(self.figure.bbox.width), "height": round(self.figure.bbox.height)}
        return shown, {"exposure": {"bundle": name}, "alt": self.alt, "image/png": {"alt": self.alt, **size}}

    def _html(self) -> str:
        """The picture with a row of links below: the chart and its data as files inside the page, and what to cite."""
        files = (
            ("link_download", "svg", "image/svg+xml", self._picture("svg")),
            ("link_data", "csv", "text/csv", self._csv()),
        )
        links = " · ".join(
            f'<a download="{self.name}.{ending}" '
            f'href="data:{kind};charset=utf-8;base64,{base64.b64encode(content).decode("ascii")}">'
            f"{escape(say(key, self.lang))}</a>"
            for key, ending, kind, content in files
        )
        cited = "".join(f"<li>{escape(text)}</li>" for text in self.citations())
        # On a page the picture shrinks with it; a saved one keeps its size, which other programs need.
        # Dark by choice or changed by hand it stays as it is.
        plain = self.theme != "light" or self._changed_by_hand()
        drawn = (self.svg() if plain else self._in_both_themes(self.size, self.name)).replace(
            'style="', 'style="max-width:100%;height:auto;', 1
        )
        return (
            f'<figure class="exposure-chart" lang="{self.lang}" style="margin:0">{DARK_NOTEBOOKS}{drawn}'
            f'<figcaption style="font-size:0.85em">{links}'
            f"<details><summary>{escape(say('link_cite', self.lang))}</summary>"
            f"<ul>{cited}</ul></details></figcaption></figure>"
        )

    def citations(self) -> list[str]:
        """What to cite: one text for each source of the numbers, the authors' first."""
        from ..figures.sources import cite, sources

        known = sources().index if self.about.get("sources") else ()
        return [cite(one["id"]) if one["id"] in known else one["publisher"] for one in self.about.get("sources", [])]

    def _keep(self) -> str:
        """Save the bundle where the report collects them; the name may get a number to be its own."""
        from ..writing import write_bytes
        from .drawings_kept import ENDING, packed

        folder = os.environ.get("EXPOSURE_BUNDLES")
        if folder and (self._edited() or _saved.get((folder, self.name)) != id(self)):
            if _saved.get((folder, self.name)) != id(self):
                self.name = own_name(folder, self.name)
            self.save(folder)
            if drawn := self.on_pages():
                write_bytes(Path(folder) / f"{self.name}{ENDING}", packed(drawn))
            # A page shows one picture where a link to it is posted: its first.
            if not any(Path(folder).glob("*.social.png")):
                write_bytes(Path(folder) / f"{self.name}.social.png", self.social())
            _saved[folder, self.name] = id(self)
        return self.name

    def _csv(self) -> bytes:
        from ..writing import table_text

        return table_text(self.data, "csv").encode("utf-8")

    def _picture(self, kind: str) -> bytes:
        if self._edited():
            self._by_hand = True
            self._pictures.clear()
        if kind not in self._pictures:
            make = {"svg": self._svg, "outlined": self._outlined, "png": self._png, "pdf": self._pdf}[kind]
            with drawing(self.name):
                self._pictures[kind] = make()
            self.figure.stale = self.ax.stale = False
        return self._pictures[kind]

    def _edited(self) -> bool:
        """Whether the figure was changed, through ``ax`` or itself, since it was last drawn."""
        return bool(self.figure.stale or self.ax.stale)

    def _outlined(self) -> bytes:
        import matplotlib as mpl

        with mpl.rc_context({"svg.fonttype": "path"}):
            return self._svg()

    def _svg(self) -> bytes:
        return self._svg_of(self.figure, self.name).encode("utf-8")

    def _svg_of(self, figure: Figure, name: str, *, alone: bool = True) -> str:
        out = io.BytesIO()
        nothing = dict.fromkeys(("Creator", "Date", "Format", "Type"))
        figure.savefig(out, format="svg", dpi=72, metadata=nothing)
        drawn = out.getvalue().decode("utf-8")
        return svg.finished(drawn, name=name, title=self.title, alt=self.alt, lang=self.lang, alone=alone)

    def _pdf(self) -> bytes:
        out = io.BytesIO()
        # Who published the numbers did not make the chart.
        told = {"Author": "exposure-statistics", "Keywords": "; ".join(self._publishers())}
        texts = {"Title": self.title, "Subject": self.alt} | {name: text for name, text in told.items() if text}
        self.figure.savefig(
            out, format="pdf", dpi=72, metadata=texts | dict.fromkeys(("Creator", "Producer", "CreationDate"))
        )
        return tagged(out.getvalue(), self.alt, self.lang)

    def _publishers(self) -> list[str]:
        return list(dict.fromkeys(source["publisher"] for source in self.about.get("sources", [])))

    def _png(self) -> bytes:
        return png(self.figure, self.title, self.alt, self.lang)


def _texts_of(figure: Figure) -> list[Text]:
    """The texts that a figure shows; the ticks of axes that are switched off are not made for it."""
    from matplotlib.axes import Axes
    from matplotlib.text import Text

    found, ahead = [], [figure]
    while ahead:
        artist: Any = ahead.pop()
        if isinstance(artist, Text) and artist.get_visible():
            found.append(artist)
        hidden = (artist.xaxis, artist.yaxis) if isinstance(artist, Axes) and not artist.axison else ()
        ahead += [child for child in reversed(artist.get_children()) if child not in hidden]
    return found


@contextmanager
def drawing(salt: str = "") -> Iterator[None]:
    """Our settings of matplotlib in force, a user's own put back afterwards."""
    import matplotlib as mpl

    style.font(style.REGULAR)
    settings: Any = style.RC | {"svg.hashsalt": salt or "exposure"}
    with mpl.rc_context(settings), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing")  # told before, by name and with a remedy
        yield


def own_name(folder: str, name: str) -> str:
    """The name, or the name with the first free number, in a folder of bundles."""
    taken = {file.stem for file in Path(folder).iterdir()} if Path(folder).is_dir() else set()
    candidate, number = name, 1
    while candidate in taken:
        number += 1
        candidate = f"{name}-{number}"
    return candidate
