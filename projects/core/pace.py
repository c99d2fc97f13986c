"""Pace (进度) of one project: the year's cumulative against pace, or each month against its own task.

A policy may count the period ends running at which a project was behind; they are counted within the year, because a
new year has a new plan, and each is measured by the plan in force now.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from projects.core.facts import ProjectFacts
from projects.core.periods import Period
from projects.core.policies import LightPolicy
from projects.core.policy_rules import PaceRule
from projects.core.reasons import Figure, Light, Reason, ReasonCode
from projects.core.schedule import gap_points, pace


@dataclass(frozen=True, slots=True)
class _Measured:
    """Done and due in yuan at one period's end: of the year's plan, or of the month's task alone."""

    light: Light
    done: int
    whole: int
    due: Fraction

    @property
    def is_behind(self) -> bool:
        return self.light in (Light.YELLOW, Light.RED)


def judged_pace(facts: ProjectFacts, policy: LightPolicy, as_of: date) -> tuple[Light, Reason]:
    """The light of pace and why. Raises ValueError where the policy does not judge pace."""
    rule = policy.pace
    if rule is None:
        raise ValueError(f"{policy.label} does not judge pace")
    period = policy.pace_period(as_of, facts.awaiting)
    if without := _without(facts, rule, period):
        return Light.NOT_JUDGED, without
    now, *earlier = list(_measured(facts, rule, period, policy.merge_jan_feb))
    if now is None:
        return Light.NOT_JUDGED, Reason(ReasonCode.NO_MONTH_TASK, {"period": str(period)})
    running = _running(now, earlier, rule)
    light = Light.RED if running >= rule.red_after_periods > 0 else now.light
    return light, _reason(now, rule, str(period), running)


def _without(facts: ProjectFacts, rule: PaceRule, period: Period) -> Reason | None:
    """Why pace cannot be judged for want of a figure."""
    figures: dict[str, Figure] = {"period": str(period)}
    if facts.plan is None or facts.plan <= 0:
        return Reason(ReasonCode.NO_PLAN, figures)
    if facts.plan < rule.smallest_plan:
        return Reason(ReasonCode.PLAN_TOO_SMALL, {"plan": facts.plan, "smallest": rule.smallest_plan})
    if facts.completed is None:
        return Reason(ReasonCode.NO_RETURN_YET, figures)
    if rule.needs_months and not sum(facts.monthly_plan or ()):
        return Reason(ReasonCode.NO_MONTHLY_PLAN, figures)
    return None


def _measured(facts: ProjectFacts, rule: PaceRule, period: Period, merged: bool) -> Iterator[_Measured | None]:
    """This period and the earlier ones of its year, latest first; None where nothing can be measured."""
    at: Period | None = period
    while at is not None:
        done = facts.completed if at == period else _by(facts, at)
        yield None if done is None else _measure(facts, rule, at, done, merged)
        at = _before(at, merged)


def _measure(facts: ProjectFacts, rule: PaceRule, at: Period, done: int, merged: bool) -> _Measured | None:
    plan, months = facts.plan or 0, facts.monthly_plan
    if not rule.by_month_task:
        due = pace(rule.basis, at, months, rule.quarter_steps)
        return _Measured(_light(rule, Fraction(done, plan), due), done, plan, due)
    before = _before(at, merged)
    task = sum((months or ())[before.month if before else 0 : at.month])
    if task <= 0:
        return None
    month = done - ((_by(facts, before) if before else None) or 0)
    return _Measured(_light(rule, Fraction(month, task), Fraction(1)), month, task, Fraction(1))


def _light(rule: PaceRule, rate: Fraction, due: Fraction) -> Light:
    if rate >= due:
        return Light.GREEN
    limits = rule.limits(due)
    if rate < limits.red or (limits.red_inclusive and rate == limits.red):
        return Light.RED
    if rate < limits.yellow or (limits.yellow_inclusive and rate == limits.yellow):
        return Light.YELLOW
    return rule.slight_band.light


def _running(now: _Measured, earlier: list[_Measured | None], rule: PaceRule) -> int:
    """Period ends running at which it was behind, as far as the rule counts; 0 where it is not behind now."""
    running = 0
    for one in [now, *earlier][: max(rule.red_after_periods, 1)]:
        if one is None or not one.is_behind:
            break
        running += 1
    return running


def _reason(now: _Measured, rule: PaceRule, period: str, running: int) -> Reason:
    rate = Fraction(now.done, now.whole)
    if rule.by_month_task:
        task: dict[str, Figure] = {"period": period, "task": now.whole, "completed": now.done, "rate": rate}
        if now.is_behind:
            return Reason(ReasonCode.MONTH_TASK_MISSED, task | {"periods": running})
        return Reason(ReasonCode.MONTH_TASK_DONE, task)
    figures: dict[str, Figure] = {"period": period, "plan": now.whole, "completed": now.done, "rate": rate}
    figures |= {"pace": now.due, "gap": gap_points(now.done, now.whole, now.due)}
    if now.is_behind and rule.red_after_periods:
        return Reason(ReasonCode.BEHIND_PACE_RUNNING, figures | {"periods": running})
    if now.is_behind:
        return Reason(ReasonCode.BEHIND_PACE, figures)
    return Reason(ReasonCode.ON_PACE if rate >= now.due else ReasonCode.SLIGHTLY_BEHIND, figures)


def _before(period: Period, merged: bool) -> Period | None:
    before = period.previous(merged)
    return before if before.year == period.year else None


def _by(facts: ProjectFacts, period: Period) -> int | None:
    """Completed by the end of an earlier period of the year."""
    return facts.cumulative[period.month - 1] if period.month <= len(facts.cumulative) else None
