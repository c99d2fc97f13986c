"""Which projects owe a return for a month, and where each return stands; a page in one statement. Amounts are yuan."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from projects.core.periods import Period
from projects.models import Listing, MonthlyReturn, PlanRevision, Project, ProjectClass, ReturnState, ReturnVersion
from projects.queries.register import name_of

MISSING = "missing"
"""The state of a return that nobody has begun; a draft that nobody submitted is owed as well."""

OWED = (MISSING, ReturnState.DRAFT, ReturnState.RETURNED)
COLUMNS = (
    "pk",
    "code",
    "name",
    "provenance",
    "unit",
    "unit_code",
    "plan",
    "before",
    "invested",
    "state",
    "state_on",
    "seen",
)


def reporting(projects: QuerySet[Project], period: Period) -> QuerySet[Any]:
    """Those that report for a month: what counts on a tracked list at its end; of a package, its parts.

    `state` is where the return stands, “missing” where there is none.
    """
    entry = MonthlyReturn.objects.filter(project=OuterRef("pk"), period=str(period))
    counted = _counted(period)
    return projects.filter(Q(pk__in=counted, is_package=False) | Q(parent__in=counted)).annotate(
        state=Coalesce(Subquery(entry.values("state")[:1]), Value(MISSING))
    )


def not_accepted(period: Period) -> QuerySet[Any]:
    """The projects that report for a month and whose return for it is not accepted."""
    return reporting(Project.objects.all(), period).exclude(state=ReturnState.ACCEPTED)


def reports_for(project: Project, period: Period) -> bool:
    """Whether this one reports for a month."""
    return bool(reporting(Project.objects.filter(pk=project.pk), period).exists())


def _counted(period: Period) -> QuerySet[Any, Any]:
    """Ids of what counts on a tracked list of the year at the month's end."""
    day = period.last_day
    return (
        Listing.objects.known()
        .filter(programme__is_tracked=True, programme__year__lte=period.year)
        .filter(Q(programme__year=period.year) | Q(programme__year_to__gte=period.year))
        .filter(project_class=ProjectClass.IMPLEMENTATION, joined_on__lte=day)
        .filter(Q(left_on__isnull=True) | Q(left_on__gt=day))
        .values("project")
    )


def owed_rows(projects: QuerySet[Project], period: Period) -> QuerySet[Any, Any]:
    """What the list prints of each: last accepted figure of the year before this month, and what was submitted now."""
    entry = MonthlyReturn.objects.filter(project=OuterRef("pk"), period=str(period))
    submitted = ReturnVersion.objects.filter(project=OuterRef("pk"), period=str(period)).order_by("-number")
    before = (
        ReturnVersion.objects.known()
        .filter(project=OuterRef("pk"), period__gte=f"{period.year}-01", period__lt=str(period))
        .order_by("-period")
    )
    return projects.annotate(
        unit=name_of("division"),
        unit_code=F("division__code"),
        plan=plan_in_force(period),
        before=Subquery(before.values("invested")[:1]),
        invested=Subquery(submitted.values("invested")[:1]),
        state_on=Subquery(entry.values("state_on")[:1]),
        seen=Subquery(entry.values("version")[:1]),
    ).values_list(*COLUMNS, named=True)


def plan_in_force(period: Period) -> Subquery:
    """A project's annual plan as it was in force at the month's end, in yuan."""
    plan = (
        PlanRevision.objects.known()
        .filter(project=OuterRef("pk"), year=period.year, approved_on__lte=period.last_day)
        .order_by("-approved_on", "-revision")
    )
    return Subquery(plan.values("amount")[:1])


def count_by_state(reporting_projects: QuerySet[Any]) -> Mapping[str, int]:
    """How many returns stand where; states without any are absent."""
    rows = reporting_projects.order_by().values("state").annotate(number=Count("pk"))
    return {row["state"]: row["number"] for row in rows}
