"""Reads a return workbook that came back: its stamp, then each row's values, with all that cannot be read.

Recognised by headers in any language, so that rows and columns may have moved. What the figures mean against the
register is not known here; nothing is written.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.translation import gettext as _

from portfolio.refusals import Refusal
from projects.core.money import MoneyUnit, is_blank
from projects.intake.book import Book, Sheet, Value, address
from projects.intake.plan import Finding, Recognised
from projects.intake.return_columns import (
    DATES,
    FIGURES,
    LABELS,
    LONGEST,
    STONE,
    TOKEN_SHEET,
    UNIT,
    anchors,
    keys_by_header,
    kinds_by_name,
    plain_header,
)
from projects.intake.return_rows import plain_text
from projects.intake.return_token import PREFIX, Token, read_token
from projects.intake.values import BadValue, parse_amount, parse_day, parse_whole, shown
from projects.models import ProblemKind

_HEAD_ROWS: Final = 15
_TOTALS: Final = frozenset({"合计", "总计", "total"})


@dataclass(slots=True)
class Line:
    """One row as it was read: whose, where, its values by field (yuan, days, texts), and what could not be read.

    `step` is the milestone's, empty for a return.
    """

    code: str
    sheet: str
    row: int
    step: str = ""
    name: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    cells: dict[str, str] = field(default_factory=dict)
    errors: list[Finding] = field(default_factory=list)

    def finding(self, key: str, message: Any, suggestion: Any = "", value: Any = "") -> Finding:
        """Something to say of one of its cells."""
        cell = self.cells.get(key) or next(iter(self.cells.values()), "")
        return Finding(self.sheet, self.row, cell, key, str(message), str(suggestion), shown(value))


@dataclass(slots=True)
class ReadReturn:
    """A return workbook as it was read; `errors` are those of no single project."""

    name: str
    token: Token
    lines: list[Line] = field(default_factory=list)
    stones: list[Line] = field(default_factory=list)
    errors: list[Finding] = field(default_factory=list)
    columns: list[Recognised] = field(default_factory=list)


def read_return(book: Book) -> ReadReturn:
    """Read it. Raises Refusal for a workbook without stamp, with one that was altered, or without its tables."""
    found = ReadReturn(book.name, read_token(_stamp(book)))
    for sheet in book.sheets:
        if sheet.hidden:
            continue
        if found.token.layout == "slip" and not found.lines and (line := _slip(sheet)) is not None:
            _complete(found, line)
            found.lines.append(line)
            found.columns += _slip_columns(line)
        elif (table := _table(sheet)) is not None:
            _take(found, sheet, table)
    if not found.lines:
        raise Refusal(
            _(
                "No table of figures was found in this workbook: its header row is missing. Download the month's "
                "workbook again, copy the figures into it, and upload that."
            )
        )
    _once(found)
    return found


def _stamp(book: Book) -> list[str]:
    sheet = book.sheet(TOKEN_SHEET)
    texts = [str(row[0]) for row in sheet.rows if row and row[0] is not None] if sheet else []
    start = next((at for at, text in enumerate(texts) if text.startswith(PREFIX)), len(texts))
    return texts[start:]


# ---- where things stand


@dataclass(slots=True)
class _Table:
    """A header row, and the column of each field."""

    kind: str
    header: int
    columns: dict[str, int]


def _table(sheet: Sheet) -> _Table | None:
    """The row among the first that names most columns of a table of returns or of milestones."""
    best: _Table | None = None
    for at, cells in enumerate(sheet.rows[: _HEAD_ROWS + 1]):
        # of two rows of headers, the upper one may hold those that span both
        if not any(plain_header(cell) in anchors() for cell in (*cells, *(sheet.rows[at - 1] if at else ()))):
            continue
        row = sheet.first_row + at
        for kind in ("return", "milestones"):
            columns = _columns_of(sheet, row, keys_by_header(kind))
            named = "step" in columns if kind == "milestones" else {"code", "invested"} <= columns.keys()
            if named and (best is None or len(columns) > len(best.columns)):
                best = _Table(kind, row, columns)
    return best


def _columns_of(sheet: Sheet, row: int, keys: Mapping[str, str]) -> dict[str, int]:
    """Fields by column, from a header row and the row of groups over it."""
    found: dict[str, int] = {}
    group = ""
    for column in range(sheet.first_column, sheet.last_column + 1):
        lower = plain_header(sheet.value(row, column) or "")
        upper = plain_header(sheet.value(row - 1, column) or "")
        group = upper or group
        key = keys.get(lower) or keys.get(group + lower) or (keys.get(upper) if not lower else None)
        if key:
            found.setdefault(key, column)
    return found


def _take(found: ReadReturn, sheet: Sheet, table: _Table) -> None:
    """The rows of one table."""
    wanted = FIGURES if table.kind == "return" else STONE
    for key in wanted:
        if key in table.columns:
            letter = address(1, table.columns[key])[:-1]
            unit = MoneyUnit.WAN.symbol if key in UNIT else ""
            found.columns.append(Recognised(key, str(LABELS[key]), unit, sheet.name, letter))
        else:
            message = _("The column “%(column)s” is missing.") % {"column": LABELS[key]}
            advice = _("Download the month's workbook again and copy the figures into it.")
            found.errors.append(Finding(sheet.name, table.header, "", key, message, advice))
    if any(key not in table.columns for key in wanted):
        return
    only = next(iter(found.token.returns), "") if found.token.layout == "slip" else ""
    for line in _lines(sheet, table, only):
        if not line.code:
            found.errors.append(
                line.finding(
                    "code", _("This row has figures and no project code."), _("Write them into the project's row.")
                )
            )
        else:
            (found.lines if table.kind == "return" else found.stones).append(line)


def _lines(sheet: Sheet, table: _Table, only: str) -> Iterator[Line]:
    """Each row under the header that names a project or holds an entry; `only` is the project of a slip."""
    wanted = FIGURES if table.kind == "return" else STONE
    for row in range(table.header + 1, sheet.last_row + 1):
        texts = {
            key: plain_text(sheet.value(row, table.columns[key]) if key in table.columns else "")
            for key in ("code", "name", "step")
        }
        if texts["name"].casefold() in _TOTALS and not texts["code"]:
            continue
        entries = {key: sheet.value(row, table.columns[key]) for key in wanted}
        step = texts["step"] if table.kind == "milestones" else ""
        if not step.isascii():
            continue  # a note under the table
        code = texts["code"] or (only if step else "")
        if not code and (step or all(is_empty(value) for value in entries.values())):
            continue
        line = Line(code, sheet.name, row, step, texts["name"])
        line.cells = {key: address(row, table.columns[key]) for key in (*wanted, "code") if key in table.columns}
        for key, value in entries.items():
            _parse(line, key, value, (row, table.columns[key]) in sheet.uncalculated)
        yield line


def _slip(sheet: Sheet) -> Line | None:
    """The slip of one project: labels in the first column, entries beside them."""
    keys, line, first = keys_by_header("slip"), Line("", sheet.name, 0), sheet.first_column
    for row in range(sheet.first_row, sheet.last_row + 1):
        key = keys.get(plain_header(sheet.value(row, first) or ""))
        if key == "code":
            line.code, line.row = plain_text(sheet.value(row, first + 1)), row
        elif key and key not in line.cells:
            line.cells[key] = address(row, first + 1)
            _parse(line, key, sheet.value(row, first + 1), (row, first + 1) in sheet.uncalculated)
    return line if line.code and {"month", "invested"} <= line.cells.keys() else None


def _complete(found: ReadReturn, line: Line) -> None:
    """Say which rows of the slip are gone; nothing is read from what is not there."""
    for key in FIGURES:
        if key not in line.cells:
            message = _("The row “%(row)s” is missing.") % {"row": LABELS[key]}
            advice = _("Download the month's workbook again and copy the figures into it.")
            found.errors.append(Finding(line.sheet, line.row, "", key, message, advice))
            line.values[key] = None if key in UNIT or key == "physical_percent" else ""


def _slip_columns(line: Line) -> list[Recognised]:
    return [
        Recognised(key, str(LABELS[key]), MoneyUnit.WAN.symbol if key in UNIT else "", line.sheet, cell)
        for key, cell in line.cells.items()
    ]


# ---- what stands there


def is_empty(value: Value) -> bool:
    """Whether a cell says nothing."""
    return value is None or (isinstance(value, str) and is_blank(value))


def _parse(line: Line, key: str, value: Value, uncalculated: bool) -> None:
    """One cell's value, or what is wrong with it."""
    line.values[key] = None if key in DATES or key in UNIT or key == "physical_percent" else ""
    if uncalculated:
        message = _("This formula was saved without a value.")
        line.errors.append(
            line.finding(key, message, _("Write the value itself, or open and save it in WPS or Excel."))
        )
        return
    try:
        line.values[key] = _value(key, value)
    except BadValue as bad:
        line.errors.append(line.finding(key, bad, bad.suggestion, value))


def _value(key: str, value: Value) -> Any:
    """The value of a field. Raises BadValue."""
    if key in UNIT:
        amount = parse_amount(value, MoneyUnit.WAN)
        if amount is not None and amount < 0:
            advice = _("Where the cumulative figure falls, write the cumulative figure alone and the reason.")
            raise BadValue("negative", _("An amount cannot be negative."), advice)
        return amount
    if key == "physical_percent":
        if isinstance(value, float) and 0 < value < 1:
            value = round(value * 100, 6)  # a cell that was given the form of a percent
        if isinstance(value, str):
            value = value.replace("％", "").removesuffix("%")
        return parse_whole(value, low=0, high=100)
    if key in DATES:
        return parse_day(value)
    text = plain_text(value)
    if key == "problem_kind":
        if text and text.casefold() not in kinds_by_name():
            choices = "、".join(str(kind.label) for kind in ProblemKind)
            raise BadValue("no_choice", _("There is no such kind of problem."), _("Choose one of: %s") % choices)
        return kinds_by_name().get(text.casefold(), "")
    if len(text) > LONGEST.get(key, len(text)):
        facts = {"count": len(text), "most": LONGEST[key]}
        raise BadValue("long", _("%(count)s characters; at most %(most)s are kept.") % facts, _("Shorten the text."))
    return text


def _once(found: ReadReturn) -> None:
    """A project or a milestone that stands there twice counts in neither row."""
    for lines in (found.lines, found.stones):
        rows: dict[tuple[str, str], list[Line]] = {}
        for line in lines:
            rows.setdefault((line.code, line.step), []).append(line)
        for twice in rows.values():
            if len(twice) > 1:
                places = ", ".join(str(line.row) for line in twice)
                message = _("%(code)s stands there more than once: rows %(rows)s.") % {
                    "code": twice[0].code,
                    "rows": places,
                }
                twice[0].errors.append(twice[0].finding("code", message, _("Keep one row of it.")))
                for line in twice[1:]:
                    lines.remove(line)
