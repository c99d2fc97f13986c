"""The demonstration's year, turned so that each day's rows lie together, and the desks at which people sat."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from portfolio.models import Role, User
from projects.actions.cycle import due_day
from projects.core.calendar import WorkCalendar
from projects.core.periods import Period
from projects.intake.demo_files import DemoFiles
from projects.intake.demo_rows import AccountRow

# Those that the demonstration is shown with come first; the others are the counties that reported in 2023.
SHOWN = ("office", "caoxian", "caoxian.review", "unit", "leader", "auditor", "admin")
OFFICE = "office"


@dataclass(slots=True)
class Year:
    """What is replayed: rows by table and day, days on which months open and close, and who does what."""

    days: dict[str, dict[date, list[Any]]]
    opens: dict[date, Period]
    locks: dict[date, Period]
    desks: dict[tuple[str, str], User] = field(default_factory=dict)
    owners: dict[str, User] = field(default_factory=dict)
    projects: dict[str, tuple[str, str]] = field(default_factory=dict)

    def rows(self, table: str, day: date) -> list[Any]:
        """The rows of a table that were written on a day."""
        return self.days[table].get(day, [])

    @property
    def office(self) -> User:
        """The city project office's account."""
        return self.desks[Role.CITY_OFFICE, ""]

    @property
    def first_day(self) -> date:
        """The first day on which anything was written."""
        return min(day for table in self.days.values() for day in table)

    def desk(self, project: str, role: str) -> User:
        """The account through which a project's unit reports, or through which its county reviews."""
        unit, owner = self.projects[project]
        if role == Role.COUNTY_STAFF and owner in self.owners:
            return self.owners[owner]
        return self.desks[role, unit]

    def by_desk(self, rows: Iterable[Any], role: str) -> list[tuple[User, list[Any]]]:
        """The rows by the account that enters them, in the order of the accounts' names."""
        split: dict[str, tuple[User, list[Any]]] = {}
        for row in rows:
            user = self.desk(row.project, role)
            split.setdefault(user.username, (user, []))[1].append(row)
        return [split[name] for name in sorted(split)]


# By which of its dates a row is replayed.
WRITTEN = {
    "organisations": "recorded_on", "people": "recorded_on", "projects": "recorded_on", "openings": "recorded_on",
    "aliases": "recorded_on", "renames": "recorded_on", "shares": "recorded_on", "stoppages": "recorded_on",
    "assignments": "recorded_on", "listings": "recorded_on", "plans": "recorded_on", "milestones": "recorded_on",
    "milestone_events": "on", "corrections": "on",
}  # fmt: skip
# A return is written on as many days as it has steps.
STEPS_OF_A_RETURN = ("submitted_on", "returned_on", "resubmitted_on", "reviewed_on", "accepted_on")


def turn(files: DemoFiles, calendar: WorkCalendar) -> Year:
    """Sort the files' rows by the day on which they were written."""
    days: dict[str, dict[date, list[Any]]] = {}
    for table, column in WRITTEN.items():
        days[table] = _by_day(getattr(files, table), column)
    for column in STEPS_OF_A_RETURN:
        days[column] = _by_day(files.returns, column)
    months = [Period.parse(month) for month in sorted({row.period for row in files.returns})]
    year = Year(
        days=days,
        opens={calendar.next_workday(month.first_day): month for month in [*months, months[-1].next()]},
        locks={due_day(month, calendar): month for month in months},
    )
    year.projects = {row.code: (row.division, row.owner) for row in files.projects}
    return year


def _by_day(rows: Iterable[Any], column: str) -> dict[date, list[Any]]:
    days: dict[date, list[Any]] = defaultdict(list)
    for row in rows:
        if (day := getattr(row, column)) is not None:
            days[day].append(row)
    return dict(days)


def seat(year: Year, files: DemoFiles) -> None:
    """Make the demonstration's accounts, without passwords, and remember which desk each one is."""
    addresses = {row.code: row.email for row in files.people}
    rank = {name: place for place, name in enumerate(SHOWN)}
    for row in sorted(files.accounts, key=lambda row: (rank.get(row.username, len(rank)), row.username)):
        user = _make_account(row, addresses.get(row.person, ""))
        if user.role == Role.PROJECT_UNIT:
            year.owners[user.organisation] = user
        elif user.role in (Role.CITY_OFFICE, Role.COUNTY_STAFF, Role.COUNTY_REVIEWER):
            year.desks[user.role, user.division] = user


def _make_account(row: AccountRow, email: str) -> User:
    return User.objects.create_user(
        username=row.username, display_name=row.display_name, role=row.role, division=row.division,
        organisation=row.organisation, person=row.person, email=email, access_until=row.access_until, is_demo=True,
    )  # fmt: skip
