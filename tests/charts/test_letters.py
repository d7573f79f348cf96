"""Letters of other scripts: drawn with a font at hand, or told by name."""

import io
import warnings

import chart_frames as frames
import pytest
from fontTools.ttLib import TTFont

import analysis as ex
from analysis.charts import letters, style


def test_a_script_of_the_package_is_drawn_and_its_letters_are_inside():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        chart = ex.chart.ranking(frames.panel({"CHN": 5, "IND": 3}), title="東京 と 한국 తెలుగు عربي")
        inside = chart.svg()
    for family in letters.FILES_FURTHER:
        assert f"font-family:'{family}'" in inside
    # A box is as wide as every other; letters are not.
    assert style.text_width("東", 20) != style.text_width("తె", 20)


def test_letters_of_no_font_are_told_with_what_to_do():
    with pytest.warns(letters.MissingLettersWarning, match="ethiopic syllable.*Noto"):
        ex.chart.ranking(frames.panel({"CHN": 5, "IND": 3}), title="ቀ servers")
    assert letters.missing("ቀ東a") == ["ቀ"]


def test_a_font_of_the_machine_is_taken_by_its_name(tmp_path, monkeypatch):
    from matplotlib.font_manager import FontEntry, fontManager

    font = TTFont(letters.FONTS / "Inter-Regular.ttf")
    for table in font["cmap"].tables:
        table.cmap = {**table.cmap, 0x1240: "A"}
    for record in font["name"].names:
        record.string = "Of the machine"
    made = io.BytesIO()
    font.save(made)
    (tmp_path / "one.ttf").write_bytes(made.getvalue())
    entry = FontEntry(fname=str(tmp_path / "one.ttf"), name="Of the machine", weight=400)
    monkeypatch.setattr(fontManager, "ttflist", [*fontManager.ttflist, entry])
    letters._elsewhere.cache_clear()
    assert letters.families("ቀ") == (*letters.FAMILIES, "Of the machine")
    letters._elsewhere.cache_clear()
