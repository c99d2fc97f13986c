"""Alerts for screens: those that a person may see, with what a row shows, in a number of statements that stays.

What an alert says is made into a sentence by reports.wording, from the figures that it keeps.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    IntegerField,
    JSONField,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)

from portfolio.models import Role, User
from portfolio.web.access import Act, may
from projects.models import Assignment, Division, Person, Policy
from projects.queries.scope import OWN_COUNTY, visible_to
from reports.core.rules import RULES
from reports.models import Alert, AlertEvent, Level
from reports.queries.exempted import exempted

SEVERITY = (Level.RED, Level.YELLOW, Level.NOTICE)


def alerts_for(user: Any) -> "QuerySet[Alert]":
    """The alerts of the projects that the person may see; none for roles that see no alerts."""
    if not may(user, Act.VIEW_ALERTS):
        return Alert.objects.none()
    return Alert.objects.filter(project__in=visible_to(user))


def ranked(alerts: "QuerySet[Alert]") -> "QuerySet[Alert]":
    """With `severity` (0 is red) and `weight` (the rule's place), for order; the gravest and oldest first."""
    severity = Case(
        *(When(level=level, then=Value(rank)) for rank, level in enumerate(SEVERITY)),
        default=Value(len(SEVERITY)),
        output_field=IntegerField(),
    )
    weight = Case(
        *(When(rule=rule.code, then=Value(rule.order)) for rule in RULES),
        default=Value(100),
        output_field=IntegerField(),
    )
    return alerts.annotate(severity=severity, weight=weight)


def listed(alerts: "QuerySet[Alert]", as_of: date) -> "QuerySet[Alert]":
    """With everything that a row of the list shows: project, unit, step, leader, who acknowledged, and the figures of
    the exemption that ended it.
    """
    leader = (
        Assignment.objects.known()
        .filter(project=OuterRef("project"), kind=Assignment.Kind.LEADER, valid_from__lte=as_of)
        .filter(Q(valid_to__isnull=True) | Q(valid_to__gte=as_of))
        .order_by("-valid_from", "-pk")
        .values("person__name")[:1]
    )
    seen_by = User.objects.filter(username=OuterRef("acknowledged_by")).values("display_name")[:1]
    return (
        ranked(alerts)
        .select_related("project__division", "project__owner", "milestone__step")
        .annotate(
            leader=Subquery(leader, output_field=CharField()),
            seen_by=Subquery(seen_by, output_field=CharField()),
            exempted=Subquery(exempted().filter(alert=OuterRef("pk")).values("figures")[:1], output_field=JSONField()),
        )
    )


@dataclass(frozen=True, slots=True)
class Choices:
    """What the filter bar offers, as (value, label)."""

    divisions: list[tuple[str, str]]
    leaders: list[tuple[str, str]]


def choices(as_of: date) -> Choices:
    """Units that are ranked or hold projects, and leaders who answer for projects on the day; two statements."""
    leaders = (
        Assignment.objects.known()
        .filter(kind=Assignment.Kind.LEADER, valid_from__lte=as_of, person__isnull=False)
        .filter(Q(valid_to__isnull=True) | Q(valid_to__gte=as_of))
    )
    people = Person.objects.filter(pk__in=leaders.values("person"))
    units = Division.objects.exclude(kind=Division.Kind.HISTORICAL)
    return Choices(
        divisions=[(unit.code, unit.name) for unit in units],
        leaders=list(people.order_by("code").values_list("code", "name")),
    )


def assignable(user: Any) -> list[tuple[str, str]]:
    """The accounts into whose hands a person can put an alert, as (username, name): those of its county, for a county.

    Whether one sees the very project is the action's to say; one statement.
    """
    accounts = User.objects.filter(is_active=True, role__in=_WORKERS).order_by("role", "username")
    if user.role in OWN_COUNTY:
        accounts = accounts.filter(Q(division=user.division) | Q(role=Role.PROJECT_UNIT))
    return [(account.username, account.display_name or account.username) for account in accounts]


_WORKERS = (Role.CITY_OFFICE, Role.COUNTY_REVIEWER, Role.COUNTY_STAFF, Role.PROJECT_UNIT)


def policy_names() -> dict[tuple[str, int], str]:
    """The name and edition of each policy as an alert prints it, by code and edition: 本地默认 v1; one statement."""
    return {(row.code, row.edition): f"{row.name} v{row.edition}" for row in Policy.objects.known()}


def swept_through() -> date | None:
    """The last day for which alerts changed; sweeps go on from there."""
    last: date | None = AlertEvent.objects.aggregate(last=Max("on"))["last"]
    return last


def open_by_level(alerts: "QuerySet[Alert]") -> list[tuple[Level, int]]:
    """How many are open of each level, the gravest first; one statement."""
    rows = alerts.filter(cleared_on__isnull=True).order_by().values_list("level").annotate(count=Count("pk"))
    counts = dict(rows)
    return [(level, counts.get(level.value, 0)) for level in SEVERITY]


def of_project(alerts: "QuerySet[Alert]", project_code: str) -> "QuerySet[Alert]":
    """The open alerts of a project and of its parts, the gravest first."""
    mine = Q(project__code=project_code) | Q(project__parent__code=project_code)
    graded: Any = alerts.filter(mine, cleared_on__isnull=True)  # severity and weight are annotations
    found: QuerySet[Alert] = graded.order_by("severity", "weight", "raised_on", "pk")
    return found
