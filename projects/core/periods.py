"""Reporting periods: months, with January and February as one where a policy or a setting says so.

A merged January–February is keyed by its February: 2024-02. No function here asks for today.
"""

import calendar
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

_KEY: Final = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
YEARS: Final = range(1949, 2200)


class PeriodError(ValueError):
    """A text or a pair of numbers that names no month. Codes: format, month, year."""

    def __init__(self, code: str, figures: Mapping[str, str]) -> None:
        super().__init__(f"{code}: {dict(figures)}")
        self.code = code
        self.figures = dict(figures)


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A month of a year. Raises PeriodError for a month or a year that cannot be."""

    year: int
    month: int

    def __post_init__(self) -> None:
        if not 1 <= self.month <= 12:
            raise PeriodError("month", {"month": str(self.month)})
        if self.year not in YEARS:
            raise PeriodError("year", {"year": str(self.year)})

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"

    @classmethod
    def parse(cls, text: str) -> "Period":
        """Read “2023-12”. Raises PeriodError."""
        found = _KEY.fullmatch(text.strip())
        if found is None:
            raise PeriodError("format", {"text": text[:20]})
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def of(cls, day: date, *, merge_jan_feb: bool = False) -> "Period":
        """The period in which `day` lies."""
        return cls(day.year, day.month).reported(merge_jan_feb=merge_jan_feb)

    @classmethod
    def last_ended(cls, as_of: date, merge_jan_feb: bool = False) -> "Period":
        """The last period that was over before `as_of`: 2024-01-12 → 2023-12.

        On its last day a period is not over yet.
        """
        return cls.of(as_of, merge_jan_feb=merge_jan_feb).previous(merge_jan_feb)

    @property
    def first_day(self) -> date:
        """The first day of the month."""
        return date(self.year, self.month, 1)

    @property
    def last_day(self) -> date:
        """The last day of the month."""
        return date(self.year, self.month, calendar.monthrange(self.year, self.month)[1])

    @property
    def months_elapsed(self) -> int:
        """Months of the year that are over when this one is: 1–12."""
        return self.month

    def starts_on(self, merge_jan_feb: bool = False) -> date:
        """The first day that a return for this period covers."""
        first = 1 if merge_jan_feb and self.month == 2 else self.month
        return date(self.year, first, 1)

    def reported(self, *, merge_jan_feb: bool) -> "Period":
        """The period under which this month is reported: January under February where merged."""
        return Period(self.year, 2) if merge_jan_feb and self.month == 1 else self

    def plus(self, months: int) -> "Period":
        """The month that lies `months` later, or earlier when negative."""
        index = self.year * 12 + self.month - 1 + months
        return Period(index // 12, index % 12 + 1)

    def next(self, merge_jan_feb: bool = False) -> "Period":
        """The period after this one."""
        return self.plus(1).reported(merge_jan_feb=merge_jan_feb)

    def previous(self, merge_jan_feb: bool = False) -> "Period":
        """The period before this one."""
        return self.plus(-2 if merge_jan_feb and self.month == 2 else -1)


def periods_of_year(year: int, merge_jan_feb: bool = False) -> list[Period]:
    """The twelve periods of a year, or eleven, beginning with its February, where merged."""
    return [Period(year, month) for month in range(2 if merge_jan_feb else 1, 13)]


def add_months(day: date, months: int) -> date:
    """The same day `months` later, or the last of that month where it is shorter (民法典 §202)."""
    then = Period(day.year, day.month).plus(months)
    return min(then.last_day, then.first_day + timedelta(days=day.day - 1))


def full_months(start: date, end: date) -> int:
    """Full months from `start` to `end`, neither before the other."""
    months = (end.year - start.year) * 12 + end.month - start.month
    return months if add_months(start, months) <= end else months - 1
