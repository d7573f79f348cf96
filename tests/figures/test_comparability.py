"""What may be compared, as the surveys' own files say it."""

import pytest

import analysis as ex
from analysis.figures.comparability import require_comparable


def verdict(one, other):
    pairs = ex.comparable(ex.panel(surveys=[one, other]))
    return set(pairs["verdict"])


def test_the_two_waves_of_2019_only_with_a_note():
    pairs = ex.comparable(ex.panel(surveys=["greenbone-2019-09", "greenbone-2019-11"]))
    assert set(pairs["verdict"]) == {"with a note"}
    assert pairs["reasons"].str.contains("tuned").all()


def test_the_same_team_and_test_are_the_same():
    assert verdict("stites-pianykh-ajr-2016", "pianykh-rsna-2017") <= {"same", "with a note"}


def test_surveys_that_counted_different_things_are_refused():
    panel = ex.panel(surveys=["greenbone-2019-09", "aplite-2023-12"]).query("asset == 'dicom'")
    with pytest.raises(ex.NotComparableError, match="must not be compared"):
        require_comparable(panel)
    assert require_comparable(panel, breaks="mark") == [("aplite-2023-12", "greenbone-2019-09")] * len(
        require_comparable(panel, breaks="mark")
    )


def test_the_order_of_rows_does_not_matter():
    panel = ex.panel(surveys=["greenbone-2019-09", "greenbone-2019-11"])
    assert ex.comparable(panel).equals(ex.comparable(panel.iloc[::-1]))
