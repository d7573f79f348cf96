"""Where the texts of a chart are clipped, or cover one another."""

import itertools


def outside(chart) -> list[str]:
    """Texts that are not whole inside the canvas."""
    width, height = chart.figure.bbox.width, chart.figure.bbox.height
    return [
        text
        for text, left, top, right, bottom in chart.layout()
        if left < 0 or top < 0 or right > width or bottom > height
    ]


def overlapping(boxes):
    """Pairs of texts whose boxes meet by more than the room that a line of text has above and below."""
    for (one, l1, t1, r1, b1), (other, l2, t2, r2, b2) in itertools.combinations(boxes, 2):
        slack = 0.18 * min(b1 - t1, b2 - t2)
        if min(r1, r2) - max(l1, l2) > 0.5 and min(b1, b2) - max(t1, t2) > 2 * slack:
            yield one, other
