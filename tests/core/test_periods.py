"""Periods are months; January and February may be one."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.core.periods import Period, PeriodError, add_months, periods_of_year
from tests.core.builders import day, days

periods = st.builds(Period, st.integers(2000, 2100), st.integers(1, 12))


@given(periods)
def test_a_period_reads_back_from_what_it_prints(period: Period) -> None:
    assert Period.parse(str(period)) == period


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2023-13", "month"),
        ("2023-00", "month"),
        ("0023-12", "year"),
        ("2023-1", "format"),
        ("23-12", "format"),
        ("2023/12", "format"),
        ("2023-12-31", "format"),
        ("２０２３-１２", "format"),
        ("", "format"),
    ],
)
def test_a_text_that_names_no_month_is_refused(text: str, code: str) -> None:
    with pytest.raises(PeriodError) as refused:
        Period.parse(text)

    assert refused.value.code == code


@pytest.mark.parametrize(
    ("as_of", "merged", "period"),
    [
        ("2024-01-12", False, "2023-12"),
        ("2024-01-31", False, "2023-12"),
        ("2024-02-01", False, "2024-01"),
        ("2024-02-01", True, "2023-12"),
        ("2024-02-29", True, "2023-12"),
        ("2024-03-01", True, "2024-02"),
        ("2024-04-30", True, "2024-03"),
        ("2024-01-12", True, "2023-12"),
    ],
)
def test_the_last_ended_period_was_over_before_the_day(as_of: str, merged: bool, period: str) -> None:
    assert str(Period.last_ended(day(as_of), merged)) == period


@given(days(), st.booleans())
def test_no_day_lies_between_a_period_and_the_next(as_of: date, merged: bool) -> None:
    ended = Period.last_ended(as_of, merged)
    current = ended.next(merged)

    assert ended.last_day < as_of <= current.last_day
    assert current.starts_on(merged) == ended.last_day + timedelta(days=1)
    assert current == Period.of(as_of, merge_jan_feb=merged)
    assert current.previous(merged) == ended


def test_merged_months_are_keyed_by_february_and_begin_in_january() -> None:
    merged = Period.of(day("2024-01-20"), merge_jan_feb=True)

    assert (str(merged), merged.starts_on(True), merged.last_day) == ("2024-02", day("2024-01-01"), day("2024-02-29"))


@pytest.mark.parametrize(("merged", "count", "first"), [(False, 12, "2024-01"), (True, 11, "2024-02")])
def test_a_year_has_twelve_periods_or_eleven(merged: bool, count: int, first: str) -> None:
    year = periods_of_year(2024, merged)

    assert (len(year), str(year[0]), str(year[-1])) == (count, first, "2024-12")
    assert [period.next(merged) for period in year[:-1]] == year[1:]


def test_periods_stand_in_order() -> None:
    assert Period(2023, 12) < Period(2024, 1) < Period(2024, 2)


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2023-10-15", 2, "2023-12-15"),
        ("2024-01-31", 1, "2024-02-29"),
        ("2023-12-31", 2, "2024-02-29"),
        ("2024-03-31", -1, "2024-02-29"),
    ],
)
def test_months_later_is_the_same_day_or_the_last_of_a_shorter_month(start: str, months: int, end: str) -> None:
    assert add_months(day(start), months) == day(end)
