"""The day on which the demonstration's office set its system up: before the year that is replayed.

The change log never goes back in time, so whatever is loaded before the replay is written as of that day.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from django.conf import settings

from portfolio import clock
from projects.models import Project, Provenance

FOUNDED = date(2022, 12, 30)


@contextmanager
def founding_day() -> Iterator[None]:
    """In a demonstration whose year is still to be replayed, make it the founding day; otherwise change nothing."""
    if settings.DEMO and not Project.objects.filter(provenance=Provenance.DEMO).exists():
        with clock.set_to(FOUNDED):
            yield
    else:
        yield
