"""Workbooks that leave the house: each declared once, drawn from the same queries as the screens, sheet by sheet.

The registry checks a declaration when its class is defined; nothing here decides a figure.
"""

from reports.workbooks.changes import ChangesWorkbook
from reports.workbooks.milestones import MilestonesWorkbook
from reports.workbooks.register import RegisterWorkbook
from reports.workbooks.registry import Workbook, find, kinds
from reports.workbooks.summary import SummaryWorkbook

__all__ = [
    "ChangesWorkbook",
    "MilestonesWorkbook",
    "RegisterWorkbook",
    "SummaryWorkbook",
    "Workbook",
    "find",
    "kinds",
]
