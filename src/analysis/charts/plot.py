"""Two scales at right angles with their ticks, and names beside points where there is room."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .page import Box, Page
from .scales import Scale
from .style import text_width

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

#: Left, top, right, bottom.
Edges = tuple[float, float, float, float]


@dataclass(frozen=True)
class Plot:
    """A box of a page with a scale across and one upwards; ``plot(x, y)`` gives pixels."""

    page: Page
    box: Box
    across: Scale
    up: Scale

    def __call__(self, x: float, y: float) -> tuple[float, float]:
        """The pixels at which two numbers stand."""
        return self.across(x), self.up(y)

    def name_points(
        self,
        points: Sequence[tuple[float, float]],
        names: Sequence[str],
        taken: Sequence[Edges],
        lines: Sequence[Edges],
    ) -> None:
        """Write names beside points, the first ones first, where there is room.

        ``points`` are in pixels; ``taken`` are boxes (left, top, right, bottom) that no name may cover, ``lines`` those
        that one covers only if it finds no other place.
        """
        small, taken = self.page.size.note, list(taken)
        for (x, y), name in zip(points, names, strict=True):
            width, off = text_width(name, small), 0.62 * small
            places = [
                (x + off, y + 0.36 * small, "left"),
                (x - off, y + 0.36 * small, "right"),
                (x, y - off, "center"),
                (x, y + off + 0.8 * small, "center"),
                (x + 0.4 * off, y - 0.7 * off, "left"),
                (x - 0.4 * off, y - 0.7 * off, "right"),
                (x + 0.4 * off, y + 1.9 * off, "left"),
                (x - 0.4 * off, y + 1.9 * off, "right"),
            ]
            rooms: list[tuple[int, int, float, float, str, Edges]] = []
            for at, base, align in places:
                left = at - width * {"left": 0, "right": 1, "center": 0.5}[align]
                room = (left - 1, base - 0.85 * small, left + width + 1, base + 0.2 * small)
                inside = (
                    room[0] >= self.box.x
                    and room[2] <= self.box.right
                    and room[1] >= self.box.y
                    and room[3] <= self.box.bottom
                )
                if inside and not any(meet(room, other) for other in taken):
                    rooms.append((sum(meet(room, line) for line in lines), len(rooms), at, base, align, room))
            if rooms:
                _, _, at, base, align, room = min(rooms)
                self.page.text(at, base, name, size=small, align=align)
                taken.append(room)


def meet(one: Edges, other: Edges) -> bool:
    """Whether two boxes (left, top, right, bottom) overlap."""
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def plot(
    page: Page,
    box: Box,
    across: tuple[float, float, bool],
    up: tuple[float, float, bool],
    *,
    write_across: Callable[[float], str],
    write_up: Callable[[float], str],
    title_across: str,
    title_up: str,
) -> Plot:
    """Scales with grid and ticks in a box; each is told as (first, last, logarithmic).

    The title of the upward scale stands above it, that of the other one below it at its right end.
    """
    size, small, theme = page.size.text, page.size.note, page.theme
    top = box.y + (1.9 * size if title_up else 0.6 * small)
    bottom = box.bottom - 1.5 * small - (1.5 * small if title_across else 0)
    height = Scale(up[0], up[1], bottom, top, up[2])
    rows = [(tick, write_up(tick)) for tick, _ in height.ticks(lambda tick: "", 2.2 * small, most=7)]
    left = box.x + max((text_width(text, small) for _, text in rows), default=0) + 0.8 * small
    width = Scale(across[0], across[1], left, box.right - 0.6 * small, across[2])
    columns = width.ticks(write_across, small)
    # The label of a tick at the end of the scale has half of its width beyond it.
    beyond = max((width(tick) + text_width(text, small) / 2 for tick, text in columns), default=0) - box.right
    if beyond > 0:
        width = Scale(across[0], across[1], left, width.end - beyond, across[2])
    area = Box(left, top, width.end - left + (0.6 * small if beyond <= 0 else 0), bottom - top)
    page.segments(
        [[(left, height(tick)), (area.right, height(tick))] for tick, _ in rows], colour=theme.grid, width=0.8, order=1
    )
    page.segments(
        [[(width(tick), bottom), (width(tick), bottom + 0.3 * small)] for tick, _ in columns],
        colour=theme.outline,
        width=0.8,
        order=1,
    )
    page.segments([[(left, bottom), (area.right, bottom)]], colour=theme.outline, width=0.8, order=1)
    for tick, text in rows:
        page.text(left - 0.8 * small, height(tick) + 0.36 * small, text, size=small, colour=theme.muted, align="right")
    for tick, text in columns:
        half = text_width(text, small) / 2
        page.text(
            min(max(width(tick), box.x + half), box.right - half),
            bottom + 1.4 * small,
            text,
            size=small,
            colour=theme.muted,
            align="center",
        )
    if title_up:
        page.text(box.x, box.y + small, title_up, size=small, colour=theme.muted)
    if title_across:
        page.text(box.right, bottom + 2.9 * small, title_across, size=small, colour=theme.muted, align="right")
    return Plot(page, area, width, height)
