"""Opens and locks reporting months; the lock freezes each project's figures and marks the ledger's position."""

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from portfolio import clock
from portfolio.refusals import Refusal
from portfolio.web.access import Act as Right
from portfolio.web.access import require
from projects.actions.record import ledger_batch
from projects.core.calendar import WorkCalendar
from projects.core.periods import Period
from projects.models import (
    Act,
    Listing,
    LockedFigure,
    Origin,
    ProjectStanding,
    ReportingPeriod,
)
from projects.queries.cycle import days_of, rule_of
from projects.queries.figures import figures, member_ids
from projects.queries.owed import not_accepted
from projects.queries.workcalendar import load_calendar


def due_day(period: Period, calendar: WorkCalendar) -> date:
    """The last day for a month's returns. Raises Refusal while that year's calendar is not loaded."""
    return days_of(period, calendar).due_on


def open_period(*, by: Any, period: Period, origin: str = Origin.WEB) -> ReportingPeriod:
    """Open a month for reporting; opening it again changes nothing."""
    require(by, Right.LOCK_PERIOD)
    row = ReportingPeriod.objects.filter(period=str(period)).first()
    if row:
        return row
    rule = rule_of(period)
    days, name = days_of(period, load_calendar(), rule), f"{rule.code}/{rule.version} {rule.cut_off_of(period).key}"
    with ledger_batch(by=by, origin=origin) as book:
        if row := ReportingPeriod.objects.filter(period=str(period)).first():
            return row  # somebody opened it meanwhile
        row = ReportingPeriod.objects.create(
            period=str(period), opens_on=days.opens_on, due_on=days.due_on, rule=name[:60]
        )
        changes = {"state": (None, row.state), "due_on": (None, days.due_on), "rule": (None, row.rule)}
        book.add("reportingperiod", Act.CREATE, changes, key=str(period))
    return row


def lock_period(*, by: Any, period: Period, dry_run: bool = False, origin: str = Origin.WEB) -> dict[str, Any]:
    """Close a month: its figures are final from here on, and what they were is kept.

    Gives period, projects, not_accepted (how many of those that report, of a package its parts, have no accepted
    return) and position. Raises Refusal for a month that was not opened, is locked, or has not ended.
    """
    require(by, Right.LOCK_PERIOD)
    with ledger_batch(by=by, origin=origin) as book:  # asked with the head locked: two who lock at once lock it once
        row = _lockable(period)
        members = member_ids(period)
        missing = not_accepted(period).count()
        outcome = {"period": str(period), "projects": len(members), "not_accepted": missing}
        if dry_run:
            return outcome | {"position": None}
        changes = {"state": (row.state, ReportingPeriod.State.LOCKED), "projects": (None, len(members))}
        position = book.add("reportingperiod", Act.LOCK, changes, key=str(period))
        row.state, row.locked_at, row.locked_by = ReportingPeriod.State.LOCKED, clock.now(), by.username
        row.locked_position, row.version = position, row.version + 1
        row.save(update_fields=["state", "locked_at", "locked_by", "locked_position", "version"])
        _freeze(row, period, members)
    return outcome | {"position": position}


def _lockable(period: Period) -> ReportingPeriod:
    """The month's row. Raises Refusal for a month that was not opened, is locked, or has not ended."""
    row = ReportingPeriod.objects.filter(period=str(period)).first()
    if row is None:
        raise Refusal(_("The month %(period)s was not opened for reporting.") % {"period": period})
    if row.is_locked:
        raise Refusal(_("The month %(period)s is locked already.") % {"period": period})
    if clock.today() <= period.last_day:
        raise Refusal(_("The month %(period)s has not ended.") % {"period": period})
    return row


def _freeze(row: ReportingPeriod, period: Period, members: list[int]) -> None:
    """Keep each counted project's figures as they stand."""
    lists: dict[int, list[str]] = {}
    spells = Listing.objects.known().filter(joined_on__lte=period.last_day, project_class="implementation")
    for project, code, left in spells.values_list("project_id", "programme__code", "left_on"):
        if left is None or left > period.last_day:
            lists.setdefault(project, []).append(code)
    lights = dict(ProjectStanding.objects.values_list("project_id", "light"))
    LockedFigure.objects.bulk_create(
        [
            LockedFigure(
                period=row, project_id=project, plan=found.plan, completed=found.completed, opening=found.opening,
                light=lights.get(project, "not_judged"), programmes=sorted(lists.get(project, [])),
            )
            for project, found in figures(period, None, members).items()
        ],
        batch_size=500,
    )  # fmt: skip
