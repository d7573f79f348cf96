"""The page of the chart: choices on one side, the chart itself on the other, and all the ways to download it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from ..errors import ExposureError
from ..figures.sources import surveys
from ..language.languages import LANGUAGES
from . import drawing, verdict_cards
from .answering import draft_of, form_of, lang_of, measure_labels, page, refused_page, run_beside, said

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

_MEDIA = {
    "svg": "image/svg+xml",
    "png": "image/png",
    "pdf": "application/pdf",
    "csv": "text/csv",
    "json": "application/json",
    "zip": "application/zip",
}


async def show_chart(request: Request) -> Response:
    """Choose what is drawn of a survey; the preview is the chart itself."""
    return await _page(request, dict(request.query_params), "")


async def show_chart_of_draft(request: Request) -> Response:
    """The chart of a draft: its choices are kept with the draft, own title and alternative text among them."""
    from starlette.responses import RedirectResponse

    try:
        draft = draft_of(request)
        if request.method == "POST":
            asked = await form_of(request)
            await run_beside(draft.keep_chart, {name: asked.get(name, "") for name in drawing.ASKED})
            return RedirectResponse(f"/draft/{request.path_params['id']}/chart", 303)
        kept = draft.chart or {"survey": draft.report.get("read", {}).get("survey") or verdict_cards.USUAL}
    except ExposureError as error:
        return refused_page(request, error)
    return await _page(request, {**kept, **request.query_params}, request.path_params["id"])


async def _page(request: Request, given: dict[str, str], draft_id: str) -> Response:
    asked = dict.fromkeys(drawing.ASKED, "") | {name: given[name] for name in drawing.ASKED if given.get(name)}
    asked["kind"] = asked["kind"] if asked["kind"] in drawing.OFFERED else drawing.OFFERED[0]
    asked["lang"] = asked["lang"] if asked["lang"] in LANGUAGES else lang_of(request)
    refused, chart = "", None
    known = await run_beside(surveys)
    asked["survey"] = asked["survey"] if asked["survey"] in known.index else verdict_cards.USUAL
    offered = await run_beside(_measures_of, asked["survey"], lang_of(request))
    if asked["measure"] not in offered:
        asked["measure"] = next(iter(offered), "")
    try:
        chart = await run_beside(drawing.chart_of, asked)
    except ExposureError as error:
        refused = error.message
    return page(
        request,
        "chart",
        draft_id=draft_id,
        asked=asked,
        surveys=dict(known["title"]),
        measures=offered,
        kinds=drawing.OFFERED,
        sizes=drawing.SIZES,
        chart=chart,
        refused=refused,
        others=[] if chart else await run_beside(drawing.instead_of, asked, list(offered)),
        urlencode=urlencode,
        query=urlencode({name: text for name, text in asked.items() if text}),
        command=drawing.command_of(asked),
        cell=drawing.cell_of(asked),
        embedded=drawing.embedded(chart) if chart else "",
        names=measure_labels(lang_of(request)),
    )


def _measures_of(survey: str, lang: str) -> dict[str, str]:
    """The measures that a survey has figures for, the most printed first, with their labels."""
    from ..figures.panel import panel
    from ..figures.preferred import preferred

    rows = preferred(panel(surveys=[survey]))
    labels = measure_labels(lang)
    return {name: labels[name] for name in rows["measure"].value_counts().index if name in labels}


async def take_chart(request: Request) -> Response:
    """The chart as a file: svg, png, pdf, csv, json or zip; the SVG is also the preview."""
    from starlette.responses import Response

    form = request.path_params["form"]
    if form not in _MEDIA:
        return page(request, "problem", 404, told=said(lang_of(request), "not_here"))
    try:
        asked = {"lang": lang_of(request), **request.query_params}
        chart = await run_beside(drawing.chart_of, asked)
        content = await run_beside(drawing.content, chart, form)
    except ExposureError as error:
        return refused_page(request, error)
    shown = form == "svg" and "take" not in request.query_params
    headers = {} if shown else {"content-disposition": f'attachment; filename="{chart.name}.{form}"'}
    return Response(content, media_type=_MEDIA[form], headers=headers)
