"""Input that is odd or wrong: a correct picture in which nothing is clipped, or a clear refusal."""

import re
import xml.etree.ElementTree as ElementTree

import chart_frames as frames
import numpy as np
import pandas as pd
import pytest
from layout import outside, overlapping

import analysis as ex
from analysis.charts.style import SIZES

SVG = "{http://www.w3.org/2000/svg}"
#: A frame for each kind that draws places.
PLACES = {
    "map": frames.rated,
    "ranking": frames.panel,
    "funnel": frames.funnel,
    "slope": frames.two_waves,
    "small_multiples": frames.several_waves,
    "lorenz": frames.lorenz,
    "overlap": frames.found_again,
    "coverage": frames.many_measures,
}


@pytest.fixture(autouse=True)
def any_method(monkeypatch):
    frames.any_method(monkeypatch)


def drawn(kind, frame, **how):
    """The chart, with every text inside the canvas and none on another."""
    chart = getattr(ex.chart, kind)(frame, **how)
    assert outside(chart) == []
    assert list(overlapping(chart.layout())) == []
    return chart


def texts(chart):
    return " ".join(text.text for text in ElementTree.fromstring(chart.svg()).iter(f"{SVG}text"))


def one_place(frame, code="DEU"):
    return frame[frame["iso3"] == code]


@pytest.mark.parametrize("kind", ["map", "ranking", "funnel", "slope", "small_multiples", "overlap", "coverage"])
def test_a_single_place(kind):
    chart = drawn(kind, one_place(PLACES[kind]()))
    assert chart.data["iso3"].unique().tolist() == ["DEU"]
    assert "Germany" in chart.alt + chart.title + texts(chart)


@pytest.mark.parametrize("value", [7.0, 0.0])
@pytest.mark.parametrize("kind", ["map", "ranking", "slope", "small_multiples"])
def test_all_values_equal(kind, value):
    same = PLACES[kind]().assign(value=value, low=value, high=value)
    if kind == "map":
        same = same.assign(rate=value, rate_low=value, rate_high=value)
    chart = drawn(kind, same)
    assert "rose" not in chart.title
    if kind in ("map", "ranking"):
        assert chart.data["value"].eq(value).all()


def test_equal_shares_and_ratios():
    n = 5
    even = pd.DataFrame({"place_share": np.arange(n + 1) / n, "count_share": np.arange(n + 1) / n}).assign(
        measure="servers_exposed"
    )
    assert "3 of 5 places account for 60%" in drawn("lorenz", even).title
    flat = frames.funnel().assign(
        observed=4.0,
        expected=4.0,
        ratio=1.0,
        ratio_low=0.3,
        ratio_high=2.5,
        ratio_low_95=0.2,
        ratio_high_95=2.0,
        ratio_low_998=0.1,
        ratio_high_998=3.0,
    )
    assert "among all 23 places" in drawn("funnel", flat).title


@pytest.mark.parametrize(
    ("kind", "column"), [("map", "rate"), ("ranking", "value"), ("funnel", "ratio"), ("timeline", "value")]
)
def test_all_missing_says_that_nothing_was_published(kind, column):
    frame = frames.over_time() if kind == "timeline" else PLACES[kind]()
    chart = drawn(kind, frame.assign(**{column: float("nan")}))
    assert "no figure was published" in chart.title
    assert len(chart.data) == 0


@pytest.mark.parametrize(
    ("kind", "frame"),
    [
        ("slope", frames.two_waves().assign(value=float("nan"))),
        ("small_multiples", frames.several_waves().assign(value=float("nan"))),
        ("share", frames.with_world().assign(value=float("nan"))),
        ("overlap", frames.models().assign(estimate=float("nan"))),
        ("scenario", frames.tornado().assign(low=float("nan"))),
        ("lorenz", frames.lorenz().assign(count_share=float("nan"))),
        ("funnel", frames.funnel().assign(expected=0.0)),
        ("scenario", frames.tornado().head(0)),
    ],
)
def test_what_cannot_be_drawn_is_refused_in_words(kind, frame):
    with pytest.raises(ex.DataError) as refused:
        getattr(ex.chart, kind)(frame)
    assert len(str(refused.value)) > 40


@pytest.mark.parametrize("kind", frames.CHARTS)
def test_a_title_of_300_characters(kind):
    title = "Exposed archives " * 17 + "in all lands"
    assert len(title) >= 300
    for size in SIZES:
        chart = frames.CHARTS[kind](ex.chart, size=size, title=title)
        boxes, height = chart.layout(), chart.figure.bbox.height
        assert "".join(text for text, *_ in boxes).replace(" ", "").startswith(title.replace(" ", "")[:290])
        assert all(top >= 0 and bottom <= height for _, _, top, _, bottom in boxes)
        assert list(overlapping(boxes)) == []
        assert len(chart.alt) <= 280


NAMES = [
    "日本の病院",
    "مستشفى العربية",
    "בית חולים",
    "Ελλάδα",
    "한국",
    "Île-de-la-très-longue-dénomination-que-personne-n’écrit-jamais-ainsi",
    "x",
]


# Which letters are told depends on the fonts of the machine; tests/charts/test_letters.py looks at that.
@pytest.mark.filterwarnings("ignore::analysis.charts.letters.MissingLettersWarning")
@pytest.mark.parametrize("kind", ["ranking", "slope", "small_multiples"])
def test_places_in_other_scripts_and_long_ones_are_measured(kind):
    frame = PLACES[kind]()
    places = dict(zip(frame["iso3"].unique(), NAMES, strict=False))
    frame = frame[frame["iso3"].isin(places)]
    chart = drawn(kind, frame.assign(place=frame["iso3"].map(places), iso3=pd.Series(np.nan, frame.index, dtype="str")))
    for name in ("日本の病院", "한국", "Ελλάδα"):
        assert name in texts(chart)
    chart.files()


HOSTILE = "</script><b>{{ x }}{% y %}${z}"


@pytest.mark.parametrize("kind", ["ranking", "slope", "small_multiples", "scenario", "overlap"])
def test_markup_in_any_cell_stays_text(kind):
    frames_of = {"scenario": frames.tornado, "overlap": frames.models}
    frame = frames_of.get(kind, PLACES.get(kind))()
    if kind in frames_of:
        column = {"scenario": "assumption", "overlap": "model"}[kind]
        frame[column] = [HOSTILE, *frame[column][1:]]
    else:
        first = frame["iso3"] == "USA"
        frame = frame.assign(place=frame["place"].where(~first, HOSTILE), iso3=frame["iso3"].where(~first))
    frame = frame.assign(source=HOSTILE)
    files = getattr(ex.chart, kind)(frame, name="hostile").files()
    svg = files["hostile.svg"].decode()
    ElementTree.fromstring(svg)
    assert "</script>" not in svg
    assert "<b>" not in svg
    assert "{{ x }}" in svg
    assert HOSTILE in files["hostile.csv"].decode()


def test_markup_stays_text_in_a_notebook_too():
    chart = ex.chart.ranking(frames.panel().assign(source=HOSTILE), title=HOSTILE, alt=HOSTILE)
    shown = chart._repr_mimebundle_()[0]["text/html"]
    assert "</script>" not in re.sub(r"data:[^\"]*", "", shown)


@pytest.mark.parametrize("scale", [1e-12, 1e12, 1e15])
@pytest.mark.parametrize("kind", ["map", "ranking", "slope", "small_multiples"])
def test_tiny_and_huge_numbers(kind, scale):
    frame = PLACES[kind]()
    columns = [name for name in ("value", "low", "high", "rate", "rate_low", "rate_high") if name in frame]
    drawn(kind, frame.assign(**{name: frame[name] * scale for name in columns}))


def test_numbers_that_nothing_can_have_are_refused():
    with pytest.raises(ex.DataError, match="larger than anything"):
        ex.chart.ranking(frames.panel({"DEU": 1e200, "FRA": 1}))


def test_negative_numbers_stand_left_of_zero():
    frame = frames.panel({"DEU": -40, "FRA": 30, "ITA": -5}, measure="difference")
    chart = drawn("ranking", frame, bars=True)
    assert chart.data["value"].tolist() == [30, -5, -40]
    rate = frame.assign(rate=frame["value"], rate_low=frame["value"] - 1, rate_high=frame["value"] + 1)
    drawn("map", rate, per="population", scale=1e6, limits="rounding")


@pytest.mark.parametrize("wrong", [{"size": "huge"}, {"theme": "sepia"}, {"lang": "it"}, {"name": "../up"}])
@pytest.mark.parametrize("kind", [kind for kind in frames.CHARTS if "-" not in kind])
def test_unknown_sizes_languages_and_themes_are_refused_with_those_known(kind, wrong):
    with pytest.raises(ex.DataError, match=r"choose one of|take letters"):
        frames.CHARTS[kind](ex.chart, **wrong)


@pytest.mark.parametrize("kind", [kind for kind in frames.CHARTS if "-" not in kind])
def test_no_frame_and_a_frame_without_the_columns_are_refused(kind):
    for nothing in ([1, 2], pd.DataFrame({"x": [1]})):
        with pytest.raises(ex.DataError, match=r"not a table|needs the column"):
            getattr(ex.chart, kind)(nothing)


class TestWhereACallerInsists:
    def test_counts_in_colours_and_many_classes_get_a_note(self):
        with pytest.raises(ex.NotComparableError, match="insist=True"):
            ex.chart.map(frames.panel())
        assert any("a map coloured by counts" in note for note in ex.chart.map(frames.panel(), insist=True).notes)
        with pytest.raises(ex.DataError, match="insist=True"):
            ex.chart.map(frames.rated(), classes=9)
        many = drawn("map", frames.rated(), classes=10, insist=True, scheme="Quantiles")
        assert any("10 classes" in note for note in many.notes)

    def test_bars_not_from_zero(self):
        for how in ({"log": True}, {"from_zero": False}):
            with pytest.raises(ex.NotComparableError, match="must begin at zero"):
                ex.chart.ranking(frames.panel(), bars=True, **how)
            assert any(
                "do not begin at zero" in note
                for note in drawn("ranking", frames.panel(), bars=True, insist=True, **how).notes
            )
        # A scale of dots may begin elsewhere, and bars never get a logarithm by themselves.
        assert drawn("ranking", frames.panel({"DEU": 90, "FRA": 80}), from_zero=False).ax.get_xlim()[0] > 50
        assert drawn("ranking", frames.panel(), bars=True).ax.get_xlim()[0] == 0

    def test_a_line_over_a_break(self):
        for kind, frame in (
            ("timeline", frames.over_time()),
            ("small_multiples", frames.over_time().assign(iso3="DEU", place="Germany")),
        ):
            with pytest.raises(ex.NotComparableError, match="insist=True"):
                getattr(ex.chart, kind)(frame)
            joined = getattr(ex.chart, kind)(frame, insist=True)
            assert any("cannot be compared: another method." in note for note in joined.notes)

    def test_ranks_that_overlap_entirely(self):
        frame = frames.panel().assign(rank=1, rank_low=1, rank_high=len(frames.COUNTS), undetermined=True, level=0.95)
        with pytest.raises(ex.NotComparableError, match="do not allow an order"):
            ex.chart.ranking(frame)
        assert any("any place may hold any rank" in note for note in drawn("ranking", frame, insist=True).notes)

    def test_measures_of_several_units_side_by_side(self):
        with pytest.raises(ex.NotComparableError, match="different units"):
            ex.chart.small_multiples(frames.many_measures())


def test_insets_are_drawn_and_unknown_ones_refused():
    plain, chart = ex.chart.map(frames.rated()), drawn("map", frames.rated(), insets="europe")
    assert "Europe" in texts(chart)
    assert len(chart.svg()) > len(plain.svg())
    with pytest.raises(ex.DataError, match="no inset 'mars'; choose from europe"):
        ex.chart.map(frames.rated(), insets=["mars"])
    with pytest.raises(ex.DataError, match="too small"):
        ex.chart.map(frames.rated(), insets=["europe", "middle_east", "east_asia", "southeast_asia", "west_africa"])
