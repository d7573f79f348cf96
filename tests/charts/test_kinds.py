"""Every kind of chart: what it says, that nothing is clipped or overlaps, and what it refuses."""

import functools
import itertools

import chart_frames as frames
import pandas as pd
import pytest
from babel.dates import get_month_names
from layout import outside, overlapping

import analysis as ex
from analysis.charts import KINDS, draw
from analysis.charts.style import SIZES
from analysis.language.languages import LANGUAGES


@pytest.fixture(autouse=True)
def any_method(monkeypatch):
    frames.any_method(monkeypatch)


CHARTS = {name: functools.partial(drawn, ex.chart) for name, drawn in frames.CHARTS.items()}
# Each language and theme and size at least once for every kind, not all of their products: that takes minutes.
HOW = [
    dict(zip(("lang", "theme", "size"), how, strict=True))
    for how in zip(itertools.cycle(LANGUAGES), itertools.cycle(("light", "dark")), SIZES, strict=False)
]
# The narrowest form in all languages.
HOW += [{"lang": lang, "theme": "light", "size": "narrow"} for lang in ("de", "es", "fr")]


#: Short names of months that languages share.
MONTHS = {
    name.rstrip(".")
    for lang in LANGUAGES
    for name in get_month_names("abbreviated", "stand-alone", locale=lang).values()
}
#: Texts that the frames bring along: names of models and assumptions.
OF_THE_FRAME = {
    one.replace("_", " ")[0].upper() + one[1:] for one in [*frames.models()["model"], *frames.tornado()["assumption"]]
}


@pytest.mark.parametrize("how", HOW, ids=lambda how: "-".join(how.values()))
@pytest.mark.parametrize("kind", CHARTS)
def test_no_text_is_clipped_or_covers_another(kind, how):
    chart = CHARTS[kind](**how)
    assert len(chart.layout()) > 5
    assert outside(chart) == []
    assert list(overlapping(chart.layout())) == []
    expected = SIZES[how["size"]]
    assert chart.figure.bbox.width == expected.width
    assert expected.height in (None, chart.figure.bbox.height)


@pytest.mark.parametrize(
    ("kind", "lang"),
    [
        ("ranking", "de"),
        ("ranking-sets", "fr"),
        ("slope-places", "es"),
        ("coverage", "fr"),
        ("small_multiples", "de"),
        ("small_multiples-measures", "fr"),
        ("small_multiples-days", "de"),
        ("map-insets", "en"),
        ("scenario", "en"),
    ],
)
def test_no_name_is_cut_on_a_narrow_page(kind, lang, monkeypatch):
    monkeypatch.setattr(frames, "COUNTS", dict(zip(frames.LONG_NAMES, frames.COUNTS.values(), strict=True)))
    chart = CHARTS[kind](lang=lang, size="narrow")
    assert [text for text, *_ in chart.layout() if "…" in text] == []
    assert outside(chart) == []
    assert list(overlapping(chart.layout())) == []


@pytest.mark.parametrize("kind", CHARTS)
def test_texts_come_from_the_data_and_alt_text_is_short(kind):
    chart = CHARTS[kind]()
    assert any(sign.isdigit() for sign in chart.title)
    assert chart.title.partition(":")[0] in chart.alt
    assert len(chart.alt) <= 280
    assert chart.subtitle
    assert chart.notes
    assert chart.source.startswith("Source")
    assert len(chart.data) > 0


@pytest.mark.parametrize("kind", CHARTS)
def test_no_string_stays_in_english(kind):
    texts = {lang: {text for text, *_ in CHARTS[kind](lang=lang, size="web").layout()} for lang in LANGUAGES}
    for lang in ("es", "de", "fr"):
        same = {text for text in texts["en"] & texts[lang] if any(sign.isalpha() for sign in text)}
        # What is written alike in both: some countries, and what the frames bring along.
        from analysis.figures.country_names import country_name

        alike = (
            {country_name(code, lang) for code in frames.COUNTS}
            | {f"account-{n}" for n in range(7)}
            | OF_THE_FRAME
            | MONTHS
        )
        left = {
            text
            for text in same
            if not any(text in known for known in alike)
            and not text.endswith((" years", " dollars"))
            and "made-up" not in text
        }
        assert left <= {"images", "Images", "September 2019", "internet", "Europe"}


def test_a_text_of_the_caller_goes_first_and_markup_stays_text():
    chart = ex.chart.ranking(
        frames.panel(), title="</script>{{ x }} & $y$", note="Checked.", source_line="Ours", alt="Short.", name="mine"
    )
    svg = chart.svg()
    assert "</script>" not in svg
    assert "{{ x }} &amp; $y$" in svg
    assert chart.notes == ["Checked."]
    assert chart.alt == "Short."
    assert chart.name == "mine"


def test_a_title_of_300_characters_is_wrapped_whole():
    title = " ".join(["exposed archives"] * 18)
    for size in SIZES:
        chart = ex.chart.ranking(frames.panel(), title=title, size=size)
        assert " ".join(text for text, *_ in chart.layout()).startswith(title[:100])
        assert list(overlapping(chart.layout())) == []


class TestMap:
    def test_counts_in_colours_are_refused_with_both_ways_out(self):
        with pytest.raises(ex.NotComparableError, match=r"symbols=True.*rates"):
            ex.chart.map(frames.panel())

    def test_missing_places_are_counted_in_the_key_and_hatched(self):
        chart = ex.chart.map(frames.rated())
        # One count for every chart: that of the table of countries, small ones without a shape among them.
        without = len(ex.reference("countries")) - len(frames.COUNTS)
        assert any(f"No figure published ({without} countries and territories)" in text for text, *_ in chart.layout())
        assert chart.about["without_figure"] == without
        assert "<pattern" in chart.svg()

    def test_the_disclaimer_is_in_the_note_and_in_full_in_the_metadata(self):
        chart = ex.chart.map(frames.rated())
        assert any("legal status" in note for note in chart.notes)
        assert "delimitation of its frontiers" in chart.metadata()["disclaimer"]

    def test_a_country_without_a_shape_is_named(self):
        chart = ex.chart.map(frames.rated(frames.panel({"DEU": 50, "GIB": 3})))
        assert any("Gibraltar" in note for note in chart.notes)

    def test_limits_hold_all_values_and_are_at_most_seven(self):
        from analysis.charts.classes import limits_of

        for values in ([1, 2, 3], [0.0097, 0.4, 0.5, 1.98], [5] * 3, [0, 0, 7], [1e-9, 1e9], [-3, 4, 10], [0.1]):
            for classes in range(1, 8):
                limits = limits_of(pd.Series(values, dtype=float), classes, None)
                assert limits == sorted(limits)
                assert limits[0] <= min(values) <= max(values) <= limits[-1]
                assert len(limits) - 1 <= classes

    def test_too_many_classes_several_measures_and_doubled_places_are_refused(self):
        with pytest.raises(ex.DataError, match="1 to 7"):
            ex.chart.map(frames.rated(), classes=8)
        with pytest.raises(ex.NotComparableError, match="one scale"):
            ex.chart.map(frames.rated(frames.many_measures()))
        with pytest.raises(ex.DataError, match="more than one figure"):
            ex.chart.map(pd.concat([frames.rated(), frames.rated().head(1)]))

    def test_negative_circles_and_infinite_numbers_are_refused(self):
        with pytest.raises(ex.DataError, match="negative"):
            ex.chart.map(frames.panel({"DEU": -1}), symbols=True)
        with pytest.raises(ex.DataError, match="not finite"):
            ex.chart.map(frames.panel({"DEU": float("inf")}), symbols=True)

    def test_nothing_and_one_and_equal_values_are_drawn(self):
        nothing = ex.chart.map(frames.rated().assign(rate=float("nan")))
        assert "no figure was published" in nothing.title
        assert len(ex.chart.map(frames.rated(frames.panel({"MLT": 1}))).data) == 1
        assert (
            list(overlapping(ex.chart.map(frames.rated().assign(rate=2.0, rate_low=2.0, rate_high=2.0)).layout())) == []
        )

    def test_rates_whose_intervals_meet_are_not_called_first(self):
        wide = frames.rated(frames.panel({"DEU": 50, "FRA": 45})).assign(rate_low=0.0, rate_high=5.0)
        title = ex.chart.map(wide).title
        assert "overlap" in title
        assert "Germany and France" in title


class TestRanking:
    def test_is_in_order_and_has_the_interval_of_the_printing(self):
        chart = ex.chart.ranking(frames.panel())
        assert chart.data["value"].is_monotonic_decreasing
        germany = chart.data.set_index("iso3").loc["DEU"]
        assert (germany["low"], germany["high"]) == (45, 55)

    def test_rows_left_out_are_counted_in_the_note(self):
        chart = ex.chart.ranking(frames.panel(), size="social")
        drawn = {text for text, *_ in chart.layout()} & set(chart.data["place"])
        assert 0 < len(drawn) < len(frames.COUNTS) == len(chart.data)
        assert f"{len(frames.COUNTS) - len(drawn)} further rows are in the data file." in chart.notes

    def test_rates_stand_below_one_another_with_as_many_decimals(self):
        texts = {text for text, *_ in ex.chart.ranking(frames.rated()).layout()}
        assert {"2.00", "1.30", "0.57", "0.08", "0.01"} <= texts
        # Too many decimals for the largest: each number has its own.
        far = frames.rated(frames.panel({"DEU": 50, "FRA": 45})).assign(
            rate=[9000.0, 0.01], rate_low=[8900.0, 0.0], rate_high=[9100.0, 0.02]
        )
        assert {"9,000", "0.01"} <= {text for text, *_ in ex.chart.ranking(far).layout()}

    def test_qualifiers_are_shown(self):
        chart = ex.chart.ranking(frames.panel({"DEU": 40, "FRA": 30}).assign(qualifier=["about", "more than"]))
        texts = {text for text, *_ in chart.layout()}
        assert {"≈40", ">30"} <= texts

    def test_zero_and_logarithms(self):
        with pytest.raises(ex.DataError, match="logarithmic"):
            ex.chart.ranking(frames.panel({"DEU": 0, "FRA": 30}), log=True)
        assert len(ex.chart.ranking(frames.panel({"DEU": 0, "FRA": 30})).data) == 2

    @pytest.mark.filterwarnings("ignore::analysis.charts.letters.MissingLettersWarning")
    def test_places_in_other_scripts_are_measured(self):
        frame = frames.panel({"DEU": 5, "FRA": 3}).assign(iso3=float("nan"), place=["日本の病院", "مستشفى"])
        frame["iso3"] = frame["iso3"].astype("str")
        chart = ex.chart.ranking(frame)
        assert "日本の病院" in chart.svg()


class TestSlope:
    def test_says_what_rose_and_what_fell(self):
        assert ex.chart.slope(frames.two_waves("measure")).title == "World: of 3 figures, 2 rose and 1 fell"

    def test_intervals_that_meet_are_no_change(self):
        frame = pd.concat(
            [frames.panel({"WLD": 590}), frames.panel({"WLD": 592}, survey="made-up-2020", scan_to="2020-03")]
        ).assign(low=580.0, high=600.0)
        assert "no change" in ex.chart.slope(frame).title

    def test_needs_two_surveys(self):
        with pytest.raises(ex.DataError, match="compares two surveys and got 1"):
            ex.chart.slope(frames.panel())


class TestTimeline:
    def test_refuses_a_line_over_a_break_and_says_the_way_out(self):
        with pytest.raises(ex.NotComparableError, match="across_breaks='mark'"):
            ex.chart.timeline(frames.over_time())

    def test_marks_the_break_in_the_note(self):
        chart = ex.chart.timeline(frames.over_time(), across_breaks="mark")
        assert any("cannot be compared: another method." in note for note in chart.notes)
        assert chart.metadata()["breaks"] == [
            {"from": "made-up-2016", "to": "made-up-2019", "reasons": "another method"},
            {"from": "made-up-2020", "to": "made-up-2023", "reasons": "another method"},
        ]
        assert chart.svg().count("stroke-dasharray") == 2

    def test_does_not_set_the_first_beside_the_last_figure_over_a_break(self):
        assert ex.chart.timeline(frames.over_time(), across_breaks="mark").title == (
            "Servers reachable from the internet: 4 figures from 2016 to December 2023, not all comparable"
        )
        joined = frames.over_time().query("survey in ('made-up-2019', 'made-up-2020')")
        assert (
            ex.chart.timeline(joined).title
            == "Servers reachable from the internet: 590 in September 2019, 547 in 14 March 2020"
        )

    def test_numbers_bear_the_sign_of_their_qualifier(self):
        chart = ex.chart.timeline(
            frames.over_time().assign(qualifier=["about", "", "more than", ""]), across_breaks="mark"
        )
        assert {"≈2,774", ">547", "590"} <= {text for text, *_ in chart.layout()}


class TestShare:
    def test_has_the_percentage_and_its_interval(self):
        chart = ex.chart.share(frames.with_world())
        assert chart.title == "United States: 56% of the total (13.7 of 24.3 million studies)"
        assert chart.data["share"].iloc[0] == pytest.approx(13.7 / 24.3)
        assert chart.data["share_low"].iloc[0] == pytest.approx(13.65 / 24.35)

    def test_a_measure_is_part_of_another_one(self):
        whole, part = (frames.panel({"WLD": count}, measure=name) for name, count in (("images", 8), ("studies", 2)))
        chart = ex.chart.share(pd.concat([whole, part.assign(qualifier="about")]), of="images")
        assert chart.title == "Studies: 25% of the total (≈2 of 8)"
        assert {"25%", "≈2 images", "the rest"} <= {text for text, *_ in chart.layout()}
        with pytest.raises(ex.DataError, match="servers_exposed"):
            ex.chart.share(whole, of="servers_exposed")

    def test_a_part_larger_than_the_whole_is_refused(self):
        with pytest.raises(ex.DataError, match="larger than the whole"):
            ex.chart.share(frames.with_world(30_000_000, 24_300_000))

    def test_the_total_must_be_there(self):
        with pytest.raises(ex.DataError, match="world's total"):
            ex.chart.share(frames.panel({"USA": 5}))


def test_unknown_verdicts_are_refused():
    with pytest.raises(ex.DataError, match="is not a verdict"):
        ex.chart.claims(pd.DataFrame({"source": ["a"], "verdict": ["true"]}))


def test_coverage_shows_the_same_measures_in_every_language():
    wide = pd.concat(
        [
            frames.panel(measure=measure)
            for measure in ("servers_exposed", "servers_open", "studies", "images", "patients", "records", "devices")
        ]
    )
    shown = {tuple(ex.chart.coverage(wide, lang=lang).data["measure"].unique()) for lang in LANGUAGES}
    assert len(shown) == 1
    chart = ex.chart.coverage(wide, lang="de")
    assert list(overlapping(chart.layout())) == []
    assert len(chart.data["measure"].unique()) == 6


def test_coverage_tells_the_surveyor_from_the_accounts():
    data = ex.chart.coverage(frames.many_measures()).data
    assert set(data.loc[data["measure"] == "images_accessible", "published"]) == {"accounts", "no figure"}
    assert (data.loc[data["measure"] == "servers_exposed", "published"] == "surveyor").all()


@pytest.mark.parametrize("wrong", [{"size": "huge"}, {"theme": "sepia"}, {"lang": "it"}, {"name": "../up"}])
def test_unknown_choices_are_refused(wrong):
    with pytest.raises(ex.DataError):
        ex.chart.ranking(frames.panel(), **wrong)


def test_draw_knows_its_kinds_and_suggests_the_nearest():
    assert set(KINDS) == {name.partition("-")[0] for name in CHARTS}
    with pytest.raises(ex.DataError, match="did you mean ranking"):
        draw("rankings")
    assert draw("ranking", frames.panel(), lang="es").lang == "es"
