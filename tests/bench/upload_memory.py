"""Peak memory of an upload at the limits – 20 MB that unpack to 100 MB – in the parent and its child together.

The parent is a process like a web worker: Django and all pages are loaded, and the file is in its memory. The figures
are megabytes where others are seconds. Both peaks are added, as if they came at the same moment.
They are the high-water marks that the kernel keeps for each process; what a process was before it became itself is no
part of them.
"""

import json
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from projects.intake.book import address
from projects.intake.limits import LIMITS, MB
from tests.bench.harness import Figure
from tests.workbooks.books import HEAD, MAIN, frame
from tests.workbooks.hostile import with_strings
from tests.workbooks.packing import Part, package

ROOT = Path(__file__).resolve().parents[2]
ALLOWED_MB = 400
COLUMNS = 30
WORDS = "项目建设投资曹县单县成武东明鄄城郓城巨野定陶牡丹开发高新医院学校公路"
PARENT = """
import json, os, re, sys, threading, time
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
import django; django.setup()
import portfolio.urls
from projects.intake.reader import Unreadable, read_workbook

def peak(process):
    found = re.search(r"VmHWM:\\s+(\\d+)", open(f"/proc/{process}/status").read())
    return int(found[1]) * 1024 / 1e6 if found else 0.0

def watch():
    while not done.wait(0.002):
        for child in open(f"/proc/self/task/{os.getpid()}/children").read().split():
            try:
                peaks.append(peak(child))
            except OSError:
                pass

data = open(sys.argv[1], "rb").read()
peaks, done = [0.0], threading.Event()
watcher = threading.Thread(target=watch)
watcher.start()
began = time.perf_counter()
try:
    cells = sum(len(sheet.rows) * len(sheet.rows[0]) for sheet in read_workbook(data, "upload.xlsx").sheets)
    outcome = f"{cells} cells"
except Unreadable as refused:
    outcome = f"refused: {refused.code}"
seconds = time.perf_counter() - began
done.set(); watcher.join()
print(json.dumps({"outcome": outcome, "seconds": seconds, "parent": peak(os.getpid()), "child": max(peaks)}))
"""


def measure(size: int, rounds: int) -> list[Figure]:
    """Uploads of about `size` MB that unpack to five times as much: figures alone, and texts of a table of texts."""
    figures = []
    for what, data in (("figures", of_figures(size * 5 * MB)), ("figures and texts", of_texts(size * 5 * MB))):
        assert len(data) <= LIMITS.packed, f"{what}: {len(data)} bytes"
        found = _upload(data)
        together = round(found["parent"] + found["child"])
        figures.append(
            Figure(
                what=f"MB for an upload of {what}",
                seconds=together,
                yardstick="MB that are allowed",
                yardstick_seconds=ALLOWED_MB,
                ratio=round(together / ALLOWED_MB, 3),
                rounds=1,
                limit=1.0,
                more={**found, "packed_mb": round(len(data) / MB, 1)},
            )
        )
    return figures


def of_figures(unpacked: int) -> bytes:
    """A register that is all amounts."""
    chance = random.Random(1)
    return package(_parts(unpacked, lambda where: f'<c r="{where}"><v>{chance.randrange(10**6)}.25</v></c>'))


def of_texts(unpacked: int) -> bytes:
    """A register as office programs write it: amounts, and texts in a table of their own that cells refer to."""
    chance = random.Random(2)
    count = unpacked // 500
    texts = "".join(f"<si><t>{''.join(chance.choices(WORDS, k=20))}</t></si>" for _text in range(count))
    strings = f"{HEAD}<sst xmlns='{MAIN}'>{texts}</sst>".encode()

    def cell(where: str) -> str:
        if chance.random() < 0.5:
            return f'<c r="{where}" t="s"><v>{chance.randrange(count)}</v></c>'
        return f'<c r="{where}"><v>{chance.randrange(10**4)}</v></c>'

    return with_strings(package(_parts(unpacked - len(strings), cell)), strings)


def _parts(unpacked: int, cell: Any) -> list[Part]:
    rows, length, row = [], 20_000, 0
    while length < unpacked - 4_000:
        row += 1
        rows.append(f'<row r="{row}">{"".join(cell(address(row, at)) for at in range(1, COLUMNS + 1))}</row>')
        length += len(rows[-1])
    sheet = f"{HEAD}<worksheet xmlns='{MAIN}'><sheetData>{''.join(rows)}</sheetData></worksheet>"
    return [*frame([("台账", False)]), Part("xl/worksheets/sheet1.xml", sheet.encode(), packed=True)]


def _upload(data: bytes) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="portfolio-bench-") as folder:
        file = Path(folder) / "upload.xlsx"
        file.write_bytes(data)
        done = subprocess.run(
            [sys.executable, "-c", PARENT, str(file)], cwd=ROOT, env=dict(os.environ), capture_output=True, text=True,
            check=True,
        )  # fmt: skip
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return {name: round(value, 1) if isinstance(value, float) else value for name, value in found.items()}
