"""A number of an account against a published one: the same, a rounding of it, a copying error, or a different number.

Verdict and wording come from one comparison, so that a sentence can say nothing that the verdict does not.
"""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

from .fields import text
from .outcome import CONTRADICTED, ROUNDED, SUPPORTED
from .rounding_interval import meet

#: A bound that the number exceeds so many times says next to nothing about it, and the sentence says so.
FAR = 2
#: A rounding that drops digits without saying so is still one while it moves the number by no more than this share.
COARSE = 0.05
_ABOVE, _BELOW = ("more than", "at least"), ("less than", "up to")
_BOUNDS = (*_ABOVE, *_BELOW)
#: Powers of ten that scale words and signs stand for: a comma too many, thousand, million, billion.
_SCALES = (1, 2, 3, 6, 9)
_THOUSANDS = (3, 6, 9)
#: So far a number may be from the published one times such a power and still be a rounding of it.
_SCALED = 0.1


def agreement(row: Any, primary: Any) -> str:
    """Whether an account's figure is the published one: equal or a true bound, a rounding of it, or neither.

    A bound is true of a number on its right side, however far; only "more than 400 thousand" does not tell of 400
    million. Of two roundings with no digit in common "50" is taken for one of 52, and
    "110" of 111: digits were dropped, and the number moved by no more than a twentieth.

    Parameters
    ----------
    row, primary
        Figures with ``value``, ``low``, ``high`` and ``qualifier``.

    Returns
    -------
    str
        ``supported``, ``within rounding`` or ``contradicted``.
    """
    return comparison(row, primary)[0]


def comparison(row: Any, primary: Any) -> tuple[str, str]:
    """The verdict of `agreement`, and how the number departs from the published one.

    Returns
    -------
    tuple of str
        The verdict and one of ``same``, ``bare`` (the published qualifier is gone), ``worded`` (another stands in its
        place), ``added`` (the published number given as a bound), ``bound`` (a true bound), ``loose`` (one that the
        number exceeds by more than the bound's last digit), ``coarser``, ``finer`` or ``alike`` (roundings), ``side``
        (a rounding called "nearly" of a number above it); ``far`` (a true bound that says next to nothing), ``scale``
        (a factor of ten or a thousand), ``digit`` (one digit miscopied), ``cut`` (digits cut off instead of rounded),
        ``against`` (a bound on the wrong side) or ``other``.
    """
    qualifier, own = text(row.qualifier), text(primary.qualifier)
    exact = primary.low == primary.high
    if row.value == primary.value and not _opposed(qualifier, own, exact):
        if qualifier in _BOUNDS and own not in (*_BOUNDS, "nearly"):
            # "At least 52" is true of 52; "more than 13.7 million" says more than 13.7 million does.
            return SUPPORTED if exact else ROUNDED, "added"
        if own and qualifier != own and not _one_side(qualifier, own):
            return SUPPORTED, "worded" if qualifier else "bare"
        return SUPPORTED, "same"
    if true_bound(row, primary):
        near = max(row.value, primary.value) < FAR * min(row.value, primary.value)
        if near and qualifier in _ABOVE and one_digit_off(row.value, primary.value):
            # Nobody bounds a number by one that is as long: "more than 389" is 399 with a digit changed.
            return CONTRADICTED, "digit"
        if any(math.isclose(row.value * 10.0**power, primary.value) for power in _THOUSANDS):
            # "More than 400 thousand" does not tell of 400 million, though that is more.
            return CONTRADICTED, "scale"
        return SUPPORTED, "far" if not near else "bound" if within_unit(row.value, primary.value) else "loose"
    if meet(row, primary) or row.value == primary.value:
        widths = row.high - row.low, primary.high - primary.low
        # 43 does not round 43.5, though what is printed as 43.5 may round to 43.
        rounds = row.low <= primary.value < row.high
        if not rounds and not qualifier and digits(primary.value).startswith(digits(row.value)):
            return ROUNDED, "cut"
        return ROUNDED, "finer" if widths[0] < widths[1] else "coarser" if widths[0] > widths[1] and rounds else "alike"
    if (qualifier not in _BOUNDS or _one_side(qualifier, own)) and _rounds_to(primary.value, row.value):
        return ROUNDED, "side" if qualifier == "nearly" and primary.value > row.value else "coarser"
    return CONTRADICTED, _slip(row, primary, qualifier)


def true_bound(row: Any, primary: Any) -> bool:
    """Whether a figure with "more than" or "up to" bounds the published one on the right side."""
    match text(row.qualifier):
        case "more than" | "at least":
            return bool(primary.low >= row.value and primary.high > row.value)
        case "less than" | "up to":
            return bool(primary.high <= row.value and primary.low < row.value)
    return False


def sharper(one: Any, other: Any) -> bool:
    """Whether a figure says what another says, within a narrower interval."""
    return bool(other.low <= one.low and one.high <= other.high and one.high - one.low < other.high - other.low)


def one_digit_off(value: float, published: float) -> bool:
    """Whether a number of three digits or more differs in one digit from the published one, cut to the same length."""
    said, there = digits(value), digits(published)
    if len(said) < 3 or math.floor(math.log10(value)) != math.floor(math.log10(published)):
        return False
    there = there.ljust(len(said), "0")[: len(said)]
    return sum(a != b for a, b in zip(said, there, strict=True)) == 1


def first_digit_lost(row: Any, primary: Any) -> bool:
    """Whether a number is the published one without its first digit: "more than 8 million" of 18.2 million."""
    first = 10.0 ** math.floor(math.log10(primary.value)) * int(digits(primary.value)[0])
    rest = primary.value - first
    return rest > 0 and (math.isclose(row.value, rest) or _rounds_to(rest, row.value))


def within_unit(bound: float, value: float) -> bool:
    """Whether a value lies within one unit of the last digit of a bound.

    Who writes "more than 100,300" has not 102,893 in mind; "more than 100,000" may.
    """
    if bound <= 0:
        return True
    return abs(value - bound) <= last_unit(bound) * (1 + 1e-9)


def last_unit(value: float) -> float:
    """One unit of the last significant digit of a number that is above zero."""
    return float(10.0 ** (math.floor(math.log10(value)) - len(digits(value)) + 1))


def digits(value: float) -> str:
    """The significant digits of a number, without zeros at its end."""
    return f"{value:.9e}".partition("e")[0].replace(".", "").rstrip("0")


def _opposed(qualifier: str, own: str, exact: bool) -> bool:
    """Whether two qualifiers of one value speak against each other."""
    above, below = _ABOVE, (*_BELOW, "nearly")
    return (
        (qualifier in above and own in below)
        or (qualifier in below and own in above)
        or (exact and qualifier in ("more than", "less than", "nearly"))
    )


def _one_side(qualifier: str, own: str) -> bool:
    """Whether both are lower bounds, or both upper ones: a rounded bound is still the same bound."""
    return any(qualifier in side and own in side for side in (_ABOVE, _BELOW))


def _rounds_to(published: float, value: float) -> bool:
    """Whether the published number, rounded to fewer digits, is the other one."""
    if published <= 0 or value <= 0 or abs(value - published) > COARSE * published:
        return False
    scale = math.floor(math.log10(published))
    roundings = (round(published / 10.0**scale, places) * 10.0**scale for places in range(len(digits(published)) - 1))
    return any(math.isclose(value, rounded, rel_tol=1e-9) for rounded in roundings)


def _slip(row: Any, primary: Any, qualifier: str) -> str:
    """How a number that is not the published one may have come from it."""
    if row.value <= 0 or primary.value <= 0:
        return "other"
    for power in _SCALES:
        for factor in (10.0**power, 10.0**-power):
            moved = SimpleNamespace(low=row.low * factor, high=row.high * factor)
            near = math.isclose(row.value * factor, primary.value, rel_tol=_SCALED)
            if len(digits(row.value)) > 1 and near and meet(moved, primary):
                return "scale"
    if qualifier in _BOUNDS:
        return "against"
    if one_digit_off(row.value, primary.value):
        return "digit"
    said = digits(row.value)
    same_size = math.floor(math.log10(row.value)) == math.floor(math.log10(primary.value))
    # A number that is printed to the last digit has none cut off.
    if same_size and len(said) > 1 and row.low < row.high and digits(primary.value).startswith(said):
        return "cut"
    return "other"
