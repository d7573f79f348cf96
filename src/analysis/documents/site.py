"""A built site, or some of its pages, as a document: the same content from the same files."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Any

from ..errors import unknown
from ..language.catalogue import say
from ..language.prose import sentence
from ..report.pages import TITLE, words
from .imprint import imprint, version
from .model import (
    Block,
    Chapter,
    Column,
    Document,
    Heading,
    Items,
    Paragraph,
    Source,
    Span,
    Table,
    Text,
    numbered,
    sources_used,
    span,
)
from .notebooks import Reading
from .repeated import told_once

#: Pages made from the data that a document can have, in the order in which they stand at its end.
FROM_DATA = ("surveys", "claims", "corrections")
_VERDICTS = ("contradicted", "definition differs", "within rounding", "supported", "not checkable")
_METHOD = ("engine", "ports", "exposed", "open", "honeypots", "duplicates", "unit")


@dataclass(frozen=True)
class Edition:
    """What a document holds, and its title."""

    lang: str
    pages: tuple[str, ...] = ()
    """Names of pages: of notebooks (their first letters are enough), ``surveys``, ``surveys/<id>``, ``claims``,
    ``corrections``; none are all."""
    title: str = ""
    """Default: that of the report, or those of a reader's own notebooks."""
    withheld_below: int | None = None
    own: bool = False
    """Whether it holds only a reader's own notebooks: without the report's first page and what the data give."""
    author: str = ""
    licence: str = ""
    """Who wrote a reader's own notebooks, and the licence of their text."""


def document_of(site: Path, edition: Edition) -> Document:
    """Read a site as a document.

    Parameters
    ----------
    site
        The folder of a built site, or of one that only lacks its pages.
    edition
        What the document is to hold.

    Raises
    ------
    DataError
        If a page asked for is not there.
    """
    return _Making(site, edition).document()


class _Making:
    """A document on its way."""

    def __init__(self, site: Path, edition: Edition) -> None:
        self.site, self.edition, self.lang = site, edition, edition.lang
        self.words = words(edition.lang)
        self.listed = self._read("sources.json")
        entries = {one["id"]: one for survey in self.listed["surveys"] for one in survey["sources"]}
        self.sources: dict[str, dict[str, Any]] = _of_series(site) | entries
        publishers = {name: one["publisher"] for name, one in self.sources.items()}
        self.reading = Reading(site, publishers, edition.lang, edition.own)

    def _read(self, name: str) -> Any:
        return json.loads((self.site / name).read_text("utf-8"))

    def t(self, key: str) -> str:
        """A word of the site's pages."""
        return self.words[key]

    def say(self, key: str, **values: object) -> str:
        """A word of documents."""
        return say(key, self.lang, family="documents", **values)

    def document(self) -> Document:
        """The whole document."""
        notebooks, others = self._chosen()
        chapters, _ = numbered(tuple(self.reading.chapter(name) for name in notebooks))
        behind = self._numbers(chapters)
        appendix = [*behind, *(self._from_data(name) for name in others)]
        front = []
        if not self.edition.pages and not self.edition.own:
            front.append(Chapter("front", self.t("overview"), tuple(self._front()), mark=""))
        chapters, labels = numbered((*front, *map(self._shortened, (*chapters, *appendix))))
        used = dict.fromkeys(name for chapter in chapters for name in sources_used(chapter.blocks))
        read = Document(
            title=self.edition.title or self._title(chapters),
            lang=self.lang,
            chapters=chapters,
            sources=tuple(
                Source(name, self.sources[name]["citation"], self.sources[name]["url"] or "") for name in sorted(used)
            ),
            labels=labels,
        )
        return self._own(read) if self.edition.own else self._of_the_report(read)

    def _of_the_report(self, read: Document) -> Document:
        """The document with what the package says of its own report: how to cite it, and its licence."""
        told = version(self.lang, self.listed["version"])
        cited = f"{self.t('cite_lead')} {self.t('cite_as').format(title=TITLE, version=told)}"
        about = (*self._withheld(), cited, self.t("licence"))
        return replace(read, subtitle=self.t("lead"), about=about, running=self.say("foot", version=told))

    def _own(self, read: Document) -> Document:
        """The document with what its author says of it; the package speaks of itself and of its data alone."""
        author, licence, data = self.edition.author, self.edition.licence, self.listed["version"]
        about = [author] if author else []
        about += [self.say("text_licence", licence=licence)] if licence else []
        about += [*self._withheld(), *imprint(self.lang)]
        foot = [author, self.say("made_from", version=data) if data else ""]
        return replace(read, author=author, about=tuple(about), running=" · ".join(filter(None, foot)))

    def _withheld(self) -> list[str]:
        below = self.edition.withheld_below
        return [self.t("withheld").format(below=below)] if below else []

    def _shortened(self, chapter: Chapter) -> Chapter:
        blocks = (told_once(block, self.lang) if isinstance(block, Table) else block for block in chapter.blocks)
        return replace(chapter, blocks=tuple(blocks))

    def _title(self, chapters: Sequence[Chapter]) -> str:
        main = [one for one in chapters if one.mark == "number"] or chapters
        one = len(main) == 1 or self.edition.own
        return " · ".join(chapter.title for chapter in main) if one else self.t("heading")

    def _chosen(self) -> tuple[list[str], list[str]]:
        """Names of notebooks, and of what is made from the data."""
        notebooks = sorted(path.stem for path in (self.site / "notebooks").glob("*.ipynb"))
        surveys = [f"surveys/{path.stem}" for path in sorted((self.site / "surveys").glob("*.json"))]
        if self.edition.own:
            return list(self.edition.pages), []
        if not self.edition.pages:
            return notebooks, list(FROM_DATA)
        known = [*notebooks, *FROM_DATA, *surveys]
        found = []
        for asked in self.edition.pages:
            begun = [name for name in notebooks if name.startswith(asked)]
            if asked not in known and len(begun) != 1:
                raise unknown("page", asked, [*notebooks, *FROM_DATA, *surveys])
            found.append(asked if asked in known else begun[0])
        chosen = list(dict.fromkeys(found))
        return [name for name in chosen if name in notebooks], [name for name in chosen if name not in notebooks]

    # ---- before the contents ---------------------------------------------------------------------------

    def _front(self) -> Iterable[Block]:
        """The first page of the site: its points with how sure each is, and what the numbers may not be used for."""
        told = self._read("front.json") if (self.site / "front.json").exists() else {}
        if told:
            yield Paragraph(span(told["headline"]), "lead")
            yield Paragraph(span(told["lead"]))
            parts = told["picture"]["parts"]
            columns = (Column(self.t("place")), Column(self.t("value"), True), Column("%", True))
            rows = tuple(tuple(span(part[name]) for name in ("name", "said", "share")) for part in parts)
            yield Table(columns, rows, told["picture"]["title"])
            yield Heading(2, span(self.t("points")))
            points = []
            for point in told["points"]:
                sure = (Span(f"{self.t('how_sure')} "), Span(point["level"], bold=True), Span(f" {point['why']}"))
                fine = Paragraph(span(point["fine"]), "small")
                points.append((Paragraph((Span(point["fact"], bold=True),)), Paragraph(sure), fine))
            yield Items(tuple(points), ordered=True)
        yield Heading(2, span(self.t("maynot")))
        names = ("people", "safe", "add", "find")
        yield Items(
            tuple(
                (Paragraph((Span(self.t(f"maynot_{one}"), bold=True), Span(f" {self.t(f'maynot_{one}_why')}"))),)
                for one in names
            )
        )

    # ---- behind the notebooks --------------------------------------------------------------------------

    def _numbers(self, chapters: Iterable[Chapter]) -> list[Chapter]:
        """The numbers that the charts draw, chapter by chapter."""
        blocks: list[Block] = []
        for chapter in chapters:
            if tables := self.reading.drawn(chapter):
                blocks += [Heading(2, span(chapter.title)), *tables]
        told = [self.say("numbers_lead"), *([] if self.edition.own else [self.say("numbers_in_files")])]
        lead = Paragraph(span(" ".join(told)))
        return [Chapter("numbers", self.say("numbers"), (lead, *blocks), mark="letter")] if blocks else []

    def _from_data(self, name: str) -> Chapter:
        make: dict[str, Callable[[], list[Block]]] = {
            "surveys": self._surveys,
            "claims": self._claims,
            "corrections": self._corrections,
        }
        titles = {"surveys": self.say("surveys"), "claims": self.t("all_claims"), "corrections": self.t("corrections")}
        if name in make:
            return Chapter(name, titles[name], tuple(make[name]()), mark="letter")
        survey = self._read(f"{name}.json")
        return Chapter(name, survey["title"], tuple(self._survey(survey, 2)), mark="letter")

    def _surveys(self) -> list[Block]:
        blocks: list[Block] = []
        for path in sorted((self.site / "surveys").glob("*.json")):
            survey = self._read(f"surveys/{path.name}")
            blocks += [Heading(2, span(survey["title"])), *self._survey(survey, 3)]
        return blocks

    def _survey(self, survey: dict[str, Any], level: int) -> Iterable[Block]:
        window = f" · {survey['window']}" if survey["window"] else ""
        yield Paragraph(span(f"{survey['surveyor']}{window}"), "byline")
        yield Heading(level, span(self.t("method")))
        method = [(self.t(f"method_{name}"), survey["method"].get(name)) for name in _METHOD]
        encoded = f" ({survey['encoded']})" if survey["encoded"] else ""
        method += [(self.t("no_primary"), survey["no_primary"]), (self.t("encoding"), f"{survey['encoding']}{encoded}")]
        yield from (Paragraph((Span(f"{name}: ", bold=True), Span(told)), lang="en") for name, told in method if told)
        if survey["known_errors"]:
            yield Heading(level + 1, span(self.t("known_errors")))
            yield Items(tuple((Paragraph(span(text), lang="en"),) for text in survey["known_errors"]))
        if survey["figures"]:
            yield self._table(
                "figures",
                ("place", "measure", "printed", "value", "interval", "source", "locator"),
                [self._figure(row) for row in survey["figures"]],
                numeric=("printed", "value", "interval"),
            )
        if survey["unpublished"]:
            rows = [
                tuple(
                    span(str(text))
                    for text in (row["label"], row["total"], row["places"], row["published"], row["rest"])
                )
                for row in survey["unpublished"]
            ]
            heads = ("measure", "total", "places", "in_places", "rest")
            yield self._table("unpublished", heads, rows, numeric=heads[1:], note="unpublished_lead")
        if survey["conflicts"]:
            rows = [
                (span(row["place"]), span(row["label"]), self._side(row["a"]), self._side(row["b"]), span(row["cause"]))
                for row in survey["conflicts"]
            ]
            yield self._table("conflicts", ("place", "measure", "one", "other", "cause"), rows, note="conflicts_lead")

    def _figure(self, row: dict[str, Any]) -> tuple[Text, ...]:
        meant = f" ({self.t('meant').format(label=row['meant'])})" if row["meant"] else ""
        note = f" ({row['note']})" if row["note"] else ""
        return (
            span(row["country"] or row["place"]),
            span(f"{row['label']}{meant}"),
            span(row["figure"]),
            span(row["value_text"]),
            span(row["interval_text"]),
            self.reading.named(span(row["source"])),
            span(f"{row['locator']}{note}"),
        )

    def _side(self, printed: dict[str, Any]) -> Text:
        return (Span(f"{printed['text']} "), *self.reading.named(span(printed["source"])))

    def _table(
        self, title: str, heads: tuple[str, ...], rows: list[Any], numeric: tuple[str, ...] = (), note: str = ""
    ) -> Table:
        columns = tuple(Column(self.t(name), name in numeric) for name in heads)
        return Table(columns, tuple(rows), self.t(title), (self.t(note),) if note else (), lang=self.lang)

    def _claims(self) -> list[Block]:
        """Every claim, verdict by verdict, the contradicted ones first."""
        claims = self._read("claims.json")["claims"]
        blocks: list[Block] = [Paragraph(span(self.t("claims_lead")))]
        for verdict in _VERDICTS:
            rows = [
                (
                    (Span(row["publisher"], sources=(row["source"],)),),
                    span(f"{row['country']}: {row['label']}" if row["label"] else row["country"]),
                    span(_as_printed(row["claim"], row["figure"])),
                    span(row["why"]),
                )
                for row in claims
                if row["verdict"] == verdict
            ]
            if rows:
                title = sentence(self.t(f"verdict_{verdict.replace(' ', '_')}"))
                heads = ("outlet", "place", "claim", "explanation")
                blocks += [Heading(2, span(title)), replace(self._table("all_claims", heads, rows), title=title)]
        return blocks

    def _column(self, name: str) -> str:
        """What a column of the data is called, as the page of corrections calls it."""
        return self.words.get(f"column_{name}") or self.words.get(name) or name.replace("_", " ")

    def _corrections(self) -> list[Block]:
        told = self._read("corrections.json")["corrections"]
        blocks: list[Block] = [Paragraph(span(self.t("corrections_lead" if told else "corrections_none")))]

        def said(text: str) -> str:
            return self.words.get(f"verdict_{text.replace(' ', '_')}", text) or "–"

        own = (self.say("corrected"), self.say("before_and_after"))
        columns = tuple(map(Column, (self.t("survey"), *own, self.t("explanation"), self.t("noticed"))))
        for day, corrected in groupby(told, key=lambda row: row["day"]):
            rows = tuple(
                tuple(
                    span(text)
                    for text in (
                        f"{row['title']}: {row['row']}",
                        sentence(self._column(row["column"])),
                        f"{said(row['before'])} → {said(row['after'])}",
                        row["why"],
                        f"{row['noticed']} ({self.t('data_of').format(version=row['version'])})",
                    )
                )
                for row in corrected
            )
            blocks += [Heading(2, span(day)), Table(columns, rows, self.say("corrections_of", day=day), lang=self.lang)]
        return blocks


def _as_printed(claim: str, figure: str) -> str:
    """A claim, and its figure as it was printed where the words of the claim do not hold it."""
    return claim if claim and figure in claim else f"{claim} ({figure})" if claim else figure


def _of_series(site: Path) -> dict[str, dict[str, Any]]:
    """The publications behind the series that charts draw: what the charts say of them is a citation."""
    found = {}
    for file in sorted((site / "figures").glob("*/*.json")):
        told = json.loads(file.read_text("utf-8"))
        if isinstance(told, dict) and "series" in told:
            for one in told["sources"]:
                parts = [one.get(name) for name in ("publisher", "title", "url")]
                found[one["id"]] = {"url": "", **one, "citation": ". ".join(filter(None, parts))}
    return found
