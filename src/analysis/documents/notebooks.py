"""An executed notebook as a chapter: what its page of the site shows, without its code."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ..language.catalogue import say
from ..report.outputs import ANSI, data_of
from . import markdown, markup
from .formulas import formula
from .model import Block, Chapter, Column, Figure, Heading, Paragraph, Span, Table, Text, Verbatim, in_language, plain

#: The kinds of output that a document can show, best first; pages have the same but for formulas.
_SHOWN = ("text/html", "image/svg+xml", "image/png", "image/jpeg", "text/markdown", "text/latex", "text/plain")


@dataclass(frozen=True)
class Reading:
    """What is known when a notebook is read: where it lies, the publishers of sources, the language, whose it is."""

    site: Path
    publishers: Mapping[str, str]
    lang: str
    own: bool = False
    """Whether it is a reader's own, of which no files of charts are published."""

    def chapter(self, name: str) -> Chapter:
        """An executed notebook of the site as a chapter."""
        content = json.loads((self.site / "notebooks" / f"{name}.ipynb").read_text("utf-8"))
        lang = content.get("metadata", {}).get("lang", "en")
        title = ""
        blocks: list[Block] = []
        for cell in content["cells"]:
            source = "".join(cell["source"])
            if cell["cell_type"] == "markdown":
                own = cell["metadata"].get("lang", "")
                for block in (in_language(one, own) for one in markdown.blocks_of(source)):
                    if not title and isinstance(block, Heading) and not blocks and re.match(r"\s*#\s", source):
                        title = plain(block.text)
                    else:
                        blocks.append(block)
            elif cell["cell_type"] == "code":
                for output in cell["outputs"]:
                    blocks += self._output(name, output)
        return Chapter(name, title or name.replace("_", " "), tuple(_levelled(blocks)), lang)

    def _output(self, name: str, output: dict[str, Any]) -> Iterator[Block]:
        if output["output_type"] == "stream":
            yield from _verbatim(ANSI.sub("", "".join(output["text"])))
            return
        if output["output_type"] == "error":
            yield Verbatim(f"{output['ename']}: {ANSI.sub('', output['evalue'])}")
            return
        data, metadata = data_of(output), output.get("metadata", {})
        kind = next((mime for mime in _SHOWN if mime in data), None)
        saved = metadata.get("exposure", {})
        match kind:
            case "text/html":
                yield from (self._sourced(block) for block in markup.blocks_of(data[kind], self.lang))
            case "text/markdown":
                said = markdown.blocks_of(data[kind])
                headline, *rest = said or [Paragraph(())]
                yield _finding(headline, self.lang) if _all_bold(said[:1]) else headline
                # Of a finding with its sureness the last paragraph is the fine print.
                small = rest[-1:] if "sure" in saved else []
                yield from rest[: len(rest) - len(small)]
                yield from (replace(block, kind="small") for block in small if isinstance(block, Paragraph))
            case "text/latex":
                yield formula(re.sub(r"^\s*(?:\$\$?|\\\[)|(?:\$\$?|\\\])\s*$|\\displaystyle", "", data[kind]))
            case "text/plain":
                yield from _verbatim(data[kind])
            case None:
                return
            case _:
                yield self._figure(name, saved.get("bundle"), data, metadata)

    def _figure(self, name: str, bundle: str | None, data: dict[str, str], metadata: Mapping[str, Any]) -> Figure:
        told = _told(self.site / "figures" / name, bundle)
        alt = told.get("alt") or _described(data, metadata) or say("picture_untold", self.lang, family="documents")
        encoded = next((data[mime] for mime in ("image/png", "image/jpeg") if mime in data), "")
        beside = self.site / "figures" / name / f"{bundle}.png"
        raster = base64.b64decode("".join(encoded.split())) if encoded else b""
        if not raster and bundle and beside.exists():
            raster = beside.read_bytes()
        return Figure(
            alt=" ".join(alt.split()),
            svg=data.get("image/svg+xml", "").encode("utf-8"),
            raster=raster,
            title=told.get("title", ""),
            name=bundle or "",
            lang=told.get("lang", self.lang),
            sources=tuple(one["id"] for one in told.get("sources", []) if one["id"] in self.publishers),
        )

    def _sourced(self, block: Block) -> Block:
        """A table in which publishers stand for the names of sources."""
        if not isinstance(block, Table):
            return block
        rows = tuple(tuple(self.named(cell) for cell in row) for row in block.rows)
        return replace(block, rows=rows)

    def named(self, cell: Text) -> Text:
        """The publishers in place of the names of sources."""
        names = plain(cell).split("; ")
        if not all(name in self.publishers for name in names):
            return cell
        spans = [
            Span(publisher, sources=tuple(name for name in names if self.publishers[name] == publisher))
            for publisher in dict.fromkeys(self.publishers[name] for name in names)
        ]
        return tuple(piece for one in spans for piece in (Span("; "), one))[1:]

    def drawn(self, chapter: Chapter) -> list[Table]:
        """The numbers that the charts of a chapter draw, one table per chart, as its page shows them."""
        from ..report.pages import words
        from ..report.row_links import drawn

        heads = words(self.lang)
        tables: dict[Any, Table] = {}
        for figure in chapter.blocks:
            if not isinstance(figure, Figure) or not figure.name:
                continue
            found = drawn(self.site / "figures" / chapter.name / f"{figure.name}.csv", {}, self.lang)
            if found is None:
                continue
            columns = tuple(
                Column(
                    heads[found["known"][column]] if column in found["known"] else column.replace("_", " "),
                    column in found["numeric"],
                )
                for column in found["columns"]
            )
            rows = tuple(tuple(self.named((Span(cell["text"]),)) for cell in row) for row in found["rows"])
            cut = found["all"] > len(rows)
            told = "rows_printed" if self.own else "rows_of_file"
            note = say(told, self.lang, family="documents", shown=len(rows), n=found["all"]) if cut else ""
            made = Table(columns, rows, notes=(note,) * cut, lang=self.lang, all_rows=found["all"] * cut)
            before = tables.setdefault(made, replace(made, name=figure.number, title=figure.title))
            if before.name != figure.number:  # a map and a ranking of the same rows draw the same numbers
                tables[made] = replace(before, name=f"{before.name}, {figure.number}")
        return [
            replace(one, title=say("numbers_of", self.lang, family="documents", figure=one.name, title=one.title))
            for one in tables.values()
        ]


def _told(folder: Path, bundle: str | None) -> dict[str, Any]:
    """What the bundle of a chart says about it."""
    file = folder / f"{bundle}.json"
    return json.loads(file.read_text("utf-8")) if bundle and file.exists() else {}


def _described(data: dict[str, str], metadata: Mapping[str, Any]) -> str:
    """The alternative text of a picture of your own: of its metadata, else its plain text, if that says anything."""
    for mime in ("image/png", "image/svg+xml", "image/jpeg"):
        if alt := metadata.get(mime, {}).get("alt"):
            return str(alt)
    alt = metadata.get("alt") or data.get("text/plain", "")
    return "" if alt.startswith("<") else alt


def _verbatim(text: str) -> Iterator[Verbatim]:
    if text.strip():
        yield Verbatim(text.strip("\n"))


def _all_bold(blocks: list[Block]) -> bool:
    return len(blocks) == 1 and isinstance(blocks[0], Paragraph) and all(one.bold for one in blocks[0].text)


def _finding(block: Block, lang: str) -> Block:
    if not isinstance(block, Paragraph):
        return block
    return Paragraph(tuple(replace(one, bold=False) for one in block.text), "finding", lang)


def _levelled(blocks: list[Block]) -> Iterator[Block]:
    """Headings without a level left out, as a screen reader needs them."""
    last = 1
    for block in blocks:
        if isinstance(block, Heading):
            last = min(block.level, last + 1)
            yield replace(block, level=last)
        else:
            yield block
