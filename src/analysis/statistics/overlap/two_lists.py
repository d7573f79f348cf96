"""The total that two lists and their overlap suggest, and how it moves if they depend on each other."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from ...errors import DataError
from ...figures.comparability import require_comparable
from ..comparable_places import require_known
from ..result import Record, result
from ..uncertainty import by_chance, checked_counts, limits_in_words, normal_deviate, occurrence_of
from .designs import PLACE, refuse_one_sided
from .given import figures_of, number_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

METHODS = {"chapman": "Chapman", "lincoln-petersen": "Lincoln–Petersen"}

_INDEPENDENT = (
    "The estimate holds if the lists are independent, complete in what they tell, and of one closed population."
)
_ASSUMED = "The lists cannot tell which odds ratio holds; it is assumed."
#: An upper limit of so many times the number seen says that there is none.
_NO_LIMIT = 1e6


def two_lists(
    first: object, second: object, both: object, method: str = "chapman", level: float = 0.95, limits: str | None = None
) -> pd.DataFrame:
    """The total that two independent lists and their overlap suggest (capture–recapture).

    With M and C on the lists and R on both, Lincoln–Petersen gives N = M C / R, Chapman (1951)
    N = (M + 1)(C + 1)/(R + 1) − 1, which is nearly unbiased and finite for R = 0. The interval is the transformed logit
    of
    Sadinle (2009), M + C − R − ½ + [(M − R + ½)(C − R + ½)/(R + ½)] exp(± z σ) with
    σ² = 1/(R + ½) + 1/(M − R + ½) + 1/(C − R + ½) + (R + ½)/((M − R + ½)(C − R + ½)); it never falls below the number
    seen,
    as the normal interval of estimate ± z ``se`` may. Of long lists that are the same, or nearly so, σ grows without
    bound: an upper limit beyond a million times the number seen is given as infinite.

    Parameters
    ----------
    first, second, both
        How many stand on the first list, on the second and on both: numbers, quantities (`ex.quantity`), or figures
        with
        ``value, low, high``, one row or one row per place (``iso3``).
    method
        ``chapman`` or ``lincoln-petersen``.
    level
        The confidence level.
    limits
        ``rounding``, ``chance`` or ``both``; None: by the measure. Rounding is bounded by interval arithmetic, so that
        wider
        figures never narrow the result.

    Returns
    -------
    pandas.DataFrame
        One row per place: ``first, second, both, seen`` (on one list at least),
        ``model, estimate, estimate_low, estimate_high, se, method, level, limits``.
        ``se`` is that of Seber (1970) for Chapman, √(M C (M − R)(C − R)/R³) for Lincoln–Petersen, at the figures'
        values.

    Raises
    ------
    DataError
        For counts that `checked_counts` refuses, an overlap larger than a list, places that differ, Lincoln–Petersen
        without
        an overlap, an empty list, an unknown method or level.
    NotComparableError
        If the figures are of a survey whose second list was only asked about the first list's entries (``design =
        "one-sided"``): then the total is not identifiable, see `conditional_coverage`. If the lists count things that
        must not be compared, or chance is asked for where things come in batches.

    Notes
    -----
    Assumes that to be on one list says nothing about being on the other, that every entry of both is recognised, and
    that
    nothing came or went in between. Two search engines both see the easy hosts, which makes the estimate too low: show
    `sensitivity` beside it.

    Examples
    --------
    >>> from analysis.statistics import two_lists
    >>> two_lists(135, 122, 49)[["seen", "estimate", "estimate_low", "estimate_high"]].round(1).values.tolist()
    [[208.0, 333.6, 289.2, 409.3]]
    """
    return _totals((first, second, both), _Asked(method, level, limits))


def sensitivity(
    first: object,
    second: object,
    both: object,
    odds: float | Iterable[float] = (0.5, 1, 2, 5, 10),
    method: str = "chapman",
    level: float = 0.95,
    limits: str | None = None,
) -> pd.DataFrame:
    """How the total of `two_lists` moves if the lists depend on each other.

    The odds ratio θ of being on one list, given to be on the other, cannot be seen: it needs the cell that nobody saw.
    For
    an assumed θ that cell is θ times the one under independence, and so are its limits (Gerritse, van der Heijden &
    Bakker 2015). θ > 1: both see the easy ones, and the total is larger than `two_lists` says; θ < 1: they tend to
    leave out each other's entries.

    Parameters
    ----------
    first, second, both, method, level, limits
        As for `two_lists`.
    odds
        The odds ratios to assume, above 0.

    Returns
    -------
    pandas.DataFrame
        The columns of `two_lists` and ``odds``, one row per place and odds ratio, without ``se``.

    Raises
    ------
    DataError, NotComparableError
        As `two_lists`; for an odds ratio that is not above 0.

    Examples
    --------
    >>> from analysis.statistics import sensitivity
    >>> sensitivity(135, 122, 49, odds=[1, 5])[["odds", "estimate"]].round(1).values.tolist()
    [[1.0, 333.6], [5.0, 835.8]]
    """
    odds = sorted({number_of(one, "the odds ratio") for one in (odds if isinstance(odds, Iterable) else [odds])})
    if not odds or odds[0] <= 0 or not np.isfinite(odds).all():
        raise DataError("odds ratios are above 0, 1 meaning independence", remedy="give one or more such numbers")
    return _totals((first, second, both), _Asked(method, level, limits), odds)


class _Asked(NamedTuple):
    """How the total and its limits are to be estimated."""

    method: str
    level: float
    limits: str | None


def _totals(given: tuple[object, object, object], asked: _Asked, odds: Iterable[float] | None = None) -> pd.DataFrame:
    """The totals of `two_lists`; with odds ratios those of `sensitivity`."""
    require_known("method", asked.method, METHODS)
    names = {"first": "the first list", "second": "the second list", "both": "the overlap"}
    figures = {name: figures_of(one, said) for (name, said), one in zip(names.items(), given, strict=True)}
    every = pd.concat(figures.values())
    refuse_one_sided(every)
    counts, notes = _joined(figures)
    lists = _Lists.of(counts, asked.limits)
    chance = by_chance(counts, asked.limits)
    lists.check(asked.method)
    if odds is None:
        independent = _at_odds(lists, counts, asked, chance, 1.0)
        error = np.where(chance, lists.standard_error(asked.method), np.nan)
        independent.insert(independent.columns.get_loc("estimate_high") + 1, "se", error)
        tables, caveat = [independent.drop(columns="odds").assign(model=METHODS[asked.method])], _INDEPENDENT
    else:
        tables, caveat = [_at_odds(lists, counts, asked, chance, theta) for theta in odds], _ASSUMED
    return result(
        pd.concat(tables, ignore_index=True),
        "overlap.two_lists" if odds is None else "overlap.sensitivity",
        of=every,
        method=METHODS[asked.method],
        level=asked.level if chance.any() else None,
        record=Record(warnings=[caveat, *notes, *lists.caveats()]),
    )


def _at_odds(
    lists: _Lists, counts: pd.DataFrame, asked: _Asked, chance: NDArray[np.bool_], odds: float
) -> pd.DataFrame:
    """The total of each place if the lists depend on each other by this odds ratio; 1 is independence."""
    unseen, drawn = lists.unseen(asked.method), lists.limits_of_unseen(normal_deviate(asked.level))
    low, high = lists.seen.low + odds * unseen.low, lists.seen.high + odds * unseen.high
    by_draw = lists.seen.low - 0.5 + odds * drawn[0], lists.seen.high - 0.5 + odds * drawn[1]
    how = [f"{METHODS[asked.method]}, {limited}" for limited in ("transformed logit", "rounding only")]
    return counts[[column for column in PLACE if column in counts]].assign(
        first=lists.first.value,
        second=lists.second.value,
        both=lists.both.value,
        seen=lists.seen.value,
        odds=odds,
        model=f"odds ratio {odds:g}",
        estimate=lists.seen.value + odds * unseen.value,
        estimate_low=np.where(chance, np.maximum(np.minimum(low, by_draw[0]), lists.seen.low), low),
        estimate_high=np.where(chance, np.maximum(high, by_draw[1]), high),
        method=np.where(chance, *how),
        level=np.where(chance, asked.level, np.nan),
        limits=limits_in_words(counts, chance, asked.limits),
        occurrence=occurrence_of(counts),
    )


class _Ends(NamedTuple):
    """Numbers with the least and the most that their rounding allows."""

    value: np.ndarray
    low: np.ndarray
    high: np.ndarray


class _Lists(NamedTuple):
    """How many stand on the first list, on the second, on both and on either, a place a number."""

    first: _Ends
    second: _Ends
    both: _Ends
    seen: _Ends

    @classmethod
    def of(cls, counts: pd.DataFrame, limits: str | None) -> _Lists:
        """The lists with what their rounding allows; ``limits="chance"`` leaves it aside."""
        m, c, r = (_ends(counts, name, limits) for name in ("first", "second", "both"))
        most = np.minimum(r.high, np.minimum(m.high, c.high))
        r = _Ends(r.value, r.low, most)
        seen = _Ends(
            m.value + c.value - r.value,
            np.maximum(m.low + c.low - most, np.maximum(m.low, c.low)),
            m.high + c.high - r.low,
        )
        return cls(m, c, r, seen)

    def check(self, method: str) -> None:
        """Refuse empty lists, an overlap that is larger than a list, and one of nothing where it must be divided by."""
        both = self.both.value
        if (np.minimum(self.first.value, self.second.value) == 0).any():
            raise DataError("a list is empty and says nothing about the other", remedy="give lists that hold something")
        if (larger := both > np.minimum(self.first.value, self.second.value)).any():
            raise DataError(
                f"the overlap is larger than a list ({both[larger][0]:g} on both)", remedy="correct one of the three"
            )
        if method == "lincoln-petersen" and (both == 0).any():
            raise DataError(
                "no entry is on both lists, so that Lincoln–Petersen has no finite estimate",
                remedy="take method='chapman', which has one",
            )

    def alone(self) -> list[_Ends]:
        """How many stand on the first list only, and on the second only."""
        return [
            _Ends(x.value - self.both.value, np.maximum(x.low - self.both.high, 0), x.high - self.both.low)
            for x in (self.first, self.second)
        ]

    def unseen(self, method: str) -> _Ends:
        """The estimate of those on no list, under independence."""
        one, other = self.alone()
        return _Ends(
            _unseen(one.value, other.value, self.both.value, method),
            _unseen(one.low, other.low, self.both.high, method),
            _unseen(one.high, other.high, self.both.low, method),
        )

    def limits_of_unseen(self, z: float) -> tuple[np.ndarray, np.ndarray]:
        """Sadinle's limits of the number unseen plus ½, over all that the rounding allows (interval arithmetic)."""
        (a_low, a_high), (b_low, b_high) = ((ends.low + 0.5, ends.high + 0.5) for ends in self.alone())
        r_low, r_high = self.both.low + 0.5, self.both.high + 0.5
        # σ² falls with a and b, and is convex in r: it is largest at one end of r.
        sigma = np.sqrt(np.maximum(*(1 / r + 1 / a_low + 1 / b_low + r / (a_low * b_low) for r in (r_low, r_high))))
        with np.errstate(over="ignore"):
            most = a_high * b_high / r_low * np.exp(z * sigma)
        most[most > _NO_LIMIT * (a_high + b_high + r_high)] = np.inf
        return a_low * b_low / r_high * np.exp(-z * sigma), most

    def standard_error(self, method: str) -> np.ndarray:
        """Seber's standard error of Chapman's estimate, or that of Lincoln–Petersen's."""
        m, c, r = self.first.value, self.second.value, self.both.value
        if method == "chapman":
            return np.asarray(np.sqrt((m + 1) * (c + 1) * (m - r) * (c - r) / ((r + 1) ** 2 * (r + 2))))
        return np.asarray(np.sqrt(m * c * (m - r) * (c - r) / r**3))

    def caveats(self) -> list[str]:
        """What must be said of lists that share nothing, and of one that lies inside the other."""
        both, warnings = self.both.value, []
        if (both == 0).any():
            warnings.append(
                "Nothing stands on both lists: the estimate rests on no overlap, and the true total may be anything "
                "above the number seen. Lists that leave out each other's entries look the same."
            )
        if (both == np.minimum(self.first.value, self.second.value)).any():
            warnings.append(
                "One list holds nothing that the other lacks. The limits then mean little; if it was only asked about "
                "the other's entries, the total is not identifiable."
            )
        return warnings


def _joined(given: dict[str, pd.DataFrame]) -> tuple[pd.DataFrame, list[str]]:
    """The three counts side by side, one row per place, and notes on comparing them."""
    given = {name: checked_counts(table) for name, table in given.items()}
    for name, table in given.items():
        if (table["value"] % 1 != 0).any():
            raise DataError(
                f"{name} holds {table['value'][table['value'] % 1 != 0].iloc[0]:g}, and a list holds whole things",
                remedy="give the number of entries, not a share of them",
            )
    lists = [given["first"], given["second"]]
    notes = []
    if all({"survey", "measure", "asset"} <= set(table) for table in lists) and (
        note := require_comparable(pd.concat(lists))
    ):
        notes.append(f"The lists may be compared with a note: {note}.")
    placed = all("iso3" in table and table["iso3"].notna().all() for table in given.values())
    if not placed and any(len(table) > 1 for table in given.values()):
        raise DataError(
            "lists of several places need the column iso3 in all three tables",
            remedy="add it, or give one place",
            column="iso3",
        )
    columns: dict[str, pd.Series] = {}
    for name, table in given.items():
        if placed and table["iso3"].duplicated().any():
            raise DataError(
                f"{table.loc[table['iso3'].duplicated(), 'iso3'].iloc[0]} has two rows in one list",
                remedy="take one survey, one measure and ex.preferred(panel)",
                column="iso3",
            )
        by_place = table.set_index("iso3").sort_index() if placed else table.reset_index(drop=True)
        columns |= {name: by_place["value"], f"{name}_low": by_place["low"], f"{name}_high": by_place["high"]}
    if placed:
        _require_same_places(given)
    counts = pd.DataFrame(columns).astype(float)
    exact = all((table["limits"] == "exact").all() for table in given.values())
    counts["limits"] = "exact" if exact else "rounding"
    base = lists[0].set_index("iso3").sort_index() if placed else lists[0].reset_index(drop=True)
    about = base[[column for column in (*PLACE, "occurrence") if column in base]]
    return (about.join(counts).reset_index() if placed else pd.concat([about, counts], axis=1)), notes


def _require_same_places(given: dict[str, pd.DataFrame]) -> None:
    places = [set(table["iso3"]) for table in given.values()]
    if any(one != places[0] for one in places):
        odd = sorted(set.union(*places) - set.intersection(*places))
        raise DataError(
            f"the lists are not of the same places ({', '.join(odd)})",
            remedy="give all three counts for each",
            column="iso3",
        )


def _ends(counts: pd.DataFrame, name: str, limits: str | None) -> _Ends:
    value = counts[name].to_numpy(float)
    if limits == "chance":
        return _Ends(value, value, value)
    return _Ends(value, counts[f"{name}_low"].to_numpy(float), counts[f"{name}_high"].to_numpy(float))


def _unseen(one_only: np.ndarray, other_only: np.ndarray, both: np.ndarray, method: str) -> np.ndarray:
    """The estimate of those on no list, under independence; infinite where there is no overlap to divide by."""
    below = both + 1 if method == "chapman" else both
    return np.divide(one_only * other_only, below, out=np.full_like(below, np.inf), where=below > 0)
