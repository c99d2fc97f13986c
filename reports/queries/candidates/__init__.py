"""Which subjects should have an open alert on a day: one set-based query for each rule of reports.core.rules.

The database judges, by thresholds that projects.core turns into dates and whole numbers, so that a query and the
judgement of single facts cannot differ. A rule is added by its query here and its judge there.
"""

from collections.abc import Callable, Mapping
from typing import Final

from reports.queries.candidates.base import Candidates, Frame
from reports.queries.candidates.funds import funds_behind
from reports.queries.candidates.milestones import milestone_due_soon, milestone_overdue, start_missed
from reports.queries.candidates.pace import investment_behind
from reports.queries.candidates.reported import (
    completed_over_total,
    cumulative_fell,
    figure_out_of_scale,
    invested_before_start,
    return_missing,
    return_not_resubmitted,
    started_without_permit,
)
from reports.queries.candidates.statistics import statistics_missed
from reports.queries.candidates.tables import common_sql

QUERIES: Final[Mapping[str, Callable[[Frame], Candidates]]] = {
    "milestone_overdue": milestone_overdue,
    "start_missed": start_missed,
    "investment_behind": investment_behind,
    "funds_behind": funds_behind,
    "statistics_missed": statistics_missed,
    "milestone_due_soon": milestone_due_soon,
    "return_missing": return_missing,
    "return_not_resubmitted": return_not_resubmitted,
    "started_without_permit": started_without_permit,
    "invested_before_start": invested_before_start,
    "completed_over_total": completed_over_total,
    "figure_out_of_scale": figure_out_of_scale,
    "cumulative_fell": cumulative_fell,
}

__all__ = ["QUERIES", "Candidates", "Frame", "common_sql"]
