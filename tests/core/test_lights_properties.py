"""Of any facts: every judgement has its reason, and delay or shortfall never makes a light greener."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from projects.core.lights import (
    FundsFacts,
    Indicator,
    Light,
    LightPolicy,
    ProjectFacts,
    judge_pace,
    judge_project,
    judge_statistics,
)
from projects.core.policy_rules import FundsRule, FundsStep, PaceRule
from projects.core.schedule import PaceBasis
from tests.core.builders import day, days, milestone, policy, published_calendar

CALENDAR = published_calendar()
DEFAULT, YINCHUAN, WUHAN, SANYA = map(policy, ("local-default", "yinchuan-2025", "wuhan-2022", "sanya-2022"))
WITH_FUNDS = replace(DEFAULT, funds=FundsRule((FundsStep(3, 25), FundsStep(12, 100)), Light.YELLOW))

maybe_days = st.none() | days("2022-01-01", "2024-12-31")
facts_of_any_kind = st.builds(
    ProjectFacts,
    st.just("P"),
    plan=st.none() | st.integers(0, 10**6),
    completed=st.none() | st.integers(0, 10**6),
    monthly_plan=st.none() | st.lists(st.integers(0, 10**5), min_size=12, max_size=12).map(tuple),
    start_due_on=maybe_days,
    started_on=maybe_days,
    statistics_required=st.booleans(),
    statistics_entered_on=maybe_days,
    milestones=st.lists(st.builds(milestone, maybe_days, maybe_days, st.text(max_size=3)), max_size=4).map(tuple),
    funds=st.none()
    | st.lists(st.builds(FundsFacts, st.text(max_size=3), days(), st.integers(0, 99), st.integers(0, 99))).map(tuple),
)
policies = st.sampled_from([DEFAULT, YINCHUAN, WUHAN, SANYA, WITH_FUNDS, replace(DEFAULT, merge_jan_feb=True)])


def _on_basis(rules: LightPolicy, basis: PaceBasis) -> LightPolicy:
    assert isinstance(rules.pace, PaceRule)
    return replace(rules, pace=replace(rules.pace, basis=basis))


@given(facts_of_any_kind, policies, st.sampled_from(PaceBasis), days("2022-02-01", "2025-06-30"))
def test_any_facts_can_be_judged_and_every_reason_fits_its_code(
    facts: ProjectFacts, rules: LightPolicy, basis: PaceBasis, as_of: date
) -> None:
    judged = judge_project(facts, _on_basis(rules, basis), CALENDAR, as_of)

    assert [one.indicator for one in judged.judgements] == list(Indicator)
    assert judged.overall is max(judged.judgements, key=lambda one: one.light.severity).light


def _severities(facts: ProjectFacts, rules: LightPolicy, as_of: date) -> list[int]:
    return [one.light.severity for one in judge_project(facts, rules, CALENDAR, as_of).judgements]


@given(days("2022-02-01", "2024-12-31"), days("2022-02-01", "2025-06-30"), st.integers(0, 400), policies)
def test_more_delay_never_makes_a_light_greener(due: date, as_of: date, more: int, rules: LightPolicy) -> None:
    facts = ProjectFacts("P", start_due_on=due, milestones=(milestone(due),))
    earlier_due = due - timedelta(days=more)
    longer = replace(facts, start_due_on=earlier_due, milestones=(milestone(earlier_due),))
    later = as_of + timedelta(days=more)

    now = _severities(facts, rules, as_of)
    assert all(map(int.__le__, now, _severities(longer, rules, as_of)))
    assert all(map(int.__le__, now, _severities(facts, rules, min(later, day("2026-06-30")))))


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(1, 10**6), days("2022-02-01", "2025-06-30"), policies)
def test_more_investment_never_makes_a_light_redder(
    one: int, other: int, plan: int, as_of: date, rules: LightPolicy
) -> None:
    less, more = (
        judge_pace(ProjectFacts("P", plan=plan, completed=completed), rules, CALENDAR, as_of).light
        for completed in (min(one, other), max(one, other))
    )

    # The band that 银川 leaves without a colour lies between green and yellow.
    order = {Light.RED: 3, Light.YELLOW: 2, Light.NOT_JUDGED: 1, Light.GREEN: 0}
    assert order[more] <= order[less]


@given(days("2022-02-01", "2024-12-31"), st.integers(0, 400), days("2023-06-01", "2025-06-30"))
def test_a_start_longer_ago_without_entry_is_never_greener(started: date, more: int, as_of: date) -> None:
    lights = [
        judge_statistics(ProjectFacts("P", started_on=on), DEFAULT, CALENDAR, as_of).light.severity
        for on in (started, started - timedelta(days=more))
    ]

    assert lights[0] <= lights[1]
