"""Milestones that are overdue or due soon: due dates compared with the policy's cut-offs of the day."""

from typing import Any, Final

from projects.core.calendar import CalendarYearMissing
from projects.core.cutoffs import MilestoneCutoffs, milestone_cutoffs
from projects.core.reasons import Indicator, ReasonCode
from projects.models import Milestone
from projects.queries.watched import only
from reports.core.rules import Ending, Level, rule_of
from reports.models import Alert
from reports.queries.candidates.base import Candidates, Frame, day_figure, json_object, json_text, stored, where_watched

_MILESTONE: Final = Milestone._meta.db_table
_DONE: Final = "m.actual_on <= %(day)s"
_NOBODY: Final = "1 = 0"


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
    return _candidates(frame, "milestone_due_soon", f"'{Level.NOTICE}'", within, cutoffs)


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
    kept = json_text("a.figures", "due_on")
    moved = f"(m.due_on IS NULL OR {day_figure('m.due_on')} <> {kept})"
    # Read once, not once for each alert: right after a first night the database knows too little to look each one up.
    taken_over = (
        "a.rule = 'milestone_due_soon' AND a.milestone_id IN (SELECT o.milestone_id "
        f"FROM {Alert._meta.db_table} o WHERE o.rule = 'milestone_overdue' AND o.cleared_on IS NULL"
        f"{only('o.project_id', frame.projects)})"
    )
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
            f") m {where_watched('m.project_id', Indicator.MILESTONES)}"
        ),
        figures={"due_on": day_figure("c.due_on")},
        ending=_of_milestone(
            f"CASE WHEN {_DONE} THEN '{Ending.DONE}' WHEN {moved} THEN '{Ending.REPLANNED}' "
            f"WHEN {taken_over} THEN '{Ending.OVERTAKEN}' ELSE '{Ending.RELEASED}' END"
        ),
        ended=_of_milestone(
            f"CASE WHEN {_DONE} THEN {json_object(due_on=kept, actual_on=day_figure('m.actual_on'))} "
            f"WHEN {moved} AND m.due_on IS NOT NULL "
            f"THEN {json_object(due_on=kept, replanned_to=day_figure('m.due_on'))} ELSE a.figures END"
        ),
        parameters=parameters,
        missing=missing,
    )


def _still_open(condition: str, due: str, frame: Frame) -> str:
    """Milestones not reached on the day, each half by an index: open now, or reached only after an earlier day."""
    return f"SELECT m.id, m.project_id, m.due_on FROM {_MILESTONE} m WHERE {condition} AND {due}" + only(
        "m.project_id", frame.projects
    )


def _of_milestone(expression: str) -> str:
    return f"(SELECT {expression} FROM {_MILESTONE} m WHERE m.id = a.milestone_id)"
