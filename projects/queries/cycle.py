"""The reporting rules in force, and where the months stand: open or locked, how many returns came how far."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import CharField, Count, Value
from django.utils.translation import gettext_lazy as _

from portfolio.refusals import Refusal
from projects.core.calendar import CalendarYearMissing, WorkCalendar
from projects.core.cycle import CycleRule, MonthDays, in_force
from projects.core.periods import Period
from projects.models import Act, Change, Project, ReportingPeriod, ReportingRule, ReturnState
from projects.queries.figures import tracked
from projects.queries.owed import MISSING, OWED, reporting

SHOWN = 24
"""Months on the page of months."""


def office_rules() -> list[CycleRule]:
    """The rule sets that the office adopted and that stand now, in the order in which they begin."""
    return [CycleRule.from_json(row.definition) for row in ReportingRule.objects.known().order_by("effective_from")]


def rule_of(period: Period) -> CycleRule:
    """The rule set in force for a month; the standard one until the office adopts its own."""
    return in_force(office_rules(), period)


def next_period(after: Period) -> Period:
    """The period that follows one, January under February where the rules of that year say so."""
    coming = after.next()
    return coming.reported(merge_jan_feb=rule_of(coming).merge_jan_feb)


def days_of(period: Period, calendar: WorkCalendar, rule: CycleRule | None = None) -> MonthDays:
    """A month's days by the rules in force. Raises Refusal while a year that they need is not loaded."""
    try:
        return (rule or rule_of(period)).days_of(period, calendar)
    except CalendarYearMissing as missing:
        raise Refusal(
            _("The working-day calendar of %(year)s is not loaded; the deadline cannot be worked out.")
            % {"year": missing.year}
        ) from missing


@dataclass(frozen=True, slots=True)
class Opening:
    """A month that by the rules would be open: its days, or why it cannot be opened."""

    period: Period
    days: MonthDays | None = None
    why: Any = ""


def last_locked() -> Period | None:
    """The latest month that is locked."""
    rows = ReportingPeriod.objects.filter(state=ReportingPeriod.State.LOCKED).order_by("-period")
    found = rows.values_list("period", flat=True).first()
    return Period.parse(found) if found else None


def to_open(on: date, calendar: WorkCalendar) -> list[Opening]:
    """The months that should be open by a day and are not, oldest first; the first that cannot be ends the list.

    An office's first month is that of the day itself: nobody is asked for a past that was never reported.
    """
    last = ReportingPeriod.objects.order_by("-period").values_list("period", flat=True).first()
    coming = next_period(Period.parse(last)) if last else next_period(Period.of(on).previous())
    found: list[Opening] = []
    while coming.first_day <= on:
        try:
            days = days_of(coming, calendar)
        except Refusal as refusal:
            return [*found, Opening(coming, why=refusal.sentence)]
        if days.opens_on > on:
            break
        if not tracked(coming.year).exists():
            why = _("No list of %(year)s is kept here yet, so nobody has anything to report.") % {"year": coming.year}
            return [*found, Opening(coming, days, why)]
        found.append(Opening(coming, days))
        coming = next_period(coming)
    return found


@dataclass(frozen=True, slots=True)
class MonthState:
    """A month with its row, its counts of returns by state, and the day from which a schedule would lock it."""

    row: ReportingPeriod
    counts: Mapping[str, int] = field(default_factory=dict)
    locks_on: date | None = None

    @property
    def expected(self) -> int:
        """Returns that are due."""
        return sum(self.counts.values())

    @property
    def missing(self) -> int:
        """Returns that were not handed in."""
        return sum(self.counts.get(state, 0) for state in OWED)

    @property
    def handed_in(self) -> int:
        """Returns that were handed in, however far they have come."""
        return self.expected - self.missing

    @property
    def accepted(self) -> int:
        """Returns that count."""
        return self.counts.get(ReturnState.ACCEPTED, 0)

    @property
    def waiting(self) -> int:
        """Returns that wait on a desk for a review or for acceptance."""
        return self.counts.get(ReturnState.SUBMITTED, 0) + self.counts.get(ReturnState.REVIEWED, 0)

    @property
    def is_open(self) -> bool:
        """Whether returns may still change."""
        return self.row.is_open


def months(calendar: WorkCalendar, shown: int = SHOWN) -> list[MonthState]:
    """The last months, the newest first, with their counts; a handful of statements."""
    rows = list(ReportingPeriod.objects.order_by("-period")[:shown])
    rules, counts = office_rules(), counts_of(rows)
    return [MonthState(row, counts.get(row.period, {}), _lock_day(row, rules, calendar)) for row in rows]


def month_of(period: Period, calendar: WorkCalendar) -> MonthState | None:
    """One month; None where it was not opened."""
    row = ReportingPeriod.objects.filter(period=str(period)).first()
    if row is None:
        return None
    return MonthState(row, counts_of([row]).get(row.period, {}), _lock_day(row, office_rules(), calendar))


@dataclass(frozen=True, slots=True)
class Move:
    """One move of a month's deadline: from, to, by whom, on which day, and why."""

    before: str
    after: str
    by: str
    on: str
    reason: str


def moves(period: Period) -> list[Move]:
    """How the deadline of a month was moved, the latest first; out of the change log."""
    rows = Change.objects.filter(model="reportingperiod", key=str(period), act=Act.UPDATE).order_by("-seq")
    told = ((json.loads(row.changes).get("due_on"), row) for row in rows)
    return [Move(days[0], days[1], row.actor_name, row.business_date, row.reason) for days, row in told if days]


def counts_of(rows: list[ReportingPeriod]) -> dict[str, dict[str, int]]:
    """How many returns stand where, by month and state; one statement for all months."""
    parts = [
        reporting(Project.objects.all(), Period.parse(row.period))
        .order_by()
        .annotate(month=Value(row.period, output_field=CharField()))
        .values("month", "state")
        .annotate(number=Count("pk"))
        .values_list("month", "state", "number")
        for row in rows
    ]
    found: dict[str, dict[str, int]] = {}
    for month, state, number in parts[0].union(*parts[1:], all=True) if parts else ():
        found.setdefault(month, {})[state or MISSING] = number
    return found


def _lock_day(row: ReportingPeriod, rules: list[CycleRule], calendar: WorkCalendar) -> date | None:
    if not row.is_open:
        return None
    period = Period.parse(row.period)
    return in_force(rules, period).lock_day(period, row.due_on, calendar)
