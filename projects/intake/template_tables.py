"""The tables of a return workbook: a row a project, and the milestones that are asked for."""

from collections.abc import Sequence
from typing import Any, Final

from django.utils.translation import gettext as _

from portfolio.clock import SHANGHAI
from portfolio.sheets.book import A3, Book
from portfolio.sheets.cells import Formula, as_decimal
from portfolio.sheets.columns import Column, Entry, Lit
from portfolio.sheets.filling import LONGEST_TITLE, Bound, chosen_from
from portfolio.sheets.sheet import Layout, Placed, Sheet, measure
from projects.core.money import MoneyUnit
from projects.core.schedule import MilestoneStatus
from projects.intake import return_rows
from projects.intake.return_columns import (
    DATES,
    FIGURES,
    KINDS_NAME,
    LABELS,
    LONGEST,
    MILESTONES,
    NOTES,
    RETURN,
    UNIT,
)
from projects.intake.return_rows import checked, prefilled
from projects.models import ProblemKind, ReturnState
from projects.queries.page import Stone
from projects.queries.return_sheet import Reported

SUMMED: Final = ("plan", "before", "month", "invested", "statistics", "funds_arrived", "funds_paid")
HEAD: Final = 4
"""Rows over the body: title, line, two rows of headers."""
_2000: Final = "36526"
"""1 January 2000 as worksheets count days."""
BRIEF: Final = ("step", "title", "planned_on", "due_on", "status", "forecast_on", "actual_on", "reason")
"""The columns of milestones on a slip: its project stands over them."""


def return_sheet(book: Book, rows: Sequence[Reported], title: str, over: tuple[str, str]) -> None:
    """The month's table; only the rows that still lie with their unit are open."""
    values = [prefilled(row) for row in rows]
    cells = [_cells(at, row, values[at - 1], HEAD + at) for at, row in enumerate(rows, 1)]
    sums = _sums(values, rows)
    sheet = _sheet(book, _("Return"), _roomy(sums), cells, A3)
    sheet.title(title)
    sheet.line(*over)
    placed = sheet.table(RETURN, cells, Layout(bottom=sums, frozen=3))
    if placed.first != HEAD + 1:
        raise AssertionError("the formulas of the return sheet stand in other rows")
    grouped = {column.key for column in RETURN if column.group}  # other headers span both rows
    open_rows = [placed.first + at for at, row in enumerate(rows) if row.is_with_unit]
    for key in FIGURES:
        lay_rule(sheet, key, placed.letters[key], open_rows)
        sheet.note_at(f"{placed.letters[key]}{HEAD if key in grouped else HEAD - 1}", NOTES[key])
    _notes_on_returned(sheet, rows, placed)
    _foot(sheet)
    sheet.protect()


def milestone_sheet(book: Book, rows: Sequence[Reported], title: str, paper: int) -> None:
    """What is overdue and the next two of each project; expected and done are asked for."""
    stones = [(row, stone) for row in rows for stone in row.stones]
    columns = [column for column in MILESTONES if paper == A3 or column.key in BRIEF]
    cells = [_stone_cells(at, row, stone, columns) for at, (row, stone) in enumerate(stones, 1)]
    sheet = _sheet(book, _("Milestones"), columns, cells, paper)
    sheet.title(title)
    sheet.line(_("Milestones: what is overdue, and the next two of each project"), "")
    placed = sheet.table(columns, cells, Layout(frozen=3 if paper == A3 else 0))
    lines = list(range(placed.first, placed.last + 1))
    for key in (*DATES, "reason"):
        lay_rule(sheet, key, placed.letters[key], lines)
        sheet.note_at(f"{placed.letters[key]}{placed.first - 1}", NOTES["stone_reason" if key == "reason" else key])
    if not stones:
        sheet.note(_("No milestone is open."))
    sheet.protect()


def kind_name(code: Any) -> Any:
    """A kind of problem in words; what is no kind stays what it is."""
    return str(ProblemKind(code).label) if code in ProblemKind.values else code


def lay_rule(sheet: Sheet, key: str, letter: str, rows: Sequence[int]) -> None:
    """The rule of a field's open cells."""
    title = str(LABELS[key])
    if len(title) > LONGEST_TITLE:  # so much room has Excel above what a rule says
        title = f"{title[: LONGEST_TITLE - 1]}…"
    if key in UNIT:
        error = _(
            "This is no number. Write an amount in 10,000 yuan, such as 1250.5; text with a unit is read on upload."
        )
        sheet.bound(letter, rows, Bound("decimal", "0", "", "greaterThanOrEqual", title, error, strict=False))
    elif key == "physical_percent":
        sheet.bound(letter, rows, Bound("whole", "0", "100", title=title, error=_("A whole number from 0 to 100.")))
    elif key == "problem_kind":
        sheet.bound(letter, rows, chosen_from(KINDS_NAME, title=title, error=_("Choose one from the list.")))
    elif key in DATES:
        error = _("Write a day as 2024-01-08.")
        sheet.bound(letter, rows, Bound("date", _2000, "", "greaterThanOrEqual", title, error, strict=False))
    elif key in LONGEST:
        error = _("At most %(count)s characters.") % {"count": LONGEST[key]}
        sheet.bound(letter, rows, Bound("textLength", str(LONGEST[key]), "", "lessThanOrEqual", title, error))


def _titled(key: str) -> str:
    """What a field is called, as short as the title of a message has to be."""
    label = str(LABELS[key])
    return label if len(label) <= LONGEST_TITLE else f"{label[: LONGEST_TITLE - 1]}…"


def _sheet(book: Book, name: str, columns: Sequence[Column], cells: Sequence[Sequence[Any]], paper: int) -> Sheet:
    shown = [[value.value if isinstance(value, Entry) else value for value in row] for row in cells]
    return book.sheet(name, list(measure(columns, shown, SHANGHAI, book.styles)), paper=paper)


def _cells(number: int, row: Reported, values: dict[str, Any], line: int) -> list[Any]:
    shown = {**values, "problem_kind": kind_name(values["problem_kind"])}
    asked = [Entry(shown[key]) if row.is_with_unit else shown[key] for key in FIGURES]
    check = _check(values, row.before, line) if row.is_with_unit else _("Handed in")
    return [number, row.project.code, row.project.name, _state(row), row.plan, row.before, *asked, check]


def _state(row: Reported) -> str:
    """To be filled in, a draft, returned, or already with the next desk."""
    if row.entry is None or (row.entry.state == ReturnState.DRAFT and not row.entry.draft):
        return _("To be filled in")
    return str(row.entry.get_state_display())


def _check(values: dict[str, Any], before: int, line: int) -> Formula:
    """What the check column works out, and what it comes to now."""
    unfilled, falls, differs, text, good = (
        f'"{word}"'
        for word in (
            return_rows.UNFILLED,
            return_rows.FALLS,
            return_rows.DIFFERS,
            return_rows.AS_TEXT,
            return_rows.GOOD,
        )
    )
    past, month, year = (f"{_letter(key)}{line}" for key in ("before", "month", "invested"))
    expression = (
        f'IF(AND({month}="",{year}=""),{unfilled},'
        f"IF(OR(ISTEXT({month}),ISTEXT({year})),{text},"
        f'IF(AND({month}<>"",{year}<>""),IF(ROUND({past}+{month}-{year},4)<>0,{differs},IF({year}<{past},{falls},{good})),'
        f'IF({year}="",{good},IF({year}<{past},{falls},{good})))))'
    )
    return Formula(expression, str(checked(values, before)))


def _letter(key: str) -> str:
    return "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[next(at for at, column in enumerate(RETURN) if column.key == key)]


def _sums(values: Sequence[dict[str, Any]], rows: Sequence[Reported]) -> list[Any]:
    """The totals row: formulas, so that it follows what is typed."""
    first, last = HEAD + 1, HEAD + max(len(rows), 1)
    line: list[Any] = []
    for column in RETURN:
        if column.key == "name":
            line.append(_("Total"))
        elif column.key in SUMMED:
            said = [getattr(row, column.key) for row in rows] if column.key in ("plan", "before") else []
            said = said or [value[column.key] for value in values]
            total = sum(value for value in said if isinstance(value, int))
            letter = _letter(column.key)
            line.append(Formula(f"SUM({letter}{first}:{letter}{last})", as_decimal(total) / MoneyUnit.WAN.factor))
        else:
            line.append("")
    return line


def _roomy(sums: Sequence[Any]) -> list[Column]:
    """The columns, those that are summed as wide as the largest total is in print; what is filled in comes near it."""
    totals = [line.value for line in sums if isinstance(line, Formula) and not isinstance(line.value, str)]
    room = max(len(f"{total:,.2f}") for total in totals) + 2.0
    return [column.wide(max(column.width or 0, room)) if column.key in SUMMED else column for column in RETURN]


def _notes_on_returned(sheet: Sheet, rows: Sequence[Reported], placed: Placed) -> None:
    """A return that came back carries the words with which it did."""
    for at, row in enumerate(rows):
        if row.entry and row.entry.returned_words:
            words = _("Returned: %(words)s") % {"words": row.entry.returned_words}
            sheet.note_at(f"{placed.letters['state']}{placed.first + at}", words)


def _foot(sheet: Sheet) -> None:
    sheet.note(
        _(
            "Notes: 1. Fill in the light yellow cells; all others are protected. 2. This month or this year: one is "
            "enough. 3. A row that is left as it is, is not submitted. 4. Amounts are in 10,000 yuan; a total adds up "
            "what is typed as numbers."
        )
    )
    sheet.space()
    sheet.note(
        _(
            "Filled in by: ____________    Checked by: ____________    Head of the unit: ____________    "
            "Date: ____________"
        )
    )


_STATES: Final = {MilestoneStatus.OVERDUE: "red", MilestoneStatus.DUE_SOON: "yellow"}


def _stone_cells(number: int, row: Reported, stone: Stone, columns: Sequence[Column]) -> list[Any]:
    milestone = stone.row
    if stone.status == MilestoneStatus.OVERDUE:
        words = _("Overdue, %(days)s working days") % {"days": stone.late} if stone.late else _("Overdue")
    else:
        words = _("Due soon") if stone.status == MilestoneStatus.DUE_SOON else _("Not due yet")
    said: dict[str, Any] = {
        "number": number,
        "code": row.project.code,
        "name": row.project.name,
        "step": milestone.step.code,
        "title": milestone.step.name,
        "baseline_on": milestone.baseline_on,
        "planned_on": milestone.planned_on,
        "due_on": milestone.due_on,
        "status": Lit(words, _STATES.get(stone.status, "none")),
        "forecast_on": Entry(milestone.forecast_on),
        "actual_on": Entry(milestone.actual_on),
        "reason": Entry(""),
    }
    return [said[column.key] for column in columns]
