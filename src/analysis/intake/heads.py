"""What the head of a column, the label of a row or a caption says about the numbers that belong to it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from .lexicon import Words, tables
from .mentions import Mention, place_of
from .states import OF_EVENTS, PEOPLE

if TYPE_CHECKING:
    from ..figures.quantities import Quantity
    from .topic import Topic

#: "Table 4:", "Abb. 2.1", "Anlage 2:" before what a caption says.
_NUMBERED = re.compile(r"^\W*[^\W\d_]{3,12}\.?\s?\d+(?:[.\-]\d+)*\w?(?:\s*[:.–-]\s*|\s(?=[A-ZÀ-Þ]))")
#: A year, a span of years, a month of a year.
WHEN = re.compile(r"^\W*(?:[^\W\d_]{3,}\.?\s)?(?:19|20)\d\d(?:\s?[/–-]\s?(?:19|20)?\d\d)?\W*$")
#: What is in a state that what is counted around it cannot be in.
_BEARERS = {"vulnerable": "host", "notls": "host", "expired": "host"}
_BEARERS |= dict.fromkeys(("open", "exposed", "outdated", "listing", "http", "removed", "gone", "new"), "server")
_POSTAL = re.compile(r"[A-Z]{2,3}$")
#: Countries whose states are known by two or three letters, the likeliest first where the report names none.
_CODED = ("US", "BR", "CA", "AU", "DE", "CH", "AR", "IN", "MX")


@dataclass(frozen=True, slots=True)
class Head:
    """What a header or label says its numbers are.

    Attributes
    ----------
    text
        As printed, in one line.
    unit, state
        Keys of ``[measures]`` of the lexicon; empty where nothing is said.
    scale
        In how many the numbers are counted.
    percent
        Whether they are shares.
    kind
        What they are if they count nothing: ``rate``, ``rank``, ``average``, ``change``.
    """

    text: str
    unit: str = ""
    state: str = ""
    scale: float = 1.0
    percent: bool = False
    kind: str = ""

    def told_by(self, label: Head) -> Head:
        """The same with what the label of a row says its numbers are."""
        return replace(
            label,
            text=self.text,
            scale=self.scale * label.scale,
            percent=self.percent or label.percent,
            kind=self.kind or label.kind,
        )

    def part_of(self, other: Head, words: Words) -> Head:
        """A column "of which …": what the column before it counts, in the state that its own words say."""
        known = tables()["shares"] if self.percent else tables()["measures"].get(other.unit, {})
        state = next((one for one in known if one in words.states and words.states[one].search(self.text)), "")
        if state in _BEARERS and not self.percent and not known[state]:
            return replace(self, unit=_BEARERS[state], state=state, scale=other.scale)
        state = state or ("" if self.percent else other.state)
        return replace(self, unit=other.unit, state=state, scale=1.0 if self.percent else other.scale)

    def completed(self, caption: Head, topic: Topic, words: Words, *, silent: bool = False) -> Head:
        """With what the caption or the heading above the table counts, where the head itself says nothing."""
        bare = re.sub(r"\s*\(.*\)$", "", self.text)
        silent = bool(
            silent
            or not bare
            or not re.search(r"[^\W\d_]{3,}", bare)
            or words.generic.fullmatch(bare)
            or WHEN.match(bare) is not None
        )
        if self.kind or self.unit or not (silent or self.percent or self.state):
            return self
        unit = caption.unit or topic.unit
        if self.state and not self.percent and self.state not in tables()["measures"].get(unit, {}):
            unit = _BEARERS.get(self.state, unit)
        state = self.state or (caption.state if caption.unit else topic.state)
        return replace(self, unit=unit, state=state, scale=caption.scale if self.scale == 1 else self.scale)


def read_head(text: str, words: Words) -> Head:
    """What a header, label or caption says; numbers in it ("more than 1,000 affected") say nothing about the unit."""
    shown = " ".join(text.split())
    bare = re.sub(r"\d[\d.,'’ ]*\s+\S+", " ", _NUMBERED.sub("", shown))
    found = next((one for one in words.nouns.finditer(bare) if one.lastgroup != "country"), None)
    found = found or words.nouns.search(bare)
    unit = found.lastgroup or "" if found else ""
    percent = "%" in text or "‰" in text or words.share_of.search(text) is not None
    scale = next((size for form, size in words.in_thousands.items() if form.search(text)), 1.0)
    states = list(tables()["shares"] if percent else tables()["measures"].get(unit, {})) if unit or percent else []
    state = next((one for one in states if one in words.states and words.states[one].search(shown)), "")
    if not unit and not percent:
        state = next((one for one in words.states if words.states[one].search(shown)), "")
    kind = next((kind for kind, form in words.heads_of.items() if form.search(shown)), "")
    return Head(shown, unit, state, scale, percent, kind)


def aside_of(head: Head, words: Words) -> bool:
    """Whether a column counts a part of what the one before it counts: "of which …", a state alone, a share."""
    if words.partitive.match(head.text) or words.of_which.search(head.text):
        return True
    return not head.unit and bool(head.state or head.percent) and not head.kind


def capped(head: Head, caption: Head, words: Words) -> Head:
    """A caption's state and scale hold for the column that counts what it names: "images in thousands"."""
    scale, state = head.scale, head.state
    if scale == 1 and caption.scale != 1:
        noun = next((one[0] for one in words.nouns.finditer(head.text)), "").lower()
        for bracket in re.findall(r"\(([^)]*)\)", caption.text):
            size = next(
                (
                    size
                    for form, size in words.in_thousands.items()
                    if form.search(bracket) or form.search(f"({bracket})")
                ),
                1.0,
            )
            if size != 1 and (noun in bracket.lower() or not words.nouns.search(bracket)):
                scale = size
    if not state and caption.unit == head.unit:
        state = caption.state
    return replace(head, scale=scale, state=state)


def of_event(head: Head, event: str) -> Head:
    """A column of notifications, cases or persons with what the table or report is about."""
    if head.unit not in OF_EVENTS or head.percent or not event:
        return head
    return replace(head, state="reported" if head.unit in PEOPLE else event)


def counts_nothing(head: Head, read: Quantity, percent: bool, words: Words) -> str:
    """Why the numbers of a column are not figures; empty if they may be."""
    if read.currency or words.money_head.search(head.text):
        return "price"
    if read.unit in ("change", "ratio", "rank"):
        return f"{read.unit}: a claim, if anything"
    if head.kind and not (head.kind == "change" and not percent):
        return f"{head.kind}: a claim, if anything" if head.kind == "change" else head.kind
    return ""


def named_by(head: str, labels: list[str], words: Words, home: str = "") -> dict[str, Mention]:
    """The states that codes name ("CA", "SP"), where the column says that it holds states; ``home`` is the country."""
    bare = [re.sub(r"\W+$", "", label) for label in labels]
    codes = {one for one in bare if _POSTAL.match(one)}
    if len(codes) < 2 or not words.state_head.search(head):
        return {}
    for country in dict.fromkeys((home, *_CODED)) if home in _CODED else _CODED:
        names = {one: _state_name(f"{country}-{one}") for one in codes}
        if all(names.values()):
            found = {one: place_of(name, words, frozenset({country})) for one, name in names.items()}
            return {
                one: replace(place, name=names[one]) if country != "US" else place
                for one, place in found.items()
                if place is not None
            }
    return {}


def _state_name(code: str) -> str:
    from ..figures.country_names import subdivision_name

    return subdivision_name(code)
