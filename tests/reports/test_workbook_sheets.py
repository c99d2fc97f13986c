"""How the sheets are set up for screen and paper, and that charts stand on cells."""

import zipfile
from io import BytesIO
from xml.etree import ElementTree

import pytest

from portfolio.chain import Link, walk
from portfolio.sheets.cells import LONGEST_TEXT
from projects.models.ledger import PAYLOAD
from reports.workbooks import kinds
from tests.reports import made, small

pytestmark = pytest.mark.django_db

NAMES = ["封面", "总体情况", "县区排名", "产业链", "项目台账", "分月进度", "项目分月", "逾期节点", "更正", "核对表"]
CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"


@pytest.fixture(scope="module")
def summary(portfolio):
    return made.build("summary")


def test_the_cover_comes_first_and_the_checks_last(summary):
    assert summary.book.sheetnames == NAMES
    assert summary.book.active.title == "封面"


def test_the_cover_says_what_the_workbook_covers(summary):
    cover = {row[0].value: row[1].value for row in summary.book["封面"].iter_rows(max_col=2)}

    assert cover["报告期"] == "2023年12月"
    assert cover["评价日"] == "2024-01-08"
    assert cover["变更日志链首"] == summary.frame.head
    assert cover["数据认定时点"].endswith("2024-01-10 12:00:00（北京时间）")
    assert cover["覆盖范围"] == "全市"
    assert cover["亮灯判定依据"].startswith("本地默认 第1版")
    assert cover["数据口径"] == "调度口径，非统计数据。"
    assert "示例" in cover["示例数据"]
    assert cover["项目台账"] == 7


def test_the_cover_names_the_policy_in_words_alone(summary):
    cover = {row[0].value: row[1].value for row in summary.book["封面"].iter_rows(max_col=2)}

    assert "local-default" not in cover["亮灯判定依据"]


def test_each_check_shows_its_figures_as_what_they_are(summary):
    rows = list(summary.book["核对表"].iter_rows(min_row=5, max_col=5))
    formats = {row[1].value: {row[3].number_format, row[4].number_format} for row in rows if row[1].value}

    assert formats["完成率等于完成投资除以年度计划"] == {"0.0000%_ "}
    assert formats["合计（项目不重复计算）：项目数"] == {"#,##0_ "}
    assert formats["合计（项目不重复计算）：年度计划投资"] == {"#,##0.00######_ "}


def test_the_file_does_not_say_who_built_it_or_when(summary):
    with zipfile.ZipFile(BytesIO(summary.content)) as package:
        core = package.read("docProps/core.xml").decode()

    assert "重点项目调度台账" in core  # the product
    assert core.count("2024-01-10T12:00:00Z") == 2  # the moment of knowledge


@pytest.mark.parametrize("name", NAMES)
def test_every_sheet_prints_on_a3_landscape_with_page_numbers(name, summary):
    sheet = summary.book[name]

    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (8, "landscape")
    assert sheet.page_setup.fitToWidth == 1 and sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.oddFooter.center.text == "第 &P 页 共 &N 页"


@pytest.mark.parametrize("name", NAMES)
def test_each_printed_page_says_what_it_belongs_to_and_that_it_is_invented(summary, name):
    foot = summary.book[name].oddFooter

    assert (foot.left.text, foot.right.text) == ("示例数据，均为虚构", "重点项目调度汇总（截至2023年12月底）")


@pytest.mark.parametrize("name", [name for name in NAMES if name != "封面"])
def test_tables_repeat_their_header_and_keep_it_in_sight(name, summary):
    sheet = summary.book[name]

    assert sheet.print_title_rows
    assert sheet.freeze_panes


@pytest.mark.parametrize("name", ["总体情况", "县区排名", "产业链", "分月进度", "项目台账", "项目分月"])
def test_sheets_with_money_say_its_unit(name, summary):
    said = [cell.value for row in summary.book[name].iter_rows(max_row=2) for cell in row if cell.value]

    assert any(text.startswith("计量单位：") for text in said)


@pytest.mark.parametrize(("name", "columns"), [("项目台账", 3), ("逾期节点", 3)])
def test_long_lists_have_a_filter_over_their_rows(name, columns, summary):
    assert summary.book[name].auto_filter.ref.startswith("A3:")


def test_the_overview_has_native_charts_over_cells(summary):
    with zipfile.ZipFile(BytesIO(summary.content)) as package:
        charts = [package.read(name) for name in sorted(package.namelist()) if name.startswith("xl/charts/")]
        assert not [name for name in package.namelist() if name.startswith("xl/media/")]

    lines, bars = (ElementTree.fromstring(chart) for chart in charts)
    assert lines.find(f".//{CHART}lineChart") is not None
    assert bars.find(f".//{CHART}barChart") is not None
    areas = [node.text for node in lines.iter(f"{CHART}f")]
    assert len(areas) == 8 and all(area.startswith("'分月进度'!") for area in areas)


def test_the_curve_stands_on_the_twelve_months_of_its_list(summary):
    with zipfile.ZipFile(BytesIO(summary.content)) as package:
        lines = ElementTree.fromstring(package.read("xl/charts/chart1.xml"))
    sheet = summary.book["分月进度"]

    for series, name in zip(lines.iter(f"{CHART}ser"), ("省级", "省级", "市", "市"), strict=True):
        area = series.find(f"{CHART}val//{CHART}f").text.split("!")[1].replace("$", "")
        cells = [cell for (cell,) in sheet[area]]
        assert len(cells) == 12
        assert {sheet.cell(cell.row, 1).value for cell in cells} == {f"{name}重点项目"}


def test_months_after_the_period_are_empty_not_nothing(portfolio):
    june = made.build("summary", made.covered(None, period=made.Period(2023, 6)))
    rows = made.rows(june.book["分月进度"], "名单")

    assert [row["完成率"] is None for row in rows[:12]] == [False] * 6 + [True] * 6


@pytest.mark.parametrize("kind", [kind.id for kind in kinds()])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_kind_keeps_within_the_limits_of_the_format(kind, language, portfolio):
    built = made.build(kind, language=language)

    for worksheet in built.book:
        assert len(worksheet.title) <= 31
        assert worksheet.max_row < 1_048_576
        for row in worksheet.iter_rows():
            for cell in row:
                assert len(str(cell.value or "")) <= LONGEST_TEXT
                assert cell.data_type != "e", (worksheet.title, cell.coordinate)


@pytest.mark.parametrize("kind", [kind.id for kind in kinds()])
def test_no_english_is_left_in_a_chinese_workbook(kind, portfolio):
    texts = [
        cell.value
        for worksheet in made.build(kind).book
        for row in worksheet.iter_rows(max_row=3)
        for cell in row
        if isinstance(cell.value, str)
    ]

    assert not [text for text in texts if text.isascii() and text.replace(" ", "").isalpha()]


def test_an_empty_portfolio_makes_a_workbook_too(portfolio):
    empty = made.build("summary", made.covered(None, "organisation/NOBODY"))

    assert empty.made.rows["register"] == 0
    assert empty.made.control_totals["distinct"]["projects"] == 0
    assert empty.book["总体情况"]["A3"].value == "省级重点项目0个，尚无年度计划，不计算完成率。"


def test_the_changes_workbook_is_enough_to_walk_the_chain_again(portfolio):
    built = made.build("changes", made.covered(small.AFTER, period=None))
    sheet = built.book["变更日志"]
    keys = ["seq", "at", "business_date", "actor", "actor_name", "origin", "model", "key", "project", "act", "changes",
            "reason", "source", "short", "batch", "hash_version", "leaf", "previous", "hash"]  # fmt: skip
    lines = [
        dict(zip(keys, ["" if value is None else value for value in row], strict=True))
        for row in sheet.iter_rows(min_row=4, values_only=True)
        if isinstance(row[0], int)
    ]
    rest = ("hash_version", "previous", "leaf", "hash")
    verdict = walk(
        Link(one["seq"], {name: one[name] for name in PAYLOAD}, *(one[name] for name in rest)) for one in lines
    )

    assert verdict.broken_seq is None
    assert f"{verdict.head_seq}:{verdict.head_hash}" == built.frame.head
