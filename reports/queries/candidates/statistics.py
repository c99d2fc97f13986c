"""Projects that started and were not entered in the statistical database in time: starts compared with cut-offs."""

from projects.core.cutoffs import statistics_cutoffs
from projects.core.reasons import Indicator, ReasonCode
from projects.core.stages import START, STATISTICS
from projects.models import Milestone
from projects.queries.watched import only
from reports.core.rules import Ending, Level, rule_of
from reports.queries.candidates.base import (
    Candidates,
    Frame,
    day_figure,
    exempt,
    exempt_figures,
    json_object,
    json_text,
    months_later,
    nobody,
    step_id,
    stored,
    where_watched,
)


def statistics_missed(frame: Frame) -> Candidates:
    """Open milestones of statistics entry whose project started so long ago that the policy calls it missed."""
    rule = frame.policy.statistics
    if rule is None:
        return nobody("statistics_missed", ReasonCode.STATISTICS_MISSING)
    cutoffs, table = statistics_cutoffs(frame.policy, frame.as_of), Milestone._meta.db_table
    reached = f"(SELECT m.actual_on FROM {table} m WHERE m.id = a.milestone_id AND m.actual_on <= %(day)s)"
    due = json_text("a.figures", "due_on")
    return Candidates(
        rule=rule_of("statistics_missed"),
        reason=ReasonCode.STATISTICS_MISSING,
        sql=(
            "SELECT m.project_id, m.id AS milestone_id, s.actual_on AS started_on, "
            f"CASE WHEN s.actual_on < %(entry_red_before)s THEN '{Level.RED}' ELSE '{Level.YELLOW}' END AS level "
            f"FROM {table} m {where_watched('m.project_id', Indicator.STATISTICS)} "
            f"JOIN {table} s ON s.project_id = m.project_id AND s.step_id = {step_id(START)} "
            f"WHERE m.step_id = {step_id(STATISTICS)} AND (m.actual_on IS NULL OR m.actual_on > %(day)s) "
            "AND s.actual_on <= %(day)s AND s.actual_on < %(entry_yellow_before)s"
            f"{only('m.project_id', frame.projects)}"
        ),
        figures={
            "period": "%(period)s",
            "started_on": day_figure("c.started_on"),
            "due_on": day_figure(months_later("c.started_on", rule.yellow_after_months)),
        },
        ending=(
            f"CASE WHEN {reached} IS NOT NULL THEN '{Ending.DONE}' "
            f"WHEN {exempt(Indicator.STATISTICS)} THEN '{Ending.EXEMPTED}' ELSE '{Ending.RELEASED}' END"
        ),
        ended=(
            f"CASE WHEN {reached} IS NOT NULL THEN {json_object(due_on=due, actual_on=day_figure(reached))} "
            f"WHEN {exempt(Indicator.STATISTICS)} THEN {exempt_figures(Indicator.STATISTICS)} ELSE a.figures END"
        ),
        parameters={
            "entry_yellow_before": stored(cutoffs.yellow_before),
            "entry_red_before": stored(cutoffs.red_before),
        },
    )
