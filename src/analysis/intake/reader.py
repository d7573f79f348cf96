"""A report read part by part: what each part leaves to the next, and the outcome for every number."""

from __future__ import annotations

import itertools
import re
from typing import Any

from ..identifiers import identifying, identifying_texts
from .blocks import Block, Document, Table
from .clause import Context, Reading
from .confidence import evidence, probability
from .events import REPORTED
from .kinds import kind_of_reason
from .languages import TELLING_WORDS, detect, refuse_foreign
from .lexicon import Words, words
from .mentions import find_mentions, place_of
from .numbers import may_count
from .scope import Course, Scope, exceeds, is_label, scope_of
from .sentences import read_sentence, sentences
from .topic import Topic, topic_of

_SURE = 0.99
_SYSTEM = re.compile(r"pacs|dicom|orthanc|viewer|:\d{2,5}(?:/|$)", re.IGNORECASE)
_CONTACT_RULES = ("telephone number", "e-mail address")
ADDRESS = re.compile(r"(?:https?://|www\.)[^\s<>\"')\]]+", re.IGNORECASE)
#: A year in a heading.
WHEN_IN_TEXT = re.compile(r"\b(?:19|20)\d\d(?:[/–-]\d{2,4})?\b|(?:19|20)\d\d[年년]|\d{1,2}[月월]")
#: Where a dispatch was written: "AUSTIN, Texas, March 4 -", "Mainz (dpa)."
_DATELINE = re.compile(
    r"(?:[A-ZÀ-Þ]{3,}[^\W\d_]*[\w .,'’/]{0,50}\s(?:[–—-]{1,2})\s|[A-ZÀ-Þ][\w’'-]+(?:[ /][\w’'-]+){0,3}"
    r"(?:, \d{1,2}\.? [\w.]+)? \((?:dpa|afp|apa?|reuters|rtr|efe|ansa|pap|tt|ots|lusa|anp|belga|sda|ats|kna|epd)"
    r"[^)]{0,12}\)\.?\s(?:[–—-]\s)?)"
)
#: So much of a paragraph is enough to tell which places a report names.
_LONG = 1_500
#: So much of a report tells whether it is one about breaches.
_LONGEST_TOLD = 20_000
#: So many paragraphs tell it.
_TELLING_BLOCKS = 500
#: The mark at the head of a note below a table.
_MARK = re.compile(r"\s*([*†‡]+|\[\w{1,3}\]|\(\d\)|[¹²³⁴⁵⁶⁷⁸⁹]+)\s*(\S.*)", re.DOTALL)
#: A number by itself, with a sign and a scale word.
_BARE = re.compile(r"[~<>≥≤≈+]?\s?\d[\d.,'’ \u00a0]*\s?(?:[kKmM]|bn|[^\W\d_]{3,9}|%)?\+?")
#: No name of a place that stands for a heading is longer.
_LONGEST_NAME = 40
#: What a token of an axis begins with.
_OF_AXIS = frozenset("0123456789.,%")
#: A paragraph that is only a number is a card; what stands beside it is no longer than this.
_LONGEST_CARD = 90


class Reader:
    """Reads a report part by part; what it finds is in ``rows``, ``left_out`` and ``not_kept``."""

    def __init__(self, document: Document, lang: str | None) -> None:
        text = "\n".join(part.text for part in document.parts if isinstance(part, Block))
        self.given = lang is not None
        heads = " ".join(cell for part in document.parts if isinstance(part, Table) for cell in part.rows[0])
        if lang is None:
            refuse_foreign(text)
        self.lang = lang or detect(text if len(text.split()) >= TELLING_WORDS else f"{text}\n{heads}")[0]
        words(self.lang)
        self.rows: list[tuple[Any, ...]] = []
        self.left_out: list[dict[str, Any]] = []
        self.not_kept: list[dict[str, str]] = []
        self.order: list[str] = []
        self.home = _home(document, words(self.lang))
        self.heading = Context(home=self.home)
        self.event, self.asked = "", Topic()
        self.likely_event = _likely_event(text[:_LONGEST_TOLD], words(self.lang))
        self.main_event = words(self.lang).main_event(text[:_LONGEST_TOLD])
        self.former: list[Reading] = []  # those of the paragraph before
        self.counted: list[Reading] = []  # those of the last paragraph that counted something
        self.footnotes = _footnotes(document)
        self.marked: dict[str, Reading] = {}
        self.cards = _cards(document)
        self.blocks = [part for part in document.parts if isinstance(part, Block)]
        self.sentences = self._split(document)
        self.course = self._course(document)
        self.rules = _rules_of([one for told in self.sentences.values() for one in told])

    def _split(self, document: Document) -> dict[int, list[str]]:
        """The sentences of every paragraph."""
        told: dict[int, list[str]] = {}
        for block in document.parts:
            if isinstance(block, Block):
                text = self.cards.get(id(block), block.text)
                dateline = None if block.heading else _DATELINE.match(text)
                begin = dateline.end() if dateline else 0
                lead = [text[:begin].strip()] if dateline else []
                told[id(block)] = [*lead, *sentences(text[begin:], words(self._lang_of(block.text)))]
        return told

    def _course(self, document: Document) -> Course:
        """What the whole report says of places, before it is read."""
        told = [one for block in self.blocks[:_TELLING_BLOCKS] for one in self.sentences[id(block)]]
        tables = [part for part in document.parts if isinstance(part, Table)]
        labels = [cell for table in tables for row in table.rows for cell in (table.caption, *row[:4])]
        return Course.of([*told, *labels], words(self.lang))

    def read(self, part: Block | Table) -> None:
        """Read the next part of the report."""
        if isinstance(part, Table):
            self._read_table(part)
        else:
            self._read_block(part)

    def _read_block(self, block: Block) -> None:
        lang = self._lang_of(block.text)
        vocabulary = words(lang)
        kind = "contact" if vocabulary.contact.match(block.text) and not block.heading else ""
        kind = kind or ("axis" if _is_axis(block.text) else "")
        if kind:
            self._leave_out_all(block, kind)
            return
        heading = block.heading or _is_label_of_place(block.text, vocabulary)
        context = Context(topic=self.heading.topic, scope=self.heading.scope, home=self.home)
        if heading:
            context = Context(home=self.home)
        context.event, context.likely_event, context.main_event = self.event, self.likely_event, self.main_event
        context.former = self.counted
        context.course = self.course
        context.course.begin_paragraph()
        if context.course.asked:
            context.readings = self.former  # an answer goes on from the one before
        context.scope.begin_paragraph()
        if self.asked.unit:
            context.topic, context.asked = self.asked, self.asked
        if len(block.text) <= _LONGEST_CARD and vocabulary.partitive.search(block.text):
            context.readings = self.former  # a card or an item that goes on: "812 of them in hospitals"
        mark = _MARK.match(block.text)
        if mark and (noted := self.marked.get(mark[1].strip("[]()"))) is not None:
            context.readings, context.place = [noted], noted.place
        silent = ""  # the last sentence without a number: it may tell the next one its place
        for sentence in self.sentences[id(block)]:
            if "@" not in sentence and not may_count(sentence, vocabulary):
                silent = sentence
                continue
            if silent:
                read_sentence(silent, vocabulary, context)
                silent = ""
            if self._is_identifying(sentence, vocabulary, block.locator):
                continue
            plain = " ".join(ADDRESS.sub(" ", sentence).split())
            readings, left_out = read_sentence(plain, vocabulary, context)
            if readings or left_out:
                self.order.append(plain)
            for one in left_out:
                self._leave_out(one.text, one.reason, block.locator, plain, one.start)
            for reading in readings:
                self._add(reading, lang, block.locator, plain)
        if silent:
            read_sentence(silent, vocabulary, context)
        self.event, self.asked = context.event, context.asked
        self.former = context.readings if not context.course.asked else context.readings or self.former
        self.counted = context.former
        if heading:
            self.event = vocabulary.event(block.text) or self.event
        if heading and not vocabulary.picture.match(block.text):
            self.heading = _of_heading(block.text, vocabulary, self.home)
            self._look_ahead(block, vocabulary)
        elif block.text.rstrip().endswith(":"):
            self.heading.topic, self.heading.scope = context.topic, context.scope

    def _look_ahead(self, heading: Block, vocabulary: Words) -> None:
        """Doubt the place of a headline whose text, up to the next heading, goes on to the world."""
        scope = self.heading.scope
        scope.headline = not is_label(heading.text, vocabulary)
        if scope.headline and vocabulary.in_passing.search(heading.text):
            self.heading.scope = Scope()  # "and Belgium is not spared": the place is named in passing
            return
        behind = itertools.dropwhile(lambda one: one is not heading, self.blocks)
        below = itertools.takewhile(lambda one: not one.heading, itertools.islice(behind, 1, None))
        told = (sentence for one in below for sentence in self.sentences[id(one)])
        if scope.place and scope.headline and exceeds(scope, told, vocabulary):
            scope.doubt = "the text below it goes on to the world"

    def _leave_out(self, text: str, reason: str, locator: str, sentence: str, position: int) -> None:
        told: dict[str, str | int] = {
            "text": text,
            "kind": kind_of_reason(reason),
            "reason": reason,
            "locator": locator,
        }
        self.left_out.append(told | {"sentence": sentence, "position": position})

    def _leave_out_all(self, block: Block, kind: str) -> None:
        """Tell of the numbers of a paragraph that is not running text: an address, the axis of a chart."""
        if identifying(block.text) is not None:
            self.not_kept.append({"rule": kind, "locator": block.locator})
            return
        for one in re.finditer(r"\d[\d.,]*", block.text):
            self._leave_out(one[0], kind, block.locator, block.text[:_LONG], one.start())

    def _is_identifying(self, text: str, vocabulary: Words, locator: str) -> bool:
        rule = self.rules.get(text)
        if rule is None:
            return False
        own_contact = rule in _CONTACT_RULES and (
            vocabulary.contact_inside.search(text) or vocabulary.own_address.search(text)
        )
        if not own_contact:
            self.not_kept.append({"rule": rule, "locator": locator})
        return True

    def _lang_of(self, text: str) -> str:
        if self.given or (len(text.split()) < TELLING_WORDS and not re.search(r"[\u3040-\u9fff\uac00-\ud7af]", text)):
            return self.lang
        found, sure = detect(text)
        return found if sure >= _SURE else self.lang

    def _add(self, reading: Reading, lang: str, locator: str, sentence: str, scale: float = 1.0) -> None:
        read = reading.number.quantity
        if scale != 1 and read.low == read.high:
            # Counted in thousands, a whole number is rounded like any other.
            read = read._replace(low=read.value - 0.5, high=read.value + 0.5)
        reason = "; ".join(reading.reasons)
        figure = reading.number.text
        in_table = "table" in reading.evidence
        position = max(sentence.rfind(figure) if in_table else reading.number.start, 0)
        told = evidence(
            {
                "place": reading.place,
                "measure": reading.measure,
                "figure": figure,
                "reason": reason,
                "locator": locator,
                "sentence": sentence,
                "position": position,
            }
        )
        self.rows.append(
            (
                reading.place,
                reading.measure,
                figure,
                read.value * scale,
                read.low * scale,
                read.high * scale,
                read.qualifier,
                reading.number.tag or lang,
                locator,
                sentence,
                position,
                probability(told),
                reason,
                "",
            )
        )

    def _place_around(self) -> str:
        """The place of a table that names none: the heading's, else the only country of the report."""
        return self.heading.scope.place or self.course.goes_on("", words(self.lang))

    def _topic_around(self) -> Topic:
        """What a table that does not tell it counts: what the heading does, else the text right above it."""
        counted = [one for one in self.counted if not one.is_share and one.unit not in ("", "country", "thing")]
        if self.heading.topic.unit or not counted:
            return self.heading.topic
        return Topic(counted[-1].unit)

    def _read_table(self, table: Table) -> None:
        from .grids import Around, read_grid

        lang = self.lang
        around = Around(self._topic_around(), self._place_around(), self.event or self.likely_event, self.home)
        cells = list(read_grid(table, words(lang), around))
        told = identifying_texts([text for cell in cells for text in (cell.context, cell.text, cell.locator)])
        for first, cell in zip(range(0, 3 * len(cells), 3), cells, strict=True):
            if not told.keys().isdisjoint(range(first, first + 3)):
                # The locator names the cell's column, which may itself identify.
                where = table.locator if first + 2 in told else cell.locator
                row = where.partition(", column")[0]
                # A label that identifies is withheld with the cells that it belongs to.
                if not any(one["locator"].partition(", column")[0] == row for one in self.not_kept):
                    self.not_kept.append({"rule": "identifier", "locator": where})
                continue
            self.order.append(cell.context)
            if cell.reading is None:
                self._leave_out(cell.text, cell.why, cell.locator, cell.context, max(cell.context.rfind(cell.text), 0))
                continue
            if cell.mark:
                self.marked.setdefault(cell.mark, cell.reading)
            note = self.footnotes.get(cell.mark, "")
            if note:
                cell.reading.reasons.append(f"footnote: {note}")
            self._add(cell.reading, lang, cell.locator, cell.context, cell.scale)
            self.counted = [cell.reading] if cell.reading.unit in REPORTED else self.counted


def _likely_event(text: str, vocabulary: Words) -> str:
    """What the notifications of a report are of, by all that it says: a data protection authority hears of breaches."""
    return vocabulary.event(text) or ("breach" if vocabulary.protection.search(text) else "")


def _rules_of(texts: list[str]) -> dict[str, str]:
    """The sentences that identify a host or person, with the rule; to look at all together is far quicker."""
    distinct = list(dict.fromkeys(texts))
    bare = [ADDRESS.sub(lambda link: " " if _is_publication(link[0]) else link[0], text) for text in distinct]
    return {distinct[at]: rule for at, rule in identifying_texts(bare).items()}


def _is_publication(address: str) -> bool:
    """Whether a link leads to a publication and not to a system."""
    host = address.split("/")[2] if "://" in address else address
    return identifying(address, address_allowed=True) is None and not _SYSTEM.search(host)


def _is_axis(text: str) -> bool:
    """Whether a paragraph is the axis or legend of a chart: numbers that follow each other without words."""
    tokens = text.split()
    if len(tokens) < 3 or sum(token[0] in _OF_AXIS for token in tokens) < 0.8 * len(tokens):
        return False
    bare = sum(bool(re.fullmatch(r"[\d.,]+\s?[%kKmM]?|%", token)) for token in tokens)
    return bare >= 3 and bare >= 0.8 * len(tokens)


def _is_label_of_place(text: str, vocabulary: Words) -> bool:
    """Whether a paragraph is no more than the name of a place, set as a heading by its type alone."""
    short = len(text) <= _LONGEST_NAME and not re.search(r"[\d.,;:!?。、]", text)
    return short and place_of(text, vocabulary) is not None


def _of_heading(text: str, vocabulary: Words, home: frozenset[str]) -> Context:
    """What a heading leaves to the paragraphs below: the one place that it names, and what it counts.

    A headline with a number tells a whole story and names its place in passing.
    """
    tells = re.search(r"\d", WHEN_IN_TEXT.sub("", text)) is not None
    return Context(
        topic=topic_of(text, vocabulary), scope=Scope() if tells else scope_of(text, vocabulary, home), home=home
    )


def _home(document: Document, vocabulary: Words) -> frozenset[str]:
    """The countries of which a report names at least two parts, and, with ``=`` before them, the countries it names."""
    labels = [cell for part in document.parts if isinstance(part, Table) for row in part.rows for cell in row[:4]]
    blocks = [part.text for part in document.parts if isinstance(part, Block)]
    texts = blocks[:_TELLING_BLOCKS] + labels
    parts: dict[str, set[str]] = {}
    for text in texts:
        found = find_mentions(text[:_LONG], vocabulary.within(text[:_LONG]))
        if not found and len(text) <= 40 and (label := place_of(text, vocabulary)):
            found = [label]
        for one in found:
            if "-" in one.code:
                parts.setdefault(one.code[:2], set()).add(one.code)
    return frozenset(country for country, codes in parts.items() if len(codes) > 1)


def _cards(document: Document) -> dict[int, str]:
    """The texts of paragraphs that are only a number, with the question above or the words below."""
    blocks = [part for part in document.parts if isinstance(part, Block)]
    found: dict[int, str] = {}
    for nth, block in enumerate(blocks):
        if not _BARE.fullmatch(block.text.strip()):
            continue
        above = blocks[nth - 1].text.strip() if nth else ""
        below = blocks[nth + 1].text.strip() if nth + 1 < len(blocks) else ""
        if above.endswith(("?", "？", ":")):
            found[id(block)] = f"{above.rstrip('?？:')}: {block.text.strip()}"
        elif below and len(below) <= _LONGEST_CARD and not re.search(r"\d|[.?!]\s", below):
            found[id(block)] = f"{block.text.strip()} {below}"
    return found


def _footnotes(document: Document) -> dict[str, str]:
    """What marks (*, †) say below a table."""
    notes: dict[str, str] = {}
    for part in document.parts:
        found = _MARK.match(part.text) if isinstance(part, Block) else None
        if found and identifying(found[2]) is None:
            notes.setdefault(found[1].strip("[]()"), " ".join(found[2].split())[:200])
    return notes
