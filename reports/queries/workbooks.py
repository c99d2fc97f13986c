"""Reads a frame's facts for the workbooks, as known at its ledger position; a fixed number of statements."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from projects.core.calendar import CalendarYearMissing, WorkCalendar
from projects.core.lights import ProjectLight, judge_project
from projects.core.periods import Period
from projects.core.schedule import milestone_status, working_days_late
from projects.core.stages import Stage
from projects.models import (
    Assignment,
    Change,
    Division,
    Industry,
    Organisation,
    Programme,
    Project,
    ReturnVersion,
)
from projects.queries import figures as amounts
from projects.queries.judged import judged
from projects.queries.known_steps import KnownStep, known_steps
from projects.queries.policies import policy_in_force
from projects.queries.restated import Restatement, restated_months, restatements
from projects.queries.rewound import columns_then
from projects.queries.workcalendar import load_calendar
from reports.queries.frames import Frame, scope_name, within
from reports.queries.snapshot import Line, Progress, Snapshot, Step

Level = Programme.Level
LEVELS = [
    level.value for level in (Level.NATION, Level.PROVINCE, Level.CITY, Level.CITY_COUNTY, Level.COUNTY, Level.OTHER)
]


def snapshot(frame: Frame) -> Snapshot:
    """The facts of a frame. Raises Refusal where no policy was in force."""
    policy = policy_in_force(frame.as_of, frame.position)
    programmes = sorted(amounts.tracked(frame.period.year), key=lambda row: (LEVELS.index(row.level), row.code))
    members = _members(programmes, frame)
    ids = within(frame.scope, sorted(members))
    calendar = load_calendar()
    reader = _Reader(frame, ids)
    steps = list(known_steps(frame.position, calendar, [*ids, *reader.parts]))
    stands = {
        one.project: _Standing(judge_project(one.package or one.facts, policy, calendar, frame.as_of), one.stage)
        for one in judged(policy, frame.as_of, ids, frame.position)
    }
    lines = [reader.line(project, members[project.pk], stands[project.pk]) for project in reader.projects]
    by_id = {line.id: line for line in lines}
    owners = {project.pk: (by_id[project.pk], project) for project in reader.projects}
    owners |= {part.pk: (by_id[part.parent_id], part) for part in reader.parts.values() if part.parent_id}
    return Snapshot(
        frame=frame,
        policy=policy,
        programmes=programmes,
        lines=lines,
        steps=[_step(*owners[known.project], known, frame.as_of, calendar) for known in steps],
        divisions=list(Division.objects.order_by("code")),
        industries=list(Industry.objects.order_by("position", "code")),
        calendar=calendar,
        scope_name=scope_name(frame.scope),
        restated=_restated(frame, {pk: project.name for pk, (_line, project) in owners.items()}),
        restated_months=restated_months(frame.period, frame.position),
    )


def _restated(frame: Frame, names: Mapping[int, str]) -> list[Restatement]:
    """The corrections that the report shows, under the names that the projects had then."""
    found = restatements(frame.period, frame.position, projects=names)
    return [replace(one, name=names[one.project]) for one in found]


@dataclass(frozen=True, slots=True)
class _Standing:
    """A project's light and how far it is."""

    light: ProjectLight
    stage: Stage


def _members(programmes: Iterable[Programme], frame: Frame) -> dict[int, frozenset[str]]:
    """The lists on which each project counts at the end of the period."""
    lists: dict[int, set[str]] = defaultdict(set)
    for programme in programmes:
        for project in amounts.member_ids(frame.period, frame.position, [programme.code]):
            lists[project].add(programme.code)
    return {project: frozenset(codes) for project, codes in lists.items()}


def _step(line: Line, project: Project, known: KnownStep, as_of: date, calendar: WorkCalendar) -> Step:
    try:
        late: int | None = working_days_late(known.facts, calendar, as_of)
    except CalendarYearMissing:
        late = None
    status = milestone_status(known.facts, as_of)
    return Step(
        line=line,
        project_code=project.code,
        project_name=project.name,
        code=known.step.code,
        title=known.step.name,
        position=known.position,
        facts=known.facts,
        baseline_on=known.baseline_on,
        status=status,
        days_late=late,
    )


class _Reader:
    """Projects, rewound to the frame's position, with what is printed beside them."""

    def __init__(self, frame: Frame, ids: list[int]) -> None:
        period, position = frame.period, frame.position
        self.projects = list(
            Project.objects.filter(pk__in=ids).select_related("division", "industry", "owner").order_by("code")
        )
        self._then = columns_then(position)
        self.parts = {part.pk: part for part in Project.objects.filter(parent__in=ids)}
        self._period = period
        self._figures = amounts.figures(period, position, ids)
        self._months = amounts.by_month(period.year, position, ids)
        self._people = _people(ids, frame)
        self._progress = _progress(ids, period, position)
        self._divisions = {row.code: row for row in Division.objects.all()} if self._then else {}
        self._industries = {row.code: row for row in Industry.objects.all()} if self._then else {}
        self._owners = {row.code: row for row in Organisation.objects.all()} if self._then else {}
        for project in (*self.projects, *self.parts.values()):
            self._rewind(project)

    def line(self, project: Project, lists: frozenset[str], standing: _Standing) -> Line:
        """One project's row."""
        months = self._months.get(project.pk, {})
        return Line(
            id=project.pk,
            code=project.code,
            name=project.name,
            is_demo=project.provenance == "demo",
            division=project.division,
            industry=project.industry,
            project_type=project.project_type,
            nature=project.nature,
            owner=project.owner.name if project.owner else "",
            content=project.content,
            years=(project.start_year, project.end_year),
            total_investment=project.total_investment,
            stopped_on=project.stopped_on,
            figures=self._figures[project.pk],
            months={month: amount for month, amount in months.items() if month <= self._period.month},
            light=standing.light,
            stage=standing.stage,
            lists=lists,
            leader=self._people.get((project.pk, Assignment.Kind.LEADER), ""),
            responsible=self._people.get((project.pk, Assignment.Kind.UNIT), ""),
            progress=self._progress.get(project.pk, Progress()),
        )

    def _rewind(self, project: Project) -> None:
        """Put the columns back to what they said at the position; on the object only, never saved."""
        linked: dict[str, Mapping[str, Any]] = {
            "division": self._divisions,
            "industry": self._industries,
            "owner": self._owners,
        }
        for column, value in self._then.get(project.code, {}).items():
            if column in linked:
                setattr(project, column, linked[column].get(value))
            elif column == "stopped_on":
                project.stopped_on = date.fromisoformat(value) if value else None
            elif hasattr(project, column):
                setattr(project, column, value if value is not None or column in _EMPTY else "")


_EMPTY = frozenset({"total_investment", "approved_estimate", "start_year", "end_year", "carried_over"})


def _people(ids: list[int], frame: Frame) -> dict[tuple[int, str], str]:
    """Who answered for each project on the day: {(project, kind): name}."""
    rows = (
        Assignment.objects.known(frame.position)
        .filter(project__in=ids, kind__in=[Assignment.Kind.LEADER, Assignment.Kind.UNIT])
        .filter(valid_from__lte=frame.as_of)
        .filter(Q(valid_to__isnull=True) | Q(valid_to__gte=frame.as_of))
        .order_by("valid_from", "pk")
    )
    names = rows.values_list("project_id", "kind", "person__name", "organisation__name")
    return {(project, kind): person or organisation or "" for project, kind, person, organisation in names}


def _progress(ids: list[int], period: Period, position: int) -> dict[int, Progress]:
    rows = ReturnVersion.objects.known(position).filter(project__in=ids, period=str(period))
    names = rows.values_list("project_id", "physical_percent", "physical_text", "problem_text")
    return {project: Progress(percent, text, problem) for project, percent, text, problem in names}


def changes(frame: Frame) -> QuerySet[Change]:
    """Rows of the change log up to the frame's position: those of its month, or all of them."""
    rows = Change.objects.filter(seq__lte=frame.position).order_by("seq")
    if not frame.by_month:
        return rows
    return rows.filter(business_date__gte=f"{frame.period}-01", business_date__lte=f"{frame.period}-31")
