"""Exemptions and what was asked for: of whom one sees them, how each stands on a day, what overlaps."""

from collections.abc import Collection
from datetime import date
from enum import StrEnum
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from portfolio.models import User
from projects.core.reasons import Figure, Reason, ReasonCode
from projects.models import Exemption, ExemptionRequest, Project
from projects.queries.scope import visible_to

_State = ExemptionRequest.State


class Stand(StrEnum):
    """How a request stands on a day."""

    WAITING = "waiting"
    TO_COME = "to_come"
    IN_FORCE = "in_force"
    OVER = "over"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


STANDS = {
    Stand.WAITING: _("Waiting for approval"),
    Stand.IN_FORCE: _("Holds now"),
    Stand.TO_COME: _("Still to begin"),
    Stand.OVER: _("Ended"),
    Stand.REFUSED: _("Declined"),
    Stand.WITHDRAWN: _("Taken back"),
}
"""In words."""


def requests_for(user: Any) -> "QuerySet[ExemptionRequest]":
    """Requests about the projects that the person sees; one about a package is about its parts as well."""
    seen = visible_to(user)
    packages = seen.filter(parent__isnull=False).order_by().values("parent")
    rows = ExemptionRequest.objects.filter(Q(project__in=seen) | Q(project__in=packages))
    return rows.select_related("project__division")


def with_names(rows: "QuerySet[ExemptionRequest]") -> "QuerySet[ExemptionRequest]":
    """With the names of those who asked, decided and ended it."""
    return rows.annotate(**{
        f"{who}_name": Subquery(User.objects.filter(username=OuterRef(who)).values("display_name")[:1])
        for who in ("asked_by", "decided_by", "ended_by")
    })  # fmt: skip


def standing(stand: str, on: date) -> Q:
    """The condition of how a request stands on a day."""
    approved = Q(state=_State.APPROVED)
    return {
        Stand.WAITING: Q(state=_State.ASKED),
        Stand.TO_COME: approved & Q(valid_from__gt=on),
        Stand.IN_FORCE: approved & Q(valid_from__lte=on, valid_to__gte=on),
        Stand.OVER: approved & Q(valid_to__lt=on) | Q(state=_State.ENDED),
        Stand.REFUSED: Q(state=_State.REFUSED),
        Stand.WITHDRAWN: Q(state=_State.WITHDRAWN),
    }[Stand(stand)]


def stand_of(request: ExemptionRequest, on: date) -> Stand:
    """How one request stands on a day; the same as `standing` says."""
    match request.state:
        case _State.ASKED:
            return Stand.WAITING
        case _State.REFUSED:
            return Stand.REFUSED
        case _State.WITHDRAWN:
            return Stand.WITHDRAWN
        case _State.APPROVED if request.valid_to >= on:
            return Stand.IN_FORCE if request.valid_from <= on else Stand.TO_COME
    return Stand.OVER


def live_of(project: Project, on: date) -> list[ExemptionRequest]:
    """What waits, holds or is to come for a project; of a part, what does for its package, which may cover it."""
    live = standing(Stand.WAITING, on) | standing(Stand.IN_FORCE, on) | standing(Stand.TO_COME, on)
    rows = ExemptionRequest.objects.filter(live, project__in=[project.pk, project.parent_id or project.pk])
    return list(rows.order_by("valid_from", "pk"))


def exempt_on(project: Project, indicator: str, on: date) -> Exemption | None:
    """The exemption of an indicator that holds on a day."""
    rows = Exemption.objects.known().filter(project=project, indicator=indicator)
    return rows.filter(valid_from__lte=on, valid_to__gte=on).order_by("pk").first()


def exempt_reason(row: Exemption) -> Reason:
    """Why nothing is judged, as the light itself has it."""
    figures: dict[str, Figure] = {"reason": row.reason, "approved_by": row.approved_by, "valid_to": row.valid_to}
    return Reason(ReasonCode.EXEMPT, figures)


def exempt_within(
    projects: Collection[Project], indicators: Collection[str], first: date, last: date
) -> Exemption | None:
    """The first exemption of one of the projects from one of the indicators that shares a day with the span."""
    rows = Exemption.objects.known().filter(project__in=projects, indicator__in=list(indicators))
    shared = rows.filter(valid_from__lte=last, valid_to__gte=first).select_related("project")
    return shared.order_by("project_id", "valid_from", "pk").first()


def waiting_within(project: Project, indicators: Collection[str], first: date, last: date) -> ExemptionRequest | None:
    """The first request that waits, for one of the indicators, and shares a day with the span.

    A package's for its parts is one for each of them.
    """
    meant = Q(project=project) | Q(project=project.parent_id, with_parts=True)
    rows = ExemptionRequest.objects.filter(meant, state=_State.ASKED, valid_from__lte=last)
    asked = set(indicators)
    return next((row for row in rows.filter(valid_to__gte=first) if asked & set(row.indicators.split(","))), None)


def decided_for(user: Any, since: date) -> list[ExemptionRequest]:
    """What this person asked for and somebody decided, or ended, from a day on; the latest first."""
    told = Q(state__in=(_State.APPROVED, _State.REFUSED), decided_on__gte=since) | Q(ended_on__gte=since)
    by_others = Q(decided_by=user.username, ended_on__isnull=True) | Q(ended_by=user.username)
    rows = requests_for(user).filter(told, asked_by=user.username).exclude(by_others)
    return sorted(with_names(rows), key=lambda one: (one.ended_on or one.decided_on or since, one.pk), reverse=True)


def waiting_for(user: Any) -> int:
    """How many requests wait for this person's decision; one's own are another's to decide."""
    rows = requests_for(user).filter(standing(Stand.WAITING, date.min))
    return rows.exclude(asked_by=user.username).count()
