"""The pages made from the data alone: every claim, the corrections, the table for outsiders."""

import json
import re

import pytest
from click.testing import Result
from typer.testing import CliRunner

import analysis as ex
from analysis.cli.application import app
from analysis.report import pages, staleness, surveys
from analysis.report.front import front


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A site without notebooks and surveys."""
    folder = tmp_path_factory.mktemp("site")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("EXPOSURE_BUNDLES", str(folder))
        written = [name for name in staleness.WRITTEN if name != "explorer"]
        for name in written:
            getattr(surveys, staleness.WRITTEN[name][0])()
            assert all((folder / file).is_file() for file in staleness.WRITTEN[name][1]), name
    entries = [{"name": name} for name in written]
    pages.render(folder, entries, "en")
    assert all((folder / entry["file"]).is_file() for entry in entries)
    return folder


def test_every_claim_has_a_row_and_a_permanent_link_that_its_review_uses(site):
    page, claims = (site / "claims.html").read_text("utf-8"), ex.check_claims()
    anchors = re.findall(r'<tr id="([^"]+)">', page)
    assert len(anchors) == len(set(anchors)) == len(claims)
    assert [anchor.rpartition("-")[0] for anchor in anchors] == claims["source"].tolist()
    for anchor in anchors:
        assert f'href="#{anchor}"' in page
    reviews = json.loads((site / "data/claimreviews.jsonld").read_text("utf-8"))["@graph"]
    assert {review["url"] for review in reviews} <= {f"claims.html#{anchor}" for anchor in anchors}
    assert len(page.encode("utf-8")) <= 900_000


def test_pages_hold_what_repositories_and_fact_checkers_read(site):
    def blocks(name: str) -> list[dict]:
        text = (site / name).read_text("utf-8")
        return [json.loads(found) for found in re.findall(r'<script type="application/ld\+json">(.*?)</script>', text)]

    for name in ("index.html", "sources.html", "data.html"):
        (told,) = blocks(name)
        assert told["@type"] == "Dataset" and told["version"] == ex.data_version()
        for file in told["distribution"]:
            assert (site / file["contentUrl"]).is_file()
    (graph,) = blocks("claims.html")
    checked = ex.check_claims()["verdict"]
    assert len(graph["@graph"]) == (checked != "not checkable").sum()


def test_corrections_are_told_the_newest_first(site):
    page, told = (site / "corrections.html").read_text("utf-8"), ex.corrections()
    assert page.count('class="correction"') == len(told)
    days = re.findall(r'<h2><time datetime="(\d{4}-\d{2}-\d{2})">\d{1,2} [A-Z][a-z]+ \d{4}</time></h2>', page)
    assert days == sorted(set(told["date"]), reverse=True)
    assert 'href="corrections.html"' in (site / "index.html").read_text("utf-8").partition("<footer")[2]


def test_corrections_are_told_in_words(site):
    told = json.loads((site / "corrections.json").read_text("utf-8"))["corrections"]
    values = [row[name] for row in told for name in ("row", "before", "after")]
    assert [value for value in values if re.search(r"\b[a-z]+_[a-z]+|^(True|False|nan)$", value)] == []
    article = (site / "corrections.html").read_text("utf-8").partition("<article")[2].partition("</article>")[0]
    assert re.findall(r"<dt>[a-z_]+</dt>|[a-z](?:'|&#39;)[a-z ]|&#34;", article) == []


def _claims(*options: str) -> Result:
    return CliRunner().invoke(app, ["claims", "--format", "json", *options])


def test_the_command_line_chooses_among_the_claims():
    every = ex.check_claims()
    chosen = json.loads(_claims("--verdict", "contradicted", "--measure", "studies").stdout)
    expected = every[(every["verdict"] == "contradicted") & (every["measure"] == "studies")]
    assert len(chosen) == len(expected) > 0
    found = json.loads(_claims("--search", "KOREA").stdout)
    assert 0 < len(found) < len(every) and all("korea" in json.dumps(row).lower() for row in found)
    assert _claims("--verdict", "false").exit_code != 0 and _claims("--measure", "server").exit_code != 0


def test_the_front_page_says_what_the_intervals_bear():
    told = front()
    studies = ex.preferred(ex.panel(surveys=["greenbone-2019-09"])).query("measure == 'studies'").set_index("iso3")
    assert studies.loc["USA", "low"] / studies.loc["WLD", "high"] > 0.5
    assert [point["level"] for point in told["points"]][:2] == ["Firm.", "The order is not firm."]
    assert "4 other countries" in told["points"][1]["fact"]
    assert "from 1 to 5 among 13" in told["points"][1]["why"]
    assert sum(part["squares"] for part in told["picture"]["parts"]) == 243
    assert 3 <= len(told["points"]) <= 5
