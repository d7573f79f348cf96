"""The page of the numbers: the report as text with every number marked, and beside it the row of one of them."""

from __future__ import annotations

import datetime
import functools
import hashlib
import json
from typing import TYPE_CHECKING, Any

from ..datafolder import DRAFT
from ..errors import ExposureError
from ..figures import places
from ..language import prose
from ..language.intervals import pair, percent_interval
from ..language.numbers import number
from . import candidates, numbers
from .answering import draft_of, lang_of, measure_labels, page, refused_page, run_beside, said

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from ..intake.drafts import Draft

#: So many numbers are listed at once of those in one state.
_LISTED = 200


async def show_numbers(request: Request) -> Response:
    """The report as text with every number marked, and the row of one of them."""
    from starlette.responses import RedirectResponse

    asked = request.query_params
    try:
        draft = draft_of(request)
        found = await run_beside(numbers.states, draft)
        at = position_of(draft, asked.get("n", ""))
        if at is None and not asked.get("sheet") and not asked.get("show"):
            at = numbers.following(draft, found, None)
            if at is None and not asked.get("fault"):
                told = f"?told={asked['told']}" if asked.get("told") else ""
                return RedirectResponse(f"/draft/{request.path_params['id']}/finish{told}", 303)
        values = await run_beside(_shown, draft, found, at, dict(asked), lang_of(request))
    except ExposureError as error:
        return refused_page(request, error)
    return page(request, "numbers", draft_id=request.path_params["id"], **values)


def position_of(draft: Draft, id_: str) -> int | None:
    """The position of the row with an id."""
    return next((at for at, row in enumerate(draft.rows) if row["id"] == id_), None)


def stamp(draft: Draft) -> str:
    """A mark that changes when any row of a draft changes."""
    state = (draft.folder / DRAFT).stat()
    return f"{state.st_mtime_ns:x}-{state.st_size:x}"


def seen(row: dict[str, str]) -> str:
    """A mark that changes when a row changes: with it a form says which state of the row its reader saw."""
    told = json.dumps([row[name] for name in ("decision", "figure", "place", "measure")])
    return hashlib.sha256(told.encode()).hexdigest()[:12]


async def tell_stamp(request: Request) -> Response:
    """The stamp of a draft, by which an open page notices that it was changed elsewhere."""
    from starlette.responses import JSONResponse

    try:
        return JSONResponse({"stamp": stamp(draft_of(request))})
    except (ExposureError, OSError):
        return JSONResponse({"stamp": ""})


def _shown(draft: Draft, found: list[str], at: int | None, asked: dict[str, str], lang: str) -> dict[str, Any]:
    """What the page shows of a draft."""
    report = draft.report
    parts = report.get("parts", [])
    sheets = numbers.sheets(draft, parts)
    wanted = asked.get("sheet", "")
    if wanted.isdigit() and int(wanted) < len(sheets):
        sheet = int(wanted)
    else:
        sheet = numbers.sheet_of(draft, sheets, parts, at) if at is not None and sheets else 0
    show = asked.get("show", "")
    listed = [row for row, state in enumerate(found) if _is_shown(show, state)]
    counts = numbers.tally(found)
    return {
        "parts": numbers.marked(draft, found, parts, sheets[sheet]) if sheets else [],
        "sheet": sheet,
        "sheets": [one.label for one in sheets],
        "paged": bool(parts and parts[0]["locator"].startswith("page ")),
        "rows": draft.rows,
        "signs": numbers.SIGNS,
        "counts": counts,
        "withheld": report.get("withheld", []),
        "show": show if show in (*numbers.SIGNS, "to_settle") else "",
        "listed": listed[:_LISTED],
        "more": max(0, len(listed) - _LISTED),
        "at": at,
        "row": None if at is None else row_of(draft, at, found[at], lang),
        "before": _neighbour(draft, found, at, -1),
        "after": _neighbour(draft, found, at, 1),
        "measures": measure_names(lang) if at is not None else [],
        "read": report.get("read", {}),
        "account": _account(report, lang),
        "saved": saved(draft),
        "stamp": stamp(draft),
        "told": asked.get("told", ""),
        "fault": asked.get("fault", ""),
        "undo": draft.can_undo,
        "first_left_out": next((draft.rows[at]["id"] for at, state in enumerate(found) if state == "out"), ""),
    }


def saved(draft: Draft) -> str:
    """When the draft was last saved, by the reader's own clock."""
    at = datetime.datetime.fromtimestamp((draft.folder / DRAFT).stat().st_mtime)  # noqa: DTZ006
    return at.strftime("%H:%M:%S")


def _account(report: dict[str, Any], lang: str) -> str:
    """The survey that the report is about, as a reader knows it."""
    from ..figures.sources import surveys

    survey = report.get("read", {}).get("survey")
    known = surveys()
    return str(known.loc[survey, "title"]) if survey and survey in known.index else ""


def _is_shown(show: str, state: str) -> bool:
    return state == show or (show == "to_settle" and state in numbers.TO_SETTLE)


def _neighbour(draft: Draft, found: list[str], at: int | None, step: int) -> str:
    """The id of the number before or behind one, in the order of the text; numbers that were left out are passed."""
    if at is None:
        return ""
    order = numbers.in_order(draft, [row for row, state in enumerate(found) if state != "out" or row == at])
    place = order.index(at) + step
    return draft.rows[order[place]]["id"] if 0 <= place < len(order) else ""


def row_of(draft: Draft, at: int, state: str, lang: str) -> dict[str, Any]:
    """A row as the page tells it."""
    row = draft.rows[at]
    labels = measure_labels(lang)
    same = [draft.rows[other] for other in draft.clash(at)]
    reason = row["left_out"]
    return {
        **row,
        "state": state,
        "seen": seen(row),
        "label": labels.get(row["measure"], row["measure"]),
        "called": places.shown(row["place"], lang, row["lang"] or None),
        "fault": draft.fault(at, lang) if state in ("open", "out") else "",
        "clash": prose.listed([f"{one['figure']} ({one['locator']})" for one in same], lang),
        "definition": _definitions().get(row["measure"], ""),
        "interval": _interval(row, lang),
        "rule": said(lang, f"rule_{numbers.kind_of(reason)}") if reason else "",
        "equal": len(draft.equal(at)) if state in numbers.TO_SETTLE else 0,
        "candidates": candidates.places_for(draft, at, lang) if state in ("open", "out") else [],
        "declared": candidates.may_be_declared(draft, at),
        "is_share": bool(row["value"]) and not row["measure"] and candidates.is_share(row),
        "confidence": number(float(row["confidence"] or 0), lang) if row["confidence"] else "",
    }


def _interval(row: dict[str, str], lang: str) -> str:
    """The values that a printed number allows; empty if it allows only itself."""
    try:
        low, high = float(row["low"]), float(row["high"])
    except ValueError:
        return ""
    if low == high:
        return ""
    if candidates.is_share(row):
        return said(lang, "allows_share", interval=percent_interval(low, high, lang))
    ends = pair(low, high, lang)
    return said(lang, "allows", low=ends[0], high=ends[1])


def measure_names(lang: str) -> list[tuple[str, str]]:
    """Every measure: its name in a language, and the names by which it is found besides."""
    return list(_measure_names(lang))


@functools.cache
def _measure_names(lang: str) -> tuple[tuple[str, str], ...]:
    from ..figures.measures import measures

    known = measures()
    told = []
    for name, row in known.iterrows():
        others = dict.fromkeys([str(name), *(row[f"label_{one}"] for one in ("en", "es", "de", "fr") if one != lang)])
        told.append((str(row[f"label_{lang}"]), " · ".join(others)))
    return tuple(told)


@functools.cache
def _definitions() -> dict[str, str]:
    from ..figures.measures import measures

    return dict(measures()["definition"])
