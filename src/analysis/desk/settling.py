"""What a reader decides: each handler changes the draft's files once, and leads to the number that comes next."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from ..errors import DataError, ExposureError
from ..figures import places
from ..intake.draft_writing import describe_source
from . import numbers
from .answering import draft_of, form_of, lang_of, measure_of, page, refused_page, run_beside, said
from .number_pages import position_of, row_of, seen

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from ..intake.drafts import Draft

_FIELDS = ("figure", "place", "measure")


async def settle(request: Request) -> Response:
    """Decide one number, with the equal ones if so asked; what was changed in its fields is mended with it."""
    asked, lang = await form_of(request), lang_of(request)
    id_ = request.path_params["row"]
    try:
        draft = draft_of(request)
        at = position_of(draft, id_)
        if at is None:
            return _to(request, None, fault=said(lang, "row_gone"))
        figure = draft.rows[at]["figure"]
        if asked.get("seen", seen(draft.rows[at])) != seen(draft.rows[at]):
            return _to(request, draft, at, fault=said(lang, "settled_elsewhere", figure=figure))
        fault, others = await run_beside(_decide, draft, at, asked, lang)
    except ExposureError as error:
        fault, others, draft = error.message, 0, draft_of(request)
        at = position_of(draft, id_)
    if fault:
        return _to(request, draft, at, fault=fault)
    following = await run_beside(_following, draft, at)
    decision = asked.get("decision") or "reopened"
    told = said(lang, f"told_{decision}", figure=figure)
    if others:
        told += " " + said(lang, "told_equal", n=others)
    return _to(request, draft, following if decision != "reopened" else at, told=told)


def _following(draft: Draft, at: int | None) -> int | None:
    return numbers.following(draft, numbers.states(draft), at)


def _decide(draft: Draft, at: int, asked: dict[str, str], lang: str) -> tuple[str, int]:
    """Why it cannot be decided so, or nothing; and how many equal ones were decided with it."""
    decision = asked.get("decision", "")
    if decision not in ("accept", "drop", "later", ""):
        return said(lang, "not_here"), 0
    changes = {}
    if decision == "accept":
        given = {name: asked[name].strip() for name in _FIELDS if name in asked}
        if "measure" in given:
            given["measure"] = measure_of(given["measure"])
        if asked.get("pick"):
            given["place"] = asked["pick"]
        row = draft.rows[at]
        if given.get("place") == places.shown(row["place"], lang, row["lang"] or None):
            given["place"] = row["place"]  # the page names a country in the reader's language
        changes = {name: text for name, text in given.items() if text != row[name]}
        if asked.get("declare") and (place := given.get("place") or row["place"]):
            draft.declare(place)
    others = draft.equal(at) if asked.get("equal") and decision in ("accept", "drop") else []
    return draft.settle([at, *others], decision, lang, **changes), len(others)


def _to(request: Request, draft: Draft | None, at: int | None = None, **told: str) -> Response:
    """Back to the numbers: to one of them, or to the next that is to settle."""
    from starlette.responses import RedirectResponse

    there = {} if at is None or draft is None else {"n": draft.rows[at]["id"]}
    return RedirectResponse(f"/draft/{request.path_params['id']}?{urlencode({**there, **told})}#row", 303)


async def undo(request: Request) -> Response:
    """Take the last step back, whoever made it."""
    try:
        draft = draft_of(request)
        at = await run_beside(draft.undo)
    except ExposureError as error:
        return refused_page(request, error)
    figure = "" if at is None else draft.rows[at]["figure"]
    key = "nothing_to_undo" if at is None else "undone"
    return _to(request, draft, at, told=said(lang_of(request), key, figure=figure))


async def accept_sure(request: Request) -> Response:
    """Show the sure numbers, then accept together those that were shown and are still sure."""
    asked = await form_of(request) if request.method == "POST" else {}
    try:
        draft = draft_of(request)
        found = await run_beside(numbers.states, draft)
        sure = [at for at, state in enumerate(found) if state == "sure"]
        if request.method == "POST":
            shown = set(asked.get("shown", "").split())
            sure = [at for at in sure if draft.rows[at]["id"] in shown]
            if sure:
                await run_beside(draft.settle, sure, "accept")
            following = await run_beside(_following, draft, None)
            return _to(request, draft, following, told=said(lang_of(request), "told_sure", n=len(sure)))
    except ExposureError as error:
        return refused_page(request, error)
    rows = [row_of(draft, at, "sure", lang_of(request)) for at in sure]
    return page(request, "sure", draft_id=request.path_params["id"], rows=rows)


async def mark(request: Request) -> Response:
    """Take a passage of the text for a number."""
    asked = await form_of(request)
    try:
        draft = draft_of(request)
        ends = [int(asked.get(name, "-1")) for name in ("part", "start", "end")]
        at = await run_beside(draft.add, *ends)
    except ExposureError as error:
        return _to(request, None, fault=error.message)
    except ValueError:
        return _to(request, None, fault=said(lang_of(request), "mark_nothing"))
    return _to(request, draft, at, told=said(lang_of(request), "told_marked", figure=draft.rows[at]["figure"]))


async def split(request: Request) -> Response:
    """Cut a number in two."""
    asked = await form_of(request)
    draft, at = None, None
    try:
        draft = draft_of(request)
        at = position_of(draft, request.path_params["row"])
        if at is None:
            raise DataError(said(lang_of(request), "row_gone"))
        await run_beside(draft.split, at, asked.get("cut", ""))
    except ExposureError as error:
        return _to(request, draft, at, fault=error.message)
    return _to(request, draft, at, told=said(lang_of(request), "told_split"))


async def finish(request: Request) -> Response:
    """The questions about the survey; then its figures become data."""
    from starlette.responses import RedirectResponse

    from ..figures.survey import read_survey
    from ..intake.review import answer_fault

    faults: dict[str, str] = {}
    still: list[str] = []
    try:
        draft = draft_of(request)
        if request.method == "POST":
            answers = {name: text.strip() for name, text in (await form_of(request)).items() if text.strip()}
            own = {"y": True, "n": False}.get(answers.pop("own", ""))
            faults = {name: fault for name, text in answers.items() if (fault := answer_fault(name, text))}
            if not faults:
                describe_source(draft.folder, answers, own)
                still = await run_beside(draft.finish)
                if not still:
                    return RedirectResponse(f"/done/{draft.folder.name}", 303)
        survey = read_survey(draft.folder)
    except ExposureError as error:
        return refused_page(request, error)
    source = survey.source_rows[0] if survey.source_rows else None
    known = {
        **survey.meta,
        "publisher": getattr(source, "publisher", ""),
        "published": getattr(source, "published", ""),
    }
    counts = numbers.tally(await run_beside(numbers.states, draft))
    return page(
        request,
        "finish",
        draft_id=request.path_params["id"],
        known=known,
        retold=bool(source and source.derived_from),
        asked_own=not (survey.meta["primary"] or survey.meta["no_primary"]),
        faults=faults,
        still=still,
        left=len(draft.undecided),
        accepted=counts["ok"] + counts["mended"] + counts["taken"],
        dropped=counts["drop"],
        told=request.query_params.get("told", ""),
    )


async def show_done(request: Request) -> Response:
    """What became of a draft that is finished, and where it goes on."""
    from ..datafolder import data_folder, surveys_in
    from ..figures.survey import read_survey

    name = request.path_params["id"]
    if name not in surveys_in(data_folder()):
        return page(request, "problem", 404, told=said(lang_of(request), "not_here"))
    survey = read_survey(data_folder() / "aggregate" / name)
    return page(request, "done", survey=name, title=survey.meta["title"], figures=len(survey.printed_rows))
