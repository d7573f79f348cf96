"""Inequality: whether exposure lies among the poor or the rich, by income or another rank of the places."""

from .indexes import concentration_index, slope_index
from .sentences import facts

__all__ = ["concentration_index", "facts", "slope_index"]
