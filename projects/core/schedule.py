"""Where a project should be: pace (序时进度), gap, the state of a milestone, start discipline.

Ratios stay exact fractions until they are written out. Nothing here knows a threshold: see policies.
"""

import calendar as month_lengths
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Final

from projects.core.calendar import WorkCalendar
from projects.core.periods import Period
from projects.core.rounding import fixed

QUARTER_STEPS: Final = (20, 50, 75, 100)
"""Percent of the annual plan by the end of each quarter (三亚 set these)."""


class PaceBasis(StrEnum):
    """How much of the annual plan should be done by when."""

    LINEAR_MONTH = "linear_month"
    LINEAR_HALF_MONTH = "linear_half_month"
    DAY_OF_YEAR = "day_of_year"
    QUARTER_STEPS = "quarter_steps"
    MONTHLY_PLAN = "monthly_plan"


def pace(
    basis: PaceBasis,
    at: Period | date,
    monthly_plan: Sequence[int] | None = None,
    quarter_steps: Sequence[int] = QUARTER_STEPS,
) -> Fraction:
    """The share of the annual plan that should be done by the end of `at`: 0 to 1, exact.

    A date counts what has ended by its evening: whole months, half months (to the 15th), quarters
    or days. `monthly_plan` is the project's twelve months in yuan. Raises ValueError for
    MONTHLY_PLAN without a plan that has months and a positive sum.
    """
    day = at.last_day if isinstance(at, Period) else at
    months = _months_ended(day)
    match basis:
        case PaceBasis.LINEAR_MONTH:
            return Fraction(months, 12)
        case PaceBasis.LINEAR_HALF_MONTH:
            half = day.day >= 15 and months < day.month
            return Fraction(2 * months + half, 24)
        case PaceBasis.DAY_OF_YEAR:
            return Fraction(day.timetuple().tm_yday, 366 if month_lengths.isleap(day.year) else 365)
        case PaceBasis.QUARTER_STEPS:
            return Fraction((0, *quarter_steps)[months // 3], 100)
        case PaceBasis.MONTHLY_PLAN:
            total = sum(monthly_plan or ())
            if monthly_plan is None or len(monthly_plan) != 12 or total <= 0:
                raise ValueError("this basis needs a monthly plan of twelve months with a positive sum")
            return Fraction(sum(monthly_plan[:months]), total)


def gap_points(completed: int, plan: int, pace: Fraction) -> Fraction:
    """Percentage points by which completed / plan is ahead of `pace` (negative: behind), unrounded.

    Source: the bulletins of 三明, 江门 and 云浮 reproduce only from unrounded ratios. Raises
    ValueError without a positive plan.
    """
    if plan <= 0:
        raise ValueError("a gap needs a positive plan")
    return (Fraction(completed, plan) - pace) * 100


def format_points(points: Fraction, places: int = 1) -> str:
    """Percentage points with fixed decimals, half-up: 13.8, -1.36."""
    return fixed(points, places)


def cumulative_plan(monthly: Sequence[int], period: Period) -> int:
    """Yuan planned from January to the end of `period`."""
    if len(monthly) != 12:
        raise ValueError("a monthly plan has twelve months")
    return sum(monthly[: period.month])


class MilestoneStatus(StrEnum):
    """State of a milestone, derived from its dates and the day alone."""

    PENDING = "pending"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"
    DONE = "done"
    DONE_LATE = "done_late"


@dataclass(frozen=True, slots=True)
class MilestoneFacts:
    """Dates of one milestone in the plan revision that is in force.

    `due_on` is `planned_on` after its shift off rest days; `key` tells it from the project's others.
    """

    key: str
    step: str
    title: str
    planned_on: date | None
    due_on: date | None
    forecast_on: date | None = None
    actual_on: date | None = None

    def done_by(self, as_of: date) -> bool:
        """Whether it had been reached by the evening of `as_of`."""
        return self.actual_on is not None and self.actual_on <= as_of


def milestone_status(facts: MilestoneFacts, as_of: date, soon_until: date | None = None) -> MilestoneStatus:
    """The state at `as_of`; due today is not late. Without `soon_until` nothing is due soon.

    An actual date after `as_of` has not happened yet, so an earlier day can be asked for.
    """
    due = facts.due_on
    if facts.done_by(as_of):
        late = due is not None and facts.actual_on is not None and facts.actual_on > due
        return MilestoneStatus.DONE_LATE if late else MilestoneStatus.DONE
    if due is None:
        return MilestoneStatus.PENDING
    if due < as_of:
        return MilestoneStatus.OVERDUE
    soon = soon_until is not None and due <= soon_until
    return MilestoneStatus.DUE_SOON if soon else MilestoneStatus.PENDING


def working_days_late(facts: MilestoneFacts, calendar: WorkCalendar, as_of: date) -> int:
    """Working days from the due date to `as_of`, or to the actual date, where the clock stops.

    0 when not late, and on the rest days right after a due date. Raises CalendarYearMissing.
    """
    if facts.due_on is None:
        return 0
    end = facts.actual_on if facts.actual_on is not None and facts.actual_on <= as_of else as_of
    return calendar.workdays_between(facts.due_on, end) if end > facts.due_on else 0


@dataclass(frozen=True, slots=True)
class StartFacts:
    """When a project was to start and when it did."""

    planned_on: date | None
    actual_on: date | None


@dataclass(frozen=True, slots=True)
class StartDiscipline:
    """Counts of projects: actual − early + missed = planned always holds (应开工、提前开工、未按计划开工)."""

    planned: int
    actual: int
    early: int
    missed: int


def start_discipline(starts: Iterable[StartFacts], by: date) -> StartDiscipline:
    """Count starts up to the evening of `by`.

    Planned: due to start by then. Actual: started by then. Early: started by then though planned
    for later, or never planned. Missed: planned by then and not started.
    """
    planned = actual = early = missed = 0
    for start in starts:
        is_planned = start.planned_on is not None and start.planned_on <= by
        is_actual = start.actual_on is not None and start.actual_on <= by
        planned += is_planned
        actual += is_actual
        early += is_actual and not is_planned
        missed += is_planned and not is_actual
    return StartDiscipline(planned, actual, early, missed)


def _months_ended(day: date) -> int:
    """Months of the year of `day` that are over on its evening."""
    last = month_lengths.monthrange(day.year, day.month)[1]
    return day.month if day.day == last else day.month - 1
