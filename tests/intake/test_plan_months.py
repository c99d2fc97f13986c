"""The words that name parts of an annual plan, and the twelve months that a row's parts make."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.intake.headers import field_of
from projects.intake.plan_months import MONTH_KEYS, QUARTER_KEYS, SUM_KEYS, Mismatch, months_of, part_of

EVEN = [100] * 12


@pytest.mark.parametrize(
    ("path", "part"),
    [
        (["年度计划", "1月"], "plan_m01"),
        (["2024年计划投资（万元）", "12月份"], "plan_m12"),
        (["分月投资计划", "十一月"], "plan_m11"),
        (["其中：各月计划", "3月"], "plan_m03"),
        (["3月", "计划投资"], "plan_m03"),
        (["2月计划完成投资"], "plan_m02"),
        (["年度计划", "1-1月"], "plan_c01"),
        (["年度计划", "1—6月"], "plan_c06"),
        (["年度计划", "1至9月累计"], "plan_c09"),
        (["1～12月累计计划投资"], "plan_c12"),
        (["计划投资", "6月底累计"], "plan_c06"),
        (["年度计划", "上半年"], "plan_c06"),
        (["年度投资计划", "前三季度"], "plan_c09"),
        (["年度计划", "一季度"], "plan_q1"),
        (["年度计划", "第四季度"], "plan_q4"),
        (["分季度计划", "2季度"], "plan_q2"),
    ],
)
def test_parts_of_a_plan_are_known_by_their_words(path, part):
    assert part_of(path) == part
    assert field_of(path)[0] == part


@pytest.mark.parametrize(
    "path",
    [
        ["1月"],
        ["年度完成投资", "1月"],
        ["计划完成情况", "1月"],
        ["计划开工时间", "3月"],
        ["1-11月累计完成投资"],
        ["3月", "完成投资"],
        ["年度计划投资"],
        ["计划竣工年月"],
        ["截至12月底形象进度目标"],
        ["年度目标", "12月底形象进度"],
    ],
)
def test_other_words_with_months_are_no_part_of_a_plan(path):
    assert part_of(path) == ""


def test_the_column_that_sums_the_months_is_the_annual_plan():
    assert field_of(["年度计划", "合计"])[0] == "plan"
    assert field_of(["合计"])[0] == ""


def months(*amounts):
    return dict(zip(MONTH_KEYS, amounts, strict=False))


@pytest.mark.parametrize(
    ("values", "wanted"),
    [
        (months(*EVEN) | {"plan": 1200}, EVEN),
        (months(*EVEN), EVEN),
        ({"plan_m07": 500, "plan_m12": 700}, [0] * 6 + [500, 0, 0, 0, 0, 700]),
        ({key: 100 * place for place, key in enumerate(SUM_KEYS, start=1)}, EVEN),
        ({"plan_m01": 50, "plan_c02": 250, "plan_c12": 1250, "plan": 1250}, [50, 200, *EVEN[2:]]),
        ({"plan_c06": 600, "plan": 1200}, EVEN),
        ({"plan_c06": 0, "plan": 1207}, [0] * 6 + [201] * 5 + [202]),
        (
            dict(zip(QUARTER_KEYS, (300, 301, 302, 0), strict=True)),
            [100, 100, 100, 100, 100, 101, 100, 100, 102, 0, 0, 0],
        ),
        (months(*EVEN) | {"plan_q1": 300, "plan_c06": 600}, EVEN),
        ({"plan": 1200}, None),
    ],
)  # fmt: skip
def test_a_row_s_parts_make_twelve_months(values, wanted):
    found = months_of(values)

    assert found == (None if wanted is None else (wanted, []))


@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        (months(*EVEN) | {"plan": 1300}, Mismatch("plan", 1300, 1200)),
        (dict.fromkeys(QUARTER_KEYS, 300) | {"plan": 1000}, Mismatch("plan", 1000, 1200)),
        ({"plan_c06": 700, "plan_c12": 1200, "plan": 1000}, Mismatch("plan", 1000, 1200)),
        ({"plan_c06": 700, "plan_c09": 600}, Mismatch("plan_c09", 600, 700)),
        (months(*EVEN) | {"plan_q2": 290}, Mismatch("plan_q2", 290, 300)),
    ],
)
def test_what_does_not_sum_is_told_at_its_field(values, wrong):
    found = months_of(values)

    assert found is not None
    assert found[1] == [wrong]


@given(st.lists(st.integers(0, 10**12), min_size=12, max_size=12))
def test_months_and_their_cumulative_figures_say_the_same(amounts):
    cumulative = {key: sum(amounts[: place + 1]) for place, key in enumerate(SUM_KEYS)}

    assert months_of(cumulative) == (amounts, []) == months_of(months(*amounts) | {"plan": sum(amounts)})


@given(st.lists(st.integers(0, 10**12), min_size=4, max_size=4))
def test_quarters_lose_no_yuan(amounts):
    found = months_of(dict(zip(QUARTER_KEYS, amounts, strict=True)) | {"plan": sum(amounts)})

    assert found is not None and found[1] == []
    assert [sum(found[0][place : place + 3]) for place in (0, 3, 6, 9)] == amounts
