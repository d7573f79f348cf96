"""Words put together: lists, capital letters, full stops."""

from __future__ import annotations

import re
from collections.abc import Iterable

from .catalogue import say
from .languages import language


def listed(items: Iterable[str], lang: str | None = None, most: int | None = None) -> str:
    """``a, b and c``; beyond ``most`` items ``a, b and 5 more``.

    Examples
    --------
    >>> listed(["España", "Italia"], "es"), listed(["a", "b", "c", "d"], "en", most=2)
    ('España e Italia', 'a, b, and 2 more')
    """
    from babel.lists import format_list

    lang, items = language(lang), [str(item) for item in items]
    if most is not None and len(items) > most:
        items = [*items[:most], say("more", lang, n=len(items) - most)]
    shown = format_list(items, locale=lang) if items else ""
    if lang == "es":
        # Before the sound of i the Spanish "y" is "e".
        return re.sub(r" y (?=[ií]|hi(?![aeou]))", " e ", shown, flags=re.IGNORECASE)
    return shown


def sentence(text: str) -> str:
    """The text with a capital first letter; the rest as it is."""
    return text[:1].upper() + text[1:]


def ended(text: str) -> str:
    """The text with a full stop."""
    return text if text.endswith((".", "!", "?", "…")) else text + "."
