"""Changes of places, ranked: by hand, on made-up places whose change is known, and what is refused."""

import numpy as np
import pandas as pd
import pytest
from monthly import monthly
from scipy.fft import dct
from scipy.stats import t as student

import analysis as ex
from analysis.statistics import describe, ranked_changes, top_movers

BEFORE, AFTER = ("2020", "2021"), ("2022", "2023")


def places(ratios, level=400, seed=1):
    random = np.random.default_rng(seed)
    rows = [
        monthly(random.poisson(level * np.repeat([1, ratio], 24)), place=f"place {name}", measure="incidents")
        for name, ratio in zip("ABCDEFGH", ratios, strict=False)
    ]
    return pd.concat(rows)


def test_places_are_ranked_by_their_ratio_and_the_sure_ones_named():
    found = ranked_changes(places([1.0, 2.0, 0.5, 1.4, 1.0]), BEFORE, AFTER)
    assert found["place"].tolist()[0] == "place B" and found["place"].tolist()[-1] == "place C"
    assert found.set_index("place")["verdict"].to_dict() == {
        "place A": "cannot tell",
        "place B": "rose",
        "place C": "fell",
        "place D": "rose",
        "place E": "cannot tell",
    }
    assert ((found["rank_low"] <= found["rank"]) & (found["rank"] <= found["rank_high"])).all()
    assert found.set_index("place").loc["place B", ["rank_low", "rank_high"]].tolist() == [1, 1]
    # the means are those of the months
    frame = places([1.0, 2.0, 0.5, 1.4, 1.0])
    one = frame[(frame["place"] == "place B") & (frame["day"] >= "2022")]["count"].mean()
    row = found.set_index("place").loc["place B"]
    assert row["mean_after"] == pytest.approx(one) and row["ratio"] == pytest.approx(
        row["mean_after"] / row["mean_before"]
    )
    assert row["ratio_low"] < 2 < row["ratio_high"]


def test_of_alike_places_few_are_told_apart():
    told = sum(
        int((ranked_changes(places([1.0] * 8, seed=seed), BEFORE, AFTER, draws=1000)["verdict"] != "cannot tell").any())
        for seed in range(20)
    )
    assert told <= 3


def test_of_twenty_places_that_did_not_move_one_is_named_in_at_most_one_run_of_twenty():
    """Counts that are overdispersed and hang together (0.3 from month to month). With the errors of Newey & West, 34 %
    of such runs named a mover; of 40 runs 5 % are 2, and more than 6 come in fewer than one set of runs of 300."""
    named = 0
    for run in range(40):
        random, rows = np.random.default_rng(run), []
        for place in range(20):
            moves = np.zeros(24)
            for month in range(1, 24):
                moves[month] = 0.3 * moves[month - 1] + 0.15 * random.normal()
            counts = random.poisson(40 * np.exp(moves) * random.gamma(20, 0.05, 24))
            rows.append(monthly(counts, place=f"P{place:02d}", measure="incidents"))
        found = ranked_changes(pd.concat(rows), ("2020", "2020"), ("2021", "2021"), draws=100)
        named += bool((found["verdict"] != "cannot tell").any())
    assert named <= 6


def test_limits_are_those_of_the_slowest_cosines():
    """By SciPy's orthonormal cosine transform of the Pearson residuals: of either span of 24 months
    the first ⌊0.4 · 24^⅔⌋ = 3, so that Student's t has six degrees of freedom."""
    frame = places([1.3, 0.9])
    found = ranked_changes(frame, BEFORE, AFTER).set_index("place")
    for name, part in frame.groupby("place"):
        spans = np.split(part["count"].to_numpy(float), 2)
        slow = [dct((span - span.mean()) / np.sqrt(span.mean()), norm="ortho")[1:4] for span in spans]
        error = np.sqrt(np.mean(np.square(slow)) * sum(1 / span.sum() for span in spans))
        change = np.log(spans[1].mean() / spans[0].mean())
        row = found.loc[name]
        assert row["p_value"] == pytest.approx(2 * student.sf(abs(change) / error, 6))
        assert np.log([row["ratio_low"], row["ratio_high"]]) == pytest.approx(
            change + error * student.ppf([0.025, 0.975], 6)
        )


def test_the_verdict_is_of_all_places_together_and_says_so():
    found = ranked_changes(places([1.0, 2.0, 0.5, 1.4, 1.0]), BEFORE, AFTER)
    p = np.sort(found["p_value"])
    assert np.sort(found["p_adjusted"]) == pytest.approx(np.minimum(np.maximum.accumulate(p * np.arange(5, 0, -1)), 1))
    assert "Holm over all places" in found["method"].iloc[0]
    assert any("over all 5 places together" in text for text in found.attrs["warnings"])
    assert "Holm over all places" in top_movers(found)["method"].iloc[0]


def test_marginal_sets_lie_inside_the_simultaneous_ones():
    frame = places([1.0, 1.1, 0.9, 1.2, 1.0, 0.95])
    wide, narrow = (
        ranked_changes(frame, BEFORE, AFTER, simultaneous=both).set_index("place") for both in (True, False)
    )
    assert (wide["rank_low"] <= narrow["rank_low"]).all() and (narrow["rank_high"] <= wide["rank_high"]).all()


def test_the_order_of_rows_does_not_matter():
    frame = places([1.0, 1.5, 0.7])
    pd.testing.assert_frame_equal(
        ranked_changes(frame, BEFORE, AFTER), ranked_changes(frame.sample(frac=1, random_state=2), BEFORE, AFTER)
    )


def test_places_that_say_nothing_are_named_not_ranked():
    frame = pd.concat(
        [
            places([1.0, 2.0]),
            monthly([0.0] * 48, place="none"),
            monthly([5.0] * 48, place="steady"),
            monthly([3.0, 4], place="short"),
        ]
    )
    found = ranked_changes(frame.assign(measure="incidents"), BEFORE, AFTER)
    assert set(found.attrs["missing"]) == {"none", "steady", "short"} and len(found) == 2


def test_movers_are_the_sure_ones_at_either_end():
    changes = ranked_changes(places([1.0, 2.0, 0.5, 1.4, 0.8]), BEFORE, AFTER)
    found = top_movers(changes, 1)
    assert found["place"].tolist() == ["place B", "place C"]
    rises = changes[changes["difference"] > 0]["difference"]
    assert found["share"].iloc[0] == pytest.approx(rises.max() / rises.sum())
    assert top_movers(changes, 9, order="ratio")["place"].tolist() == ["place B", "place D", "place E", "place C"]
    none = top_movers(ranked_changes(places([1.0, 1.0, 1.0]), BEFORE, AFTER))
    assert none["verdict"].tolist() == ["none"]
    assert "none of 3 places can be shown to have risen" in describe(none) and "ninguno" in describe(none, "es")
    with pytest.raises(ex.DataError, match="no column 'statistic'"):
        top_movers(pd.DataFrame())
    with pytest.raises(ex.DataError, match="by difference or by ratio"):
        top_movers(changes, 0)


def test_a_change_across_a_change_of_method_is_refused():
    frame = ex.series("cybergreen-open-services", measure="open_dns")
    with pytest.raises(ex.NotComparableError, match="2016-01"):
        ranked_changes(frame, ("2015-05", "2015-10"), ("2016-02", "2016-07"))
    with pytest.raises(ex.NotComparableError, match="several measures"):
        ranked_changes(ex.series("us-breach-register"), ("2016", "2018"), ("2019", "2021"))
    for spans, match in (
        ((AFTER, BEFORE), "in order of time"),
        ((("1990", "1991"), AFTER), "no whole period"),
        ((BEFORE, ("2031", "2032")), "no whole period"),
    ):
        with pytest.raises(ex.DataError, match=match):
            ranked_changes(places([1.0, 1.2]), *spans)
    with pytest.raises(ex.DataError, match="fewer than two"):
        ranked_changes(places([1.0]), BEFORE, AFTER)
