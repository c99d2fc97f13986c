"""Parsing and checking the returns of a month, child process included, against openpyxl merely reading them.

The returns are the product's own workbooks, five projects each with their milestones, filled from the database.
"""

from datetime import date, datetime
from io import BytesIO

import openpyxl
from django.utils import translation

from portfolio.clock import SHANGHAI
from portfolio.refusals import Refusal
from projects.actions.return_import import read_many
from projects.core.periods import Period
from projects.intake.reader import Book, read_workbooks
from projects.intake.template import Order, return_workbook
from projects.models import Project
from projects.queries.return_sheet import reported
from projects.queries.workcalendar import load_calendar
from tests.bench import dataset
from tests.bench.harness import Figure, Rounds

OURS, PARSED, STOCK = "returns parsed and checked", "returns parsed", "openpyxl reads them"
LIMIT = 0.25
PROJECTS = 5
PERIOD = Period(2023, 12)
ORDER = Order("测算单位", PERIOD, "2023年12月", date(2024, 1, 5), datetime(2024, 1, 2, 9, 0, tzinfo=SHANGHAI))


def workbooks(count: int) -> list[tuple[str, bytes]]:
    """So many returns, each of other projects, as they are downloaded."""
    dataset.build(count * PROJECTS)
    rows = reported(Project.objects.all(), PERIOD, dataset.AS_OF, load_calendar())
    with translation.override("zh-hans"):
        return [(f"{at}.xlsx", return_workbook(rows[at::count], ORDER)) for at in range(count)]


def measure(size: int, rounds: int) -> list[Figure]:
    """So many returns in turn: read and checked, only read, and read by openpyxl."""
    files = workbooks(size)

    def ours() -> int:
        lines = 0
        for found in read_many(files):
            if isinstance(found, Refusal):
                raise AssertionError(str(found))
            assert not found.errors
            lines += len(found.lines)
        assert lines == size * PROJECTS
        return lines

    def parsed() -> int:
        return sum(isinstance(book, Book) for book in read_workbooks(files))

    def stock() -> int:
        cells = 0
        for _name, data in files:
            book = openpyxl.load_workbook(BytesIO(data), read_only=True, data_only=True)
            cells += sum(len(row) for sheet in book.worksheets for row in sheet.iter_rows(values_only=True))
        return cells

    times = Rounds().run([(OURS, ours), (PARSED, parsed), (STOCK, stock)], rounds)
    size_kb = round(sum(len(data) for _name, data in files) / len(files) / 1000, 1)
    return [times.figure(OURS, STOCK, LIMIT, files=size, kb_each=size_kb), times.figure(PARSED, STOCK)]
