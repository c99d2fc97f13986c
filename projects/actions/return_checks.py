"""What is asked of a month before a return is written: that it is open, or locked, and that the project reports for it.

What is doubted of the figures themselves stands in return_doubts.
"""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from portfolio import clock
from portfolio.refusals import Refusal
from projects.core.periods import Period, PeriodError
from projects.models import Project, ReportingPeriod
from projects.queries.owed import reporting

MANY = 300  # projects: beyond it a statement that names each is dearer than one that reads them all


def check_period_open(period: str) -> ReportingPeriod:
    """The month, if figures may be entered for it. Raises Refusal for a locked, unknown or future month."""
    try:
        parsed = Period.parse(period)
    except PeriodError:
        raise Refusal(_("%(period)s is not a month.") % {"period": period}, field="period") from None
    if parsed.first_day > clock.today():
        raise Refusal(_("The month %(period)s has not begun.") % {"period": period}, field="period")
    row = ReportingPeriod.objects.filter(period=period).first()
    if row is None:
        raise Refusal(_("The month %(period)s was not opened for reporting.") % {"period": period}, field="period")
    if row.is_locked:
        raise Refusal(
            _("The month %(period)s is locked. Ask the city project office for a correction after the lock.")
            % {"period": period},
            field="period",
        )
    return row


def check_reports(projects: Sequence[Project], period: str) -> None:
    """Whether these projects report for a month. Raises Refusal for a package, whose parts do, or one on no list."""
    rows = (
        Project.objects.all() if len(projects) > MANY else Project.objects.filter(pk__in=[one.pk for one in projects])
    )
    due = set(reporting(rows, Period.parse(period)).values_list("pk", flat=True))
    for project in projects:
        if project.pk in due:
            continue
        if project.is_package:
            raise Refusal(
                _("%(project)s is a package: its parts report, and their figures add up.") % {"project": project.name}
            )
        raise Refusal(
            _("%(project)s counts on no list in %(period)s, so it has nothing to report.")
            % {"project": project.name, "period": period}
        )


def check_period_locked(period: str) -> None:
    """Raises Refusal for a month whose figures can still be given back and submitted anew."""
    if not ReportingPeriod.objects.filter(period=period, state=ReportingPeriod.State.LOCKED).exists():
        raise Refusal(
            _("The month %(period)s is not locked, so nothing has to be corrected after the lock.")
            % {"period": period},
            field="period",
        )
