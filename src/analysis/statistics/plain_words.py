"""A result in plain words: what it comes to, how sure that is and why, and the statistic's sentence as fine print."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ..language.catalogue import catalogue
from ..language.languages import language
from ..language.prose import sentence, with_the
from ..language.typography import typeset
from .describing import sentence_and_parts

if TYPE_CHECKING:
    import pandas as pd

#: What a name of a place is called among the parts of a sentence.
_PLACES = ("place", "a", "b", "farthest")


class PlainWords(NamedTuple):
    """What `in_plain_words` returns: four texts, of which all but the first may be empty."""

    fact: str
    level: str
    why: str
    fine: str


def in_plain_words(result: pd.DataFrame, lang: str | None = None) -> PlainWords:
    """What a result comes to for a reader who knows no statistics, how sure it is and why, and the fine print.

    How sure it is follows from the result: ranks that may be others, an interval that holds no difference, a place
    without which the answer turns.

    Parameters
    ----------
    result
        What a function of `analysis.statistics` returned.
    lang
        ``en``, ``es``, ``de`` or ``fr``; default: ``EXPOSURE_LANG``, else English.

    Returns
    -------
    PlainWords
        ``fact``, ``level`` ("Firm."), ``why``, and ``fine``, the sentence of `describe`. A result that has no plainer
        words has that sentence as ``fact``, and no more.

    Raises
    ------
    DataError
        As `describe` does.

    Examples
    --------
    >>> import analysis as ex
    >>> servers = ex.preferred(ex.panel(surveys=["greenbone-2019-09"])).query("measure == 'servers_exposed'")
    >>> told = ex.statistics.in_plain_words(ex.statistics.rate_ratio(servers, "GBR", "DEU"))
    >>> told.level, told.fact[-72:]
    ('Not known.', 'it is unclear whether the United Kingdom or Germany has the higher rate.')
    """
    lang = language(lang)
    told, name, parts = sentence_and_parts(result, lang)
    forms = catalogue("plain")
    form = forms.get(name)
    if form is None:
        return PlainWords(told, "", "", "")
    form = forms.get(f"{name}:{parts.get(form.get('counted', ''), '')!s}", form)
    parts = parts | {f"the_{key}": with_the(parts[key], lang) for key in _PLACES if key in parts}
    fact, why = (typeset(text[lang].format_map(parts), lang) for text in (form, form["why"]))
    return PlainWords(sentence(fact), forms[form["sure"]][lang], why, told)
