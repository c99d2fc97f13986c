"""The rules of which a light policy consists: thresholds as plain numbers, checked when they are made.

What the thresholds do to a project is in lights; which rules go together is in policies.
"""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from projects.core.reasons import Light
from projects.core.schedule import QUARTER_STEPS, PaceBasis


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
    """Limits in the measure's own unit (points or percent); `inclusive` colours the limit itself."""

    measure: PaceMeasure
    yellow_limit: Fraction
    yellow_inclusive: bool
    red_limit: Fraction
    red_inclusive: bool
    basis: PaceBasis = PaceBasis.LINEAR_MONTH
    slight_band: SlightBand = SlightBand.GREEN
    quarter_steps: tuple[int, ...] = QUARTER_STEPS

    def __post_init__(self) -> None:
        low, high = self.yellow_limit, self.red_limit
        if self.measure is PaceMeasure.RATIO_TO_PACE:
            low, high = 100 - low, 100 - high
        problems = []
        if not 0 <= low <= 100:
            problems.append(("pace.yellow_limit", "out of range"))
        if not low <= high <= 100:
            problems.append(("pace.red_limit", "must be no milder than yellow"))
        steps = self.quarter_steps
        if len(steps) != 4 or list(steps) != sorted(steps) or not 0 <= steps[0] <= steps[-1] <= 100:
            problems.append(("pace.quarter_steps", "must be four rising percentages"))
        refuse(problems)

    def limits(self, pace: Fraction) -> PaceLimits:
        """The limits of completed / plan when `pace` of the plan should be done.

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
            case PaceMeasure.RATIO_TO_PACE:
                return pace * limit / 100
            case PaceMeasure.SHARE_OF_SHORTFALL:
                return pace * (100 - limit) / 100


@dataclass(frozen=True, slots=True)
class MilestoneRule:
    """Working days late from which an open milestone is yellow or red, and the look-ahead."""

    yellow_from: int
    red_from: int
    due_soon_days: int

    def __post_init__(self) -> None:
        problems = []
        if self.yellow_from < 1:
            problems.append(("milestones.yellow_from", "must be at least 1"))
        if self.red_from < self.yellow_from:
            problems.append(("milestones.red_from", "must be no milder than yellow"))
        if self.due_soon_days < 0:
            problems.append(("milestones.due_soon_days", "must not be negative"))
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
    """Percent of an issue that must be paid out once `months` full months have passed."""

    months: int
    percent: int


@dataclass(frozen=True, slots=True)
class FundsRule:
    """Spending steps of bond money, and the light of an issue below its step."""

    steps: tuple[FundsStep, ...]
    below: Light = Light.RED

    def __post_init__(self) -> None:
        problems = []
        months = [step.months for step in self.steps]
        percents = [step.percent for step in self.steps]
        if not months or months != sorted(set(months)) or months[0] < 0:
            problems.append(("funds.steps", "months must rise"))
        if percents != sorted(percents) or not all(0 < percent <= 100 for percent in percents):
            problems.append(("funds.steps", "percentages must rise and lie within 1 to 100"))
        if self.below not in (Light.YELLOW, Light.RED):
            problems.append(("funds.below", "must be yellow or red"))
        refuse(problems)

    def required_percent(self, months: int) -> int:
        """Percent that must be paid out after `months` full months."""
        return max((step.percent for step in self.steps if step.months <= months), default=0)
