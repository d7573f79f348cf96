"""The unit of a rate in words: the only place that writes it for charts, sentences, tables and the explorer."""

from __future__ import annotations

from ..datafolder import reference
from .catalogue import catalogue, say
from .numbers import counted

_POPULATION = "population"


def denominator(per: str, lang: str) -> str:
    """The noun of a denominator as it stands after a number: ``inhabitants``, ``hospitals (OECD)``."""
    if per == _POPULATION:
        return say("inhabitants", lang, family="words")
    labels = reference("indicators").set_index("indicator")[f"label_{lang}"]
    label = str(labels.get(per, per.replace("_", " ")))
    # German nouns keep their capital, and so does an abbreviation (GDP).
    return label if lang == "de" or not label[1:2].islower() else label[:1].lower() + label[1:]


def per_unit(per: str | None, scale: float | None, lang: str) -> str:
    """The unit of a rate with its preposition: ``per million inhabitants``, ``per 1,000 hospitals (OECD)``.

    Parameters
    ----------
    per
        The id of the denominator (``population``, an indicator, or a caller's own); None or NaN if it is not known.
    scale
        How many of it; None or NaN if that is not known.
    lang
        ``en``, ``es``, ``de`` or ``fr``.

    Returns
    -------
    str
        Empty where the denominator or the scale is not known: a unit is never guessed.

    Examples
    --------
    >>> per_unit("population", 1e6, "en"), per_unit("hospitals_total", 1000, "de"), per_unit(None, None, "en")
    ('per million inhabitants', 'je 1.000 Krankenhäuser (OECD)', '')
    >>> per_unit("hospitals_total", 1, "en"), per_unit("beds", 1, "en")
    ('per hospital (OECD)', 'per unit of beds')
    """
    if not isinstance(per, str) or not per or scale is None or scale != scale:
        return ""
    if scale == 1:
        return _per_one(per, lang)
    scaled = counted(scale, denominator(per, lang), lang)
    if scale == 1e6:
        # Nobody says "per 1 million".
        return say("per_million", lang, family="words", unit=scaled.removeprefix("1").strip())
    return say("per_scaled", lang, family="words", unit=scaled)


def _per_one(per: str, lang: str) -> str:
    """Per one of a denominator: in the singular where we know it, else per unit of it."""
    if f"one_{per}" in catalogue("words"):
        return say("per_one", lang, family="words", unit=say(f"one_{per}", lang, family="words"))
    return say("per_unit_of", lang, family="words", unit=denominator(per, lang))


def with_unit(rate: str, per: str | None, scale: float | None, lang: str) -> str:
    """A rate in words with its unit: ``0.566 servers per million inhabitants``; without the unit if it is not known."""
    return f"{rate} {per_unit(per, scale, lang)}".rstrip()
