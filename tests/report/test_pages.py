"""What notebooks put out becomes pages that hold no script and load nothing."""

import json
import re
import tomllib
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.report import cleaning, pages, row_links


class Tags(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<SCRIPT SRC=https://example.org/x.js></SCRIPT>",
        "<img src=https://example.org/x.png>",
        "<img src=x onerror=alert(1)>",
        "<a href='javascript:alert(1)'>x</a>",
        "<a href=' java\tscript:alert(1)'>x</a>",
        "<iframe src='https://example.org'></iframe>",
        "<svg><script>alert(1)</script></svg>",
        "<style>@import 'https://example.org/x.css'; td { background: url(https://example.org/x) }</style>",
        "<td style='background: url(https://example.org/x)'>x</td>",
        "<link rel=stylesheet href=https://example.org/x.css>",
        "<form action=https://example.org><input></form>",
        "<meta http-equiv=refresh content='0;url=https://example.org'>",
        "<base href=https://example.org>",
        "<div onclick='x()' onmouseover=y()>z</div>",
        "<style></style><script>alert(1)</script>",
        "<object data=https://example.org></object><embed src=https://example.org>",
    ],
)
def test_nothing_hostile_is_left(hostile):
    cleaned = cleaning.clean(f"<p>before</p>{hostile}<p>after</p>")
    assert cleaned.startswith("<p>before</p>") and cleaned.endswith("<p>after</p>")
    for tag, attributes in Tags(cleaned).found:
        assert tag in cleaning._TAGS
        assert not any(name.startswith("on") for name in attributes)
        assert "example.org" not in str(attributes) and "script:" not in str(attributes)
    assert "alert" not in cleaned or "<script" not in cleaned
    assert "example.org" not in cleaned


def test_a_table_keeps_its_form():
    table = (
        '<style scoped>.a > td { color: #123456; }</style><table class="a"><tr><td colspan="2" '
        'style="text-align: right">1 &lt; 2</td></tr></table>'
    )
    assert cleaning.clean(table) == table.replace("<style scoped>", "<style>")
    link = '<td><a href="surveys/x.html#row-2" title="p. 4">590</a></td>'
    assert cleaning.clean(link) == link


@given(st.text(alphabet="<>/=\"' aimgsrcptlonk:&;#-!x", max_size=60))
def test_what_was_cleaned_stays_as_it_is(text):
    once = cleaning.clean(text)
    assert cleaning.clean(once) == once
    opened = [tag for tag, _ in Tags(once).found]
    assert set(opened) <= cleaning._TAGS
    assert all(once.count(f"</{tag}>") == opened.count(tag) for tag in set(opened) - cleaning._VOID)


def test_markdown_has_anchors_and_links_between_pages_but_no_html_and_no_pictures():
    headings = pages._Headings()
    html = pages._markdown(
        "## A & B\n\n## A & B\n\n[x](02_where.ipynb) ![p](https://example.org/p.png) <b>raw</b>\n\n"
        "[j](javascript:alert(1))",
        headings,
    )
    assert headings.sections == [("a-b", "A & B"), ("a-b-2", "A & B")]
    assert '<a href="02_where.html">x</a>' in html
    assert "<img" not in html and "<b>" not in html and "&lt;b&gt;raw" in html
    assert "javascript:" not in html


@pytest.mark.parametrize(
    ("source", "title", "summary", "rest"),
    [
        ("# Where\n\nFirst *one*. Second.\n\nThird.", "Where", "First one. Second.", "First *one*. Second.\n\nThird."),
        ("# Only a title", "Only a title", "", ""),
        ("No title", "", "", "No title"),
        ("# T\n\n## Section", "T", "", "## Section"),
        ("# R & D `x`\n\n" + "Short. " + "word " * 60, "R & D x", "Short.", None),
    ],
)
def test_a_page_takes_title_and_summary_from_its_first_cell(source, title, summary, rest):
    found = pages._title_and_summary(source)
    assert found[:2] == (title, summary)
    assert rest is None or found[2] == rest


def test_what_is_no_result_is_not_published():
    notebook = {
        "cells": [
            {"cell_type": "markdown", "source": "# T"},
            {
                "cell_type": "code",
                "source": "x",
                "execution_count": 1,
                "metadata": {"execution": {"started": "2020"}},
                "outputs": [
                    {"output_type": "stream", "name": "stderr", "text": "first\n/home/someone/x.py: warning\n"},
                    {"output_type": "stream", "name": "stdout", "text": "<object at 0x7f92b864ae10>\n"},
                    {"output_type": "execute_result", "data": {"text/plain": "<X at 0x7f92b864ae10>"}, "metadata": {}},
                ],
            },
        ],
        "metadata": {"widgets": {}, "kernelspec": {"name": "python3"}},
    }
    assert pages.publish(notebook) == [(2, "/home/someone/x.py: warning")]
    text = json.dumps(notebook, ensure_ascii=False)
    assert "/home" not in text and "7f92" not in text and "2020" not in text and "widgets" not in text
    assert len(notebook["cells"][1]["outputs"]) == 2
    assert [cell["id"] for cell in notebook["cells"]] == ["cell-1", "cell-2"]


def test_every_text_is_there_in_every_language_with_the_same_fields():
    texts = tomllib.loads((pages.TEMPLATES / "texts.toml").read_text("utf-8"))
    for key, forms in texts.items():
        assert set(forms) == {"en", "es", "de", "fr"}, key
        assert len({tuple(sorted(re.findall(r"{\w+}", text))) for text in forms.values()}) == 1, key
    used = set()
    for template in pages.TEMPLATES.glob("*.html"):
        used |= set(re.findall(r'\bt\(["\'](\w+)["\']\)', template.read_text("utf-8")))
    # How sure a finding is stands in the catalogue of findings.
    assert used <= set(texts) | {"how_sure"} and "how_sure" not in texts


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("https://example.org/a?b=c", True),
        ("http://example.org", True),
        ("javascript:alert(1)", False),
        ("https://user:secret@example.org", False),
        ("ftp://example.org", False),
        ("", False),
        (None, False),
    ],
)
def test_only_addresses_of_the_web_are_linked(address, kept):
    assert pages._web(address) == (address if kept else None)


PRINTED = row_links.printed_rows(
    {
        "s-2021": {
            "figures": [
                {
                    "line": 7,
                    "source": "a",
                    "figure": "24 million",
                    "locator": "p. 1",
                    "place": "World",
                    "country": "",
                    "measure": "studies",
                    "value": 24e6,
                },
                {
                    "line": 9,
                    "source": "a",
                    "figure": "590",
                    "locator": "p. 2",
                    "place": "World",
                    "country": "",
                    "measure": "servers",
                    "value": 590,
                },
            ]
        }
    }
)
ROW = {
    "survey": "s-2021",
    "source": "a",
    "locator": "p. 1",
    "figure": "24 million",
    "place": "World",
    "measure": "studies",
}


@pytest.mark.parametrize(
    ("said", "text", "linked"),
    [
        ("<p>24 million studies</p>", "24 million", "<p>{}24 million</a> studies</p>"),
        ("<p>124 million and 24 million</p>", "24 million", "<p>124 million and {}24 million</a></p>"),
        ('<p title="24 million">x</p>', "24 million", '<p title="24 million">x</p>'),
        ('<p><a href="x">24 million</a></p>', "24 million", '<p><a href="x">24 million</a></p>'),
    ],
)
def test_a_number_of_a_sentence_leads_to_its_row_and_no_other_does(said, text, linked):
    begin = '<a href="surveys/s-2021.html#row-7" title="a, p. 1: 24 million">'
    assert row_links.with_link(said, ROW | {"text": text}, PRINTED) == linked.replace("{}", begin)


def test_a_sentence_whose_row_is_not_known_stays_as_it_is():
    assert (
        row_links.with_link("<p>24 million</p>", ROW | {"text": "24 million", "figure": "25 million"}, PRINTED)
        == "<p>24 million</p>"
    )


def test_the_numbers_of_a_chart_are_written_in_the_language_and_lead_to_their_rows(tmp_path):
    file = tmp_path / "chart.csv"
    file.write_text(
        "survey,source,place,measure,value,low,figure,locator\n"
        "s-2021,a,World,studies,24000000,23500000.5,24 million,p. 1\n,,X,,,,,\n"
    )
    shown = row_links.drawn(file, PRINTED, "de")
    assert shown["columns"] == ["place", "figure", "value", "low", "source", "locator"]
    assert [cell["text"] for cell in shown["rows"][0]] == [
        "World",
        "24 million",
        "24\N{NO-BREAK SPACE}Millionen",
        "23,5\N{NO-BREAK SPACE}Millionen",
        "a",
        "p. 1",
    ]
    assert [cell["address"] for cell in shown["rows"][0]][1] == "surveys/s-2021.html#row-7"
    assert [cell["text"] for cell in shown["rows"][1]] == ["X", "–", "–", "–", "–", "–"]
    assert row_links.drawn(tmp_path / "none.csv", PRINTED, "de") is None


def test_a_chart_of_a_series_says_who_counted_and_an_interval_only_where_there_is_one(tmp_path):
    file = tmp_path / "series.csv"
    file.write_text(
        "day,source,place,measure,count,low,high,stretch\n2020-01-01,a-monitor,Chile,open_dns,1200,1200,1200,1\n"
        "2020-02-01,a-monitor,Chile,open_dns,,,,1\n"
    )
    shown = row_links.drawn(file, PRINTED, "en", {"a-monitor": "A monitor of services"})
    assert shown["columns"] == ["day", "place", "count", "stretch", "source"]
    assert [[cell["text"] for cell in row] for row in shown["rows"]] == [
        ["2020-01-01", "Chile", "1,200", "1", "A monitor of services"],
        ["2020-02-01", "Chile", "–", "1", "A monitor of services"],
    ]
    file.write_text(file.read_text().replace("1200,1200,1200", "1200,1150,1250"))
    assert row_links.drawn(file, PRINTED, "en")["columns"][2:5] == ["count", "low", "high"]


@pytest.mark.parametrize(
    "text",
    [
        "iso3,place,measure,published\nDEU,Germany,studies,True\n",  # names without numbers
        "low,high\n1,2\n",  # numbers without names
    ],
)
def test_rows_that_would_say_nothing_are_no_table(tmp_path, text):
    (tmp_path / "chart.csv").write_text(text)
    assert row_links.drawn(tmp_path / "chart.csv", PRINTED, "en") is None


def test_the_numbers_of_a_curve_and_of_assumptions_are_a_table_in_words(tmp_path):
    file = tmp_path / "chart.csv"
    file.write_text("iso3,place_share,count_share,count_share_low,place\nSVK,0.0769,0.0025,0,Slovakia\n")
    shown = row_links.drawn(file, PRINTED, "de")
    assert [cell["text"] for cell in shown["rows"][0]] == [
        "Slowakei",
        "7,7\N{NO-BREAK SPACE}%",
        "0,3\N{NO-BREAK SPACE}%",
        "0,0\N{NO-BREAK SPACE}%",
    ]
    file.write_text("assumption,input_unit,input_low,input_high,low,high\nhours,hours,2,40,37400,748000\n")
    shown = row_links.drawn(file, PRINTED, "en")
    assert [pages.words("en")[shown["known"][column]] for column in shown["columns"]][:2] == [
        "Assumption",
        "Assumption, low end",
    ]
    assert [cell["text"] for cell in shown["rows"][0]] == ["hours", "2", "40", "37,400", "748,000"]
