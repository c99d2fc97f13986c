"""Returns that are missing, and figures that contradict each other; notices for the people who report."""

from typing import Final

from projects.core.periods import Period
from projects.core.reasons import ReasonCode
from projects.core.stages import START
from projects.models import (
    Listing,
    Milestone,
    MonthlyReturn,
    Programme,
    Project,
    ProjectClass,
    ReturnState,
    ReturnVersion,
)
from projects.queries.watched import CURRENT, only
from reports.core.data_rules import OUT_OF_SCALE, PERMIT
from reports.core.rules import Ending, Level, rule_of
from reports.queries.candidates.base import Candidates, Frame, day_figure, nobody, step_id

_PROJECT, _LISTING, _PROGRAMME = (model._meta.db_table for model in (Project, Listing, Programme))
_VERSION, _MILESTONE, _RETURN = (model._meta.db_table for model in (ReturnVersion, Milestone, MonthlyReturn))
_NO_MILESTONE: Final = "CAST(NULL AS bigint) AS milestone_id"
_NOTICE: Final = f"'{Level.NOTICE}' AS level"


def return_missing(frame: Frame) -> Candidates:
    """Projects that owe a return whose cut-off has passed, and have not submitted it."""
    return _owed(frame, "return_missing", f"(mr.state IS NULL OR mr.state = '{ReturnState.DRAFT.value}')")


def return_not_resubmitted(frame: Frame) -> Candidates:
    """Projects whose return was given back and has not come again after its cut-off."""
    return _owed(frame, "return_not_resubmitted", f"mr.state = '{ReturnState.RETURNED.value}'")


def _owed(frame: Frame, rule: str, state: str) -> Candidates:
    """By open month: what counts on a tracked list at its end reports, of a package its parts; the oldest is told."""
    if not frame.overdue_periods:
        return nobody(rule, ReasonCode(rule), Ending.SETTLED)
    months = []
    for period, due_on in frame.overdue_periods:
        counted, told = _counted(period), f"'{due_on}'"
        months.append(
            f"SELECT w.id AS project_id, '{period}' AS period, {day_figure(told)} AS due_on "
            f"FROM watched w JOIN {_PROJECT} p ON p.id = w.id "
            f"LEFT JOIN {_RETURN} mr ON mr.project_id = w.id AND mr.period = '{period}' "
            f"WHERE {state} AND ((NOT p.is_package AND w.id IN ({counted})) OR p.parent_id IN ({counted}))"
        )
    ranked = "SELECT o.*, ROW_NUMBER() OVER (PARTITION BY o.project_id ORDER BY o.period) AS place"
    oldest = f"{ranked} FROM ({' UNION ALL '.join(months)}) o"
    return _noted(
        rule,
        f"SELECT o.project_id, {_NO_MILESTONE}, {_NOTICE}, o.period, o.due_on FROM ({oldest}) o WHERE o.place = 1",
        {"period": "c.period", "due_on": "c.due_on"},
    )


def _counted(period: Period) -> str:
    """SQL: what counts on a tracked list of the year at a month's end."""
    year, end = period.year, period.last_day
    lists = f"SELECT id FROM {_PROGRAMME} WHERE is_tracked AND year <= {year} AND (year = {year} OR year_to >= {year})"
    return (
        f"SELECT l.project_id FROM {_LISTING} l WHERE {CURRENT.format('l')} AND l.programme_id IN ({lists}) "
        f"AND l.project_class = '{ProjectClass.IMPLEMENTATION.value}' AND l.joined_on <= '{end}' "
        f"AND (l.left_on IS NULL OR l.left_on > '{end}')"
    )


def started_without_permit(frame: Frame) -> Candidates:
    """A start on record, and the permit that the project's own milestones ask for is not."""
    return _noted(
        "started_without_permit",
        f"SELECT s.project_id, {_NO_MILESTONE}, {_NOTICE}, s.actual_on AS started_on FROM {_MILESTONE} s "
        f"JOIN watched w ON w.id = s.project_id JOIN {_MILESTONE} m ON m.project_id = s.project_id "
        f"AND m.step_id = {step_id(PERMIT)} AND (m.actual_on IS NULL OR m.actual_on > %(day)s) "
        f"WHERE s.step_id = {step_id(START)} AND s.actual_on <= %(day)s{only('s.project_id', frame.projects)}",
        {"started_on": day_figure("c.started_on")},
    )


def invested_before_start(frame: Frame) -> Candidates:
    """Investment of this year, and the start is a milestone that was not reached."""
    return _noted(
        "invested_before_start",
        f"SELECT x.project_id, {_NO_MILESTONE}, {_NOTICE}, x.completed FROM money x "
        f"JOIN {_MILESTONE} s ON s.project_id = x.project_id AND s.step_id = {step_id(START)} "
        "AND (s.actual_on IS NULL OR s.actual_on > %(day)s) WHERE x.completed > 0",
        {"period": "%(period)s", "completed": "c.completed"},
    )


def completed_over_total(frame: Frame) -> Candidates:
    """More completed since the start than the whole project is to cost."""
    since_start = "COALESCE(x.opening, 0) + COALESCE(x.completed, 0)"
    return _noted(
        "completed_over_total",
        f"SELECT x.project_id, {_NO_MILESTONE}, {_NOTICE}, {since_start} AS since_start, p.total_investment AS total "
        f"FROM money x JOIN {_PROJECT} p ON p.id = x.project_id "
        f"WHERE p.total_investment > 0 AND {since_start} > p.total_investment",
        {"period": "%(period)s", "since_start": "c.since_start", "total": "c.total"},
    )


def figure_out_of_scale(frame: Frame) -> Candidates:
    """Cumulatives of ten times the annual plan or more."""
    return _noted(
        "figure_out_of_scale",
        f"SELECT x.project_id, {_NO_MILESTONE}, {_NOTICE}, x.completed, x.plan FROM money x "
        f"WHERE x.plan > 0 AND x.completed / {OUT_OF_SCALE} >= x.plan",
        {"period": "%(period)s", "completed": "c.completed", "plan": "c.plan"},
    )


def cumulative_fell(frame: Frame) -> Candidates:
    """The period's own cumulative below that of the period before, without a reason."""
    judged = frame.policy.judged_period(frame.as_of)
    before = judged.previous(frame.policy.merge_jan_feb)
    if before.year != judged.year:
        return nobody("cumulative_fell", ReasonCode.CUMULATIVE_FELL, Ending.SETTLED)
    return _noted(
        "cumulative_fell",
        f"SELECT r.project_id, {_NO_MILESTONE}, {_NOTICE}, b.invested AS earlier, r.invested AS completed "
        f"FROM {_VERSION} r JOIN watched w ON w.id = r.project_id "
        f"JOIN {_VERSION} b ON b.project_id = r.project_id AND b.period = '{before}' AND {CURRENT.format('b')} "
        f"WHERE r.period = %(period)s AND {CURRENT.format('r')} AND r.reason = '' AND r.invested < b.invested",
        {"period": "%(period)s", "before": "c.earlier", "completed": "c.completed"},
    )


def _noted(rule: str, sql: str, figures: dict[str, str]) -> Candidates:
    return Candidates(
        rule=rule_of(rule),
        reason=ReasonCode(rule),
        sql=sql,
        figures=figures,
        ending=(
            f"CASE WHEN a.project_id IN (SELECT id FROM watched) THEN '{Ending.SETTLED}' ELSE '{Ending.RELEASED}' END"
        ),
        ended="a.figures",
    )
