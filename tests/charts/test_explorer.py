"""The explorer is one file that holds all it needs and lets nothing else in; its numbers are those of the package."""

import base64
import hashlib
import inspect
import json
import re
import shutil
import tomllib

import pandas as pd
import pytest

import analysis as ex
from analysis.charts import explorer
from analysis.charts.series_slice import series_slice
from analysis.datafolder import in_use
from analysis.series.catalogue import series_folder

WAVE = "greenbone-2019-09"


@pytest.fixture(scope="module")
def panel():
    return ex.panel(surveys=[WAVE, "greenbone-2019-11"])


@pytest.fixture(scope="module")
def page(panel):
    return explorer.explorer(panel, row_address="surveys/{survey}.html#row-{line}")


def content(page) -> dict:
    """What the page knows, read out of its text as a browser does."""
    return json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', page.html, re.DOTALL)[1])


def chosen(page, measure: str, survey: str = WAVE) -> dict:
    return next(one for one in content(page)["sets"] if one["measure"] == measure and one["survey"] == survey)


def test_the_page_holds_everything_and_asks_for_nothing(page):
    assert len(page.html.encode()) < 1_500_000
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page.html)[1].replace("&#39;", "'")
    assert (
        policy.startswith("default-src 'none';")
        and "unsafe" not in policy
        and "http" not in policy
        and "'self'" not in policy
    )
    for name, text in re.findall(r"<(script|style)(?: id=\"fonts\")?>(.*?)</\1>", page.html, re.DOTALL):
        hashed = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"'sha256-{hashed}'" in re.search(rf"{name}-src ([^;]*)", policy)[1]
    loading = re.sub(r"<script.*?</script>", "", page.html, flags=re.DOTALL)
    assert not re.search(r'\b(?:src|href)="(?!#|data:|index\.html)', loading)


def test_the_library_is_the_one_that_the_notice_names():
    notice = (explorer.FOLDER / "NOTICE").read_text("utf-8")
    library = (explorer.FOLDER / "d3.min.js").read_bytes()
    assert hashlib.sha256(library).hexdigest() in notice
    assert "Permission to use, copy, modify" in notice
    assert b"</script" not in library.lower()


def test_numbers_are_those_of_the_panel_and_of_the_rates(page, panel):
    figures = (
        ex.preferred(panel)
        .query("survey == @WAVE and measure == 'servers_exposed' and iso3 != 'WLD'")
        .dropna(subset="iso3")
    )
    expected = ex.rates(figures).set_index("iso3")
    shown = chosen(page, "servers_exposed")
    rows = {row["iso3"]: row for row in shown["rows"] if row["iso3"]}
    assert set(rows) == set(expected.index)
    for code, row in rows.items():
        for name in ("value", "low", "high", "rate", "rate_low", "rate_high"):
            wanted = expected.at[code, name]
            assert row[name] == (None if pd.isna(wanted) else pytest.approx(wanted, rel=1e-8)), (code, name)
        assert (row["figure"], row["source"], row["locator"]) == tuple(
            expected.loc[code, ["figure", "source", "locator"]]
        )
    assert shown["world"]["figure"] == "590"
    assert shown["level"] == 0.95


def test_what_comes_in_lots_has_no_limits_of_chance(page):
    assert chosen(page, "studies")["level"] is None
    assert chosen(page, "studies")["rates"] is True


def test_places_are_named_in_four_languages_and_have_a_dot(page):
    known = content(page)
    assert known["places"]["DEU"] == {"en": "Germany", "es": "Alemania", "de": "Deutschland", "fr": "Allemagne"}
    assert set(known["dots"]) <= set(known["places"])
    assert set(known["shapes"]) - {""} <= set(known["dots"])


def test_outlines_are_closed_rings_inside_of_the_map(page):
    known = content(page)
    wide, high = known["size"]
    for path in (known["shapes"]["DEU"], known["shapes"]["CHE"], known["shapes"]["USA"]):
        assert re.fullmatch(r"(M-?\d+,-?\d+l-?\d+,-?\d+(?: -?\d+,-?\d+)+z)+", path)
        x, y = map(int, re.match(r"M(\d+),(\d+)", path).groups())
        assert 0 <= x <= wide and 0 <= y <= high
    # Berlin lies east of the middle of the map and in its upper third.
    x, y, _ = known["dots"]["DEU"]
    assert 0.5 * wide < x < 0.56 * wide and y < high / 3


@pytest.mark.parametrize(
    "hostile", ["</script><script>alert(1)</script>", "{{ 7 * 7 }}", "<!--", "\u2028", "=1+1", "{% raw %}"]
)
def test_what_a_cell_says_stays_text(panel, hostile):
    rows = panel.query("measure == 'servers_exposed'").copy()
    rows[["figure", "locator"]] = hostile
    page = explorer.explorer(rows)
    assert {row["figure"] for one in content(page)["sets"] for row in one["rows"]} == {hostile}
    assert page.html.lower().count("</script>") == 4
    assert "alert(1)</script>" not in page.html


def test_the_same_figures_in_another_order_give_the_same_bytes(panel, page):
    again = explorer.explorer(panel.sample(frac=1, random_state=1), row_address="surveys/{survey}.html#row-{line}")
    assert again.html == page.html


def test_the_page_opens_in_the_language_asked_for(panel):
    page = explorer.explorer(panel, lang="de")
    assert '<html lang="de">' in page.html and "Die Zahlen erkunden" in page.html


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda panel: panel.drop(columns="low"), "needs the column low"),
        (lambda panel: panel[panel["iso3"] == "WLD"], "no figure of a country"),
        (lambda panel: panel.iloc[:0], "no figure of a country"),
    ],
)
def test_what_cannot_be_explored_is_refused(panel, change, fault):
    with pytest.raises(ex.DataError, match=fault):
        explorer.explorer(change(panel))


def test_a_negative_count_is_refused(panel):
    rows = panel.query("measure == 'servers_exposed'").copy()
    rows[["value", "low", "high"]] = -1.0
    with pytest.raises(ex.DataError, match="value is -1, which is not a count"):
        explorer.explorer(rows)


def test_it_is_on_the_face_of_the_package():
    assert inspect.unwrap(ex.explorer) is explorer.explorer


def test_it_is_saved_whole_and_shown_in_a_frame(page, tmp_path, monkeypatch):
    path = page.save(tmp_path / "new" / "explorer.html")
    assert path.read_text("utf-8") == page.html
    assert page._repr_mimebundle_()["text/html"].startswith("<iframe srcdoc=")
    monkeypatch.setenv("EXPOSURE_BUNDLES", str(tmp_path))
    assert "text/html" not in page._repr_mimebundle_()


def test_every_word_is_there_in_four_languages_with_the_same_fields_and_is_used():
    texts = tomllib.loads((explorer.FOLDER / "texts.toml").read_text("utf-8"))
    pages = [path.read_text("utf-8") for path in sorted(explorer.FOLDER.glob("*.html"))]
    used = "".join([*pages, explorer.script_text()])
    for key, forms in texts.items():
        assert set(forms) == {"en", "es", "de", "fr"}, key
        assert len({tuple(sorted(re.findall(r"{\w+}", text))) for text in forms.values()}) == 1, key
        assert re.search(rf"\b{key}\b", used) or key in ("count", "share", "money"), (
            key
        )  # the last are kinds of measures
    said = set(re.findall(r'say\("(\w+)"', used)) | set(re.findall(r'data-t="(\w+)"', used))
    assert said <= set(explorer._texts())


# ---- the slice of the series


@pytest.fixture(scope="module")
def slices():
    return {one["id"]: one for one in series_slice()}


def line_of(series: dict, measure: str) -> dict:
    return next(line for line in series["lines"] if line["measure"] == measure)


def year_of(series: dict, measure: str, year: int) -> int:
    line = line_of(series, measure)
    return sum(
        value
        for period, value in zip(line["periods"], line["places"][0]["values"], strict=True)
        if period.startswith(str(year))
    )


def test_the_slice_gives_the_published_totals_of_the_register(slices):
    register = slices["us-breach-register"]
    assert register["by"] == "month"
    # What the register published for these years: 720 reports in 2022; 270 reports of 112,466,720 people in 2015.
    assert year_of(register, "breaches", 2022) == 720
    assert year_of(register, "breaches", 2015) == 270
    assert year_of(register, "individuals", 2015) == 112_466_720


def test_a_month_that_nobody_counted_stays_open_and_no_part_of_a_line_crosses_a_break(slices):
    line = line_of(slices["cybergreen-open-services"], "open_dns")
    together = line["places"][0]
    assert (together["place"], line["periods"][0], line["periods"][15]) == ("", "2014-01", "2015-04")
    assert together["values"][1:15] == [None] * 14 and None not in [together["values"][0], *together["values"][15:]]
    assert {"2015-04-01", "2016-01-01"} <= {one["day"] for one in line["breaks"]}
    assert [0, 15] in line["parts"] and [15, 24] in line["parts"]
    assert any(None in place["values"][15:] for place in line["places"][1:])


def test_all_places_together_are_the_totals_of_the_series(slices):
    line = line_of(slices["cybergreen-open-services"], "open_ntp")
    totals = ex.series.totals(ex.series.Selection("cybergreen-open-services", measure="open_ntp"), "month").set_index(
        "period"
    )
    shown = dict(
        zip(line["periods"], zip(line["places"][0]["values"], line["places"][0]["counted"], strict=True), strict=True)
    )
    assert shown == {f"{day:%Y-%m}": (int(row["count"]), row["places"]) for day, row in totals.iterrows()}


def test_a_large_series_is_told_by_year_and_a_year_in_part_is_left_open(slices):
    detail = slices["us-breach-register-detail"]
    line = line_of(detail, "breaches")
    together = dict(zip(line["periods"], line["places"][0]["values"], strict=True))
    assert detail["by"] == "year" and detail["whole"]
    assert together["2022"] == 720 and together["2015"] == 270
    assert together["2009"] is None and together["2024"] is None  # three months, and nine with eight days
    # A state without a row had no report: zero, not a gap.
    assert all(place["values"][1:-1].count(None) == 0 for place in line["places"])
    assert {place["iso3"] for place in line["places"]} == {""}  # states are told apart by their own names
    [small] = series_slice(["us-breach-register-detail"], most=1000)
    assert not small["whole"] and [len(line["places"]) for line in small["lines"]] == [1] * (len(small["lines"]))


def test_drafts_series_without_counts_and_those_read_on_several_days_stay_out(slices, tmp_path):
    assert list(slices) == ["us-breach-register", "us-breach-register-detail", "cybergreen-open-services"]
    shipped = series_folder("us-breach-register")
    draft = tmp_path / "series" / "synthetic-draft"
    (tmp_path / "aggregate").mkdir()
    shutil.copytree(shipped, draft)
    path = draft / "series.toml"
    path.write_text(path.read_text("utf-8").replace('status = "published"', 'status = "draft"'), "utf-8")
    for name in ("no-store-yet", "no-rows-yet"):
        (tmp_path / "series" / name).mkdir()
        shutil.copy(shipped / "series.toml", tmp_path / "series" / name)
    (tmp_path / "series" / "no-rows-yet" / "counts.csv").write_text(
        "day,place,iso3,measure,count,low,high,source\n", "utf-8"
    )
    with in_use(tmp_path):
        assert {"synthetic-draft", "no-store-yet", "no-rows-yet"} < set(ex.series.series_present())
        assert list(slices) == [one["id"] for one in series_slice()]


def test_a_day_that_is_missing_leaves_the_sum_of_its_month_open_and_not_its_mean(tmp_path):
    folder = tmp_path / "series" / "synthetic-days"
    folder.mkdir(parents=True)
    (tmp_path / "aggregate").mkdir()
    labels = "label = { en = 'x', es = 'x', de = 'x', fr = 'x' }"
    said = f"unit = 'x'\ndefinition = 'synthetic'\nadditive = false\n{labels}\n"
    measures = "".join(f"[measure.{way}]\nover_time = '{way}'\n{said}" for way in ("sum", "mean"))
    (folder / "series.toml").write_text(
        "status = 'published'\ngrain = 'day'\nabsent = 'unknown'\nhealth = true\nvintage = '2021-04-01'\n"
        "retrieved = '2021-04-01'\n"
        "counted = 'synthetic'\nencoding = 'synthetic'\ntitle = { en = 'synthetic' }\nlicence = { name = 'none' }\n"
        f"[[source]]\nid = 'm'\npublisher = 'synthetic'\ntitle = 'synthetic'\n{measures}",
        "utf-8",
    )
    days = pd.date_range("2021-02-01", "2021-03-31").drop("2021-03-10")
    counts = [
        f"{place},{way},{count}" for place, count in (("Germany,DEU", 2), ("France,FRA", 3)) for way in ("sum", "mean")
    ]
    rows = [f"{day:%Y-%m-%d},{count},,,m" for day in days for count in counts]
    (folder / "counts.csv").write_text(
        "day,place,iso3,measure,count,low,high,source\n" + "\n".join(rows) + "\n", "utf-8"
    )
    with in_use(tmp_path):
        [series] = series_slice(["synthetic-days"])
    # February has 28 days of two; March lacks one of its 31. Places that must not be added up have no total.
    assert {place["place"]: place["values"] for place in line_of(series, "sum")["places"]} == {
        "France": [84, None],
        "Germany": [56, None],
    }
    assert {place["iso3"]: place["values"] for place in line_of(series, "mean")["places"]} == {
        "FRA": [3, 3],
        "DEU": [2, 2],
    }


def test_the_page_shows_the_series_asked_for(panel):
    page = explorer.explorer(panel, series=["us-breach-register"])
    assert [one["id"] for one in content(page)["series"]] == ["us-breach-register"]
    assert content(explorer.explorer(panel, series=[]))["series"] == []
