"""Positions that lead to a house: coordinates, codes of grids, links of maps."""

from __future__ import annotations

import re

_PAIR = re.compile(
    r"(?<![\d.,])([+-]?\d{1,3}[.,]\d{4,12})°?\s?([NSns]?)\s?[,;/|\s]\s?([+-]?\d{1,3}[.,]\d{4,12})(?![.,]?\d)"
)
_COARSE_PAIR = re.compile(
    r"(?<![\d.,\w])[+-]?\d{1,2}[.,]\d{2,12}\s?°?\s?[NS]\s?[,;/|\s]?\s?[+-]?\d{1,3}[.,]\d{2,12}\s?°?\s?[EWO](?!\w)"
    r"|(?<!\w)[NS]\s?\d{1,2}[.,]\d{2,12}\s?°?\s?[,;/|\s]?\s?[EWO]\s?\d{1,3}[.,]\d{2,12}(?!\d)"
    r"|(?<!\w)[NS]?\s?\d{1,2}[° ]\s?\d{1,2}\.\d{2,5}['′’]?\s?[NS]?[,;\s]"
    r"\s?[EWO]?\s?\d{1,3}[° ]\s?\d{1,2}\.\d{2,5}['′’]?\s?[EWO]?(?<=[EWO'′’\d])(?<![\d ]\d\.\d\d)"
)
_MINUTES = re.compile(r"\d{1,3}\s?[°º]\s?\d{1,2}(?:[.,]\d{1,5})?\s?['′’]")
_DEGREES = re.compile(r"(?<![\d.,])\d{1,3}[.,]\d{2,12}\s?[°º]\s?[NSEWO](?!\w)", re.IGNORECASE)
_OF_A_MAP = re.compile(
    r"[@=/]-?\d{1,2}\.\d{2,12}(?:,|%2C)\s?-?\d{1,3}\.\d{2,12}(?=,\d{1,2}(?:\.\d+)?[zm]|&|\Z)", re.IGNORECASE
)
#: Words and signs to what is a position beside them: none is looked for where its words are missing.
_TOLD: tuple[tuple[tuple[str, ...], re.Pattern[str]], ...] = (
    (
        ("lat", "lon", "lng", "breite", "länge", "широта", "долгота", "緯度", "経度", "纬度", "经度"),
        re.compile(
            r"(?<!\w)(?:lat|lon|lng|long|latitude|longitude|latitud|longitud|latitudine|longitudine|breite|länge"
            r"|breitengrad|längengrad|широта|долгота|緯度|経度|纬度|经度)(?![^\W\d_])[\s\"'.:=]{0,4}[+-]?\d{1,3}[.,]\d{2,12}",
            re.IGNORECASE,
        ),
    ),
    (
        ("coord", "koord", "gps", "posi", "geo", "ll", "center", "座標", "lat"),
        re.compile(
            r"(?<!\w)(?:coordinates?|coordenadas|koordinaten|coordonnées|coordinate|gps|position|geo|latlng|latlon|ll"
            r"|center|座標)[\s\"'.:=]{1,4}[\[(]?\s?[+-]?\d{1,3}[.,]\d{2,12}\s?[,;\s]\s?[+-]?\d{1,3}[.,]\d{2,12}",
            re.IGNORECASE,
        ),
    ),
    (
        ("point", "linestring", "polygon"),
        re.compile(r"(?<!\w)(?:POINT|LINESTRING|POLYGON)\s?Z?\s?\({1,2}\s?[+-]?\d", re.IGNORECASE),
    ),
    # Open Location Code, whole or short: the alphabet has no vowels.
    (
        ("+",),
        re.compile(
            r"(?<![\w+])(?=[0-9CFGHJMPQRVWX]{0,8}[CFGHJMPQRVWX])"
            r"[2-9CFGHJMPQRVWX]{8}\+(?:[2-9CFGHJMPQRVWX]{2,7})?(?![\w+])"
            r"|(?<![\w+])(?=[2-9]{0,4}[CFGHJMPQRVWX])[2-9CFGHJMPQRVWX]{4,6}\+[2-9CFGHJMPQRVWX]{2,3}(?![\w+])"
        ),
    ),
    (("///",), re.compile(r"(?<![\w/])/{3}[^\W\d_]{3,20}\.[^\W\d_]{3,20}\.[^\W\d_]{3,20}(?!\w)")),
    (("hash",), re.compile(r"(?i:(?<!\w)geo-?hash[\s:=\"']{1,4}[0-9b-hjkmnp-z]{5,12}(?!\w))")),
    (
        ("grid", "ngr", "osgb"),
        re.compile(
            r"(?i:(?<!\w)(?:OS|OSGB|NGR|national|irish)?[ _-]?grid(?: ?ref(?:erence|\.)?)?|(?<!\w)(?:NGR|OSGB))"
            r"[\s:=]{1,3}[A-HJ-Z]{1,2} ?(?:\d{3} ?\d{3}|\d{4} ?\d{4}|\d{5} ?\d{5})(?!\d)"
        ),
    ),
)
#: MGRS and UTM.
_GRID = re.compile(
    r"(?<![\w.])(?:[1-9]|[1-5]\d|60)[C-HJ-NP-X] ?[A-HJ-NP-Z]{2} ?(?:\d{2} ?\d{2}|\d{3} ?\d{3}|\d{4} ?\d{4}"
    r"|\d{5} ?\d{5})(?!\w)"
    r"|(?<![\w.])(?:[1-9]|[1-5]\d|60) ?[C-HJ-NP-XS] (?:E ?)?\d{6}(?:\.\d+)? ?m?[,E]? ?(?:N ?)?\d{7}(?!\d)"
)
#: A mark for Arrow's engine that every address of a house bears.
STREET_MARK = (
    r"(?i:stra(?:ß|ss)e|str\.|weg|platz|allee|gasse|ring|damm|ufer|straat|laan|gatan|vägen|vej|gade|\bvia|\bviale"
    r"|\bpiazza|\bcorso|\bcalle|\bc/|\bav|\bplaza|\bpaseo|\brua|\btravessa|\bpraça|\b[ua]l\.|ул\."
    r"|\brue|\bboulevard|\bbd|\bplace|\bchemin|\bquai|\ballée|\bimpasse|\bstreet|\bst\b|\broad|\brd\b|\bblvd"
    r"|\bbox\b|postfach|\bb\.?p\.? \d|postale|apartado|[都道府県市区町村路街道巷로길]"
    r"|\blane|\bln\b|\bdrive|\bdr\b|\bcourt|\bsquare|\bsq\b|\bterrace|\bway\b|\bpl\b|\bparkway)"
)
_NAME = r"[^\W\d_][^\W\d_'’.-]{1,24}"
#: A street with a number of a house, and a postcode behind it; a street alone is often the name of an office.
_STREET = re.compile(
    rf"(?<!\w)(?:(?:{_NAME}[ -]){{0,3}}{_NAME}"
    r"(?:straße|strasse|str\.|weg|platz|allee|gasse|ring|damm|ufer|straat|laan|gatan|vägen|vej|gade)"
    r"|(?<!\w)(?:Via|Viale|Piazza|Corso|Calle|C/|Avda\.?|Avenida|Plaza|Paseo|Rua|Travessa|Praça|ul\.|al\.|ул\.)"
    rf"(?: {_NAME}){{1,4}}),? ?(?:n[.º°]{{0,2}} ?)?\d{{1,4}} ?[A-Za-z]?(?:/\d{{1,3}})?[,;\s]{{1,3}}"
    rf"(?:[A-Z]{{1,2}}-?)?\d{{2,5}}[ -]?\d{{0,3}} ?(?:[A-Z]{{2}} )?{_NAME}"
    r"|(?<![\w.,])\d{1,5}[A-Za-z]?,? (?:bis |ter )?"
    rf"(?:rue|avenue|av\.|boulevard|bd|place|chemin|quai|allée|impasse)(?: {_NAME}){{1,5}}[,;\s]{{1,3}}\d{{5}}(?!\d)"
    rf"|(?<![\w.,])\d{{1,5}}[A-Za-z]? (?:{_NAME} ){{1,4}}"
    r"(?:Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Square|Sq|Terrace|Way|Place|Pl|Parkway)"
    rf"\b\.?(?: [NSEW]{{1,2}})?[,;\s]{{1,3}}(?:{_NAME}[,\s]{{1,2}}){{0,4}}"
    r"(?:[A-Z]{2} \d{5}(?!\d)|[A-Z]{1,2}\d[\dA-Z]? ?\d[A-Z]{2}\b|[A-Z]{2,3} \d{4}(?!\d))"
    # A box of the post; Japan's, China's and Korea's houses, by the parts that stand before their numbers.
    r"|(?i:\b(?:P\.? ?O\.? ?Box|Postfach|bo[iî]te postale|apartado (?:de correos|postal)|casella postale|caixa postal)"
    r"[ :]{1,2}(?:n[.º°] ?)?\d)"
    r"|[都道府県][^\s\d]{1,12}[市区町村郡][^\s\d]{0,12}\d{1,4}(?:-\d{1,4}|丁目|番)|[路街道巷]\d{1,5}[号號]"
    r"|[시군구] ?[^\s\d]{1,10}(?:로|길) ?\d{1,4}(?:-\d{1,4})?(?!\d)"
)
_DIGIT = re.compile(r"\d")
_NO_POSITION = re.compile(
    r"(?:\b(?:CI|IC|KI|interval|intervalo|intervalle|intervall|p|OR|RR|HR|IRR|SMR|range|from|between|estimate"
    r"|mean|median|rate|r|beta|β)"
    r"\b|%|±)[^\d\n]{0,16}\Z",
    re.IGNORECASE,
)


def is_position(text: str) -> bool:
    """Whether a text holds a position more precise than about a kilometre."""
    low = text.lower()
    if any(looks.search(text) for signs, looks in _TOLD if any(sign in low for sign in signs)):
        return True
    if not _DIGIT.search(text):
        return False
    if ("°" in text or "º" in text) and (
        _DEGREES.search(text) or (any(sign in text for sign in "'′’") and _MINUTES.search(text))
    ):
        return True
    if _OF_A_MAP.search(text) or _COARSE_PAIR.search(text) or _GRID.search(text):
        return True
    for found in _PAIR.finditer(text):
        one, other = (float(part.replace(",", ".")) for part in (found[1], found[3]))
        on_earth = abs(one) <= 90 and abs(other) <= 180 and max(abs(one), abs(other)) >= 1
        if on_earth and not (
            _NO_POSITION.search(text[max(found.start() - 40, 0) : found.start()]) or _follows_estimate(text, found)
        ):
            return True
    return False


def is_street(text: str) -> bool:
    """Whether a text holds the address of a house: street, number and postcode."""
    return bool(_STREET.search(text))


def _follows_estimate(text: str, found: re.Match[str]) -> bool:
    """Whether a pair in brackets stands behind a number, as the limits of an estimate do: 3.1416 (2.7183, 3.6055)."""
    before = text[max(found.start() - 20, 0) : found.start()]
    return bool(re.search(r"\d\s?[\[(]\Z", before))
