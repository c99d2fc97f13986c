"""One sheet as an office prints it, read back as another program sees it."""

from datetime import datetime
from decimal import Decimal

import pytest

from portfolio.sheets import sheet as sheets
from portfolio.sheets import widths
from portfolio.sheets.book import sheet_name
from portfolio.sheets.cells import Formula
from portfolio.sheets.columns import Column, Kind
from portfolio.sheets.sheet import Layout, SheetTooLong
from projects.core.money import MoneyUnit
from tests.sheets import books


@pytest.fixture
def worksheet():
    return books.read(books.small())["表"]


def values(worksheet, row):
    return [cell.value for cell in worksheet[row]]


def test_title_line_header_body_and_note_stand_in_this_order(worksheet):
    assert [values(worksheet, row)[0] for row in range(1, 9)] == [
        "标题", "截至12月底", "序号", None, 1, 2, 3, "=注",
    ]  # fmt: skip


def test_a_header_that_looks_like_a_formula_is_quoted_text(worksheet):
    header = worksheet["B3"]

    assert (header.value, header.data_type, header.quotePrefix) == ("=名称", "s", True)


@pytest.mark.parametrize(("row", "text"), [(5, "=1+1"), (6, "@x"), (7, "-3")])
def test_hostile_names_are_quoted_text_and_read_back_as_they_were(worksheet, row, text):
    cell = worksheet.cell(row, 2)

    assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", True)


def test_money_is_a_number_in_its_unit_with_its_format(worksheet):
    cell = worksheet["C5"]

    assert (cell.value, cell.data_type) == (1234.5678, "n")
    assert cell.number_format.startswith("#,##0.00")


def test_a_negative_amount_stays_a_number(worksheet):
    assert (worksheet["C7"].value, worksheet["C7"].data_type) == (-0.5, "n")


def test_a_missing_figure_prints_a_dash_and_a_missing_date_nothing(worksheet):
    assert [worksheet.cell(6, column).value for column in (3, 4, 5, 6, 7)] == ["—", "—", "—", None, None]


def test_rates_points_dates_and_moments_have_their_formats(worksheet):
    assert worksheet["D5"].value == 1.1 and worksheet["D5"].number_format.startswith("0.0%")
    assert worksheet["E5"].value == -3.5 and worksheet["E5"].number_format.startswith("+0.0")
    assert worksheet["F5"].value == datetime(2024, 1, 2) and worksheet["F5"].number_format == "yyyy-mm-dd"
    assert worksheet["G5"].value == datetime(2024, 1, 8, 17, 0)


def test_a_light_is_a_word_on_its_colour(worksheet):
    assert worksheet["H5"].value == "红灯"
    assert worksheet["H5"].fill.fgColor.rgb == "FFF8D9D9"
    assert worksheet["H6"].fill.fill_type is None


def test_groups_of_columns_share_a_header_and_others_span_both_rows(worksheet):
    merged = {str(area) for area in worksheet.merged_cells.ranges}

    assert {"C3:D3", "A3:A4", "E3:E4"} <= merged
    assert (worksheet["C3"].value, worksheet["C4"].value, worksheet["D4"].value) == ("投资", "计划", "完成率")


def test_it_is_set_up_for_a3_landscape_one_page_wide_with_page_numbers(worksheet):
    setup = worksheet.page_setup

    assert (setup.paperSize, setup.orientation, setup.fitToWidth, setup.fitToHeight) == (8, "landscape", 1, 0)
    assert worksheet.sheet_properties.pageSetUpPr.fitToPage
    assert worksheet.oddFooter.center.text == "第 &P 页 共 &N 页"
    assert worksheet.print_title_rows == "$3:$4"
    assert worksheet.freeze_panes == "A5"


def test_borders_are_thin_and_styles_have_names(worksheet):
    cell = worksheet["B5"]

    assert cell.border.left.style == cell.border.bottom.style == "thin"
    assert {"报表标题", "报表表头", "报表正文", "报表合计"} <= set(worksheet.parent.named_styles)
    assert worksheet["A1"].font.name == "方正小标宋简体"
    assert worksheet["A3"].font.name == "仿宋_GB2312" and worksheet["A3"].font.b


def test_columns_are_wide_enough_for_chinese(book):
    columns = (Column("name", "名称"), Column("long", "说明"))
    rows = [["菏泽市牡丹区重点项目", "字" * 200]]
    narrow, wide = (book.table_sheet("表", columns, rows).worksheet.column_dimensions[at].width for at in "AB")

    assert narrow >= 20
    assert wide / narrow == pytest.approx(44 / 22, abs=0.05)


def test_a_long_text_makes_its_row_higher(book):
    sheet = book.sheet("表", [20])
    sheet.table((Column("name", "名称", width=20),), [["短"], ["长" * 100]])

    heights = books.read(books.written(book))["表"].row_dimensions
    assert heights[3].height > heights[2].height * 3


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("字" * 10, 1),
        ("字" * 11, 2),
        ("字" * 10 + "，" + "字" * 8, 2),  # a mark begins no line: the character before it goes down with it
        ("主体已封顶，设备安装完成65%，正在单机调试和配套工程收尾，累计完成工程量65%。", 4),
        ("preparatory acceptance certificate", 3),  # three words of which no two stand beside each other
        ("x" * 41, 3),  # broken anywhere
        ("字\n字", 2),
        ("", 1),
    ],
)
def test_a_text_takes_as_many_lines_as_programs_break_it_into(text, lines):
    assert widths.lines(text, 21) == lines


def test_a_title_that_is_wider_than_its_sheet_has_room_for_a_second_line(book):
    sheet = book.sheet("表", [40], upright=True)
    sheet.title("短")
    sheet.title("曹县某某有限公司年产四万吨特种陶瓷粉体项目二期（示例）2024年1月")

    heights = books.read(books.written(book))["表"].row_dimensions
    assert heights[2].height > heights[1].height * 1.5


def test_a_formula_may_have_a_format_of_its_own(book):
    sheet = book.sheet("表", [20])
    sheet.table((Column("rate", "值", Kind.PLAIN),), [[Formula("1/4", Decimal("0.25"), "0.0%")], [Formula("1+1", 2)]])

    read = books.read(books.written(book))["表"]
    assert [read[f"A{row}"].number_format for row in (2, 3)] == ["0.0%", "General"]


def test_totals_stand_over_or_under_the_body_outside_the_filter(book):
    columns = (Column("name", "名称"), Column("plan", "计划", Kind.MONEY, MoneyUnit.YI, 1))
    over = book.sheet("上", [10, 10]).table(columns, [["甲", 10**8]], Layout(top=["合计", 10**8], filtered=True))
    under = book.sheet("下", [10, 10]).table(columns, [["甲", 10**8]], Layout(bottom=["合计", 10**8], filtered=True))
    read = books.read(books.written(book))

    assert (over.total, over.first, over.last) == (2, 3, 3)
    assert (under.first, under.last, under.total) == (2, 2, 3)
    assert read["下"].auto_filter.ref == "A1:B2"
    assert read["下"]["A3"].font.b and not read["下"]["A2"].font.b


def test_a_table_names_its_cells_as_formulas_of_other_sheets_do(book):
    placed = book.sheet("表", [10]).table((Column("plan", "计划", Kind.WHOLE),), [[1], [2]], Layout(bottom=[3]))

    assert placed.area("plan") == "'表'!$A$2:$A$3"
    assert placed.cell("plan", placed.total) == "'表'!$A$4"


def test_more_rows_than_a_worksheet_has_are_refused(book, monkeypatch):
    monkeypatch.setattr(sheets, "MOST_ROWS", 3)

    with pytest.raises(SheetTooLong):
        book.sheet("表", [10]).table((Column("plan", "计划", Kind.WHOLE),), [[1], [2], [3]])


@pytest.mark.parametrize(
    ("wanted", "given"),
    [("县区排名", "县区排名"), ("a/b[c]:d*?", "a／b〔c〕：d＊？"), ("长" * 40, "长" * 31), ("\x00", "-")],
)
def test_a_sheet_gets_a_name_that_it_can_have(wanted, given):
    assert sheet_name(wanted) == given


def test_a_value_that_a_column_cannot_hold_is_an_error(book):
    money = Column("plan", "计划", Kind.MONEY, MoneyUnit.YI, 1)

    with pytest.raises(TypeError, match="whole number of yuan"):
        book.sheet("表", [10]).table((money,), [[1.5]])


def test_an_english_book_has_english_faces_and_style_names(english_book):
    english_book.sheet("Sheet", [10]).title("Title")
    read = books.read(books.written(english_book))

    assert read["Sheet"]["A1"].font.name == "Times New Roman"
    assert "Report title" in read.named_styles
