"""The only place that asks what day it is (Asia/Shanghai).

Facts use `today()` and `now()`; retries, claims and time-outs use `wall_now()`. The business date can be set for a
demonstration (BUSINESS_DATE), and `set_to` moves it while a year is replayed or a test runs.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

SHANGHAI = ZoneInfo("Asia/Shanghai")

_moment: ContextVar[datetime | None] = ContextVar("business_moment", default=None)


def wall_now() -> datetime:
    """The real moment, aware; for retries, claims and time-outs."""
    return timezone.now()


def now() -> datetime:
    """The business moment, aware, in Asia/Shanghai: the wall clock, moved to the business date where one is set."""
    moved = _moment.get()
    if moved is not None:
        return moved
    local = wall_now().astimezone(SHANGHAI)
    fixed: date | None = settings.BUSINESS_DATE
    return datetime.combine(fixed, local.timetz()) if fixed else local


def today() -> date:
    """The business date in Asia/Shanghai."""
    return now().date()


def is_moved() -> bool:
    """Whether the business date is set rather than read."""
    return _moment.get() is not None or settings.BUSINESS_DATE is not None


@contextmanager
def set_to(day: date, at: time = time(9, 0)) -> Iterator[None]:
    """Make it that day (and time) for everything inside, in this thread or task only."""
    token = _moment.set(datetime.combine(day, at, tzinfo=SHANGHAI))
    try:
        yield
    finally:
        _moment.reset(token)


def advance(seconds: float) -> None:
    """Move a set clock on; refuses when the clock is not set."""
    moved = _moment.get()
    if moved is None:
        raise RuntimeError("The clock is not set, so it cannot be moved on.")
    _moment.set(moved + timedelta(seconds=seconds))
