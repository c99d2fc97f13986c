"""Loads the demonstration portfolio by replaying its year day by day through the same actions that people use.

The clock stands at each day in turn, so the change log tells 2023 as it would have happened. Once loaded it is left
alone: what people did in it since is theirs.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from portfolio import clock
from portfolio.models import User
from portfolio.refusals import Refusal
from projects.actions import demo_register, demo_reports, standing
from projects.actions.demo_year import Year, seat, turn
from projects.actions.touched import quiet
from projects.intake.demo_files import DemoFiles
from projects.models import LedgerHead, Programme, Project, Provenance
from projects.queries.workcalendar import load_calendar

LISTS = ("P2023-PROV", "P2023-CITY", "P2024-PROV", "P2024-CITYCOUNTY")
STEPS = sorted((*demo_register.STEPS, *demo_reports.STEPS), key=lambda step: step[0])
MONDAY = 0
DAY = timedelta(days=1)
DAILY = timedelta(days=21)  # at the end every night is replayed, so that the last weeks have their news day by day
NIGHT = time(2, 10)
# After what was loaded at first, and as the year grows.
PLANNER_LOOKS = (date(2023, 1, 13), date(2023, 3, 31), date(2023, 7, 31), date(2024, 1, 9))


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load did; `already` when the portfolio was there and nothing was done."""

    already: bool
    projects: int = 0
    days: int = 0
    nights: int = 0


def load_demo(*, files: DemoFiles, each_night: Callable[[date], object] = lambda _day: None) -> Loaded:
    """Replay the demonstration's year up to its business date, all or nothing; a second time changes nothing.

    `each_night` is called before the work of each Monday and of each month's last day, and daily in the last weeks,
    the clock at two in the morning, when the nightly sweep runs.
    Raises Refusal on a database that holds official projects, or that lacks the lists that published facts describe.
    """
    if Project.objects.filter(provenance=Provenance.DEMO).exists():
        return Loaded(already=True)
    _refuse_unless_fit()
    year = turn(files, load_calendar())
    _refuse_later_log(year.first_day)
    first, last = year.first_day, settings.DEMO_BUSINESS_DATE
    nights = 0
    with transaction.atomic(), quiet():
        seat(year, files)
        for day in _days(first, last):
            if _has_night(day, last):
                with clock.set_to(day, NIGHT):
                    if _ends_month(day) or day > last - DAILY:
                        standing.refresh(as_of=day)
                    each_night(day)
                nights += 1
            _replay(year, day)
            if day in PLANNER_LOOKS:
                _let_the_planner_look()
    return Loaded(already=False, projects=len(files.projects), days=(last - first).days + 1, nights=nights)


def _refuse_unless_fit() -> None:
    if Project.objects.filter(provenance=Provenance.OFFICIAL).exists():
        raise Refusal(_("This database holds official projects; the demonstration is loaded into an empty one only."))
    missing = sorted(set(LISTS) - set(Programme.objects.values_list("code", flat=True)))
    if missing:
        raise Refusal(
            _("These lists are not loaded: %(codes)s. Run load_reference and load_published first.")
            % {"codes": ", ".join(missing)}
        )
    if User.objects.filter(is_demo=True).exists():
        raise Refusal(_("There are demonstration accounts without the demonstration portfolio."))


def _refuse_later_log(first: date) -> None:
    """The change log never goes back in time, so the year must lie after everything that is in it."""
    written = LedgerHead.objects.values_list("at", flat=True).get(id=1)
    if written[:10] >= first.isoformat():
        raise Refusal(
            _("The change log goes to %(day)s already; the year 2023 can only be replayed into a new database.")
            % {"day": written[:10]}
        )


def _days(first: date, last: date) -> Iterator[date]:
    return (first + DAY * offset for offset in range((last - first).days + 1))


def _replay(year: Year, day: date) -> None:
    for at, act in STEPS:
        with clock.set_to(day, at):
            act(year, day)


def _let_the_planner_look() -> None:
    """PostgreSQL plans by statistics that it gathers after a commit; inside the one transaction it has to be told."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def _has_night(day: date, last: date) -> bool:
    return day.weekday() == MONDAY or _ends_month(day) or day > last - DAILY


def _ends_month(day: date) -> bool:
    return (day + DAY).month != day.month
