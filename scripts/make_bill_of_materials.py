"""List every pinned dependency with its licence and hashes as a CycloneDX bill of materials.

Run as ``python scripts/make_bill_of_materials.py [FILE]``; without a file a table of names, versions and licences
is printed. The bill has neither a clock nor a random number in it: the same lock gives the same bytes.
"""

from __future__ import annotations

import json
import re
import sys
import uuid
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import NamedTuple

from license_expression import ExpressionError, get_spdx_licensing

ROOT = Path(__file__).parents[1]
#  Licences under which a part may stand beside ours. All of them go together with the GPL, version 3, but CNRI-Python
# (a part of regex,
#  which dateparser needs): it is permissive, yet names a court; text-unidecode is then taken under its other licence,
# the Artistic one.
COMPATIBLE = frozenset(
    [
        "0BSD",
        "Apache-2.0",
        "BSD-2-Clause",
        "BSD-2-Clause-Views",
        "BSD-3-Clause",
        "CC0-1.0",
        "HPND",
        "ISC",
        "LGPL-2.1-or-later",
        "LGPL-3.0-or-later",
        "MIT",
        "MIT-0",
        "MIT-CMU",
        "MPL-2.0",
        "OFL-1.1",
        "PSF-2.0",
        "Python-2.0",
        "Unlicense",
        "Zlib",
        "Artistic-2.0",
        "GPL-2.0-or-later",
        "BSL-1.0",
        "Unicode-3.0",
        "LicenseRef-PUBLIC-DOMAIN",
        "BSD-3-Clause-Open-MPI",
        "CNRI-Python",
    ]
)
# What the older fields of a package's metadata say, in the words of SPDX; matched in this order.
_OLDER = {
    "Artistic License": "GPL-2.0-or-later",  # text-unidecode: either of the two
    "Apache": "Apache-2.0",
    "BSD 2-Clause": "BSD-2-Clause",
    "BSD-2-Clause": "BSD-2-Clause",
    "2-clause BSD": "BSD-2-Clause",
    "BSD": "BSD-3-Clause",
    "Kiwi": "BSD-3-Clause",
    "Lesser General Public License v2 or later": "LGPL-2.1-or-later",
    "LGPL": "LGPL-2.1-or-later",
    "MIT": "MIT",
    "ISC": "ISC",
    "MPL": "MPL-2.0",
    "Mozilla": "MPL-2.0",
    "Python Software Foundation": "PSF-2.0",
    "PSFL": "PSF-2.0",
}


class Part(NamedTuple):
    """A pinned dependency; its licence is empty where it is not installed here or names none."""

    name: str
    version: str
    licence: str
    hashes: tuple[str, ...]


def parts() -> list[Part]:
    """Every pin of requirements.lock, in the order of the file."""
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8").replace("\\\n", " ")
    found = re.findall(r"^([\w.-]+)==(\S+)([^\n]*)", text, re.MULTILINE)
    return [
        Part(name, version, licence_of(name), tuple(re.findall(r"sha256:(\w{64})", rest)))
        for name, version, rest in found
    ]


def licence_of(name: str) -> str:
    """The licence of an installed package as an SPDX expression."""
    try:
        told = metadata(name)
    except PackageNotFoundError:
        return ""
    if expression := told.get("License-Expression"):
        return expression
    words = [line.split(" :: ")[-1] for line in told.get_all("Classifier", []) if line.startswith("License ::")]
    for text in (*words, told.get("License") or ""):
        for word, licence in _OLDER.items():
            if word in text:
                return licence
    return ""


def incompatible(licence: str) -> list[str]:
    """The licences of an expression that cannot stand beside ours, with none left to choose;
    all of it if it is not an expression.
    """
    try:
        expression = get_spdx_licensing().parse(licence, validate=False)
    except ExpressionError:
        return [licence]
    return [] if expression is None or _goes(expression) else sorted({str(key) for key in expression.symbols})


def _goes(expression) -> bool:
    if expression.isliteral:
        return str(getattr(expression, "license_symbol", expression).key) in COMPATIBLE
    return (any if type(expression).__name__ == "OR" else all)(_goes(part) for part in expression.args)


def bill(found: list[Part]) -> str:
    """The bill of materials as CycloneDX 1.6 in JSON."""
    from cyclonedx.model import HashAlgorithm, HashType
    from cyclonedx.model.bom import Bom
    from cyclonedx.model.component import Component, ComponentType
    from cyclonedx.model.license import LicenseExpression
    from cyclonedx.output.json import JsonV1Dot6
    from packageurl import PackageURL

    components = [
        Component(
            name=part.name,
            version=part.version,
            type=ComponentType.LIBRARY,
            bom_ref=f"{part.name}=={part.version}",
            purl=PackageURL("pypi", name=part.name, version=part.version),
            licenses=[LicenseExpression(part.licence)] if part.licence else [],
            hashes=[HashType(alg=HashAlgorithm.SHA_256, content=digest) for digest in part.hashes[:1]],
        )
        for part in found
    ]
    named = uuid.uuid5(uuid.NAMESPACE_URL, " ".join(f"{part.name}=={part.version}" for part in found))
    made = Bom(components=components, serial_number=named)
    told = json.loads(JsonV1Dot6(made).output_as_string())
    # The library dates its bills; ours is of the lock, whenever it is made.
    told["metadata"].pop("timestamp", None)
    return json.dumps(told, indent=2, sort_keys=True) + "\n"


if __name__ == "__main__":
    every = parts()
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(bill(every), encoding="utf-8", newline="\n")
    else:
        for part in every:
            print(f"{part.name:32}{part.version:20}{part.licence or '(not installed here)'}")
