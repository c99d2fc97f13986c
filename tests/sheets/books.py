"""Small books for the tests of sheets."""

from datetime import date, datetime
from fractions import Fraction
from io import BytesIO
from typing import Any

import openpyxl

from portfolio.clock import SHANGHAI
from portfolio.sheets.book import Book, Properties
from portfolio.sheets.columns import Column, Kind, Lit
from projects.core.money import MoneyUnit

MOMENT = datetime(2024, 1, 8, 17, 0, tzinfo=SHANGHAI)
COLUMNS = (
    Column("number", "序号", Kind.ORDINAL),
    Column("name", "=名称"),
    Column("plan", "计划", Kind.MONEY, MoneyUnit.WAN, 2, group="投资"),
    Column("rate", "完成率", Kind.PERCENT, places=1, group="投资"),
    Column("gap", "超慢", Kind.POINTS, places=1),
    Column("on", "日期", Kind.DATE),
    Column("at", "时间", Kind.MOMENT),
    Column("light", "亮灯", Kind.LIGHT),
)
ROWS = (
    [1, "=1+1", 12_345_678, Fraction(11, 10), Fraction(-7, 2), date(2024, 1, 2), MOMENT, Lit("红灯", "red")],
    [2, "@x", None, None, None, None, None, Lit("未判定", "none")],
    [3, "-3", -5_000, Fraction(1, 3), Fraction(0), None, None, None],
)


def book(language: str = "zh-hans") -> Book:
    """An empty book."""
    return Book(Properties("试验", language, MOMENT, SHANGHAI, "重点项目调度台账"))


def written(made: Book) -> bytes:
    """Its bytes."""
    out = BytesIO()
    made.save(out)
    return out.getvalue()


def small() -> bytes:
    """A book of one sheet with every kind of cell."""
    with book() as made:
        sheet = made.table_sheet("表", COLUMNS, ROWS)
        sheet.title("标题")
        sheet.line("截至12月底", "计量单位：万元")
        sheet.table(COLUMNS, ROWS)
        sheet.note("=注")
        return written(made)


def read(content: bytes) -> Any:
    """The workbook as another program reads it."""
    return openpyxl.load_workbook(BytesIO(content))
