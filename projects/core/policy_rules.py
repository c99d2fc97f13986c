"""The rules of which a light policy consists: thresholds as plain numbers, checked when they are made.

What the thresholds do to a project is in lights; which rules go together is in policies.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Final, NamedTuple

from projects.core.periods import add_months, full_months
from projects.core.reasons import Light
from projects.core.schedule import QUARTER_STEPS, PaceBasis

QUIET: Final[Mapping[str, bool]] = {"quiet": True}
"""Metadata of a field that a policy file leaves out where it says nothing."""


class PolicyError(ValueError):
    """A policy that cannot be used; `problems` names each field and what is wrong with it."""

    def __init__(self, problems: tuple[tuple[str, str], ...]) -> None:
        super().__init__("; ".join(f"{field}: {problem}" for field, problem in problems))
        self.problems = problems


def refuse(problems: list[tuple[str, str]]) -> None:
    """Raise PolicyError if there is any problem."""
    if problems:
        raise PolicyError(tuple(problems))


class PaceMeasure(StrEnum):
    """How far behind pace is measured; the limits of a rule are in this measure."""

    POINTS_BELOW = "points_below"
    """Percentage points below pace (银川)."""
    RATIO_TO_PACE = "ratio_to_pace"
    """Completion rate as a percentage of pace; lower is worse (武汉)."""
    SHARE_OF_SHORTFALL = "share_of_shortfall"
    """Shortfall as a percentage of pace (三亚)."""
    MONTH_TASK = "month_task"
    """What was completed in the month as a percentage of the month's own task; lower is worse (新晃)."""

    @property
    def lower_is_worse(self) -> bool:
        """Whether limits fall from yellow to red."""
        return self in (PaceMeasure.RATIO_TO_PACE, PaceMeasure.MONTH_TASK)


class SlightBand(StrEnum):
    """What a project is that lies behind pace but within the yellow limit."""

    GREEN = "green"
    NOT_JUDGED = "not_judged"

    @property
    def light(self) -> Light:
        """The light of the band."""
        return Light(self.value)


class PaceLimits(NamedTuple):
    """Limits of completed / plan for one pace: below is coloured, and at the limit if inclusive."""

    yellow: Fraction
    yellow_inclusive: bool
    red: Fraction
    red_inclusive: bool


@dataclass(frozen=True, slots=True)
class PaceRule:
    """Limits in the measure's own unit (points or percent); `inclusive` colours the limit itself.

    `red_after_periods`: at least yellow at so many period ends of the year running is red; 0 counts nothing. A plan
    of less than `smallest_plan` yuan is not judged.
    """

    measure: PaceMeasure
    yellow_limit: Fraction
    yellow_inclusive: bool
    red_limit: Fraction
    red_inclusive: bool
    basis: PaceBasis = PaceBasis.LINEAR_MONTH
    slight_band: SlightBand = SlightBand.GREEN
    quarter_steps: tuple[int, ...] = QUARTER_STEPS
    red_after_periods: int = field(default=0, metadata=QUIET)
    smallest_plan: int = field(default=0, metadata=QUIET)

    def __post_init__(self) -> None:
        low, high = self.yellow_limit, self.red_limit
        if self.measure.lower_is_worse:
            low, high = 100 - low, 100 - high
        problems = []
        if not 0 <= low <= 100:
            problems.append(("pace.yellow_limit", "out of range"))
        if not low <= high <= 100:
            problems.append(("pace.red_limit", "must be no milder than yellow"))
        steps = self.quarter_steps
        if len(steps) != 4 or list(steps) != sorted(steps) or not 0 <= steps[0] <= steps[-1] <= 100:
            problems.append(("pace.quarter_steps", "must be four rising percentages"))
        if self.red_after_periods not in range(13) or self.red_after_periods == 1:
            problems.append(("pace.red_after_periods", "must be 2 to 12, or 0 for none"))
        if self.smallest_plan < 0:
            problems.append(("pace.smallest_plan", "must not be negative"))
        refuse(problems)

    @property
    def by_month_task(self) -> bool:
        """Whether each month stands alone, by its own task."""
        return self.measure is PaceMeasure.MONTH_TASK

    @property
    def needs_months(self) -> bool:
        """Whether a project is judged by the months of its own plan."""
        return self.by_month_task or self.basis is PaceBasis.MONTHLY_PLAN

    @property
    def looks_back(self) -> bool:
        """Whether figures of earlier months are needed."""
        return self.by_month_task or self.red_after_periods > 0

    def limits(self, pace: Fraction) -> PaceLimits:
        """The limits of completed / plan when `pace` of the plan should be done; of completed / task for a month alone.

        The judgement and set-based queries both compare with these, so they cannot differ.
        """
        return PaceLimits(
            self._ratio(pace, self.yellow_limit),
            self.yellow_inclusive,
            self._ratio(pace, self.red_limit),
            self.red_inclusive,
        )

    def _ratio(self, pace: Fraction, limit: Fraction) -> Fraction:
        match self.measure:
            case PaceMeasure.POINTS_BELOW:
                return pace - limit / 100
            case PaceMeasure.RATIO_TO_PACE | PaceMeasure.MONTH_TASK:
                return pace * limit / 100
            case PaceMeasure.SHARE_OF_SHORTFALL:
                return pace * (100 - limit) / 100


@dataclass(frozen=True, slots=True)
class MilestoneRule:
    """Working days late from which an open milestone is yellow or red, and the look-ahead.

    `red_from` None: no number of days is red. `red_after_periods`: late at so many period ends running is red (海口
    counts cards so); 0 counts nothing. `warn_days`: yellow already so many working days before the due date (宜昌).
    """

    yellow_from: int
    red_from: int | None
    due_soon_days: int
    red_after_periods: int = field(default=0, metadata=QUIET)
    warn_days: int = field(default=0, metadata=QUIET)

    def __post_init__(self) -> None:
        problems = []
        if self.yellow_from < 1:
            problems.append(("milestones.yellow_from", "must be at least 1"))
        if self.red_from is not None and self.red_from < self.yellow_from:
            problems.append(("milestones.red_from", "must be no milder than yellow"))
        if self.due_soon_days < 0:
            problems.append(("milestones.due_soon_days", "must not be negative"))
        if self.red_after_periods < 0:
            problems.append(("milestones.red_after_periods", "must not be negative"))
        if not 0 <= self.warn_days <= max(self.due_soon_days, 0):
            problems.append(("milestones.warn_days", "must lie within the look-ahead"))
        refuse(problems)


@dataclass(frozen=True, slots=True)
class StartRule:
    """A planned start that is missed is yellow; missed at this many period ends running it is red."""

    red_after_periods: int

    def __post_init__(self) -> None:
        if self.red_after_periods < 1:
            refuse([("start.red_after_periods", "must be at least 1")])


@dataclass(frozen=True, slots=True)
class StatisticsRule:
    """Entry in the statistical database (入库): yellow from, red over this many months after start."""

    yellow_after_months: int
    red_after_months: int

    def __post_init__(self) -> None:
        problems = []
        if self.yellow_after_months < 0:
            problems.append(("statistics.yellow_after_months", "must not be negative"))
        if self.red_after_months < self.yellow_after_months:
            problems.append(("statistics.red_after_months", "must be no milder than yellow"))
        refuse(problems)


@dataclass(frozen=True, slots=True)
class FundsStep:
    """Percent of an issue that must be paid out once `months` full months have passed; `over`: once more have."""

    months: int
    percent: int
    over: bool = field(default=False, metadata=QUIET)


@dataclass(frozen=True, slots=True)
class FundsRule:
    """How bond money must be paid out, by steps or evenly, and the light of an issue that lies below.

    `linear_months`: evenly over so many months, counted from the month after the issue. More than `red_over` percent
    of what should be paid lacking is red; so is lying below at `red_after_periods` period ends running. Issues count
    where those of the project in one year come to more than `larger_than` yuan.
    """

    steps: tuple[FundsStep, ...] = ()
    below: Light = Light.RED
    linear_months: int = field(default=0, metadata=QUIET)
    red_over: Fraction | None = field(default=None, metadata=QUIET)
    red_after_periods: int = field(default=0, metadata=QUIET)
    larger_than: int = field(default=0, metadata=QUIET)

    def __post_init__(self) -> None:
        problems = []
        months = [step.months for step in self.steps]
        percents = [step.percent for step in self.steps]
        if self.linear_months < 0:
            problems.append(("funds.linear_months", "must not be negative"))
        if bool(months) == bool(self.linear_months):
            problems.append(("funds.steps", "must be given unless linear_months is, and not with it"))
        if months != sorted(set(months)) or any(month < 0 for month in months):
            problems.append(("funds.steps", "months must rise"))
        if percents != sorted(percents) or not all(0 < percent <= 100 for percent in percents):
            problems.append(("funds.steps", "percentages must rise and lie within 1 to 100"))
        if self.below not in (Light.YELLOW, Light.RED):
            problems.append(("funds.below", "must be yellow or red"))
        if self.red_over is not None and not 0 <= self.red_over <= 100:
            problems.append(("funds.red_over", "out of range"))
        if self.red_after_periods < 0 or self.red_after_periods == 1:
            problems.append(("funds.red_after_periods", "must be at least 2, or 0 for none"))
        if self.larger_than < 0:
            problems.append(("funds.larger_than", "must not be negative"))
        refuse(problems)

    def required_percent(self, months: int, past: bool = True) -> int:
        """Percent that must be paid out after `months` full months; `past`: a day more has gone by than these."""
        reached = [
            step.percent
            for step in self.steps
            if step.months < months or (step.months == months and (past or not step.over))
        ]
        return max(reached, default=0)

    def required(self, issued_on: date, end: date) -> Fraction:
        """Percent of an issue that must be paid out by the evening of `end`."""
        if self.linear_months:
            months = (end.year - issued_on.year) * 12 + end.month - issued_on.month
            return Fraction(100 * min(max(months, 0), self.linear_months), self.linear_months)
        months = full_months(issued_on, end)
        return Fraction(self.required_percent(months, past=add_months(issued_on, months) < end))
