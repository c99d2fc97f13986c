"""The month as a table to type into: what each cell shows at first, what was typed, and what is said of it.

A row is read by the same form and doubted by the same rules as a return that is entered alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from projects.actions.drafts import Answer, Draft, Outcome
from projects.actions.return_doubts import doubts, remarks
from projects.actions.returns import FIGURES, ReturnEntry, ReturnFigures
from projects.core.money import MoneyError, MoneyUnit, parse_optional_money
from projects.core.rounding import fixed
from projects.forms.returns import MISSING, ReturnForm
from projects.models import ProblemKind
from projects.queries.grid import WORDS, GridRow

AMOUNTS = ("month", "invested", "statistics", "funds_arrived", "funds_paid")
CELLS = (*AMOUNTS, "physical_percent", "physical_text", "problem_kind", "problem_text")
TYPED = (*CELLS, "reason")
LONGEST = 2_000  # characters kept of a cell; a text that is too long for a return is still kept as a draft
HEADS: dict[str, tuple[str | Promise, str | Promise]] = {
    "month": (_("This month"), ""),
    "invested": (_("Cumulative this year"), ""),
    "statistics": (_("Entered into statistics"), _("cumulative")),
    "funds_arrived": (_("Funds arrived"), _("cumulative")),
    "funds_paid": (_("Funds paid"), _("cumulative")),
    "physical_percent": (_("Progress"), "%"),
    "physical_text": (_("Physical progress in words"), ""),
    "problem_kind": (_("Kind of problem"), ""),
    "problem_text": (_("Problems, and what is asked of whom"), ""),
}

KEYS: tuple[tuple[Any, Any], ...] = (
    ("Enter · Shift+Enter", _("down, up")),
    ("Tab · Shift+Tab", _("to the next cell, to the one before")),
    ("← → ↑ ↓", _("to the cell beside, once the end of the text is reached")),
    ("F2", _("write within the cell instead of anew")),
    ("Esc", _("take back what was typed into the cell")),
    ("Alt+Enter", _("a new line within a text")),
    (_("Space"), _("tick a row, open a choice")),
    ("Ctrl+V", _("paste a block from Excel from here on")),
    ("Ctrl+S", _("keep at once")),
)

# What the script of the page says; it has no words of its own.
WORDS_OF_THE_PAGE: dict[str, Any] = {
    "kept": _("All is kept as draft. %(time)s"),
    "keeping": _("Keeping…"),
    "waiting": _("Rows not kept yet: %(count)s."),
    "offline": _("No connection. What you type stays on this computer and is sent when the connection is back."),
    "signed_out": _("You are signed out. What you type stays on this computer: sign in again and open this page."),
    "failed": _("The server could not keep it. What you type stays on this computer; it is tried again."),
    "row_kept": _("kept %(time)s"),
    "row_waiting": _("not kept yet"),
    "row_both": _("two values: choose"),
    "by": _("%(who)s changed this return meanwhile. Where both of you typed, choose:"),
    "merged": _("%(who)s changed marked cells of this return."),
    "theirs": _("Take: %(value)s"),
    "yours": _("Keep mine: %(value)s"),
    "empty": _("empty"),
    "closed": _("This return was submitted meanwhile. What you typed was not taken: %(values)s"),
    "not_an_amount": _("“%(text)s” is not an amount. Write a number, such as 1,250.5."),
    "not_a_percent": _("“%(text)s” is not a whole percent from 0 to 100."),
    "pasted": _("Cells pasted: %(cells)s."),
    "columns_left": _("Columns that did not fit and were left out: %(count)s."),
    "rows_left": _("Rows that did not fit and were left out: %(count)s."),
    "closed_left": _("Rows that are submitted already and stay as they are: %(count)s."),
    "kind_left": _("“%(text)s” is no kind of problem and was left out."),
    "undone": _("The pasted block was taken out again."),
    "back": _("What you typed earlier on this computer is back. Rows: %(count)s."),
    "not_submitted": _("Nothing was submitted: there is no connection. Your figures stay on this computer."),
    "choose_first": _("Nothing was submitted: choose between both values first."),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is said of a cell. Level: wrong (cannot be), doubt (asks for a reason), remark (asks nothing)."""

    field: str
    level: str
    sentence: str

    @property
    def head(self) -> Any:
        """The column that it is about."""
        return HEADS[self.field][0] if self.field in HEADS else ""


@dataclass(slots=True)
class Cell:
    """What one cell of the table shows."""

    name: str
    value: str
    kind: str
    yuan: int | None = None
    level: str = ""

    @property
    def head(self) -> str:
        """Its column, with the unit where that is a sign."""
        words, unit = HEADS[self.name]
        return f"{words} {unit}" if unit == "%" else str(words)

    @property
    def said(self) -> str:
        """Its value as people read it."""
        return said(self.name, self.value)

    @property
    def hinders(self) -> bool:
        """Whether what is said of it hinders the submission."""
        return self.level in ("wrong", "doubt")


@dataclass(slots=True)
class Line:
    """A row of the table: what is known, what is typed, what is said of it; `theirs` where somebody was faster."""

    row: GridRow
    values: dict[str, str]
    version: int
    findings: list[Finding] = field(default_factory=list)
    theirs: dict[str, str] = field(default_factory=dict)
    by: str = ""
    chosen: bool = False
    changed: bool = False

    @property
    def cells(self) -> list[Cell]:
        """The cells in the order of the columns."""
        levels = {one.field: one.level for one in reversed(self.findings)}
        return [
            Cell(
                name,
                self.values.get(name, ""),
                _kind(name),
                self.yuan(name) if name in AMOUNTS else None,
                levels.get(name, ""),
            )
            for name in CELLS
        ]

    @property
    def invested(self) -> int | None:
        """The year's figure so far, in yuan."""
        return self.yuan("invested")

    @property
    def is_prefilled(self) -> bool:
        """Whether its words are last month's, not yet looked at."""
        return self.row.is_open and not (self.row.entry and self.row.entry.draft) and self.row.version is None

    @property
    def wants_reason(self) -> bool:
        """Whether a reason is asked for, or one was given."""
        return bool(self.values.get("reason")) or any(one.level == "doubt" for one in self.findings)

    @property
    def both(self) -> list[tuple[Any, str, str]]:
        """Label, theirs, yours of each cell that differs from what somebody else wrote meanwhile."""
        return [
            (HEADS[name][0], said(name, self.theirs.get(name, "")), said(name, self.values.get(name, "")))
            for name in (CELLS if self.theirs else ())
            if self.theirs.get(name, "") != self.values.get(name, "")
        ]

    def yuan(self, name: str) -> int | None:
        """A readable amount, for totals: the year's and the month's figure follow from each other."""
        known = _amount(self.values.get(name, ""))
        if known is None and name == "invested":
            month = _amount(self.values.get("month", ""))
            return None if month is None else self.row.before + month
        if known is None and name == "month":
            invested = _amount(self.values.get("invested", ""))
            return None if invested is None else invested - self.row.before
        return known


def _amount(text: str) -> int | None:
    try:
        return parse_optional_money(text, MoneyUnit.WAN)
    except MoneyError:
        return None


def _kind(name: str) -> str:
    kinds = {"physical_percent": "percent", "problem_kind": "kind"}
    return "amount" if name in AMOUNTS else kinds.get(name, "words")


def said(name: str, value: str) -> str:
    """A cell's value as people read it: a kind of problem in words."""
    return str(dict(ProblemKind.choices).get(value, value)) if name == "problem_kind" else value


def grouped_wan(yuan: int | None) -> str:
    """Yuan as 万元 to the last yuan, thousands set apart, trailing zeros dropped: 14,367.87."""
    if yuan is None:
        return ""
    text = fixed(Fraction(yuan, MoneyUnit.WAN.factor), 4, grouped=True)
    return text.rstrip("0").rstrip(".")


def shown(row: GridRow) -> dict[str, str]:
    """What the row's cells show at first: the draft, else what was submitted, else last month's words."""
    if row.is_open and row.entry is not None and row.entry.draft:
        return _completed(row, {name: str(row.entry.draft.get(name, "")) for name in TYPED})
    if row.version is None:
        return {name: str(row.words.get(name, "")) if name in WORDS else "" for name in TYPED}
    last = row.version
    values = {name: getattr(last, name) for name in FIGURES} | {"month": last.invested - row.before}
    text = {name: grouped_wan(values[name]) for name in AMOUNTS}
    text |= {name: "" if values[name] is None else str(values[name]) for name in CELLS if name not in AMOUNTS}
    return {**text, "reason": ""}


def _completed(row: GridRow, values: dict[str, str]) -> dict[str, str]:
    """A draft that holds one of month and year shows the other as well."""
    month, invested = _amount(values["month"]), _amount(values["invested"])
    if month is not None and not values["invested"]:
        return values | {"invested": grouped_wan(row.before + month)}
    if invested is not None and not values["month"]:
        return values | {"month": grouped_wan(invested - row.before)}
    return values


def form_of(row: GridRow, values: Mapping[str, str]) -> ReturnForm:
    """The row's values in the form of a return that is entered alone."""
    return ReturnForm(dict(values), before=row.before)


def typed(code: str, sent: Mapping[str, Any], *, prefixed: bool = True) -> dict[str, str]:
    """What was typed into a row, every cell of it; without U+0000, which PostgreSQL cannot keep."""
    names = {name: f"{code}-{name}" if prefixed else name for name in TYPED}
    return {
        name: str(sent.get(key) or "").replace("\x00", "").replace("\r\n", "\n").strip()[:LONGEST]
        for name, key in names.items()
    }


def judge(row: GridRow, values: Mapping[str, str], *, finished: bool) -> tuple[list[Finding], ReturnEntry | None]:
    """All that is to be said of a row at once, and the return that it makes where nothing is wrong with it.

    `finished`: whether a figure that is not there yet is an error.
    """
    form = form_of(row, values)
    form.is_valid()
    found = [
        Finding(name if name != "__all__" else "", "wrong", str(error.messages[0]))
        for name, errors in form.errors.as_data().items()
        for error in errors
        if finished or error.code != MISSING
    ]
    invested = form.cleaned_data.get("invested")
    if invested is None or "month" in form.errors:
        return found, None
    figures: dict[str, Any] = {name: form.cleaned_data.get(name) for name in FIGURES}
    figures |= {name: figures[name] or "" for name in WORDS}
    entry = ReturnEntry(
        project=row.code, period=row.period, figures=ReturnFigures(**figures), reason=values.get("reason", "")
    )
    asked = [Finding(one.field, "doubt", str(one.sentence)) for one in doubts(row.project, entry, row.around)]
    noted = [Finding(one.field, "remark", str(one.sentence)) for one in remarks(row.project, entry, row.around)]
    return found + asked + noted, entry if not found else None


def hinders(findings: list[Finding]) -> bool:
    """Whether a row with these findings cannot be submitted yet."""
    return any(one.level != "remark" for one in findings)


def draft_of(line: Line) -> Draft:
    """The row as the action keeps it."""
    return Draft(project=line.row.code, version=line.version, values=line.values)


def take_answer(line: Line, answer: Answer) -> None:
    """Note in the row what became of its draft."""
    if answer.outcome == Outcome.STALE:
        line.theirs, line.by = {name: str(answer.values.get(name, "")) for name in TYPED}, answer.by
    line.version = answer.version
