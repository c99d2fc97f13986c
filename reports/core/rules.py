"""The rules of alerts, in one registry: what each looks at, when it finds something, and what the alert keeps of it.

A rule is judged by projects.core.lights and cutoffs, never by a threshold of its own. This is the definition, the
explanation on the page and the oracle of the set-based sweep; a rule is added by adding it to RULES.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Final, TypeAlias

from projects.core.calendar import CalendarYearMissing, WorkCalendar
from projects.core.cutoffs import milestone_cutoffs
from projects.core.lights import LightPolicy, ProjectFacts, judge_milestones, judge_pace
from projects.core.reasons import Figure, Light, Reason, ReasonCode
from projects.core.schedule import MilestoneFacts, gap_points, working_days_late


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
_LEVELS: Final = {Light.YELLOW: Level.YELLOW, Light.RED: Level.RED}


class Ending(StrEnum):
    """Why an alert was cleared; an event of its clearing says it in place of a reason."""

    DONE = "done"
    """The milestone was reached."""
    REPLANNED = "replanned"
    """Its planned date moved, or went."""
    OVERTAKEN = "overtaken"
    """What was due soon is late now: the overdue alert takes over."""
    CAUGHT_UP = "caught_up"
    """Investment is back within what the policy allows."""
    RELEASED = "released"
    """No longer watched: off the lists, stopped, excused, a new year without figures, or another policy."""


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
        """The figures that an alert keeps: those that do not change by the day."""
        return {name: self.reason.figures[name] for name in rule_of(self.rule).keeps}


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

    `judge` raises CalendarYearMissing where it cannot tell for want of a calendar. An alert stores the figures named
    by `keeps`, which do not change by the day; `recall` makes the whole reason of them again for a day.
    """

    code: str
    title: str
    order: int
    scope: Scope
    keeps: tuple[str, ...]
    judge: Judge
    recall: Recall


def judge_milestone_overdue(
    subject: Subject, policy: LightPolicy, calendar: WorkCalendar, as_of: date
) -> Finding | None:
    """An open milestone whose due date has passed by as many working days as the policy calls late."""
    judged = _judge_alone(subject, policy, calendar, as_of)
    level = _LEVELS.get(judged[0])
    return _found("milestone_overdue", subject, level, judged[1]) if level else None


def judge_milestone_due_soon(
    subject: Subject, policy: LightPolicy, calendar: WorkCalendar, as_of: date
) -> Finding | None:
    """An open milestone due within the policy's look-ahead of working days, until it counts as late.

    On the rest days right after a due date nobody is late yet: the notice stands until the overdue alert takes over.
    """
    milestone = subject.milestone
    _light, reason = _judge_alone(subject, policy, calendar, as_of)
    if milestone is None or milestone.due_on is None or reason.code not in _NOT_LATE:
        return None
    soon_until = milestone_cutoffs(policy, calendar, as_of).soon_until
    if soon_until is None:
        raise CalendarYearMissing(max(calendar.years) + 1)
    if milestone.due_on > soon_until:
        return None
    names: dict[str, Figure] = {"key": milestone.key, "step": milestone.step, "title": milestone.title}
    soon = Reason(ReasonCode.MILESTONE_DUE_SOON, names | {"due_on": milestone.due_on})
    return _found("milestone_due_soon", subject, Level.NOTICE, soon)


_NOT_LATE: Final = frozenset({ReasonCode.MILESTONES_ON_TIME, ReasonCode.MILESTONE_SLIGHTLY_LATE})


def judge_investment_behind(
    subject: Subject, policy: LightPolicy, calendar: WorkCalendar, as_of: date
) -> Finding | None:
    """A project whose completed investment lies so far behind pace at the last period's end that the policy warns."""
    judged = judge_pace(subject.project, policy, calendar, as_of)
    level = _LEVELS.get(judged.light)
    return _found("investment_behind", subject, level, judged.reason) if level else None


def _judge_alone(subject: Subject, policy: LightPolicy, calendar: WorkCalendar, as_of: date) -> tuple[Light, Reason]:
    """The milestones' judgement with this milestone alone. Raises CalendarYearMissing where it cannot tell."""
    milestones = (subject.milestone,) if subject.milestone else ()
    judged = judge_milestones(replace(subject.project, milestones=milestones), policy, calendar, as_of)
    if judged.reason.code is ReasonCode.CALENDAR_MISSING:
        year = judged.reason.figures["year"]
        raise CalendarYearMissing(year if isinstance(year, int) else as_of.year)
    return judged.light, judged.reason


def _found(rule: str, subject: Subject, level: Level, reason: Reason) -> Finding:
    step = subject.milestone.step if subject.milestone else None
    return Finding(rule, subject.key, subject.project.code, step, level, reason)


def recall_milestone_overdue(kept: Kept, calendar: WorkCalendar, as_of: date) -> Reason:
    """The reason with its working days late on `as_of`, or without a number where the calendar does not reach."""
    due_on = _day(kept.figures["due_on"])
    figures: dict[str, Figure] = {"key": kept.step, "step": kept.step, "title": kept.title}
    figures |= {"due_on": due_on, "overdue": 1}
    milestone = MilestoneFacts(kept.step, kept.step, kept.title, due_on, due_on)
    try:
        days_late = working_days_late(milestone, calendar, as_of)
    except CalendarYearMissing as missing:
        return Reason(ReasonCode.MILESTONE_OVERDUE_UNCOUNTED, figures | {"year": missing.year})
    return Reason(ReasonCode.MILESTONE_OVERDUE, figures | {"days_late": days_late})


def recall_milestone_due_soon(kept: Kept, calendar: WorkCalendar, as_of: date) -> Reason:
    """The reason of a notice; it does not change with the day."""
    names: dict[str, Figure] = {"key": kept.step, "step": kept.step, "title": kept.title}
    return Reason(ReasonCode.MILESTONE_DUE_SOON, names | {"due_on": _day(kept.figures["due_on"])})


def recall_investment_behind(kept: Kept, calendar: WorkCalendar, as_of: date) -> Reason:
    """The reason with rate and gap, exact, from the amounts and the pace that were kept."""
    period, pace = kept.figures["period"], _share(kept.figures["pace"])
    plan, completed = _whole(kept.figures["plan"]), _whole(kept.figures["completed"])
    figures: dict[str, Figure] = {"period": period, "plan": plan, "completed": completed, "pace": pace}
    figures |= {"rate": Fraction(completed, plan), "gap": gap_points(completed, plan, pace)}
    return Reason(ReasonCode.BEHIND_PACE, figures)


RULES: Final[tuple[Rule, ...]] = (
    Rule(
        "milestone_overdue",
        "Milestone overdue",
        10,
        Scope.MILESTONE,
        ("due_on",),
        judge_milestone_overdue,
        recall_milestone_overdue,
    ),
    Rule(
        "investment_behind",
        "Investment behind pace",
        20,
        Scope.PROJECT,
        ("period", "plan", "completed", "pace"),
        judge_investment_behind,
        recall_investment_behind,
    ),
    Rule(
        "milestone_due_soon",
        "Milestone due soon",
        90,
        Scope.MILESTONE,
        ("due_on",),
        judge_milestone_due_soon,
        recall_milestone_due_soon,
    ),
)
"""Every rule, gravest first."""

_BY_CODE: Final[Mapping[str, Rule]] = {rule.code: rule for rule in RULES}


def rule_of(code: str) -> Rule:
    """The rule of a code. Raises KeyError."""
    return _BY_CODE[code]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the rules found on a day, and what they could not tell.

    `untold` are (rule, subject) that only a missing calendar year decides; `unable` names that year by rule.
    """

    findings: tuple[Finding, ...]
    untold: frozenset[tuple[str, str]]
    unable: Mapping[str, int]


def look(projects: Iterable[ProjectFacts], policy: LightPolicy, calendar: WorkCalendar, as_of: date) -> Outcome:
    """Judge every project by every rule."""
    findings: list[Finding] = []
    untold: set[tuple[str, str]] = set()
    unable: dict[str, int] = {}
    for project in projects:
        for rule in RULES:
            for subject in subjects(project, rule.scope):
                try:
                    found = rule.judge(subject, policy, calendar, as_of)
                except CalendarYearMissing as missing:
                    untold.add((rule.code, subject.key))
                    unable[rule.code] = missing.year
                    continue
                if found is not None:
                    findings.append(found)
    return Outcome(tuple(findings), frozenset(untold), unable)


def subjects(project: ProjectFacts, scope: Scope) -> list[Subject]:
    """What of a project a rule of that scope looks at."""
    if scope is Scope.PROJECT:
        return [Subject(project)]
    return [Subject(project, milestone) for milestone in project.milestones]


def _day(figure: Figure) -> date:
    if not isinstance(figure, date):
        raise ValueError(f"{figure!r} is not a date")
    return figure


def _whole(figure: Figure) -> int:
    if not isinstance(figure, int):
        raise ValueError(f"{figure!r} is not a whole number")
    return figure


def _share(figure: Figure) -> Fraction:
    if not isinstance(figure, int | Fraction):
        raise ValueError(f"{figure!r} is not an exact share")
    return Fraction(figure)
