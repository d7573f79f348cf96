"""Numbers of persons: national and health numbers by their check digits, bank accounts, cards, telephones.

A number is looked at by its shape: every digit written ``9``, every letter ``A``. A shape whose separators no count
has is enough where the kind has no check digit; else the check decides. The checks are those of python-stdnum; what it
lacks stands here, each with the publication of its rule.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Callable, Iterator

from . import accounts
from .words import alternatives, branches, label_ends, words

Check = Callable[[str], bool]

#: A piece of a number; identifiers have at most six of them, and 34 characters.
_PIECE = re.compile(r"[0-9A-Za-z]{1,40}")
_JOINTS = frozenset(" -./+()'")
_MOST_PIECES = 9
_LONGEST = 42
_SHAPE = str.maketrans("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", "9" * 10 + "A" * 52)


def _stdnum(module: str) -> Check:
    def check(text: str) -> bool:
        from importlib import import_module

        return bool(import_module(f"stdnum.{module}").is_valid(text))

    return check


def _is_day(year: str, month: str, day: str) -> bool:
    return 1 <= int(month) <= 12 and 1 <= int(day) <= 31 and year.isdecimal()


def _dated(text: str) -> bool:
    """Whether six digits in front are a day, in either order; for kinds whose check digit was given up."""
    digits = re.sub(r"\D", "", text)
    return _is_day(digits[:2], digits[2:4], digits[4:6]) or _is_day(digits[4:6], digits[2:4], digits[:2])


def _weighted(weights: tuple[int, ...], modulus: int, *, negative: bool = False) -> Check:
    def check(text: str) -> bool:
        digits = [int(one) for one in re.sub(r"\D", "", text)]
        total = sum(digit * weight for digit, weight in zip(digits, weights, strict=False))
        rest = (-total if negative else total) % modulus
        return rest == digits[len(weights)]

    return check


def _kvnr(text: str) -> bool:
    """German health insurance (§ 290 SGB V): the letter as two digits, weights 1 and 2, modulus 10."""
    digits = f"{ord(text[0].upper()) - 64:02d}{text[1:9]}"
    total = sum(sum(divmod(int(digit) * (1 + number % 2), 10)) for number, digit in enumerate(digits))
    return total % 10 == int(text[9])


def _svnr(text: str) -> bool:
    """German pension insurance (VKVV § 2): area, day of birth, letter of the name, serial number, check digit."""
    text = text.replace(" ", "").upper()
    if not _is_day(text[6:8], text[4:6], str((int(text[2:4]) - 1) % 50 + 1 if int(text[2:4]) > 50 else text[2:4])):
        return False
    digits = f"{text[:8]}{ord(text[8]) - 64:02d}{text[9:11]}"
    weights = (2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1)
    total = sum(sum(divmod(int(digit) * weight, 10)) for digit, weight in zip(digits, weights, strict=True))
    return total % 10 == int(text[11])


def _austrian(text: str) -> bool:
    """Austrian social insurance (§ 31 ASVG): three digits, check digit, day of birth."""
    digits = re.sub(r"\D", "", text)
    total = sum(int(d) * w for d, w in zip(digits[:3] + digits[4:], (3, 7, 9, 5, 8, 4, 2, 1, 6), strict=True))
    return total % 11 == int(digits[3]) and _is_day(digits[8:], digits[6:8], digits[4:6])


def _nric(text: str) -> bool:
    """Singapore: prefix, seven digits, letter by modulus 11."""
    text = text.upper()
    total = sum(int(d) * w for d, w in zip(text[1:8], (2, 7, 6, 5, 4, 3, 2), strict=True))
    total += {"T": 4, "G": 4, "M": 3}.get(text[0], 0)
    letters = {"S": "JZIHGFEDCBA", "T": "JZIHGFEDCBA", "F": "XWUTRQPNMLK", "G": "XWUTRQPNMLK", "M": "KLJNPQRTUWX"}
    return text[0] in letters and text[8] == letters[text[0]][total % 11 if text[0] != "M" else 10 - total % 11]


def _hkid(text: str) -> bool:
    """Hong Kong: one or two letters, six digits, check digit in brackets, modulus 11."""
    found = re.fullmatch(r"([A-Z]{1,2})(\d{6})\(?([0-9A])\)?", text.upper())
    if found is None:
        return False
    letters, digits, told = found.groups()
    first = [36, *(ord(one) - 55 for one in letters)][-2:]
    values = [*first, *map(int, digits)]
    total = sum(value * weight for value, weight in zip(values, range(9, 1, -1), strict=True))
    return (total + (10 if told == "A" else int(told))) % 11 == 0


def _taiwanese(text: str) -> bool:
    """Taiwan: letter of the place as two digits, then weights 9 to 1, modulus 10."""
    area = 10 + "ABCDEFGHJKLMNPQRSTUVXYWZIO".index(text[0].upper())
    values = [area // 10, area % 10, *map(int, text[1:])]
    return (
        text[1] in "1289"
        and sum(v * w for v, w in zip(values, (1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1), strict=True)) % 10 == 0
    )


def _nhi(text: str) -> bool:
    """New Zealand's health index (HISO 10046): modulus 11, or 24 in its later form."""
    alphabet = "ABCDEFGHJKLMNPQRSTUVWXYZ"
    text = text.upper()
    if any(one not in alphabet for one in text[:3]):
        return False
    values = [alphabet.index(one) + 1 for one in text[:3]] + [int(one) for one in text[3:6] if one.isdecimal()]
    if len(values) < 5:
        return False
    if text[5].isdecimal():
        rest = sum(v * w for v, w in zip(values, range(7, 1, -1), strict=True)) % 11
        return rest != 0 and text[6] == str((11 - rest) % 10)
    values.append(alphabet.index(text[5]) + 1 if text[5] in alphabet else 0)
    return text[6] == alphabet[23 - sum(v * w for v, w in zip(values, range(7, 1, -1), strict=True)) % 24]


def _medicare(text: str) -> bool:
    """Australian Medicare: eight digits by weights 1, 3, 7, 9, modulus 10; then the issue."""
    digits = re.sub(r"\D", "", text)
    return digits[0] in "23456" and _weighted((1, 3, 7, 9, 1, 3, 7, 9), 10)(digits)


def _snils(text: str) -> bool:
    """Russian pension insurance: weights 9 to 1, modulus 101."""
    digits = re.sub(r"\D", "", text)
    return sum(int(d) * w for d, w in zip(digits, range(9, 0, -1), strict=False)) % 101 % 100 == int(digits[9:])


def _cards(text: str) -> bool:
    """Payment and health cards (ISO/IEC 7812): a known first digit, and Luhn's check."""
    from stdnum import luhn

    digits = re.sub(r"\D", "", text)
    return digits[0] in "345689" and len(set(digits)) > 1 and luhn.is_valid(digits)


def _true(text: str) -> bool:
    return True


def _shaped(pattern: str, check: Check = _true) -> Check:
    compiled = re.compile(pattern)
    return lambda text: bool(compiled.fullmatch(text.upper())) and check(text)


def _any(*checks: Check) -> Check:
    return lambda text: any(check(text) for check in checks)


#: The letters of Medicare's identifier (CMS): none that looks like a digit.
_MBI = "[AC-HJKMNP-RT-Y]"
_DNI, _PERSONAL = _stdnum("es.dni"), _any(_dated)
_PLAIN_11 = _any(
    *map(_stdnum, ("de.idnr", "tr.tckimlik", "br.cpf", "pl.pesel", "no.fodselsnummer", "gr.amka", "ee.ik", "be.nn"))
)

#: Shape to what decides; a shape that counts are printed in needs a check digit.
_KINDS: dict[str, Check] = {
    # United States, Medicare's identifier there, Canada, Mexico
    "999-99-9999": _true,
    "999 99 9999": _stdnum("us.ssn"),
    **{
        f"9A{one}9{dash}A{other}9{dash}AA99": _shaped(
            rf"[1-9]{_MBI}[{_MBI[1:-1]}0-9]\d-?{_MBI}[{_MBI[1:-1]}0-9]\d-?{_MBI}{{2}}\d\d"
        )
        for one, other, dash in itertools.product("9A", "9A", ("", "-"))
    },
    "999-999-999": _any(_stdnum("ca.sin"), _weighted((3, 7, 3, 7, 3, 7, 3, 7), 10)),
    "AAAA999999AAAAAA99": _stdnum("mx.curp"),
    "AAAA999999AAAAAAA9": _stdnum("mx.curp"),
    "AAAA999999AAA": _stdnum("mx.rfc"),
    "AAAA999999AA9": _stdnum("mx.rfc"),
    # United Kingdom, Ireland
    "999 999 9999": _stdnum("gb.nhs"),
    "999-999-9999": _stdnum("gb.nhs"),
    "AA999999A": _shaped(r"[A-CEGHJ-PRSTW-Z][A-CEGHJ-NPRSTW-Z]\d{6}[A-D]"),
    "AA 99 99 99 A": _shaped(r"[A-CEGHJ-PRSTW-Z][A-CEGHJ-NPRSTW-Z](?: \d\d){3} [A-D]"),
    "AA 999999 A": _shaped(r"[A-CEGHJ-PRSTW-Z][A-CEGHJ-NPRSTW-Z] \d{6} [A-D]"),
    "AA-99-99-99-A": _shaped(r"[A-CEGHJ-PRSTW-Z][A-CEGHJ-NPRSTW-Z](?:-\d\d){3}-[A-D]"),
    "9999999AA": _stdnum("ie.pps"),
    "9999999A": _stdnum("ie.pps"),
    # Germany, Austria, Switzerland
    "99 999 999 999": _stdnum("de.idnr"),
    "99999999999": _PLAIN_11,
    "A999999999": _any(_kvnr, _shaped(r"[A-Z][1289]\d{8}", _taiwanese)),
    "A999 999 999": lambda text: _kvnr(text.replace(" ", "")),
    "99999999A999": _svnr,
    "99 999999 A 999": _svnr,
    "9999 999999": _any(_austrian, lambda text: _stdnum("gb.nhs")(text)),
    "9999-999999": _austrian,
    "999.9999.9999.99": _stdnum("ch.ssn"),
    "999 9999 9999 99": _stdnum("ch.ssn"),
    "9999999999999": _any(*map(_stdnum, ("ch.ssn", "za.idnr", "ro.cnp"))),
    # France, Belgium, Netherlands
    "999999999999999": _any(_stdnum("fr.nir"), _cards),
    "9 99 99 99 999 999 99": _stdnum("fr.nir"),
    "9 99 99 99 999 999": _shaped(r"[12] \d\d (?:0[1-9]|1[0-2]) (?:\d\d|2[AB]) \d{3} \d{3}"),
    "9 99 99 9A 999 999 99": _stdnum("fr.nir"),
    "999999A99999999": _stdnum("fr.nir"),
    "99.99.99-999.99": _stdnum("be.nn"),
    "999999-999-99": _stdnum("be.nn"),
    "999999-999.99": _stdnum("be.nn"),
    "9999.99.999": _stdnum("nl.bsn"),
    # Spain, Portugal, Italy
    "99999999A": _DNI,
    "99999999-A": lambda text: _DNI(text.replace("-", "")),
    "99999999 A": lambda text: _DNI(text.replace(" ", "")),
    "99.999.999-A": _any(lambda text: _DNI(re.sub(r"\W", "", text)), _stdnum("cl.rut")),
    "99.999.999A": lambda text: _DNI(text.replace(".", "")),
    "A9999999A": _any(_stdnum("es.nie"), _nric),
    "A-9999999-A": _stdnum("es.nie"),
    "A-9999999A": _stdnum("es.nie"),
    "A 9999999 A": _stdnum("es.nie"),
    "A9999999-A": _stdnum("es.nie"),
    "AAAAAA99A99A999A": _stdnum("it.codicefiscale"),
    "AAA AAA 99A99 A999A": _stdnum("it.codicefiscale"),
    # Sweden and Denmark, Finland, Norway, Iceland, the Baltic states
    "999999-9999": _any(_stdnum("se.personnummer"), _PERSONAL),
    "999999+9999": _any(_stdnum("se.personnummer"), _PERSONAL),
    "99999999-9999": _shaped(r"(?:18|19|20)\d{6}-\d{4}", lambda text: _dated(text[2:])),
    "99999999+9999": _shaped(r"(?:18|19)\d{6}\+\d{4}", lambda text: _dated(text[2:])),
    "999999 9999": _shaped(r"\d{6} \d{4}", _any(_stdnum("se.personnummer"))),
    "999999-999A": _stdnum("fi.hetu"),
    "999999+999A": _stdnum("fi.hetu"),
    "999999A999A": _stdnum("fi.hetu"),
    "999999A9999": _stdnum("fi.hetu"),
    "999999 99999": _stdnum("no.fodselsnummer"),
    "999999-99999": _PERSONAL,
    # Czechia and Slovakia, Russia, Ukraine, the Balkans, Hungary
    "999999/9999": _any(_stdnum("cz.rc"), _PERSONAL),
    "999999/999": _PERSONAL,
    "999-999-999 99": _snils,
    "999-999-999-99": _snils,
    "999 999 999 99": _snils,
    # Brazil, Chile, Argentina, Peru, Ecuador, Colombia, Costa Rica, Dominican Republic
    "999.999.999-99": _true,
    "999 999 999-99": _stdnum("br.cpf"),
    "99.999.999-9": _any(_stdnum("cl.rut"), _shaped(r"\d{2}\.\d{3}\.\d{3}-[\dK]", _true)),
    "99999999-9": _any(_stdnum("cl.rut"), _stdnum("pe.cui")),
    "9.999.999-9": _true,
    "9.999.999-A": _stdnum("cl.rut"),
    "99-99999999-9": _stdnum("ar.cuit"),
    "999-9999999-9": _true,
    # South Africa, Pakistan, India, Bangladesh, Sri Lanka
    "999999 9999 999": _stdnum("za.idnr"),
    "999999-9999-999": _stdnum("za.idnr"),
    "99999-9999999-9": _true,
    "9999 9999 9999": _any(_stdnum("in_.aadhaar"), _stdnum("jp.in_")),
    "9999-9999-9999": _any(_stdnum("in_.aadhaar"), _stdnum("jp.in_")),
    "999999999999": _any(_stdnum("in_.aadhaar"), _stdnum("jp.in_")),
    "99-9999-9999-9999": _dated,
    "AAAAA9999A": _stdnum("in_.pan"),
    # China, Korea, Malaysia, Thailand, Singapore, Hong Kong, Taiwan, Indonesia
    "999999999999999999": _stdnum("cn.ric"),
    "99999999999999999A": _stdnum("cn.ric"),
    "999999-9999999": _any(_stdnum("kr.rrn"), _PERSONAL),
    "999999 9999999": _stdnum("kr.rrn"),
    "999999-99-9999": _PERSONAL,
    "9-9999-99999-99-9": _stdnum("th.pin"),
    "9 9999 99999 99 9": _stdnum("th.pin"),
    "A999999(9)": _hkid,
    "A999999(A)": _hkid,
    "AA999999(9)": _hkid,
    # Australia, New Zealand
    "9999 99999 9": _medicare,
    "AAA9999": _nhi,
    # Turkey, Israel and Romania have plain numbers: see the columns of numbers, and the labels.
    "99999999999999": _stdnum("eg.tn"),
    "999 999 999 999 9": _stdnum("za.idnr"),
}
_CARD = re.compile(r"(?<![\d.,-])\d(?:[ -]?\d){12,18}(?![ -]?\d|[.,]\d)")
_THOUSANDS = re.compile(r"\d{1,3}(?:[ ,.'’-]\d{3})+")

# Numbers without separators that a count could be: taken for identifiers where a whole column passes the check.
_CHECKED = {
    9: ("nl.bsn", "ca.sin", "au.tfn", "il.idnr", "pt.nif"),
    10: ("gb.nhs", "bg.egn", "dk.cpr", "ec.ci"),
    11: ("br.cpf", "tr.tckimlik", "de.idnr", "pl.pesel", "hr.oib", "no.fodselsnummer"),
    12: ("in_.aadhaar", "jp.in_"),
    13: ("za.idnr", "ro.cnp", "th.pin"),
}
#: So many different numbers must stand in such a column; a tenth of all numbers passes a check with one digit.
ENOUGH = 6


def _candidates(text: str, shapes: str) -> Iterator[tuple[int, int]]:
    """Runs of pieces with single joints that may be one number: where each begins and ends."""
    pieces = [found.span() for found in _PIECE.finditer(text)]
    for first, (start, _) in enumerate(pieces):
        if start and text[start - 1] == "_":
            continue
        for last in range(first, min(first + _MOST_PIECES, len(pieces))):
            end = pieces[last][1]
            # No kind begins so: what follows needs no look.
            if end - start > _LONGEST or shapes[start:end] not in _beginnings():
                break
            yield start, end + (1 if "(" in text[start:end] and text[end : end + 1] == ")" else 0)
            if last + 1 < len(pieces) and not _joined(text, end, pieces[last + 1][0]):
                break


@functools.cache
def _any_kind() -> re.Pattern[str]:
    """What every text that holds a number of some kind matches, once its digits and letters are shapes."""
    return re.compile(rf"(?<![9A]){branches(sorted(_KINDS))}(?![9A])")


@functools.cache
def _beginnings() -> frozenset[str]:
    """What the shapes of all kinds begin with, up to the end of each of their pieces."""
    return frozenset(shape[: found.end()] for shape in _KINDS for found in _PIECE.finditer(shape))


def _joined(text: str, end: int, start: int) -> bool:
    return start - end == 1 and text[end] in _JOINTS


def is_national(text: str) -> bool:
    """Whether a text holds a national or health number, an account or a card."""
    shapes = text.translate(_SHAPE)
    for start, end in _candidates(text, shapes) if _any_kind().search(shapes) else ():
        check = _KINDS.get(shapes[start:end])
        if check and _stands_alone(text, start, end) and not _is_product(text, start) and check(text[start:end]):
            return True
    return _holds_account(text)


_WENT_BEFORE = re.compile(r"\d[ .,'’/+-]\Z|\w\Z")
_GOES_ON = re.compile(r"[ .,/'’+-]\d|\w")


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Whether a number is not the middle of a longer one: of a decimal, a grouped figure, a chain with dashes."""
    return not _GOES_ON.match(text, end) and not _WENT_BEFORE.search(text[max(start - 2, 0) : start])


@functools.cache
def _products() -> re.Pattern[str]:
    return re.compile(
        rf"(?<!\w)(?:{alternatives(words()['products']['words'])})[.:#]? ?(?:(?:no|nr|number)[.:]? )?\Z", re.IGNORECASE
    )


def _is_product(text: str, start: int) -> bool:
    """Whether the word before says that the number is that of a thing: SKU, order, grant, grade, ISBN."""
    return bool(_products().search(text[max(start - 30, 0) : start]))


def _holds_account(text: str) -> bool:
    return accounts.is_account(text) or any(
        not _THOUSANDS.fullmatch(found.group()) and not _is_product(text, found.start()) and _cards(found.group())
        for found in _CARD.finditer(text)
    )


_LABELLED = re.compile(
    r"(?P<told>(?:[\s.]{0,2}(?:no|nr|nº|n°|num|number|numéro|id|№|番号|号码?)[.:]?(?!\w))?[\s:#=：\"'\[(-]{0,4})"
    r"(?P<number>[A-Z]{0,10}[ -]?\d(?:[ ./-]?[\dA-Z]){4,21})(?![\w,]\d)(?P<after> [^\W\d_]{3,})?",
    re.IGNORECASE,
)


def is_labelled_national(text: str) -> bool:
    """Whether a label stands before a number of six digits or more that is not printed as a count."""
    for end in label_ends(text, "national or health identifier"):
        found = _LABELLED.match(text, end)
        if found and _digits(found["number"]) >= 6 and not _is_count(found):
            return True
    for end in label_ends(text, "ambiguous"):
        if found := _LABELLED.match(text, end):
            told = re.search(r"[:#=：]|no|nr|n[º°]|num|id", found["told"], re.IGNORECASE)
            passes = _passes(re.sub(r"\D", "", found["number"]))
            if _digits(found["number"]) >= 8 and (told or passes) and not _is_count(found):
                return True
    return False


def _digits(number: str) -> int:
    return sum(one.isdecimal() for one in number)


def _is_count(found: re.Match[str]) -> bool:
    """Whether what follows a label is printed as a count: in thousands, and of something or without a colon."""
    number = found["number"].strip()
    announced = re.search(r"[:#=：]", found["told"]) or _passes(re.sub(r"\D", "", number))
    return bool(_THOUSANDS.fullmatch(number)) and (bool(found["after"]) or not announced)


def _passes(digits: str) -> bool:
    checks = _CHECKED.get(len(digits), ())
    return any(_stdnum(module)(digits) for module in checks) or (len(digits) in (9, 10) and _medicare(digits))


def rule_of_column(texts: list[str]) -> str | None:
    """The rule for a column whose first different cells are plain numbers that all pass the check of one kind."""
    if len(texts) < ENOUGH or not all(len(text) == len(texts[0]) and text.isdecimal() for text in texts):
        return None
    passed = any(all(map(_stdnum(module), texts)) for module in _CHECKED.get(len(texts[0]), ()))
    return "national or health identifier" if passed else None


# Telephones --------------------------------------------------------------------------------------

_INTERNATIONAL = re.compile(r"(?<![\d+])\+ ?\d{1,3}[\s().-]{0,3}\(?\d(?:[\s().\-/]{0,2}\d){6,12}(?!\d)")
#: An author's, not a patient's: ISO 27729 in four groups of four.
_ORCID = re.compile(r"(?<![\d-])000[09]-\d{4}-\d{4}-\d{3}[\dX](?![\d-])")
_EXTENSION = re.compile(r"(?<![\d.,-])\d{3}[-. ]\d{4},? ?(?:ext\.?|x|extension) ?\d{1,5}(?!\d)", re.IGNORECASE)
_ZEROES = re.compile(r"(?<![\d.,])(?<!\d )00 ?\d{1,3}[\s().-]{1,2}\(?\d(?:[\s().\-/]{0,3}\d){6,12}(?!\d)")
_TRUNK = re.compile(
    # A zero and an area, then the subscriber: by the groups that the plans of the ITU's members print.
    r"(?<![\d.,/+-])(?<!\d[ )])\(?0(?:\d{1,2}\)?[ /-]\d{3,4}[ -]\d{4}|\d{2,4}\)?[/-]\d{5,8}|\d{3,4}\)? \d{6}"
    r"|\d{2,4}\)?[ /-]\d{3}[ -]\d{3}(?!\d)"
    r"|[1-9](?:[ .-]\d\d){4}|[4-9]\d\d[ -]\d{3}[ -]\d{3,4}|\d{2,4}\)?[ /-]\d{2,4}[ -]\d{2}[ -]\d{2}"
    r"|[1-9]\d{2,3}\)? \d{5,7}|\d{2,3}\) ?\d{3,4}[ -]?\d{2,4})"
    r"(?![ -]?\d|[.,/]\d)"
)
_NORTH_AMERICA = re.compile(
    r"(?<![\d.,/+-])(?<!\d )(?:1[ .-])?(?:\([2-9]\d\d\) ?|[2-9]\d\d[ .-])[2-9]\d\d[ .-]\d{4}(?![\d-]|[.,]\d)"
)
_IN_BRACKETS = re.compile(r"(?<![\d(])\((?:\+\d{1,3}|0\d{1,4})\)[\s-]?\d{2,5}(?:[\s.-]?\d{2,5}){1,3}(?!\d)")
_NO_CALL = re.compile(r"(?:\b(?:page|pages|pp?|vol|nos?|table|row|rows)\.? ?|[)\]] ?)\Z", re.IGNORECASE)


_CALLED = re.compile(
    r"(?P<told>(?:[\s.]{0,2}(?:no|nr|nº|n°|number|#|番号)[.:]?)?[\s.:=：#)(/\"'-]{0,4})"
    r"(?P<number>\+?\(?\d(?:[\s().\-/]{0,3}\d){5,13})(?P<after> [^\W\d_]{3,})?",
    re.IGNORECASE,
)


def is_telephone(text: str) -> bool:
    """Whether a text holds a telephone number: with its country's code, or as a plan groups it."""
    text = _ORCID.sub(" ", text)
    for found in _INTERNATIONAL.finditer(text):
        number = found.group().lstrip("+ ")
        if not _THOUSANDS.fullmatch(number) or _digits(number) >= 11:
            return True
    if _EXTENSION.search(text) or _ZEROES.search(text) or _IN_BRACKETS.search(text):
        return True
    if any(not _is_product(text, found.start()) for found in _TRUNK.finditer(text)):
        return True
    return any(
        not _NO_CALL.search(text[max(found.start() - 8, 0) : found.start()]) for found in _NORTH_AMERICA.finditer(text)
    )


def is_labelled_telephone(text: str) -> bool:
    """Whether a label stands before a telephone number that is not printed as a count."""
    called = (_CALLED.match(text, end) for end in label_ends(text, "telephone number"))
    return any(found is not None and not _is_counted(found) for found in called)


def _is_counted(found: re.Match[str]) -> bool:
    number = found["number"]
    grouped = bool(_THOUSANDS.fullmatch(number)) and number[0] not in "0+("
    return grouped and (bool(found["after"]) or not re.search(r"[.:=：#]", found["told"]))
