"""The interface of the rules: it takes texts and returns the names of the rules that refuse them.

Many texts are first asked for the mark of each rule by Arrow's engine, which is linear and quick; only what bears a
mark is looked at closely. A long text is looked at in overlapping pieces, so that no close look takes longer than its
piece allows.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from . import addresses, numbers, people, positions
from .undressing import Undressed, undressed
from .words import label_mark

#: A text longer than this is looked at in pieces that share as many characters as an identifier and its label have.
PIECE = 2_000
_SHARED = 250
#: So many characters are looked at before it is asked whether the rest matters.
_AT_ONCE = 2_000_000
#: Digits without a break, more than any identifier has.
_ENDLESS = re.compile(r"\d{100,}")
#: From so many texts on, Arrow's engine for patterns is the quicker one: to set it up takes a millisecond or two.
_MANY = 64
#: What lets a text off at once: every rule needs one of these.
_ANYTHING = re.compile(
    r"=\s?\S|-----|(?-i:[A-Z]_[A-Z])|[^\W_]\.[^\W\d_]|[\d@^:：°\\|<]|//| - |, |\bdot\b|[\[({]\s?(?:\.|dot|at)",
    re.IGNORECASE,
)
#: The rules that other rules and labels of the same name share.
_NAME = "person's name"
_DEVICE = "device identifier"
_LINK = re.compile(r"https?://", re.IGNORECASE)


def identifying(text: str, *, address_allowed: bool = False) -> str | None:
    """The rule under which a text is refused (``"network address"``, …), or None.

    Parameters
    ----------
    text
        Any text: a cell, a line, a paragraph.
    address_allowed
        Whether the text may be the address of a publication, whatever its host; one with credentials, a port or a bare
        network address is refused there too.

    Examples
    --------
    >>> identifying("The archive at 198.51.100.23 answered.")
    'network address'
    >>> identifying("590 servers in 52 countries, version 1.2.3.4")
    """
    return identifying_texts([text], address_allowed=address_allowed).get(0)


def identifying_texts(texts: Sequence[str], *, address_allowed: bool = False) -> dict[int, str]:
    """The texts that are refused among many, as position to rule; see :func:`identifying`."""
    links = {number for number, text in enumerate(texts) if _LINK.match(text)} if address_allowed else set()
    found = {number: "network address" for number in links if _is_unsafe_address(texts[number])}
    owners: dict[str, list[int]] = {}
    size = 0
    for number, text in enumerate(texts):
        if number in links:
            continue
        for piece in _pieces(text):
            owners.setdefault(piece, []).append(number)
            size += len(piece)
            if size > _AT_ONCE:
                _look(owners, found)
                owners, size = {}, 0
                if number in found:
                    break
    _look(owners, found)
    return dict(sorted(found.items()))


def _look(owners: dict[str, list[int]], found: dict[int, str]) -> None:
    """Look at pieces of texts, and add what is refused to what was found: the number of the text, and the rule."""
    pieces = [undressed(piece) for piece in owners]
    owned = list(owners.values())
    for rule, marked in _marked(pieces):
        for number in marked:
            fresh = [owner for owner in owned[number] if owner not in found]
            if fresh and rule.finds(pieces[number]):
                found |= dict.fromkeys(fresh, rule.name)


def _pieces(text: str) -> Iterator[str]:
    if len(text) <= PIECE:
        yield text
        return
    text = _ENDLESS.sub(" … ", text)
    start = 0
    while start == 0 or start + _SHARED < len(text):
        end = start + PIECE
        # A cut within a word could make an address of half a number.
        blank = text.rfind(" ", start + PIECE - _SHARED // 2, end)
        end = blank if blank > 0 and end < len(text) else end
        yield text[start:end]
        start = end - _SHARED


def _is_unsafe_address(text: str) -> bool:
    from urllib.parse import urlsplit

    try:
        address = urlsplit(text)
        return bool(address.username or address.password or address.port) or addresses.is_network_address(
            address.netloc
        )
    except ValueError:
        return True


class _Rule(NamedTuple):
    """What is refused, what a text must hold for it, and the closer look at a text that does."""

    name: str
    mark: str
    finds: Callable[[Undressed], bool]


def _marked(texts: Sequence[Undressed]) -> Iterator[tuple[_Rule, Sequence[int]]]:
    """Each rule with the texts that bear its mark; few texts are looked at without asking for marks."""
    if len(texts) < _MANY:
        left = [number for number, one in enumerate(texts) if _ANYTHING.search(one.text)]
        for rule in _rules():
            yield rule, left
        return
    import pyarrow.compute
    from pyarrow import array

    # A lone surrogate, which no encoding has, is not part of an identifier.
    cells = array([one.text if one.text.isascii() else one.text.encode("utf-8", "replace").decode() for one in texts])
    for rule in _rules():
        found = pyarrow.compute.match_substring_regex(cells, pattern=rule.mark)
        yield rule, found.to_numpy(zero_copy_only=False).nonzero()[0].tolist()


def _plain(look: Callable[[str], bool]) -> Callable[[Undressed], bool]:
    return lambda one: look(one.text)


@functools.cache
def _rules() -> tuple[_Rule, ...]:
    return (*_of_machines(), *_of_people())


def _of_machines() -> tuple[_Rule, ...]:
    return (
        _Rule("e-mail address", "@", _plain(addresses.is_email)),
        _Rule(
            "network address",
            r"\d\.[\dxX*?#%nN_OolI]{1,4}[./]|[OolI]\.\d|\d\.[\[{(<]|:\*|:[xX]{1,4}\b|\d,\d{1,3},\d{1,3}:|\d/\d"
            r"|:[0-9A-Fa-f]{0,4}:|\d[-_]\d{1,3}[-_]\d{1,3}[-_]\d"
            r"|[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\.|(?:[0-9A-Fa-f]{2}[ -]){4}|0[xX][0-9A-Fa-f]|(?i:\bip|\bmac)|\.0[0-7]{3}",
            _plain(addresses.is_network_address),
        ),
        _Rule(
            "DICOM identifier",
            r"\d\.\d+\.\d+\.\d+\.\d|2\.25\.|(?i:ae|appl|00[0-9][0-9]|patient|physician|operator|station|device"
            r"|admission"
            r"|accession|institution|instance|family|given)",
            _plain(people.is_dicom),
        ),
        _Rule(
            "credential",
            r"-----|[A-Z]{4}[0-9A-Z]{16}|eyJ|bc1|=|(?i:print|abdruck|empreinte|huella)"
            r"|(?i:passw|kennwort|pwd|contraseña|mot de|senha|secret|api)"
            r"|(?i:bearer|basic|sha256|ghp|gho|xox|sk_|ssh-|ecdsa)|\b[13][1-9A-HJ-NP-Za-km-z]{25}"
            r"|(?:[0-9A-Fa-f]{2}:){8}",
            _plain(addresses.is_credential),
        ),
        _Rule(
            _DEVICE,
            r"(?i:vin|fin|fahrg|imei|imsi|iccid|meid)|\(01\)|[0-9A-Fa-f]{4,8}-[0-9A-Fa-f]{4,12}-",
            _plain(people.is_device),
        ),
        _Rule(
            _DEVICE, f"{label_mark('serial number')}|{label_mark('licence plate')}", _plain(people.is_labelled_device)
        ),
    )


def _of_people() -> tuple[_Rule, ...]:
    return (
        _Rule(_NAME, r"\^|<|\||(?i:linkedin)", _plain(people.is_name)),
        _Rule(_NAME, "|".join(map(label_mark, (_NAME, "person", "login"))), _plain(people.is_labelled_name)),
        _Rule(
            "host name",
            r"//|\\|[^\s.]\.\pL\pL|[\pL\d_-]:\d\d|(?i:localhost|arn:|mailto:|sips?:|geo:|tel:|callto:|skype:"
            r"|magnet:|git@|data source|\.arpa|\._tcp|\._udp|ssid| -ae[ct])"
            r"|/(?:home|Users|mnt|srv)/",
            lambda one: addresses.is_host(one.text, defanged=one.defanged),
        ),
        _Rule(
            "precise position",
            r"\d[.,]\d{4}|[°º]|\d[.,]\d\d+ ?[NS]|[NS] ?\d+[.,]\d\d|\d\.\d\d+['′’]|\+[2-9CFGHJMPQRVWX]{2}"
            r"|[CFGHJMPQRVWX]\+|[A-Z]{2} ?\d\d"
            r"|\d[C-X] |\d{6} \d{7}|///|(?i:geo|point|polygon|linestring|lat|lon|lng|l[aä]nge|breite|шир|долг"
            r"|度|coord|koord|gps|positi|center|座標|ll=)"
            r"|[@=/]-?\d{1,2}\.\d\d",
            _plain(positions.is_position),
        ),
        _Rule("precise position", positions.STREET_MARK, _plain(positions.is_street)),
        _Rule("national or health identifier", r"\d(?:[ ./+()'A-Za-z-]{0,7}\d){3}", _plain(numbers.is_national)),
        _Rule(
            "national or health identifier",
            f"{label_mark('national or health identifier')}|{label_mark('ambiguous')}",
            _plain(numbers.is_labelled_national),
        ),
        _Rule(
            "telephone number",
            r"\+ ?\d|00\d|0\d[\d ()./-]{5}|\d\d\d\)? ?[ .-]?\d\d\d[ .-]\d{4}|\(\d",
            _plain(numbers.is_telephone),
        ),
        _Rule("telephone number", label_mark("telephone number"), _plain(numbers.is_labelled_telephone)),
        _Rule("date of birth", f"[*∗＊]|生|р\\.|рожд|출생|{label_mark('date of birth')}", _plain(people.is_birth_date)),
        _Rule("record number", label_mark("record number"), _plain(people.is_record)),
    )
