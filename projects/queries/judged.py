"""The facts by which projects are judged on a day, as the core wants them: the input of lights and of every rule.

As known now or at a ledger position, read in a number of statements that does not grow with the projects, and given
one project at a time.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db.models import Q

from projects.core.lights import Exemption, FundsFacts, Indicator, ProjectFacts
from projects.core.periods import Period
from projects.core.policies import LightPolicy
from projects.core.schedule import MilestoneFacts
from projects.core.stages import START, STATISTICS, Stage, stage_of, stage_of_package
from projects.models import BondIssue, Milestone, Project, Provenance, ReturnVersion
from projects.models import Exemption as ExemptionRow
from projects.queries.figures import Row, figures
from projects.queries.known_steps import known_steps
from projects.queries.rewound import columns_then
from projects.queries.watched import returns_awaited, watched
from projects.queries.workcalendar import load_calendar

Ids = Collection[int]
_DATES = ("planned_on", "due_on", "forecast_on", "actual_on")
_REWOUND = frozenset({"stopped_on", "funding"})
_CHUNK = 5000


@dataclass(frozen=True, slots=True)
class Judged:
    """One project: its facts, its figures in yuan, and how far it is.

    `package` is None for a project without parts; for a package, its facts with the milestones of its parts, keyed
    code/step: by them it has its lights, while rules look at each part.
    """

    project: int
    facts: ProjectFacts
    row: Row
    stage: Stage
    package: ProjectFacts | None = None


@dataclass(frozen=True, slots=True)
class _Ground:
    """What was read for all projects at once."""

    as_of: date
    watched: dict[int, bool]
    rows: dict[int, Row]
    exemptions: dict[int, list[Exemption]]
    funds: dict[int, list[FundsFacts]]
    parts: dict[int, list[tuple[Any, list[MilestoneFacts]]]]
    reported: frozenset[int] | None
    months: dict[int, dict[int, int]]
    judged: Period


def judged(
    policy: LightPolicy, as_of: date, ids: Ids | None = None, position: int | None = None, look_back: bool = False
) -> Iterator[Judged]:
    """The projects by id, published mentions left out; all of them, or those asked for.

    `look_back`: with what was completed by the end of each month, whether the policy asks for it or not.
    """
    period = policy.judged_period(as_of)
    known = _Known(position, ids)
    ground = _Ground(
        as_of,
        watched(policy, as_of, ids, position),
        figures(period, position, ids),
        _exemptions(as_of, ids, position),
        _funds(period, ids, position),
        _parts(ids, known),
        _reported(period, position) if returns_awaited(period, as_of, position) else None,
        _months(period, position, ids) if look_back or (policy.pace and policy.pace.looks_back) else {},
        period,
    )
    milestones = groupby(known.milestones(ids), key=itemgetter(0))
    owner, stones = next(milestones, (0, iter(())))
    for project in known.projects(_only(_projects(), "pk", ids).order_by("pk")):
        while owner and owner < project["pk"]:
            owner, stones = next(milestones, (0, iter(())))
        own = [_stone(stone) for stone in stones] if owner == project["pk"] else []
        yield _judged(project, own, ground)


class _Known:
    """Projects and milestones, which are changed in place: as they are, or as they were at a position."""

    def __init__(self, position: int | None, ids: Ids | None) -> None:
        self._position = position
        self._then = columns_then(position, ids)

    def projects(self, rows: Any) -> Iterator[dict[str, Any]]:
        """The rows with what their columns said."""
        for project in rows.iterator(chunk_size=_CHUNK):
            said = {name: old for name, old in self._then.get(project["code"], {}).items() if name in _REWOUND}
            if said.get("stopped_on"):
                said["stopped_on"] = date.fromisoformat(said["stopped_on"])
            yield project | said

    def milestones(self, ids: Ids | None) -> Iterator[tuple[Any, ...]]:
        """Project, step, its Chinese name and the four dates, by project."""
        if self._position is not None:
            for one in known_steps(self._position, load_calendar(), ids):
                yield one.project, one.step.code, one.step.name_zh, *(getattr(one, name) for name in _DATES)
            return
        rows = Milestone.objects.order_by("project_id", "position", "pk")
        names = ("project_id", "step__code", "step__name_zh", *_DATES)
        yield from _only(rows, "project", ids).values_list(*names).iterator(chunk_size=_CHUNK)


def _judged(project: dict[str, Any], own: list[MilestoneFacts], ground: _Ground) -> Judged:
    key, as_of = project["pk"], ground.as_of
    facts = _facts(project, own, ground)
    row = ground.rows.get(key) or Row(project=key)
    parts = ground.parts.get(key, [])
    if not parts:
        return Judged(key, facts, row, stage_of(own, project["stopped_on"], as_of))
    stages = [stage_of(stones, part["stopped_on"], as_of) for part, stones in parts]
    stopped = project["stopped_on"] is not None and project["stopped_on"] <= as_of
    whole = _facts(project, _together(own, parts), ground)
    return Judged(key, facts, row, Stage.STOPPED if stopped else stage_of_package(stages), whole)


def _facts(project: dict[str, Any], stones: list[MilestoneFacts], ground: _Ground) -> ProjectFacts:
    key = project["pk"]
    row = ground.rows.get(key) or Row(project=key)
    start, entry = _first(stones, START), _last(stones, STATISTICS)
    issues = ground.funds.get(key)
    public = project["funding"] in (Project.Funding.GOVERNMENT, Project.Funding.MIXED)
    return ProjectFacts(
        code=project["code"],
        plan=row.plan,
        completed=row.completed,
        monthly_plan=row.plan_months or None,
        start_due_on=start.due_on if start else None,
        started_on=start.actual_on if start else None,
        statistics_required=entry is not None,
        statistics_entered_on=entry.actual_on if entry else None,
        milestones=tuple(stones),
        funds=tuple(issues or ()) if issues or public else None,
        exemptions=tuple(ground.exemptions.get(key, ())),
        applies=_applies(ground.watched.get(key)),
        awaiting=_awaiting(key, ground),
        cumulative=_cumulative(key, ground),
    )


def _awaiting(project: int, ground: _Ground) -> bool:
    """A package waits for the return of its last part."""
    if ground.reported is None:
        return False
    parts = [part["pk"] for part, _stones in ground.parts.get(project, [])]
    return not ground.reported.issuperset(parts or [project])


def _cumulative(project: int, ground: _Ground) -> tuple[int | None, ...]:
    """Completed by the end of each month up to the judged one, a package's with its parts; nothing where unasked."""
    if not ground.months:
        return ()
    members = [project, *(part["pk"] for part, _stones in ground.parts.get(project, []))]
    carried = [_carried(ground.months[one], ground.judged.month) for one in members if one in ground.months]
    known = [[amount for amount in month if amount is not None] for month in zip(*carried, strict=True)]
    return tuple(sum(amounts) if amounts else None for amounts in known)


def _carried(months: dict[int, int], until: int) -> list[int | None]:
    """A month without a return keeps the cumulative before it; None before the first."""
    found: list[int | None] = []
    for month in range(1, until + 1):
        found.append(months.get(month, found[-1] if found else None))
    return found


def _applies(pace: bool | None) -> frozenset[Indicator]:
    if pace is None:
        return frozenset()
    return frozenset(Indicator) if pace else frozenset(Indicator) - {Indicator.PACE}


def _first(stones: list[MilestoneFacts], step: str) -> MilestoneFacts | None:
    """A package starts with the first of its parts: the one that did, else the one that is due first."""
    found = [stone for stone in stones if stone.step == step]
    return min(found, key=lambda one: (one.actual_on or date.max, one.due_on or date.max), default=None)


def _last(stones: list[MilestoneFacts], step: str) -> MilestoneFacts | None:
    """A package is entered with the last of its parts."""
    found = [stone for stone in stones if stone.step == step]
    return max(found, key=lambda one: (one.actual_on or date.max, one.key), default=None)


def _together(own: list[MilestoneFacts], parts: list[tuple[Any, list[MilestoneFacts]]]) -> list[MilestoneFacts]:
    stones = list(own)
    for part, theirs in parts:
        for one in theirs:
            dates = (one.planned_on, one.due_on, one.forecast_on, one.actual_on)
            stones.append(MilestoneFacts(f"{part['code']}/{one.step}", one.step, one.title, *dates))
    return stones


def _projects() -> Any:
    return Project.objects.exclude(provenance=Provenance.PUBLISHED).values(
        "pk", "code", "parent_id", "stopped_on", "funding"
    )


def _only(rows: Any, column: str, ids: Ids | None) -> Any:
    return rows if ids is None else rows.filter(**{f"{column}__in": list(ids)})


def _stone(row: tuple[Any, ...]) -> MilestoneFacts:
    _project, step, title, *dates = row
    return MilestoneFacts(step, step, title, *dates)


def _parts(ids: Ids | None, known: _Known) -> dict[int, list[tuple[Any, list[MilestoneFacts]]]]:
    """The parts of packages with their milestones, by package."""
    rows = _only(_projects().filter(parent__isnull=False), "parent", ids)
    parts = {part["pk"]: part for part in known.projects(rows)}
    stones: dict[int, list[MilestoneFacts]] = defaultdict(list)
    if parts:
        for row in known.milestones(list(parts)):
            stones[row[0]].append(_stone(row))
    packages: dict[int, list[tuple[Any, list[MilestoneFacts]]]] = defaultdict(list)
    for part in sorted(parts.values(), key=itemgetter("code")):
        packages[part["parent_id"]].append((part, stones[part["pk"]]))
    return packages


def _reported(period: Period, position: int | None) -> frozenset[int]:
    """The projects whose return for the period is accepted."""
    versions = ReturnVersion.objects.known(position).filter(period=str(period))
    return frozenset(versions.values_list("project_id", flat=True))


def _months(period: Period, position: int | None, ids: Ids | None) -> dict[int, dict[int, int]]:
    """Each project's own accepted cumulatives of the judged year up to the period, by month."""
    found: dict[int, dict[int, int]] = defaultdict(dict)
    rows = ReturnVersion.objects.known(position).filter(period__gte=f"{period.year}-01", period__lte=str(period))
    if ids is not None:
        rows = rows.filter(Q(project__in=list(ids)) | Q(project__parent__in=list(ids)))
    for project, month, invested in rows.values_list("project_id", "period", "invested"):
        found[project][int(month[5:])] = invested
    return found


def _exemptions(as_of: date, ids: Ids | None, position: int | None) -> dict[int, list[Exemption]]:
    found: dict[int, list[Exemption]] = defaultdict(list)
    rows = ExemptionRow.objects.known(position).filter(valid_from__lte=as_of, valid_to__gte=as_of).order_by("pk")
    for row in _only(rows, "project", ids):
        cause = Exemption(Indicator(row.indicator), row.reason, row.approved_by, row.valid_from, row.valid_to)
        found[row.project_id].append(cause)
    return found


def _funds(period: Period, ids: Ids | None, position: int | None) -> dict[int, list[FundsFacts]]:
    """Each bond batch with what was spent of it by the end of the period: the last figure up to it."""
    batches: dict[tuple[int, str], list[BondIssue]] = defaultdict(list)
    rows = BondIssue.objects.known(position).filter(spent_period__lte=str(period)).order_by("spent_period", "pk")
    for row in _only(rows, "project", ids):
        batches[row.project_id, row.batch].append(row)
    found: dict[int, list[FundsFacts]] = defaultdict(list)
    for (project, batch), reported in batches.items():
        last, history = reported[-1], tuple((row.spent_period, row.spent) for row in reported)
        found[project].append(FundsFacts(batch, last.issued_on, last.amount, last.spent, history))
    return found
