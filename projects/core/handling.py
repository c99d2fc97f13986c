"""How alerts are handled: by how many working days open a matter goes up, how long one may put it off, how close to
its due date a milestone can no longer be re-planned without approval, and how long a project may be exempt. All days
are working days, exemptions are counted in months; no published rule gives any of it.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import IntEnum
from typing import Final

from projects.core.calendar import CalendarYearMissing, WorkCalendar
from projects.core.periods import add_months
from projects.core.policy_rules import QUIET, refuse

MOST_DAYS: Final = 250
"""About the working days of a year: an alert that waits longer is nobody's."""
MOST_MONTHS: Final = 36


class Rung(IntEnum):
    """Whose matter an open alert is; it goes up one after the other, and never down."""

    CONTACT = 0
    COUNTY_OFFICE = 1
    CITY_OFFICE = 2
    LEADER = 3


@dataclass(frozen=True, slots=True)
class HandlingRule:
    """Working days open from which an alert is the county office's, the city office's, and a red one the leader's;
    the longest time for which it may be put off; the window before a due date in which a re-plan needs approval; the
    months for which a project may be exempt in one go.
    """

    county_after: int = 5
    city_after: int = 15
    leader_after: int = 35
    longest_snooze: int = 10
    lock_window: int = 10
    exempt_months: int = field(default=12, metadata=QUIET)

    def __post_init__(self) -> None:
        problems = []
        if self.county_after < 1:
            problems.append(("handling.county_after", "must be at least 1"))
        if self.city_after < self.county_after:
            problems.append(("handling.city_after", "must not come before the county office"))
        if self.leader_after < self.city_after:
            problems.append(("handling.leader_after", "must not come before the city office"))
        for name in ("longest_snooze", "lock_window"):
            if getattr(self, name) < 0:
                problems.append((f"handling.{name}", "must not be negative"))
        for name in ("county_after", "city_after", "leader_after", "longest_snooze", "lock_window"):
            if getattr(self, name) > MOST_DAYS:
                problems.append((f"handling.{name}", "must not be over 250 working days"))
        if not 1 <= self.exempt_months <= MOST_MONTHS:
            problems.append(("handling.exempt_months", "must be 1 to 36 months"))
        refuse(problems)


DEFAULT: Final = HandlingRule()
"""本地设定: no published rule gives these days."""


def rung(rule: HandlingRule, calendar: WorkCalendar, raised_on: date, is_red: bool, as_of: date) -> Rung:
    """Whose matter an alert is after so many working days. Raises CalendarYearMissing."""
    days = calendar.workdays_between(raised_on, as_of)
    if is_red and days >= rule.leader_after:
        return Rung.LEADER
    if days >= rule.city_after:
        return Rung.CITY_OFFICE
    return Rung.COUNTY_OFFICE if days >= rule.county_after else Rung.CONTACT


def escalation_cutoffs(rule: HandlingRule, calendar: WorkCalendar, as_of: date) -> tuple[date, date, date]:
    """An alert raised before the first day is the county office's, before the second the city office's, before the
    third, if it is red, the leader's. Raises CalendarYearMissing, save for days further back than the calendar.
    """
    county, city, leader = (
        _raised_before(calendar, as_of, days) for days in (rule.county_after, rule.city_after, rule.leader_after)
    )
    return county, city, leader


def _raised_before(calendar: WorkCalendar, as_of: date, days: int) -> date:
    try:
        return calendar.add_workdays(as_of, 1 - days if calendar.is_workday(as_of) else -days)
    except CalendarYearMissing:
        if not calendar.knows(as_of):
            raise
        return date.min  # nothing is that old, as far as anybody can count


def latest_snooze(rule: HandlingRule, calendar: WorkCalendar, as_of: date) -> date:
    """The last day until which an alert may be put off. Raises CalendarYearMissing."""
    return calendar.add_workdays(as_of, rule.longest_snooze)


def latest_exemption(rule: HandlingRule, valid_from: date) -> date:
    """The last day of an exemption that begins on a day: one month from 10 March ends on 9 April."""
    return add_months(valid_from, rule.exempt_months) - timedelta(days=1)


def is_locked(rule: HandlingRule, calendar: WorkCalendar, due_on: date | None, as_of: date) -> bool:
    """Whether a milestone is so close to its due date, or past it, that a re-plan needs approval (PEERS F26).

    Where the calendar does not reach, every re-plan does: nothing is guessed in favour of a later date.
    """
    if due_on is None or not rule.lock_window:
        return False
    if due_on <= as_of:
        return True
    try:
        return calendar.workdays_between(as_of, due_on) <= rule.lock_window
    except CalendarYearMissing:
        return True
