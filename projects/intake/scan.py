"""What the reader does not tell about a sheet, taken from its XML in passing: far cells, formulas without a value,
errors, hidden rows, values that live in another workbook. Plain Python, runs in the child process.
"""

import re
from dataclasses import dataclass, field
from typing import Final

from projects.intake.book import Area, position
from projects.intake.containers import Refused
from projects.intake.limits import Limits

_LONGEST_CELL: Final = 1 << 18
_LAST_TAGS: Final = (b"</worksheet>", b":worksheet>")
_FORMULA: Final = re.compile(
    rb"<(?:\w+:)?c\b([^>]*)>\s*<(?:\w+:)?f\b[^>]*?(?:/>|>([^<]*)</(?:\w+:)?f>)\s*"
    rb"(<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*(</(?:\w+:)?c>)?"
)
_ERROR: Final = re.compile(
    rb"""<(?:\w+:)?c\b([^>]*\bt=["']e["'][^>]*)>\s*(?:<(?:\w+:)?f\b[^>]*?(?:/>|>[^<]*</(?:\w+:)?f>)\s*)?"""
    rb"<(?:\w+:)?v>([^<]{1,20})</"
)
_TEXT: Final = re.compile(rb"""\bt\s*=\s*["']str["']""")
_REFERENCE: Final = re.compile(rb"""\br\s*=\s*["']([A-Z]{1,3}[1-9]\d{0,6})["']""")
_REFERENCES: Final = re.compile(rb"""r(?<!\wr)\s*=\s*["']([A-Z]{1,3}[1-9]\d{0,6})["']""")
_DIGITS: Final = b"0123456789"
_LETTERS: Final = bytes(range(ord("A"), ord("Z") + 1))
_FILLED: Final = re.compile(rb"""\br\s*=\s*["']([A-Z]{1,3})([1-9]\d{0,6})["'][^<>]*(?<!/)>(?!</(?:\w+:)?c>)""")
_HIDDEN_ROW: Final = re.compile(rb"""<(?:\w+:)?row\b([^>]*\bhidden\s*=\s*["'](?:1|true)["'][^>]*)>""")
_ROW_NUMBER: Final = re.compile(rb"""\br\s*=\s*["'](\d{1,7})["']""")
_LINKED: Final = re.compile(rb"\[\d+\]")


class Pieces:
    """Hands on text that does not end inside a cell."""

    def __init__(self) -> None:
        self._tail = b""

    def feed(self, piece: bytes) -> None:
        """Read on. Raises Refused."""
        text = self._tail + piece
        if text.endswith(_LAST_TAGS):
            self._tail = b""
            self.read(text)
            return
        cut = max(text.rfind(b"</row"), text.rfind(b"</c>"), text.rfind(b":c>"), 0)
        self._tail = text[cut:] if len(text) - cut <= _LONGEST_CELL else b""
        self.read(text[:cut])

    def close(self) -> None:
        """The sheet ends here. Raises Refused."""
        self.read(self._tail)
        self._tail = b""

    def read(self, text: bytes) -> None:
        """What it is all for."""
        raise NotImplementedError


@dataclass(slots=True)
class Notes:
    """What a scan learnt of one sheet. Cells are (row, column), counted from 1."""

    uncalculated: set[tuple[int, int]] = field(default_factory=set)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    merged: list[Area] = field(default_factory=list)


class SheetScan(Pieces):
    """Fed with a sheet's XML piece by piece; leaves what it learns in `notes`."""

    def __init__(self, name: str, limits: Limits, *, linked: bool) -> None:
        super().__init__()
        self.name = name
        self.notes = Notes()
        self._limits, self._linked = limits, linked
        self._extent = Extent()

    @property
    def wide(self) -> bool:
        """Whether so large an area is touched that it matters which cells are filled."""
        return self._extent.area > self._limits.area

    def read(self, text: bytes) -> None:
        self._extent.add(_REFERENCES.findall(text))
        # One byte is found far faster than two, and most pieces of a sheet have no small f and no single quote.
        if b"f" in text and (b"<f>" in text or b"<f " in text or b":f" in text):
            self._formulas(text)
        if b'"e"' in text or (b"'" in text and b"'e'" in text):
            for found in _ERROR.finditer(text):
                if cell := _cell(found[1]):
                    self.notes.errors[cell] = found[2].decode("utf-8", "replace")
        if b"hidden" in text:
            for found in _HIDDEN_ROW.finditer(text):
                if number := _ROW_NUMBER.search(found[1]):
                    self.notes.hidden_rows.add(int(number[1]))

    def _formulas(self, text: bytes) -> None:
        for found in _FORMULA.finditer(text):
            attributes, formula, empty, end = found.groups()
            cell = _cell(attributes)
            if cell is None:
                continue
            if self._linked and formula and _LINKED.search(formula):
                raise Refused("linked", sheet=self.name, row=cell[0], column=cell[1])
            if end and not (empty and _TEXT.search(attributes)):  # a formula may well give the empty text
                self.notes.uncalculated.add(cell)


class FilledCells(Pieces):
    """A second look at a sheet that touches a large area: empty cells with a look are not counted."""

    def __init__(self, name: str, limits: Limits) -> None:
        super().__init__()
        self._name, self._limits = name, limits
        self._extent = Extent()

    def read(self, text: bytes) -> None:
        for found in _FILLED.finditer(text):
            self._extent.add([found[1] + found[2]])
            if self._extent.area > self._limits.area:
                row, column = position((found[1] + found[2]).decode("ascii"))
                raise Refused("area", sheet=self._name, row=row, column=column)


class Extent:
    """The smallest rectangle around cells."""

    def __init__(self) -> None:
        self._rows: tuple[int, int] | None = None
        self._columns: tuple[int, int] | None = None

    def add(self, cells: list[bytes]) -> None:
        """Cells by their addresses; taken apart all at once, for a sheet has very many."""
        if not cells:
            return
        every = b" ".join(cells)
        letters = set(every.translate(None, _DIGITS).split())
        columns = {position(f"{one.decode('ascii')}1")[1] for one in letters}
        rows = {int(number) for number in set(every.translate(None, _LETTERS).split())}
        self._columns = _around(self._columns, columns)
        self._rows = _around(self._rows, rows)

    @property
    def area(self) -> int:
        """Cells inside of it."""
        if self._rows is None or self._columns is None:
            return 0
        return (self._rows[1] - self._rows[0] + 1) * (self._columns[1] - self._columns[0] + 1)


def _around(span: tuple[int, int] | None, numbers: set[int]) -> tuple[int, int]:
    low, high = min(numbers), max(numbers)
    return (min(low, span[0]), max(high, span[1])) if span else (low, high)


def _cell(attributes: bytes) -> tuple[int, int] | None:
    found = _REFERENCE.search(attributes)
    return position(found[1].decode("ascii")) if found else None
