"""The sentences that the package says by itself: one catalogue per family, each sentence in four languages."""

from __future__ import annotations

import functools
import tomllib
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from .languages import LANGUAGES, language
from .plurals import Counted
from .typography import typeset


@functools.cache
def catalogue(family: str) -> dict[str, Any]:
    """The catalogue of a family (``charts``, ``statistics/rates``): one table per sentence, one text per language."""
    return texts_in(files(__package__) / "catalogues" / f"{family}.toml")


def texts_in(file: Traversable) -> dict[str, Any]:
    """A file of texts with the typography of their languages: what stands under ``fr`` or ``fr_one`` is French."""
    return _typeset_all(tomllib.loads(file.read_text("utf-8")))


def _typeset_all(texts: dict[str, Any]) -> dict[str, Any]:
    return {
        key: _typeset_all(text) if isinstance(text, dict) else _typeset_of(key, text) for key, text in texts.items()
    }


def _typeset_of(key: str, text: Any) -> Any:
    lang = key.partition("_")[0]
    return typeset(text, lang) if lang in LANGUAGES and isinstance(text, str) else text


@functools.cache
def families_of(folder: str) -> tuple[str, ...]:
    """The families whose catalogues stand in a folder of ``catalogues/``."""
    found = (file.name for file in (files(__package__) / "catalogues" / folder).iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in found if name.endswith(".toml")))


def say(key: str, lang: str | None = None, *, family: str = "charts", **values: object) -> str:
    """A sentence of a catalogue in a language, with its values filled in.

    Parameters
    ----------
    key
        The name of the sentence. It may have a form ``en_one`` beside ``en``, used if the value ``n`` is 1.
    lang
        ``en``, ``es``, ``de`` or ``fr``. Default: ``EXPOSURE_LANG``, else English.
    family
        The catalogue, a file of ``catalogues/``.
    **values
        What the sentence has braces for; a number is written by `number` and may choose a form: ``{n:rises|rise}``.

    Examples
    --------
    >>> say("source", "de", sources="Greenbone")
    'Quelle: Greenbone'
    """
    lang = language(lang)
    entry = catalogue(family)[key]
    text = entry[lang]
    if values.get("n") == 1 and f"{lang}_one" in entry:
        text = entry[f"{lang}_one"]
    written = {
        name: Counted(value, lang) if isinstance(value, int | float) and not isinstance(value, bool) else value
        for name, value in values.items()
    }
    return typeset(text.format_map(written), lang)
