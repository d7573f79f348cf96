"""The pages of the desk: each handler reads the files, does one thing, and shows what came of it."""

from __future__ import annotations

import functools
import re
import tempfile
import unicodedata
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..datafolder import data_folder, growing, is_draft, shipped_folder, surveys_in
from ..errors import ExposureError, IdentifierError
from ..intake.draft_writing import describe_source, draft_report
from ..intake.drafts import Draft
from ..language.catalogue import catalogue, say
from ..language.languages import LANGUAGES
from . import drawing, numbers, verdicts

if TYPE_CHECKING:
    import jinja2
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import BaseRoute

TEMPLATES, ASSETS = (Path(__file__).with_name(name) for name in ("templates", "assets"))
FONTS = Path(__file__).parents[1] / "charts" / "fonts"
#: The largest file that is taken in; `extract` has limits of its own for each kind.
LARGEST = 256 * 2**20
_KINDS = {".css": "text/css", ".js": "text/javascript", ".woff": "font/woff"}
_LANG = "exposure-lang"

Handler = Callable[["Request"], Awaitable["Response"]]


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


def _page(request: Request, name: str, status: int = 200, **values: Any) -> Response:
    from starlette.responses import HTMLResponse

    lang = _lang(request)
    t = functools.partial(_said, lang)
    common = {"t": t, "lang": lang, "languages": LANGUAGES, "folder": data_folder().name, "step": name, "draft_id": ""}
    return HTMLResponse(_environment().get_template(f"{name}.html").render(common | values), status)


def _said(lang: str, key: str, **values: Any) -> str:
    return say(key, lang, family="desk", **values)


def _lang(request: Request) -> str:
    chosen = request.cookies.get(_LANG, "")
    return chosen if chosen in LANGUAGES else str(request.app.state.lang)


def _failed(request: Request, error: ExposureError) -> Response:
    """The page for what was refused: the reason in a sentence, and the way on."""
    if isinstance(error, IdentifierError):
        return _page(request, "problem", 422, told=_said(_lang(request), "refused_whole"))
    return _page(request, "problem", 422, told=str(error))


async def _run(work: Callable[..., Any], *given: Any) -> Any:
    """Do heavy work beside the loop, so that other pages answer meanwhile."""
    from starlette.concurrency import run_in_threadpool

    return await run_in_threadpool(work, *given)


def _draft(request: Request) -> Draft:
    """The draft that an address names; only a name of one of the folder's own surveys leads anywhere."""
    name = str(request.path_params["id"])
    if name not in _drafts():
        from ..errors import unknown

        raise unknown("draft", name, _drafts())
    return Draft(data_folder() / "aggregate" / name)


def _drafts() -> list[str]:
    own = data_folder()
    return [name for name in surveys_in(own, drafts=True) if is_draft(own / "aggregate" / name)]


async def not_found(request: Request, error: Exception) -> Response:
    """The page for an address that leads nowhere."""
    return _page(request, "problem", 404, told=_said(_lang(request), "not_here"))


async def failed(request: Request, error: Exception) -> Response:
    """The page for what went wrong in the desk itself; what was decided is in the files, and nothing of it is told."""
    return _page(request, "problem", 500, told=_said(_lang(request), "broken", kind=type(error).__name__))


# Report ------------------------------------------------------------------------------------------------


async def start(request: Request) -> Response:
    """Drop, choose or paste a report; go on with a draft; look at what is published."""
    from ..figures.sources import surveys

    own = data_folder()
    drafts = []
    for name in _drafts():
        try:
            draft = Draft(own / "aggregate" / name)
            counts = numbers.tally(numbers.states(draft))
            read = draft.report.get("read", {})
            told = {"to_settle": counts["to_settle"], "all": counts["to_settle"] + counts["settled"]}
            drafts.append({"id": name, "file": read.get("name", ""), "fault": "", **told})
        except ExposureError as error:
            drafts.append({"id": name, "file": "", "fault": str(error), "to_settle": 0, "all": 0})
    known = await _run(surveys)
    published = [{"id": row.Index, "title": row.title, "surveyor": row.surveyor} for row in known.itertuples()]
    mine = set(surveys_in(own)) if own != shipped_folder("data") else set()
    return _page(
        request,
        "start",
        drafts=drafts,
        mine=[one for one in published if one["id"] in mine],
        published=[one for one in published if one["id"] not in mine],
    )


async def read(request: Request) -> Response:
    """Read a report into a draft."""
    from starlette.responses import RedirectResponse

    try:
        async with request.form(max_files=1, max_fields=4, max_part_size=16 * 2**20) as form:
            upload, text = form.get("file"), str(form.get("text") or "")
            if upload is not None and not isinstance(upload, str) and upload.filename:
                name, content = Path(upload.filename).name, await upload.read(LARGEST + 1)
            else:
                name, content = "text.txt", text.encode("utf-8")
        if not content.strip():
            return _page(request, "problem", 422, told=_said(_lang(request), "empty"))
        if len(content) > LARGEST:
            return _page(request, "problem", 422, told=_said(_lang(request), "too_large"))
        made = await _run(_read_into_draft, name, content)
    except ExposureError as error:
        return _failed(request, error)
    return RedirectResponse(f"/draft/{made}", 303)


def _read_into_draft(name: str, content: bytes) -> str:
    with tempfile.TemporaryDirectory() as folder, growing() as base:
        file = Path(folder) / (re.sub(r"[^\w.-]+", "-", name) or "report.txt")
        file.write_bytes(content)
        survey = _free_name(base, file.stem)
        draft_report(file, base / "aggregate" / survey)
    return survey


def _free_name(base: Path, stem: str) -> str:
    """The id of a new draft: from the file's name, with a number where it is taken."""
    plain = unicodedata.normalize("NFKD", stem.lower()).encode("ascii", "ignore").decode()
    wanted = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40].strip("-") or "report"
    number, name = 1, f"{wanted}-draft"
    while (base / "aggregate" / name).exists():
        number += 1
        name = f"{wanted}-draft-{number}"
    return name


# Numbers -----------------------------------------------------------------------------------------------


async def show_numbers(request: Request) -> Response:
    """The report as text with every number marked, and the row of one of them."""
    from starlette.responses import RedirectResponse

    try:
        draft = _draft(request)
        found = await _run(numbers.states, draft)
    except ExposureError as error:
        return _failed(request, error)
    counts = numbers.tally(found)
    asked = request.query_params.get("n", "")
    at = int(asked) if asked.isdigit() and int(asked) < len(found) else numbers.following(draft, found, None)
    if at is None and not asked:
        return RedirectResponse(f"/draft/{request.path_params['id']}/finish", 303)
    shown = request.query_params.get("show", "")
    return _page(
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
        row=None if at is None else _row(draft, at, found[at], _lang(request)),
        before=_neighbour(draft, found, at, -1),
        after=_neighbour(draft, found, at, 1),
        measures=_measures(_lang(request)),
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
    labels = _measures(lang)
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
def _measures(lang: str) -> dict[str, str]:
    from ..figures.measures import measures

    return dict(measures()[f"label_{lang}"])


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
        draft = _draft(request)
        if at >= len(draft.rows):
            return _failed(request, ExposureError("the number is no longer in the draft"))
        fault = await _run(_decide, draft, at, asked, _lang(request))
    except ExposureError as error:
        fault, draft = str(error), _draft(request)
    if fault:
        return _to(request, at, fault=fault)
    found = numbers.states(draft)
    following = numbers.following(draft, found, at)
    told = _said(_lang(request), f"told_{asked.get('decision') or 'reopened'}", figure=draft.rows[at]["figure"])
    return _to(request, following, told=told)


def _decide(draft: Draft, at: int, asked: dict[str, str], lang: str) -> str:
    decision = asked.get("decision", "")
    if decision == "accept":
        ids = {label: name for name, label in _measures(lang).items()}
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
        draft = _draft(request)
        at = await _run(draft.undo)
    except ExposureError as error:
        return _failed(request, error)
    return _to(request, at, told=_said(_lang(request), "nothing_to_undo" if at is None else "undone"))


async def accept_sure(request: Request) -> Response:
    """Show the sure numbers, then accept them together."""
    try:
        draft = _draft(request)
        found = await _run(numbers.states, draft)
        sure = [at for at, state in enumerate(found) if state == "sure"]
        if request.method == "POST":
            for at in sure:
                draft.accept(at)
            return _to(request, None, told=_said(_lang(request), "told_sure", n=len(sure)))
    except ExposureError as error:
        return _failed(request, error)
    rows = [_row(draft, at, "sure", _lang(request)) for at in sure]
    return _page(request, "sure", draft_id=request.path_params["id"], rows=rows)


async def mark(request: Request) -> Response:
    """Take a stretch of the text for a number."""
    async with request.form() as form:
        asked = {name: str(text) for name, text in form.items()}
    try:
        draft = _draft(request)
        ends = [int(asked.get(name, "-1")) for name in ("part", "start", "end")]
        at = await _run(draft.add, *ends)
    except (ExposureError, ValueError) as error:
        return _to(request, None, fault=str(error))
    return _to(request, at)


async def finish(request: Request) -> Response:
    """The questions about the survey; then its figures become data."""
    from starlette.responses import RedirectResponse

    from ..figures.survey import read_survey
    from ..intake.review import answer_fault

    try:
        draft = _draft(request)
        faults: dict[str, str] = {}
        still: list[str] = []
        if request.method == "POST":
            async with request.form() as form:
                answers = {name: str(text).strip() for name, text in form.items() if str(text).strip()}
            own = {"y": True, "n": False}.get(answers.pop("own", ""))
            faults = {name: fault for name, text in answers.items() if (fault := answer_fault(name, text))}
            if not faults:
                describe_source(draft.folder, answers, own)
                still = await _run(draft.finish)
                if not still:
                    return RedirectResponse("/", 303)
        survey = read_survey(draft.folder)
    except ExposureError as error:
        return _failed(request, error)
    source = survey.source_rows[0] if survey.source_rows else None
    known = {
        **survey.meta,
        "publisher": getattr(source, "publisher", ""),
        "published": getattr(source, "published", ""),
    }
    return _page(
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


# Verdicts, chart, fact sheet ---------------------------------------------------------------------------


async def show_verdicts(request: Request) -> Response:
    """Each accepted number against what surveyors published."""
    try:
        draft = _draft(request)
        found = await _run(verdicts.verdicts_of, draft, _lang(request))
    except ExposureError as error:
        return _failed(request, error)
    return _page(
        request,
        "verdicts",
        draft_id=request.path_params["id"],
        groups=verdicts.grouped(found),
        rows=draft.rows,
        names=_verdict_names(_lang(request)),
        total=len(found),
    )


def _verdict_names(lang: str) -> dict[str, str]:
    return {name: texts[lang] for name, texts in catalogue("claims")["verdict"].items()}


async def show_chart(request: Request) -> Response:
    """Choose what is drawn; the preview is the chart itself."""
    from ..figures.sources import surveys

    asked = {name: text for name, text in request.query_params.items() if text}
    lang = _lang(request)
    known = await _run(surveys)
    asked = {**dict.fromkeys(("kind", "measure", "per", "size", "theme", "title", "alt"), ""), **asked}
    asked["survey"] = asked.get("survey") or verdicts.USUAL
    offered = await _run(_measures_of, asked["survey"], lang)
    if asked.get("measure") not in offered:
        asked["measure"] = next(iter(offered), "")
    refused, chart = "", None
    try:
        chart = await _run(drawing.chart_of, asked, lang)
    except ExposureError as error:
        refused = str(error)
    return _page(
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
    labels = _measures(lang)
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
        return _page(request, "problem", 404, told=_said(_lang(request), "not_here"))
    try:
        chart = await _run(drawing.chart_of, dict(request.query_params), _lang(request))
        content = await _run(drawing.zipped, chart) if form == "zip" else chart.files()[f"{chart.name}.{form}"]
    except ExposureError as error:
        return _failed(request, error)
    headers = {} if form == "svg" else {"content-disposition": f'attachment; filename="{chart.name}.{form}"'}
    return Response(content, media_type=media[form], headers=headers)


async def fact_sheet(request: Request) -> Response:
    """One page for the editor: the checked numbers with their verdicts, sources and the version of the data."""
    from ..figures.changes import data_version, version_of
    from ..figures.sources import citations

    try:
        draft = _draft(request)
        found = await _run(verdicts.verdicts_of, draft, _lang(request))
    except ExposureError as error:
        return _failed(request, error)
    used = {one for row in found["primary_source"] for one in str(row).split("; ") if one}
    return _page(
        request,
        "factsheet",
        draft_id=request.path_params["id"],
        found=list(found.itertuples(index=False)),
        rows=draft.rows,
        names=_verdict_names(_lang(request)),
        sources=sorted(citations(among=used).values()),
        version=data_version() or version_of(shipped_folder("data")),
        read=draft.report.get("read", {}),
    )


# Small ones --------------------------------------------------------------------------------------------


async def keys(request: Request) -> Response:
    """The keys and what they do."""
    return _page(request, "keys")


async def choose_language(request: Request) -> Response:
    """Keep the language of the pages in a cookie, and go back to the first page."""
    from starlette.responses import RedirectResponse

    response = RedirectResponse("/", 303)
    if request.path_params["lang"] in LANGUAGES:
        response.set_cookie(_LANG, request.path_params["lang"], httponly=True, samesite="strict", path="/")
    return response


async def asset(request: Request) -> Response:
    """A style, the script, or a font; nothing else can be named."""
    from starlette.responses import Response

    name = request.path_params["name"]
    there = {path.name: path for folder in (ASSETS, FONTS) for path in folder.iterdir() if path.suffix in _KINDS}
    if name not in there:
        return _page(request, "problem", 404, told=_said(_lang(request), "not_here"))
    return Response(there[name].read_bytes(), media_type=_KINDS[there[name].suffix])
