"""Registers as offices have them, made with openpyxl: titles, merged heads, section rows, totals, units, marks."""

from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

import openpyxl

HEAD = (
    "序号", "项目名称", "县区", "建设单位", "建设内容及规模", "建设年限", "总投资（万元）",
    "2024年计划投资（万元）",
)  # fmt: skip
WIDTH = 10
UNTIDY = """
2024年曹县重点项目台账
|||||||||单位：万元
序号|项目名称|建设\\n性质|项目单位|主要建设内容|建设起止年限|投资情况|||包保领导
||||||总投资|截至2023年底累计完成投资|2024年计划投资|
合计||||||171000|/|61000|
曹县合计4个||||||171000||61000|
一、产业项目3项
1|★曹县银河纺织智能化改造项目|技改|曹县银河纺织有限公司|车间２万平方米|2023.06-2025.12|3.2亿元|8,500|１２０００|张三
2|曹县青荷生物医药产业园|新建|山东青荷生物医药有限公司|新建厂房|2024-2026|90000|—|30000|李四
3|曹县万里木业绿色家居项目●|续建|曹县万里木业有限公司|年产30万套|2022-|14,000|6000|4000万元|张三
二、民生项目1项
4|曹县第三人民医院迁建工程|迁建|曹县卫生健康局|设床位500张|2024年3月|35000.00|待定|15000|/
注：1.本表数据截至2024年1月10日。
"""
NUMBERS = {"171000", "61000", "90000", "6000", "15000", "1", "2", "3", "4"}
"""What stands in cells as numbers; the rest is text."""


def saved(book: Any) -> bytes:
    """The bytes of a workbook."""
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def plain(rows: Iterable[Sequence[Any]], head: Sequence[Any] = HEAD, above: Sequence[Sequence[Any]] = ()) -> bytes:
    """One sheet: rows above, one head, rows."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "台账"
    for row in (*above, head, *rows):
        sheet.append(list(row))
    return saved(book)


def untidy() -> bytes:
    """Nobody prepared this: a title, a unit line, a head of two merged rows, sections, totals above, marks, units."""
    book = openpyxl.Workbook()
    book.active.title = "说明"
    book.active["A1"] = "填报说明：本表由各县区填报"
    sheet = book.create_sheet("2024年重点项目")
    for line in UNTIDY.strip().splitlines():
        cells = [cell.replace("\\n", "\n") for cell in line.split("|")]
        sheet.append([int(cell) if cell in NUMBERS else cell or None for cell in cells])
    for area in ("A1:J1", "A3:A4", "B3:B4", "C3:C4", "D3:D4", "E3:E4", "F3:F4", "G3:I3", "J3:J4", "A7:J7", "A11:J11"):
        sheet.merge_cells(area)
    return saved(book)


def edited(data: bytes, sheet: str, cells: dict[str, Any]) -> bytes:
    """A workbook with some cells changed, as somebody would who has it open."""
    book = openpyxl.load_workbook(BytesIO(data))
    for address, value in cells.items():
        book[sheet][address] = value
    return saved(book)
