"""/lists/ – the lists with their members, the notices that adjusted them, and the form for the next one."""

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
from projects.forms.notice import KINDS, NoticeForm, Row, lines_of, rows_of
from projects.models import Programme, Project, Provenance
from projects.queries import lists as queries

NAMED = 2000
"""Projects that the browser offers while one types; beyond it a code or a name is typed in full."""


@opened_by(Act.MANAGE_LISTS)
@require_safe
def lists_page(request: HttpRequest) -> HttpResponse:
    """The lists whose projects are tracked here."""
    return render(request, "projects/lists.html", {"section": "projects/", "lists": queries.lists(clock.today())})


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
        "named": named.values_list("code", "name")[:NAMED],
    }
