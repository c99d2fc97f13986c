"""Rules about what is reported: returns that are missing, and figures that contradict each other.

All are notices: they ask the people who report, and colour nobody's light.
"""

from datetime import date
from typing import Final

from projects.core.calendar import WorkCalendar
from projects.core.facts import OwedReturn
from projects.core.lights import LightPolicy
from projects.core.reasons import Figure, Reason, ReasonCode
from projects.core.stages import START
from reports.core.findings import Finding, Judge, Kept, Level, Recall, Subject, found

PERMIT: Final = "C04"
"""The construction permit (施工许可证), without which nobody may start (建筑法 §7)."""
OUT_OF_SCALE: Final = 10
"""Times the annual plan, from which on a cumulative figure was entered in another unit."""


def judge_return_missing(subject: Subject, policy: LightPolicy, calendar: WorkCalendar, as_of: date) -> Finding | None:
    """The oldest month whose return was not submitted by its cut-off and is open still."""
    return _owed("return_missing", subject, [one for one in subject.project.owed if not one.returned], as_of)


def judge_return_not_resubmitted(
    subject: Subject, policy: LightPolicy, calendar: WorkCalendar, as_of: date
) -> Finding | None:
    """The oldest month whose return was given back and has not come again though its cut-off has passed."""
    return _owed("return_not_resubmitted", subject, [one for one in subject.project.owed if one.returned], as_of)


def _owed(rule: str, subject: Subject, owed: list[OwedReturn], as_of: date) -> Finding | None:
    late = min((one for one in owed if one.due_on < as_of), key=lambda one: one.period, default=None)
    if late is None:
        return None
    return _noted(rule, subject, {"period": late.period, "due_on": late.due_on})


def judge_started_without_permit(
    subject: Subject, policy: LightPolicy, calendar: WorkCalendar, as_of: date
) -> Finding | None:
    """A start is on record, and the construction permit that the project's own milestones ask for is not."""
    done = {stone.step: stone for stone in subject.project.milestones if stone.done_by(as_of)}
    permit_open = any(stone.step == PERMIT and not stone.done_by(as_of) for stone in subject.project.milestones)
    if not permit_open or START not in done:
        return None
    return _noted("started_without_permit", subject, {"started_on": done[START].actual_on or as_of})


def judge_invested_before_start(
    subject: Subject, policy: LightPolicy, calendar: WorkCalendar, as_of: date
) -> Finding | None:
    """Investment of this year is accepted, and the start is a milestone that was not reached."""
    completed = subject.project.completed or 0
    not_started = any(stone.step == START and not stone.done_by(as_of) for stone in subject.project.milestones)
    if completed <= 0 or not not_started:
        return None
    return _noted("invested_before_start", subject, {"period": _period(policy, as_of), "completed": completed})


def judge_completed_over_total(
    subject: Subject, policy: LightPolicy, calendar: WorkCalendar, as_of: date
) -> Finding | None:
    """More was completed since the start than the whole project is to cost."""
    facts = subject.project
    total, since_start = facts.total_investment or 0, (facts.opening or 0) + (facts.completed or 0)
    if not 0 < total < since_start:
        return None
    figures: dict[str, Figure] = {"period": _period(policy, as_of), "since_start": since_start, "total": total}
    return _noted("completed_over_total", subject, figures)


def judge_figure_out_of_scale(
    subject: Subject, policy: LightPolicy, calendar: WorkCalendar, as_of: date
) -> Finding | None:
    """The year's cumulative is ten times the annual plan or more: 元, 万元 and 亿元 are easily mixed up."""
    plan, completed = subject.project.plan or 0, subject.project.completed or 0
    if plan <= 0 or completed < OUT_OF_SCALE * plan:
        return None
    figures: dict[str, Figure] = {"period": _period(policy, as_of), "completed": completed, "plan": plan}
    return _noted("figure_out_of_scale", subject, figures)


def judge_cumulative_fell(subject: Subject, policy: LightPolicy, calendar: WorkCalendar, as_of: date) -> Finding | None:
    """The last period's cumulative lies below that of the period before, and no reason (冲减) was given."""
    if subject.project.fell is None:
        return None
    before, completed = subject.project.fell
    figures: dict[str, Figure] = {"period": _period(policy, as_of), "before": before, "completed": completed}
    return _noted("cumulative_fell", subject, figures)


def _period(policy: LightPolicy, as_of: date) -> str:
    return str(policy.judged_period(as_of))


def _noted(rule: str, subject: Subject, figures: dict[str, Figure]) -> Finding | None:
    """A notice, for a project that is watched at all."""
    return found(rule, subject, Level.NOTICE, Reason(ReasonCode(rule), figures)) if subject.project.applies else None


def recalled(rule: str) -> Recall:
    """The reason of such a rule is what its alert keeps."""

    def recall(kept: Kept, calendar: WorkCalendar, as_of: date) -> Reason:
        return Reason(ReasonCode(rule), dict(kept.figures))

    return recall


JUDGES: Final[tuple[tuple[str, str, Judge], ...]] = (
    ("return_missing", "Return not submitted", judge_return_missing),
    ("return_not_resubmitted", "Return given back, not resubmitted", judge_return_not_resubmitted),
    ("started_without_permit", "Started without a permit", judge_started_without_permit),
    ("invested_before_start", "Investment before the start", judge_invested_before_start),
    ("completed_over_total", "More completed than the total investment", judge_completed_over_total),
    ("figure_out_of_scale", "Figure out of scale", judge_figure_out_of_scale),
    ("cumulative_fell", "Cumulative figure fell", judge_cumulative_fell),
)
"""These rules by code, with their titles."""
