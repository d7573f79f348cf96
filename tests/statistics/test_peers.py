"""Every number of other packages that was ever set beside ours, run again (`peers.csv`).

A row names the package (`peer`), the case and its number. Where the case says what goes in, ours is computed and must
agree: to the digits that the peer prints, or as near as its own root finding is. Every other row is accounted for:
either the peer's is another definition, named in `OTHER_DEFINITIONS`, or its data were not kept with the number. The
functions of the latter stand beside R on data of the tests' own in `outside_r.jsonl`.
"""

import csv
import re
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import analysis as ex
from analysis import statistics

HERE = Path(__file__).parent
with (HERE / "peers.csv").open(encoding="utf-8") as lines:
    ROWS = list(csv.DictReader(lines))

#: How near (relatively) the peer's own number is where it stops early (roots, fits) or the case rounds what went in.
NEAR = {
    "exactci midp": 3e-4,
    "epiR epi.smr": 3e-6,
    "statsmodels confint_poisson midp-c": 1e-4,
    "PHEindicatormethods": 1e-7,
}
#: Rows of another definition: (function, peer) or (function, peer, case), and what ours is instead.
OTHER_DEFINITIONS = {
    ("Rcapture Mh Chao (LB)", "tsay"): "takes all lists to be alike; ours is Mth, the row beside it",
    ("Rcapture Mh Chao (LB)", "lesbian"): "takes all lists to be alike; ours is Mth, the row beside it",
    ("Rcapture Mth Chao (LB)", "lesbian"): "with four lists Rcapture also fits the cells of three and more and drops "
    "negative terms; ours fits those of one and two lists, which is the same for three lists",
}
#: Functions whose rows came without what went in, and where the same numbers of a peer stand with it.
WITHOUT_DATA = {
    "directly_standardised gamma": "outside_r.jsonl",
    "indirectly_standardised": "outside_r.jsonl",
    "adjusted holm": "outside_r.jsonl",
    "adjusted BH": "outside_r.jsonl",
    "gini": "outside_r.jsonl",
    "gini corrected": "outside_r.jsonl",
    "theil": "outside_r.jsonl",
    "herfindahl": "outside_r.jsonl",
    "lorenz": "outside_r.jsonl",
    "theil by": "outside_r.jsonl",
    "pareto_tail alpha": "test_concentration.py",
    "pareto_tail x_min": "test_concentration.py",
    "tendency tau": "series_vectors.jsonl",
    "tendency p": "series_vectors.jsonl",
    "tendency slope": "series_vectors.jsonl",
    "kendall S": "series_vectors.jsonl",
    "seasonal_trend tau": "test_trend.py",
    "seasonal S": "test_trend.py",
    "seasonal_trend p (seasons dependent)": "test_trend.py",
    "seasonal_trend p_value as given": "test_trend.py",
    "decompose trend": "outside_r.jsonl",
    "correlate rho": "outside_association.jsonl",
    "correlate p": "outside_association.jsonl",
    "local_moran Ii": "outside_r.jsonl",
    "local_moran Ii_mlvar": "outside_r.jsonl",
    "local_moran p": "outside_r.jsonl",
    "moran": "test_association.py",
    "moran I": "outside_r.jsonl",
    "moran E": "outside_r.jsonl",
    "moran p_norm": "outside_r.jsonl",
    "shrink estmm": "outside_r.jsonl",
    "shrink local": "outside_r.jsonl",
    "rank_sets counts": "outside_r.jsonl",
    "rank_sets rate": "outside_r.jsonl",
    "rank_sets errors": "test_ranking.py",
    "change_points": "outside_r.jsonl",
    "corrected": "test_overlap.py",
} | dict.fromkeys({row["function"] for row in ROWS if row["family"] == "funnel"}, "test_small_numbers.py")
WITHOUT_DATA |= dict.fromkeys(
    {row["function"] for row in ROWS if row["family"] == "interrupted" or row["function"].startswith("regress ")},
    "outside_r.jsonl",
)
#: Gu et al. 2008, table of coronary disease: counts and person-years, which the case does not repeat.
GU = (60, 51477.5, 30, 54308.7)
HEPATITIS = [28, 21, 17, 69, 18, 55, 63]
HIV = [0, 3, 1, 33, 0, 20, 6, 403, 3, 35, 10, 545, 11, 621, 205]
LESBIAN = [23, 27, 48, 104, 19, 44, 143, 589, 20, 64, 53, 534, 28, 281, 208]


def numbers(text):
    return [float(one) for one in re.findall(r"(?<![A-Za-z])-?\d+(?:\.\d+)?(?:e[+-]?\d+)?", text)]


def side(case):
    return "high" if re.search(r"(\b|_)hi(gh)?$", case) else "low"


def counts(*values, **columns):
    places = [f"P{n}" for n in range(len(values))]
    return pd.DataFrame({"iso3": places, "value": values, "occurrence": "independent"} | columns)


def limits_of_a_count(function):
    def ours(case):
        count, level = numbers(case)[:2]
        return function(count, level)[side(case) == "high"]

    return ours


def a_rate(method, scale):
    def ours(case):
        count, size, *level = numbers(case)
        found = statistics.rates(counts(count, size=[size]), "size", scale, method, level[0] if level else 0.95)
        return found[f"rate_{side(case)}"].iloc[0]

    return ours


def a_share(method):
    def ours(case):
        part, whole, *level = numbers(case)
        level = level[0] if level else 0.95
        found = statistics.shares(counts(part), counts(whole), "listing", method, level=level)
        return found[f"share_{side(case)}"].iloc[0]

    return ours


def two_rates(function, column=None, *, known=None, **options):
    def ours(case):
        first, size, second, other = (known or {}).get(case) or numbers(case)
        row = function(counts(first, second, size=[size, other]), "P0", "P1", "size", **options)
        kind = "difference" if function is statistics.rate_difference else "ratio"
        return row[column or ("p_value" if case.endswith(" p") else f"{kind}_{side(case)}")].iloc[0]

    return ours


def smr(method):
    def ours(case):
        observed, expected = numbers(case)[:2]
        found = statistics.indirectly_standardised(counts(observed, size=[expected]), "iso3", None, 1.0, "size", method)
        return found[f"ratio_{side(case)}"].iloc[0]

    return ours


def a_change(column):
    def ours(case):
        before, after = numbers(case)
        found = statistics.change(counts(before), counts(after))
        return found[column].iloc[0]

    return ours


def gone_and_new(case):
    gone, new = numbers(case)
    waves = ["greenbone-2019-09", "greenbone-2019-11"]
    panel = ex.panel(surveys=waves)
    for measure, count in (("systems_gone", gone), ("new_systems", new)):
        panel.loc[panel["measure"] == measure, ["value", "low", "high"]] = count
    return statistics.gone_and_new(panel, *waves)["p_value"].iloc[0]


@cache
def of_lists(name):
    cells = {"tsay": HEPATITIS, "HIV": HIV, "lesbian": LESBIAN}[name]
    many = 3 if len(cells) == 7 else 4
    patterns = [[int(bit) for bit in f"{number:0{many}b}"] for number in range(2**many - 1, 0, -1)]
    frame = pd.DataFrame(patterns, columns=list("ABCD")[:many]).assign(value=cells)
    return statistics.capture_recapture(frame).set_index("model"), statistics.lower_bound(frame)["estimate"].iloc[0]


def a_model(column):
    def ours(case):
        name, model = case.split(" ", 1) if " " in case else (case, "independent")
        return of_lists(name)[0].loc[model, column]

    return ours


def two_lists(column):
    def ours(case):
        return statistics.two_lists(*numbers(case))[column].iloc[0]

    return ours


def adjusted_rate(case):
    from esda.smoothing import assuncao_rate

    place = int(case.removeprefix("#"))
    return assuncao_rate(np.array([30, 25, 25, 15, 33, 21, 30, 20]), np.array([100, 100, 110, 90, 100, 90, 110, 90]))[
        place
    ]


#: Ours by family, function and peer, where the case says what goes in.
OURS = {
    "byar": limits_of_a_count(statistics.byar),
    "exact": limits_of_a_count(statistics.garwood),
    "midp_": limits_of_a_count(statistics.mid_p),
    "rates exact": a_rate("exact", 1e5),
    "rates byar": a_rate("byar", 1e5),
    "rates score": a_rate("score", 1),
    "rates mid-p": a_rate("mid-p", 1),
    "shares wilson": a_share("wilson"),
    "shares exact": a_share("exact"),
    "rate_ratio": two_rates(statistics.rate_ratio),
    "rate_difference": two_rates(statistics.rate_difference, scale=1.0),
    "rate_ratio p": two_rates(statistics.rate_ratio, "p_value", known={"60/30": GU}),
    "indirectly_standardised byar": smr("byar"),
    "indirectly_standardised mid-p": smr("mid-p"),
    "change ratio_low": a_change("ratio_low"),
    "change ratio_high": a_change("ratio_high"),
    "gone_and_new p": gone_and_new,
    "lists N": a_model("estimate"),
    "lists dev": a_model("deviance"),
    "lists AIC": a_model("aic"),
    "lists independent N": a_model("estimate"),
    "lists independent dev": a_model("deviance"),
    "lists independent AIC": a_model("aic"),
    "lower_bound": lambda case: of_lists(case)[1],
    "two_lists low": two_lists("estimate_low"),
    "two_lists high": two_lists("estimate_high"),
    "adjusted rates": adjusted_rate,
}


def place(row):
    """Where a row belongs: `other` definition, `without` data, or `compared`."""
    if (row["peer"], row["case"]) in OTHER_DEFINITIONS:
        return "other"
    return "compared" if row["function"] in OURS else "without"


COMPARED = [row for row in ROWS if place(row) == "compared"]


def tolerance(row):
    """Half a unit of the last digit that the peer prints, or as near as its root is."""
    digits = row["peer_value"].split("e")[0].partition(".")[2]
    printed = 0.5 * 10.0 ** -len(digits) if 0 < len(digits) < 12 and "e" not in row["peer_value"] else 0.0
    near = NEAR.get(row["peer"], 1e-9)
    return max(near * abs(float(row["peer_value"])), printed * (1 + 1e-6), 1e-12)


@pytest.mark.parametrize("row", COMPARED, ids=lambda row: f"{row['function']}, {row['peer']}: {row['case']}")
def test_ours_is_the_peers_number(row):
    ours = OURS[row["function"]](row["case"])
    if not row["peer_value"]:
        assert np.isnan(ours), "withheld by the peer"
        return
    theirs = float(row["peer_value"])
    assert ours == theirs or abs(ours - theirs) <= tolerance(row)


def test_every_row_is_accounted_for():
    places = [place(row) for row in ROWS]
    assert {name: places.count(name) for name in ("compared", "other", "without")} == {
        "compared": 477,
        "other": 3,
        "without": 355,
    }
    assert {row["function"] for row in ROWS if place(row) == "without"} == set(WITHOUT_DATA)
    assert all((HERE / name).exists() for name in WITHOUT_DATA.values())


@pytest.mark.parametrize(("peer", "case"), OTHER_DEFINITIONS)
def test_another_definition_is_another_number(peer, case):
    theirs = next(float(row["peer_value"]) for row in ROWS if (row["peer"], row["case"]) == (peer, case))
    assert of_lists(case)[1] != pytest.approx(theirs, rel=1e-4)
    assert of_lists(case)[1] == pytest.approx(theirs, rel=0.03)
