"""What a return workbook is filled with, and what one that comes back is compared with: one reading for both ways.

A constant number of statements, whatever the number of projects. Amounts are yuan, cumulative this year.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import F, QuerySet, Window
from django.db.models.functions import RowNumber

from projects.core.calendar import WorkCalendar
from projects.core.periods import Period
from projects.core.schedule import MilestoneStatus
from projects.models import Milestone, MilestoneStep, MonthlyReturn, PlanRevision, Project, ReturnState, ReturnVersion
from projects.queries.owed import reporting
from projects.queries.page import Stone, stone_of
from projects.queries.returns import Around, neighbours

NEXT = 2
"""How many open milestones are asked for beside what is overdue."""
MANY = 500


@dataclass(slots=True)
class Reported:
    """One project's return of a month as it stands: the present row, and what is known around it.

    `last` is the version that was submitted last for the month, `former` the last accepted one before it, no older
    than last year's. `reports` tells whether the project owes a return for the month at all.
    """

    project: Project
    reports: bool
    entry: MonthlyReturn | None
    last: ReturnVersion | None
    former: ReturnVersion | None
    plan: int | None
    around: Around
    period: Period
    as_of: date
    calendar: WorkCalendar
    milestones: dict[str, Milestone] = field(default_factory=dict)

    @property
    def stones(self) -> list[Stone]:
        """The milestones that are asked for: what is overdue, and the next two."""
        rows = [row for row in self.milestones.values() if row.actual_on is None]
        open_ones = [stone_of(row, self.calendar, self.as_of) for row in rows]
        late = [stone for stone in open_ones if stone.status == MilestoneStatus.OVERDUE]
        return late + [stone for stone in open_ones if stone.status != MilestoneStatus.OVERDUE][:NEXT]

    @property
    def version(self) -> int:
        """The version by which a stale page or file is known; 0 before anything was typed."""
        return self.entry.version if self.entry else 0

    @property
    def before(self) -> int:
        """What was accepted of the year before this month."""
        return self.around.before(str(self.period)) or 0

    @property
    def is_with_unit(self) -> bool:
        """Whether the return can be typed: not yet on the next desk."""
        return self.entry is None or self.entry.state in (ReturnState.DRAFT, ReturnState.RETURNED)


def reported(projects: QuerySet[Project], period: Period, as_of: date, calendar: WorkCalendar) -> list[Reported]:
    """The projects' returns of a month, by county and code."""
    rows = projects.select_related("division", "owner", "parent").order_by("division__code", "code")
    found = {project.pk: project for project in rows}
    due = set(reporting(_these(Project.objects.all(), "pk", found), period).values_list("pk", flat=True))
    entries = {
        row.project_id: row for row in _these(MonthlyReturn.objects.filter(period=str(period)), "project", found)
    }
    last = _latest(ReturnVersion.objects.filter(period=str(period)), found, "number")
    lately = {"period__gte": f"{period.year - 1}-01", "period__lt": str(period)}
    former = _latest(ReturnVersion.objects.known().filter(**lately), found, "period")
    plans = _plans(found, period)
    around = neighbours(found.values(), [str(period)])
    made = {
        pk: Reported(
            project,
            pk in due,
            entries.get(pk),
            last.get(pk),
            former.get(pk),
            plans.get(pk),
            around[pk],
            period,
            as_of,
            calendar,
        )
        for pk, project in found.items()
    }
    _add_milestones(made)
    return list(made.values())


def _these(rows: Any, name: str, projects: Collection[int]) -> Any:
    """Rows of these projects; where they are many, a statement that names each is dearer than reading all."""
    return rows if len(projects) > MANY else rows.filter(**{f"{name}__in": list(projects)})


def _latest(rows: QuerySet[ReturnVersion], projects: Collection[int], by: str) -> dict[int, ReturnVersion]:
    """Each project's last version by a field."""
    rank = Window(RowNumber(), partition_by=F("project_id"), order_by=F(by).desc())
    versions = _these(rows, "project", projects).annotate(rank=rank).filter(rank=1)
    return {version.project_id: version for version in versions if version.project_id in projects}


def _plans(projects: Collection[int], period: Period) -> dict[int, int]:
    """The plan in force at the month's end: approved last on or before it."""
    plans = PlanRevision.objects.known().filter(year=period.year, approved_on__lte=period.last_day)
    rows = _these(plans, "project", projects).order_by("approved_on", "revision")
    return dict(rows.values_list("project_id", "amount"))


def _add_milestones(made: dict[int, Reported]) -> None:
    """Each project's milestones by step, in their order; the catalogue is read once, not with each of them."""
    steps = {step.pk: step for step in MilestoneStep.objects.all()}
    for milestone in _these(Milestone.objects.all(), "project", made).order_by("position", "pk"):
        if (row := made.get(milestone.project_id)) is not None:
            milestone.step = steps[milestone.step_id]
            row.milestones[milestone.step.code] = milestone
