"""Making documents: of your own notebooks in one call, or with the report that they are made of."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from inspect import signature
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

from ..datafolder import in_use
from ..errors import DataError, unknown
from ..extras import extra
from ..identifiers import refuse_identifying_texts
from ..language.languages import language
from ..writing import write_bytes, write_table
from .site import Edition, document_of
from .typst_process import scratch

if TYPE_CHECKING:
    from ..report.limits import Limits
    from .model import Document

#: The kinds of documents by the endings of their files, and the libraries that write each.
KINDS = {".pdf": ("typst", "pikepdf"), ".docx": ("python-docx",)}


class OfTheText(TypedDict, total=False):
    """What the author of a document says of its text; what is not given is not said."""

    author: str
    licence: str


def document(
    notebooks: Path | str | Sequence[Path | str],
    out: Path | str | Sequence[Path | str],
    *,
    lang: str | None = None,
    title: str = "",
    data: Path | str | None = None,
    fonts: Sequence[Path | str] = (),
    withheld_below: int | None = None,
    allowance: Limits | None = None,
    **told: Unpack[OfTheText],
) -> list[Path]:
    """Execute notebooks of your own and write them as a PDF or a DOCX that an office can file.

    The notebooks are executed afresh, without a network, as for the site, and refused for the same reasons. A PDF is
    tagged (PDF/UA-1); both have a title page, contents, numbered figures and tables, and the sources as notes. The same
    notebooks and data give the same bytes. A bar in a notebook, or on a terminal, says how far it is.

    Parameters
    ----------
    notebooks
        One notebook or several of one folder; each is a chapter.
    out
        The file, ``.pdf`` or ``.docx``, or several of them.
    lang
        The language of the document's own words, of charts and tables: ``en``, ``es``, ``de`` or ``fr``. Default:
        ``EXPOSURE_LANG``, else English.
    title
        Its title. Default: the titles of the notebooks.
    data
        A data folder that stands alone; default: the data in use.
    fonts
        Folders of further fonts for a PDF, for scripts that the fonts at hand do not have.
    withheld_below
        Withhold smaller counts of your own surveys, and what betrays them, as ``exposure report --release`` does. The
        log lies beside the first file and is not for publication.
    allowance
        What a notebook may take, a :class:`~analysis.report.limits.Limits`.
    **told
        ``author`` and ``licence`` of your text, as the title page is to give them, such as
        ``author="Ministry of Health", licence="CC BY-SA 4.0"``. Default: neither is said; the document then says only
        with what it was made, how to cite the data, and the licence of the data.

    Returns
    -------
    list of pathlib.Path
        The files written.

    Raises
    ------
    DataError
        If there is no notebook, the notebooks lie in several folders, the ending or an option is not known, or a letter
        has no font; if the title or the author of a document that withholds says a number.
    BuildError
        If a notebook fails; nothing is written.
    IdentifierError
        If the title, author or licence, or what a notebook shows, holds anything identifying; nothing is written.
    ExposureError
        If a library is missing, or a file cannot be written; what was there before remains.

    Examples
    --------
    >>> import analysis as ex
    >>> ex.document(["my.ipynb"], "my.odt")
    Traceback (most recent call last):
    ...
    analysis.errors.DataError: my.odt: a document is a .pdf or a .docx; give the file one of these endings.
    """
    from ..report.build import execute
    from ..report.release import for_release
    from ..report.texts_withheld import holds_number

    files = [Path(one) for one in _several(out)]
    kinds = [kind_of(file) for file in files]
    paths = _of_one_folder([Path(one) for one in _several(notebooks)])
    names = [path.name for path in paths]
    _refuse_foreign(told)
    refuse_identifying_texts({"title": title, **told}, file="the document")
    # The number in the name of a licence is its version.
    for name, text in {"title": title, "author": told.get("author", "")}.items():
        if withheld_below and holds_number(text):
            raise DataError(f"the {name} of a release says a number, which may be a count", remedy="leave it out")
    lang = language(lang)
    edition = Edition(lang, tuple(path.stem for path in paths), title, withheld_below, own=True, **told)
    with (
        # The folder that is named is the one that is protected, whatever is in use.
        in_use(data, alone=True) if data is not None else nullcontext(),
        for_release(withheld_below, paths[0].parent, names) if withheld_below else nullcontext() as withheld,
        scratch() as folder,
        _bar() as advance,
    ):
        steps = len(paths) + 1 + len(files)
        execute(
            folder,
            paths,
            lang=lang,
            withheld_below=withheld_below,
            limits=allowance,
            advance=lambda done, total: advance(done, steps),
        )
        read = document_of(folder, edition)
        made = []
        for number, kind in enumerate(kinds, 1):
            made.append(written(read, kind, fonts))
            advance(len(paths) + 1 + number, steps)
        if withheld is not None:
            write_table(withheld, files[0].with_name(f"{files[0].stem}-withheld.csv"))
    return [write_bytes(file, content) for file, content in zip(files, made, strict=True)]


def _refuse_foreign(told: Mapping[str, object]) -> None:
    """DataError for the first option that documents do not have, or that is not a text."""
    own = OfTheText.__annotations__
    for option, given in told.items():
        if option not in own:
            known = [one.name for one in signature(document).parameters.values() if one.kind is one.KEYWORD_ONLY]
            raise unknown("option", option, [*known, *own])
        if not isinstance(given, str):
            raise DataError(
                f"{option} of a document is a text, not {given!r}", remedy=f"give {option}='…', or leave it out"
            )


def kind_of(file: Path) -> str:
    """The kind of a document by the ending of its file, with all that it needs at hand.

    Raises
    ------
    DataError
        If documents have no such ending.
    ExposureError
        If a library is not installed.
    """
    kind = file.suffix.lower()
    if kind not in KINDS:
        raise DataError("a document is a .pdf or a .docx", remedy="give the file one of these endings", file=file.name)
    if kind == ".pdf":
        extra("documents", "typst")
        extra("documents", "pikepdf")
    else:
        extra("documents", "docx")
    return kind


def written(read: Document, kind: str, fonts: Sequence[Path | str] = ()) -> bytes:
    """A document as a file of a kind."""
    from .typeset import pdf
    from .word import docx

    return pdf(read, fonts) if kind == ".pdf" else docx(read)


def _several(given: Path | str | Sequence[Path | str]) -> list[Path | str]:
    return [given] if isinstance(given, str | Path) else list(given)


def _of_one_folder(paths: list[Path]) -> list[Path]:
    """The notebooks, which are there and lie in one folder."""
    if not paths:
        raise DataError("there is no notebook", remedy="name at least one .ipynb file")
    for path in paths:
        if not path.is_file() or path.suffix != ".ipynb":
            raise DataError("is not a notebook", remedy="name an .ipynb file that is there", file=str(path))
    if len({path.resolve().parent for path in paths}) > 1:
        raise DataError("the notebooks lie in several folders", remedy="put them into one")
    return [path.resolve() for path in paths]


@dataclass(frozen=True)
class Wanted:
    """The documents that a report is to have; :func:`analysis.report.build.build` makes and seals them."""

    kinds: tuple[str, ...]
    """Endings: ``.pdf``, ``.docx``."""
    edition: Edition
    fonts: tuple[Path, ...] = ()

    @classmethod
    def of(cls, told: dict[str, Any], lang: str, withheld_below: int | None, fonts: Sequence[Path] = ()) -> Wanted:
        """The documents that a manifest describes."""
        edition = Edition(lang, tuple(told.get("pages", ())), withheld_below=withheld_below)
        return cls(tuple(told["kinds"]), edition, tuple(fonts))

    @property
    def told(self) -> dict[str, Any]:
        """What the manifest says about them."""
        pages = {"pages": list(self.edition.pages)} if self.edition.pages else {}
        return {"kinds": list(self.kinds), **pages, "versions": _versions(self.kinds)}

    def make(self, site: Path) -> dict[str, bytes]:
        """The files by their names."""
        read = document_of(site, self.edition)
        return {f"report{kind}": written(read, kind, self.fonts) for kind in self.kinds}


def _versions(kinds: Sequence[str]) -> dict[str, str]:
    """The versions of the libraries that write them."""
    from importlib.metadata import version

    return {name: version(name) for kind in kinds for name in KINDS[kind]}


@contextmanager
def _bar() -> Iterator[Callable[[int, int], None]]:
    """A function that takes what is done and what there is: a bar in a notebook, on a terminal, or nothing."""
    import sys

    if "ipykernel" in sys.modules:
        from ipywidgets import IntProgress

        widget = IntProgress(value=0, min=0, max=1, description="document")
        sys.modules["IPython.display"].display(widget)  # a kernel has it

        def draw(done: int, total: int) -> None:
            widget.max, widget.value = total, done

        yield draw
        return
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return

    def write(done: int, total: int) -> None:
        sys.stderr.write(f"\rdocument {'#' * (20 * done // total):<20} {done}/{total}")
        sys.stderr.flush()

    yield write
    sys.stderr.write("\r\x1b[K")
