"""What the open cells of a return workbook hold when it goes out, and how its rows are known again: plain values.

Amounts are integer yuan, dates are dates, a choice is its code; what could not be read stays the text that was typed.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from projects.core.money import MoneyError, MoneyUnit, is_blank, parse_optional_money
from projects.intake.return_columns import FIGURES, TEXTS, UNIT
from projects.intake.return_token import Token, fingerprint
from projects.intake.values import as_text
from projects.models import Milestone, ReturnVersion
from projects.queries.return_sheet import Reported

UNFILLED, FALLS, DIFFERS, AS_TEXT, GOOD = (
    _("not filled in"),
    _("falls: say why"),
    _("the two figures differ"),
    _("a text: read on upload"),
    _("can be uploaded"),
)
"""What the check column says of a row."""


def prefilled(row: Reported) -> dict[str, Any]:
    """What a person finds in the open cells: the kept draft, else what was submitted, else last month's words."""
    said = _said(row)
    return {name: plain_text(value) if name in TEXTS else value for name, value in said.items()}


def plain_text(value: Any) -> str:
    """A text as it is kept, whether it came from a form or a cell: without spaces around it; “/” and “—” are none."""
    text = as_text(value).replace("\r\n", "\n").replace("\r", "\n").strip()
    return "" if is_blank(text) else text


def _said(row: Reported) -> dict[str, Any]:
    if row.is_with_unit and row.entry and row.entry.draft:
        return _of_draft(row.entry.draft)
    if row.last is not None:
        return of_version(row.last, row.before)
    if row.former is None or not row.is_with_unit:
        return dict.fromkeys(FIGURES)
    words = {name: getattr(row.former, name) for name in ("physical_text", "problem_kind", "problem_text")}
    return {**dict.fromkeys(FIGURES), **words}


def of_version(version: ReturnVersion, before: int) -> dict[str, Any]:
    """A submitted version as the cells say it; its reason was that version's own, and is asked for anew."""
    values = {name: getattr(version, name) for name in FIGURES if name not in ("month", "reason")}
    month = version.invested - before
    return {**values, "month": month if month >= 0 else None, "reason": ""}


def _of_draft(draft: Mapping[str, Any]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name in FIGURES:
        typed = draft.get(name)
        values[name] = typed
        if name in UNIT and isinstance(typed, str):
            try:
                values[name] = parse_optional_money(typed, MoneyUnit.WAN)
            except MoneyError:
                values[name] = typed.strip()
        elif name == "physical_percent" and isinstance(typed, str):
            values[name] = int(typed) if typed.isascii() and typed.isdigit() else typed.strip() or None
    return values


def of_stone(milestone: Milestone) -> dict[str, Any]:
    """A milestone's dates as the cells say them."""
    return {"forecast_on": milestone.forecast_on, "actual_on": milestone.actual_on, "reason": ""}


def token_of(rows: list[Reported], period: str, layout: str) -> Token:
    """The stamp of a workbook with these rows."""
    return Token(
        period=period,
        layout=layout,
        returns={row.project.code: (row.version, fingerprint(prefilled(row))) for row in rows},
        stones={
            f"{row.project.code}/{stone.row.step.code}": (stone.row.version, fingerprint(of_stone(stone.row)))
            for row in rows
            for stone in row.stones
        },
    )


def checked(values: Mapping[str, Any], before: int) -> Any:
    """What the check column says of a row, as its formula works it out."""
    month, invested = values["month"], values["invested"]
    if month is None and invested is None:
        return UNFILLED
    if isinstance(month, str) or isinstance(invested, str):
        return AS_TEXT
    if month is not None and invested is not None and before + month != invested:
        return DIFFERS
    return FALLS if invested is not None and invested < before else GOOD


def iso(value: Any) -> Any:
    """A value as plan and page keep it: days as ISO texts."""
    return value.isoformat() if isinstance(value, date) else value
