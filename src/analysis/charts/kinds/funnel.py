"""Places against what chance alone would give: a funnel that narrows where more is expected."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ...errors import DataError
from ...language.catalogue import say
from ...language.numbers import number, percent
from ...language.prose import sentence
from .. import drawn_rows, footnotes, sources_cited, titles, wording
from ..composing import Look, Story, compose
from ..plot import Plot, plot
from ..style import Size, text_width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..chart import Chart
    from ..page import Box, Page

TOO_FEW = "too few to say"
LIMITS = ("ratio_low_998", "ratio_low_95", "ratio_high_95", "ratio_high_998")
#: Points of a curve between the smallest and the largest expected count.
STEPS = 160


def funnel(
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
    """Observed over expected counts, place by place, with the limits of chance.

    Parameters
    ----------
    frame
        What ``ex.statistics.funnel`` gives: ``iso3, observed, expected, ratio, ratio_low, ratio_high`` and the limits
        of the
        ratio ``ratio_low_95, ratio_high_95, ratio_low_998, ratio_high_998``; ``verdict`` if it is there.
    title, subtitle, note, source_line, alt, name, size, theme, lang
        As for every chart; texts not given come from the data.

    Places with too few cases to say have a hollow dot.

    Raises
    ------
    DataError
        For a missing column, an expected count that is not positive, or a number that is not finite.
    NotComparableError
        For several measures.

    Examples
    --------
    >>> import analysis as ex
    >>> servers = ex.preferred(ex.panel(surveys=["greenbone-2019-09"])).query("measure == 'servers_exposed'")
    >>> ex.chart.funnel(ex.statistics.funnel(servers.query("iso3 != 'WLD'"))).title
    'Servers reachable from the internet: of 13 places, 2 lie above and 2 below what chance explains'
    """
    look = Look(title, subtitle, note, source_line, alt, name, size, theme, lang)
    lang = look.lang
    frame = drawn_rows.checked(frame, ("iso3", "observed", "expected", "ratio", *LIMITS), "funnel")
    measure = drawn_rows.measure_of(frame, "funnel")
    rows = drawn_rows.with_interval(frame, "ratio").dropna(subset=["iso3", "expected", "drawn"])
    drawn_rows.one_figure_a_place(rows.assign(place=rows["iso3"]), "funnel")
    if not np.isfinite(rows[["expected", *LIMITS]].to_numpy(float)).all() or (rows["expected"] <= 0).any():
        raise DataError(
            "the chart 'funnel' needs expected counts above zero and finite limits", remedy="leave the other rows out"
        )
    rows = rows.assign(name=wording.places(rows, lang), side=_sides(rows)).sort_values(
        ["drawn", "iso3"], ascending=[False, True]
    )
    above, below = rows[rows["side"] == 1], rows[rows["side"] == -1]
    noun = wording.label(measure, lang) if measure else say("counts", lang)
    if rows.empty:
        title = say("nothing_title", lang, label=sentence(noun))
    elif len(above) + len(below):
        title = say("funnel_title", lang, label=sentence(noun), n=len(rows), above=len(above), below=len(below))
    else:
        title = say("funnel_none", lang, label=sentence(noun), n=len(rows))
    picture = _Points(rows, lang)
    notes = [say("funnel_note", lang, inner=percent(0.95, lang), outer=percent(0.998, lang, 1))] if len(rows) else []
    notes += [say("funnel_lines", lang)] if rows["drawn_low"].notna().any() else [say("interval_missing", lang)]
    notes += [say("log_scale", lang)] if len(rows) else []
    notes += [say("funnel_zero", lang)] if picture.log and rows["drawn"].le(0).any() else []
    few = rows["verdict"].eq(TOO_FEW) if "verdict" in rows else pd.Series(False, rows.index)
    notes += [say("too_few", lang)] if few.any() else []
    notes += footnotes.left_out(frame[~frame.index.isin(rows.index)], lang)
    story = Story(
        kind="funnel",
        name=wording.default_name("funnel", frame),
        title=title,
        subtitle=titles.subtitle([say("funnel_subtitle", lang), wording.when(frame, lang)]),
        notes=notes,
        source=sources_cited.source_line(frame, lang),
        alt=[_named(above, "funnel_above", lang), _named(below, "funnel_below", lang)],
        data=rows.rename(columns={"name": "place"}).drop(columns=["drawn", "drawn_low", "drawn_high", "side"]),
        about=sources_cited.about(frame, lang),
        told=titles.told(frame, lang),
    )
    return compose(story, picture, look, wanted=picture.wanted, least=lambda size: 190)


def _sides(rows: pd.DataFrame) -> np.ndarray:
    """1 above the outer limits, -1 below them, 0 between: as the statistic judged, which knows the printing too."""
    if "verdict" in rows:
        return rows["verdict"].map({"above": 1, "below": -1}).fillna(0).astype(int).to_numpy()
    return (rows["drawn"] > rows["ratio_high_998"]).astype(int).to_numpy() - (
        rows["drawn"] < rows["ratio_low_998"]
    ).astype(int).to_numpy()


def _named(rows: pd.DataFrame, key: str, lang: str) -> str:
    from ...language.prose import listed

    return say(key, lang, places=listed(rows["name"], lang, most=4)) if len(rows) else ""


class _Points:
    def __init__(self, rows: pd.DataFrame, lang: str) -> None:
        self.rows, self.lang = rows, lang
        ratios = rows["drawn"][rows["drawn"] > 0]
        self.log = bool(len(ratios) and rows["drawn"].max() / min(1.0, ratios.min()) > 12)

    def wanted(self, size: Size) -> float:
        return 33 * size.text

    def __call__(self, page: Page, box: Box) -> object:
        rows, theme, size = self.rows, page.theme, page.size.text
        if rows.empty:
            page.text(box.x, box.y + size, say("unpublished", self.lang), colour=theme.muted)
            return None
        expected, ratio = rows["expected"].to_numpy(float), rows["drawn"].to_numpy(float)
        first, last = expected.min() / 1.15, expected.max() * 1.15
        positive = ratio[ratio > 0]
        # The scale holds the points; the limits of small counts may run out of it.
        high = 1.25 * max(ratio.max(initial=1.0), min(3.0, rows["ratio_high_998"].max()), 1.6)
        low = 0.7 * min(positive.min(initial=1.0), 0.5) if self.log else 0.0
        drawn = plot(
            page,
            box,
            (first, last, True),
            (low, high, self.log),
            write_across=lambda tick: number(tick, self.lang),
            write_up=lambda tick: number(tick, self.lang),
            title_across=say("funnel_across", self.lang),
            title_up=say("funnel_up", self.lang),
        )
        lines = self._bands(page, drawn, (first, last), (low, high))
        spans = [
            [drawn(x, max(a, low)), drawn(x, min(b, high))]
            for x, a, b in zip(expected, rows["drawn_low"], rows["drawn_high"], strict=True)
            if b > a
        ]
        taken = self._levels(page, lines["ratio_high_998"], lines["ratio_high_95"], [a[0] for a, _ in spans])
        points = [drawn(x, y) for x, y in zip(expected, ratio, strict=True)]
        page.segments(spans, colour=theme.quiet, width=0.9, order=3)
        colours = [{1: theme.second, -1: theme.accent, 0: theme.quiet}[side] for side in rows["side"]]
        few = rows["verdict"].eq(TOO_FEW) if "verdict" in rows else [False] * len(rows)
        page.circles(
            points,
            [0.3 * size] * len(points),
            face=[theme.paper if one else colour for one, colour in zip(few, colours, strict=True)],
            edge=[colour if one else theme.paper for one, colour in zip(few, colours, strict=True)],
            width=[1.4 if one else 0.8 for one in few],
        )
        far = [
            n
            for n in np.argsort(-np.abs(np.log(np.maximum(ratio, low or 1e-3))), kind="stable")
            if rows["side"].iloc[n]
        ]
        names = [str(rows["name"].iloc[n]) for n in far]
        taken += [(x - 4, y - 4, x + 4, y + 4) for x, y in points]
        drawn.name_points([points[n] for n in far], names, taken, [(a[0] - 1, b[1], a[0] + 1, a[1]) for a, b in spans])
        return page.axes(drawn.box, xlim=(first, last), ylim=(drawn.up.first, drawn.up.last), xscale="log")

    def _bands(
        self, page: Page, drawn: Plot, across: tuple[float, float], up: tuple[float, float]
    ) -> dict[str, list[Any]]:
        """The two bands with their edges, and the line of what is expected; return the points of the edges."""
        theme, (low, high) = page.theme, up
        grid = np.geomspace(*across, STEPS)
        curves = {name: np.clip(curve, low, high) for name, curve in _curves(self.rows, grid).items()}
        lines: dict[str, list[Any]] = {
            name: [drawn(x, y) for x, y in zip(grid, curve, strict=True)] for name, curve in curves.items()
        }
        for below, above, face in (
            ("ratio_low_998", "ratio_high_998", theme.land),
            ("ratio_low_95", "ratio_high_95", theme.grid + "60"),
        ):
            page.shapes([[*lines[below], *reversed(lines[above]), lines[below][0]]], face=face, order=0.5)
        # Where a limit runs out of the scale its line ends.
        inside = {
            name: [point for point, y in zip(lines[name], curve, strict=True) if low < y < high]
            for name, curve in curves.items()
        }
        page.segments([line for line in inside.values() if len(line) > 1], colour=theme.outline, width=0.7, order=1)
        page.segments([[drawn(across[0], 1), drawn(across[1], 1)]], colour=theme.text, width=1.1, order=2)
        return lines

    def _levels(
        self, page: Page, outer: list[Any], inner: list[Any], lines: list[float]
    ) -> list[tuple[float, float, float, float]]:
        """Write the levels of the bands where these are widest and no line passes; return the boxes they take."""
        small, taken = page.size.note, []
        reach = text_width(percent(0.998, self.lang, 1), small) / 2 + 2
        gaps = [low[1] - high[1] for high, low in zip(outer, inner, strict=True)]
        at = max(
            range(STEPS // 12, STEPS),
            key=lambda n: (all(abs(x - outer[n][0]) > reach for x in lines), round(gaps[n], 1)),
        )
        for (x, y), level in ((outer[at], percent(0.998, self.lang, 1)), (inner[at], percent(0.95, self.lang))):
            half = text_width(level, small) / 2
            # Between the limits only where they leave room for a line of text.
            if gaps[at] > 1.5 * small or y == inner[at][1]:
                page.text(x, y + 1.25 * small, level, size=small, colour=page.theme.muted, align="center")
                taken.append((x - half, y, x + half, y + 1.5 * small))
        return taken


def _curves(rows: pd.DataFrame, grid: np.ndarray) -> dict[str, np.ndarray]:
    """The limits over the grid: those of chance alone computed for it, wider ones drawn through the places' own."""
    from ...statistics.small_numbers import funnel_limits

    method = str(rows["method"].iloc[0]) if "method" in rows else "exact"
    expected = rows["expected"].to_numpy(float)
    curves: dict[str, np.ndarray] = {}
    for level, name in ((0.95, "95"), (0.998, "998")):
        ends = dict(zip(("low", "high"), funnel_limits(expected, level, method), strict=True))
        if not all(np.allclose(rows[f"ratio_{end}_{name}"], limits) for end, limits in ends.items()):
            break
        curves[f"ratio_low_{name}"], curves[f"ratio_high_{name}"] = funnel_limits(grid, level, method)
    else:
        return curves
    from scipy.interpolate import PchipInterpolator

    at, first = np.unique(rows["expected"].to_numpy(float), return_index=True)
    if len(at) == 1:
        return {name: np.full(len(grid), rows[name].iloc[0]) for name in LIMITS}
    # Beyond the outermost counts a limit stays what it was there.
    inside = np.clip(np.log(grid), np.log(at[0]), np.log(at[-1]))
    return {name: PchipInterpolator(np.log(at), rows[name].to_numpy(float)[first])(inside) for name in LIMITS}
