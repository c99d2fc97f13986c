"""/returns/workbook/ and /projects/<code>/returns/<period>/workbook/ – a month's return as a workbook to fill in.

Giving one out is recorded: it takes names and figures out of the product.
"""

from datetime import datetime
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

from django.http import FileResponse, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from portfolio import clock
from portfolio.models import AccessEvent
from portfolio.refusals import OutOfScope, Refusal
from portfolio.web.access import Act, fetch
from portfolio.web.doors import opened_by
from portfolio.web.events import record_access
from portfolio.web.responses import refuse_with_message
from projects.actions.return_checks import check_period_open, check_reports
from projects.core.periods import Period
from projects.intake.template import Order, return_slip, return_workbook
from projects.models import Division, LedgerHead, Organisation, Project, ReportingPeriod
from projects.queries.owed import reporting
from projects.queries.return_sheet import reported
from projects.queries.scope import in_division, visible_to
from projects.queries.workcalendar import load_calendar
from projects.templatetags.figures import month

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@opened_by(Act.ENTER_RETURN)
@require_GET
def workbook(request: HttpRequest) -> HttpResponse | FileResponse:
    """The table of `period`, else of the first open month: that of `division` or of the firm `organisation` where they
    are named, else of all that is one's own. 404 for a county or firm none of whose projects are one's own.
    """
    back = f"{reverse('returns')}?{urlencode({'period': request.GET.get('period', '')})}"
    try:
        period = check_period_open(request.GET.get("period", "") or _first_open())
        projects, who = _chosen(request)
        rows = reported(reporting(projects, Period.parse(period.period)), Period.parse(period.period), *_today())
        if not rows:
            facts = {"month": month(period.period)}
            raise Refusal(_("There is nothing to report here for %(month)s.") % facts)
    except Refusal as refusal:
        return refuse_with_message(request, refusal, back)
    content = return_workbook(
        rows, Order(who, Period.parse(period.period), month(period.period), period.due_on, _moment())
    )
    name = _("%(who)s, %(month)s, return workbook") % {"who": who, "month": month(period.period)}
    return _given_out(request, content, name, f"returns/{period.period}")


@opened_by(Act.ENTER_RETURN)
@require_GET
def slip(request: HttpRequest, code: str, period: str) -> HttpResponse | FileResponse:
    """One project's slip, for a firm that has no account here."""
    project = fetch(visible_to(request.user), request.user, Act.ENTER_RETURN, code=code)
    try:
        cycle = check_period_open(period)
        check_reports([project], period)
    except Refusal as refusal:
        return refuse_with_message(request, refusal, reverse("project", args=[code]))
    (row,) = reported(Project.objects.filter(pk=project.pk), Period.parse(period), *_today())
    content = return_slip(row, Order(project.name, Period.parse(period), month(period), cycle.due_on, _moment()))
    name = _("%(project)s, %(month)s, return slip") % {"project": project.name, "month": month(period)}
    return _given_out(request, content, name, f"{code}/{period}")


def _today() -> tuple[Any, Any]:
    return clock.today(), load_calendar()


def _first_open() -> str:
    """The month that has waited longest; none where no month is open."""
    rows = ReportingPeriod.objects.filter(state=ReportingPeriod.State.OPEN).order_by("period")
    return rows.values_list("period", flat=True).first() or ""


def _moment() -> datetime:
    """The time of the last change of facts, so that the same facts give the same file."""
    at = LedgerHead.objects.values_list("at", flat=True).get(id=1)
    return datetime.fromisoformat(at) if at else clock.now()


def _chosen(request: HttpRequest) -> tuple[Any, str]:
    """The projects that are asked for, and whose they are in words."""
    projects, user = visible_to(request.user), request.user
    if code := request.GET.get("division", ""):
        division = Division.objects.filter(code=code).first()
        return _some(projects.filter(in_division(code))), division.name if division else code
    if code := request.GET.get("organisation", ""):
        firm = Organisation.objects.filter(code=code).first()
        return _some(projects.filter(owner__code=code)), firm.name if firm else code
    own = (
        Division.objects.filter(code=getattr(user, "division", "") or "-").first()
        or Organisation.objects.filter(code=getattr(user, "organisation", "") or "-").first()
    )
    return projects, own.name if own else str(_("the whole city"))


def _some(projects: Any) -> Any:
    if not projects.exists():
        raise OutOfScope(_("There is nothing here, or it is not yours to see."))
    return projects


def _given_out(request: HttpRequest, content: bytes, name: Any, subject: str) -> FileResponse:
    record_access(AccessEvent.Kind.EXPORT, request=request, subject=subject, detail=str(name))
    return FileResponse(BytesIO(content), as_attachment=True, filename=f"{name}.xlsx", content_type=XLSX)
