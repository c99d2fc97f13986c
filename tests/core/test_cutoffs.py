"""Cut-offs for queries say of every day what counting says, and what the judgement of one project says."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.core.calendar import CalendarYearMissing
from projects.core.lights import (
    Light,
    ProjectFacts,
    judge_milestones,
    judge_pace,
    judge_start,
    judge_statistics,
    milestone_cutoffs,
    pace_limits,
    start_cutoffs,
    statistics_cutoffs,
)
from projects.core.periods import Period, add_months
from projects.core.policy_rules import MilestoneRule, PaceRule, StartRule, StatisticsRule
from projects.core.schedule import MilestoneStatus, PaceBasis, milestone_status
from tests.core.builders import day, days, milestone, policy, published_calendar

CALENDAR = published_calendar()
DEFAULT, WUHAN = policy("local-default"), policy("wuhan-2022")
as_ofs = days("2022-02-01", "2025-06-30")
dates = days("2021-06-01", "2025-12-31")
milestone_rules = st.builds(
    lambda yellow, more, soon: MilestoneRule(yellow, yellow + more, soon),
    st.integers(1, 10),
    st.integers(0, 30),
    st.integers(0, 20),
)


def _light(due: date, cutoffs: tuple[date, ...]) -> Light:
    return Light.RED if due < cutoffs[1] else Light.YELLOW if due < cutoffs[0] else Light.GREEN


@given(dates, as_ofs, milestone_rules)
def test_milestone_cutoffs_say_what_counting_working_days_says(due: date, as_of: date, rule: MilestoneRule) -> None:
    cutoffs = milestone_cutoffs(replace(DEFAULT, milestones=rule), CALENDAR, as_of)
    late = CALENDAR.workdays_between(due, as_of) if due < as_of else 0

    assert (due < cutoffs.yellow_before) == (late >= rule.yellow_from)
    assert (due < cutoffs.red_before) == (late >= rule.red_from)
    assert cutoffs.soon_until is not None
    ahead = CALENDAR.workdays_between(as_of, due)
    within = ahead < rule.due_soon_days or (ahead == rule.due_soon_days and CALENDAR.is_workday(due)) or due == as_of
    assert (as_of <= due <= cutoffs.soon_until) == (due >= as_of and within)


@given(dates, as_ofs, milestone_rules)
def test_milestone_cutoffs_equal_the_judgement_and_the_state(due: date, as_of: date, rule: MilestoneRule) -> None:
    rules, one = replace(DEFAULT, milestones=rule), milestone(due)
    cutoffs = milestone_cutoffs(rules, CALENDAR, as_of)

    judged = judge_milestones(ProjectFacts("P", milestones=(one,)), rules, CALENDAR, as_of)
    assert judged.light is _light(due, cutoffs[:2])
    soon = milestone_status(one, as_of, cutoffs.soon_until) is MilestoneStatus.DUE_SOON
    assert soon == (cutoffs.soon_until is not None and as_of <= due <= cutoffs.soon_until)


def test_the_look_ahead_reaches_the_given_number_of_working_days() -> None:
    assert milestone_cutoffs(DEFAULT, CALENDAR, day("2024-02-08")) == (
        day("2024-02-08"),
        day("2024-01-22"),
        day("2024-02-21"),
        None,
    )


def test_where_next_year_is_not_published_only_the_look_ahead_is_missing() -> None:
    cutoffs = milestone_cutoffs(DEFAULT, CALENDAR, day("2026-12-30"))

    assert (cutoffs.yellow_before, cutoffs.soon_until) == (day("2026-12-30"), None)


@pytest.mark.parametrize(("as_of", "year"), [("2027-01-04", 2027), ("2020-01-10", 2019)])
def test_cutoffs_that_need_a_year_without_calendar_raise(as_of: str, year: int) -> None:
    with pytest.raises(CalendarYearMissing) as missing:
        milestone_cutoffs(DEFAULT, CALENDAR, day(as_of))

    assert missing.value.year == year


@given(dates, as_ofs, st.integers(1, 6), st.booleans())
def test_start_cutoffs_equal_the_judgement_and_the_count_of_period_ends(
    due: date, as_of: date, periods: int, merged: bool
) -> None:
    rules = replace(DEFAULT, start=StartRule(periods), merge_jan_feb=merged)
    judged = judge_start(ProjectFacts("P", start_due_on=due), rules, CALENDAR, as_of)

    assert judged.light is _light(due, start_cutoffs(rules, as_of))
    if due < as_of:
        ends = {Period.of(due + timedelta(days=at), merge_jan_feb=merged).last_day for at in range((as_of - due).days)}
        missed = sum(end < as_of for end in ends)
        assert judged.reason.figures["month_ends"] == missed
        assert (judged.light is Light.RED) == (missed >= periods)


@given(dates, as_ofs, st.integers(0, 4), st.integers(0, 6), st.booleans())
def test_statistics_cutoffs_equal_the_judgement_and_counting_months(
    started: date, as_of: date, yellow: int, more: int, merged: bool
) -> None:
    rules = replace(DEFAULT, statistics=StatisticsRule(yellow, yellow + more), merge_jan_feb=merged)
    end = rules.judged_period(as_of).last_day
    light = _light(started, statistics_cutoffs(rules, as_of))

    assert (light is Light.RED) == (add_months(started, yellow + more) < end)
    assert (light is not Light.GREEN) == (add_months(started, yellow) <= end)
    if started <= as_of:
        assert judge_statistics(ProjectFacts("P", started_on=started), rules, CALENDAR, as_of).light is light


@given(
    st.integers(0, 10**6),
    st.integers(1, 10**6),
    as_ofs,
    st.sampled_from(["local-default", "wuhan-2022", "sanya-2022"]),
    st.sampled_from([basis for basis in PaceBasis if basis is not PaceBasis.MONTHLY_PLAN]),
)
def test_pace_limits_equal_the_judgement(completed: int, plan: int, as_of: date, code: str, basis: PaceBasis) -> None:
    rules = policy(code)
    assert isinstance(rules.pace, PaceRule)
    rules = replace(rules, pace=replace(rules.pace, basis=basis, smallest_plan=0))
    limits, rate = pace_limits(rules, as_of), Fraction(completed, plan)
    red = rate < limits.red or (limits.red_inclusive and rate == limits.red)
    yellow = rate < limits.yellow or (limits.yellow_inclusive and rate == limits.yellow)

    judged = judge_pace(ProjectFacts("P", plan=plan, completed=completed), rules, CALENDAR, as_of)
    assert judged.light is (Light.RED if red else Light.YELLOW if yellow else Light.GREEN)


@pytest.mark.parametrize(
    "ask",
    [
        lambda: start_cutoffs(WUHAN, day("2024-01-12")),
        lambda: statistics_cutoffs(WUHAN, day("2024-01-12")),
        lambda: milestone_cutoffs(WUHAN, CALENDAR, day("2024-01-12")),
        lambda: pace_limits(replace(DEFAULT, pace=None), day("2024-01-12")),
        lambda: pace_limits(
            replace(DEFAULT, pace=replace(DEFAULT.pace, basis=PaceBasis.MONTHLY_PLAN)),  # type: ignore[type-var]
            day("2024-01-12"),
        ),
    ],
)
def test_cutoffs_of_a_rule_that_the_policy_does_not_have_are_refused(ask: object) -> None:
    with pytest.raises(ValueError, match="v1"):
        ask()  # type: ignore[operator]
