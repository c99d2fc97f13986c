"""Return workbooks as they come back: what people did to each, and exactly what the import has to make of it.

Drawn anew for every test, because a workbook is stamped with the versions of what it was drawn from. The world is that
of `tests.workbooks.imported`: T23-0001 in row 5, T23-0002 in row 6, each with 900 万元 completed by November.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from tests.projects.return_books import SHEET, STONES, fill

Change = Callable[[Any], None]
KEY: Final = "T23-0001/2023-12"
PASSES: Final[dict[str, "Passes"]] = {}
FAILS: Final[dict[str, "Fails"]] = {}
REFUSED: Final[dict[str, "Refused"]] = {}


@dataclass(frozen=True, slots=True)
class Passes:
    """What is taken: what changes, by row of the plan; warnings as (cell, field); rows that have nothing new."""

    change: Change
    fields: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    warnings: tuple[tuple[str, str], ...] = ()
    unchanged: int = 4


@dataclass(frozen=True, slots=True)
class Fails:
    """One thing is wrong: its sheet, cell and field, and what is said of it."""

    change: Change
    cell: str
    field: str
    english: str
    chinese: str
    sheet: str = SHEET


@dataclass(frozen=True, slots=True)
class Refused:
    """The workbook is not taken at all, and what is said of it."""

    change: Change
    english: str
    chinese: str


def typed(step: str = "", **values: Any) -> Change:
    """Cells of the first project, or of one of its milestones, filled in."""
    return lambda book: fill(book, "T23-0001", step, **values)


def _as_it_was(_book: Any) -> None:
    """Opened, and saved again."""


def _moved(book: Any) -> None:
    sheet = book[SHEET]
    for area in list(sheet.merged_cells.ranges):
        sheet.unmerge_cells(str(area))
    fill(book, "T23-0001", month=100)
    sheet.insert_rows(1, 2)
    sheet.insert_cols(1)


def _renamed(book: Any) -> None:
    fill(book, "T23-0001", month=100)
    book[SHEET].title = "十二月"


def _overwritten(book: Any) -> None:
    for letter in "ACDEF":
        book[SHEET][f"{letter}5"] = "改了"


def _twice(book: Any) -> None:
    for cell in book[SHEET][5]:
        book[SHEET].cell(6, cell.column).value = cell.value


def _other_code(book: Any) -> None:
    book[SHEET]["B5"] = "T23-0009"


def _no_code(book: Any) -> None:
    fill(book, "T23-0001", month=1)
    book[SHEET]["B5"] = None


def _forged(book: Any) -> None:
    stamp = book["_versions"]["A2"]
    stamp.value = stamp.value.replace(":", ":A", 1)


def _column_renamed(book: Any) -> None:
    for row in (3, 4):
        book[SHEET].cell(row, 12).value = "别的"


_TEN_MILLION: Final = {KEY: {"invested": (None, 10_000_000)}}
PASSES |= {
    "as it was": Passes(_as_it_was),
    "protected cells overwritten": Passes(_overwritten),
    "a row deleted": Passes(lambda book: book[SHEET].delete_rows(6), unchanged=3),
    "the sheet of milestones deleted": Passes(lambda book: book.remove(book[STONES]), unchanged=2),
    "rows and columns moved": Passes(_moved, _TEN_MILLION, unchanged=3),
    "a sheet renamed": Passes(_renamed, _TEN_MILLION, unchanged=3),
    "a unit glued to the figure": Passes(typed(invested="0.1亿元"), _TEN_MILLION, unchanged=3),
    "full-width digits": Passes(typed(month="１００"), _TEN_MILLION, unchanged=3),
    "over the year's plan": Passes(
        typed(month=400), {KEY: {"invested": (None, 13_000_000)}}, (("G5", "invested"),), unchanged=3
    ),
    "a lower figure with its reason": Passes(
        typed(invested=800, reason="审计核减"),
        {KEY: {"invested": (None, 8_000_000), "reason": (None, "审计核减")}}, unchanged=3,
    ),
}  # fmt: skip
_WRONG: Final = {
    "a figure as text": (
        {"month": "一百"}, "G5", "“一百” is not an amount. Write a number, such as 1,250.5.",
        "“一百”不是金额，请填写数字，例如1,250.5。",
    ),
    "separators in the wrong place": (
        {"month": "1,2,3"}, "G5",
        "The separators in “1,2,3” do not stand between thousands. Write 14,367.87 or 14367.87.",
        "“1,2,3”的分隔符位置不对，请写成14,367.87或14367.87。",
    ),
    "another currency": (
        {"month": "5美元"}, "G5", "“美元” is no unit of money. Write 元, 万元 or 亿元, or leave it out.",
        "“美元”不是金额单位，请写元、万元或亿元，或不写单位。",
    ),
    "finer than a yuan": (
        {"month": "0.00001"}, "G5", "“0.00001” is finer than one yuan. Write at most four decimals of 万元.",
        "“0.00001”不足一元，以万元为单位时最多填写四位小数。",
    ),
    "a negative figure": ({"month": -5}, "G5", "An amount cannot be negative.", "金额不能为负数。"),
    "a formula without value": (
        {"month": "=1+1"}, "G5", "This formula was saved without a value.", "这个公式保存时没有计算结果。",
    ),
    "a formula that failed": (
        {"month": "#DIV/0!"}, "G5", "The formula of this cell failed: #DIV/0!.", "此单元格的公式出错：#DIV/0!。",
    ),
    "no figure beside others": (
        {"statistics": 5}, "G5", "Type the month's figure or the year's; 0 if nothing was completed.",
        "请填写本月数或累计数；没有完成投资请填0。",
    ),
    "two figures that differ": (
        {"month": 100, "invested": 1200}, "H5",
        "900 before and this month make 1000, not 1200. Empty one of the two.",
        "上期累计900加本月数应为1000，与填写的1200不符，请清空其中一个。",
    ),
    "a falling cumulative figure": (
        {"invested": 800}, "H5",
        "试验一（示例）: completed this year falls from 900.00 to 800.00 万元. If that is right, say why.",
        "试验一（示例）：自年初累计完成投资由900.00万元降为800.00万元。如属冲减，请说明原因。",
    ),
    "more paid than the whole project": (
        {"month": 1, "funds_paid": 20_000}, "K5",
        "试验一（示例）: funds paid this year, 20,000.00 万元, is more than the whole project, 10,000.00 万元. Is"
        " the unit right? If it is, say why.",
        "试验一（示例）：自年初累计支付资金20,000.00万元，超过项目总投资10,000.00万元。单位是否有误？如无误，请说明原因。",
    ),
    "a percent above 100": ({"month": 1, "physical_percent": 101}, "L5", "101 is out of range.", "101 超出范围。"),
    "a kind of problem that there is not": (
        {"month": 1, "problem_kind": "天气"}, "N5", "There is no such kind of problem.", "没有这个问题类别。",
    ),
}  # fmt: skip
_FIELDS: Final = {
    "G": "month", "H": "invested", "K": "funds_paid", "L": "physical_percent", "N": "problem_kind",
}  # fmt: skip
FAILS |= {name: Fails(typed(**values), cell, _FIELDS[cell[0]], *said) for name, (values, cell, *said) in _WRONG.items()}
FAILS |= {
    "a changed project code": Fails(
        _other_code, "B5", "code", "T23-0009 was not in this workbook when it was given out.",
        "填报表下载时没有T23-0009这一行。",
    ),
    "a code taken out": Fails(
        _no_code, "B5", "code", "This row has figures and no project code.", "这一行有数字，但没有项目编码。",
    ),
    "a row twice": Fails(
        _twice, "B5", "code", "T23-0001 stands there more than once: rows 5, 6.", "T23-0001出现不止一次：第5, 6行。",
    ),
    "done in the future": Fails(
        typed("D04", actual_on="2024-02-01"), "K4", "actual_on",
        "An actual date cannot lie in the future (today is 2024-01-05).", "实际完成日期不能晚于今天（2024-01-05）。",
        STONES,
    ),
    "a word for a date": Fails(
        typed("D04", forecast_on="待"), "J4", "forecast_on", "“待” is no date.", "“待”不是日期。", STONES
    ),
}  # fmt: skip
_NO_TABLE: Final = (
    "No table of figures was found in this workbook: its header row is missing. Download the month's workbook again,"
    " copy the figures into it, and upload that.",
    "这个文件里没有找到填报表格：缺少表头行。请重新下载本月填报表，把数字填入后再上传。",
)
REFUSED |= {
    "a wrong stamp": Refused(
        _forged,
        "The hidden stamp of this workbook was altered, or another system made it. Download the month's workbook again,"
        " copy the figures into it, and upload that.",
        "填报表的隐藏版本信息被改动，或不是本系统生成的。请重新下载本月填报表，把数字填入后再上传。",
    ),
    "no stamp": Refused(
        lambda book: book.remove(book["_versions"]),
        "This is no return workbook of this system: its hidden sheet is missing. Download the month's workbook, copy"
        " the figures into it, and upload that.",
        "这不是本系统的月报填报表：缺少隐藏的版本工作表。请重新下载本月填报表，把数字填入后再上传。",
    ),
    "its headers deleted": Refused(lambda book: book[SHEET].delete_rows(2, 3), *_NO_TABLE),
    "a column's header overwritten": Refused(_column_renamed, *_NO_TABLE),
}
LOCKED: Final = Refused(
    typed(month=100),
    "The month 2023-12 is locked. Ask the city project office for a correction after the lock.",
    "2023-12已锁定，如需更正请联系市重点项目办。",
)
OTHER_MONTH: Final = Refused(
    typed(month=100), "The month 2023-12 was not opened for reporting.", "2023-12尚未开放填报。"
)
