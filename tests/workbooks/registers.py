"""Registers as offices have them, in every shape that is met: each is read, whatever it means."""

from datetime import date

from tests.workbooks.books import Cell, Error, Formula, Page, Percent, Rich, ods, xls, xlsx
from tests.workbooks.case import passes

HEADER: tuple[Cell, ...] = ("序号", "项目代码", "项目名称", "县区", "总投资（万元）", "年度计划投资（万元）")
ROWS: tuple[tuple[Cell, ...], ...] = (
    (1, "2301-371721-04-01-100001", "曹县新材料项目（示例）", "曹县", 50000, 12000),
    (2, "2301-371722-04-01-100002", "单县物流园项目（示例）", "单县", 32000.5, 8000),
    (3, "2301-371723-04-01-100003", "成武县医院项目（示例）", "成武县", 21000, 6500.25),
)
SIMPLE = Page("台账", [HEADER, *ROWS])
TITLE = ("菏泽市重点项目台账（示例）",)


@passes(
    "plain.xlsx",
    "One header row and three projects",
    {"台账": {"A1": "序号", "C2": "曹县新材料项目（示例）", "E3": 32000.5, "F4": 6500.25}},
)
def plain() -> bytes:
    return xlsx(SIMPLE)


@passes(
    "plain.xls",
    "The same, of Excel 97",
    {"台账": {"A1": "序号", "C2": "曹县新材料项目（示例）", "E3": 32000.5, "F4": 6500.25}},
)
def plain_xls() -> bytes:
    return xls(SIMPLE)


@passes(
    "plain.ods",
    "The same, of LibreOffice",
    {"台账": {"A1": "序号", "C2": "曹县新材料项目（示例）", "E3": 32000.5, "F4": 6500.25}},
)
def plain_ods() -> bytes:
    return ods(SIMPLE)


@passes("wrongly_named.xls", "An .xlsx that is called .xls", {"台账": {"C2": "曹县新材料项目（示例）"}}, kind="xlsx")
def wrongly_named() -> bytes:
    return xlsx(SIMPLE)


@passes(
    "titles.xlsx",
    "Three title rows, the unit of the report and the unit of money above the header",
    {
        "台账": {
            "A1": "菏泽市重点项目台账（示例）",
            "A3": "填报单位：示例办公室",
            "F3": "单位：万元",
            "A4": "序号",
            "C5": "曹县新材料项目（示例）",
        }
    },
    sheets={"台账": {"merged": ["A1:F1", "A2:F2", "A3:C3"]}},
)
def titles() -> bytes:
    head = [TITLE, ("（截至2023年12月底）",), ("填报单位：示例办公室", None, None, None, None, "单位：万元")]
    header = ("序号", "项目代码", "项目名称", "县区", "总投资", "年度计划投资")
    return xlsx(Page("台账", [*head, header, *ROWS], merged=("A1:F1", "A2:F2", "A3:C3")))


TWO_ROWS: list[tuple[Cell, ...]] = [
    ("序号", "项目名称", "投资情况（万元）", None, None, "责任单位"),
    (None, None, "总投资", "年度计划", "自年初累计完成", None),
    (1, "曹县新材料项目（示例）", 50000, 12000, 11500, "示例部门（示例）"),
    (2, "单县物流园项目（示例）", 32000, 8000, 8200, "示例部门（示例）"),
]
TWO_ROWS_MERGED = ("A1:A2", "B1:B2", "C1:E1", "F1:F2")
TWO_ROWS_CELLS = {"台账": {"C1": "投资情况（万元）", "D1": None, "D2": "年度计划", "E4": 8200}}


@passes(
    "header_of_two_rows.xlsx",
    "A header of two rows, merged",
    TWO_ROWS_CELLS,
    sheets={"台账": {"merged": [*TWO_ROWS_MERGED]}},
)
def header_of_two_rows() -> bytes:
    return xlsx(Page("台账", TWO_ROWS, merged=TWO_ROWS_MERGED))


@passes(
    "header_of_two_rows.xls", "The same, of Excel 97", TWO_ROWS_CELLS, sheets={"台账": {"merged": [*TWO_ROWS_MERGED]}}
)
def header_of_two_rows_xls() -> bytes:
    return xls(Page("台账", TWO_ROWS, merged=TWO_ROWS_MERGED))


@passes(
    "header_of_two_rows.ods",
    "The same, of LibreOffice",
    TWO_ROWS_CELLS,
    sheets={"台账": {"merged": [*TWO_ROWS_MERGED]}},
)
def header_of_two_rows_ods() -> bytes:
    return ods(Page("台账", TWO_ROWS, merged=TWO_ROWS_MERGED))


@passes(
    "header_of_three_rows.xlsx",
    "A title and a header of three rows",
    {"台账": {"C2": "投资完成情况", "D3": "2023年", "D4": "计划（亿元）", "E4": "完成（亿元）", "D5": 1.2}},
    sheets={"台账": {"merged": ["A1:F1", "A2:A4", "B2:B4", "C2:E2", "C3:C4", "D3:E3", "F2:F4"]}},
)
def header_of_three_rows() -> bytes:
    rows: list[tuple[Cell, ...]] = [
        TITLE,
        ("序号", "项目名称", "投资完成情况", None, None, "备注"),
        (None, None, "总投资（亿元）", "2023年", None, None),
        (None, None, None, "计划（亿元）", "完成（亿元）", None),
        (1, "曹县新材料项目（示例）", 5, 1.2, 1.15, None),
    ]
    merged = ("A1:F1", "A2:A4", "B2:B4", "C2:E2", "C3:C4", "D3:E3", "F2:F4")
    return xlsx(Page("台账", rows, merged=merged))


@passes(
    "units_in_headers.xlsx",
    "Each column in a unit of its own",
    {"台账": {"C1": "总投资（亿元）", "D1": "年度计划投资(万元)", "E1": "到位资金/元", "C2": 5}},
)
def units_in_headers() -> bytes:
    header = ("序号", "项目名称", "总投资（亿元）", "年度计划投资(万元)", "到位资金/元")
    return xlsx(Page("台账", [header, (1, "曹县新材料项目（示例）", 5, 12000, 30000000)]))


@passes("unit_line.xlsx", "One line names the unit of all amounts", {"台账": {"D2": "计量单位：亿元", "C4": 5}})
def unit_line() -> bytes:
    rows: list[tuple[Cell, ...]] = [
        TITLE,
        (None, None, None, "计量单位：亿元"),
        ("序号", "项目名称", "总投资", "年度计划投资"),
    ]
    return xlsx(Page("台账", [*rows, (1, "曹县新材料项目（示例）", 5, 1.2)]))


@passes(
    "units_glued.xlsx",
    "Units glued to the amounts",
    {"台账": {"C2": "5亿元", "D2": "1.2亿", "C3": "32,000万元", "D3": "80000000元"}},
)
def units_glued() -> bytes:
    rows: list[tuple[Cell, ...]] = [
        ("序号", "项目名称", "总投资", "年度计划投资"),
        (1, "曹县新材料项目（示例）", "5亿元", "1.2亿"),
    ]
    return xlsx(Page("台账", [*rows, (2, "单县物流园项目（示例）", "32,000万元", "80000000元")]))


@passes(
    "sections.xlsx",
    "Rows that only name a section, with their counts and totals",
    {"台账": {"A2": "一、交通5项", "A4": "曹县合计14个", "E4": 50000, "C5": "单县物流园项目（示例）"}},
)
def sections() -> bytes:
    return xlsx(
        Page(
            "台账",
            [HEADER, ("一、交通5项",), ROWS[0], ("曹县合计14个", None, None, None, 50000, 12000), ROWS[1]],
            merged=("A2:F2", "A4:D4"),
        )
    )


@passes(
    "totals_above.xlsx", "The total stands above the projects", {"台账": {"A2": "合计", "E2": 103000.5, "F2": 26500.25}}
)
def totals_above() -> bytes:
    total = ("合计", None, "3个", None, Formula("SUM(E3:E5)", 103000.5), Formula("SUM(F3:F5)", 26500.25))
    return xlsx(Page("台账", [HEADER, total, *ROWS]))


@passes(
    "totals_below.xlsx",
    "The total stands below the projects",
    {"台账": {"A5": "总  计", "E5": 103000.5, "F5": 26500.25}},
)
def totals_below() -> bytes:
    total = ("总  计", None, None, None, Formula("SUM(E2:E4)", 103000.5), Formula("SUM(F2:F4)", 26500.25))
    return xlsx(Page("台账", [HEADER, *ROWS, total]))


@passes(
    "totals_that_do_not_foot.xlsx",
    "A typed total that is not the sum",
    {"台账": {"A5": "合计", "E5": 105000, "F5": 26500.25}},
)
def totals_that_do_not_foot() -> bytes:
    return xlsx(Page("台账", [HEADER, *ROWS, ("合计", None, None, None, 105000, 26500.25)]))


@passes(
    "marks.xlsx",
    "Stars and dots before names, for what is new or urgent",
    {"台账": {"C2": "★曹县新材料项目（示例）", "C3": "☆ 单县物流园项目（示例）●"}},
)
def marks() -> bytes:
    first, second = list(ROWS[0]), list(ROWS[1])
    first[2], second[2] = "★曹县新材料项目（示例）", "☆ 单县物流园项目（示例）●"
    return xlsx(Page("台账", [HEADER, first, second]))


@passes("serials.xlsx", "Serial numbers in every spelling", {"台账": {"A2": "（一）", "A3": "1、", "A4": "①"}})
def serials() -> bytes:
    return xlsx(
        Page("台账", [HEADER, *((mark, *row[1:]) for mark, row in zip(("（一）", "1、", "①"), ROWS, strict=True))])
    )


DATES: tuple[Cell, ...] = (
    "2023.6", 2023.6, "2023年6月", "23/6", 202306, "202306", 45078, date(2023, 6, 1), "2023-06-01", 2023,
    "2023.06-2025.12", "2010-", "2023—2025年", "２０２３年６月",
)  # fmt: skip


@passes(
    "dates.xlsx",
    "Dates in every spelling",
    {"台账": {"C2": "2023.6", "C3": 2023.6, "C6": 202306, "C8": 45078, "C9": "date:2023-06-01", "C13": "2010-"}},
)
def dates() -> bytes:
    rows = [(at, f"项目{at}（示例）", one) for at, one in enumerate(DATES, 1)]
    return xlsx(Page("台账", [("序号", "项目名称", "建设年限"), *rows]))


@passes("dates_since_1904.xlsx", "A workbook that counts its days from 1904", {"台账": {"C2": "date:2023-06-02"}})
def dates_since_1904() -> bytes:
    return xlsx(Page("台账", [("序号", "项目名称", "开工时间"), (1, "示例（示例）", date(2019, 6, 1))]), date1904=True)


@passes(
    "numbers_as_text.xlsx",
    "Numbers typed as text",
    {"台账": {"E2": "50,000", "F2": "１２０００", "E3": " 32000.5 ", "F3": "8 000"}},
)
def numbers_as_text() -> bytes:
    first, second = list(ROWS[0]), list(ROWS[1])
    first[4:], second[4:] = ["50,000", "１２０００"], [" 32000.5 ", "8 000"]
    return xlsx(Page("台账", [HEADER, first, second]))


@passes(
    "blanks.xlsx", "Cells that say that there is nothing", {"台账": {"F2": "/", "F3": "—", "F4": "待定", "E4": None}}
)
def blanks() -> bytes:
    rows = [[*row[:5], sign] for row, sign in zip(ROWS, ("/", "—", "待定"), strict=True)]
    rows[2][4] = None
    return xlsx(Page("台账", [HEADER, *rows, (None, "", " ", None, None, None)]))


@passes(
    "hidden_rows.xlsx",
    "A filtered list: hidden rows are read as all others, and told",
    {"台账": {"C3": "单县物流园项目（示例）"}},
    sheets={"台账": {"hidden_rows": [3]}},
)
def hidden_rows() -> bytes:
    return xlsx(Page("台账", [HEADER, *ROWS], hidden_rows=frozenset({3})))


@passes(
    "hidden_sheet.xlsx",
    "A hidden sheet beside the register",
    {"台账": {"A1": "序号"}, "旧": {"A1": "序号"}},
    sheets={"台账": {"hidden": False}, "旧": {"hidden": True}},
)
def hidden_sheet() -> bytes:
    return xlsx(SIMPLE, Page("旧", [HEADER, ROWS[0]], hidden=True))


@passes(
    "two_lists.xlsx",
    "A sheet for each list",
    {"省重点": {"C2": "曹县新材料项目（示例）"}, "市重点": {"C2": "单县物流园项目（示例）"}},
)
def two_lists() -> bytes:
    return xlsx(Page("省重点", [HEADER, ROWS[0]]), Page("市重点", [HEADER, *ROWS[1:]]))


@passes(
    "codes_twice.xlsx",
    "Two rows with one project code",
    {"台账": {"B2": "2301-371721-04-01-100001", "B5": "2301-371721-04-01-100001"}},
)
def codes_twice() -> bytes:
    return xlsx(Page("台账", [HEADER, *ROWS, (4, ROWS[0][1], "曹县另一项目（示例）", "曹县", 100, 10)]))


@passes(
    "names_nearly_alike.xlsx",
    "Names that differ by a sign",
    {"台账": {"C2": "郓鄄高速（示例）", "C3": "鄄郓高速（示例）", "C4": "郓鄄高速 （示例）"}},
)
def names_nearly_alike() -> bytes:
    names = ("郓鄄高速（示例）", "鄄郓高速（示例）", "郓鄄高速 （示例）")
    return xlsx(Page("台账", [HEADER, *((at, None, name, "郓城县", 100, 10) for at, name in enumerate(names, 1))]))


@passes(
    "equals_texts.xlsx",
    "Texts that begin like formulas stay texts",
    {"台账": {"C2": "=1+1", "C3": "@SUM(A1)", "C4": "-3项目", "C5": "+cmd|' /C calc'!A0"}},
)
def equals_texts() -> bytes:
    texts = ("=1+1", "@SUM(A1)", "-3项目", "+cmd|' /C calc'!A0")
    return xlsx(Page("台账", [HEADER, *((at, None, text, "曹县", 100, 10) for at, text in enumerate(texts, 1))]))


@passes(
    "formulas_without_values.xlsx",
    "Formulas that were saved without their values, as programs do that do not calculate",
    {"台账": {"E2": None, "F2": 12000, "G2": None}},
    sheets={"台账": {"uncalculated": ["E2", "E3"]}},
)
def formulas_without_values() -> bytes:
    first: tuple[Cell, ...] = (*ROWS[0][:4], Formula("F2*4"), Formula("6000*2", 12000), Formula('IF(F2>0,"","?")', ""))
    return xlsx(Page("台账", [(*HEADER, "备注"), first, (*ROWS[1][:4], Formula("F3*4"), 8000)]))


@passes("errors.xlsx", "Formulas that failed show their error", {"台账": {"E2": "#DIV/0!", "F2": "#REF!", "F3": 8000}})
def errors() -> bytes:
    return xlsx(Page("台账", [HEADER, (*ROWS[0][:4], Error("#DIV/0!"), Error("#REF!")), ROWS[1]]))


@passes(
    "percents.xlsx",
    "Percents as numbers, as formatted ratios and as text",
    {"台账": {"C2": 0.6, "C3": "60%", "C4": 60}},
)
def percents() -> bytes:
    rows = [(at, "示例（示例）", one) for at, one in enumerate((Percent(0.6), "60%", 60), 1)]
    return xlsx(Page("台账", [("序号", "项目名称", "形象进度"), *rows]))


@passes("rich_texts.xlsx", "A name in two looks", {"台账": {"C2": "曹县新材料项目（示例）"}})
def rich_texts() -> bytes:
    return xlsx(Page("台账", [HEADER, (*ROWS[0][:2], Rich(("曹县", "新材料项目（示例）")), *ROWS[0][3:])]))


@passes(
    "lines_in_cells.xlsx", "Names broken into lines", {"台账": {"C2": "曹县新材料\n项目（示例）", "C1": "项目\n名称"}}
)
def lines_in_cells() -> bytes:
    header = (*HEADER[:2], "项目\n名称", *HEADER[3:])
    return xlsx(Page("台账", [header, (*ROWS[0][:2], "曹县新材料\n项目（示例）", *ROWS[0][3:])]))


@passes(
    "begins_in_the_middle.xlsx",
    "A table that begins at C5",
    {"台账": {"C5": "项目名称", "D6": 12000}},
    sheets={"台账": {"first": "C5"}},
)
def begins_in_the_middle() -> bytes:
    more: dict[str, Cell] = {"C5": "项目名称", "D5": "年度计划投资", "C6": "曹县新材料项目（示例）", "D6": 12000}
    return xlsx(Page("台账", [], more=more))


@passes("dimension_that_lies.xlsx", "A sheet that claims to be A1:A1, as WPS writes it", {"台账": {"F4": 6500.25}})
def dimension_that_lies() -> bytes:
    return xlsx(Page("台账", [HEADER, *ROWS], dimension="A1:A1"))
