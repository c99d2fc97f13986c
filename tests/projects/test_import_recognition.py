"""What is recognised in registers as offices have them: heads, units, sections, totals, marks; and what is wrong."""

import pytest

from portfolio import clock
from tests.intake.register_books import HEAD, plain, untidy
from tests.projects.register_plans import ROWS, TODAY, planned, small_city, wrong

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def day():
    with clock.set_to(TODAY):
        yield


@pytest.fixture
def city():
    return small_city()


class TestRecognition:
    def test_a_register_that_nobody_prepared_is_read_whole(self, city):
        plan = planned(city, untidy())

        assert not plan.errors, plan.errors
        assert plan.counts()["create"] == 4
        assert {one.field: (one.column, one.unit) for one in plan.columns if one.field} == {
            "number": ("A", ""), "name": ("B", ""), "nature": ("C", ""), "owner": ("D", ""), "content": ("E", ""),
            "years": ("F", ""), "total_investment": ("G", "万元"), "opening": ("H", "万元"), "plan": ("I", "万元"),
            "leader": ("J", ""),
        }  # fmt: skip

    def test_amounts_years_marks_and_sections_are_read_as_they_are_meant(self, city):
        rows = {row.title: row for row in planned(city, untidy()).differences}

        first = rows["曹县银河纺织智能化改造项目"]
        assert first.note == "★"
        said = {name: new for name, (_old, new) in first.fields.items()}
        assert (said["total_investment"], said["opening"], said["plan"]) == (320_000_000, 85_000_000, 120_000_000)
        assert (said["start_year"], said["end_year"], said["nature"]) == (2023, 2025, "technical_renovation")
        assert (said["division"], said["project_type"]) == ("371721", "industry")
        third = rows["曹县万里木业绿色家居项目"].fields
        assert (third["carried_over"], third["plan"], third["start_year"]) == (
            (None, True), (None, 40_000_000), (None, 2022),
        )  # fmt: skip
        last = rows["曹县第三人民医院迁建工程"].fields
        assert (last["project_type"][1], last["start_year"][1]) == ("livelihood", 2024)
        assert "opening" not in last and "leader" not in last

    def test_stated_totals_and_counts_that_foot_are_told(self, city):
        plan = planned(city, untidy())

        assert {(one.label, one.field, one.difference) for one in plan.stated_totals} == {
            ("合计", "total_investment", 0), ("合计", "plan", 0), ("曹县合计4个", "projects", 0),
            ("曹县合计4个", "total_investment", 0), ("曹县合计4个", "plan", 0), ("一、产业项目3项", "projects", 0),
            ("二、民生项目1项", "projects", 0),
        }  # fmt: skip

    @pytest.mark.parametrize("below", [False, True])
    def test_a_stated_total_that_does_not_foot_is_told_with_the_difference(self, city, below):
        total = [None, "合计（3个）", None, None, None, None, 122_000, 42_500]

        plan = planned(city, plain([*ROWS, total] if below else [total, *ROWS]))

        found = {one.field: (one.stated, one.computed, one.difference) for one in plan.stated_totals}
        assert found["plan"] == (425_000_000, 420_000_000, 5_000_000)
        assert found["projects"] == (3, 2, 1)
        assert found["total_investment"][2] == 0

    @pytest.mark.parametrize(
        ("header", "cell", "yuan"),
        [
            ("总投资（亿元）", 3.2, 320_000_000),
            ("总投资/万元", "32,000", 320_000_000),
            ("总投资(元)", 320_000_000, 320_000_000),
            ("项目总投资\n（万元）", "３２０００", 320_000_000),
            ("计划总投资", "3.2亿元", 320_000_000),
        ],
    )
    def test_a_unit_stands_in_the_header_or_at_the_value(self, city, header, cell, yuan):
        head = [*HEAD[:6], header, HEAD[7]]

        plan = planned(city, plain([[*ROWS[0][:6], cell, 12000]], head))

        assert plan.differences[0].fields["total_investment"] == (None, yuan), plan.errors

    def test_an_amount_whose_unit_nobody_says_is_not_guessed(self, city):
        plan = planned(city, plain([ROWS[0]], [*HEAD[:6], "总投资", HEAD[7]]))

        assert wrong(plan) == {"G2": "total_investment"}
        assert "单位" in plan.errors[0].message

    def test_a_plan_of_another_year_is_not_this_year_s(self, city):
        head = [*HEAD[:6], "2023年计划投资（万元）", "2024年计划投资（万元）"]

        plan = planned(city, plain([[*ROWS[0][:6], 5000, 12000]], head), year=2024)

        assert plan.differences[0].fields["plan"] == (None, 120_000_000)

    def test_a_mapping_overrides_what_is_recognised(self, city):
        head = ["编号", "甲", "乙", "建设单位", "内容", "年限", "金额", "计划"]
        mapping = {"name": "乙", "division": "B", "total_investment": "金额", "header_row": 2, "unit": "万元"}

        plan = planned(city, plain([[1, "曹县", "银河项目", *ROWS[0][3:]]], head, [["2024年表"]]), mapping=mapping)

        assert [row.title for row in plan.differences] == ["银河项目"]
        assert plan.differences[0].fields["total_investment"] == (None, 320_000_000)
        assert plan.differences[0].fields["division"] == (None, "371721")

    def test_a_mapping_that_names_no_column_is_told(self, city):
        plan = planned(city, plain(ROWS), mapping={"total_investment": "没有的列"})

        assert [finding.field for finding in plan.errors] == ["total_investment"]

    def test_a_workbook_without_a_register_says_what_was_looked_for(self, city):
        plan = planned(city, plain([["张三", 3]], ["姓名", "年龄"]))

        assert not plan.differences and len(plan.errors) == 1
        assert "项目名称" in plan.errors[0].message

    def test_every_error_is_told_at_once_with_its_cell(self, city):
        bad = [
            [1, "甲项目", "荷泽县", "甲公司", "", "2023.13", "三千万", 100],
            [2, "乙项目", "曹县", "乙公司", "", "2025-2023", 9000, -5],
            [3, None, "曹县", "丙公司", "扩建", "2024", 9000, 5],
            [4, "丁项目", "曹县", "丁公司", "", "2024", 1000, 5000],
        ]

        plan = planned(city, plain(bad))

        assert wrong(plan) == {
            "C2": "division", "F2": "years", "G2": "total_investment", "F3": "years", "H3": "plan", "B4": "name",
            "H5": "plan",
        } or set(wrong(plan)) == {"C2", "F2", "G2", "F3", "H3", "H5"}, wrong(plan)  # fmt: skip
        assert plan.counts()["create"] == 0
        assert all(finding.message for finding in plan.errors)
