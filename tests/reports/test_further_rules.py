"""Starts, statistics entry, bonds, returns and contradictions: what each rule finds, and where it stays silent."""

from dataclasses import replace
from typing import Any

import pytest

from projects.core.lights import Exemption, FundsFacts, Indicator, OwedReturn, ProjectFacts
from projects.core.schedule import MilestoneFacts
from reports.core.rules import Level, Scope, look, rule_of, subjects
from tests.core.builders import day, policy, published_calendar

CALENDAR, DEFAULT = published_calendar(), policy("local-default")
SHANXI = policy("shanxi-bonds-2022")


def stone(step: str, due: str | None, actual: str | None = None) -> MilestoneFacts:
    due_on = day(due) if due else None
    return MilestoneFacts(step, step, step, due_on, due_on, None, day(actual) if actual else None)


def found(*stones: MilestoneFacts, as_of: str = "2024-01-12", by: Any = DEFAULT, **facts: Any) -> dict[str, Level]:
    starts = [one for one in stones if one.step == "D01"]
    entries = [one for one in stones if one.step == "D02"]
    project = ProjectFacts(
        "P",
        milestones=stones,
        started_on=starts[0].actual_on if starts else None,
        start_due_on=starts[0].due_on if starts else None,
        statistics_required=bool(entries),
        statistics_entered_on=entries[0].actual_on if entries else None,
        **facts,
    )
    return {one.rule: one.level for one in look([project], by, CALENDAR, day(as_of)).findings}


@pytest.mark.parametrize(
    ("due", "as_of", "level"),
    [
        ("2024-01-12", "2024-01-12", None),
        ("2024-01-11", "2024-01-12", Level.YELLOW),
        ("2023-12-21", "2024-01-12", Level.RED),  # its milestone is fifteen working days late
        ("2023-10-31", "2024-01-12", Level.RED),
    ],
)
def test_a_missed_start_is_told_once_and_as_gravely_as_its_milestone(due: str, as_of: str, level: Level | None) -> None:
    told = found(stone("D01", due), as_of=as_of)

    assert told.get("start_missed") is level
    assert "milestone_overdue" not in told


def test_where_starts_are_not_judged_or_excused_the_milestone_tells_it() -> None:
    late = stone("D01", "2024-01-03")
    cause = Exemption(Indicator.START, "汛期", "office", day("2024-01-01"), day("2024-01-31"))

    assert found(late, by=replace(DEFAULT, start=None)) == {"milestone_overdue": Level.YELLOW}
    assert found(late, exemptions=(cause,)) == {"milestone_overdue": Level.YELLOW}


@pytest.mark.parametrize(
    ("started", "entered", "level"),
    [
        ("2023-12-01", None, None),
        ("2023-11-30", None, Level.YELLOW),
        ("2023-10-30", None, Level.RED),
        ("2023-10-30", "2024-01-12", None),
    ],
)
def test_statistics_entry_is_missed_by_months_after_the_start(
    started: str, entered: str | None, level: Level | None
) -> None:
    told = found(stone("D01", started, started), stone("D02", None, entered))

    assert told.get("statistics_missed") is level


def test_bond_money_behind_its_step_is_found_under_a_policy_that_has_steps() -> None:
    issues = (FundsFacts("2023-01", day("2023-01-31"), 10**8, 10**7),)

    assert found(funds=issues, by=SHANXI) == {"funds_behind": Level.YELLOW}
    assert found(funds=issues) == {}


@pytest.mark.parametrize(
    ("owed", "rules"),
    [
        ((OwedReturn("2023-12", day("2024-01-12")),), set()),  # the cut-off is today
        ((OwedReturn("2023-12", day("2024-01-11")),), {"return_missing"}),
        ((OwedReturn("2023-12", day("2024-01-11"), returned=True),), {"return_not_resubmitted"}),
    ],
)
def test_a_return_is_asked_for_after_its_cut_off(owed: tuple[OwedReturn, ...], rules: set[str]) -> None:
    assert found(owed=owed).keys() == rules
    assert found(owed=owed, applies=frozenset()) == {}


@pytest.mark.parametrize(
    ("stones", "facts", "rule"),
    [
        ((stone("D01", None, "2023-05-01"), stone("C04", None)), {}, "started_without_permit"),
        ((stone("D01", None),), {"plan": 100, "completed": 100}, "invested_before_start"),
        ((), {"plan": 100, "completed": 100, "opening": 401, "total_investment": 500}, "completed_over_total"),
        ((), {"plan": 100, "completed": 1000}, "figure_out_of_scale"),
        ((), {"plan": 100, "completed": 100, "fell": (110, 100)}, "cumulative_fell"),
    ],
)
def test_figures_that_contradict_each_other_are_a_notice(stones: Any, facts: dict[str, Any], rule: str) -> None:
    assert found(*stones, **facts) == {rule: Level.NOTICE}


@pytest.mark.parametrize(
    ("stones", "facts"),
    [
        ((stone("D01", None, "2023-05-01"), stone("C04", None, "2023-04-01")), {}),
        ((stone("D01", None, "2023-05-01"),), {"plan": 100, "completed": 100}),
        ((), {"plan": 100, "completed": 100, "opening": 400, "total_investment": 500}),
        ((), {"plan": 100, "completed": 999}),
    ],
)
def test_figures_that_fit_raise_nothing(stones: Any, facts: dict[str, Any]) -> None:
    assert found(*stones, **facts) == {}


def test_each_further_rule_looks_at_projects_or_at_milestones() -> None:
    facts = ProjectFacts("P", milestones=(stone("D01", None),))

    assert len(subjects(facts, rule_of("start_missed").scope)) == 1
    assert rule_of("return_missing").scope is Scope.PROJECT
