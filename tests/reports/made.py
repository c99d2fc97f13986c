"""Workbooks of the small portfolio, and how they read."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl

from projects.core.periods import Period
from reports.queries.frames import Frame, frame, resolve
from reports.workbooks import find
from reports.workbooks.making import Made, make
from tests.reports import small

DECEMBER = Period(2023, 12)
TODAY = date(2024, 1, 12)
VARYING = re.compile(
    r"\b[0-9a-f]{64}\b|\b[0-9a-f]{32}\b|\b[0-9a-f]{12}…"  # batches are random, so hashes are
    r"|(?<=第)\d+(?=条)|(?<=no\. )\d+|\b\d+(?=:[0-9a-f]{64})"  # positions grow with the reference data
)


@dataclass
class Built:
    """A workbook's bytes and what is said of it."""

    content: bytes
    made: Made
    frame: Frame

    @cached_property
    def book(self) -> Any:
        """As another program reads it."""
        return openpyxl.load_workbook(BytesIO(self.content))


def covered(as_known: datetime | None = small.AFTER, scope: str = "", period: Period | None = DECEMBER) -> Frame:
    """The frame of December 2023 as known at a moment; None: the moment of the lock."""
    position, as_of = resolve(period, as_known, TODAY)
    return frame(period, position, as_of, scope)


def build(kind: str, wanted: Frame | None = None, language: str = "zh-hans") -> Built:
    """Make one."""
    out = BytesIO()
    wanted = wanted or covered()
    made = make(find(kind), wanted, language, out)
    return Built(out.getvalue(), made, wanted)


def rows(worksheet: Any, first: str, last: str = "") -> list[dict[str, Any]]:
    """The rows below the header that has `first` in its first column, keyed by header, up to a row that begins with
    `last` or is empty."""
    lines = [[cell.value for cell in row] for row in worksheet.iter_rows()]
    at = next(number for number, line in enumerate(lines) if line[0] == first)
    upper, lower = lines[at], lines[at + 1]
    two = all(value is None or upper[column] is not None for column, value in enumerate(lower[:1])) and lower[0] is None
    headers = [low or high for high, low in zip(upper, lower, strict=True)] if two else upper
    found = []
    for line in lines[at + 1 + two :]:
        if all(value is None for value in line[1:]):
            break
        found.append(dict(zip(headers, line, strict=True)))
    return found


def dump(book: Any) -> str:
    """Every cell of every sheet, as text: address, value, number format where it is not plain. Hashes and positions
    in the change log are left out."""
    lines = []
    for worksheet in book:
        lines.append(f"# {worksheet.title} · {worksheet.dimensions} · print {worksheet.print_area}")
        for row in worksheet.iter_rows():
            for cell in row:
                if cell.value is not None:
                    lines.append(_line(cell))
    return "\n".join(lines) + "\n"


def _line(cell: Any) -> str:
    value = cell.value.isoformat() if isinstance(cell.value, date | datetime) else cell.value
    text = VARYING.sub("#", str(value)).replace("\n", "⏎")
    number = "" if cell.number_format in {"General", "@"} else f"  [{cell.number_format}]"
    return f"{cell.coordinate}\t{text}{number}"


GOLDEN = Path(__file__).parents[1] / "golden"
