"""The child process that marks a workbook: order and bytes in on stdin, the marked workbook out on stdout.

It imports no Django and knows no settings; its memory, time and processes are limited before it looks at the file.
"""

import json
import resource
import sys
from copy import copy
from io import BytesIO
from typing import Any, Final

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from projects.intake import faults
from projects.intake.containers import Container, container_of
from projects.intake.limits import Limits
from projects.intake.preflight import look
from projects.intake.remade import clean, remade

_LENGTH: Final = 8
_INK, _GROUND = "FF9C1C1C", "FFF8D9D9"
_SIDE: Final = Side(style="medium", color="FFC0392B")
_THIN: Final = Side(style="thin", color="FF8C8C8C")
_OPEN: Final = "FFFFFBE5"
_WIDTH: Final = 56
_WIDEST: Final = 1_000
_LONGEST_NOTE: Final = 1_000
_FILES: Final = 64
_LARGEST: Final = 200_000_000


def main() -> None:
    """Mark one workbook. Exits with 1 for what cannot be marked, and says on stderr what hindered it."""
    stdin = sys.stdin.buffer
    order = json.loads(stdin.read(int.from_bytes(stdin.read(_LENGTH), "big")))
    data = stdin.read()
    limits = Limits(**order["limits"])
    _confine(order["memory"], limits)
    try:
        made = marked(*_opened(data, order["sheets"], order["words"], limits), order["words"])
    except Exception as reason:  # whatever it is, the file has brought it about; its parent logs what it was
        json.dump(faults.named(reason.__cause__ or reason), sys.stderr)
        sys.exit(1)
    sys.stdout.buffer.write(made)


def _confine(memory: int, limits: Limits) -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (_FILES, _FILES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (_LARGEST, _LARGEST))  # the library keeps sheets in temporary files
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (2 * limits.processor, 2 * limits.processor))


def _opened(
    data: bytes, sheets: list[dict[str, Any]], words: dict[str, str], limits: Limits
) -> tuple[Workbook, list[dict[str, Any]]]:
    """The .xlsx as it is, anything older made anew, and the marks with the names that its sheets have there."""
    if container_of(data) is Container.ZIP and look(data, limits).kind == "xlsx":
        return load_workbook(BytesIO(data), rich_text=True), sheets
    book, names = remade(data, limits)
    return book, [one | {"sheet": names.get(one["sheet"], ""), "head": words["remade"]} for one in sheets]


def marked(book: Workbook, sheets: list[dict[str, Any]], words: dict[str, str]) -> bytes:
    """The workbook with its marks. Raises what the library raises for a file that it cannot hold."""
    there = [one for one in sheets if one["sheet"] in book.sheetnames]
    for one in there:
        _mark(book[one["sheet"]], one, words)
    if there:
        book.active = book.sheetnames.index(there[0]["sheet"])
        for sheet in book.worksheets:
            sheet.sheet_view.tabSelected = sheet.title == there[0]["sheet"]
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _mark(sheet: Worksheet, one: dict[str, Any], words: dict[str, str]) -> None:
    _unmark(sheet, words)
    column = _column(sheet, one["header"], words["column"])
    letter = get_column_letter(column)
    _head(sheet, one["header"], column, words["column"])
    said = [one.get("head", ""), one["rows"].pop(str(one["header"]), "")]
    if any(said):
        sheet.cell(one["header"], column).comment = _note("\n".join(filter(None, said)), words)
    for row, text in one["rows"].items():
        _write(sheet.cell(int(row), column), text)
    for place, text in one["cells"].items():
        cell = _top(sheet, place)
        cell.fill = PatternFill("solid", fgColor=_GROUND)
        cell.border = Border(left=_SIDE, right=_SIDE, top=_SIDE, bottom=_SIDE)
        cell.comment = _note(text, words)
    last = max(sheet.max_row, one["header"] + 1)
    sheet.auto_filter.ref = f"A{one['header']}:{letter}{last}"
    if sheet.protection.sheet:
        sheet.protection.autoFilter = False  # False: not forbidden


def _unmark(sheet: Worksheet, words: dict[str, str]) -> None:
    """Take off the notes of a former marking, and the colour of the cells that bore them."""
    for row in sheet.iter_rows():
        for cell in row:
            note = cell.comment
            if note is not None and note.author == words["author"] and cell.fill.fgColor.rgb == _GROUND:
                cell.comment = None
                open_cell = not cell.protection.locked
                cell.fill = PatternFill("solid", fgColor=_OPEN) if open_cell else PatternFill()
                cell.border = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
            elif cell.value == words["column"]:
                for under in range(cell.row + 1, sheet.max_row + 1):
                    sheet.cell(under, cell.column).value = None


def _column(sheet: Worksheet, header: int, title: str) -> int:
    """The column of messages: the one of a former marking, else the first free one."""
    last = 0
    for cell in sheet[header]:
        if cell.value == title:
            return int(cell.column)
    for row in sheet.iter_rows(max_col=min(sheet.max_column, _WIDEST)):
        last = max([last, *(cell.column for cell in row if cell.value is not None or isinstance(cell, MergedCell))])
    return last + 1


def _head(sheet: Worksheet, header: int, column: int, title: str) -> None:
    cell = sheet.cell(header, column)
    beside = sheet.cell(header, max(column - 1, 1))
    cell.value = title
    if beside.has_style:
        cell.alignment, cell.border = copy(beside.alignment), copy(beside.border)
    cell.font = Font(name=beside.font.name, size=beside.font.size, bold=True, color=_INK)
    cell.fill = PatternFill("solid", fgColor=_GROUND)
    sheet.column_dimensions[get_column_letter(column)].width = _WIDTH


def _write(cell: Any, text: str) -> None:
    """A message, as text whatever it begins with."""
    cell.value = clean(text)
    cell.data_type = "s"
    cell.font = Font(color=_INK, size=10)
    cell.alignment = Alignment(wrap_text=True, vertical="center")
    cell.protection = Protection(locked=False)


def _note(text: str, words: dict[str, str]) -> Comment:
    note = Comment(clean(text)[:_LONGEST_NOTE], words["author"])
    note.width, note.height = 320, 40 + 20 * (1 + len(text) // 22 + text.count("\n"))
    return note


def _top(sheet: Worksheet, place: str) -> Cell:
    """The cell, or the first of the merged area that it belongs to."""
    cell = sheet[place]
    if not isinstance(cell, MergedCell):
        return cell
    for area in sheet.merged_cells.ranges:
        if place in area:
            return sheet.cell(area.min_row, area.min_col)
    raise ValueError(place)
