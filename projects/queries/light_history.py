"""A project's light at the lock of each month of a year: judged by what was known then, under the policy of then."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from portfolio.clock import SHANGHAI
from portfolio.refusals import Refusal
from projects.core.calendar import WorkCalendar
from projects.core.lights import ProjectLight, judge_project
from projects.core.periods import Period
from projects.core.policies import LightPolicy
from projects.models import ReportingPeriod
from projects.queries.judged import judged
from projects.queries.policies import policy_in_force
from projects.queries.workcalendar import load_calendar


@dataclass(frozen=True, slots=True)
class MonthLight:
    """The light of a month, the day of its lock, and the policy that judged."""

    period: Period
    on: date
    light: ProjectLight
    policy: LightPolicy


def light_history(project: int, year: int) -> list[MonthLight]:
    """The locked months of a year, the latest first; months in which the project was not watched are left out."""
    rows = ReportingPeriod.objects.filter(period__startswith=f"{year}-", state=ReportingPeriod.State.LOCKED)
    return list(_lights(project, list(rows.order_by("-period")), load_calendar()))


def _lights(project: int, months: list[ReportingPeriod], calendar: WorkCalendar) -> Iterator[MonthLight]:
    for month in months:
        if month.locked_at is None:
            continue
        on = month.locked_at.astimezone(SHANGHAI).date()
        try:
            policy = policy_in_force(on, month.locked_position)
        except Refusal:
            continue
        for one in judged(policy, on, [project], month.locked_position):
            facts = one.package or one.facts
            if facts.applies:
                light = judge_project(facts, policy, calendar, on)
                yield MonthLight(Period.parse(month.period), on, light, policy)
