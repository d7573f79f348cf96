"""Settling a draft row by row: in the terminal, or as a table in a notebook."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import DataError
from ..figures import fields
from ..figures.places import locate
from .drafts import Draft, describe_source

if TYPE_CHECKING:
    import ipywidgets

#: Above this, and with nothing that it may be mixed up with, a row is offered for acceptance with all others like it.
SURE = 0.9

HELP = """\
  a, Enter  accept the row as a figure
  m         mend it: then write place=..., measure=... or figure=...
  d         drop it: it is no figure of this survey
  b         back to the row before
  A         accept all that are left with a confidence of 0.9 or more and nothing that they may be mixed up with
  s         skip it for now
  q         stop; what is settled is kept
  ?         this help; 'm?' lists the measures"""

_ASKED = (
    ("title", "Title of the survey (what was measured, when)"),
    ("surveyor", "Who counted"),
    ("publisher", "Who published this report"),
    ("published", "When (2026-03-14, 2026-03 or 2026)"),
    ("scan_from", "When the counting began (2026-03), if the report says so"),
    ("scan_to", "When it ended"),
    ("asset", "What was looked for: dicom, pacs_web, any_healthcare"),
    ("encoded", "The day of today (2026-03-20)"),
)
#: What the report is asked for even where it retells a survey that is known.
_OF_THE_REPORT = ("publisher", "published", "encoded")


def review(folder: Path | str, ask: Callable[[str], str], say: Callable[[str], None], *, bold: bool = False) -> int:
    """Go through the rows of a draft one by one; what is settled is written down after each.

    Parameters
    ----------
    folder
        The folder that ``exposure extract --out`` wrote.
    ask
        Shows a prompt and gives the answer; ``EOFError`` ends the review as ``q`` does.
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
        If the folder is no draft, or has nothing to settle.
    """
    draft = Draft(folder)
    opened = len(draft.undecided)
    say(f"{opened} row(s) to settle; ? lists the keys")
    at = 0
    order = draft.undecided
    mended = 0
    while at < len(order):
        position = order[at]
        say(shown(draft, position, f"[{at + 1}/{len(order)}]", bold=bold))
        try:
            answer = ask("accept (a), mend (m), drop (d), back (b), skip (s), all sure ones (A), quit (q) > ").strip()
        except EOFError:
            break
        match answer:
            case "" | "a" | "y":
                if fault := draft.fault(position):
                    say(f"  it cannot be accepted: {fault}")
                    continue
                draft.accept(position)
            case "d":
                draft.drop(position)
            case "s":
                pass
            case "b":
                at = max(at - 1, 0)
                draft.reopen(order[at])
                continue
            case "A":
                taken = [one for one in draft.undecided if is_sure(draft, one)]
                for one in taken:
                    draft.accept(one)
                draft.save()
                say(f"  {len(taken)} row(s) accepted")
                order = [*order[:at], *[one for one in order[at:] if not draft.rows[one]["decision"]]]
                continue
            case "q":
                break
            case "m?":
                say(_measures())
                continue
            case answer if answer == "m" or re.match(r"m\s|\w+\s*=", answer):
                mended += _mend(draft, position, answer.removeprefix("m").strip() if "=" in answer else "", ask, say)
                continue
            case _:
                say(HELP)
                continue
        draft.save()
        at += 1
    dropped = sum(row["decision"] == "drop" for row in draft.rows)
    accepted = sum(row["decision"] == "accept" for row in draft.rows)
    left = draft.close()
    say(f"{accepted} accepted, {mended} mended, {dropped} dropped, {left} still undecided")
    if not left:
        _describe(draft.folder, ask, say)
    return left


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
    return "\n".join(lines)


def is_sure(draft: Draft, position: int) -> bool:
    """Whether a row may be accepted with all others like it."""
    row = draft.rows[position]
    return float(row["confidence"] or 0) >= SURE and not row["mixed_up_with"] and not draft.fault(position)


def _mend(draft: Draft, position: int, given: str, ask: Callable[[str], str], say: Callable[[str], None]) -> int:
    try:
        answer = given or ask("  place=…, measure=… or figure=… > ").strip()
    except EOFError:
        return 0
    name, mark, value = (part.strip() for part in answer.partition("="))
    if not mark or name not in ("place", "measure", "figure") or not value:
        say("  write one of place=…, measure=… or figure=…")
        return 0
    row = draft.rows[position]
    if name == "place" and not _is_known(value, row["lang"]):
        try:
            if (
                ask(f"  '{value}' is no country that is known; is it a region or group of its own? (y/n) > ")
                .strip()
                .lower()
                == "y"
            ):
                draft.declare(value)
        except EOFError:
            return 0
    if fault := draft.mend(position, **{name: value}):
        say(f"  not changed: {fault}")
        return 0
    draft.save()
    return 1


def _describe(folder: Path, ask: Callable[[str], str], say: Callable[[str], None]) -> None:
    """Ask for what the report does not say of itself; publish the survey if nothing is then amiss."""
    from ..figures.check import check
    from ..figures.survey import read_survey
    from .skeleton import filled

    survey = read_survey(folder)
    source = survey.source_rows[0] if survey.source_rows else None
    say("\nEvery row is settled. What is known of the survey (Enter leaves it open):")
    answers: dict[str, str] = {}
    primary: bool | None = None
    try:
        for name, question in _ASKED:
            if source and source.derived_from and name not in _OF_THE_REPORT:
                continue
            known = getattr(source, name, "") if name in ("publisher", "published") else survey.meta.get(name, "")
            if not known and (answer := ask(f"  {question} > ").strip()):
                answers[name] = answer
        if not survey.meta["primary"] and not survey.meta["no_primary"]:
            answer = ask("  Is the report by those who counted (y), or an account by others (n)? > ").strip().lower()
            primary = {"y": True, "n": False}.get(answer)
    except EOFError:
        pass
    if "published" in answers and not re.match(fields.DATE, answers["published"]):
        say("  the date of publication is not written as 2026-03-14, 2026-03 or 2026; it was left open")
        del answers["published"]
    describe_source(folder, answers, primary)
    errors = check(folder)
    errors = errors[(errors["severity"] == "error") & (errors["column"] != "status")]
    if len(errors):
        say(f"{len(errors)} point(s) are open before it can be published: exposure check {folder}")
        for row in errors.itertuples():
            say(f"  {row.file}{f':{row.line}' if row.line else ''} {row.column}: {row.expectation} → {row.remedy}")
        return
    from ..writing import write_text

    path = folder / "survey.toml"
    write_text(path, filled(path.read_text("utf-8"), {"status": "published"}, {}))
    say(f"{folder.name} is published: nothing is amiss in it")


def review_table(folder: Path | str) -> ipywidgets.VBox:
    """The rows of a draft as a table with a choice in each row, for a notebook.

    Each row shows its sentence, takes another place, measure or figure, and is accepted or dropped by a button; *Save*
    moves
    what was settled out of the draft. What cannot be accepted says why and stays.

    Raises
    ------
    DataError
        As :func:`review`.
    """
    import html

    import ipywidgets as widgets

    from ..figures.measures import kinds

    draft = Draft(folder)
    wide = widgets.Layout(width="auto")
    told = widgets.Label(f"{len(draft.undecided)} row(s) to settle")

    def line(position: int) -> widgets.VBox:
        row = draft.rows[position]
        sentence = html.escape(row["sentence"]).replace(
            html.escape(row["figure"]), f"<mark>{html.escape(row['figure'])}</mark>", 1
        )
        careful = (
            f"<br><b>careful:</b> may be mixed up with {html.escape(row['mixed_up_with'])}"
            if row["mixed_up_with"]
            else ""
        )
        about = html.escape(f"{row['locator']}, confidence {row['confidence']}; {row['reason']}")
        text = widgets.HTML(f"<small>{about}</small><br>{sentence}{careful}")
        figure = widgets.Text(row["figure"], description="figure", layout=wide)
        place = widgets.Text(row["place"], description="place", layout=wide)
        measure = widgets.Combobox(value=row["measure"], options=list(kinds()), description="measure", layout=wide)
        decision = widgets.ToggleButtons(
            options=[("undecided", ""), ("accept", "accept"), ("drop", "drop")], value=row["decision"]
        )
        fault = widgets.HTML()

        def changed(event: dict) -> None:
            if event["owner"] is decision and not event["new"] and fault.value:
                return  # taken back below, because it cannot be accepted
            fault.value = ""
            draft.reopen(position)
            new = {"figure": figure.value, "place": place.value, "measure": measure.value}
            if decision.value == "drop":
                draft.drop(position)
            elif decision.value == "accept":
                why = draft.mend(position, **new)
                if why:
                    fault.value = f"<b>not accepted:</b> {html.escape(why)}"
                    decision.value = ""
                else:
                    draft.accept(position)
            draft.save()
            told.value = f"{len(draft.undecided)} row(s) to settle"

        for box in (figure, place, measure, decision):
            box.observe(changed, "value")
        return widgets.VBox([text, widgets.HBox([figure, place, measure, decision]), fault])

    save = widgets.Button(description="Save", button_style="primary")

    def saved(_) -> None:
        left = draft.close()
        told.value = f"saved; {left} row(s) still undecided"
        table.children = tuple(line(position) for position in draft.undecided)
        save.disabled = not left

    save.on_click(saved)
    table = widgets.VBox([line(position) for position in draft.undecided])
    return widgets.VBox([told, table, save])


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


def _is_known(place: str, lang: str) -> bool:
    try:
        locate(place, lang or None)
    except DataError:
        return False
    return True


def _meaning(measure: str) -> str:
    from ..figures.measures import measures

    known = measures()
    return f": {known.loc[measure, 'definition']}" if measure in known.index else ""


def _measures() -> str:
    from ..figures.measures import measures

    return "\n".join(f"  {name:28}{definition}" for name, definition in measures()["definition"].items())
