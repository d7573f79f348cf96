"""The archive of a chart: all its files, and a text that says what they are and are not for."""

import zipfile

import analysis as ex
from analysis.figures.sources import citations
from analysis.report import pages
from analysis.report.take_along import write_archive


def archive(folder, lang="en"):
    figures = ex.preferred(ex.panel(surveys=["greenbone-2019-09"])).query("measure == 'servers_exposed'")
    chart = ex.chart.ranking(figures[figures["iso3"].notna()], lang=lang, name="servers")
    chart.save(folder)
    return write_archive(
        folder, "servers", ["svg", "png", "pdf", "csv", "json"], pages.words(lang), "cited so", citations()
    )


def test_an_archive_says_what_it_holds_and_what_it_must_not_be_used_for(tmp_path):
    with zipfile.ZipFile(archive(tmp_path)) as held:
        names = [name.partition("/")[2] for name in held.namelist()]
        assert names == ["README.txt", *(f"servers.{kind}" for kind in ("svg", "png", "pdf", "csv", "json"))]
        told = held.read("servers/README.txt").decode("utf-8")
        assert held.read("servers/servers.csv") == (tmp_path / "servers.csv").read_bytes()
    assert told.startswith("Highest published figure: United States, 187 servers")
    for part in ("01net", "cited so", "CC BY 4.0", "To call a country safe", "anyone on the internet can reach"):
        assert part in told


def test_the_same_bundle_makes_the_same_archive_and_speaks_the_language_of_the_site(tmp_path):
    first, second = (archive(tmp_path / place, "es") for place in ("a", "b"))
    assert first.read_bytes() == second.read_bytes()
    with zipfile.ZipFile(first) as held:
        assert "Para decir que un país es seguro." in held.read("servers/README.txt").decode("utf-8")
