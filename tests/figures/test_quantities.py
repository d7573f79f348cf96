import math
import pickle
import re
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from babel import Locale
from babel.numbers import format_compact_decimal, format_decimal, format_percent
from hypothesis import given, settings
from hypothesis import strategies as st

import analysis as ex
from analysis.figures import numerals
from analysis.figures.quantities import quantity_of_each

DESIGNED = ("en", "es", "de", "fr", "it", "pt", "nl", "sv", "pl", "zh", "ja", "ko")
TAGS = (*DESIGNED, "sr", "da", "ru", "ar", "te", "en-IN", "de-CH", "fr-CH", "es-MX", "pt-PT", "zh-Hant", "sr-Latn")
M = 1e6

#: Figures as accounts print them: text, language, value, low, high. The source is at the end of each line.
PLAIN_AND_GROUPED = [
    ("590", "es", 590, 590, 590),  # tomsguide-es-2019-09
    ("39", "en", 39, 39, 39),  # informationsecuritybuzz-2019-09
    ("3,806", "en", 3806, 3806, 3806),  # aplite-bheu-slides-2023-12
    ("2,300", "en", 2300, 2250, 2350),  # oodaloop-2019-09
    ("1,193,404,000", "en", 1193404000, 1193403500, 1193404500),  # databreaches-2019-11
    ("15.242.000", "sr", 15242000, 15241500, 15242500),  # it-klinika-rs-2019-09
    ("47 500", "fr", 47500, 47450, 47550),  # nextinpact-2019-09
    ("2'300", "fr", 2300, 2250, 2350),  # it-awareness-ch-2019-09
    ("1’571", "fr", 1571, 1571, 1571),  # ictjournal-2019-09
    ("231'840", "de", 231840, 231840, 231840),  # netzwoche-2019-09
    ("3,08,451", "en", 308451, 308451, 308451),  # thehindu-2020-02
    ("6,97,89,685", "en", 69789685, 69789685, 69789685),  # thehindu-2020-02
    ("640،000", "ar", 640000, 635000, 645000),  # choq-ar-2019-09
    ("46か国", "ja", 46, 46, 46),  # afpbb-ja-2019-09
    ("10万1,394", "ja", 101394, 101394, 101394),  # netsecurity-jp-2017-07
]
SCALED = [
    ("24 million", "en", 24 * M, 23.5 * M, 24.5 * M),  # iotsecuritywatch-2019-10
    ("737 million", "en", 737 * M, 736.5 * M, 737.5 * M),  # databreaches-2019-11
    ("13,7 millones", "es", 13.7 * M, 13.65 * M, 13.75 * M),  # tomsguide-es-2019-09
    ("24,5 Mio.", "de", 24.5 * M, 24.45 * M, 24.55 * M),  # ddrm-2019-09
    ("24.3m", "en", 24.3 * M, 24.25 * M, 24.35 * M),  # cybersecurityintelligence-2019-09
    ("16.1 M", "en", 16.1 * M, 16.05 * M, 16.15 * M),  # aplite-bheu-slides-2023-12
    ("1.19 Bn", "en", 1190 * M, 1185 * M, 1195 * M),  # the420-in-2020
    ("6.27 lakhs", "en", 627_000, 626_500, 627_500),  # affairscloud-2020-02
    ("12.1 కోట్ల", "te", 121 * M, 120.5 * M, 121.5 * M),  # v6velugu-2020
    ("97mila", "it", 97_000, 96_500, 97_500),  # tomshw-it-2019-10
    ("13, 7 milioni", "it", 13.7 * M, 13.65 * M, 13.75 * M),  # tomshw-it-2019-10 (the blank is theirs)
    ("13 tys.", "pl", 13_000, 12_500, 13_500),  # dw-pl-2019-09
    ("16 milionów", "pl", 16 * M, 15.5 * M, 16.5 * M),  # dw-pl-2019-09
    ("1,19 milliarder", "da", 1190 * M, 1185 * M, 1195 * M),  # version2-2020-01
    ("1,19 bilhão", "pt", 1190 * M, 1185 * M, 1195 * M),  # neotel-br-2019-11
    ("11億9000万", "ja", 1190 * M, 1185 * M, 1195 * M),  # techcrunch-ja-2020-01
    ("980만", "ko", 9.8 * M, 9.795 * M, 9.805 * M),  # boannews-2020-12
    # English marks in other languages: their own would make no number.
    ("1.19 mil millones", "es", 1190 * M, 1185 * M, 1195 * M),  # hardwarespanish-2020-01
    ("1.19 Milliarden", "de", 1190 * M, 1185 * M, 1195 * M),  # greenbone-blog-de-2019-11
]
WORDS = [
    ("Neun", "de", 9, 9, 9),  # greenbone-presseportal-2019-11
    ("sept", "fr", 7, 7, 7),  # bfmtv-2019-09
    ("vijf", "nl", 5, 5, 5),  # tweakers-2019-09
    ("pięciu", "pl", 5, 5, 5),  # dw-pl-2019-09
    ("Twelve", "en", 12, 12, 12),  # cybersecurity-help-2020-12
    ("Only one", "en", 1, 1, 1),  # techcrunch-2020-01
    ("Two thousand", "en", 2000, 1500, 2500),  # vumetric-2020-12
    ("uma centena", "pt", 100, 50, 150),  # hotnewsinworld-2019-09
    ("metade", "pt", 0.5, 5 / 12, 7 / 12),  # cisoadvisor-2019-09
    ("Halvdelen", "da", 0.5, 5 / 12, 7 / 12),  # version2-2020-01
    ("twice", "en", 2, 1.5, 2.5),  # auntminnie-2019-05
]
SHARES = [
    ("36%", "en", 0.36, 0.355, 0.365),  # censys-2024-10
    ("60 Prozent", "de", 0.6, 0.595, 0.605),  # greenbone-presseportal-2019-11
    ("53.3 percent", "en", 0.533, 0.5325, 0.5335),  # beckers-2023-07
    ("0.14%", "en", 0.0014, 0.00135, 0.00145),  # trendmicro-2026
    ("plus 40%", "en", 0.4, 0.395, 0.405),  # greenbone-blog-2019-11
]
QUALIFIED = [
    ("alrededor de 737 millones", "es", 737 * M, 736 * M, 738 * M, "about"),  # tomsguide-es-2019-09
    ("unos cinco millones", "es", 5 * M, 4 * M, 6 * M, "about"),  # publico-es-2019-09
    ("about 2,300", "en", 2300, 2200, 2400, "about"),  # cloudtweaks-2019-09
    ("roughly 186 million", "en", 186 * M, 185 * M, 187 * M, "about"),  # workcompacademy-2025
    ("ongeveer vijftig", "nl", 50, 40, 60, "about"),  # nos-2019-09
    ("zo'n 25.000", "nl", 25_000, 24_000, 26_000, "about"),  # nos-2019-09
    ("ungefär 30", "sv", 30, 20, 40, "about"),  # lakartidningen-2019-09
    ("около 4,3 млрд", "ru", 4300 * M, 4200 * M, 4400 * M, "about"),  # anti-malware-ru-2020-12
    ("حوالي 16 مليون", "ar", 16 * M, 15 * M, 17 * M, "about"),  # axabaka-ar-2019-09
    ("大约 7.335 亿", "zh", 733.5 * M, 733.4 * M, 733.6 * M, "about"),  # leiphone-2019-09
    ("約1万3000人", "ja", 13_000, 12_000, 14_000, "about"),  # afpbb-ja-2019-09
    ("약 1만 3000명", "ko", 13_000, 12_000, 14_000, "about"),  # afpbb-kns-2019-09
    ("약 1600만건", "ko", 16 * M, 15 * M, 17 * M, "about"),  # afpbb-kns-2019-09
    ("about one-in-five", "en", 0.2, 0.1, 0.25, "about"),  # techcrunch-2020-01
    ("más de 13.000", "es", 13_000, 13_000, 14_000, "more than"),  # z101digital-2019-09
    ("more than 75%", "en", 0.75, 0.75, 0.76, "more than"),  # databreaches-2019-11
    ("more than half", "en", 0.5, 0.5, 2 / 3, "more than"),  # informedamerican-2020-01
    ("mehr als der Hälfte", "de", 0.5, 0.5, 2 / 3, "more than"),  # salzgitter-zeitung-2019-09
    ("Plus de la moitié", "fr", 0.5, 0.5, 2 / 3, "more than"),  # rtbf-2020-01
    ("Plus d'un milliard", "fr", 1e9, 1e9, 2e9, "more than"),  # rtbf-2020-01
    ("plus d'une centaine", "fr", 100, 100, 200, "more than"),  # rtbf-2020-01
    ("plus 399 millions", "fr", 399 * M, 399 * M, 400 * M, "more than"),  # 01net-2019-09 (the missing "de" is theirs)
    ("oltre cinque milioni", "it", 5 * M, 5 * M, 6 * M, "more than"),  # privacyitaliana-2019-10
    ("Mais de 400 mil", "pt", 400_000, 400_000, 500_000, "more than"),  # sardinhainnaldo-2019-09
    ("Ruim een miljard", "nl", 1e9, 1e9, 2e9, "more than"),  # zorgictzorgen-2020-01
    ("ponad 2300", "pl", 2300, 2300, 2400, "more than"),  # dw-pl-2019-09
    ("više od 15 miliona", "sr", 15 * M, 15 * M, 16 * M, "more than"),  # it-klinika-rs-2019-09
    ("свыше 45 млн", "ru", 45 * M, 45 * M, 46 * M, "more than"),  # anti-malware-ru-2020-12
    ("超过 7.37 亿", "zh", 737 * M, 737 * M, 738 * M, "more than"),  # dongchayan-2019
    ("2400 多万", "zh", 24 * M, 24 * M, 25 * M, "more than"),  # dongchayan-2019
    ("4500万を超える", "ja", 45 * M, 45 * M, 46 * M, "more than"),  # mynavi-2020-12
    ("3천개가 넘는", "ko", 3000, 3000, 4000, "more than"),  # boannews-2020-12
    ("just over 69,300", "en", 69_300, 69_300, 69_400, "more than"),  # itworldcanada-2018-04
    ("al menos cinco", "es", 5, 5, 6, "at least"),  # z101digital-2019-09
    ("Åtminstone 400 000", "sv", 400_000, 400_000, 500_000, "at least"),  # lakartidningen-2019-09
    ("172K+", "en", 172_000, 172_000, 173_000, "at least"),  # edisonsmart-2025
    ("3,800+", "en", 3800, 3800, 3900, "at least"),  # myaira-2026
    ("少なくとも187台", "ja", 187, 187, 188, "at least"),  # afpbb-ja-2019-09
    ("7億2000万以上", "ja", 720 * M, 720 * M, 730 * M, "at least"),  # techcrunch-ja-2020-01
    ("50%以上", "ja", 0.5, 0.5, 0.6, "at least"),  # techcrunch-ja-2020-01
    ("1억건 이상", "ko", 1e8, 1e8, 2e8, "at least"),  # afpbb-kns-2019-09
    ("casi 600", "es", 600, 500, 600, "nearly"),  # tomsguide-es-2019-09
    ("fast 200.000", "de", 200_000, 100_000, 200_000, "nearly"),  # gmx-ch-2019-09
    ("près de 48.000", "fr", 48_000, 47_000, 48_000, "nearly"),  # bfmtv-2019-09
    ("quasi 6 milioni", "it", 6 * M, 5 * M, 6 * M, "nearly"),  # indoconsulting-2019-10
    ("近28万", "zh", 280_000, 270_000, 280_000, "nearly"),  # dongchayan-2019
    ("almost 100%", "en", 1, 0.9, 1, "nearly"),  # thehindu-2020-02
    ("nearly 7,000", "en", 7000, 6000, 7000, "nearly"),  # 4imag-2024
    ("up to 83%", "en", 0.83, 0, 0.83, "up to"),  # arxiv-2607-15839
    ("ما يصل إلى 53000", "ar", 53_000, 0, 53_000, "up to"),  # choq-ar-2019-09
    ("fewer than 1%", "en", 0.01, 0, 0.01, "less than"),  # techradar-2023-12
    ("Weniger als ein Prozent", "de", 0.01, 0, 0.01, "less than"),  # medizinundschonheit-2024-01
    ("čak 10.000", "sr", 10_000, 5_000, 15_000, ""),  # it-klinika-rs-2019-09
]
MONEY = [
    ("$10.1 million", "en", 10.1 * M, "USD"),  # hipaajournal-2022-07
    ("10.93 million USD", "en", 10.93 * M, "USD"),  # ibm-2024
    ("über einer Milliarde US-Dollar", "de", 1e9, "USD"),  # langenthalertagblatt-2019-09
    ("in excess of one billion US dollars", "en", 1e9, "USD"),  # cybersecurityintelligence-2019-09
    ("over one billion euros", "en", 1e9, "EUR"),  # enbitcon-2019-09
    ("veća od milijardu dolara", "sr", 1e9, "USD"),  # it-klinika-rs-2019-09
    ("超过 10 亿美元", "zh", 1e9, "USD"),  # leiphone-2019-09
]
#: Printed in accounts, but no number expressions by themselves.
NOT_NUMBERS = [
    ("24 millones de personas", "es", "de personas"),  # tomsguide-es-2019-09
    ("21 Seiten", "de", "seiten"),  # patientenrechte-2019-09
    ("5,8MByte", "it", "mbyte"),  # ilcittadinoonline-2019-09
    ("213 days", "en", "days"),  # ibm-2024
    ("five countries", "en", "read in English"),  # databreaches-2019-11
    ("solo algunos", "es", "gives no number"),  # tomsguide-es-2019-09
    ("miles", "es", "gives no number"),  # atresmedia-es-2020-02
    ("mehrere Millionen", "de", "gives no number"),  # rwf-online-2020-10
    ("quarto lugar", "pt", "read in Portuguese"),  # cisoadvisor-2019-09
]


@pytest.mark.parametrize(("text", "lang", "value", "low", "high"), PLAIN_AND_GROUPED + SCALED + WORDS + SHARES)
def test_figures_that_accounts_print(text, lang, value, low, high):
    read = ex.quantity(text, lang)
    assert read[:3] == pytest.approx((value, low, high), rel=1e-12)
    assert read.qualifier == ""


@pytest.mark.parametrize(("text", "lang", "value", "low", "high", "qualifier"), QUALIFIED)
def test_qualified_figures_that_accounts_print(text, lang, value, low, high, qualifier):
    read = ex.quantity(text, lang)
    assert read[:3] == pytest.approx((value, low, high), rel=1e-12)
    assert read.qualifier == qualifier


@pytest.mark.parametrize(("text", "lang", "value", "currency"), MONEY)
def test_amounts_of_money_that_accounts_print(text, lang, value, currency):
    read = ex.quantity(text, lang)
    assert (read.value, read.currency) == (value, currency)


@pytest.mark.parametrize(("text", "lang", "said"), NOT_NUMBERS)
def test_what_is_no_number_expression_is_refused(text, lang, said):
    with pytest.raises(ex.DataError, match=said):
        ex.quantity(text, lang)


@pytest.mark.parametrize(
    ("text", "lang", "value", "low", "high"),
    [
        ("16,1M", "es", 16.1 * M, 16.05 * M, 16.15 * M),
        ("400k", "en", 400_000, 399_500, 400_500),
        ("1,2 mil millones", "es", 1.2e9, 1.15e9, 1.25e9),
        ("2 crore", "en", 2e7, 1.5e7, 2.5e7),
        ("2 billones", "es", 2e12, 1.5e12, 2.5e12),
        ("2 billion", "en", 2e9, 1.5e9, 2.5e9),
        ("2 Billionen", "de", 2e12, 1.5e12, 2.5e12),
        ("3 mil milhões", "pt", 3e9, 2.5e9, 3.5e9),
        ("4.300 millones", "es", 4.3e9, 4.25e9, 4.35e9),  # its zeros fill places: 4,3 millardos is not said
        ("1 234 567", "sv", 1234567, 1234567, 1234567),
        ("1\u202f234\u00a0567", "fr", 1234567, 1234567, 1234567),
        ("2.3億", "ja", 2.3e8, 2.25e8, 2.35e8),
        ("1万亿", "zh", 1e12, 0.5e12, 1.5e12),
        ("1억 5000만", "ko", 1.5e8, 1.45e8, 1.55e8),
        ("三百二十", "zh", 320, 320, 320),
        ("三百万", "ja", 3e6, 2.5e6, 3.5e6),
        ("two hundred", "en", 200, 150, 250),
        ("medio millón", "es", 5e5, 4.5e5, 5.5e5),
        ("half a million", "en", 5e5, 4.5e5, 5.5e5),
        ("two million and a half", "en", 2.5e6, 2.45e6, 2.55e6),
        ("un milliard et demi", "fr", 1.5e9, 1.45e9, 1.55e9),
        ("millón y medio", "es", 1.5e6, 1.45e6, 1.55e6),
        ("about 15,000–20,000", "en", 17_500, 14_000, 21_000),
        ("anderthalb Millionen", "de", 1.5e6, 1.45e6, 1.55e6),
        ("deux cents", "fr", 200, 150, 250),
        ("a dozen", "en", 12, 6, 18),
        ("two dozen", "en", 24, 18, 30),
        ("dos mil trescientos", "es", 2300, 2250, 2350),
        ("dreiundzwanzig", "de", 23, 23, 23),
        ("one in ten", "en", 0.1, 0.05, 0.15),
        ("uno de cada diez", "es", 0.1, 0.05, 0.15),
        ("jeder Zehnte", "de", 0.1, 0.05, 0.15),
        ("10人に1人", "ja", 0.1, 0.05, 0.15),
        ("a third", "en", 1 / 3, 7 / 24, 5 / 12),
        ("un tiers", "fr", 1 / 3, 7 / 24, 5 / 12),
        ("三分之一", "zh", 1 / 3, 7 / 24, 5 / 12),
        ("two-thirds", "en", 2 / 3, 7 / 12, 17 / 24),
        ("drei Viertel", "de", 3 / 4, 17 / 24, 31 / 40),
        ("99 out of 100", "en", 0.99, 0.985, 0.995),
        ("2,5 ‰", "de", 0.0025, 0.00245, 0.00255),
        ("3割", "ja", 0.3, 0.25, 0.35),
        ("4 times", "en", 4, 3.5, 4.5),
        ("0", "en", 0, 0, 0),
        ("0 %", "fr", 0, 0, 0.005),
        ("-40 %", "en", -0.4, -0.405, -0.395),
        ("12,345.6", None, 12345.6, 12345.55, 12345.65),
        ("１２，３４５", "ja", 12345, 12345, 12345),
        ("١٢٬٣٤٥", "ar", 12345, 12345, 12345),
    ],
)
def test_each_family_of_printing(text, lang, value, low, high):
    assert ex.quantity(text, lang)[:3] == pytest.approx((value, low, high), rel=1e-12)


@pytest.mark.parametrize(
    ("text", "lang", "low", "high"),
    [
        ("between 4 and 5 million", "en", 4e6, 5e6),
        ("15,000–20,000", "en", 15_000, 20_000),
        ("4-5 million", "en", 4e6, 5e6),
        ("between four and five million", "en", 4e6, 5e6),
        ("900,000 to 1.2 million", "en", 9e5, 1.2e6),
        ("$4–5 million", "en", 4e6, 5e6),
        ("entre 4 y 5 millones", "es", 4e6, 5e6),
        ("zwischen 4 und 5 Millionen", "de", 4e6, 5e6),
        ("4 bis 5 Mio.", "de", 4e6, 5e6),
        ("entre 4 et 5 millions", "fr", 4e6, 5e6),
        ("tra 4 e 5 milioni", "it", 4e6, 5e6),
        ("entre 4 e 5 milhões", "pt", 4e6, 5e6),
        ("tussen 4 en 5 miljoen", "nl", 4e6, 5e6),
        ("mellan 4 och 5 miljoner", "sv", 4e6, 5e6),
        ("od 4 do 5 milionów", "pl", 4e6, 5e6),
        ("400万到500万", "zh", 4e6, 5e6),
        ("400万から500万", "ja", 4e6, 5e6),
        ("400만에서 500만", "ko", 4e6, 5e6),
        ("30-40 %", "en", 0.3, 0.4),
    ],
)
def test_a_range_has_its_ends_and_the_middle(text, lang, low, high):
    read = ex.quantity(text, lang)
    assert read[:4] == (pytest.approx((low + high) / 2), pytest.approx(low), pytest.approx(high), "range")


def test_digits_are_the_significant_ones():
    assert [
        ex.quantity(text, "en").digits
        for text in ("13.7 million", "2,300", "590", "1,193,404,000", "0.14%", "more than 700 million")
    ] == [3, 2, 3, 7, 2, 1]


def test_units_tell_what_is_no_count():
    assert [ex.quantity(text, "en").unit for text in ("24", "36 %", "plus 40%", "twice", "one in ten", "3rd")] == [
        "",
        "share",
        "change",
        "ratio",
        "share",
        "rank",
    ]
    assert ex.quantity("11°", "it")[:3] == (11, 11, 11)  # ilcittadinoonline-2019-09


def test_an_exact_figure_has_no_interval():
    assert ex.quantity("2,300", "en", exact=True)[:3] == (2300, 2300, 2300)
    assert ex.quantity("24 million", "en", exact=True)[:3] == (24e6, 24e6, 24e6)
    with pytest.raises(ex.DataError, match="cannot be exact"):
        ex.quantity("about 2,300", "en", exact=True)


# Ambiguity and nonsense -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("1.234", {1.234, 1234}),
        ("1,234", {1234, 1.234}),
        ("1.19 billion", {1.19e9, 1.19e12}),
        ("1.234 million", {1.234e6, 1.234e9}),
    ],
)
def test_two_readings_are_an_error_that_shows_both(text, readings):
    with pytest.raises(ex.AmbiguousQuantityError, match="'lang'") as caught:
        ex.quantity(text)
    assert set(caught.value.readings) == readings
    assert (caught.value.text, caught.value.position) == (text, 0)
    for reading in readings:
        assert f"{reading:,.15g}" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("24 million", 24e6),
        ("12.34", 12.34),
        ("590", 590),
        ("1 234", 1234),
        ("13 tys.", 13_000),
        ("über 24 Millionen", 24e6),
        ("36 %", 0.36),
        ("11億9000万", 1.19e9),
    ],
)
def test_without_a_language_what_has_one_reading_is_read(text, value):
    assert ex.quantity(text).value == value


def test_the_language_decides():
    assert ex.quantity("3,806", "en").value == 3806
    assert ex.quantity("3,806", "de").value == 3.806
    assert ex.quantity("2,140", "es").value == 2.14
    assert ex.quantity("2,140", "es-MX").value == 2140


@pytest.mark.parametrize("lang", [None, "en", "de"])
@pytest.mark.parametrize(
    "text",
    [
        "12.34.5",
        "--5",
        "",
        "  ",
        "NaN",
        "n/a",
        "2019-09-17",
        "2019-09",
        "17.09.2019",
        "17/09/2019",
        "1.2.3",
        "v1.2.3",
        "-5",
        "+5",
        "007",
        "5.",
        ".5",
        "3 4",
        "1,23,4",
        "12..5",
        "1,,2",
        "1/3",
        "1e6",
        "0x1f",
        "∞",
        "½",
        "10.20.30.40",
        "20,000–15,000",
        "5-5",
        "9" * 30,
        "x" * 5000,
        "million million",
        "%",
        "+",
        "$",
        "about",
        "more than",
        "192.168.1.1",
        "five thousand and",
        "12 345 67",
        "1 million people",
    ],
)
def test_nonsense_is_refused_with_text_and_position(text, lang):
    with pytest.raises(ex.DataError) as caught:
        ex.quantity(text, lang)
    error = caught.value
    assert not isinstance(error, ex.AmbiguousQuantityError)
    assert error.text == text
    assert 0 <= error.position <= len(text)
    assert isinstance(error.readings, list)
    assert ";" in error.message and len(error.message) < 400  # what is wrong; what to do
    assert str(pickle.loads(pickle.dumps(error))) == str(error)


@pytest.mark.parametrize("value", [None, math.nan, pd.NA, 590, 1.19e9])
def test_what_is_no_text_is_refused(value):
    with pytest.raises(ex.DataError):
        ex.quantity(value, "en")


def test_the_piece_at_fault_is_pointed_at():
    with pytest.raises(ex.DataError) as caught:
        ex.quantity("más de 24 millones de personas", "es")
    assert caught.value.text[caught.value.position :] == "de personas"


def test_a_language_without_rules_asks_for_the_numbers():
    for tag in ("hu", "xx", "klingon"):
        with pytest.raises(ex.DataError, match="value, low and high"):
            ex.quantity("1234", tag)
    with pytest.raises(ex.DataError, match="language tag"):
        ex.quantity("1234", "en-nowhere-at-all")


# Properties -----------------------------------------------------------------------------------------

counts = st.one_of(st.integers(0, 2_000), st.integers(0, 10**9), st.integers(0, 10**13))


@settings(max_examples=250, deadline=None)
@given(counts, st.sampled_from(TAGS))
def test_any_integer_in_any_language_is_read_back(number, tag):
    read = ex.quantity(format_decimal(number, locale=tag.replace("-", "_")), tag)
    assert read.value == number
    assert read.low <= number <= read.high
    assert (read.low == read.high) == (number % 100 != 0 or number == 0)


@settings(max_examples=250, deadline=None)
@given(st.integers(0, 10**9), st.integers(0, 3), st.sampled_from(TAGS))
def test_any_decimal_in_any_language_is_read_back(number, places, tag):
    number /= 10**places
    read = ex.quantity(
        format_decimal(number, format="#,##0." + "0" * places if places else "#,##0", locale=tag.replace("-", "_")), tag
    )
    assert read.value == number
    assert read.low <= number <= read.high


@settings(max_examples=400, deadline=None)
@given(counts, st.sampled_from(TAGS), st.sampled_from(["short", "long"]), st.integers(0, 2))
def test_any_compact_number_in_any_language_is_read_back(number, tag, style, places):
    locale = Locale.parse(tag, sep="-")
    if style not in locale.compact_decimal_formats:  # Chinese and Japanese have short forms only
        return
    printed = format_compact_decimal(number, format_type=style, locale=locale, fraction_digits=places)
    read = ex.quantity(printed, tag)
    assert read.low <= number <= read.high, printed
    assert read.value == pytest.approx(number, rel=0.51 / 10**places), printed


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 100_000), st.sampled_from(TAGS), st.integers(0, 2))
def test_any_percentage_in_any_language_is_read_back(number, tag, places):
    share = number / 100_000
    pattern = re.sub(
        r"[#,]*0", "0." + "0" * places if places else "0", Locale.parse(tag, sep="-").percent_formats[None].pattern
    )
    read = ex.quantity(format_percent(share, format=pattern, locale=tag.replace("-", "_")), tag)
    assert read.unit == "share"
    assert read.value == pytest.approx(share, abs=0.501 / 10 ** (2 + places))
    assert read.low - 1e-12 <= share <= read.high + 1e-12


@settings(max_examples=150, deadline=None)
@given(
    st.integers(1, 999_999),
    st.sampled_from(["about", "more than", "at least", "nearly", "less than", "up to"]),
    st.sampled_from(["", " million", "%"]),
)
def test_bounds_hold_the_value_and_never_go_below_zero(number, qualifier, tail):
    plain, read = ex.quantity(f"{number:,}{tail}", "en"), ex.quantity(f"{qualifier} {number:,}{tail}", "en")
    assert read.qualifier == qualifier
    assert 0 <= read.low <= read.value <= read.high
    assert read.value == plain.value
    if qualifier == "about":
        assert read.low <= plain.low and plain.high <= read.high and read.low < read.high


# Columns --------------------------------------------------------------------------------------------

printed = st.one_of(
    st.integers(0, 10**9).map(str),
    st.integers(0, 10**13).map("{:,}".format),
    st.builds(
        "{}{:,}{}".format,
        st.sampled_from(["about ", "over ", "nearly ", "$", "up to ", ""]),
        st.integers(0, 10**6),
        st.sampled_from([" million", "%", "k", "+", " percent", ""]),
    ),
    st.builds(
        "{}{}.{}{}".format,
        st.sampled_from(["almost ", "", "at least "]),
        st.integers(0, 999),
        st.integers(0, 999),
        st.sampled_from([" million", " lakh", "%", "", " dozen"]),
    ),
    st.sampled_from(
        [text for text, lang, *_ in PLAIN_AND_GROUPED + SCALED + WORDS + SHARES + QUALIFIED if lang == "en"]
    ),
)


@settings(max_examples=120, deadline=None)
@given(st.lists(printed, max_size=30), st.sampled_from(["en", "de", "ja"]))
def test_a_column_is_read_as_its_cells_are(texts, lang):
    cells, faults = [], []
    for position, text in enumerate(texts):
        try:
            cells.append(ex.quantity(text, lang))
        except ex.DataError as error:
            faults.append((position, error))
    each = quantity_of_each(texts, lang, exact=False)
    assert [each[text] for text in texts if not isinstance(each[text], ex.DataError)] == cells
    assert [each[texts[at]].message for at, _ in faults] == [error.message for _, error in faults]
    series = pd.Series(texts, dtype="str")
    if faults:
        with pytest.raises(type(faults[0][1])) as caught:
            ex.quantities(series, lang)
        assert caught.value.row == faults[0][0]
        assert caught.value.message == f"row {faults[0][0]}: {faults[0][1].message}"
        return
    frame = ex.quantities(series, lang)
    assert list(frame.columns[:5]) == ["value", "low", "high", "qualifier", "digits"]
    for cell, row in zip(cells, frame.itertuples(index=False), strict=True):
        assert tuple(row)[:6] == tuple(cell)[:6]
        assert row.currency == cell.currency or (cell.currency is None and pd.isna(row.currency))


def test_columns_of_many_languages_are_aligned_by_key():
    rows = [row for row in QUALIFIED if row[1] in DESIGNED]
    labels = [f"row {n}" for n in range(len(rows))]
    figures = pd.Series([row[0] for row in rows], index=labels)
    langs = pd.Series([row[1] for row in rows], index=labels)
    frame = ex.quantities(figures, langs.sample(frac=1, random_state=1))
    np.testing.assert_allclose(frame["low"], [row[3] for row in rows], rtol=1e-12)
    assert frame["qualifier"].tolist() == [row[5] for row in rows]
    assert frame.index.tolist() == labels
    with pytest.raises(ex.DataError, match="same index"):
        ex.quantities(figures, langs.iloc[1:])


def test_a_language_without_rules_is_named_with_its_row():
    with pytest.raises(ex.DataError, match="row 1: there are no rules") as caught:
        ex.quantities(pd.Series(["590", "590"]), pd.Series(["en", "hu"]))
    assert caught.value.row == 1


def test_exactness_may_differ_by_row():
    with pytest.raises(ex.DataError, match="row 1: 'about 40' cannot be exact"):
        ex.quantities(pd.Series(["about 40", "about 40"]), "en", exact=pd.Series([False, True]))
    frame = ex.quantities(pd.Series(["2,300", "2,300"]), "en", exact=pd.Series([True, False]))
    assert frame[["low", "high"]].to_numpy().tolist() == [[2300, 2300], [2250, 2350]]


def test_the_row_at_fault_is_named():
    figures = pd.Series(["590", "about 40", "1.234", "", "12.34.5"], index=list("abcde"))
    with pytest.raises(ex.AmbiguousQuantityError, match=r"row c: '1.234'") as caught:
        ex.quantities(figures)
    assert (caught.value.row, caught.value.text) == ("c", "1.234")
    with pytest.raises(ex.DataError) as caught:
        ex.quantities(figures, "en")
    assert caught.value.row == "d"
    with pytest.raises(ex.DataError) as caught:
        ex.quantities(figures.replace("", np.nan).drop("e"), pd.Series("en", index=figures.index))
    assert caught.value.row == "d"


def test_columns_that_are_not_text():
    with pytest.raises(ex.DataError, match="its printed form is lost"):
        ex.quantities(pd.Series([590, 39]))
    with pytest.raises(ex.DataError) as caught:
        ex.quantities(pd.Series(["590", 39], dtype=object))
    assert caught.value.row == 1
    assert ex.quantities(pd.Series(["590", "590"], dtype="category"), "en")["value"].tolist() == [590, 590]
    assert ex.quantities(pd.Series([], dtype="str"), "en").shape == (0, 7)


# The lexicon ----------------------------------------------------------------------------------------


def test_the_lexicon_covers_the_languages_and_is_tidy():
    assert set(DESIGNED) <= set(numerals.languages())
    known = {
        "name",
        "also",
        "glued",
        "about",
        "more_than",
        "at_least",
        "nearly",
        "less_than",
        "up_to",
        "only",
        "after",
        "range",
        "one_of",
        "ones",
        "words",
        "and_half",
        "compound",
        "mantissas",
        "fractions",
        "parts",
        "ratios",
        "times",
        "percent",
        "change",
        "scales",
        "counters",
        "vague",
        "currencies",
    }
    for code, section in numerals.lexicon().items():
        assert set(section) <= known, code
        for key, forms in section.items():
            if key in ("name", "also", "glued", "after"):
                continue
            for form in forms:
                assert form == form.strip().lower() and form, (code, key, form)


def test_reading_figures_loads_the_heavy_libraries_late():
    code = "import analysis.figures.quantities, sys; print(*sys.modules)"
    loaded = set(
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
        ).stdout.split()
    )
    assert not {"pandas", "numpy", "babel", "text_to_num", "pyarrow"} & loaded


# Rules one by one, by hand -------------------------------------------------------------------------

third = 1 / 3


@pytest.mark.parametrize(
    ("text", "value", "low", "high", "qualifier", "digits"),
    [
        # Among the named fractions, a third stands between a quarter and a half: it is what is nearer to it than to
        # them.
        ("a third", third, (third + 0.25) / 2, (third + 0.5) / 2, "", 1),
        ("about a third", third, 0.25, 0.5, "about", 1),
        ("more than a third", third, third, 0.5, "more than", 1),
        ("at least a third", third, third, 0.5, "at least", 1),
        ("nearly a third", third, 0.25, third, "nearly", 1),
        ("up to a third", third, 0, third, "up to", 1),
        ("less than a third", third, 0, third, "less than", 1),
        ("about one in ten", 0.1, 0, 0.2, "about", 1),
        ("between a third and a half", (third + 0.5) / 2, third, 0.5, "range", 1),
        # A range has the fewest digits of its ends; about widens it at both ends by as much as its low end, at most by
        # its width.
        ("4.25 to 5 million", 4_625_000, 4_250_000, 5_000_000, "range", 1),
        ("about 4 to 5 million", 4_500_000, 3_000_000, 6_000_000, "range", 1),
        ("about 40 to 41", 40.5, 39, 42, "range", 1),
        # Digits: zeros that only fill places do not count, but where the number is exact they do.
        ("2,300", 2300, 2250, 2350, "", 2),
        ("about 2,300", 2300, 2200, 2400, "about", 2),
        ("more than 2,300", 2300, 2300, 2400, "more than", 2),
        ("at least 2,300", 2300, 2300, 2400, "at least", 2),
        ("nearly 2,300", 2300, 2200, 2300, "nearly", 2),
        ("nearly 1,000", 1000, 900, 1000, "nearly", 1),
        ("590", 590, 590, 590, "", 3),
        ("about 590", 590, 580, 600, "about", 2),
        ("at least 590", 590, 590, 600, "at least", 2),
        ("nearly 590", 590, 580, 590, "nearly", 2),
        ("up to 590", 590, 0, 590, "up to", 3),
        ("1,000 million", 1e9, 5e8, 1.5e9, "", 1),
        ("999 million", 999e6, 998.5e6, 999.5e6, "", 3),
    ],
)
def test_each_rule_by_hand(text, value, low, high, qualifier, digits):
    read = ex.quantity(text, lang="en")
    assert (read.value, read.low, read.high) == (
        pytest.approx(value, rel=1e-12),
        pytest.approx(low, rel=1e-12),
        pytest.approx(high, rel=1e-12),
    )
    assert (read.qualifier, read.digits) == (qualifier, digits)


@pytest.mark.parametrize(
    ("text", "lang", "exact", "told"),
    [
        (
            "more than 4 to 5 million",
            "en",
            False,
            "'more than 4 to 5 million' is a range with the qualifier 'more than'; give low and high in the row.",
        ),
        (
            "about 590",
            "en",
            True,
            "'about 590' cannot be exact: it is qualified, or a range; leave the column 'exact' empty.",
        ),
        (
            "4 to 5",
            "en",
            True,
            "'4 to 5' cannot be exact: it is qualified, or a range; leave the column 'exact' empty.",
        ),
    ],
)
def test_what_contradicts_itself_is_told_in_full(text, lang, exact, told):
    with pytest.raises(ex.DataError) as caught:
        ex.quantity(text, lang, exact)
    assert str(caught.value) == told and caught.value.text == text


@pytest.mark.parametrize("nothing", [None, float("nan"), pd.NA, pd.NaT, "", "  ", "n/a", "–"])
def test_no_figure_is_said_to_be_none(nothing):
    with pytest.raises(ex.DataError, match=r"empty|no figure|missing") as told:
        ex.quantity(nothing)
    assert "is a number" not in str(told.value)


def test_of_many_faults_in_a_column_the_first_is_told():
    for cells, at in ((["5", "x y z", None, "q"], 1), (["5", None, "x y z"], 1), (["5", "6", "?", ""], 2)):
        with pytest.raises(ex.DataError) as caught:
            ex.quantities(pd.Series(cells), lang="en")
        assert caught.value.row == at


def test_a_column_with_languages_that_are_missing_is_read_as_without():
    read = ex.quantities(pd.Series(["1.234", "590"]), lang=pd.Series(["de", None]))
    assert read["value"].tolist() == [1234, 590]
    read = ex.quantities(pd.Series(["2,300", "2,300"]), lang="en", exact=pd.Series([True, None]))
    assert read["low"].tolist() == [2300, 2250]
    ranks = ex.quantities(pd.Series(["3rd", "4th", "5th"]), lang="en")
    assert ranks["value"].tolist() == [ex.quantity(text, "en").value for text in ("3rd", "4th", "5th")]


@pytest.mark.parametrize("name", ["lang", "exact"])
def test_a_series_with_another_index_is_told_in_full(name):
    given = {"lang": "en"} | {name: pd.Series(["en", "en"] if name == "lang" else [True, False], index=[7, 8])}
    with pytest.raises(ex.DataError) as caught:
        ex.quantities(pd.Series(["5", "6"]), **given)
    assert f"'{name}'" in str(caught.value) and str(caught.value).endswith("give a series with the same index.")


def test_of_faults_in_several_languages_the_first_row_is_told():
    with pytest.raises(ex.DataError) as caught:
        ex.quantities(pd.Series(["5", "? ? ?", "! !"]), lang=pd.Series(["es", "es", "de"]))
    assert caught.value.row == 1
    with pytest.raises(ex.DataError) as caught:
        ex.quantities(pd.Series(["5", "! !", "? ? ?"]), lang=pd.Series(["es", "es", "de"]))
    assert caught.value.row == 1
