"""Days, months and spans as offices write them: what they mean, and what is refused because it could mean two."""

from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.core.periods import Period
from projects.intake.book import Value
from projects.intake.dates import Moment, Span
from projects.intake.values import BadValue, as_text, parse_day, parse_month, parse_year, parse_years


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2023.6", Moment(2023, 6)),
        ("2023.06", Moment(2023, 6)),
        ("2023.1", Moment(2023, 1)),
        ("2023.10", Moment(2023, 10)),
        (2023.6, Moment(2023, 6)),
        (2023.12, Moment(2023, 12)),
        ("2023年6月", Moment(2023, 6)),
        ("2023年6月份", Moment(2023, 6)),
        ("２０２３年６月", Moment(2023, 6)),
        ("2023 年 6 月", Moment(2023, 6)),
        ("23年6月", Moment(2023, 6)),
        ("23/6", Moment(2023, 6)),
        ("23.6", Moment(2023, 6)),
        ("98/6", Moment(1998, 6)),
        ("202306", Moment(2023, 6)),
        (202306, Moment(2023, 6)),
        ("2023-06", Moment(2023, 6)),
        ("2023/6", Moment(2023, 6)),
        ("2023", Moment(2023)),
        (2023, Moment(2023)),
        ("2023年", Moment(2023)),
        ("23年", Moment(2023)),
        ("2023年底", Moment(2023, 12)),
        ("2023年6月底", Moment(2023, 6, 30)),
        (45092, Moment(2023, 6, 15)),
        ("45092", Moment(2023, 6, 15)),
        (45092.75, Moment(2023, 6, 15)),
        (date(2023, 6, 15), Moment(2023, 6, 15)),
        (datetime(2023, 6, 15, 8), Moment(2023, 6, 15)),
        ("2023-06-15", Moment(2023, 6, 15)),
        ("2023-06-15 00:00:00", Moment(2023, 6, 15)),
        ("2023.6.15", Moment(2023, 6, 15)),
        ("2023/6/15", Moment(2023, 6, 15)),
        ("23/6/15", Moment(2023, 6, 15)),
        ("2023年6月15日", Moment(2023, 6, 15)),
        ("20230615", Moment(2023, 6, 15)),
        (20230615, Moment(2023, 6, 15)),
    ],
)
def test_a_date_is_read_as_far_as_it_goes(written: Value, meant: Moment) -> None:
    assert parse_day(written, month="first") == meant.first_day
    assert parse_day(written, month="last") == meant.last_day
    assert parse_year(written) == meant.year


@pytest.mark.parametrize(
    ("written", "code"),
    [
        (2023.1, "october"),
        ("2023.13", "month"),
        ("2023.0", "month"),
        ("202313", "month"),
        ("2023-02-30", "day"),
        ("2023年6月31日", "day"),
        ("1899.6", "year"),
        ("2300", "year"),
        ("03/292022", "not_a_date"),
        ("下半年", "not_a_date"),
        ("2023年上半年", "not_a_date"),
        ("6/2023", "not_a_date"),
        ("2023.6.", "not_a_date"),
        ("24个月", "not_a_date"),
        (time(0, 0), "not_a_date"),
        (True, "not_a_date"),
        (-5, "not_a_date"),
        (12, "not_a_date"),
        (1e300, "not_a_date"),
        (float("nan"), "not_a_date"),
        ("#REF!", "formula_error"),
    ],
)
def test_what_is_no_date_or_could_be_two_is_refused(written: Value, code: str) -> None:
    with pytest.raises(BadValue) as refused:
        parse_day(written, month="first")

    assert refused.value.code == code
    assert str(refused.value.suggestion)


def test_a_month_is_no_day_unless_the_column_says_so() -> None:
    with pytest.raises(BadValue) as refused:
        parse_day("2023.6")

    assert refused.value.code == "no_day"


@pytest.mark.parametrize(
    ("written", "month"),
    [
        ("2023.6", Period(2023, 6)),
        (date(2023, 6, 1), Period(2023, 6)),
        (45092, Period(2023, 6)),
        ("2023-12", Period(2023, 12)),
    ],
)
def test_a_month_is_read(written: Value, month: Period) -> None:
    assert parse_month(written) == month


def test_a_year_is_no_month() -> None:
    with pytest.raises(BadValue) as refused:
        parse_month("2023年")

    assert refused.value.code == "no_month"


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [
        ("2023.06-2025.12", (2023, 6), (2025, 12)),
        ("2023.6—2025.12", (2023, 6), (2025, 12)),
        ("2023年6月至2025年12月", (2023, 6), (2025, 12)),
        ("2023年6月-2025年12月", (2023, 6), (2025, 12)),
        ("2023/6~2025/12", (2023, 6), (2025, 12)),
        ("2023/6～2025/12", (2023, 6), (2025, 12)),
        ("202306-202512", (2023, 6), (2025, 12)),
        ("2023-06-2025-12", (2023, 6), (2025, 12)),
        ("2023年6月-12月", (2023, 6), (2023, 12)),
        ("2023.6-12", (2023, 6), (2023, 12)),
        ("2023-2025", (2023,), (2025,)),
        ("2023年-2025年", (2023,), (2025,)),
        ("2023-2025年", (2023,), (2025,)),
        ("２０２３－２０２５", (2023,), (2025,)),
        ("2023 - 2025", (2023,), (2025,)),
        ("2023--2025", (2023,), (2025,)),
        ("2023——2025", (2023,), (2025,)),
        ("2023-25", (2023,), (2025,)),
        ("23-25年", (2023,), (2025,)),
        ("2023.06.01-2025.12.31", (2023, 6, 1), (2025, 12, 31)),
        ("2023-06-01-2025-12-31", (2023, 6, 1), (2025, 12, 31)),
        ("2010-", (2010,), None),
        ("2010—", (2010,), None),
        ("2010年至今", (2010,), None),
        ("2010.3-", (2010, 3), None),
        ("-2025", None, (2025,)),
        ("2023", (2023,), (2023,)),
        (2023, (2023,), (2023,)),
        ("2023年", (2023,), (2023,)),
        ("2023-06", (2023, 6), None),
        ("2023.6", (2023, 6), None),
        (45092, (2023, 6, 15), None),
    ],
)
def test_a_span_of_construction_is_read(
    written: Value, first: tuple[int, ...] | None, last: tuple[int, ...] | None
) -> None:
    assert parse_years(written) == Span(first and Moment(*first), last and Moment(*last))


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("2025-2023", "order"),
        ("2025.6-2025.3", "order"),
        ("3年", "not_a_date"),
        ("24个月", "not_a_date"),
        ("2023-2024-2025", "not_a_date"),
        ("2023.13-2025.12", "month"),
        ("分期建设", "not_a_date"),
        ("2023至2024至2025", "not_a_date"),
    ],
)
def test_what_is_no_span_is_refused(written: Value, code: str) -> None:
    with pytest.raises(BadValue) as refused:
        parse_years(written)

    assert refused.value.code == code


@given(st.dates(date(1949, 1, 1), date(2199, 12, 31)))
def test_each_spelling_of_a_day_is_that_day(day: date) -> None:
    spellings: list[Value] = [
        day, day.isoformat(), f"{day.year}.{day.month}.{day.day}", f"{day.year}年{day.month}月{day.day}日",
        f"{day:%Y%m%d}", (day - date(1899, 12, 30)).days, as_text(day),
    ]  # fmt: skip
    assert {parse_day(spelling) for spelling in spellings} == {day}


@given(st.dates(date(1949, 1, 1), date(2199, 12, 1)), st.dates(date(1949, 1, 1), date(2199, 12, 1)))
def test_each_spelling_of_a_span_is_that_span(one: date, other: date) -> None:
    first, last = sorted((one, other))
    wanted = Span(Moment(first.year, first.month), Moment(last.year, last.month))
    spellings = [
        f"{first:%Y.%m}-{last:%Y.%m}", f"{first:%Y-%m}-{last:%Y-%m}", f"{first:%Y%m}—{last:%Y%m}",
        f"{first.year}年{first.month}月至{last.year}年{last.month}月",
        f"{first.year}/{first.month}~{last.year}/{last.month}",
    ]  # fmt: skip
    assert [parse_years(spelling) for spelling in spellings] == [wanted] * len(spellings)
