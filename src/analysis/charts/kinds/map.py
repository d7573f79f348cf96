"""World maps: rates in classes of colour, counts as circles."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from ...errors import DataError, NotComparableError
from ...language.catalogue import say
from ...language.numbers import number, percent
from ...language.prose import listed
from .. import drawn_rows, footnotes, sources_cited, titles, wording
from ..classes import limits_of, own_limits
from ..composing import Look, Story, compose
from ..geography import NEEDS_DOT, WINDOWS, world
from ..geography import edges as edges_of
from ..page import ASCENT, LEADING, Box, Page, wrap
from ..style import Size, text_width
from ..windows import below, ring, rows_of, within

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pandas as pd

    from ..chart import Chart

MOST_INSETS = 4
#: The height of a row of insets, in widths of the drawing; on a narrow page two stand in a row.
INSET, NARROW_INSET = 0.24, 0.34
#: A place smaller than this, in sizes of the text, is not found by looking for it.
SEEN = 1.4
#: More shades than these cannot be told apart; with more than those there is no palette.
MOST_CLASSES, MOST_INSISTED = 7, 12


def map(  # noqa: A001 - the name of the public function
    frame: pd.DataFrame,
    value: str | None = None,
    *,
    symbols: bool = False,
    classes: int | Sequence[float] = 5,
    scheme: str | None = None,
    insets: Sequence[str] = (),
    insist: bool = False,
    per: str | None = None,
    scale: float | None = None,
    limits: str | None = None,
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
    """A world map of one measure; places without a figure are hatched and counted in the key.

    Parameters
    ----------
    frame
        Rows of ``ex.panel()`` or ``ex.rates()``, one per country. Rows for the world or for
        places that are not a country are left out of the map.
    value
        The column shown. Default: ``rate`` if there is one, else ``value``.
    symbols
        Circles whose area is proportional to the value: for counts.
    classes
        The number of colour classes, at most 7, whose limits are round numbers; or limits of your own, the same for
        several maps: ``[0.1, 1, 10]`` makes four classes with open ends.
    insets
        Regions drawn once more and larger below the world, four at most: ``europe``, ``middle_east``, ``east_asia``,
        ``southeast_asia``, ``central_america``, ``west_africa``.
    insist
        Draw counts in colours, or up to 12 classes, all the same. The note says what is wrong with that.
    scheme
        A scheme of mapclassify (``FisherJenks``, ``Quantiles``, …) instead of round limits.
    per, scale, limits
        Per what the rates are (``population``), per how many of it, and what their limits are limits of (``rounding``,
        ``chance``, ``both``), where the columns ``rate_per``, ``rate_scale`` and ``limits`` do not say it.
    title, subtitle, note, source_line, alt, name, size, theme, lang
        As for every chart; texts not given come from the data.

    Raises
    ------
    NotComparableError
        For counts in colours: they show where many people live. Take ``symbols=True`` or a rate.
        Also for several measures, or surveys of different methods.
    DataError
        For two figures of one place, a missing column, a number that is not finite, a negative
        number as a circle, more than seven classes, an inset that does not exist.

    Examples
    --------
    >>> import analysis as ex
    >>> servers = ex.preferred(ex.panel(surveys=["greenbone-2019-09"])).query("measure == 'servers_exposed'")
    >>> ex.chart.map(ex.rates(servers.query("iso3 != 'WLD'"))).title
    'United States: highest published rate, though 4 others may equal it'
    """
    look = Look(title, subtitle, note, source_line, alt, name, size, theme, lang)
    lang = look.lang
    frame = drawn_rows.checked(frame, ("iso3", "measure"), "map")
    measure = drawn_rows.one_measure(frame, "map")
    column = drawn_rows.column_drawn(frame, value)
    frame = drawn_rows.answered(frame, column, per, scale, limits)
    in_colours = column == "value" and wording.kind_of(measure) != "share" and not symbols
    if in_colours and not insist:
        raise _counts_in_colours(measure)
    _check_classes(classes, scheme, insist)
    insets = _insets_checked(insets)
    given = frame
    frame = drawn_rows.with_interval(frame[frame["iso3"].notna() & (frame["iso3"] != "WLD")], column)
    drawn_rows.refuse_world_only(given, frame, column, "map")
    notes = footnotes.require_one_method(frame, lang)
    rows = _with_figure(frame, symbols, lang)
    without, _ = drawn_rows.without_figure(rows)
    edges = [] if symbols else _limits(rows["drawn"], classes, scheme)
    shown = (rows, measure, column, without, lang, insets)
    drawing = _Circles(*shown) if symbols else _Colours(*shown, edges)
    notes += _insisted(in_colours, len(edges) - 1, lang)
    notes += [footnotes.interval_note(rows, column, lang, on_map=True)] if len(rows) else []
    notes += [*footnotes.no_denominator(frame, column, lang), *([drawing.note] if drawing.note else [])]
    notes += [*_not_on_map(rows, lang), say("boundaries_short", lang)]
    unit = wording.unit(frame, column, lang)
    story = Story(
        kind="map",
        name=wording.default_name("map", frame, "" if column == "value" else column),
        title=titles.highest(rows, measure, column, unit, lang),
        subtitle=titles.subtitle([wording.label(measure, lang), unit, wording.when(frame, lang)]),
        notes=notes,
        source=sources_cited.source_line(rows, lang),
        alt=[titles.leaders(rows, measure, column, lang), say("no_figure_alt", lang, n=without)],
        data=drawn_rows.data(rows, column),
        about=sources_cited.about(rows, lang) | {"disclaimer": say("boundaries_full", lang), "without_figure": without},
    )
    return compose(story, drawing, look, wanted=drawing.wanted, least=lambda size: 0.27 * size.width)


def _counts_in_colours(measure: str) -> NotComparableError:
    return NotComparableError(
        f"counts ({measure}) in colours would show where many people live, not where the problem is",
        remedy="draw circles with symbols=True, or a rate: ex.chart.map(ex.rates(frame)); "
        "insist=True draws them with a note",
    )


def _with_figure(frame: pd.DataFrame, symbols: bool, lang: str) -> pd.DataFrame:
    """The rows with a figure and the name of their place, the highest first."""
    rows = frame[frame["drawn"].notna()]
    drawn_rows.one_figure_a_place(rows, "map")
    rows = rows.assign(name=wording.places(rows, lang)).sort_values(["drawn", "iso3"], ascending=[False, True])
    if symbols and (rows["drawn"] < 0).any():
        raise DataError("a negative number has no circle", remedy="check the values, or draw a ranking")
    return rows


def _insisted(counts_in_colours: bool, classes: int, lang: str) -> list[str]:
    """The notes on what was drawn only because it was insisted on."""
    notes = [say("insist_counts", lang)] if counts_in_colours else []
    return [*notes, say("insist_classes", lang, n=classes)] if classes > MOST_CLASSES else notes


def _check_classes(classes: int | Sequence[float], scheme: str | None, insist: bool) -> None:
    if scheme is not None and not isinstance(classes, int):
        raise DataError("limits of your own need no scheme", remedy="pass classes=[…] or scheme=, not both")
    wished = classes if isinstance(classes, int) else len(classes) + (len(classes) > 0 and classes[0] > 0)
    if not 1 <= wished <= (MOST_INSISTED if insist else MOST_CLASSES):
        raise DataError(
            f"{wished} classes cannot be told apart on a map",
            remedy=f"take 1 to {MOST_CLASSES}, or up to {MOST_INSISTED} with insist=True and a note",
        )


def _insets_checked(insets: str | Sequence[str]) -> list[str]:
    """The insets asked for, each once."""
    insets = [insets] if isinstance(insets, str) else list(dict.fromkeys(insets))
    for inset in insets:
        if inset not in WINDOWS:
            raise DataError(f"there is no inset {inset!r}", remedy=f"choose from {', '.join(WINDOWS)}")
    if len(insets) > MOST_INSETS:
        raise DataError(f"{len(insets)} insets are too small to be read", remedy=f"take {MOST_INSETS} at most")
    return insets


def _not_on_map(rows: pd.DataFrame, lang: str) -> list[str]:
    """The note on places that the map has no shape of."""
    unplaced = rows.loc[~rows["iso3"].isin(world().codes), "name"]
    return [say("not_on_map", lang, places=listed(unplaced, lang, most=6))] if len(unplaced) else []


class _Map:
    """What both kinds of map share: land, its hatch, insets, and the key of what is missing."""

    view: Callable[..., None]
    key: Callable[[Page, Box], None]
    scale_width: Callable[[Size], float]

    def __init__(
        self, rows: pd.DataFrame, measure: str, column: str, without: int, lang: str, insets: Sequence[str]
    ) -> None:
        self.rows, self.measure, self.column, self.without, self.lang, self.insets = (
            rows,
            measure,
            column,
            without,
            lang,
            insets,
        )

    def __call__(self, page: Page, box: Box) -> None:
        picture, key = self.prepare(page, box)
        picture, windows = self._divided(picture, page.size)
        shapes = world()
        to_pixels = shapes.fitted(picture)
        paths = shapes.paths(to_pixels)
        self.view(page, paths, to_pixels, None)
        for name, window in zip(self.insets, windows, strict=True):
            self._inset(page, name, window, to_pixels)
        self.name_first(page, picture, paths, to_pixels)
        self.key(page, key)

    def name_first(self, page: Page, box: Box, paths: dict[str, list[Any]], to_pixels: Callable[[Any], Any]) -> None:
        """Nothing where the mark of the first place is as large as its figure."""

    def wanted(self, size: Size) -> float:
        width = size.width - 2 * size.margin
        rows, each = self._inset_rows(size)
        return width * (world().aspect + rows * (each + 0.02)) + self.key_height(size, width)

    def _inset_rows(self, size: Size) -> tuple[int, float]:
        """In how many rows the insets stand below the world, and the height of each in widths of the drawing."""
        return (-(-len(self.insets) // 2), NARROW_INSET) if size.narrow else (min(1, len(self.insets)), INSET)

    def prepare(self, page: Page, box: Box) -> tuple[Box, Box]:
        """The box of the map and, below it, that of the key."""
        key = self.key_height(page.size, box.width)
        return Box(box.x, box.y, box.width, box.height - key), Box(box.x, box.bottom - key, box.width, key)

    def key_height(self, size: Size, width: float) -> float:
        """The height of the key: two lines where one does not hold it, more where its words do not fit in one."""
        beside = self.scale_width(size) + self.missing_width(size) <= width
        lines = 1 if beside else len(self._missing_lines(size, width))
        return (3.3 if beside else 5.3) * size.text + LEADING * size.note * max(0, lines - 1)

    def _divided(self, box: Box, size: Size) -> tuple[Box, list[Box]]:
        """The box of the world and those of the insets: below it, or on a wide canvas beside it."""
        if not self.insets:
            return box, []
        aspects = [(high[0] - low[0]) / (high[1] - low[1]) for low, high in (edges_of(name) for name in self.insets)]
        gap = 0.02 * box.width
        if box.width > 2.3 * box.height:
            width = min(box.height / world().aspect, 0.6 * box.width)
            left = Box(box.x, box.y, width, box.height)
            room = Box(left.right + gap, box.y, box.right - left.right - gap, box.height)
            return left, max(
                (rows_of(aspects, rows, room, gap) for rows in range(1, len(aspects) + 1)),
                key=lambda found: found[0].height,
            )
        rows, each = self._inset_rows(size)
        height = rows * each * box.width + (rows - 1) * gap
        height = height if size.narrow else min(height, 0.36 * box.height)
        below = rows_of(aspects, rows, Box(box.x, box.bottom - height, box.width, height), gap)
        return Box(box.x, box.y, box.width, box.height - height - gap), below

    def _inset(self, page: Page, name: str, box: Box, of_world: Callable[[Any], Any]) -> None:
        """A window of the world in its frame with its name, and the frame's place on the world."""
        shapes, theme, small = world(), page.theme, page.size.note
        # Above the window, where it hides no place.
        lines = wrap(say(f"inset_{name}", self.lang), box.width, small)
        window = below(box, LEADING * small * len(lines))
        page.paragraph(window.x, box.y - 0.2 * small, lines, size=small)
        to_pixels = shapes.fitted(window, name)
        self.view(page, shapes.paths(to_pixels, inside=window), to_pixels, window)
        (left, bottom), (right, top) = (of_world(corner) for corner in edges_of(name))
        page.rectangles(
            [window, Box(left, top, right - left, bottom - top)], face="none", edge=theme.muted, width=0.9, order=5
        )

    def land(self, page: Page, paths: Sequence[Any], inside: Box | None) -> None:
        from matplotlib.path import Path

        if paths:
            joined = Path.make_compound_path(*paths)
            page.shapes(
                [joined],
                face=page.theme.land,
                edge=page.theme.outline,
                width=0.4,
                hatch="//////",
                order=1,
                inside=inside,
            )

    def missing_key(self, page: Page, x: float, y: float) -> None:
        """A hatched square and how many places it stands for."""
        if not self.without:
            return
        size = page.size.text
        page.rectangles(
            [Box(x, y, 1.9 * size, size)], face=page.theme.land, edge=page.theme.outline, width=0.6, hatch="//////"
        )
        lines = self._missing_lines(page.size, page.size.width - page.size.margin - x)
        page.paragraph(x + 2.4 * size, y + 0.86 * size - ASCENT * page.size.note, lines, size=page.size.note)

    def _missing_lines(self, size: Size, width: float) -> list[str]:
        text = say("no_figure_key", self.lang, n=self.without)
        return wrap(text, width - 2.4 * size.text, size.note) if self.without else []

    def missing_width(self, size: Size) -> float:
        text = say("no_figure_key", self.lang, n=self.without) if self.without else ""
        return 2.4 * size.text + text_width(text, size.note)


class _Colours(_Map):
    def __init__(
        self, rows: pd.DataFrame, measure: str, column: str, without: int, lang: str, insets: Sequence[str], limits: Any
    ) -> None:
        super().__init__(rows, measure, column, without, lang, insets)
        self.limits = limits
        codes = world()
        small = set(codes.iso3[codes.area < NEEDS_DOT].tolist())
        self.note = say("small_territories", lang) if rows["iso3"].isin(small).any() else ""

    def view(self, page: Page, paths: dict[str, Any], to_pixels: Callable[[Any], Any], inside: Box | None) -> None:
        """The world, or what of it is inside a box."""
        shapes = world()
        numbers = np.searchsorted(self.limits[1:-1], self.rows["drawn"].to_numpy(), side="right")
        colours = self._shades(page)
        colour = dict(zip(self.rows["iso3"], (colours[n] for n in numbers), strict=True))
        self.land(page, [path for code, parts in paths.items() if code not in colour for path in parts], inside)
        drawn = [(path, colour[code]) for code, parts in paths.items() if code in colour for path in parts]
        page.shapes(
            [path for path, _ in drawn],
            face=[face for _, face in drawn],
            edge=page.theme.outline,
            width=0.5,
            inside=inside,
        )
        dots = [
            (at, colour[code])
            for code, at, area in zip(shapes.iso3.tolist(), to_pixels(shapes.anchor), shapes.area, strict=True)
            if area < NEEDS_DOT and code in colour and within(at, inside)
        ]
        radius = max(2.6, 0.2 * page.size.text)
        page.circles(
            [at for at, _ in dots],
            [radius] * len(dots),
            face=[face for _, face in dots],
            edge=page.theme.text,
            width=0.7,
            inside=inside,
        )

    def name_first(self, page: Page, box: Box, paths: dict[str, list[Any]], to_pixels: Callable[[Any], Any]) -> None:
        """The place that the title names, ringed and named where it is too small to be found."""
        shapes, codes = world(), world().iso3.tolist()
        first = self.rows.loc[self.rows["drawn"].idxmax()] if self.rows["drawn"].notna().any() else None
        if first is None or first["iso3"] not in codes:
            return
        extents = [path.get_extents() for path in paths.get(first["iso3"], [])]
        if max((max(extent.width, extent.height) for extent in extents), default=0.0) > SEEN * page.size.text:
            return
        x, y = to_pixels(shapes.anchor)[codes.index(first["iso3"])]
        ring(page, box, (float(x), float(y)), str(first["name"]))

    def _shades(self, page: Page) -> list[str]:
        return page.theme.classes(max(1, len(self.limits) - 1))

    def key(self, page: Page, box: Box) -> None:
        size, theme = page.size.text, page.theme
        y, x = box.y + 0.7 * size, box.x
        if self.limits:
            labels = [_limit(limit, self.limits, self.measure, self.column, self.lang) for limit in self.limits]
            if self.limits[0] == self.limits[-1]:
                labels, edges = labels[:1], 1
            else:
                edges = len(self.limits) - 1
            widest = max(text_width(text, page.size.note) for text in labels)
            width = min(max(3.4 * size, 1.25 * widest), (box.width - widest) / edges)
            # Where limits stand closer than their numbers are wide, every other one is written.
            labels = [text if n % 2 == edges % 2 or 1.15 * widest < width else "" for n, text in enumerate(labels)]
            steps = [
                Box(x + width * n + 0.5 * text_width(labels[0], page.size.note), y, width, size) for n in range(edges)
            ]
            page.rectangles(steps, face=self._shades(page)[:edges], edge=theme.outline, width=0.6)
            for n, text in enumerate(labels):
                at = steps[0].x + width * n if edges > 1 or len(labels) > 1 else steps[0].x + width / 2
                page.text(at, y + 2.15 * size, text, size=page.size.note, align="center")
            x = steps[-1].right + 2.5 * size
        if x + self.missing_width(page.size) > box.right:
            x, y = box.x, y + 2.4 * size
        self.missing_key(page, x, y)

    def scale_width(self, size: Size) -> float:
        """What the key of the classes takes, with the gap after it."""
        labels = [_limit(limit, self.limits, self.measure, self.column, self.lang) for limit in self.limits]
        return len(labels) * max([3.4 * size.text, *(1.25 * text_width(text, size.note) for text in labels)])


def _limits(values: pd.Series, classes: int | Sequence[float], scheme: str | None) -> list[float]:
    return limits_of(values, classes, scheme) if isinstance(classes, int) else own_limits(values, classes)


def _limit(limit: float, limits: Sequence[float], measure: str, column: str, lang: str) -> str:
    if math.isinf(limit):
        # An open end has no number.
        return ""
    if column == "value" and wording.kind_of(measure) == "share":
        fine = any(math.isfinite(other) and abs(100 * other - round(100 * other)) > 1e-9 for other in limits)
        return percent(limit, lang, decimals=1 if fine else 0)
    return number(limit, lang)


class _Circles(_Map):
    def __init__(
        self, rows: pd.DataFrame, measure: str, column: str, without: int, lang: str, insets: Sequence[str]
    ) -> None:
        super().__init__(rows, measure, column, without, lang, insets)
        self.note = say("symbols_note", lang)
        self.largest = float(rows["drawn"].max()) if len(rows) else 0.0

    def _radius(self, size: Size, value: float) -> float:
        """In pixels, alike on the world and in its insets: one key is true of all."""
        reach = 0.045 * (size.width - 2 * size.margin)
        return max(1.5, reach * math.sqrt(value / self.largest)) if self.largest else 1.5

    def view(self, page: Page, paths: dict[str, Any], to_pixels: Callable[[Any], Any], inside: Box | None) -> None:
        """The world, or what of it is inside a box."""
        shapes, theme = world(), page.theme
        with_figure = set(self.rows["iso3"])
        self.land(page, [path for code, parts in paths.items() if code not in with_figure for path in parts], inside)
        page.shapes(
            [path for code, parts in paths.items() if code in with_figure for path in parts],
            face=theme.grid,
            edge=theme.outline,
            width=0.5,
            inside=inside,
        )
        anchors = dict(zip(shapes.iso3.tolist(), to_pixels(shapes.anchor).tolist(), strict=True))
        marks = [
            (anchors[code], self._radius(page.size, drawn))
            for code, drawn in zip(self.rows["iso3"], self.rows["drawn"], strict=True)
            if code in anchors and within(anchors[code], inside)
        ]
        page.circles(
            [at for at, _ in marks],
            [r for _, r in marks],
            face=theme.accent + "b3",
            edge=theme.paper,
            width=0.8,
            inside=inside,
        )

    def _marks(self, size: Size) -> list[tuple[float, str, float]]:
        """The circles of the key: radius, number, and the width that both take. They are as large as on the map."""
        if not self.largest:
            return []
        # The largest round number whose circle has room here, and a tenth of it.
        rounds = [
            step * 10.0**power for power in range(math.floor(math.log10(self.largest)), -300, -1) for step in (5, 2, 1)
        ]
        first = next(
            value for value in rounds if value <= self.largest and self._radius(size, value) <= 1.5 * size.text
        )
        marks = []
        for value in (first, first / 10):
            if value >= 1 or self.column != "value":
                r, text = self._radius(size, value), wording.shown(value, self.measure, self.column, self.lang)
                marks.append((r, text, 2 * r + 2.4 * size.text + text_width(text, size.note)))
        return marks

    def scale_width(self, size: Size) -> float:
        """What the circles of the key take, with the gap after them."""
        return sum(width for _, _, width in self._marks(size))

    def key(self, page: Page, box: Box) -> None:
        """Two circles with their numbers, and the hatch."""
        size, x, y = page.size.text, box.x, box.y + 0.7 * page.size.text
        for r, text, width in self._marks(page.size):
            page.circles(
                [(x + r, y + 0.5 * size)], [r], face=page.theme.accent + "b3", edge=page.theme.paper, width=0.8
            )
            page.text(x + 2 * r + 0.5 * size, y + 0.86 * size, text, size=page.size.note)
            x += width
        if x + self.missing_width(page.size) > box.right:
            x, y = box.x, y + 2.4 * size
        self.missing_key(page, x, y)
