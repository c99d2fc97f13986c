"""The return workbook as it goes out: prefilled, open where it is filled in, with dropdowns, notes and a hidden stamp.

For a county or unit as a table of a month, for one project as a slip. The same facts give the same bytes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from typing import Any, Final

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portfolio.clock import SHANGHAI
from portfolio.sheets.book import A3, A4, Book, Properties
from portfolio.sheets.columns import Column, Entry, Kind
from portfolio.sheets.sheet import Item
from projects.core.money import MoneyUnit, table_form
from projects.core.periods import Period
from projects.intake import template_tables as tables
from projects.intake.return_columns import FIGURES, KINDS_NAME, LABELS, NOTES, RETURN, TOKEN_SHEET
from projects.intake.return_rows import prefilled, token_of
from projects.intake.return_token import stamped
from projects.models import ProblemKind, Provenance
from projects.queries.return_sheet import Reported

TABLE, SLIP = "table", "slip"
_TALL: Final = {"physical_text": 3, "problem_text": 4, "reason": 2}


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for: whose returns (a name), which month (and in words), due by when, as of `moment`."""

    who: str
    period: Period
    month: str
    due_on: date | None
    moment: datetime


def return_workbook(rows: Sequence[Reported], order: Order) -> bytes:
    """The month's table of a county or unit: a row a project, a sheet of milestones."""
    title = _("Return of key projects, %(who)s, %(month)s") % {"who": order.who, "month": order.month}
    return _workbook(list(rows), order, title + _mark(rows), TABLE)


def return_slip(row: Reported, order: Order) -> bytes:
    """The slip of one project, for a firm without an account."""
    title = _("Return slip of a key project, %(month)s") % {"month": order.month}
    return _workbook([row], order, title + _mark([row]), SLIP)


def _mark(rows: Sequence[Reported]) -> str:
    """Invented data says so in the title as well."""
    return "（示例）" if any(row.project.provenance == Provenance.DEMO for row in rows) else ""


def _workbook(rows: list[Reported], order: Order, title: str, layout: str) -> bytes:
    author, footer = _("Key-project tracker"), _("Page &P of &N")
    out = BytesIO()
    mark = _("Demonstration data, invented") if _mark(rows) else ""
    with Book(Properties(title, get_language() or "", order.moment, SHANGHAI, author, footer, mark)) as book:
        paper = A3 if layout == TABLE else A4
        if layout == TABLE:
            tables.return_sheet(book, rows, title, _over(order))
        else:
            _slip_sheet(book, rows[0], title, order)
        tables.milestone_sheet(book, rows, title, paper)
        _advice(book, paper)
        _choices(book)
        _stamp(book, rows, order, layout)
        book.save(out)
    return out.getvalue()


def _over(order: Order) -> tuple[str, str]:
    """The line over the table: who reports until when; the unit."""
    left = _("Reported by: %(who)s · due on %(due)s") % {"who": order.who, "due": _due(order)}
    return left, _("Unit of money: %(unit)s") % {"unit": _("10,000 yuan")}


def _due(order: Order) -> str:
    return order.due_on.isoformat() if order.due_on else "—"


# ---- the slip


def _slip_sheet(book: Book, row: Reported, title: str, order: Order) -> None:
    sheet = book.sheet(_("Return"), [22, 30, 30], paper=A4, one_page=True, upright=True)
    sheet.title(title)
    sheet.line("", _over(order)[1])
    sheet.facts(_known(row, order))
    sheet.space()
    sheet.subtitle(_("To fill in"))
    values, columns = prefilled(row), {column.key: column for column in RETURN}
    shown = {**values, "problem_kind": tables.kind_name(values["problem_kind"])}
    at = sheet.form(
        Item(
            LABELS[key], columns[key], Entry(shown[key]) if row.is_with_unit else shown[key], NOTES[key],
            _TALL.get(key, 1),
        )
        for key in FIGURES
    )  # fmt: skip
    for key, line in zip(FIGURES, at, strict=True):
        tables.lay_rule(sheet, key, "B", [line])
    sheet.space()
    sheet.note(_("Filled in by: ____________    Telephone: ____________    Head of the unit: ____________    Seal"))
    sheet.protect()


def _known(row: Reported, order: Order) -> list[tuple[Any, str]]:
    """What is known already and cannot be changed here."""
    project = row.project
    words = row.entry.returned_words if row.entry else ""
    facts: list[tuple[Any, str]] = [
        (LABELS["code"], project.code),
        (LABELS["name"], project.name),
        (_("Project unit"), project.owner.name if project.owner else "—"),
        (_("Month"), _("%(month)s, due on %(due)s") % {"month": order.month, "due": _due(order)}),
        (LABELS["plan"], _in_wan(row.plan)),
        (_("Before this month, cumulative"), _in_wan(row.before)),
        *([(_("Returned, because"), words)] if words else []),
    ]
    return facts


def _in_wan(yuan: int | None) -> str:
    if yuan is None:
        return "—"
    return table_form(yuan, MoneyUnit.WAN, 2, grouped=True)


# ---- what both have


def _advice(book: Book, paper: int) -> None:
    sheet = book.sheet(_("How to fill in"), [24, 92], paper=paper)
    sheet.title(_("How to fill in"))
    sheet.facts(
        [
            (_("Where"), _("In the light yellow cells alone. All others are protected and are not read.")),
            (
                _("Amounts"),
                _("In 10,000 yuan, up to four decimals. An amount with its unit, such as 1.2亿元, is read as well."),
            ),
            (
                _("This month"),
                _("Type the month or the cumulative figure; the other follows. Where both are typed they must agree."),
            ),
            *((LABELS[key], NOTES[key]) for key in FIGURES if key != "month"),
            (_("Milestones"), _("Asked for is what is overdue, and the next two. A date is written as 2024-01-08.")),
            (
                _("Nothing to report"),
                _("Leave the whole row as it is: it is not submitted, and the month still waits for it."),
            ),
            (
                _("Sending back"),
                _(
                    "Save it as .xlsx and upload it under Imports. Everything that is wrong is shown at once, and "
                    "nothing is written before you have seen what changes."
                ),
            ),
        ]
    )
    sheet.protect()


def _choices(book: Book) -> None:
    """The one sheet that every dropdown reads."""
    sheet = book.sheet(_("Choices"), [20])
    placed = sheet.table((Column("kind", LABELS["problem_kind"]),), [[kind.label] for kind in ProblemKind])
    book.name_area(KINDS_NAME, placed.area("kind"))
    sheet.protect()
    sheet.hide()


def _stamp(book: Book, rows: list[Reported], order: Order, layout: str) -> None:
    sheet = book.sheet(TOKEN_SHEET, [20])
    column = Column("stamp", TOKEN_SHEET, Kind.CODE)
    sheet.table((column,), [[text] for text in stamped(token_of(rows, str(order.period), layout))])
    sheet.protect()
    sheet.hide(deep=True)
