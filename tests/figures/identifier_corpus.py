"""Synthetic cells for the tests of what is refused: seeded, made up, of nobody.

Identifiers are drawn at random and given the check digits of their kind; host names and addresses come from
ranges and names reserved for documentation, or are random. Innocent cells are what reports of counts hold.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

from stdnum import luhn, verhoeff

SEED = 20190916


def identifiers(count: int, seed: int = SEED) -> list[tuple[str, str]]:
    """``count`` pairs of (kind, dirty cell that holds an identifier of the kind)."""
    rng = random.Random(seed)
    kinds = list(_KINDS)
    return [(kind, _dirty(rng, _KINDS[kind](rng))) for kind in (kinds[i % len(kinds)] for i in range(count))]


def innocent(count: int, seed: int = SEED) -> list[str]:
    """``count`` cells that hold nothing identifying."""
    rng = random.Random(seed)
    makers = list(_INNOCENT)
    return [makers[i % len(makers)](rng) for i in range(count)]


def _dirty(rng: random.Random, text: str) -> str:
    before = rng.choice(["", "", " ", "seen: ", "(", "note - ", "see ", "\t", "id="])
    after = {"(": ")"}.get(before, rng.choice(["", "", " ", ";", " (checked)", ", twice", "\n"]))
    return before + text + after


def _digits(rng: random.Random, count: int) -> str:
    return "".join(rng.choice("0123456789") for _ in range(count))


def _ipv4(rng: random.Random) -> str:
    return ".".join(str(rng.randrange(1, 255)) for _ in range(4))


def _ipv6(rng: random.Random) -> str:
    return "2001:db8:" + ":".join(f"{rng.randrange(1, 65535):x}" for _ in range(6))


def _until(rng: random.Random, make, valid) -> str:
    while not valid(text := make(rng)):
        pass
    return text


def _nhs(rng: random.Random) -> str:
    def make(rng):
        digits = _digits(rng, 9)
        check = 11 - sum(int(d) * w for d, w in zip(digits, range(10, 1, -1), strict=True)) % 11
        return digits + ("0" if check == 11 else str(check))

    text = _until(rng, make, lambda text: len(text) == 10)
    return f"{text[:3]} {text[3:6]} {text[6:]}"


def _spanish(rng: random.Random) -> str:
    number = rng.randrange(10_000_000, 99_999_999)
    return f"{number}{'TRWAGMYFPDXBNJZSQVHLCKE'[number % 23]}"


def _french(rng: random.Random) -> str:
    body = f"{rng.choice('12')}{_digits(rng, 2)}{rng.randrange(1, 13):02d}{rng.randrange(1, 20):02d}{_digits(rng, 6)}"
    return f"{body}{97 - int(body) % 97:02d}"


def _brazilian(rng: random.Random) -> str:
    digits = [rng.randrange(10) for _ in range(9)]
    for _ in range(2):
        rest = sum(d * w for d, w in zip(digits, range(len(digits) + 1, 1, -1), strict=True)) * 10 % 11
        digits.append(rest % 10)
    text = "".join(map(str, digits))
    return f"{text[:3]}.{text[3:6]}.{text[6:9]}-{text[9:]}"


def _indian(rng: random.Random) -> str:
    body = rng.choice("23456789") + _digits(rng, 10)
    text = body + verhoeff.calc_check_digit(body)
    return f"{text[:4]} {text[4:8]} {text[8:]}"


def _turkish(rng: random.Random) -> str:
    d = [rng.randrange(1, 10), *(rng.randrange(10) for _ in range(8))]
    d.append((7 * sum(d[0:9:2]) - sum(d[1:8:2])) % 10)
    d.append(sum(d) % 10)
    return "".join(map(str, d))


def _canadian(rng: random.Random) -> str:
    body = rng.choice("1234567") + _digits(rng, 7)
    text = body + luhn.calc_check_digit(body)
    return f"{text[:3]}-{text[3:6]}-{text[6:]}"


def _south_african(rng: random.Random) -> str:
    body = f"{rng.randrange(50, 99)}{rng.randrange(1, 13):02d}{rng.randrange(1, 29):02d}{_digits(rng, 4)}08"
    return body + luhn.calc_check_digit(body)


def _german_insurance(rng: random.Random) -> str:
    letter, digits = rng.choice("ABCDEFGHJKLMNPQRSTUVWXYZ"), _digits(rng, 8)
    total = 0
    for number, digit in enumerate(f"{ord(letter) - 64:02d}{digits}"):
        product = int(digit) * (2 if number % 2 else 1)
        total += product - 9 if product > 9 else product
    return f"{letter}{digits}{total % 10}"


def _german_pension(rng: random.Random) -> str:
    area, letter, serial = rng.randrange(2, 90), rng.choice("ABKMS"), rng.randrange(100)
    birth = f"{rng.randrange(1, 29):02d}{rng.randrange(1, 13):02d}{rng.randrange(30, 99)}"
    digits = f"{area:02d}{birth}{ord(letter) - 64:02d}{serial:02d}"
    products = (int(d) * w for d, w in zip(digits, (2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1), strict=True))
    return f"{area:02d} {birth} {letter} {serial:02d}{sum(one // 10 + one % 10 for one in products) % 10}"


def _australian(rng: random.Random) -> str:
    if rng.random() < 0.5:
        return _until(rng, lambda rng: rng.choice("123456789") + _digits(rng, 8), _tfn)
    digits = rng.choice("23456") + _digits(rng, 7)
    check = sum(int(d) * w for d, w in zip(digits, (1, 3, 7, 9, 1, 3, 7, 9), strict=True)) % 10
    return f"{digits[:4]} {digits[4:]}{check} {rng.randrange(1, 5)}"


def _tfn(text: str) -> bool:
    return sum(int(d) * w for d, w in zip(text, (1, 4, 3, 7, 5, 8, 6, 9, 10), strict=True)) % 11 == 0


def _italian(rng: random.Random) -> str:
    from stdnum.it import codicefiscale

    letters = "".join(rng.choice("BCDFGLMNPRSTVZ") for _ in range(6))
    body = (
        f"{letters}{rng.randrange(40, 99)}{rng.choice('ABCDEHLMPRST')}"
        f"{rng.randrange(1, 29):02d}H{rng.randrange(100, 999)}"
    )
    return body + codicefiscale.calc_check_digit(body)


def _label(*words: str):
    return lambda rng, number: f"{rng.choice(words)}{rng.choice([' ', ': ', ' no. ', ':'])}{number}"


def _german_tax(rng: random.Random) -> str:
    from stdnum.de import idnr

    def make(rng):
        ten = list(rng.sample("123456789", 9))
        ten.insert(rng.randrange(1, 9), ten[0])
        product = 10
        for digit in ten:
            product = ((int(digit) + product) % 10 or 10) * 2 % 11
        return "".join(ten) + str((11 - product) % 10)

    return _until(rng, make, idnr.is_valid)


def _date(rng: random.Random) -> str:
    day, month, year = rng.randrange(1, 29), rng.randrange(1, 13), rng.randrange(1930, 2015)
    return rng.choice(
        [f"{day:02d}.{month:02d}.{year}", f"{day:02d}/{month:02d}/{year}", f"{year}-{month:02d}-{day:02d}"]
    )


_NAMES = ["DOE", "ROE", "MUSTER", "PEREZ", "DUPONT", "ROSSI", "SILVA", "NOVAK"]
_HOSTS = ["pacs", "dicom01", "orthanc", "viewer", "ris2", "imaging", "xray-gw"]

_KINDS = {
    "IPv4": _ipv4,
    "IPv4 with port": lambda rng: f"{_ipv4(rng)}:{rng.choice([104, 11112, 4242, 8080])}",
    "IPv4 range": lambda rng: f"{_ipv4(rng)}/{rng.randrange(8, 31)}",
    "IPv4 defanged": lambda rng: _ipv4(rng).replace(".", rng.choice(["[.]", "(.)", " [.] ", "[dot]"])),
    "IPv6": _ipv6,
    "IPv6 in brackets": lambda rng: f"[{_ipv6(rng)}]:{rng.choice([104, 443])}",
    "IPv6 short": lambda rng: f"2001:db8::{rng.randrange(1, 65535):x}",
    "MAC": lambda rng: ":".join(f"{rng.randrange(256):02x}" for _ in range(6)),
    "host": lambda rng: (
        f"{rng.choice(_HOSTS)}.{rng.choice(['clinic', 'city', 'north'])}.example.{rng.choice(['org', 'com', 'net'])}"
    ),
    "host with port": lambda rng: f"{rng.choice(_HOSTS)}.example.com:{rng.choice([104, 8042])}",
    "host defanged": lambda rng: f"{rng.choice(_HOSTS)}[.]example[.]org",
    "URL": lambda rng: f"http://{_ipv4(rng)}:8080/study/{_digits(rng, 5)}",
    "e-mail": lambda rng: f"{rng.choice(_NAMES).lower()}.{rng.choice('abc')}@example.{rng.choice(['org', 'com'])}",
    "telephone, international": lambda rng: (
        f"+{rng.choice(['1', '44', '49', '33', '34'])} {_digits(rng, 3)} "
        f"{_digits(rng, 3)}{rng.choice([' ', '-'])}{_digits(rng, 4)}"
    ),
    "telephone, US": lambda rng: f"({rng.randrange(200, 999)}) 555-{_digits(rng, 4)}",
    "telephone, labelled": lambda rng: f"Tel. 0{_digits(rng, 2)} {_digits(rng, 4)} {_digits(rng, 4)}",
    "US": lambda rng: f"{rng.randrange(1, 665):03d}-{rng.randrange(1, 99):02d}-{rng.randrange(1, 9999):04d}",
    "UK": _nhs,
    "DE tax": _german_tax,
    "DE insurance": _german_insurance,
    "FR": _french,
    "ES": _spanish,
    "IT": _italian,
    "NL": lambda rng: _label("BSN", "bsn")(rng, _digits(rng, 9)),
    "BR": _brazilian,
    "IN": _indian,
    "TR": _turkish,
    "CA": _canadian,
    "CA labelled": lambda rng: _label("SIN", "NAS")(rng, _canadian(rng).replace("-", " ")),
    "AU": lambda rng: _label("Medicare", "TFN")(rng, _australian(rng)),
    "ZA": _south_african,
    "DICOM UID": lambda rng: (
        f"1.2.840.{rng.randrange(10000, 999999)}.{rng.randrange(1, 99)}.{rng.randrange(1, 9999)}.{_digits(rng, 1) or 0}"
    ),
    "record number": lambda rng: _label("MRN", "Accession", "Patient ID", "Fallnummer", "NHC", "Patienten-ID")(
        rng, _digits(rng, 7)
    ),
    "DICOM name": lambda rng: f"{rng.choice(_NAMES)}^{rng.choice(['JANE', 'ANNA', 'LUIS', 'M'])}",
    "date of birth": lambda rng: (
        f"{rng.choice(['born', 'DOB:', 'geb.', 'geboren am', 'née le', 'fecha de nacimiento:'])} {_date(rng)}"
    ),
    "IPv4 spelled out": lambda rng: _ipv4(rng).replace(".", rng.choice([" dot ", "{.}", " DOT "])),
    "IPv4 without its last part": lambda rng: f"{_ipv4(rng).rsplit('.', 1)[0]}.{rng.choice(['x', 'xxx', '*'])}",
    "IPv4 in wide digits": lambda rng: _ipv4(rng).translate({ord(d): ord(d) + 0xFEE0 for d in "0123456789"}),
    "IPv4 with a hidden character": lambda rng: (lambda text, at: f"{text[:at]}\u200b{text[at:]}")(
        _ipv4(rng), rng.randrange(1, 7)
    ),
    "MAC of a switch": lambda rng: ".".join(f"{rng.randrange(0x10000):04x}" for _ in range(3)),
    "e-mail spelled out": lambda rng: (
        f"{rng.choice(_NAMES).lower()} {rng.choice(['at', 'AT', '[at]'])} example {rng.choice(['dot', 'DOT'])} org"
    ),
    "US Medicare": lambda rng: f"{rng.randrange(1, 10)}EG{rng.randrange(10)}-TE{rng.randrange(10)}-MK{_digits(rng, 2)}",
    "UK national insurance": lambda rng: f"{rng.choice(['AB', 'CE', 'JG'])}{_digits(rng, 6)}{rng.choice('ABCD')}",
    "DE pension": _german_pension,
    "IN tax": lambda rng: (
        f"{rng.choice(['ABC', 'XYZ'])}P{rng.choice('KLS')}{rng.randrange(1, 9999):04d}{rng.choice('ABCDEF')}"
    ),
    "BR plain": lambda rng: _brazilian(rng).replace(".", "").replace("-", ""),
    "DICOM UID of a random number": lambda rng: f"2.25.{rng.randrange(1, 10)}{_digits(rng, 37)}",
    "position, labelled": lambda rng: f"lat {rng.uniform(-80, 80):.3f} lon {rng.uniform(-170, 170):.3f}",
    "position, decimal commas": lambda rng: f"{rng.uniform(1, 80):.4f}; {rng.uniform(1, 170):.4f}".replace(".", ","),
    "position": lambda rng: f"{rng.uniform(-80, 80):.4f}, {rng.uniform(-170, 170):.4f}",
}


def _grouped(mark: str):
    return lambda rng: f"{rng.randrange(1_000, 2_000_000_000):,}".replace(",", mark)


_SENTENCES = [
    "The survey found {n} archives in {c} countries, of which {p} % answered without a password.",
    "Ports 104 and 11112 were asked; {n} systems answered on port 104 and {c} on 11112.",
    "In {y}, {n} studies with {m} million images could be listed (page {c}, table 2).",
    "About {n} of the {m} million records belong to the United States, an account of {y} says.",
    "Entre {y} y 2023 aumentaron un {p} %, de {n} a más de {m} millones.",
    "Rund {n} Datensätze, ca. {m} Mio. Bilder; davon {p} % in den USA (Stand {y}).",
    "Environ {n} serveurs, soit {p} % ; plus de {m} millions d'images en {y}.",
    "Version 3.6.{c} of the viewer, licence about $ {c} a year; release {y}.{c}.",
    "after a decoy filter the count fell by {p} % to {n}; excerpt of a tuexperto.com article",
]


def _sentence(rng: random.Random) -> str:
    return rng.choice(_SENTENCES).format(
        n=f"{rng.randrange(10, 90_000):,}",
        c=rng.randrange(2, 99),
        p=rng.randrange(1, 99),
        m=rng.randrange(1, 800),
        y=rng.randrange(2014, 2026),
    )


_PLACES = [
    "United States",
    "Côte d’Ivoire",
    "Korea, Republic of",
    "Maharashtra",
    "5 tier-2 clouds",
    "中国",
    "Türkiye",
    "EE. UU.",
    "St. Lucia",
]

_INNOCENT = [
    _grouped(","),
    _grouped("."),
    _grouped(" "),
    _grouped("\u202f"),
    _grouped("'"),
    lambda rng: str(rng.randrange(1, 10 ** rng.randrange(1, 8))),
    lambda rng: (
        f"{rng.choice(['about', 'más de', 'rund', 'près de', 'over'])} {rng.uniform(1, 900):.1f} "
        f"{rng.choice(['million', 'Mio.', 'mil millones'])}"
    ),
    lambda rng: f"{rng.randrange(1, 50)},{rng.randrange(10, 99)},{rng.randrange(100, 999)}",
    lambda rng: f"{rng.randrange(1, 100)}.{rng.randrange(10)} %",
    lambda rng: f"{rng.randrange(10, 50)},000–{rng.randrange(50, 90)},000",
    lambda rng: (
        f"10.{rng.randrange(1000, 9999)}/{rng.choice(['ajr', 'jdi', 'j.rad'])}."
        f"{rng.randrange(10, 99)}.{rng.randrange(1000, 99999)}"
    ),
    lambda rng: f"arXiv {rng.randrange(1001, 2612)}.{rng.randrange(10000, 20000)}",
    lambda rng: f"{rng.randrange(2009, 2026)}-{rng.randrange(1, 13):02d}-{rng.randrange(1, 29):02d}",
    lambda rng: (
        f"{rng.randrange(1, 29)} September {rng.randrange(2009, 2026)}, "
        f"{rng.randrange(0, 24):02d}:{rng.randrange(60):02d}"
    ),
    lambda rng: f"version {rng.randrange(1, 9)}.{rng.randrange(20)}.{rng.randrange(20)}",
    lambda rng: f"p. {rng.randrange(1, 80)}, table {rng.randrange(1, 9)}; paragraph {rng.randrange(1, 30)}",
    lambda rng: f"section Estándares pasados de moda, paragraph {rng.randrange(1, 9)}",
    lambda rng: rng.choice(_PLACES),
    lambda rng: f"port {rng.choice([104, 11112, 4242, 2761, 2762, 8042])}",
    lambda rng: (
        f"greenbone-{rng.choice(['de', 'en', 'release'])}-{rng.randrange(2014, 2026)}-{rng.randrange(1, 13):02d}"
    ),
    lambda rng: f"{rng.randrange(1, 29):02d}/{rng.randrange(1, 13):02d}/{rng.randrange(2009, 2026)}",
    lambda rng: f"{rng.randrange(1, 13):02d}/{rng.randrange(2009, 2026)}",
    lambda rng: (
        f"{rng.randrange(1, 13):02d}/{rng.randrange(10, 26)} to {rng.randrange(1, 13):02d}/{rng.randrange(10, 26)}"
    ),
    lambda rng: f"{rng.randrange(2009, 2018)}-{rng.randrange(2018, 2026)}",
    lambda rng: f"{rng.uniform(1, 99):.2f}, {rng.uniform(1, 99):.2f}",
    lambda rng: f"CVE-{rng.randrange(2009, 2026)}-{rng.randrange(1000, 99999)}, RFC {rng.randrange(100, 9000)}",
    lambda rng: f"section {rng.randrange(1, 9)}.{rng.randrange(1, 9)}.{rng.randrange(1, 9)}.{rng.randrange(1, 9)}",
    lambda rng: f"{rng.randrange(1, 99)},{rng.randrange(10, 99)},{rng.randrange(10, 99)},{rng.randrange(100, 999)}",
    lambda rng: (
        f"{rng.randrange(10, 99)} lakh; {rng.randrange(1, 9)} crore, {rng.randrange(1, 9)}½ times, "
        f"10{rng.choice('²³⁶')}"
    ),
    lambda rng: f"{rng.randrange(1, 900)}万 ({rng.randrange(1, 900)}億)",
    _sentence,
    _sentence,
    _sentence,
]


def kinds() -> Iterator[str]:
    """The kinds of identifier that the corpus holds."""
    return iter(_KINDS)
