"""The panel, the figures to prefer, conflicts, and what was not published."""

import itertools
import shutil
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import analysis as ex
from analysis.datafolder import shipped_folder
from analysis.figures import fields
from analysis.figures.panel import select
from analysis.figures.rounding_interval import Ends, Intervals, meet
from analysis.figures.survey import read_survey

ROOT = Path(__file__).parents[2]
CONTRACT = [
    "source",
    "survey",
    "tier",
    "seen",
    "published",
    "scan_from",
    "scan_to",
    "place",
    "iso3",
    "country",
    "region",
    "measure",
    "asset",
    "value",
    "low",
    "high",
    "qualifier",
    "figure",
    "locator",
]


class TestPanel:
    def test_columns(self, small_data):
        panel = ex.panel()
        assert list(panel)[: len(CONTRACT)] == CONTRACT
        assert list(panel) == list(fields.PANEL)
        assert panel["iso3"].dtype == panel["note"].dtype == "str"
        assert (panel["low"] <= panel["value"]).all() and (panel["value"] <= panel["high"]).all()

    def test_places(self, small_data):
        panel = ex.panel().set_index("place")
        assert panel.loc["EE. UU.", ["iso3", "country", "region"]].tolist() == ["USA", "United States", "Americas"]
        assert (panel.loc["World", "iso3"] == "WLD").all()
        assert panel.loc[["Europe", "Maharashtra"], ["iso3", "country"]].isna().all(axis=None)
        assert panel.loc["Maharashtra", "parent"] == "IND"

    def test_the_caller_may_change_its_copy(self, small_data):
        mine = ex.panel()
        mine["value"] = 0.0
        assert ex.panel()["value"].iloc[0] == 590

    def test_a_changed_file_is_read_again(self, small_data, edit):
        assert ex.panel()["value"].iloc[0] == 590
        edit("figures.csv", ",590,", ",5901,")
        assert ex.panel()["value"].iloc[0] == 5901

    def test_a_fault_is_raised_never_a_wrong_number(self, small_data, edit):
        edit("figures.csv", ",187,", ",some,")
        with pytest.raises(ex.DataError) as caught:
            ex.panel()
        assert (caught.value.file, caught.value.line, caught.value.column) == (
            "aggregate/sample-2020-02/figures.csv",
            6,
            "figure",
        )

    def test_an_identifier_is_refused_and_not_repeated(self, small_data, edit):
        edit("figures.csv", "paragraph 4", "paragraph 4; host 203.0.113.77")
        with pytest.raises(ex.IdentifierError) as caught:
            ex.panel()
        assert caught.value.line == 8
        assert "203.0.113" not in str(caught.value)

    def test_an_unknown_survey(self, small_data):
        with pytest.raises(ex.DataError, match="sample-2020-02"):
            ex.panel(["no-such-2020"])

    def test_only_the_surveys_asked_for_are_read(self, small_data, edit):
        other = small_data / "aggregate" / "broken-2021"
        other.mkdir()
        (other / "survey.toml").write_text("title = ")
        assert len(ex.panel(["sample-2020-02"])) == 13
        with pytest.raises(ex.DataError, match="broken-2021"):
            ex.panel()


class TestNouns:
    def test_a_noun_is_contradicted_by_the_same_number_under_what_the_survey_counts(self, small_data):
        panel = ex.panel()
        meant = panel.loc[panel["meant"].notna(), ["place", "measure", "meant"]]
        assert meant.to_numpy().tolist() == [["World", "patients", "studies"], ["EE. UU.", "patients", "studies"]]

    def test_another_number_contradicts_no_noun(self, small_data, edit):
        edit("figures.csv", '"13,7 millones"', '"5,1 millones"')
        panel = ex.panel()
        assert panel.loc[panel["meant"].notna(), "place"].tolist() == ["World"]

    def test_a_survey_that_counts_patients_may_print_them(self, small_data, edit):
        edit("survey.toml", '"data records" = "studies"', '"data records" = "studies"\n"people" = "patients"')
        assert ex.panel()["meant"].isna().all()


class TestPreferred:
    def chosen(self):
        return ex.preferred(ex.panel()).set_index(["place_id", "measure"])

    def test_one_figure_a_key(self, small_data):
        best = ex.preferred(ex.panel())
        assert not best.duplicated(["survey", "place_id", "measure", "asset", "scan_from", "scan_to"]).any()
        assert list(best) == [*fields.PANEL, "printed_measure", "standing"]

    def test_primary_before_secondary_and_precise_before_rounded(self, small_data):
        best = self.chosen()
        assert best.loc[("WLD", "studies"), "figure"] == "24.3 million"
        assert best.loc[("WLD", "images"), "figure"] == "737 million"
        assert best.loc[("WLD", "servers_exposed"), "figure"] == "590"

    def test_even_a_rounded_primary_before_a_precise_account(self, small_data, edit):
        edit(
            "figures.csv",
            "diario-2020-04,World,images,,alrededor de 720 millones",
            "diario-2020-04,World,images,,737.123.456",
        )
        assert self.chosen().loc[("WLD", "images"), "figure"] == "737 million"

    def test_of_accounts_the_one_that_kept_the_qualifier(self, small_data, edit):
        edit(
            "figures.csv",
            "diario-2020-04,Maharashtra",
            "diario-2020-04,Spain,records,,más de 500,párrafo 9,\ndiario-2020-04,Maharashtra",
        )
        edit(
            "figures.csv", "daily-2020-03,Europe", "daily-2020-03,Spain,records,,500,paragraph 6,\ndaily-2020-03,Europe"
        )
        assert self.chosen().loc[("ESP", "records"), ["figure", "standing"]].tolist() == ["más de 500", "accounts"]

    def test_whose_number_it_is(self, small_data):
        best = self.chosen()
        assert best.loc[("WLD", "studies"), "standing"] == "surveyor"
        assert best.loc[("DEU", "servers_exposed"), "standing"] == "one account"

    def test_an_account_of_the_surveyor_before_one_of_another_count(self, small_data, edit):
        edit(
            "figures.csv",
            "diario-2020-04,Maharashtra",
            "diario-2020-04,Alemania,servers_exposed,,7,párrafo 9,\ndiario-2020-04,Maharashtra",
        )
        edit("sources.csv", "diario-2020-04,secondary,daily-2020-03", "diario-2020-04,secondary,sample-report-2020-03")
        assert self.chosen().loc[("DEU", "servers_exposed"), "value"] == 6, "the earlier one"
        edit("survey.toml", "scan_from", 'counted_apart = ["daily-2020-03"]\nscan_from')
        best = self.chosen()
        assert best.loc[("DEU", "servers_exposed"), ["value", "standing"]].tolist() == [7, "one account"]
        assert best.loc[("USA", "servers_exposed"), "standing"] == "others' count"

    def test_two_numbers_that_are_as_fine_are_left_to_the_survey(self, small_data, edit):
        # 0.1 of 24.5 is narrower than 0.1 of 24.3, and says nothing.
        edit(
            "figures.csv",
            "sample-release-2020-03,World,images",
            "sample-release-2020-03,World,studies,,24.5 million,text,later edition\n"
            "sample-release-2020-03,World,images",
        )
        assert self.chosen().loc[("WLD", "studies"), "value"] == 24.3e6
        edit(
            "survey.toml",
            '["sample-report-2020-03", "sample-release-2020-03"]',
            '["sample-release-2020-03", "sample-report-2020-03"]',
        )
        assert self.chosen().loc[("WLD", "studies"), "value"] == 24.5e6

    def test_a_country_s_number_given_for_the_world_is_never_taken(self, small_data, edit):
        edit(
            "figures.csv",
            "diario-2020-04,World,images",
            "diario-2020-04,World,organisations,,308,párrafo 7,\ndiario-2020-04,World,images",
        )
        assert self.chosen().loc[("WLD", "organisations"), "value"] == 308
        edit(
            "figures.csv",
            "daily-2020-03,Europe",
            "daily-2020-03,Spain,organisations,,308,paragraph 7,\n"
            "extra-2020-05,Spain,organisations,,308,paragraph 7,\ndaily-2020-03,Europe",
        )
        edit(
            "sources.csv",
            "diario-2020-04,secondary",
            "extra-2020-05,secondary,,2020-05,full,en,Extra,,,\ndiario-2020-04,secondary",
        )
        assert ("WLD", "organisations") not in self.chosen().index
        panel = ex.panel()
        assert panel.loc[panel["meant_place"].notna(), ["source", "meant_place"]].to_numpy().tolist() == [
            ["diario-2020-04", "ESP"]
        ]

    def test_a_contradicted_noun_is_never_taken(self, small_data):
        assert "patients" not in self.chosen().index.get_level_values("measure")

    def test_what_is_printed_stays(self, small_data):
        us = self.chosen().loc[("USA", "servers_exposed")]
        assert us["printed_measure"] == "servers_open"

    def test_order_of_rows_does_not_matter(self, small_data):
        panel = ex.panel()
        columns = ["place_id", "measure", "figure", "source"]
        shuffled = ex.preferred(panel.sample(frac=1, random_state=3)).sort_values(columns)
        assert (
            shuffled[columns].to_numpy().tolist()
            == ex.preferred(panel).sort_values(columns)[columns].to_numpy().tolist()
        )

    def test_the_number_that_more_accounts_print(self, small_data, edit):
        edit(
            "figures.csv",
            "diario-2020-04,Maharashtra",
            "diario-2020-04,Alemania,servers_exposed,,7,párrafo 9,\ndiario-2020-04,Maharashtra",
        )
        edit(
            "figures.csv",
            "daily-2020-03,Europe",
            "extra-2020-05,Germany,servers_exposed,,7,paragraph 1,\ndaily-2020-03,Europe",
        )
        edit(
            "sources.csv",
            "diario-2020-04,secondary",
            "extra-2020-05,secondary,,2020-05,full,en,Extra,,,\ndiario-2020-04,secondary",
        )
        assert self.chosen().loc[("DEU", "servers_exposed"), "value"] == 7


class TestConflicts:
    def test_figures_that_do_not_meet(self, small_data):
        found = ex.conflicts(ex.panel())
        assert found[["figure_a", "figure_b", "cause"]].to_numpy().tolist() == [
            ["737 million", "alrededor de 720 millones", "A slip of the second account."]
        ]
        assert found.loc[0, ["survey", "iso3", "measure", "source_b", "locator_b"]].tolist() == [
            "sample-2020-02",
            "WLD",
            "images",
            "diario-2020-04",
            "párrafo 3",
        ]

    def test_none(self, small_data, edit):
        edit("figures.csv", "alrededor de 720 millones", "737 millones")
        found = ex.conflicts(ex.panel())
        assert found.empty and found["low_a"].dtype == "float64"

    def test_two_senses_of_one_count_can_contradict_each_other(self, small_data, edit):
        edit("figures.csv", "World,servers_exposed,,casi 600", "World,servers_open,,900")
        found = ex.conflicts(ex.panel())
        assert ("590", "900") in set(zip(found["figure_a"], found["figure_b"], strict=True))


@st.composite
def interval(draw):
    low = draw(st.integers(0, 20))
    return SimpleNamespace(low=float(low), high=float(low + draw(st.integers(0, 5))))


class TestMeet:
    @given(interval(), interval())
    def test_symmetric_and_reflexive(self, a, b):
        assert meet(a, b) == meet(b, a)
        assert meet(a, a)

    @pytest.mark.parametrize(
        ("a", "b", "expected"),
        [
            ((23.5, 24.5), (24.25, 24.35), True),
            ((24.25, 24.35), (24.45, 24.55), False),
            ((23.5, 24.5), (24.5, 25.5), False),
            ((590, 590), (590, 590), True),
            ((500, 600), (590, 590), True),
        ],
    )
    def test_half_open(self, a, b, expected):
        assert meet(*(SimpleNamespace(low=low, high=high) for low, high in (a, b))) is expected


class TestUnpublished:
    def test_what_is_left_over(self, small_data):
        rest = ex.unpublished(ex.panel()).set_index("measure")
        assert rest.loc["servers_exposed", ["total", "published", "places", "rest"]].tolist() == [590, 193, 2, 397]
        studies = rest.loc["studies"]
        assert (studies["rest_low"], studies["rest_high"]) == (24_250_000 - 13_750_000, 24_350_000 - 13_650_000)
        assert "patients" not in rest.index

    def test_never_below_zero_unless_they_contradict(self, small_data, edit):
        edit("figures.csv", "States,studies,,13.7 million", "States,studies,,24.3 million")
        studies = ex.unpublished(ex.panel()).set_index("measure").loc["studies"]
        assert (studies["rest_low"], studies["rest_high"]) == (0, 100_000)
        edit("figures.csv", "States,studies,,24.3 million", "States,studies,,30 million")
        studies = ex.unpublished(ex.panel()).set_index("measure").loc["studies"]
        assert studies["rest_high"] < 0

    def test_an_area_inside_another_country_is_not_counted_twice(self, small_data, edit):
        shutil.copytree(ROOT / "data" / "reference", small_data / "reference")
        edit(
            "figures.csv",
            "daily-2020-03,Europe",
            "daily-2020-03,France,servers_exposed,,20,p. 6,\ndaily-2020-03,Réunion,servers_exposed,,3,p. 6,\n"
            "daily-2020-03,Europe",
        )
        servers = ex.unpublished(ex.panel()).set_index("measure").loc["servers_exposed"]
        # 187 + 6 + 20; the three may be among the twenty, or not
        assert servers[["published_low", "published", "published_high", "places"]].tolist() == [213, 213, 216, 4]
        assert servers[["rest_low", "rest", "rest_high"]].tolist() == [374, 377, 377]

    def test_measures_that_do_not_add_up_are_left_out(self, small_data, edit):
        edit("figures.csv", "World,images,,737 million", "World,countries,,52")
        assert "countries" not in set(ex.unpublished(ex.panel())["measure"])


class TestSelect:
    def test_by_measure_survey_and_source(self, small_data):
        assert set(select("servers_exposed")["place_id"]) == {"WLD", "USA", "DEU", "europe"}
        assert select("servers_open")["place_id"].tolist() == ["USA"]
        assert select("studies", "sample-2020-02")["figure"].tolist() == ["24.3 million", "13.7 million", "308.451"]
        assert select("patients", "diario-2020-04")["figure"].tolist() == ["24 millones", "13,7 millones"]

    @pytest.mark.parametrize(
        ("measure", "source", "hint"),
        [
            ("servrs_exposed", None, "servers_exposed"),
            ("studies", "dairy-2020-03", "daily-2020-03"),
            ("hosts", None, "another"),
        ],
    )
    def test_what_is_not_there(self, small_data, measure, source, hint):
        with pytest.raises(ex.DataError, match=hint):
            select(measure, source)


@pytest.fixture(scope="module")
def panel():
    return ex.panel()


class TestShippedData:
    def test_every_figure_has_a_number_a_place_and_a_source(self, panel):
        assert panel[["value", "low", "high"]].notna().all(axis=None)
        assert (
            panel["iso3"].notna() | panel["place_kind"].isin(["historical", "region", "population", "sub-national"])
        ).all()
        assert panel[["source", "tier", "seen", "locator", "figure"]].notna().all(axis=None)

    def test_the_first_survey(self, panel):
        best = ex.preferred(panel)
        best = best[best["survey"] == "greenbone-2019-09"].set_index(["place_id", "measure"])
        assert best.loc[("WLD", "servers_exposed"), "value"] == 590
        assert best.loc[("WLD", "images"), "value"] == 737e6
        assert best.loc[("USA", "studies"), "value"] == 13.7e6
        # 24 million "patients" are the surveyor's studies, five million are persons of the United States.
        assert ("WLD", "patients") not in best.index
        assert best.loc[("USA", "patients"), ["value", "standing"]].tolist() == [5e6, "others' count"]
        # The surveyor's table has six systems, the journalists, who counted for themselves, five.
        assert best.loc[("DEU", "servers_exposed"), ["value", "standing"]].tolist() == [6, "accounts"]
        assert best.loc[("WLD", "vulnerabilities_critical"), ["figure", "standing"]].tolist() == [
            "more than 500",
            "accounts",
        ]
        # The English release before the German edition.
        assert best.loc[("WLD", "studies"), ["value", "standing"]].tolist() == [24.3e6, "surveyor"]

    @pytest.mark.parametrize(
        ("survey", "iso3", "measure", "one", "other"),
        [
            ("greenbone-2019-09", "WLD", "studies", 24.3e6, 24.5e6),
            ("greenbone-2019-09", "WLD", "studies", 24.3e6, 16e6),
            ("greenbone-2019-09", "WLD", "studies", 24.3e6, 2e6),
            ("greenbone-2019-09", "WLD", "images", 737e6, 733.5e6),
            ("greenbone-2019-09", "WLD", "images", 737e6, 720e6),
            ("greenbone-2019-09", "WLD", "images_accessible", 399e6, 389e6),
            ("greenbone-2019-09", "WLD", "images_accessible", 399e6, 339e6),
            ("greenbone-2019-09", "WLD", "servers_exposed", 590, 2300),
            ("greenbone-2019-09", "WLD", "servers_http_ftp", 39, 45),
            ("greenbone-2019-09", "WLD", "countries", 52, 46),
            ("greenbone-2019-09", "DEU", "studies", 15_000, 13_000),
            ("greenbone-2019-09", "ITA", "studies", 102_893, 100_300),
            ("greenbone-2019-09", "MYS", "studies", 19_922, 19_992),
        ],
    )
    def test_conflicts_that_are_known(self, panel, survey, iso3, measure, one, other):
        same = panel[(panel["survey"] == survey) & (panel["iso3"] == iso3) & (panel["sense"] == measure)]
        found = ex.conflicts(same, every=True)
        values = same.drop_duplicates(["low", "high"]).set_index(["low", "high"])["value"]
        pairs = {
            frozenset((values[row.low_a, row.high_a], values[row.low_b, row.high_b])) for row in found.itertuples()
        }
        assert frozenset((one, other)) in pairs, sorted(map(sorted, pairs))

    def test_each_contradiction_is_told_once_for_its_worse_figure(self, panel):
        key = ["survey", "iso3", "place", "measure", "asset", "low_b", "high_b", "source_b", "locator_b", "figure_b"]
        every, told = ex.conflicts(panel, every=True), ex.conflicts(panel)
        assert set(map(tuple, every[key].astype("str").to_numpy())) >= set(
            map(tuple, told[key].astype("str").to_numpy())
        )
        worse = ["survey", "iso3", "measure", "asset", "low_b", "high_b"]
        assert set(map(tuple, every[worse].astype("str").to_numpy())) == set(
            map(tuple, told[worse].astype("str").to_numpy())
        )
        assert len(told) < len(every)

    def test_numbers_of_one_country_given_for_the_world(self, panel):
        rows = panel[panel["meant_place"].notna()]
        assert set(map(tuple, rows[["source", "measure", "meant_place"]].to_numpy())) == {
            ("boingboing-2019-09", "patients", "USA"),
            ("boingboing-2019-09", "servers_open", "USA"),
        }

    def test_conflicts_never_name_figures_that_meet(self, panel):
        found = ex.conflicts(panel)
        assert ((found["high_a"] <= found["low_b"]) | (found["high_b"] <= found["low_a"])).all()

    def test_the_order_in_which_surveys_are_asked_for_does_not_matter(self, panel):
        again = ex.panel(sorted(set(panel["survey"]), reverse=True))
        pd.testing.assert_frame_equal(panel, again)

    def test_sub_national_figures_stay_below_their_country(self, panel):
        best = ex.preferred(panel)
        for (survey, parent, measure), states in best[best["place_kind"] == "sub-national"].groupby(
            ["survey", "parent", "measure"]
        ):
            whole = best[(best["survey"] == survey) & (best["iso3"] == parent) & (best["measure"] == measure)]
            if len(whole):
                assert states["low"].sum() <= whole["high"].iloc[0], (survey, parent, measure)


def test_ranking_is_a_total_order(small_data):
    panel = ex.panel()
    results = {
        tuple(ex.preferred(panel.iloc[list(order)])["figure"].sort_values())
        for order in itertools.islice(itertools.permutations(range(len(panel))), 0, 5000, 500)
    }
    assert len(results) == 1


ENDS = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 3)).map(lambda one: Ends(one[0], one[0] + one[1])))


@given(ENDS, ENDS)
def test_very_many_intervals_meet_as_each_of_them_does(known, asked):
    told = Intervals(known)
    for one in asked:
        assert told.meeting(one) == sum(meet(one, other) for other in set(known)), one


def test_shipped_surveys_are_not_read_again_for_each_data_folder_that_is_joined_with_them(tmp_path, monkeypatch):
    before = read_survey("greenbone-2019-09")
    for name in ("one", "two"):
        (tmp_path / name / "aggregate").mkdir(parents=True)
        monkeypatch.setenv("EXPOSURE_DATA", str(tmp_path / name))
        assert read_survey("greenbone-2019-09") is before
    measures = tmp_path / "two" / "aggregate" / "measures.toml"
    measures.write_bytes((shipped_folder("data") / "aggregate" / "measures.toml").read_bytes())
    assert read_survey("greenbone-2019-09") is not before
