"""/imports/ – send a workbook in, see what it would change, then commit exactly that, or drop it."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from portfolio.models import AccessEvent
from portfolio.refusals import OutOfScope, Refusal
from portfolio.web.access import may
from portfolio.web.doors import opened_by
from portfolio.web.events import record_access
from portfolio.web.responses import refuse_in_form, refuse_with_message, saved
from portfolio.web.screens import ListScreen
from projects.actions import imports, uploads
from projects.actions.importers import Importer, find, importers_for, title_of
from projects.forms.imports import AboutForm, UploadForm
from projects.intake.markup import MARKABLE, mark
from projects.intake.plan import Difference, Finding, ImportPlan, Kind
from projects.intake.slots import Busy
from projects.intake.unreadable import Unreadable
from projects.models import ImportBatch
from projects.queries.imports import OPENS, batches_of
from projects.tables.imports import ImportTable, state_badge
from projects.views.import_shown import Showing

PER_PAGE = 50
SHOWN_ERRORS = 200
State = ImportBatch.State


@opened_by(*OPENS)
class Imports(ListScreen):
    """What was sent in, under the form by which more is."""

    template_name = "projects/imports.html"
    table_class = ImportTable
    http_method_names = ["get", "head", "options", "post"]
    form: UploadForm | None = None

    def get_queryset(self) -> QuerySet[ImportBatch]:
        return batches_of(self.request.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        kinds = importers_for(self.request.user)
        if kinds:
            context["form"] = self.form or self._form(kinds)
        context["kinds"] = kinds
        return context

    def _form(self, kinds: Sequence[Importer], data: Any = None, files: Any = None) -> UploadForm:
        wanted = self.request.GET.get("kind", "")
        initial = wanted if wanted in {kind.kind for kind in kinds} else kinds[0].kind
        about = {"kind": initial, "programme": self.request.GET.get("programme", "")}
        return UploadForm(
            data, files, kinds=[(kind.kind, _described(kind)) for kind in kinds], initial=about,
            asks=sorted({name for kind in kinds for name in kind.asks}),
        )  # fmt: skip

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Take the file in, read it, and show what it would change."""
        kinds = importers_for(request.user)
        if not kinds:
            raise OutOfScope(_("There is nothing to import for this account."))
        form = self._form(kinds, request.POST, request.FILES)
        if form.is_valid():
            try:
                return self._receive(request, form)
            except Refusal as refusal:
                refuse_in_form(form, refusal)
        self.form = form
        return self.render_to_response(self.get_context_data())

    def _receive(self, request: HttpRequest, form: UploadForm) -> HttpResponse:
        file, kind = form.cleaned_data["file"], form.cleaned_data["kind"]
        said = {name: value for name, value in form.options().items() if name in find(kind).asks}
        try:
            batch = imports.receive(by=request.user, kind=kind, name=file.name, data=file.read(), options=said)
        except imports.AlreadyCommitted as refusal:
            messages.info(request, refusal.sentence)
            seen = batches_of(request.user).filter(pk=refusal.batch.pk).exists()
            return HttpResponseRedirect(page_of(refusal.batch) if seen else reverse("imports"))
        try:
            imports.plan_batch(by=request.user, batch=batch)
        except Unreadable:
            pass  # its page says why
        except Busy as refusal:
            messages.warning(request, refusal.sentence)
        return HttpResponseRedirect(page_of(batch))


def _described(kind: Importer) -> Any:
    return format_html('<strong>{}</strong> <span class="muted">{}</span>', kind.title, kind.purpose)


def page_of(batch: ImportBatch) -> str:
    """The page of one import."""
    return reverse("import", args=[batch.pk])


def batch_of(request: HttpRequest, pk: int) -> ImportBatch:
    """An import that the person may see. Raises OutOfScope."""
    batch = batches_of(request.user).filter(pk=pk).first()
    if batch is None:
        raise OutOfScope(_("There is no such import."))
    return batch


@opened_by(*OPENS)
@require_http_methods(["GET", "HEAD", "POST"])
def import_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One import: the difference, errors, totals, and what can be decided."""
    batch = batch_of(request, pk)
    if request.method == "POST":
        return _decide(request, batch)
    return _page(request, batch)


def _page(request: HttpRequest, batch: ImportBatch, form: AboutForm | None = None) -> HttpResponse:
    importer = find(batch.kind)
    plan = ImportPlan.from_json(batch.plan)
    is_open = batch.state == State.PLANNED and bool(batch.plan) and may(request.user, importer.act)
    conflicts = plan.counts()[Kind.CONFLICT]
    context = {
        "batch": batch,
        "title": title_of(batch),
        "badge": state_badge(batch),
        "plan": plan,
        "counts": plan.counts(),
        "is_open": is_open,
        "unread": batch.state == State.PLANNED and not batch.plan and may(request.user, importer.act),
        "digest": plan.digest() if is_open else "",
        "said": _said(plan),
        "form": form or (_about(batch, importer) if is_open and importer.asks else None),
        "mapped": importer.mapped and is_open,
        "settled": is_open and importer.settled and bool(conflicts or batch.options.get("conflicts")),
        **_markable(batch, is_open and bool(plan.errors or conflicts)),
        "undecided": [_offered(finding) for finding in plan.errors if finding.offers][:SHOWN_ERRORS],
        "errors": plan.errors[:SHOWN_ERRORS],
        "more_errors": max(0, len(plan.errors) - SHOWN_ERRORS),
        **_shown(request, importer, plan),
    }
    return render(request, "projects/import.html", context)


def _markable(batch: ImportBatch, is_wrong: bool) -> dict[str, bool]:
    """Whether the file can be had with its faults marked, and whether it would be made anew for that."""
    name = batch.file_name.lower()
    marked = is_wrong and name.endswith(MARKABLE)
    return {"marked": marked, "remade": marked and not name.endswith(".xlsx")}


def _shown(request: HttpRequest, importer: Importer, plan: ImportPlan) -> dict[str, Any]:
    showing = Showing(importer)
    rows = [row for row in plan.differences if row.kind in (Kind.CREATE, Kind.UPDATE, Kind.CONFLICT)]
    page = _paged(rows, request)
    off = [total for total in plan.stated_totals if total.difference]
    return {
        "page": page,
        "entries": showing.entries(list(page)),
        "totals": [(total, *showing.total(total)) for total in plan.stated_totals[:SHOWN_ERRORS]],
        "totals_off": len(off),
        "fields": {finding.field: showing.label(finding.field) for finding in plan.errors + plan.warnings},
    }


def _paged(rows: Sequence[Difference], request: HttpRequest) -> "Page[Difference]":
    return Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))


def _said(plan: ImportPlan) -> Any:
    """The plan in one sentence."""
    counts = plan.counts()
    wrong = len(plan.errors)
    if wrong:
        said = ngettext(
            "%(count)s thing is wrong. Nothing is written unless you say so.",
            "%(count)s things are wrong. Nothing is written unless you say so.",
            wrong,
        )
        return said % {"count": wrong}
    if counts[Kind.CONFLICT]:
        return _("Somebody changed some of these facts meanwhile; both values are shown, and nothing is overwritten.")
    if not plan.changes:
        return _("Nothing to change: the register says what the file says.")
    return _("Everything in the file can be taken. Look at the difference, then commit it.")


def _offered(finding: Finding) -> tuple[Finding, str]:
    return finding, f"{finding.sheet}!{finding.row}"


def _about(batch: ImportBatch, importer: Importer, data: Any = None) -> AboutForm:
    return AboutForm(data, asks=importer.asks, initial=batch.options, auto_id="about_%s")


def _decide(request: HttpRequest, batch: ImportBatch) -> HttpResponse:
    do = request.POST.get("do", "")
    decisions = {
        "commit": _commit, "partly": _commit, "drop": _drop, "choose": _choose, "settle": _settle, "about": _say,
        "read": _read,
    }  # fmt: skip
    if do not in decisions:
        raise Refusal(_("The button that was pressed is not known here. Open the page again."))
    try:
        return decisions[do](request, batch)
    except Unreadable:
        return HttpResponseRedirect(page_of(batch))
    except Refusal as refusal:
        return refuse_with_message(request, refusal, page_of(batch))


def _commit(request: HttpRequest, batch: ImportBatch) -> HttpResponse:
    whole = request.POST.get("do") == "commit"
    plan = imports.commit_batch(by=request.user, batch=batch, whole=whole, shown=request.POST.get("digest", "") or "-")
    count = len(plan.changes)
    words = ngettext("%(count)s row was written.", "%(count)s rows were written.", count) % {"count": count}
    return saved(request, words, page_of(batch))


def _drop(request: HttpRequest, batch: ImportBatch) -> HttpResponse:
    imports.drop_batch(by=request.user, batch=batch)
    return saved(request, _("The import was dropped; nothing was written."), reverse("imports"))


def _read(request: HttpRequest, batch: ImportBatch) -> HttpResponse:
    """Read a file that was kept while others were being read."""
    imports.plan_batch(by=request.user, batch=batch)
    return HttpResponseRedirect(page_of(batch))


def _choose(request: HttpRequest, batch: ImportBatch) -> HttpResponse:
    """What rows are whose names come near to a project's."""
    said = {
        name.removeprefix("row:"): value
        for name, value in request.POST.items()
        if name.startswith("row:") and value and "\x00" not in f"{name}{value}"  # which PostgreSQL cannot keep
    }
    kept = {str(key): str(value) for key, value in (batch.options.get("decisions") or {}).items()}
    imports.plan_batch(by=request.user, batch=batch, options={**batch.options, "decisions": {**kept, **said}})
    return HttpResponseRedirect(page_of(batch))


def _settle(request: HttpRequest, batch: ImportBatch) -> HttpResponse:
    """What each row in conflict is to hold: the web's value or the file's; without a choice it stays a conflict."""
    said = {
        name.removeprefix("keep:"): value
        for name, value in request.POST.items()
        if name.startswith("keep:") and value in ("file", "web") and "\x00" not in name
    }
    kept = {} if request.POST.get("anew") else dict(batch.options.get("conflicts") or {})
    imports.plan_batch(by=request.user, batch=batch, options={**batch.options, "conflicts": {**kept, **said}})
    return HttpResponseRedirect(page_of(batch))


def _say(request: HttpRequest, batch: ImportBatch) -> HttpResponse:
    """The list, the year, the reason: the plan is made anew with them."""
    importer = find(batch.kind)
    form = _about(batch, importer, request.POST)
    if not form.is_valid():
        return _page(request, batch, form)
    kept = {name: value for name, value in batch.options.items() if name in ("mapping", "decisions")}
    imports.plan_batch(by=request.user, batch=batch, options={**kept, **form.options()})
    return HttpResponseRedirect(page_of(batch))


@opened_by(*OPENS)
@require_GET
def import_marked(request: HttpRequest, pk: int) -> HttpResponse:
    """The person's own file with what is wrong marked in it; each taking is recorded."""
    batch = batch_of(request, pk)
    try:
        data = mark(uploads.give(batch.sha256), ImportPlan.from_json(batch.plan))
    except Refusal as refusal:
        return refuse_with_message(request, refusal, page_of(batch))
    stem = batch.file_name.rpartition(".")[0] or batch.file_name
    name = _("%(file)s, marked") % {"file": stem}
    record_access(
        AccessEvent.Kind.DOWNLOAD, request=request, subject=f"imports/{batch.pk} {batch.file_name}", detail=str(name)
    )
    return as_file(data, f"{name}.xlsx")


@opened_by(*OPENS)
@require_GET
def import_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The file as it was sent in; each taking is recorded."""
    batch = batch_of(request, pk)
    data = uploads.give(batch.sha256)
    record_access(
        AccessEvent.Kind.DOWNLOAD, request=request, subject=f"imports/{batch.pk} {batch.file_name}", detail=batch.sha256
    )
    return as_file(data, batch.file_name)


def as_file(data: bytes, name: str) -> HttpResponse:
    """Bytes to be saved, never opened by the browser, under their own (Chinese) name."""
    response = HttpResponse(data, content_type="application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    return response
