"""A workbook as it was read: sheets of neutral rows, with no meaning. Plain values, no reader's objects."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Final, TypeAlias

Value: TypeAlias = str | int | float | bool | date | datetime | time | None
"""What a cell holds. Whole numbers are int; a duration is text; an error is its text (“#DIV/0!”); empty is None."""

Area: TypeAlias = tuple[int, int, int, int]
"""First row, first column, last row, last column, counted from 1 as a worksheet counts."""

_ADDRESS: Final = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})")
_LETTERS: Final = 26


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet. `rows[0][0]` is the cell at (`first_row`, `first_column`), counted from 1; all rows are equally long.

    `merged` are the merged areas; `uncalculated` the formulas that were saved without a value; `hidden_rows` the rows
    that are hidden or filtered away (their cells are among `rows` as all others).
    """

    name: str
    hidden: bool = False
    first_row: int = 1
    first_column: int = 1
    rows: tuple[tuple[Value, ...], ...] = ()
    merged: tuple[Area, ...] = ()
    uncalculated: frozenset[tuple[int, int]] = field(default_factory=frozenset)
    hidden_rows: frozenset[int] = field(default_factory=frozenset)

    def value(self, row: int, column: int) -> Value:
        """The cell at a row and a column counted from 1; None outside of what is used."""
        down, across = row - self.first_row, column - self.first_column
        if 0 <= down < len(self.rows) and 0 <= across < len(self.rows[down]):
            return self.rows[down][across]
        return None

    @property
    def last_row(self) -> int:
        """The last row that holds anything; one less than the first where there is none."""
        return self.first_row + len(self.rows) - 1

    @property
    def last_column(self) -> int:
        """The last column that holds anything."""
        return self.first_column + (len(self.rows[0]) if self.rows else 0) - 1


@dataclass(frozen=True, slots=True)
class Book:
    """A workbook that was read; `kind` is what its content is, whatever its name says: xlsx, xls or ods."""

    name: str
    kind: str
    sheets: tuple[Sheet, ...]

    def sheet(self, name: str) -> Sheet | None:
        """The sheet of that name."""
        return next((sheet for sheet in self.sheets if sheet.name == name), None)


def address(row: int, column: int) -> str:
    """The cell as people name it: (7, 3) is C7."""
    letters = ""
    while column > 0:
        column, rest = divmod(column - 1, _LETTERS)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row}"


def position(cell: str) -> tuple[int, int]:
    """The row and the column of “C7”: (7, 3). Raises ValueError."""
    found = _ADDRESS.fullmatch(cell)
    if found is None:
        raise ValueError(f"no cell address: {cell[:20]!r}")
    column = 0
    for letter in found[1]:
        column = column * _LETTERS + ord(letter) - ord("A") + 1
    return int(found[2]), column
