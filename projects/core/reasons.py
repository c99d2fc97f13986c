"""Lights, and the reason that goes with each: a code and its exact figures, never a sentence.

Sentences are written at the edge, in the reader's language, from REASON_FIGURES of each code.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Final, TypeAlias

Figure: TypeAlias = int | str | date | Fraction
JsonFigures: TypeAlias = dict[str, int | str]


class Light(StrEnum):
    """Colour of an indicator or of a project (红黄绿灯)."""

    RED = "red"
    YELLOW = "yellow"
    GREEN = "green"
    NOT_JUDGED = "not_judged"

    @property
    def severity(self) -> int:
        """Order from not judged (0) over green and yellow to red (3)."""
        return _SEVERITY[self]


_SEVERITY: Final = {Light.NOT_JUDGED: 0, Light.GREEN: 1, Light.YELLOW: 2, Light.RED: 3}


def worst(lights: Iterable[Light]) -> Light:
    """The worst light; not judged only when none was judged, so absence never turns green."""
    return max(lights, key=lambda light: light.severity, default=Light.NOT_JUDGED)


class Indicator(StrEnum):
    """What is judged, in the order in which a project's cause is named."""

    START = "start"
    PACE = "pace"
    FUNDS = "funds"
    STATISTICS = "statistics"
    MILESTONES = "milestones"


class ReasonCode(StrEnum):
    """Every reason that a judgement can give."""

    NOT_IN_POLICY = "not_in_policy"
    EXEMPT = "exempt"
    NOT_APPLICABLE = "not_applicable"
    CALENDAR_MISSING = "calendar_missing"
    START_NOT_PLANNED = "start_not_planned"
    START_NOT_DUE = "start_not_due"
    STARTED = "started"
    STARTED_LATE = "started_late"
    START_MISSED = "start_missed"
    NO_PLAN = "no_plan"
    NO_RETURN_YET = "no_return_yet"
    NO_MONTHLY_PLAN = "no_monthly_plan"
    ON_PACE = "on_pace"
    SLIGHTLY_BEHIND = "slightly_behind"
    BEHIND_PACE = "behind_pace"
    BEHIND_PACE_RUNNING = "behind_pace_running"
    PLAN_TOO_SMALL = "plan_too_small"
    NO_MONTH_TASK = "no_month_task"
    MONTH_TASK_DONE = "month_task_done"
    MONTH_TASK_MISSED = "month_task_missed"
    NO_FUNDS = "no_funds"
    FUNDS_ON_SCHEDULE = "funds_on_schedule"
    FUNDS_BEHIND = "funds_behind"
    STATISTICS_NOT_STARTED = "statistics_not_started"
    STATISTICS_ENTERED = "statistics_entered"
    STATISTICS_NOT_DUE = "statistics_not_due"
    STATISTICS_MISSING = "statistics_missing"
    NO_MILESTONES = "no_milestones"
    MILESTONES_DONE = "milestones_done"
    MILESTONES_ON_TIME = "milestones_on_time"
    MILESTONE_NEAR = "milestone_near"
    MILESTONE_DUE_SOON = "milestone_due_soon"
    MILESTONE_SLIGHTLY_LATE = "milestone_slightly_late"
    MILESTONE_OVERDUE = "milestone_overdue"
    MILESTONE_OVERDUE_UNCOUNTED = "milestone_overdue_uncounted"
    RETURN_MISSING = "return_missing"
    RETURN_NOT_RESUBMITTED = "return_not_resubmitted"
    STARTED_WITHOUT_PERMIT = "started_without_permit"
    INVESTED_BEFORE_START = "invested_before_start"
    COMPLETED_OVER_TOTAL = "completed_over_total"
    FIGURE_OUT_OF_SCALE = "figure_out_of_scale"
    CUMULATIVE_FELL = "cumulative_fell"


_PACE: Final = frozenset({"period", "plan", "completed", "rate", "pace", "gap"})
_TASK: Final = frozenset({"period", "task", "completed", "rate"})
_MILESTONE: Final = frozenset({"key", "step", "title", "due_on", "overdue"})

REASON_FIGURES: Final[Mapping[ReasonCode, frozenset[str]]] = {
    ReasonCode.NOT_IN_POLICY: frozenset(),
    ReasonCode.EXEMPT: frozenset({"reason", "approved_by", "valid_to"}),
    ReasonCode.NOT_APPLICABLE: frozenset(),
    ReasonCode.CALENDAR_MISSING: frozenset({"year"}),
    ReasonCode.START_NOT_PLANNED: frozenset(),
    ReasonCode.START_NOT_DUE: frozenset({"due_on"}),
    ReasonCode.STARTED: frozenset({"started_on"}),
    ReasonCode.STARTED_LATE: frozenset({"started_on", "due_on"}),
    ReasonCode.START_MISSED: frozenset({"due_on", "month_ends"}),
    ReasonCode.NO_PLAN: frozenset({"period"}),
    ReasonCode.NO_RETURN_YET: frozenset({"period"}),
    ReasonCode.NO_MONTHLY_PLAN: frozenset({"period"}),
    ReasonCode.ON_PACE: _PACE,
    ReasonCode.SLIGHTLY_BEHIND: _PACE,
    ReasonCode.BEHIND_PACE: _PACE,
    ReasonCode.BEHIND_PACE_RUNNING: _PACE | {"periods"},
    ReasonCode.PLAN_TOO_SMALL: frozenset({"plan", "smallest"}),
    ReasonCode.NO_MONTH_TASK: frozenset({"period"}),
    ReasonCode.MONTH_TASK_DONE: _TASK,
    ReasonCode.MONTH_TASK_MISSED: _TASK | {"periods"},
    ReasonCode.NO_FUNDS: frozenset({"period"}),
    ReasonCode.FUNDS_ON_SCHEDULE: frozenset({"period"}),
    ReasonCode.FUNDS_BEHIND: frozenset({"period", "key", "amount", "paid", "months", "required", "periods"}),
    ReasonCode.STATISTICS_NOT_STARTED: frozenset({"period"}),
    ReasonCode.STATISTICS_ENTERED: frozenset({"entered_on"}),
    ReasonCode.STATISTICS_NOT_DUE: frozenset({"period", "started_on", "due_on"}),
    ReasonCode.STATISTICS_MISSING: frozenset({"period", "started_on", "due_on"}),
    ReasonCode.NO_MILESTONES: frozenset(),
    ReasonCode.MILESTONES_DONE: frozenset({"done"}),
    ReasonCode.MILESTONES_ON_TIME: frozenset({"open", "key", "step", "title", "due_on"}),
    ReasonCode.MILESTONE_NEAR: frozenset({"open", "key", "step", "title", "due_on"}),
    ReasonCode.MILESTONE_DUE_SOON: frozenset({"key", "step", "title", "due_on"}),
    ReasonCode.MILESTONE_SLIGHTLY_LATE: _MILESTONE | {"days_late"},
    ReasonCode.MILESTONE_OVERDUE: _MILESTONE | {"days_late"},
    ReasonCode.MILESTONE_OVERDUE_UNCOUNTED: _MILESTONE | {"year"},
    ReasonCode.RETURN_MISSING: frozenset({"period", "due_on"}),
    ReasonCode.RETURN_NOT_RESUBMITTED: frozenset({"period", "due_on"}),
    ReasonCode.STARTED_WITHOUT_PERMIT: frozenset({"started_on"}),
    ReasonCode.INVESTED_BEFORE_START: frozenset({"period", "completed"}),
    ReasonCode.COMPLETED_OVER_TOTAL: frozenset({"period", "since_start", "total"}),
    ReasonCode.FIGURE_OUT_OF_SCALE: frozenset({"period", "completed", "plan"}),
    ReasonCode.CUMULATIVE_FELL: frozenset({"period", "before", "completed"}),
}
"""The figures that each code carries. Amounts in yuan; rate and pace are shares of the plan or task, gap is in
percentage points (negative: behind), required a percent; days_late in working days; a period as 2023-12; periods
are period ends running, counted as far as the policy asks."""


@dataclass(frozen=True, slots=True, init=False)
class Reason:
    """Why a light has its colour. Hashable; equal when code and figures are."""

    code: ReasonCode
    items: tuple[tuple[str, Figure], ...]

    def __init__(self, code: str, figures: Mapping[str, Figure] | None = None) -> None:
        """Raises ValueError for an unknown code or figures other than the code's own."""
        known = ReasonCode(code)
        given = dict(figures or {})
        if given.keys() != REASON_FIGURES[known]:
            raise ValueError(f"{known} carries {sorted(REASON_FIGURES[known])}, not {sorted(given)}")
        object.__setattr__(self, "code", known)
        object.__setattr__(self, "items", tuple(sorted(given.items())))

    @property
    def figures(self) -> dict[str, Figure]:
        """The figures by name."""
        return dict(self.items)

    def to_json(self) -> dict[str, str | JsonFigures]:
        """Only numbers and texts; from_json gives back an equal reason."""
        return {"code": str(self.code), "figures": {name: encode(figure) for name, figure in self.items}}

    @classmethod
    def from_json(cls, data: Mapping[str, object]) -> "Reason":
        """Read what to_json wrote. Raises ValueError."""
        code, figures = data.get("code"), data.get("figures")
        if not isinstance(code, str) or not isinstance(figures, Mapping):
            raise ValueError("a reason has a code and figures")
        return cls(code, {str(name): decode(figure) for name, figure in figures.items()})


@dataclass(frozen=True, slots=True)
class Judgement:
    """One indicator, its light and why."""

    indicator: Indicator
    light: Light
    reason: Reason


@dataclass(frozen=True, slots=True)
class ProjectLight:
    """A project's colour: its worst indicator, and which one that is."""

    overall: Light
    cause: Judgement
    judgements: tuple[Judgement, ...]

    @classmethod
    def of(cls, judgements: Iterable[Judgement]) -> "ProjectLight":
        """The worst of at least one judgement; of equals, the first names the cause."""
        kept = tuple(judgements)
        cause = max(kept, key=lambda judgement: judgement.light.severity)
        return cls(cause.light, cause, kept)

    @property
    def not_judged(self) -> int:
        """How many indicators could not be judged or do not apply."""
        return sum(judgement.light is Light.NOT_JUDGED for judgement in self.judgements)

    def of_indicator(self, indicator: Indicator) -> Judgement:
        """The judgement of one indicator. Raises KeyError if it was not looked at."""
        for judgement in self.judgements:
            if judgement.indicator is indicator:
                return judgement
        raise KeyError(indicator)


_DATE, _FRACTION, _TEXT = "date:", "fraction:", "text:"


def encode(figure: Figure) -> int | str:
    """A figure as JSON holds it: a whole number or a text; decode gives it back."""
    if isinstance(figure, Fraction):
        return f"{_FRACTION}{figure.numerator}/{figure.denominator}"
    if isinstance(figure, date):
        return f"{_DATE}{figure.isoformat()}"
    if isinstance(figure, str) and figure.startswith((_DATE, _FRACTION, _TEXT)):
        return f"{_TEXT}{figure}"
    return figure


def decode(figure: object) -> Figure:
    """Read what encode wrote. Raises ValueError."""
    if isinstance(figure, str):
        if figure.startswith(_DATE):
            return date.fromisoformat(figure.removeprefix(_DATE))
        if figure.startswith(_FRACTION):
            return Fraction(figure.removeprefix(_FRACTION))
        return figure.removeprefix(_TEXT)
    if isinstance(figure, int):
        return figure
    raise ValueError("figures are numbers and texts")
