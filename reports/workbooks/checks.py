"""The check sheet: every printed total beside the formula that works it out again, and their difference."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portfolio.sheets.cells import Formula
from portfolio.sheets.columns import Column, Kind
from portfolio.sheets.sheet import Layout
from reports.workbooks import words
from reports.workbooks.registry import Check, Making, SheetSpec

NUMBER = Kind.PLAIN
ONE_PAGE = 45
"""So many checks can still be read when they are printed on one page."""
COLUMNS = (
    Column("number", gettext_lazy("Check no."), Kind.ORDINAL, width=8, value=lambda row: row[0]),
    Column("what", gettext_lazy("What is checked"), width=64, value=lambda row: row[1].what),
    Column("where", gettext_lazy("Sheet"), width=18, value=lambda row: row[1].where),
    Column("printed", gettext_lazy("Printed"), NUMBER, width=18, blank="", value=lambda row: _printed(row[1])),
    Column("again", gettext_lazy("Worked out again"), NUMBER, width=18, blank="", value=lambda row: _again(row[1])),
    Column("difference", gettext_lazy("Difference"), NUMBER, width=14, value=lambda row: row[2]),
    Column("verdict", gettext_lazy("Verdict"), Kind.MARK, width=12, value=lambda row: row[3]),
)


def draw(making: Making, spec: SheetSpec) -> None:
    """One row for each check; the total is the sum of all differences."""
    first = 5  # title, line, statement and header stand above the first row
    rows = [(number, check, *_verdict(check, first + number - 1)) for number, check in enumerate(making.checks, 1)]
    values = [[column.of(row) for column in COLUMNS] for row in rows]
    sheet = making.book.table_sheet(str(spec.title), COLUMNS, values, one_page=len(rows) <= ONE_PAGE)
    sheet.title(_("Check of printed totals") + words.until(making.frame.period))
    sheet.line(words.basis_line(making.frame), "")
    sheet.statement(
        _("Each formula reads cells of the other sheets; F9 works them out anew. Every difference must be 0.")
    )
    last = first + len(rows) - 1
    letters = {column.key: "ABCDEFG"[at] for at, column in enumerate(COLUMNS)}
    spread = f"SUMPRODUCT(ABS({letters['difference']}{first}:{letters['difference']}{last}))"
    total: list[Any] = [None] * len(COLUMNS)
    total[1] = _("Sum of all differences")
    total[5] = Formula(spread, Decimal(0))
    total[6] = Formula(_agree(f"{letters['difference']}{last + 1}"), _("agrees"))
    placed = sheet.table(COLUMNS, values, Layout(bottom=total))
    if placed.first != first:
        raise AssertionError(f"the checks stand in row {placed.first}, their formulas say {first}")
    making.placed[spec.key] = placed
    making.rows[spec.key] = len(rows)


def _printed(check: Check) -> Formula:
    return Formula(check.printed, check.value, check.number)


def _again(check: Check) -> Formula:
    return Formula(check.formula, check.value, check.number)


def _verdict(check: Check, row: int) -> tuple[Formula, Formula]:
    """Their difference, and in a word whether they agree; two texts agree when they are the same."""
    if isinstance(check.value, str):
        return Formula(f"IF(D{row}=E{row},0,1)", 0), Formula(_agree(f"F{row}"), _("agrees"))
    return Formula(f"ROUND(D{row}-E{row},{check.places})", 0), Formula(_agree(f"F{row}"), _("agrees"))


def _agree(cell: str) -> str:
    words_of = (_("agrees").replace('"', '""'), _("differs").replace('"', '""'))
    return f'IF({cell}=0,"{words_of[0]}","{words_of[1]}")'


CHECKS_SHEET = SheetSpec(key="checks", title=gettext_lazy("Check sheet"), columns=COLUMNS, draw=draw, stage=3)
