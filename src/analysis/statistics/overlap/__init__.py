"""Overlap of lists: what none of them saw, if that can be known; the share found again; false candidates."""

from .capture_recapture import capture_recapture
from .conditional_coverage import conditional_coverage
from .lower_bound import lower_bound
from .rogan_gladen import rogan_gladen
from .sentences import facts
from .two_lists import sensitivity, two_lists

__all__ = [
    "capture_recapture",
    "conditional_coverage",
    "facts",
    "lower_bound",
    "rogan_gladen",
    "sensitivity",
    "two_lists",
]
