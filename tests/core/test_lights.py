"""Each threshold from both sides, published rule sets against each other, and delay that never makes greener."""

from dataclasses import replace
from fractions import Fraction

import pytest

from projects.core.lights import (
    Exemption,
    FundsFacts,
    Indicator,
    Judgement,
    Light,
    LightPolicy,
    ProjectFacts,
    ReasonCode,
    judge_funds,
    judge_milestones,
    judge_pace,
    judge_project,
    judge_start,
    judge_statistics,
)
from projects.core.policy_rules import FundsRule, FundsStep
from projects.core.schedule import PaceBasis
from tests.core.builders import day, milestone, policy, published_calendar

CALENDAR = published_calendar()
DEFAULT, YINCHUAN, WUHAN, SANYA = map(policy, ("local-default", "yinchuan-2025", "wuhan-2022", "sanya-2022"))
RED, YELLOW, GREEN, NOT_JUDGED = Light.RED, Light.YELLOW, Light.GREEN, Light.NOT_JUDGED
TODAY = day("2024-01-12")


def _pace(completed: int | None, plan: int | None, as_of: str, rules: LightPolicy = DEFAULT) -> Judgement:
    return judge_pace(ProjectFacts("P", plan=plan, completed=completed), rules, CALENDAR, day(as_of))


@pytest.mark.parametrize(
    ("completed", "as_of", "default", "yinchuan", "wuhan", "sanya"),
    [
        (35, "2023-07-10", YELLOW, YELLOW, YELLOW, YELLOW),  # June, 50 % due: 15 points, ratio 0.70, 30 % short
        (0, "2023-02-10", GREEN, NOT_JUDGED, RED, RED),  # January, 8.33 % due: 8.33 points, ratio 0, all short
        (50, "2023-07-10", GREEN, GREEN, GREEN, GREEN),
        (49, "2023-07-10", GREEN, NOT_JUDGED, GREEN, YELLOW),
        (40, "2023-07-10", YELLOW, YELLOW, GREEN, YELLOW),
        (39, "2023-07-10", YELLOW, YELLOW, YELLOW, YELLOW),
        (30, "2023-07-10", YELLOW, YELLOW, YELLOW, YELLOW),
        (29, "2023-07-10", YELLOW, YELLOW, RED, YELLOW),
        (25, "2023-07-10", YELLOW, YELLOW, RED, YELLOW),
        (24, "2023-07-10", YELLOW, YELLOW, RED, RED),
        (20, "2023-07-10", YELLOW, YELLOW, RED, RED),
        (19, "2023-07-10", RED, RED, RED, RED),
        (110, "2024-01-12", GREEN, GREEN, GREEN, GREEN),
    ],
)
def test_the_published_rule_sets_judge_pace_each_in_its_measure(
    completed: int, as_of: str, default: Light, yinchuan: Light, wuhan: Light, sanya: Light
) -> None:
    lights = [_pace(completed * 10**6, 10**8, as_of, rules).light for rules in (DEFAULT, YINCHUAN, WUHAN, SANYA)]

    assert lights == [default, yinchuan, wuhan, sanya]


@pytest.mark.parametrize(
    ("completed", "light", "code"),
    [
        (100_000, GREEN, ReasonCode.ON_PACE),
        (99_999, GREEN, ReasonCode.SLIGHTLY_BEHIND),
        (90_001, GREEN, ReasonCode.SLIGHTLY_BEHIND),
        (90_000, YELLOW, ReasonCode.BEHIND_PACE),
        (70_000, YELLOW, ReasonCode.BEHIND_PACE),
        (69_999, RED, ReasonCode.BEHIND_PACE),
        (0, RED, ReasonCode.BEHIND_PACE),
    ],
)
def test_ten_and_thirty_points_are_yellow_to_the_yuan(completed: int, light: Light, code: ReasonCode) -> None:
    judged = _pace(completed, 100_000, "2024-01-12")

    assert (judged.light, judged.reason.code) == (light, code)


@pytest.mark.parametrize(("inclusive", "light"), [(True, RED), (False, YELLOW)])
def test_the_red_limit_itself_is_red_only_where_the_policy_says_so(inclusive: bool, light: Light) -> None:
    assert DEFAULT.pace is not None
    rules = replace(DEFAULT, pace=replace(DEFAULT.pace, red_inclusive=inclusive))

    assert _pace(70, 100, "2024-01-12", rules).light is light


def test_a_published_year_at_110_percent_is_green() -> None:
    assert _pace(57_240_000_000, 52_036_000_000, "2024-01-12").light is GREEN


def test_the_reason_of_a_pace_light_holds_unrounded_figures() -> None:
    judged = _pace(35, 100, "2023-07-10")

    assert judged.reason.figures == {
        "period": "2023-06",
        "plan": 100,
        "completed": 35,
        "rate": Fraction(35, 100),
        "pace": Fraction(1, 2),
        "gap": Fraction(-15),
    }


@pytest.mark.parametrize(
    ("completed", "plan", "code"),
    [(5, None, "no_plan"), (5, 0, "no_plan"), (None, 100, "no_return_yet"), (None, None, "no_plan")],
)
def test_without_plan_or_return_pace_is_not_judged(completed: int | None, plan: int | None, code: str) -> None:
    judged = _pace(completed, plan, "2024-01-12")

    assert (judged.light, judged.reason.code) == (NOT_JUDGED, code)


def test_a_projects_own_monthly_plan_can_be_its_pace() -> None:
    assert DEFAULT.pace is not None
    own = replace(DEFAULT, pace=replace(DEFAULT.pace, basis=PaceBasis.MONTHLY_PLAN))
    facts = ProjectFacts("P", plan=100, completed=5, monthly_plan=(0,) * 10 + (5, 95))

    assert judge_pace(facts, own, CALENDAR, day("2023-12-08")).reason.code is ReasonCode.ON_PACE
    assert judge_pace(facts, own, CALENDAR, TODAY).light is RED
    assert judge_pace(replace(facts, monthly_plan=None), own, CALENDAR, TODAY).reason.code == "no_monthly_plan"


def test_merged_january_and_february_judge_december_until_march() -> None:
    merged = replace(DEFAULT, merge_jan_feb=True)
    facts = ProjectFacts("P", plan=100, completed=100)

    periods = [
        judge_pace(facts, merged, CALENDAR, day(as_of)).reason.figures["period"]
        for as_of in ("2024-02-10", "2024-02-29", "2024-03-01")
    ]
    assert periods == ["2023-12", "2023-12", "2024-02"]


@pytest.mark.parametrize(
    ("due", "started", "as_of", "light", "code"),
    [
        (None, None, "2024-01-12", NOT_JUDGED, "start_not_planned"),
        ("2024-01-12", None, "2024-01-12", GREEN, "start_not_due"),
        ("2024-01-11", None, "2024-01-12", YELLOW, "start_missed"),
        ("2023-11-01", None, "2024-01-31", YELLOW, "start_missed"),  # two month ends, the third not over
        ("2023-11-01", None, "2024-02-01", RED, "start_missed"),
        ("2023-10-31", None, "2024-01-12", RED, "start_missed"),
        ("2023-06-01", "2023-06-01", "2024-01-12", GREEN, "started"),
        ("2023-06-01", "2023-12-31", "2024-01-12", GREEN, "started_late"),
        (None, "2022-12-31", "2024-01-12", GREEN, "started"),
        ("2023-12-29", "2024-01-15", "2024-01-12", YELLOW, "start_missed"),
        ("2023-12-29", "2024-01-12", "2024-01-12", GREEN, "started_late"),
    ],
)
def test_a_missed_start_is_yellow_and_red_at_the_third_month_end(
    due: str | None, started: str | None, as_of: str, light: Light, code: str
) -> None:
    facts = ProjectFacts("P", start_due_on=due and day(due), started_on=started and day(started))
    judged = judge_start(facts, DEFAULT, CALENDAR, day(as_of))

    assert (judged.light, judged.reason.code) == (light, code)


def test_a_missed_start_counts_its_month_ends() -> None:
    facts = ProjectFacts("P", start_due_on=day("2023-10-31"))

    assert judge_start(facts, DEFAULT, CALENDAR, TODAY).reason.figures["month_ends"] == 3


@pytest.mark.parametrize(
    ("started", "entered", "as_of", "light", "code"),
    [
        (None, None, "2024-01-12", NOT_JUDGED, "statistics_not_started"),
        ("2024-01-15", None, "2024-01-12", NOT_JUDGED, "statistics_not_started"),
        ("2024-01-02", None, "2024-01-12", GREEN, "statistics_not_due"),
        ("2023-12-01", None, "2024-01-12", GREEN, "statistics_not_due"),
        ("2023-11-30", None, "2024-01-12", YELLOW, "statistics_missing"),
        ("2023-10-31", None, "2024-01-12", YELLOW, "statistics_missing"),  # two months on 12-31, not over two
        ("2023-10-30", None, "2024-01-12", RED, "statistics_missing"),
        ("2023-10-30", "2024-01-12", "2024-01-12", GREEN, "statistics_entered"),
        ("2023-10-30", "2024-01-15", "2024-01-12", RED, "statistics_missing"),
        ("2023-12-28", None, "2024-03-05", RED, "statistics_missing"),  # two months on 02-28, judged on 02-29
        ("2023-12-29", None, "2024-03-05", YELLOW, "statistics_missing"),
    ],
)
def test_statistics_entry_is_counted_in_months_from_the_start_to_the_last_month_end(
    started: str | None, entered: str | None, as_of: str, light: Light, code: str
) -> None:
    facts = ProjectFacts("P", started_on=started and day(started), statistics_entered_on=entered and day(entered))
    judged = judge_statistics(facts, DEFAULT, CALENDAR, day(as_of))

    assert (judged.light, judged.reason.code) == (light, code)


def test_a_project_below_the_statistical_scope_is_not_judged_on_entry() -> None:
    facts = ProjectFacts("P", started_on=day("2023-01-05"), statistics_required=False)

    assert judge_statistics(facts, DEFAULT, CALENDAR, TODAY).reason.code == "not_applicable"


@pytest.mark.parametrize(
    ("due", "actual", "light", "code", "late"),
    [
        ("2024-01-12", None, GREEN, "milestones_on_time", None),
        ("2024-01-11", None, YELLOW, "milestone_overdue", 1),
        ("2023-12-22", None, YELLOW, "milestone_overdue", 14),
        ("2023-12-21", None, RED, "milestone_overdue", 15),
        ("2023-12-21", "2024-01-12", GREEN, "milestones_done", None),
        ("2023-12-21", "2024-01-15", RED, "milestone_overdue", 15),
    ],
)
def test_a_milestone_is_yellow_from_one_and_red_from_fifteen_working_days_late(
    due: str, actual: str | None, light: Light, code: str, late: int | None
) -> None:
    judged = judge_milestones(ProjectFacts("P", milestones=(milestone(due, actual),)), DEFAULT, CALENDAR, TODAY)

    assert (judged.light, judged.reason.code, judged.reason.figures.get("days_late")) == (light, code, late)


def test_on_the_rest_days_after_a_due_date_nobody_is_late_yet() -> None:
    facts = ProjectFacts("P", milestones=(milestone("2024-01-12"),))
    saturday, monday = (judge_milestones(facts, DEFAULT, CALENDAR, day(on)) for on in ("2024-01-13", "2024-01-15"))

    assert (saturday.light, saturday.reason.code) == (GREEN, "milestone_slightly_late")
    assert (monday.light, monday.reason.figures["days_late"]) == (YELLOW, 1)


def test_the_milestone_that_is_due_longest_is_named_with_the_number_overdue() -> None:
    several = (
        milestone("2024-01-10", key="c"),
        milestone("2023-12-28", key="b"),
        milestone("2023-12-01", "2023-12-05", key="a"),
        milestone("2024-03-01", key="d"),
        milestone("2024-01-12", key="f"),
        milestone(None, key="e"),
    )
    judged = judge_milestones(ProjectFacts("P", milestones=several), DEFAULT, CALENDAR, TODAY)

    assert (judged.reason.figures["key"], judged.reason.figures["overdue"]) == ("b", 2)


@pytest.mark.parametrize("milestones", [(), (milestone(None),)])
def test_without_a_due_date_milestones_are_not_judged(milestones: tuple[object, ...]) -> None:
    facts = ProjectFacts("P", milestones=milestones)  # type: ignore[arg-type]

    assert judge_milestones(facts, DEFAULT, CALENDAR, TODAY).light is NOT_JUDGED


def test_in_a_year_without_calendar_milestones_are_not_judged_and_the_year_is_named() -> None:
    facts = ProjectFacts("P", milestones=(milestone("2026-12-01"),))
    judged = judge_milestones(facts, DEFAULT, CALENDAR, day("2027-01-05"))

    assert (judged.light, judged.reason.code, judged.reason.figures) == (NOT_JUDGED, "calendar_missing", {"year": 2027})


def test_a_due_date_before_the_loaded_calendar_is_red_though_its_days_cannot_be_counted() -> None:
    judged = judge_milestones(ProjectFacts("P", milestones=(milestone("2019-06-28"),)), DEFAULT, CALENDAR, TODAY)

    assert (judged.light, judged.reason.code) == (RED, "milestone_overdue_uncounted")
    assert judged.reason.figures["year"] == 2019


SHANXI = replace(
    DEFAULT, funds=FundsRule((FundsStep(3, 25), FundsStep(6, 50), FundsStep(9, 75), FundsStep(12, 100)), RED)
)


@pytest.mark.parametrize(
    ("issues", "light", "code"),
    [
        (None, NOT_JUDGED, "not_applicable"),
        ((), NOT_JUDGED, "no_funds"),
        ((FundsFacts("a", day("2024-01-02"), 100, 0),), NOT_JUDGED, "no_funds"),
        ((FundsFacts("a", day("2023-12-31"), 100, 0),), GREEN, "funds_on_schedule"),
        ((FundsFacts("a", day("2023-05-01"), 0, 0),), NOT_JUDGED, "no_funds"),
        ((FundsFacts("a", day("2023-05-01"), 1, 1),), GREEN, "funds_on_schedule"),
        ((FundsFacts("a", day("2022-12-31"), 100, 99),), RED, "funds_behind"),
        ((FundsFacts("a", day("2023-01-01"), 100, 75),), GREEN, "funds_on_schedule"),
        ((FundsFacts("a", day("2023-03-31"), 100, 74),), RED, "funds_behind"),
        ((FundsFacts("a", day("2023-10-01"), 100, 0),), GREEN, "funds_on_schedule"),
        ((FundsFacts("a", day("2023-09-30"), 100, 25),), GREEN, "funds_on_schedule"),
        ((FundsFacts("a", day("2023-09-30"), 100, 24),), RED, "funds_behind"),
        (
            (FundsFacts("a", day("2023-09-30"), 100, 80), FundsFacts("b", day("2023-05-01"), 100, 49)),
            RED,
            "funds_behind",
        ),
    ],
)
def test_bond_money_is_judged_by_its_spending_steps(
    issues: tuple[FundsFacts, ...] | None, light: Light, code: str
) -> None:
    judged = judge_funds(ProjectFacts("P", funds=issues), SHANXI, CALENDAR, TODAY)

    assert (judged.light, judged.reason.code) == (light, code)


def test_the_bond_issue_that_is_furthest_behind_is_named() -> None:
    issues = (FundsFacts("a", day("2023-09-30"), 100, 20), FundsFacts("b", day("2023-05-01"), 100, 10))
    judged = judge_funds(ProjectFacts("P", funds=issues), SHANXI, CALENDAR, TODAY)

    assert judged.reason.figures == {
        "period": "2023-12",
        "key": "b",
        "amount": 100,
        "paid": 10,
        "months": 7,
        "required": 50,
        "periods": 1,
    }


def test_a_good_cause_holds_from_its_first_to_its_last_day() -> None:
    cause = Exemption(Indicator.PACE, "征迁", "市重点项目办", day("2024-01-02"), TODAY)
    facts = ProjectFacts("P", plan=100, completed=0, exemptions=(cause,))
    lights = [
        judge_pace(facts, DEFAULT, CALENDAR, on).light
        for on in (day("2024-01-01"), day("2024-01-02"), TODAY, day("2024-01-13"))
    ]

    assert lights == [RED, NOT_JUDGED, NOT_JUDGED, RED]


def test_a_good_cause_for_one_indicator_excuses_no_other() -> None:
    cause = Exemption(Indicator.PACE, "征迁", "市重点项目办", TODAY, TODAY)
    facts = ProjectFacts("P", start_due_on=day("2023-01-05"), exemptions=(cause,))

    assert judge_start(facts, DEFAULT, CALENDAR, TODAY).light is RED


def test_a_projects_colour_is_its_worst_and_names_its_cause() -> None:
    facts = ProjectFacts(
        "P",
        plan=100,
        completed=80,
        started_on=day("2023-03-01"),
        statistics_entered_on=day("2023-03-20"),
        milestones=(milestone("2023-11-01"),),
    )
    judged = judge_project(facts, DEFAULT, CALENDAR, TODAY)

    assert (judged.overall, judged.cause.indicator) == (RED, Indicator.MILESTONES)
    assert [one.light for one in judged.judgements] == [GREEN, YELLOW, NOT_JUDGED, GREEN, RED]


def test_a_project_of_which_nothing_is_known_is_not_judged() -> None:
    judged = judge_project(ProjectFacts("P"), DEFAULT, CALENDAR, TODAY)

    assert (judged.overall, judged.not_judged) == (NOT_JUDGED, 5)


def test_what_a_policy_has_no_rule_for_is_not_judged() -> None:
    judged = judge_project(ProjectFacts("P", plan=100, completed=100), WUHAN, CALENDAR, TODAY)

    codes = {one.indicator: one.reason.code for one in judged.judgements if one.light is NOT_JUDGED}
    assert codes == dict.fromkeys(set(Indicator) - {Indicator.PACE}, ReasonCode.NOT_IN_POLICY)
