"""Who owes what for which months, account by account, as the cockpit's duties have it; a handful of statements."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import F

from portfolio.models import Role, User
from portfolio.web.access import has_access
from projects.core.periods import Period
from projects.models import Division, Organisation, Project, ReportingPeriod, ReturnState
from projects.queries.owed import OWED, reporting
from projects.queries.scope import by_division

COUNTY = (Role.COUNTY_STAFF, Role.COUNTY_REVIEWER)


@dataclass(frozen=True, slots=True)
class Owed:
    """One month for one person: returns that are not handed in, returned ones first, and how many wait for a review."""

    row: ReportingPeriod
    expected: int
    missing: tuple[Any, ...]
    to_review: int = 0

    def __bool__(self) -> bool:
        return bool(self.missing or self.to_review)


@dataclass(frozen=True, slots=True)
class Reader:
    """An account that reports or reviews, where it belongs, and what it owes by month; months without are absent."""

    user: User
    place: str
    months: dict[str, Owed] = field(default_factory=dict)

    @property
    def is_county(self) -> bool:
        """Whether the person answers for a county, and not for one firm."""
        return self.user.role in COUNTY


def owing(rows: Sequence[ReportingPeriod]) -> list[Reader]:
    """Every account that owes something for one of the months, units first; who owes nothing is absent."""
    accounts = User.objects.filter(role__in=(Role.PROJECT_UNIT, *COUNTY), is_active=True).order_by("username")
    readers = [Reader(user, "") for user in accounts if has_access(user)]
    if not rows or not readers:
        return []
    counties, places = by_division(), _places()
    due = {row.period: _returns(row) for row in rows}
    found = []
    for reader in readers:
        user = reader.user
        months = {}
        for row in rows:
            owed = _owed(user, row, due[row.period], counties)
            if owed:
                months[row.period] = owed
        if months:
            found.append(Reader(user, places.get(user.division or user.organisation, ""), months))
    return sorted(found, key=lambda one: (one.is_county, one.user.username))


def _returns(row: ReportingPeriod) -> list[Any]:
    """Every return that is due for a month: project, unit, firm, state."""
    projects = reporting(Project.objects.all(), Period.parse(row.period)).annotate(
        firm=F("owner__name"), firm_code=F("owner__code")
    )
    return list(
        projects.order_by("code").values_list(
            "pk", "code", "name", "state", "provenance", "firm", "firm_code", named=True
        )
    )


def _owed(user: User, row: ReportingPeriod, due: list[Any], counties: dict[str, set[int]]) -> Owed:
    if user.role == Role.PROJECT_UNIT:
        own = [one for one in due if one.firm_code and one.firm_code == user.organisation]
    else:
        inside = counties.get(user.division, set())
        own = [one for one in due if one.pk in inside]
    missing = sorted((one for one in own if one.state in OWED), key=lambda one: one.state != ReturnState.RETURNED)
    reviews = user.role == Role.COUNTY_REVIEWER
    waiting = sum(one.state == ReturnState.SUBMITTED for one in own) if reviews else 0
    return Owed(row, len(own), tuple(missing), waiting)


def _places() -> dict[str, str]:
    """Units and firms by code; a unit by its Chinese name, as people write it."""
    names = dict(Organisation.objects.values_list("code", "name"))
    return names | {one.code: one.name_zh for one in Division.objects.all()}


def unreached(rows: Sequence[ReportingPeriod], readers: Sequence[Reader]) -> dict[str, list[str]]:
    """By month the firms with returns to hand in for which nobody is among the readers, of theirs or of the county."""
    found: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        told = {
            one.pk for reader in readers if row.period in reader.months for one in reader.months[row.period].missing
        }
        for one in _returns(row):
            if one.state in OWED and one.pk not in told and (one.firm or one.code) not in found[row.period]:
                found[row.period].append(one.firm or one.code)
    return {period: firms for period, firms in found.items() if firms}


def open_months(on: date) -> list[ReportingPeriod]:
    """The months that are open and have begun, oldest first."""
    return list(ReportingPeriod.objects.filter(state=ReportingPeriod.State.OPEN, opens_on__lte=on).order_by("period"))
