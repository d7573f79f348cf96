"""What the package says of itself in a document, or a workbook, that is somebody else's."""

from __future__ import annotations

from .. import __version__
from ..datafolder import data_folders, shipped_folder
from ..figures.versions_compared import version_of
from ..language.catalogue import say
from ..report.pages import TITLE, words


def version(lang: str, data: str) -> str:
    """The version of the package, with that of data."""
    return __version__ + (f" ({words(lang)['data_of'].format(version=data)})" if data else "")


def imprint(lang: str) -> list[str]:
    """With what it was made, and how to cite its numbers; the licence of the shipped data, if they are in use."""
    told = [
        say("made_with", lang, family="documents", title=TITLE, version=__version__),
        say("cite_number", lang, family="documents"),
    ]
    if (shipped := shipped_folder("data")) in data_folders():
        cited = version(lang, version_of(shipped))
        told += [
            say("cite_data", lang, family="documents", title=TITLE, version=cited),
            say("data_licence", lang, family="documents"),
        ]
    return told
