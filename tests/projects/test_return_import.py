"""Return workbooks that come back: what is wrong in which cell, what would change, what the web changed meanwhile."""

from datetime import date

import pytest

from portfolio.refusals import Refusal
from projects.actions.returns import submit_returns
from projects.models import Change, ReportingPeriod, ReturnVersion
from tests import factories as make
from tests.projects.return_books import SHEET, changed, downloaded, fill, filled, opened, slip
from tests.projects.return_plans import KEY, STONE, committed, difference, entry, errors, planned

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_5_january", "calendars")]
DAY = date(2024, 1, 3)


@pytest.fixture
def milestone(overdue_milestone):
    return overdue_milestone


@pytest.fixture
def book(return_book):
    return return_book


class TestUnchanged:
    def test_as_it_was_downloaded_there_is_nothing_to_change(self, caoxian, book):
        plan = planned(caoxian, book)

        assert plan.counts() == {"create": 0, "update": 0, "unchanged": 2, "conflict": 0, "error": 0}
        assert not plan.errors and not plan.warnings

    def test_saved_by_another_program_there_is_nothing_to_change(self, caoxian, book):
        assert planned(caoxian, changed(book, lambda _book: None)).changes == []

    def test_with_a_draft_and_figures_handed_in_there_is_nothing_to_change(self, client, caoxian, project):
        draft = {"month": "100.1234", "physical_text": " 封顶 \r\n 验收 ", "x": "y"}
        make.MonthlyReturnFactory(project=project, draft=draft)
        second = make.ProjectFactory(code="T23-0002")
        make.ListingFactory(project=second)
        entry = make.MonthlyReturnFactory(project=second, state="submitted", version=2)
        make.ReturnVersionFactory(
            project=second, monthly_return=entry, under_review=True, invested=12_345_678, problem_kind="land",
            problem_text="=1+1", physical_percent=30,
        )  # fmt: skip

        plan = planned(caoxian, changed(downloaded(client, caoxian), lambda _book: None))

        assert plan.counts()["unchanged"] == 2 == len(plan.differences)

    def test_nothing_to_change_commits_nothing_and_says_so(self, caoxian, book):
        before = Change.objects.count()

        with pytest.raises(Refusal, match="无需更改"):
            committed(caoxian, book)
        assert Change.objects.count() == before

    def test_the_web_may_have_changed_what_the_file_left_alone(self, caoxian, book):
        submit_returns(by=caoxian, entries=[entry(10_000_000)])

        assert difference(planned(caoxian, book)).kind == "unchanged"


class TestValues:
    @pytest.mark.parametrize(
        ("values", "invested"),
        [
            ({"month": 100}, 10_000_000),
            ({"invested": 1000}, 10_000_000),
            ({"month": 100, "invested": 1000}, 10_000_000),
            ({"month": "１００.5"}, 10_005_000),
            ({"invested": "0.1亿元"}, 10_000_000),
            ({"month": 0}, 9_000_000),
            ({"month": 33.3333}, 9_333_333),
        ],
    )
    def test_month_or_year_or_both_in_any_spelling(self, caoxian, book, values, invested):
        plan = planned(caoxian, filled(book, **values))

        assert plan.errors == []
        assert difference(plan).kind == "create"
        assert difference(plan).fields["invested"] == (None, invested)

    def test_every_field_becomes_the_form_s(self, caoxian, book):
        data = filled(
            book, month=100, statistics=900, funds_arrived="800", funds_paid=700.5, physical_percent="60%",
            physical_text=" 主体封顶 ", problem_kind="Land", problem_text="征地", reason="核对无误",
        )  # fmt: skip

        committed(caoxian, data)

        version = ReturnVersion.objects.get(project__code="T23-0001", period="2023-12")
        assert (version.invested, version.statistics, version.funds_arrived) == (10_000_000, 9_000_000, 8_000_000)
        assert (version.funds_paid, version.physical_percent, version.physical_text) == (7_005_000, 60, "主体封顶")
        assert (version.problem_kind, version.problem_text, version.reason) == ("land", "征地", "核对无误")

    def test_where_a_change_came_from_stands_in_the_log(self, caoxian, book):
        committed(caoxian, filled(filled(book, month=100), step="D04", actual_on="2024.1.4"))

        rows = {change.model: change for change in Change.objects.exclude(origin="replay")}
        assert rows["monthlyreturn"].origin == "excel"
        assert rows["monthlyreturn"].source == f"曹县.xlsx · {SHEET}!G5"
        assert rows["milestone"].source == "曹县.xlsx · 里程碑节点!K4"

    def test_a_slip_is_read_like_a_row(self, client, caoxian, project, milestone):
        data = changed(slip(client, caoxian, "T23-0001"), write_slip)

        plan = planned(caoxian, data)

        assert not plan.errors
        assert difference(plan).fields["invested"] == (None, 10_000_000)
        assert difference(plan, STONE).fields == {"forecast_on": (None, "2024-02-01")}

    def test_a_slip_as_it_was_downloaded_changes_nothing(self, client, caoxian, project, milestone):
        assert planned(caoxian, slip(client, caoxian, "T23-0001")).counts()["unchanged"] == 2

    def test_rows_and_columns_may_stand_elsewhere(self, caoxian, book):
        def move(workbook):
            sheet = workbook[SHEET]
            for area in list(sheet.merged_cells.ranges):
                sheet.unmerge_cells(str(area))
            fill(workbook, "T23-0001", month=100)
            sheet.insert_rows(1, 2)
            sheet.insert_cols(1)

        plan = planned(caoxian, changed(book, move))

        assert difference(plan).fields["invested"] == (None, 10_000_000)
        assert difference(plan).cells["month"] == "H7"

    def test_an_english_workbook_is_read_as_well(self, client, caoxian, project):
        type(caoxian).objects.filter(pk=caoxian.pk).update(language="en")
        client.cookies["django_language"] = "en"

        book = opened(downloaded(client, caoxian))

        assert planned(caoxian, changed(downloaded(client, caoxian), lambda _book: None)).counts()["unchanged"] == 1
        assert "Return" in book.sheetnames or SHEET in book.sheetnames


def write_slip(workbook):
    sheet = workbook[SHEET]
    for row in sheet.iter_rows():
        if row[0].value == "本月完成投资":
            row[1].value = 100
    stones = workbook["里程碑节点"]
    stones["F4"] = "2024/2/1"


class TestFaults:
    @pytest.mark.parametrize(
        ("values", "cell", "field", "words", "right"),
        [
            ({"month": "abc"}, "G5", "month", "abc", ""),
            ({"month": "1,2,3"}, "G5", "month", "1,2,3", "14,367.87"),
            ({"month": -5}, "G5", "month", "不能为负", "自年初累计"),
            ({"month": 0.00001}, "G5", "month", "一元", ""),
            ({"month": 100, "invested": 1200}, "H5", "invested", "1200", "1000"),
            ({"statistics": 5}, "G5", "month", "没有完成投资请填", "保持下载时的样子"),
            ({"month": 1, "physical_percent": 120}, "L5", "physical_percent", "120", "100"),
            ({"month": 1, "physical_percent": "一半"}, "L5", "physical_percent", "一半", ""),
            ({"month": 1, "problem_kind": "天气"}, "N5", "problem_kind", "没有这个", "土地、企业自身"),
            ({"month": 1, "problem_text": "征地"}, "N5", "problem_kind", "问题类别", ""),
            ({"month": 1, "physical_text": "长" * 501}, "M5", "physical_text", "501", ""),
            ({"month": 1, "reason": "长" * 301}, "P5", "reason", "301", ""),
            ({"month": "#DIV/0!"}, "G5", "month", "#DIV/0!", ""),
            ({"invested": 800}, "H5", "invested", "800", "P5"),
            ({"month": 5000}, "G5", "invested", "5,000", "P5"),
            ({"month": 1, "funds_paid": 20_000}, "K5", "funds_paid", "20,000", "P5"),
        ],
    )
    def test_each_is_named_with_its_cell_and_what_would_be_right(
        self, caoxian, book, values, cell, field, words, right
    ):
        plan = planned(caoxian, filled(book, **values))
        found = [item for item in plan.errors if (item.cell, item.field) == (cell, field)]

        assert found, plan.errors
        assert words in found[0].message and (found[0].sheet, found[0].row) == (SHEET, 5)
        assert right in found[0].message + found[0].suggestion
        assert difference(plan).kind == "error"

    def test_all_are_named_at_once(self, caoxian, book):
        data = filled(book, month="x", statistics="y", physical_percent=101, problem_kind="z")
        data = filled(data, step="D04", actual_on="昨天")

        plan = planned(caoxian, data)

        assert errors(plan) == [
            ("G5", "month"), ("I5", "statistics"), ("L5", "physical_percent"), ("N5", "problem_kind"),
            ("K4", "actual_on"),
        ]  # fmt: skip

    def test_a_reason_lets_an_unusual_figure_pass(self, caoxian, book):
        plan = planned(caoxian, filled(book, month=5000, reason="设备集中到货"))

        assert plan.errors == []
        assert difference(plan).fields["reason"] == (None, "设备集中到货")

    def test_what_hinders_nothing_is_a_warning(self, caoxian, book):
        plan = planned(caoxian, filled(book, month=400))

        assert difference(plan).kind == "create"
        assert [item.cell for item in plan.warnings] == ["G5"]

    @pytest.mark.parametrize(
        ("values", "field"),
        [
            ({"actual_on": "2024-02-01"}, "actual_on"),
            ({"actual_on": "2023.1"}, "actual_on"),
            ({"forecast_on": "待"}, "forecast_on"),
        ],
    )
    def test_a_milestone_s_dates_are_checked_as_on_the_web(self, caoxian, book, values, field):
        plan = planned(caoxian, filled(book, step="D04", **values))

        assert [item.field for item in plan.errors] == [field]
        assert difference(plan, STONE).kind == "error"

    def test_dates_of_one_file_must_fit_each_other(self, client, caoxian, project, milestone):
        start = make.MilestoneStepFactory(start=True)
        make.MilestoneFactory(project=project, step=start, position=0, planned_on="2023-12-01")
        data = downloaded(client, caoxian)
        data = filled(filled(data, step="D01", actual_on="2024-01-03"), step="D04", actual_on="2024-01-02")

        plan = planned(caoxian, data)

        assert {item.field for item in plan.errors} == {"actual_on"}

    def test_a_project_that_was_not_in_it_is_an_error(self, caoxian, book):
        other = make.ProjectFactory(code="T23-0009")
        make.ListingFactory(project=other)

        plan = planned(caoxian, changed(book, lambda book: rename(book, "T23-0009")))

        assert "T23-0009" in plan.errors[0].message

    def test_a_row_twice_is_an_error(self, caoxian, book):
        def double(workbook):
            sheet = workbook[SHEET]
            for cell in sheet[5]:
                sheet.cell(6, cell.column).value = cell.value

        plan = planned(caoxian, changed(book, double))

        assert errors(plan) == [("B5", "code")]
        assert len([row for row in plan.differences if row.key == KEY]) == 1

    def test_a_column_that_is_gone_is_named(self, caoxian, book):
        def drop(workbook):
            for row in (3, 4):
                workbook[SHEET].cell(row, 12).value = "别的"

        with pytest.raises(Refusal, match="没有找到填报表格"):
            planned(caoxian, changed(book, drop))


def rename(workbook, code):
    workbook[SHEET]["B5"] = code


class TestWholeFile:
    def test_another_county_s_workbook_is_refused(self, book):
        make.DivisionFactory(shanxian=True)
        stranger = make.UserFactory(county_staff=True, division="371722", username="shanxian")

        with pytest.raises(Refusal, match="没有您的项目"):
            planned(stranger, filled(book, month=100))

    def test_a_leader_may_not(self, book):
        with pytest.raises(Refusal):
            planned(make.UserFactory(leader=True), book)

    def test_a_workbook_without_stamp_is_refused(self, caoxian, book):
        with pytest.raises(Refusal, match="缺少隐藏"):
            planned(caoxian, changed(book, lambda workbook: workbook.remove(workbook["_versions"])))

    def test_a_forged_stamp_is_refused(self, caoxian, book):
        def forge(workbook):
            workbook["_versions"]["A2"] = workbook["_versions"]["A2"].value.replace(":", ":A", 1)

        with pytest.raises(Refusal, match="改动"):
            planned(caoxian, changed(book, forge))

    def test_a_month_that_was_locked_meanwhile_is_refused(self, caoxian, book):
        ReportingPeriod.objects.update(state="locked", locked_at="2024-01-05T00:00:00+08:00", locked_position=0)

        with pytest.raises(Refusal, match="锁定"):
            planned(caoxian, filled(book, month=100))

    def test_what_is_no_workbook_is_refused(self, caoxian):
        with pytest.raises(Refusal):
            planned(caoxian, b"no workbook")
