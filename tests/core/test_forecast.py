"""What lies ahead: the year's plan at the present rate, the next milestone by the slips so far, and the hit rate."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from projects.core.forecast import (
    HORIZON,
    Hits,
    NotForecast,
    Stone,
    StoneOutlook,
    YearOutlook,
    YearSoFar,
    stone_outlook,
    year_outlook,
)
from projects.core.stages import Stage
from tests.core.builders import day, days, published_calendar

CALENDAR = published_calendar()
EVEN = (100,) * 12
LATE_START = (0, 0, 0, 0, 0, 0, 0, 200, 200, 200, 300, 300)


def so_far(*cumulative: int | None, months: tuple[int, ...] = EVEN) -> YearSoFar:
    return YearSoFar(months, cumulative)


def told(year: YearSoFar) -> YearOutlook:
    found = year_outlook(year)
    assert isinstance(found, YearOutlook), found
    return found


@pytest.mark.parametrize(
    ("year", "expected", "short", "rate", "needed", "present"),
    [
        (so_far(100, 200, 300), 1200, 0, Fraction(1), 100, 100),
        (so_far(50, 100, 150), 600, 600, Fraction(1, 2), 117, 50),
        (so_far(200, 400, 600), 2400, 0, Fraction(2), 67, 200),
        (so_far(100, 200, 300, 400, 500, 600, 610, 620, 630), 660, 540, Fraction(1, 10), 190, 10),
        (so_far(0, 0, 0, 0, 0, 0, 100, 200, 300), 600, 600, Fraction(1), 300, 100),
        (so_far(*range(100, 1001, 100), 1000), 1067, 133, Fraction(2, 3), 200, 67),
        (so_far(0, 0, 0), 0, 1200, Fraction(0), 133, 0),
        (so_far(100, 200, 300, 400, 500, 200), 200, 1000, Fraction(0), 167, -33),
        (so_far(100, 200, 300, 1200, 1300, 1300), 3300, 0, Fraction(10, 3), 0, 333),
        (so_far(*[0] * 7, 100, 200, 300, months=LATE_START), 600, 600, Fraction(1, 2), 450, 100),
        (so_far(*[None] * 9, 300, months=LATE_START), 600, 600, Fraction(1, 2), 450, 100),
    ],
    ids=[
        "on its plan", "half its plan", "twice its plan", "stuck for three months", "back on its plan",
        "slower of late", "nothing done", "corrected downwards", "met already", "starts in August", "first return",
    ],
)  # fmt: skip
def test_what_is_left_of_the_plan_comes_at_the_rate_of_the_last_three_months(
    year: YearSoFar, expected: int, short: int, rate: Fraction, needed: int, present: int
) -> None:
    found = told(year)

    assert (found.expected, found.short, found.misses) == (expected, short, short > 0)
    assert (found.rate, found.needed, found.present) == (rate, needed, present)


@pytest.mark.parametrize(
    ("year", "why"),
    [
        (YearSoFar(EVEN, (1,) * 6, stage=Stage.STOPPED), NotForecast.STOPPED),
        (YearSoFar(EVEN, (1,) * 6, stage=Stage.COMPLETED), NotForecast.FINISHED),
        (YearSoFar(EVEN, (1,) * 6, is_counted=False), NotForecast.NOT_COUNTED),
        (so_far(1, 2, 3, months=()), NotForecast.NO_PLAN),
        (so_far(1, 2, 3, months=(0,) * 12), NotForecast.NO_PLAN),
        (so_far(), NotForecast.NO_RETURN),
        (so_far(None, None, None, None), NotForecast.NO_RETURN),
        (so_far(100, 200), NotForecast.TOO_FEW_MONTHS),
        (so_far(None, None, None, 300, 400), NotForecast.TOO_FEW_MONTHS),
        (so_far(*[0] * 7, 100, 200, months=LATE_START), NotForecast.TOO_FEW_MONTHS),
        (so_far(0, 0, 0, 0, 10, months=(600, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 600)), NotForecast.NOTHING_PLANNED_LATELY),
        (so_far(300, 600, 700, 800, months=(300,) * 4 + (0,) * 8), NotForecast.NOTHING_PLANNED_AHEAD),
    ],
)
def test_what_cannot_be_told_says_why(year: YearSoFar, why: NotForecast) -> None:
    assert year_outlook(year) is why


plans = st.lists(st.integers(0, 10**9), min_size=12, max_size=12).map(tuple).filter(any)
adding = st.lists(st.integers(0, 10**9), min_size=3, max_size=12)


def running(months: list[int]) -> tuple[int, ...]:
    return tuple(sum(months[: at + 1]) for at in range(len(months)))


@given(plans, st.integers(3, 12))
def test_a_project_exactly_on_its_own_plan_meets_it_whatever_the_plan_looks_like(
    months: tuple[int, ...], month: int
) -> None:
    found = year_outlook(YearSoFar(months, running(list(months[:month]))))

    assume(isinstance(found, YearOutlook))
    assert isinstance(found, YearOutlook)
    assert (found.expected, found.misses, found.short) == (sum(months), False, 0)


@given(plans, adding, st.integers(0, 10**9))
def test_who_completed_more_in_the_last_month_is_expected_to_complete_no_less(
    months: tuple[int, ...], done: list[int], more: int
) -> None:
    less = year_outlook(YearSoFar(months, running(done)))
    more_done = year_outlook(YearSoFar(months, running([*done[:-1], done[-1] + more])))

    assume(isinstance(less, YearOutlook) and isinstance(more_done, YearOutlook))
    assert isinstance(less, YearOutlook) and isinstance(more_done, YearOutlook)
    assert more_done.expected >= less.expected
    assert more_done.short <= less.short


@given(plans, st.lists(st.integers(0, 10**9), min_size=12, max_size=12))
def test_after_december_the_forecast_is_the_figure(months: tuple[int, ...], done: list[int]) -> None:
    found = told(YearSoFar(months, running(done)))

    assert (found.expected, found.months_left, found.needed) == (sum(done), 0, None)
    assert found.misses == (sum(done) < sum(months))


@given(plans, adding)
def test_nothing_that_was_completed_is_lost_and_short_is_what_the_plan_lacks(
    months: tuple[int, ...], done: list[int]
) -> None:
    found = year_outlook(YearSoFar(months, running(done)))

    assume(isinstance(found, YearOutlook))
    assert isinstance(found, YearOutlook)
    assert found.expected >= found.completed == sum(done)
    assert found.short == max(found.plan - found.expected, 0)
    assert found.misses == (found.short > 0)


@given(plans, adding, st.integers(2, 1000))
def test_a_forecast_is_the_same_in_another_unit(months: tuple[int, ...], done: list[int], factor: int) -> None:
    small = year_outlook(YearSoFar(months, running(done)))
    large = year_outlook(YearSoFar(tuple(one * factor for one in months), running([one * factor for one in done])))

    assume(isinstance(small, YearOutlook))
    assert isinstance(small, YearOutlook) and isinstance(large, YearOutlook)
    assert abs(large.expected - factor * small.expected) <= factor


AS_OF = day("2023-06-15")


def stone(due: str, actual: str | None = None, first: str | None = None, expects: str | None = None) -> Stone:
    done, said = day(actual) if actual else None, day(expects) if expects else None
    return Stone(due, "D03", "基础完成", day(first or due), day(due), said, done)


ON_TIME = [stone("2023-02-01", "2023-02-01"), stone("2023-03-01", "2023-02-20"), stone("2023-04-03", "2023-04-03")]
TEN_LATE = [stone("2023-02-01", "2023-02-15"), stone("2023-03-01", "2023-03-15"), stone("2023-04-03", "2023-04-18")]


@pytest.mark.parametrize(
    ("stones", "expected", "slip", "late"),
    [
        ([*ON_TIME, stone("2023-07-03")], "2023-07-03", 0, 0),
        ([*TEN_LATE, stone("2023-07-03")], "2023-07-17", 10, 10),
        ([*TEN_LATE, stone("2023-07-17", first="2023-07-03")], "2023-07-17", 10, 0),
        ([*TEN_LATE, stone("2023-07-10", first="2023-07-03")], "2023-07-17", 10, 5),
        ([*TEN_LATE, stone("2023-07-10"), stone("2023-07-03")], "2023-07-17", 10, 10),
        ([*TEN_LATE, *[stone(f"2023-05-{at}", f"2023-05-{at}") for at in (22, 23, 24)], stone("2023-07-03")],
         "2023-07-03", 0, 0),
        ([*ON_TIME[1:], stone("2023-06-01"), stone("2023-07-03")], "2023-07-03", 0, 0),
        ([ON_TIME[2], stone("2023-05-31"), stone("2023-06-01"), stone("2023-07-03")], "2023-07-17", 10, 10),
        ([*ON_TIME, stone("2023-07-03", expects="2023-07-10")], "2023-07-10", 0, 5),
        ([*TEN_LATE, stone("2023-07-03", expects="2023-07-10")], "2023-07-17", 10, 10),
        ([*ON_TIME, stone("2023-07-03", first="2023-05-04")], "2023-06-15", 0, 0),
    ],
    ids=[
        "on time so far", "ten days late each time", "moved by as much", "moved by less", "the nearer one is next",
        "only the last three count", "one overdue of three", "two overdue count on", "the unit expects it later",
        "the unit expects less", "not before today",
    ],
)  # fmt: skip
def test_the_next_milestone_slips_as_the_last_three_did(
    stones: list[Stone], expected: str, slip: int, late: int
) -> None:
    found = stone_outlook(stones, CALENDAR, AS_OF)

    assert isinstance(found, StoneOutlook)
    assert (found.expected_on, found.slip, found.late, found.misses) == (day(expected), slip, late, late > 0)


def test_a_day_that_the_unit_expects_is_marked_as_its_own() -> None:
    found = stone_outlook([*ON_TIME, stone("2023-07-03", expects="2023-07-10")], CALENDAR, AS_OF)

    assert isinstance(found, StoneOutlook) and found.by_unit


@pytest.mark.parametrize(
    ("stones", "why"),
    [
        ([], NotForecast.NO_MILESTONE_AHEAD),
        (TEN_LATE, NotForecast.NO_MILESTONE_AHEAD),
        ([*TEN_LATE, stone("2023-06-14")], NotForecast.NO_MILESTONE_AHEAD),
        ([*TEN_LATE, stone(str(AS_OF + HORIZON + timedelta(days=1)))], NotForecast.NO_MILESTONE_AHEAD),
        ([*TEN_LATE[:2], stone("2023-07-03")], NotForecast.TOO_FEW_MILESTONES),
        ([stone("2010-02-01", "2010-02-01"), *TEN_LATE[:2], stone("2023-07-03")], NotForecast.TOO_FEW_MILESTONES),
    ],
    ids=["none", "all done", "overdue already", "too far away", "two fell due", "one lies before the calendar"],
)
def test_a_milestone_that_cannot_be_told_says_why(stones: list[Stone], why: NotForecast) -> None:
    assert stone_outlook(stones, CALENDAR, AS_OF) is why


def test_a_day_beyond_the_published_calendar_is_not_guessed() -> None:
    late = [Stone(key, "D03", "基础完成", day(key), day(key)) for key in ("2024-01-02", "2024-01-03", "2024-01-04")]
    last = max(CALENDAR.years)
    as_of = date(last, 12, 20)

    found = stone_outlook([*late, stone(f"{last}-12-25")], CALENDAR, as_of)

    assert found is NotForecast.NO_CALENDAR


@given(st.lists(days("2022-01-01", "2022-12-31"), min_size=3, max_size=6), st.integers(0, 40), st.integers(0, 40))
def test_who_slipped_further_is_expected_no_earlier(dues: list[date], slip: int, more: int) -> None:
    def at(slipped: int) -> StoneOutlook:
        done = [
            Stone(f"{number}", "D03", "基础完成", due, due, None, CALENDAR.add_workdays(due, slipped))
            for number, due in enumerate(dues)
        ]
        found = stone_outlook([*done, stone("2023-07-03")], CALENDAR, AS_OF)
        assert isinstance(found, StoneOutlook)
        return found

    assert at(slip + more).expected_on >= at(slip).expected_on
    assert at(slip).slip == slip
    assert at(slip).late == CALENDAR.workdays_between(day("2023-07-03"), at(slip).expected_on)


def test_hits_are_four_counts_and_two_shares() -> None:
    hits = Hits.count([(True, True)] * 3 + [(True, False)] + [(False, True)] * 2 + [(False, False)] * 4)

    assert hits == Hits(said_and_came=3, said_only=1, came_only=2, neither=4)
    assert (hits.said, hits.came, hits.total) == (4, 5, 10)
    assert (hits.precision, hits.recall, hits.base) == (Fraction(3, 4), Fraction(3, 5), Fraction(1, 2))


def test_without_a_case_there_is_no_share() -> None:
    assert (Hits().precision, Hits().recall, Hits().base) == (None, None, None)


@given(st.lists(st.tuples(st.booleans(), st.booleans())), st.lists(st.tuples(st.booleans(), st.booleans())))
def test_hits_of_two_months_add_up(one: list[tuple[bool, bool]], other: list[tuple[bool, bool]]) -> None:
    both = Hits.count(one) + Hits.count(other)

    assert both == Hits.count([*one, *other])
    assert both.total == len(one) + len(other)
