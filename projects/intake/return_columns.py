"""The columns of a return workbook, its milestones and its slip: what is shown, what is asked, what belongs where.

Written and read back by the same specs, so that a workbook that nobody changed changes nothing.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache, lru_cache
from typing import Any, Final

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from portfolio.sheets.columns import Column, Kind
from projects.core.money import MoneyUnit
from projects.intake import columns
from projects.models import ProblemKind

_WAN: Final = MoneyUnit.WAN
_LONGEST_HEADER: Final = 100
TOKEN_SHEET: Final = "_versions"
KINDS_NAME: Final = "ProblemKinds"
UNIT: Final = {"month", "invested", "statistics", "funds_arrived", "funds_paid"}
"""The amounts that are asked for, in 10,000 yuan."""
LONGEST: Final = {"physical_text": 500, "problem_text": 500, "reason": 300}
TEXTS: Final = (*LONGEST, "problem_kind")
FIGURES: Final = (
    "month", "invested", "statistics", "funds_arrived", "funds_paid",
    "physical_percent", "physical_text", "problem_kind", "problem_text", "reason",
)  # fmt: skip
DATES: Final = ("forecast_on", "actual_on")
STONE: Final = (*DATES, "reason")


def _amount(key: str, header: Any, group: Any = "") -> Column:
    return Column(key, header, Kind.MONEY, _WAN, places=2, spare=2, width=11, group=group)


_YEAR, _MONEY = _("Completed investment"), _("Funds this year")
_PROGRESS, _TROUBLE = _("Physical progress"), _("Problems")

_PROJECT: Final = (columns.NUMBER.wide(5), columns.CODE.wide(11), columns.NAME.wide(27))
RETURN: Final = (
    *_PROJECT,
    Column("state", _("Where it stands"), Kind.MARK, width=8),
    replace(columns.PLAN, places=2, spare=2, width=11),
    _amount("before", _("Before this month, cumulative"), _YEAR),
    _amount("month", _("This month"), _YEAR),
    _amount("invested", _("This year, cumulative"), _YEAR),
    _amount("statistics", _("Entered into statistics this year")),
    _amount("funds_arrived", _("Arrived"), _MONEY),
    _amount("funds_paid", _("Paid"), _MONEY),
    Column("physical_percent", _("Percent"), Kind.WHOLE, width=6, group=_PROGRESS),
    Column("physical_text", _("In words"), width=22, group=_PROGRESS),
    Column("problem_kind", _("Kind"), Kind.MARK, width=9, group=_TROUBLE),
    Column("problem_text", _("What, and what is asked of whom"), width=22, group=_TROUBLE),
    Column("reason", _("Reason where a figure is asked about"), width=14),
    Column("check", _("Check"), Kind.MARK, width=11),
)
MILESTONES: Final = (
    *_PROJECT,
    columns.STEP,
    columns.MILESTONE,
    columns.BASELINE,
    columns.PLANNED,
    columns.DUE,
    Column("status", _("State of the milestone"), Kind.LIGHT, width=14),
    columns.FORECAST,
    columns.ACTUAL,
    Column("reason", _("Reason where a recorded date changes"), width=26),
)

NOTES: Final[Mapping[str, Any]] = {
    "month": _(
        "Completed in this month alone, in 10,000 yuan. Type this or the cumulative figure; 0 if nothing was completed."
    ),
    "invested": _("Completed from 1 January to the end of this month, in 10,000 yuan. Before this month + this month."),
    "statistics": _(
        "As the statistics office has it this year, in 10,000 yuan; never worked out from the figures beside it."
    ),
    "funds_arrived": _("Money that has arrived since 1 January, from all sources, in 10,000 yuan."),
    "funds_paid": _("Money that was paid out since 1 January, in 10,000 yuan."),
    "physical_percent": _("How much of the works stands, 0 to 100."),
    "physical_text": _("What stands at the end of the month, in a sentence. Last month's text is there to go on from."),
    "problem_kind": _("Choose from the list; needed where a problem is described."),
    "problem_text": _("What holds the project up, and what is asked of whom by when. Empty it when it is solved."),
    "reason": _(
        "Needed where the cumulative figure falls, a month is ten times what is usual, or an amount is above the whole "
        "project."
    ),
    "forecast_on": _("Your own estimate, such as 2024-03-31. It moves no deadline."),
    "actual_on": _("The day on which it was reached, such as 2024-01-08; not in the future."),
    "stone_reason": _("Needed where a date that was recorded before changes."),
}

LABELS: Final[Mapping[str, Any]] = {
    column.key: column.header if not column.group else column.group for column in (*RETURN, *MILESTONES)
} | {
    "month": _("Completed in the month"),
    "invested": _("Completed this year"),
    "statistics": _("Entered into statistics this year"),
    "funds_arrived": _("Funds arrived this year"),
    "funds_paid": _("Funds paid this year"),
    "physical_percent": _("Physical progress, percent"),
    "physical_text": _("Physical progress in words"),
    "problem_kind": _("Kind of problem"),
    "problem_text": _("Problems, and what is asked of whom"),
    "reason": _("Reason"),
    "forecast_on": _("Expected on"),
    "actual_on": _("Done on"),
}
"""What a field is called where it stands alone: on the slip, in a message."""


@cache
def keys_by_header(sheet: str) -> Mapping[str, str]:
    """The key of each header of `return`, `milestones` or `slip`, in every language in which workbooks are written."""
    found: dict[str, str] = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            if sheet == "slip":
                found |= {plain_header(str(LABELS[key])): key for key in ("code", *FIGURES)}
            else:
                found |= {
                    plain_header(f"{column.group}{column.header}"): column.key
                    for column in (RETURN if sheet == "return" else MILESTONES)
                }
    return found


@cache
def kinds_by_name() -> Mapping[str, str]:
    """The code of each kind of problem by its name in every language, and by itself."""
    found = {str(code): str(code) for code in ProblemKind.values}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            found |= {str(kind.label).casefold(): str(kind.value) for kind in ProblemKind}
    return found


def plain_header(text: Any) -> str:
    """A header without spaces, line ends and the unit behind it; nothing for what is no text or too long for one."""
    return _plain(text) if isinstance(text, str) and len(text) <= _LONGEST_HEADER else ""


@lru_cache(maxsize=4096)
def _plain(text: str) -> str:
    return "".join(text.split()).casefold().removesuffix("（万元）").removesuffix("(10,000yuan)")


@cache
def anchors() -> frozenset[str]:
    """Headers without one of which a row is no header row: project code and step, in every language."""
    keys = {**keys_by_header("return"), **keys_by_header("milestones")}
    return frozenset(header for header, key in keys.items() if key in ("code", "step"))
