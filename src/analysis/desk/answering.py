"""What every page of the desk is made with: its template, its language, its draft, and the page for a refusal."""

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

    lang = lang_of(request)
    t = functools.partial(said, lang)
    common = {"t": t, "lang": lang, "languages": LANGUAGES, "folder": data_folder().name, "step": name, "draft_id": ""}
    return HTMLResponse(_environment().get_template(f"{name}.html").render(common | values), status)


def said(lang: str, key: str, **values: Any) -> str:
    """A sentence of the desk."""
    return say(key, lang, family="desk", **values)


def lang_of(request: Request) -> str:
    """The language that the reader chose, or that of the desk."""
    chosen = request.cookies.get(LANGUAGE_COOKIE, "")
    return chosen if chosen in LANGUAGES else str(request.app.state.lang)


def refused_page(request: Request, error: ExposureError) -> Response:
    """The page for what was refused: the reason in a sentence, and the way on."""
    if isinstance(error, IdentifierError):
        return page(request, "problem", 422, told=said(lang_of(request), "refused_whole"))
    return page(request, "problem", 422, told=str(error))


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


@functools.cache
def measure_labels(lang: str) -> dict[str, str]:
    """Every measure with its label in a language."""
    from ..figures.measures import measures

    return dict(measures()[f"label_{lang}"])
