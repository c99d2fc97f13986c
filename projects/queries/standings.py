"""To which day standings hold, and which of them a night has to judge again: it costs what changed, not what there is.

A standing follows from its project's facts, from terms that all projects share, and from the day. Facts change with
a row in the change log; terms are compared as a whole; and a day matters only where it passes a date of a project.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Case, F, Q, QuerySet, Subquery, When

from portfolio.version import VERSION
from projects.core.calendar import CalendarYearMissing, WorkCalendar
from projects.core.cutoffs import milestone_cutoffs
from projects.core.policies import LightPolicy
from projects.models import Change, Exemption, Listing, Milestone, MilestoneStep, Project, StandingHead
from projects.queries.figures import tracked
from projects.queries.watched import returns_awaited

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Basis:
    """A day with what it is judged by."""

    policy: LightPolicy
    calendar: WorkCalendar
    on: date

    def terms(self) -> str:
        """A digest of all that every standing depends on beside its project's facts and their dates; six statements."""
        period = self.policy.judged_period(self.on)
        lists = {year: sorted(tracked(year).values_list("pk", flat=True)) for year in (period.year, self.on.year)}
        steps = list(MilestoneStep.objects.order_by("pk").values_list("pk", "code", "name_zh"))
        awaited = returns_awaited(period, self.on)
        said = (VERSION, self.policy, str(period), list(_rest_days(self.calendar)), lists, steps, awaited)
        return hashlib.sha256(repr(said).encode()).hexdigest()

    def outdated(self, since: date, position: int) -> frozenset[int] | None:
        """The projects whose standing may differ from that of an earlier day under the same terms; None: any may.

        `position` is that of the change log up to which the standings of the earlier day hold. One statement.
        """
        if self.on < since:
            return None
        try:
            borders = list(zip(self._borders(since), self._borders(self.on), strict=True))
        except CalendarYearMissing:
            return None
        changed = Change.objects.filter(seq__gt=position).values("project")
        found: list[QuerySet[Any, Any]] = [Project.objects.filter(code__in=changed).order_by().values_list("pk")]
        if self.on > since:
            found += [rows.order_by().values_list(column) for rows, column in _passed(since, self.on, borders)]
        return frozenset(pk for (pk,) in found[0].union(*found[1:]))

    def _borders(self, on: date) -> list[date]:
        """An open milestone is judged otherwise once its due date lies before each of these."""
        if self.policy.milestones is None:
            return [on]
        cutoffs = milestone_cutoffs(self.policy, self.calendar, on)
        warned = [_after(cutoffs.warn_until)] if self.policy.milestones.warn_days else []
        return [on, cutoffs.yellow_before, cutoffs.red_before, *warned]


def _after(day: date | None) -> date:
    """The day after; the last of all where no calendar tells: what is due by then may be judged otherwise."""
    return date.max if day is None else day + _DAY


def _rest_days(calendar: WorkCalendar) -> Iterator[tuple[int, list[int]]]:
    for year in sorted(calendar.years):
        first, last = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
        yield year, [day for day in range(first, last + 1) if not calendar.is_workday(date.fromordinal(day))]


def _passed(since: date, on: date, borders: list[tuple[date, date]]) -> Iterator[tuple[QuerySet[Any], str]]:
    """Rows with a date between the two days, by the column of their project."""
    due = Q()
    for old, new in borders:
        due |= Q(due_on__gte=old, due_on__lt=new)
    yield Milestone.objects.filter(due, actual_on__isnull=True), "project"
    yield Milestone.objects.filter(actual_on__gt=since), "project"  # done on a day to come: open until then
    arrives, ends = (since + _DAY, on), (since, on - _DAY)
    yield Project.objects.filter(stopped_on__range=arrives), "pk"
    spells = Listing.objects.known().filter(Q(joined_on__range=arrives) | Q(left_on__range=arrives))
    yield spells, "project"
    causes = Exemption.objects.known().filter(Q(valid_from__range=arrives) | Q(valid_to__range=ends))
    yield causes, "project"


def holds_to() -> Case:
    """The day to which a project's standing holds, for a query of projects: that of all, or a later one of its own."""
    of_all = Subquery(StandingHead.objects.values("as_of")[:1])
    return Case(When(standing__as_of__lt=of_all, then=of_all), default=F("standing__as_of"))
