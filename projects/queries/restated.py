"""Corrections of locked months (更正): what figures were and what they became, who changed them, when and why.

Amounts are yuan. A report names every correction that was known when it was made.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q

from projects.core.periods import Period
from projects.models import Change, ReportingPeriod, ReturnVersion

FEW = 500  # beyond it a statement that names every project is dearer than reading all corrections
FIGURES = ("invested", "statistics", "funds_arrived", "funds_paid", "physical_percent")


@dataclass(frozen=True, slots=True)
class Restatement:
    """One correction: project, month, each figure that differs as (field, before, after), who, when, why."""

    project: int
    code: str
    name: str
    period: str
    figures: tuple[tuple[str, int | None, int | None], ...]
    by: str
    at: str
    reason: str
    position: int

    @property
    def before(self) -> int | None:
        """Completed this year as the month had it before the correction."""
        return next((old for name, old, _new in self.figures if name == "invested"), None)

    @property
    def after(self) -> int | None:
        """Completed this year as the month has it since."""
        return next((new for name, _old, new in self.figures if name == "invested"), None)

    @property
    def difference(self) -> int | None:
        """By how much the month's cumulative figure changed; None where another figure was corrected."""
        return None if self.before is None or self.after is None else self.after - self.before


def restatements(
    period: Period, position: int | None = None, *, projects: Iterable[int] | None = None, only: bool = False
) -> list[Restatement]:
    """The corrections that a report of a month shows, as known at a ledger position, oldest first.

    Of the year's months up to this one, and of earlier years where the correction was made in this year; with `only`
    those of the month itself. `projects` limits them to those. What was put right before its month's lock went into
    the lock and is no restatement.
    """
    rows = ReturnVersion.objects.filter(restates(), period__lte=str(period))
    if only:
        rows = rows.filter(period=str(period))
    if position is not None:
        rows = rows.filter(known_from__lte=position)
    if projects is not None:
        wanted = set(projects)
        rows = rows.filter(project__in=wanted) if len(wanted) <= FEW else rows
        found = [row for row in rows.select_related("project").order_by("known_from") if row.project_id in wanted]
    else:
        found = list(rows.select_related("project").order_by("known_from"))
    changes = {one.seq: one for one in Change.objects.filter(seq__in=[row.known_from for row in found])}
    before = _before(found)
    told = (
        _told(row, before.get((row.monthly_return_id, row.known_from)), changes.get(row.known_from or 0))
        for row in found
    )
    year = str(period.year)
    return [one for one in told if only or one.period.startswith(year) or one.at.startswith(year)]


def restates() -> Any:
    """Of versions of returns: those that corrected a month after its lock; what was put right before went into it."""
    is_after = after_lock(OuterRef("period"), OuterRef("known_from"))
    return ExpressionWrapper(Q(is_after, is_restatement=True), output_field=BooleanField())


def after_lock(month: Any, position: Any) -> Exists:
    """Whether a month was locked before a position of the change log, both given by the query around it."""
    return Exists(ReportingPeriod.objects.filter(period=month, locked_position__lt=position).order_by())


def restated_months(
    period: Period, position: int | None = None, projects: Collection[int] | None = None
) -> dict[int, list[str]]:
    """The months of the year up to this one that were corrected after their lock, by project; one statement.

    A part's months are its package's too. `projects` limits the answer to those.
    """
    rows = ReturnVersion.objects.filter(restates(), period__gte=f"{period.year}-01", period__lte=str(period))
    if position is not None:
        rows = rows.filter(known_from__lte=position)
    if projects is not None and len(projects) <= FEW:
        rows = rows.filter(Q(project__in=projects) | Q(project__parent__in=projects))
    found: dict[int, set[str]] = defaultdict(set)
    for project, package, month in rows.values_list("project_id", "project__parent_id", "period"):
        for one in {project, package or project}:
            if projects is None or one in projects:
                found[one].add(month)
    return {project: sorted(months) for project, months in found.items()}


def _before(found: list[ReturnVersion]) -> dict[tuple[int, int | None], ReturnVersion]:
    """The version that each correction replaced: the one that ended where it began."""
    ended = ReturnVersion.objects.filter(
        monthly_return__in={row.monthly_return_id for row in found}, known_to__in=[row.known_from for row in found]
    )
    return {(row.monthly_return_id, row.known_to): row for row in ended}


def _told(row: ReturnVersion, former: ReturnVersion | None, change: Change | None) -> Restatement:
    pairs = ((name, getattr(former, name, None), getattr(row, name)) for name in FIGURES)
    return Restatement(
        project=row.project_id,
        code=row.project.code,
        name=row.project.name,
        period=row.period,
        figures=tuple((name, old, new) for name, old, new in pairs if old != new),
        by=change.actor_name if change else row.submitted_by,
        at=change.business_date if change else "",
        reason=row.reason,
        position=row.known_from or 0,
    )
