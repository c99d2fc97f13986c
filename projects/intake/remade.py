"""An old workbook (.xls, .ods) made anew as .xlsx from what is read of it: values where they were, without formats.

Plain Python, runs in the child process that marks. What it makes reads as the old one does: texts stay texts, and
sheets, rows, columns, merged areas and what is hidden stand as they stood.
"""

import re
from datetime import date, datetime, timedelta
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from portfolio.sheets.widths import fitted
from projects.intake.child import plain, read
from projects.intake.limits import Limits

_BEGINS: Final = date(1900, 3, 1)
"""Before it the day numbers of spreadsheets do not agree; such a day is written as text."""
_FORBIDDEN: Final = re.compile(r"[\[\]:*?/\\]")
_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384
_LONGEST_NAME: Final = 31
_CUT_TO: Final = 28
_NO_TEXT: Final = re.compile("[\\0-\\x08\\x0b\\x0c\\x0e-\\x1f\\ud800-\\udfff\\ufffe\\uffff]")
_LEAST, _MOST = 8.0, 40.0
_SAMPLE: Final = 200


def remade(data: bytes, limits: Limits) -> tuple[Workbook, dict[str, str]]:
    """The new workbook, and the name of each sheet by its old one. Raises Refused, and what the reader raises."""
    made = _Remade()
    read(data, limits, made)
    made.finish()
    return made.book, made.names


class _Remade:
    """Takes the frames of a reading and puts each row where it stood."""

    def __init__(self) -> None:
        self.book = Workbook()
        self.book.remove(self.book.worksheets[0])
        self.names: dict[str, str] = {}
        self._merged: dict[str, list[list[int]]] = {}
        self._sheet: Worksheet | None = None

    def write(self, frame: dict[str, Any]) -> None:
        """One frame more."""
        if "sheet" in frame:
            self._sheet = self.book.create_sheet(_name(frame["sheet"]))
            self.names.setdefault(frame["sheet"], self._sheet.title)
            self._merged[self._sheet.title] = [*frame["merged"]]
            self._sheet.sheet_state = "hidden" if frame["hidden"] else "visible"
            for row in frame["hidden_rows"]:
                self._sheet.row_dimensions[row].hidden = True
        elif self._sheet is None:
            raise ValueError("rows before their sheet")
        elif "merged" in frame:
            self._merged[self._sheet.title] += frame["merged"]
        elif "rows" in frame:
            _put(self._sheet, frame)

    def finish(self) -> None:
        """What can be done only when all cells are there."""
        for sheet in self.book.worksheets:
            _widen(sheet, _merge(sheet, self._merged[sheet.title]))
        if self.book.worksheets and all(sheet.sheet_state == "hidden" for sheet in self.book.worksheets):
            self.book.worksheets[0].sheet_state = "visible"  # no program opens a workbook that shows nothing


def _name(old: str) -> str | None:
    """A name that Excel takes; a number is put behind one that is there already."""
    name = _FORBIDDEN.sub("_", clean(old)).strip("'")
    return (name if len(name) <= _LONGEST_NAME else name[:_CUT_TO]) or None


def clean(text: str) -> str:
    """The text without the characters that no XML can hold."""
    return _NO_TEXT.sub("", text)


def _put(sheet: Worksheet, frame: dict[str, Any]) -> None:
    """Raises ValueError for cells that an .xlsx has no place for."""
    width = max(map(len, frame["rows"]), default=0)
    if frame["row"] + len(frame["rows"]) - 1 > _LAST_ROW or frame["column"] + width - 1 > _LAST_COLUMN:
        raise ValueError("beyond the last cell")
    for row, values in enumerate(frame["rows"], frame["row"]):
        for column, value in enumerate(values, frame["column"]):
            if value is not None:
                _set(sheet.cell(row, column), value)


def _set(cell: Any, value: Any) -> None:
    if isinstance(value, timedelta):
        value = plain(value)["text"]
    elif isinstance(value, date) and (value.date() if isinstance(value, datetime) else value) < _BEGINS:
        value = str(value)
    if isinstance(value, str):
        cell.value = clean(value)
        cell.data_type = "s"  # whatever it begins with
    else:
        cell.value = value


def _merge(sheet: Worksheet, areas: list[list[int]]) -> set[tuple[int, int]]:
    """Merge what was merged, as far as the sheet is used; not where a value would be lost, nor one area twice.

    Gives the cells that are part of an area.
    """
    last_row, last_column = sheet.max_row, sheet.max_column
    taken: set[tuple[int, int]] = set()
    for top, left, bottom, right in areas:
        bottom, right = min(bottom, last_row), min(right, last_column)
        places = [(row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)]
        if len(places) < 2 or not taken.isdisjoint(places):
            continue
        if any(sheet.cell(*place).value is not None for place in places[1:]):
            continue
        taken.update(places)
        sheet.merge_cells(start_row=top, start_column=left, end_row=bottom, end_column=right)
    return taken


def _widen(sheet: Worksheet, merged: set[tuple[int, int]]) -> None:
    """Columns as wide as their texts, within reason: what was typed is to be seen."""
    texts: dict[int, list[str]] = {}
    for row in sheet.iter_rows(max_row=min(sheet.max_row, _SAMPLE)):
        for cell in row:
            if cell.value is not None and (cell.row, cell.column) not in merged:
                texts.setdefault(cell.column, []).append(str(cell.value))
    for column, found in texts.items():
        sheet.column_dimensions[get_column_letter(column)].width = fitted(found, least=_LEAST, most=_MOST)
