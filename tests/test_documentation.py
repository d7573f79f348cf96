"""The documentation site: every public name is in it, every link leads somewhere, the gallery shows what comes out.

Sphinx does not belong to the environment of the tests. What needs it runs where ``make docs`` has installed it; all
else looks at the sources of the site.
"""

import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import unquote

import pytest

ROOT = Path(__file__).parents[1]
PAGES = sorted((ROOT / "docs").rglob("*.md"))
OUTSIDE = {"contributing": ROOT / "CONTRIBUTING.md", "changelog": ROOT / "CHANGELOG.md"}
#: What the build of the site writes into its sources.
WRITTEN = {"reference/index", "gallery/index"}
needs_sphinx = pytest.mark.skipif(find_spec("sphinx") is None, reason="make docs installs Sphinx")


@pytest.fixture(scope="module")
def scripts():
    """The scripts that make the site's own pages."""
    folder = str(ROOT / "scripts" / "documentation")
    sys.path.insert(0, folder)
    try:
        import examples
        import fonts
        import public_names
        import shown

        yield SimpleNamespace(examples=examples, fonts=fonts, public_names=public_names, shown=shown)
    finally:
        sys.path.remove(folder)


def test_every_public_name_is_in_one_group_of_the_reference(scripts):
    listed = [public.name for group in scripts.public_names.groups() for public in group.names]
    assert len(listed) == len(set(listed))
    assert set(listed) == scripts.public_names.names()
    assert len(listed) > 140


def test_every_page_is_in_the_contents():
    listed = set()
    for page in PAGES:
        for tree in re.findall(r"^```\{toctree\}\n(.*?)^```", page.read_text("utf-8"), re.DOTALL | re.MULTILINE):
            for line in tree.splitlines():
                if line and not line.startswith(":"):
                    at = os.path.normpath(page.parent.relative_to(ROOT / "docs") / line)
                    found = {at} | {
                        path.relative_to(ROOT / "docs").with_suffix("").as_posix()
                        for path in (ROOT / "docs").glob(f"{at}.md")
                    }
                    listed |= found - ({at} if "*" in at else set())
    pages = {page.relative_to(ROOT / "docs").with_suffix("").as_posix() for page in PAGES}
    assert listed == pages - {"index"} | set(OUTSIDE) | WRITTEN


def anchors(text: str) -> set[str]:
    """The anchors that a page's headings get."""
    headings = re.findall(r"^#+ (.+)$", re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize(
    "page", [*PAGES, *OUTSIDE.values(), ROOT / "README.md"], ids=lambda page: page.relative_to(ROOT).as_posix()
)
def test_every_link_between_pages_leads_somewhere(page):
    text = re.sub(r"^```.*?^```", "", page.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
    for link in re.findall(r"(?<!`)\]\(([^)\s]+)\)", text):
        path, _, anchor = unquote(link).partition("#")
        if "://" in path or path.startswith("mailto:"):
            continue
        target = (page.parent / path).resolve() if path else page
        written = (
            target.with_suffix("").relative_to(ROOT / "docs").as_posix() if ROOT / "docs" in target.parents else ""
        )
        if written not in WRITTEN:
            assert target.exists(), f"{page.name} leads to {link}"
            assert not anchor or anchor in anchors(target.read_text("utf-8")), f"{page.name} leads to {link}"


def test_the_gallery_shows_a_chart_as_the_example_draws_it(scripts):
    [public] = [one for group in scripts.public_names.groups() for one in group.names if one.name == "chart.ranking"]
    example = scripts.examples.run(public)
    drawn = scripts.shown.shown(example.result)
    assert "ex.chart.ranking(" in example.code and ">>>" not in example.code
    assert [f'class="drawing {width}"' in drawn for width in ("wide", "medium", "narrow")] == [True] * 3
    assert "Vereinigte Staaten" in drawn and "light-dark(" in drawn


def test_the_gallery_shows_a_statistic_as_sentence_and_table(scripts):
    [public] = [one for group in scripts.public_names.groups() for one in group.names if one.name == "rates"]
    told = scripts.shown.shown(scripts.examples.run(public).result)
    # 6 servers in Germany over 83.1 million inhabitants
    assert "Germany: 0.0722 servers" in told and 'lang="de"' in told
    assert '<th scope="row"><code>rate</code></th><td>0.0722</td>' in told


# What needs Sphinx ---------------------------------------------------------------------------------------------------


def build(folder: Path, seed: str) -> dict[str, bytes]:
    """The site with the examples of one group alone, which takes half a minute."""
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / "documentation", folder, "--only", "Scenarios"],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONHASHSEED": seed, "TZ": "Asia/Tokyo" if seed == "1" else "UTC"},
        cwd=folder.parent,
        timeout=500,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> dict[str, bytes]:
    return build(tmp_path_factory.mktemp("one") / "docs", "0")


@pytest.fixture(scope="module")
def texts(site) -> dict[str, str]:
    return {name: content.decode("utf-8") for name, content in site.items() if name.endswith((".html", ".css"))}


@needs_sphinx
def test_every_link_of_the_site_leads_somewhere(site, texts, scripts):
    for name, text in texts.items():
        for link, anchor in re.findall(r'<a[^>]* href="([^"#:$]*)(?:#([^"]*))?"', text):
            target = os.path.normpath(Path(name).parent / unquote(link)) if link else name
            if target.startswith("gallery/") and target not in site:
                continue  # of a group whose examples were not executed
            assert target in site, f"{name} leads to {link}"
            assert not anchor or f'id="{unquote(anchor)}"' in texts.get(target, ""), f"{name} leads to {link}#{anchor}"
    for public in scripts.public_names.names():
        assert f'id="analysis.{public}"' in texts[f"reference/ex.{public}.html"]


@needs_sphinx
def test_the_site_asks_nothing_of_elsewhere(texts):
    loading = re.compile(
        r"<(?:script|img|iframe|link|source|object|embed)\b[^>]*?\b(?:src|href|data)=\"?(https?:)?//", re.IGNORECASE
    )
    for name, text in texts.items():
        assert not loading.search(text), name
        assert not re.search(r"@import [\"']?https?:|url\([\"']?(https?:)?//", text), name


@needs_sphinx
def test_search_finds_names_and_words_and_fonts_are_inside(site):
    index = site["searchindex.js"].decode("utf-8")
    assert "rank_sets" in index and '"rounding"' in index.replace("round:", '"rounding"')
    assert {
        "_static/exposure-inter-400.woff",
        "_static/site-east-asia-400.woff",
        "_static/site-scripts-400.woff",
    } <= set(site)


@needs_sphinx
def test_the_site_is_the_same_each_time_and_names_no_folder_of_this_machine(site, tmp_path):
    again = build(tmp_path / "docs", "1")
    assert sorted(name for name in site | again if site.get(name) != again.get(name)) == []
    for name, content in site.items():
        assert str(ROOT).encode() not in content and f"{Path.home()}/".encode() not in content, name
