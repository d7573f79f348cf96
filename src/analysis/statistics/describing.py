"""A result in one plain sentence: number, unit, interval, comparison, caveat."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from ..errors import DataError
from ..figures import wording

if TYPE_CHECKING:
    import pandas as pd


def describe(result: pd.DataFrame, lang: str = "en") -> str:
    """The finding of a result of `analysis.statistics` in one plain sentence, for captions and alt texts.

    Parameters
    ----------
    result
        What a function of `analysis.statistics` gave.
    lang
        ``en``, ``es``, ``de`` or ``fr``.

    Returns
    -------
    str
        Number, unit, interval, comparison and caveat, in at most some 280 characters.

    Raises
    ------
    DataError
        If the frame is no such result, or the language is none of the four.
    """
    lang = wording.checked(lang)
    if "statistic" not in result.attrs:
        raise DataError(
            "this table is no result of analysis.statistics (its attrs name no statistic); pass such a result as it came."
        )
    family = result.attrs["statistic"].partition(".")[0]
    case, parts = import_module(f".{family}", __package__).facts(result, lang)
    return _sentences()[f"{family}.{case}"][lang].format(**parts)


@cache
def _sentences() -> dict[str, dict[str, str]]:
    """All sentences, from ``sentences/<family>.toml``: a table a case, with one template a language."""
    import tomllib
    from importlib.resources import files

    found = {}
    for file in sorted((files(__package__) / "sentences").iterdir(), key=lambda file: file.name):
        if file.name.endswith(".toml"):
            for case, texts in tomllib.loads(file.read_text("utf-8")).items():
                found[f"{file.name.removesuffix('.toml')}.{case}"] = texts
    return found
