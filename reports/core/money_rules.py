"""Rules about money: investment behind pace, bond money not paid out as it should be."""

from datetime import date
from fractions import Fraction

from projects.core.calendar import WorkCalendar
from projects.core.lights import LightPolicy, judge_funds, judge_pace
from projects.core.reasons import Figure, Reason, ReasonCode
from projects.core.schedule import gap_points
from reports.core.findings import LEVELS, Finding, Kept, Subject, found, share, whole


def judge_investment_behind(
    subject: Subject, policy: LightPolicy, calendar: WorkCalendar, as_of: date
) -> Finding | None:
    """A project whose completed investment lies so far behind pace at the last period's end that the policy warns."""
    judged = judge_pace(subject.project, policy, calendar, as_of)
    level = LEVELS.get(judged.light)
    return found("investment_behind", subject, level, judged.reason) if level else None


def judge_funds_behind(subject: Subject, policy: LightPolicy, calendar: WorkCalendar, as_of: date) -> Finding | None:
    """A project with a bond issue of which less was paid out than the policy asks for by the last period's end."""
    judged = judge_funds(subject.project, policy, calendar, as_of)
    level = LEVELS.get(judged.light)
    return found("funds_behind", subject, level, judged.reason) if level else None


def recall_investment_behind(kept: Kept, calendar: WorkCalendar, as_of: date) -> Reason:
    """The reason with rate and gap, exact, from the amounts that were kept: the year's against pace, or the month's.

    An alert that ended as caught up keeps figures that are behind no more; no period ends run on then.
    """
    period, completed = kept.figures["period"], whole(kept.figures["completed"])
    periods = whole(kept.figures.get("periods", 0))
    running: dict[str, Figure] = {"periods": periods} if periods else {}
    if "task" in kept.figures:
        task = whole(kept.figures["task"])
        month: dict[str, Figure] = {"period": period, "task": task, "completed": completed}
        month["rate"] = Fraction(completed, task)
        return Reason(ReasonCode.MONTH_TASK_MISSED if periods else ReasonCode.MONTH_TASK_DONE, month | running)
    plan, pace = whole(kept.figures["plan"]), share(kept.figures["pace"])
    figures: dict[str, Figure] = {"period": period, "plan": plan, "completed": completed, "pace": pace}
    figures |= {"rate": Fraction(completed, plan), "gap": gap_points(completed, plan, pace)}
    return Reason(ReasonCode.BEHIND_PACE_RUNNING if periods else ReasonCode.BEHIND_PACE, figures | running)


def recall_funds_behind(kept: Kept, calendar: WorkCalendar, as_of: date) -> Reason:
    """The reason as it was kept."""
    return Reason(ReasonCode.FUNDS_BEHIND, dict(kept.figures))
