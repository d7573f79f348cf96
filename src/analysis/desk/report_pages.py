"""The first page of the desk, and a report read into a draft."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..datafolder import data_folder, shipped_folder, surveys_in
from ..errors import ExposureError
from ..intake.drafts import Draft
from . import numbers, readings
from .answering import draft_names, lang_of, page, refused_page, run_beside, said

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

#: A report that is read in so many seconds is shown at once, without a page that says how far it is.
_AT_ONCE_SHOWN = 1.5


async def start(request: Request) -> Response:
    """Drop, choose or paste a report; go on with a draft; look at what is published."""
    from ..figures.sources import surveys

    own = data_folder()
    drafts = []
    for name in draft_names():
        try:
            draft = Draft(own / "aggregate" / name)
            counts = numbers.tally(numbers.states(draft))
            read = draft.report.get("read", {})
            told = {"to_settle": counts["to_settle"], "all": counts["to_settle"] + counts["settled"]}
            drafts.append({"id": name, "file": read.get("name", ""), "fault": "", **told})
        except ExposureError as error:
            drafts.append({"id": name, "file": "", "fault": str(error), "to_settle": 0, "all": 0})
    known = await run_beside(surveys)
    published = [{"id": row.Index, "title": row.title, "surveyor": row.surveyor} for row in known.itertuples()]
    mine = set(surveys_in(own)) if own != shipped_folder("data") else set()
    return page(
        request,
        "start",
        drafts=drafts,
        report_languages=_report_languages(lang_of(request)),
        mine=[one for one in published if one["id"] in mine],
        published=[one for one in published if one["id"] not in mine],
    )


def _report_languages(lang: str) -> list[tuple[str, str]]:
    """The languages that reports can be read in, by their names."""
    from babel import Locale

    from ..intake.lexicon import languages

    named = ((code, Locale.parse(code).get_display_name(lang) or code) for code in languages())
    return sorted(named, key=lambda one: one[1])


async def read(request: Request) -> Response:
    """Read a report into a draft; one that takes longer has a page that says how far it is."""
    from starlette.responses import RedirectResponse

    async with request.form(max_files=1, max_fields=6, max_part_size=16 * 2**20) as form:
        upload = form.get("file")
        told = {name: str(form.get(name) or "") for name in ("text", "lang", "pages")}
        if upload is not None and not isinstance(upload, str) and upload.filename:
            name, content = _base_name(upload.filename), await upload.read()
        else:
            name, content = "text.txt", told["text"].encode("utf-8", "replace")
    if not content.strip():
        return page(request, "problem", 422, told=said(lang_of(request), "empty"))
    key = readings.begin(name, content, told["lang"], told["pages"])
    begun = readings.reading(key)
    assert begun is not None
    await run_beside(begun.wait, _AT_ONCE_SHOWN)
    if begun.is_done:
        return _what_came(request, begun)
    return RedirectResponse(f"/reading/{key}", 303)


def _base_name(name: str) -> str:
    """The name of a file without the folders that a browser may send with it."""
    return re.split(r"[/\\]", name)[-1] or "report.txt"


async def show_reading(request: Request) -> Response:
    """How far a report is read; then the draft, or why there is none."""
    found = readings.reading(request.path_params["key"])
    if found is None:
        return page(request, "problem", 404, told=said(lang_of(request), "not_here"))
    return _what_came(request, found) if found.is_done else page(request, "reading", reading=found)


def _what_came(request: Request, found: readings.Reading) -> Response:
    from starlette.responses import RedirectResponse

    if isinstance(found.error, ExposureError):
        return refused_page(request, found.error)
    if isinstance(found.error, OSError):
        return page(request, "problem", 503, told=said(lang_of(request), "read_only", name=data_folder().name))
    if found.error is not None:
        return page(request, "problem", 500, told=said(lang_of(request), "broken", kind=type(found.error).__name__))
    return RedirectResponse(f"/draft/{found.draft}", 303)


async def tell_reading(request: Request) -> Response:
    """How far a report is read, for the page's script."""
    from starlette.responses import JSONResponse

    found = readings.reading(request.path_params["key"])
    told = {"done": 0, "total": 0, "ended": True} if found is None else {"done": found.done, "total": found.total}
    return JSONResponse({"ended": found is None or found.is_done, **told})
