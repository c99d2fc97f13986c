"""The rule sets that cities published, each from both sides of every limit that its source gives."""

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.core.lights import (
    FundsFacts,
    Light,
    LightPolicy,
    ProjectFacts,
    judge_funds,
    judge_milestones,
    judge_pace,
    milestone_cutoffs,
)
from projects.core.policy_rules import MilestoneRule
from projects.core.schedule import PaceBasis
from tests.core.builders import BUILT_IN, IMPORTABLE, day, days, milestone, policy, published_calendar

CALENDAR = published_calendar()
RED, YELLOW, GREEN, NOT_JUDGED = Light.RED, Light.YELLOW, Light.GREEN, Light.NOT_JUDGED
XINHUANG, DISTRICTS, SANYA = map(policy, ("xinhuang-2015", "sanya-districts-2022", "sanya-2022"))
TIANJIN, SHANXI = map(policy, ("tianjin-bonds-2022", "shanxi-bonds-2022"))
HAIKOU, YICHANG = map(policy, ("haikou-2020", "yichang-2015"))
YI = 10**8


@pytest.mark.parametrize("path", IMPORTABLE, ids=lambda path: path.stem)
def test_an_importable_file_reads_back_from_what_it_writes_and_names_its_source(path: Path) -> None:
    data = json.loads(path.read_text(encoding="utf-8"))
    read = LightPolicy.from_json(data)

    assert (read.code, read.to_json()) == (path.stem, data)
    assert "http" in read.source
    assert read.effective_from is None


def test_no_code_comes_twice() -> None:
    codes = [path.stem for path in (*BUILT_IN, *IMPORTABLE)]

    assert len(set(codes)) == len(codes) == 10


def months(*done: int | None) -> ProjectFacts:
    """A plan of ten a month; completed by the end of each of these months, the last one judged."""
    return ProjectFacts("P", plan=120, completed=done[-1], monthly_plan=(10,) * 12, cumulative=done)


@pytest.mark.parametrize(
    ("month", "light"), [(10, GREEN), (8, GREEN), (7, YELLOW), (6, YELLOW), (5, RED), (0, RED), (12, GREEN)]
)
def test_xinhuang_judges_each_month_by_its_own_task(month: int, light: Light) -> None:
    judged = judge_pace(months(20, 20 + month), XINHUANG, CALENDAR, day("2023-03-10"))

    assert judged.light is light
    assert judged.reason.figures["completed"] == month


def test_a_month_without_a_task_is_not_judged() -> None:
    facts = replace(months(20, 20), monthly_plan=(60, 0, *(6,) * 10))

    assert judge_pace(facts, XINHUANG, CALENDAR, day("2023-03-10")).reason.code == "no_month_task"


def test_january_stands_against_nothing_and_a_late_first_return_counts_whole() -> None:
    assert judge_pace(months(8), XINHUANG, CALENDAR, day("2023-02-10")).light is GREEN
    assert judge_pace(months(None, 8), XINHUANG, CALENDAR, day("2023-03-10")).light is GREEN


def test_merged_january_and_february_are_one_task() -> None:
    merged = replace(XINHUANG, merge_jan_feb=True)

    assert judge_pace(months(None, 16), merged, CALENDAR, day("2023-03-10")).light is GREEN
    assert judge_pace(months(None, 15), merged, CALENDAR, day("2023-03-10")).light is YELLOW


@pytest.mark.parametrize(
    ("done", "light", "periods"),
    [
        ((10, 20, 30), GREEN, None),
        ((10, 20, 29), YELLOW, 1),
        ((10, 19, 28), RED, 2),
        ((9, 20, 29), YELLOW, 1),  # made up for in February
        ((5, 10, 15), RED, 2),  # counted as far as the policy asks
        ((None, None, 9), YELLOW, 1),  # before the first return nothing counts
    ],
)
def test_a_task_that_is_missed_two_months_running_is_red_in_the_districts_of_sanya(
    done: tuple[int | None, ...], light: Light, periods: int | None
) -> None:
    judged = judge_pace(months(*done), DISTRICTS, CALENDAR, day("2023-04-10"))

    assert (judged.light, judged.reason.figures.get("periods")) == (light, periods)


def test_a_new_year_begins_a_new_count() -> None:
    assert judge_pace(months(9), DISTRICTS, CALENDAR, day("2023-02-10")).light is YELLOW


def test_counting_works_in_any_measure_and_by_the_project_s_own_plan() -> None:
    local = policy("local-default").pace
    assert local is not None
    twice = replace(policy("local-default"), pace=replace(local, basis=PaceBasis.MONTHLY_PLAN, red_after_periods=2))

    once = judge_pace(months(10, 20, 10), twice, CALENDAR, day("2023-04-10"))
    again = judge_pace(months(10, 5, 15), twice, CALENDAR, day("2023-04-10"))

    assert (once.light, once.reason.figures["periods"]) == (YELLOW, 1)
    assert (again.light, again.reason.figures["periods"]) == (RED, 2)


def test_while_a_return_is_awaited_the_run_ends_with_the_month_before() -> None:
    facts = replace(months(9, 18, 18), awaiting=True)

    judged = judge_pace(facts, DISTRICTS, CALENDAR, day("2023-04-03"))

    assert (judged.light, judged.reason.figures["period"]) == (RED, "2023-02")


@pytest.mark.parametrize(("plan", "code"), [(9_999_999, "plan_too_small"), (10_000_000, "behind_pace")])
def test_sanya_judges_plans_of_ten_million_and_more(plan: int, code: str) -> None:
    facts = ProjectFacts("P", plan=plan, completed=0)

    assert judge_pace(facts, SANYA, CALENDAR, day("2023-04-10")).reason.code == code


def issue(issued_on: str, paid: int, amount: int = YI, history: tuple[tuple[str, int], ...] = ()) -> ProjectFacts:
    return ProjectFacts("P", funds=(FundsFacts("b", day(issued_on), amount, paid, history),))


@pytest.mark.parametrize(
    ("issued_on", "percent", "light"),
    [
        ("2023-03-31", 0, GREEN),  # counted from the month after the issue
        ("2023-02-01", "50/3", GREEN),
        ("2023-02-28", "35/3", YELLOW),  # thirty percent of what is expected
        ("2023-02-28", 11, RED),
        ("2022-12-05", 50, GREEN),
        ("2022-12-05", 49, YELLOW),
        ("2022-12-05", 35, YELLOW),
        ("2022-12-05", 34, RED),
        ("2022-09-30", 100, GREEN),
        ("2022-09-30", 99, YELLOW),
        ("2021-01-30", 70, YELLOW),
        ("2021-01-30", 69, RED),
    ],
)
def test_tianjin_spreads_bond_money_over_six_months(issued_on: str, percent: int | str, light: Light) -> None:
    facts = issue(issued_on, int(Fraction(percent) * 3 * YI / 100), amount=3 * YI)

    assert judge_funds(facts, TIANJIN, CALENDAR, day("2023-04-10")).light is light


@pytest.mark.parametrize(
    ("issued_on", "percent", "light"),
    [
        ("2024-01-01", 0, GREEN),
        ("2023-12-31", 24, YELLOW),  # full three months
        ("2023-12-31", 25, GREEN),
        ("2023-09-30", 49, YELLOW),  # a day more than six months
        ("2023-09-30", 50, GREEN),
        ("2023-10-31", 25, GREEN),
        ("2023-06-30", 74, YELLOW),
        ("2023-07-31", 50, GREEN),
        ("2023-03-31", 99, YELLOW),
        ("2023-03-31", 100, GREEN),
    ],
)
def test_shanxi_asks_for_steps_and_more_than_six_months_begin_a_day_after(
    issued_on: str, percent: int, light: Light
) -> None:
    facts = issue(issued_on, percent * YI // 100)

    assert judge_funds(facts, SHANXI, CALENDAR, day("2024-04-10")).light is light


def test_shanxi_s_six_months_are_not_over_on_their_last_day() -> None:
    last_day_of_six_months = issue("2023-08-31", 25 * YI // 100)

    assert judge_funds(last_day_of_six_months, SHANXI, CALENDAR, day("2024-03-01")).light is GREEN
    assert judge_funds(last_day_of_six_months, SHANXI, CALENDAR, day("2024-04-01")).light is YELLOW


@pytest.mark.parametrize(("amount", "light"), [(30_000_000, NOT_JUDGED), (30_000_001, YELLOW)])
def test_shanxi_looks_at_projects_with_more_than_thirty_million_in_a_year(amount: int, light: Light) -> None:
    assert judge_funds(issue("2023-01-31", 0, amount), SHANXI, CALENDAR, day("2024-01-12")).light is light


def test_issues_of_one_year_are_added_up_and_those_of_another_are_not() -> None:
    small = tuple(FundsFacts(key, day("2023-01-31"), 20_000_000, 0) for key in "ab")
    other = FundsFacts("c", day("2022-12-31"), 20_000_000, 0)

    judged = judge_funds(ProjectFacts("P", funds=(*small, other)), SHANXI, CALENDAR, day("2024-01-12"))
    alone = judge_funds(ProjectFacts("P", funds=(small[0], other)), SHANXI, CALENDAR, day("2024-01-12"))

    assert (judged.light, judged.reason.figures["key"], alone.light) == (YELLOW, "b", NOT_JUDGED)


@pytest.mark.parametrize(("below", "light"), [(6, RED), (5, YELLOW)])
def test_half_a_year_on_shanxi_s_list_is_the_warning_list(below: int, light: Light) -> None:
    periods = ("2023-07", "2023-08", "2023-09", "2023-10", "2023-11", "2023-12")
    history = tuple((period, 0 if at >= 6 - below else YI) for at, period in enumerate(periods))

    judged = judge_funds(issue("2023-01-31", 0, history=history), SHANXI, CALENDAR, day("2024-01-12"))

    assert (judged.light, judged.reason.figures["periods"]) == (light, below)


@pytest.mark.parametrize(
    ("due", "as_of", "light"),
    [
        ("2024-01-12", "2024-01-12", GREEN),
        ("2024-01-11", "2024-01-12", YELLOW),
        ("2023-11-01", "2024-01-31", YELLOW),  # two month ends
        ("2023-11-30", "2024-02-01", RED),  # the third
    ],
)
def test_haikou_counts_yellow_cards_by_month_ends(due: str, as_of: str, light: Light) -> None:
    judged = judge_milestones(ProjectFacts("P", milestones=(milestone(due),)), HAIKOU, CALENDAR, day(as_of))

    assert judged.light is light


@pytest.mark.parametrize(
    ("due", "light", "code"),
    [
        ("2024-01-22", GREEN, "milestones_on_time"),
        ("2024-01-19", YELLOW, "milestone_near"),
        ("2024-01-12", YELLOW, "milestone_near"),
        ("2024-01-11", RED, "milestone_overdue"),
    ],
)
def test_yichang_warns_as_the_limit_nears(due: str, light: Light, code: str) -> None:
    judged = judge_milestones(ProjectFacts("P", milestones=(milestone(due),)), YICHANG, CALENDAR, day("2024-01-12"))

    assert (judged.light, judged.reason.code) == (light, code)


@given(days("2022-01-10", "2024-12-31"), days("2022-02-01", "2024-12-31"), st.integers(1, 30), st.integers(0, 4))
def test_a_milestone_is_red_only_where_it_is_yellow(due: object, as_of: object, late: int, running: int) -> None:
    rules = replace(HAIKOU, milestones=MilestoneRule(late, None, 5, red_after_periods=running))
    cutoffs = milestone_cutoffs(rules, CALENDAR, as_of)  # type: ignore[arg-type]

    assert cutoffs.red_before <= cutoffs.yellow_before
