"""Whether a day is one on which anything goes out: asked by all who queue mail or tell a room."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from portfolio.refusals import Refusal
from projects.core.calendar import CalendarYearMissing, WorkCalendar
from projects.queries.workcalendar import load_calendar, quiet_days
from reports.core.routing import Occasion, occasion


def sending_day(on: date) -> tuple[Occasion, WorkCalendar]:
    """What goes out on a day, with the calendar that says so. Raises Refusal where the year has no calendar."""
    calendar = load_calendar()
    try:
        return occasion(on, calendar, quiet_days()), calendar
    except CalendarYearMissing as missing:
        told = {"year": missing.year}
        raise Refusal(
            _("The working days of %(year)s are not loaded, so no mail can be queued; load the calendar.") % told
        ) from missing
