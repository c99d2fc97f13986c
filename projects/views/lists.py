"""/lists/ – the lists with their members, making a new one, and the notices that adjust them."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from portfolio import clock
from portfolio.refusals import OutOfScope, Refusal
from portfolio.web.access import Act
from portfolio.web.doors import opened_by
from portfolio.web.responses import refuse_in_form, saved
from projects.actions import notices as actions
from projects.actions.lists import create_programme, update_programme
from projects.forms.lists import UNITS, ListForm, TargetForm, lines
from projects.forms.notice import KINDS, NoticeForm, Row, lines_of, rows_of
from projects.models import Programme, Project, Provenance
from projects.queries import lists as queries

NAMED = 2000
"""Projects that the browser offers while one types; beyond it a code or a name is typed in full."""


@opened_by(Act.MANAGE_LISTS)
@require_safe
def lists_page(request: HttpRequest) -> HttpResponse:
    """The lists whose projects are tracked here."""
    context = {"section": "projects/", "lists": queries.lists(clock.today()), "quoted": queries.quoted()}
    return render(request, "projects/lists.html", context)


@opened_by(Act.MANAGE_LISTS)
@require_http_methods(["GET", "HEAD", "POST"])
def list_new(request: HttpRequest) -> HttpResponse:
    """A form for a new year's list and what is published of it."""
    return _edit(request, None)


@opened_by(Act.MANAGE_LISTS)
@require_http_methods(["GET", "HEAD", "POST"])
def list_edit(request: HttpRequest, code: str) -> HttpResponse:
    """The same form for a list that there is; one that comes with the published facts is only shown."""
    programme = Programme.objects.filter(code=code).first()
    if programme is None:
        raise OutOfScope(_("There is no such list."))
    return _edit(request, programme)


@opened_by(Act.MANAGE_LISTS)
@require_http_methods(["GET", "HEAD", "POST"])
def list_page(request: HttpRequest, code: str) -> HttpResponse:
    """One list: its notices, and a form that shows what a notice would do before it is entered."""
    programme = Programme.objects.filter(code=code, is_tracked=True).first()
    if programme is None:
        raise OutOfScope(_("There is no such list."))
    asked = request.POST if request.method == "POST" else None
    do = request.POST.get("do", "")
    form = NoticeForm(asked if do in ("check", "enter") else None, initial=request.POST.dict() if asked else None)
    rows = rows_of(asked)
    checked = False
    if do in ("check", "enter") and form.is_valid():
        notice = actions.Notice(
            programme=programme,
            document=form.cleaned_data["document"],
            on=form.cleaned_data["on"],
            lines=lines_of(rows),
        )
        try:
            if do == "enter":
                entered = actions.enter_notice(by=request.user, notice=notice)
                words = ngettext("%(count)s adjustment is entered.", "%(count)s adjustments are entered.", len(entered))
                return saved(request, words % {"count": len(entered)}, reverse("list", args=[code]))
        except Refusal as refusal:
            refuse_in_form(form, refusal)
        checked = _show(rows, actions.foresee(by=request.user, notice=notice))
    return render(request, "projects/list.html", _context(programme, form, rows, checked))


def _edit(request: HttpRequest, programme: Programme | None) -> HttpResponse:
    sent = request.POST if request.method == "POST" else None
    targets = list(programme.targets.all()) if programme else []
    more = sent is not None and sent.get("do") == "more"
    form = ListForm(None if more else sent, programme=programme, typed=sent if more else None)
    rows = lines(sent, targets)
    if sent is not None and not more and all([form.is_valid(), *(row.is_valid() for row in rows)]):
        try:
            return _kept(request, programme, form, rows)
        except Refusal as refusal:
            now = Programme.objects.get(pk=programme.pk).version if programme else None
            refuse_in_form(form, refusal, version=now)
    context = {
        "section": "projects/",
        "programme": programme,
        "form": form,
        "rows": rows,
        "units": UNITS,
        "targets": targets,
        "published": programme is not None and programme.provenance == Provenance.PUBLISHED,
    }
    return render(request, "projects/list_edit.html", context)


def _kept(request: HttpRequest, programme: Programme | None, form: ListForm, rows: list[TargetForm]) -> HttpResponse:
    """Write what the form says, and say what was done."""
    targets = [row.target() for row in rows if not row.is_blank]
    if programme is None:
        made = create_programme(by=request.user, new=form.new(), targets=targets)
        return saved(request, _("The list %(code)s is made.") % {"code": made.code}, _address(made.code, form))
    version = form.cleaned_data["version"] or 0
    changed = update_programme(
        by=request.user, programme=programme, version=version, wanted=form.said(), targets=targets
    )
    return saved(request, _("Saved.") if changed else _("Nothing had changed."), _address(programme.code, form))


def _address(code: str, form: ListForm) -> str:
    """The list's own page, or all lists where its projects are not tracked here."""
    return reverse("list", args=[code]) if form.cleaned_data["is_tracked"] else reverse("lists")


def _show(rows: list[Row], placed: Any) -> bool:
    """Put beside each line what it would do; whether all of them can be entered."""
    by_number = {one.line.where[1]: one for one in placed}
    for row in rows:
        row.placed = by_number.get(row.number)
    return bool(placed) and not any(one.problem for one in placed)


def _context(programme: Programme, form: NoticeForm, rows: list[Row], checked: bool) -> dict[str, Any]:
    named = Project.objects.exclude(provenance=Provenance.PUBLISHED).filter(parent=None).order_by("code")
    return {
        "section": "projects/",
        "programme": programme,
        "form": form,
        "rows": rows,
        "kinds": KINDS,
        "checked": checked,
        "notices": queries.notices(programme),
        "targets": programme.targets.all(),
        "named": named.values_list("code", "name")[:NAMED],
    }
