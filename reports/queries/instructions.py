"""Instructions that a person may read: those about projects within scope, and those whose owner it is."""

from typing import Any

from django.db.models import CharField, OuterRef, Q, QuerySet, Subquery

from portfolio.models import User
from portfolio.web.access import Act, may
from projects.queries.scope import EVERYTHING, visible_to
from reports.models import Instruction


def instructions_for(user: Any) -> "QuerySet[Instruction]":
    """About the projects that the person sees; about no project in particular, for those who see everything."""
    if not may(user, Act.VIEW_ALERTS):
        return Instruction.objects.none()
    if getattr(user, "is_system", False) or user.role in EVERYTHING:
        return Instruction.objects.all()
    return Instruction.objects.filter(Q(project__in=visible_to(user)) | Q(owner=user.username, project__isnull=True))


def with_names(rows: "QuerySet[Instruction]") -> "QuerySet[Instruction]":
    """With the project and the name of who answers for it; one statement."""
    owner = User.objects.filter(username=OuterRef("owner")).values("display_name")[:1]
    found = rows.select_related("project__division", "alert")
    return found.annotate(owner_name=Subquery(owner, output_field=CharField()))
