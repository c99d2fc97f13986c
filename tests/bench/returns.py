"""A month's returns from so many firms: read by one child, parsed and checked against the register, and planned.

Against openpyxl merely reading the same files. The statements that the check takes must not grow with the files.
"""

from datetime import date, datetime, time
from io import BytesIO
from typing import Any

import openpyxl
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portfolio import clock
from portfolio.clock import SHANGHAI
from portfolio.models import User
from projects.actions.return_import import plans, read_many
from projects.core.periods import Period
from projects.intake.plan import ImportPlan
from projects.intake.template import Order, return_slip
from projects.models import Project, ReportingPeriod
from projects.queries.return_sheet import reported
from projects.queries.workcalendar import load_calendar
from tests.bench import dataset
from tests.bench.harness import Figure, Rounds

OURS, STOCK = "returns read, parsed, checked and compared", "openpyxl reads them"
LIMIT = 0.25
PERIOD = Period(2024, 1)
TYPED = {"本月完成投资": 12.5, "自年初累计到位资金": 10, "形象进度（%）": 60, "形象进度说明": "主体施工（示例）"}


def measure(size: int, rounds: int) -> list[Figure]:
    """So many slips, each of one project, filled in."""
    with clock.set_to(dataset.AS_OF):
        files = made(size)
        counts = [_statements(files[:2]), _statements(files)]
        if counts[0] != counts[1]:
            raise AssertionError(f"the statements grow with the files: {counts}")
        times = Rounds().run([(OURS, lambda: ours(files)), (STOCK, lambda: stock(files))], rounds)
    return [times.figure(OURS, STOCK, LIMIT, files=size, statements=counts[1])]


def made(size: int) -> list[tuple[str, bytes]]:
    """The slips of the open month, as firms send them back."""
    dataset.build(size)
    ReportingPeriod.objects.create(period=str(PERIOD), opens_on=PERIOD.first_day, due_on=date(2024, 2, 7))
    moment = datetime.combine(dataset.AS_OF, time(9), SHANGHAI)
    order = Order("试验", PERIOD, "2024年1月", date(2024, 2, 7), moment)
    rows = reported(Project.objects.all(), PERIOD, dataset.AS_OF, load_calendar())
    return [(f"{row.project.code}.xlsx", _filled(return_slip(row, order))) for row in rows if row.reports][:size]


def _filled(content: bytes) -> bytes:
    book: Any = openpyxl.load_workbook(BytesIO(content))
    for label, entry, *_rest in book.worksheets[0].iter_rows(max_col=3):
        if label.value in TYPED:
            entry.value = TYPED[label.value]
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def ours(files: list[tuple[str, bytes]]) -> int:
    """Every file's plan; each of them changes one return."""
    found = plans([one for one in read_many(files) if not isinstance(one, Exception)], by=User.system(), options={})
    changes = sum(len(plan.changes) for plan in found if isinstance(plan, ImportPlan))
    if changes != len(files):
        raise AssertionError(f"{changes} returns of {len(files)} files")
    return changes


def _statements(files: list[tuple[str, bytes]]) -> int:
    with CaptureQueriesContext(connection) as queries:
        ours(files)
    return len(queries)


def stock(files: list[tuple[str, bytes]]) -> int:
    """Every cell of every sheet."""
    cells = 0
    for _name, data in files:
        book = openpyxl.load_workbook(BytesIO(data), read_only=True, data_only=True)
        cells += sum(len(row) for sheet in book.worksheets for row in sheet.iter_rows(values_only=True))
    return cells
