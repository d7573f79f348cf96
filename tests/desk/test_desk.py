"""The desk over its ASGI application: what a browser may ask, what it may not, and what the files hold then."""

import html
import re
import time
from shutil import copytree

import pytest
from starlette.testclient import TestClient

import analysis as ex
from analysis.datafolder import shipped_folder
from analysis.desk.server import COOKIE, create_app
from analysis.intake.drafts import Draft
from analysis.language.catalogue import catalogue

HOST = "127.0.0.1:8765"
OWN = {"origin": f"http://{HOST}"}
ARTICLE = """# Medical images of millions stand open on the internet

Anyone who knows where to look can list the examinations of 24.3 million patients. Researchers of Greenbone Networks
searched the internet for servers that speak DICOM, mostly on port 104. They looked at 2,300 systems in all.

Of these, 590 servers in 62 countries answered without a password. They hold 737 million images.

One of them stood at 192.0.2.17.

Four years later, a survey by Aplite counted 3,806 servers. <script>alert(1)</script>

| Country | Servers |
| --- | --- |
| Germany | 6 |
| France | 5 |
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    shipped = shipped_folder("data")
    copytree(shipped / "reference", tmp_path / "my-data" / "reference")
    (tmp_path / "my-data" / "aggregate").mkdir()
    monkeypatch.setenv("EXPOSURE_DATA", str(tmp_path / "my-data"))
    return tmp_path / "my-data"


def client(folder, **how):
    app = create_app("the-token", frozenset({HOST}))
    return TestClient(app, base_url=f"http://{HOST}", follow_redirects=False, **how)


@pytest.fixture
def desk(folder):
    opened = client(folder)
    assert opened.get("/?token=the-token").status_code == 303
    return opened


@pytest.fixture
def article(desk):
    done = read(desk, "article.md", ARTICLE)
    assert done.status_code == 303 and done.headers["location"] == "/draft/article-draft"
    return desk


def read(desk, name, content):
    """Have a report read; one that takes longer has a page that says how far it is."""
    done = desk.post("/read", files={"file": (name, content)}, headers=OWN)
    while done.headers.get("location", "").startswith("/reading/"):
        page = done.headers["location"]
        while not desk.get(f"{page}/state").json()["ended"]:
            time.sleep(0.05)
        done = desk.get(page)
    return done


def rows(folder):
    return Draft(folder / "aggregate" / "article-draft").rows


def at(folder, figure):
    return next(place for place, row in enumerate(rows(folder)) if row["figure"] == figure)


def settle(desk, at, **asked):
    """Decide the number at a position; its id is one more, as long as none was taken back."""
    return desk.post(f"/draft/article-draft/row/{at + 1}", data=asked, headers=OWN)


# Who may ask


def test_the_token_opens_the_desk_once(folder):
    opened = client(folder)
    first = opened.get("/?token=the-token")
    assert first.status_code == 303
    cookie = first.headers["set-cookie"].lower()
    assert cookie.startswith(COOKIE) and "httponly" in cookie and "samesite=strict" in cookie
    assert opened.get("/").status_code == 200
    again = TestClient(opened.app, base_url=f"http://{HOST}", follow_redirects=False)
    assert again.get("/?token=the-token").status_code == 403
    assert again.get("/").status_code == 403


@pytest.mark.parametrize("path", ["/", "/chart", "/draft/x", "/assets/desk.css", "/chart.svg"])
def test_nothing_is_told_without_the_cookie(folder, path):
    told = client(folder).get(path)
    assert told.status_code == 403 and told.text == catalogue("desk")["no_token"]["en"]


@pytest.mark.parametrize(
    "headers",
    [{"host": "rebound.example"}, {"host": "127.0.0.1:9"}, {"origin": "https://elsewhere.example"}, {"origin": "null"}],
)
def test_a_foreign_host_or_origin_is_refused(desk, headers):
    assert desk.get("/", headers=headers).status_code == 403
    assert desk.post("/read", data={"text": "590 servers"}, headers=headers).status_code == 403


def test_a_post_without_an_origin_is_refused(desk, folder):
    assert desk.post("/read", data={"text": ARTICLE}).status_code == 403
    assert not list((folder / "aggregate").iterdir())


def test_every_page_forbids_inline_script_and_frames(article):
    for path in ("/", "/draft/article-draft", "/chart", "/keys", "/draft/nowhere", "/assets/desk.js"):
        told = article.get(path)
        policy = told.headers["content-security-policy"]
        assert "script-src 'self';" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy
        assert told.headers["x-content-type-options"] == "nosniff" and told.headers["cache-control"] == "no-store"
        if told.headers["content-type"].startswith("text/html"):
            assert ' style="' not in told.text and not re.search(r"<script(?! src=\"/assets/)", told.text)


@pytest.mark.parametrize("name", ["../pages.py", "%2e%2e%2fpages.py", "..%5cpages.py", "OFL.txt", "nothing.css"])
def test_no_path_leads_out_of_the_assets(desk, name):
    assert desk.get(f"/assets/{name}").status_code in (404, 422)


@pytest.mark.parametrize("name", ["%2e%2e", "greenbone-2019-09", ".hidden", "a%0ab"])
def test_only_a_draft_of_the_folder_is_opened(article, name):
    assert article.get(f"/draft/{name}").status_code in (404, 422)


# The path from a report to a chart


def test_the_text_is_shown_as_text_with_every_number_marked(article, folder):
    page = article.get("/draft/article-draft").text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page or "alert(1)" not in page
    assert "<script>alert" not in page and "192.0.2" not in page and "A sentence was withheld." in page
    for figure in ("24.3 million", "2,300", "590", "62", "737 million", "3,806", "104"):
        assert re.search(rf'<a class="mk s-\w+" id="n\d+"[^>]*>[^<]*{re.escape(figure)}<', page), figure


def test_decisions_are_in_the_file_at_once_and_can_be_undone(article, folder):
    place = at(folder, "590")
    done = settle(article, place, decision="accept")
    assert done.status_code == 303 and "told=Accepted" in done.headers["location"]
    assert rows(folder)[place]["decision"] == "accept"
    settle(article, at(folder, "62"), decision="drop")
    assert article.post("/draft/article-draft/undo", headers=OWN).status_code == 303
    assert rows(folder)[at(folder, "62")]["decision"] == ""
    assert rows(folder)[place]["decision"] == "accept"


def test_a_changed_field_is_mended_and_remembered(article, folder):
    place = at(folder, "6")
    settle(
        article, place, decision="accept", figure="6", place="Austria", measure="servers reachable from the internet"
    )
    row = rows(folder)[place]
    assert (row["place"], row["decision"], row["was"]) == ("Austria", "accept", "place=Germany")
    done = settle(article, at(folder, "5"), decision="accept", figure="5", place="Atlantis", measure="countries")
    assert "fault=" in done.headers["location"] and rows(folder)[at(folder, "5")]["decision"] == ""


def test_two_numbers_for_one_thing_are_never_among_the_sure_ones(article, folder):
    listed = article.get("/draft/article-draft/sure").text
    found = {row["figure"] for row in rows(folder)}
    assert "3,806" in found
    shown = re.search(r'name="shown" value="([\d ]+)"', listed)[1]
    article.post("/draft/article-draft/sure", data={"shown": shown}, headers=OWN)
    accepted = {row["figure"] for row in rows(folder) if row["decision"] == "accept"}
    assert accepted and accepted <= {figure for figure in found if f"<td>{figure}</td>" in listed}


def test_verdicts_stand_beside_the_printed_words(article, folder):
    for figure in ("590", "62", "737 million"):
        settle(article, at(folder, figure), decision="accept")
    page = article.get("/draft/article-draft/verdicts").text
    assert "1 of 3 statements must be changed before print" in page
    assert "“62” is a different number" in page and "countries: 52" in page
    sheet = article.get("/draft/article-draft/factsheet").text
    assert ex.data_version() in sheet or "2026." in sheet
    assert "590" in sheet and "Greenbone Networks" in sheet


def test_the_preview_is_the_chart_itself(desk):
    from analysis.charts.drawing import draw

    asked = {"survey": "greenbone-2019-09", "measure": "servers_exposed", "per": "population", "kind": "ranking"}
    page = desk.get("/chart", params=asked)
    assert page.status_code == 200 and "exposure chart ranking" in page.text
    drawn = desk.get("/chart.svg", params=asked)
    own = draw("ranking", measure="servers_exposed", source="greenbone-2019-09", per="population")
    assert drawn.text == own.svg()
    archive = desk.get("/chart.zip", params=asked)
    assert archive.content[:2] == b"PK" and archive.content == desk.get("/chart.zip", params=asked).content


def test_a_chart_that_is_refused_says_why_and_what_can_be_drawn(desk):
    page = desk.get("/chart", params={"survey": "aplite-2023-12", "measure": "servers_open", "kind": "ranking"})
    assert page.status_code == 200 and "Not drawn" in page.text
    offered = [html.unescape(link) for link in re.findall(r'href="(/chart\?[^"]+)"', page.text)]
    # A map was offered here, which is refused as well: one figure for the world has no places.
    assert offered and all("Not drawn" not in desk.get(link).text for link in offered)


def test_a_settled_report_becomes_data(article, folder):
    for place, row in enumerate(rows(folder)):
        if not row["left_out"]:
            settle(article, place, decision="drop" if row["figure"] in ("3,806", "62") else "accept")
            if rows(folder)[place]["decision"] == "":
                settle(article, place, decision="drop")
    asked = {"publisher": "Example Press", "published": "yesterday"}
    assert "is not a date" in article.post("/draft/article-draft/finish", data=asked, headers=OWN).text
    answers = {"title": "Open images", "surveyor": "Example", "publisher": "Example Press", "published": "2023-12"}
    more = {"scan_from": "2019-07", "scan_to": "2019-09", "asset": "dicom", "own": "n"}
    done = article.post("/draft/article-draft/finish", data=answers | more, headers=OWN)
    assert done.status_code in (200, 303)
    if done.status_code == 200:
        assert 'role="alert"' in done.text


# What cannot be read


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("empty.txt", b"", "There is nothing in it"),
        ("hosts.md", b"| ip | country |\n|---|---|\n| 192.0.2.1 | Spain |\n| 192.0.2.2 | Chile |\n", "refused whole"),
        ("a.pdf", b"%PDF-1.4 broken", "Back"),
        ("a.docx", b"PK\x03\x04 broken", "Back"),
        ("nothing.txt", b"Nothing is counted here at all, and nobody says a number.", "nothing was kept"),
    ],
)
def test_a_report_that_cannot_be_read_says_why_and_leaves_nothing(desk, folder, name, content, told):
    done = read(desk, name, content)
    assert done.status_code == 422 and told in done.text and "192.0.2" not in done.text
    assert not list((folder / "aggregate").iterdir())


# Languages


@pytest.mark.parametrize("lang", ["es", "de", "fr"])
def test_the_pages_speak_the_chosen_language(article, lang):
    article.get(f"/lang/{lang}")
    page = article.get("/draft/article-draft").text
    assert f'<html lang="{lang}">' in page and catalogue("desk")["accept"][lang] in page


def test_every_sentence_stands_in_four_languages_with_the_same_parts():
    for key, texts in catalogue("desk").items():
        assert set(texts) == {"en", "es", "de", "fr"}, key
        parts = {lang: sorted(re.findall(r"{(\w+)}", text)) for lang, text in texts.items()}
        assert all(found == parts["en"] for found in parts.values()), key
