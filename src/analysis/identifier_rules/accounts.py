"""Bank accounts by their international number: the length of their country, and the check of ISO 7064."""

from __future__ import annotations

import functools
import itertools
import re

_IBAN = re.compile(
    r"(?<![0-9A-Za-z])[A-Z]{2}\d{2}(?: ?[0-9A-Z]{4}){2,7}(?: ?[0-9A-Z]{1,4})?(?![0-9A-Za-z])", re.IGNORECASE
)
#: A letter of an account as the two digits that its check takes for it.
_AS_DIGITS = {ord(sign): str(int(sign, 36)) for sign in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}


def is_account(text: str) -> bool:
    """Whether a text holds an international bank account number."""
    from stdnum import iban

    for found in _IBAN.finditer(text):
        account = _account(found.group())
        if account and _leaves_one(account) and iban.is_valid(account, check_country=False):
            return True
    return False


def _account(pieces: str) -> str:
    """The account at the head of pieces of letters and digits; it ends where a piece does. Empty if there is none."""
    size = _size(pieces[:2].upper())
    return pieces.replace(" ", "")[:size] if size in itertools.accumulate(map(len, pieces.split(" "))) else ""


@functools.cache
def _size(country: str) -> int:
    """How many letters and digits the accounts of a country have; 0 if it has none."""
    from stdnum import numdb

    told = numdb.get("iban").info(country)[0][1]
    return 4 + sum(map(int, re.findall(r"\d+(?=!)", told["bban"]))) if "bban" in told else 0


def _leaves_one(account: str) -> bool:
    """Whether an account passes the check of ISO 7064, which is quickly made; one in 97 of other numbers does."""
    return int((account[4:] + account[:4]).upper().translate(_AS_DIGITS)) % 97 == 1
