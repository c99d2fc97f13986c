"""Lights as they would have been judged from what was known at a ledger position; today's stand in ProjectStanding."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from projects.core.calendar import WorkCalendar
from projects.core.lights import Exemption, Indicator, ProjectFacts, ProjectLight, judge_project
from projects.core.policies import LightPolicy
from projects.core.schedule import MilestoneFacts
from projects.models import Exemption as ExemptionRow
from projects.queries.figures import figures

START, STATISTICS = "D01", "D02"


class _Step(Protocol):
    @property
    def project(self) -> int: ...

    @property
    def code(self) -> str: ...

    @property
    def facts(self) -> MilestoneFacts: ...


@dataclass(frozen=True, slots=True)
class LightFacts:
    """By what lights are judged: the day, what was known, the rules, and the projects' milestones."""

    as_of: date
    position: int
    policy: LightPolicy
    calendar: WorkCalendar
    steps: Sequence[_Step]
    stopped: Collection[int] = ()


def judge_all(ids: Iterable[int], given: LightFacts) -> dict[int, ProjectLight]:
    """The light of each project."""
    wanted = list(ids)
    amounts = figures(given.policy.judged_period(given.as_of), given.position, wanted)
    steps: dict[int, dict[str, MilestoneFacts]] = defaultdict(dict)
    for step in given.steps:
        steps[step.project][step.code] = step.facts
    exempt: dict[int, list[Exemption]] = defaultdict(list)
    for known in ExemptionRow.objects.known(given.position).filter(project__in=wanted):
        cause = Exemption(Indicator(known.indicator), known.reason, known.approved_by, known.valid_from, known.valid_to)
        exempt[known.project_id].append(cause)
    lights = {}
    for project in wanted:
        row, own = amounts[project], steps[project]
        start, entry = own.get(START), own.get(STATISTICS)
        facts = ProjectFacts(
            code=str(project),
            plan=row.plan,
            completed=row.completed,
            monthly_plan=row.plan_months or None,
            start_due_on=start.due_on if start else None,
            started_on=start.actual_on if start else None,
            statistics_required=entry is not None,
            statistics_entered_on=entry.actual_on if entry else None,
            milestones=tuple(own.values()),
            exemptions=tuple(exempt[project]),
            applies=frozenset() if project in given.stopped else frozenset(Indicator),
        )
        lights[project] = judge_project(facts, given.policy, given.calendar, given.as_of)
    return lights
