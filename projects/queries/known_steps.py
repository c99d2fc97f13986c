"""Milestones as they were known at a ledger position: their dates of then, the due date worked out as when planned."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from projects.core.calendar import WorkCalendar
from projects.core.schedule import MilestoneFacts
from projects.models import MilestoneRevision, MilestoneStep


@dataclass(frozen=True, slots=True)
class KnownStep:
    """One milestone of a project. `baseline_on` is the day it was first planned for."""

    project: int
    step: MilestoneStep
    position: int
    planned_on: date | None
    due_on: date | None
    forecast_on: date | None
    actual_on: date | None
    baseline_on: date | None

    @property
    def facts(self) -> MilestoneFacts:
        """As the core judges it, its name in the reader's language."""
        step = self.step
        dates = (self.planned_on, self.due_on, self.forecast_on, self.actual_on)
        return MilestoneFacts(step.code, step.code, step.name, *dates)


def known_steps(position: int, calendar: WorkCalendar, projects: Collection[int] | None = None) -> Iterator[KnownStep]:
    """The milestones of all projects or of some, by project and in their order; three statements."""
    steps = MilestoneStep.objects.in_bulk()
    first, rows = MilestoneRevision.objects.filter(number=1), MilestoneRevision.objects.known(position)
    if projects is not None:
        first, rows = (some.filter(milestone__project__in=list(projects)) for some in (first, rows))
    baselines = dict(first.values_list("milestone", "planned_on"))
    names = ("project_id", "position", "pk", "step")
    ordered = rows.order_by(*(f"milestone__{name}" for name in names[:3]))
    for row in ordered.values_list(
        *(f"milestone__{name}" for name in names), "planned_on", "forecast_on", "actual_on"
    ).iterator():
        project, place, milestone, step_id, planned_on, forecast_on, actual_on = row
        step = steps[step_id]
        due_on = calendar.due_date(planned_on).date if planned_on and step.moves_to_workday else planned_on
        yield KnownStep(project, step, place, planned_on, due_on, forecast_on, actual_on, baselines.get(milestone))
