"""The rules by which a claim is settled, each on a few made-up figures with the arithmetic beside it."""

from types import SimpleNamespace
from typing import Any, ClassVar

import pytest

from analysis.figures.known_figures import Known, known_by
from analysis.figures.quantities import Quantity, quantity
from analysis.figures.relations import (
    CONTRADICTED,
    ROUNDED,
    SUPPORTED,
    UNCHECKED,
    Claim,
    _agreement,
    _said,
    _side,
    settle,
)

#: Two waves of one programme; what stands in the rows below is made up.
BEFORE, AFTER = "greenbone-2019-09", "greenbone-2019-11"


def row(sense, low, high=None, *, survey=BEFORE, place="WLD", kind=None, **more):
    high = low if high is None else high
    told = {
        "survey": survey,
        "sense": sense,
        "measure": sense,
        "place_id": place,
        "asset": "dicom",
        "value": (low + high) / 2,
        "low": low,
        "high": high,
        "scan_from": "2019-09" if survey == BEFORE else "2019-11",
        "scan_to": "2019-09-17" if survey == BEFORE else "2019-11",
        "published": "2019-09-17",
        "tier": "primary",
        "source": "surveyor",
        "parent": None,
        "region": "Europe",
        "place_kind": kind or ("world" if place == "WLD" else "country"),
    }
    return SimpleNamespace(**told | more)


def claim(relation, sense="studies", figure="", text="", place="WLD", survey=BEFORE, **more):
    return Claim(survey, relation, text, figure, "en", place, sense, **more)


def settled(what, *rows, date=""):
    found = settle(what, Known(rows), date)
    return found.verdict, found.told, found.form


class TestAgreement:
    def test_nearly_a_quarter_may_be_a_little_more(self):
        # Half the width of [0.2, 0.25] beyond 0.25: up to 0.275.
        nearly = Quantity(0.25, 0.2, 0.25, "nearly", unit="share")
        assert _agreement(0.21, 0.24, nearly) == SUPPORTED
        assert _agreement(0.26, 0.27, nearly) == _agreement(0.274, 0.3, nearly) == ROUNDED
        assert _agreement(0.276, 0.29, nearly) == _agreement(0.1, 0.19, nearly) == CONTRADICTED

    def test_a_billionth_is_no_difference_however_large_the_number(self):
        said = Quantity(1e9, 1e9, 1e9, "")
        assert _agreement(1e9 - 0.5, 1e9 + 0.5, said) == SUPPORTED
        assert _agreement(1e9 + 2, 1e9 + 3, said) == CONTRADICTED
        assert _agreement(0.5 + 5e-10, 0.5, Quantity(0.5, 0.5, 0.5, "")) == SUPPORTED
        assert _agreement(0.5 + 2e-9, 0.6, Quantity(0.5, 0.5, 0.5, "")) == CONTRADICTED

    @pytest.mark.parametrize(
        ("low", "high", "more", "verdict"),
        [
            (5, 6, True, SUPPORTED),
            (6, 7, True, SUPPORTED),
            (4, 6, True, ROUNDED),
            (3, 5, True, CONTRADICTED),
            (5, 5, True, CONTRADICTED),
            (4, 5, False, SUPPORTED),
            (3, 4, False, SUPPORTED),
            (4, 6, False, ROUNDED),
            (5, 7, False, CONTRADICTED),
            (5, 5, False, CONTRADICTED),
        ],
    )
    def test_a_bound_is_not_beyond_itself(self, low, high, more, verdict):
        assert _side(low, high, 5, more) == verdict
        assert _agreement(low, high, Quantity(5, 5, 6, "more than" if more else "less than")) == verdict
        assert _agreement(low, high, Quantity(5, 5, 6, "at least" if more else "up to")) == verdict


class TestWhatIsSaid:
    def test_about_half_is_what_is_nearer_to_a_half_than_to_its_neighbours(self):
        printed = quantity("about half", "en")
        said = _said(claim("share_of", figure="about half"))
        assert (
            said.low == (printed.low + 0.5) / 2
            and said.high == (printed.high + 0.5) / 2
            and printed.low < said.low < 0.5
        )
        # A number of digits keeps its own interval, and what is not a share too.
        assert _said(claim("more_than", figure="about a dozen")) in (None, quantity("about a dozen", "en"))
        assert _said(claim("share_of", figure="about 45 %")) == quantity("about 45 %", "en")

    @pytest.mark.parametrize(
        ("figure", "low", "high", "verdict"),
        [
            ("60 %", 0.597, 0.603, SUPPORTED),
            # What is printed as whole tens may be rounded to tens, and is then right within rounding.
            ("60 %", 0.618, 0.62, ROUNDED),
            ("+60 %", 0.552, 0.553, ROUNDED),
            ("60 %", 0.66, 0.67, CONTRADICTED),
            ("61 %", 0.62, 0.63, CONTRADICTED),
            ("more than 60 %", 0.58, 0.59, CONTRADICTED),
        ],
    )
    def test_tens_of_percent_may_be_rounded_to_tens(self, figure, low, high, verdict):
        assert _agreement(low, high, _said(claim("change", figure=figure))) == verdict

    def test_the_whole(self):
        assert _said(claim("share_of", figure="all"))[:3] == (1, 1, 1)
        assert _said(claim("share_of", figure="plenty of them")) is None


class TestBounds:
    def test_against_a_number(self):
        assert settled(claim("more_than", figure="24 million"), row("studies", 24.2e6, 24.4e6)) == (
            SUPPORTED,
            "counted",
            "count",
        )
        assert settled(claim("less_than", figure="24 million"), row("studies", 24.2e6, 24.4e6)) == (
            CONTRADICTED,
            "counted",
            "count",
        )
        assert settled(claim("more_than", figure="???"), row("studies", 5)) == (UNCHECKED, "unread", "")
        assert settled(claim("more_than", figure="24 million")) == (UNCHECKED, "no figure", "")

    def test_against_another_figure(self):
        found = settle(
            claim("more_than", place="USA", other_place="DEU"),
            Known([row("studies", 13, 14, place="USA"), row("studies", 4, 6, place="DEU")]),
        )
        assert (found.verdict, found.told, found.form, found.low, found.high) == (SUPPORTED, "compared", "", 7, 10)
        assert [figure.place_id for figure in found.figures] == ["USA", "DEU"]
        alone = settle(claim("more_than", place="USA", other_place="DEU"), Known([row("studies", 13, 14, place="USA")]))
        assert (alone.verdict, alone.told) == (UNCHECKED, "no other figure") and [
            figure.place_id for figure in alone.figures
        ] == ["USA"]


class TestFractions:
    def test_a_share_of_the_world_by_default(self):
        found = settle(
            claim("share_of", place="USA", figure="more than half"),
            Known([row("studies", 12, 14, place="USA"), row("studies", 24, 26)]),
        )
        assert (found.verdict, found.told, found.form) == (ROUNDED, "share", "percent")
        assert (found.low, found.high) == (12 / 26, 14 / 24)

    def test_a_part_is_never_more_than_its_whole(self):
        rows = row("studies", 9, 11, place="USA"), row("studies", 10, 12)
        assert settle(claim("share_of", place="USA", figure="all"), Known(rows)).high == 1.0
        assert settle(claim("ratio", place="USA", figure="twice"), Known(rows)).high == 1.1
        assert settled(claim("ratio", place="USA", figure="twice"), *rows) == (CONTRADICTED, "ratio", "times")
        more = row("studies", 12, 13, place="USA"), row("studies", 10, 12)
        assert settle(claim("share_of", place="USA", figure="all"), Known(more)).high == 1.3

    def test_what_cannot_be_divided_or_was_not_known_yet(self):
        this = row("studies", 9, place="USA")
        assert settled(claim("share_of", place="USA", figure="half"), this, row("studies", 0, 3)) == (
            UNCHECKED,
            "nothing to divide by",
            "",
        )
        late = row("studies", 18, published="2019-11-05")
        what = claim("share_of", place="USA", figure="half")
        assert settled(what, this, late, date="2019-10-01") == (UNCHECKED, "no other figure", "")
        assert settled(what, this, late, date="2019-11-05") == (SUPPORTED, "share", "percent")
        assert settled(what, late) == (UNCHECKED, "no figure", "")
        assert settled(claim("share_of", place="USA", figure="???"), this, late) == (UNCHECKED, "unread", "")


class TestChange:
    ROSE = row("studies", 10), row("studies", 16, survey=AFTER)

    def test_the_step_between_two_waves(self):
        found = settle(
            claim("change", figure="60 %", survey=AFTER),
            Known([row("studies", 9, 11), row("studies", 15, 17, survey=AFTER)]),
        )
        assert (found.told, found.form) == ("changed", "change")
        assert (found.low, found.high) == (pytest.approx(15 / 11 - 1), pytest.approx(17 / 9 - 1))

    def test_twice_as_many_is_a_rise_by_all_of_it(self):
        found = settle(
            claim("change", figure="twice", survey=AFTER), Known([row("studies", 10), row("studies", 20, survey=AFTER)])
        )
        twice = quantity("twice", "en")
        assert found.verdict == SUPPORTED
        assert (found.said.value, found.said.low, found.said.high) == (twice.value - 1, twice.low - 1, twice.high - 1)

    def test_a_fall_is_told_with_a_positive_number(self):
        fell = row("studies", 10), row("studies", 4, survey=AFTER)
        assert settled(claim("change", figure="60 %", text="studies fell", survey=AFTER), *fell) == (
            SUPPORTED,
            "changed",
            "change",
        )
        assert settled(claim("change", figure="60 %", text="studies rose", survey=AFTER), *fell)[0] == CONTRADICTED
        assert (
            settled(claim("change", figure="more than 50 %", text="studies fell", survey=AFTER), *fell)[0] == SUPPORTED
        )
        assert (
            settled(claim("change", figure="less than 50 %", text="studies fell", survey=AFTER), *fell)[0]
            == CONTRADICTED
        )

    def test_of_a_contradicted_change_it_is_said_what_else_changed_so(self):
        rows = (
            *self.ROSE,
            row("images", 10),
            row("images", 19, survey=AFTER),
            row("servers_exposed", 50),
            row("servers_exposed", 60, survey=AFTER),
        )
        found = settle(claim("change", figure="90 %", text="studies rose", survey=AFTER), Known(rows))
        assert (found.verdict, found.told, found.form) == (CONTRADICTED, "changed", "change")
        assert found.others == (("images", pytest.approx(0.9), pytest.approx(0.9)),)

    def test_no_former_wave_and_nothing_before(self):
        assert settled(claim("change", figure="60 %"), *self.ROSE) == (UNCHECKED, "no former figure", "")
        assert settled(claim("change", figure="60 %", survey=AFTER), row("studies", 0, 1), self.ROSE[1]) == (
            UNCHECKED,
            "nothing to divide by",
            "",
        )
        assert settled(claim("change", figure="???", survey=AFTER), *self.ROSE) == (UNCHECKED, "unread", "")

    @pytest.mark.parametrize(
        ("text", "verdict"), [("studies rose", SUPPORTED), ("studies fell", CONTRADICTED), ("studies", UNCHECKED)]
    )
    def test_its_direction(self, text, verdict):
        assert settled(claim("change_direction", text=text, survey=AFTER), *self.ROSE) == (verdict, "changed", "change")
        near = row("studies", 10, 14), row("studies", 12, 16, survey=AFTER)
        assert settled(claim("change_direction", text=text, survey=AFTER), *near)[0] == UNCHECKED

    def test_between_two_years_that_it_names(self):
        years = [
            row("breaches", number, survey="hhs-ocr", place="USA", scan_from=year, scan_to=year)
            for year, number in (("2022", 50), ("2023", 80))
        ]
        what = claim("change", "breaches", figure="60 %", text="rose from 2022 to 2023", place="USA", survey="hhs-ocr")
        assert settled(what, *years) == (SUPPORTED, "changed", "change")
        # A month of a year, or two years, are not that year.
        part = row("breaches", 50, survey="hhs-ocr", place="USA", scan_from="2022-01", scan_to="2022-02")
        assert settled(what, part, years[1])[0] == UNCHECKED
        two = row("breaches", 50, survey="hhs-ocr", place="USA", scan_from="2021", scan_to="2022")
        assert settled(what, two, years[1])[0] == UNCHECKED


class TestRank:
    ROWS: ClassVar[list[Any]] = [
        row("studies", low, low + 2, place=place) for place, low in (("USA", 50), ("IND", 30), ("BRA", 10))
    ]

    def test_bounds_of_a_place(self):
        found = settle(claim("rank", place="IND", figure="second"), Known([*self.ROWS, row("studies", 95, 97)]))
        # 97 less 50, 30 and 10 leave 7: nobody else is above 30.
        assert (found.verdict, found.low, found.high, found.published, found.form) == (SUPPORTED, 2, 2, 3, "rank")
        assert settle(claim("first", place="USA"), Known([*self.ROWS, row("studies", 95, 97)])).verdict == SUPPORTED

    def test_what_the_total_leaves_may_stand_above(self):
        found = settle(claim("rank", place="BRA", figure="third"), Known([*self.ROWS, row("studies", 120, 121)]))
        # 121 - 90 = 31 leave room for three of ten.
        assert (found.verdict, found.low, found.high) == (UNCHECKED, 3, 6)
        # With four affected countries only one is without a figure; but not before that was known.
        affected = row("countries", 4, published="2019-10-01")
        assert (
            settle(
                claim("rank", place="BRA", figure="third"), Known([*self.ROWS, row("studies", 120, 121), affected])
            ).high
            == 4
        )
        assert (
            settle(
                claim("rank", place="BRA", figure="third"),
                Known([*self.ROWS, row("studies", 120, 121), affected]),
                "2019-09-20",
            ).high
            == 6
        )

    def test_who_is_surely_above(self):
        found = settle(claim("first", place="BRA"), Known([*self.ROWS, row("studies", 95, 97)]))
        assert (found.verdict, [figure.place_id for figure in found.above]) == (CONTRADICTED, ["USA", "IND"])

    def test_among_the_parts_of_a_country(self):
        parts = [
            row("studies", low, place=f"IND/{name}", kind="sub-national", parent="IND")
            for name, low in (("one", 20), ("two", 8))
        ]
        others = [
            row("studies", 90, place="DEU/x", kind="sub-national", parent="DEU"),
            row("studies", 5, place="NPL", parent="IND"),
        ]
        whole = row("studies", 29, place="IND")
        found = settle(claim("first", place="IND/one", other_place="IND"), Known([*parts, *others, whole]))
        assert (found.verdict, found.low, found.high, found.published) == (SUPPORTED, 1, 1, 2)


class TestNone:
    def test_of_a_thing(self):
        assert settled(claim("none_of", place="FRA"), row("studies", 0, place="FRA")) == (SUPPORTED, "counted", "count")
        assert settled(claim("none_of", place="FRA"), row("studies", 3, place="FRA")) == (
            CONTRADICTED,
            "counted",
            "count",
        )
        assert settled(claim("none_of", place="FRA"), row("studies", 0, 3, place="FRA")) == (
            ROUNDED,
            "counted",
            "count",
        )
        assert settled(claim("none_of", place="FRA")) == (UNCHECKED, "no figure", "")
        assert settled(claim("none_of", other_sense="images"), row("studies", 3)) == (UNCHECKED, "membership", "")

    def test_a_quality(self):
        assert settled(claim("qualitative")) == (UNCHECKED, "qualitative", "")


def test_an_account_does_not_prove_itself():
    own = row("studies", 9, place="FRA", tier="secondary", source="account")
    what = claim("more_than", place="FRA", figure="5", source="account")
    found = settle(what, Known([own]))
    assert (found.verdict, bool(found.own)) == (UNCHECKED, True)
    other = row("studies", 9, place="FRA", tier="secondary", source="another")
    assert settle(what, Known([own, other])).verdict == SUPPORTED


def test_dates_are_compared_as_far_as_they_are_known():
    assert (
        known_by("2019", "2019-09-17")
        and known_by("2019-09", "2019")
        and known_by(None, "2019")
        and known_by("2020", "")
    )
    assert not known_by("2019-10", "2019-09-17") and known_by("2019-09-17", "2019-09-17")


def test_the_wave_before_is_of_the_same_programme_and_the_latest():
    rows = row("studies", 1), row("studies", 1, survey=AFTER), row("studies", 1, survey="cybelangel-2020-12")
    known = Known(rows)
    assert known.former(AFTER) == BEFORE and known.former(BEFORE) is None and known.former("cybelangel-2020-12") is None
    assert known.former("nowhere") is None
