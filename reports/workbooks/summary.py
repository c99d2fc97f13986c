"""The summary: what an office prints, signs and sends each month."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from portfolio.web.access import Act
from projects.core.summary import Totals
from reports.queries.frames import Frame
from reports.queries.snapshot import Group, Snapshot
from reports.queries.workbooks import snapshot
from reports.workbooks.checks import CHECKS_SHEET
from reports.workbooks.cover import COVER_SHEET
from reports.workbooks.groups import CHAINS_SHEET, UNITS_SHEET
from reports.workbooks.months import LIST_MONTHS_SHEET
from reports.workbooks.overview import OVERVIEW_SHEET
from reports.workbooks.projects import MONTHS_SHEET, SHORT_COLUMNS, register_sheet
from reports.workbooks.registry import Workbook
from reports.workbooks.restated import RESTATED_SHEET
from reports.workbooks.steps import OVERDUE_SHEET


class SnapshotWorkbook(Workbook, declared=False):
    """What the workbooks over a month's facts share: their reader and their control totals."""

    @classmethod
    def read(cls, frame: Frame) -> Snapshot:
        return snapshot(frame)

    @classmethod
    def control_totals(cls, data: Snapshot) -> dict[str, Any]:
        """By list and over all, as the command `totals` says them."""
        lists = [
            {"code": programme.code, **as_json(data.of_lines(data.on(programme.code)))} for programme in data.programmes
        ]
        return {"programmes": lists, "distinct": as_json(data.everything)}


def as_json(group: Group) -> dict[str, Any]:
    """Totals as commands print them."""
    totals = Totals(group.projects, group.plan, group.completed, group.without_plan, 0)
    return {
        "projects": totals.projects,
        "plan_yuan": totals.plan_yuan,
        "completed_yuan": totals.completed_yuan,
        "rate_percent": totals.rate_percent,
        "without_plan": totals.without_plan,
    }


class SummaryWorkbook(SnapshotWorkbook):
    """Cover, overview, rankings, chains, register, months, overdue milestones, restatements, checks."""

    id = "summary"
    place = 1
    title = _("Summary of key projects")
    purpose = _("The month in one workbook: lists, units, chains, every project, months, overdue milestones, checks.")
    act = Act.BUILD_WORKBOOK
    sheets = (
        COVER_SHEET,
        OVERVIEW_SHEET,
        UNITS_SHEET,
        CHAINS_SHEET,
        register_sheet("register", SHORT_COLUMNS),
        LIST_MONTHS_SHEET,
        MONTHS_SHEET,
        OVERDUE_SHEET,
        RESTATED_SHEET,
        CHECKS_SHEET,
    )
