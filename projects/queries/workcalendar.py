"""The loaded working-day calendar as the plain-Python one that rules use."""

from projects.core.calendar import WorkCalendar
from projects.models import CalendarDay, CalendarYear


def load_calendar() -> WorkCalendar:
    """The State Council's calendar for the years that were loaded; two statements."""
    years = list(CalendarYear.objects.values_list("year", flat=True))
    return WorkCalendar(dict(CalendarDay.objects.values_list("day", "is_workday")), years)


def quiet_days() -> frozenset[object]:
    """Working days on which a local setting sends nothing, such as New Year's Eve (除夕)."""
    return frozenset(CalendarDay.objects.filter(quiet=True).values_list("day", flat=True))
