"""The steps of reading, each alone: numbers, kinds, places, tables, certainty; and that no number vanishes."""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import analysis as ex
from analysis.figures.quantities import quantity
from analysis.intake.confidence import evidence, probability
from analysis.intake.documents import read_document
from analysis.intake.explain import explained
from analysis.intake.extract import extract_document
from analysis.intake.kinds import kind_of_reason
from analysis.intake.lexicon import words
from analysis.intake.mentions import find_mentions, place_of
from analysis.intake.numbers import find_numbers


def rows(text, lang=None):
    return [(row.figure, row.value, row.place, row.measure) for row in ex.extract(text, lang).itertuples()]


def kinds(text, lang):
    return {one["text"]: one["kind"] for one in ex.extract(text, lang).attrs["left_out"]}


# Numbers ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "lang", "value"),
    [
        ("3 millones 412 mil 905", "es", 3_412_905),
        ("2 Millionen 300.000", "de", 2_300_000),
        ("2 milhões e 150 mil", "pt", 2_150_000),
        ("1 milionem 200 tysiącami", "pl", 1_200_000),
        ("1억 2000만", "ko", 120_000_000),
        ("9백60만", "ko", 9_600_000),
        ("2½ million", "en", 2_500_000),
        ("~590", "en", 590),
        (">1,000", "en", 1_000),
    ],
)
def test_numbers_as_people_write_them(text, lang, value):
    assert quantity(text, lang).value == value


@pytest.mark.parametrize(
    ("text", "lang", "figure", "value", "tag"),
    [
        ("En Perú, más de 2,140 equipos quedaron expuestos.", "es", "más de 2,140", 2140, "es-419"),
        ("In Peru, 2.140 servers were open.", "en", "2.140", 2140, "en-DE"),
        ("In Peru waren 2,140 Server offen.", "de", "2,140", 2140, "de-CH"),
    ],
)
def test_a_count_in_the_marks_of_another_country_is_read_and_says_whose(text, lang, figure, value, tag):
    row = ex.extract(text, lang).iloc[0]
    assert (row.figure, row.value, row.lang) == (figure, value, tag)
    assert quantity(row.figure, row.lang).value == value


def test_a_number_takes_no_scale_from_behind_a_noun_of_its_own():
    found = rows("Unos 1,600 servidores y cerca de 3,5 millones de archivos quedaron expuestos.", "es")
    assert [one[1] for one in found] == [1600, 3_500_000]
    found = rows("Between 9.6 and 9.8 million files were found.", "en")
    assert all(one[1] > 9e6 for one in found)


def test_a_noun_means_what_there_may_be_so_many_of():
    (many,) = rows("Se expusieron 45 millones de archivos de imágenes médicas.", "es")
    (few,) = rows("Hay 12 archivos de imágenes médicas abiertos.", "es")
    assert (many[3], few[3]) == ("files", "servers_open")


def test_two_counts_joined_by_and_are_no_compound():
    with pytest.raises(ex.DataError):
        quantity("2 million and 300", "en")
    assert rows("3 million and 40 servers were found in Peru and Chile.", "en")[-1][1] == 40


def test_a_mark_of_a_note_is_no_part_of_its_number():
    assert rows("<html><body><p>In Peru, 590<sup>1</sup> servers are open.</p></body></html>", "en")[0][:3] == (
        "590",
        590,
        "Peru",
    )
    assert rows("590[1] servers are open in Peru.", "en")[0][0] == "590"
    page = (
        "<html><body><table><tr><th>Country</th><th>Servers</th></tr><tr><td>Peru</td><td>163<sup>1</sup></td></tr>"
        "<tr><td>Chile</td><td>97<sup>[2]</sup></td></tr></table></body></html>"
    )
    assert [row[:3] for row in rows(page, "en")] == [("163", 163, "Peru"), ("97", 97, "Chile")]


# Kinds ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "lang", "number", "kind"),
    [
        ("On average 12 servers per country were open.", "en", "12", "average"),
        ("Im Schnitt waren 12 Server je Land offen.", "de", "12", "average"),
        ("En moyenne, 12 serveurs par pays étaient ouverts.", "fr", "12", "average"),
        ("De media, 12 servidores por país estaban abiertos.", "es", "12", "average"),
        ("Peru has 12 open servers per million inhabitants.", "en", "12", "rate"),
        ("The register has 725 breaches of 500 or more records.", "en", "500 or more", "threshold"),
        ("The clinics were 16, not 24.", "en", "24", "withdrawn"),
        ("Es waren nicht 24, sondern 16 Praxen.", "de", "24", "withdrawn"),
        ("Peru is ranked 15 with 40 servers.", "en", "15", "rank"),
        ("On Nov. 14 the 40 servers were closed.", "en", "Nov. 14", "date"),
        ("Behoben ist der Fehler seit dem 3. Sept. auf 40 Servern.", "de", "3. Sept.", "date"),
        ("The IBEX 35 fell; 40 servers are open.", "en", "35", "page"),
        ("数千台のサーバーが公開されていた。", "ja", "数千", "vague"),
        ("上千家医院受影响。", "zh", "上千", "vague"),
        ("Flera hundra servrar är öppna.", "sv", "Flera hundra", "vague"),
        ("Seven attacks and 40 servers; 7.2 million homes.", "en", "7.2 million", "other noun"),
    ],
)
def test_what_counts_nothing_is_left_out_with_its_kind(text, lang, number, kind):
    assert kinds(text, lang)[number] == kind


@given(
    st.lists(st.integers(1, 9_999), min_size=1, max_size=5),
    st.sampled_from(["servers", "minutes", "homes", "%", "euros"]),
)
@settings(max_examples=40, deadline=None)
def test_no_number_vanishes(numbers, noun):
    text = "; ".join(f"there were {number} {noun}" for number in numbers) + "."
    draft = ex.extract(text, "en")
    told = " ".join([*draft["figure"], *(one["text"] for one in draft.attrs["left_out"])])
    assert all(re.search(rf"(?<!\d){number}(?!\d)", told) for number in numbers)


def test_every_number_is_explained_in_order():
    report = read_document("On 3 May, 590 servers were open in Peru; on average 12 per day.")
    told = explained(extract_document(report, "en"))
    assert told["number"].tolist() == ["3 May", "590", "12"]
    assert told["kind"].tolist() == ["date", "count", "average"]
    assert told["position"].is_monotonic_increasing
    assert kind_of_reason("anything new") == "other"


# Places -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["Korea", "Congo"])
def test_a_place_that_may_be_several_stays_open(name):
    row = ex.extract(f"# Peru\n\nIn {name}, 96 servers are open.", "en").iloc[0]
    assert row["place"] == name and row["confidence"] < 0.6 and "the place is open" in row["reason"]


@pytest.mark.parametrize(
    ("text", "lang", "place"),
    [
        ("In Rome, 96 servers are open.", "en", "Rome"),
        ("W Polsce znaleziono 46 serwerów.", "pl", "Polska"),
        ("In Lombardia le vulnerabilità sono 1.310.", "it", "Lombardia"),
        ("Finska sjukhus har 12 öppna servrar.", "sv", "FIN"),
        ("Los hospitales brasileños afectados son 64.", "es", "BRA"),
        ("Michael Jordan told us that 12 servers were open.", "en", "World"),
        ("A 500 GB dump held 12 million records.", "en", "World"),
        ("Mexico City has 12 open servers.", "en", "Mexico City"),
    ],
)
def test_places_of_every_kind(text, lang, place):
    assert rows(text, lang)[0][2] == place


def test_georgia_among_states_is_the_state():
    read = rows("California has 40 open servers, Texas 22 and Georgia 12.", "en")
    assert [row[2] for row in read] == ["California", "Texas", "Georgia (US)"]
    assert rows("Armenia has 40 open servers and Georgia 12.", "en")[1][2] == "Georgia"
    assert place_of("Sweden (SE)", words("en")).name == "Sweden"
    assert [one.name for one in find_mentions("a clinic on Georgia Avenue", words("en"))] == []


# Tables -----------------------------------------------------------------------------------------------


def test_codes_lower_case_and_codes_in_names_are_places():
    table = "| Country | Servers |\n| --- | --- |\n| DE | 163 |\n| france | 52 |\n| Spain (ES) | 22 |\n"
    assert [row[2] for row in rows(table, "en")] == ["DE", "france", "Spain"]


def test_a_head_over_two_columns_and_two_records_a_row():
    page = (
        "<html><body><table><tr><th rowspan='2'>Pays</th><th colspan='2'>Serveurs</th></tr><tr><th>accessibles</th>"
        "<th>sans mot de passe</th></tr><tr><td>Maroc</td><td>29</td><td>11</td></tr></table></body></html>"
    )
    assert [row[3] for row in rows(page, "fr")] == ["servers_exposed", "servers_open"]
    table = "| Country | Servers | Country | Servers |\n| --- | --- | --- | --- |\n| Peru | 5 | Chile | 3 |\n"
    assert [row[1:3] for row in rows(table, "en")] == [(5, "Peru"), (3, "Chile")]


def test_lists_of_definitions_cards_and_questions():
    page = "<html><body><h2>Open servers</h2><dl><dt>Peru</dt><dd>590</dd><dt>Chile</dt><dd>22</dd></dl></body></html>"
    assert [row[1:] for row in rows(page, "en")] == [(590, "Peru", "servers_open"), (22, "Chile", "servers_open")]
    assert rows("590\nopen servers in Peru", "en")[0][1:] == (590, "Peru", "servers_open")
    assert rows("How many servers are open in Peru?\n\n590", "en")[0][1:] == (590, "Peru", "servers_open")


def test_a_note_below_a_table_takes_up_the_cell_that_has_its_mark():
    table = "| Land | Servers |\n| --- | --- |\n| Nederland | 38 ¹ |\n\n¹ Waarvan 6 in Utrecht.\n"
    assert rows(table, "nl")[1][1:] == (6, "Utrecht", "servers_exposed")


# Measures ---------------------------------------------------------------------------------------------


def test_a_share_has_its_own_words_and_not_those_of_its_base():
    assert rows("12 percent of the 45,000 openly reachable servers run an outdated version.", "en")[0][3] == ""


def test_nouns_without_a_measure_give_a_row_without_one():
    read = rows("1,200 databases and 340 cameras were open; 12 companies were breached.", "en")
    assert [row[3] for row in read] == ["", "", "organisations"]


def test_two_round_numbers_make_no_account_of_a_survey():
    draft = ex.extract("In Peru 100 servers hold 500 records, in the world 300 servers.", "en")
    assert draft.attrs["survey"] == "" and draft["measure"].tolist()[1] == "records"


# The place of a heading -------------------------------------------------------------------------------

HEADLINE = "# Thousands of images lie open on the internet in Peru"


def places(text, lang="en"):
    return {row.figure: (row.place, row.confidence) for row in ex.extract(text, lang).itertuples()}


def test_a_heading_gives_its_place_to_what_stands_under_it():
    found = places(f"{HEADLINE}\n\nResearchers counted 59 servers. They held 1.2 million images.")
    assert {place for place, _ in found.values()} == {"Peru"}


def test_what_is_told_of_the_world_does_not_get_the_place_of_the_heading():
    found = places(
        "# Patient data exposed: what it means for Peru\n\n"
        "The survey found 590 servers worldwide. They hold 8 million images. 41 systems could be viewed in a browser."
    )
    assert {place for place, _ in found.values()} == {"World"}
    found = places("# Open servers in Peru\n\nThe survey found 590 servers with 8 million images in 52 countries.")
    assert found["8 million"][0] == "World"


def test_the_place_of_a_headline_is_open_where_its_text_goes_on_to_the_world_or_to_a_neighbour():
    world = places(f"{HEADLINE}\n\nThe survey found 590 servers.\n\nThe systems stand in 52 countries.")
    assert world["590"][0] == "" and world["590"][1] < 0.6
    other = places(f"{HEADLINE}\n\nIn Chile, 12 servers were open. Some 400 images were copied.")
    assert other["12"][0] == "Chile"
    assert other["Some 400"][0] == ""
    far = places(f"{HEADLINE}\n\n" + "The committee met again.\n\n" * 8 + "The survey found 590 servers.")
    assert far["590"][0] == ""


def test_a_label_that_names_a_continent_holds_for_the_countries_in_it():
    found = places("# Europe\n\nIn Spain, 12 servers were open. The survey found 590 servers in 30 countries.")
    assert found["590"][0] == "Europe"


# The kinds that public pages showed -------------------------------------------------------------------


def test_a_long_paragraph_without_blanks_is_read():
    text = "調査は全国の病院を対象に行われ、担当者が回答した。" * 12 + "個人情報漏洩件数は443件でした。"
    assert ("443", "breaches") in [(one[0], one[3]) for one in rows(text, "ja")]


@pytest.mark.parametrize(
    ("text", "lang", "figure", "place", "measure"),
    [
        ("该公司发现了 613 个 PACS 服务器，涉及 1870 万个患者记录。", "zh", "613", "World", "servers_exposed"),
        ("该公司发现了 613 个 PACS 服务器，涉及 1870 万个患者记录。", "zh", "1870 万", "World", "records"),
        ("Una società tedesca ha trovato 590 server aperti.", "it", "590", "World", "servers_open"),
        ("Eine deutsche Firma fand 590 offene Server.", "de", "590", "World", "servers_open"),
        ("French researchers found 590 open servers.", "en", "590", "World", "servers_open"),
        ("Ein israelisches Unternehmen fand 590 offene Server.", "de", "590", "World", "servers_open"),
        ("527 breaches were notified. Hospitals reported 104 of them.", "en", "104", "World", "breaches"),
        ("個人情報漏えいは518件。このうち病院は44件。", "ja", "44", "World", "breaches"),
        ("患者情報漏えいは13万人分だった。", "ja", "13万", "World", "patients"),
        ("Se recibieron 2.933 brechas. De ellas, 418 procedían de hospitales.", "es", "418", "World", "breaches"),
        ("Nel nostro paese sono esposti 590 server.", "it", "590", "", "servers_exposed"),
    ],
)
def test_who_counts_who_reports_and_where(text, lang, figure, place, measure):
    assert (figure, place, measure) in [(one[0], one[2], one[3]) for one in rows(text, lang)]


@pytest.mark.parametrize(
    ("text", "lang", "left"),
    [
        ("A breach exposed 1,180 records on average.", "en", {"1,180": "average"}),
        ("과징금은 5억 원이다. 서버는 많다.", "ko", {"5억 원": "price"}),
        ("Er lopen drie onderzoeken naar datalekken.", "nl", {"drie": "other noun"}),
    ],
)
def test_averages_money_and_inquiries_are_left_out_with_their_kind(text, lang, left):
    assert not rows(text, lang)
    assert kinds(text, lang) == left


def test_the_marks_of_thousands_in_a_list_are_no_columns():
    text = "Top countries, as of last week:\n- Peru: 21,904\n- Chile: 6,310\n- Brazil: 2,077"
    assert all(one["text"] in ("21,904", "6,310", "2,077") for one in ex.extract(text, "en").attrs["left_out"])


# Pages ------------------------------------------------------------------------------------------------

PAGE = (
    "<html><body><main><h1>Exposed archives</h1><p>The organisation publishes its yearly report on medical archives "
    "that can be reached from the internet.</p>{}<p>Hospitals were told in advance, and many of them have taken their "
    "systems off the internet since then.</p></main></body></html>"
)


@pytest.mark.parametrize(
    "cards",
    [
        "<div><div>2,140</div><div>servers exposed</div></div><div><div>45 million</div><div>images</div></div>",
        "<div><b>2,140</b><span>servers exposed</span></div><div><b>45 million</b><span>images</span></div>",
        "<div><strong>2,140</strong><br>servers exposed</div><div><strong>45 million</strong><br>images</div>",
        "<div><div>Servers exposed</div><div>2,140</div></div><div><div>Images</div><div>45 million</div></div>",
        "<ul><li><b>2,140</b><span>servers exposed</span></li><li><b>45 million</b><span>images</span></li></ul>",
    ],
)
def test_a_card_is_read_with_what_stands_beside_above_or_below_its_number(cards):
    found = {one[0]: one[3] for one in rows(PAGE.format(cards), "en")}
    assert found == {"2,140": "servers_exposed", "45 million": "images"}


@pytest.mark.parametrize(
    "heading",
    ["<h2>{}</h2>", "<h2><button>{}</button></h2>", "<header><h2>{}</h2></header>", "<p><strong>{}</strong></p>"],
)
def test_a_heading_stays_above_its_text_whatever_it_is_made_of(heading):
    text = "".join(
        f"<section>{heading.format(place)}<p>In the whole of the year researchers found {count} open servers there, "
        "and no one had noticed.</p></section>"
        for place, count in (("Peru", 59), ("Chile", 31))
    )
    assert [(one[0], one[2]) for one in rows(PAGE.format(text), "en")] == [("59", "Peru"), ("31", "Chile")]


@pytest.mark.parametrize(
    ("text", "figure", "place", "measure"),
    [
        ("Dostęp był możliwy do 412 serwerów bez hasła w Polsce.", "412", "Polska", "servers_open"),
        ("Z 412 serwerów 187 nie wymagało hasła.", "187", "World", "servers_open"),
        ("Atak dotknął 4 szpitale w województwie mazowieckim.", "4", "Województwo mazowieckie", "hospitals_affected"),
        ("Badacze znaleźli dokumentację z 16 milionami skanów.", "16 milionami", "World", "images"),
    ],
)
def test_cases_of_polish(text, figure, place, measure):
    found = {one[0]: one[2:] for one in rows(text, "pl")}
    assert found[figure] == (place, measure)


# Languages, certainty, speed --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Из 590 серверов в России открыты 187. Данные пациентов доступны.", "Russian"),
        (
            "Sebanyak 590 server terbuka di Indonesia dan data pasien dapat diakses oleh siapa saja di internet.",
            "Indonesian",
        ),
    ],
)
def test_a_language_without_rules_is_refused_by_name(text, language):
    with pytest.raises(ex.DataError, match=language):
        ex.extract(text)


def test_what_a_person_must_settle_is_never_sure():
    told = {"place": "Peru", "figure": "590", "sentence": "In Peru, 590 servers were open.", "position": 9}
    beside = {**told, "locator": "paragraph 1", "measure": "servers_open", "reason": "'servers', open"}
    in_table = {**beside, "locator": "table 1, row 2, column 'Open servers'", "reason": "column 'Open servers'"}
    for draft in (beside, in_table):
        assert probability(evidence({**draft, "measure": ""})) < 0.6
        assert probability(evidence({**draft, "reason": f"{draft['reason']}; the place is open"})) < 0.6
    assert probability(evidence(in_table)) > 0.9 > probability(evidence(beside)) > 0.6


def test_a_long_paragraph_takes_time_in_proportion():
    text = "The committee met and heard from people who run archives. In Peru, 590 servers were open. " * 600
    find_numbers("warm", words("en"))
    took = []
    for part in (text[: len(text) // 4], text):
        start = time.process_time()
        ex.extract(f"{part}\n\nEnd.", "en")
        took.append(time.process_time() - start)
    assert took[1] < 12 * max(took[0], 0.05)


# What a text goes on to speak of ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "lang", "figure", "place"),
    [
        # a sentence without a place goes on where the one before was
        ("Clinics in Peru reported 318 breaches. They affected 900,000 people.", "en", "900,000", "Peru"),
        ("Kliniken in Peru meldeten 318 Datenpannen; betroffen waren 900.000 Personen.", "de", "900.000", "Peru"),
        # not where the report has told of the world, or of a number of countries
        ("Worldwide 2,900 servers are open. In Peru there are 59. They hold 8 million images.", "en", "59", "Peru"),
        ("The survey found 590 servers. Peru has 59 servers. Some 400 were copied.", "en", "590", "World"),
        (
            "There are 590 servers in 52 countries. Peru has 59. The systems hold 8 million images.",
            "en",
            "8 million",
            "World",
        ),
        # what is so of a share is not what the text is about
        ("A quarter of the servers are in Peru. The survey found 8 million images.", "en", "8 million", "World"),
        # the same in another year
        ("In 2024, 642 breaches were reported in Peru, against 574 in 2023.", "en", "574", "Peru"),
        # the question above names it, and a note below
        ("How many are there in Peru?\n\nWe counted 59 servers.", "en", "59", "Peru"),
        ("接続可能なサーバー 62台\n(いずれも日本国内)", "ja", "62", "日本"),
        # "in the country" is the one named last
        ("The agency for Peru spoke.\n\nIt found 59 servers in the country.", "en", "59", "Peru"),
    ],
)
def test_the_place_of_a_number_that_names_none(text, lang, figure, place):
    found = {one[0]: one[2] for one in rows(text, lang)}
    assert found[figure] == place


@pytest.mark.parametrize(
    ("text", "lang", "figure", "measure"),
    [
        (
            "Of these hosts 1,733 did not encrypt the connection; we saw 4,215 hosts.",
            "en",
            "1,733",
            "hosts_without_tls",
        ),
        ("1.733 Hosts verschlüsseln die Verbindung gar nicht.", "de", "1.733", "hosts_without_tls"),
        ("El certificado de 419 hosts ha caducado.", "es", "419", "hosts_expired_certificate"),
        (
            "Von den benachrichtigten Einrichtungen haben 29 ihre Server abgesichert.",
            "de",
            "29",
            "organisations_secured",
        ),
        ("Zespół sprawdził w Polsce 540 systemów.", "pl", "540", "systems_checked"),
        ("Ha scritto a 74 strutture.", "it", "74", "organisations_contacted"),
        ("We found 59 servers. We wrote to 40.", "en", "40", "organisations_contacted"),
        ("The sensors counted 4,800 attacks on decoys.", "en", "4,800", "attacks_on_decoys"),
        (
            "In Peru 118 servers can be reached, 24 of them without a password. In Chile there are 41 and 9.",
            "en",
            "9",
            "servers_open",
        ),
        ("中国有128台可从互联网访问的服务器,其中35台没有密码。", "zh", "128", "servers_exposed"),
        ("2023年香港醫療機構通報資料外洩21宗,影響約9.8萬人。", "zh", "約9.8萬", "individuals"),
    ],
)
def test_what_is_said_of_a_number_by_verbs(text, lang, figure, measure):
    found = {one[0]: one[3] for one in rows(text, lang)}
    assert found[figure] == measure


def test_no_time_or_date_is_cut_out_of_a_number():
    told = rows("Hubo 2.233 brechas, frente a las 2.004 de 2023 y las 1.751 de 2022.", "es")
    assert [one[1] for one in told] == [2233, 2004, 1751]


def test_a_cell_of_several_scale_words_is_a_number():
    told = rows("| 지역 | 유출 인원(명) |\n|---|---|\n| 서울 | 12만 3천 |\n| 부산 | 4만2천 |", "ko")
    assert [one[1] for one in told] == [123_000, 42_000]


def test_a_state_behind_a_number_takes_the_noun_of_a_sentence_without_numbers():
    text = "The report looks at image servers in Chile. We found 41 reachable from the internet."
    assert rows(text, "en") == [("41", 41, "Chile", "servers_exposed")]


def test_a_table_may_be_parted_by_strokes():
    told = rows("国・地域 / サーバー(台) / 検査(万件)\nインド / 1,204 / 580\nタイ / 97 / 42\n台湾 / 66 / 15", "ja")
    assert [(one[1], one[2]) for one in told[:2]] == [(1204, "インド"), (5_800_000, "インド")]
    assert {one[3] for one in told} == {"servers_exposed", "studies"}


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("W Polsce 63 serwery odpowiadają bez podania hasła.", "pl"),
        ("In Italia 63 server rispondono senza chiedere mai alcuna password.", "it"),
        ("江苏省76台服务器无需口令即可访问。", "zh"),
    ],
)
def test_servers_without_a_password_are_open_however_it_is_said(text, lang):
    assert {one[3] for one in rows(text, lang)} == {"servers_open"}


def test_a_heading_says_what_the_years_of_a_table_count():
    read = rows(
        "# Servers open without a password\n\n| Country | 2023 | 2024 |\n|---|---|---|\n"
        "| Peru | 34 | 27 |\n| Chile | 52 | 49 |",
        "en",
    )
    assert {one[3] for one in read} == {"servers_open"}


@pytest.mark.parametrize(
    ("text", "lang", "number", "kind"),
    [
        ("Ada Quill, 38, counted 590 servers.", "en", "38", "duration"),
        ("Hospitals saw 4,800 attacks.", "en", "4,800", "other noun"),
        ("법 제34조에 따라 개인정보 유출 12건이 신고됐다.", "ko", "제34조", "name"),
        ("Non sono 590 i server aperti, ma 59.", "it", "590", "withdrawn"),
        ("Una cartella vale tra i 10 e i 40 euro.", "it", "10 e i 40 euro", "price"),
        ("A multa é de R$ 50 milhões por infração.", "pt", "R$ 50 milhões", "price"),
        ("Die Busse beträgt bis zu 250'000 Franken.", "de", "250'000 Franken", "price"),
        ("Onde se lê «14 mil utentes» deve ler-se «1 400 utentes».", "pt", "14 mil", "withdrawn"),
        ("Zwei Spitäler in Linz waren nicht betroffen.", "de", "Zwei", "other noun"),
        ("CVSS ≥ 9,0: 23 % der Systeme.", "de", "CVSS ≥ 9,0", "name"),
        ("Pela Lei 13.709/2018, 12 clínicas foram avisadas.", "pt", "Lei 13.709/2018", "name"),
        ("| Año | Brechas |\n|---|---|\n| 2023 | 41 |\n| 2024 | 56 |", "es", "2023", "date"),
    ],
)
def test_numbers_that_count_nothing(text, lang, number, kind):
    assert kinds(text, lang)[number] == kind
