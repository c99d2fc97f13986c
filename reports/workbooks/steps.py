"""Sheets of milestones: those overdue, and all of them."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portfolio.sheets.columns import Lit
from portfolio.sheets.sheet import Placed
from projects.core.schedule import MilestoneStatus
from projects.intake import columns as shared
from reports.queries.snapshot import Snapshot
from reports.workbooks.registry import COUNT, Check, Making, TableSpec
from reports.workbooks.rows import StepRow

STATES = {
    MilestoneStatus.PENDING: (gettext_lazy("Not done"), "none"),
    MilestoneStatus.DUE_SOON: (gettext_lazy("Due soon"), "none"),
    MilestoneStatus.OVERDUE: (gettext_lazy("Overdue"), "red"),
    MilestoneStatus.DONE: (gettext_lazy("Done on time"), "green"),
    MilestoneStatus.DONE_LATE: (gettext_lazy("Done late"), "yellow"),
}

_COLUMNS = {
    column.key: column
    for column in (
        shared.NUMBER.reads(lambda row: row.number),
        shared.CODE.reads(lambda row: row.step.project_code),
        shared.NAME.reads(lambda row: row.step.project_name),
        shared.DIVISION.reads(lambda row: row.line.division.name if row.line.division else ""),
        shared.STEP.reads(lambda row: row.step.code),
        shared.MILESTONE.reads(lambda row: row.step.title),
        shared.BASELINE.reads(lambda row: row.step.baseline_on),
        shared.PLANNED.reads(lambda row: row.step.facts.planned_on),
        shared.DUE.reads(lambda row: row.step.facts.due_on),
        shared.FORECAST.reads(lambda row: row.step.facts.forecast_on),
        shared.ACTUAL.reads(lambda row: row.step.facts.actual_on),
        shared.STATUS.reads(lambda row: Lit(*STATES[row.step.status])),
        shared.DAYS_LATE.reads(lambda row: row.step.days_late),
        shared.LEADER.reads(lambda row: row.line.leader),
        shared.RESPONSIBLE.reads(lambda row: row.line.responsible),
        shared.PROBLEM.reads(lambda row: row.line.progress.problem),
    )
}
OVERDUE_COLUMNS = tuple(column for key, column in _COLUMNS.items() if key not in {"actual_on", "status"})
EVERY_COLUMN = tuple(column for key, column in _COLUMNS.items() if key != "problem")


def overdue_rows(making: Making) -> list[StepRow]:
    """Overdue milestones, the longest overdue first."""
    return [StepRow(number, step) for number, step in enumerate(making.data.overdue, start=1)]


def every_row(making: Making) -> list[StepRow]:
    """All milestones, project by project."""
    data: Snapshot = making.data
    ordered = sorted(data.steps, key=lambda step: (step.project_code, step.position))
    return [StepRow(number, step) for number, step in enumerate(ordered, start=1)]


def overdue_checks(making: Making, placed: Placed) -> Iterator[Check]:
    """The list of overdue milestones has as many rows as the overview counts."""
    overview = making.placed.get("lists")
    if overview is None:
        return
    count = f"COUNTA({placed.area('code')})" if placed.last >= placed.first else "0"
    yield Check(
        _("Overdue milestones: the rows are as many as were counted"),
        placed.sheet,
        overview.cell("overdue", overview.total),
        count,
        len(making.data.overdue),
        number=COUNT,
    )


def late_in_all(making: Making) -> dict[str, Any]:
    """The totals row of the overdue ones."""
    projects = len({step.line.id for step in making.data.overdue})
    facts = {"count": len(making.data.overdue), "projects": projects}
    return {"name": _("%(count)s milestones of %(projects)s projects") % facts}


_NOTE = gettext_lazy(
    "Due: the planned date, moved to the next working day where it falls on a rest day. Late: in working days."
)
OVERDUE_SHEET = TableSpec(
    key="overdue",
    title=gettext_lazy("Overdue milestones"),
    heading=gettext_lazy("Overdue milestones of key projects"),
    columns=OVERDUE_COLUMNS,
    source=overdue_rows,
    total=late_in_all,
    notes=(_NOTE, gettext_lazy("Projects that were stopped are left out.")),
    frozen=3,
    filtered=True,
    stage=1,
    checks=overdue_checks,
)
MILESTONES_SHEET = TableSpec(
    key="milestones",
    title=gettext_lazy("All milestones"),
    heading=gettext_lazy("Milestones of key projects"),
    columns=EVERY_COLUMN,
    source=every_row,
    notes=(_NOTE,),
    frozen=3,
    filtered=True,
)
