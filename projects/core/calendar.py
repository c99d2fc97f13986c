"""Working days as the State Council publishes them: weekends, holidays, make-up working days (调休).

A year that is not loaded raises. Nothing here guesses what a year that is not published may be.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import accumulate
from typing import Final

_UNKNOWN: Final = 2
_SATURDAY: Final = 5
_DAY: Final = timedelta(days=1)


class CalendarYearMissing(LookupError):
    """The working-day calendar of `year` is not loaded."""

    def __init__(self, year: int) -> None:
        super().__init__(f"working-day calendar of {year} is not loaded")
        self.year = year


class ShiftKind(StrEnum):
    """What happens to a date that falls on a rest day."""

    NONE = "none"
    PREVIOUS = "previous_workday"
    NEXT = "next_workday"
    NTH_AFTER = "nth_workday_after"


@dataclass(frozen=True, slots=True)
class Shift:
    """A shift rule; `days` counts working days after the rest days, for NTH_AFTER alone."""

    kind: ShiftKind
    days: int = 0

    def __post_init__(self) -> None:
        if (self.kind is ShiftKind.NTH_AFTER) != (self.days > 0) or self.days < 0:
            raise ValueError("days is a positive number for nth_workday_after and 0 for the others")

    def __str__(self) -> str:
        return f"{self.kind}:{self.days}" if self.days else str(self.kind)

    @classmethod
    def parse(cls, text: str) -> "Shift":
        """Read “next_workday” or “nth_workday_after:2”. Raises ValueError."""
        kind, _, days = text.partition(":")
        return cls(ShiftKind(kind), int(days or 0))


@dataclass(frozen=True, slots=True)
class DueDate:
    """A due date after the shift; `calendar_known` is False where its year is not published."""

    date: date
    shifted: bool
    calendar_known: bool


class WorkCalendar:
    """The working days of the years that are loaded. Immutable; look-ups do not search."""

    __slots__ = ("_base", "_counts", "_days", "_kinds", "_workdays", "_years")

    def __init__(self, exceptions: Mapping[date, bool], years: Collection[int]) -> None:
        """`exceptions`: date → is it a working day, against the plain week; `years`: those published."""
        self._years = frozenset(years)
        first = date(min(years), 1, 1).toordinal() if years else 1
        last = date(max(years), 12, 31).toordinal() if years else 0
        self._base = first
        self._days = last - first + 1
        self._kinds = bytes(self._kind(date.fromordinal(day), exceptions) for day in range(first, last + 1))
        self._workdays = [first + at for at, kind in enumerate(self._kinds) if kind == 1]
        self._counts = list(accumulate((kind == 1 for kind in self._kinds), initial=0))

    @classmethod
    def from_exceptions(cls, exceptions: Mapping[date, bool]) -> "WorkCalendar":
        """Build from published exceptions alone: a year counts as published with its October.

        Each yearly notice frees the National Day week, and a notice that reaches back to 31
        December of the year before does not publish that year.
        """
        return cls(exceptions, {day.year for day in exceptions if day.month == 10})

    @property
    def years(self) -> frozenset[int]:
        """The years that are loaded."""
        return self._years

    def knows(self, day: date) -> bool:
        """Whether the year of `day` is loaded."""
        return day.year in self._years

    def is_workday(self, day: date) -> bool:
        """Whether people work on `day`. Raises CalendarYearMissing, as all below do."""
        return self._kinds[self._offset(day)] == 1

    def next_workday(self, day: date) -> date:
        """`day` itself if it is a working day, else the first working day after it."""
        return day if self.is_workday(day) else self.add_workdays(day, 1)

    def previous_workday(self, day: date) -> date:
        """`day` itself if it is a working day, else the last working day before it."""
        return day if self.is_workday(day) else self.add_workdays(day, -1)

    def add_workdays(self, day: date, count: int) -> date:
        """The working day that is `count` working days after `day` (before it, if negative).

        `day` itself is not counted, and need not be a working day; zero gives `day`.
        """
        offset = self._offset(day)
        if count == 0:
            return day
        if count > 0:
            at = self._counts[offset + 1] + count - 1
        else:
            at = self._counts[offset] + count
        if at < 0:
            raise CalendarYearMissing(min(self._years) - 1)
        if at >= len(self._workdays):
            raise CalendarYearMissing(max(self._years) + 1)
        found = date.fromordinal(self._workdays[at])
        self._require_span(min(day, found), max(day, found))
        return found

    def workdays_between(self, start: date, end: date) -> int:
        """Working days from `start` to `end`: the first day not counted, the last one counted.

        Source: 民法典 §§201, 203. Negative when `end` lies before `start`.
        """
        if end < start:
            return -self.workdays_between(end, start)
        first, last = self._offset(start), self._offset(end)
        self._require_span(start, end)
        return self._counts[last + 1] - self._counts[first + 1]

    def workdays_inclusive(self, start: date, end: date) -> int:
        """Working days from `start` to `end`, both counted, as notice periods (公示) are; 0 if none."""
        if end < start:
            return 0
        return self.workdays_between(start, end) + self.is_workday(start)

    def nth_workday_of_month(self, year: int, month: int, n: int) -> date:
        """The n-th working day of a month, n from 1. Raises ValueError if the month has fewer."""
        first = date(year, month, 1)
        if n < 1:
            raise ValueError("working days of a month are counted from 1")
        at = self._counts[self._offset(first)] + n - 1
        found = date.fromordinal(self._workdays[at]) if at < len(self._workdays) else None
        if found is None or (found.year, found.month) != (year, month):
            raise ValueError(f"{year}-{month:02d} has fewer than {n} working days")
        return found

    def workdays_of_year(self, year: int) -> int:
        """Working days in the whole year."""
        return self.workdays_inclusive(date(year, 1, 1), date(year, 12, 31))

    def first_workday_of_week(self, day: date) -> bool:
        """Whether `day` is the first working day of its week, which runs from Monday to Sunday."""
        monday = day - _DAY * day.weekday()
        return self.is_workday(day) and self.workdays_inclusive(monday, day) == 1

    def due_date(self, day: date) -> DueDate:
        """The day on which something planned for `day` falls due: a rest day moves to the next working day.

        Source: 民法典 §203. Where the calendar needed is not published nothing is shifted, and marked.
        """
        try:
            due = self.next_workday(day)
        except CalendarYearMissing:
            return DueDate(day, shifted=False, calendar_known=False)
        return DueDate(due, shifted=due != day, calendar_known=True)

    def shift(self, day: date, rule: Shift) -> date:
        """Move a rest day as `rule` says; a working day stays."""
        if rule.kind is ShiftKind.NONE or self.is_workday(day):
            return day
        match rule.kind:
            case ShiftKind.PREVIOUS:
                return self.add_workdays(day, -1)
            case ShiftKind.NTH_AFTER:
                return self.add_workdays(day, rule.days)
            case _:
                return self.add_workdays(day, 1)

    def _kind(self, day: date, exceptions: Mapping[date, bool]) -> int:
        if day.year not in self._years:
            return _UNKNOWN
        return int(exceptions.get(day, day.weekday() < _SATURDAY))

    def _offset(self, day: date) -> int:
        offset = day.toordinal() - self._base
        if not 0 <= offset < self._days or self._kinds[offset] == _UNKNOWN:
            raise CalendarYearMissing(day.year)
        return offset

    def _require_span(self, start: date, end: date) -> None:
        for year in range(start.year + 1, end.year):
            if year not in self._years:
                raise CalendarYearMissing(year)
