"""Pace, gap and milestone states; the published bulletins reproduce."""

from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.core.calendar import CalendarYearMissing
from projects.core.periods import Period
from projects.core.schedule import (
    MilestoneStatus,
    PaceBasis,
    StartDiscipline,
    StartFacts,
    cumulative_plan,
    format_points,
    gap_points,
    milestone_status,
    pace,
    start_discipline,
    working_days_late,
)
from tests.core.builders import day, days, milestone, published_calendar

CALENDAR = published_calendar()
MONTHLY = (5, 8, 15, 11, 10, 14, 8, 7, 9, 8, 7, 8)


@pytest.mark.parametrize(
    ("where", "completed", "plan", "basis", "at", "places", "points"),
    [
        ("三明 2010 1—8月", 74, 100, PaceBasis.LINEAR_MONTH, Period(2010, 8), 2, "7.33"),
        ("江门 1—10月", 6290, 6474, PaceBasis.LINEAR_MONTH, Period(2019, 10), 1, "13.8"),
        ("云浮 2017 8月上半月", 6114, 10000, PaceBasis.LINEAR_HALF_MONTH, day("2017-08-15"), 2, "-1.36"),
        ("2019 1—5月", 455, 1000, PaceBasis.LINEAR_MONTH, Period(2019, 5), 1, "3.8"),
    ],
)
def test_the_gap_of_a_published_bulletin_reproduces(
    where: str, completed: int, plan: int, basis: PaceBasis, at: Period | date, places: int, points: str
) -> None:
    assert format_points(gap_points(completed, plan, pace(basis, at)), places) == points


@pytest.mark.parametrize(
    ("basis", "at", "share"),
    [
        (PaceBasis.LINEAR_MONTH, Period(2023, 6), Fraction(1, 2)),
        (PaceBasis.LINEAR_MONTH, Period(2023, 12), Fraction(1)),
        (PaceBasis.LINEAR_MONTH, day("2024-01-12"), Fraction(0)),
        (PaceBasis.LINEAR_MONTH, day("2024-02-28"), Fraction(1, 12)),
        (PaceBasis.LINEAR_MONTH, day("2024-02-29"), Fraction(2, 12)),
        (PaceBasis.LINEAR_HALF_MONTH, day("2023-08-14"), Fraction(14, 24)),
        (PaceBasis.LINEAR_HALF_MONTH, day("2023-08-15"), Fraction(15, 24)),
        (PaceBasis.LINEAR_HALF_MONTH, day("2023-08-30"), Fraction(15, 24)),
        (PaceBasis.LINEAR_HALF_MONTH, day("2023-08-31"), Fraction(16, 24)),
        (PaceBasis.LINEAR_HALF_MONTH, Period(2023, 8), Fraction(16, 24)),
        (PaceBasis.DAY_OF_YEAR, Period(2023, 1), Fraction(31, 365)),
        (PaceBasis.DAY_OF_YEAR, day("2024-03-01"), Fraction(61, 366)),
        (PaceBasis.QUARTER_STEPS, Period(2023, 2), Fraction(0)),
        (PaceBasis.QUARTER_STEPS, Period(2023, 3), Fraction(20, 100)),
        (PaceBasis.QUARTER_STEPS, Period(2023, 8), Fraction(50, 100)),
        (PaceBasis.QUARTER_STEPS, Period(2023, 9), Fraction(75, 100)),
        (PaceBasis.QUARTER_STEPS, Period(2023, 12), Fraction(1)),
        (PaceBasis.MONTHLY_PLAN, Period(2023, 3), Fraction(28, 110)),
        (PaceBasis.MONTHLY_PLAN, day("2023-04-29"), Fraction(28, 110)),
    ],
)
def test_pace_follows_its_basis(basis: PaceBasis, at: Period | date, share: Fraction) -> None:
    assert pace(basis, at, MONTHLY) == share


def test_quarter_steps_can_be_set() -> None:
    assert pace(PaceBasis.QUARTER_STEPS, Period(2023, 6), quarter_steps=(15, 40, 70, 100)) == Fraction(40, 100)


@pytest.mark.parametrize("monthly", [None, (), (0,) * 12, (10,) * 11])
def test_a_monthly_plan_without_months_or_amounts_gives_no_pace(monthly: Sequence[int] | None) -> None:
    with pytest.raises(ValueError, match="monthly plan"):
        pace(PaceBasis.MONTHLY_PLAN, Period(2023, 6), monthly)


@given(days(), st.sampled_from(PaceBasis))
def test_pace_never_falls_within_a_year_and_ends_at_the_whole(as_of: date, basis: PaceBasis) -> None:
    tomorrow = as_of + timedelta(days=1)

    assert 0 <= pace(basis, as_of, MONTHLY) <= 1
    assert pace(basis, Period(as_of.year, 12), MONTHLY) == 1
    assert tomorrow.year > as_of.year or pace(basis, as_of, MONTHLY) <= pace(basis, tomorrow, MONTHLY)


def test_a_gap_without_a_plan_is_refused() -> None:
    with pytest.raises(ValueError, match="plan"):
        gap_points(5, 0, Fraction(1, 2))


def test_a_plan_of_one_yuan_is_a_plan() -> None:
    assert gap_points(1, 1, Fraction(1, 2)) == 50
    assert pace(PaceBasis.MONTHLY_PLAN, Period(2023, 6), (1,) + (0,) * 11) == 1


def test_points_have_one_decimal_unless_it_is_said() -> None:
    assert format_points(Fraction(1382, 100)) == "13.8"


def test_the_plan_so_far_is_the_sum_of_its_months() -> None:
    assert cumulative_plan(MONTHLY, Period(2023, 4)) == 39


@pytest.mark.parametrize(
    ("due", "actual", "as_of", "status"),
    [
        ("2024-01-12", None, "2024-01-12", MilestoneStatus.DUE_SOON),
        ("2024-01-12", None, "2024-01-13", MilestoneStatus.OVERDUE),
        ("2024-01-12", "2024-01-12", "2024-01-12", MilestoneStatus.DONE),
        ("2024-01-12", "2024-01-13", "2024-01-15", MilestoneStatus.DONE_LATE),
        ("2023-06-30", "2024-01-12", "2024-01-12", MilestoneStatus.DONE_LATE),
        ("2023-06-30", "2024-01-12", "2024-01-11", MilestoneStatus.OVERDUE),
        ("2024-01-19", None, "2024-01-12", MilestoneStatus.DUE_SOON),
        ("2024-01-22", None, "2024-01-12", MilestoneStatus.PENDING),
        (None, None, "2024-01-12", MilestoneStatus.PENDING),
        (None, "2024-01-02", "2024-01-12", MilestoneStatus.DONE),
    ],
)
def test_a_state_follows_from_its_dates_and_the_day_alone(
    due: str | None, actual: str | None, as_of: str, status: MilestoneStatus
) -> None:
    soon_until = CALENDAR.add_workdays(day(as_of), 5)

    assert milestone_status(milestone(due, actual), day(as_of), soon_until) is status


def test_nothing_is_due_soon_without_a_look_ahead() -> None:
    assert milestone_status(milestone("2024-01-15"), day("2024-01-12")) is MilestoneStatus.PENDING


@pytest.mark.parametrize(
    ("due", "actual", "as_of", "late"),
    [
        ("2024-01-12", None, "2024-01-12", 0),
        ("2024-01-12", None, "2024-01-14", 0),
        ("2024-01-12", None, "2024-01-15", 1),
        ("2024-01-12", "2024-01-16", "2024-06-30", 2),
        ("2024-01-12", "2024-01-16", "2024-01-15", 1),
        ("2024-02-09", None, "2024-02-18", 1),
        ("2024-01-12", "2024-01-10", "2024-06-30", 0),
        (None, None, "2024-06-30", 0),
    ],
)
def test_lateness_is_counted_in_working_days_and_stops_when_done(
    due: str | None, actual: str | None, as_of: str, late: int
) -> None:
    assert working_days_late(milestone(due, actual), CALENDAR, day(as_of)) == late


def test_lateness_in_a_year_without_calendar_raises() -> None:
    with pytest.raises(CalendarYearMissing):
        working_days_late(milestone("2026-12-30"), CALENDAR, day("2027-01-04"))


@given(days(), st.none() | days(), days(), days())
def test_once_done_no_later_day_changes_the_state(due: date, actual: date | None, one: date, other: date) -> None:
    earlier, later = min(one, other), max(one, other)
    facts = milestone(due, actual)
    done = (MilestoneStatus.DONE, MilestoneStatus.DONE_LATE)

    if milestone_status(facts, earlier) in done:
        assert milestone_status(facts, later) is milestone_status(facts, earlier)
        assert working_days_late(facts, CALENDAR, later) == working_days_late(facts, CALENDAR, earlier)


def test_starts_are_counted_as_planned_actual_early_and_missed() -> None:
    on_time = [StartFacts(day("2023-03-01"), day("2023-03-05"))] * 107
    missed = [StartFacts(day("2023-05-01"), None)] * 30 + [StartFacts(day("2023-06-30"), day("2023-07-03"))] * 3
    early = [StartFacts(day("2023-09-01"), day("2023-06-01"))] * 10 + [StartFacts(None, day("2023-06-30"))]
    later = [StartFacts(day("2023-10-01"), None)] * 5

    counted = start_discipline([*on_time, *missed, *early, *later], day("2023-06-30"))

    assert counted == StartDiscipline(planned=140, actual=118, early=11, missed=33)


@given(st.lists(st.builds(StartFacts, st.none() | days(), st.none() | days())), days())
def test_actual_less_early_plus_missed_is_planned(starts: list[StartFacts], by: date) -> None:
    counted = start_discipline(starts, by)

    assert counted.actual - counted.early + counted.missed == counted.planned
