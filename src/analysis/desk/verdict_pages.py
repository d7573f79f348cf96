"""The results of a draft: verdicts on its numbers and claims, and the fact sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from ..errors import ExposureError
from ..figures.sources import surveys
from ..intake.draft_claims import OFFERED, add_claim, remove_claim
from . import factsheet, verdict_cards
from .answering import draft_of, form_of, lang_of, measure_labels, measure_of, page, refused_page, run_beside, said
from .number_pages import measure_names, position_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from ..intake.drafts import Draft


async def show_verdicts(request: Request) -> Response:
    """Each accepted number and each claim beside what surveys' authors published."""
    lang = lang_of(request)
    try:
        draft = draft_of(request)
        found = await run_beside(verdict_cards.verdicts_of, draft, lang)
        groups = await run_beside(verdict_cards.told, draft, found, lang)
        known = await run_beside(surveys)
    except ExposureError as error:
        return refused_page(request, error)
    survey = draft.report.get("read", {}).get("survey") or ""
    accepted = sum(row["decision"] == "accept" for row in draft.rows)
    return page(
        request,
        "verdicts",
        draft_id=request.path_params["id"],
        groups=groups,
        total=len(found),
        accepted=accepted,
        survey=survey,
        surveys=dict(known["title"]),
        relations=OFFERED,
        measures=measure_names(lang),
        claim=_proposed(draft, request.query_params.get("claim", ""), lang),
        fault=request.query_params.get("fault", ""),
        told=request.query_params.get("told", ""),
    )


def _proposed(draft: Draft, id_: str, lang: str) -> dict[str, str]:
    """What the form of a claim begins with: what the row says that is to become one."""
    at = position_of(draft, id_)
    if at is None:
        return dict.fromkeys(("id", "figure", "place", "locator", "claim", "measure", "other_place"), "")
    row = draft.rows[at]
    kept = {name: row[name] for name in ("id", "figure", "place", "locator")}
    label = measure_labels(lang).get(row["measure"], row["measure"])
    return {**kept, "claim": row["sentence"], "measure": label, "other_place": "World"}


async def choose_survey(request: Request) -> Response:
    """Say which survey the report is about."""
    asked = await form_of(request)
    try:
        draft = draft_of(request)
        if asked.get("survey") in set(surveys().index):
            await run_beside(draft.tells_of, asked["survey"])
    except ExposureError as error:
        return refused_page(request, error)
    return _back(request)


async def take_claim(request: Request) -> Response:
    """Take a statement beyond a number into the draft; the row that it came of is settled with it."""
    asked = await form_of(request)
    lang = lang_of(request)
    try:
        draft = draft_of(request)
        at = position_of(draft, asked.pop("row", ""))
        read = draft.report.get("read", {}).get("lang") or ""
        names = {name: measure_of(asked.get(name, "")) for name in ("measure", "other_measure")}
        names["other_measure"] = names["other_measure"] or (names["measure"] if asked.get("other_place") else "")
        await run_beside(lambda: add_claim(draft.folder, read, **{**asked, **names}))
        if at is not None:
            draft.drop(at)
    except ExposureError as error:
        row = {} if at is None else {"claim": draft.rows[at]["id"]}
        return _back(request, "#claim", fault=error.message, **row)
    return _back(request, told=said(lang, "told_claim"))


async def drop_claim(request: Request) -> Response:
    """Take a claim out of the draft again."""
    try:
        await run_beside(remove_claim, draft_of(request).folder, int(request.path_params["at"]))
    except ExposureError as error:
        return refused_page(request, error)
    return _back(request, told=said(lang_of(request), "told_claim_gone"))


def _back(request: Request, place: str = "", **told: str) -> Response:
    from starlette.responses import RedirectResponse

    query = f"?{urlencode(told)}" if told else ""
    return RedirectResponse(f"/draft/{request.path_params['id']}/verdicts{query}{place}", 303)


async def fact_sheet(request: Request) -> Response:
    """One page for the editor: the checked numbers with their verdicts, the chart, the sources, the data's version."""
    lang = lang_of(request)
    try:
        draft = draft_of(request)
        sheet = await run_beside(factsheet.sheet_of, draft, lang)
    except ExposureError as error:
        return refused_page(request, error)
    asked = urlencode({**draft.chart, "lang": lang, "theme": "light"})
    told: dict[str, Any] = {
        "counts": factsheet.counts_of(sheet),
        "notes": factsheet.notes_of(sheet),
        "picture": f"/chart.svg?{asked}",
    }
    return page(request, "factsheet", draft_id=request.path_params["id"], sheet=sheet, **told)


async def take_fact_sheet(request: Request) -> Response:
    """The fact sheet as a file: HTML that stands alone, or PDF."""
    from starlette.responses import Response

    form = request.path_params["form"]
    if form not in _FORMS:
        return page(request, "problem", 404, told=said(lang_of(request), "not_here"))
    make, media = _FORMS[form]
    try:
        draft = draft_of(request)
        content = await run_beside(_made, make, draft, lang_of(request))
    except ExposureError as error:
        return refused_page(request, error)
    headers = {"content-disposition": f'attachment; filename="fact-sheet-{draft.folder.name}.{form}"'}
    return Response(content, media_type=media, headers=headers)


_FORMS = {"html": (factsheet.as_html, "text/html"), "pdf": (factsheet.as_pdf, "application/pdf")}


def _made(make: Any, draft: Draft, lang: str) -> bytes:
    return bytes(make(factsheet.sheet_of(draft, lang)))
