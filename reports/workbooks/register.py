"""The register with every column: to work with, and to send back corrected."""

from django.utils.translation import gettext_lazy as _

from portfolio.web.access import Act
from reports.workbooks.cover import COVER_SHEET
from reports.workbooks.projects import REGISTER_COLUMNS, register_sheet
from reports.workbooks.restated import RESTATED_SHEET
from reports.workbooks.summary import SnapshotWorkbook


class RegisterWorkbook(SnapshotWorkbook):
    """Cover, register, and what was restated after its month was locked."""

    id = "register"
    place = 2
    title = _("Register of key projects")
    purpose = _("Every project on the lists with all its columns.")
    act = Act.BUILD_WORKBOOK
    sheets = (COVER_SHEET, register_sheet("register", REGISTER_COLUMNS), RESTATED_SHEET)
