"""What the cells of a table say to a reader: names in place of ids, and the words of results in the language."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from ..language.catalogue import catalogue
from ..language.prose import sentence
from ..language.typography import curled

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pandas as pd

#: Columns whose cells are ids of surveys, sources or indicators, or places as they were printed.
_SURVEYS = ("survey", "a", "b")
_SOURCES = ("source", "source_a", "source_b", "primary_source")
_PLACES = ("country", "place")
#: Names this short may be codes of something else.
_CODE = 3
#: Columns with words of results, and the table of the catalogue that has them.
_WORDS = {"verdict_now": "verdict"} | {name: name for name in catalogue("cells")}
#: Columns that the files of the data write in English, whatever the language of the page.
_ENGLISH = (
    "title",
    "cause",
    "claim",
    "duplicates",
    "engine",
    "event",
    "exposed",
    "honeypots",
    "locator",
    "open",
    "ports",
    "reason",
)
#: Columns of what is said in a sentence, which begins with a capital.
_SENTENCES = ("cause", "duplicates", "event", "exposed", "honeypots", "open", "reason")


def named(frame: pd.DataFrame, lang: str) -> pd.DataFrame:
    """A frame of names in place of ids: of surveys, publishers and places, and the words of results in the language."""
    known: dict[str, Callable[[], Mapping[str, str]]] = {
        **dict.fromkeys(_SURVEYS, functools.partial(_survey_names, lang)),
        **dict.fromkeys(_SOURCES, _publishers),
        **{column: functools.partial(_places, frame[column], lang) for column in _PLACES if column in frame},
        "covariate": functools.partial(_indicators, lang),
        **{column: functools.partial(_words, table, lang) for column, table in _WORDS.items()},
    }
    names = {column: known[column]() for column in frame if column in known}
    told = frame.assign(**{column: [_name(cell, own) for cell in frame[column]] for column, own in names.items()})
    # Names and texts of the data were typed with straight quotes; a printed figure stays as it was printed.
    written = dict.fromkeys((*names, *_ENGLISH), str) | dict.fromkeys(_SENTENCES, sentence)
    return told.assign(
        **{
            column: [written[column](curled(cell)) if isinstance(cell, str) else cell for cell in told[column]]
            for column in told
            if column in written
        }
    )


def in_english(column: str, lang: str) -> bool:
    """Whether the cells of a column are English in a table of another language, so that it must be said."""
    return lang != "en" and column in _ENGLISH


def _name(cell: object, names: Mapping[str, str]) -> object:
    """The name of an id, or of several that stand in one cell; anything else as it is."""
    if not isinstance(cell, str) or cell in names:
        return names.get(cell, cell) if isinstance(cell, str) else cell
    parts = cell.split("; ")
    return "; ".join(dict.fromkeys(names[part] for part in parts)) if all(part in names for part in parts) else cell


@functools.cache
def _words(table: str, lang: str) -> dict[str, str]:
    return {word: forms[lang] for word, forms in catalogue("cells")[table].items()}


def _places(cells: pd.Series, lang: str) -> dict[str, str]:
    from ..figures.places import name_key, shown

    printed = [name for name in cells.dropna().unique() if isinstance(name, str) and len(name_key(name)) > _CODE]
    return {name: shown(name, lang) for name in printed}


def _indicators(lang: str) -> dict[str, str]:
    from ..datafolder import reference

    known = reference("indicators").set_index("indicator")[f"label_{lang}"]
    return {str(name): str(label) for name, label in known.items()}


def _survey_names(lang: str) -> dict[str, str]:
    from ..figures.sources import survey_names

    return survey_names(lang)


def _publishers() -> dict[str, str]:
    from ..figures.sources import sources

    return {str(name): str(publisher) for name, publisher in sources()["publisher"].dropna().items()}
