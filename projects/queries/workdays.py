"""The working-day calendar as a page shows it: the years, their exceptions, and what is missing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import Count, Q

from projects.models import CalendarDay, CalendarYear
from projects.queries.workcalendar import load_calendar

NOVEMBER: Final = 11
"""The State Council publishes next year's days off from then on."""


@dataclass(frozen=True, slots=True)
class Year:
    """One loaded year: how many working days, days off on weekdays, weekend days worked, quiet days."""

    year: int
    source: str
    published_on: date | None
    workdays: int
    off: int
    worked: int
    quiet: int


def years() -> list[Year]:
    """The loaded years, the latest first; three statements."""
    calendar = load_calendar()
    counts = {
        row["day__year"]: row
        for row in CalendarDay.objects.order_by()
        .values("day__year")
        .annotate(
            off=Count("pk", filter=Q(is_workday=False)),
            worked=Count("pk", filter=Q(is_workday=True, day__week_day__in=(1, 7))),
            quiet=Count("pk", filter=Q(quiet=True)),
        )
    }
    none: Mapping[str, int] = {"off": 0, "worked": 0, "quiet": 0}
    return [
        Year(
            row.year, row.source, row.published_on, calendar.workdays_of_year(row.year),
            *(counts.get(row.year, none)[name] for name in ("off", "worked", "quiet")),
        )
        for row in CalendarYear.objects.order_by("-year")
    ]  # fmt: skip


def missing_years(on: date) -> list[int]:
    """Years that rules need and nobody has loaded: this one, and from November the next."""
    wanted = [on.year] + ([on.year + 1] if on.month >= NOVEMBER else [])
    loaded = set(CalendarYear.objects.filter(year__in=wanted).values_list("year", flat=True))
    return [year for year in wanted if year not in loaded]
