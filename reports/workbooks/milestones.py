"""All milestones: planned, expected and done, and how late."""

from django.utils.translation import gettext_lazy as _

from portfolio.web.access import Act
from reports.workbooks.cover import COVER_SHEET
from reports.workbooks.steps import MILESTONES_SHEET, OVERDUE_SHEET
from reports.workbooks.summary import SnapshotWorkbook


class MilestonesWorkbook(SnapshotWorkbook):
    """Cover, overdue milestones, all milestones."""

    id = "milestones"
    place = 3
    title = _("Milestones of key projects")
    purpose = _("Each milestone with its planned, expected and actual dates, and how many working days late it is.")
    act = Act.BUILD_WORKBOOK
    sheets = (COVER_SHEET, OVERDUE_SHEET, MILESTONES_SHEET)
