"""Every address of the desk; each handler reads the files, does one thing, and shows what came of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ..language.languages import LANGUAGES
from .answering import ASSETS, LANGUAGE_COOKIE, lang_of, page, said
from .number_pages import accept_sure, finish, mark, settle, show_numbers, undo
from .report_pages import read, start
from .verdict_pages import fact_sheet, show_chart, show_verdicts, take_chart

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import BaseRoute


FONTS = Path(__file__).parents[1] / "charts" / "fonts"
_KINDS = {".css": "text/css", ".js": "text/javascript", ".woff": "font/woff"}


def routes() -> list[BaseRoute]:
    """Every address of the desk."""
    from starlette.routing import Route

    return [
        Route("/", start),
        Route("/read", read, methods=["POST"]),
        Route("/draft/{id}", show_numbers),
        Route("/draft/{id}/row/{row:int}", settle, methods=["POST"]),
        Route("/draft/{id}/undo", undo, methods=["POST"]),
        Route("/draft/{id}/sure", accept_sure, methods=["GET", "POST"]),
        Route("/draft/{id}/mark", mark, methods=["POST"]),
        Route("/draft/{id}/finish", finish, methods=["GET", "POST"]),
        Route("/draft/{id}/verdicts", show_verdicts),
        Route("/draft/{id}/factsheet", fact_sheet),
        Route("/chart", show_chart),
        Route("/chart.{form}", take_chart),
        Route("/keys", keys),
        Route("/lang/{lang}", choose_language),
        Route("/assets/{name}", asset),
    ]


async def not_found(request: Request, error: Exception) -> Response:
    """The page for an address that leads nowhere."""
    return page(request, "problem", 404, told=said(lang_of(request), "not_here"))


async def failed(request: Request, error: Exception) -> Response:
    """The page for what went wrong in the desk itself; what was decided is in the files, and nothing of it is told."""
    return page(request, "problem", 500, told=said(lang_of(request), "broken", kind=type(error).__name__))


async def keys(request: Request) -> Response:
    """The keys and what they do."""
    return page(request, "keys")


async def choose_language(request: Request) -> Response:
    """Keep the language of the pages in a cookie, and go back to the first page."""
    from starlette.responses import RedirectResponse

    response = RedirectResponse("/", 303)
    if request.path_params["lang"] in LANGUAGES:
        response.set_cookie(LANGUAGE_COOKIE, request.path_params["lang"], httponly=True, samesite="strict", path="/")
    return response


async def asset(request: Request) -> Response:
    """A style, the script, or a font; nothing else can be named."""
    from starlette.responses import Response

    name = request.path_params["name"]
    there = {path.name: path for folder in (ASSETS, FONTS) for path in folder.iterdir() if path.suffix in _KINDS}
    if name not in there:
        return page(request, "problem", 404, told=said(lang_of(request), "not_here"))
    return Response(there[name].read_bytes(), media_type=_KINDS[there[name].suffix])
