"""What lies ahead of a project at its present rate: the year's plan, and its next milestone. A forecast is no light.

Nothing here colours a project, raises an alert or enters an official figure. Amounts are yuan, slips working days.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from statistics import median_low
from typing import Final

from projects.core.calendar import CalendarYearMissing, WorkCalendar
from projects.core.rounding import half_up
from projects.core.stages import Stage

RATE_MONTHS: Final = 3
"""The present rate is that of so many months: one month is noise, and a year hides a turn."""
SLIPS: Final = 3
"""So many milestones that fell due last say how much this project slips."""
HORIZON: Final = timedelta(days=90)
"""A milestone that is due later than this is too far away to be told from slips."""


class NotForecast(StrEnum):
    """Why nothing is said."""

    STOPPED = "stopped"
    FINISHED = "finished"
    NOT_COUNTED = "not_counted"
    PART = "part"
    YEAR_OVER = "year_over"
    NO_PLAN = "no_plan"
    NO_RETURN = "no_return"
    TOO_FEW_MONTHS = "too_few_months"
    NOTHING_PLANNED_LATELY = "nothing_planned_lately"
    NOTHING_PLANNED_AHEAD = "nothing_planned_ahead"
    NO_MILESTONE_AHEAD = "no_milestone_ahead"
    TOO_FEW_MILESTONES = "too_few_milestones"
    NO_CALENDAR = "no_calendar"


@dataclass(frozen=True, slots=True)
class YearSoFar:
    """A project's year to the end of its last month that counts.

    `months` is the plan in force by month, `cumulative` what was completed by the end of each month from January to
    that one, None before the first return. `is_counted`: on a list as one whose investment is judged.
    """

    months: tuple[int, ...]
    cumulative: tuple[int | None, ...]
    stage: Stage = Stage.CONSTRUCTION
    is_counted: bool = True

    @property
    def plan(self) -> int:
        """The year's plan."""
        return sum(self.months)

    @property
    def month(self) -> int:
        """The number of the last month that counts; 0 before January's."""
        return len(self.cumulative)

    @property
    def completed(self) -> int | None:
        """Completed this year by its end."""
        return self.cumulative[-1] if self.cumulative else None


@dataclass(frozen=True, slots=True)
class YearOutlook:
    """What a project will have completed by the year's end if it goes on as in the last three months.

    `lately` of `due_lately` was done in those months.
    """

    plan: int
    completed: int
    expected: int
    months_left: int
    lately: int
    due_lately: int

    @property
    def short(self) -> int:
        """By how much the plan will be missed; 0 where it will be met."""
        return max(self.plan - self.expected, 0)

    @property
    def misses(self) -> bool:
        """Whether the year's plan will be missed."""
        return self.expected < self.plan

    @property
    def rate(self) -> Fraction:
        """The present rate: the share that was done of what the last three months were to bring."""
        return Fraction(max(self.lately, 0), self.due_lately) if self.due_lately else Fraction(0)

    @property
    def share(self) -> Fraction:
        """What is expected as a share of the year's plan."""
        return Fraction(self.expected, self.plan)

    @property
    def present(self) -> int:
        """Yuan a month in the last three months."""
        return half_up(Fraction(self.lately, RATE_MONTHS), 0)

    @property
    def needed(self) -> int | None:
        """Yuan a month that the months left must bring to meet the plan; None where none is left."""
        if not self.months_left:
            return None
        return half_up(Fraction(max(self.plan - self.completed, 0), self.months_left), 0)


def year_outlook(year: YearSoFar) -> YearOutlook | NotForecast:
    """Completed so far, and of what the plan still asks for the share that was done of the last three months' plan.

    Exactly on its own plan a project meets it, whatever the plan's shape; after December the forecast is the figure.
    A rate is never below nothing: a downward correction is no trend. What is told needs three months since the first
    with a plan, and a figure for the month before them.
    """
    if without := _without(year):
        return without
    completed = year.completed or 0
    lately = completed - _before(year)
    due_lately = sum(year.months[max(year.month - RATE_MONTHS, 0) : year.month])
    ahead = sum(year.months[year.month :])
    if completed < year.plan and year.month < 12:
        if not ahead:
            return NotForecast.NOTHING_PLANNED_AHEAD
        if not due_lately:
            return NotForecast.NOTHING_PLANNED_LATELY
    rest = Fraction(max(lately, 0) * ahead, due_lately) if due_lately else Fraction(0)
    return YearOutlook(
        plan=year.plan,
        completed=completed,
        expected=completed + half_up(rest, 0),
        months_left=12 - year.month,
        lately=lately,
        due_lately=due_lately,
    )


def _without(year: YearSoFar) -> NotForecast | None:
    """Why the year cannot be told; what holds for the project comes before what its figures lack."""
    if year.stage is Stage.STOPPED:
        return NotForecast.STOPPED
    if not year.is_counted:
        return NotForecast.NOT_COUNTED
    if year.stage is Stage.COMPLETED:
        return NotForecast.FINISHED
    if year.plan <= 0:
        return NotForecast.NO_PLAN
    if year.completed is None:
        return NotForecast.NO_RETURN
    return None if _is_long_enough(year) else NotForecast.TOO_FEW_MONTHS


def _is_long_enough(year: YearSoFar) -> bool:
    first = next(at for at, planned in enumerate(year.months) if planned)
    start = year.month - RATE_MONTHS
    if year.month == 12:
        return True  # nothing is left to be told
    return start >= first and (start <= first or year.cumulative[start - 1] is not None)


def _before(year: YearSoFar) -> int:
    """Completed by the end of the month before the last three; nothing at the year's beginning."""
    start = year.month - RATE_MONTHS
    return (year.cumulative[start - 1] or 0) if start > 0 else 0


@dataclass(frozen=True, slots=True)
class Stone:
    """One milestone's days. `first_due_on` is its due date by the plan that it first had, `due_on` by that in force."""

    key: str
    step: str
    title: str
    first_due_on: date | None
    due_on: date | None
    forecast_on: date | None = None
    actual_on: date | None = None

    def is_done(self, as_of: date) -> bool:
        """Whether it had been reached by the evening of `as_of`."""
        return self.actual_on is not None and self.actual_on <= as_of


@dataclass(frozen=True, slots=True)
class StoneOutlook:
    """When a project will reach its next milestone if it slips as it did; `late` in working days after its due date.

    `slip` is the median of the last three that fell due. `by_unit`: the day is the one that the project unit expects.
    """

    stone: Stone
    slip: int
    expected_on: date
    late: int
    by_unit: bool = False

    @property
    def misses(self) -> bool:
        """Whether it will be late."""
        return self.late > 0


def stone_outlook(stones: Sequence[Stone], calendar: WorkCalendar, as_of: date) -> StoneOutlook | NotForecast:
    """The next milestone, moved on from the day first planned by the median slip of the last three that fell due.

    Slips run from the day first planned, so that moving a date hides none; one that is overdue and open has slipped as
    far as today; early work counts as no slip. A later day that the project unit itself expects stands instead. What
    is overdue already is the lights' business: next is what falls due from `as_of` on, within three months.
    """
    ahead = [stone for stone in stones if not stone.is_done(as_of) and stone.due_on and _is_near(stone.due_on, as_of)]
    if not ahead:
        return NotForecast.NO_MILESTONE_AHEAD
    following = min(ahead, key=lambda stone: (stone.due_on or date.max, stone.key))
    slips = _slips(stones, calendar, as_of)[-SLIPS:]
    if len(slips) < SLIPS:
        return NotForecast.TOO_FEW_MILESTONES
    try:
        return _moved(following, median_low(slips), calendar, as_of)
    except CalendarYearMissing:
        return NotForecast.NO_CALENDAR


def _is_near(due_on: date, as_of: date) -> bool:
    return as_of <= due_on <= as_of + HORIZON


def _slips(stones: Iterable[Stone], calendar: WorkCalendar, as_of: date) -> list[int]:
    """Working days from first planned to done, or to `as_of`, of each milestone that fell due or is done; by due date.

    One whose days lie in a year without a calendar is left out.
    """
    found: list[tuple[date, str, int]] = []
    for stone in stones:
        done = stone.is_done(as_of)
        if stone.first_due_on is None or stone.due_on is None or not (done or stone.due_on < as_of):
            continue
        end = stone.actual_on if done and stone.actual_on else as_of
        try:
            slip = calendar.workdays_between(stone.first_due_on, end)
        except CalendarYearMissing:
            continue
        found.append((stone.due_on, stone.key, max(slip, 0)))
    return [slip for _due, _key, slip in sorted(found)]


def _moved(stone: Stone, slip: int, calendar: WorkCalendar, as_of: date) -> StoneOutlook:
    due_on = stone.due_on or as_of
    expected = max(calendar.add_workdays(stone.first_due_on or due_on, slip), as_of)
    by_unit = stone.forecast_on is not None and stone.forecast_on > expected
    if by_unit and stone.forecast_on is not None:
        expected = stone.forecast_on
    late = calendar.workdays_between(due_on, expected) if expected > due_on else 0
    return StoneOutlook(stone, slip, expected, late, by_unit)


@dataclass(frozen=True, slots=True)
class Hits:
    """What forecasts said against what came, as four counts: a miss (or a delay) said or not, come or not."""

    said_and_came: int = 0
    said_only: int = 0
    came_only: int = 0
    neither: int = 0

    def __add__(self, other: "Hits") -> "Hits":
        return Hits(
            self.said_and_came + other.said_and_came,
            self.said_only + other.said_only,
            self.came_only + other.came_only,
            self.neither + other.neither,
        )

    @classmethod
    def count(cls, pairs: Iterable[tuple[bool, bool]]) -> "Hits":
        """From pairs (said, came)."""
        found = list(pairs)
        return cls(
            found.count((True, True)),
            found.count((True, False)),
            found.count((False, True)),
            found.count((False, False)),
        )

    @property
    def total(self) -> int:
        """Forecasts that could be compared."""
        return self.said + self.came_only + self.neither

    @property
    def said(self) -> int:
        """How often a miss was said."""
        return self.said_and_came + self.said_only

    @property
    def came(self) -> int:
        """How often a miss came."""
        return self.said_and_came + self.came_only

    @property
    def precision(self) -> Fraction | None:
        """Of those that were said, the share that came; None where none was said."""
        return Fraction(self.said_and_came, self.said) if self.said else None

    @property
    def recall(self) -> Fraction | None:
        """Of those that came, the share that had been said; None where none came."""
        return Fraction(self.said_and_came, self.came) if self.came else None

    @property
    def base(self) -> Fraction | None:
        """The share that came of all: what saying it of every project would hit."""
        return Fraction(self.came, self.total) if self.total else None
