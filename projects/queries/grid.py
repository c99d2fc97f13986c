"""A month's returns as rows to be typed into: what is known before the month, and what stands there so far.

Amounts are yuan, cumulative this year. The number of statements does not grow with the rows.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from projects.core.periods import Period
from projects.models import MonthlyReturn, OpeningFigure, Project, ReturnState, ReturnVersion
from projects.queries.owed import plan_in_force, reporting
from projects.queries.register import name_of
from projects.queries.returns import Around, neighbours

WORDS = ("physical_text", "problem_kind", "problem_text")
OPEN = (ReturnState.DRAFT, ReturnState.RETURNED)


@dataclass(slots=True)
class GridRow:
    """One project's month. `version` is what was submitted last for it, `words` last month's accepted text."""

    project: Project
    period: str
    around: Around = field(default_factory=Around)
    entry: MonthlyReturn | None = None
    version: ReturnVersion | None = None
    words: Mapping[str, str] = field(default_factory=dict)
    percent_before: int | None = None

    @property
    def code(self) -> str:
        """The project's own code."""
        return str(self.project.code)

    @property
    def unit(self) -> str:
        """The county's name in the reader's language, as the query read it."""
        return str(getattr(self.project, "unit", "") or "")

    @property
    def before(self) -> int:
        """Completed this year before the month; 0 in its first report."""
        return self.around.before(self.period) or 0

    @property
    def plan(self) -> int | None:
        """The annual plan in force at the month's end, as the query read it."""
        return getattr(self.project, "plan", None)

    @property
    def state(self) -> str:
        """Where the return stands; draft before anything was typed."""
        return str(self.entry.state) if self.entry else ReturnState.DRAFT.value

    @property
    def is_open(self) -> bool:
        """Whether it is with the one who types."""
        return self.state in OPEN

    @property
    def seen(self) -> int:
        """The version that a page drawn from this row has seen; 0 where nothing was begun."""
        return self.entry.version if self.entry else 0


def grid_rows(projects: QuerySet[Project], period: Period) -> list[GridRow]:
    """The rows of those among `projects` that report for the month, in the order of their codes; six statements."""
    opening = OpeningFigure.objects.known().filter(project=OuterRef("pk"), year=period.year)
    named = reporting(projects, period).annotate(
        unit=name_of("division"), plan=plan_in_force(period), opening=Subquery(opening.values("amount")[:1])
    )
    rows = {project.pk: GridRow(project, str(period)) for project in named.order_by("code")}
    if not rows:
        return []
    around = neighbours([row.project for row in rows.values()], [str(period)])
    for entry in MonthlyReturn.objects.filter(period=str(period), project__in=list(rows)):
        rows[entry.project_id].entry = entry
    for version in ReturnVersion.objects.filter(period=str(period), project__in=list(rows)).order_by("number"):
        rows[version.project_id].version = version
    for said in _said_before(list(rows), period):
        row = rows[said["project_id"]]
        row.words = {name: said[name] for name in WORDS}
        row.percent_before = said["physical_percent"]
    for key, row in rows.items():
        row.around = around[key]
        row.around.opening = getattr(row.project, "opening", None)
    return list(rows.values())


def _said_before(projects: list[int], period: Period) -> QuerySet[Any, Any]:
    """The accepted words of the twelve months before the month, the latest of each project last.

    January goes on where December of the year before ended; its figures begin anew.
    """
    return (
        ReturnVersion.objects.known()
        .filter(project__in=projects, period__gte=f"{period.year - 1}-{period.month:02d}", period__lt=str(period))
        .order_by("period")
        .values("project_id", "physical_percent", *WORDS)
    )
