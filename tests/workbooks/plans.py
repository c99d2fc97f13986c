"""Registers whose annual plan stands by month, cumulative or by quarter under a head of two rows."""

from projects.intake.book import address
from tests.workbooks.books import Cell, Page, xlsx
from tests.workbooks.case import passes

MONTHS = tuple(f"{month}月" for month in range(1, 13))
SUMS = ("1月", *(f"1-{month}月" for month in range(2, 13)))
UNEVEN = (0, 0, 500, 800, 1000, 1200, 1500, 1500, 1500, 1500, 1300, 1200)


def by_month(parts: tuple[str, ...], amounts: tuple[Cell, ...], total: Cell = 12000) -> bytes:
    """A head of two rows: the annual plan above its total and its parts."""
    rows: list[tuple[Cell, ...]] = [
        ("序号", "项目名称", "总投资（万元）", "年度计划投资（万元）", *[None] * len(parts)),
        (None, None, None, "合计", *parts),
        (1, "曹县新材料项目（示例）", 50000, total, *amounts),
    ]
    last = address(1, 4 + len(parts))
    return xlsx(Page("台账", rows, merged=("A1:A2", "B1:B2", "C1:C2", f"D1:{last}")))


@passes("plan_by_month.xlsx", "The annual plan with its twelve months", {"台账": {"D2": "合计", "G3": 500}})
def plan_by_month() -> bytes:
    return by_month(MONTHS, UNEVEN)


@passes("plan_by_quarter.xlsx", "The annual plan with its quarters", {"台账": {"E2": "一季度", "H3": 4000}})
def plan_by_quarter() -> bytes:
    return by_month(("一季度", "二季度", "三季度", "四季度"), (1000, 3000, 4000, 4000))


@passes("plan_months_off.xlsx", "Months that do not sum to the annual plan", {"台账": {"D3": 12100}})
def plan_months_off() -> bytes:
    return by_month(MONTHS, UNEVEN, 12100)


@passes("plan_sums_fall.xlsx", "A cumulative plan that falls", {"台账": {"K2": "1-7月", "L3": 4950}})
def plan_sums_fall() -> bytes:
    amounts = [sum(UNEVEN[: place + 1]) for place in range(12)]
    amounts[7] = amounts[6] - 50
    return by_month(SUMS, tuple(amounts))
