"""What the desk offers for an incomplete number: the places that it may refer to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import DataError, UnknownPlaceError
from ..figures.country_names import display_names
from ..figures.places import is_known, locate, shown
from ..figures.quantities import quantity
from ..intake.lexicon import words
from ..intake.mentions import WORLD, find_mentions

if TYPE_CHECKING:
    from ..intake.drafts import Draft

#: So many places are offered; each has a digit as its key.
_MOST = 9


def places_for(draft: Draft, at: int, lang: str) -> list[str]:
    """The places that a row may refer to, the likeliest first: what its name may mean, what its paragraph names.

    Parameters
    ----------
    draft
        The draft.
    at
        The position of the row.
    lang
        The language in which countries are named.
    """
    row = draft.rows[at]
    names = [display_names(row["lang"] or "en").get(code, code) for code in _meanings(row["place"], row["lang"])]
    parts = draft.report.get("parts", [])
    text = parts[int(row["part"])]["text"] if row["part"] and parts else row["sentence"]
    if row["lang"]:
        near = "\n".join((row["sentence"], text[:2_000], _heading_above(parts, row["part"])))
        names += [one.name for one in find_mentions(near, words(row["lang"])) if not _meanings(one.name, row["lang"])]
    known = [name for name in [*names, WORLD] if name != row["place"] and is_known(name, row["lang"])]
    called = dict.fromkeys(shown(name, lang, row["lang"] or None) for name in known)
    return [name for name in called if name != shown(row["place"], lang, row["lang"] or None)][:_MOST]


def _heading_above(parts: list[dict[str, str]], part: str) -> str:
    """The text of the heading under which a part stands; empty if there is none."""
    above = parts[: int(part)] if part else []
    return next((one["text"] for one in reversed(above) if one["kind"] == "heading"), "")


def may_be_declared(draft: Draft, at: int) -> bool:
    """Whether a row's place is unknown, so that a person may declare it as a region of its own."""
    row = draft.rows[at]
    return bool(row["place"]) and not is_known(row["place"], row["lang"]) and row["place"] in draft.fault(at)


def is_share(row: dict[str, str]) -> bool:
    """Whether a row's number is a share, which may be a claim where no measure counts it."""
    try:
        return quantity(row["figure"], row["lang"] or None).unit == "share"
    except DataError:
        return False


def _meanings(name: str, lang: str) -> list[str]:
    """The codes of what an open name may mean; none of a name that is settled."""
    try:
        locate(name, lang or None)
    except UnknownPlaceError as error:
        return list(error.details.get("candidates", []))
    except DataError:
        return []
    return []
