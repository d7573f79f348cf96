"""The first page of the desk, and a report read into a draft."""

from __future__ import annotations

import re
import tempfile
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

from ..datafolder import data_folder, growing, shipped_folder, surveys_in
from ..errors import ExposureError
from ..intake.draft_writing import draft_report
from ..intake.drafts import Draft
from . import numbers
from .answering import draft_names, lang_of, page, refused_page, run_beside, said

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

#: The largest file that is taken in; `extract` has limits of its own for each kind.
LARGEST = 256 * 2**20


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
            return page(request, "problem", 422, told=said(lang_of(request), "empty"))
        if len(content) > LARGEST:
            return page(request, "problem", 422, told=said(lang_of(request), "too_large"))
        made = await run_beside(_read_into_draft, name, content)
    except ExposureError as error:
        return refused_page(request, error)
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
