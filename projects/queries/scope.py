"""Which projects a person sees, and which they may change. Every page, workbook and mail starts here."""

from collections import defaultdict
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from portfolio.models import Role
from portfolio.web.access import Act, may
from projects.models import Assignment, Project, ProjectShare

EVERYTHING = {Role.CITY_OFFICE, Role.LEADER, Role.LIAISON, Role.AUDITOR}
OWN_COUNTY = {Role.COUNTY_STAFF, Role.COUNTY_REVIEWER}


def visible_to(user: Any) -> QuerySet[Project]:
    """The projects that the person may see: all, their county's (shares included), their own unit's, or none."""
    projects = Project.objects.all()
    if getattr(user, "is_system", False):
        return projects
    if not may(user, Act.VIEW_PROJECTS):
        return projects.none()
    if user.role in EVERYTHING:
        return projects
    if user.role in OWN_COUNTY:
        return projects.filter(in_division(user.division))
    return projects.filter(owner__code=user.organisation)


def without_scope(user: Any) -> str:
    """The code that bounds what the person sees, where no project lies within it (“—” for none set), else ""."""
    if user.role not in {*OWN_COUNTY, Role.PROJECT_UNIT} or visible_to(user).exists():
        return ""
    return str((user.organisation if user.role == Role.PROJECT_UNIT else user.division) or "—")


def in_division(code: str) -> Q:
    """Projects of a unit: those that belong to it, and those in which it now holds a share."""
    held = ProjectShare.objects.filter(
        project=OuterRef("pk"), division__code=code, known_from__isnull=False, known_to__isnull=True
    )
    return Q(division__code=code) | Q(Exists(held))


def by_division() -> dict[str, set[int]]:
    """Which projects lie in each unit, as `in_division` has it, for all units in one statement."""
    held = ProjectShare.objects.filter(known_from__isnull=False, known_to__isnull=True).order_by()
    own = Project.objects.filter(division__isnull=False).order_by()
    pairs = own.values_list("division__code", "pk").union(held.values_list("division__code", "project_id"))
    found: dict[str, set[int]] = defaultdict(set)
    for division, project in pairs:
        found[division].add(project)
    return dict(found)


def led_by(person_code: str, on: Any) -> Q:
    """Projects for which a leader (or the leader whom a liaison officer serves) answers on a day."""
    assigned = (
        Assignment.objects.known()
        .filter(project=OuterRef("pk"), kind__in=[Assignment.Kind.LEADER, Assignment.Kind.LIAISON])
        .filter(person__code=person_code, valid_from__lte=on)
        .filter(Q(valid_to__isnull=True) | Q(valid_to__gte=on))
    )
    return Q(Exists(assigned))
