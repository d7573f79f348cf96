"""Settling a draft row by row: in the terminal, or as a table in a notebook."""

from __future__ import annotations

import atexit
import datetime
import html
import re
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import DataError
from ..figures import fields
from ..figures.places import is_known, locate
from ..figures.survey import read_survey
from .draft_writing import describe_source
from .drafts import Draft

if TYPE_CHECKING:
    import ipywidgets

#: Above this, and with nothing that it may be mixed up with, a row is offered for acceptance with all others like it.
SURE = 0.9

HELP = """\
  a, Enter  accept the row as a figure
  m         mend it: then write place=..., measure=... or figure=...
  d         drop it: it is not a figure of this survey
  b         back to the row before
  u         undo the last change, also one of another day
  A         accept all that are left with a confidence of 0.9 or more and nothing that they may be mixed up with
  s         skip it for now
  l         list the numbers that were left out; 't 3' takes number 3 of them in
  q         stop; what is settled is kept
  ?         this help; 'm?' lists the measures"""

_PROMPT = "accept (a), mend (m), drop (d), back (b), undo (u), skip (s), all sure ones (A), quit (q) > "
_ASKED = (
    ("title", "Title of the survey (what was measured, when)"),
    ("surveyor", "Who counted"),
    ("publisher", "Who published this report"),
    ("published", "When (2026-03-14, 2026-03 or 2026)"),
    ("scan_from", "When the counting began (2026-03), if the report says so"),
    ("scan_to", "When it ended"),
    ("asset", "What was looked for: dicom, pacs_web, any_healthcare"),
)
#: What the report is asked for even where it retells a survey that is known.
_OF_THE_REPORT = ("publisher", "published")
_DATED = ("published", "scan_from", "scan_to")


def review(folder: Path | str, ask: Callable[[str], str], say: Callable[[str], None], *, bold: bool = False) -> int:
    """Go through the rows of a draft one by one; what is settled is written down after each.

    Parameters
    ----------
    folder
        The folder that ``exposure extract --out`` wrote.
    ask
        Shows a prompt and gives the answer; ``EOFError`` ends the review as ``q`` does, and the next one goes on there.
    say
        Shows a text.
    bold
        Whether the figure is to stand out in its sentence by the terminal's bold type.

    Returns
    -------
    int
        How many rows are still undecided.

    Raises
    ------
    DataError
        If the folder is not a draft.
    """
    draft = Draft(folder)
    order = draft.undecided
    say(f"{len(order)} row(s) to settle; ? lists the keys")
    with suppress(EOFError):
        _settle(draft, order, ask, say, bold)
    rows = [row for row in draft.rows if not row["left_out"] or row["decision"] == "accept"]
    counts = {decision: sum(row["decision"] == decision for row in rows) for decision in ("accept", "drop")}
    mended, left = sum(bool(row["was"]) for row in rows), len(draft.undecided)
    say(f"{counts['accept']} accepted, {mended} mended, {counts['drop']} dropped, {left} still undecided")
    if not left:
        _describe(draft, ask, say)
    return left


def _settle(draft: Draft, order: list[int], ask: Callable[[str], str], say: Callable[[str], None], bold: bool) -> None:
    """Ask for each row until it is settled or put off."""
    at = 0
    while at < len(order):
        position = order[at]
        say(shown(draft, position, f"[{at + 1}/{len(order)}]", bold=bold))
        answer = ask(_PROMPT).strip()
        match answer:
            case "" | "a" | "y":
                if fault := draft.fault(position):
                    say(f"  it cannot be accepted: {fault}")
                    continue
                draft.accept(position)
            case "d":
                draft.drop(position)
            case "s":
                draft.later(position)
            case "b":
                at = max(at - 1, 0)
                draft.reopen(order[at])
                continue
            case "u":
                undone = draft.undo()
                say("  nothing to undo" if undone is None else f"  taken back: {draft.rows[undone]['figure']}")
                if undone is not None:
                    order.insert(at, undone) if undone not in order[at:] else None
                continue
            case "A":
                taken = [one for one in draft.undecided if is_sure(draft, one)]
                for one in taken:
                    draft.accept(one)
                say(f"  {len(taken)} row(s) accepted")
                order[at:] = [one for one in order[at:] if not draft.rows[one]["decision"]]
                continue
            case "l":
                say(_left_out(draft))
                continue
            case "q":
                return
            case "m?":
                say(_measures())
                continue
            case answer if re.fullmatch(r"t\s*\d+", answer):
                _take_in(draft, order, at, int(answer[1:]), say)
                continue
            case answer if answer == "m" or re.match(r"m\s|\w+\s*=", answer):
                _mend(draft, position, re.sub(r"^m\s+", "", answer) if "=" in answer else "", ask, say)
                continue
            case _:
                say(HELP)
                continue
        at += 1


def _left_out(draft: Draft) -> str:
    lines = [
        f"  {row['id']:>4}  {row['figure']}  ({row['left_out']}; {row['locator']})"
        for row in draft.rows
        if row["left_out"]
    ]
    return "\n".join(lines) or "  no number was left out"


def _take_in(draft: Draft, order: list[int], at: int, number: int, say: Callable[[str], None]) -> None:
    """Put a number that was left out before the row that is asked for."""
    found = next((place for place, row in enumerate(draft.rows) if row["id"] == str(number) and row["left_out"]), None)
    if found is None:
        say(f"  number {number} was not left out; 'l' lists those that were")
    elif found not in order[at:]:
        order.insert(at, found)


def shown(draft: Draft, position: int, counter: str, *, bold: bool = False) -> str:
    """A row in its sentence, with what it was read as and why."""
    row = draft.rows[position]
    sentence = row["sentence"]
    on, off = ("\x1b[1m", "\x1b[0m") if bold else ("»", "«")
    marked = sentence.replace(row["figure"], f"{on}{row['figure']}{off}", 1)
    low, high = (_number(row[end]) for end in ("low", "high"))
    interval = low if low == high else f"{low} to {high}"
    lines = [
        "",
        f"{counter} {row['locator']} · confidence {row['confidence']}",
        f"  {marked}",
        f"  figure   {row['figure']}  ({interval})",
        f"  place    {_place(row)}",
        f"  measure  {row['measure'] or '– (to be named)'}{_meaning(row['measure'])}",
        f"  why      {row['reason']}",
    ]
    if row["mixed_up_with"]:
        lines.append(f"  careful  may be mixed up with {row['mixed_up_with']}")
    same = (draft.rows[other] for other in draft.clash(position))
    lines += [f"  careful  {row['figure']} ({row['locator']}) is another number for the same thing" for row in same]
    if row["left_out"]:
        lines.append(f"  left out {row['left_out']}")
    return "\n".join(lines)


def is_sure(draft: Draft, position: int) -> bool:
    """Whether a row may be accepted with all others like it."""
    row = draft.rows[position]
    doubtful = row["mixed_up_with"] or draft.clash(position)
    return float(row["confidence"] or 0) >= SURE and not doubtful and not draft.fault(position)


def _mend(draft: Draft, position: int, given: str, ask: Callable[[str], str], say: Callable[[str], None]) -> None:
    answer = given or ask("  place=…, measure=… or figure=… > ").strip()
    name, mark, value = (part.strip() for part in answer.partition("="))
    if not mark or name not in ("place", "measure", "figure") or not value:
        say("  write one of place=…, measure=… or figure=…")
        return
    row = draft.rows[position]
    if name == "place" and not is_known(value, row["lang"]):
        asked = f"  '{value}' is not a country that is known; is it a region or group of its own? (y/n) > "
        if ask(asked).strip().lower() == "y":
            draft.declare(value)
    if fault := draft.mend(position, **{name: value}):
        say(f"  not changed: {fault}")


def _describe(draft: Draft, ask: Callable[[str], str], say: Callable[[str], None]) -> None:
    """Ask for what the report does not say about itself; make the draft data if nothing is wrong."""
    say("\nEvery row is settled. What is known about the survey (Enter leaves it open):")
    try:
        for name, question in _ASKED:
            _ask_for(draft.folder, name, question, ask, say)
        meta = read_survey(draft.folder).meta
        if not meta["primary"] and not meta["no_primary"]:
            answer = ask("  Is the report by those who counted (y), or an account by others (n)? > ").strip().lower()
            describe_source(draft.folder, {}, {"y": True, "n": False}.get(answer))
    except EOFError:
        say(f"continue here next time: exposure review {draft.folder.name}")
        return
    if not read_survey(draft.folder).meta["encoded"]:
        today = datetime.date.today()  # noqa: DTZ011 - the reader's own day
        describe_source(draft.folder, {"encoded": today.isoformat()})
    if still := draft.finish():
        say(f"{len(still)} point(s) are open before it can be published: exposure check {draft.folder.name}")
        for one in still:
            say(f"  {one}")
        return
    say(f"{draft.folder.name} is published: nothing is wrong in it")


def _ask_for(folder: Path, name: str, question: str, ask: Callable[[str], str], say: Callable[[str], None]) -> None:
    """Ask for one thing until the answer can be right, or is left open."""
    survey = read_survey(folder)
    source = survey.source_rows[0] if survey.source_rows else None
    if source and source.derived_from and name not in _OF_THE_REPORT:
        return
    of_source = name in ("publisher", "published")
    if getattr(source, name, "") if of_source else survey.meta.get(name, ""):
        return
    while answer := ask(f"  {question} > ").strip():
        if fault := answer_fault(name, answer):
            say(f"  {fault}")
            continue
        describe_source(folder, {name: answer})
        return


def answer_fault(name: str, answer: str) -> str:
    """Why an answer about a survey cannot be right; empty if it can."""
    if name in _DATED and not re.match(fields.DATE, answer):
        return f"'{answer}' is not a date; write it as 2026-03-14, 2026-03 or 2026"
    if name == "asset" and not re.match(r"^[a-z][a-z0-9_]*$", answer):
        return f"'{answer}' is not an asset; write one of dicom, pacs_web, any_healthcare"
    if name not in _DATED and re.match(fields.DATE, answer):
        return f"'{answer}' is a date; the question is another"
    return ""


def review_table(folder: Path | str) -> ipywidgets.VBox:
    """The rows of a draft as a table with a choice in each row, for a notebook.

    Each row shows its sentence, takes another place, measure or figure, and is accepted or dropped by a button; each
    decision is written down at once. *Finish* makes the accepted rows data, *Open in the desk* shows the same draft in
    the browser. A row that cannot be accepted says why and stays.

    Raises
    ------
    DataError
        As :func:`review`.

    Examples
    --------
    >>> import tempfile
    >>> import analysis as ex
    >>> from analysis.intake.draft_writing import draft_report
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = draft_report("The scan found 590 open servers.", f"{folder}/acme-2026-05", "en")
    ...     len(ex.review(f"{folder}/acme-2026-05").children) > 0
    True
    """
    import ipywidgets as widgets

    draft = Draft(folder)
    told = widgets.Label(_to_settle(draft))
    save = widgets.Button(description="Finish", button_style="primary")

    def saved(_: object) -> None:
        left = draft.finish()
        told.value = "; ".join(left) or "finished: the accepted rows are data"
        save.disabled = not left

    desk = widgets.Button(description="Open in the desk")
    desk.on_click(lambda _: _open_desk(draft.folder))
    save.on_click(saved)
    table = widgets.VBox([_row_to_settle(draft, position, told) for position in draft.undecided])
    return widgets.VBox([told, table, save, desk])


def _open_desk(folder: Path) -> None:
    """Open the draft in the desk, a process of its own that ends with this one; both write the same files."""
    command = [sys.executable, "-m", "analysis", "--data", str(folder.parents[1]), "desk", "--draft", folder.name]
    atexit.register(subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).terminate)


def _to_settle(draft: Draft) -> str:
    return f"{len(draft.undecided)} row(s) to settle"


def _row_to_settle(draft: Draft, position: int, told: ipywidgets.Label) -> ipywidgets.VBox:
    """A row in its sentence, with its fields and its decision; what is changed is written down at once."""
    import ipywidgets as widgets

    from ..figures.measures import kinds

    row = draft.rows[position]
    wide = widgets.Layout(width="auto", flex="1 1 14em")
    boxes = {name: widgets.Text(row[name], description=name, layout=wide) for name in ("figure", "place")}
    boxes["measure"] = widgets.Combobox(value=row["measure"], options=list(kinds()), description="measure", layout=wide)
    decision = widgets.ToggleButtons(
        options=[("undecided", ""), ("accept", "accept"), ("drop", "drop")],
        value=row["decision"] if row["decision"] != "later" else "",
        style={"button_width": "auto"},
        layout=widgets.Layout(flex="0 0 auto"),
    )
    fault = widgets.HTML()

    def changed(event: dict[str, Any]) -> None:
        if event["owner"] is decision and not event["new"] and fault.value:
            return  # taken back below, because it cannot be accepted
        why = _decide(draft, position, decision.value, {name: box.value for name, box in boxes.items()})
        fault.value = f"<b>not accepted:</b> {html.escape(why)}" if why else ""
        if why:
            decision.value = ""
        told.value = _to_settle(draft)

    for box in (*boxes.values(), decision):
        box.observe(changed, "value")
    line = widgets.HBox([*boxes.values(), decision], layout=widgets.Layout(flex_flow="row wrap"))
    return widgets.VBox([widgets.HTML(_sentence_marked(row)), line, fault])


def _sentence_marked(row: dict[str, str]) -> str:
    """The sentence of a row as HTML, its figure marked, with where it stands and what it may be mixed up with."""
    figure = html.escape(row["figure"])
    sentence = html.escape(row["sentence"]).replace(figure, f"<mark>{figure}</mark>", 1)
    mixed_up = html.escape(row["mixed_up_with"])
    careful = f"<br><b>careful:</b> may be mixed up with {mixed_up}" if mixed_up else ""
    about = html.escape(f"{row['locator']}, confidence {row['confidence']}; {row['reason']}")
    return f"<small>{about}</small><br>{sentence}{careful}"


def _decide(draft: Draft, position: int, decision: str, written: dict[str, str]) -> str:
    """Write a decision down; why it cannot be, or nothing."""
    if decision == "drop":
        draft.drop(position)
    elif decision == "accept":
        changes = {name: text for name, text in written.items() if text != draft.rows[position][name]}
        if why := draft.mend(position, **changes) or draft.fault(position):
            return why
        draft.accept(position)
    else:
        draft.reopen(position)
    return ""


def _number(text: str) -> str:
    try:
        value = float(text)
    except ValueError:
        return text
    return f"{value:,.0f}" if value >= 1 and value == round(value) else f"{value:,.6g}"


def _place(row: dict[str, str]) -> str:
    try:
        found = locate(row["place"], row["lang"] or None)
    except DataError:
        return row["place"]
    return f"{row['place']} ({found.iso3 or found.code or found.kind})"


def _meaning(measure: str) -> str:
    from ..figures.measures import measures

    known = measures()
    return f": {known.loc[measure, 'definition']}" if measure in known.index else ""


def _measures() -> str:
    from ..figures.measures import measures

    return "\n".join(f"  {name:28}{definition}" for name, definition in measures()["definition"].items())
