"""A hundred hostile uploads and more to the desk: each must end in a draft or a sentence, quickly, and leak nothing.

``python tests/campaigns/hostile_uploads.py [SEED]`` prints each upload that did not, and how many there were.
"""

from __future__ import annotations

import io
import os
import random
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree
from typing import Any

from starlette.testclient import TestClient

from analysis.datafolder import shipped_folder
from analysis.desk.server import create_app

HOST = "127.0.0.1:8765"
OWN = {"origin": f"http://{HOST}"}
#: No upload may take longer, on a machine that does nothing else.
MOST_SECONDS = 20
TEXT = "In 2026, 412 open servers were found in 31 countries. Brazil had 61 servers; 9.3 million images lie on them.\n"
#: What no page and no file of the desk may ever say; none of them leads to anybody.
SECRETS = ("192.0.2.77", "198.51.100.9", "2001:db8::77", "pacs7.hospital.example", "jane.roe@example.org", "root:x:0")
CONTROL = "".join(map(chr, [*range(9), 11, 12, *range(14, 32), 0x202E, 0x200B, 0xFEFF]))


def archive(parts: dict[str, bytes | str]) -> bytes:
    """A ZIP archive of these parts."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return held.getvalue()


def workbook(*cells: str) -> bytes:
    """A workbook with a cell in each row, one of them in a sheet that is hidden."""
    from openpyxl import Workbook

    book = Workbook()
    for cell in cells:
        book.active.append(["Germany", cell])
    hidden = book.create_sheet("hidden")
    hidden.append([cells[0]])
    hidden.sheet_state = "hidden"
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def word(*paragraphs: str) -> bytes:
    """A Word file of these paragraphs."""
    from docx import Document

    document = Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    held = io.BytesIO()
    document.save(held)
    return held.getvalue()


def spoilt(content: bytes, chance: random.Random) -> bytes:
    """Some bytes changed, some cut out, or the end missing."""
    out = bytearray(content)
    for _ in range(chance.randint(1, 12)):
        at = chance.randrange(len(out))
        out[at] = chance.randrange(256)
    if chance.random() < 0.5:
        at = chance.randrange(len(out))
        del out[at : at + chance.randint(1, 400)]
    return bytes(out[: chance.randint(len(out) // 2, len(out))] if chance.random() < 0.3 else out)


def uploads(chance: random.Random) -> Iterator[tuple[str, bytes]]:
    """The name and content of each upload."""
    for secret in SECRETS[:5]:
        yield "line.txt", f"{TEXT}The archive {secret} answered.\n".encode()
        yield "table.html", f"<table><tr><th>host<th>n<tr><td>{secret}<td>7<tr><td>{secret}<td>9</table>".encode()
        yield "list.csv", f"host,country\n{secret},Chile\n{secret},Peru\n".encode()
        yield "sheet.xlsx", workbook(secret, "412 servers")
        yield "file.docx", word(TEXT, f"See {secret} there.")
        yield "comment.html", f"<p>{TEXT}</p><!-- {secret} --><p title='{secret}'>590 servers</p>".encode()
        yield "facets.json", f'{{"facets": {{"country": [{{"value": "{secret}", "count": 7}}]}}}}'.encode()
    for name in (
        "../../up.md",
        "..\\up.md",
        "/etc/passwd",
        "nul.txt",
        "a\x00.md",
        "…",
        ".",
        " ",
        "é" * 900,
        "a/b/c.md",
    ):
        yield name, TEXT.encode()
    for encoding in ("utf-16", "utf-32", "latin-1", "cp037", "utf-7"):
        yield f"{encoding}.txt", (TEXT * 3).encode(encoding)
    yield "control.txt", f"412{CONTROL} servers{CONTROL} in Chile".encode()
    yield "surrogate.txt", b"412 servers \xed\xa0\x80 in Chile\n"
    yield "nine.txt", ("9" * 200_000).encode()
    yield "brackets.html", b"<div>" * 20_000 + TEXT.encode()
    yield "brackets.md", ("[" * 20_000 + TEXT).encode()
    yield "stars.md", ("*a " * 30_000 + TEXT).encode()
    yield "bars.md", ("| 7 " * 20_000).encode()
    yield "deep.json", b"[" * 50_000 + b"]" * 50_000
    yield "entity.html", b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><p>590 servers &e;</p>'
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    yield "laughs.html", f'<!DOCTYPE x [<!ENTITY l0 "ha">{laughs}]><p>&l9;</p>'.encode()
    yield "bomb.docx", archive({"[Content_Types].xml": "x", "word/document.xml": b"0" * 300_000_000})
    yield "bomb.xlsx", archive({"[Content_Types].xml": "x", "xl/workbook.xml": b"0" * 300_000_000})
    yield "slip.docx", archive({"../../slip.txt": "out", "word/document.xml": "<w/>"})
    xxe = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><w:document><w:t>&e;</w:t></w:document>'
    yield "xxe.docx", archive({"[Content_Types].xml": "<Types/>", "word/document.xml": xxe})
    yield "formula.csv", b"country,servers\n=cmd|' /C calc'!A0,7\n@SUM(1),8\nChile,9\n"
    yield "script.html", b"<p>412 open <script>alert(1)</script>servers</p><svg onload=alert(2)><p>61 servers in Chile"
    yield "script.md", b"412 open servers <img src=x onerror=alert(3)> in [Chile](javascript:alert(4))"
    yield "empty", b""
    yield "zeros.bin", bytes(100_000)
    yield "noise.pdf", b"%PDF-1.7\n" + chance.randbytes(60_000)
    yield "noise.zip", b"PK\x03\x04" + chance.randbytes(60_000)
    whole = {"a.docx": word(TEXT, TEXT), "a.xlsx": workbook("412", "61"), "a.html": f"<p>{TEXT}</p>".encode() * 9}
    for number in range(45):
        name = ("a.docx", "a.xlsx", "a.html")[number % 3]
        yield f"{number}-{name}", spoilt(whole[name], chance)


def read(desk: TestClient, name: str, content: bytes) -> Any:
    """Have it read, to the end."""
    done = desk.post("/read", files={"file": (name, content)}, headers=OWN)
    while done.headers.get("location", "").startswith("/reading/"):
        page = done.headers["location"]
        while not desk.get(f"{page}/state").json()["ended"]:
            time.sleep(0.02)
        done = desk.get(page)
    return done


def faults(desk: TestClient, folder: Path, name: str, content: bytes) -> list[str]:
    """What went wrong with one upload."""
    before = time.perf_counter()
    try:
        done = read(desk, name, content)
        page = done.text
        if done.status_code == 303:
            page += desk.get(done.headers["location"], follow_redirects=True).text
    except Exception as error:  # noqa: BLE001 - whatever a reader would see as a broken page
        return [f"{type(error).__name__}: {error}"[:200]]
    found = []
    if done.status_code not in (200, 303, 400, 413, 422):
        found.append(f"status {done.status_code}")
    if "Traceback" in page:
        found.append("a traceback")
    kept = [path for path in folder.rglob("*") if path.is_file() and "reference" not in path.parts]
    told = page + "".join(path.read_text("utf-8", "replace") for path in kept)
    found += [f"tells {secret}" for secret in SECRETS if secret in told]
    found += [f"{tag} in the page" for tag in ("<img src=x onerror", "<svg onload", "<script>alert") if tag in page]
    if done.status_code != 303 and kept:
        found.append(f"leaves {len(kept)} files though it was refused")
    if outside := [path.name for path in folder.parent.iterdir() if path != folder]:
        found.append(f"writes beside the data: {outside}")
    if (took := time.perf_counter() - before) > MOST_SECONDS:
        found.append(f"takes {took:.0f} s")
    return found


def main(seed: int = 1) -> int:
    """Try every upload in a data folder of its own; return how many went wrong."""
    count = wrong = 0
    shipped = shipped_folder("data")
    for name, content in uploads(random.Random(seed)):
        count += 1
        with tempfile.TemporaryDirectory() as home:
            folder = Path(home) / "my-data"
            copytree(shipped / "reference", folder / "reference")
            (folder / "aggregate").mkdir()
            os.environ["EXPOSURE_DATA"] = str(folder)
            desk = TestClient(
                create_app("the-token", frozenset({HOST})), base_url=f"http://{HOST}", follow_redirects=False
            )
            desk.get("/?token=the-token")
            if found := faults(desk, folder, name, content):
                wrong += 1
                print(f"{name[:40]!r} ({len(content)} bytes): {'; '.join(found)}", flush=True)
    print(f"{count} uploads, {wrong} went wrong")
    return wrong


if __name__ == "__main__":
    sys.exit(min(main(*map(int, sys.argv[1:])), 1))
