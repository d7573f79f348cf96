"""What articles say against what the figures say: verdicts, article by article."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...errors import DataError
from ...language.catalogue import say
from ...language.numbers import number
from .. import drawn_rows, sources_cited, wording
from ..composing import Look, Story, compose
from ..page import Box, Page, shorten
from ..style import SEMIBOLD, Size, text_width

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from ..chart import Chart

VERDICTS = ("supported", "within rounding", "definition differs", "contradicted", "not checkable")
#: Accounts with the most claims get a bar; the key has the totals of all.
MOST_ACCOUNTS = 14


def claims(
    frame: pd.DataFrame,
    *,
    title: str | None = None,
    subtitle: str | None = None,
    note: str | Sequence[str] | None = None,
    source_line: str | None = None,
    alt: str | None = None,
    name: str | None = None,
    size: str = "web",
    theme: str = "light",
    lang: str | None = None,
) -> Chart:
    """The verdicts on the claims of each account, as bars of counted squares.

    Parameters
    ----------
    frame
        Rows of ``ex.check_claims()``.
    title, subtitle, note, source_line, alt, name, size, theme, lang
        As for every chart; texts not given come from the data.

    Raises
    ------
    DataError
        If a verdict is none of the five, or a claim stands in the table twice.

    Examples
    --------
    >>> import analysis as ex
    >>> chart = ex.chart.claims(ex.check_claims("propublica-2019-09"))
    >>> chart.kind, chart.data["source"].unique().tolist()
    ('claims', ['propublica-2019-09'])
    """
    look = Look(title, subtitle, note, source_line, alt, name, size, theme, lang)
    lang = look.lang
    frame = drawn_rows.checked(frame, ("source", "verdict"), "claims")
    _refuse_odd(frame)
    counts = (
        frame.groupby(["source", "verdict"])
        .size()
        .unstack(fill_value=0)
        .reindex(columns=list(VERDICTS), fill_value=0)
        .astype(int)
    )
    counts["total"] = counts.sum(axis=1)
    counts = counts.reset_index().sort_values(["total", "source"], ascending=[False, True])
    total = counts[list(VERDICTS)].sum()
    names = sources_cited.publishers(frame, lang)
    counts.insert(1, "account", [names.get(one, one) for one in counts["source"]])
    right = int(total["supported"] + total["within rounding"])
    told = [f"{say('verdict_' + verdict.replace(' ', '_'), lang)}: {total[verdict]}" for verdict in VERDICTS]
    picture = _Bars(counts, total, lang)
    surveys = wording.known(frame["survey"]) if "survey" in frame else []
    story = Story(
        kind="claims",
        name=wording.slug(
            "claims", surveys[0] if len(surveys) == 1 else "", counts["source"].iloc[0] if len(counts) == 1 else ""
        ),
        title=say(
            "claims_title_definitions" if total["definition differs"] else "claims_title",
            lang,
            differs=int(total["definition differs"]),
            right=right,
            total=len(frame) - int(total["not checkable"]),
            wrong=int(total["contradicted"]),
        )
        if len(frame)
        else say("claims_none", lang),
        subtitle=say("claims_subtitle", lang, n=len(counts)),
        notes=[say("claims_note", lang)],
        source=sources_cited.source_line(frame, lang),
        alt=["; ".join(told) + "."],
        data=counts,
        about={"sources": sources_cited.publications(frame)},
    )
    return compose(story, picture, look, wanted=picture.wanted, limit=picture.limit)


def _refuse_odd(frame: pd.DataFrame) -> None:
    """Refuse claims that stand in the table twice, and verdicts that there are not."""
    # A table of accounts and verdicts alone does not tell one claim from another.
    if {"claim", "locator"} <= set(frame) and frame.astype(str).duplicated().any():
        raise DataError("a claim stands in the table twice", remedy="drop the repeated rows (drop_duplicates)")
    unknown = set(frame["verdict"].dropna()) - set(VERDICTS)
    if unknown:
        raise DataError(
            f"{', '.join(sorted(map(str, unknown)))} is not a verdict", remedy=f"the verdicts are {', '.join(VERDICTS)}"
        )


class _Bars:
    def __init__(self, counts: Any, total: Any, lang: str) -> None:
        self.counts, self.total, self.lang = counts, total, lang
        self.drawn = len(counts)
        self.names = [
            f"{say('verdict_' + verdict.replace(' ', '_'), lang)} {number(total[verdict], lang)}"
            for verdict in VERDICTS
        ]

    def key_lines(self, size: Size, width: float) -> int:
        lines, x = 1, 0.0
        for name in self.names:
            need = text_width(name, size.note) + 1.3 * size.note
            if x + need > width:
                lines, x = lines + 1, 0.0
            x += need + 1.3 * size.note
        return lines

    @staticmethod
    def _row(size: Size) -> float:
        """The height of a row, in sizes of the text: on a narrow page the name stands above its bar."""
        return 2.9 if size.narrow else 1.75

    def wanted(self, size: Size) -> float:
        lines = self.key_lines(size, size.width - 2 * size.margin)
        return size.text * (self._row(size) * min(len(self.counts), MOST_ACCOUNTS) + 1.75 * (1 + lines))

    def limit(self, height: float, size: Size) -> list[str]:
        lines = 1 + self.key_lines(size, size.width - 2 * size.margin)
        self.drawn = min(len(self.counts), MOST_ACCOUNTS, max(1, int(height / (1.6 * size.text)) - lines))
        left = len(self.counts) - self.drawn
        return [say("rows_left", self.lang, n=left)] if left else []

    def __call__(self, page: Page, box: Box) -> None:
        size, small = page.size.text, page.size.note
        rows = self.counts.head(self.drawn)
        top = self._key(page, box) + 2.4 * small
        bars = [(row["account"], row) for _, row in rows.iterrows()]
        height = (box.bottom - top) / max(1, len(bars))
        height = min(height, 3.2 * size if page.size.narrow else 2.6 * size)
        left = (
            box.x
            if page.size.narrow
            else (
                box.x
                + min(0.42 * box.width, max((text_width(str(name), size, SEMIBOLD) for name, _ in bars), default=0))
                + size
            )
        )
        right = (
            box.right
            - max(
                (text_width(number(sum(row[v] for v in VERDICTS), self.lang), size, SEMIBOLD) for _, row in bars),
                default=0,
            )
            - 0.8 * size
        )
        most = max((int(row["total"]) for _, row in rows.iterrows()), default=1)
        for n, (name, row) in enumerate(bars):
            y = top + height * n
            whole = int(sum(row[verdict] for verdict in VERDICTS))
            # One scale for all: a bar is as long as its claims are many.
            reach = (right - left) * whole / most
            # The bar and, beside or above it, the line of its name and number.
            bar = (
                Box(left, y + 0.48 * height, reach, 0.42 * height)
                if page.size.narrow
                else Box(left, y + 0.12 * height, reach, 0.76 * height)
            )
            line = y + 0.34 * height if page.size.narrow else y + height / 2 + 0.36 * size
            room = right - box.x if page.size.narrow else left - box.x - 0.9 * size
            self._bar(page, bar, row, whole)
            page.text(box.x, line, shorten(str(name), room, size))
            page.text(box.right, line, number(whole, self.lang), align="right")

    def _key(self, page: Page, box: Box) -> float:
        """Each verdict with its colour; return where the last line of them begins."""
        theme, small = page.theme, page.size.note
        x, y = box.x, box.y
        for name, colour in zip(self.names, theme.verdicts, strict=True):
            width = 1.3 * small + text_width(name, small)
            if x + width > box.right:
                x, y = box.x, y + 1.6 * small
            page.rectangles([Box(x, y, 0.9 * small, 0.9 * small)], face=colour)
            page.text(x + 1.3 * small, y + 0.84 * small, name, size=small)
            x += width + 1.3 * small
        return y

    def _bar(self, page: Page, bar: Box, row: Any, whole: int) -> None:
        """A part for each verdict, as long as its claims are many, with their number where it has room."""
        small, x = page.size.note, bar.x
        for verdict, colour in zip(VERDICTS, page.theme.verdicts, strict=True):
            width = bar.width * row[verdict] / whole if whole else 0
            if width:
                page.rectangles([Box(x, bar.y, max(width - 1, 0.5), bar.height)], face=colour)
                text, y = number(row[verdict], self.lang), bar.y + bar.height / 2 + 0.36 * small
                if width > text_width(text, small) + 0.6 * small:
                    page.text(x + width / 2, y, text, size=small, colour=page.theme.readable_on(colour), align="center")
            x += width
