"""Stand-ins (A/B岗): who may do whose work, and the mask in which they do it. A mask has the person's rights and scope
and no others; what is written in it names the stand-in, for the person. It changes no account.
"""

import copy
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from portfolio import clock
from portfolio.models import AccessEvent, Role, StandIn, User
from portfolio.refusals import Forbidden, OutOfScope, Refusal
from portfolio.web.access import has_access
from portfolio.web.doors import acts_of, is_open
from portfolio.web.events import record_access

KEY = "stand_in"
"""Where the session keeps in whose name it works."""

LONGEST = timedelta(days=366)
COUNTY = (Role.COUNTY_STAFF, Role.COUNTY_REVIEWER)
LEADERS = (Role.LEADER, Role.LIAISON)
HAVE_NONE = _("Accounts for administration and audit have no stand-ins.")


def may_have(user: Any) -> bool:
    """Whether accounts of this role have and are stand-ins: those for administration and audit never."""
    return user.role in {Role.PROJECT_UNIT, *COUNTY, Role.CITY_OFFICE, *LEADERS}


def colleagues(user: User) -> "QuerySet[User]":
    """Who may stand in for somebody: active accounts of the same firm, county, office, or of the leaders' circle."""
    others = User.objects.filter(is_active=True).exclude(pk=user.pk).order_by("display_name", "pk")
    if user.role == Role.PROJECT_UNIT:
        return others.filter(role=Role.PROJECT_UNIT, organisation=user.organisation)
    if user.role in COUNTY:
        return others.filter(role__in=COUNTY, division=user.division)
    if user.role == Role.CITY_OFFICE:
        return others.filter(role=Role.CITY_OFFICE)
    return others.filter(role__in=LEADERS) if user.role in LEADERS else others.none()


def are_colleagues(one: User, other: User) -> bool:
    """As `colleagues` has it, for two accounts as they are now: whoever has moved stands in no longer."""
    if one.role in COUNTY:
        return other.role in COUNTY and one.division == other.division
    if one.role in LEADERS:
        return other.role in LEADERS
    same = one.role == other.role and may_have(one)
    return same and (one.role != Role.PROJECT_UNIT or one.organisation == other.organisation)


def name_stand_in(
    *, by: User, deputy: User, days: tuple[date, date], reason: str = "", request: HttpRequest | None = None
) -> StandIn:
    """Name a stand-in from a day to a day, both included. It is in the access log.

    Raises Forbidden, and Refusal for somebody who is no colleague, for days that are over or too many, and where
    somebody stands in already.
    """
    if not may_have(by) or not has_access(by):
        raise Forbidden(HAVE_NONE)
    first, last = days
    if not colleagues(by).filter(pk=deputy.pk).exists():
        raise Refusal(_("Only a colleague of your own office can stand in for you."), field="deputy")
    if last < first:
        raise Refusal(_("The last day lies before the first."), field="valid_to")
    if last < clock.today() or last - first > LONGEST:
        raise Refusal(_("Name days that are not over, and at most a year."), field="valid_to")
    with transaction.atomic():
        User.objects.select_for_update().get(pk=by.pk)  # two forms at once name one
        same_time = StandIn.objects.filter(person=by, ended_at=None, valid_from__lte=last, valid_to__gte=first)
        if taken := same_time.select_related("deputy").first():
            told = {"name": taken.deputy.display_name, "first": taken.valid_from, "last": taken.valid_to}
            raise Refusal(
                _("%(name)s stands in for you from %(first)s to %(last)s already.") % told, field="valid_from"
            )
        row = StandIn.objects.create(
            person=by, deputy=deputy, valid_from=first, valid_to=last, reason=reason, named_at=clock.now()
        )
        record_access(AccessEvent.Kind.ACCOUNT, request=request, by=by, subject=deputy.username, detail=_told(row))
    return row


def end_stand_in(*, by: User, row: StandIn, request: HttpRequest | None = None) -> None:
    """End it at once, by the person or by the stand-in; a session in the mask loses it with its next page."""
    if by.pk not in (row.person_id, row.deputy_id):
        raise OutOfScope(_("There is nothing here, or it is not yours to see."))
    with transaction.atomic():
        if StandIn.objects.filter(pk=row.pk, ended_at=None).update(ended_at=clock.now()):
            told = f"{_told(row)} ended"
            record_access(AccessEvent.Kind.ACCOUNT, request=request, by=by, subject=row.deputy.username, detail=told)


def _told(row: StandIn) -> str:
    return f"stand_in {row.deputy.username} for {row.person.username} {row.valid_from}..{row.valid_to}"


def standing_for(user: Any) -> "QuerySet[StandIn]":
    """For whom somebody may stand in today; people whose own access is over are left out by `mask_of`."""
    if not may_have(user):
        return StandIn.objects.none()
    today = clock.today()
    rows = StandIn.objects.filter(deputy__pk=user.pk, ended_at=None, valid_from__lte=today, valid_to__gte=today)
    return rows.select_related("person", "deputy").order_by("person__display_name", "pk")


def deputies_of(people: "list[int]", on: date) -> dict[int, User]:
    """Who stands in for each of these people on a day, by the person's number."""
    rows = StandIn.objects.filter(person__in=people, ended_at=None, valid_from__lte=on, valid_to__gte=on)
    found = {row.person_id: row.deputy for row in rows.select_related("deputy")}
    return {person: deputy for person, deputy in found.items() if has_access(deputy)}


def mask_of(row: StandIn) -> User | None:
    """The person as the stand-in carries them; None where either has no access, or they are colleagues no longer."""
    person, deputy = row.person, row.deputy
    if not (has_access(person) and has_access(deputy) and are_colleagues(person, deputy)):
        return None
    if deputy.must_change_password:
        return None
    worn = copy.copy(person)
    worn.acted_by, worn.in_whose_name = deputy, person.display_name
    worn.username = deputy.username
    worn.display_name = f"{deputy.display_name}（代{person.display_name}）"[:100]
    worn.language = deputy.language
    worn.must_change_password = False
    return worn


class StandInMiddleware:
    """Puts the mask on for pages that a right opens; one's own account is always one's own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        """Ask anew with each page whether the stand-in is still one."""
        number = request.session.get(KEY)
        if number is None or is_open(view) or not acts_of(view):
            return
        row = standing_for(request.user).filter(pk=number).first() if request.user.is_authenticated else None
        worn = mask_of(row) if row else None
        if worn is None:
            del request.session[KEY]
            return
        request.user = worn


def begin(request: HttpRequest, number: int) -> StandIn:
    """Put the mask on for this session. Raises OutOfScope where it is not this account's to wear today."""
    row = standing_for(request.user).filter(pk=number).first()
    if row is None or mask_of(row) is None:
        raise OutOfScope(_("There is nothing here, or it is not yours to see."))
    request.session[KEY] = row.pk
    record_access(AccessEvent.Kind.STAND_IN, request=request, subject=row.person.username, detail=_told(row))
    return row


def stop(request: HttpRequest) -> None:
    """Take it off."""
    if request.session.pop(KEY, None) is not None:
        messages.success(request, _("You work in your own name again."))
