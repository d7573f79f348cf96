"""Which points of a line may be joined: surveys that counted alike, and what must be said about the others."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from ..errors import DataError, NotComparableError, unknown
from ..language.catalogue import say
from ..language.prose import ended
from .wording import dated

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import pandas as pd


def over_time(
    rows: pd.DataFrame, lang: str, *, across_breaks: str, insist: bool
) -> tuple[pd.DataFrame, dict[str, list[bool]], list[str]]:
    """Rows with ``when``, in order of time; for each ``key`` whether a figure may be joined to its next; notes.

    Raises
    ------
    NotComparableError
        If neighbours cannot be compared, unless ``across_breaks`` is ``mark`` (they stay apart) or the caller insists.
    DataError
        If a figure has no date, or ``across_breaks`` is something else.
    """
    if across_breaks not in ("refuse", "mark"):
        raise unknown("way across breaks", across_breaks, ("refuse", "mark"), across_breaks=across_breaks)
    rows = rows.assign(when=[dated(row) for row in rows.to_dict("records")])
    if rows["when"].eq("").any():
        raise DataError(
            f"{rows.loc[rows['when'].eq(''), 'survey'].iloc[0]} has neither scan dates nor a date of publication",
            remedy="add one",
        )
    rows = rows.sort_values(["when", "survey"], kind="stable")
    verdict = _verdicts(rows, lang)
    joined: dict[str, list[bool]] = {}
    reasons: dict[str, None] = {}
    caveats: dict[str, None] = {}
    apart: dict[tuple[str, str], str] = {}
    for key, found in rows.groupby("key", sort=False):
        surveys = found["survey"].tolist()
        pairs = [verdict(one, other) for one, other in itertools.pairwise(surveys)]
        joined[key] = [good for good, _ in pairs]
        apart |= {pair: why for pair, (good, why) in zip(itertools.pairwise(surveys), pairs, strict=True) if not good}
        reasons |= {why: None for good, why in pairs if not good}
        caveats |= {why: None for good, why in pairs if good and why}
    notes = [say("comparison_note", lang, reasons=ended("; ".join(caveats)))] if caveats else []
    if not reasons:
        return rows, joined, notes
    # For the bundle's JSON; what is drawn and said of breaks stands in the joins and the notes.
    before = {other: one for one, other in apart}
    rows = rows.assign(
        break_after=rows["survey"].map(before).fillna(""),
        break_reasons=[apart.get((before.get(survey, ""), survey), "") for survey in rows["survey"]],
    )
    why = _briefly(reasons)
    if insist:
        return (
            rows,
            {key: [True] * len(links) for key, links in joined.items()},
            [*notes, say("insist_break", lang, reasons=ended(why))],
        )
    if across_breaks == "refuse":
        if lang != "en":
            # Errors are in English.
            return over_time(rows, "en", across_breaks="refuse", insist=False)
        raise NotComparableError(
            f"a line would join figures that cannot be compared ({why})",
            remedy="select comparable surveys, pass "
            "across_breaks='mark' to draw them unjoined, or insist=True to join them with a note",
        )
    return rows, joined, [*notes, say("break_marked", lang, reasons=ended(why))]


def _briefly(reasons: Iterable[str], most: int = 240) -> str:
    """What the reasons name, each thing once, as much as a note has room for; the JSON of a chart has all of it."""
    parts = list(dict.fromkeys(part for why in reasons for part in why.split("; ")))
    kept = [part for n, part in enumerate(parts) if n == 0 or len("; ".join(parts[: n + 1])) <= most]
    return "; ".join(kept) + ("; …" if len(kept) < len(parts) else "")


def _verdicts(rows: pd.DataFrame, lang: str) -> Callable[[str, str], tuple[bool, str]]:
    """Of two surveys: whether a line may join them, and what must be said about that, or why not."""
    from ..figures.comparability import comparable

    found = {
        frozenset((row.a, row.b)): (row.verdict != "no", str(row.reasons))
        for row in comparable(rows, lang=lang).itertuples()
    }

    def verdict(one: str, other: str) -> tuple[bool, str]:
        if one == other:
            return True, ""
        good, why = found.get(frozenset((one, other)), (False, ""))
        return good, why if good else why or say("break_asset", lang)

    return verdict
