"""Change between the waves of 2019, by hand."""

import pytest

import analysis as ex

WAVES = ["greenbone-2019-09", "greenbone-2019-11"]


@pytest.fixture(scope="module")
def world():
    figures = ex.preferred(ex.panel(surveys=WAVES)).query("iso3 == 'WLD'")
    both = ex.statistics.change(figures.query("survey == @WAVES[0]"), figures.query("survey == @WAVES[1]"))
    return both.set_index("measure")


def test_images_rose_by_sixty_two_per_cent(world):
    # 1,193.404 / 737 = 1.6193; the ends: 1,193.4035 / 737.5 = 1.6182 and 1,193.4045 / 736.5 = 1.6204
    images = world.loc["images"]
    assert images["change"] == pytest.approx(0.6193, abs=5e-5)
    assert images["change_low"] == pytest.approx(0.6182, abs=5e-5)
    assert images["change_high"] == pytest.approx(0.6204, abs=5e-5)


def test_studies_without_protection_about_doubled(world):
    # 9 million of 4.4 million: 8.5 / 4.45 - 1 = 0.910 to 9.5 / 4.35 - 1 = 1.184
    found = world.loc["studies_unprotected"]
    assert (found["change_low"], found["change_high"]) == (pytest.approx(0.910, abs=5e-4), pytest.approx(1.184, abs=5e-4))


def test_gone_and_new_leave_547_systems():
    # 590 + 129 - 172 = 547
    flow = ex.statistics.gone_and_new(ex.panel(surveys=WAVES), *WAVES).set_index("part")
    assert flow.loc["balance", "value"] == -43
    assert flow.loc["after", ["value", "low", "high"]].tolist() == [547, 547, 547]


def test_two_figures_for_one_place_are_refused():
    figures = ex.panel(surveys=WAVES).query("iso3 == 'WLD'")
    with pytest.raises(ex.DataError, match="preferred"):
        ex.statistics.change(figures, figures)
