"""What comes of a draft: verdicts, the fact sheet, charts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..datafolder import shipped_folder
from ..errors import ExposureError
from ..language.catalogue import catalogue
from . import drawing, verdicts
from .answering import draft_of, lang_of, measure_labels, page, refused_page, run_beside, said

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response


async def show_verdicts(request: Request) -> Response:
    """Each accepted number against what surveyors published."""
    try:
        draft = draft_of(request)
        found = await run_beside(verdicts.verdicts_of, draft, lang_of(request))
    except ExposureError as error:
        return refused_page(request, error)
    return page(
        request,
        "verdicts",
        draft_id=request.path_params["id"],
        groups=verdicts.grouped(found),
        rows=draft.rows,
        names=_verdict_names(lang_of(request)),
        total=len(found),
    )


def _verdict_names(lang: str) -> dict[str, str]:
    return {name: texts[lang] for name, texts in catalogue("claims")["verdict"].items()}


async def show_chart(request: Request) -> Response:
    """Choose what is drawn; the preview is the chart itself."""
    from ..figures.sources import surveys

    asked = {name: text for name, text in request.query_params.items() if text}
    lang = lang_of(request)
    known = await run_beside(surveys)
    asked = {**dict.fromkeys(("kind", "measure", "per", "size", "theme", "title", "alt"), ""), **asked}
    asked["survey"] = asked.get("survey") or verdicts.USUAL
    offered = await run_beside(_measures_of, asked["survey"], lang)
    if asked.get("measure") not in offered:
        asked["measure"] = next(iter(offered), "")
    refused, chart = "", None
    try:
        chart = await run_beside(drawing.chart_of, asked, lang)
    except ExposureError as error:
        refused = str(error)
    return page(
        request,
        "chart",
        asked=asked,
        surveys=dict(known["title"]),
        measures=offered,
        kinds=drawing.OFFERED,
        sizes=drawing.SIZES,
        chart=chart,
        refused=refused,
        query=_query({name: text for name, text in asked.items() if text}),
        command=drawing.command_of(asked, lang),
    )


def _query(asked: dict[str, str]) -> str:
    from urllib.parse import urlencode

    return urlencode(asked)


def _measures_of(survey: str, lang: str) -> dict[str, str]:
    """The measures that a survey has figures for, the most printed first, with their labels."""
    from ..figures.panel import panel, preferred

    rows = preferred(panel(surveys=[survey]))
    labels = measure_labels(lang)
    return {name: labels[name] for name in rows["measure"].value_counts().index if name in labels}


async def take_chart(request: Request) -> Response:
    """The chart as a file: svg, png, pdf, csv or zip."""
    from starlette.responses import Response

    form = request.path_params["form"]
    media = {
        "svg": "image/svg+xml",
        "png": "image/png",
        "pdf": "application/pdf",
        "csv": "text/csv",
        "json": "application/json",
        "zip": "application/zip",
    }
    if form not in media:
        return page(request, "problem", 404, told=said(lang_of(request), "not_here"))
    try:
        chart = await run_beside(drawing.chart_of, dict(request.query_params), lang_of(request))
        content = await run_beside(drawing.zipped, chart) if form == "zip" else chart.files()[f"{chart.name}.{form}"]
    except ExposureError as error:
        return refused_page(request, error)
    headers = {} if form == "svg" else {"content-disposition": f'attachment; filename="{chart.name}.{form}"'}
    return Response(content, media_type=media[form], headers=headers)


async def fact_sheet(request: Request) -> Response:
    """One page for the editor: the checked numbers with their verdicts, sources and the version of the data."""
    from ..figures.sources import citations
    from ..figures.versions_compared import data_version, version_of

    try:
        draft = draft_of(request)
        found = await run_beside(verdicts.verdicts_of, draft, lang_of(request))
    except ExposureError as error:
        return refused_page(request, error)
    used = {one for row in found["primary_source"] for one in str(row).split("; ") if one}
    return page(
        request,
        "factsheet",
        draft_id=request.path_params["id"],
        found=list(found.itertuples(index=False)),
        rows=draft.rows,
        names=_verdict_names(lang_of(request)),
        sources=sorted(citations(among=used).values()),
        version=data_version() or version_of(shipped_folder("data")),
        read=draft.report.get("read", {}),
    )
