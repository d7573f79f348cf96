"""Markdown of notebooks as blocks of a document, read by the parser that draws the site's pages."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from .formulas import formula
from .model import Block, Column, Heading, Items, Paragraph, Span, Table, Text, Verbatim, plain

_NOTEBOOK = re.compile(r"(?:\./)?[\w.-]+\.ipynb(?:#.*)?")


def blocks_of(source: str) -> list[Block]:
    """The blocks of a text in Markdown. HTML inside it is text, as on the site."""
    return _blocks(_parser()(source))


def spans_of(source: str) -> Text:
    """One paragraph in Markdown as a text."""
    found = [block for block in blocks_of(source) if isinstance(block, Paragraph)]
    return found[0].text if found else (Span(source),)


@functools.cache
def _parser() -> Any:
    import mistune
    from mistune.plugins import import_plugin

    plugins = [import_plugin(name) for name in ("table", "strikethrough", "footnotes", "math")]
    return mistune.create_markdown(renderer=None, plugins=plugins)


def _blocks(tokens: Iterable[dict[str, Any]]) -> list[Block]:
    found: list[Block] = []
    for token in tokens:
        children = token.get("children", [])
        match token["type"]:
            case "heading":
                found.append(Heading(max(2, token["attrs"]["level"]), _spans(children)))
            case "paragraph" | "block_text":
                if text := _spans(children):
                    found.append(Paragraph(text))
            case "list":
                items = tuple(tuple(_blocks(item["children"])) for item in children)
                found.append(Items(items, bool(token["attrs"].get("ordered"))))
            case "table":
                found.append(_table(children))
            case "block_code":
                found.append(Verbatim(token["raw"].rstrip("\n")))
            case "block_math":
                found.append(formula(token["raw"]))
            case "block_html":
                found.append(Paragraph((Span(token["raw"].strip()),)))
            case "block_quote":
                found += _blocks(children)
            case "footnotes":
                found.append(Items(tuple(tuple(_blocks(note["children"])) for note in children), ordered=True))
    return found


def _table(parts: list[dict[str, Any]]) -> Table:
    head = next(part for part in parts if part["type"] == "table_head")
    body: list[dict[str, Any]] = next((part["children"] for part in parts if part["type"] == "table_body"), [])
    columns = tuple(
        Column(plain(_spans(cell["children"])), cell["attrs"].get("align") == "right") for cell in head["children"]
    )
    rows = tuple(tuple(_spans(cell["children"]) for cell in row["children"]) for row in body)
    return Table(columns, rows)


def _spans(tokens: Iterable[dict[str, Any]]) -> Text:
    found: list[Span] = []
    for token in tokens:
        kind, inside = token["type"], token.get("children")
        match kind:
            case "strong":
                found += [replace(span, bold=True) for span in _spans(inside or [])]
            case "emphasis":
                found += [replace(span, italic=True) for span in _spans(inside or [])]
            case "codespan":
                found.append(Span(token["raw"], code=True))
            case "inline_math":
                found.append(Span(f"${token['raw']}$", code=True))
            case "link":
                found += _led(_spans(inside or []), token["attrs"]["url"])
            case "image":
                # Pages load nothing from elsewhere: a picture from there becomes a link to it.
                found += _led(_spans(inside or []) or (Span(token["attrs"]["url"]),), token["attrs"]["url"])
            case "linebreak":
                found.append(Span("\n"))
            case "softbreak":
                found.append(Span(" "))
            case "footnote_ref":
                found.append(Span(f" ({token['attrs']['index']})"))
            case _ if inside is not None:
                found += _spans(inside)
            case _:
                found.append(Span(token.get("raw", "")))
    return joined(found)


def _led(text: Text, address: str) -> list[Span]:
    """A text that leads to an address of the web; to other notebooks, or into a page, a document has no link."""
    web = address if re.match(r"(?:https?|mailto):", address) else ""
    return [replace(span, link=web) for span in text]


def joined(spans: Iterable[Span]) -> Text:
    """Neighbours of one kind as one, without blanks at the ends."""
    found: list[Span] = []
    for one in spans:
        if not one.text:
            continue
        if found and replace(found[-1], text="") == replace(one, text="") and not one.sources:
            found[-1] = replace(one, text=found[-1].text + one.text)
        else:
            found.append(one)
    if found:
        found[0] = replace(found[0], text=found[0].text.lstrip())
        found[-1] = replace(found[-1], text=found[-1].text.rstrip())
    return tuple(one for one in found if one.text)
