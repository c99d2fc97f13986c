"""Money is read exactly or refused with a reason; what is printed can be read again."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.core.money import (
    MAX_YUAN,
    MoneyCell,
    MoneyError,
    MoneyUnit,
    magnitude_jump,
    parse_money,
    parse_optional_money,
    rate_percent,
    report_form,
    split_exactly,
    table_form,
)

YUAN, WAN, YI = MoneyUnit.YUAN, MoneyUnit.WAN, MoneyUnit.YI
amounts = st.integers(-(10**14), 10**14)
units = st.sampled_from(MoneyUnit)


@pytest.mark.parametrize(
    ("cell", "unit", "yuan"),
    [
        ("1.2亿元", WAN, 120_000_000),
        ("1.2亿", WAN, 120_000_000),
        ("14,367.87", WAN, 143_678_700),
        ("14367.87万元", YI, 143_678_700),
        ("１４，３６７．８７", WAN, 143_678_700),
        ("１．２ 亿元", YUAN, 120_000_000),
        ("\u3000 302 \u00a0", YI, 30_200_000_000),
        ("14 367.87", WAN, 143_678_700),
        ("520.36", YI, 52_036_000_000),
        ("0", WAN, 0),
        ("-35.5", WAN, -355_000),
        ("－35.5", WAN, -355_000),
        ("−35.5", WAN, -355_000),
        ("+7", YUAN, 7),
        (".5", WAN, 5_000),
        ("0.0001", WAN, 1),
        ("1.23450000", WAN, 12_345),
        ("7元", YI, 7),
        (302, YI, 30_200_000_000),
        (14367.87, WAN, 143_678_700),
        (0.1 + 0.2, WAN, 3_000),
        (1e6, YUAN, 1_000_000),
        (Decimal("14367.87"), WAN, 143_678_700),
        ("0" * 39 + "7", YUAN, 7),
    ],
)
def test_an_amount_is_read_exactly(cell: MoneyCell, unit: MoneyUnit, yuan: int) -> None:
    assert parse_money(cell, unit) == yuan


@pytest.mark.parametrize(
    ("cell", "unit", "code"),
    [
        ("0.00001", WAN, "below_one_yuan"),
        (1.00005, WAN, "below_one_yuan"),
        ("0.5", YUAN, "below_one_yuan"),
        ("12千元", YUAN, "unknown_unit"),
        ("100美元", YUAN, "unknown_unit"),
        ("1,23", WAN, "grouping"),
        ("1,4367.87", WAN, "grouping"),
        ("约3亿元", WAN, "not_a_number"),
        ("1亿2000万元", WAN, "not_a_number"),
        ("3-5", YI, "not_a_number"),
        ("1.2.3", WAN, "not_a_number"),
        ("亿元", WAN, "not_a_number"),
        ("1e5", WAN, "not_a_number"),
        ("９" * 60, WAN, "not_a_number"),
        (float("nan"), WAN, "not_a_number"),
        (float("inf"), WAN, "not_a_number"),
        (Decimal("sNaN"), WAN, "not_a_number"),
        (True, WAN, "not_a_number"),
        (10**15, YUAN, "too_large"),
        ("0" * 40 + "7", YUAN, "not_a_number"),
        (1e300, YUAN, "too_large"),
        (Decimal("1e999999"), YI, "too_large"),
        ("100000000000", WAN, "too_large"),
        ("123456789.0000000000000000000000000001", WAN, "below_one_yuan"),
        ("", WAN, "empty"),
        (None, WAN, "empty"),
    ],
)
def test_what_cannot_be_read_exactly_is_refused_with_its_reason(cell: MoneyCell, unit: MoneyUnit, code: str) -> None:
    with pytest.raises(MoneyError) as refused:
        parse_money(cell, unit)

    assert refused.value.code == code


def test_a_refusal_shows_what_was_written() -> None:
    with pytest.raises(MoneyError) as refused:
        parse_money("12千元", WAN)

    assert refused.value.figures == {"text": "12千元", "unit": "千元"}


@pytest.mark.parametrize("cell", [None, "", "  ", "/", "／", "—", "——", "-", "待定", " 无 "])
def test_a_blank_is_no_amount(cell: MoneyCell) -> None:
    assert parse_optional_money(cell, WAN) is None


def test_a_zero_is_an_amount() -> None:
    assert parse_optional_money(0, WAN) == 0


@given(amounts, units)
def test_what_is_printed_in_full_reads_as_the_same_amount(yuan: int, unit: MoneyUnit) -> None:
    assert parse_money(table_form(yuan, unit, 8), unit) == yuan
    assert parse_money(table_form(yuan, unit, 8, grouped=True) + unit.symbol, YUAN) == yuan
    assert parse_money(report_form(yuan, unit, 8), unit) == yuan


@given(st.decimals(-(10**10), 10**10, places=4).filter(lambda number: abs(number) < 10**10))
def test_a_worksheet_float_reads_as_the_digits_that_it_shows(wan: Decimal) -> None:
    assert parse_money(float(wan), WAN) == wan * 10_000


@given(st.text(max_size=50) | st.text("0123456789０５.,，． 万亿元+-－e", max_size=20), units)
def test_no_text_does_worse_than_be_refused(text: str, unit: MoneyUnit) -> None:
    try:
        assert abs(parse_money(text, unit)) < MAX_YUAN
    except MoneyError as refused:
        assert refused.code in {"empty", "not_a_number", "grouping", "unknown_unit", "below_one_yuan", "too_large"}


@pytest.mark.parametrize(
    ("yuan", "unit", "places", "table", "report"),
    [
        (30_200_000_000, YI, 1, "302.0", "302"),
        (57_240_000_000, YI, 1, "572.4", "572.4"),
        (143_678_700, WAN, 2, "14367.87", "14367.87"),
        (125_000_000, YI, 1, "1.3", "1.3"),
        (-125_000_000, YI, 1, "-1.3", "-1.3"),
        (-1, YI, 1, "0.0", "0"),
    ],
)
def test_one_figure_has_a_table_form_and_a_report_form(
    yuan: int, unit: MoneyUnit, places: int, table: str, report: str
) -> None:
    assert (table_form(yuan, unit, places), report_form(yuan, unit, places)) == (table, report)


@pytest.mark.parametrize(
    ("completed", "plan", "places", "rate"),
    [
        (57_240_000_000, 52_036_000_000, 1, "110.0"),
        (30_200_000_000, 28_571_000_000, 1, "105.7"),
        (1316, 1461, 2, "90.08"),
        (337, 373, 2, "90.35"),
        (979, 1088, 2, "89.98"),
        (0, 100, 1, "0.0"),
        (5, 0, 1, None),
        (5, None, 1, None),
        (None, 5, 1, None),
        (5, -5, 1, None),
        (1, 1, 0, "100"),
    ],
)
def test_a_rate_needs_a_plan_and_something_reported(
    completed: int | None, plan: int | None, places: int, rate: str | None
) -> None:
    assert rate_percent(completed, plan, places) == rate


@pytest.mark.parametrize(
    ("old", "new", "factor"),
    [
        (120, 1200, 10),
        (1200, 120, 10),
        (120, 1_300_000, 10_000),
        (1_200_000, 120, 10_000),
        (120, 12_000_000_000, 100_000_000),
        (100, 699, None),
        (100, 700, 10),
        (100, 1400, 10),
        (100, 1401, None),
        (1, 1_999, None),
        (1, 2_000, 10_000),
        (1, 50_000, 10_000),
        (1, 50_001, None),
        (1, 19_999_999, None),
        (1, 20_000_000, 100_000_000),
        (1, 500_000_000, 100_000_000),
        (1, 500_000_001, None),
        (-100, 1000, 10),
        (0, 1000, None),
        (100, 0, None),
        (None, 1000, None),
        (100, None, None),
        (100, 130, None),
    ],
)
def test_a_jump_by_a_unit_or_a_digit_is_noticed(old: int | None, new: int | None, factor: int | None) -> None:
    assert magnitude_jump(old, new) == factor


@given(st.integers(1, 10**12), st.integers(1, 10**12))
def test_a_jump_looks_the_same_from_both_sides(old: int, new: int) -> None:
    assert magnitude_jump(old, new) == magnitude_jump(new, old)


@pytest.mark.parametrize(
    ("amount", "weights", "parts"),
    [
        (100, [1, 1, 1], [34, 33, 33]),
        (2, [1, 1, 1], [1, 1, 0]),
        (-100, [1, 1, 1], [-34, -33, -33]),
        (10, [0, 1], [0, 10]),
        (7, [Fraction(1, 3), Fraction(2, 3)], [2, 5]),
        (0, [5, 5], [0, 0]),
    ],
)
def test_an_amount_is_split_by_largest_remainder(amount: int, weights: list[int | Fraction], parts: list[int]) -> None:
    assert split_exactly(amount, weights) == parts


@given(amounts, st.lists(st.integers(0, 10_000), min_size=1, max_size=12).filter(any))
def test_the_parts_sum_to_the_whole_and_lie_within_a_yuan_of_their_share(amount: int, weights: list[int]) -> None:
    parts = split_exactly(amount, weights)

    assert sum(parts) == amount
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - Fraction(amount * weight, sum(weights))) < 1


@pytest.mark.parametrize("weights", [[], [0, 0], [-1, 2]])
def test_weights_that_share_nothing_are_refused(weights: list[int]) -> None:
    with pytest.raises(ValueError, match="weights"):
        split_exactly(10, weights)
