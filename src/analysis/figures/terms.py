"""Terms that forbid passing numbers on: nothing that is shipped, charted or published may be under them."""

from __future__ import annotations

import re

_FORBIDS = re.compile(
    r"\b(?:all rights reserved|no (?:re-?use|redistribution|derivatives)|not for (?:re)?distribution|"
    r"do not (?:re)?distribute|"
    r"(?:re)?distribution (?:is )?(?:forbidden|prohibited|not (?:allowed|permitted))|may not be (?:re)?distributed|"
    r"proprietary|confidential|noderivatives|noderivs|no-?derivatives)\b|\bND\b",
    re.IGNORECASE,
)
FAULT = "these terms forbid that the numbers are passed on"
REMEDY = (
    "take the numbers from a source that allows it, or leave them out; single printed numbers as facts need no licence."
)


def forbids_passing_on(licence: object) -> bool:
    """Whether a licence forbids passing on what it covers, or passing it on in another form.

    Examples
    --------
    >>> forbids_passing_on("CC BY-ND 4.0"), forbids_passing_on("All rights reserved"), forbids_passing_on("CC BY 4.0")
    (True, True, False)
    """
    return isinstance(licence, str) and _FORBIDS.search(licence) is not None
