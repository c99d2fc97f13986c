"""Milestones that are overdue or due soon, and starts that are missed: due dates compared with the day's cut-offs."""

from typing import Any, Final

from projects.core.calendar import CalendarYearMissing
from projects.core.cutoffs import MilestoneCutoffs, milestone_cutoffs, start_cutoffs
from projects.core.reasons import Indicator, ReasonCode
from projects.core.stages import START
from projects.models import Milestone
from projects.queries.watched import only
from reports.core.rules import Ending, Level, rule_of
from reports.models import Alert
from reports.queries.candidates.base import (
    Candidates,
    Frame,
    day_figure,
    exempt,
    exempt_figures,
    json_object,
    json_text,
    month_of,
    nobody,
    step_id,
    stored,
    where_watched,
    year_of,
)

_MILESTONE: Final = Milestone._meta.db_table
_DONE: Final = "m.actual_on <= %(day)s"
_NOBODY: Final = "1 = 0"
_LATE: Final = ("milestone_overdue", "start_missed")


def milestone_overdue(frame: Frame) -> Candidates:
    """Open milestones that are late by the policy's working days."""
    cutoffs, missing = _cutoffs(frame)
    if cutoffs is None:
        return _candidates(frame, "milestone_overdue", "NULL", _undecided(frame), None, missing)
    level = f"CASE WHEN m.due_on < %(red_before)s THEN '{Level.RED}' ELSE '{Level.YELLOW}' END"
    return _candidates(frame, "milestone_overdue", level, "m.due_on < %(yellow_before)s", cutoffs)


def milestone_due_soon(frame: Frame) -> Candidates:
    """Open milestones within the look-ahead that are not late yet."""
    cutoffs, missing = _cutoffs(frame)
    if cutoffs is None:
        return _candidates(frame, "milestone_due_soon", "NULL", _undecided(frame), None, missing)
    if cutoffs.soon_until is None:
        missing = max(frame.calendar.years) + 1
        return _candidates(frame, "milestone_due_soon", "NULL", "m.due_on >= %(yellow_before)s", cutoffs, missing)
    within = "m.due_on >= %(yellow_before)s AND m.due_on <= %(soon_until)s"
    level = f"'{Level.NOTICE}'"
    if cutoffs.warn_until is not None:
        near = "m.due_on >= %(day)s AND m.due_on <= %(warn_until)s"
        level = f"CASE WHEN {near} THEN '{Level.YELLOW}' ELSE {level} END"
    return _candidates(frame, "milestone_due_soon", level, within, cutoffs)


def start_missed(frame: Frame) -> Candidates:
    """Starts that were due by the day before and were not made; red, too, where the milestone is."""
    if frame.policy.start is None:
        return nobody("start_missed", ReasonCode.START_MISSED)
    cutoffs, missing = _cutoffs(frame)
    level, parameters = f"'{Level.YELLOW}'", {"start_red_before": start_cutoffs(frame.policy, frame.as_of).red_before}
    if cutoffs is not None:
        parameters["step_red_before"] = cutoffs.red_before
        red = "w.milestones = 1 AND m.due_on < %(step_red_before)s"
        level = f"CASE WHEN {red} THEN '{Level.RED}' ELSE {level} END"
    elif missing is not None:
        level = f"CASE WHEN w.milestones = 1 THEN NULL ELSE {level} END"
    return Candidates(
        rule=rule_of("start_missed"),
        reason=ReasonCode.START_MISSED,
        sql=(
            "SELECT m.project_id, m.id AS milestone_id, "
            f"CASE WHEN m.due_on < %(start_red_before)s THEN '{Level.RED}' ELSE {level} END AS level, m.due_on "
            f"FROM {_MILESTONE} m {where_watched('m.project_id', Indicator.START)} WHERE m.step_id = {step_id(START)} "
            f"AND (m.actual_on IS NULL OR m.actual_on > %(day)s) AND m.due_on < %(day)s"
            f"{only('m.project_id', frame.projects)}"
        ),
        figures={"due_on": day_figure("c.due_on"), "month_ends": _period_ends("c.due_on", frame)},
        ending=_ending("start_missed", Indicator.START, "m.due_on < %(day)s", frame),
        ended=_ended(Indicator.START, "m.due_on < %(day)s"),
        parameters={name: stored(value) for name, value in parameters.items()},
        missing=missing,
    )


def _period_ends(due: str, frame: Frame) -> str:
    """Reporting periods that ended from a due date on; where January is reported with February, it has no end."""
    on, year, month = frame.as_of, year_of(due), month_of(due)
    months = f"{on.year * 12 + on.month} - {year} * 12 - {month}"
    if not frame.policy.merge_jan_feb:
        return f"({months})"
    januaries = on.year if (on.month, on.day) > (1, 31) else on.year - 1
    return f"({months} - {januaries} + CASE WHEN {month} = 1 THEN {year} - 1 ELSE {year} END)"


def _cutoffs(frame: Frame) -> tuple[MilestoneCutoffs | None, int | None]:
    """The day's cut-offs; None where the policy has no such rule or, with the year, where the calendar is missing."""
    if frame.policy.milestones is None:
        return None, None
    try:
        return milestone_cutoffs(frame.policy, frame.calendar, frame.as_of), None
    except CalendarYearMissing as missing:
        return None, missing.year


def _undecided(frame: Frame) -> str:
    return _NOBODY if frame.policy.milestones is None else "m.due_on IS NOT NULL"


def _candidates(
    frame: Frame, rule: str, level: str, due: str, cutoffs: MilestoneCutoffs | None, missing: int | None = None
) -> Candidates:
    parameters: dict[str, Any] = {}
    if cutoffs is not None:
        parameters = {name: stored(value) for name, value in cutoffs._asdict().items()}
    return Candidates(
        rule=rule_of(rule),
        reason=ReasonCode(rule),
        sql=(
            f"SELECT m.project_id, m.id AS milestone_id, {level} AS level, m.due_on FROM ("
            f"{_still_open('m.actual_on IS NULL', due, frame)} UNION ALL "
            f"{_still_open('m.actual_on > %(day)s', due, frame)}"
            f") m {where_watched('m.project_id', Indicator.MILESTONES)}{_left_to_start(rule, frame)}"
        ),
        figures={"due_on": day_figure("c.due_on")},
        ending=_ending(rule, Indicator.MILESTONES, due, frame),
        ended=_ended(Indicator.MILESTONES, due),
        parameters=parameters,
        missing=missing,
    )


def _left_to_start(rule: str, frame: Frame) -> str:
    """A missed start is told once: by its own rule, where the policy judges starts."""
    if rule != "milestone_overdue" or frame.policy.start is None:
        return ""
    return f" WHERE NOT (w.{Indicator.START} = 1 AND m.step_id = {step_id(START)})"


_KEPT: Final = "due_on"


def _moved() -> str:
    return f"(m.due_on IS NULL OR {day_figure('m.due_on')} <> {json_text('a.figures', _KEPT)})"


def _replanned(indicator: Indicator, due: str) -> str:
    """Planned for another day, by which it is no longer due: where it still is, an exemption is why the alert ended."""
    return f"({_moved()} AND (m.due_on IS NULL OR NOT (({due}) AND {exempt(indicator)})))"


def _ending(rule: str, indicator: Indicator, due: str, frame: Frame) -> str:
    """Why an alert about a milestone ended: reached, planned anew, told by another rule, exempt, or not watched."""
    others = ", ".join(f"'{other}'" for other in _LATE if other != rule)
    # Read once, not once for each alert: right after a first night the database knows too little to look each one up.
    taken_over = (
        f"a.milestone_id IN (SELECT o.milestone_id FROM {Alert._meta.db_table} o WHERE o.rule IN ({others}) "
        f"AND o.cleared_on IS NULL{only('o.project_id', frame.projects)})"
    )
    judged = indicator is Indicator.START or frame.policy.milestones is not None
    excused = exempt(indicator) if judged else _NOBODY
    return _of_milestone(
        f"CASE WHEN {_DONE} THEN '{Ending.DONE}' WHEN {_replanned(indicator, due)} THEN '{Ending.REPLANNED}' "
        f"WHEN {taken_over} THEN '{Ending.OVERTAKEN}' WHEN {excused} THEN '{Ending.EXEMPTED}' "
        f"ELSE '{Ending.RELEASED}' END"
    )


def _ended(indicator: Indicator, due: str) -> str:
    """The figures that tell it."""
    kept = json_text("a.figures", _KEPT)
    return _of_milestone(
        f"CASE WHEN {_DONE} THEN {json_object(due_on=kept, actual_on=day_figure('m.actual_on'))} "
        f"WHEN {_replanned(indicator, due)} AND m.due_on IS NOT NULL "
        f"THEN {json_object(due_on=kept, replanned_to=day_figure('m.due_on'))} "
        f"WHEN {exempt(indicator)} THEN {exempt_figures(indicator)} ELSE a.figures END"
    )


def _still_open(condition: str, due: str, frame: Frame) -> str:
    """Milestones not reached on the day, each half by an index: open now, or reached only after an earlier day."""
    return f"SELECT m.id, m.project_id, m.step_id, m.due_on FROM {_MILESTONE} m WHERE {condition} AND {due}" + only(
        "m.project_id", frame.projects
    )


def _of_milestone(expression: str) -> str:
    return f"(SELECT {expression} FROM {_MILESTONE} m WHERE m.id = a.milestone_id)"
