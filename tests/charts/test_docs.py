"""What the page on charts shows and says of printed pictures holds."""

import re
from pathlib import Path

import pytest

import analysis as ex
from analysis.charts import KINDS

PAGE = (Path(__file__).parents[2] / "docs" / "charts.md").read_text("utf-8")


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    """The names of the page's code, run in order in a folder of its own."""
    names: dict = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("page"))
        for block in re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL):
            exec(compile(block, "charts.md", "exec"), names)
        assert len(list(Path("out").iterdir())) == 5
    return names


def test_every_kind_has_its_row():
    assert re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE) == list(KINDS)


def test_breaches_a_year(shown):
    found = shown["breaches"].data.set_index("date")["value"]
    assert found.index.tolist() == [str(year) for year in range(2010, 2024)]
    assert (found["2011"], found["2015"] < found["2014"], found["2019"]) == (200, True, 511)
    # 744 and 745 of 2023 are both printed, as are 725 and, by three sources, 747.
    panel = shown["panel"].query("survey == 'hhs-ocr' and measure == 'breaches' and scan_to == '2023'")
    assert sorted(set(panel["value"])) == [725, 744, 745, 747]
    said = shown["said"].set_index("figure")
    assert said.at["37.47%", "verdict"] == "contradicted"
    assert "a rise of 196.4%" in said.at["37.47%", "explanation"]
    assert pytest.approx(1.964, abs=5e-4) == 41_335_889 / 13_947_909 - 1


def test_what_a_breach_costs(shown):
    costs = shown["costs"].data.set_index("date")["value"] / 1e6
    assert costs.round(2).tolist() == [6.45, 7.13, 9.23, 10.1, 10.93, 9.77, 7.42]
    left = shown["printed"].query("source == 'anonymize-2026'")
    assert left["figure"].tolist() == ["$10.22 million"]
    of_the_states = shown["panel"].query(
        "source == 'accountablehq-2026' and iso3 == 'USA' and measure == 'cost_per_breach_usd'"
    )
    assert of_the_states["value"].tolist() == [10.22e6]


def test_images_by_country(shown):
    order = shown["ranks"].data["iso3"].tolist()
    assert order == ["TUR", "IND", "USA", "SRB", "FRA", "DEU", "ITA", "CHE", "GBR"]
    assert shown["ranks"].about["without_figure"] == 241
    theirs = (
        shown["panel"]
        .query("source == 'netzwoche-2019-09' and measure == 'images_accessible'")
        .set_index("iso3")["figure"]
    )
    assert (theirs["USA"], theirs["ITA"], "SRB" in theirs) == ("45,9 Millionen", "1,11 Millionen", False)
    # Not independent: no interval of chance.
    assert ex.rates(shown["places"])["level"].isna().all()
