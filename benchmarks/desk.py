"""How long the desk takes for what a reader waits for, beside the same functions called directly.

One process answers over HTTP as ``exposure desk`` does; the direct calls run in another that is as warm. Times are CPU
seconds (user and system, of the process that works), since other work on a machine stretches the wall clock; start is
wall time. Texts are synthetic.

Run with ``python benchmarks/desk.py`` on a quiet machine.
"""

import http.client
import io
import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.parse
from pathlib import Path
from statistics import median

from analysis.datafolder import shipped_folder

ORIGIN = "http://{0}"
SENTENCE = "In {0}, Greenbone Networks counted {1} servers with {2} studies. "
#: So dense are real reports: some four numbers in a thousand letters.
FILLER = "Nobody knows how many of them were seen by others, and those who run them were told by letter. "
PLACES = ("Spain", "Chile", "Peru", "Italy", "Germany", "France", "Brazil", "India", "Japan", "Kenya")
TICKS = os.sysconf("SC_CLK_TCK")
#: Name -> most seconds.
LIMITS = {"start": 2, "article": 1, "text": 10, "pdf": 10, "decision": 0.05, "chart": 0.4}
MOST_TIMES, MOST_MEMORY = 1.3, 400


def text_of(size: int) -> str:
    """A text of about so many letters; every number in it is another one."""
    parts, number = ["# Open archives\n"], 11
    while sum(map(len, parts)) < size:
        lines = (SENTENCE.format(place, number + at, f"{1000 + number + at:,}") for at, place in enumerate(PLACES))
        parts.append("\n\n".join(line + FILLER * 4 for line in lines) + "\n\n")
        number += len(PLACES)
    return "".join(parts)


def pdf_of(pages: int) -> bytes:
    """A PDF of so many pages with text."""
    from matplotlib.backends.backend_pdf import PdfPages
    from matplotlib.figure import Figure

    held, lines = io.BytesIO(), text_of(pages * 900).split(". ")
    with PdfPages(held) as pdf:
        for page in range(pages):
            figure = Figure(figsize=(8, 11))
            figure.text(0.1, 0.1, "\n".join(f"{line}." for line in lines[page * 9 : page * 9 + 9]), fontsize=10)
            pdf.savefig(figure)
    return held.getvalue()


class Desk:
    """A running desk, asked as a browser asks it."""

    def __init__(self, data: Path) -> None:
        begun = time.monotonic()
        command = [sys.executable, "-m", "analysis", "--data", str(data), "desk", "--no-browser"]
        self.running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        lines = iter(self.running.stdout.readline, "")
        found = next(found for line in lines if (found := re.search(r"http://([^/]+)(/\S+)", line)))
        self.host, self.cookie = found[1], ""
        self.cookie = self.ask("GET", found[2])[1].get("set-cookie", "").partition(";")[0]
        self.ask("GET", "/")
        self.started = time.monotonic() - begun

    def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, dict[str, str], bytes]:
        connection = http.client.HTTPConnection(self.host)
        known = {"Cookie": self.cookie, "Origin": ORIGIN.format(self.host)}
        connection.request(method, path, body, known | {name.replace("_", "-"): text for name, text in headers.items()})
        answer = connection.getresponse()
        return answer.status, {name.lower(): text for name, text in answer.getheaders()}, answer.read()

    def post(self, path: str, **fields: str) -> tuple[int, dict[str, str], bytes]:
        body = urllib.parse.urlencode(fields).encode()
        return self.ask("POST", path, body, Content_Type="application/x-www-form-urlencoded")

    def read(self, name: str, content: bytes) -> str:
        """Have a report read and its marked text shown; the draft's id."""
        head = f'--x\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
        body = head.encode() + content + b"\r\n--x--\r\n"
        place = self.ask("POST", "/read", body, Content_Type="multipart/form-data; boundary=x")[1]["location"]
        while place.startswith("/reading/"):
            time.sleep(0.1)
            place = self.ask("GET", place)[1].get("location", place)
        self.ask("GET", place)
        return place.rpartition("/")[2]

    def cpu(self) -> float:
        fields = Path(f"/proc/{self.running.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def took(self, act, times: int = 1) -> float:
        begun = self.cpu()
        for number in range(times):
            act(number)
        return (self.cpu() - begun) / times

    def memory(self) -> float:
        """The most memory that it had, in MB."""
        told = Path(f"/proc/{self.running.pid}/status").read_text()
        return int(re.search(r"VmHWM:\s+(\d+)", told)[1]) / 1024


def directly(act, times: int = 1) -> float:
    begun = time.process_time()
    for number in range(times):
        act(number)
    return (time.process_time() - begun) / times


def main() -> None:
    from analysis.desk import drawing, number_pages, numbers
    from analysis.desk.server import warm
    from analysis.intake.draft_writing import draft_report
    from analysis.intake.drafts import Draft

    with tempfile.TemporaryDirectory() as name:
        data = Path(name) / "my-data"
        (data / "aggregate").mkdir(parents=True)
        (data / "reference").symlink_to(shipped_folder("data") / "reference")
        os.environ["EXPOSURE_DATA"] = str(data)
        desk = Desk(data)
        warm()
        time.sleep(8)  # the desk warms up beside its first page, too
        texts = {"article": text_of(20_000).encode(), "text": text_of(1_000_000).encode(), "pdf": pdf_of(100)}

        def shown(draft: Draft) -> None:
            found = numbers.states(draft)
            number_pages._shown(draft, found, numbers.following(draft, found, None), {}, "en")

        def read(kind: str) -> None:
            file = Path(name) / f"{kind}.{'pdf' if kind == 'pdf' else 'md'}"
            file.write_bytes(texts[kind])
            draft_report(file, data / "aggregate" / f"direct-{kind}")
            shown(Draft(data / "aggregate" / f"direct-{kind}"))

        told = {"start": (desk.started, None)}
        for kind in texts:
            took = desk.took(lambda _, kind=kind: desk.read(f"{kind}.{'pdf' if kind == 'pdf' else 'md'}", texts[kind]))
            told[kind] = (took, directly(lambda _, kind=kind: read(kind)))
        draft = Draft(data / "aggregate" / "direct-article")
        for number in range(3):
            desk.post("/draft/article-draft/row/1", decision=("drop", "later")[number % 2])
        told["decision"] = (
            desk.took(lambda at: desk.post(f"/draft/article-draft/row/{at + 2}", decision="drop"), 20),
            directly(lambda at: (draft.settle([at + 1], "drop"), numbers.states(draft)), 20),
        )
        asked = {"survey": "greenbone-2019-09", "measure": "servers_exposed", "kind": "ranking"}

        def preview(number: int) -> None:
            desk.ask("GET", "/chart.svg?" + urllib.parse.urlencode(asked | {"title": f"Chart {number}"}))

        told["chart"] = (
            desk.took(preview, 5),
            directly(lambda number: drawing.chart_of(asked | {"title": f"Own {number}"}).svg(), 5),
        )
        many = Draft(data / "aggregate" / "direct-text")
        page = median(desk.took(lambda _: desk.ask("GET", "/draft/text-draft?n=9")) for _ in range(5))
        size = len(desk.ask("GET", "/draft/text-draft?n=9")[2]) / 1024
        for kind, (took, direct) in told.items():
            ratio = f"{took / direct:5.2f} times (at most {MOST_TIMES})" if direct else ""
            print(f"{kind:10} {took:7.3f} s (at most {LIMITS[kind]})   directly {direct or 0:7.3f} s  {ratio}")
        print(
            f"page of {len(many.rows):,} numbers: {page:.2f} s, {size:.0f} kB; memory {desk.memory():.0f} MB", end=" "
        )
        print(f"(at most {MOST_MEMORY})")
        desk.running.terminate()
        desk.running.wait()


if __name__ == "__main__":
    main()
