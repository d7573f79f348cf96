"""Worked examples were computed by hand from the printed inputs; counts other than 187 are made up."""

import pandas as pd
import pytest

import analysis as ex
from analysis.figures.denominators import counted_twice, covariate, denominator


def one(iso3, year, per="population", **options):
    return denominator(pd.Series([iso3]), year, per, **options).iloc[0]


class TestWorkedExamples:
    def test_united_states_2019_per_million(self):
        row = one("USA", 2019)
        assert row["denominator"] == 330_226_227
        assert round(187 / row["denominator"] * 1e6, 4) == 0.5663

    @pytest.mark.parametrize(("iso3", "count", "rate"), [("USA", 187, 30.71), ("DEU", 26, 8.592)])
    def test_per_thousand_hospitals(self, iso3, count, rate):
        assert count / one(iso3, 2019, "hospitals_total")["denominator"] * 1000 == pytest.approx(rate, abs=0.005)

    @pytest.mark.parametrize(("iso3", "count", "rate"), [("USA", 187, 0.1161), ("DEU", 26, 0.2070)])
    def test_per_million_addresses(self, iso3, count, rate):
        assert round(count / one(iso3, 2026, "ipv4_addresses")["denominator"] * 1e6, 4) == rate

    def test_per_million_internet_users(self):
        row = one("USA", 2019, "internet_users_pct")
        assert round(187 / row["denominator"] * 1e6, 4) == 0.6332
        assert "SP.POP.TOTL" in row["denominator_source"] and "IT.NET.USER" in row["denominator_source"]

    def test_liechtenstein(self):
        assert round(1 / one("LIE", 2019)["denominator"] * 1e6, 2) == 25.93

    def test_group_is_sum_by_sum(self):
        people = denominator(pd.Series(["USA", "DEU", "LIE"]), 2019)["denominator"]
        assert round(214 / people.sum() * 1e6, 4) == 0.5177

    def test_taiwan_is_a_projection_of_the_un(self):
        row = one("TWN", 2024)
        assert round(12 / row["denominator"] * 1e6, 4) == 0.5169
        assert row["denominator_source"] == "un_wpp2024"

    def test_united_states_2026_projected(self):
        row = one("USA", 2026, projected=True)
        assert round(row["denominator"]) == 343_664_375
        assert row["denominator_year"] == 2026 and "projected" in row["denominator_source"]

    def test_france_with_reunion_inside(self):
        assert round(42 / one("FRA", 2023)["denominator"] * 1e6, 4) == 0.6143
        inside = counted_twice(pd.Series(["FRA", "REU", "DEU", None]))
        assert inside.to_dict("list") == {"iso3": ["REU"], "inside": ["FRA"]}
        assert counted_twice(pd.Series(["REU", "DEU"])).empty


class TestYear:
    def test_nearest_earlier_year_within_reach(self):
        assert one("USA", 2026)["denominator_year"] == 2024
        assert one("USA", 2027)["denominator_year"] == 2024
        assert pd.isna(one("USA", 2028)["denominator"])
        assert pd.isna(one("USA", 2013)["denominator"])

    def test_nearest_of_all_if_asked(self):
        assert pd.isna(one("USA", 2019, "ipv4_addresses")["denominator"])
        assert one("USA", 2019, "ipv4_addresses", nearest=True)["denominator_year"] == 2025
        assert one("USA", 2019, nearest=True)["denominator_year"] == 2019

    def test_dates_as_text(self):
        rows = denominator(pd.Series(["DEU", "DEU", "DEU"]), pd.Series(["2019-09", "2019-11-18", ""]))
        assert rows["denominator"].tolist()[:2] == [83_092_962] * 2
        assert rows.iloc[2].isna().all()

    def test_years_align_with_rows(self):
        with pytest.raises(ex.DataError, match="same index"):
            denominator(pd.Series(["DEU"], index=["a"]), pd.Series([2019], index=["b"]))


class TestRows:
    def test_order_index_and_missing_stay(self):
        places = pd.Series(["WLD", None, "NAM", "XYZ", "USA"], index=[5, 5, 1, 2, 0], dtype="str")
        rows = denominator(places, pd.Series([2024, 2019, 2016, 2019, 2019], index=places.index))
        assert rows.index.tolist() == [5, 5, 1, 2, 0]
        assert rows["denominator"].isna().tolist() == [False, True, False, True, False]
        assert rows["denominator_year"].tolist()[0] == 2024

    def test_order_of_rows_does_not_matter(self):
        places = pd.Series(["USA", "DEU", "TWN", "WLD", "ITA"])
        years = pd.Series([2024, 2016, 2019, 2026, 2021])
        back = denominator(places[::-1], years[::-1], projected=True)[::-1]
        pd.testing.assert_frame_equal(denominator(places, years, projected=True), back)

    def test_the_world_of_2026_is_larger_than_that_of_2024(self):
        now, then = one("WLD", 2024)["denominator"], one("WLD", 2026, projected=True)["denominator"]
        assert now < then < now * 1.03

    def test_none(self):
        assert denominator(pd.Series([], dtype="str"), 2019).empty


class TestRefused:
    def test_unknown(self):
        with pytest.raises(ex.DataError, match=r"population or one of .*hospitals_total"):
            one("USA", 2019, "dentists")

    def test_money(self):
        with pytest.raises(ex.DataError, match="current US"):
            one("USA", 2019, "gdp_pc_usd")

    def test_but_money_is_a_covariate(self):
        rows = covariate(pd.Series(["USA", "DEU"]), 2023, "gdp_pc_usd")
        assert rows["value"].round(2).tolist() == [82_304.62, 54_338.48]
