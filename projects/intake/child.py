"""The child process that reads uploads: bytes in on stdin, frames of JSON out on stdout, and nothing else.

It may use processor time and memory up to its limits. It may not open a file, a socket or a process any more once it
has started: no descriptor is left to it. It has no environment, knows no settings and imports no Django. What it says
is data of an untrusted origin: its parent reads it as JSON and believes only the shape.
"""

import codecs
import gc
import io
import json
import resource
import signal
import struct
import sys
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import IO, Any, Final, Protocol

import python_calamine as calamine

from projects.intake import faults
from projects.intake.containers import Container, Refused, container_of
from projects.intake.limits import Limits
from projects.intake.package import Package
from projects.intake.preflight import Found, look
from projects.intake.scan import Notes
from projects.intake.slices import slices

LENGTH: Final = struct.Struct(">Q")
ROWS_AT_ONCE: Final = 256
_EXACT: Final = 1 << 53
_STANDARD: Final = 3  # stdin, stdout, stderr

# What zipfile and the sheets' texts may ask for later, when no file can be opened any more.
for _coding in ("cp437", "utf-8", "utf-16-le", "ascii", "latin-1"):
    codecs.lookup(_coding)


def main() -> None:
    """Read file after file until stdin ends. The limits are the last argument, as JSON."""
    limits = Limits(**json.loads(sys.argv[-1]))
    confine(limits)
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)  # rows are no garbage
    stdin, stdout = sys.stdin.buffer, sys.stdout.buffer
    while head := stdin.read(LENGTH.size):
        data = stdin.read(LENGTH.unpack(head)[0])
        _set_watch(limits)
        _answer(data, limits, stdout)
        signal.setitimer(signal.ITIMER_REAL, 0)
        del data


def confine(limits: Limits) -> None:
    """Give up what reading does not need. Raises ValueError or OSError where the system refuses."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (_STANDARD, _STANDARD))
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))
    signal.signal(signal.SIGALRM, signal.SIG_DFL)


def _set_watch(limits: Limits) -> None:
    """The kernel ends this process when one file takes too long, whatever it is doing."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + limits.processor + 1
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.RLIM_INFINITY))
    signal.setitimer(signal.ITIMER_REAL, limits.seconds)


def _answer(data: bytes, limits: Limits, out: IO[bytes]) -> None:
    frames = Frames(out, limits)
    try:
        kind = read(data, limits, frames)
    except Refused as refused:
        fault = faults.named(refused.__cause__) if refused.code == "damaged" and refused.__cause__ else None
        frames.write({"refused": refused.code, "figures": refused.figures, "fault": fault})
    except MemoryError:
        frames.write({"refused": "memory", "figures": {}})
    except Exception as reason:  # whatever it is, the file has brought it about; its parent logs what it was
        frames.write({"refused": "damaged", "figures": {}, "fault": faults.named(reason)})
    else:
        frames.write({"done": kind})
    out.flush()


class Frames:
    """Writes frames; more than a parent can hold is refused."""

    def __init__(self, out: IO[bytes], limits: Limits) -> None:
        self._out, self._limits = out, limits
        self._bytes = 0

    def write(self, frame: dict[str, Any]) -> None:
        """Write one frame. Raises Refused."""
        content = _ENCODER.encode(frame).encode("utf-8", "replace")
        if "rows" in frame:
            self._bytes += len(content)
            if self._bytes > self._limits.text:
                raise Refused("long")
        self._out.write(LENGTH.pack(len(content)) + content)


class Taker(Protocol):
    """Whoever is told what a file holds, frame by frame."""

    def write(self, frame: dict[str, Any]) -> None:
        """One frame: a sheet, its merged areas, or some of its rows."""


def read(data: bytes, limits: Limits, frames: Taker) -> str:
    """Say what is in the file; gives its kind. Raises Refused."""
    found = look(data, limits) if container_of(data) is Container.ZIP else Found("xls", Package(data, []))
    try:
        _tell(found, limits, frames)
    except calamine.PasswordError as reason:
        raise Refused("encrypted") from reason
    except (Refused, MemoryError):
        raise
    except BaseException as reason:  # the reader's panics are no Exception
        raise Refused("damaged") from reason
    return found.kind


def _tell(found: Found, limits: Limits, frames: Taker) -> None:
    """Write every sheet. Raises Refused, and what the reader raises."""
    book = calamine.load_workbook(io.BytesIO(found.package.data))
    sheets = book.sheets_metadata
    if len(sheets) > limits.sheets:
        raise Refused("sheets", count=len(sheets), limit=limits.sheets)
    if any(one.typ in (calamine.SheetTypeEnum.MacroSheet, calamine.SheetTypeEnum.Vba) for one in sheets):
        raise Refused("macros")
    if found.large:
        book.close()  # it holds the texts of all sheets
    left = limits.cells
    for at, about in enumerate(sheets):
        if about.typ != calamine.SheetTypeEnum.WorkSheet:
            continue
        notes = found.sheets.get(about.name)
        _announce(about, notes, frames)
        for sheet in _ranges(book, at, found):
            left -= _rows_of(sheet, notes, frames)
            del sheet
            if left < 0:
                raise Refused("cells", limit=limits.cells)


def _announce(about: Any, notes: Notes | None, frames: Taker) -> None:
    notes = notes or Notes()
    frames.write(
        {
            "sheet": about.name,
            "hidden": about.visible != calamine.SheetVisibleEnum.Visible,
            "merged": notes.merged,
            "uncalculated": sorted(notes.uncalculated),
            "hidden_rows": sorted(notes.hidden_rows),
        }
    )


def _ranges(book: Any, at: int, found: Found) -> Iterator[Any]:
    """The sheet, or its slices where it is large."""
    name = book.sheet_names[at]
    if not found.large:
        yield book.get_sheet_by_index(at)
    elif name not in found.large:
        yield calamine.load_workbook(io.BytesIO(found.package.data)).get_sheet_by_index(at)
    else:
        for part in slices(found.package, found.parts, found.large[name]):
            yield calamine.load_workbook(io.BytesIO(part)).get_sheet_by_index(at)


def _rows_of(sheet: Any, notes: Notes | None, frames: Taker) -> int:
    """Write the rows of a sheet or a slice; gives the number of its cells, empty ones in used rows counted."""
    if merged := _merged(sheet):
        frames.write({"merged": merged})
    start = sheet.start
    if start is None:
        return 0
    rows = _rows(sheet, start, notes.errors if notes else {})
    row, count = start[0] + 1, 0
    while chunk := list(islice(rows, ROWS_AT_ONCE)):
        frames.write({"rows": chunk, "row": row, "column": start[1] + 1})
        row += len(chunk)
        count += len(chunk) * len(chunk[0])
    return count


def _merged(sheet: Any) -> list[list[int]]:
    return [[r1 + 1, c1 + 1, r2 + 1, c2 + 1] for (r1, c1), (r2, c2) in sheet.merged_cell_ranges or ()]


def _rows(sheet: Any, start: tuple[int, int], errors: dict[tuple[int, int], str]) -> Iterator[list[Any]]:
    for number, row in enumerate(islice(sheet.iter_rows(), start[0], None), start=start[0] + 1):
        values = [_value(value) for value in row]
        if errors:
            for column in range(start[1] + 1, start[1] + 1 + len(values)):
                if (number, column) in errors:
                    values[column - start[1] - 1] = errors[number, column]
        yield values


def _value(value: Any) -> Any:
    if type(value) is str:
        return value or None
    if type(value) is float:
        if value.is_integer() and abs(value) < _EXACT:
            return int(value)
        if value != value or value in (float("inf"), float("-inf")):
            return str(value)
    return value


def plain(value: object) -> dict[str, str]:
    """What JSON has no word for. Raises TypeError."""
    if isinstance(value, datetime):
        return {"datetime": value.isoformat()}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    if isinstance(value, time):
        return {"time": value.isoformat()}
    if isinstance(value, timedelta):
        seconds = round(value.total_seconds())
        sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
        return {"text": f"{sign}{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"}
    raise TypeError(type(value).__name__)


_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":"), default=plain)
