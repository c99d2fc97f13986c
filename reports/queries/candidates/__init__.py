"""Which subjects should have an open alert on a day: one set-based query for each rule of reports.core.rules.

The database judges, by thresholds that projects.core turns into dates and whole numbers, so that a query and the
judgement of single facts cannot differ. A rule is added by its query here and its judge there.
"""

from collections.abc import Callable, Mapping
from typing import Final

from reports.queries.candidates.base import Candidates, Frame, common_sql
from reports.queries.candidates.milestones import milestone_due_soon, milestone_overdue
from reports.queries.candidates.pace import investment_behind

QUERIES: Final[Mapping[str, Callable[[Frame], Candidates]]] = {
    "milestone_overdue": milestone_overdue,
    "investment_behind": investment_behind,
    "milestone_due_soon": milestone_due_soon,
}

__all__ = ["QUERIES", "Candidates", "Frame", "common_sql"]
