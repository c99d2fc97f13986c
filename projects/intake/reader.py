"""Reads uploaded workbooks (.xlsx, .xls, .ods) into neutral rows, in a short-lived child process.

The content decides what a file is, not its name. Nothing that a file holds can hurt the process that asks: a child
that dies or takes too long is a refused file with a sentence. What the cells mean is not known here.
"""

import importlib.util
import json
import logging
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from datetime import date, datetime
from datetime import time as clock_time
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self, cast

from projects.intake import faults, slots
from projects.intake.book import Area, Book, Sheet, Value, address, position
from projects.intake.limits import LIMITS, Limits
from projects.intake.unreadable import Unreadable

__all__ = ["Book", "Sheet", "Unreadable", "Value", "address", "places", "position", "read_workbook", "read_workbooks"]

_log = logging.getLogger(__name__)
_START: Final = "import sys; sys.path += sys.argv[1:3]; from projects.intake.child import main; main()"
_LENGTH: Final = 8
_LONGEST_FRAME: Final = 64_000_000
_GRACE: Final = 5.0
_SOON: Final = 1.0
_ENDS: Final = {signal.SIGALRM: "slow", signal.SIGXCPU: "slow", signal.SIGABRT: "memory", signal.SIGKILL: "memory"}
_READ: Final[dict[str, Callable[[str], Value]]] = {
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
    "time": clock_time.fromisoformat,
    "text": str,
}


def read_workbook(data: bytes, name: str, *, limits: Limits = LIMITS) -> Book:
    """Read one uploaded file. Raises Unreadable: one sentence, what is wrong and what to do instead; and Busy."""
    _check_outside(data, name, limits)
    with Child(limits) as child:
        return child.read(data, name)


def read_workbooks(files: Iterable[tuple[str, bytes]], *, limits: Limits = LIMITS) -> Iterator[Book | Unreadable]:
    """Read many files (name, content) with one child; a file that is refused is given as its Unreadable.

    A child that dies is replaced for the next file.
    """
    with Child(limits) as child:
        for name, data in files:
            try:
                _check_outside(data, name, limits)
                yield child.read(data, name)
            except Unreadable as refused:
                yield refused


def _check_outside(data: bytes, name: str, limits: Limits) -> None:
    """What needs no look inside."""
    if len(data) > limits.packed:
        raise Unreadable("too_large", {"size": len(data), "limit": limits.packed}, name=name)
    if not data:
        raise Unreadable("empty", name=name)
    if name.lower().endswith((".et", ".ett")) and not data.startswith(b"PK"):
        raise Unreadable("et", name=name)


class Child:
    """A child process that reads files one after another; started when the first one comes, used in a `with`."""

    def __init__(self, limits: Limits = LIMITS) -> None:
        self._limits = limits
        self._process: subprocess.Popen[bytes] | None = None
        self._place: int | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._end()

    def read(self, data: bytes, name: str) -> Book:
        """Read a file. Raises Unreadable; Busy where too many others are read."""
        try:
            found = self._ask(data, name)
        except (_Gone, ValueError, TypeError, KeyError, AttributeError, IndexError) as reason:
            _log.warning("A child that read a file ended out of turn: %s", faults.said(faults.named(reason)))
            raise Unreadable(self._how_it_ended(), name=name) from reason
        except BaseException:  # the child may still be speaking
            self._end()
            raise
        if isinstance(found, Book):
            return found
        if found.code == "memory":
            self._end()
        raise found

    def _ask(self, data: bytes, name: str) -> Book | Unreadable:
        process = self._started()
        assert process.stdin is not None
        try:
            process.stdin.write(len(data).to_bytes(_LENGTH, "big"))
            process.stdin.write(data)
            process.stdin.flush()
        except OSError as reason:
            raise _Gone from reason
        making = _Making(name, self._limits)
        until = time.monotonic() + self._limits.seconds + _GRACE
        told = 0
        while making.found is None:
            frame = self._frame(until)
            told += len(frame)
            if told > 2 * self._limits.text + _LONGEST_FRAME:
                raise _Gone
            making.add(json.loads(frame, object_hook=_value))
        return making.found

    def _frame(self, until: float) -> bytes:
        length = int.from_bytes(self._exactly(_LENGTH, until), "big")
        if length > _LONGEST_FRAME:
            raise _Gone
        return self._exactly(length, until)

    def _exactly(self, count: int, until: float) -> bytes:
        assert self._process is not None and self._process.stdout is not None
        stream = self._process.stdout.fileno()
        found = bytearray()
        while len(found) < count:
            if not select.select([stream], [], [], max(until - time.monotonic(), 0))[0]:
                raise _Gone
            piece = os.read(stream, min(count - len(found), 1 << 20))
            if not piece:
                raise _Gone
            found += piece
        return bytes(found)

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            self._place = slots.take()
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-S", "-c", _START, *places(), json.dumps(asdict(self._limits))],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={},
                cwd="/",
            )
        return self._process

    def _how_it_ended(self) -> str:
        """The code of a child that is gone, or that said what it should not."""
        assert self._process is not None
        try:
            status = self._process.wait(_SOON)
        except subprocess.TimeoutExpired:
            self._end()
            return "slow"
        self._end()
        return _ENDS.get(cast(signal.Signals, -status), "crashed")

    def _end(self) -> None:
        process, self._process = self._process, None
        place, self._place = self._place, None
        if process is not None:
            process.kill()
            for stream in (process.stdin, process.stdout):
                if stream is not None:
                    try:
                        stream.close()
                    except OSError:
                        pass  # what could not be handed over any more
            process.wait()
        if place is not None:
            slots.give_back(place)


class _Gone(Exception):
    """The child is no more, or speaks nonsense."""


class _Making:
    """A book while its frames come."""

    def __init__(self, name: str, limits: Limits) -> None:
        self.found: Book | Unreadable | None = None
        self._name, self._limits = name, limits
        self._sheets: list[_Sheet] = []
        self._texts: dict[str, str] = {}

    def add(self, frame: dict[str, Any]) -> None:
        """One frame more; the last one gives what was found. Raises Unreadable, or what nonsense raises."""
        if "rows" in frame:
            once = self._texts.setdefault
            rows = [
                tuple([once(value, value) if type(value) is str else value for value in row]) for row in frame["rows"]
            ]
            self._sheets[-1].add(int(frame["row"]), int(frame["column"]), rows)
        elif "sheet" in frame:
            self._sheets.append(_Sheet(frame, self._limits))
        elif "merged" in frame:
            self._sheets[-1].merged += frame["merged"]
        elif "refused" in frame:
            if fault := faults.said(frame.get("fault")):
                level = logging.DEBUG if fault.split()[0] in faults.KNOWN else logging.WARNING
                _log.log(level, "A file was taken for damaged: %s", fault)
            self.found = Unreadable(str(frame["refused"]), frame["figures"], name=self._name)
        else:
            kind, sheets = str(frame["done"]), tuple(sheet.made() for sheet in self._sheets)
            self.found = Book(self._name, kind, sheets) if sheets else Unreadable("no_sheets", name=self._name)


class _Sheet:
    """A sheet while its rows come: in one block, or in several that begin at different columns."""

    def __init__(self, about: dict[str, Any], limits: Limits) -> None:
        self.merged: list[Any] = list(about["merged"])
        self._about, self._limits = about, limits
        self._rows: list[tuple[Value, ...]] = []
        self._row = self._column = 1
        self._width = 0

    def add(self, row: int, column: int, rows: list[tuple[Value, ...]]) -> None:
        """Some rows more; what lies between is empty. Raises Unreadable, ValueError."""
        width = len(rows[0])
        if any(len(one) != width for one in rows):
            raise ValueError("rows of different lengths")
        if not self._rows:
            self._row, self._column, self._width = row, column, width
        first, last = min(self._column, column), max(self._column + self._width, column + width)
        gap = row - self._row - len(self._rows)
        if gap < 0 or (row + len(rows) - self._row) * (last - first) > self._limits.area:
            raise Unreadable("area", {"sheet": self._about["sheet"], "row": row + len(rows) - 1, "column": last - 1})
        if (first, last - first) != (self._column, self._width):
            self._rows = [_padded(one, self._column - first, last - self._column - self._width) for one in self._rows]
            self._column, self._width = first, last - first
        self._rows += [(None,) * self._width] * gap
        left, right = column - first, last - column - width
        self._rows += [_padded(one, left, right) for one in rows] if left or right else rows

    def made(self) -> Sheet:
        """The sheet, when all rows are there."""
        about = self._about
        return Sheet(
            name=str(about["sheet"]),
            hidden=bool(about["hidden"]),
            first_row=self._row,
            first_column=self._column,
            rows=tuple(self._rows),
            merged=tuple(self._areas()),
            uncalculated=frozenset((int(row), int(column)) for row, column in about["uncalculated"]),
            hidden_rows=frozenset(int(row) for row in about["hidden_rows"]),
        )

    def _areas(self) -> Iterator[Area]:
        """The merged areas, as far as the sheet is used: what a file claims beyond would be walked through for nothing.

        Areas that no program writes, for together they cover more than there is, end the list. Raises ValueError.
        """
        last_row, last_column = self._row + len(self._rows) - 1, self._column + self._width - 1
        left_over = len(self._rows) * self._width
        for area in self.merged:
            top, left, bottom, right = (int(at) for at in area)
            bottom, right = min(bottom, last_row), min(right, last_column)
            inside = (bottom - max(top, self._row) + 1, right - max(left, self._column) + 1)
            if min(inside) < 1:
                continue
            left_over -= inside[0] * inside[1]
            if left_over < 0:
                return
            yield (top, left, bottom, right)


def _padded(row: tuple[Value, ...], left: int, right: int) -> tuple[Value, ...]:
    return (None,) * left + row + (None,) * right


def _value(tagged: dict[str, Any]) -> Any:
    """A value that JSON has no word for; any other object is a frame."""
    if len(tagged) == 1:
        ((kind, text),) = tagged.items()
        if kind in _READ:
            return _READ[kind](text)
    return tagged


@cache
def places() -> tuple[str, str]:
    """Where a child finds the product's modules, and the reader."""
    found = importlib.util.find_spec("python_calamine")
    assert found is not None and found.origin is not None
    return str(Path(__file__).resolve().parents[2]), str(Path(found.origin).parents[1])
