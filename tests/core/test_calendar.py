"""The working days are those of the State Council's notices, and a year that is not loaded raises."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.core.calendar import CalendarYearMissing, DueDate, Shift, ShiftKind, WorkCalendar
from tests.core.builders import day, days, published_calendar

CALENDAR = published_calendar()

# The notices for 2023–2026, typed in again from the published texts: days off, then weekend days worked.
OFF = """
2022-12-31~2023-01-02 2023-01-21~2023-01-27 2023-04-05 2023-04-29~2023-05-03
2023-06-22~2023-06-24 2023-09-29~2023-10-06
2024-01-01 2024-02-10~2024-02-17 2024-04-04~2024-04-06 2024-05-01~2024-05-05
2024-06-10 2024-09-15~2024-09-17 2024-10-01~2024-10-07
2025-01-01 2025-01-28~2025-02-04 2025-04-04~2025-04-06 2025-05-01~2025-05-05
2025-05-31~2025-06-02 2025-10-01~2025-10-08
2026-01-01~2026-01-03 2026-02-15~2026-02-23 2026-04-04~2026-04-06 2026-05-01~2026-05-05
2026-06-19~2026-06-21 2026-09-25~2026-09-27 2026-10-01~2026-10-07
"""
WORKED = """
2023-01-28 2023-01-29 2023-04-23 2023-05-06 2023-06-25 2023-10-07 2023-10-08
2024-02-04 2024-02-18 2024-04-07 2024-04-28 2024-05-11 2024-09-14 2024-09-29 2024-10-12
2025-01-26 2025-02-08 2025-04-27 2025-09-28 2025-10-11
2026-01-04 2026-02-14 2026-02-28 2026-05-09 2026-09-20 2026-10-10
"""


def _each_day(first: date, last: date) -> list[date]:
    return [first + timedelta(days=at) for at in range((last - first).days + 1)]


def _notices() -> dict[date, bool]:
    worked = {day(text): True for text in WORKED.split()}
    spans = (text.partition("~") for text in OFF.split())
    return {off: False for first, _, last in spans for off in _each_day(day(first), day(last or first))} | worked


def test_every_day_from_2023_to_2026_is_what_the_notices_say() -> None:
    notices = _notices()
    expected = {one: notices.get(one, one.weekday() < 5) for one in _each_day(day("2023-01-01"), day("2026-12-31"))}

    assert {one: CALENDAR.is_workday(one) for one in expected} == expected


def test_every_day_from_2020_to_2026_is_what_an_independent_calendar_says() -> None:
    chinese_calendar = pytest.importorskip("chinese_calendar")
    every = _each_day(day("2020-01-01"), day("2026-12-31"))

    assert [one for one in every if CALENDAR.is_workday(one) != chinese_calendar.is_workday(one)] == []


@pytest.mark.parametrize(("year", "count"), [(2023, 249), (2024, 251), (2025, 248), (2026, 248)])
def test_a_year_has_its_number_of_working_days(year: int, count: int) -> None:
    assert CALENDAR.workdays_of_year(year) == count


@pytest.mark.parametrize(
    ("year", "month", "fifth"),
    [(2024, 1, "2024-01-08"), (2024, 2, "2024-02-06"), (2024, 5, "2024-05-10"), (2024, 10, "2024-10-12")],
)
def test_the_fifth_working_day_of_a_month(year: int, month: int, fifth: str) -> None:
    assert CALENDAR.nth_workday_of_month(year, month, 5) == day(fifth)


@pytest.mark.parametrize("n", [0, -1, 20, 200])
def test_a_working_day_that_the_month_does_not_have_is_refused(n: int) -> None:
    with pytest.raises(ValueError, match="working days"):
        CALENDAR.nth_workday_of_month(2024, 10, n)


def test_a_published_notice_of_five_working_days_reproduces() -> None:
    assert CALENDAR.workdays_inclusive(day("2025-09-28"), day("2025-10-10")) == 5


def test_the_eve_of_the_2024_spring_festival_is_a_working_day() -> None:
    assert CALENDAR.is_workday(day("2024-02-09"))


@pytest.mark.parametrize(
    ("start", "end", "between", "inclusive"),
    [
        ("2024-01-12", "2024-01-12", 0, 1),
        ("2024-01-12", "2024-01-13", 0, 1),
        ("2024-01-12", "2024-01-15", 1, 2),
        ("2024-01-13", "2024-01-15", 1, 1),
        ("2024-02-09", "2024-02-18", 1, 2),
        ("2023-12-29", "2024-01-02", 1, 2),
        ("2024-01-15", "2024-01-12", -1, 0),
    ],
)
def test_the_first_day_is_not_counted_unless_it_is_said(start: str, end: str, between: int, inclusive: int) -> None:
    assert CALENDAR.workdays_between(day(start), day(end)) == between
    assert CALENDAR.workdays_inclusive(day(start), day(end)) == inclusive


@given(days(), st.integers(-250, 250))
def test_adding_working_days_and_counting_them_gives_the_number_back(start: date, count: int) -> None:
    end = CALENDAR.add_workdays(start, count)

    # Going back from a rest day, the day itself is no working day that the count could end on.
    offset = 0 if count >= 0 or CALENDAR.is_workday(start) else 1
    assert CALENDAR.workdays_between(start, end) == count + offset
    assert count == 0 or CALENDAR.is_workday(end)


@given(days(), days())
def test_counting_agrees_with_looking_at_each_day(one: date, other: date) -> None:
    start, end = min(one, other), max(one, other)
    worked = sum(CALENDAR.is_workday(each) for each in _each_day(start, end))

    assert CALENDAR.workdays_inclusive(start, end) == worked
    assert CALENDAR.workdays_between(start, end) == worked - CALENDAR.is_workday(start)
    assert CALENDAR.workdays_between(end, start) == -CALENDAR.workdays_between(start, end)


@given(days())
def test_next_and_previous_enclose_a_rest_day_and_stay_on_a_working_day(one: date) -> None:
    before, after = CALENDAR.previous_workday(one), CALENDAR.next_workday(one)

    assert before <= one <= after
    assert CALENDAR.is_workday(before) and CALENDAR.is_workday(after)
    assert (before == one == after) == CALENDAR.is_workday(one)


@pytest.mark.parametrize(
    ("one", "first"),
    [
        ("2024-01-08", True),
        ("2024-01-09", False),
        ("2024-01-06", False),
        ("2024-01-02", True),
        ("2024-02-18", True),
        ("2024-02-19", True),
        ("2024-10-08", True),
        ("2024-10-12", False),
    ],
)
def test_the_first_working_day_of_a_week_is_known(one: str, first: bool) -> None:
    assert CALENDAR.first_workday_of_week(day(one)) is first


@given(days())
def test_every_week_has_at_most_one_first_working_day(one: date) -> None:
    monday = one - timedelta(days=one.weekday())
    week = _each_day(monday, monday + timedelta(days=6))

    assert sum(map(CALENDAR.first_workday_of_week, week)) == any(map(CALENDAR.is_workday, week))


@pytest.mark.parametrize(
    ("planned", "due"),
    [
        ("2024-01-12", DueDate(day("2024-01-12"), shifted=False, calendar_known=True)),
        ("2024-01-13", DueDate(day("2024-01-15"), shifted=True, calendar_known=True)),
        ("2024-02-10", DueDate(day("2024-02-18"), shifted=True, calendar_known=True)),
        ("2023-12-30", DueDate(day("2024-01-02"), shifted=True, calendar_known=True)),
        ("2027-01-02", DueDate(day("2027-01-02"), shifted=False, calendar_known=False)),
    ],
)
def test_a_due_date_on_a_rest_day_moves_on_and_an_unknown_year_is_marked(planned: str, due: DueDate) -> None:
    assert CALENDAR.due_date(day(planned)) == due


def test_a_rest_day_before_an_unknown_year_is_not_shifted_by_guess() -> None:
    calendar = WorkCalendar({day("2026-12-31"): False}, {2026})

    assert calendar.due_date(day("2026-12-31")) == DueDate(day("2026-12-31"), shifted=False, calendar_known=False)


@pytest.mark.parametrize(
    ("rule", "moved"),
    [
        ("none", "2024-02-10"),
        ("previous_workday", "2024-02-09"),
        ("next_workday", "2024-02-18"),
        ("nth_workday_after:2", "2024-02-19"),
    ],
)
def test_a_rest_day_moves_as_its_rule_says(rule: str, moved: str) -> None:
    assert CALENDAR.shift(day("2024-02-10"), Shift.parse(rule)) == day(moved)


@given(days(), st.sampled_from(["none", "previous_workday", "next_workday", "nth_workday_after:2"]))
def test_a_working_day_never_moves(one: date, rule: str) -> None:
    shifted = CALENDAR.shift(one, Shift.parse(rule))

    assert not CALENDAR.is_workday(one) or shifted == one


@pytest.mark.parametrize("shift", [Shift(ShiftKind.NEXT), Shift(ShiftKind.NTH_AFTER, 3)])
def test_a_shift_reads_back_from_what_it_prints(shift: Shift) -> None:
    assert Shift.parse(str(shift)) == shift


@pytest.mark.parametrize("text", ["", "sideways", "nth_workday_after", "next_workday:2", "nth_workday_after:-1"])
def test_a_shift_that_says_nothing_sensible_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        Shift.parse(text)


@pytest.mark.parametrize(
    ("ask", "year"),
    [
        (lambda known: known.is_workday(day("2027-01-04")), 2027),
        (lambda known: known.is_workday(day("2019-12-31")), 2019),
        (lambda known: known.next_workday(day("2027-01-02")), 2027),
        (lambda known: known.add_workdays(day("2026-12-31"), 1), 2027),
        (lambda known: known.add_workdays(day("2020-01-02"), -1), 2019),
        (lambda known: known.workdays_between(day("2026-12-01"), day("2027-01-01")), 2027),
        (lambda known: known.nth_workday_of_month(2027, 1, 1), 2027),
        (lambda known: known.first_workday_of_week(day("2020-01-02")), 2019),
    ],
)
def test_a_year_that_is_not_loaded_raises_and_is_named(ask: object, year: int) -> None:
    with pytest.raises(CalendarYearMissing) as missing:
        ask(CALENDAR)  # type: ignore[operator]

    assert missing.value.year == year


@pytest.mark.parametrize(
    "ask",
    [
        lambda known: known.workdays_between(day("2023-06-01"), day("2025-06-01")),
        lambda known: known.add_workdays(day("2023-12-29"), 1),
        lambda known: known.add_workdays(day("2025-01-02"), -2),
        lambda known: known.is_workday(day("2024-05-06")),
    ],
)
def test_a_gap_between_loaded_years_raises_too(ask: object) -> None:
    gapped = WorkCalendar({}, {2023, 2025})

    with pytest.raises(CalendarYearMissing) as missing:
        ask(gapped)  # type: ignore[operator]

    assert missing.value.year == 2024


def test_the_first_and_the_last_loaded_working_day_can_be_reached() -> None:
    assert CALENDAR.add_workdays(day("2020-01-03"), -1) == day("2020-01-02")
    assert CALENDAR.nth_workday_of_month(2026, 12, 23) == day("2026-12-31")
    with pytest.raises(ValueError, match="fewer than 24"):
        CALENDAR.nth_workday_of_month(2026, 12, 24)


def test_a_calendar_says_which_years_it_knows() -> None:
    assert (CALENDAR.knows(day("2026-12-31")), CALENDAR.knows(day("2027-01-01"))) == (True, False)


def test_a_calendar_without_any_year_knows_nothing() -> None:
    with pytest.raises(CalendarYearMissing):
        WorkCalendar({}, ()).is_workday(day("2024-01-02"))


def test_a_notice_that_reaches_back_does_not_publish_the_year_before() -> None:
    calendar = WorkCalendar.from_exceptions(_notices())

    assert calendar.years == {2023, 2024, 2025, 2026}
