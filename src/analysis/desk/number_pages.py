"""The numbers of a draft: shown in their text, settled one by one or together, and made data."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from ..errors import ExposureError
from ..intake.draft_writing import describe_source
from . import numbers
from .answering import draft_of, lang_of, measure_labels, page, refused_page, run_beside, said

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from ..intake.drafts import Draft


async def show_numbers(request: Request) -> Response:
    """The report as text with every number marked, and the row of one of them."""
    from starlette.responses import RedirectResponse

    try:
        draft = draft_of(request)
        found = await run_beside(numbers.states, draft)
    except ExposureError as error:
        return refused_page(request, error)
    counts = numbers.tally(found)
    asked = request.query_params.get("n", "")
    at = int(asked) if asked.isdigit() and int(asked) < len(found) else numbers.following(draft, found, None)
    if at is None and not asked:
        return RedirectResponse(f"/draft/{request.path_params['id']}/finish", 303)
    shown = request.query_params.get("show", "")
    return page(
        request,
        "numbers",
        draft_id=request.path_params["id"],
        parts=numbers.marked(draft, found),
        rows=draft.rows,
        states=found,
        signs=numbers.SIGNS,
        counts=counts,
        withheld=draft.report.get("withheld", []),
        show=shown if shown in (*numbers.SIGNS, "to_settle") else "",
        listed=[number for number, state in enumerate(found) if _is_shown(shown, state)],
        at=at,
        row=None if at is None else _row(draft, at, found[at], lang_of(request)),
        before=_neighbour(draft, found, at, -1),
        after=_neighbour(draft, found, at, 1),
        measures=measure_labels(lang_of(request)),
        read=draft.report.get("read", {}),
        told=request.query_params.get("told", ""),
        fault=request.query_params.get("fault", ""),
    )


def _is_shown(show: str, state: str) -> bool:
    return state == show or (show == "to_settle" and state in numbers.TO_SETTLE)


def _neighbour(draft: Draft, found: list[str], at: int | None, step: int) -> int | None:
    if at is None:
        return None
    drafted = [row for row in range(len(found)) if found[row] != "out" or row == at]
    place = drafted.index(at) + step
    return drafted[place] if 0 <= place < len(drafted) else None


def _row(draft: Draft, at: int, state: str, lang: str) -> dict[str, Any]:
    row = draft.rows[at]
    labels = measure_labels(lang)
    same = [draft.rows[other] for other in draft.clash(at)]
    return {
        **row,
        "state": state,
        "label": labels.get(row["measure"], row["measure"]),
        "fault": draft.fault(at) if state in ("open", "out") else "",
        "clash": [{"figure": one["figure"], "locator": one["locator"]} for one in same],
        "definition": _definitions().get(row["measure"], ""),
    }


@functools.cache
def _definitions() -> dict[str, str]:
    from ..figures.measures import measures

    return dict(measures()["definition"])


async def settle(request: Request) -> Response:
    """Decide one number; what was changed in its fields is mended first."""
    async with request.form() as form:
        asked = {name: str(text) for name, text in form.items()}
    at = int(request.path_params["row"])
    try:
        draft = draft_of(request)
        if at >= len(draft.rows):
            return refused_page(request, ExposureError("the number is no longer in the draft"))
        fault = await run_beside(_decide, draft, at, asked, lang_of(request))
    except ExposureError as error:
        fault, draft = str(error), draft_of(request)
    if fault:
        return _to(request, at, fault=fault)
    found = numbers.states(draft)
    following = numbers.following(draft, found, at)
    told = said(lang_of(request), f"told_{asked.get('decision') or 'reopened'}", figure=draft.rows[at]["figure"])
    return _to(request, following, told=told)


def _decide(draft: Draft, at: int, asked: dict[str, str], lang: str) -> str:
    decision = asked.get("decision", "")
    if decision == "accept":
        ids = {label: name for name, label in measure_labels(lang).items()}
        given = {name: asked[name] for name in ("figure", "place", "measure") if name in asked}
        if "measure" in given:
            given["measure"] = ids.get(given["measure"].strip(), given["measure"].strip())
        changes = {name: text for name, text in given.items() if text.strip() != draft.rows[at][name]}
        if changes and (fault := draft.mend(at, **changes)):
            return fault
        if fault := draft.fault(at):
            return fault
        draft.accept(at)
    elif decision == "drop":
        draft.drop(at)
    elif decision == "later":
        draft.later(at)
    else:
        draft.reopen(at)
    return ""


def _to(request: Request, at: int | None, **told: str) -> Response:
    """Back to the numbers: to one of them, or to the next that is to settle."""
    from urllib.parse import urlencode

    from starlette.responses import RedirectResponse

    query = urlencode({**({} if at is None else {"n": at}), **told})
    return RedirectResponse(f"/draft/{request.path_params['id']}?{query}#row", 303)


async def undo(request: Request) -> Response:
    """Take the last decision back, whoever made it."""
    try:
        draft = draft_of(request)
        at = await run_beside(draft.undo)
    except ExposureError as error:
        return refused_page(request, error)
    return _to(request, at, told=said(lang_of(request), "nothing_to_undo" if at is None else "undone"))


async def accept_sure(request: Request) -> Response:
    """Show the sure numbers, then accept them together."""
    try:
        draft = draft_of(request)
        found = await run_beside(numbers.states, draft)
        sure = [at for at, state in enumerate(found) if state == "sure"]
        if request.method == "POST":
            for at in sure:
                draft.accept(at)
            return _to(request, None, told=said(lang_of(request), "told_sure", n=len(sure)))
    except ExposureError as error:
        return refused_page(request, error)
    rows = [_row(draft, at, "sure", lang_of(request)) for at in sure]
    return page(request, "sure", draft_id=request.path_params["id"], rows=rows)


async def mark(request: Request) -> Response:
    """Take a stretch of the text for a number."""
    async with request.form() as form:
        asked = {name: str(text) for name, text in form.items()}
    try:
        draft = draft_of(request)
        ends = [int(asked.get(name, "-1")) for name in ("part", "start", "end")]
        at = await run_beside(draft.add, *ends)
    except (ExposureError, ValueError) as error:
        return _to(request, None, fault=str(error))
    return _to(request, at)


async def finish(request: Request) -> Response:
    """The questions about the survey; then its figures become data."""
    from starlette.responses import RedirectResponse

    from ..figures.survey import read_survey
    from ..intake.review import answer_fault

    try:
        draft = draft_of(request)
        faults: dict[str, str] = {}
        still: list[str] = []
        if request.method == "POST":
            async with request.form() as form:
                answers = {name: str(text).strip() for name, text in form.items() if str(text).strip()}
            own = {"y": True, "n": False}.get(answers.pop("own", ""))
            faults = {name: fault for name, text in answers.items() if (fault := answer_fault(name, text))}
            if not faults:
                describe_source(draft.folder, answers, own)
                still = await run_beside(draft.finish)
                if not still:
                    return RedirectResponse("/", 303)
        survey = read_survey(draft.folder)
    except ExposureError as error:
        return refused_page(request, error)
    source = survey.source_rows[0] if survey.source_rows else None
    known = {
        **survey.meta,
        "publisher": getattr(source, "publisher", ""),
        "published": getattr(source, "published", ""),
    }
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
    )
