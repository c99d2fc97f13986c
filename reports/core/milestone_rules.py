"""Rules about milestones: overdue, due soon, a planned start that is missed, statistics entry that is missed.

A missed start is told once: where the policy judges starts, its milestone is left to that rule, which is as grave as
the graver of both.
"""

from dataclasses import replace
from datetime import date
from typing import Final

from projects.core.calendar import CalendarYearMissing, WorkCalendar
from projects.core.cutoffs import milestone_cutoffs
from projects.core.lights import LightPolicy, judge_milestones, judge_start, judge_statistics
from projects.core.reasons import Figure, Judgement, Light, Reason, ReasonCode
from projects.core.schedule import MilestoneFacts, working_days_late
from projects.core.stages import START, STATISTICS
from reports.core.findings import LEVELS, Finding, Kept, Level, Subject, day, found

_LATE: Final = frozenset({ReasonCode.MILESTONE_OVERDUE, ReasonCode.MILESTONE_OVERDUE_UNCOUNTED})
_NOT_LATE: Final = frozenset(
    {ReasonCode.MILESTONES_ON_TIME, ReasonCode.MILESTONE_NEAR, ReasonCode.MILESTONE_SLIGHTLY_LATE}
)
_SET_ASIDE: Final = frozenset({ReasonCode.NOT_IN_POLICY, ReasonCode.EXEMPT, ReasonCode.NOT_APPLICABLE})


def judge_milestone_overdue(
    subject: Subject, policy: LightPolicy, calendar: WorkCalendar, as_of: date
) -> Finding | None:
    """An open milestone whose due date has passed by as many working days as the policy calls late."""
    start = _start(subject, policy, calendar, as_of)
    if start is not None and start.reason.code not in _SET_ASIDE:
        return None
    light, reason = _judge_alone(subject, policy, calendar, as_of)
    return found("milestone_overdue", subject, LEVELS[light], reason) if reason.code in _LATE else None


def judge_milestone_due_soon(
    subject: Subject, policy: LightPolicy, calendar: WorkCalendar, as_of: date
) -> Finding | None:
    """An open milestone due within the policy's look-ahead of working days, until it counts as late.

    On the rest days right after a due date nobody is late yet: the notice stands until the overdue alert takes over.
    """
    milestone = subject.milestone
    light, reason = _judge_alone(subject, policy, calendar, as_of)
    if milestone is None or milestone.due_on is None or reason.code not in _NOT_LATE:
        return None
    soon_until = milestone_cutoffs(policy, calendar, as_of).soon_until
    if soon_until is None:
        raise CalendarYearMissing(max(calendar.years) + 1)
    if milestone.due_on > soon_until:
        return None
    names: dict[str, Figure] = {"key": milestone.key, "step": milestone.step, "title": milestone.title}
    soon = Reason(ReasonCode.MILESTONE_DUE_SOON, names | {"due_on": milestone.due_on})
    return found("milestone_due_soon", subject, LEVELS.get(light, Level.NOTICE), soon)


def judge_start_missed(subject: Subject, policy: LightPolicy, calendar: WorkCalendar, as_of: date) -> Finding | None:
    """A start that was planned by the day before and not made (应开工未开工); red, too, where its milestone is."""
    start = _start(subject, policy, calendar, as_of)
    if start is None or start.reason.code is not ReasonCode.START_MISSED:
        return None
    light = start.light
    if light is not Light.RED and policy.milestones is not None:
        light = max(light, _judge_alone(subject, policy, calendar, as_of)[0], key=lambda one: one.severity)
    return found("start_missed", subject, LEVELS[light], start.reason)


def judge_statistics_missed(
    subject: Subject, policy: LightPolicy, calendar: WorkCalendar, as_of: date
) -> Finding | None:
    """A project that started and was not entered in the statistical database in the policy's time (应入库未入库)."""
    if subject.milestone is None or subject.milestone.step != STATISTICS:
        return None
    judged = judge_statistics(subject.project, policy, calendar, as_of)
    level = LEVELS.get(judged.light)
    return found("statistics_missed", subject, level, judged.reason) if level else None


def _start(subject: Subject, policy: LightPolicy, calendar: WorkCalendar, as_of: date) -> Judgement | None:
    """How the start is judged, where the milestone is the start."""
    milestone = subject.milestone
    if milestone is None or milestone.step != START:
        return None
    facts = replace(subject.project, start_due_on=milestone.due_on, started_on=milestone.actual_on)
    return judge_start(facts, policy, calendar, as_of)


def _judge_alone(subject: Subject, policy: LightPolicy, calendar: WorkCalendar, as_of: date) -> tuple[Light, Reason]:
    """The milestones' judgement with this milestone alone. Raises CalendarYearMissing where it cannot tell."""
    milestones = (subject.milestone,) if subject.milestone else ()
    judged = judge_milestones(replace(subject.project, milestones=milestones), policy, calendar, as_of)
    if judged.reason.code is ReasonCode.CALENDAR_MISSING:
        year = judged.reason.figures["year"]
        raise CalendarYearMissing(year if isinstance(year, int) else as_of.year)
    return judged.light, judged.reason


def recall_milestone_overdue(kept: Kept, calendar: WorkCalendar, as_of: date) -> Reason:
    """The reason with its working days late on `as_of`, or without a number where the calendar does not reach."""
    due_on = day(kept.figures["due_on"])
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
    return Reason(ReasonCode.MILESTONE_DUE_SOON, names | {"due_on": day(kept.figures["due_on"])})


def recall_start_missed(kept: Kept, calendar: WorkCalendar, as_of: date) -> Reason:
    """The reason as it was kept; month ends are those of the last sweep."""
    return Reason(ReasonCode.START_MISSED, dict(kept.figures))


def recall_statistics_missed(kept: Kept, calendar: WorkCalendar, as_of: date) -> Reason:
    """The reason as it was kept."""
    return Reason(ReasonCode.STATISTICS_MISSING, dict(kept.figures))
