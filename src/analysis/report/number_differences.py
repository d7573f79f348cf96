"""Two files of a report that are not the same: whether a number is another one, or only in its last digits."""

from __future__ import annotations

import re
from pathlib import Path

from ..charts.drawings_kept import ENDING

#: What two numbers may differ by, relatively, and be the same but for the noise of a machine: tables have ten digits.
NOISE = 1e-8
LAST_DIGITS, NUMBER, OTHER = "last digits", "another number", "differs"

_NUMBER = re.compile(rb"(?<![\w.])-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?!\w)")
#: Pictures inside of pages and notebooks: they follow from the numbers beside them.
_PICTURE = re.compile(rb'data:image/[a-z+]+;base64,[A-Za-z0-9+/=]+|"image/png": "[^"]*"')
#: Files in which no number can be read; those beside them, of the same name but for what a chart's archive adds, show
#: the same.
_UNREADABLE = (".png", ".pdf", ".xlsx", ".parquet", ".zip")


def difference(before: Path, after: Path) -> tuple[str, float, str]:
    """How two files differ.

    Returns
    -------
    status, largest, told
        ``last digits``, ``another number``, or ``differs`` where the words differ too or nothing can be read; the
        largest relative difference of two numbers; the two numbers that differ most.
    """
    if before.suffix in _UNREADABLE:
        readable = [tuple(_beside(path, end) for path in (before, after)) for end in (".svg", ".csv")]
        found = [difference(*pair) for pair in readable if pair[0].is_file() and pair[1].is_file()]
        # A picture of numbers that differ in last digits alone; of the same numbers it would be the same.
        if found and {status for status, *_ in found} == {LAST_DIGITS}:
            return max(found, key=lambda one: one[1])
        return OTHER, float("nan"), "its bytes"
    return _of_texts(*(_PICTURE.sub(b"", path.read_bytes()) for path in (before, after)))


def _beside(path: Path, end: str) -> Path:
    """The file with this ending that shows the same."""
    return path.with_name(path.name.removesuffix(ENDING) if path.name.endswith(ENDING) else path.stem).with_suffix(end)


def _of_texts(before: bytes, after: bytes) -> tuple[str, float, str]:
    if _NUMBER.sub(b"0", before) != _NUMBER.sub(b"0", after):
        return OTHER, float("nan"), "its words"
    largest, told, same = 0.0, "", True
    for old, new in zip(_NUMBER.findall(before), _NUMBER.findall(after), strict=True):
        if old != new:
            one, other = float(old), float(new)
            relative = abs(one - other) / max(abs(one), abs(other)) if one != other else 0.0
            same = same and (relative <= NOISE or _last_place(old, new))
            if relative >= largest:
                largest, told = relative, f"{old.decode()} there, {new.decode()} here"
    return (LAST_DIGITS if same else NUMBER), largest, told


def _last_place(old: bytes, new: bytes) -> bool:
    """Whether two numbers, as a drawing has them, differ by no more than two in their sixth or a later decimal."""
    places = [len(text.partition(b".")[2]) for text in (old, new)]
    return (
        b"e" not in (old + new).lower()
        and max(places) >= 6
        and abs(float(old) - float(new)) <= 2.1 * 10.0 ** -max(places)
    )
