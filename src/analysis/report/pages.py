"""The pages of the site: executed notebooks, surveys and sources as HTML that loads nothing from elsewhere."""

from __future__ import annotations

import base64
import functools
import hashlib
import html
import json
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

import jinja2
import mistune
from markupsafe import Markup

from .. import __version__
from ..charts.letters import FILES_FURTHER, cut, further_letters
from ..language.catalogue import catalogue, texts_in
from ..language.languages import language_name
from ..language.prose import sentence
from ..language.typography import curled
from ..writing import write_bytes, write_text
from . import json_ld
from .cleaning import clean
from .drawings import drawings
from .embedding import code, page_of
from .outputs import ANSI, data_of
from .row_links import Printed, drawn, linked, printed_rows, with_link
from .table_for_outsiders import COLUMNS, FILES
from .take_along import write_archive

TITLE = "Exposure statistics"
TEMPLATES = Path(__file__).with_name("templates")
FONTS = Path(__file__).parents[1] / "charts" / "fonts"

_ADDRESS = re.compile(r"\b0x[0-9a-f]{6,16}\b")
#: The kinds of output that a page can show, best first.
_SHOWN = ("text/html", "image/svg+xml", "image/png", "image/jpeg", "text/markdown", "text/plain")
_PAGES = (
    "index.html",
    "notebook.html",
    "gallery.html",
    "sources.html",
    "survey.html",
    "claims.html",
    "corrections.html",
    "data.html",
    "embed.html",
)
_FORMATS = ("svg", "png", "pdf", "csv", "json")
#: The pages whose titles are words of the site -> the word.
_TITLED = {"explorer": "explorer_title", "claims": "all_claims", "corrections": "corrections", "data": "dataset"}
#: How high a chart's frame is in another page before the chart has said its own height.
_EMBEDDED = 640
#: A table with more rows can be filtered.
_FEW_ROWS = 8


# ---- what a notebook leaves ----------------------------------------------------------------------------


def publish(notebook: dict[str, Any]) -> list[tuple[int, str]]:
    """Make an executed notebook fit to be published, in place.

    What is not a result is taken out: messages on standard error, addresses of objects in memory, times.
    Returns the number of each cell that wrote to standard error, and the last line of it.
    """
    said = []
    for number, cell in enumerate(notebook["cells"], 1):
        cell.setdefault("id", f"cell-{number}")
        cell.setdefault("metadata", {}).pop("execution", None)
        if cell["cell_type"] != "code":
            continue
        kept = []
        for output in cell["outputs"]:
            if output["output_type"] == "stream":
                if output["name"] == "stderr":
                    said.append((number, output["text"].strip().rpartition("\n")[2]))
                    continue
                output["text"] = _ADDRESS.sub("0x…", output["text"])
            elif output["output_type"] == "error":
                output["traceback"] = []
            elif "text/plain" in output["data"]:
                output["data"]["text/plain"] = _ADDRESS.sub("0x…", "".join(output["data"]["text/plain"]))
            kept.append(output)
        cell["outputs"] = kept
    notebook["nbformat"], notebook["nbformat_minor"] = 4, 5
    notebook.setdefault("metadata", {}).pop("widgets", None)
    return said


# ---- the site ------------------------------------------------------------------------------------------


@dataclass
class _Notebook:
    """A notebook as its page shows it."""

    name: str
    title: str = ""
    summary: str = ""
    lang: str = "en"
    blocks: list[dict[str, Any]] = field(default_factory=list)
    sections: list[tuple[str, str]] = field(default_factory=list)
    """Second-level headings: anchor and text."""
    findings: list[dict[str, Any]] = field(default_factory=list)


@functools.cache
def templates() -> dict[str, jinja2.Template]:
    """The templates of the pages, compiled; text that is put into them is escaped."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    # What the data say is English, and typed with straight quotes.
    environment.filters |= {"curled": curled, "language_name": language_name, "sentence": sentence}
    return {name: environment.get_template(name) for name in _PAGES}


def render(site: Path, entries: list[dict[str, Any]], lang: str, withheld_below: int | None = None) -> None:
    """Write every page of the site from what the notebooks and the surveys left in its folder.

    If counts of your own below some number were withheld, each page says so.
    Each entry of the manifest gets the ``file`` of its page and its ``title``.
    """
    texts = words(lang)
    listed = json.loads((site / "sources.json").read_text("utf-8"))
    surveys = {
        entry["name"].partition("/")[2]: json.loads((site / f"{entry['name']}.json").read_text("utf-8"))
        for entry in entries
        if entry["name"].startswith("surveys/")
    }
    printed = printed_rows(surveys)
    notebooks = [
        _notebook(site, entry["name"], printed, lang)
        for entry in entries
        if (site / f"notebooks/{entry['name']}.ipynb").exists()
    ]
    told_by_all = {"data_version": listed["version"], "notebooks": notebooks, "withheld_below": withheld_below}
    # Of a page without a picture, and of the first one, the first picture of all is shown where a link is posted.
    told_by_all["pictured"] = [block for shown in notebooks for block in shown.blocks if block.get("social")][:1]
    letters: set[str] = set()
    page = functools.partial(_write_page, site, letters, _common(lang) | told_by_all)

    citations = {source["id"]: source["citation"] for survey in listed["surveys"] for source in survey["sources"]}
    _with_archives(site, notebooks, texts, citations)
    for place, shown in enumerate(notebooks):
        page(
            f"{shown.name}.html",
            "notebook.html",
            page=shown,
            before=notebooks[place - 1] if place else None,
            after=notebooks[place + 1] if place + 1 < len(notebooks) else None,
        )
    for name, survey in surveys.items():
        page(f"surveys/{name}.html", "survey.html", survey=survey, known=set(surveys))
    _write_charts(page, notebooks)
    described = json_ld.of_the_data(site)
    known = [survey for survey in listed["surveys"] if survey["id"] in surveys]
    page("sources.html", "sources.html", surveys=known, described=described)
    reviewed, told = json_ld.of_the_reviews(site), json.loads((site / "claims.json").read_text("utf-8"))
    page("claims.html", "claims.html", reviewed=reviewed, **told)
    page("corrections.html", "corrections.html", **json.loads((site / "corrections.json").read_text("utf-8")))
    page("data.html", "data.html", described=described, columns=COLUMNS, files=[(n, f"data/{n}") for n in FILES])
    titles = {
        **{shown.name: shown.title for shown in notebooks},
        **{f"surveys/{name}": survey["title"] for name, survey in surveys.items()},
        **{page: texts[word] for page, word in _TITLED.items()},
    }
    page(
        "index.html",
        "index.html",
        described=described,
        front=_front(site, titles),
        titles=titles,
        findings=[(shown, found) for shown in notebooks for found in shown.findings],
    )
    titles["front"] = texts["overview"]
    for entry in entries:
        entry["file"] = "index.html" if entry["name"] == "front" else f"{entry['name']}.html"
        entry["title"] = titles.get(entry["name"], texts["sources"])
    _copy_assets(site / "assets", letters)


def _write_charts(page: Callable[..., None], notebooks: list[_Notebook]) -> None:
    """The page of all charts, and one for each that other sites can show in a frame."""
    charts = [
        (shown, block) for shown in notebooks for block in shown.blocks if block["kind"] == "picture" and block["name"]
    ]
    page("gallery.html", "gallery.html", charts=charts)
    for shown, block in charts:
        if block["drawings"]:
            page(page_of(shown.name, block["name"]), "embed.html", shown=shown, block=block)


def _common(lang: str) -> dict[str, Any]:
    """What the templates of all pages take, whatever the site holds."""
    texts = words(lang)
    script, embed = ((TEMPLATES / name).read_text("utf-8") for name in ("site.js", "embed.js"))
    return {
        "t": texts.__getitem__,
        "has": texts.__contains__,
        "script": Markup(script),
        "script_hash": _hash(script),
        "embed_script": Markup(embed),
        "embed_hash": _hash(embed),
        "few": _FEW_ROWS,
        "lang": lang,
        "site_title": TITLE,
        "version": __version__,
        "web": _web,
    }


def _hash(script: str) -> str:
    """By which a page's policy lets in its own script, and no other."""
    return f"sha256-{base64.b64encode(hashlib.sha256(script.encode('utf-8')).digest()).decode()}"


def _write_page(
    site: Path, letters: set[str], common: dict[str, Any], file: str, template: str, **values: object
) -> None:
    """Write a page, and note its letters."""
    target = site / file
    target.parent.mkdir(parents=True, exist_ok=True)
    text = templates()[template].render(**common, root="../" * file.count("/"), file=file, **values)
    target.write_text(text, encoding="utf-8", newline="\n")
    letters.update(text)


def _copy_assets(assets: Path, letters: set[str]) -> None:
    """The style sheet and the fonts with their licence; those of other scripts cut to the letters of the pages."""
    assets.mkdir(exist_ok=True)
    rules = []
    for family, some in further_letters("".join(sorted(letters))).items():
        name = f"{FILES_FURTHER[family].stem}.woff"
        shutil.copyfile(FILES_FURTHER[family].with_name("OFL.txt"), assets / "OFL-Noto.txt")
        write_bytes(assets / name, cut(FILES_FURTHER[family], some))
        spans = ",".join(f"U+{ord(letter):X}" for letter in sorted(some))
        rules.append(
            f'@font-face {{ font-family: "{family}"; src: url({name}) format("woff"); font-display: swap; '
            f"unicode-range: {spans}; }}\n"
        )
    write_text(assets / "style.css", (TEMPLATES / "style.css").read_text("utf-8") + "".join(rules))
    for font in sorted(FONTS.glob("*.woff")):
        shutil.copyfile(font, assets / font.name)
    if (FONTS / "OFL.txt").exists():
        shutil.copyfile(FONTS / "OFL.txt", assets / "OFL.txt")


def _with_archives(site: Path, notebooks: list[_Notebook], texts: dict[str, str], citations: dict[str, str]) -> None:
    """Write an archive beside each chart's bundle, and name it among the files of the chart."""
    cited = texts["cite_as"].format(title=TITLE, version=__version__)
    for shown in notebooks:
        folder = site / "figures" / shown.name
        for block in shown.blocks:
            if block["kind"] == "picture" and block["name"] and (folder / f"{block['name']}.json").exists():
                endings = [kind.lower() for kind, _ in block["files"]]
                made = write_archive(folder, block["name"], endings, texts, cited, citations)
                block["files"].append(("ZIP", made.relative_to(site).as_posix()))


def _front(site: Path, titles: dict[str, str]) -> dict[str, Any]:
    """What the first page says about the surveys, if the site has the pages that its points lead to."""
    told = json.loads((site / "front.json").read_text("utf-8"))
    return told if told and all(point["page"] in titles for point in told["points"]) else {}


@functools.cache
def words(lang: str) -> dict[str, str]:
    """The site's own words in a language, by their keys."""
    texts = texts_in(TEMPLATES / "texts.toml") | {"how_sure": catalogue("plain")["how_sure"]}
    return {key: forms[lang] for key, forms in texts.items()}


def _web(address: str | None) -> str | None:
    """The address if it is one of the web, without credentials; else nothing."""
    if not address:
        return None
    parts = urlsplit(address)
    return address if parts.scheme in ("http", "https") and parts.hostname and "@" not in parts.netloc else None


# ---- a notebook as a page ------------------------------------------------------------------------------


def _notebook(site: Path, name: str, printed: Printed, lang: str) -> _Notebook:
    content = json.loads((site / "notebooks" / f"{name}.ipynb").read_text("utf-8"))
    language = content.get("metadata", {}).get("language_info", {}).get("name", "python")
    page = _Notebook(name, lang=content.get("metadata", {}).get("lang", "en"))
    headings = _Headings()
    for cell in content["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            if not page.title:
                page.title, page.summary, source = _title_and_summary(source)
            if source.strip():
                own = cell.get("metadata", {}).get("lang", "")
                page.blocks.append({"kind": "prose", "html": Markup(_markdown(source, headings)), "lang": own})
        elif cell["cell_type"] == "code":
            if source.strip():
                page.blocks.append(
                    {"kind": "code", "html": Markup(_highlighted(source, language)), "number": cell["execution_count"]}
                )
            for output in cell["outputs"]:
                block = _output(site, name, output, printed, lang)
                if block is not None:
                    page.blocks.append(block)
    page.title = page.title or name.replace("_", " ")
    page.sections = headings.sections
    found = site / "figures" / name / "findings.json"
    if found.exists():
        page.findings = json.loads(found.read_text("utf-8"))
    return page


def _title_and_summary(source: str) -> tuple[str, str, str]:
    """The first-level heading, the first sentences below it as plain text, and the text without the heading."""
    heading = re.match(r"\s*#\s+(.+?)\s*#*\s*(?:\n|$)", source)
    if heading is None:
        return "", "", source
    rest = source[heading.end() :]
    paragraph = re.split(r"\n\s*\n", rest.strip(), maxsplit=1)[0]
    plain = (
        html.unescape(re.sub(r"<[^>]*>", "", _markdown(paragraph, _Headings())))
        if not paragraph.startswith("#")
        else ""
    )
    plain = " ".join(plain.split())
    title = html.unescape(re.sub(r"<[^>]*>", "", _markdown(heading[1], _Headings()))).strip()
    return title, _cut(plain), rest


def _cut(text: str, most: int = 240) -> str:
    """Whole sentences of a text up to a length, or the beginning of the first one."""
    if len(text) <= most:
        return text
    ends = [found.end() for found in re.finditer(r"[.!?](?=\s)", text[:most])]
    return text[: ends[-1]] if ends else text[: most - 1].rsplit(" ", 1)[0] + "…"


@dataclass
class _Headings:
    """Gives headings their anchors, each once a page."""

    sections: list[tuple[str, str]] = field(default_factory=list)
    _taken: set[str] = field(default_factory=set)

    def anchor(self, text: str) -> str:
        plain = html.unescape(re.sub(r"<[^>]*>", "", text))
        base = re.sub(r"[^\w]+", "-", plain.lower()).strip("-") or "section"
        anchor, number = base, 1
        while anchor in self._taken:
            number += 1
            anchor = f"{base}-{number}"
        self._taken.add(anchor)
        return anchor


class _Renderer(mistune.HTMLRenderer):
    def __init__(self, headings: _Headings) -> None:
        # HTML inside of Markdown is shown as text: prose has no need of it.
        super().__init__(escape=True)
        self._headings = headings

    def heading(self, text: str, level: int, **attrs: object) -> str:
        anchor = self._headings.anchor(text)
        level = max(2, level)
        if level == 2:
            self._headings.sections.append((anchor, html.unescape(re.sub(r"<[^>]*>", "", text))))
        return f'<h{level} id="{html.escape(anchor)}">{text}</h{level}>\n'

    def image(self, text: str, url: str, title: str | None = None) -> str:
        # Pages load nothing from elsewhere: a picture from there becomes a link to it.
        return f'<a href="{html.escape(self.safe_url(url))}">{html.escape(text) or html.escape(url)}</a>'

    def link(self, text: str, url: str, title: str | None = None) -> str:
        notebook = re.fullmatch(r"(?:\./)?([\w.-]+)\.ipynb(#.*)?", url)
        if notebook:
            url = f"{notebook[1]}.html{notebook[2] or ''}"
        return super().link(text, url, title)

    def table(self, text: str) -> str:
        return f'<div class="box" tabindex="0"><table>\n{text}</table></div>\n'


def _markdown(source: str, headings: _Headings) -> str:
    return cast("str", mistune.Markdown(_Renderer(headings), plugins=_plugins())(source))


@functools.cache
def _plugins() -> list[Any]:
    from mistune.plugins import import_plugin

    return [import_plugin(name) for name in ("table", "strikethrough", "footnotes")]


@functools.cache
def _highlighter(language: str) -> tuple[Any, ...]:
    from pygments.formatters.html import HtmlFormatter
    from pygments.lexers.python import PythonLexer
    from pygments.lexers.special import TextLexer

    return (PythonLexer if language.startswith(("python", "ipython")) else TextLexer)(), HtmlFormatter(nowrap=True)


def _highlighted(source: str, language: str) -> str:
    from pygments import highlight

    return highlight(source, *_highlighter(language))


def _output(site: Path, name: str, output: dict[str, Any], printed: Printed, lang: str) -> dict[str, Any] | None:
    """One output of a cell as a block of the page; None if there is nothing to show."""
    if output["output_type"] == "stream":
        return {"kind": "text", "text": ANSI.sub("", output["text"]).rstrip("\n")}
    if output["output_type"] == "error":
        return {"kind": "text", "text": f"{output['ename']}: {ANSI.sub('', output['evalue'])}"}
    data = data_of(output)
    kind = next((mime for mime in _SHOWN if mime in data), None)
    if kind is None:
        return None
    saved = output.get("metadata", {}).get("exposure", {})
    bundle = saved.get("bundle") or saved.get("table")
    folder = site / "figures" / name
    files = [
        f"figures/{name}/{bundle}.{kind}" for kind in _FORMATS if bundle and (folder / f"{bundle}.{kind}").exists()
    ]
    block = {"files": [(Path(file).suffix[1:].upper(), file) for file in files], "name": bundle}
    if kind == "text/html":
        table = clean(data[kind])
        if "table" in saved and (folder / f"{bundle}.csv").exists():
            table = linked(table, folder / f"{bundle}.csv", printed)
        return block | {
            "kind": "html",
            "html": Markup(table),
            "own_box": "table" in saved,
            "filtered": table.count("<tr") > _FEW_ROWS + 2,
        }
    if kind == "text/markdown":
        sure = saved.get("sure")
        # A finding with its sureness has three paragraphs, of which the page draws the last two by itself.
        said = _markdown(data[kind].partition("\n\n")[0] if sure else data[kind], _Headings())
        for row in saved.get("rows", []):
            said = with_link(said, row, printed)
        return block | {"kind": "said", "html": Markup(said), "lang": "", "sure": sure}
    if kind == "text/plain":
        return block | {"kind": "text", "text": data[kind]}
    return block | _picture(site, name, bundle, data, kind, printed, lang)


def _picture(
    site: Path, name: str, bundle: str | None, data: dict[str, str], kind: str, printed: Printed, lang: str
) -> dict[str, Any]:
    """What a page needs of a chart or another picture: its drawings, words, numbers, and its code for other pages."""
    folder = site / "figures" / name
    shown = f"figures/{name}/{bundle}.svg"
    told = (
        json.loads((folder / f"{bundle}.json").read_text("utf-8"))
        if bundle and (folder / f"{bundle}.json").exists()
        else {}
    )
    counted_by = {source["id"]: source["publisher"] for source in told.get("sources", [])}
    alt = told.get("alt", data.get("text/plain", ""))
    width = height = None
    if kind == "image/svg+xml":
        found = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', data[kind][:2000])
        width, height = (round(float(number)) for number in found.groups()) if found else (None, None)
        encoded = base64.b64encode(data[kind].encode("utf-8")).decode("ascii")
    else:
        encoded = "".join(data[kind].split())
    drawn_on_pages = drawings(folder, bundle) if bundle else []
    social = f"figures/{name}/{bundle}.social.png"
    return {
        "kind": "picture",
        "source": shown if bundle and (site / shown).exists() else f"data:{kind};base64,{encoded}",
        "alt": "" if alt.startswith("<") else alt,
        "title": told.get("title", ""),
        "lang": told.get("lang", lang),
        "drawn": drawn(folder / f"{bundle}.csv", printed, lang, counted_by) if bundle else None,
        "width": width,
        "height": height,
        "drawings": drawn_on_pages,
        "embed": code(page_of(name, bundle), told.get("title", ""), _EMBEDDED) if bundle and drawn_on_pages else "",
        "social": social if bundle and (site / social).exists() else "",
    }
