"""Every address of the desk; each handler reads the files, does one thing, and shows the result."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from ..datafolder import data_folder
from ..errors import ExposureError
from ..language.languages import LANGUAGES
from .answering import ASSETS, LANGUAGE_COOKIE, lang_of, page, refused_page, said
from .chart_pages import show_chart, show_chart_of_draft, take_chart
from .number_pages import show_numbers, tell_stamp
from .report_pages import read, show_reading, start, tell_reading
from .settling import accept_sure, finish, mark, settle, show_done, split, undo
from .verdict_pages import choose_survey, drop_claim, fact_sheet, show_verdicts, take_claim, take_fact_sheet

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import BaseRoute


FONTS = Path(__file__).parents[1] / "charts" / "fonts"
_KINDS = {".css": "text/css", ".js": "text/javascript", ".woff": "font/woff"}


def routes() -> list[BaseRoute]:
    """Every address of the desk."""
    from starlette.routing import Route

    draft = "/draft/{id}"
    return [
        Route("/", start),
        Route("/read", read, methods=["POST"]),
        Route("/reading/{key}", show_reading),
        Route("/reading/{key}/state", tell_reading),
        Route(draft, show_numbers),
        Route(f"{draft}/stamp", tell_stamp),
        Route(f"{draft}/row/{{row}}", settle, methods=["POST"]),
        Route(f"{draft}/row/{{row}}/split", split, methods=["POST"]),
        Route(f"{draft}/undo", undo, methods=["POST"]),
        Route(f"{draft}/sure", accept_sure, methods=["GET", "POST"]),
        Route(f"{draft}/mark", mark, methods=["POST"]),
        Route(f"{draft}/finish", finish, methods=["GET", "POST"]),
        Route("/done/{id}", show_done),
        Route(f"{draft}/verdicts", show_verdicts),
        Route(f"{draft}/survey", choose_survey, methods=["POST"]),
        Route(f"{draft}/claims", take_claim, methods=["POST"]),
        Route(f"{draft}/claims/{{at:int}}/drop", drop_claim, methods=["POST"]),
        Route(f"{draft}/chart", show_chart_of_draft, methods=["GET", "POST"]),
        Route(f"{draft}/factsheet", fact_sheet),
        Route(f"{draft}/factsheet.{{form}}", take_fact_sheet),
        Route("/chart", show_chart),
        Route("/chart.{form}", take_chart),
        Route("/keys", keys),
        Route("/lang/{lang}", choose_language),
        Route("/assets/{name}", asset),
    ]


async def cannot_be_written(request: Request, error: Exception) -> Response:
    """The page for a data folder that cannot be written to, or that another program holds."""
    from filelock import Timeout

    key = "busy" if isinstance(error, Timeout) else "read_only"
    return page(request, "problem", 503, told=said(lang_of(request), key, name=data_folder().name))


async def too_large(request: Request, error: Exception) -> Response:
    """The page for a file that is larger than any report."""
    return page(request, "problem", 413, told=said(lang_of(request), "too_large"))


async def of_the_data(request: Request, error: Exception) -> Response:
    """The page for data that cannot be read: the reason, and what to do."""
    assert isinstance(error, ExposureError)
    return refused_page(request, error)


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
    """Keep the language of the pages in a cookie, and go back to the page where it was chosen."""
    from starlette.responses import RedirectResponse

    back = request.query_params.get("back", "/")
    response = RedirectResponse(back if re.fullmatch(r"/(?!/)[\w/-]*", back) else "/", 303)
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
