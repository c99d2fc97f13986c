"""The archive as people see it: their own scope's workbooks, with how often each was taken."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Min, Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from portfolio.web.access import Act, may
from projects.core.periods import Period
from projects.models import Programme, ReportingPeriod
from reports.models import ArchivedWorkbook, DownloadEvent
from reports.queries.frames import WHOLE, scope_of

State = ArchivedWorkbook.State


def archived(user: Any, kinds: Collection[str]) -> QuerySet[ArchivedWorkbook]:
    """The workbooks of these kinds that a person may see, the latest first: all, or those of their own scope."""
    rows = ArchivedWorkbook.objects.filter(kind__in=kinds)
    if not may(user, Act.VIEW_REPORTS):
        return rows.none()
    scope = scope_of(user)
    if scope != WHOLE:
        rows = rows.filter(scope=scope)
    return rows.annotate(taken=Count("downloads")).order_by("-requested_at", "-id")


def downloads() -> QuerySet[DownloadEvent]:
    """Every download, the latest first."""
    return DownloadEvent.objects.select_related("workbook").order_by("-at", "-id")


def totals_by_name(workbook: ArchivedWorkbook) -> list[tuple[str, dict[str, Any]]]:
    """The control totals of each list, under its name."""
    lists = workbook.control_totals.get("programmes", [])
    names = {row.code: row.name for row in Programme.objects.filter(code__in=[one["code"] for one in lists])}
    return [(names.get(one["code"], one["code"]), one) for one in lists]


def reportable(today: date) -> list[tuple[str, Any]]:
    """The months that can be reported on, the latest first, as (period, name); locked ones say so.

    From the first month of the first tracked list to the present one.
    """
    first = Programme.objects.filter(is_tracked=True).aggregate(first=Min("year"))["first"]
    locked = set(ReportingPeriod.objects.filter(state="locked").values_list("period", flat=True))
    months, month = [], Period.of(today)
    while first and month.year >= first:
        name = _("%(month)s (locked)") if str(month) in locked else "%(month)s"
        months.append((str(month), name % {"month": date_format(month.first_day, "YEAR_MONTH_FORMAT")}))
        month = month.previous()
    return months


def ready() -> QuerySet[ArchivedWorkbook]:
    """What has bytes on disk."""
    return ArchivedWorkbook.objects.filter(state=State.READY).order_by("id")


def unfinished(stale: datetime) -> QuerySet[ArchivedWorkbook]:
    """What waits to be built, and what began before `stale` and was not finished: its worker is gone."""
    waiting = Q(state=State.QUEUED) | Q(state=State.BUILDING, started_at__lt=stale)
    return ArchivedWorkbook.objects.filter(waiting).order_by("id")
