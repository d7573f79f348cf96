"""A chart of a table that has been in its reader's hands: the right unit, a question, never a guess."""

import io

import chart_frames as frames
import pandas as pd
import pytest

import analysis as ex
from analysis.charts.classes import limits_of, own_limits


def of_hospitals():
    return frames.rated().assign(rate_per="hospitals_total", rate_scale=1000.0)


def through_csv(frame):
    return pd.read_csv(io.StringIO(frame.to_csv(index=False)))


@pytest.mark.parametrize("operation", [lambda frame: frame, through_csv, lambda frame: frame.sort_values("value")])
def test_the_unit_of_a_rate_is_what_its_rows_say(operation):
    frame = operation(of_hospitals())
    frame.attrs = {}
    assert "per 1,000 hospitals (OECD)" in ex.chart.ranking(frame).subtitle
    assert "por 1.000 hospitales (OCDE)" in ex.chart.map(frame, lang="es").subtitle


@pytest.mark.parametrize("kind", ["map", "ranking"])
def test_a_rate_without_its_unit_is_asked_for_it(kind):
    bare = of_hospitals().drop(columns=["rate_per", "rate_scale", "limits"])
    with pytest.raises(ex.DataError, match="per what") as caught:
        getattr(ex.chart, kind)(bare)
    assert "per=" in caught.value.remedy
    with pytest.raises(ex.DataError, match="limit of"):
        getattr(ex.chart, kind)(bare, per="hospitals_total", scale=1000)
    chart = getattr(ex.chart, kind)(bare, per="hospitals_total", scale=1000, limits="chance")
    assert "per 1,000 hospitals (OECD)" in chart.subtitle


def test_two_units_a_foreign_column_and_a_contradiction_are_refused():
    two = pd.concat([of_hospitals().head(5), frames.rated().tail(5)])
    with pytest.raises(ex.DataError, match="differ in rate_per"):
        ex.chart.ranking(two)
    with pytest.raises(ex.DataError, match="rate_per holds"):
        ex.chart.ranking(of_hospitals().assign(rate_per=1.5))
    with pytest.raises(ex.DataError, match="says 'hospitals_total'"):
        ex.chart.ranking(of_hospitals(), per="population")


def test_changed_numbers_are_noticed():
    with pytest.raises(ex.DataError, match="outside its own limits"):
        ex.chart.ranking(frames.rated().assign(rate=lambda rows: 3 * rows["rate"]))
    with pytest.raises(ex.DataError, match="row 1: value holds '187'"):
        ex.chart.ranking(frames.panel().assign(value=lambda rows: rows["value"].map("{:.0f}".format)))


def test_a_frame_of_polars_draws_the_same_chart():
    polars = pytest.importorskip("polars")
    one, other = ex.chart.ranking(of_hospitals()), ex.chart.ranking(polars.from_pandas(of_hospitals()))
    assert (one.title, one.subtitle, one.notes) == (other.title, other.subtitle, other.notes)


def test_an_unknown_option_is_told_by_the_public_function():
    with pytest.raises(TypeError, match=r"ranking\(\) got an unexpected keyword argument 'levle'"):
        ex.chart.ranking(frames.panel(), levle=0.9)
    with pytest.raises(ex.DataError, match="'ranking' has no option 'insets'"):
        ex.chart.draw("ranking", frames.panel(), insets=["europe"])


@pytest.mark.parametrize("kind", list(ex.chart.KINDS))
def test_every_kind_declares_its_options(kind):
    from inspect import Parameter, signature

    parameters = signature(getattr(ex.chart, kind)).parameters
    assert {"title", "subtitle", "note", "source_line", "alt", "name", "size", "theme", "lang"} <= set(parameters)
    assert all(one.kind is not Parameter.VAR_KEYWORD for one in parameters.values())


def test_a_figure_for_the_world_alone_is_no_map_and_no_ranking():
    world = frames.panel({"WLD": 1159})
    for kind in ("map", "ranking"):
        with pytest.raises(ex.DataError, match="1,159"):
            ex.chart.draw(kind, world, per="population")


def test_map_and_ranking_count_the_same_places_as_missing():
    of_map, of_ranking = (
        getattr(ex.chart, kind)(frames.rated()).about["without_figure"] for kind in ("map", "ranking")
    )
    assert of_map == of_ranking == 250 - len(frames.COUNTS)


def test_limits_of_ones_own_are_the_same_for_every_map():
    values = pd.Series([0.02, 0.5, 3.0])
    assert own_limits(values, [0.1, 1, 10])[1:-1] == [0.1, 1, 10]
    assert own_limits(values, [0, 1, 10]) == [0, 1, 10, float("inf")]
    maps = [ex.chart.map(rows, classes=[0.1, 1, 10]) for rows in (frames.rated(), frames.rated().head(3))]
    assert all({"0.1", "1", "10"} <= {text for text, *_ in chart.layout()} for chart in maps)
    for wrong in ([1, 0.5], [], [float("nan"), 1], [1, 1]):
        with pytest.raises(ex.DataError, match="finite numbers in rising order"):
            own_limits(values, wrong)


def test_every_scheme_of_mapclassify_draws_or_is_refused_in_words():
    import mapclassify

    for scheme in [*mapclassify.CLASSIFIERS, "Nope"]:
        try:
            limits = limits_of(frames.rated()["rate"], 5, scheme)
        except ex.DataError as refusal:
            assert refusal.remedy  # noqa: PT017 - some schemes divide these values, others say why not
        else:
            assert limits == sorted(limits)


def test_a_value_on_a_limit_of_a_scheme_stays_in_its_class():
    """Fisher and Jenks' limits are values; mapclassify counts each to the class below."""
    import mapclassify
    import numpy as np

    values = pd.Series([1.0, 2, 3, 10, 11, 12, 30, 31, 50, 51])
    with pytest.warns(UserWarning, match="Numba"):
        theirs = mapclassify.FisherJenks(values, k=4).yb
    ours = np.searchsorted(limits_of(values, 4, "FisherJenks")[1:-1], values, side="right")
    assert ours.tolist() == theirs.tolist()


def test_a_slope_keeps_the_qualifiers(monkeypatch):
    frames.any_method(monkeypatch)
    waves = frames.two_waves()
    chart = ex.chart.slope(waves.assign(qualifier="about"))
    assert any("≈, >, <" in note for note in chart.notes)
    assert any(text.startswith("≈") for text, *_ in chart.layout())


def test_an_edit_through_ax_is_saved_and_shown():
    chart = ex.chart.ranking(frames.panel())
    before = chart.svg()
    assert chart.svg() == before
    chart.ax.axvline(20)
    assert chart.svg() != before and chart.files()[f"{chart.name}.svg"].decode("utf-8") == chart.svg()


def test_a_saved_svg_has_its_size_and_can_be_outlined():
    chart = ex.chart.ranking(frames.panel())
    root = chart.svg().partition(">")[0]
    assert "height:auto" not in root and "max-width" not in root
    assert "<text" in chart.svg() and "<text" not in chart.svg(text="outlined")
    with pytest.raises(ex.DataError, match="kept, outlined"):
        chart.svg(text="curved")


def test_bars_of_claims_share_one_scale():
    frame = pd.DataFrame({"source": ["a"] * 30 + ["b"] * 3, "verdict": "supported"})
    chart = ex.chart.claims(frame)
    boxes = [
        path.get_extents().width
        for made in chart.figure.findobj(lambda artist: hasattr(artist, "get_paths") and len(artist.get_paths()) == 1)
        for path in made.get_paths()
        if path.get_extents().height > 14 and path.get_extents().width > 14
    ]
    assert max(boxes) / min(boxes) == pytest.approx(10, rel=0.02)


def test_claims_name_those_that_count_something_else():
    frame = pd.DataFrame({"source": "a", "verdict": ["supported"] * 7 + ["definition differs"] * 2})
    assert "7 agree with the figures, 2 apply them to something else and 0 do not agree" in ex.chart.claims(frame).title


def test_a_tornado_gives_each_assumption_its_own_unit():
    frame = frames.tornado().assign(input_unit="US dollars a record", unit="euros")
    shown = [text for text, *_ in ex.chart.scenario(frame).layout()]
    assert any("US dollars" in text for text in shown)
    assert not any("euros" in text for text in shown if "–" in text and "dollars" not in text)


def test_millions_in_a_title_take_their_preposition():
    frame = frames.panel({"USA": 9.0, "DEU": 5.0}, measure="images").assign(
        rate=[2_174_000.0, 1000.0], rate_low=2_174_000.0, rate_high=2_174_000.0
    )
    frame["rate_low"] = frame["rate_high"] = frame["rate"]
    chart = ex.chart.ranking(frame, value="rate", per="population", scale=1e6, limits="rounding", lang="es")
    assert "2,174 millones de imágenes por millón de habitantes" in chart.title.replace("\xa0", " ")
