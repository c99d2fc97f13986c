"""Loads a year of the working-day calendar, and says on which working days the office sends nothing.

Due dates that wait for the year, or fall otherwise in it, are counted anew in the same transaction.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from portfolio.refusals import Refusal
from portfolio.web.access import Act as Right
from portfolio.web.access import require
from projects.actions.bulk import save_fields
from projects.actions.loading import Tally, bring_up_to_date, withdraw
from projects.actions.record import Batch, created, diff, ledger_batch
from projects.core.calendar import CalendarYearMissing
from projects.intake.holidays import Notice
from projects.models import Act, CalendarDay, CalendarYear, Milestone, Origin
from projects.queries.workcalendar import load_calendar

DAY_FIELDS = ("is_workday", "name", "quiet", "source")
SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Line:
    """One day that a notice would change; `kind` is added, changed or removed."""

    kind: str
    day: date
    is_workday: bool
    name: str
    before: str = ""


def difference(notice: Notice) -> list[Line]:
    """What would change if a notice were loaded; quiet days that an office set stay whatever it says."""
    there = {row.day: row for row in CalendarDay.objects.filter(day__year=notice.year)}
    lines = []
    for day, new in sorted(notice.days.items()):
        old = there.get(day)
        if old is None:
            lines.append(Line("added", day, new.is_workday, new.name))
        elif (old.is_workday, old.name) != (new.is_workday, new.name):
            lines.append(Line("changed", day, new.is_workday, new.name, old.name))
    gone = [row for day, row in there.items() if day not in notice.days and not row.quiet]
    lines += [Line("removed", row.day, row.is_workday, row.name) for row in sorted(gone, key=lambda row: row.day)]
    return lines


def load_year(
    *, by: Any, notice: Notice, source: str, published_on: date | None = None, origin: str = Origin.WEB
) -> Tally:
    """Make a year's exceptions those of a notice; what is the same is not written again.

    Raises Refusal while anything in the notice is doubtful, or without its source.
    """
    require(by, Right.MANAGE_REFERENCE)
    if notice.findings:
        raise Refusal(notice.findings[0], field="text")
    if not source.strip():
        raise Refusal(_("Say which notice it is: its title and number."), field="source")
    about = {"source": source.strip(), "published_on": published_on}
    with ledger_batch(by=by, origin=origin, source=source.strip()) as book:
        years = {row.year: row for row in CalendarYear.objects.filter(year=notice.year)}
        wanted_year = {notice.year: {"year": notice.year, **about}}
        tally = bring_up_to_date(book, CalendarYear, years, wanted_year, lambda row: {"key": str(row.year)})
        existing = {row.day: row for row in CalendarDay.objects.filter(day__year=notice.year)}
        wanted = {
            day: {
                "day": day, "is_workday": new.is_workday, "name": new.name, "source": source.strip(),
                "quiet": existing[day].quiet if day in existing else False,
            }
            for day, new in notice.days.items()
        }  # fmt: skip
        tally += bring_up_to_date(book, CalendarDay, existing, wanted, _by_day)
        gone = [row for day, row in existing.items() if day not in wanted and not row.quiet]
        tally += withdraw(book, gone, DAY_FIELDS, _by_day)
        _count_anew(book, notice.year)
    return tally


def set_quiet(*, by: Any, day: date, quiet: bool, name: str = "", origin: str = Origin.WEB) -> None:
    """Send nothing on a working day (除夕), or send again; a local setting, which no notice takes back.

    Raises Refusal on a rest day, where the year is not loaded, or when it stands so already.
    """
    require(by, Right.MANAGE_REFERENCE)
    with ledger_batch(by=by, origin=origin) as book:
        try:
            works = load_calendar().is_workday(day)
        except CalendarYearMissing as missing:
            told = {"year": missing.year}
            raise Refusal(_("The working days of %(year)s are not loaded.") % told, field="day") from missing
        row = CalendarDay.objects.filter(day=day).first()
        if quiet and not works:
            raise Refusal(_("Nothing is sent on a rest day in any case."), field="day")
        if quiet == bool(row and row.quiet):
            raise Refusal(_("It stands so already."), field="day")
        if row is None:
            fields = {"day": day, "is_workday": True, "name": name.strip(), "source": "", "quiet": True}
            book.add(CalendarDay.objects.create(**fields), Act.CREATE, created(fields), **_key(day))
        elif not quiet and not row.source and day.weekday() < SATURDAY:  # it was there to be quiet and for nothing else
            withdraw(book, [row], DAY_FIELDS, _by_day)
        else:
            book.add(row, Act.UPDATE, {"quiet": (row.quiet, quiet)}, **_key(day))
            row.quiet = quiet
            row.save(update_fields=["quiet"])


def _by_day(row: CalendarDay) -> dict[str, Any]:
    return _key(row.day)


def _key(day: date) -> dict[str, Any]:
    return {"key": day.isoformat()}


def _count_anew(book: Batch, year: int) -> None:
    """Due dates of open milestones planned in the year, or in the last days of the one before (民法典 §203)."""
    calendar = load_calendar()
    planned = Milestone.objects.filter(
        actual_on=None, step__moves_to_workday=True, planned_on__range=(date(year - 1, 12, 1), date(year, 12, 31))
    )
    changed = []
    for row in planned.select_related("project", "step"):
        if row.planned_on is None:
            continue
        due = calendar.due_date(row.planned_on)
        changes = diff(row, {"due_on": due.date, "due_known": due.calendar_known})
        if changes:
            book.add(row, Act.UPDATE, changes, key=f"{row.project.code}/{row.step.code}", project=row.project)
            row.due_on, row.due_known = due.date, due.calendar_known
            row.version += 1
            changed.append(row)
    save_fields(changed, ["due_on", "due_known", "version"])
