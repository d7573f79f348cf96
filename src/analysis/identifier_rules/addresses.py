"""Addresses of machines and people on a network: IP, MAC, host, share, bucket, link, e-mail."""

from __future__ import annotations

import functools
import ipaddress
import re

from .words import alternatives, words

_OCTET = r"0{0,2}(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
_MASK = r"[xX*?#%_nN]{1,3}"
_IPV4 = re.compile(
    # Four parts, of which the last ones may be left out before the length of a network.
    rf"(?<!\d)(?<!\d\.)(?<!\d,\d\d\d\.)({_OCTET})\.(?:({_OCTET})\.({_OCTET})\.({_OCTET})(?!\d|\.\d)"
    rf"|({_OCTET})\.(?:{_OCTET}\.?)?/(?:8|9|[12]\d|3[0-2])(?![\d/.])"
    rf"|({_OCTET})\.?/(?:8|9|[12]\d|3[0-2])(?![\d/.]))"
)
#: Parts that stand for many: "x", "*", "[0-255]", "{1,2,3}", "[…]".
_SPAN = (
    rf"(?:[\[{{(]{_OCTET}(?: ?(?:[-,–]|\.\.) ?{_OCTET}){{1,9}}[\])}}]|(?:0-{_OCTET}|{_OCTET}-[12]\d\d)"
    r"|[\[{(<](?:[^\W\d_]{1,20}|[.…*x-]{1,5})[\])}>])"
)
_MASKED = re.compile(
    rf"(?<![\w.])(?<!\d,\d\d\d\.)({_OCTET})((?:\.(?:{_OCTET}(?!-)|{_SPAN}|{_MASK}(?!\w))){{2,3}})(?![\w.]|\d)"
)
_MASK_SIGN = re.compile(rf"\d\.(?:{_MASK}|[\[{{(<]|\d{{1,3}}-\d)")
#: Words by which two parts and a length are a network, however small the first is: "10.20/16" is also a mark.
_NETWORK = re.compile(
    r"\b(?:ip|ips|ipv4|cidr|subnet\w*|net|network\w*|netz\w*|range|block|prefix|as\d+)\b", re.IGNORECASE
)
_IPV4_JOINED = re.compile(
    rf"(?<![\d.,-])({_OCTET})(?:-({_OCTET})-({_OCTET})-|_({_OCTET})_({_OCTET})_)({_OCTET})(?![\d,-]|\.\d)"
)
#: Four parts with commas, as a locale prints an address: neither thousands nor a row of small numbers.
_WITH_COMMAS = (
    rf"(?<![\d.,])(?=[\d,]{{0,12}}\d\d\d)(?!\d{{1,3}}(?:,\d{{3}}){{3}}(?!\d)){_OCTET}(?:,{_OCTET}){{3}}(?![\d,]|\.\d)"
)
#: Names that clouds give by an address, and four parts with commas before a port or beside the word.
_IPV4_IN_A_NAME = re.compile(
    rf"(?i:\bip(?:v4)?(?:[ _-]?(?:addr(?:ess)?|adresse))?[\s:=#(]{{1,3}}){_WITH_COMMAS}"
    rf"|{_WITH_COMMAS}[\s)]{{0,2}}\(?(?i:ip(?:v4)?\b)|"
    rf"(?i:\bip[-_]{_OCTET}(?:[-_]{_OCTET}){{3}}(?![\d]))|(?<![\d.,]){_OCTET}(?:,{_OCTET}){{3}}:\d{{2,5}}(?![\d:])"
)
#: Four parts in which a letter stands for a digit that looks like it.
_LETTER_FOR_DIGIT = re.compile(
    r"(?<![\w.-])(?=[\w.]{0,12}\d\d)(?=[\d.]{0,14}[OolI])[\dOolI]{1,3}(?:\.[\dOolI]{1,3}){3}(?![\w.-])"
)
_DIGITS_MEANT = str.maketrans("OolI", "0011")
_IPV4_OF_OTHER_BASE = re.compile(
    r"(?<!\w)0[xX](?!00|7[fF][eE]0)[0-9A-Fa-f]{8}(?!\w)"
    r"|(?<![\w.])(?=[\w.]{0,12}(?:0[xX]|\b0[0-7]{3}))(?:0[xX][0-9A-Fa-f]{1,2}|0[0-7]{0,3}|\d{1,3})"
    r"(?:\.(?:0[xX][0-9A-Fa-f]{1,2}|0[0-7]{0,3}|\d{1,3})){3}(?![\w.])"
    r"|(?i:\bip(?:v4)?(?:[ _-]?(?:addr(?:ess|\.)?|adresse))?\s?[:=#]\s?\d{8,10}(?!\d))"
)
_IPV6 = re.compile(r"(?<![0-9A-Za-z:])[0-9A-Fa-f]{0,4}:[0-9A-Fa-f:.]{2,60}")
#: At least two parts, then masks: "2001:db8:*:*", "00:00:5e:00:53:xx"; a time has three parts.
_MASKED_WITH_COLONS = re.compile(
    r"(?<![\w:])[0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{1,4}){1,6}(?:::?(?:[xX]{1,4}|\*)){1,6}(?:::)?(?![\w:])"
)
_MAC = re.compile(
    r"(?<![0-9A-Za-z:-])[0-9A-Fa-f]{2}(?:(?::[0-9A-Fa-f]{2}){5,7}|(?:-[0-9A-Fa-f]{2}){5,7})(?![0-9A-Za-z:-])"
    r"|(?<![\w.])[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}(?![\w.])"
    r"|(?<![\w-])(?=[0-9A-Fa-f -]{0,15}[A-Fa-f])[0-9A-Fa-f]{2}(?: [0-9A-Fa-f]{2}){5}(?![\w ]\w)"
    r"|(?i:\bmac(?:[ _-]?addr(?:ess)?)?\s?(?:[:=]\s?|(?=\d{0,11}[a-f]))[0-9a-f]{12}\b)"
)
_MAC_SIGN = re.compile(
    r"[0-9A-Fa-f]{2}[: -][0-9A-Fa-f]{2}[: -][0-9A-Fa-f]{2}|[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}|[mM][aA][cC]"
)
_EMAIL = re.compile(
    r"(?:[^\W_]|[\"'._+-])@(?=[\w-]{0,62}[^\W\d_])(?:[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}|(?=[^\W\d_]{3})[\w-]{3,63})"
)
_SCHEME = re.compile(r"\b([a-zA-Z][a-zA-Z0-9+.-]{1,15}):(?:/{2,3}|\\{2})(\[?[^\s\"'<>]{1,400})")
_SCHEME_WITHOUT_SLASHES = re.compile(
    r"(?:\barn:aws[\w-]{0,10}:|\bmailto:\S|\bsips?:\S|\bgeo:-?\d|\btel:\+?\d|\bcallto:\S|\bskype:\S"
    r"|\bmagnet:\?|\bgit@"
    r"|\bdata source\s?=|\.(?:ip6|in-addr)\.arpa\b|\b_[a-z-]{2,20}\._(?:tcp|udp)\b|\bssid\s?[:=]\s?\S"
    r"|\s-ae[ct]m?\s+\w)",
    re.IGNORECASE,
)
#: One of these stands in whatever the pattern above finds.
_SIGNS_OF_SCHEMES = (
    *(
        "arn:",
        "mailto:",
        "sip:",
        "sips:",
        "geo:",
        "tel:",
        "callto:",
        "skype:",
        "magnet:",
        "git@",
        "data source",
        ".arpa",
    ),
    *("._tcp", "._udp", "ssid", "-ae"),
)
_ROOTS = ("/home", "/users", "/mnt", "/srv")
_SHARE = re.compile(
    r"(?<![\w\\])\\{2,4}[\w.-]{2,63}\\{1,2}[\w$.-]|(?<![\w:/])//[A-Za-z][\w.-]{1,63}/[A-Za-z$]"
    r"|\b[A-Za-z]:\\(?:Users|Documents and Settings|Benutzer)\\\w|(?<![\w/])/(?:home|Users)/\w"
    r"|(?<![\w/.])/mnt/\w|(?<![\w/.])/srv/\w"
)
_HOST = re.compile(
    r"(?<![\w.@-])((?:[^\W_](?:[\w-]{0,61}[^\W_])?\.){1,9}[^\W\d_][\w-]{1,30})(?![\w-])"
    r"(?:(:\d{2,5})(?!\d))?(/[^\s\"'<>)\]]{0,300})?"
)
_NAME_AND_PORT = re.compile(r"(?<![\w./:-])([A-Za-z][\w-]{1,30}):(\d{2,5})(?![\w.:,%-]|\s?%)")
_VERSION_OF = re.compile(r"[\w.§-]{0,20}[:\s]{0,2}\Z")
_PARTS_OF_FIGURE = re.compile(r"\d{1,3}(?:\.\d{3}){3}")
_SYSTEM_PORTS = frozenset(
    [
        "21",
        "22",
        "23",
        "80",
        "81",
        "104",
        "139",
        "161",
        "389",
        "443",
        "445",
        "554",
        "636",
        "1433",
        "1521",
        "2575",
        "2761",
        "2762",
        "3306",
        "3389",
        "4242",
        "4443",
        "5000",
        "5432",
        "5678",
        "5900",
        "6379",
        "7001",
        "8000",
        "8008",
        "8042",
        "8043",
        "8080",
        "8081",
        "8088",
        "8090",
        "8104",
        "8443",
        "8888",
        "9000",
        "9090",
        "9200",
        "9443",
        "10104",
        "11111",
        "11112",
        "11113",
        "11114",
        "11115",
        "27017",
    ]
)


def is_network_address(text: str) -> bool:
    """Whether a text holds an address of IPv4, IPv6 or a network card, whole or masked.

    Signs that a form cannot do without are asked for first, so that a long text without them costs nothing.
    """
    low = text.lower()
    return (
        _holds_ipv4(text)
        or (":" in text and _holds_colons(text))
        or (("-" in text or "_" in text) and any(_is_joined(found) for found in _IPV4_JOINED.finditer(text)))
        or bool(_MAC_SIGN.search(text) and _MAC.search(text))
        or bool(("0x" in low or ".0" in low or "ip" in low) and _IPV4_OF_OTHER_BASE.search(text))
        or bool(("ip" in low or ("," in low and ":" in low)) and _IPV4_IN_A_NAME.search(text))
        or bool(_MASK_SIGN.search(text) and any(_is_masked(found) for found in _MASKED.finditer(text)))
        or (("o" in low or "l" in low or "i" in low) and _holds_letters_for_digits(text))
    )


def _holds_colons(text: str) -> bool:
    return any(_is_ipv6(found.group()) for found in _IPV6.finditer(text)) or any(
        found.group().count(":") >= 3 for found in _MASKED_WITH_COLONS.finditer(text)
    )


def _holds_letters_for_digits(text: str) -> bool:
    return any(_IPV4.search(found.group().translate(_DIGITS_MEANT)) for found in _LETTER_FOR_DIGIT.finditer(text))


def _is_masked(found: re.Match[str]) -> bool:
    """Whether parts that stand for many make a network of four parts, or of three where no section is numbered so."""
    first, rest = int(found[1]), found[2]
    marks = re.sub(rf"\.{_OCTET}(?=\.|\Z)", "", rest)
    parts = len(re.findall(r"\.(?!\.|[.…]*[\])}>])", rest))
    # "4.3.2.(1-3)" and "1.2.x" are sections and versions; a network begins otherwise.
    return bool(marks) and (
        (parts == 3 and (marks[1] not in "[{(<" or first > 31 or first == 10))
        or (parts == 2 and marks[1] in "[{(<" and any(one.isdecimal() for one in marks) and (first > 31 or first == 10))
    )


def _holds_ipv4(text: str) -> bool:
    for found in _IPV4.finditer(text):
        first, second = int(found[1]), found[2] or found[5] or ""
        if found[6]:
            if first >= 100 or (first > 31 and _NETWORK.search(text)):
                return True
        elif found[5]:
            # "16.09.19/20" are days; a network begins otherwise.
            if first > 31 or not 1 <= int(second) <= 12:
                return True
        elif not (_is_figure(found.group()) or _is_version(text, found)):
            return True
    return False


def _is_figure(quad: str) -> bool:
    """Whether four parts are thousands: 103.233.111.000, 1.053.044.105."""
    if not _PARTS_OF_FIGURE.fullmatch(quad) or quad.startswith("0"):
        return False
    first, *rest = quad.split(".")
    return rest[-1] == "000" or (len(first) < 3 and any(part.startswith("0") for part in rest))


def _is_version(text: str, found: re.Match[str]) -> bool:
    """Whether four small parts stand behind a word or a product that has versions or sections."""
    parts = [int(part) for part in found.group().split(".")]
    small = parts[0] <= 31 and (parts[0] != 10 or parts[1] <= 2) and sum(part > 99 for part in parts) <= 1
    before, after = text[max(found.start() - 40, 0) : found.start()], text[found.end() : found.end() + 12]
    return small and bool(_versioned().search(before) or re.match(r" (?:release|version|build)\b", after))


@functools.cache
def _versioned() -> re.Pattern[str]:
    told = words()["versions"]
    return re.compile(
        rf"(?:§+|\bv\.?|\b(?:{alternatives(told['words'])}|{alternatives(told['products'])})"
        rf"(?:[ -](?:server|suite|client|version|ver\.|v|release|build))?)[\s:=/-]{{0,2}}\Z",
        re.IGNORECASE,
    )


def _is_joined(found: re.Match[str]) -> bool:
    """Whether four parts with dashes are an address: neither a row of small numbers nor a date."""
    return int(found[1]) >= 10 and any(len(part) == 3 for part in found.groups() if part)


def _is_ipv6(text: str) -> bool:
    text = text.rstrip(".:") if not text.rstrip(".").endswith("::") else text.rstrip(".")
    if text.count(":") < 2 or text == "::":
        return False
    try:
        ipaddress.IPv6Address(text)
    except ValueError:
        return False
    return True


#: What opens a system, or tells it from all others: keys, tokens, passwords, fingerprints.
_CREDENTIAL = re.compile(
    r"-----BEGIN [A-Z ]{0,30}(?:KEY|CERTIFICATE)|\b(?:AKIA|ASIA)[0-9A-Z]{16}\b|\b(?:ghp|gho|xox[bp]|sk_live)[_-]\w{12,}"
    r"|\beyJ[\w-]{8,400}\.[\w-]{6}|(?i:\b(?:bearer|basic)\s[\w.~+/-]{16})"
    r"|(?i:\b(?:password|passwd|passwort|kennwort|pwd|contraseña|mot de passe|senha|api_?key|secret)"
    # "Password: required" tells nothing; a word with digits opens something.
    r"\s?(?:=\s?[^\s=]{3}|:\s?(?=\S{0,20}\d)(?=\S{0,20}[^\W\d_])(?=\S{6})))"
    r"|(?i:\b(?:[a-z]{0,10}sess(?:ion)?_?id|csrftoken)\s?=\s?\w{12})"
    r"|(?<![\w:])[0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){15,31}(?![\w:])"
    r"|\bSHA256:[A-Za-z0-9+/]{43}"
    r"|(?i:\b(?:\w{0,12}fingerprint|thumbprint|fingerabdruck|empreinte|huella)"
    r"(?:[ _.-]?(?:sha-?\d{1,3}|md5|of key))?[\s:=#\"']{1,4}"
    r"[0-9a-f]{32,64}\b)"
    r"|\bbc1[02-9ac-hj-np-z]{25,59}\b|\b(?=\w{0,30}[a-z])(?=\w{0,30}[A-Z])[13][1-9A-HJ-NP-Za-km-z]{25,34}\b"
    r"|\b(?:ssh-(?:rsa|dss|ed25519)|ecdsa-sha2-nistp\d{3}) AAAA\w"
)


def is_credential(text: str) -> bool:
    """Whether a text holds a key, a token, a password or the fingerprint of a system's own key."""
    return bool(_CREDENTIAL.search(text))


def is_email(text: str) -> bool:
    """Whether a text holds an e-mail address."""
    return "@" in text and bool(_EMAIL.search(text))


def is_host(text: str, *, defanged: bool = False) -> bool:
    """Whether a text names a machine: its address of a link, host, share or bucket; not a publication's site."""
    low = text.lower()
    if any(sign in low for sign in _SIGNS_OF_SCHEMES) and _SCHEME_WITHOUT_SLASHES.search(text):
        return True
    if ("\\" in text or "//" in text or any(root in low for root in _ROOTS)) and _SHARE.search(text):
        return True
    if ":" in text and _is_named_port(text):
        return True
    for found in _SCHEME.finditer(text):
        if not (found[1].lower() in ("http", "https") and _is_publication(found[2]) and not defanged):
            return True
    return any(_is_system(found, defanged) for found in _HOST.finditer(text))


def _is_named_port(text: str) -> bool:
    for found in _NAME_AND_PORT.finditer(text):
        name, port = found[1].lower(), found[2]
        numbered = bool(re.fullmatch(r"[a-z][a-z_-]{1,20}\d{1,3}", name))
        # "servers:590" is a count.
        telling = bool(_telling().search(name)) and not (len(name) > 4 and name.endswith("s"))
        usual = port in _SYSTEM_PORTS and (telling or int(port) > 100)
        if int(port) <= 65535 and ((telling and numbered) or ((telling or numbered) and usual)):
            return True
        if name == "localhost":
            return True
    return False


def _is_publication(rest: str) -> bool:
    """Whether a link, without its scheme, leads to a text that is published rather than into a system."""
    host, _, path = rest.partition("/")
    found = _HOST.match(host)
    return (
        bool(found)
        and found is not None
        and found.end() == len(host.rstrip(".,;:)"))
        and not (found[2] or _is_system(found, False))
        and (_is_publisher(found[1].lower().split(".")) or not _leads_into_system("/" + path))
    )


def _leads_into_system(path: str) -> bool:
    return not set(re.split(r"[/?#=&.]", path.lower())).isdisjoint(words()["hosts"]["paths"])


def _is_system(found: re.Match[str], defanged: bool) -> bool:
    """Whether what is written like a host is one: not an abbreviation, a file, or the site of a publication."""
    labels = found[1].lower().split(".")
    told = words()["hosts"]
    zone = labels[-1]
    if zone in told["private"] or ".".join(labels[-2:]) in told["private"]:
        return True
    if not _is_zone(zone) or not any(len(label) > 1 for label in labels[:-1]):
        return False
    if zone in told["extensions"] and len(labels) == 2 and not found[2]:
        return False
    if defanged or found[2]:
        return True
    if _is_publisher(labels):
        return False
    if found[3] and _leads_into_system(found[3]):
        return True
    suffix = 2 if len(labels) > 2 and len(zone) == 2 and labels[-2] in told["second"] else 1
    own = labels[: -suffix - 1]
    if _telling().search(".".join(labels)):
        return True
    if re.fullmatch(r"www\d?", labels[0]):
        return False
    return not told["publishing"].issuperset(own)


def _is_publisher(labels: list[str]) -> bool:
    """Whether what is said at a host is published, whatever the path is called: a project named after a system."""
    return any(".".join(labels[start:]) in words()["hosts"]["publishers"] for start in range(len(labels)))


def _is_zone(label: str) -> bool:
    return (
        label in words()["hosts"]["zones"]
        or label in words()["hosts"]["countries"]
        or (not label.isascii() and label in words()["hosts"]["zones_of_other_scripts"])
    )


@functools.cache
def _telling() -> re.Pattern[str]:
    return re.compile("|".join(words()["hosts"]["telling"]))
