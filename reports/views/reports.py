"""/reports/ – ask for a workbook, find one in the archive, see what it is and who took it."""

from functools import cached_property
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from portfolio import clock
from portfolio.models import AccessEvent
from portfolio.refusals import OutOfScope, Refusal
from portfolio.web.access import Act, fetch, may
from portfolio.web.doors import opened_by
from portfolio.web.events import record_access
from portfolio.web.responses import refuse_in_form, saved
from portfolio.web.screens import ListScreen
from projects.core.periods import Period
from reports.actions import archive
from reports.faults import retold
from reports.filters.archive import ArchiveFilter
from reports.forms.archive import BuildForm
from reports.models import ArchivedWorkbook, DownloadEvent
from reports.queries.archive import downloads, reportable, totals_by_name
from reports.tables.archive import ArchiveTable, DownloadTable, page_of, state_badge
from reports.workbooks import Workbook

State = ArchivedWorkbook.State
WAITING = {State.QUEUED, State.BUILDING}


@opened_by(Act.VIEW_REPORTS)
class Reports(ListScreen):
    """The kinds that one may build, as cards, over the archive of one's own scope."""

    template_name = "reports/archive/list.html"
    table_class = ArchiveTable
    filterset_class = ArchiveFilter
    http_method_names = ["get", "head", "options"]
    bound: tuple[str, BuildForm] | None = None

    def get_queryset(self) -> QuerySet[ArchivedWorkbook]:
        return archive.visible(self.request.user)

    def get_filter_kwargs(self) -> dict[str, Any]:
        return {"kinds": [(kind.id, kind.title) for kind in archive.kinds_seen(self.request.user)]}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        user = self.request.user
        context["cards"] = [(kind, self._form(kind)) for kind in archive.kinds_for(user)]
        context["waiting"] = self.get_queryset().filter(state__in=WAITING).exists()
        context["may_see_downloads"] = may(user, Act.VIEW_DOWNLOADS)
        return context

    def _form(self, kind: type[Workbook]) -> BuildForm:
        if self.bound and self.bound[0] == kind.id:
            return self.bound[1]
        return self.form_for(kind)

    def form_for(self, kind: type[Workbook], data: Any = None) -> BuildForm:
        """The form of a kind: the months that there are, the reader's language."""
        months, initial = self._months, {"language": getattr(self.request, "LANGUAGE_CODE", "zh-hans")}
        if kind.by_month:
            initial["period"] = str(Period.last_ended(clock.today()))
        else:
            months = [("", _("From the first change on")), *months]
        return BuildForm(data, months=months, initial=initial, auto_id=f"{kind.id}_%s")

    @cached_property
    def _months(self) -> list[tuple[str, Any]]:
        return reportable(clock.today())


@opened_by(Act.BUILD_WORKBOOK)
class Build(Reports):
    """Ask for a workbook of a kind; then its page, where it can be seen to come."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, kind: str) -> HttpResponse:
        """Queue it, or show the form again with what is wrong."""
        wanted = next((one for one in archive.kinds_seen(request.user) if one.id == kind), None)
        if wanted is None:
            raise OutOfScope(_("There is no such workbook."))
        form = self.form_for(wanted, request.POST)
        if form.is_valid():
            period = form.cleaned_data["period"]
            try:
                with transaction.atomic():
                    row = archive.request_workbook(
                        by=request.user,
                        kind=kind,
                        period=Period.parse(period) if period else None,
                        as_known=form.cleaned_data["as_known"],
                        language=form.cleaned_data["language"],
                    )
                    record_access(AccessEvent.Kind.EXPORT, request=request, subject=f"archive/{row.pk} {row.title}")
            except Refusal as refusal:
                refuse_in_form(form, refusal)
            else:
                return saved(request, told(row), page_of(row))
        self.bound = (kind, form)
        return self.render_to_response(self.get_context_data())


def told(row: ArchivedWorkbook) -> Any:
    """What became of asking for a workbook."""
    if row.state == State.READY:
        return _("This workbook was built before from the same facts; here it is.")
    if row.passed_on is False:
        return _("Queued. No worker can be reached at the moment; it is built as soon as one runs.")
    return _("Queued. It is ready in a moment.")


@opened_by(Act.VIEW_REPORTS)
@require_safe
def workbook_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One archived workbook: what it covers, its checksums and totals, who took it."""
    user = request.user
    row = fetch(archive.visible(user), user, Act.VIEW_REPORTS, pk=pk)
    context = {
        "workbook": row,
        "state": state_badge(row),
        "trouble": retold(row.error),
        "waiting": row.state in WAITING,
        "sheets": archive.sheets_of(row),
        "totals": totals_by_name(row),
        "may_download": may(user, Act.DOWNLOAD_WORKBOOK) and row.state == State.READY,
        "may_build": may(user, Act.BUILD_WORKBOOK) and row.state == State.FAILED,
        "downloads": downloads().filter(workbook=row) if may(user, Act.VIEW_DOWNLOADS) else None,
    }
    return render(request, "reports/archive/workbook.html", context)


@opened_by(Act.BUILD_WORKBOOK)
@require_POST
def build_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Queue a workbook that failed once more."""
    user = request.user
    row = fetch(archive.visible(user), user, Act.BUILD_WORKBOOK, pk=pk)
    archive.request_again(by=user, workbook=row)
    return saved(request, told(row), reverse("report", args=[row.pk]))


@opened_by(Act.VIEW_DOWNLOADS)
class Downloads(ListScreen):
    """Every download of every workbook, for those who audit."""

    template_name = "reports/archive/downloads.html"
    table_class = DownloadTable

    def get_queryset(self) -> QuerySet[DownloadEvent]:
        return downloads()
