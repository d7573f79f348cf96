"""The fact sheet: one page for an editor, on the desk, as HTML that stands alone, and as PDF."""

from __future__ import annotations

import base64
import json
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..datafolder import shipped_folder
from ..errors import ExposureError
from ..figures.versions_compared import data_version, version_of
from . import drawing, verdict_cards
from .answering import rendered, said

if TYPE_CHECKING:
    from ..charts.chart import Chart
    from ..intake.drafts import Draft

_TYPST = Path(__file__).with_name("factsheet.typ")
_STYLE = Path(__file__).with_name("assets") / "factsheet.css"


@dataclass(frozen=True)
class Sheet:
    """What a fact sheet says."""

    lang: str
    title: str
    name: str
    sha256: str
    groups: dict[str, list[dict[str, Any]]]
    chart: Chart | None
    sources: tuple[str, ...]
    withheld: int
    left_out: int
    dropped: int
    version: str

    @property
    def total(self) -> int:
        """How many statements were checked."""
        return sum(map(len, self.groups.values()))

    def number_of(self, citation: str) -> int:
        """The number of a source on the sheet; 0 if the sheet has none."""
        return self.sources.index(citation) + 1 if citation in self.sources else 0


def sheet_of(draft: Draft, lang: str) -> Sheet:
    """The fact sheet of a draft: what was accepted, its verdicts, its chart, its sources; the same each time."""
    found = verdict_cards.verdicts_of(draft, lang)
    groups = verdict_cards.told(draft, found, lang)
    report = draft.report
    read = report.get("read", {})
    cited = [one["citation"] for group in groups.values() for one in group if one["citation"]]
    headings = [part["text"] for part in report.get("parts", [])[:3] if part["kind"] == "heading"]
    return Sheet(
        lang=lang,
        title=headings[0] if headings else read.get("name") or draft.folder.name,
        name=read.get("name") or draft.folder.name,
        sha256=read.get("sha256", ""),
        groups=groups,
        chart=_chart_of(draft, lang),
        sources=tuple(dict.fromkeys(cited)),
        withheld=len(report.get("withheld", [])),
        left_out=sum(bool(row["left_out"]) and row["decision"] != "accept" for row in draft.rows),
        dropped=sum(row["decision"] == "drop" for row in draft.rows),
        version=data_version() or version_of(shipped_folder("data")),
    )


def _chart_of(draft: Draft, lang: str) -> Chart | None:
    """The chart that was made for the draft; nothing where none was made."""
    kept = draft.chart
    if not kept:
        return None
    try:
        return drawing.chart_of({**kept, "lang": lang, "theme": "light"})
    except ExposureError:
        return None


def as_html(sheet: Sheet) -> bytes:
    """The sheet as a page that stands alone: its styles and its chart inside, nothing loaded from elsewhere."""
    picture = drawing.content(sheet.chart, "svg") if sheet.chart else b""
    data = f"data:image/svg+xml;base64,{base64.b64encode(picture).decode()}" if picture else ""
    told = {"sheet": sheet, "picture": data, "counts": counts_of(sheet), "notes": notes_of(sheet)}
    text = rendered("factsheet_alone", sheet.lang, style=_STYLE.read_text("utf-8"), **told)
    return text.encode("utf-8")


def as_pdf(sheet: Sheet) -> bytes:
    """The sheet as a tagged PDF (PDF/UA-1), the same bytes each time.

    Raises
    ------
    ExposureError
        If the packages of the extra ``documents`` are missing.
    DataError
        If a letter has no font.
    """
    from ..documents import faces
    from ..documents.model import Chapter, Document, Paragraph, span
    from ..documents.typst_process import set_by_typst
    from ..extras import extra

    extra("documents", "typst")
    told = _as_told(sheet)
    letters = json.dumps(told, ensure_ascii=False)
    written = Document(sheet.title, sheet.lang, (Chapter("sheet", sheet.title, (Paragraph(span(letters)),)),))
    with tempfile.TemporaryDirectory(prefix="exposure-fact-sheet-") as name:
        folder = Path(name)
        if sheet.chart:
            (folder / "chart.svg").write_bytes(drawing.content(sheet.chart, "svg"))
        (folder / "sheet.json").write_text(json.dumps(told | {"fonts": faces.chosen(written)}, ensure_ascii=False))
        (folder / "main.typ").write_text(_TYPST.read_text("utf-8"), "utf-8")
        return set_by_typst(folder, "pdf", faces.folders())


def _as_told(sheet: Sheet) -> dict[str, Any]:
    """The texts of the sheet in the order of the page, for the PDF."""

    def t(key: str, **values: Any) -> str:
        return said(sheet.lang, key, **values)

    groups = []
    for group, found in sheet.groups.items():
        rows = [
            {
                "where": one["locator"],
                "said": one["figure"] + (f", {one['place']}" if one["place"] else "") + f": {one['measure']}",
                "was": f"{t('was')}: {one['was']}" if one["was"] else "",
                "verdict": one["name"],
                "why": one["explanation"],
                "right": f"{t('right_wording')} {one['suggestion']}" if one["suggestion"] else "",
                "source": sheet.number_of(one["citation"]),
            }
            for one in found
        ]
        if rows:
            groups.append({"name": t(f"group_{group}"), "rows": rows})
    chart = sheet.chart
    return {
        "lang": sheet.lang,
        "kind": t("factsheet"),
        "title": sheet.title,
        "counts": counts_of(sheet),
        "heads": [t("where_short"), t("the_article"), t("verdict"), t("why")],
        "groups": groups,
        "empty": "" if groups else t("nothing_accepted"),
        "chart": {"alt": chart.alt, "head": t("chart")} if chart else {},
        "sources_head": t("sources"),
        "sources": list(sheet.sources),
        "notes_head": t("not_in_sheet"),
        "notes": notes_of(sheet),
    }


def counts_of(sheet: Sheet) -> str:
    """How many statements were checked, and with what outcome."""
    counts = {f"n_{group}": len(found) for group, found in sheet.groups.items()}
    return said(sheet.lang, "sheet_counts", total=sheet.total, **counts)


def notes_of(sheet: Sheet) -> list[str]:
    """What is not on the sheet, and what the sheet was made from."""
    kept = {"withheld": sheet.withheld, "left_out": sheet.left_out, "dropped": sheet.dropped}
    read = said(sheet.lang, "sheet_read", name=sheet.name, sha256=sheet.sha256[:12] or "–")
    return [said(sheet.lang, "sheet_left", **kept), read, said(sheet.lang, "data_version", version=sheet.version)]
