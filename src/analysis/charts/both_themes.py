"""One drawing for both themes, drawn once in colours that each stand for a light and a dark one."""

from __future__ import annotations

import re
from dataclasses import fields

from .style import DARK, LIGHT, Theme

_STAND_IN = re.compile(r"#fe01[0-9a-f]{2}(?=[;\"])")


class BothThemes(Theme):
    """A theme whose colours stand for those of both themes: a drawing in them can be returned for one or both."""

    def __init__(self) -> None:
        # As every theme it is frozen; what stands for what is learnt while it is drawn with.
        self._pairs: dict[str, tuple[str, str]]
        object.__setattr__(self, "_pairs", {})
        for one in fields(Theme):
            light, dark = getattr(LIGHT, one.name), getattr(DARK, one.name)
            pair = self._stand_in(light, dark) if isinstance(light, str) else self._each(light, dark)
            object.__setattr__(self, one.name, pair)

    def classes(self, count: int) -> list[str]:
        """Stand-ins for the colours of so many classes."""
        return list(self._each(LIGHT.classes(count), DARK.classes(count)))

    def readable_on(self, colour: str) -> str:
        """A stand-in for the text colour that reads better on each of the two colours of a pair."""
        light, dark = self._pairs[colour]
        return self._stand_in(LIGHT.readable_on(light), DARK.readable_on(dark))

    def given_out(self, drawn: str) -> str:
        """An SVG in stand-ins with the colours of both themes: a viewer takes those of the scheme it is in."""

        def of_both(found: re.Match[str]) -> str:
            light, dark = self._pairs[found[0]]
            return light if light == dark else f"light-dark({light},{dark})"

        return _STAND_IN.sub(of_both, drawn)

    def _each(self, light: list[str] | tuple[str, ...], dark: list[str] | tuple[str, ...]) -> tuple[str, ...]:
        return tuple(self._stand_in(*pair) for pair in zip(light, dark, strict=True))

    def _stand_in(self, light: str, dark: str) -> str:
        for name, pair in self._pairs.items():
            if pair == (light, dark):
                return name
        name = f"#fe01{len(self._pairs):02x}"
        self._pairs[name] = light, dark
        return name
