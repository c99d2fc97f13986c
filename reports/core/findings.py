"""What rules of alerts look at and what they give: subjects in, findings with a level and a reason out.

No rule is here, and no threshold; the registry is reports.core.rules.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Final, TypeAlias

from projects.core.calendar import WorkCalendar
from projects.core.lights import LightPolicy, ProjectFacts
from projects.core.reasons import Figure, Light, Reason
from projects.core.schedule import MilestoneFacts


class Level(StrEnum):
    """How grave a finding is."""

    NOTICE = "notice"
    YELLOW = "yellow"
    RED = "red"

    @property
    def severity(self) -> int:
        """Order from notice (1) over yellow to red (3)."""
        return _SEVERITY[self]


_SEVERITY: Final = {Level.NOTICE: 1, Level.YELLOW: 2, Level.RED: 3}
LEVELS: Final[Mapping[Light, Level]] = {Light.YELLOW: Level.YELLOW, Light.RED: Level.RED}
"""The level of an alert where a light is its cause."""


class Ending(StrEnum):
    """Why an alert was cleared; an event of its clearing says it in place of a reason."""

    DONE = "done"
    """The milestone was reached."""
    REPLANNED = "replanned"
    """Its planned date moved, or went."""
    OVERTAKEN = "overtaken"
    """Another alert says it now: what was due soon is late, a milestone's alert became that of a missed start."""
    CAUGHT_UP = "caught_up"
    """Investment is back within what the policy allows."""
    SETTLED = "settled"
    """What was missing came, or figures that contradicted each other no longer do."""
    EXEMPTED = "exempted"
    """An exemption was approved: what was wrong may be so still, and is judged again once the exemption is over."""
    RELEASED = "released"
    """No longer watched: off the lists, stopped, a new year without figures, or another policy."""


class Scope(StrEnum):
    """What a rule looks at one by one; each gets an alert of its own."""

    PROJECT = "project"
    MILESTONE = "milestone"


@dataclass(frozen=True, slots=True)
class Subject:
    """A project, or one of its milestones, as a rule looks at it."""

    project: ProjectFacts
    milestone: MilestoneFacts | None = None

    @property
    def key(self) -> str:
        """The natural key within a rule: the project's code, or code/step."""
        return f"{self.project.code}/{self.milestone.step}" if self.milestone else self.project.code


KEEPS: Final[Mapping[str, tuple[str, ...]]] = {
    "milestone_overdue": ("due_on",),
    "start_missed": ("due_on", "month_ends"),
    "investment_behind": ("period", "plan", "completed", "pace", "task", "periods"),
    "funds_behind": ("period", "key", "amount", "paid", "months", "required", "periods"),
    "statistics_missed": ("period", "started_on", "due_on"),
    "milestone_due_soon": ("due_on",),
    "return_missing": ("period", "due_on"),
    "return_not_resubmitted": ("period", "due_on"),
    "started_without_permit": ("started_on",),
    "invested_before_start": ("period", "completed"),
    "completed_over_total": ("period", "since_start", "total"),
    "figure_out_of_scale": ("period", "completed", "plan"),
    "cumulative_fell": ("period", "before", "completed"),
}
"""The figures of its reason that an alert keeps, by rule, where the reason has them: those that no day changes."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that should have an open alert, how grave it is, and why."""

    rule: str
    subject: str
    project: str
    milestone: str | None
    level: Level
    reason: Reason

    @property
    def kept(self) -> dict[str, Figure]:
        """The figures that an alert keeps."""
        figures = self.reason.figures
        return {name: figures[name] for name in KEEPS[self.rule] if name in figures}


@dataclass(frozen=True, slots=True)
class Kept:
    """What an open alert keeps of its reason: the milestone's step and title (empty for a project), and figures."""

    figures: Mapping[str, Figure]
    step: str = ""
    title: str = ""


Judge: TypeAlias = Callable[[Subject, LightPolicy, WorkCalendar, date], Finding | None]
Recall: TypeAlias = Callable[[Kept, WorkCalendar, date], Reason]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: its code, its title (English, translated at the edge) and its place in lists, gravest first.

    `judge` raises CalendarYearMissing where it cannot tell for want of a calendar. An alert stores the figures that
    KEEPS names; `recall` makes the whole reason of them again for a day.
    """

    code: str
    title: str
    order: int
    scope: Scope
    judge: Judge
    recall: Recall


def found(rule: str, subject: Subject, level: Level, reason: Reason) -> Finding:
    """A finding about a subject."""
    step = subject.milestone.step if subject.milestone else None
    return Finding(rule, subject.key, subject.project.code, step, level, reason)


def day(figure: Figure) -> date:
    """A figure that is a date. Raises ValueError."""
    if not isinstance(figure, date):
        raise ValueError(f"{figure!r} is not a date")
    return figure


def whole(figure: Figure) -> int:
    """A figure that is a whole number. Raises ValueError."""
    if not isinstance(figure, int):
        raise ValueError(f"{figure!r} is not a whole number")
    return figure


def share(figure: Figure) -> Fraction:
    """A figure that is an exact share. Raises ValueError."""
    if not isinstance(figure, int | Fraction):
        raise ValueError(f"{figure!r} is not an exact share")
    return Fraction(figure)
