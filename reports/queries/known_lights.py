"""Lights as they are judged from what was known at a ledger position; today's stand in ProjectStanding.

The same reading of facts as projects.queries.judged, which knows only now; a test holds the two together.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from projects.core.calendar import WorkCalendar
from projects.core.lights import Exemption, FundsFacts, Indicator, ProjectFacts, ProjectLight, judge_project
from projects.core.periods import Period
from projects.core.policies import LightPolicy
from projects.core.schedule import MilestoneFacts
from projects.core.stages import START, STATISTICS, Stage, stage_of, stage_of_package
from projects.models import BondIssue, Project, ReportingPeriod, ReturnVersion
from projects.models import Exemption as ExemptionRow
from projects.queries.figures import figures

PUBLIC = frozenset({Project.Funding.GOVERNMENT, Project.Funding.MIXED})


class KnownStep(Protocol):
    """A milestone of a project as it was known."""

    @property
    def project(self) -> int: ...

    @property
    def facts(self) -> MilestoneFacts: ...


@dataclass(frozen=True, slots=True)
class Standing:
    """A project's light and how far it is."""

    light: ProjectLight
    stage: Stage


@dataclass(frozen=True, slots=True)
class Known:
    """The day, the position, the rules, and the projects with their parts and milestones, all as they were known."""

    as_of: date
    position: int
    policy: LightPolicy
    calendar: WorkCalendar
    projects: Sequence[Project]
    parts: Collection[Project]
    steps: Sequence[KnownStep]


def standings(known: Known) -> dict[int, Standing]:
    """The light and stage of each project, a package's by its parts."""
    ground = _Ground(known)
    return {
        project.pk: Standing(
            judge_project(ground.facts(project), known.policy, known.calendar, known.as_of), ground.stage(project)
        )
        for project in known.projects
    }


class _Ground:
    """What was read for all projects at once."""

    def __init__(self, known: Known) -> None:
        ids = [project.pk for project in known.projects]
        period, position = known.policy.judged_period(known.as_of), known.position
        self._as_of = known.as_of
        self._rows = figures(period, position, ids)
        self._exempt = _exemptions(ids, known)
        self._funds = _funds(ids, period, position)
        self._reported = _reported(period, position) if _awaited(period, known) else None
        self._stones: dict[int, list[MilestoneFacts]] = defaultdict(list)
        for step in known.steps:
            self._stones[step.project].append(step.facts)
        self._parts: dict[int, list[Project]] = defaultdict(list)
        for part in sorted(known.parts, key=lambda one: one.code):
            self._parts[part.parent_id or 0].append(part)

    def facts(self, project: Project) -> ProjectFacts:
        """What the core judges: a package starts with the first of its parts and is entered with the last."""
        row, parts = self._rows[project.pk], self._parts[project.pk]
        every = self._stones[project.pk] + _together(parts, self._stones)
        start = min(
            _of(every, START), key=lambda one: (one.actual_on or date.max, one.due_on or date.max), default=None
        )
        entry = max(_of(every, STATISTICS), key=lambda one: (one.actual_on or date.max, one.key), default=None)
        issues = self._funds.get(project.pk)
        return ProjectFacts(
            code=project.code,
            plan=row.plan,
            completed=row.completed,
            monthly_plan=row.plan_months or None,
            start_due_on=start.due_on if start else None,
            started_on=start.actual_on if start else None,
            statistics_required=entry is not None,
            statistics_entered_on=entry.actual_on if entry else None,
            milestones=tuple(every),
            funds=tuple(issues or ()) if issues or project.funding in PUBLIC else None,
            exemptions=tuple(self._exempt[project.pk]),
            applies=frozenset() if _stopped(project, self._as_of) else frozenset(Indicator),
            awaiting=self._awaits(project, parts),
        )

    def _awaits(self, project: Project, parts: Sequence[Project]) -> bool:
        if self._reported is None:
            return False
        return not self._reported.issuperset([part.pk for part in parts] or [project.pk])

    def stage(self, project: Project) -> Stage:
        """How far it is; a package by its parts."""
        parts = self._parts[project.pk]
        if not parts or _stopped(project, self._as_of):
            return stage_of(self._stones[project.pk], project.stopped_on, self._as_of)
        return stage_of_package(stage_of(self._stones[part.pk], part.stopped_on, self._as_of) for part in parts)


def _of(stones: Sequence[MilestoneFacts], step: str) -> list[MilestoneFacts]:
    return [stone for stone in stones if stone.step == step]


def _together(parts: Sequence[Project], stones: Mapping[int, list[MilestoneFacts]]) -> list[MilestoneFacts]:
    """The milestones of a package's parts, keyed code/step."""
    return [
        MilestoneFacts(
            f"{part.code}/{one.step}", one.step, one.title, one.planned_on, one.due_on, one.forecast_on, one.actual_on
        )
        for part in parts
        for one in stones.get(part.pk, ())
    ]


def _stopped(project: Project, as_of: date) -> bool:
    return project.stopped_on is not None and project.stopped_on <= as_of


def _awaited(period: Period, known: Known) -> bool:
    """Whether returns for the judged month were still on their way: not locked, and the cut-off not passed."""
    rows = ReportingPeriod.objects.filter(period=str(period), due_on__gte=known.as_of)
    return rows.exclude(locked_position__lte=known.position).exists()


def _reported(period: Period, position: int) -> frozenset[int]:
    versions = ReturnVersion.objects.known(position).filter(period=str(period))
    return frozenset(versions.values_list("project_id", flat=True))


def _exemptions(ids: Collection[int], known: Known) -> dict[int, list[Exemption]]:
    found: dict[int, list[Exemption]] = defaultdict(list)
    rows = ExemptionRow.objects.known(known.position).filter(project__in=ids).order_by("pk")
    for row in rows.filter(valid_from__lte=known.as_of, valid_to__gte=known.as_of):
        cause = Exemption(Indicator(row.indicator), row.reason, row.approved_by, row.valid_from, row.valid_to)
        found[row.project_id].append(cause)
    return found


def _funds(ids: Collection[int], period: Period, position: int) -> dict[int, list[FundsFacts]]:
    """Each bond batch with what was spent of it by the end of the period: the last figure up to it."""
    latest: dict[tuple[int, str], FundsFacts] = {}
    rows = BondIssue.objects.known(position).filter(project__in=ids, spent_period__lte=str(period))
    for row in rows.order_by("spent_period", "pk"):
        latest[row.project_id, row.batch] = FundsFacts(row.batch, row.issued_on, row.amount, row.spent)
    found: dict[int, list[FundsFacts]] = defaultdict(list)
    for (project, _batch), facts in latest.items():
        found[project].append(facts)
    return found
