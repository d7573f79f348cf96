"""Draft figures from a report: every number that counts something, with its place, its measure and the reasons.

Nothing here decides: each row is a proposal with its sentence, for :mod:`analysis.intake.review` to settle.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import IdentifierError
from ..extras import extra
from ..identifiers import identifying
from .blocks import Block, Document, Progress, Table
from .clause import Context, Reading
from .documents import read_document
from .lexicon import Words, languages, words
from .mentions import WORLD, find_mentions, place_of
from .sentences import read_sentence

if TYPE_CHECKING:
    import pandas as pd

#: The columns of draft rows.
COLUMNS = (
    "place",
    "measure",
    "figure",
    "value",
    "low",
    "high",
    "qualifier",
    "lang",
    "locator",
    "sentence",
    "confidence",
    "reason",
    "mixed_up_with",
)

#: Words that a paragraph needs to be taken for one in another language than its text.
_TELLING_WORDS = 12
_SURE = 0.99
#: What makes a list of hosts or persons of a table; a decimal or a telephone number alone does not.
_LISTED = (
    "network address",
    "host name",
    "e-mail address",
    "person's name",
    "DICOM identifier",
    "record number",
    "national or health identifier",
)
#: No sentence is longer; what is has lost its full stops, or is none.
_LONGEST_SENTENCE = 1_500
#: A line of a list is no longer than this.
_LONGEST_ENTRY = 300
#: So many lines that name hosts, and more than half of all, are a list of hosts.
_FEWEST_HOSTS = 5
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"'»”’)\]]*\s+(?=[\"'«“„¿¡(\[]*[^\W_])|\n+|(?<=[。！？])")
_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s<>\"')\]]+", re.IGNORECASE)
_SYSTEM = re.compile(r"pacs|dicom|orthanc|viewer|:\d{2,5}(?:/|$)", re.IGNORECASE)
_CONTACT_RULES = ("telephone number", "e-mail address")


def extract(
    path_or_text: Path | str,
    lang: str | None = None,
    survey: str | None = None,
    pages: str | None = None,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Draft figures from a report: a text, or a file of text, Markdown, HTML or PDF.

    Parameters
    ----------
    path_or_text
        The file, or the text itself (a text of one line is taken for a file if there is one of that name).
    lang
        The language of the text; default: detected, paragraph by paragraph where they differ.
    survey
        The id of the survey that the report tells of; its own words for what it counted are then used, and what it
        never
        counted is flagged. Default: the survey whose published figures the report prints, if there is one.
    pages
        Which pages of a PDF, such as ``3-8``.
    progress
        Called with what is done and what there is, while a long report is read.

    Returns
    -------
    pandas.DataFrame
        One row a figure: ``place, measure, figure`` (as printed, without its noun), ``value, low, high, qualifier``,
        ``lang``, ``locator``, ``sentence``, ``confidence`` (0 to 1), ``reason`` of the proposal, ``mixed_up_with``.
        ``measure`` is empty where a person must name it. ``attrs`` holds ``left_out`` (numbers that count nothing:
        text, reason, locator), ``not_kept`` (sentences with an identifier: rule, locator), ``document`` (what the
        report says of itself) and ``survey``.

    Raises
    ------
    DataError
        If the file cannot be read, or its language is not one that can be.
    IdentifierError
        If it is a list of single hosts or persons; nothing of it is kept.

    Examples
    --------
    >>> draft = extract("The scan found 590 open servers with 24.3 million studies in 52 countries.", "en")
    >>> draft[["figure", "measure"]].values.tolist()
    [['590', 'servers_open'], ['24.3 million', 'studies'], ['52', 'countries']]
    """
    return extract_document(read_document(path_or_text, pages, progress), lang, survey, progress)


def extract_document(
    document: Document, lang: str | None = None, survey: str | None = None, progress: Progress | None = None
) -> pd.DataFrame:
    """Draft figures from a report that was read already; see `extract`."""
    import pandas as pd

    refuse_lists(document)
    reader = _Reader(document, lang)
    for done, part in enumerate(document.parts):
        reader.read(part)
        if progress and len(document.parts) > 200 and done % 50 == 0:
            progress(done, len(document.parts))
    frame = pd.DataFrame(reader.rows, columns=list(COLUMNS))
    numbers = ("value", "low", "high", "confidence")
    frame = frame.astype({column: "float64" if column in numbers else "str" for column in COLUMNS})
    frame = _once(frame)
    from .retelling import compare

    frame, told = compare(frame, survey)
    frame.attrs = {
        "left_out": reader.left_out,
        "not_kept": reader.not_kept,
        "document": {name: getattr(document, name) for name in ("kind", "title", "publisher", "published", "url")}
        | {"lang": reader.lang},
        "notes": document.notes,
        "survey": told,
    }
    return frame


def _once(frame: pd.DataFrame) -> pd.DataFrame:
    """What a report prints again is one row: the surest one, with every place where it stands."""
    same = ["place", "measure", "figure", "value"]
    best = frame.sort_values("confidence", ascending=False, kind="stable").drop_duplicates(same).sort_index()
    places = frame.groupby(same, sort=False)["locator"].agg(_joined)
    best["locator"] = [places[tuple(row)] for row in best[same].itertuples(index=False)]
    return best.reset_index(drop=True).astype({"locator": "str"})


def _joined(locators: pd.Series) -> str:
    distinct = list(dict.fromkeys(locators))
    return "; ".join(distinct[:3]) + (f"; and {len(distinct) - 3} more" if len(distinct) > 3 else "")


# Languages -------------------------------------------------------------------------------------------


@functools.cache
def _identifier():
    langid = extra("reading", "py3langid.langid")

    identifier = langid.LanguageIdentifier.from_model_file(langid.MODEL_FILE, norm_probs=True)
    identifier.set_languages(languages())
    return identifier


def detect(text: str) -> tuple[str, float]:
    """The language of a text among those that can be read, and how sure that is (0 to 1)."""
    name, sure = _identifier().classify(text[:20_000])
    if len(text.split()) < _TELLING_WORDS:
        # Too short for statistics of letters (a table's header, say): the language whose nouns of measures stand in it.
        counts = {lang: len(words(lang).nouns.findall(text)) for lang in languages()}
        best = max(counts.values())
        if best and counts[str(name)] < best:
            return next(lang for lang in languages() if counts[lang] == best), 0.5
    return str(name), float(sure)


# Identifiers -----------------------------------------------------------------------------------------


def refuse_lists(document: Document) -> None:
    """Refuse a report that is, or holds, a table or a list of hosts or persons.

    Raises
    ------
    IdentifierError
        It names the rule and the table or paragraph, never a value.
    """
    import pandas as pd

    from ..identifiers import refuse_identifiers

    for table in (part for part in document.parts if isinstance(part, Table)):
        header = [cell or f"column {number}" for number, cell in enumerate(table.rows[0], 1)]
        try:
            refuse_identifiers(pd.DataFrame(columns=header))
            rules = [
                rule
                for row in table.rows[1:]
                for rule in [next(filter(None, map(identifying, row)), None)]
                if rule in _LISTED
            ]
        except IdentifierError as error:
            raise _refusal(table.locator, error.details.get("rule", "list")) from None
        if len(rules) > 1:
            raise _refusal(table.locator, rules[0])
    lines = [
        (line, part.locator)
        for part in document.parts
        if isinstance(part, Block)
        for line in part.text.split("\n")
        if line.strip()
    ]
    rules = [(identifying(_ADDRESS.sub(" ", line)), locator) for line, locator in lines if len(line) <= _LONGEST_ENTRY]
    hosts = [(rule, locator) for rule, locator in rules if rule in ("network address", "host name")]
    if len(hosts) >= _FEWEST_HOSTS and 2 * len(hosts) > len(lines):
        raise _refusal(hosts[0][1], hosts[0][0])


def _refusal(locator: str, rule: str) -> IdentifierError:
    return IdentifierError(
        f"{locator} is a list with a {rule} in its rows; nothing of this report was kept. Take the counts by "
        "place that it "
        "was made for, or its text without the list.",
        rule=rule,
        locator=locator,
    )


# Parts of a report -----------------------------------------------------------------------------------


class _Reader:
    def __init__(self, document: Document, lang: str | None) -> None:
        text = "\n".join(part.text for part in document.parts if isinstance(part, Block))
        self.given = lang is not None
        heads = " ".join(cell for part in document.parts if isinstance(part, Table) for cell in part.rows[0])
        self.lang = lang or detect(text if len(text.split()) >= _TELLING_WORDS else f"{text}\n{heads}")[0]
        words(self.lang)
        self.rows: list[tuple] = []
        self.left_out: list[dict[str, str]] = []
        self.not_kept: list[dict[str, str]] = []
        self.home = _home(document, words(self.lang))
        self.heading = Context(home=self.home)
        self.footnotes = _footnotes(document)

    def read(self, part: Block | Table) -> None:
        if isinstance(part, Table):
            self._read_table(part)
        else:
            self._read_block(part)

    def _read_block(self, block: Block) -> None:
        lang = self._lang_of(block.text)
        vocabulary = words(lang)
        if vocabulary.contact.match(block.text) and not block.heading:
            return
        if _is_axis(block.text):
            return
        context = Context(topic=self.heading.topic, heading_place=self.heading.heading_place, home=self.home)
        if block.heading:
            context = Context(home=self.home)
        for sentence in sentences(block.text, vocabulary):
            if self._is_identifying(sentence, vocabulary, block.locator):
                continue
            plain = " ".join(_ADDRESS.sub(" ", sentence).split())
            readings, left_out = read_sentence(plain, vocabulary, context)
            self.left_out += [{"text": one.text, "reason": one.reason, "locator": block.locator} for one in left_out]
            for reading in readings:
                self._add(reading, lang, block.locator, plain)
        if block.heading:
            self.heading = _of_heading(block.text, vocabulary, self.home)
        elif block.text.rstrip().endswith(":"):
            self.heading.topic = context.topic

    def _is_identifying(self, text: str, vocabulary: Words, locator: str) -> bool:
        bare = _ADDRESS.sub(lambda link: " " if _is_publication(link[0]) else link[0], text)
        rule = identifying(bare)
        if rule is None:
            return False
        own_contact = rule in _CONTACT_RULES and (
            vocabulary.contact_inside.search(text) or vocabulary.own_address.search(text)
        )
        if not own_contact:
            self.not_kept.append({"rule": rule, "locator": locator})
        return True

    def _lang_of(self, text: str) -> str:
        if self.given or (len(text.split()) < _TELLING_WORDS and not re.search(r"[\u3040-\u9fff\uac00-\ud7af]", text)):
            return self.lang
        found, sure = detect(text)
        return found if sure >= _SURE else self.lang

    def _add(self, reading: Reading, lang: str, locator: str, sentence: str, scale: float = 1.0) -> None:
        read = reading.number.quantity
        if scale != 1 and read.low == read.high:
            # Counted in thousands, a whole number is rounded like any other.
            read = read._replace(low=read.value - 0.5, high=read.value + 0.5)
        confidence = max(0.05, min(0.99, 0.97 * reading.confidence))
        self.rows.append(
            (
                reading.place,
                reading.measure,
                reading.number.text,
                read.value * scale,
                read.low * scale,
                read.high * scale,
                read.qualifier,
                lang,
                locator,
                sentence,
                round(confidence, 2),
                "; ".join(reading.reasons),
                "",
            )
        )

    def _read_table(self, table: Table) -> None:
        from .grids import Around, read_grid

        lang = self.lang
        around = Around(self.heading.topic, self.heading.heading_place, self.home)
        for cell in read_grid(table, words(lang), around):
            if cell.reading is None:
                self.left_out.append({"text": cell.text, "reason": cell.why, "locator": cell.locator})
                continue
            if any(map(identifying, (cell.context, cell.text))):
                self.not_kept.append({"rule": "identifier", "locator": cell.locator})
                continue
            note = self.footnotes.get(cell.mark, "")
            if note:
                cell.reading.reasons.append(f"footnote: {note}")
            self._add(cell.reading, lang, cell.locator, cell.context, cell.scale)


def _is_publication(address: str) -> bool:
    """Whether a link leads to a publication and not to a system."""
    host = address.split("/")[2] if "://" in address else address
    return identifying(address, address_allowed=True) is None and not _SYSTEM.search(host)


def _is_axis(text: str) -> bool:
    """Whether a paragraph is the axis or legend of a chart: numbers that follow each other without words."""
    tokens = text.split()
    bare = sum(bool(re.fullmatch(r"[\d.,]+\s?[%kKmM]?|%", token)) for token in tokens)
    return bare >= 3 and bare >= 0.8 * len(tokens)


def sentences(text: str, vocabulary: Words) -> Iterator[str]:
    """The sentences of a text; a full stop after an abbreviation ends none. What is too long comes in pieces."""
    for whole in _whole_sentences(text, vocabulary):
        while len(whole) > _LONGEST_SENTENCE:
            cut = whole.rfind(" ", 0, _LONGEST_SENTENCE)
            cut = cut if cut > 0 else _LONGEST_SENTENCE
            yield whole[:cut]
            whole = whole[cut:].lstrip()
        if whole:
            yield whole


def _whole_sentences(text: str, vocabulary: Words) -> Iterator[str]:
    start = 0
    for end in _SENTENCE_END.finditer(text):
        if "\n" not in end[0] and _goes_on(
            text[start : end.start()].rstrip("\"'»”’)] "), text[end.end() :], vocabulary
        ):
            continue
        yield text[start : end.start()].strip()
        start = end.end()
    if text[start:].strip():
        yield text[start:].strip()


def _goes_on(piece: str, following: str, vocabulary: Words) -> bool:
    """Whether a full stop ends an abbreviation, or in German an ordinal ("am 3. Oktober"), and no sentence."""
    if not piece.endswith("."):
        return False
    ordinal = vocabulary.code == "de" and len(piece) > 4 and re.search(r"(?:^|\s)\d{1,2}\.$", piece)
    return bool(vocabulary.abbreviations.search(piece) or ordinal or following[:1].islower())


def _of_heading(text: str, vocabulary: Words, home: frozenset[str]) -> Context:
    """What a heading leaves to the paragraphs below: the one place that it names, and what it counts."""
    places = {place.name for place in find_mentions(text, vocabulary, home)} - {WORLD}
    # A headline that tells a whole story names its place in passing; one of a section names little else.
    section = len(places) == 1 and len(text.split()) <= 4
    noun = next((one.lastgroup for one in vocabulary.nouns.finditer(text) if one.lastgroup != "country"), "")
    return Context(topic=noun or "", heading_place=next(iter(places)) if section else "", home=home)


def _home(document: Document, vocabulary: Words) -> frozenset[str]:
    """The countries of which a report names at least two parts, and, with ``=`` before them, the countries it names."""
    labels = [cell for part in document.parts if isinstance(part, Table) for row in part.rows for cell in row[:4]]
    texts = [part.text for part in document.parts if isinstance(part, Block)] + labels
    parts: dict[str, set[str]] = {}
    for text in texts:
        found = find_mentions(text[:_LONGEST_SENTENCE], vocabulary)
        if not found and len(text) <= 40 and (label := place_of(text, vocabulary)):
            found = [label]
        for one in found:
            if "-" in one.code:
                parts.setdefault(one.code[:2], set()).add(one.code)
    return frozenset(country for country, codes in parts.items() if len(codes) > 1)


def _footnotes(document: Document) -> dict[str, str]:
    """What marks (*, †) say below a table."""
    notes = {}
    for part in document.parts:
        if isinstance(part, Block) and (found := re.match(r"\s*([*†‡]+)\s*(\S.*)", part.text, re.DOTALL)):
            if identifying(found[2]) is None:
                notes.setdefault(found[1], " ".join(found[2].split())[:200])
    return notes
