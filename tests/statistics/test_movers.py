"""Changes of places, ranked: by hand, on made-up places whose change is known, and what is refused."""

import numpy as np
import pandas as pd
import pytest
from monthly import monthly

import analysis as ex
from analysis.statistics import ranked_changes, top_movers

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
    assert top_movers(ranked_changes(places([1.0, 1.0, 1.0]), BEFORE, AFTER))["verdict"].tolist() == ["none"]
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
