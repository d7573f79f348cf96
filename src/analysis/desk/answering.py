"""What every page of the desk uses: its template, its language, its draft, and the page for a refusal."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..datafolder import data_folder, is_draft, surveys_in
from ..errors import ExposureError, IdentifierError
from ..intake.drafts import Draft
from ..language.catalogue import say
from ..language.languages import LANGUAGES

if TYPE_CHECKING:
    import jinja2
    from starlette.requests import Request
    from starlette.responses import Response


TEMPLATES, ASSETS = (Path(__file__).with_name(name) for name in ("templates", "assets"))
LANGUAGE_COOKIE = "exposure-lang"


@functools.cache
def _environment() -> jinja2.Environment:
    import jinja2

    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def page(request: Request, name: str, status: int = 200, **values: Any) -> Response:
    """A page made of its template, in the language that the reader chose."""
    from starlette.responses import HTMLResponse

    common = {
        "languages": LANGUAGES,
        "folder": data_folder().name,
        "step": name,
        "draft_id": "",
        "here": _here(request),
    }
    return HTMLResponse(rendered(name, lang_of(request), **(common | values)), status)


def rendered(name: str, lang: str, **values: Any) -> str:
    """A template with its values, in a language."""
    text = _environment().get_template(f"{name}.html").render(t=functools.partial(said, lang), lang=lang, **values)
    return str(text)


def _here(request: Request) -> str:
    """The address of this page, to which a change of language leads back."""
    return request.url.path if request.method == "GET" else "/"


def said(lang: str, key: str, **values: Any) -> str:
    """A sentence of the desk."""
    return say(key, lang, family="desk", **values)


def lang_of(request: Request) -> str:
    """The language that the reader chose, or that of the desk."""
    chosen = request.cookies.get(LANGUAGE_COOKIE, "")
    return chosen if chosen in LANGUAGES else str(request.app.state.lang)


async def form_of(request: Request) -> dict[str, str]:
    """The fields of a form as texts."""
    async with request.form(max_files=0, max_fields=40, max_part_size=16 * 2**20) as form:
        return {name: str(text) for name, text in form.items()}


def refused_page(request: Request, error: ExposureError) -> Response:
    """The page for a refusal: the reason in a sentence, and what to do next."""
    lang = lang_of(request)
    if isinstance(error, IdentifierError):
        return page(request, "problem", 422, told=said(lang, "refused_whole"), told_lang=lang)
    key = next((key for fact, key in _OF_THE_DESK.items() if fact in error.message), "")
    told = said(lang, key, file=error.file or "") if key else str(error)
    return page(request, "problem", 422, told=told, told_lang=lang if key else "en")


#: Facts of errors that the desk tells in the reader's language, with what to do at the desk.
_OF_THE_DESK = {
    "no figure was found": "nothing_found",
    "that are read at once": "many_pages",
    "names no pages of it": "which_pages",
    "has no pages": "no_pages",
    "which has no rules": "no_language",
    "too large": "too_large",
    "that a report needs": "too_large",
    "is empty": "empty",
    "is a broken PDF": "broken_pdf",
    "is encrypted": "encrypted",
    "(a scan)": "scan",
    "is a table or an export": "table_alone",
    "changed while it was read": "changed_while_read",
}


async def run_beside(work: Callable[..., Any], *given: Any) -> Any:
    """Do heavy work beside the loop, so that other pages answer meanwhile."""
    from starlette.concurrency import run_in_threadpool

    return await run_in_threadpool(work, *given)


def draft_of(request: Request) -> Draft:
    """The draft that an address names; only a name of one of the folder's own surveys leads anywhere."""
    name = str(request.path_params["id"])
    if name not in draft_names():
        from ..errors import unknown

        raise unknown("draft", name, draft_names())
    return Draft(data_folder() / "aggregate" / name)


def draft_names() -> list[str]:
    """The drafts of the data folder."""
    own = data_folder()
    return [name for name in surveys_in(own, drafts=True) if is_draft(own / "aggregate" / name)]


def measure_of(name: str) -> str:
    """The id of a measure by any of its names, in any language; what is not a name of one stays as it is."""
    return _ids_of_measures().get(name.strip().casefold(), name.strip())


@functools.cache
def _ids_of_measures() -> dict[str, str]:
    return {label.casefold(): name for lang in LANGUAGES for name, label in measure_labels(lang).items()}


@functools.cache
def measure_labels(lang: str) -> dict[str, str]:
    """Every measure with its label in a language."""
    from ..figures.measures import measures

    return dict(measures()[f"label_{lang}"])
