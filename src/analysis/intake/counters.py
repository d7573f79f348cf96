"""Counters of Chinese, Japanese and Korean: what may be counted with each, so that 14件 are cases and no machines."""

from __future__ import annotations

_PEOPLE = ("patient", "person", "staff", "individual")
_MACHINES = ("server", "host", "device", "thing", "service")
_PIECES = ("image", "file", "record", "study")
_BODIES = ("organisation", "institution", "hospital", "company", "university")
_CASES = ("breach", "incident", "notice", "case", "inquiry", "alert", "attack", "vulnerability", "number", "thing")

#: What a counter may count; one that is not told here counts anything.
_COUNTED: dict[str, tuple[str, ...]] = {
    **dict.fromkeys("台臺대", _MACHINES),
    **dict.fromkeys("件건起宗例", (*_CASES, *_PIECES, "service")),
    **dict.fromkeys("人名位명", _PEOPLE),
    **dict.fromkeys("枚張张장", _PIECES),
    **dict.fromkeys("社家所間곳校", _BODIES),
}


def fits(counted: str, unit: str) -> bool:
    """Whether what stands behind a number, its counter first, may be said of a unit."""
    units = _COUNTED.get(counted.lstrip()[:1])
    return units is None or unit in units
