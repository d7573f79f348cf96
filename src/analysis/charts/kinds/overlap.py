"""What two or more lists say about entries on none of them: an estimate per model, or the share found again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ...errors import DataError
from ...language.catalogue import say
from ...language.intervals import interval, percent_interval
from ...language.numbers import number, percent
from ...language.prose import sentence
from .. import drawn_rows, sources_cited, titles, wording
from ..composing import Look, Story, compose
from ..page import Box, Page, in_lines
from ..scales import Scale
from ..style import SEMIBOLD, Size, text_width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..chart import Chart

#: Models beyond these stand in the data file only.
MOST_ROWS = 16


def overlap(
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
    """Estimates of a total from overlapping lists, model beside model; for a one-sided check, the share found again.

    Parameters
    ----------
    frame
        A result of ``ex.statistics.capture_recapture``, ``two_lists``, ``sensitivity`` or ``lower_bound``:
        ``model, estimate, estimate_low, estimate_high``;
        or of ``conditional_coverage``: ``share, share_low, share_high, listed,
        found``, one row per place, where the second list was only
        asked
        about the first list's entries, so that no total can be known.
    title, subtitle, note, source_line, alt, name, size, theme, lang
        As for every chart; texts not given come from the data.

    Raises
    ------
    DataError
        For missing columns, no row, or a number that is not finite.

    Examples
    --------
    >>> import analysis as ex
    >>> ex.chart.overlap(ex.statistics.two_lists(135, 122, 49)).data[["estimate", "seen"]].round().values.tolist()
    [[334.0, 208.0]]
    """
    look = Look(title, subtitle, note, source_line, alt, name, size, theme, lang)
    lang = look.lang
    frame = drawn_rows.checked(frame, (), "overlap")
    one_sided = "share" in frame
    value = "share" if one_sided else "estimate"
    frame = drawn_rows.checked(
        frame, (*(() if one_sided else ("model",)), value, f"{value}_low", f"{value}_high"), "overlap"
    )
    rows = frame.assign(
        drawn=pd.to_numeric(frame[value], errors="coerce"), low=frame[f"{value}_low"], high=frame[f"{value}_high"]
    )
    rows = rows[rows["drawn"].notna()]
    if rows.empty or not np.isfinite(rows["drawn"]).all():
        raise DataError("the chart 'overlap' got no estimate, or one that is not finite", remedy="leave such rows out")
    measure = drawn_rows.measure_of(frame, "overlap")
    noun = wording.label(measure, lang) if measure else say("counts", lang)
    rows = _named(rows, one_sided, noun, lang)
    story = Story(
        kind="overlap",
        name=wording.default_name("overlap", frame),
        title=_share_title(rows, lang) if one_sided else _models_title(rows, noun, lang),
        subtitle=titles.subtitle(
            [
                wording.label(measure, lang) if measure and one_sided else "",
                say("overlap_again" if one_sided else "overlap_subtitle", lang),
                wording.when(frame, lang),
            ]
        ),
        notes=_notes(rows, one_sided, lang),
        source=sources_cited.source_line(frame, lang),
        alt=[
            f"{row.name}: {percent(row.drawn, lang) if one_sided else number(_whole(row.drawn), lang)}."
            for row in rows.head(4)[["name", "drawn"]].itertuples(index=False)
        ],
        data=rows.drop(columns=["drawn", "low", "high"]).rename(
            columns={"name": "place"} if one_sided and "place" not in rows else {}
        ),
        about=sources_cited.about(frame, lang),
        told=titles.told(frame, lang),
    )
    picture = _Rows(rows, one_sided, lang)
    return compose(story, picture, look, wanted=picture.wanted, limit=picture.limit)


def _named(rows: pd.DataFrame, one_sided: bool, noun: str, lang: str) -> pd.DataFrame:
    """The rows with their names, in the order in which they are drawn."""
    if one_sided:
        named = rows.assign(name=wording.places(rows, lang) if "iso3" in rows else noun)
        return named.sort_values("drawn", ascending=False, kind="stable")
    # The order of the models is that of how much they let the lists depend, not that of the table.
    order = [name for name in ("interactions", "drawn") if name in rows and "interactions" in rows]
    rows = rows.sort_values(order, kind="stable") if order else rows
    return rows.assign(name=_names(rows, lang))


def _notes(rows: pd.DataFrame, one_sided: bool, lang: str) -> list[str]:
    notes = ["overlap_one_sided", "overlap_wilson"] if one_sided else ["overlap_note"]
    if not one_sided and _log(rows):
        notes.append("log_scale")
    if rows[["low", "high"]].isna().any(axis=None):
        notes.append("overlap_no_interval")
    return [say(note, lang) for note in notes]


def _share_title(rows: pd.DataFrame, lang: str) -> str:
    first = rows.iloc[0]
    lead = {"place": first["name"], "share": percent(first["drawn"], lang), "interval": _shares(first, lang)}
    return say("overlap_share", lang, **lead)


def _models_title(rows: pd.DataFrame, noun: str, lang: str) -> str:
    low, high = (number(_whole(end), lang) for end in (rows["drawn"].min(), rows["drawn"].max()))
    if len(rows) > 1:
        return say("overlap_models", lang, label=sentence(noun), low=low, high=high, n=len(rows))
    span = interval(_whole(rows["low"].iloc[0]), _whole(rows["high"].iloc[0]), lang)
    return say("overlap_model", lang, label=sentence(noun), value=low, interval=span)


def _names(rows: pd.DataFrame, lang: str) -> list[str]:
    """What tells the rows apart: the place, the odds that were assumed, the model."""
    parts = []
    if "iso3" in rows and rows["iso3"].nunique() > 1:
        parts.append(wording.places(rows, lang).astype(str).tolist())
    if "odds" in rows:
        parts.append([say("overlap_odds", lang, odds=float(odds)) for odds in rows["odds"]])
    if rows["model"].nunique() > 1 or not parts:
        parts.append([wording.model_in_words(str(model), lang) for model in rows["model"]])
    return [sentence(", ".join(each)) for each in zip(*parts, strict=True)]


def _whole(value: float) -> float:
    """An estimate of a number of things, without a fraction that nobody knows."""
    return float(round(value)) if abs(value) >= 10 else float(value)


def _log(rows: pd.DataFrame) -> bool:
    """Whether the estimates lie so far apart that only powers show them all."""
    return bool(
        rows["drawn"].gt(0).all()
        and rows["low"].fillna(rows["drawn"]).gt(0).all()
        and rows["drawn"].max() > 50 * rows["drawn"].min()
    )


def _shares(row: pd.Series, lang: str) -> str:
    return percent_interval(row["low"], row["high"], lang)


class _Rows:
    def __init__(self, rows: pd.DataFrame, one_sided: bool, lang: str) -> None:
        self.rows, self.one_sided, self.lang = rows, one_sided, lang
        self.wished = self.drawn = min(len(rows), MOST_ROWS)

    def wanted(self, size: Size) -> float:
        return size.text * (2.5 * self.wished + 2.6)

    def limit(self, height: float, size: Size) -> list[str]:
        self.drawn = min(self.wished, max(1, int((height / size.text - 2.2) / 2.2)))
        left = len(self.rows) - self.drawn
        return [say("rows_left", self.lang, n=left)] if left else []

    def __call__(self, page: Page, box: Box) -> object:
        theme, size, small = page.theme, page.size.text, page.size.note
        rows = self.rows.head(self.drawn)
        if self.one_sided:
            labels = [(percent(row["drawn"], self.lang), self._counted(row)) for _, row in rows.iterrows()]
        else:
            labels = [(number(_whole(row["drawn"]), self.lang), self._span(row)) for _, row in rows.iterrows()]
        names = [in_lines(str(name), 0.3 * box.width, size, 2) for name in rows["name"]]
        left = box.x + max(text_width(line, size) for lines in names for line in lines) + 1.2 * size
        right = (
            box.right
            - max(max(text_width(first, size, SEMIBOLD), text_width(second, small)) for first, second in labels)
            - size
        )
        height = min((box.height - 1.6 * size) / len(rows), 6 * size)
        low, high = rows["low"].fillna(rows["drawn"]), rows["high"].fillna(rows["drawn"])
        # An interval without an end runs out of the picture.
        finite = [*rows["drawn"], *(x for x in [*low, *high] if np.isfinite(x) and x < 20 * rows["drawn"].max())]
        log = not self.one_sided and _log(rows)
        scale = Scale(0.0, 1.0, left, right) if self.one_sided else Scale.around(finite, left, right, log=log)
        bottom = box.y + height * len(rows)
        ticks = scale.ticks(lambda tick: percent(tick, self.lang) if self.one_sided else number(tick, self.lang), small)
        page.segments(
            [[(scale(tick), box.y), (scale(tick), bottom)] for tick, _ in ticks], colour=theme.grid, width=0.8, order=1
        )
        for tick, text in ticks:
            page.text(scale(tick), bottom + 1.3 * small, text, size=small, colour=theme.muted, align="center")
        for n, (lines, (first, second), value, start, end) in enumerate(
            zip(names, labels, rows["drawn"], low, high, strict=True)
        ):
            y = box.y + (n + 0.5) * height
            a, b = scale(start), scale(min(end, scale.last)) if np.isfinite(end) else right
            if b > a:
                page.segments([[(a, y), (b, y)]], colour=theme.quiet, width=0.17 * size, order=3)
            page.circles([(scale(value), y)], [0.34 * size], face=theme.accent, edge=theme.paper, width=0.8)
            page.paragraph(box.x, y - 0.65 * size * len(lines), lines, size=size)
            page.text(box.right, y - 0.2 * size if second else y + 0.36 * size, first, weight=SEMIBOLD, align="right")
            if second:
                page.text(box.right, y + 1.1 * small, second, size=small, colour=theme.muted, align="right")
        return page.axes(
            Box(left, box.y, right - left, bottom - box.y),
            xlim=(scale.first, scale.last),
            ylim=(len(rows) - 0.5, -0.5),
            xscale="log" if log else "linear",
        )

    def _counted(self, row: pd.Series) -> str:
        if "found" in row and "listed" in row and row["found"] == row["found"]:
            return say(
                "overlap_of", self.lang, found=number(row["found"], self.lang), listed=number(row["listed"], self.lang)
            )
        return ""

    def _span(self, row: pd.Series) -> str:
        return (
            interval(_whole(row["low"]), _whole(row["high"]), self.lang)
            if np.isfinite([row["low"], row["high"]]).all()
            else ""
        )
