"""Thresholds of a policy as dates for one day, so that a query can compare columns with them.

The judgements in lights use the same cut-offs: a query and a judgement cannot differ.
"""

from datetime import date, timedelta
from typing import NamedTuple

from projects.core.calendar import CalendarYearMissing, WorkCalendar
from projects.core.periods import Period
from projects.core.policies import LightPolicy
from projects.core.policy_rules import PaceLimits
from projects.core.schedule import PaceBasis, pace

_DAY = timedelta(days=1)


class MilestoneCutoffs(NamedTuple):
    """For an open milestone: due before `yellow_before` is at least yellow, before `red_before` red.

    Due from the day itself to `soon_until` is due soon; None where the calendar that the look-ahead
    needs is not published yet. Due by `warn_until` is yellow already; None where the policy does not warn, or cannot.
    """

    yellow_before: date
    red_before: date
    soon_until: date | None
    warn_until: date | None = None


class Cutoffs(NamedTuple):
    """A date before `yellow_before` is at least yellow, before `red_before` red."""

    yellow_before: date
    red_before: date


def milestone_cutoffs(policy: LightPolicy, calendar: WorkCalendar, as_of: date) -> MilestoneCutoffs:
    """Cut-offs of due dates on `as_of`. Raises CalendarYearMissing, or ValueError without a rule."""
    rule = policy.milestones
    if rule is None:
        raise ValueError(f"{policy.label} does not judge milestones")
    yellow_before = _workday_back(calendar, as_of, rule.yellow_from)
    red_before = [date.min]
    if rule.red_from is not None:
        red_before.append(_workday_back(calendar, as_of, rule.red_from))
    if rule.red_after_periods:
        red_before.append(min(yellow_before, _after_period_ends(policy, as_of, rule.red_after_periods)))
    return MilestoneCutoffs(
        yellow_before,
        max(red_before),
        _ahead(calendar, as_of, rule.due_soon_days),
        _ahead(calendar, as_of, rule.warn_days) if rule.warn_days else None,
    )


def _ahead(calendar: WorkCalendar, as_of: date, days: int) -> date | None:
    try:
        return calendar.add_workdays(as_of, days)
    except CalendarYearMissing:
        return None


def _after_period_ends(policy: LightPolicy, as_of: date, count: int) -> date:
    """What was due before this day has been missed at the last `count` period ends."""
    period = policy.judged_period(as_of)
    for _ in range(count - 1):
        period = period.previous(policy.merge_jan_feb)
    return period.last_day + _DAY


def start_cutoffs(policy: LightPolicy, as_of: date) -> Cutoffs:
    """Cut-offs of the due dates of starts that were not made. Raises ValueError without a rule."""
    if policy.start is None:
        raise ValueError(f"{policy.label} does not judge starts")
    return Cutoffs(as_of, _after_period_ends(policy, as_of, policy.start.red_after_periods))


def statistics_cutoffs(policy: LightPolicy, as_of: date) -> Cutoffs:
    """Cut-offs of actual starts without statistics entry. Raises ValueError without a rule."""
    rule = policy.statistics
    if rule is None:
        raise ValueError(f"{policy.label} does not judge statistics entry")
    end = policy.judged_period(as_of).last_day
    return Cutoffs(_first_start_after(end, rule.yellow_after_months), months_over(end, rule.red_after_months))


def pace_limits(policy: LightPolicy, as_of: date) -> PaceLimits:
    """Limits of completed / plan at the end of the judged period, where pace is the same for all.

    Raises ValueError without a rule, or where pace is the project's own monthly plan.
    """
    if policy.pace is None:
        raise ValueError(f"{policy.label} does not judge pace")
    if policy.pace.basis is PaceBasis.MONTHLY_PLAN:
        raise ValueError(f"{policy.label} judges each project by its own monthly plan")
    return policy.pace.limits(
        pace(policy.pace.basis, policy.judged_period(as_of), quarter_steps=policy.pace.quarter_steps)
    )


def _workday_back(calendar: WorkCalendar, as_of: date, count: int) -> date:
    """The `count`-th working day going back from `as_of`, which counts if it is one.

    A due date before it has at least `count` working days behind it.
    """
    return calendar.add_workdays(as_of, 1 - count if calendar.is_workday(as_of) else -count)


def _first_start_after(end: date, months: int) -> date:
    """The first start whose day `months` later lies after the month end `end`."""
    return Period.of(end).plus(1 - months).first_day


def months_over(end: date, months: int) -> date:
    """What happened before this day lies more than `months` back at the month end `end`."""
    month = Period.of(end).plus(-months)
    return min(month.first_day + timedelta(days=end.day - 1), month.last_day + _DAY)
