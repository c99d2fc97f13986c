"""Cells as offices write them: what they mean, and what is refused because it could mean two things."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.core.money import MoneyUnit
from projects.intake.book import Value
from projects.intake.values import (
    BadValue,
    are_ratios,
    clean_text,
    parse_amount,
    parse_day,
    parse_month,
    parse_percent,
    parse_whole,
    parse_year,
    parse_years,
)

WAN, YI, YUAN = MoneyUnit.WAN, MoneyUnit.YI, MoneyUnit.YUAN
BLANKS = [None, "", " ", "　", "/", "／", "-", "—", "——", "－", "待定", "无", "\\"]


@pytest.mark.parametrize(
    ("written", "unit", "yuan"),
    [
        (1200, WAN, 12_000_000),
        (0, WAN, 0),
        (143.6787, WAN, 1_436_787),
        (0.1, WAN, 1_000),
        ("1200", WAN, 12_000_000),
        ("1,200", WAN, 12_000_000),
        ("14，367.87", WAN, 143_678_700),
        ("１２００", WAN, 12_000_000),
        ("１．２亿元", WAN, 120_000_000),
        ("1.2亿元", WAN, 120_000_000),
        ("1.2亿", YUAN, 120_000_000),
        ("500万元", YI, 5_000_000),
        ("500 万", YI, 5_000_000),
        ("12000000元", WAN, 12_000_000),
        ("￥1,200.50", YUAN, None),
        ("¥1,200", YUAN, 1_200),
        ("1200元整", YUAN, 1_200),
        (" 12\u00a0000 ", YUAN, 12_000),
        (1.2, YI, 120_000_000),
        ("-30", WAN, -300_000),
    ],
)
def test_an_amount_is_read_to_the_yuan(written: Value, unit: MoneyUnit, yuan: int | None) -> None:
    if yuan is None:
        with pytest.raises(BadValue):
            parse_amount(written, unit)
    else:
        assert parse_amount(written, unit) == yuan


@pytest.mark.parametrize("blank", BLANKS)
@pytest.mark.parametrize(
    "parse", [lambda value: parse_amount(value, WAN), parse_day, parse_month, parse_years, parse_percent, parse_whole]
)
def test_a_blank_is_none(parse, blank: Value) -> None:  # type: ignore[no-untyped-def]
    assert parse(blank) is None


@pytest.mark.parametrize("blank", BLANKS)
def test_a_blank_where_something_is_needed_is_refused(blank: Value) -> None:
    with pytest.raises(BadValue) as refused:
        parse_amount(blank, WAN, required=True)

    assert refused.value.code == "empty"


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("约12", "not_a_number"),
        ("12-13", "not_a_number"),
        ("1,2,3", "grouping"),
        ("12美元", "unknown_unit"),
        ("12.34567", "below_one_yuan"),
        (10**12, "too_large"),
        (date(2023, 6, 1), "not_a_number"),
        (True, "not_a_number"),
        ("#DIV/0!", "formula_error"),
        ("=1+1", "not_a_number"),
        (float("inf"), "not_a_number"),
    ],
)
def test_what_is_no_amount_is_refused(written: Value, code: str) -> None:
    with pytest.raises(BadValue) as refused:
        parse_amount(written, WAN)

    assert refused.value.code == code
    assert str(refused.value)


def test_a_computed_amount_finer_than_a_yuan_comes_with_the_nearest_one() -> None:
    with pytest.raises(BadValue) as refused:
        parse_amount(100 / 3, WAN)

    assert (refused.value.nearest, refused.value.suggestion) == (333_333, "33.3333")


@pytest.mark.parametrize(
    ("written", "ratios", "percent"),
    [
        ("60%", False, 60),
        ("60", False, 60),
        ("１０５.７％", False, Fraction(1057, 10)),
        (60, False, 60),
        (0.6, True, 60),
        (1, True, 100),
        (0.333, True, Fraction(333, 10)),
        ("60%", True, 60),
    ],
)
def test_a_percent_is_read_as_its_column_says(written: Value, ratios: bool, percent: Fraction) -> None:
    assert parse_percent(written, ratios=ratios) == percent


@pytest.mark.parametrize(
    ("column", "ratios"),
    [
        ([0.6, 1, 0, None, "—"], True),
        ([60, 100], False),
        ([1, 0, 1], False),
        ([0.5, 60], False),
        ([], False),
        ([1.057, 1], True),
    ],
)
def test_a_column_of_ratios_is_told_from_one_of_percents(column: list[Value], ratios: bool) -> None:
    assert are_ratios(column) is ratios


@pytest.mark.parametrize(
    ("written", "number"), [("14个", 14), (14, 14), (14.0, 14), ("１４", 14), ("1,234", 1234), ("14.0", 14)]
)
def test_a_whole_number_is_read(written: Value, number: int) -> None:
    assert parse_whole(written) == number


@pytest.mark.parametrize("written", ["14.5", 14.5, "十四", True, "1,23"])
def test_what_is_no_whole_number_is_refused(written: Value) -> None:
    with pytest.raises(BadValue):
        parse_whole(written)


def test_a_number_out_of_its_bounds_is_refused_with_them() -> None:
    with pytest.raises(BadValue) as refused:
        parse_whole(13, low=1, high=12)

    assert "1" in str(refused.value.suggestion) and "12" in str(refused.value.suggestion)


@pytest.mark.parametrize(
    ("written", "text", "marks"),
    [
        ("★曹县项目", "曹县项目", "★"),
        ("☆ 曹县项目 ●", "曹县项目", "☆●"),
        ("★★曹县项目", "曹县项目", "★★"),
        ("A★B", "A★B", ""),
        ("　曹县\u00a0项目　", "曹县 项目", ""),
        ("Ｇ１０５公路（一期）", "G105公路（一期）", ""),
        ("曹县\n项目", "曹县项目", ""),
        ("line\none", "line one", ""),
        ("a\u200bb", "ab", ""),
        (37172, "37172", ""),
        (12.5, "12.5", ""),
        (date(2023, 6, 1), "2023-06-01", ""),
        ("/", "", ""),
        (None, "", ""),
        ("★", "", "★"),
    ],
)
def test_a_text_is_cleaned_and_its_marks_are_told(written: Value, text: str, marks: str) -> None:
    assert clean_text(written) == (text, marks)


def test_lines_are_kept_where_they_are_wanted() -> None:
    assert clean_text("一、土建 \r\n\r\n二、设备", lines=True).text == "一、土建\n二、设备"


ANY = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=30), st.dates(), st.datetimes(), st.times(),
    st.text(alphabet="0123456789.,-/年月日至~亿万元 ％%★—", max_size=20),
)  # fmt: skip


@given(ANY)
def test_whatever_stands_in_a_cell_is_read_or_refused_with_a_sentence(value: Value) -> None:
    for parse in (
        parse_day,
        parse_month,
        parse_years,
        parse_year,
        parse_percent,
        parse_whole,
        lambda one: parse_amount(one, WAN),
    ):
        try:
            parse(value)
        except BadValue as refused:
            assert str(refused.sentence)
    assert clean_text(value).text == clean_text(clean_text(value).text).text


@given(st.integers(min_value=-(10**14), max_value=10**14))
def test_an_amount_as_a_cell_of_ten_thousands_comes_back(yuan: int) -> None:
    assert parse_amount(f"{'-' if yuan < 0 else ''}{abs(yuan) // 10_000:,}.{abs(yuan) % 10_000:04d}", WAN) == yuan
