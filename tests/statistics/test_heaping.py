"""Which printed figures look estimated: the shipped panel, and figures whose answer is known."""

import numpy as np
import pandas as pd
import pytest

import analysis as ex
from analysis.statistics import describe, heaping


def test_the_serbian_five_hundred_images_are_found_by_themselves():
    found = heaping(ex.preferred(ex.panel()))
    heaped = found[(found["test"] == "round multiple") & (found["verdict"] == "heaped")]
    assert heaped[["iso3", "survey", "measure_a", "multiple", "measure_b"]].values.tolist() == [
        ["SRB", "greenbone-2019-09", "images_accessible", 500.0, "patients"]
    ]
    assert describe(found).startswith("Serbia: ")


def test_counted_figures_are_not_called_heaped():
    values = np.random.default_rng(4).integers(10_000, 99_999, 200)
    found = heaping(pd.DataFrame({"value": values}))
    assert not (found["verdict"] == "heaped").any()
    assert "do not point to rounding" in describe(found)


def test_a_multiple_that_is_not_round_is_no_finding():
    frame = pd.DataFrame(
        {"iso3": "SRB", "survey": "x", "measure": ["images", "patients"], "value": [15_241_999.0, 30_484.0]}
    )
    assert "round multiple" not in set(heaping(frame)["test"])


@pytest.mark.parametrize(
    "frame", [pd.DataFrame({"value": []}), pd.DataFrame({"value": ["500"]}), pd.DataFrame({"value": [-10.0]})]
)
def test_what_is_not_a_figure_is_refused(frame):
    with pytest.raises(ex.DataError):
        heaping(frame)


def test_figures_below_ten_say_nothing_of_last_digits():
    found = heaping(pd.DataFrame({"value": [1.0, 2, 3]}))
    assert "last digit" not in set(found["test"])
    assert found.set_index("test").loc["multiple of 10", "figures"] == 0
    assert describe(found).startswith("No figure is a whole number of ten or more")
