"""Small PDF files for tests, written by hand so that they are the same each time."""

from __future__ import annotations

_WIDTH, _HEIGHT = 595, 842


def pdf(pages: list[list[str]], encrypted: bool = False) -> bytes:
    """A PDF with lines of text on each page; with ``encrypted`` it names a password that nobody knows."""
    return _written(
        [
            "\n".join(_text(50, _HEIGHT - 50 - 14 * nth, line) for nth, line in enumerate(lines) if line)
            for lines in pages
        ],
        encrypted,
    )


def ruled(rows: list[list[str]], lefts: tuple[int, ...], top: int = 700, height: int = 20) -> bytes:
    """A page with a ruled table, its columns beginning at ``lefts``."""
    edges = (*lefts, lefts[-1] + 120)
    low = top - height * len(rows)
    drawn = [f"{edges[0]} {y} m {edges[-1]} {y} l S" for y in range(low, top + 1, height)]
    drawn += [f"{x} {top} m {x} {low} l S" for x in edges]
    drawn += [
        _text(left + 4, top - height * nth - 14, cell)
        for nth, row in enumerate(rows)
        for left, cell in zip(lefts, row, strict=True)
    ]
    return _written(["\n".join(drawn)])


def _text(x: int, y: int, line: str) -> str:
    escaped = line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
    return f"BT /F1 10 Tf {x} {y} Td ({escaped}) Tj ET"


def _written(streams: list[str], encrypted: bool = False) -> bytes:
    pages = [5 + 2 * nth for nth in range(len(streams))]
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {len(pages)} /Kids [{' '.join(f'{number} 0 R' for number in pages)}] >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        f"<< /Filter /Standard /V 1 /R 2 /O <{'5a' * 32}> /U <{'5a' * 32}> /P -4 >>",
    ]
    for number, stream in zip(pages, streams, strict=True):
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {_WIDTH} {_HEIGHT}] /Contents {number + 1} 0 R "
            "/Resources << /Font << /F1 3 0 R >> >> >>"
        )
        objects.append(f"<< /Length {len(stream.encode('cp1252'))} >>\nstream\n{stream}\nendstream")
    out, offsets = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode("cp1252")
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += "".join(f"{offset:010d} 00000 n \n" for offset in offsets).encode()
    secret = f" /Encrypt 4 0 R /ID [<{'00' * 16}> <{'00' * 16}>]" if encrypted else ""
    out += f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R{secret} >>\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(out)
