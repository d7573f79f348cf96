"""The part of a likely cause that is about one number: an entry of a survey's file may explain several."""

from __future__ import annotations

import re
from collections.abc import Mapping

#: Numbers in the text of a cause, and the words that scale them.
_NUMBERS = re.compile(r"(\d[\d,]*(?:\.\d+)?)(?: ?(thousand|million|billion|%))?")
_SCALES = {"thousand": 1e3, "million": 1e6, "billion": 1e9, "%": 0.01}


def about_number(entry: Mapping[str, str], lang: str, number: tuple[float, float] | None) -> str:
    """The parts of a cause, which semicolons divide, that name a number, or name none; all where none is asked for."""
    english, told = entry.get("why", ""), entry.get(lang) or entry.get("why", "")
    parts, own = english.split("; "), told.split("; ")
    if number is None or len(parts) != len(own):
        return told
    kept = [mine for part, mine in zip(parts, own, strict=True) if _names_none_but(part, number)]
    shown = "; ".join(kept)
    return shown[:1].upper() + shown[1:].rstrip(". \u00a0\u202f") + "." if shown else ""


def _names_none_but(part: str, number: tuple[float, float]) -> bool:
    """Whether a part of a cause names a number within an interval, or no number at all."""
    values = [
        float(digits.replace(",", "")) * scale
        for digits, word in _NUMBERS.findall(part)
        for scale in {1.0, _SCALES.get(word, 1.0), *(_SCALES[one] for one in _SCALES if one in part)}
    ]
    low, high = number
    return not values or any(low <= value <= high for value in values)
