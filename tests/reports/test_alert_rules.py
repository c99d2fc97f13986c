"""Each rule at the edges of its thresholds, and what an alert keeps of what it found."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.core.calendar import CalendarYearMissing
from projects.core.lights import Exemption, Indicator, ProjectFacts
from projects.core.reasons import ReasonCode
from projects.core.schedule import MilestoneFacts
from reports.core.rules import RULES, Ending, Kept, Level, Scope, Subject, look, rule_of, subjects
from reports.models import AlertEvent
from reports.models import Level as StoredLevel
from tests.core.builders import day, days, policy, published_calendar

CALENDAR, DEFAULT = published_calendar(), policy("local-default")
OVERDUE, SOON, BEHIND = (rule_of(code) for code in ("milestone_overdue", "milestone_due_soon", "investment_behind"))


def subject(due: str | None, actual: str | None = None, **facts: object) -> Subject:
    due_on = day(due) if due else None
    stone = MilestoneFacts("D04", "D04", "主体封顶", due_on, due_on, None, day(actual) if actual else None)
    return Subject(ProjectFacts("P", milestones=(stone,), **facts), stone)  # type: ignore[arg-type]


def level_of(rule: object, one: Subject, as_of: str, by: object = DEFAULT) -> Level | None:
    found = rule.judge(one, by, CALENDAR, day(as_of))  # type: ignore[attr-defined]
    return found.level if found else None


@pytest.mark.parametrize(
    ("due", "as_of", "level"),
    [
        ("2024-01-12", "2024-01-12", None),  # due today is not late
        ("2024-01-11", "2024-01-12", Level.YELLOW),
        ("2024-01-12", "2024-01-13", None),  # nobody is late on the Saturday after
        ("2024-01-12", "2024-01-15", Level.YELLOW),
        ("2023-12-22", "2024-01-12", Level.YELLOW),  # fourteen working days
        ("2023-12-21", "2024-01-12", Level.RED),  # fifteen
        ("2024-04-30", "2024-05-06", Level.YELLOW),  # after the Labour Day holiday
        (None, "2024-01-12", None),
    ],
)
def test_an_open_milestone_is_overdue_by_working_days(due: str | None, as_of: str, level: Level | None) -> None:
    assert level_of(OVERDUE, subject(due), as_of) is level


@pytest.mark.parametrize(
    ("due", "as_of", "level"),
    [
        ("2024-01-19", "2024-01-12", Level.NOTICE),  # five working days ahead
        ("2024-01-22", "2024-01-12", None),  # six
        ("2024-01-12", "2024-01-12", Level.NOTICE),
        ("2024-01-12", "2024-01-13", Level.NOTICE),  # the notice stands until the overdue alert takes over
        ("2024-01-12", "2024-01-15", None),
        ("2024-02-18", "2024-02-09", Level.NOTICE),  # over the Spring Festival to a working Sunday
    ],
)
def test_a_milestone_is_due_soon_until_it_is_late(due: str, as_of: str, level: Level | None) -> None:
    assert level_of(SOON, subject(due), as_of) is level


@given(days("2023-01-01", "2024-06-30"), days("2023-02-01", "2024-06-30"))
def test_a_milestone_is_never_due_soon_and_overdue_at_once(due: date, as_of: date) -> None:
    one = subject(due.isoformat())

    assert not (level_of(OVERDUE, one, as_of.isoformat()) and level_of(SOON, one, as_of.isoformat()))


@pytest.mark.parametrize("rule", [OVERDUE, SOON])
def test_a_reached_milestone_is_neither_overdue_nor_due_soon(rule: object) -> None:
    for due in ("2023-12-01", "2024-01-15"):
        assert level_of(rule, subject(due, "2024-01-12"), "2024-01-12") is None


def test_a_milestone_that_is_reached_later_was_overdue_before() -> None:
    assert level_of(OVERDUE, subject("2023-12-01", "2024-01-12"), "2024-01-11") is Level.RED


@pytest.mark.parametrize(
    ("completed", "level"),
    [(90_000_001, None), (90_000_000, Level.YELLOW), (70_000_000, Level.YELLOW), (69_999_999, Level.RED), (None, None)],
)
def test_investment_is_behind_from_ten_points_and_red_beyond_thirty(completed: int | None, level: Level | None) -> None:
    facts = ProjectFacts("P", plan=100_000_000, completed=completed)

    assert level_of(BEHIND, Subject(facts), "2024-01-12") is level


@pytest.mark.parametrize("rule", RULES)
def test_what_a_policy_does_not_judge_raises_no_alert(rule: object) -> None:
    nothing = replace(DEFAULT, milestones=None, pace=None)

    assert level_of(rule, subject("2023-01-04", plan=100, completed=0), "2024-01-12", nothing) is None


def test_a_good_cause_for_milestones_silences_both_rules_of_milestones() -> None:
    cause = Exemption(Indicator.MILESTONES, "汛期", "office", day("2024-01-01"), day("2024-01-31"))

    assert level_of(OVERDUE, subject("2023-12-01", exemptions=(cause,)), "2024-01-31") is None
    assert level_of(SOON, subject("2024-02-01", exemptions=(cause,)), "2024-01-31") is None
    assert level_of(OVERDUE, subject("2023-12-01", exemptions=(cause,)), "2024-02-01") is Level.RED


@pytest.mark.parametrize(("rule", "as_of", "year"), [(OVERDUE, "2027-01-04", 2027), (SOON, "2026-12-30", 2027)])
def test_a_rule_that_lacks_a_calendar_year_says_so(rule: object, as_of: str, year: int) -> None:
    with pytest.raises(CalendarYearMissing) as missing:
        level_of(rule, subject("2026-12-31"), as_of)

    assert missing.value.year == year


def test_without_the_calendar_the_other_rules_still_run_and_the_year_is_named() -> None:
    one = subject("2026-12-01", plan=100, completed=10)

    outcome = look([one.project], DEFAULT, CALENDAR, day("2027-01-12"))

    assert [finding.rule for finding in outcome.findings] == ["investment_behind"]
    assert outcome.unable == {"milestone_overdue": 2027, "milestone_due_soon": 2027}
    assert outcome.untold == {("milestone_overdue", "P/D04"), ("milestone_due_soon", "P/D04")}


def test_a_finding_says_whose_it_is_and_why() -> None:
    found = OVERDUE.judge(subject("2023-12-29"), DEFAULT, CALENDAR, day("2024-01-12"))

    assert found is not None
    assert (found.rule, found.subject, found.project, found.milestone) == ("milestone_overdue", "P/D04", "P", "D04")
    assert found.reason.code is ReasonCode.MILESTONE_OVERDUE
    assert found.reason.figures["days_late"] == 9
    assert found.kept == {"due_on": day("2023-12-29")}


@given(days("2023-01-01", "2024-01-31"), days("2024-01-01", "2024-06-30"), st.integers(0, 10**9), st.integers(1, 10**9))
def test_what_an_alert_keeps_gives_back_the_whole_reason(due: date, as_of: date, completed: int, plan: int) -> None:
    one = subject(due.isoformat(), plan=plan, completed=completed)
    for rule in RULES:
        for each in subjects(one.project, rule.scope):
            found = rule.judge(each, DEFAULT, CALENDAR, as_of)
            if found is not None:
                stone = each.milestone
                kept = Kept(found.kept, stone.step if stone else "", stone.title if stone else "")
                assert rule.recall(kept, CALENDAR, as_of) == found.reason


def test_the_reason_of_an_alert_counts_to_the_day_that_is_asked_for() -> None:
    kept = Kept({"due_on": day("2023-12-29")}, "D04", "主体封顶")

    counted = [OVERDUE.recall(kept, CALENDAR, day(on)).figures["days_late"] for on in ("2024-01-12", "2024-01-15")]

    assert counted == [9, 10]


def test_a_due_date_older_than_the_calendar_is_told_without_a_number() -> None:
    reason = OVERDUE.recall(Kept({"due_on": day("2018-06-01")}, "D04", "主体封顶"), CALENDAR, day("2024-01-12"))

    assert (reason.code, reason.figures["year"]) == (ReasonCode.MILESTONE_OVERDUE_UNCOUNTED, 2018)


def test_a_kept_pace_gives_rate_and_gap_unrounded() -> None:
    kept = Kept({"period": "2023-09", "plan": 300, "completed": 100, "pace": Fraction(3, 4)})

    figures = BEHIND.recall(kept, CALENDAR, day("2023-10-12")).figures

    assert (figures["rate"], figures["gap"]) == (Fraction(1, 3), Fraction(-125, 3))


def test_levels_are_stored_as_they_are_judged() -> None:
    assert [level.value for level in Level] == StoredLevel.values


def test_endings_and_levels_fit_their_columns() -> None:
    longest = max(len(ending) for ending in Ending)

    assert longest <= AlertEvent._meta.get_field("reason_code").max_length


def test_rules_have_codes_of_their_own_and_stand_in_order() -> None:
    assert len({rule.code for rule in RULES}) == len(RULES)
    assert [rule.order for rule in RULES] == sorted(rule.order for rule in RULES)
    assert {rule.scope for rule in RULES} == set(Scope)
