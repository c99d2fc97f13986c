"""Registers whose annual plan stands by month, cumulative or by quarter: read, shown, written as a plan's months."""

from datetime import date
from io import BytesIO

import openpyxl
import pytest
from django.urls import reverse

from portfolio import clock
from projects.actions import imports
from projects.models import PlanRevision
from tests import factories as make
from tests.intake.register_books import saved

pytestmark = pytest.mark.django_db
LEFT = ("序号", "项目名称", "县区", "总投资（万元）")
NAME = "银河纺织智能化改造项目"
MONTHS = [f"{month}月" for month in range(1, 13)]
SUMS = ["1月", *(f"1-{month}月" for month in range(2, 13))]
QUARTERS = ["一季度", "二季度", "三季度", "四季度"]
UNEVEN = [0, 0, 500, 800, 1000, 1200, 1500, 1500, 1500, 1500, 1300, 1200]
WAN = 10_000


@pytest.fixture(autouse=True)
def day():
    with clock.set_to(date(2024, 1, 12)):
        yield


@pytest.fixture
def by():
    make.DivisionFactory(caoxian=True)
    make.ProgrammeFactory(code="P2024", year=2024)
    return make.UserFactory(username="office")


def register(columns, amounts, *, group="2024年度计划投资（万元）", total=None):
    """A title, a head of two merged rows – the plan above its parts – and one project."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "台账"
    first = len(LEFT) + 1
    parts = [*(["合计"] if total is not None else []), *columns]
    sheet.append(["2024年重点项目台账"])
    sheet.append([*LEFT, group])
    sheet.append([*[None] * len(LEFT), *parts])
    sheet.append([1, NAME, "曹县", 32000, *([total] if total is not None else []), *amounts])
    sheet.merge_cells(start_row=1, end_row=1, start_column=1, end_column=first + len(parts) - 1)
    for column in range(1, first):
        sheet.merge_cells(start_row=2, end_row=3, start_column=column, end_column=column)
    sheet.merge_cells(start_row=2, end_row=2, start_column=first, end_column=first + len(parts) - 1)
    return saved(book)


def planned(by, data, *, commit=False):
    said = {"programme": "P2024", "reason": ""}
    return imports.import_file(by=by, kind="register", name="台账.xlsx", data=data, options=said, commit=commit)[0]


def cumulative(amounts):
    return [sum(amounts[: place + 1]) for place in range(12)]


@pytest.mark.parametrize(
    ("columns", "amounts", "total"),
    [
        (MONTHS, UNEVEN, 12000),
        (MONTHS, UNEVEN, None),
        (MONTHS, [None, None, *UNEVEN[2:]], 12000),
        (SUMS, cumulative(UNEVEN), 12000),
        (["1-1月", *SUMS[1:]], cumulative(UNEVEN), None),
    ],
)
def test_months_are_written_as_the_register_has_them(columns, amounts, total, by):
    plan = planned(by, register(columns, amounts, total=total), commit=True)

    assert not plan.errors, plan.errors
    revision = PlanRevision.objects.get()
    assert (revision.amount, list(revision.months)) == (12000 * WAN, [month * WAN for month in UNEVEN])


def test_quarters_are_spread_over_their_months(by):
    planned(by, register(QUARTERS, [1000, 2000, 3000, 4000], total=10000), commit=True)

    months = PlanRevision.objects.get().months
    assert [sum(months[place : place + 3]) for place in (0, 3, 6, 9)] == [n * WAN for n in (1000, 2000, 3000, 4000)]
    assert months[0] == months[1] == 3_333_333 and months[2] == 3_333_334


def test_columns_of_completion_by_month_are_no_plan(by):
    plan = planned(by, register(MONTHS, UNEVEN, group="2024年完成投资（万元）"))

    assert "plan_months" not in plan.differences[0].fields
    assert not [column for column in plan.columns if column.field.startswith("plan")]


def test_a_plan_that_the_months_do_not_sum_to_is_told_at_its_cell_with_the_difference(by):
    plan = planned(by, register(MONTHS, UNEVEN, total=12100))

    (finding,) = plan.errors
    assert (finding.cell, finding.field) == ("E4", "plan")
    assert "相差100万元" in finding.message and finding.suggestion


def test_a_cumulative_plan_that_falls_is_told_at_its_cell(by):
    amounts = cumulative(UNEVEN)
    amounts[7] = amounts[6] - 50

    (finding,) = planned(by, register(SUMS, amounts)).errors
    assert finding.cell == "L4" and "相差50万元" in finding.message


def test_the_same_months_again_change_nothing_and_moved_ones_are_a_revision(by):
    planned(by, register(MONTHS, UNEVEN, total=12000), commit=True)
    again = planned(by, register(SUMS, cumulative(UNEVEN), total=12000))
    moved = [*UNEVEN[:10], UNEVEN[11], UNEVEN[10]]

    assert again.counts()["unchanged"] == 1
    changed = planned(by, register(MONTHS, moved, total=12000), commit=True)

    assert set(changed.changes[0].fields) == {"plan_months"}
    assert [list(row.months)[10] // WAN for row in PlanRevision.objects.order_by("revision")] == [1300, 1200]


def test_a_register_without_months_leaves_their_proportion(by):
    planned(by, register(MONTHS, UNEVEN, total=12000), commit=True)
    planned(by, register([], [], total=24000), commit=True)

    assert list(PlanRevision.objects.latest("revision").months) == [2 * month * WAN for month in UNEVEN]


def test_a_plan_of_another_year_by_month_is_not_taken(by):
    plan = planned(by, register(MONTHS, UNEVEN, total=12000, group="2023年度计划投资（万元）"))

    assert not {"plan", "plan_months"} & plan.differences[0].fields.keys()


def test_the_pages_show_the_months_and_what_each_column_was_taken_for(client, by):
    client.force_login(by)
    file = BytesIO(register(MONTHS, UNEVEN, total=12000))
    file.name = "台账.xlsx"
    page = client.post(reverse("imports"), {"kind": "register", "file": file, "programme": "P2024"}, follow=True)
    batch = page.context["batch"]

    assert "0 / 0 / 500 / 800 / 1000" in page.content.decode()
    columns = client.get(reverse("import_columns", args=[batch.pk])).context["rows"]
    assert {row["letter"]: row["field"] for row in columns}["H"] == "plan_m03"


def test_months_that_nobody_headed_as_a_plan_can_be_chosen_on_the_page_of_columns(by):
    data = register(MONTHS, UNEVEN, group="投资（万元）")
    mapping = {f"plan_m{month:02d}": letter for month, letter in enumerate("EFGHIJKLMNOP", start=1)}
    said = {"programme": "P2024", "mapping": mapping}
    plan, _batch = imports.import_file(by=by, kind="register", name="台账.xlsx", data=data, options=said, commit=False)

    assert plan.differences[0].fields["plan_months"][1] == [month * WAN for month in UNEVEN]
