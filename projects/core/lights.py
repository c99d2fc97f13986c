"""Judging a project: facts, policy, calendar and day in; lights with their reasons out.

Pace, funds and statistics entry are judged on the last ended period, starts and milestones on the
day. What has no data or does not apply is not judged, and never green.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final, TypeAlias

from projects.core.calendar import CalendarYearMissing, WorkCalendar
from projects.core.cutoffs import milestone_cutoffs, pace_limits, start_cutoffs, statistics_cutoffs
from projects.core.facts import Exemption, FundsFacts, OwedReturn, ProjectFacts
from projects.core.funds import furthest_behind
from projects.core.pace import judged_pace
from projects.core.periods import Period, add_months
from projects.core.policies import LightPolicy
from projects.core.policy_rules import PolicyError
from projects.core.reasons import Figure, Indicator, Judgement, Light, ProjectLight, Reason, ReasonCode, worst
from projects.core.schedule import MilestoneFacts, working_days_late

__all__ = [
    "Exemption",
    "FundsFacts",
    "Indicator",
    "Judgement",
    "Light",
    "LightPolicy",
    "OwedReturn",
    "PolicyError",
    "ProjectFacts",
    "ProjectLight",
    "Reason",
    "ReasonCode",
    "judge_funds",
    "judge_milestones",
    "judge_pace",
    "judge_project",
    "judge_start",
    "judge_statistics",
    "milestone_cutoffs",
    "pace_limits",
    "start_cutoffs",
    "statistics_cutoffs",
    "worst",
]


def judge_project(facts: ProjectFacts, policy: LightPolicy, calendar: WorkCalendar, as_of: date) -> ProjectLight:
    """All five indicators; the worst gives the colour, and names its cause."""
    return ProjectLight.of(judge(facts, policy, calendar, as_of) for judge in _JUDGES)


def judge_start(facts: ProjectFacts, policy: LightPolicy, calendar: WorkCalendar, as_of: date) -> Judgement:
    """Start (开工): due and not made is yellow; at enough period ends running, red."""
    indicator = Indicator.START
    if policy.start is None:
        return _not_judged(indicator, ReasonCode.NOT_IN_POLICY)
    if aside := _set_aside(facts, indicator, as_of):
        return aside
    due, started = facts.start_due_on, facts.started_on
    if started is not None and started <= as_of:
        if due is None or started <= due:
            return _green(indicator, ReasonCode.STARTED, {"started_on": started})
        return _green(indicator, ReasonCode.STARTED_LATE, {"started_on": started, "due_on": due})
    if due is None:
        return _not_judged(indicator, ReasonCode.START_NOT_PLANNED)
    cutoffs = start_cutoffs(policy, as_of)
    if due >= cutoffs.yellow_before:
        return _green(indicator, ReasonCode.START_NOT_DUE, {"due_on": due})
    light = Light.RED if due < cutoffs.red_before else Light.YELLOW
    figures: dict[str, Figure] = {"due_on": due, "month_ends": _period_ends(due, as_of, policy.merge_jan_feb)}
    return Judgement(indicator, light, Reason(ReasonCode.START_MISSED, figures))


def judge_pace(facts: ProjectFacts, policy: LightPolicy, calendar: WorkCalendar, as_of: date) -> Judgement:
    """Pace (进度): completed investment against the pace of the judged period, in the rule's measure."""
    indicator = Indicator.PACE
    if policy.pace is None:
        return _not_judged(indicator, ReasonCode.NOT_IN_POLICY)
    if aside := _set_aside(facts, indicator, as_of):
        return aside
    light, reason = judged_pace(facts, policy, as_of)
    return Judgement(indicator, light, reason)


def judge_funds(facts: ProjectFacts, policy: LightPolicy, calendar: WorkCalendar, as_of: date) -> Judgement:
    """Funds (资金): each bond issue against what should be paid out of it; the issue furthest behind is named."""
    indicator, rule = Indicator.FUNDS, policy.funds
    if rule is None:
        return _not_judged(indicator, ReasonCode.NOT_IN_POLICY)
    if aside := _set_aside(facts, indicator, as_of):
        return aside
    if facts.funds is None:
        return _not_judged(indicator, ReasonCode.NOT_APPLICABLE)
    period = policy.judged_period(as_of)
    light, behind = furthest_behind(facts.funds, rule, period, policy.merge_jan_feb)
    if light is Light.NOT_JUDGED:
        return _not_judged(indicator, ReasonCode.NO_FUNDS, {"period": str(period)})
    if behind is None:
        return _green(indicator, ReasonCode.FUNDS_ON_SCHEDULE, {"period": str(period)})
    return Judgement(indicator, light, Reason(ReasonCode.FUNDS_BEHIND, behind))


def judge_statistics(facts: ProjectFacts, policy: LightPolicy, calendar: WorkCalendar, as_of: date) -> Judgement:
    """Statistics entry (入库纳统) after the start, counted at the end of the judged period.

    An entry made since then counts at once: a light does not burn on for what is done.
    """
    indicator, rule = Indicator.STATISTICS, policy.statistics
    if rule is None:
        return _not_judged(indicator, ReasonCode.NOT_IN_POLICY)
    if aside := _set_aside(facts, indicator, as_of):
        return aside
    if not facts.statistics_required:
        return _not_judged(indicator, ReasonCode.NOT_APPLICABLE)
    entered, started = facts.statistics_entered_on, facts.started_on
    if entered is not None and entered <= as_of:
        return _green(indicator, ReasonCode.STATISTICS_ENTERED, {"entered_on": entered})
    period = str(policy.judged_period(as_of))
    if started is None or started > as_of:
        return _not_judged(indicator, ReasonCode.STATISTICS_NOT_STARTED, {"period": period})
    due = add_months(started, rule.yellow_after_months)
    figures: dict[str, Figure] = {"period": period, "started_on": started, "due_on": due}
    cutoffs = statistics_cutoffs(policy, as_of)
    if started >= cutoffs.yellow_before:
        return _green(indicator, ReasonCode.STATISTICS_NOT_DUE, figures)
    light = Light.RED if started < cutoffs.red_before else Light.YELLOW
    return Judgement(indicator, light, Reason(ReasonCode.STATISTICS_MISSING, figures))


def judge_milestones(facts: ProjectFacts, policy: LightPolicy, calendar: WorkCalendar, as_of: date) -> Judgement:
    """Milestones (节点): the open one that has been due longest, by working days late."""
    indicator = Indicator.MILESTONES
    if policy.milestones is None:
        return _not_judged(indicator, ReasonCode.NOT_IN_POLICY)
    if aside := _set_aside(facts, indicator, as_of):
        return aside
    dated = [(milestone.due_on, milestone) for milestone in facts.milestones if milestone.due_on is not None]
    if not dated:
        return _not_judged(indicator, ReasonCode.NO_MILESTONES)
    pending = [(due, milestone) for due, milestone in dated if not milestone.done_by(as_of)]
    if not pending:
        return _green(indicator, ReasonCode.MILESTONES_DONE, {"done": len(dated)})
    try:
        cutoffs = milestone_cutoffs(policy, calendar, as_of)
    except CalendarYearMissing as missing:
        return _not_judged(indicator, ReasonCode.CALENDAR_MISSING, {"year": missing.year})
    due, first = min(pending, key=lambda one: (one[0], one[1].key))
    figures: dict[str, Figure] = {"key": first.key, "step": first.step, "title": first.title, "due_on": due}
    if due >= as_of:
        figures["open"] = len(pending)
        if cutoffs.warn_until is not None and due <= cutoffs.warn_until:
            return Judgement(indicator, Light.YELLOW, Reason(ReasonCode.MILESTONE_NEAR, figures))
        return _green(indicator, ReasonCode.MILESTONES_ON_TIME, figures)
    figures["overdue"] = sum(one < as_of for one, _ in pending)
    if due < cutoffs.yellow_before:
        light = Light.RED if due < cutoffs.red_before else Light.YELLOW
        return Judgement(indicator, light, _overdue(first, calendar, as_of, figures))
    figures["days_late"] = working_days_late(first, calendar, as_of)
    return _green(indicator, ReasonCode.MILESTONE_SLIGHTLY_LATE, figures)


Judge: TypeAlias = Callable[[ProjectFacts, LightPolicy, WorkCalendar, date], Judgement]
_JUDGES: Final[tuple[Judge, ...]] = (judge_start, judge_pace, judge_funds, judge_statistics, judge_milestones)


def _overdue(milestone: MilestoneFacts, calendar: WorkCalendar, as_of: date, figures: dict[str, Figure]) -> Reason:
    """The colour follows from cut-offs even where the due date is older than the loaded calendar."""
    try:
        days_late = working_days_late(milestone, calendar, as_of)
    except CalendarYearMissing as missing:
        return Reason(ReasonCode.MILESTONE_OVERDUE_UNCOUNTED, figures | {"year": missing.year})
    return Reason(ReasonCode.MILESTONE_OVERDUE, figures | {"days_late": days_late})


def _set_aside(facts: ProjectFacts, indicator: Indicator, as_of: date) -> Judgement | None:
    """Not judged where the indicator does not fit, or a good cause was accepted and has not expired; else None."""
    if indicator not in facts.applies:
        return _not_judged(indicator, ReasonCode.NOT_APPLICABLE)
    for one in facts.exemptions:
        if one.indicator is indicator and one.valid_from <= as_of <= one.valid_to:
            figures: dict[str, Figure] = {
                "reason": one.reason,
                "approved_by": one.approved_by,
                "valid_to": one.valid_to,
            }
            return _not_judged(indicator, ReasonCode.EXEMPT, figures)
    return None


def _not_judged(indicator: Indicator, code: ReasonCode, figures: Mapping[str, Figure] | None = None) -> Judgement:
    return Judgement(indicator, Light.NOT_JUDGED, Reason(code, figures))


def _green(indicator: Indicator, code: ReasonCode, figures: Mapping[str, Figure]) -> Judgement:
    return Judgement(indicator, Light.GREEN, Reason(code, figures))


def _period_ends(due: date, as_of: date, merge_jan_feb: bool) -> int:
    """Reporting periods that ended from `due` to the day before `as_of`."""
    last, period, ends = Period.last_ended(as_of, merge_jan_feb), Period.of(due, merge_jan_feb=merge_jan_feb), 0
    while period <= last:
        period, ends = period.next(merge_jan_feb), ends + 1
    return ends
