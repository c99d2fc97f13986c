"""The files that were sent in, as each person sees them: an office all, a county or project unit its own."""

from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from portfolio.models import Role, User
from portfolio.web.access import Act, may
from projects.models import ImportBatch

OPENS = (Act.IMPORT_REGISTER, Act.ENTER_RETURN, Act.MANAGE_LISTS, Act.VIEW_LEDGER)
"""Any one of these opens the pages of imports; readers of the change log see where its entries come from."""


def scope_of(user: Any) -> str:
    """For whom a person sends a file in: a county's or a project unit's code; empty for the city office."""
    if getattr(user, "is_system", False):
        return ""
    if user.role in (Role.COUNTY_STAFF, Role.COUNTY_REVIEWER):
        return str(user.division)
    return str(user.organisation) if user.role == Role.PROJECT_UNIT else ""


def batches_of(user: Any) -> QuerySet[ImportBatch]:
    """The imports that a person may see; nobody's where the role has nothing to do with them.

    `sender` and `decider` are the names of those who sent it in and decided, the account where it is no more.
    """
    batches = ImportBatch.objects.annotate(sender=_named("uploaded_by"), decider=_named("decided_by"))
    if getattr(user, "is_system", False):
        return batches
    if not any(may(user, act) for act in OPENS):
        return batches.none()
    if may(user, Act.VIEW_LEDGER):
        return batches
    scope = scope_of(user)
    return batches.filter(scope=scope) if scope else batches.none()


def _named(account: str) -> Coalesce:
    names = User.objects.filter(username=OuterRef(account)).values("display_name")[:1]
    return Coalesce(Subquery(names), F(account))
