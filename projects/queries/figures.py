"""Figures of projects and lists: as of the end of a period, as known at a ledger position. Screens, mails and workbooks
read these, so they cannot disagree. Amounts are yuan. A package's figures are its own and its parts' together.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from django.db.models import F, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext_lazy as _

from portfolio.clock import SHANGHAI
from portfolio.refusals import Refusal
from projects.core.periods import Period
from projects.core.summary import ProjectFigures, Totals, total
from projects.models import (
    MONTHS,
    Change,
    LedgerHead,
    Listing,
    OpeningFigure,
    PlanRevision,
    Programme,
    Project,
    ProjectClass,
    ProjectShare,
    ReportingPeriod,
    ReturnVersion,
)
from projects.queries.rewound import columns_then

Ids = Collection[int]
MANY = 5_000  # beyond it a statement that names every project is dearer than reading them all


@dataclass(frozen=True, slots=True)
class Row:
    """One project's figures at the end of a period, in yuan; None: no plan, nothing reported.

    `month` is completed in the period's own month; `opening` what was completed before the year; `plan_months` the
    plan in force by month; `shares` are (unit code, basis points).
    """

    project: int
    plan: int | None = None
    plan_months: tuple[int, ...] = ()
    completed: int | None = None
    month: int | None = None
    statistics: int | None = None
    funds_arrived: int | None = None
    funds_paid: int | None = None
    opening: int | None = None
    shares: tuple[tuple[str, int], ...] = ()

    @property
    def since_start(self) -> int | None:
        """Completed since the project's start (自开工累计): the opening figure and this year."""
        if self.opening is None and self.completed is None:
            return None
        return (self.opening or 0) + (self.completed or 0)

    def counted(self) -> ProjectFigures:
        """As the core sums it."""
        return ProjectFigures(str(self.project), self.plan, self.completed, shares=self.shares)


@dataclass(slots=True)
class _Sum:
    """A package being added up."""

    rows: list[Row] = field(default_factory=list)

    def row(self, project: int) -> Row:
        if len(self.rows) == 1:
            return replace(self.rows[0], project=project)
        months = [row.plan_months for row in self.rows if row.plan_months]
        sums: dict[str, Any] = {
            name: _add(getattr(row, name) for row in self.rows)
            for name in ("plan", "completed", "month", "statistics", "funds_arrived", "funds_paid", "opening")
        }
        plan_months = tuple(map(sum, zip(*months, strict=True))) if months else ()
        return Row(project=project, plan_months=plan_months, **sums)


def _add(values: Iterable[int | None]) -> int | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def position_at(moment: datetime) -> int:
    """The ledger position of the last change at or before a moment; 0 when there was none."""
    text = moment.astimezone(SHANGHAI).isoformat(timespec="milliseconds")
    last = Change.objects.filter(at__lte=text).order_by("-seq").values_list("seq", flat=True).first()
    return last or 0


def head_position() -> int:
    """The position of the last change."""
    return LedgerHead.objects.values_list("seq", flat=True).get(id=1)


def default_position(period: Period) -> int | None:
    """For a locked month the moment of its lock, otherwise now (None)."""
    return (
        ReportingPeriod.objects.filter(period=str(period), state=ReportingPeriod.State.LOCKED)
        .values_list("locked_position", flat=True)
        .first()
    )


def on_list(
    programme: str | Programme, on: date, position: int | None = None, project_class: str = ProjectClass.IMPLEMENTATION
) -> "QuerySet[Listing]":
    """The spells that make projects members of a list on a day, in one class (implementation is what counts)."""
    named = {"programme": programme} if isinstance(programme, Programme) else {"programme__code": programme}
    return (
        Listing.objects.known(position)
        .filter(project_class=project_class, joined_on__lte=on, **named)
        .filter(Q(left_on__isnull=True) | Q(left_on__gt=on))
    )


def tracked(year: int) -> "QuerySet[Programme]":
    """The lists of a year whose projects are tracked here."""
    return Programme.objects.filter(is_tracked=True, year__lte=year).filter(Q(year=year) | Q(year_to__gte=year))


def figures(period: Period, position: int | None = None, projects: Ids | None = None) -> dict[int, Row]:
    """Every project's figures at the end of a period by project id, packages added up; a handful of statements.

    `projects` limits the answer to those (their parts are read too). Projects about which nothing is known are absent
    unless asked for by id.
    """
    roots = _roots(projects)
    wanted, asked = _with_parts(projects, roots), set(projects or ())
    found: dict[int, dict[str, Any]] = defaultdict(dict)
    for project, amount, *months in _plans(period, position, wanted):
        found[project].update(plan=amount, plan_months=tuple(months))
    for rank, version in _versions(period, position, wanted):
        _take_version(found[version["project_id"]], rank, version, period)
    openings = OpeningFigure.objects.known(position).filter(year=period.year)
    for project, amount in _only(openings, wanted).values_list("project_id", "amount"):
        found[project]["opening"] = amount
    packages: dict[int, _Sum] = defaultdict(_Sum)
    for project, values in found.items():
        packages[roots.get(project, project)].rows.append(Row(project=project, **values))
    shares = shares_of(period.year, position, None if wanted is None else asked)
    rows = {
        root: replace(made.row(root), shares=shares.get(root, ()))
        for root, made in packages.items()
        if projects is None or root in asked
    }
    for project in projects or ():
        rows.setdefault(project, Row(project=project, shares=shares.get(project, ())))
    return rows


def _roots(projects: Ids | None) -> dict[int, int]:
    """The project that each one counts for: a part counts for its package."""
    pairs = Project.objects.filter(parent__isnull=False).values_list("pk", "parent_id")
    parts = {part: parent for part, parent in pairs if parent is not None}
    return parts | {project: parts.get(project, project) for project in projects or ()}


def _with_parts(projects: Ids | None, roots: dict[int, int]) -> list[int] | None:
    """The projects asked for and the parts of packages among them; None (all) where that is shorter to say."""
    if projects is None or len(projects) > MANY:
        return None
    asked = set(projects)
    return [child for child, root in roots.items() if root in asked]


def _only(rows: QuerySet, wanted: Ids | None) -> QuerySet:
    return rows if wanted is None else rows.filter(project_id__in=wanted)


def _plans(period: Period, position: int | None, wanted: Ids | None) -> Iterable[tuple[Any, ...]]:
    """The revision in force at the period's end, approved last on or before it: project, amount, twelve months."""
    latest = Window(RowNumber(), partition_by=F("project_id"), order_by=[F("approved_on").desc(), F("revision").desc()])
    plans = PlanRevision.objects.known(position).filter(year=period.year, approved_on__lte=period.last_day)
    return _only(plans, wanted).annotate(rank=latest).filter(rank=1).values_list("project_id", "amount", *MONTHS)


def _versions(period: Period, position: int | None, wanted: Ids | None) -> Iterable[tuple[int, dict[str, Any]]]:
    """The last two accepted cumulatives of the year up to the period: rank 1 is the last."""
    latest = Window(RowNumber(), partition_by=F("project_id"), order_by=F("period").desc())
    versions = ReturnVersion.objects.known(position).filter(period__gte=f"{period.year}-01", period__lte=str(period))
    names = ("project_id", "period", "invested", "statistics", "funds_arrived", "funds_paid")
    for row in _only(versions, wanted).annotate(rank=latest).filter(rank__lte=2).values("rank", *names):
        yield row.pop("rank"), row


def _take_version(found: dict[str, Any], rank: int, version: dict[str, Any], period: Period) -> None:
    """The last cumulative, and this month as its difference from the one before (nothing when no return came)."""
    if rank == 1:
        found["completed"] = version["invested"]
        found |= {name: version[name] for name in ("statistics", "funds_arrived", "funds_paid")}
        base = found.pop("before", 0)
        if version["period"] == str(period):
            found["month"] = version["invested"] - base
        else:
            found["month"] = None
    elif "completed" in found:
        if found.get("month") is not None:
            found["month"] = found["month"] - version["invested"]
    else:
        found["before"] = version["invested"]


def shares_of(
    year: int, position: int | None = None, wanted: Ids | None = None
) -> dict[int, tuple[tuple[str, int], ...]]:
    """Each project's units with their shares in basis points; the whole for a project of one unit."""
    then = {code: said["division"] for code, said in columns_then(position, wanted).items() if "division" in said}
    projects = Project.objects.all() if wanted is None else Project.objects.filter(pk__in=wanted)
    shares: dict[int, tuple[tuple[str, int], ...]] = {
        project: ((division, 10_000),)
        for project, code, now in projects.values_list("pk", "code", "division__code")
        if (division := then.get(code, now))
    }
    split: dict[int, list[tuple[str, int]]] = defaultdict(list)
    rows = ProjectShare.objects.known(position).filter(year=year).order_by("division__code")
    for project, division, points in _only(rows, wanted).values_list("project_id", "division__code", "basis_points"):
        split[project].append((division, points))
    return shares | {project: tuple(parts) for project, parts in split.items()}


def by_month(year: int, position: int | None = None, projects: Ids | None = None) -> dict[int, dict[int, int]]:
    """Accepted cumulatives of a year in yuan: {project: {month: completed this year}}, packages added up.

    A month without a return carries the one before; months after the last return are absent.
    """
    roots = _roots(projects)
    wanted, asked = _with_parts(projects, roots), set(projects or ())
    own: dict[int, dict[int, int]] = defaultdict(dict)
    rows = ReturnVersion.objects.known(position).filter(period__startswith=f"{year}-")
    for project, period, invested in _only(rows, wanted).values_list("project_id", "period", "invested"):
        own[project][int(period[5:])] = invested
    packages: dict[int, list[dict[int, int]]] = defaultdict(list)
    for project, months in own.items():
        packages[roots.get(project, project)].append(months)
    summed = {}
    for root, parts in packages.items():
        if projects is not None and root not in asked:
            continue
        last = max(max(part) for part in parts)  # a part that stopped reporting keeps what it had completed
        carried = [_carried(part, last) for part in parts]
        summed[root] = {month: sum(part[month] for part in carried) for month in range(1, last + 1)}
    return summed


def _carried(months: dict[int, int], until: int) -> dict[int, int]:
    filled, last = {}, 0
    for month in range(1, until + 1):
        last = months.get(month, last)
        filled[month] = last
    return filled


def totals(period: Period, position: int | None = None, programme: str | None = None) -> Totals:
    """Totals of one list, or over all tracked lists of the year with each project counted once."""
    ids = member_ids(period, position, [programme] if programme else None)
    return total(row.counted() for row in figures(period, position, ids).values())


def member_ids(period: Period, position: int | None = None, programmes: Collection[str] | None = None) -> list[int]:
    """Distinct projects that count at the end of a period: members of class implementation on the lists.

    Raises Refusal for a list that does not exist.
    """
    if programmes is None:
        programmes = list(tracked(period.year).values_list("code", flat=True))
    ids: set[int] = set()
    for code in programmes:
        if not Programme.objects.filter(code=code).exists():
            raise Refusal(_("There is no list with the code %(code)s.") % {"code": code})
        ids.update(on_list(code, period.last_day, position).values_list("project_id", flat=True))
    return sorted(ids)
