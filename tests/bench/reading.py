"""Parsing and checking the returns of a month, child process included, against openpyxl merely reading them."""

from io import BytesIO
from typing import Any

import openpyxl
from openpyxl.worksheet.datavalidation import DataValidation

from projects.core.money import MoneyUnit
from projects.intake.reader import Unreadable, read_workbook, read_workbooks
from projects.intake.values import BadValue, clean_text, parse_amount
from tests.bench.harness import Figure, Rounds

OURS, APART = "returns parsed and checked, one child", "the same, a child for each"
STOCK = "openpyxl reads them"
LIMIT = 0.25
PROJECTS, COLUMNS = 12, 5
HEADER = (
    "序号",
    "项目代码",
    "项目名称",
    "年度计划",
    "上月累计",
    "本月完成",
    "本月累计",
    "入库",
    "到位",
    "支付",
    "形象进度",
    "问题",
)
FIRST_AMOUNT = 4


def workbook(number: int) -> bytes:
    """A return as an office sends it: two sheets of inputs with lists to choose from, and a hidden lookup sheet."""
    book: Any = openpyxl.Workbook()
    figures, milestones, lookup = book.active, book.create_sheet("节点"), book.create_sheet("词典")
    lookup.sheet_state = "hidden"
    for at in range(1, 21):
        lookup.append([f"节点{at}", f"状态{at}"])
    figures.append([f"第{number}号填报表（示例）"])
    figures.merge_cells("A1:L1")
    figures.append(["计量单位：万元"])
    figures.append(HEADER)
    for at in range(1, PROJECTS + 1):
        amounts = [round(number * 7.25 + at * 100 + step * 31.5, 2) for step in range(7)]
        figures.append([at, f"HZ23-{number:04d}-{at}", f"第{number}号示例项目{at}（示例）", *amounts, "主体施工", "无"])
        milestones.append([f"HZ23-{number:04d}-{at}", "开工", "2023-06-15", "2023.6", "是"])
    choice = DataValidation(type="list", formula1="=词典!$B$1:$B$20")
    milestones.add_data_validation(choice)
    choice.add("E1:E60")
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def check(rows: tuple[tuple[Any, ...], ...]) -> int:
    """Read every amount and text of a sheet of figures; gives the sum in yuan."""
    total = 0
    for row in rows[3:]:
        for value in row[FIRST_AMOUNT - 1 : FIRST_AMOUNT + 6]:
            try:
                total += parse_amount(value, MoneyUnit.WAN) or 0
            except BadValue:
                raise AssertionError(f"{value} is an amount") from None
        clean_text(row[2])
    return total


def measure(size: int, rounds: int) -> list[Figure]:
    """So many returns, in turn by one child, by a child for each of a tenth of them, and by openpyxl."""
    files = [(f"{number}.xlsx", workbook(number)) for number in range(size)]

    def ours() -> int:
        total = 0
        for book in read_workbooks(files):
            if isinstance(book, Unreadable):
                raise AssertionError(str(book))
            total += check(book.sheets[0].rows)
        return total

    def apart() -> int:
        return sum(check(read_workbook(data, name).sheets[0].rows) for name, data in files)

    def stock() -> int:
        cells = 0
        for _name, data in files:
            book = openpyxl.load_workbook(BytesIO(data), read_only=True, data_only=True)
            cells += sum(len(row) for sheet in book.worksheets for row in sheet.iter_rows(values_only=True))
        return cells

    times = Rounds().run([(OURS, ours), (APART, apart), (STOCK, stock)], rounds)
    return [times.figure(OURS, STOCK, LIMIT, files=size), times.figure(APART, STOCK)]
