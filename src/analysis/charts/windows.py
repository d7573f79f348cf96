"""Windows beside a map, and the mark of a place too small to be found on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .page import Box, Page
from .style import SEMIBOLD, text_width

if TYPE_CHECKING:
    from collections.abc import Sequence


def rows_of(aspects: Sequence[float], rows: int, room: Box, gap: float) -> list[Box]:
    """Boxes of these aspects in so many rows, all of one height, as large as the room allows, centred."""
    each = -(-len(aspects) // rows)
    lines = [aspects[n : n + each] for n in range(0, len(aspects), each)]
    height = min(
        (room.height - gap * (len(lines) - 1)) / len(lines),
        *((room.width - gap * (len(line) - 1)) / sum(line) for line in lines),
    )
    boxes, y = [], room.y + (room.height - height * len(lines) - gap * (len(lines) - 1)) / 2
    for line in lines:
        x = room.x + (room.width - height * sum(line) - gap * (len(line) - 1)) / 2
        for aspect in line:
            boxes.append(Box(x, y, height * aspect, height))
            x += height * aspect + gap
        y += height + gap
    return boxes


def below(box: Box, above: float) -> Box:
    """A smaller box of the same shape, so far below the top of a box."""
    width = box.width * (box.height - above) / box.height
    return Box(box.x + (box.width - width) / 2, box.y + above, width, box.height - above)


def within(at: Sequence[float], box: Box | None) -> bool:
    """Whether a point is inside a box; in no box everything is."""
    return box is None or (box.x <= at[0] <= box.right and box.y <= at[1] <= box.bottom)


def ring(page: Page, box: Box, at: tuple[float, float], name: str) -> None:
    """A ring around a place, and its name beside it, on the side that has more room."""
    size, (x, y) = page.size.text, at
    radius, wide = 0.55 * size, text_width(name, size, SEMIBOLD)
    rightwards = box.right - x > wide + 3 * size or box.right - x > x - box.x
    start = x + radius + 0.9 * size if rightwards else x - radius - 0.9 * size - wide
    page.circles([at], [radius], face="none", edge=page.theme.text, width=1.2, order=5)
    edge = (x + radius, x + radius + 0.7 * size) if rightwards else (x - radius, x - radius - 0.7 * size)
    page.segments([[(edge[0], y), (edge[1], y)]], colour=page.theme.text, width=1.2, order=5)
    ground = Box(start - 0.2 * size, y - 0.65 * size, wide + 0.4 * size, 1.3 * size)
    page.rectangles([ground], face=page.theme.paper, order=5)
    page.text(start, y + 0.36 * size, name, size=size, weight=SEMIBOLD)
