"""System checks of the domain: what the rules need and nobody has loaded yet."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import connections
from django.db.utils import DatabaseError

from portfolio import clock
from projects.models import CalendarYear

NOVEMBER = 11  # the State Council publishes next year's days off from then on


@register(Tags.database)
def calendar_is_loaded(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """The working-day calendar of this year, and from November of the next, is loaded; nothing guesses one."""
    if not databases:
        return []
    today = clock.today()
    wanted = [today.year] + ([today.year + 1] if today.month >= NOVEMBER else [])
    try:
        if CalendarYear._meta.db_table not in connections["default"].introspection.table_names():
            return []  # before the first migration
        loaded = set(CalendarYear.objects.values_list("year", flat=True))
    except DatabaseError:
        return []  # that the database does not answer is told elsewhere
    if not loaded:
        return []  # before the reference data is loaded
    return [
        Warning(
            f"The working-day calendar of {year} is not loaded, so rules that count its working days cannot run.",
            hint="Add the State Council's notice to fixtures/reference/calendar.csv and run manage.py load_reference.",
            id="projects.W001",
        )
        for year in wanted
        if year not in loaded
    ]
