"""HTML that notebooks output, made safe for a page: no script, nothing loaded from elsewhere."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser

_TAGS = frozenset(
    [
        "a",
        "abbr",
        "b",
        "blockquote",
        "br",
        "caption",
        "code",
        "col",
        "colgroup",
        "dd",
        "del",
        "details",
        "div",
        "dl",
        "dt",
        "em",
        "figcaption",
        "figure",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "i",
        "img",
        "ins",
        "kbd",
        "li",
        "mark",
        "ol",
        "p",
        "pre",
        "q",
        "s",
        "samp",
        "section",
        "small",
        "span",
        "strong",
        "style",
        "sub",
        "summary",
        "sup",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "u",
        "ul",
        "var",
        "wbr",
    ]
)
_ATTRIBUTES = frozenset(
    [
        "abbr",
        "alt",
        "class",
        "colspan",
        "dir",
        "headers",
        "height",
        "href",
        "id",
        "lang",
        "open",
        "role",
        "rowspan",
        "scope",
        "src",
        "style",
        "tabindex",
        "title",
        "width",
    ]
)
_VOID = frozenset(["br", "col", "hr", "img", "wbr"])
_WHOLLY = frozenset(["script", "iframe", "object", "template", "noscript", "form", "svg", "math"])
# What makes a style sheet load something, or end before its time.
_LOADING = re.compile(r"@import[^;]*;?|url\([^)]*\)?|<", re.IGNORECASE)


class _Cleaner(HTMLParser):
    """Writes again what it reads, as far as a page may show it: no script, nothing loaded from elsewhere."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.written: list[str] = []
        self._open: list[str] = []
        self._skipped: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _WHOLLY:
            self._skipped.append(tag)
        if self._skipped or tag not in _TAGS:
            return
        kept = "".join(f' {name}="{html.escape(text or "")}"' for name, text in attrs if self._may(name, text or ""))
        self.written.append(f"<{tag}{kept}>")
        if tag not in _VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _VOID:
            self.handle_starttag(tag, attrs)
        elif tag not in _WHOLLY:
            self.handle_starttag(tag, attrs)
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._skipped:
            del self._skipped[self._skipped.index(tag) :]
        elif not self._skipped and tag in self._open:
            while True:
                last = self._open.pop()
                self.written.append(f"</{last}>")
                if last == tag:
                    break

    def handle_data(self, data: str) -> None:
        if self._skipped:
            return
        in_style = self._open and self._open[-1] == "style"
        self.written.append(_LOADING.sub("none", data) if in_style else html.escape(data, quote=False))

    @staticmethod
    def _may(name: str, text: str) -> bool:
        text = re.sub(r"[\x00-\x20]", "", text).lower()
        if name in ("href", "src"):
            allowed = ("#", "http:", "https:", "mailto:") if name == "href" else ("data:image/png", "data:image/jpeg")
            return text.startswith(allowed) or (":" not in text and not text.startswith("//") and name == "href")
        if name == "style":
            return "url(" not in text and "expression(" not in text
        return name in _ATTRIBUTES or name.startswith(("aria-", "data-"))

    def result(self) -> str:
        self.close()
        return "".join(self.written) + "".join(f"</{tag}>" for tag in reversed(self._open))


def clean(text: str) -> str:
    """HTML of a notebook's output without scripts, handlers, frames, forms and addresses of pictures elsewhere."""
    cleaner = _Cleaner()
    cleaner.feed(text)
    return cleaner.result()
