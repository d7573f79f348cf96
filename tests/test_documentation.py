"""The reference is built from the docstrings: whole, searchable, the same each time,
and without a request to elsewhere.
"""

import os
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

import analysis as ex

ROOT = Path(__file__).parents[1]


def build(folder: Path, seed: str) -> dict[str, str]:
    environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": "Asia/Tokyo" if seed == "1" else "UTC"}
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / "make_reference.py", folder],
        capture_output=True,
        text=True,
        env=environment,
        cwd=folder.parent,
        timeout=240,
    )
    assert done.returncode == 0, done.stderr
    return {
        path.relative_to(folder).as_posix(): path.read_text("utf-8")
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> dict[str, str]:
    return build(tmp_path_factory.mktemp("one") / "docs", "0")


def test_every_public_name_is_in_it(site):
    for name in ex.__all__:
        thing = getattr(ex, name)
        if isinstance(thing, ModuleType):
            assert f"{thing.__name__.replace('.', '/')}.html" in site, name
        else:
            assert f'id="{name}"' in site["analysis.html"], name
    for name in ex.statistics.__all__:
        assert f'id="{name}"' in site["analysis/statistics.html"], name


def test_the_guides_are_in_it_and_every_link_between_pages_leads_somewhere(site):
    from urllib.parse import unquote

    assert {
        "tutorial.html",
        "methods.html",
        "data_dictionary.html",
        "guide_to_charts.html",
        "importing.html",
        "index.html",
    } <= set(site)
    for page in ("tutorial.html", "methods.html", "guide_to_charts.html"):
        assert page in site["index.html"]
    for name, text in site.items():
        for link in re.findall(r'<a[^>]* href="([^"#:$]+)(?:#[^"]*)?"', text):
            target = os.path.normpath(Path(name).parent / unquote(link))
            assert target in site, f"{name} leads to {link}"


def test_search_finds_functions_and_guides(site):
    assert '"rank_sets"' in site["search.js"] and "rounding" in site["search.js"]
    assert "search.js" in site["index.html"]


def test_no_page_asks_anything_of_elsewhere(site):
    loading = re.compile(
        r"<(?:script|img|iframe|link|source|object|embed)\b[^>]*?\b(?:src|href|data)\s*=\s*[\"']?(https?:)?//",
        re.IGNORECASE,
    )
    for name, text in site.items():
        assert not loading.search(text), name
        assert not re.search(r"@import|url\([\"']?https?:", text), name
        assert "sourceMappingURL" not in text


def test_it_is_the_same_each_time_and_names_no_folder_of_this_machine(site, tmp_path):
    assert build(tmp_path / "docs", "1") == site
    for name, text in site.items():
        assert str(ROOT) not in text and str(Path.home()) + "/" not in text, name
